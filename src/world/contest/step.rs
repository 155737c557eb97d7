//! A tick of the contest in columns. The equations and their order are in the [module's page](super).
//!
//! Loops over lanes are innermost, in [`kernels`]; everything here is inlined into the caller, so that its choice of
//! processor features covers the whole tick. Nothing is allocated.

use super::falls::change_hands;
use super::ground::Ground;
use super::kernels;
use super::parameters::{Draw, Parameter, SideParameter};
use super::scratch::{Relation, Scratch};
use super::state::{Columns, State};

/// What a tick of the contest is given. Every column has a number a lane, finite and within its parameter's range.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// Ordered pairs of sides, `side * sides + other`: how hard the first fights the second, 0 (not at all) to 1.
    pub hostility: &'a [&'a [f64]],
    /// The contest's parameters, in the order of [`Parameter::ALL`].
    pub parameters: &'a [&'a [f64]],
    /// The sides' parameters, `side * SideParameter::COUNT + parameter`.
    pub side_parameters: &'a [&'a [f64]],
    /// Pairs: what the side's reserve is drawn there by; a negative number counts as 0.
    pub prefer: &'a [&'a [f64]],
}

impl<'a> Inputs<'a> {
    #[inline(always)]
    pub(super) fn of(&self, parameter: Parameter) -> &'a [f64] {
        self.parameters[parameter.index()]
    }

    #[inline(always)]
    fn side(&self, side: usize, parameter: SideParameter) -> &'a [f64] {
        self.side_parameters[side * SideParameter::COUNT + parameter.index()]
    }
}

/// Plays one tick in every lane.
///
/// `forces` has a column a side and is changed by losses, surrenders, desertion and recruits. `stocks` has an entry a
/// side, the column that captured arms are added to, if any. `draw(pair, which, out)` fills a column with the uniforms
/// (0 to 1, exclusive) of the address `area/side/draw`; it is asked only for those that can matter in
/// some lane, as far as that is told without them.
///
/// # Panics
/// If a table has fewer columns, or a column fewer lanes, than the ground and the state ask for.
#[inline(always)]
pub fn step<D: FnMut(usize, Draw, &mut [f64])>(
    ground: &Ground,
    state: &mut State,
    inputs: &Inputs<'_>,
    forces: &mut [&mut [f64]],
    stocks: &mut [Option<&mut [f64]>],
    mut draw: D,
    scratch: &mut Scratch,
) {
    scratch.sides.clear();
    prepare(ground, inputs, scratch);
    for pair in 0..ground.pairs().len() {
        scratch.has_fire[pair] = any_positive(state.fire.row(pair));
        scratch.has_garrison[pair] = any_positive(state.garrison.row(pair));
    }
    for area in 0..ground.areas() {
        supply_and_weigh(ground, state, inputs, scratch, area);
    }
    for (side, force) in forces.iter().enumerate() {
        let s = &mut scratch.sides;
        let (per_weight, guard) = (s.per_weight.row_mut(side), s.guard.row_mut(side));
        let effort = inputs.side(side, SideParameter::Effort);
        kernels::divide_force(per_weight, guard, force, effort, s.weights.row(side), s.held.row(side));
    }
    for area in 0..ground.areas() {
        scratch.contested[area] = is_contested(ground, scratch, area);
        if scratch.contested[area] {
            muster(ground, state, inputs, scratch, area);
            fight(ground, state, inputs, scratch, area);
        } else {
            rest(ground, state, inputs, scratch, area);
        }
        count_people(ground, state, scratch, area);
    }
    for side in 0..ground.sides() {
        let s = &mut scratch.sides;
        let (spread, forget) = (inputs.of(Parameter::SurrenderSpread), inputs.of(Parameter::Forget));
        kernels::alarm(s.alarm.row_mut(side), spread, forget, state.news.row(side), s.garrisons.row(side));
    }
    for area in 0..ground.areas() {
        change_hands(ground, state, inputs, stocks, scratch, area, &mut draw);
    }
    state.settled = true;
    for (side, force) in forces.iter_mut().enumerate() {
        close(state, inputs, scratch, side, force);
    }
    for area in 0..ground.areas() {
        if ground.neighbours_of(area).iter().any(|near| scratch.changed[*near]) {
            look(ground, state, scratch, area);
        }
    }
}

