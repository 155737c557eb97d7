//! The part of a tick in which posts and towns change hands.

use super::{One, OneInputs, Working, blow};
use crate::numerics::counts::binomial_inverse;
use crate::world::contest::formulas::{self, HazardForm};
use crate::world::contest::ground::Ground;
use crate::world::contest::parameters::{Draw, Parameter};

/// What leaves a pair in a tick.
struct Leaving {
    fallen: f64,
    ruined: f64,
    surrendered: f64,
}

fn leaving<D: FnMut(usize, Draw) -> f64>(
    ground: &Ground,
    one: &One,
    inputs: &OneInputs<'_>,
    w: &Working,
    pair: usize,
    draw: &mut D,
) -> Leaving {
    let side = ground.pairs()[pair].side;
    let (posts, threat, supply) = (one.posts[pair], one.threat[pair], one.supply[pair]);
    let of = HazardForm {
        form: inputs.of(Parameter::Hazard),
        pace: inputs.of(Parameter::Pace),
        steepness: inputs.of(Parameter::Steepness),
        isolation: inputs.of(Parameter::Isolation),
        morale: inputs.of(Parameter::Morale),
    };
    let delay = formulas::fire_factor(inputs.of(Parameter::Firepower), one.fire[pair]);
    let capture = formulas::capture_hazard(of, threat, supply, one.shaken[side]) / delay;
    let abandon = formulas::abandon_hazard(inputs.of(Parameter::Abandon), one.cut_off[pair], supply);
    let fallen = binomial_inverse(posts, formulas::chance(capture + abandon), draw(pair, Draw::Fall));
    let destroyed = inputs.of(Parameter::Destroyed);
    let ruined = formulas::ruined(fallen, capture, abandon, destroyed, draw(pair, Draw::Ruin));

    let battalion = formulas::battalion(inputs.of(Parameter::Battalion));
    let (spread, forget) = (inputs.of(Parameter::SurrenderSpread), inputs.of(Parameter::Forget));
    let hazard = formulas::alarm(spread, forget, one.news[side], w.garrisons[side]) * threat;
    let garrisons = formulas::garrisons(posts, battalion, 1.0 / battalion);
    let yielding = formulas::seldom(garrisons, hazard, draw(pair, Draw::Surrender));
    Leaving { fallen, ruined, surrendered: formulas::smaller(posts - fallen, yielding * battalion) }
}

/// Whole posts divided by strength: everybody the whole part of their share, the rest by largest remainder. One attacker
/// alone gets them all.
fn divided(taken: f64, blows: &[f64]) -> Vec<f64> {
    if let [blow] = blows {
        return vec![if *blow > 0.0 { taken } else { 0.0 }];
    }
    let total = blows.iter().fold(0.0, |sum, b| sum + b);
    let exact: Vec<f64> = blows.iter().map(|b| formulas::share(taken * b, total)).collect();
    let mut parts: Vec<f64> = exact.iter().map(|e| e.floor()).collect();
    let mut rests: Vec<f64> =
        (0..blows.len()).map(|i| if blows[i] > 0.0 { exact[i] - parts[i] } else { -1.0 }).collect();
    let mut left_over = taken - parts.iter().sum::<f64>();
    while left_over > 0.0 {
        let mut best = None;
        for (i, rest) in rests.iter().enumerate() {
            if *rest >= 0.0 && best.is_none_or(|b: usize| *rest > rests[b]) {
                best = Some(i);
            }
        }
        let Some(best) = best else { break };
        parts[best] += 1.0;
        rests[best] = -1.0;
        left_over -= 1.0;
    }
    parts
}

