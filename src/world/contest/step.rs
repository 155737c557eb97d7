//! A tick of the contest in columns. The equations and their order are in the [module's page](super).
//!
//! Loops over lanes are innermost, in [`kernels`]; everything here is inlined into the caller, so that its choice of
//! processor features covers the whole tick. Nothing is allocated.

use super::falls::{build, divide, fall, settle, towns};
use super::ground::Ground;
use super::kernels;
use super::parameters::{Draw, Parameter, SideParameter};
use super::scratch::{Relation, Scratch};
use super::state::State;

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
/// (0 to 1, exclusive) of the address `area/side/draw`; it is asked only for those that can matter in some lane.
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
        muster(ground, state, inputs, scratch, area);
        fight(ground, state, inputs, scratch, area);
    }
    for side in 0..ground.sides() {
        let s = &mut scratch.sides;
        let (spread, forget) = (inputs.of(Parameter::SurrenderSpread), inputs.of(Parameter::Forget));
        kernels::alarm(s.alarm.row_mut(side), spread, forget, state.news.row(side), s.garrisons.row(side));
    }
    for area in 0..ground.areas() {
        build(ground, state, inputs, scratch, area, &mut draw);
        towns(ground, state, inputs, scratch, area, &mut draw);
        state.fighting.row_mut(area).fill(0.0);
        let range = ground.pairs_of(area);
        for pair in range.clone() {
            scratch.here.gained.row_mut(pair - range.start).fill(0.0);
        }
        for pair in range {
            if fall(ground, state, inputs, scratch, pair, &mut draw) {
                divide(ground, inputs, stocks, scratch, pair);
            }
        }
        settle(ground, state, scratch, area);
    }
    for (side, force) in forces.iter_mut().enumerate() {
        close(state, inputs, scratch, side, force);
    }
    state.look(ground, inputs.hostility);
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
    }
    for hops in 0..=ground.most_hops() {
        kernels::distance(scratch.distance.row_mut(hops), inputs.of(Parameter::Gradient), hops as f64);
    }
    kernels::kept(&mut scratch.lane.garrison_kept, inputs.of(Parameter::GarrisonDecay));
    kernels::kept(&mut scratch.lane.fire_kept, inputs.of(Parameter::FireDecay));
}

/// Supply, and what the reserves are drawn to.
#[inline(always)]
fn supply_and_weigh(ground: &Ground, state: &mut State, inputs: &Inputs<'_>, scratch: &mut Scratch, area: usize) {
    let sides = ground.sides();
    let island = ground.neighbours_of(area).is_empty();
    let Scratch { friend, odds, relation, pairs, sides: sums, lane, .. } = scratch;
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        for column in [&mut lane.friendly, &mut lane.hostile, &mut lane.own_near, &mut lane.enemy_near] {
            column.fill(0.0);
        }
        lane.enemy_here.fill(0.0);
        for vicinity in ground.vicinities_of(area) {
            let (other, near) = (ground.vicinity_side(vicinity), state.near(vicinity));
            if other == side {
                kernels::add(&mut lane.friendly, near);
                kernels::add(&mut lane.own_near, near);
                continue;
            }
            let there = side * sides + other;
            match relation[there] {
                Relation::Peace => kernels::add(&mut lane.friendly, near),
                Relation::War => {
                    kernels::add(&mut lane.hostile, near);
                    kernels::add(&mut lane.enemy_near, near);
                }
                Relation::Mixed => {
                    let (friend, odds) = (friend.row(there), odds.row(there));
                    kernels::sort_near(&mut lane.friendly, &mut lane.hostile, &mut lane.enemy_near, near, friend, odds);
                }
            }
        }
        for rival in ground.pairs_of(area).filter(|r| *r != pair) {
            let odds = odds.row(side * sides + ground.pairs()[rival].side);
            kernels::add_flagged(&mut lane.enemy_here, state.posts.row(rival), odds);
        }
        let (supply, cut_off) = (state.supply.row_mut(pair), state.cut_off.row_mut(pair));
        let (refill, erosion) = (inputs.of(Parameter::Refill), inputs.of(Parameter::Erosion));
        if island || ground.is_base(pair) {
            kernels::supply_at_source(supply, cut_off, &lane.friendly, refill, erosion, f64::from(u8::from(island)));
        } else {
            let roads = inputs.of(Parameter::Roads);
            kernels::supply_by_road(supply, cut_off, &lane.friendly, &lane.hostile, roads, refill, erosion);
        }
        kernels::weigh(
            pairs.weight.row_mut(pair),
            sums.weights.row_mut(side),
            sums.held.row_mut(side),
            sums.want.row_mut(side),
            inputs.prefer[pair],
            state.posts.row(pair),
            supply,
            &lane.own_near,
            &lane.enemy_here,
            &lane.enemy_near,
            f64::from(u8::from(ground.is_base(pair))),
        );
    }
}

