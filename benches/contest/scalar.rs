//! The contest as a plain loop: one run at a time, a struct a post, as one would write it by hand for speed. What need not be
//! worked out is skipped, no table is looked up twice, and nothing is allocated within a tick.
//!
//! Where the draws and the exponential come from is left open, so that the same loop serves as the rival that is timed and as
//! the check that the engine's contest is the same to the bit.

use super::country::{Given, SIDES};
use super::layout::{Area, Country, Land, Post, Side};
use entente::world::contest::{Draw, Parameter, SideParameter};
use std::ops::Range;

/// Where a run's draws come from, and its exponential.
pub trait Dice {
    /// The uniform of a pair's draw in the current tick.
    fn uniform(&mut self, pair: usize, which: Draw) -> f64;
    /// e^x
    fn exp(&self, x: f64) -> f64;
}

/// A run.
pub struct Run<'a> {
    country: &'a Country,
    given: &'a Given,
    /// The posts, an entry a pair.
    pub posts: Vec<Post>,
    /// The areas.
    pub land: Vec<Land>,
    /// The sides.
    pub sides: [Side; SIDES],
    near: Vec<f64>,
    distance: Vec<f64>,
}

impl<'a> Run<'a> {
    /// The start.
    pub fn new(country: &'a Country, given: &'a Given) -> Self {
        let post = |pair: usize| Post {
            posts: country.posts[pair],
            garrison: given.garrison[pair],
            supply: 1.0,
            fire: given.fire[pair],
            ..Post::default()
        };
        let land = |&(holder, town_holder): &(usize, usize)| Land { holder, town_holder, ..Land::default() };
        let gradient = given.parameters[Parameter::Gradient.index()];
        let furthest = country.hops.iter().copied().max().unwrap_or(0);
        let mut run = Self {
            country,
            given,
            posts: (0..country.posts.len()).map(post).collect(),
            land: country.holders.iter().map(land).collect(),
            sides: std::array::from_fn(|side| Side { force: given.forces[side], ..Side::default() }),
            near: vec![0.0; country.sums],
            distance: (0..=furthest).map(|hops| 1.0 / (1.0 + gradient * hops as f64)).collect(),
        };
        run.look();
        run
    }

    #[inline(always)]
    fn of(&self, parameter: Parameter) -> f64 {
        self.given.parameters[parameter.index()]
    }

    #[inline(always)]
    fn side(&self, side: usize, parameter: SideParameter) -> f64 {
        self.given.side_parameters[side * SideParameter::COUNT + parameter.index()]
    }

    #[inline(always)]
    fn hostility(&self, from: usize, to: usize) -> f64 {
        self.given.hostility[from * SIDES + to]
    }

    #[inline(always)]
    fn at_odds(&self, a: usize, b: usize) -> bool {
        self.hostility(a, b) > 0.0 || self.hostility(b, a) > 0.0
    }

    /// Plays a tick.
    pub fn tick(&mut self, dice: &mut impl Dice) {
        for side in &mut self.sides {
            (side.weights, side.held, side.want, side.losses, side.people) = (0.0, 0.0, 0.0, 0.0, 0.0);
            (side.garrisons, side.lost, side.fallen, side.captives) = (0.0, 0.0, 0.0, 0.0);
        }
        let country = self.country;
        for area in &country.areas {
            self.supply_and_weigh(area);
        }
        for side in 0..SIDES {
            let effort = self.side(side, SideParameter::Effort);
            let of = &mut self.sides[side];
            let force = if of.force > 0.0 { of.force } else { 0.0 };
            let reserve = if of.weights > 1e-200 { effort * force } else { 0.0 };
            of.per_weight = if of.weights > 1e-200 { reserve / of.weights } else { 0.0 };
            of.guard = share(force - reserve, of.held);
        }
        for area in &country.areas {
            self.fight(area);
        }
        for side in 0..SIDES {
            let (spread, forget) = (self.of(Parameter::SurrenderSpread), self.of(Parameter::Forget));
            let of = &mut self.sides[side];
            of.alarm = share(spread * forget * of.news, of.garrisons);
        }
        for (number, area) in country.areas.iter().enumerate() {
            self.change_hands(number, area, dice);
        }
        for side in 0..SIDES {
            self.close(side);
        }
        self.look();
    }

