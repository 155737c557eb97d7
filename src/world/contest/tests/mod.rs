//! The contest as a whole: columns against the reference, and what its equations promise.

mod behaviour;
mod equality;

use super::reference::{One, OneInputs, step_one};
use super::*;

/// A uniform for an address, by hashing it (Steele, Lea & Flood 2014); any good uniforms do for these tests.
fn uniform(seed: u64, run: usize, tick: usize, pair: usize, which: Draw) -> f64 {
    let mut x = seed;
    for part in [run as u64, tick as u64, pair as u64, which as u64] {
        x = (x ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^= x >> 31;
    }
    ((x >> 11) as f64 + 0.5) * (f64::EPSILON / 2.0)
}

/// A contest with all its inputs, a value a lane.
#[derive(Clone)]
struct Theatre {
    ground: Ground,
    state: State,
    forces: Vec<Vec<f64>>,
    stocks: Vec<Option<Vec<f64>>>,
    hostility: Vec<Vec<f64>>,
    parameters: Vec<Vec<f64>>,
    side_parameters: Vec<Vec<f64>>,
    prefer: Vec<Vec<f64>>,
    seed: u64,
    tick: usize,
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

impl Theatre {
    /// Everybody against everybody, all parameters at their defaults, 10 of force a side.
    fn new(plan: &Plan, lanes: usize) -> Self {
        let ground = Ground::new(plan).unwrap();
        let sides = ground.sides();
        let column = |value: f64| vec![value; lanes];
        let pairs = (0..sides * sides).map(|i| column(if i / sides == i % sides { 0.0 } else { 1.0 }));
        let one_side = SideParameter::SPECIFICATIONS.iter().map(|s| column(s.default));
        Self {
            state: State::new(&ground, lanes),
            forces: vec![column(10.0); sides],
            stocks: vec![Some(column(0.0)); sides],
            hostility: pairs.collect(),
            parameters: Parameter::SPECIFICATIONS.iter().map(|s| column(s.default)).collect(),
            side_parameters: (0..sides).flat_map(|_| one_side.clone()).collect(),
            prefer: vec![column(1.0); ground.pairs().len()],
            ground,
            seed: 1,
            tick: 0,
        }
    }

    fn set(&mut self, parameter: Parameter, value: f64) -> &mut Self {
        self.parameters[parameter.index()].fill(value);
        self
    }

    fn set_side(&mut self, side: usize, parameter: SideParameter, value: f64) -> &mut Self {
        self.side_parameters[side * SideParameter::COUNT + parameter.index()].fill(value);
        self
    }

    fn play(&mut self, ticks: usize) -> &mut Self {
        let mut scratch = Scratch::new(&self.ground, self.state.lanes());
        for _ in 0..ticks {
            let (hostility, parameters) = (slices(&self.hostility), slices(&self.parameters));
            let (side_parameters, prefer) = (slices(&self.side_parameters), slices(&self.prefer));
            let inputs = Inputs {
                hostility: &hostility,
                parameters: &parameters,
                side_parameters: &side_parameters,
                prefer: &prefer,
            };
            let mut forces: Vec<&mut [f64]> = self.forces.iter_mut().map(Vec::as_mut_slice).collect();
            let mut stocks: Vec<Option<&mut [f64]>> = self.stocks.iter_mut().map(Option::as_deref_mut).collect();
            let (seed, tick) = (self.seed, self.tick);
            let draw = |pair: usize, which: Draw, out: &mut [f64]| {
                for (run, u) in out.iter_mut().enumerate() {
                    *u = uniform(seed, run, tick, pair, which);
                }
            };
            step(&self.ground, &mut self.state, &inputs, &mut forces, &mut stocks, draw, &mut scratch);
            self.tick += 1;
        }
        self
    }

    /// The mean over lanes.
    fn mean(&self, row: &[f64]) -> f64 {
        row.iter().sum::<f64>() / row.len() as f64
    }

    /// The mean posts of a side in an area.
    fn mean_posts(&self, area: usize, side: usize) -> f64 {
        self.mean(self.state.posts.row(self.ground.pair(area, side).unwrap()))
    }

    /// Checks that every post of every area is accounted for in every lane, as a whole number.
    fn check_posts(&self) {
        for area in 0..self.ground.areas() {
            let start: f64 = self.ground.pairs_of(area).map(|p| self.ground.pairs()[p].posts).sum();
            for lane in 0..self.state.lanes() {
                let mut now = self.state.ruined.row(area)[lane];
                assert!(now >= 0.0 && now.fract() == 0.0);
                for pair in self.ground.pairs_of(area) {
                    let posts = self.state.posts.row(pair)[lane];
                    assert!(posts >= 0.0 && posts.fract() == 0.0, "{posts} posts");
                    now += posts;
                }
                assert_eq!(now, start, "area {area} lane {lane}");
            }
        }
    }
}

/// Areas in a row, each with both of two sides: the first side holds the first `held` areas, the second the others.
fn row(areas: usize, held: usize, posts: f64) -> Plan {
    let place =
        |area: usize, side: usize| Place { area, side, posts: if (area < held) == (side == 0) { posts } else { 0.0 } };
    let holder: Vec<usize> = (0..areas).map(|g| usize::from(g >= held)).collect();
    Plan {
        sides: 2,
        places: (0..areas).flat_map(|g| [place(g, 0), place(g, 1)]).collect(),
        neighbours: (1..areas).map(|g| (g - 1, g)).collect(),
        base: vec![None; areas],
        towns: vec![1.0; areas],
        population: vec![1.0; areas],
        holder: holder.clone(),
        town_holder: holder,
    }
}
