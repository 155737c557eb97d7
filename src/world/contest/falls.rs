//! The part of a tick in which posts and towns change hands, area by area, in columns.

use super::formulas;
use super::ground::Ground;
use super::kernels;
use super::parameters::{Draw, Parameter};
use super::scratch::Scratch;
use super::state::{Columns, State};
use super::step::{Inputs, any_positive};
use crate::numerics::counts::binomial_inverse_columns;

/// Lanes that are looked at together to see whether anything happens in one of them.
const CHUNK: usize = 16;

/// Everything that changes hands in an area, and what passes there.
#[inline(always)]
pub(super) fn change_hands<D: FnMut(usize, Draw, &mut [f64])>(
    ground: &Ground,
    state: &mut State,
    inputs: &Inputs<'_>,
    stocks: &mut [Option<&mut [f64]>],
    scratch: &mut Scratch,
    area: usize,
    draw: &mut D,
) {
    let built = build(ground, state, inputs, scratch, area, draw);
    scratch.towns_fell[area] = false;
    if scratch.contested[area] && ground.towns(area) > 0.0 {
        towns(ground, state, inputs, scratch, area, draw);
    }
    state.fighting.row_mut(area).fill(0.0);
    let mut lost = false;
    for pair in ground.pairs_of(area) {
        if any_positive(state.posts.row(pair)) && fall(ground, state, inputs, scratch, pair, draw) {
            if !lost {
                clear(ground, scratch, area);
            }
            lost = true;
            lose(ground, state, inputs, scratch, pair);
            divide(ground, inputs, stocks, scratch, pair);
        }
    }
    scratch.changed[area] = lost || built;
    if lost || built || !state.settled {
        settle(ground, state, scratch, area, lost, built);
    }
    for pair in ground.pairs_of(area) {
        if scratch.has_garrison[pair] {
            kernels::scale(state.garrison.row_mut(pair), &scratch.lane.garrison_kept);
        }
        if scratch.has_fire[pair] {
            kernels::scale(state.fire.row_mut(pair), &scratch.lane.fire_kept);
        }
    }
}

/// Ruined posts that the holder of an area rebuilds. Whether there are any.
///
/// Mostly none is: a draw up to 1 − ruins · rate tells that at once, whoever holds the area and however hard it is pressed. The
/// other lanes are looked at one by one.
#[inline(always)]
fn build<D: FnMut(usize, Draw, &mut [f64])>(
    ground: &Ground,
    state: &State,
    inputs: &Inputs<'_>,
    scratch: &mut Scratch,
    area: usize,
    draw: &mut D,
) -> bool {
    let Scratch { pairs, lane, list, .. } = scratch;
    let (ruins, rate) = (state.ruined.row(area), inputs.of(Parameter::Rebuild));
    if !any_positive(ruins) {
        return false;
    }
    draw(ground.holder_pair(area), Draw::Build, &mut lane.draw);
    lane.built.fill(0.0);
    kernels::rebuild_limit(&mut lane.limit, ruins, rate);
    let mut any = false;
    for &i in list_beyond(list, &lane.draw, &lane.limit) {
        let holder = state.holder.row(area)[i];
        let Some(pair) = ground.pairs_of(area).find(|pair| ground.pairs()[*pair].side as f64 == holder) else {
            continue;
        };
        let hazard = formulas::rebuild_hazard(rate[i], state.threat.row(pair)[i], pairs.strength.row(pair)[i]);
        lane.built[i] = formulas::seldom(ruins[i], hazard, lane.draw[i]);
        any |= lane.built[i] > 0.0;
    }
    any
}

/// Lists the lanes whose draw is beyond a limit, which few are; one that is no number is beyond. Sixteen lanes at once are
/// asked.
#[inline(always)]
#[allow(clippy::neg_cmp_op_on_partial_ord, reason = "a limit that is no number tells nothing")]
fn list_beyond<'a>(list: &'a mut [usize], draw: &[f64], limit: &[f64]) -> &'a [usize] {
    let (draws, draw_rest) = draw.as_chunks::<CHUNK>();
    let (limits, limit_rest) = limit.as_chunks::<CHUNK>();
    let mut listed = 0;
    for (number, (draws, limits)) in draws.iter().zip(limits).enumerate() {
        let mut beyond = 0u64;
        for i in 0..CHUNK {
            beyond |= u64::from(!(draws[i] <= limits[i])) << i;
        }
        while beyond != 0 {
            list[listed] = number * CHUNK + beyond.trailing_zeros() as usize;
            listed += 1;
            beyond &= beyond - 1;
        }
    }
    for (i, (draw, limit)) in draw_rest.iter().zip(limit_rest).enumerate() {
        if !(draw <= limit) {
            list[listed] = draws.len() * CHUNK + i;
            listed += 1;
        }
    }
    &list[..listed]
}