    fn supply_and_weigh(&mut self, area: &Area) {
        let country = self.country;
        let is_island = area.near.is_empty();
        for pair in area.pairs.clone() {
            let side = country.sides[pair];
            let (mut own, mut friendly, mut hostile, mut enemy) = (0.0, 0.0, 0.0, 0.0);
            for ((other, _), near) in area.near.iter().zip(&self.near[area.first_near..]) {
                if *other == side {
                    own = *near;
                    friendly += near;
                    continue;
                }
                if self.hostility(side, *other) > 0.0 {
                    hostile += near;
                } else {
                    friendly += near;
                }
                if self.at_odds(side, *other) {
                    enemy += near;
                }
            }
            let mut enemy_here = 0.0;
            for rival in area.pairs.clone() {
                if rival != pair && self.at_odds(side, country.sides[rival]) {
                    enemy_here += self.posts[rival].posts;
                }
            }
            let blocked = if is_island || country.is_base[pair] {
                0.0
            } else if friendly > 0.0 {
                self.of(Parameter::Roads) * (hostile / (friendly + hostile))
            } else {
                1.0
            };
            let gain = self.of(Parameter::Refill) * (1.0 - blocked);
            let loss = self.of(Parameter::Erosion) * blocked;
            let prefer = self.given.prefer[pair];
            let post = &mut self.posts[pair];
            post.cut_off = !is_island && friendly <= 0.0;
            post.supply = (post.supply + gain) / (1.0 + gain + loss);
            let here = post.posts > 0.0 || country.is_base[pair];
            let possible = (here && enemy_here + enemy > 0.0) || ((here || own > 0.0) && enemy_here > 0.0);
            post.weight = if possible && prefer > 0.0 { prefer } else { 0.0 };
            let of = &mut self.sides[side];
            of.weights += post.weight;
            of.held += post.posts;
            of.want += post.posts * (1.0 - post.supply);
        }
    }

    fn fight(&mut self, area: &Area) {
        let country = self.country;
        let mut all = 0.0;
        for post in &self.posts[area.pairs.clone()] {
            all += post.posts;
        }
        for pair in area.pairs.clone() {
            let side = country.sides[pair];
            let (floor, sally) = (self.of(Parameter::SupplyFloor), self.of(Parameter::Sally));
            let quality = self.side(side, SideParameter::Quality);
            let information = self.of(Parameter::Information) * self.side(side, SideParameter::Guerrilla);
            let of = &mut self.sides[side];
            let post = &mut self.posts[pair];
            let (sent, guards) = (of.per_weight * post.weight, of.guard * post.posts);
            let worth = self.distance[country.hops[pair]] * (floor + (1.0 - floor) * post.supply);
            let hold = share(post.posts, all);
            post.engaged = (sally * guards + sent) * worth;
            post.strength = (guards + post.garrison + sent) * worth;
            post.strike = post.engaged * (quality * (1.0 + information * hold));
            of.people += area.population * hold;
        }
        let attrition = self.of(Parameter::Attrition);
        let battalion = self.battalion();
        for pair in area.pairs.clone() {
            let side = country.sides[pair];
            let mut pressure = 0.0;
            for rival in area.pairs.clone() {
                if rival != pair {
                    pressure += self.hostility(country.sides[rival], side) * self.posts[rival].strike;
                }
            }
            let quality = self.side(side, SideParameter::Quality);
            let guerrilla = self.side(side, SideParameter::Guerrilla);
            let post = &mut self.posts[pair];
            if pressure <= 0.0 {
                (post.threat, post.exposed) = (0.0, 1.0);
                continue;
            }
            post.threat = pressure / (pressure + post.strength * quality);
            post.exposed = 1.0 - guerrilla * share(post.posts, all) * post.threat;
            let of = &mut self.sides[side];
            of.losses += 2.0 * attrition * post.threat * post.strength * post.exposed;
            of.garrisons += (post.posts / battalion).ceil();
        }
        for pair in area.pairs.clone() {
            let side = country.sides[pair];
            let fire = self.fire_factor(pair);
            for rival in area.pairs.clone() {
                let hostility = self.hostility(country.sides[rival], side);
                if rival != pair && hostility > 0.0 {
                    let engaged = hostility * self.posts[rival].engaged;
                    let exposed = self.posts[rival].exposed;
                    self.sides[country.sides[rival]].losses +=
                        2.0 * attrition * engaged * exposed * (1.0 - self.posts[pair].threat) * fire;
                }
            }
        }
    }

