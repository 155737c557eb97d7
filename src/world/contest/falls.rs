//! The part of a tick in which posts and towns change hands, area by area.
//!
//! Mostly nothing does: the lanes in which something may are told by a draw and a bound, and counted by themselves.

use super::formulas;
use super::ground::Ground;
use super::kernels;
use super::parameters::{Draw, Parameter};
use super::scratch::Scratch;
use super::spoils::divide;
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
    if !state.calm[area] {
        state.fighting.row_mut(area).fill(0.0);
    }
    state.calm[area] = !scratch.contested[area];
    let mut lost = false;
    for pair in ground.pairs_of(area) {
        if !scratch.has_posts[pair] {
            continue;
        }
        let losses = fall(ground, state, inputs, scratch, pair, draw);
        if losses.fallen || losses.yielding {
            if !lost {
                clear(ground, scratch, area);
            }
            lost = true;
            lose(ground, state, inputs, scratch, pair, losses);
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
    let (ruins, rate) = (state.ruined.row(area), inputs.of(Parameter::Rebuild));
    if !any_positive(ruins) {
        return false;
    }
    draw(ground.holder_pair(area), Draw::Build, &mut scratch.lane.draw);
    kernels::rebuild_limit(&mut scratch.lane.limit, ruins, rate);
    let listed = list_beyond(&mut scratch.list, &scratch.lane.draw, &scratch.lane.limit);
    let mut any = false;
    for number in 0..listed {
        let lane = scratch.list[number];
        let holder = state.holder.row(area)[lane];
        let Some(pair) = ground.pairs_of(area).find(|pair| ground.pairs()[*pair].side as f64 == holder) else {
            continue;
        };
        let strength = strength(ground, state, inputs, scratch, pair, lane);
        let hazard = formulas::rebuild_hazard(rate[lane], state.threat.row(pair)[lane], strength);
        let built = formulas::seldom(ruins[lane], hazard, scratch.lane.draw[lane]);
        if built != 0.0 {
            if !any {
                scratch.lane.built.fill(0.0);
            }
            scratch.lane.built[lane] = built;
            any = true;
        }
    }
    any
}

/// The strength of a side in an area in one lane.
#[inline(always)]
fn strength(ground: &Ground, state: &State, inputs: &Inputs<'_>, scratch: &Scratch, pair: usize, lane: usize) -> f64 {
    let side = ground.pairs()[pair].side;
    let Scratch { pairs, sides, distance, is_drawn, .. } = scratch;
    let (distance, supply) = (distance.row(ground.hops(pair))[lane], state.supply.row(pair)[lane]);
    let weight = if is_drawn[pair] { pairs.weight.row(pair)[lane] } else { 0.0 };
    let sent = sides.per_weight.row(side)[lane] * weight;
    let guards = sides.guard.row(side)[lane] * state.posts.row(pair)[lane];
    let worth = formulas::worth(distance, supply, inputs.of(Parameter::SupplyFloor)[lane]);
    (guards + state.garrison.row(pair)[lane] + sent) * worth
}

/// Lists the lanes in which the first number is not up to the second, which few are, and counts them; what is no number is not.
/// Sixteen lanes at once are asked.
#[inline(always)]
#[allow(clippy::neg_cmp_op_on_partial_ord, reason = "a limit that is no number tells nothing")]
fn list_beyond(list: &mut [usize], values: &[f64], limits: &[f64]) -> usize {
    let (chunks, value_rest) = values.as_chunks::<CHUNK>();
    let (limits, limit_rest) = limits.as_chunks::<CHUNK>();
    let mut listed = 0;
    for (number, (values, limits)) in chunks.iter().zip(limits).enumerate() {
        let mut beyond = 0u64;
        for i in 0..CHUNK {
            beyond |= u64::from(!(values[i] <= limits[i])) << i;
        }
        while beyond != 0 {
            list[listed] = number * CHUNK + beyond.trailing_zeros() as usize;
            listed += 1;
            beyond &= beyond - 1;
        }
    }
    for (i, (value, limit)) in value_rest.iter().zip(limit_rest).enumerate() {
        if !(value <= limit) {
            list[listed] = chunks.len() * CHUNK + i;
            listed += 1;
        }
    }
    listed
}

/// Whether a pair loses posts that fall or are given up in some lane, and garrisons that yield. Where it does not, the columns of
/// those that do hold nothing of use.
#[derive(Clone, Copy, Default)]
struct Losses {
    fallen: bool,
    yielding: bool,
}

/// A column if it holds something of use, else zeros: those stay where they were loaded last.
#[inline(always)]
fn used<'a>(is_used: bool, column: &'a [f64], zero: &'a [f64]) -> &'a [f64] {
    if is_used { column } else { zero }
}

/// The posts of a pair that fall or are given up, and the garrisons that yield.
#[inline(always)]
fn fall<D: FnMut(usize, Draw, &mut [f64])>(
    ground: &Ground,
    state: &mut State,
    inputs: &Inputs<'_>,
    scratch: &mut Scratch,
    pair: usize,
    draw: &mut D,
) -> Losses {
    if !scratch.is_threatened[pair] && !scratch.is_cut_off[pair] {
        return Losses::default();
    }
    hazards(ground, state, inputs, scratch, pair);
    draw(pair, Draw::Fall, &mut scratch.lane.draw);
    let fallen = count(state.posts.row(pair), scratch, pair);
    let yielding = scratch.is_threatened[pair] && surrender(state, scratch, pair, ground.pairs()[pair].side, draw);
    if fallen {
        draw(pair, Draw::Ruin, &mut scratch.lane.draw);
    }
    Losses { fallen, yielding }
}

/// The hazards that posts of a pair are captured and given up, and whether there is fighting over them.
#[inline(always)]
fn hazards(ground: &Ground, state: &mut State, inputs: &Inputs<'_>, scratch: &mut Scratch, pair: usize) {
    let place = ground.pairs()[pair];
    let Scratch { lane: columns, has_fire, is_threatened, is_cut_off, .. } = scratch;
    let State { posts, threat, supply, cut_off, fire, shaken, fighting, .. } = state;
    if is_threatened[pair] {
        kernels::capture(
            &mut columns.capture,
            fighting.row_mut(place.area),
            threat.row(pair),
            supply.row(pair),
            shaken.row(place.side),
            inputs.of(Parameter::Hazard),
            inputs.of(Parameter::Pace),
            inputs.of(Parameter::Steepness),
            inputs.of(Parameter::Isolation),
            inputs.of(Parameter::Morale),
            posts.row(pair),
            inputs.of(Parameter::Skirmish),
        );
        if has_fire[pair] {
            kernels::delay(&mut columns.capture, inputs.of(Parameter::Firepower), fire.row(pair));
        }
    }
    if is_cut_off[pair] {
        let rate = inputs.of(Parameter::Abandon);
        kernels::abandon(&mut columns.abandon, rate, cut_off.row(pair), supply.row(pair));
    }
}

/// Binomial counts of posts that fall. Whether there are any.
///
/// Mostly none does, which the draw tells at once. The lanes in which some may are gathered, and sixteen of them are counted
/// together.
#[inline(always)]
fn count(posts: &[f64], scratch: &mut Scratch, pair: usize) -> bool {
    let Scratch { lane: columns, list, is_threatened, is_cut_off, .. } = scratch;
    let capture = used(is_threatened[pair], &columns.capture, &columns.zero);
    let abandon = used(is_cut_off[pair], &columns.abandon, &columns.zero);
    let draw = &columns.draw;
    kernels::fall_limit(&mut columns.limit, posts, capture, abandon);
    let listed = list_beyond(list, draw, &columns.limit);
    if listed == 0 {
        return false;
    }
    columns.fallen.fill(0.0);
    let mut any = false;
    for lanes in list[..listed].chunks(CHUNK) {
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
            columns.fallen[lane] = fallen;
            any |= fallen > 0.0;
        }
    }
    any
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
    let Scratch { sides, lane: columns, list, .. } = scratch;
    let (alarm, posts, threat) = (sides.alarm.row(side), state.posts.row(pair), state.threat.row(pair));
    if !any_positive(alarm) {
        return false;
    }
    draw(pair, Draw::Surrender, &mut columns.draw);
    kernels::surrender_limit(&mut columns.limit, alarm, threat, posts, &columns.per_battalion);
    let listed = list_beyond(list, &columns.draw, &columns.limit);
    if listed == 0 {
        return false;
    }
    columns.yielding.fill(0.0);
    let mut any = false;
    for &lane in &list[..listed] {
        let garrisons = formulas::garrisons(posts[lane], columns.battalion[lane], columns.per_battalion[lane]);
        columns.yielding[lane] = formulas::seldom(garrisons, alarm[lane] * threat[lane], columns.draw[lane]);
        any |= columns.yielding[lane] > 0.0;
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
fn lose(ground: &Ground, state: &mut State, inputs: &Inputs<'_>, scratch: &mut Scratch, pair: usize, losses: Losses) {
    let place = ground.pairs()[pair];
    let Scratch { has_garrison, sides, here, lane, is_threatened, is_cut_off, .. } = scratch;
    kernels::lose(
        here.gone.row_mut(pair - ground.pairs_of(place.area).start),
        &mut lane.taken,
        state.ruined.row_mut(place.area),
        sides.lost.row_mut(place.side),
        sides.fallen.row_mut(place.side),
        sides.captives.row_mut(place.side),
        state.posts.row(pair),
        used(losses.fallen, &lane.fallen, &lane.zero),
        used(losses.yielding, &lane.yielding, &lane.zero),
        used(is_threatened[pair], &lane.capture, &lane.zero),
        used(is_cut_off[pair], &lane.abandon, &lane.zero),
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
    let (pace, dominance) = (inputs.of(Parameter::TownPace), inputs.of(Parameter::Dominance));
    let (holder, firepower) = (state.town_holder.row(area), inputs.of(Parameter::Firepower));
    let Scratch { lane: columns, list, fell_from, has_fire, is_threatened, .. } = &mut *scratch;
    fell_from.clear();
    let mut is_drawn = false;
    for pair in ground.pairs_of(area) {
        let (side, threat) = (ground.pairs()[pair].side, state.threat.row(pair));
        if !is_threatened[pair] || !is_dominated(holder, side as f64, threat, dominance) {
            continue;
        }
        if !is_drawn {
            draw(ground.town_holder_pair(area), Draw::Town, &mut columns.draw);
            is_drawn = true;
        }
        let fire = if has_fire[pair] { state.fire.row(pair) } else { &columns.zero };
        let (demand, room, uniform) = (&mut columns.demand, &mut columns.limit, &columns.draw);
        kernels::town_doubt(demand, room, uniform, holder, threat, pace, dominance, firepower, fire, side as f64);
        let known = fell_from.len();
        let listed = known + list_beyond(&mut list[known..], demand, room);
        for number in known..listed {
            let lane = list[number];
            let delay = formulas::fire_factor(firepower[lane], fire[lane]);
            let hazard = formulas::town_hazard(pace[lane], dominance[lane], threat[lane], delay);
            if formulas::seldom_happens(hazard, uniform[lane]) {
                list[fell_from.len()] = lane;
                fell_from.push(side);
            }
        }
    }
    for (number, &side) in scratch.fell_from.iter().enumerate() {
        let lane = scratch.list[number];
        let after = strongest(ground, inputs, scratch, area, side, lane);
        state.town_holder.row_mut(area)[lane] = after as f64;
        scratch.towns_fell[area] = true;
    }
}

/// Whether in any lane in which a side holds the towns the threat to it reaches what lets them fall.
#[inline(always)]
fn is_dominated(holder: &[f64], side: f64, threat: &[f64], dominance: &[f64]) -> bool {
    let mut any = false;
    for ((holder, threat), dominance) in holder.iter().zip(threat).zip(dominance) {
        any |= (*holder == side) & (threat >= dominance);
    }
    any
}

/// Who strikes hardest at a side in one lane, the first among equals; that side, if nobody does.
fn strongest(
    ground: &Ground,
    inputs: &Inputs<'_>,
    scratch: &Scratch,
    area: usize,
    holder: usize,
    lane: usize,
) -> usize {
    let mut best = (holder, 0.0);
    for pair in ground.pairs_of(area).filter(|pair| scratch.is_there[*pair]) {
        let side = ground.pairs()[pair].side;
        let blow = inputs.hostility[side * ground.sides() + holder][lane] * scratch.pairs.strike.row(pair)[lane];
        if side != holder && blow > best.1 {
            best = (side, blow);
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
        3 => {
            let (first, second, third) = (range.start, range.start + 1, range.start + 2);
            let (one, other, another) = (posts.row(first), posts.row(second), posts.row(third));
            kernels::hold_of_three(holder, one, other, another, side(first), side(second), side(third));
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
