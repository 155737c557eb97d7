//! A country to fight over, made from a number: a government everywhere, nine armed groups each in a region of its own, and
//! what a run may be given of parameters and hostility.

use entente::world::contest::{Ground, Parameter, Place, Plan, SideParameter};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// The areas lie in rows of so many.
const WIDTH: usize = 22;
/// Rows.
const HEIGHT: usize = 15;
/// The government, which is side 0, and nine groups.
pub const SIDES: usize = 10;
/// How far a group reaches from the middle of its region, in areas.
const REACH: f64 = 3.0;

/// Uniform numbers.
pub struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// From 0 up to 1, exclusive.
    #[inline(always)]
    pub fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    fn whole(&mut self, least: usize, most: usize) -> f64 {
        (least + (self.uniform() * (most - least + 1) as f64) as usize) as f64
    }
}

/// The middle of a group's region: three rows of three.
fn middle(group: usize) -> (f64, f64) {
    let (row, column) = ((group - 1) / 3, (group - 1) % 3);
    (2.0 + 5.5 * row as f64, 3.0 + 7.5 * column as f64)
}

/// 330 areas on a grid with roads to the neighbours beside, above and sometimes across.
pub fn ground() -> Ground {
    let mut dice = Dice::new(330);
    let areas = WIDTH * HEIGHT;
    let mut plan = Plan { sides: SIDES, ..Plan::default() };
    for area in 0..areas {
        let (row, column) = (area / WIDTH, area % WIDTH);
        plan.places.push(Place { area, side: 0, posts: dice.whole(4, 30) });
        for group in 1..SIDES {
            let (y, x) = middle(group);
            if (row as f64 - y).hypot(column as f64 - x) <= REACH {
                plan.places.push(Place { area, side: group, posts: dice.whole(0, 8) });
            }
        }
        let roads = [(column + 1 < WIDTH, 1, 1.0), (row + 1 < HEIGHT, WIDTH, 1.0)];
        let across = (column + 1 < WIDTH && row + 1 < HEIGHT, WIDTH + 1, 0.4);
        for (exists, step, chance) in roads.into_iter().chain([across]) {
            if exists && dice.uniform() < chance {
                plan.neighbours.push((area, area + step));
            }
        }
        let is_middle = |group: &usize| {
            let (y, x) = middle(*group);
            (row, column) == (y as usize, x as usize)
        };
        let capital = (area % 40 == 20).then_some(0);
        plan.base.push((1..SIDES).find(is_middle).or(capital));
        plan.towns.push(dice.whole(0, 3));
        plan.population.push(dice.between(20.0, 400.0));
        plan.holder.push(0);
        plan.town_holder.push(0);
    }
    Ground::new(&plan).expect("a generated country is a ground")
}

/// What one run is given, the same in every tick.
pub struct Given {
    /// `side * SIDES + other`: how hard the first fights the second.
    pub hostility: Vec<f64>,
    /// The contest's parameters.
    pub parameters: Vec<f64>,
    /// The sides' parameters.
    pub side_parameters: Vec<f64>,
    /// What a side's reserve is drawn to, a number a pair.
    pub prefer: Vec<f64>,
    /// The forces at the start.
    pub forces: Vec<f64>,
    /// Extra strength at the start, a number a pair.
    pub garrison: Vec<f64>,
    /// Fire in support at the start, a number a pair.
    pub fire: Vec<f64>,
}

impl Given {
    /// A run's own draw of all that is uncertain.
    pub fn of_run(ground: &Ground, run: u64) -> Self {
        let mut dice = Dice::new(run);
        let mut hostility = vec![0.0; SIDES * SIDES];
        for group in 1..SIDES {
            // A group in eight keeps a truce.
            let fights = dice.uniform() > 0.125;
            let hostile = if fights { dice.between(0.3, 1.0) } else { 0.0 };
            hostility[group] = hostile;
            hostility[group * SIDES] = hostile;
        }
        let mut parameters: Vec<f64> = Parameter::SPECIFICATIONS.iter().map(|s| s.default).collect();
        let mut set = |parameter: Parameter, value: f64| parameters[parameter.index()] = value;
        set(Parameter::Hazard, if dice.uniform() < 0.5 { 0.0 } else { 1.0 });
        set(Parameter::Pace, dice.between(0.02, 0.08));
        set(Parameter::Firepower, dice.between(0.2, 1.2));
        set(Parameter::FireDecay, 0.02);
        set(Parameter::SurrenderSpread, dice.between(0.0, 0.8));
        set(Parameter::Captured, dice.between(0.0, 3.0));
        let mut side_parameters = Vec::new();
        for side in 0..SIDES {
            let mut own: Vec<f64> = SideParameter::SPECIFICATIONS.iter().map(|s| s.default).collect();
            if side == 0 {
                own[SideParameter::Desertion.index()] = dice.between(0.0005, 0.003);
            } else {
                own[SideParameter::Guerrilla.index()] = 0.5;
                own[SideParameter::Effort.index()] = dice.between(0.3, 0.6);
            }
            own[SideParameter::Quality.index()] = dice.between(0.7, 1.3);
            side_parameters.extend(own);
        }
        let places = ground.pairs();
        let of_pairs = |dice: &mut Dice, low: f64, high: f64| {
            places.iter().map(|place| if place.side == 0 { dice.between(low, high) } else { 0.0 }).collect()
        };
        Self {
            hostility,
            parameters,
            side_parameters,
            prefer: places.iter().map(|_| dice.between(0.5, 2.0)).collect(),
            forces: (0..SIDES).map(|side| if side == 0 { 70.0 } else { dice.between(4.0, 12.0) }).collect(),
            garrison: of_pairs(&mut dice, 0.0, 0.1),
            fire: of_pairs(&mut dice, 0.0, 0.5),
        }
    }
}
