//! The contest once more, slow and obvious: one run, plain numbers, nested loops.
//!
//! It shares only the scalar formulas with the column code, adds up in the same order, and so gives the same bits. The
//! tests hold the columns to it; the reference interpreter plays it.

use super::formulas::{self, HazardForm};
use super::ground::Ground;
use super::parameters::{Draw, Parameter, SideParameter};
use crate::numerics::counts::binomial_inverse;

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

/// What leaves a pair in a tick.
struct Leaving {
    fallen: f64,
    ruined: f64,
    surrendered: f64,
}

fn leaving<D: FnMut(usize, Draw) -> f64>(
    ground: &Ground,
    one: &One,
    inputs: &OneInputs<'_>,
    w: &Working,
    pair: usize,
    draw: &mut D,
) -> Leaving {
    let side = ground.pairs()[pair].side;
    let (posts, threat, supply) = (one.posts[pair], one.threat[pair], one.supply[pair]);
    let of = HazardForm {
        form: inputs.of(Parameter::Hazard),
        pace: inputs.of(Parameter::Pace),
        steepness: inputs.of(Parameter::Steepness),
        isolation: inputs.of(Parameter::Isolation),
        morale: inputs.of(Parameter::Morale),
    };
    let delay = formulas::fire_factor(inputs.of(Parameter::Firepower), one.fire[pair]);
    let capture = formulas::capture_hazard(of, threat, supply, one.shaken[side]) / delay;
    let abandon = formulas::abandon_hazard(inputs.of(Parameter::Abandon), one.cut_off[pair], supply);
    let fallen = binomial_inverse(posts, formulas::chance(capture + abandon), draw(pair, Draw::Fall));
    let destroyed = inputs.of(Parameter::Destroyed);
    let ruined = formulas::ruined(fallen, capture, abandon, destroyed, draw(pair, Draw::Ruin));

    let battalion = formulas::battalion(inputs.of(Parameter::Battalion));
    let (spread, forget) = (inputs.of(Parameter::SurrenderSpread), inputs.of(Parameter::Forget));
    let hazard = formulas::alarm(spread, forget, one.news[side], w.garrisons[side]) * threat;
    let garrisons = formulas::garrisons(posts, battalion, 1.0 / battalion);
    let yielding = formulas::seldom(garrisons, hazard, draw(pair, Draw::Surrender));
    Leaving { fallen, ruined, surrendered: formulas::smaller(posts - fallen, yielding * battalion) }
}

/// Whole posts divided by strength: everybody the whole part of their share, the rest by largest remainder. One attacker
/// alone gets them all.
fn divided(taken: f64, blows: &[f64]) -> Vec<f64> {
    if let [blow] = blows {
        return vec![if *blow > 0.0 { taken } else { 0.0 }];
    }
    let total = blows.iter().fold(0.0, |sum, b| sum + b);
    let exact: Vec<f64> = blows.iter().map(|b| formulas::share(taken * b, total)).collect();
    let mut parts: Vec<f64> = exact.iter().map(|e| e.floor()).collect();
    let mut rests: Vec<f64> =
        (0..blows.len()).map(|i| if blows[i] > 0.0 { exact[i] - parts[i] } else { -1.0 }).collect();
    let mut left_over = taken - parts.iter().sum::<f64>();
    while left_over > 0.0 {
        let mut best = None;
        for (i, rest) in rests.iter().enumerate() {
            if *rest >= 0.0 && best.is_none_or(|b: usize| *rest > rests[b]) {
                best = Some(i);
            }
        }
        let Some(best) = best else { break };
        parts[best] += 1.0;
        rests[best] = -1.0;
        left_over -= 1.0;
    }
    parts
}

