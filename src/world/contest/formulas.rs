//! The scalar formulas of the contest, shared by the column code and the reference so that both give the same bits.
//!
//! Branch-free where it matters: each `if` chooses between two values and becomes a select in a loop over lanes.

use crate::numerics::counts::binomial_inverse;
use crate::numerics::functions::{exp, logistic};

/// Hazards are held to this many a tick, beyond which nothing is left to happen.
const LARGEST_HAZARD: f64 = 20.0;

/// The least sum of weights that draws a reserve.
const LEAST_WEIGHT: f64 = 1e-200;

/// 1.5·2^52: adding it rounds to a whole number.
const ROUNDER: f64 = 6755399441055744.0;
/// From here on every double is a whole number, or so near that it does not matter here: 2^51.
const WHOLE: f64 = 2251799813685248.0;

/// The largest whole number that is not above x ≥ 0. The standard library's is a call where the processor has no such
/// instruction, which keeps a loop from being packed.
#[inline(always)]
pub(super) fn floor(x: f64) -> f64 {
    let nearest = (x + ROUNDER) - ROUNDER;
    let down = if nearest > x { nearest - 1.0 } else { nearest };
    if x < WHOLE { down } else { x }
}

/// The larger of two numbers, by comparison, so that every processor agrees.
#[inline(always)]
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The smaller of two numbers.
#[inline(always)]
pub(super) fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// 1 for yes, 0 for no.
#[inline(always)]
pub(super) fn flag(condition: bool) -> f64 {
    if condition { 1.0 } else { 0.0 }
}

/// part / whole, or 0 of nothing.
#[inline(always)]
pub(super) fn share(part: f64, whole: f64) -> f64 {
    let quotient = part / whole;
    if whole > 0.0 { quotient } else { 0.0 }
}

/// The chance that something of this hazard a tick happens within the tick: 1 − e^−h.
#[inline(always)]
pub(super) fn chance(hazard: f64) -> f64 {
    larger(0.0, 1.0 - exp(-smaller(hazard, LARGEST_HAZARD)))
}

/// How many of so many things happen within the tick, for the draw u, where mostly none does: a Binomial count by its
/// inverse. Since q^n ≥ 1 − n h, a draw up to that needs no exponential to tell that it is none.
#[inline(always)]
pub(super) fn seldom(count: f64, hazard: f64, u: f64) -> f64 {
    if u > 1.0 - count * hazard { binomial_inverse(count, chance(hazard), u) } else { 0.0 }
}

/// Up to which draw none of so many things of this hazard each happens, as far as that can be told without q^n: q^n ≥ 1 − n h,
/// and the margin is far above what rounding can make of either.
#[inline(always)]
pub(super) fn none_up_to(count: f64, hazard: f64) -> f64 {
    1.0 - 1e-9 - count * hazard
}

/// Whether something that mostly does not happen does, for the draw u. Since 1 − e^−h ≤ h, most draws tell at once.
#[inline(always)]
pub(super) fn seldom_happens(hazard: f64, u: f64) -> bool {
    u < hazard && u < chance(hazard)
}

/// The part that is left after a tick of decay at this rate (implicit Euler: never negative, whatever the rate).
#[inline(always)]
pub(super) fn kept(rate: f64) -> f64 {
    1.0 / (1.0 + rate)
}

/// Boulding's loss-of-strength gradient, in its hyperbolic form.
#[inline(always)]
pub(super) fn distance(gradient: f64, hops: f64) -> f64 {
    1.0 / (1.0 + gradient * hops)
}

/// How far supply is blocked, 0 to 1: wholly if no friendly posts are around, else as hostile posts share the roads.
#[inline(always)]
pub(super) fn blocked(friendly: f64, hostile: f64, roads: f64) -> f64 {
    let partly = roads * (hostile / (friendly + hostile));
    if friendly > 0.0 { partly } else { 1.0 }
}

/// Supply after a tick: it erodes as far as it is blocked and recovers as far as it is not (implicit Euler).
#[inline(always)]
pub(super) fn supplied(supply: f64, blocked: f64, refill: f64, erosion: f64) -> f64 {
    let gain = refill * (1.0 - blocked);
    let loss = erosion * blocked;
    (supply + gain) / (1.0 + gain + loss)
}

/// Whether fighting is possible for a side in an area: 1 if it is here and an enemy near, or it is near and an enemy
/// here.
#[inline(always)]
pub(super) fn possible(own_here: f64, own_near: f64, enemy_here: f64, enemy_near: f64) -> f64 {
    let defend = own_here > 0.0 && enemy_here + enemy_near > 0.0;
    let attack = own_here + own_near > 0.0 && enemy_here > 0.0;
    flag(defend | attack)
}