/// Everything that changes hands in an area, and what passes there.
pub(super) fn change_hands<D: FnMut(usize, Draw) -> f64>(
    ground: &Ground,
    one: &mut One,
    inputs: &OneInputs<'_>,
    w: &mut Working,
    stocks: &mut [Option<f64>],
    area: usize,
    draw: &mut D,
) {
    let pairs: Vec<usize> = ground.pairs_of(area).collect();
    let mut after: Vec<f64> = pairs.iter().map(|p| one.posts[*p]).collect();
    let mut gained = vec![0.0; pairs.len()];
    let (ruins, town_holder) = (one.ruined[area], one.town_holder[area]);
    let battalion = formulas::battalion(inputs.of(Parameter::Battalion));
    one.fighting[area] = 0.0;
    for (i, &pair) in pairs.iter().enumerate() {
        let side = ground.pairs()[pair].side;
        let leaving = leaving(ground, one, inputs, w, pair, draw);
        let gone = leaving.fallen + leaving.surrendered;
        let taken = leaving.fallen - leaving.ruined + leaving.surrendered;
        let posts = one.posts[pair];
        w.lost[side] += gone;
        w.fallen[side] += formulas::garrisons(posts, battalion, 1.0 / battalion)
            - formulas::garrisons(posts - taken, battalion, 1.0 / battalion);
        let share = inputs.of(Parameter::Surrender);
        w.captives[side] += (share * (leaving.fallen - leaving.ruined) + leaving.surrendered) * w.guard[side];
        if posts > 0.0 {
            one.garrison[pair] *= (posts - gone) / posts;
        }
        after[i] -= gone;
        one.ruined[area] += leaving.ruined;
        if posts > 0.0 && one.threat[pair] > inputs.of(Parameter::Skirmish) {
            one.fighting[area] = 1.0;
        }
        let rivals: Vec<usize> = pairs.iter().copied().filter(|r| *r != pair).collect();
        let blows: Vec<f64> = rivals.iter().map(|r| blow(ground, inputs, w, *r, pair)).collect();
        for (&rival, part) in rivals.iter().zip(divided(taken, &blows)) {
            gained[rival - pairs[0]] += part;
            if let Some(Some(stock)) = stocks.get_mut(ground.pairs()[rival].side) {
                *stock += inputs.of(Parameter::Captured) * w.guard[side] * part;
            }
        }
        if town_holder == side && towns_fall(ground, one, inputs, pair, draw) {
            one.town_holder[area] = strongest(ground, side, &rivals, &blows);
        }
    }
    for (i, &pair) in pairs.iter().enumerate() {
        let mut built = 0.0;
        if one.holder[area] == ground.pairs()[pair].side {
            let rate = inputs.of(Parameter::Rebuild);
            let hazard = formulas::rebuild_hazard(rate, one.threat[pair], w.strength[pair]);
            let u = draw(ground.holder_pair(area), Draw::Build);
            built = formulas::seldom(ruins, hazard, u);
        }
        one.posts[pair] = after[i] + gained[i] + built;
        one.ruined[area] -= built;
        one.garrison[pair] *= formulas::kept(inputs.of(Parameter::GarrisonDecay));
        one.fire[pair] *= formulas::kept(inputs.of(Parameter::FireDecay));
    }
    hold(ground, one, area);
}

/// The side with most posts holds the area; ties keep the last.
pub(super) fn hold(ground: &Ground, one: &mut One, area: usize) {
    let mut most = 0.0;
    for pair in ground.pairs_of(area) {
        if ground.pairs()[pair].side == one.holder[area] {
            most = one.posts[pair];
        }
    }
    for pair in ground.pairs_of(area) {
        if one.posts[pair] > most {
            (one.holder[area], most) = (ground.pairs()[pair].side, one.posts[pair]);
        }
    }
}

/// The side of the hardest blow, the first among equals; if there is none, the victim's.
fn strongest(ground: &Ground, victim: usize, rivals: &[usize], blows: &[f64]) -> usize {
    let mut strongest = (victim, 0.0);
    for (&rival, &blow) in rivals.iter().zip(blows) {
        if blow > strongest.1 {
            strongest = (ground.pairs()[rival].side, blow);
        }
    }
    strongest.0
}

fn towns_fall<D: FnMut(usize, Draw) -> f64>(
    ground: &Ground,
    one: &One,
    inputs: &OneInputs<'_>,
    pair: usize,
    draw: &mut D,
) -> bool {
    let delay = formulas::fire_factor(inputs.of(Parameter::Firepower), one.fire[pair]);
    let (pace, dominance) = (inputs.of(Parameter::TownPace), inputs.of(Parameter::Dominance));
    let hazard = formulas::town_hazard(pace, dominance, one.threat[pair], delay);
    let area = ground.pairs()[pair].area;
    let u = draw(ground.town_holder_pair(area), Draw::Town);
    ground.towns(area) > 0.0 && formulas::seldom_happens(hazard, u)
}