/// Binomial counts of posts that fall, into a column of zeros. Whether there are any.
///
/// Mostly none does, which the draw tells at once. The lanes in which some may are gathered, and sixteen of them are counted
/// together.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
fn count(
    out: &mut [f64],
    limit: &mut [f64],
    list: &mut [usize],
    posts: &[f64],
    capture: &[f64],
    abandon: &[f64],
    draw: &[f64],
) -> bool {
    kernels::fall_limit(limit, posts, capture, abandon);
    let mut any = false;
    for lanes in list_beyond(list, draw, limit).chunks(CHUNK) {
        let (mut trials, mut chance, mut uniform) = ([0.0; CHUNK], [0.0; CHUNK], [0.0; CHUNK]);
        for (i, &lane) in lanes.iter().enumerate() {
            (trials[i], chance[i], uniform[i]) = (posts[lane], capture[lane] + abandon[lane], draw[lane]);
        }
        for chance in &mut chance {
            *chance = formulas::chance(*chance);
        }
        let mut fallen = [0.0; CHUNK];
        binomial_inverse_columns(&trials, &chance, &uniform, &mut fallen);
        for (&lane, fallen) in lanes.iter().zip(fallen) {
            out[lane] = fallen;
            any |= fallen > 0.0;
        }
    }
    any
}

/// The posts of a pair that fall or are given up, and the garrisons that yield. Whether there are any.
#[inline(always)]
fn fall<D: FnMut(usize, Draw, &mut [f64])>(
    ground: &Ground,
    state: &mut State,
    inputs: &Inputs<'_>,
    scratch: &mut Scratch,
    pair: usize,
    draw: &mut D,
) -> bool {
    let place = ground.pairs()[pair];
    let contested = scratch.contested[place.area];
    let lane = &mut scratch.lane;
    let (threat, supply, cut_off) = (state.threat.row(pair), state.supply.row(pair), state.cut_off.row(pair));
    let posts = state.posts.row(pair);
    lane.fallen.fill(0.0);
    if contested {
        kernels::hazards(
            &mut lane.capture,
            &mut lane.abandon,
            state.fighting.row_mut(place.area),
            threat,
            supply,
            state.shaken.row(place.side),
            inputs.of(Parameter::Hazard),
            inputs.of(Parameter::Pace),
            inputs.of(Parameter::Steepness),
            inputs.of(Parameter::Isolation),
            inputs.of(Parameter::Morale),
            inputs.of(Parameter::Abandon),
            cut_off,
            posts,
            inputs.of(Parameter::Skirmish),
        );
        if scratch.has_fire[pair] {
            kernels::delay(&mut lane.capture, inputs.of(Parameter::Firepower), state.fire.row(pair));
        }
    } else if any_positive(cut_off) {
        lane.capture.fill(0.0);
        kernels::abandon(&mut lane.abandon, inputs.of(Parameter::Abandon), cut_off, supply);
    } else {
        return false;
    }
    let mut fallen = false;
    if any_positive(&lane.capture) || any_positive(&lane.abandon) {
        draw(pair, Draw::Fall, &mut lane.draw);
        let (out, limit, list) = (&mut lane.fallen, &mut lane.limit, &mut scratch.list);
        fallen = count(out, limit, list, posts, &lane.capture, &lane.abandon, &lane.draw);
    }
    let yielding = contested && surrender(state, scratch, pair, place.side, draw);
    if !yielding {
        scratch.lane.yielding.fill(0.0);
    }
    if fallen {
        draw(pair, Draw::Ruin, &mut scratch.lane.draw);
    }
    fallen || yielding
}