/// A side's reserve for a unit of weight. Weights too small to be divided by count as none.
#[inline(always)]
pub(super) fn reserve_per_weight(reserve: f64, weights: f64) -> f64 {
    if weights > LEAST_WEIGHT { share(reserve, weights) } else { 0.0 }
}

/// The part of the force that is mobile; none where nothing draws it.
#[inline(always)]
pub(super) fn reserve(force: f64, effort: f64, weights: f64) -> f64 {
    if weights > LEAST_WEIGHT { effort * force } else { 0.0 }
}

/// What distance and want of supply leave of a strength.
#[inline(always)]
pub(super) fn worth(distance: f64, supply: f64, floor: f64) -> f64 {
    distance * (floor + (1.0 - floor) * supply)
}

/// What a unit of engaged force is worth as a striking force: quality, and what a guerrilla learns from those it holds.
#[inline(always)]
pub(super) fn vigour(quality: f64, information: f64, guerrilla: f64, hold: f64) -> f64 {
    quality * (1.0 + information * guerrilla * hold)
}

/// How far a force can be hit, 0 to 1: Deitchman's area fire and Kress and Szechtman's information in one.
#[inline(always)]
pub(super) fn exposure(guerrilla: f64, hold: f64, threat: f64) -> f64 {
    1.0 - guerrilla * hold * threat
}

/// What those who hold an area lose to those who strike at them.
#[inline(always)]
pub(super) fn defence_loss(attrition: f64, threat: f64, strength: f64, exposure: f64) -> f64 {
    2.0 * attrition * threat * strength * exposure
}

/// What those who strike lose to those who hold, under their fire.
#[inline(always)]
pub(super) fn attack_loss(attrition: f64, engaged: f64, exposure: f64, threat: f64, fire: f64) -> f64 {
    2.0 * attrition * engaged * exposure * (1.0 - threat) * fire
}

/// The factor by which the holder's fire delays a fall, and by which it adds to the attackers' losses.
#[inline(always)]
pub(super) fn fire_factor(firepower: f64, fire: f64) -> f64 {
    1.0 + firepower * larger(0.0, fire)
}

/// The parameters of the capture hazard in one lane.
#[derive(Clone, Copy)]
pub(super) struct HazardForm {
    pub form: f64,
    pub pace: f64,
    pub steepness: f64,
    pub isolation: f64,
    pub morale: f64,
}

/// The hazard that a post is captured within a tick, before fire delays it, in either form.
#[inline(always)]
pub(super) fn capture_hazard(of: HazardForm, threat: f64, supply: f64, shaken: f64) -> f64 {
    let by_force = of.steepness * (2.0 * threat - 1.0);
    let by_want = of.isolation * (1.0 - 2.0 * supply) + of.morale * shaken;
    let score = if of.form < 0.5 { by_force } else { by_want };
    4.0 * of.pace * threat * logistic(score)
}

/// Whether the towns of an area may fall, as two numbers: they do not where the first is not above the second.
#[inline(always)]
pub(super) fn town_doubt(pace: f64, dominance: f64, threat: f64, delay: f64, u: f64) -> (f64, f64) {
    let most = pace * threat * (1.0 + 1e-9);
    (if threat >= dominance { most } else { 0.0 }, u * delay)
}

/// The hazard that a post is given up within a tick.
#[inline(always)]
pub(super) fn abandon_hazard(rate: f64, cut_off: f64, supply: f64) -> f64 {
    rate * cut_off * (1.0 - supply)
}

/// How alarmed a side's garrisons are: at a threat of 1, the hazard that one surrenders whole within a tick. Each that
/// fell lately brings up to `spread` others over the time that it is remembered, divided over those under threat.
#[inline(always)]
pub(super) fn alarm(spread: f64, forget: f64, news: f64, garrisons: f64) -> f64 {
    share(spread * forget * news, garrisons)
}

/// The hazard that the towns of an area fall within a tick: none until the attacker dominates it.
#[inline(always)]
pub(super) fn town_hazard(pace: f64, dominance: f64, threat: f64, delay: f64) -> f64 {
    let hazard = pace * threat / delay;
    if threat >= dominance { hazard } else { 0.0 }
}

/// The hazard that a ruined post is rebuilt within a tick by the holder of the area.
#[inline(always)]
pub(super) fn rebuild_hazard(rate: f64, threat: f64, strength: f64) -> f64 {
    if strength > 0.0 { rate * (1.0 - threat) } else { 0.0 }
}

