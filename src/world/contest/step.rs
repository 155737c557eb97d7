//! A tick of the contest in columns. The equations and their order are in the [module's page](super).
//!
//! Loops over lanes are innermost, in [`kernels`]; everything here is inlined into the caller, so that its choice of
//! processor features covers the whole tick. Nothing is allocated.

use super::falls::change_hands;
use super::ground::Ground;
use super::kernels;
use super::parameters::{Draw, Parameter, SideParameter};
use super::scratch::{Relation, Scratch};
use super::state::{Columns, State};
use super::supply::{look, supply_and_weigh};

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
/// (0 to 1, exclusive) of the address `area/side/draw`; it is asked only for those that can matter in
/// some lane, as far as that is told without them.
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
    for pair in 0..ground.pairs().len() {
        scratch.has_fire[pair] = !is_blank(state.fire.row(pair));
        scratch.has_garrison[pair] = !is_blank(state.garrison.row(pair));
    }
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
        scratch.contested[area] = is_contested(ground, scratch, area);
        if scratch.contested[area] {
            muster(ground, state, inputs, scratch, area);
            defend(ground, state, inputs, scratch, area);
            attack(ground, state, inputs, scratch, area);
        } else {
            rest(ground, state, scratch, area);
        }
        count_people(ground, state, scratch, area);
    }
    for side in 0..ground.sides() {
        let s = &mut scratch.sides;
        let (spread, forget) = (inputs.of(Parameter::SurrenderSpread), inputs.of(Parameter::Forget));
        kernels::alarm(s.alarm.row_mut(side), spread, forget, state.news.row(side), s.garrisons.row(side));
    }
    for area in 0..ground.areas() {
        change_hands(ground, state, inputs, stocks, scratch, area, &mut draw);
    }
    state.settled = true;
    for (side, force) in forces.iter_mut().enumerate() {
        close(state, inputs, scratch, side, force);
    }
    for area in 0..ground.areas() {
        if ground.neighbours_of(area).iter().any(|near| scratch.changed[*near]) {
            look(ground, state, scratch, area);
        }
    }
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
        scratch.recruits[side] = any_positive(inputs.side(side, SideParameter::Recruits));
        scratch.hides[side] = any_positive(inputs.side(side, SideParameter::Guerrilla));
    }
    for hops in 0..=ground.most_hops() {
        kernels::distance(scratch.distance.row_mut(hops), inputs.of(Parameter::Gradient), hops as f64);
    }
    let lane = &mut scratch.lane;
    kernels::battalion(&mut lane.battalion, &mut lane.per_battalion, inputs.of(Parameter::Battalion));
    kernels::kept(&mut scratch.lane.garrison_kept, inputs.of(Parameter::GarrisonDecay));
    kernels::kept(&mut scratch.lane.fire_kept, inputs.of(Parameter::FireDecay));
}

/// Whether two sides that are at odds in some lane have a place in an area.
#[inline(always)]
fn is_contested(ground: &Ground, scratch: &Scratch, area: usize) -> bool {
    let range = ground.pairs_of(area);
    range.clone().any(|pair| {
        let relation = |rival: usize| ground.pairs()[pair].side * ground.sides() + ground.pairs()[rival].side;
        (pair + 1..range.end).any(|rival| scratch.relation[relation(rival)] != Relation::Peace)
    })
}

/// All posts in an area.
#[inline(always)]
fn posts_here<'a>(ground: &Ground, posts: &'a Columns, sum: &'a mut [f64], area: usize) -> &'a [f64] {
    let all = ground.pairs_of(area);
    if all.len() == 1 {
        return posts.row(all.start);
    }
    sum.fill(0.0);
    for pair in all {
        kernels::add(sum, posts.row(pair));
    }
    sum
}