/// The tables that hold for a whole tick: who is whose friend, and what distance costs.
#[inline(always)]
fn prepare(ground: &Ground, inputs: &Inputs<'_>, scratch: &mut Scratch) {
    let sides = ground.sides();
    for side in 0..sides {
        for other in 0..sides {
            let (there, back) = (side * sides + other, other * sides + side);
            let (friend, odds) = (scratch.friend.row_mut(there), scratch.odds.row_mut(there));
            kernels::relations(friend, odds, inputs.hostility[there], inputs.hostility[back]);
            scratch.relation[there] = if !any_positive(odds) {
                Relation::Peace
            } else if !any_positive(friend) {
                Relation::War
            } else {
                Relation::Mixed
            };
        }
        scratch.recruits[side] = any_positive(inputs.side(side, SideParameter::Recruits));
        scratch.hides[side] = any_positive(inputs.side(side, SideParameter::Guerrilla));
    }
    for hops in 0..=ground.most_hops() {
        kernels::distance(scratch.distance.row_mut(hops), inputs.of(Parameter::Gradient), hops as f64);
    }
    let lane = &mut scratch.lane;
    kernels::battalion(&mut lane.battalion, &mut lane.per_battalion, inputs.of(Parameter::Battalion));
    kernels::kept(&mut scratch.lane.garrison_kept, inputs.of(Parameter::GarrisonDecay));
    kernels::kept(&mut scratch.lane.fire_kept, inputs.of(Parameter::FireDecay));
}

/// All posts around an area. Posts are whole numbers, so that their sums are exact in any order.
#[inline(always)]
fn around<'a>(ground: &Ground, near: &'a Columns, zero: &'a [f64], sum: &'a mut [f64], area: usize) -> &'a [f64] {
    let all = ground.vicinities_of(area);
    match all.len() {
        0 => zero,
        1 => near.row(all.start),
        _ => {
            kernels::add_two(sum, near.row(all.start), near.row(all.start + 1));
            for vicinity in all.skip(2) {
                kernels::add(sum, near.row(vicinity));
            }
            sum
        }
    }
}

/// The tables of who is what to whom, as far as the posts around are sorted by them.
#[derive(Clone, Copy)]
struct Relations<'a> {
    friend: &'a Columns,
    odds: &'a Columns,
    of: &'a [Relation],
    sides: usize,
}

/// The posts around that a side is hostile to, and those of its enemies, if there may be any. Where one other side stands around that is at war
/// with it in every lane, both are that side's posts, and nothing is copied.
#[inline(always)]
fn foes<'a>(
    ground: &Ground,
    near: &'a Columns,
    relations: Relations<'_>,
    hostile: &'a mut [f64],
    enemy: &'a mut [f64],
    pair: usize,
) -> Option<(&'a [f64], &'a [f64])> {
    let place = ground.pairs()[pair];
    let relation = |vicinity: usize| place.side * relations.sides + ground.vicinity_side(vicinity);
    let is_foe = |vicinity: &usize| {
        ground.vicinity_side(*vicinity) != place.side && relations.of[relation(*vicinity)] != Relation::Peace
    };
    let mut all = ground.vicinities_of(place.area).filter(is_foe);
    let first = all.next()?;
    let second = all.next();
    if second.is_none() && relations.of[relation(first)] == Relation::War {
        return Some((near.row(first), near.row(first)));
    }
    hostile.fill(0.0);
    enemy.fill(0.0);
    for vicinity in [first].into_iter().chain(second).chain(all) {
        let (friend, odds) = (relations.friend.row(relation(vicinity)), relations.odds.row(relation(vicinity)));
        kernels::sort_near(hostile, enemy, near.row(vicinity), friend, odds);
    }
    Some((hostile, enemy))
}

