//! The contest once more, slow and obvious: one run, plain numbers, nested loops.
//!
//! It shares only the scalar formulas with the column code, adds up in the same order, and so gives the same bits. The
//! tests hold the columns to it; the reference interpreter plays it.

mod falls;

use super::formulas;
use super::ground::Ground;
use super::parameters::{Draw, Parameter, SideParameter};
use falls::{change_hands, hold};

/// The state of one run. The fields are those of [`State`](super::State), an entry a pair, an area or a side.
#[derive(Debug, Clone, PartialEq)]
pub struct One {
    /// Pairs: posts held.
    pub posts: Vec<f64>,
    /// Pairs: extra strength.
    pub garrison: Vec<f64>,
    /// Pairs: supply.
    pub supply: Vec<f64>,
    /// Pairs: fire in support.
    pub fire: Vec<f64>,
    /// Pairs: the hostile share of the strength there.
    pub threat: Vec<f64>,
    /// Pairs: 1 where cut off.
    pub cut_off: Vec<f64>,
    /// Areas: the side with most posts.
    pub holder: Vec<usize>,
    /// Areas: the side that holds the towns.
    pub town_holder: Vec<usize>,
    /// Areas: posts destroyed or given up.
    pub ruined: Vec<f64>,
    /// Areas: 1 if posts were attacked.
    pub fighting: Vec<f64>,
    /// Sides: posts lost since the start.
    pub posts_lost: Vec<f64>,
    /// Sides: those who surrendered since the start.
    pub surrendered: Vec<f64>,
    /// Sides: share of posts lost lately.
    pub shaken: Vec<f64>,
    /// Sides: garrisons that fell whole lately.
    pub news: Vec<f64>,
}

/// What a tick is given, for one run. The fields are those of [`Inputs`](super::Inputs), a number for a column.
#[derive(Debug, Clone, Copy)]
pub struct OneInputs<'a> {
    /// `side * sides + other`: how hard the first fights the second.
    pub hostility: &'a [f64],
    /// The contest's parameters.
    pub parameters: &'a [f64],
    /// `side * SideParameter::COUNT + parameter`.
    pub side_parameters: &'a [f64],
    /// Pairs: what the side's reserve is drawn there by.
    pub prefer: &'a [f64],
}

impl OneInputs<'_> {
    fn of(&self, parameter: Parameter) -> f64 {
        self.parameters[parameter.index()]
    }

    fn side(&self, side: usize, parameter: SideParameter) -> f64 {
        self.side_parameters[side * SideParameter::COUNT + parameter.index()]
    }
}

impl One {
    /// The state at the start; see [`State::new`](super::State::new).
    pub fn new(ground: &Ground) -> Self {
        let (pairs, areas, sides) = (ground.pairs().len(), ground.areas(), ground.sides());
        let mut one = Self {
            posts: ground.pairs().iter().map(|p| p.posts).collect(),
            garrison: vec![0.0; pairs],
            supply: vec![1.0; pairs],
            fire: vec![0.0; pairs],
            threat: vec![0.0; pairs],
            cut_off: vec![0.0; pairs],
            holder: (0..areas).map(|g| ground.holder(g)).collect(),
            town_holder: (0..areas).map(|g| ground.town_holder(g)).collect(),
            ruined: vec![0.0; areas],
            fighting: vec![0.0; areas],
            posts_lost: vec![0.0; sides],
            surrendered: vec![0.0; sides],
            shaken: vec![0.0; sides],
            news: vec![0.0; sides],
        };
        one.look(ground, &vec![1.0; sides * sides]);
        one
    }

    /// Takes what the run has drawn, a number of posts for each of these pairs; see [`State::allot`](super::State::allot).
    pub fn allot(&mut self, ground: &Ground, drawn: &[(usize, f64)]) {
        for &(pair, posts) in drawn {
            self.posts[pair] = posts;
        }
        for area in 0..ground.areas() {
            if drawn.iter().any(|&(pair, _)| ground.pairs()[pair].area == area) {
                hold(ground, self, area);
            }
        }
    }

    /// Brings up to date who is cut off; see [`State::look`](super::State::look).
    pub fn look(&mut self, ground: &Ground, hostility: &[f64]) {
        for (pair, place) in ground.pairs().iter().enumerate() {
            let around = Around::of(ground, self, hostility, pair);
            let is_island = ground.neighbours_of(place.area).is_empty();
            self.cut_off[pair] = if is_island || around.friendly > 0.0 { 0.0 } else { 1.0 };
        }
    }
}

/// The posts in the areas around a pair's, as the pair's side sees them.
struct Around {
    own: f64,
    friendly: f64,
    hostile: f64,
    enemy: f64,
}