/// The strength of every side in an area, and the part that strikes.
#[inline(always)]
fn muster(ground: &Ground, state: &State, inputs: &Inputs<'_>, scratch: &mut Scratch, area: usize) {
    let first = ground.pairs_of(area).start;
    let Scratch { distance, pairs, sides, here, lane, hides, has_garrison, .. } = scratch;
    let (has_posts, is_drawn, is_there) = (&scratch.has_posts, &scratch.is_drawn, &mut scratch.is_there);
    let anybody_hides = ground.pairs_of(area).any(|pair| hides[ground.pairs()[pair].side]);
    let posts_here =
        if anybody_hides { posts_here(ground, &state.posts, &mut lane.sum, area) } else { lane.zero.as_slice() };
    for pair in ground.pairs_of(area) {
        let side = ground.pairs()[pair].side;
        is_there[pair] = has_posts[pair] || has_garrison[pair] || is_drawn[pair];
        if !is_there[pair] {
            continue;
        }
        let (strength, strike) = (here.strength.row_mut(pair - first), pairs.strike.row_mut(pair));
        // A column of nothing stays where it was loaded last.
        let garrison = if has_garrison[pair] { state.garrison.row(pair) } else { &lane.zero };
        let weight = if is_drawn[pair] { pairs.weight.row(pair) } else { &lane.zero };
        let (distance, supply) = (distance.row(ground.hops(pair)), state.supply.row(pair));
        let (floor, sally) = (inputs.of(Parameter::SupplyFloor), inputs.of(Parameter::Sally));
        let (per_weight, guard) = (sides.per_weight.row(side), sides.guard.row(side));
        let (posts, quality) = (state.posts.row(pair), inputs.side(side, SideParameter::Quality));
        let engaged = here.engaged.row_mut(pair - first);
        if hides[side] {
            let hold = here.hold.row_mut(pair - first);
            let (information, guerrilla) =
                (inputs.of(Parameter::Information), inputs.side(side, SideParameter::Guerrilla));
            kernels::muster(
                hold,
                engaged,
                strength,
                strike,
                distance,
                supply,
                floor,
                weight,
                per_weight,
                guard,
                posts,
                garrison,
                sally,
                posts_here,
                quality,
                information,
                guerrilla,
            );
        } else {
            kernels::muster_regulars(
                engaged, strength, strike, distance, supply, floor, weight, per_weight, guard, posts, garrison, sally,
                quality,
            );
        }
    }
}

/// An area in which nobody is at odds: no threat to anybody.
#[inline(always)]
fn rest(ground: &Ground, state: &mut State, scratch: &mut Scratch, area: usize) {
    for pair in ground.pairs_of(area) {
        scratch.is_threatened[pair] = false;
        if !state.calm[area] {
            state.threat.row_mut(pair).fill(0.0);
        }
    }
}

/// The people under the hold of those who recruit.
#[inline(always)]
fn count_people(ground: &Ground, state: &State, scratch: &mut Scratch, area: usize) {
    let Scratch { recruits, sides, lane, .. } = scratch;
    if !ground.pairs_of(area).any(|pair| recruits[ground.pairs()[pair].side]) {
        return;
    }
    let posts_here = posts_here(ground, &state.posts, &mut lane.sum, area);
    for pair in ground.pairs_of(area) {
        let people = sides.people.row_mut(ground.pairs()[pair].side);
        kernels::count_people(people, state.posts.row(pair), posts_here, ground.population_share(area));
    }
}