/// The posts of a pair's enemies in its area, if there may be any.
#[inline(always)]
fn foes_here<'a>(
    ground: &Ground,
    posts: &'a Columns,
    relations: Relations<'_>,
    sum: &'a mut [f64],
    pair: usize,
) -> Option<&'a [f64]> {
    let place = ground.pairs()[pair];
    let relation = |rival: usize| place.side * relations.sides + ground.pairs()[rival].side;
    let mut rivals =
        ground.pairs_of(place.area).filter(|r| *r != pair && relations.of[relation(*r)] != Relation::Peace);
    let first = rivals.next()?;
    let second = rivals.next();
    if second.is_none() && relations.of[relation(first)] == Relation::War {
        return Some(posts.row(first));
    }
    sum.fill(0.0);
    for rival in [first].into_iter().chain(second).chain(rivals) {
        kernels::add_flagged(sum, posts.row(rival), relations.odds.row(relation(rival)));
    }
    Some(sum)
}

/// Supply, and what the reserves are drawn to.
#[inline(always)]
fn supply_and_weigh(ground: &Ground, state: &mut State, inputs: &Inputs<'_>, scratch: &mut Scratch, area: usize) {
    let Scratch { friend, odds, relation, pairs, sides: sums, lane, .. } = scratch;
    let relations = Relations { friend, odds, of: relation, sides: ground.sides() };
    let State { near, posts, supply, cut_off, .. } = state;
    let flag = |is: bool| f64::from(u8::from(is));
    let island = ground.neighbours_of(area).is_empty();
    let around = around(ground, near, &lane.zero, &mut lane.around, area);
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        let foes = foes(ground, near, relations, &mut lane.hostile, &mut lane.enemy, pair);
        let foes_here = foes_here(ground, posts, relations, &mut lane.enemy_here, pair);
        let base = ground.is_base(pair);
        let (refill, erosion) = (inputs.of(Parameter::Refill), inputs.of(Parameter::Erosion));
        let (held, want) = (sums.held.row_mut(side), sums.want.row_mut(side));
        let (supply, cut_off) = (supply.row_mut(pair), cut_off.row_mut(pair));
        let (weight, posts) = (pairs.weight.row_mut(pair), posts.row(pair));
        if foes.is_none() && foes_here.is_none() {
            let (source, island) = (flag(island || base), flag(island));
            kernels::supply_in_peace(
                supply, cut_off, weight, held, want, around, posts, refill, erosion, source, island,
            );
            continue;
        }
        let own = ground.vicinities_of(area).find(|v| ground.vicinity_side(*v) == side);
        let (hostile, enemy) = foes.unwrap_or((&lane.zero, &lane.zero));
        kernels::supply_and_weigh(
            supply,
            cut_off,
            weight,
            sums.weights.row_mut(side),
            held,
            want,
            around,
            hostile,
            enemy,
            own.map_or(&lane.zero, |own| near.row(own)),
            foes_here.unwrap_or(&lane.zero),
            inputs.prefer[pair],
            posts,
            inputs.of(Parameter::Roads),
            refill,
            erosion,
            flag(island || base),
            flag(island),
            flag(base),
        );
    }
}

/// Posts around an area have changed: how many there are, and who is cut off.
#[inline(always)]
fn look(ground: &Ground, state: &mut State, scratch: &mut Scratch, area: usize) {
    state.count_around(ground, area);
    let Scratch { friend, odds, relation, lane, .. } = scratch;
    let relations = Relations { friend, odds, of: relation, sides: ground.sides() };
    let State { near, cut_off, .. } = state;
    let around = around(ground, near, &lane.zero, &mut lane.around, area);
    for pair in ground.pairs_of(area) {
        let foes = foes(ground, near, relations, &mut lane.hostile, &mut lane.enemy, pair);
        kernels::cut_off(cut_off.row_mut(pair), around, foes.map_or(&lane.zero, |(hostile, _)| hostile));
    }
}

