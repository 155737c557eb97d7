//! The ground and a run's numbers as the plain loop lays them out: a struct a post, a side, an area, and no table that has to be
//! searched within a tick.

use super::country::SIDES;
use entente::world::contest::Ground;
use std::ops::Range;

/// An area, as far as it does not change.
pub struct Area {
    pub pairs: Range<usize>,
    /// The sides with posts in the areas around, as ranges of `Country::around`.
    pub near: Vec<(usize, Range<usize>)>,
    /// Where the sums over those begin.
    pub first_near: usize,
    pub towns: bool,
    pub population: f64,
    pub holder_pair: usize,
    pub town_holder_pair: usize,
}

/// The ground, laid out for this loop.
pub struct Country {
    pub areas: Vec<Area>,
    /// The pairs around, side by side.
    pub around: Vec<u32>,
    pub sides: Vec<usize>,
    pub is_base: Vec<bool>,
    pub hops: Vec<usize>,
    pub posts: Vec<f64>,
    pub holders: Vec<(usize, usize)>,
    pub sums: usize,
}

impl Country {
    /// Lays out a ground.
    pub fn of(ground: &Ground) -> Self {
        let (mut areas, mut around, mut sums) = (Vec::new(), Vec::new(), 0);
        for area in 0..ground.areas() {
            let mut near = Vec::new();
            for side in 0..SIDES {
                let first = around.len();
                around.extend(ground.neighbours_of(area).iter().filter_map(|n| Some(ground.pair(*n, side)? as u32)));
                if around.len() > first {
                    near.push((side, first..around.len()));
                }
            }
            areas.push(Area {
                pairs: ground.pairs_of(area),
                first_near: sums,
                towns: ground.towns(area) > 0.0,
                population: ground.population_share(area),
                holder_pair: ground.holder_pair(area),
                town_holder_pair: ground.town_holder_pair(area),
                near,
            });
            sums += areas[area].near.len();
        }
        let pairs = ground.pairs();
        Self {
            areas,
            around,
            sides: pairs.iter().map(|p| p.side).collect(),
            is_base: (0..pairs.len()).map(|p| ground.is_base(p)).collect(),
            hops: (0..pairs.len()).map(|p| ground.hops(p)).collect(),
            posts: pairs.iter().map(|p| p.posts).collect(),
            holders: (0..ground.areas()).map(|g| (ground.holder(g), ground.town_holder(g))).collect(),
            sums,
        }
    }
}

/// The posts of a side in an area.
#[derive(Clone, Copy, Default)]
pub struct Post {
    /// How many they are.
    pub posts: f64,
    /// Extra strength.
    pub garrison: f64,
    /// Supply.
    pub supply: f64,
    /// Fire in support.
    pub fire: f64,
    /// The hostile share of the strength.
    pub threat: f64,
    /// Whether cut off.
    pub cut_off: bool,
    pub weight: f64,
    pub strength: f64,
    pub engaged: f64,
    pub strike: f64,
    pub exposed: f64,
    pub gone: f64,
    pub gained: f64,
}

/// A side.
#[derive(Clone, Copy, Default)]
pub struct Side {
    /// Its force.
    pub force: f64,
    /// Arms captured.
    pub stock: f64,
    /// Posts lost since the start.
    pub posts_lost: f64,
    /// Those who surrendered since the start.
    pub surrendered: f64,
    /// Share of posts lost lately.
    pub shaken: f64,
    /// Garrisons that fell lately.
    pub news: f64,
    pub weights: f64,
    pub held: f64,
    pub want: f64,
    pub per_weight: f64,
    pub guard: f64,
    pub losses: f64,
    pub people: f64,
    pub garrisons: f64,
    pub alarm: f64,
    pub lost: f64,
    pub fallen: f64,
    pub captives: f64,
}

/// An area's own state.
#[derive(Clone, Copy, Default)]
pub struct Land {
    /// Who holds most posts.
    pub holder: usize,
    /// Who holds the towns.
    pub town_holder: usize,
    /// Posts ruined.
    pub ruined: f64,
    /// Whether posts were attacked.
    pub fighting: bool,
}