/// The garrisons that surrender whole. Whether there are any.
///
/// Mostly none does, which the draw and a bound of their number tell at once; the other lanes are counted one by one.
#[inline(always)]
fn surrender<D: FnMut(usize, Draw, &mut [f64])>(
    state: &State,
    scratch: &mut Scratch,
    pair: usize,
    side: usize,
    draw: &mut D,
) -> bool {
    let Scratch { sides, lane, list, .. } = scratch;
    let (alarm, posts, threat) = (sides.alarm.row(side), state.posts.row(pair), state.threat.row(pair));
    if !any_positive(alarm) {
        return false;
    }
    draw(pair, Draw::Surrender, &mut lane.draw);
    lane.yielding.fill(0.0);
    kernels::surrender_limit(&mut lane.limit, alarm, threat, posts, &lane.per_battalion);
    let mut any = false;
    for &i in list_beyond(list, &lane.draw, &lane.limit) {
        let garrisons = formulas::garrisons(posts[i], lane.battalion[i], lane.per_battalion[i]);
        lane.yielding[i] = formulas::seldom(garrisons, alarm[i] * threat[i], lane.draw[i]);
        any |= lane.yielding[i] > 0.0;
    }
    any
}

/// Nothing is lost or gained yet in an area.
#[inline(always)]
fn clear(ground: &Ground, scratch: &mut Scratch, area: usize) {
    for here in 0..ground.pairs_of(area).len() {
        scratch.here.gone.row_mut(here).fill(0.0);
        scratch.here.gained.row_mut(here).fill(0.0);
    }
}

/// What leaves a pair, and the side's account of it.
#[inline(always)]
fn lose(ground: &Ground, state: &mut State, inputs: &Inputs<'_>, scratch: &mut Scratch, pair: usize) {
    let place = ground.pairs()[pair];
    let Scratch { has_garrison, sides, here, lane, .. } = scratch;
    kernels::lose(
        here.gone.row_mut(pair - ground.pairs_of(place.area).start),
        &mut lane.taken,
        state.ruined.row_mut(place.area),
        sides.lost.row_mut(place.side),
        sides.fallen.row_mut(place.side),
        sides.captives.row_mut(place.side),
        state.posts.row(pair),
        &lane.fallen,
        &lane.yielding,
        &lane.capture,
        &lane.abandon,
        inputs.of(Parameter::Destroyed),
        &lane.draw,
        &lane.battalion,
        &lane.per_battalion,
        inputs.of(Parameter::Surrender),
        sides.guard.row(place.side),
    );
    if has_garrison[pair] {
        let gone = here.gone.row(pair - ground.pairs_of(place.area).start);
        kernels::thin(state.garrison.row_mut(pair), state.posts.row(pair), gone);
    }
}

/// The posts taken from a pair go to those who attacked it, by largest remainder.
#[inline(always)]
fn divide(ground: &Ground, inputs: &Inputs<'_>, stocks: &mut [Option<&mut [f64]>], scratch: &mut Scratch, pair: usize) {
    let sides = ground.sides();
    let place = ground.pairs()[pair];
    let range = ground.pairs_of(place.area);
    let Scratch { pairs, sides: sums, here, lane, contested, .. } = scratch;
    if !contested[place.area] || !any_positive(&lane.taken) {
        return;
    }
    let rivals = || range.clone().filter(|r| *r != pair);
    let hostility = |rival: usize| inputs.hostility[ground.pairs()[rival].side * sides + place.side];
    let (guard, captured) = (sums.guard.row(place.side), inputs.of(Parameter::Captured));
    if range.len() == 2 {
        for rival in rivals() {
            let i = rival - range.start;
            let (gained, whole) = (here.gained.row_mut(i), here.whole.row_mut(i));
            kernels::take(gained, whole, &lane.taken, hostility(rival), pairs.strike.row(rival));
            loot(stocks.get_mut(ground.pairs()[rival].side), whole, guard, captured);
        }
        return;
    }
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
        loot(stocks.get_mut(ground.pairs()[rival].side), here.whole.row(i), guard, captured);
    }
}

/// Arms captured with posts, by a side that has a stock.
#[inline(always)]
fn loot(stock: Option<&mut Option<&mut [f64]>>, posts: &[f64], guard: &[f64], captured: &[f64]) {
    if let Some(Some(stock)) = stock {
        kernels::loot(stock, posts, guard, captured);
    }
}

