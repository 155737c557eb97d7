//! The part of a tick in which posts and towns change hands, area by area, in columns.

use super::formulas;
use super::ground::Ground;
use super::kernels;
use super::parameters::{Draw, Parameter};
use super::scratch::Scratch;
use super::state::State;
use super::step::{Inputs, any_positive};
use crate::numerics::counts::binomial_inverse_columns;

/// Ruined posts that the holder of an area rebuilds.
#[inline(always)]
pub(super) fn build<D: FnMut(usize, Draw, &mut [f64])>(
    ground: &Ground,
    state: &State,
    inputs: &Inputs<'_>,
    scratch: &mut Scratch,
    area: usize,
    draw: &mut D,
) {
    let Scratch { pairs, lane, .. } = scratch;
    let ruins = state.ruined.row(area);
    lane.built.fill(0.0);
    if !any_positive(ruins) {
        return;
    }
    lane.hazard.fill(0.0);
    for pair in ground.pairs_of(area) {
        kernels::rebuild_hazard(
            &mut lane.hazard,
            state.holder.row(area),
            inputs.of(Parameter::Rebuild),
            state.threat.row(pair),
            pairs.strength.row(pair),
            ground.pairs()[pair].side as f64,
        );
    }
    if any_positive(&lane.hazard) {
        draw(ground.holder_pair(area), Draw::Build, &mut lane.draw);
        seldom(&mut lane.built, ruins, &lane.hazard, &lane.draw);
    }
}

/// Binomial counts of what mostly does not happen, lane by lane: only the few lanes in which something does are
/// counted.
#[inline(always)]
fn seldom(out: &mut [f64], count: &[f64], hazard: &[f64], draw: &[f64]) {
    for (((out, count), hazard), draw) in out.iter_mut().zip(count).zip(hazard).zip(draw) {
        *out = formulas::seldom(*count, *hazard, *draw);
    }
}

/// The posts of a pair that are lost: fallen, given up, surrendered; and the side's account of them. Whether there are
/// any.
#[inline(always)]
pub(super) fn fall<D: FnMut(usize, Draw, &mut [f64])>(
    ground: &Ground,
    state: &mut State,
    inputs: &Inputs<'_>,
    scratch: &mut Scratch,
    pair: usize,
    draw: &mut D,
) -> bool {
    let place = ground.pairs()[pair];
    let gone = pair - ground.pairs_of(place.area).start;
    scratch.here.gone.row_mut(gone).fill(0.0);
    if !any_positive(state.posts.row(pair)) {
        return false;
    }
    let by_assault = assault(state, inputs, scratch, pair, place.side, draw);
    let by_surrender = surrender(state, inputs, scratch, pair, place.side, draw);
    let (posts, threat) = (state.posts.row(pair), state.threat.row(pair));
    kernels::skirmish(state.fighting.row_mut(place.area), posts, threat, inputs.of(Parameter::Skirmish));
    if !by_assault && !by_surrender {
        return false;
    }
    let Scratch { pairs, sides, here, lane, .. } = scratch;
    kernels::account(
        &mut lane.taken,
        sides.lost.row_mut(place.side),
        sides.fallen.row_mut(place.side),
        sides.captives.row_mut(place.side),
        posts,
        pairs.count.row(pair),
        &lane.fallen,
        &lane.ruined,
        &lane.surrendered,
        inputs.of(Parameter::Battalion),
        inputs.of(Parameter::Surrender),
        sides.guard.row(place.side),
    );
    let (gone, ruins) = (here.gone.row_mut(gone), state.ruined.row_mut(place.area));
    kernels::leave(gone, ruins, &lane.fallen, &lane.surrendered, &lane.ruined);
    let garrison = state.garrison.row_mut(pair);
    if any_positive(garrison) {
        kernels::thin(garrison, posts, gone);
    }
    true
}