fn change_hands<D: FnMut(usize, Draw) -> f64>(
    ground: &Ground,
    one: &mut One,
    inputs: &OneInputs<'_>,
    w: &mut Working,
    stocks: &mut [Option<f64>],
    area: usize,
    draw: &mut D,
) {
    let pairs: Vec<usize> = ground.pairs_of(area).collect();
    let mut after: Vec<f64> = pairs.iter().map(|p| one.posts[*p]).collect();
    let mut gained = vec![0.0; pairs.len()];
    let (ruins, town_holder) = (one.ruined[area], one.town_holder[area]);
    let battalion = formulas::battalion(inputs.of(Parameter::Battalion));
    one.fighting[area] = 0.0;
    for (i, &pair) in pairs.iter().enumerate() {
        let side = ground.pairs()[pair].side;
        let leaving = leaving(ground, one, inputs, w, pair, draw);
        let gone = leaving.fallen + leaving.surrendered;
        let taken = leaving.fallen - leaving.ruined + leaving.surrendered;
        let posts = one.posts[pair];
        w.lost[side] += gone;
        w.fallen[side] += formulas::garrisons(posts, battalion, 1.0 / battalion)
            - formulas::garrisons(posts - taken, battalion, 1.0 / battalion);
        let share = inputs.of(Parameter::Surrender);
        w.captives[side] += (share * (leaving.fallen - leaving.ruined) + leaving.surrendered) * w.guard[side];
        if posts > 0.0 {
            one.garrison[pair] *= (posts - gone) / posts;
        }
        after[i] -= gone;
        one.ruined[area] += leaving.ruined;
        if posts > 0.0 && one.threat[pair] > inputs.of(Parameter::Skirmish) {
            one.fighting[area] = 1.0;
        }
        let rivals: Vec<usize> = pairs.iter().copied().filter(|r| *r != pair).collect();
        let blows: Vec<f64> = rivals.iter().map(|r| blow(ground, inputs, w, *r, pair)).collect();
        for (&rival, part) in rivals.iter().zip(divided(taken, &blows)) {
            gained[rival - pairs[0]] += part;
            if let Some(Some(stock)) = stocks.get_mut(ground.pairs()[rival].side) {
                *stock += inputs.of(Parameter::Captured) * w.guard[side] * part;
            }
        }
        if town_holder == side && towns_fall(ground, one, inputs, pair, draw) {
            one.town_holder[area] = strongest(ground, side, &rivals, &blows);
        }
    }
    for (i, &pair) in pairs.iter().enumerate() {
        let mut built = 0.0;
        if one.holder[area] == ground.pairs()[pair].side {
            let rate = inputs.of(Parameter::Rebuild);
            let hazard = formulas::rebuild_hazard(rate, one.threat[pair], w.strength[pair]);
            let u = draw(ground.holder_pair(area), Draw::Build);
            built = formulas::seldom(ruins, hazard, u);
        }
        one.posts[pair] = after[i] + gained[i] + built;
        one.ruined[area] -= built;
        one.garrison[pair] *= formulas::kept(inputs.of(Parameter::GarrisonDecay));
        one.fire[pair] *= formulas::kept(inputs.of(Parameter::FireDecay));
    }
    hold(ground, one, area);
}

/// The side with most posts holds the area; ties keep the last.
fn hold(ground: &Ground, one: &mut One, area: usize) {
    let mut most = 0.0;
    for pair in ground.pairs_of(area) {
        if ground.pairs()[pair].side == one.holder[area] {
            most = one.posts[pair];
        }
    }
    for pair in ground.pairs_of(area) {
        if one.posts[pair] > most {
            (one.holder[area], most) = (ground.pairs()[pair].side, one.posts[pair]);
        }
    }
}

/// The side of the hardest blow, the first among equals; if there is none, the victim's.
fn strongest(ground: &Ground, victim: usize, rivals: &[usize], blows: &[f64]) -> usize {
    let mut strongest = (victim, 0.0);
    for (&rival, &blow) in rivals.iter().zip(blows) {
        if blow > strongest.1 {
            strongest = (ground.pairs()[rival].side, blow);
        }
    }
    strongest.0
}

fn towns_fall<D: FnMut(usize, Draw) -> f64>(
    ground: &Ground,
    one: &One,
    inputs: &OneInputs<'_>,
    pair: usize,
    draw: &mut D,
) -> bool {
    let delay = formulas::fire_factor(inputs.of(Parameter::Firepower), one.fire[pair]);
    let (pace, dominance) = (inputs.of(Parameter::TownPace), inputs.of(Parameter::Dominance));
    let hazard = formulas::town_hazard(pace, dominance, one.threat[pair], delay);
    let area = ground.pairs()[pair].area;
    let u = draw(ground.town_holder_pair(area), Draw::Town);
    ground.towns(area) > 0.0 && formulas::seldom_happens(hazard, u)
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