/// Whether two sides that are at odds in some lane have a place in an area.
#[inline(always)]
fn is_contested(ground: &Ground, scratch: &Scratch, area: usize) -> bool {
    let range = ground.pairs_of(area);
    range.clone().any(|pair| {
        let relation = |rival: usize| ground.pairs()[pair].side * ground.sides() + ground.pairs()[rival].side;
        (pair + 1..range.end).any(|rival| scratch.relation[relation(rival)] != Relation::Peace)
    })
}

/// All posts in an area.
#[inline(always)]
fn posts_here<'a>(ground: &Ground, posts: &'a Columns, sum: &'a mut [f64], area: usize) -> &'a [f64] {
    let all = ground.pairs_of(area);
    if all.len() == 1 {
        return posts.row(all.start);
    }
    sum.fill(0.0);
    for pair in all {
        kernels::add(sum, posts.row(pair));
    }
    sum
}

/// The strength of every side in an area, and the part that strikes.
#[inline(always)]
fn muster(ground: &Ground, state: &State, inputs: &Inputs<'_>, scratch: &mut Scratch, area: usize) {
    let first = ground.pairs_of(area).start;
    let Scratch { distance, pairs, sides, here, lane, hides, has_garrison, .. } = scratch;
    let posts_here = posts_here(ground, &state.posts, &mut lane.sum, area);
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        // A column of nothing stays where it was loaded last.
        let garrison = if has_garrison[pair] { state.garrison.row(pair) } else { &lane.zero };
        if !hides[side] {
            kernels::muster_regulars(
                here.engaged.row_mut(pair - first),
                pairs.strength.row_mut(pair),
                pairs.strike.row_mut(pair),
                distance.row(ground.hops(pair)),
                state.supply.row(pair),
                inputs.of(Parameter::SupplyFloor),
                pairs.weight.row(pair),
                sides.per_weight.row(side),
                sides.guard.row(side),
                state.posts.row(pair),
                garrison,
                inputs.of(Parameter::Sally),
                inputs.side(side, SideParameter::Quality),
            );
            continue;
        }
        kernels::muster(
            here.hold.row_mut(pair - first),
            here.engaged.row_mut(pair - first),
            pairs.strength.row_mut(pair),
            pairs.strike.row_mut(pair),
            distance.row(ground.hops(pair)),
            state.supply.row(pair),
            inputs.of(Parameter::SupplyFloor),
            pairs.weight.row(pair),
            sides.per_weight.row(side),
            sides.guard.row(side),
            state.posts.row(pair),
            garrison,
            inputs.of(Parameter::Sally),
            posts_here,
            inputs.side(side, SideParameter::Quality),
            inputs.of(Parameter::Information),
            inputs.side(side, SideParameter::Guerrilla),
        );
    }
}

/// An area in which nobody is at odds: no threat to anybody. Only where ruins may be rebuilt is its strength asked for.
#[inline(always)]
fn rest(ground: &Ground, state: &mut State, inputs: &Inputs<'_>, scratch: &mut Scratch, area: usize) {
    let Scratch { distance, pairs, sides, lane, has_garrison, .. } = scratch;
    let has_ruins = any_positive(state.ruined.row(area));
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        state.threat.row_mut(pair).fill(0.0);
        if has_ruins {
            kernels::strength(
                pairs.strength.row_mut(pair),
                distance.row(ground.hops(pair)),
                state.supply.row(pair),
                inputs.of(Parameter::SupplyFloor),
                pairs.weight.row(pair),
                sides.per_weight.row(side),
                sides.guard.row(side),
                state.posts.row(pair),
                if has_garrison[pair] { state.garrison.row(pair) } else { &lane.zero },
            );
        }
    }
}

/// The people under the hold of those who recruit.
#[inline(always)]
fn count_people(ground: &Ground, state: &State, scratch: &mut Scratch, area: usize) {
    let Scratch { recruits, sides, lane, .. } = scratch;
    if !ground.pairs_of(area).any(|pair| recruits[ground.pairs()[pair].side]) {
        return;
    }
    let posts_here = posts_here(ground, &state.posts, &mut lane.sum, area);
    for pair in ground.pairs_of(area) {
        let people = sides.people.row_mut(ground.pairs()[pair].side);
        kernels::count_people(people, state.posts.row(pair), posts_here, ground.population_share(area));
    }
}