/// The towns of an area, where the attackers dominate the side that holds them.
#[inline(always)]
fn towns<D: FnMut(usize, Draw, &mut [f64])>(
    ground: &Ground,
    state: &mut State,
    inputs: &Inputs<'_>,
    scratch: &mut Scratch,
    area: usize,
    draw: &mut D,
) {
    let lane = &mut scratch.lane;
    lane.hazard.fill(0.0);
    for pair in ground.pairs_of(area) {
        if !any_at_least(state.threat.row(pair), inputs.of(Parameter::Dominance)) {
            continue;
        }
        kernels::town_hazard(
            &mut lane.hazard,
            state.town_holder.row(area),
            state.threat.row(pair),
            inputs.of(Parameter::TownPace),
            inputs.of(Parameter::Dominance),
            inputs.of(Parameter::Firepower),
            if scratch.has_fire[pair] { state.fire.row(pair) } else { &lane.zero },
            ground.pairs()[pair].side as f64,
        );
    }
    if !any_positive(&lane.hazard) {
        return;
    }
    draw(ground.town_holder_pair(area), Draw::Town, &mut lane.draw);
    // What happens is at draws below the hazard.
    for &i in list_beyond(&mut scratch.list, &lane.hazard, &lane.draw) {
        if formulas::seldom_happens(lane.hazard[i], lane.draw[i]) {
            scratch.towns_fell[area] = true;
            let holder = &mut state.town_holder.row_mut(area)[i];
            *holder = strongest(ground, inputs, &scratch.pairs.strike, area, *holder, i);
        }
    }
}

/// Whether any number reaches its limit.
#[inline(always)]
fn any_at_least(values: &[f64], limits: &[f64]) -> bool {
    let mut any = false;
    for (value, limit) in values.iter().zip(limits) {
        any |= value >= limit;
    }
    any
}

/// Who strikes hardest at the side that holds the towns in a lane, the first among equals; that side, if nobody does.
fn strongest(ground: &Ground, inputs: &Inputs<'_>, strike: &Columns, area: usize, holder: f64, lane: usize) -> f64 {
    let mut best = (holder, 0.0);
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        let hostility = inputs.hostility[side * ground.sides() + holder as usize][lane];
        let blow = hostility * strike.row(pair)[lane];
        if side as f64 != holder && blow > best.1 {
            best = (side as f64, blow);
        }
    }
    best.0
}

/// Posts change hands, and the area has a holder.
#[inline(always)]
fn settle(ground: &Ground, state: &mut State, scratch: &mut Scratch, area: usize, lost: bool, built: bool) {
    let range = ground.pairs_of(area);
    let Scratch { here, lane, .. } = scratch;
    let State { posts, holder, ruined, .. } = state;
    let holder = holder.row_mut(area);
    if built {
        kernels::clear(ruined.row_mut(area), &lane.built);
    }
    for pair in range.clone() {
        let side = ground.pairs()[pair].side as f64;
        if lost {
            kernels::settle(
                posts.row_mut(pair),
                here.gained.row(pair - range.start),
                here.gone.row(pair - range.start),
            );
        }
        if built {
            kernels::rebuild(posts.row_mut(pair), &lane.built, holder, side);
        }
    }
    hold(ground, posts, holder, &mut lane.most, area);
}

/// The side with most posts holds an area; ties keep the last.
#[inline(always)]
pub(super) fn hold(ground: &Ground, posts: &Columns, holder: &mut [f64], most: &mut [f64], area: usize) {
    let range = ground.pairs_of(area);
    let side = |pair: usize| ground.pairs()[pair].side as f64;
    match range.len() {
        1 => return,
        2 => {
            let (first, second) = (range.start, range.start + 1);
            kernels::hold_of_two(holder, posts.row(first), posts.row(second), side(first), side(second));
            return;
        }
        _ => {}
    }
    most.fill(0.0);
    for pair in range.clone() {
        kernels::last_holder(most, posts.row(pair), holder, side(pair));
    }
    for pair in range {
        kernels::hold(holder, most, posts.row(pair), side(pair));
    }
}
