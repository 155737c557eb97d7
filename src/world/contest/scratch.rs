//! Columns that live for one tick, kept from tick to tick so that nothing is allocated.

use super::ground::Ground;
use super::state::Columns;
use super::variables::Input;

/// Working columns for [`step`](super::step). They belong to the thread: any batch with the same ground and lanes may
/// use them, and nothing in them lasts from one tick to the next.
#[derive(Debug, Clone)]
pub struct Scratch {
    /// Ordered pairs of sides: whether the first is not hostile to the second, and whether either is.
    pub(super) friend: Columns,
    pub(super) odds: Columns,
    /// Ordered pairs of sides: what holds of them in every lane.
    pub(super) relation: Vec<Relation>,
    /// Sides: whether it recruits in any lane, which is all that its people are for; whether it fights as a guerrilla in any,
    /// which is all that its hold is for.
    pub(super) recruits: Vec<bool>,
    pub(super) hides: Vec<bool>,
    /// Pairs: whether any lane has fire, or a garrison.
    pub(super) has_fire: Vec<bool>,
    pub(super) has_garrison: Vec<bool>,
    /// Pairs: whether in any lane there are posts, the reserve is drawn there, the side is cut off, has any strength, or is
    /// under threat.
    pub(super) has_posts: Vec<bool>,
    pub(super) is_drawn: Vec<bool>,
    pub(super) is_cut_off: Vec<bool>,
    pub(super) is_there: Vec<bool>,
    pub(super) is_threatened: Vec<bool>,
    /// Areas: whether sides that are at odds in some lane stand there; whether posts changed in this tick in some lane.
    pub(super) contested: Vec<bool>,
    pub(super) changed: Vec<bool>,
    /// Areas: whether towns changed hands in this tick in some lane.
    pub(super) towns_fell: Vec<bool>,
    /// Hops: the loss-of-strength gradient.
    pub(super) distance: Columns,
    pub(super) pairs: PairColumns,
    pub(super) sides: SideColumns,
    pub(super) here: HereColumns,
    pub(super) lane: LaneColumns,
    /// A list of lanes, and the side of each at which the towns fall.
    pub(super) list: Vec<usize>,
    pub(super) fell_from: Vec<usize>,
    /// The pairs of those who attack the pair being worked on.
    pub(super) attackers: Vec<usize>,
}

/// What two sides are to each other in every lane, which saves work where it is simple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// Neither is hostile to the other, in any lane.
    Peace,
    /// The first is hostile to the second in every lane.
    War,
    /// Anything else.
    Mixed,
}

/// A row a pair.
#[derive(Debug, Clone)]
pub(super) struct PairColumns {
    pub weight: Columns,
    pub strike: Columns,
}

/// A row a side.
#[derive(Debug, Clone)]
pub(super) struct SideColumns {
    pub weights: Columns,
    pub held: Columns,
    pub want: Columns,
    pub per_weight: Columns,
    pub guard: Columns,
    pub alarm: Columns,
    pub losses: Columns,
    pub people: Columns,
    pub garrisons: Columns,
    pub lost: Columns,
    pub fallen: Columns,
    pub captives: Columns,
}

/// A row for each pair of the area being worked on.
#[derive(Debug, Clone)]
pub(super) struct HereColumns {
    pub hold: Columns,
    pub engaged: Columns,
    pub exposed: Columns,
    pub gained: Columns,
    pub gone: Columns,
    pub strength: Columns,
    pub whole: Columns,
    pub rest: Columns,
}

/// Declares the single columns, each named once.
macro_rules! single_columns {
    ($($name:ident),+ $(,)?) => {
        /// Single columns. `zero` and `ones` are never written.
        #[derive(Debug, Clone)]
        pub(super) struct LaneColumns {
            pub zero: Vec<f64>,
            pub ones: Vec<f64>,
            $(pub $name: Vec<f64>,)+
        }

        impl LaneColumns {
            fn new(lanes: usize) -> Self {
                Self { zero: vec![0.0; lanes], ones: vec![1.0; lanes], $($name: vec![0.0; lanes],)+ }
            }
        }
    };
}
single_columns! {
    around, hostile, enemy, enemy_here, sum, capture, abandon, draw, fallen, yielding, taken, left_over, best,
    demand, limit, most, built, garrison_kept, fire_kept, battalion, per_battalion,
}

impl Scratch {
    /// Working columns for this ground and so many lanes.
    pub fn new(ground: &Ground, lanes: usize) -> Self {
        let rows = |n| Columns::new(n, lanes, 0.0);
        let (pairs, sides, here) = (ground.pairs().len(), ground.sides(), ground.most_pairs());
        Self {
            friend: rows(sides * sides),
            odds: rows(sides * sides),
            relation: vec![Relation::Mixed; sides * sides],
            recruits: vec![false; sides],
            hides: vec![false; sides],
            has_fire: vec![false; pairs],
            has_garrison: vec![false; pairs],
            has_posts: vec![false; pairs],
            is_drawn: vec![false; pairs],
            is_cut_off: vec![false; pairs],
            is_there: vec![false; pairs],
            is_threatened: vec![false; pairs],
            contested: vec![false; ground.areas()],
            changed: vec![false; ground.areas()],
            towns_fell: vec![false; ground.areas()],
            distance: rows(ground.most_hops() + 1),
            pairs: PairColumns { weight: rows(pairs), strike: rows(pairs) },
            sides: SideColumns {
                weights: rows(sides),
                held: rows(sides),
                want: rows(sides),
                per_weight: rows(sides),
                alarm: rows(sides),
                guard: rows(sides),
                losses: rows(sides),
                people: rows(sides),
                garrisons: rows(sides),
                lost: rows(sides),
                fallen: rows(sides),
                captives: rows(sides),
            },
            here: HereColumns {
                hold: rows(here),
                engaged: rows(here),
                exposed: rows(here),
                gained: rows(here),
                gone: rows(here),
                strength: rows(here),
                whole: rows(here),
                rest: rows(here),
            },
            lane: LaneColumns::new(lanes),
            list: vec![0; lanes],
            fell_from: Vec::with_capacity(lanes),
            attackers: Vec::with_capacity(here),
        }
    }

    /// Whether an area's holder may have changed in the last tick in some lane.
    pub fn changed(&self, area: usize) -> bool {
        self.changed[area]
    }

    /// Whether this input of a pair may be other than 0 after the last tick in some lane.
    pub fn may_have(&self, input: Input, pair: usize) -> bool {
        match input {
            Input::Garrison => self.has_garrison[pair],
            Input::Fire => self.has_fire[pair],
            Input::Supply => true,
        }
    }

    /// Whether an area's towns changed hands in the last tick in some lane.
    pub fn towns_fell(&self, area: usize) -> bool {
        self.towns_fell[area]
    }
}

impl SideColumns {
    /// Empties the sums of a tick.
    #[inline(always)]
    pub fn clear(&mut self) {
        for sum in [
            &mut self.weights,
            &mut self.held,
            &mut self.want,
            &mut self.losses,
            &mut self.people,
            &mut self.garrisons,
            &mut self.lost,
            &mut self.fallen,
            &mut self.captives,
        ] {
            sum.fill(0.0);
        }
    }
}
