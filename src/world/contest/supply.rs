//! Who stands around an area: its supply, who is cut off there, and what the reserves are drawn to.

use super::ground::Ground;
use super::kernels;
use super::parameters::Parameter;
use super::scratch::{Relation, Scratch};
use super::state::{Columns, State};
use super::step::{Inputs, any_positive};

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

/// The posts around that a side is hostile to, and those of its enemies, if there may be any. Where all who stand around and are
/// not at peace with it are at war with it in every lane, both are their posts.
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
    let all = || ground.vicinities_of(place.area).filter(is_foe);
    let first = all().next()?;
    if all().all(|vicinity| relations.of[relation(vicinity)] == Relation::War) {
        let sum = sum_of(near, hostile, first, all().skip(1));
        return Some((sum, sum));
    }
    hostile.fill(0.0);
    enemy.fill(0.0);
    for vicinity in all() {
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
    let all = || ground.pairs_of(place.area).filter(|r| *r != pair && relations.of[relation(*r)] != Relation::Peace);
    let first = all().next()?;
    if all().all(|rival| relations.of[relation(rival)] == Relation::War) {
        return Some(sum_of(posts, sum, first, all().skip(1)));
    }
    sum.fill(0.0);
    for rival in all() {
        kernels::add_flagged(sum, posts.row(rival), relations.odds.row(relation(rival)));
    }
    Some(sum)
}

/// The sum of a row and others: the row itself, where there are none.
#[inline(always)]
fn sum_of<'a>(
    columns: &'a Columns,
    sum: &'a mut [f64],
    first: usize,
    mut others: impl Iterator<Item = usize>,
) -> &'a [f64] {
    let Some(second) = others.next() else { return columns.row(first) };
    kernels::add_two(sum, columns.row(first), columns.row(second));
    for row in others {
        kernels::add(sum, columns.row(row));
    }
    sum
}

/// Supply, and what the reserves are drawn to.
#[inline(always)]
pub(super) fn supply_and_weigh(
    ground: &Ground,
    state: &mut State,
    inputs: &Inputs<'_>,
    scratch: &mut Scratch,
    area: usize,
) {
    let Scratch { friend, odds, relation, pairs, sides: sums, lane, has_posts, is_drawn, is_cut_off, .. } = scratch;
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
        has_posts[pair] = any_positive(posts);
        if foes.is_none() && foes_here.is_none() {
            is_drawn[pair] = false;
            is_cut_off[pair] = !is_at_ease(supply, cut_off, around, island);
            if is_cut_off[pair] {
                let (source, island) = (flag(island || base), flag(island));
                kernels::supply_in_peace(supply, cut_off, held, want, around, posts, refill, erosion, source, island);
                is_cut_off[pair] = any_positive(cut_off);
            } else if has_posts[pair] {
                kernels::add(held, posts);
            }
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
        is_drawn[pair] = any_positive(weight);
        is_cut_off[pair] = any_positive(cut_off);
    }
}

/// Whether a side that no enemy is near is fully supplied in every lane and remains so, with nothing to note.
#[inline(always)]
fn is_at_ease(supply: &[f64], cut_off: &[f64], around: &[f64], island: bool) -> bool {
    let mut all = true;
    for ((supply, cut_off), around) in supply.iter().zip(cut_off).zip(around) {
        all &= (*supply == 1.0) & (*cut_off == 0.0) & (island | (*around > 0.0));
    }
    all
}

/// Posts around an area have changed: how many there are, and who is cut off.
#[inline(always)]
pub(super) fn look(ground: &Ground, state: &mut State, scratch: &mut Scratch, area: usize) {
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