    #[inline(always)]
    fn battalion(&self) -> f64 {
        let whole = self.of(Parameter::Battalion).floor();
        if whole > 1.0 { whole } else { 1.0 }
    }

    #[inline(always)]
    fn fire_factor(&self, pair: usize) -> f64 {
        let fire = self.posts[pair].fire;
        1.0 + self.of(Parameter::Firepower) * if fire > 0.0 { fire } else { 0.0 }
    }

    fn change_hands(&mut self, number: usize, area: &Area, dice: &mut impl Dice) {
        let country = self.country;
        let (ruins, town_holder) = (self.land[number].ruined, self.land[number].town_holder);
        self.land[number].fighting = false;
        for post in &mut self.posts[area.pairs.clone()] {
            (post.gone, post.gained) = (0.0, 0.0);
        }
        for pair in area.pairs.clone() {
            self.fall(number, area, pair, dice);
            if area.towns && town_holder == country.sides[pair] && self.towns_fall(area, pair, dice) {
                self.land[number].town_holder = self.strongest(area, pair);
            }
        }
        let (garrison_kept, fire_kept) =
            (1.0 / (1.0 + self.of(Parameter::GarrisonDecay)), 1.0 / (1.0 + self.of(Parameter::FireDecay)));
        for pair in area.pairs.clone() {
            let mut built = 0.0;
            if ruins > 0.0 && self.land[number].holder == country.sides[pair] && self.posts[pair].strength > 0.0 {
                let hazard = self.of(Parameter::Rebuild) * (1.0 - self.posts[pair].threat);
                built = seldom(ruins, hazard, dice.uniform(area.holder_pair, Draw::Build), dice);
                self.land[number].ruined -= built;
            }
            let post = &mut self.posts[pair];
            post.posts = post.posts - post.gone + post.gained + built;
            post.garrison *= garrison_kept;
            post.fire *= fire_kept;
        }
        self.hold(number, area);
    }