/// The strength of every side in an area, and the part that strikes.
#[inline(always)]
fn muster(ground: &Ground, state: &State, inputs: &Inputs<'_>, scratch: &mut Scratch, area: usize) {
    let first = ground.pairs_of(area).start;
    let Scratch { distance, pairs, sides, here, lane, .. } = scratch;
    lane.sum.fill(0.0);
    for pair in ground.pairs_of(area) {
        kernels::add(&mut lane.sum, state.posts.row(pair));
    }
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        let floor = inputs.of(Parameter::SupplyFloor);
        kernels::worth(&mut lane.count, distance.row(ground.hops(pair)), state.supply.row(pair), floor);
        kernels::muster(
            here.engaged.row_mut(pair - first),
            pairs.strength.row_mut(pair),
            pairs.weight.row(pair),
            sides.per_weight.row(side),
            sides.guard.row(side),
            state.posts.row(pair),
            state.garrison.row(pair),
            &lane.count,
            inputs.of(Parameter::Sally),
        );
        kernels::strike(
            here.hold.row_mut(pair - first),
            pairs.strike.row_mut(pair),
            state.posts.row(pair),
            &lane.sum,
            here.engaged.row(pair - first),
            inputs.side(side, SideParameter::Quality),
            inputs.of(Parameter::Information),
            inputs.side(side, SideParameter::Guerrilla),
        );
        let people = sides.people.row_mut(side);
        kernels::count_people(people, here.hold.row(pair - first), ground.population_share(area));
    }
}

/// Threats and losses in an area.
#[inline(always)]
fn fight(ground: &Ground, state: &mut State, inputs: &Inputs<'_>, scratch: &mut Scratch, area: usize) {
    let sides = ground.sides();
    let first = ground.pairs_of(area).start;
    let Scratch { relation, pairs, sides: sums, here, lane, .. } = scratch;
    let attrition = inputs.of(Parameter::Attrition);
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        lane.sum.fill(0.0);
        for rival in ground.pairs_of(area).filter(|r| *r != pair) {
            let there = ground.pairs()[rival].side * sides + side;
            if relation[there] != Relation::Peace {
                kernels::press(&mut lane.sum, inputs.hostility[there], pairs.strike.row(rival));
            }
        }
        kernels::defend(
            state.threat.row_mut(pair),
            here.exposed.row_mut(pair - first),
            sums.losses.row_mut(side),
            sums.garrisons.row_mut(side),
            pairs.count.row_mut(pair),
            &lane.sum,
            pairs.strength.row(pair),
            inputs.side(side, SideParameter::Quality),
            inputs.side(side, SideParameter::Guerrilla),
            here.hold.row(pair - first),
            attrition,
            state.posts.row(pair),
            inputs.of(Parameter::Battalion),
        );
    }
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        let fire = &mut lane.sum;
        kernels::fire_factor(fire, inputs.of(Parameter::Firepower), state.fire.row(pair));
        for rival in ground.pairs_of(area).filter(|r| *r != pair) {
            let attacker = ground.pairs()[rival].side;
            let there = attacker * sides + side;
            if relation[there] == Relation::Peace {
                continue;
            }
            kernels::attack(
                sums.losses.row_mut(attacker),
                attrition,
                inputs.hostility[there],
                here.engaged.row(rival - first),
                here.exposed.row(rival - first),
                state.threat.row(pair),
                fire,
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
