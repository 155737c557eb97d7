//! Columns that live for one tick, kept from tick to tick so that nothing is allocated.

use super::ground::Ground;
use super::state::Columns;

/// Working columns for [`step`](super::step). They belong to the thread: any batch with the same ground and lanes may
/// use them, and nothing in them lasts from one tick to the next.
#[derive(Debug, Clone)]
pub struct Scratch {
    /// Ordered pairs of sides: whether the first is not hostile to the second, and whether either is.
    pub(super) friend: Columns,
    pub(super) odds: Columns,
    /// Ordered pairs of sides: what holds of them in every lane.
    pub(super) relation: Vec<Relation>,
    /// Hops: the loss-of-strength gradient.
    pub(super) distance: Columns,
    pub(super) pairs: PairColumns,
    pub(super) sides: SideColumns,
    pub(super) here: HereColumns,
    pub(super) lane: LaneColumns,
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
    pub strength: Columns,
    pub strike: Columns,
    /// Battalion-sized garrisons.
    pub count: Columns,
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
    pub whole: Columns,
    pub rest: Columns,
}

/// Single columns.
#[derive(Debug, Clone)]
pub(super) struct LaneColumns {
    pub friendly: Vec<f64>,
    pub hostile: Vec<f64>,
    pub own_near: Vec<f64>,
    pub enemy_near: Vec<f64>,
    pub enemy_here: Vec<f64>,
    pub sum: Vec<f64>,
    pub capture: Vec<f64>,
    pub abandon: Vec<f64>,
    pub count: Vec<f64>,
    pub chance: Vec<f64>,
    pub draw: Vec<f64>,
    pub fallen: Vec<f64>,
    pub surrendered: Vec<f64>,
    pub ruined: Vec<f64>,
    pub taken: Vec<f64>,
    pub left_over: Vec<f64>,
    pub best: Vec<f64>,
    pub most: Vec<f64>,
    pub hazard: Vec<f64>,
    pub built: Vec<f64>,
    pub garrison_kept: Vec<f64>,
    pub fire_kept: Vec<f64>,
}

impl Scratch {
    /// Working columns for this ground and so many lanes.
    pub fn new(ground: &Ground, lanes: usize) -> Self {
        let rows = |n| Columns::new(n, lanes, 0.0);
        let (pairs, sides, here) = (ground.pairs().len(), ground.sides(), ground.most_pairs());
        let column = || vec![0.0; lanes];
        Self {
            friend: rows(sides * sides),
            odds: rows(sides * sides),
            relation: vec![Relation::Mixed; sides * sides],
            distance: rows(ground.most_hops() + 1),
            pairs: PairColumns { weight: rows(pairs), strength: rows(pairs), strike: rows(pairs), count: rows(pairs) },
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
                whole: rows(here),
                rest: rows(here),
            },
            lane: LaneColumns {
                friendly: column(),
                hostile: column(),
                own_near: column(),
                enemy_near: column(),
                enemy_here: column(),
                sum: column(),
                capture: column(),
                abandon: column(),
                count: column(),
                chance: column(),
                draw: column(),
                fallen: column(),
                surrendered: column(),
                ruined: column(),
                taken: column(),
                left_over: column(),
                best: column(),
                most: column(),
                hazard: column(),
                built: column(),
                garrison_kept: column(),
                fire_kept: column(),
            },
        }
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