/// The posts that fall or are given up, and those of them that are ruined. Whether there are any.
#[inline(always)]
fn assault<D: FnMut(usize, Draw, &mut [f64])>(
    state: &State,
    inputs: &Inputs<'_>,
    scratch: &mut Scratch,
    pair: usize,
    side: usize,
    draw: &mut D,
) -> bool {
    let lane = &mut scratch.lane;
    let (threat, supply) = (state.threat.row(pair), state.supply.row(pair));
    let threatened = any_positive(threat);
    lane.capture.fill(0.0);
    lane.fallen.fill(0.0);
    lane.ruined.fill(0.0);
    if threatened {
        kernels::capture(
            &mut lane.capture,
            threat,
            supply,
            state.shaken.row(side),
            inputs.of(Parameter::Hazard),
            inputs.of(Parameter::Pace),
            inputs.of(Parameter::Steepness),
            inputs.of(Parameter::Isolation),
            inputs.of(Parameter::Morale),
        );
        if any_positive(state.fire.row(pair)) {
            kernels::fire_factor(&mut lane.sum, inputs.of(Parameter::Firepower), state.fire.row(pair));
            kernels::delay(&mut lane.capture, &lane.sum);
        }
    }
    kernels::abandon(&mut lane.abandon, inputs.of(Parameter::Abandon), state.cut_off.row(pair), supply);
    if !threatened && !any_positive(&lane.abandon) {
        return false;
    }
    kernels::fall_chance(&mut lane.chance, &lane.capture, &lane.abandon);
    draw(pair, Draw::Fall, &mut lane.draw);
    binomial_inverse_columns(state.posts.row(pair), &lane.chance, &lane.draw, &mut lane.fallen);
    if !any_positive(&lane.fallen) {
        return false;
    }
    draw(pair, Draw::Ruin, &mut lane.draw);
    let destroyed = inputs.of(Parameter::Destroyed);
    kernels::ruin(&mut lane.ruined, &lane.fallen, &lane.capture, &lane.abandon, destroyed, &lane.draw);
    true
}

/// The posts of garrisons that surrender whole. Whether there are any.
#[inline(always)]
fn surrender<D: FnMut(usize, Draw, &mut [f64])>(
    state: &State,
    inputs: &Inputs<'_>,
    scratch: &mut Scratch,
    pair: usize,
    side: usize,
    draw: &mut D,
) -> bool {
    let Scratch { pairs, sides, lane, .. } = scratch;
    lane.surrendered.fill(0.0);
    if !any_positive(sides.alarm.row(side)) {
        return false;
    }
    let (alarm, threat, count) = (sides.alarm.row(side), state.threat.row(pair), pairs.count.row(pair));
    kernels::surrender_hazard(&mut lane.hazard, alarm, threat);
    if !any_positive(&lane.hazard) {
        return false;
    }
    draw(pair, Draw::Surrender, &mut lane.draw);
    seldom(&mut lane.surrendered, count, &lane.hazard, &lane.draw);
    let posts = state.posts.row(pair);
    kernels::surrender_posts(&mut lane.surrendered, posts, &lane.fallen, inputs.of(Parameter::Battalion));
    any_positive(&lane.surrendered)
}

/// The posts taken from a pair go to those who attacked it, by largest remainder.
#[inline(always)]
pub(super) fn divide(
    ground: &Ground,
    inputs: &Inputs<'_>,
    stocks: &mut [Option<&mut [f64]>],
    scratch: &mut Scratch,
    pair: usize,
) {
    let sides = ground.sides();
    let place = ground.pairs()[pair];
    let range = ground.pairs_of(place.area);
    let Scratch { pairs, sides: sums, here, lane, .. } = scratch;
    if !any_positive(&lane.taken) {
        return;
    }
    let rivals = || range.clone().filter(|r| *r != pair);
    let hostility = |rival: usize| inputs.hostility[ground.pairs()[rival].side * sides + place.side];
    lane.sum.fill(0.0);
    for rival in rivals() {
        kernels::press(&mut lane.sum, hostility(rival), pairs.strike.row(rival));
    }
    lane.left_over.copy_from_slice(&lane.taken);
    for rival in rivals() {
        let i = rival - range.start;
        let (whole, rest) = (here.whole.row_mut(i), here.rest.row_mut(i));
        let strike = pairs.strike.row(rival);
        kernels::quota(whole, rest, &mut lane.left_over, &lane.taken, hostility(rival), strike, &lane.sum);
    }
    for _ in rivals() {
        if !any_positive(&lane.left_over) {
            break;
        }
        lane.best.fill(-1.0);
        lane.most.fill(-0.5);
        for rival in rivals() {
            let i = rival - range.start;
            kernels::largest(&mut lane.best, &mut lane.most, here.rest.row(i), i as f64);
        }
        for rival in rivals() {
            let i = rival - range.start;
            let (whole, rest) = (here.whole.row_mut(i), here.rest.row_mut(i));
            kernels::award(whole, rest, &mut lane.left_over, &lane.best, i as f64);
        }
    }
    for rival in rivals() {
        let i = rival - range.start;
        kernels::add(here.gained.row_mut(i), here.whole.row(i));
        if let Some(Some(stock)) = stocks.get_mut(ground.pairs()[rival].side) {
            kernels::loot(stock, here.whole.row(i), sums.guard.row(place.side), inputs.of(Parameter::Captured));
        }
    }
}

