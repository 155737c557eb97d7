//! The loops over lanes, each a small function over whole columns.
//!
//! Every kernel is a function of its own that is always inlined: its columns are then known not to overlap, which is
//! what lets the compiler turn the loop into packed instructions of whichever processor the caller dispatches to.

use super::formulas::{self, HazardForm};

/// Declares a kernel: the columns it writes (inside the body, a reference to one lane's number), the columns it reads
/// (one lane's number), and single numbers.
macro_rules! kernels {
    ($($(#[$about:meta])* fn $name:ident($($out:ident),+; $($in:ident),*; $($single:ident),*) $body:block)+) => {$(
        $(#[$about])*
        #[inline(always)]
        #[allow(clippy::too_many_arguments)]
        pub(super) fn $name($($out: &mut [f64],)+ $($in: &[f64],)* $($single: f64,)*) {
            let n = [$($out.len()),+][0];
            $(let $out = &mut $out[..n];)+
            $(let $in = &$in[..n];)*
            for i in 0..n {
                $(let $out = &mut $out[i];)+
                $(let $in = $in[i];)*
                $body
            }
        }
    )+};
}

kernels! {
    /// sum += values.
    fn add(sum; values;) {
        *sum += values;
    }

    /// Who counts as a friend of whom, and who is at odds with whom.
    fn relations(friend, odds; hostility, returned;) {
        *friend = formulas::flag(hostility <= 0.0);
        *odds = formulas::flag((hostility > 0.0) | (returned > 0.0));
    }

    /// The loss-of-strength gradient at so many hops.
    fn distance(out; gradient; hops) {
        *out = formulas::distance(gradient, hops);
    }

    /// The posts around of another side, as friendly or hostile, and as an enemy's.
    fn sort_near(friendly, hostile, enemy_near; near, friend, odds;) {
        *friendly += near * friend;
        *hostile += near * (1.0 - friend);
        *enemy_near += near * odds;
    }

    /// sum += values where the flag is up.
    fn add_flagged(sum; values, flag;) {
        *sum += values * flag;
    }

    /// Supply over the roads, in an area that is neither an island nor a base area.
    fn supply_by_road(supply, cut_off; friendly, hostile, roads, refill, erosion;) {
        let blocked = formulas::blocked(friendly, hostile, roads);
        *cut_off = formulas::flag(friendly <= 0.0);
        *supply = formulas::supplied(*supply, blocked, refill, erosion);
    }

    /// Supply where nothing can block it; on an island nobody counts as cut off.
    fn supply_at_source(supply, cut_off; friendly, refill, erosion; island) {
        *cut_off = (1.0 - island) * formulas::flag(friendly <= 0.0);
        *supply = formulas::supplied(*supply, 0.0, refill, erosion);
    }

    /// What the reserve is drawn to an area by, and the side's sums.
    fn weigh(weight, weights, held, want; prefer, posts, supply, own_near, enemy_here, enemy_near; base) {
        let possible = formulas::possible(posts + base, own_near, enemy_here, enemy_near);
        let drawn = formulas::larger(0.0, prefer) * possible;
        *weight = drawn;
        *weights += drawn;
        *held += posts;
        *want += posts * (1.0 - supply);
    }

    /// A side's reserve for a unit of weight, and its guards for a post.
    fn divide_force(per_weight, guard; force, effort, weights, held;) {
        let force = formulas::larger(0.0, force);
        let reserve = formulas::reserve(force, effort, weights);
        *per_weight = formulas::reserve_per_weight(reserve, weights);
        *guard = formulas::share(force - reserve, held);
    }

    /// Those of a side in an area who attack, and the strength of all.
    fn muster(engaged, strength; weight, per_weight, guard, posts, garrison, worth, sally;) {
        let sent = per_weight * weight;
        let guards = guard * posts;
        *engaged = (sally * guards + sent) * worth;
        *strength = (guards + garrison + sent) * worth;
    }

    /// What distance and supply leave of a strength.
    fn worth(out; distance, supply, floor;) {
        *out = formulas::worth(distance, supply, floor);
    }

    /// The side's hold on the population of an area, and its striking power there.
    fn strike(hold, strike; posts, posts_here, engaged, quality, information, guerrilla;) {
        *hold = formulas::share(posts, posts_here);
        *strike = engaged * formulas::vigour(quality, information, guerrilla, *hold);
    }

    /// pressure += hostility * strike.
    fn press(pressure; hostility, strike;) {
        *pressure += hostility * strike;
    }

    /// The threat to a side in an area, what it loses to it, and the side's sums.
    fn defend(
        threat, exposed, losses, garrisons, count;
        pressure, strength, quality, guerrilla, hold, attrition, posts, battalion;
    ) {
        *threat = formulas::share(pressure, pressure + strength * quality);
        *exposed = formulas::exposure(guerrilla, hold, *threat);
        *losses += formulas::defence_loss(attrition, *threat, strength, *exposed);
        *count = formulas::garrisons(posts, formulas::battalion(battalion));
        *garrisons += if *threat > 0.0 { *count } else { 0.0 };
    }

    /// The people under a side's hold.
    fn count_people(people; hold; population) {
        *people += population * hold;
    }

    /// How a holder's fire delays falls and adds to the attackers' losses.
    fn fire_factor(factor; firepower, fire;) {
        *factor = formulas::fire_factor(firepower, fire);
    }

    /// A hazard delayed by fire.
    fn delay(hazard; factor;) {
        *hazard /= factor;
    }

    /// How alarmed a side's garrisons are.
    fn alarm(alarm; spread, forget, news, garrisons;) {
        *alarm = formulas::alarm(spread, forget, news, garrisons);
    }

    /// What is left after a tick of decay.
    fn kept(kept; rate;) {
        *kept = formulas::kept(rate);
    }

    /// What an attacker loses to those it attacks.
    fn attack(losses; attrition, hostility, engaged, exposed, threat, fire;) {
        *losses += formulas::attack_loss(attrition, hostility * engaged, exposed, threat, fire);
    }

    /// The capture hazard of a side's posts in an area, before fire delays it.
    fn capture(capture; threat, supply, shaken, form, pace, steepness, isolation, morale;) {
        let of = HazardForm { form, pace, steepness, isolation, morale };
        *capture = formulas::capture_hazard(of, threat, supply, shaken);
    }

    /// The hazard of being given up.
    fn abandon(abandon; rate, cut_off, supply;) {
        *abandon = formulas::abandon_hazard(rate, cut_off, supply);
    }

    /// The chance that a post falls or is given up.
    fn fall_chance(chance; capture, abandon;) {
        *chance = formulas::chance(capture + abandon);
    }

    /// The hazard that a battalion-sized garrison surrenders whole.
    fn surrender_hazard(hazard; alarm, threat;) {
        *hazard = alarm * threat;
    }

    /// The posts of the garrisons that surrender whole, of those that did not fall.
    fn surrender_posts(surrendered; posts, fallen, battalion;) {
        *surrendered = formulas::smaller(posts - fallen, *surrendered * formulas::battalion(battalion));
    }

    /// How many of the posts that fell are ruined.
    fn ruin(ruined; fallen, capture, abandon, destroyed, draw;) {
        *ruined = formulas::ruined(fallen, capture, abandon, destroyed, draw);
    }

    /// The posts taken, and the side's account of all that left it.
    fn account(taken, lost, news, captives; posts, count, fallen, ruined, surrendered, battalion, surrender, guard;) {
        *taken = fallen - ruined + surrendered;
        *lost += fallen + surrendered;
        *news += count - formulas::garrisons(posts - *taken, formulas::battalion(battalion));
        *captives += (surrender * (fallen - ruined) + surrendered) * guard;
    }

    /// What leaves a pair, and the ruins that stay behind.
    fn leave(gone, ruins; fallen, surrendered, ruined;) {
        *gone = fallen + surrendered;
        *ruins += ruined;
    }

    /// A post's part of the garrison is lost with it.
    fn thin(garrison; posts, gone;) {
        let left = formulas::share(posts - gone, posts);
        *garrison *= if posts > 0.0 { left } else { 1.0 };
    }

    /// Whether there is fighting over a side's posts.
    fn skirmish(fighting; posts, threat, limit;) {
        *fighting = if (posts > 0.0) & (threat > limit) { 1.0 } else { *fighting };
    }

    /// The hazard of the towns, where it is this side that holds them.
    fn town_hazard(hazard; holder, threat, pace, dominance, delay; side) {
        let falls = formulas::town_hazard(pace, dominance, threat, delay);
        *hazard = if holder == side { falls } else { *hazard };
    }

    /// Who strikes hardest at the side that holds the towns, the first among equals.
    fn strongest(best, strength; holder, hostility, strike; victim, side) {
        let here = if holder == victim { hostility * strike } else { 0.0 };
        *best = if here > *strength { side } else { *best };
        *strength = formulas::larger(here, *strength);
    }

    /// The hazard of being rebuilt, where it is this side that holds the area.
    fn rebuild_hazard(hazard; holder, rate, threat, strength; side) {
        let here = formulas::rebuild_hazard(rate, threat, strength);
        *hazard = if holder == side { here } else { *hazard };
    }

    /// What the area's holder rebuilt.
    fn rebuild(posts, ruins; built, holder; side) {
        let here = if holder == side { built } else { 0.0 };
        *posts += here;
        *ruins -= here;
    }

    /// Posts change hands.
    fn settle(posts; gained, gone;) {
        *posts = *posts - gone + gained;
    }

    /// Arms captured with posts.
    fn loot(stock; posts, guard, captured;) {
        *stock += captured * guard * posts;
    }

    /// One attacker's whole part of the posts taken, and what is left over of its share.
    fn quota(whole, rest, left_over; taken, hostility, strike, total;) {
        let weight = hostility * strike;
        let exact = formulas::share(taken * weight, total);
        *whole = exact.floor();
        *rest = if weight > 0.0 { exact - *whole } else { -1.0 };
        *left_over -= *whole;
    }

    /// The largest remainder so far, the first among equals.
    fn largest(best, most; rest; index) {
        *best = if rest > *most { index } else { *best };
        *most = formulas::larger(rest, *most);
    }

    /// The attacker with the largest remainder gets a post of those left over.
    fn award(whole, rest, left_over; best; index) {
        let wins = (best == index) & (*left_over > 0.0);
        *whole += formulas::flag(wins);
        *rest = if wins { -1.0 } else { *rest };
        *left_over -= formulas::flag(wins);
    }

    /// The posts of the area's last holder.
    fn last_holder(most; posts, holder; side) {
        *most = if holder == side { posts } else { *most };
    }

    /// The side with most posts; ties keep the last.
    fn hold(holder, most; posts; side) {
        *holder = if posts > *most { side } else { *holder };
        *most = formulas::larger(posts, *most);
    }

    /// value *= factor.
    fn scale(value; factor;) {
        *value *= factor;
    }

    /// Memory of losses.
    fn remember(shaken, news; lost, held, fallen, forget;) {
        let kept = formulas::kept(forget);
        *shaken = (*shaken + formulas::share(lost, held)) * kept;
        *news = (*news + fallen) * kept;
    }

    /// Those who surrendered, of those who were there.
    fn count_captives(surrendered; captives, force;) {
        *surrendered += formulas::smaller(captives, formulas::larger(0.0, force));
    }

    /// The share of the force that deserts.
    fn desertion(out; rate, morale, shaken, want, held;) {
        *out = formulas::desertion(rate, morale, shaken, formulas::share(want, held));
    }

    /// The force after the tick.
    fn change_force(force; captives, losses, deserting, recruits, people;) {
        *force = formulas::force_after(formulas::larger(0.0, *force), captives, losses, deserting, recruits * people);
    }
}