    /// What a side loses in an area, and who gets it.
    fn fall(&mut self, number: usize, area: &Area, pair: usize, dice: &mut impl Dice) {
        let side = self.country.sides[pair];
        let Post { posts, threat, supply, cut_off, .. } = self.posts[pair];
        if posts <= 0.0 {
            return;
        }
        if threat > self.of(Parameter::Skirmish) {
            self.land[number].fighting = true;
        }
        let abandon = if cut_off { self.of(Parameter::Abandon) * (1.0 - supply) } else { 0.0 };
        let mut capture = 0.0;
        if threat > 0.0 {
            let score = if self.of(Parameter::Hazard) < 0.5 {
                self.of(Parameter::Steepness) * (2.0 * threat - 1.0)
            } else {
                self.of(Parameter::Isolation) * (1.0 - 2.0 * supply)
                    + self.of(Parameter::Morale) * self.sides[side].shaken
            };
            capture = 4.0 * self.of(Parameter::Pace) * threat * logistic(score, dice) / self.fire_factor(pair);
        }
        let hazard = capture + abandon;
        let mut fallen = 0.0;
        if hazard > 0.0 {
            fallen = binomial(posts, chance(hazard, dice), dice.uniform(pair, Draw::Fall));
        }
        let mut ruined = 0.0;
        if fallen > 0.0 {
            let part = (abandon + self.of(Parameter::Destroyed) * capture) / hazard;
            let rounded = (fallen * part + dice.uniform(pair, Draw::Ruin)).floor();
            ruined = if fallen < rounded { fallen } else { rounded };
        }
        let battalion = self.battalion();
        let garrisons = (posts / battalion).ceil();
        let mut surrendered = 0.0;
        let hazard = self.sides[side].alarm * threat;
        if hazard > 0.0 {
            let yielding = seldom(garrisons, hazard, dice.uniform(pair, Draw::Surrender), dice) * battalion;
            surrendered = if posts - fallen < yielding { posts - fallen } else { yielding };
        }
        let gone = fallen + surrendered;
        if gone <= 0.0 {
            return;
        }
        let taken = fallen - ruined + surrendered;
        let surrender = self.of(Parameter::Surrender);
        let of = &mut self.sides[side];
        of.lost += gone;
        of.fallen += garrisons - ((posts - taken) / battalion).ceil();
        of.captives += (surrender * (fallen - ruined) + surrendered) * of.guard;
        let guard = of.guard;
        self.posts[pair].garrison *= (posts - gone) / posts;
        self.posts[pair].gone = gone;
        self.land[number].ruined += ruined;
        if taken > 0.0 {
            self.divide(area, pair, taken, guard);
        }
    }

    /// Posts taken go to those who struck, by largest remainder.
    fn divide(&mut self, area: &Area, pair: usize, taken: f64, guard: f64) {
        let country = self.country;
        let side = country.sides[pair];
        let (mut parts, mut rests) = ([0.0; SIDES], [-1.0; SIDES]);
        let mut total = 0.0;
        for rival in area.pairs.clone().filter(|rival| *rival != pair) {
            total += self.hostility(country.sides[rival], side) * self.posts[rival].strike;
        }
        let mut left_over = taken;
        for rival in area.pairs.clone().filter(|rival| *rival != pair) {
            let by = country.sides[rival];
            let blow = self.hostility(by, side) * self.posts[rival].strike;
            if blow > 0.0 {
                let exact = taken * blow / total;
                parts[by] = exact.floor();
                rests[by] = exact - parts[by];
                left_over -= parts[by];
            }
        }
        while left_over > 0.0 {
            let mut best = 0;
            for by in 1..SIDES {
                if rests[by] > rests[best] {
                    best = by;
                }
            }
            if rests[best] < 0.0 {
                break;
            }
            parts[best] += 1.0;
            rests[best] = -1.0;
            left_over -= 1.0;
        }
        let captured = self.of(Parameter::Captured);
        for rival in area.pairs.clone() {
            let part = parts[country.sides[rival]];
            self.posts[rival].gained += part;
            self.sides[country.sides[rival]].stock += captured * guard * part;
        }
    }

    fn towns_fall(&self, area: &Area, pair: usize, dice: &mut impl Dice) -> bool {
        let threat = self.posts[pair].threat;
        if threat <= 0.0 || threat < self.of(Parameter::Dominance) {
            return false;
        }
        let hazard = self.of(Parameter::TownPace) * threat / self.fire_factor(pair);
        let draw = dice.uniform(area.town_holder_pair, Draw::Town);
        draw < hazard && draw < chance(hazard, dice)
    }

    fn strongest(&self, area: &Area, pair: usize) -> usize {
        let victim = self.country.sides[pair];
        let mut best = (victim, 0.0);
        for rival in area.pairs.clone().filter(|rival| *rival != pair) {
            let by = self.country.sides[rival];
            let blow = self.hostility(by, victim) * self.posts[rival].strike;
            if blow > best.1 {
                best = (by, blow);
            }
        }
        best.0
    }