/// The towns of an area, where the attackers dominate the side that holds them.
#[inline(always)]
pub(super) fn towns<D: FnMut(usize, Draw, &mut [f64])>(
    ground: &Ground,
    state: &mut State,
    inputs: &Inputs<'_>,
    scratch: &mut Scratch,
    area: usize,
    draw: &mut D,
) {
    let sides = ground.sides();
    let Scratch { pairs, lane, .. } = scratch;
    if ground.towns(area) <= 0.0 {
        return;
    }
    let holder = state.town_holder.row_mut(area);
    lane.hazard.fill(0.0);
    for pair in ground.pairs_of(area) {
        if !any_positive(state.threat.row(pair)) {
            continue;
        }
        kernels::fire_factor(&mut lane.sum, inputs.of(Parameter::Firepower), state.fire.row(pair));
        kernels::town_hazard(
            &mut lane.hazard,
            holder,
            state.threat.row(pair),
            inputs.of(Parameter::TownPace),
            inputs.of(Parameter::Dominance),
            &lane.sum,
            ground.pairs()[pair].side as f64,
        );
    }
    if !any_positive(&lane.hazard) {
        return;
    }
    lane.best.copy_from_slice(holder);
    lane.most.fill(0.0);
    for pair in ground.pairs_of(area) {
        let victim = ground.pairs()[pair].side;
        for rival in ground.pairs_of(area).filter(|r| *r != pair) {
            let side = ground.pairs()[rival].side;
            let hostility = inputs.hostility[side * sides + victim];
            let strike = pairs.strike.row(rival);
            let (best, most) = (&mut lane.best, &mut lane.most);
            kernels::strongest(best, most, holder, hostility, strike, victim as f64, side as f64);
        }
    }
    draw(ground.town_holder_pair(area), Draw::Town, &mut lane.draw);
    for (((holder, hazard), draw), best) in holder.iter_mut().zip(&lane.hazard).zip(&lane.draw).zip(&lane.best) {
        if formulas::seldom_happens(*hazard, *draw) {
            *holder = *best;
        }
    }
}

/// Posts change hands; the area has a holder; what rules placed there passes.
#[inline(always)]
pub(super) fn settle(ground: &Ground, state: &mut State, scratch: &mut Scratch, area: usize) {
    let first = ground.pairs_of(area).start;
    let Scratch { here, lane, .. } = scratch;
    lane.most.fill(0.0);
    for pair in ground.pairs_of(area) {
        let i = pair - first;
        let posts = state.posts.row_mut(pair);
        let side = ground.pairs()[pair].side as f64;
        kernels::settle(posts, here.gained.row(i), here.gone.row(i));
        kernels::rebuild(posts, state.ruined.row_mut(area), &lane.built, state.holder.row(area), side);
        kernels::last_holder(&mut lane.most, state.posts.row(pair), state.holder.row(area), side);
        kernels::scale(state.garrison.row_mut(pair), &lane.garrison_kept);
        kernels::scale(state.fire.row_mut(pair), &lane.fire_kept);
    }
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side as f64;
        kernels::hold(state.holder.row_mut(area), &mut lane.most, state.posts.row(pair), side);
    }
}
