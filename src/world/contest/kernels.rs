//! The loops over lanes, each a small function over whole columns.
//!
//! Every kernel is a function of its own that is always inlined: its columns are then known not to overlap, which is
//! what lets the compiler turn the loop into packed instructions of whichever processor the caller dispatches to.
//!
//! Loading and storing a column takes as long as an operation or two on it, so a kernel does all that can be done with
//! what it has loaded. A sum of one column is that column: where the columns of a sum may be many, the caller adds them up
//! first.

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

    /// sum = one + other.
    fn add_two(sum; one, other;) {
        *sum = one + other;
    }

    /// sum = one + other + third.
    fn add_three(sum; one, other, third;) {
        *sum = one + other + third;
    }

    /// sum = one + other + third + fourth.
    fn add_four(sum; one, other, third, fourth;) {
        *sum = one + other + third + fourth;
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

    /// The posts around of a side that is hostile in some lanes, as hostile posts and as an enemy's.
    fn sort_near(hostile, enemy; near, friend, odds;) {
        *hostile += near * (1.0 - friend);
        *enemy += near * odds;
    }

    /// sum += values where the flag is up.
    fn add_flagged(sum; values, flag;) {
        *sum += values * flag;
    }

    /// Supply, whose posts are friendly being all around but the hostile; what the reserve is drawn to the area by, and
    /// the side's sums. Where there is a source, nothing blocks supply; on an island nobody counts as cut off.
    fn supply_and_weigh(
        supply, cut_off, weight, weights, held, want;
        around, hostile, enemy, own, enemy_here, prefer, posts, roads, refill, erosion;
        source, island, base
    ) {
        let friendly = around - hostile;
        let blocked = formulas::blocked(friendly, hostile, roads);
        let blocked = if source > 0.0 { 0.0 } else { blocked };
        let now = formulas::supplied(*supply, blocked, refill, erosion);
        *supply = now;
        *cut_off = formulas::flag((friendly <= 0.0) & (island <= 0.0));
        let possible = formulas::possible(posts + base, own, enemy_here, enemy);
        let drawn = formulas::larger(0.0, prefer) * possible;
        *weight = drawn;
        *weights += drawn;
        *held += posts;
        *want += posts * (1.0 - now);
    }

    /// The same where no enemy is near: nothing hinders supply over roads that lead to posts, and nothing draws the reserve.
    fn supply_in_peace(supply, cut_off, held, want; around, posts, refill, erosion; source, island) {
        let alone = around <= 0.0;
        let blocked = formulas::flag(alone & (source <= 0.0));
        let now = formulas::supplied(*supply, blocked, refill, erosion);
        *supply = now;
        *cut_off = formulas::flag(alone & (island <= 0.0));
        *held += posts;
        *want += posts * (1.0 - now);
    }

    /// Who is cut off, where it is no island.
    fn cut_off(cut_off; around, hostile;) {
        *cut_off = formulas::flag(around - hostile <= 0.0);
    }

    /// A side's reserve for a unit of weight, and its guards for a post.
    fn divide_force(per_weight, guard; force, effort, weights, held;) {
        let force = formulas::larger(0.0, force);
        let reserve = formulas::reserve(force, effort, weights);
        *per_weight = formulas::reserve_per_weight(reserve, weights);
        *guard = formulas::share(force - reserve, held);
    }

    /// Of a side in an area: its hold on the population, those who attack, the strength of all, and how they strike.
    fn muster(
        hold, engaged, strength, strike;
        distance, supply, floor, weight, per_weight, guard, posts, garrison, sally, posts_here, quality, information,
        guerrilla;
    ) {
        let worth = formulas::worth(distance, supply, floor);
        let sent = per_weight * weight;
        let guards = guard * posts;
        let attackers = (sally * guards + sent) * worth;
        let part = formulas::share(posts, posts_here);
        *hold = part;
        *engaged = attackers;
        *strength = (guards + garrison + sent) * worth;
        *strike = attackers * formulas::vigour(quality, information, guerrilla, part);
    }

    /// The same of regulars, who gain nothing by their hold.
    fn muster_regulars(
        engaged, strength, strike;
        distance, supply, floor, weight, per_weight, guard, posts, garrison, sally, quality;
    ) {
        let worth = formulas::worth(distance, supply, floor);
        let sent = per_weight * weight;
        let guards = guard * posts;
        let attackers = (sally * guards + sent) * worth;
        *engaged = attackers;
        *strength = (guards + garrison + sent) * worth;
        *strike = attackers * quality;
    }

    /// The people under a side's hold.
    fn count_people(people; posts, posts_here; population) {
        *people += population * formulas::share(posts, posts_here);
    }

    /// pressure += hostility * strike.
    fn press(pressure; hostility, strike;) {
        *pressure += hostility * strike;
    }

    /// The threat to a side in an area, what it loses to it, and the side's sums.
    fn defend(
        threat, exposed, losses, garrisons;
        hostility, pressure, strength, quality, guerrilla, hold, attrition, posts, battalion, per_battalion;
    ) {
        // Sums start from 0: a product of −0 is none.
        let pressure = 0.0 + hostility * pressure;
        let share = formulas::share(pressure, pressure + strength * quality);
        *threat = share;
        let exposure = formulas::exposure(guerrilla, hold, share);
        *exposed = exposure;
        *losses += formulas::defence_loss(attrition, share, strength, exposure);
        let count = formulas::garrisons(posts, battalion, per_battalion);
        *garrisons += if share > 0.0 { count } else { 0.0 };
    }

    /// The threat to a side that has nobody in an area.
    fn overrun(threat; hostility, pressure;) {
        let pressure = 0.0 + hostility * pressure;
        *threat = formulas::share(pressure, pressure);
    }

    /// What an attacker loses to those it attacks, under their fire.
    fn attack(losses; attrition, hostility, engaged, exposed, threat, firepower, fire;) {
        let fire = formulas::fire_factor(firepower, fire);
        *losses += formulas::attack_loss(attrition, hostility * engaged, exposed, threat, fire);
    }

    /// How alarmed a side's garrisons are.
    fn alarm(alarm; spread, forget, news, garrisons;) {
        *alarm = formulas::alarm(spread, forget, news, garrisons);
    }

    /// The posts of a battalion-sized garrison, and one over that.
    fn battalion(battalion, per_battalion; posts;) {
        let whole = formulas::battalion(posts);
        *battalion = whole;
        *per_battalion = 1.0 / whole;
    }

    /// What is left after a tick of decay.
    fn kept(kept; rate;) {
        *kept = formulas::kept(rate);
    }

    /// The hazard that a side's posts in an area are captured, before fire delays it, and whether there is fighting over them.
    fn capture(
        capture, fighting; threat, supply, shaken, form, pace, steepness, isolation, morale, posts, skirmish;
    ) {
        let of = HazardForm { form, pace, steepness, isolation, morale };
        *capture = formulas::capture_hazard(of, threat, supply, shaken);
        *fighting = if (posts > 0.0) & (threat > skirmish) { 1.0 } else { *fighting };
    }

    /// The hazard of being given up.
    fn abandon(abandon; rate, cut_off, supply;) {
        *abandon = formulas::abandon_hazard(rate, cut_off, supply);
    }

    /// Up to here a draw tells at once that no post falls.
    fn fall_limit(limit; posts, capture, abandon;) {
        *limit = formulas::none_up_to(posts, capture + abandon);
    }

    /// Up to here a draw tells at once that no ruin is rebuilt, whoever holds the area and however hard it is pressed.
    fn rebuild_limit(limit; ruins, rate;) {
        *limit = 1.0 - ruins * rate;
    }

    /// Up to here a draw tells at once that no garrison surrenders whole.
    fn surrender_limit(limit; alarm, threat, posts, per_battalion;) {
        *limit = 1.0 - formulas::most_garrisons(posts, per_battalion) * (alarm * threat);
    }

    /// The holder's fire delays captures.
    fn delay(capture; firepower, fire;) {
        *capture /= formulas::fire_factor(firepower, fire);
    }

    /// What leaves a pair: how much of what falls is ruined and how much taken, of the garrisons that yield as many posts as
    /// have not fallen; the ruins that stay behind, and the side's account of it.
    fn lose(
        gone, taken, ruins, lost, news, captives;
        posts, fallen, yielding, capture, abandon, destroyed, draw, battalion, per_battalion, surrender, guard;
    ) {
        let ruined = formulas::ruined(fallen, capture, abandon, destroyed, draw);
        let surrendered = formulas::smaller(posts - fallen, yielding * battalion);
        let (left, into_hands) = (fallen + surrendered, fallen - ruined + surrendered);
        *gone = left;
        *taken = into_hands;
        *ruins += ruined;
        *lost += left;
        *news += formulas::garrisons(posts, battalion, per_battalion)
            - formulas::garrisons(posts - into_hands, battalion, per_battalion);
        *captives += (surrender * (fallen - ruined) + surrendered) * guard;
    }

    /// A post's part of the garrison is lost with it.
    fn thin(garrison; posts, gone;) {
        let left = formulas::share(posts - gone, posts);
        *garrison *= if posts > 0.0 { left } else { 1.0 };
    }

    /// Whether the towns may fall for these draws where it is this side that holds them, as two numbers that are compared.
    fn town_doubt(demand, room; draw, holder, threat, pace, dominance, firepower, fire; side) {
        let delay = formulas::fire_factor(firepower, fire);
        let (most, least) = formulas::town_doubt(pace, dominance, threat, delay, draw);
        *demand = if holder == side { most } else { 0.0 };
        *room = least;
    }

    /// What the area's holder rebuilt.
    fn rebuild(posts; built, holder; side) {
        *posts += if holder == side { built } else { 0.0 };
    }

    /// Ruins that were rebuilt are none.
    fn clear(ruins; built;) {
        *ruins -= built;
    }

    /// Posts change hands.
    fn settle(posts; gained, gone;) {
        *posts = *posts - gone + gained;
    }

    /// Arms captured with posts.
    fn loot(stock; posts, guard, captured;) {
        *stock += captured * guard * posts;
    }

    /// All posts taken go to the only attacker, if it strikes.
    fn take(gained, whole; taken, hostility, strike;) {
        let all = if hostility * strike > 0.0 { taken } else { 0.0 };
        *whole = all;
        *gained += all;
    }

    /// The same for two attackers: whole parts of their shares, then by largest remainder, the first among equals.
    fn take_two(gained, others_gained, whole, others_whole; taken, hostility, strike, others_hostility, others_strike;) {
        let (weight, others_weight) = (hostility * strike, others_hostility * others_strike);
        let total = weight + others_weight;
        let exact = [formulas::share(taken * weight, total), formulas::share(taken * others_weight, total)];
        let parts = exact.map(formulas::floor);
        let rest = if weight > 0.0 { exact[0] - parts[0] } else { -1.0 };
        let others_rest = if others_weight > 0.0 { exact[1] - parts[1] } else { -1.0 };
        let left_over = taken - parts[0] - parts[1];
        let is_other = others_rest > formulas::larger(rest, -0.5);
        let is_first = (rest > -0.5) & !is_other;
        // Nobody gets two of those left over: of two, each that strikes gets one.
        let (first, second) = (left_over > 0.0, left_over > 1.0);
        let won = formulas::flag((is_first & first) | ((rest > -0.5) & second));
        let others_won = formulas::flag((is_other & first) | ((others_rest > -0.5) & second));
        (*whole, *others_whole) = (parts[0] + won, parts[1] + others_won);
        *gained += *whole;
        *others_gained += *others_whole;
    }

    /// One attacker's whole part of the posts taken, and what is left over of its share.
    fn quota(whole, rest, left_over; taken, hostility, strike, total;) {
        let weight = hostility * strike;
        let exact = formulas::share(taken * weight, total);
        *whole = formulas::floor(exact);
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

    /// The same where two sides have a place.
    fn hold_of_two(holder; first, second; side, other) {
        let last = if *holder == other { second } else { 0.0 };
        let last = if *holder == side { first } else { last };
        let after = if first > last { side } else { *holder };
        *holder = if second > formulas::larger(first, last) { other } else { after };
    }

    /// The same where three have one.
    fn hold_of_three(holder; first, second, third; side, other, another) {
        let last = if *holder == another { third } else { 0.0 };
        let last = if *holder == other { second } else { last };
        let last = if *holder == side { first } else { last };
        let after = if first > last { side } else { *holder };
        let most = formulas::larger(first, last);
        let after = if second > most { other } else { after };
        *holder = if third > formulas::larger(second, most) { another } else { after };
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