    fn hold(&mut self, number: usize, area: &Area) {
        let country = self.country;
        let land = &mut self.land[number];
        let mut most = 0.0;
        for pair in area.pairs.clone() {
            if country.sides[pair] == land.holder {
                most = self.posts[pair].posts;
            }
        }
        for pair in area.pairs.clone() {
            if self.posts[pair].posts > most {
                (land.holder, most) = (country.sides[pair], self.posts[pair].posts);
            }
        }
    }

    fn close(&mut self, side: usize) {
        let (rate, morale) = (self.side(side, SideParameter::Desertion), self.of(Parameter::Morale));
        let recruits = self.side(side, SideParameter::Recruits);
        let kept = 1.0 / (1.0 + self.of(Parameter::Forget));
        let of = &mut self.sides[side];
        let force = if of.force > 0.0 { of.force } else { 0.0 };
        let captives = if of.captives < force { of.captives } else { force };
        of.posts_lost += of.lost;
        of.surrendered += captives;
        let deserting = rate * (1.0 + morale * (of.shaken + share(of.want, of.held)));
        let left = force - captives;
        of.force = left * (1.0 + recruits * of.people) / (1.0 + share(of.losses, force) + deserting);
        of.shaken = (of.shaken + share(of.lost, of.held)) * kept;
        of.news = (of.news + of.fallen) * kept;
    }

    /// The posts around each area, and who is cut off.
    fn look(&mut self) {
        let country = self.country;
        for area in &country.areas {
            let near = &mut self.near[area.first_near..area.first_near + area.near.len()];
            for (sum, (_, range)) in near.iter_mut().zip(&area.near) {
                *sum = 0.0;
                for &pair in &country.around[range.clone()] {
                    *sum += self.posts[pair as usize].posts;
                }
            }
            for pair in area.pairs.clone() {
                let side = country.sides[pair];
                let relieved = |((other, _), near): (&(usize, Range<usize>), &f64)| {
                    *near > 0.0 && (*other == side || self.given.hostility[side * SIDES + other] <= 0.0)
                };
                self.posts[pair].cut_off = !area.near.is_empty() && !area.near.iter().zip(&*near).any(relieved);
            }
        }
    }
}

#[inline(always)]
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[inline(always)]
fn chance(hazard: f64, dice: &impl Dice) -> f64 {
    let chance = 1.0 - dice.exp(-if hazard < 20.0 { hazard } else { 20.0 });
    if chance > 0.0 { chance } else { 0.0 }
}

#[inline(always)]
fn logistic(x: f64, dice: &impl Dice) -> f64 {
    let e = dice.exp(-x.abs());
    if x < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) }
}

/// A count of what mostly does not happen.
#[inline(always)]
fn seldom(count: f64, hazard: f64, draw: f64, dice: &impl Dice) -> f64 {
    if draw > 1.0 - count * hazard { binomial(count, chance(hazard, dice), draw) } else { 0.0 }
}

/// A Binomial count by the inverse of its distribution function.
#[inline(always)]
fn binomial(n: f64, p: f64, draw: f64) -> f64 {
    let (rarer, draw) = if p > 0.5 { (1.0 - p, 1.0 - draw) } else { (p, draw) };
    let draw = if draw > 1.0 - f64::EPSILON / 2.0 { 1.0 - f64::EPSILON / 2.0 } else { draw };
    let failure = 1.0 - rarer;
    let (mut mass, mut square, mut digits) = (1.0, failure, n as u32);
    while digits != 0 {
        if digits & 1 == 1 {
            mass *= square;
        }
        square *= square;
        digits >>= 1;
    }
    let ratio = rarer / failure;
    let (mut sum, mut count) = (mass, 0.0);
    while draw > sum {
        mass *= ((n - count) * ratio) * (1.0 / (count + 1.0));
        if sum + mass <= sum {
            break;
        }
        sum += mass;
        count += 1.0;
    }
    if p > 0.5 { n - count } else { count }
}
