//! Who gets the posts that are taken, and the arms that are captured with them.

use super::ground::Ground;
use super::kernels;
use super::parameters::Parameter;
use super::scratch::{HereColumns, LaneColumns, Relation, Scratch};
use super::step::{Inputs, any_positive};

/// The posts taken from a pair go to those who attacked it, by largest remainder.
#[inline(always)]
pub(super) fn divide(
    ground: &Ground,
    inputs: &Inputs<'_>,
    stocks: &mut [Option<&mut [f64]>],
    scratch: &mut Scratch,
    pair: usize,
) {
    let place = ground.pairs()[pair];
    let range = ground.pairs_of(place.area);
    let Scratch { pairs, sides, here, lane, contested, is_there, relation, attackers, .. } = scratch;
    if !contested[place.area] || !any_positive(&lane.taken) {
        return;
    }
    let there = |rival: usize| ground.pairs()[rival].side * ground.sides() + place.side;
    let blow = |rival: usize| (inputs.hostility[there(rival)], pairs.strike.row(rival));
    attackers.clear();
    for rival in range.clone() {
        if rival != pair && is_there[rival] && relation[there(rival)] != Relation::Peace {
            attackers.push(rival);
        }
    }
    match **attackers {
        [] => return,
        [only] => {
            let i = only - range.start;
            let (hostility, strike) = blow(only);
            kernels::take(here.gained.row_mut(i), here.whole.row_mut(i), &lane.taken, hostility, strike);
        }
        [one, other] => {
            let (i, j) = (one - range.start, other - range.start);
            let ([gained, others_gained], [whole, others_whole]) =
                (here.gained.two_rows_mut(i, j), here.whole.two_rows_mut(i, j));
            let ((h, s), (others_h, others_s)) = (blow(one), blow(other));
            kernels::take_two(gained, others_gained, whole, others_whole, &lane.taken, h, s, others_h, others_s);
        }
        _ => share_out(attackers, range.start, blow, here, lane),
    }
    for &rival in &*attackers {
        if let Some(Some(stock)) = stocks.get_mut(ground.pairs()[rival].side) {
            let whole = here.whole.row(rival - range.start);
            kernels::loot(stock, whole, sides.guard.row(place.side), inputs.of(Parameter::Captured));
        }
    }
}

/// The posts taken are shared out among many attackers, each with its hostility and its strike.
#[inline(always)]
fn share_out<'a>(
    attackers: &[usize],
    first: usize,
    blow: impl Fn(usize) -> (&'a [f64], &'a [f64]),
    here: &mut HereColumns,
    lane: &mut LaneColumns,
) {
    lane.sum.fill(0.0);
    lane.left_over.copy_from_slice(&lane.taken);
    for &attacker in attackers {
        let (hostility, strike) = blow(attacker);
        kernels::press(&mut lane.sum, hostility, strike);
    }
    for &attacker in attackers {
        let (hostility, strike) = blow(attacker);
        let (whole, rest) = (here.whole.row_mut(attacker - first), here.rest.row_mut(attacker - first));
        kernels::quota(whole, rest, &mut lane.left_over, &lane.taken, hostility, strike, &lane.sum);
    }
    for _ in attackers {
        if !any_positive(&lane.left_over) {
            break;
        }
        lane.best.fill(-1.0);
        lane.most.fill(-0.5);
        for &attacker in attackers {
            kernels::largest(&mut lane.best, &mut lane.most, here.rest.row(attacker - first), attacker as f64);
        }
        for &attacker in attackers {
            let (whole, rest) = (here.whole.row_mut(attacker - first), here.rest.row_mut(attacker - first));
            kernels::award(whole, rest, &mut lane.left_over, &lane.best, attacker as f64);
        }
    }
    for &attacker in attackers {
        kernels::add(here.gained.row_mut(attacker - first), here.whole.row(attacker - first));
    }
}