impl Around {
    fn of(ground: &Ground, one: &One, hostility: &[f64], pair: usize) -> Self {
        let place = ground.pairs()[pair];
        let mut around = Around { own: 0.0, friendly: 0.0, hostile: 0.0, enemy: 0.0 };
        for other in 0..ground.sides() {
            let mut posts = 0.0;
            for &area in ground.neighbours_of(place.area) {
                if let Some(there) = ground.pair(area, other) {
                    posts += one.posts[there];
                }
            }
            if other == place.side {
                around.own = posts;
                around.friendly += posts;
                continue;
            }
            if hostility[place.side * ground.sides() + other] > 0.0 {
                around.hostile += posts;
            } else {
                around.friendly += posts;
            }
            if at_odds(ground, hostility, place.side, other) {
                around.enemy += posts;
            }
        }
        around
    }
}

fn at_odds(ground: &Ground, hostility: &[f64], a: usize, b: usize) -> bool {
    hostility[a * ground.sides() + b] > 0.0 || hostility[b * ground.sides() + a] > 0.0
}

/// What is worked out within a tick: an entry a pair, or a side.
struct Working {
    weight: Vec<f64>,
    strength: Vec<f64>,
    engaged: Vec<f64>,
    strike: Vec<f64>,
    exposed: Vec<f64>,
    weights: Vec<f64>,
    held: Vec<f64>,
    want: Vec<f64>,
    per_weight: Vec<f64>,
    guard: Vec<f64>,
    losses: Vec<f64>,
    people: Vec<f64>,
    garrisons: Vec<f64>,
    lost: Vec<f64>,
    fallen: Vec<f64>,
    captives: Vec<f64>,
}

impl Working {
    fn new(pairs: usize, sides: usize) -> Self {
        let (p, s) = (vec![0.0; pairs], vec![0.0; sides]);
        Self {
            weight: p.clone(),
            strength: p.clone(),
            engaged: p.clone(),
            strike: p.clone(),
            exposed: p,
            weights: s.clone(),
            held: s.clone(),
            want: s.clone(),
            per_weight: s.clone(),
            guard: s.clone(),
            losses: s.clone(),
            people: s.clone(),
            garrisons: s.clone(),
            lost: s.clone(),
            fallen: s.clone(),
            captives: s,
        }
    }
}

/// Plays one tick of one run; see [`step`](super::step). `draw(pair, which)` is the uniform of the address
/// `area/side/draw`.
///
/// # Panics
/// If a table has fewer entries than the ground asks for.
pub fn step_one<D: FnMut(usize, Draw) -> f64>(
    ground: &Ground,
    one: &mut One,
    inputs: &OneInputs<'_>,
    forces: &mut [f64],
    stocks: &mut [Option<f64>],
    mut draw: D,
) {
    let mut w = Working::new(ground.pairs().len(), ground.sides());
    for pair in 0..ground.pairs().len() {
        supply_and_weigh(ground, one, inputs, &mut w, pair);
    }
    for (side, force) in forces.iter().enumerate() {
        let force = if *force > 0.0 { *force } else { 0.0 };
        let reserve = formulas::reserve(force, inputs.side(side, SideParameter::Effort), w.weights[side]);
        w.per_weight[side] = formulas::reserve_per_weight(reserve, w.weights[side]);
        w.guard[side] = formulas::share(force - reserve, w.held[side]);
    }
    for area in 0..ground.areas() {
        muster(ground, one, inputs, &mut w, area);
        fight(ground, one, inputs, &mut w, area);
    }
    for area in 0..ground.areas() {
        change_hands(ground, one, inputs, &mut w, stocks, area, &mut draw);
    }
    for (side, force) in forces.iter_mut().enumerate() {
        close(one, inputs, &w, side, force);
    }
    one.look(ground, inputs.hostility);
}

fn supply_and_weigh(ground: &Ground, one: &mut One, inputs: &OneInputs<'_>, w: &mut Working, pair: usize) {
    let place = ground.pairs()[pair];
    let around = Around::of(ground, one, inputs.hostility, pair);
    let is_island = ground.neighbours_of(place.area).is_empty();
    one.cut_off[pair] = if is_island || around.friendly > 0.0 { 0.0 } else { 1.0 };
    let blocked = if is_island || ground.is_base(pair) {
        0.0
    } else {
        formulas::blocked(around.friendly, around.hostile, inputs.of(Parameter::Roads))
    };
    let (refill, erosion) = (inputs.of(Parameter::Refill), inputs.of(Parameter::Erosion));
    one.supply[pair] = formulas::supplied(one.supply[pair], blocked, refill, erosion);

    let mut enemy_here = 0.0;
    for rival in ground.pairs_of(place.area) {
        if rival != pair && at_odds(ground, inputs.hostility, place.side, ground.pairs()[rival].side) {
            enemy_here += one.posts[rival];
        }
    }
    let own_here = one.posts[pair] + if ground.is_base(pair) { 1.0 } else { 0.0 };
    let possible = formulas::possible(own_here, around.own, enemy_here, around.enemy);
    w.weight[pair] = if inputs.prefer[pair] > 0.0 { inputs.prefer[pair] * possible } else { 0.0 };
    w.weights[place.side] += w.weight[pair];
    w.held[place.side] += one.posts[pair];
    w.want[place.side] += one.posts[pair] * (1.0 - one.supply[pair]);
}