/// Threats and losses in an area.
#[inline(always)]
fn fight(ground: &Ground, state: &mut State, inputs: &Inputs<'_>, scratch: &mut Scratch, area: usize) {
    let sides = ground.sides();
    let range = ground.pairs_of(area);
    let Scratch { relation, hides, pairs, sides: sums, here, lane, has_fire, .. } = scratch;
    let attrition = inputs.of(Parameter::Attrition);
    for pair in range.clone() {
        let side = ground.pairs()[pair].side;
        let there = |rival: usize| ground.pairs()[rival].side * sides + side;
        let mut rivals = range.clone().filter(|r| *r != pair && relation[there(*r)] != Relation::Peace);
        let (hostility, pressure): (&[f64], &[f64]) = match (rivals.next(), rivals.next()) {
            (None, _) => (&lane.ones, &lane.zero),
            (Some(only), None) => (inputs.hostility[there(only)], pairs.strike.row(only)),
            (first, second) => {
                lane.sum.fill(0.0);
                for rival in first.into_iter().chain(second).chain(rivals) {
                    kernels::press(&mut lane.sum, inputs.hostility[there(rival)], pairs.strike.row(rival));
                }
                (&lane.ones, &lane.sum)
            }
        };
        kernels::defend(
            state.threat.row_mut(pair),
            here.exposed.row_mut(pair - range.start),
            sums.losses.row_mut(side),
            sums.garrisons.row_mut(side),
            hostility,
            pressure,
            pairs.strength.row(pair),
            inputs.side(side, SideParameter::Quality),
            inputs.side(side, SideParameter::Guerrilla),
            if hides[side] { here.hold.row(pair - range.start) } else { &lane.zero },
            attrition,
            state.posts.row(pair),
            &lane.battalion,
            &lane.per_battalion,
        );
    }
    for pair in range.clone() {
        let side = ground.pairs()[pair].side;
        for rival in range.clone().filter(|r| *r != pair) {
            let attacker = ground.pairs()[rival].side;
            let there = attacker * sides + side;
            if relation[there] == Relation::Peace {
                continue;
            }
            kernels::attack(
                sums.losses.row_mut(attacker),
                attrition,
                inputs.hostility[there],
                here.engaged.row(rival - range.start),
                here.exposed.row(rival - range.start),
                state.threat.row(pair),
                inputs.of(Parameter::Firepower),
                if has_fire[pair] { state.fire.row(pair) } else { &lane.zero },
            );
        }
    }
}

/// A side's force after the tick, and what it remembers.
#[inline(always)]
fn close(state: &mut State, inputs: &Inputs<'_>, scratch: &mut Scratch, side: usize, force: &mut [f64]) {
    let Scratch { sides, lane, .. } = scratch;
    let (held, captives) = (sides.held.row(side), sides.captives.row(side));
    kernels::add(state.posts_lost.row_mut(side), sides.lost.row(side));
    kernels::count_captives(state.surrendered.row_mut(side), captives, force);
    kernels::desertion(
        &mut lane.sum,
        inputs.side(side, SideParameter::Desertion),
        inputs.of(Parameter::Morale),
        state.shaken.row(side),
        sides.want.row(side),
        held,
    );
    let recruits = inputs.side(side, SideParameter::Recruits);
    kernels::change_force(force, captives, sides.losses.row(side), &lane.sum, recruits, sides.people.row(side));
    let (shaken, news) = (state.shaken.row_mut(side), state.news.row_mut(side));
    kernels::remember(shaken, news, sides.lost.row(side), held, sides.fallen.row(side), inputs.of(Parameter::Forget));
}

/// Whether any lane's number is above 0. No early end, so that it stays packed.
#[inline(always)]
pub(super) fn any_positive(column: &[f64]) -> bool {
    let mut any = false;
    for value in column {
        any |= *value > 0.0;
    }
    any
}