/// How many battalion-sized garrisons hold so many posts, at most: without rounding to whole ones.
#[inline(always)]
pub(super) fn most_garrisons(posts: f64, per_battalion: f64) -> f64 {
    posts * per_battalion + 2.0
}

/// The posts of a battalion-sized garrison, as a whole number of at least one.
#[inline(always)]
pub(super) fn battalion(posts: f64) -> f64 {
    larger(1.0, floor(posts))
}

/// How many battalion-sized garrisons hold so many posts: posts / battalion, rounded up. Both are whole, so the nearest whole
/// number of garrisons leaves an exact remainder, which tells whether there is one more; that takes no division.
#[inline(always)]
pub(super) fn garrisons(posts: f64, battalion: f64, per_battalion: f64) -> f64 {
    let nearest = (posts * per_battalion + ROUNDER) - ROUNDER;
    let rest = posts - nearest * battalion;
    nearest + if rest > 0.0 { 1.0 } else { 0.0 }
}

/// How many of the posts that fell or were given up are ruined: their expected number, rounded at random by `u`.
#[inline(always)]
pub(super) fn ruined(fallen: f64, capture: f64, abandon: f64, destroyed: f64, u: f64) -> f64 {
    let part = share(abandon + destroyed * capture, capture + abandon);
    let ruined = smaller(fallen, floor(fallen * part + u));
    if fallen == 0.0 { 0.0 } else { ruined }
}

/// The force after a tick of surrenders, losses, desertion and recruiting (implicit in what it loses: never negative).
#[inline(always)]
pub(super) fn force_after(force: f64, captives: f64, lost: f64, deserting: f64, recruiting: f64) -> f64 {
    let left = force - smaller(captives, force);
    left * (1.0 + recruiting) / (1.0 + share(lost, force) + deserting)
}

/// The share of a force that deserts within a tick: more when it lost much lately, and when it is in want.
#[inline(always)]
pub(super) fn desertion(rate: f64, morale: f64, shaken: f64, want: f64) -> f64 {
    rate * (1.0 + morale * (shaken + want))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floor_is_the_standard_librarys() {
        for i in 0..4000 {
            let x = f64::from(i) * 0.37 + f64::from(i * i) * 1e-9;
            for x in [x, x.next_up(), x.next_down().max(0.0), x.trunc(), x * 1e12, x * 1e300] {
                assert_eq!(floor(x), x.floor(), "{x}");
            }
        }
    }

    #[test]
    fn garrisons_are_the_quotient_rounded_up() {
        let sizes = (1..40).map(f64::from).chain([97.0, 1000.0, 65_537.0, 1e9, 1e300]);
        for battalion in sizes {
            for posts in (0..3000).chain(99_000..100_000).map(f64::from) {
                let expected = (posts / battalion).ceil();
                assert_eq!(garrisons(posts, battalion, 1.0 / battalion), expected, "{posts} posts by {battalion}");
                assert!(expected <= most_garrisons(posts, 1.0 / battalion));
            }
        }
    }

    #[test]
    fn no_draw_up_to_the_limit_counts_anything() {
        for count in [0.0, 1.0, 2.0, 7.0, 40.0, 999.0, 1e5] {
            for hazard in [0.0, 1e-12, 1e-7, 1e-4, 0.01, 0.2, 3.0] {
                let limit = none_up_to(count, hazard);
                if limit > 0.0 {
                    assert_eq!(binomial_inverse(count, chance(hazard), limit), 0.0, "{count} of {hazard}");
                }
            }
        }
    }

    #[test]
    fn no_town_falls_where_there_is_no_doubt() {
        let mut doubts = [0, 0];
        for u in (1..400).map(|i| f64::from(i) / 400.0).chain((1..60).map(|i| 1.0 / (1u64 << i) as f64)) {
            for (pace, threat, delay) in
                [(0.2, 0.7, 1.0), (0.2, 0.5, 3.0), (9.0, 0.9, 1.7), (0.0, 1.0, 1.0), (0.4, 0.4, 1.0)]
            {
                let (demand, room) = town_doubt(pace, 0.5, threat, delay, u);
                doubts[usize::from(demand > room)] += 1;
                assert!(demand > room || !seldom_happens(town_hazard(pace, 0.5, threat, delay), u), "{pace} at {u}");
            }
            let hazard = town_hazard(0.2, 0.5, 0.7, 3.0);
            let (demand, room) = town_doubt(0.2, 0.5, 0.7, 3.0, hazard);
            assert!(demand > room, "the margin is on the safe side");
        }
        assert!(doubts[0] > 100 && doubts[1] > 100, "{doubts:?}");
    }
}