/// The threat to every side in an area, and what those who hold it lose.
#[inline(always)]
fn defend(ground: &Ground, state: &mut State, inputs: &Inputs<'_>, scratch: &mut Scratch, area: usize) {
    let sides = ground.sides();
    let range = ground.pairs_of(area);
    let Scratch { relation, hides, pairs, sides: sums, here, lane, is_there, is_threatened, .. } = scratch;
    let attrition = inputs.of(Parameter::Attrition);
    for pair in range.clone() {
        let side = ground.pairs()[pair].side;
        let there = |rival: usize| ground.pairs()[rival].side * sides + side;
        let mut rivals = range.clone().filter(|r| *r != pair && is_there[*r] && relation[there(*r)] != Relation::Peace);
        let (hostility, pressure): (&[f64], &[f64]) = match (rivals.next(), rivals.next()) {
            (None, _) => (&lane.ones, &lane.zero),
            (Some(only), None) => (inputs.hostility[there(only)], pairs.strike.row(only)),
            (first, second) => {
                lane.sum.fill(0.0);
                for rival in first.into_iter().chain(second).chain(rivals) {
                    kernels::press(&mut lane.sum, inputs.hostility[there(rival)], pairs.strike.row(rival));
                }
                (&lane.ones, &lane.sum)
            }
        };
        let threat = state.threat.row_mut(pair);
        if is_there[pair] {
            kernels::defend(
                threat,
                here.exposed.row_mut(pair - range.start),
                sums.losses.row_mut(side),
                sums.garrisons.row_mut(side),
                hostility,
                pressure,
                here.strength.row(pair - range.start),
                inputs.side(side, SideParameter::Quality),
                inputs.side(side, SideParameter::Guerrilla),
                if hides[side] { here.hold.row(pair - range.start) } else { &lane.zero },
                attrition,
                state.posts.row(pair),
                &lane.battalion,
                &lane.per_battalion,
            );
        } else {
            kernels::overrun(threat, hostility, pressure);
        }
        is_threatened[pair] = any_positive(threat);
    }
}

/// What those who strike in an area lose.
#[inline(always)]
fn attack(ground: &Ground, state: &State, inputs: &Inputs<'_>, scratch: &mut Scratch, area: usize) {
    let range = ground.pairs_of(area);
    let Scratch { relation, sides: sums, here, lane, has_fire, is_there, .. } = scratch;
    for pair in range.clone() {
        let (side, threat) = (ground.pairs()[pair].side, state.threat.row(pair));
        for rival in range.clone().filter(|rival| *rival != pair && is_there[*rival]) {
            let attacker = ground.pairs()[rival].side;
            let there = attacker * ground.sides() + side;
            let (hostility, engaged) = (inputs.hostility[there], here.engaged.row(rival - range.start));
            if relation[there] == Relation::Peace || (!is_there[pair] && is_free(hostility, engaged, threat)) {
                continue;
            }
            kernels::attack(
                sums.losses.row_mut(attacker),
                inputs.of(Parameter::Attrition),
                hostility,
                engaged,
                here.exposed.row(rival - range.start),
                threat,
                inputs.of(Parameter::Firepower),
                if has_fire[pair] { state.fire.row(pair) } else { &lane.zero },
            );
        }
    }
}

/// Whether attackers lose nothing in any lane, since they do not attack or nobody is there to resist.
#[inline(always)]
fn is_free(hostility: &[f64], engaged: &[f64], threat: &[f64]) -> bool {
    let mut all = true;
    for ((hostility, engaged), threat) in hostility.iter().zip(engaged).zip(threat) {
        all &= (hostility * engaged == 0.0) | (*threat == 1.0);
    }
    all
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

/// Whether any lane's number is above 0.
#[inline(always)]
pub(super) fn any_positive(column: &[f64]) -> bool {
    any(column, |value| u64::from(value > 0.0))
}

/// Whether every lane's number is 0, to the bit: −0 is not, so that what is skipped where nothing stands is the same whoever else
/// is in the batch.
#[inline(always)]
pub fn is_blank(column: &[f64]) -> bool {
    !any(column, f64::to_bits)
}

/// Whether a lane's number has some of the bits that are asked for. Lanes are looked at in pieces, each without an early end, so
/// that it stays packed; in loops alone, since what is called is compiled for any processor.
#[inline(always)]
fn any(column: &[f64], bits: impl Fn(f64) -> u64) -> bool {
    let (pieces, rest) = column.as_chunks::<32>();
    for piece in pieces {
        let mut found = 0;
        for value in piece {
            found |= bits(*value);
        }
        if found != 0 {
            return true;
        }
    }
    let mut found = 0;
    for value in rest {
        found |= bits(*value);
    }
    found != 0
}