/// The posts held in an area by all sides.
fn posts_here(ground: &Ground, one: &One, area: usize) -> f64 {
    ground.pairs_of(area).fold(0.0, |sum, pair| sum + one.posts[pair])
}

fn muster(ground: &Ground, one: &One, inputs: &OneInputs<'_>, w: &mut Working, area: usize) {
    let all = posts_here(ground, one, area);
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        let sent = w.per_weight[side] * w.weight[pair];
        let guards = w.guard[side] * one.posts[pair];
        let distance = formulas::distance(inputs.of(Parameter::Gradient), ground.hops(pair) as f64);
        let worth = formulas::worth(distance, one.supply[pair], inputs.of(Parameter::SupplyFloor));
        w.engaged[pair] = (inputs.of(Parameter::Sally) * guards + sent) * worth;
        w.strength[pair] = (guards + one.garrison[pair] + sent) * worth;
        let quality = inputs.side(side, SideParameter::Quality);
        let guerrilla = inputs.side(side, SideParameter::Guerrilla);
        let hold = formulas::share(one.posts[pair], all);
        let vigour = formulas::vigour(quality, inputs.of(Parameter::Information), guerrilla, hold);
        w.strike[pair] = w.engaged[pair] * vigour;
    }
}

/// How hard one pair's side strikes at another's in the same area.
fn blow(ground: &Ground, inputs: &OneInputs<'_>, w: &Working, from: usize, to: usize) -> f64 {
    let (from_side, to_side) = (ground.pairs()[from].side, ground.pairs()[to].side);
    inputs.hostility[from_side * ground.sides() + to_side] * w.strike[from]
}

fn fight(ground: &Ground, one: &mut One, inputs: &OneInputs<'_>, w: &mut Working, area: usize) {
    let attrition = inputs.of(Parameter::Attrition);
    let all = posts_here(ground, one, area);
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        let mut pressure = 0.0;
        for rival in ground.pairs_of(area) {
            if rival != pair {
                pressure += blow(ground, inputs, w, rival, pair);
            }
        }
        let quality = inputs.side(side, SideParameter::Quality);
        let threat = formulas::share(pressure, pressure + w.strength[pair] * quality);
        one.threat[pair] = threat;
        let hold = formulas::share(one.posts[pair], all);
        w.exposed[pair] = formulas::exposure(inputs.side(side, SideParameter::Guerrilla), hold, threat);
        w.losses[side] += formulas::defence_loss(attrition, threat, w.strength[pair], w.exposed[pair]);
        w.people[side] += ground.population_share(area) * hold;
        if threat > 0.0 {
            let battalion = formulas::battalion(inputs.of(Parameter::Battalion));
            w.garrisons[side] += formulas::garrisons(one.posts[pair], battalion, 1.0 / battalion);
        }
    }
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        let fire = formulas::fire_factor(inputs.of(Parameter::Firepower), one.fire[pair]);
        for rival in ground.pairs_of(area) {
            if rival == pair {
                continue;
            }
            let attacker = ground.pairs()[rival].side;
            let engaged = inputs.hostility[attacker * ground.sides() + side] * w.engaged[rival];
            w.losses[attacker] += formulas::attack_loss(attrition, engaged, w.exposed[rival], one.threat[pair], fire);
        }
    }
}

fn close(one: &mut One, inputs: &OneInputs<'_>, w: &Working, side: usize, force: &mut f64) {
    let there = if *force > 0.0 { *force } else { 0.0 };
    let captives = w.captives[side];
    one.posts_lost[side] += w.lost[side];
    one.surrendered[side] += if captives < there { captives } else { there };
    let want = formulas::share(w.want[side], w.held[side]);
    let rate = inputs.side(side, SideParameter::Desertion);
    let deserting = formulas::desertion(rate, inputs.of(Parameter::Morale), one.shaken[side], want);
    let recruiting = inputs.side(side, SideParameter::Recruits) * w.people[side];
    *force = formulas::force_after(there, captives, w.losses[side], deserting, recruiting);
    let kept = formulas::kept(inputs.of(Parameter::Forget));
    one.shaken[side] = (one.shaken[side] + formulas::share(w.lost[side], w.held[side])) * kept;
    one.news[side] = (one.news[side] + w.fallen[side]) * kept;
}
