//! The columns equal the reference, bit for bit, on random grounds; and keep what must be kept on the way.

use super::*;
use proptest::prelude::*;

/// A small generator of test cases from one number.
struct Dice(u64, usize);

impl Dice {
    fn next(&mut self) -> f64 {
        self.1 += 1;
        uniform(self.0, self.1, 0, 0, Draw::Fall)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() * n as f64) as usize
    }
}

fn random_plan(dice: &mut Dice, areas: usize, sides: usize) -> Plan {
    let mut plan = Plan { sides, ..Plan::default() };
    for area in 0..areas {
        let first = dice.below(sides);
        for side in 0..sides {
            if side == first || dice.next() < 0.6 {
                let posts = if dice.next() < 0.3 { 0.0 } else { dice.below(40) as f64 };
                plan.places.push(Place { area, side, posts });
            }
        }
        plan.holder.push(first);
        plan.town_holder.push(first);
        plan.base.push((dice.next() < 0.4).then(|| dice.below(sides)));
        plan.towns.push(dice.below(3) as f64);
        plan.population.push(dice.next() * 1000.0);
        for other in 0..area {
            if dice.next() < 0.35 {
                plan.neighbours.push((area, other));
            }
        }
    }
    plan
}

fn random_theatre(seed: u64, areas: usize, sides: usize, lanes: usize) -> Theatre {
    let mut dice = Dice(seed, 0);
    let plan = random_plan(&mut dice, areas, sides);
    let mut theatre = Theatre::new(&plan, lanes);
    theatre.seed = seed;
    for (i, column) in theatre.hostility.iter_mut().enumerate() {
        if i / sides != i % sides && dice.next() < 0.5 {
            column.fill(if dice.next() < 0.5 { 0.0 } else { 1.0 });
            continue;
        }
        for h in column.iter_mut().filter(|_| i / sides != i % sides) {
            *h = if dice.next() < 0.3 { [0.0, -0.0][usize::from(dice.next() < 0.5)] } else { dice.next() };
        }
    }
    let mut spread = |columns: &mut [Vec<f64>], specifications: &[Specification]| {
        for (i, column) in columns.iter_mut().enumerate() {
            let s = specifications[i % specifications.len()];
            if dice.next() < 0.1 {
                column.fill(s.least);
                continue;
            }
            for value in column {
                let wide = s.least + dice.next() * (2.0 * s.default + 0.1);
                *value = if s.most.is_finite() { s.least + dice.next() * (s.most - s.least) } else { wide };
            }
        }
    };
    spread(&mut theatre.parameters, Parameter::SPECIFICATIONS);
    spread(&mut theatre.side_parameters, SideParameter::SPECIFICATIONS);
    for value in theatre.prefer.iter_mut().flatten() {
        *value = dice.next() * 3.0 - 0.5;
    }
    for value in theatre.forces.iter_mut().flatten() {
        *value = if dice.next() < 0.1 { 0.0 } else { dice.next() * 100.0 };
    }
    for stock in theatre.stocks.iter_mut() {
        if dice.next() < 0.3 {
            *stock = None;
        }
    }
    // Half of all pairs have neither fire nor a garrison in any lane; and −0 is not 0.
    let nothing = |u: f64| if u < 0.5 { Some(0.0) } else { (u < 0.6).then_some(-0.0) };
    for pair in 0..theatre.ground.pairs().len() {
        let (fire, garrison) = (nothing(dice.next()), nothing(dice.next()));
        for lane in 0..lanes {
            let mut some = || if dice.next() < 0.2 { -0.0 } else { 5.0 * dice.next() };
            theatre.state.fire.row_mut(pair)[lane] = fire.unwrap_or_else(&mut some);
            theatre.state.garrison.row_mut(pair)[lane] = garrison.unwrap_or_else(&mut some);
            theatre.state.supply.row_mut(pair)[lane] = dice.next();
        }
    }
    let hostility = theatre.hostility.clone();
    theatre.state.look(&theatre.ground, &slices(&hostility));
    theatre
}

fn lane_of(columns: &[Vec<f64>], lane: usize) -> Vec<f64> {
    columns.iter().map(|c| c[lane]).collect()
}

fn rows(columns: &Columns, count: usize, lane: usize) -> Vec<f64> {
    (0..count).map(|r| columns.row(r)[lane]).collect()
}

/// One lane of a state, as the reference keeps it.
fn one_of(theatre: &Theatre, lane: usize) -> One {
    let (s, g) = (&theatre.state, &theatre.ground);
    let (pairs, areas, sides) = (g.pairs().len(), g.areas(), g.sides());
    let whole = |columns, count| rows(columns, count, lane).into_iter().map(|v| v as usize).collect();
    One {
        posts: rows(&s.posts, pairs, lane),
        garrison: rows(&s.garrison, pairs, lane),
        supply: rows(&s.supply, pairs, lane),
        fire: rows(&s.fire, pairs, lane),
        threat: rows(&s.threat, pairs, lane),
        cut_off: rows(&s.cut_off, pairs, lane),
        holder: whole(&s.holder, areas),
        town_holder: whole(&s.town_holder, areas),
        ruined: rows(&s.ruined, areas, lane),
        fighting: rows(&s.fighting, areas, lane),
        posts_lost: rows(&s.posts_lost, sides, lane),
        surrendered: rows(&s.surrendered, sides, lane),
        shaken: rows(&s.shaken, sides, lane),
        news: rows(&s.news, sides, lane),
    }
}

/// The bits of every number of one lane, in one list.
fn bits(one: &One, forces: &[f64], stocks: &[Option<f64>]) -> Vec<u64> {
    let columns = [
        &one.posts,
        &one.garrison,
        &one.supply,
        &one.fire,
        &one.threat,
        &one.cut_off,
        &one.ruined,
        &one.fighting,
        &one.posts_lost,
        &one.surrendered,
        &one.shaken,
        &one.news,
    ];
    let whole = one.holder.iter().chain(&one.town_holder).map(|v| *v as u64);
    let numbers = columns.into_iter().flatten().chain(forces).chain(stocks.iter().flatten()).map(|v| v.to_bits());
    numbers.chain(whole).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn columns_equal_the_reference_bit_for_bit(
        seed in any::<u64>(), areas in 1usize..=12, sides in 2usize..=4, lanes in 3usize..=17,
    ) {
        let mut theatre = random_theatre(seed, areas, sides, lanes);
        let mut ones: Vec<One> = (0..lanes).map(|lane| one_of(&theatre, lane)).collect();
        let mut forces: Vec<Vec<f64>> = (0..lanes).map(|lane| lane_of(&theatre.forces, lane)).collect();
        let mut stocks: Vec<Vec<Option<f64>>> =
            (0..lanes).map(|lane| theatre.stocks.iter().map(|s| s.as_ref().map(|s| s[lane])).collect()).collect();
        for tick in 0..30 {
            theatre.play(1);
            theatre.check_posts();
            for lane in 0..lanes {
                let (hostility, parameters) = (lane_of(&theatre.hostility, lane), lane_of(&theatre.parameters, lane));
                let side_parameters = lane_of(&theatre.side_parameters, lane);
                let prefer = lane_of(&theatre.prefer, lane);
                let inputs = OneInputs {
                    hostility: &hostility,
                    parameters: &parameters,
                    side_parameters: &side_parameters,
                    prefer: &prefer,
                };
                let draw = |pair: usize, which: Draw| uniform(seed, lane, tick, pair, which);
                step_one(&theatre.ground, &mut ones[lane], &inputs, &mut forces[lane], &mut stocks[lane], draw);
                let stock_of: Vec<Option<f64>> =
                    theatre.stocks.iter().map(|s| s.as_ref().map(|s| s[lane])).collect();
                let columns = bits(&one_of(&theatre, lane), &lane_of(&theatre.forces, lane), &stock_of);
                let plain = bits(&ones[lane], &forces[lane], &stocks[lane]);
                prop_assert_eq!(columns, plain, "tick {} lane {}", tick, lane);
                prop_assert!(forces[lane].iter().all(|f| f.is_finite() && *f >= 0.0));
                prop_assert!(ones[lane].supply.iter().chain(&ones[lane].threat).all(|v| (0.0..=1.0).contains(v)));
                prop_assert!(ones[lane].garrison.iter().chain(&ones[lane].news).all(|v| v.is_finite() && *v >= 0.0));
                prop_assert!(ones[lane].surrendered.iter().chain(&ones[lane].shaken).all(|v| v.is_finite() && *v >= 0.0));
            }
        }
    }

    #[test]
    fn packed_lanes_play_on_as_if_the_others_were_there(seed in any::<u64>(), lanes in 3usize..=17) {
        let mut theatre = random_theatre(seed, 6, 3, lanes);
        theatre.play(3);
        let before: Vec<One> = (0..lanes).map(|lane| one_of(&theatre, lane)).collect();
        let keep: Vec<usize> = (0..lanes).filter(|lane| lane % 3 != 1).collect();
        theatre.state.pack(&keep);
        prop_assert_eq!(theatre.state.lanes(), keep.len());
        for (new, &old) in keep.iter().enumerate() {
            prop_assert_eq!(&one_of(&theatre, new), &before[old]);
        }
    }
}

#[test]
fn the_random_grounds_see_every_kind_of_event() {
    let (mut lost, mut surrendered, mut rebuilt, mut towns, mut ruined) = (0.0, 0.0, 0.0, 0, 0.0);
    for seed in 0..20 {
        let mut theatre = random_theatre(seed, 8, 3, 5);
        for _ in 0..30 {
            let before: f64 = (0..8).map(|g| theatre.state.ruined.row(g).iter().sum::<f64>()).sum();
            theatre.play(1);
            let after: f64 = (0..8).map(|g| theatre.state.ruined.row(g).iter().sum::<f64>()).sum();
            rebuilt += f64::max(0.0, before - after);
            ruined += f64::max(0.0, after - before);
        }
        lost += (0..3).map(|s| theatre.state.posts_lost.row(s).iter().sum::<f64>()).sum::<f64>();
        surrendered += (0..3).map(|s| theatre.state.surrendered.row(s).iter().sum::<f64>()).sum::<f64>();
        towns += (0..8)
            .filter(|g| theatre.state.town_holder.row(*g).iter().any(|h| *h != theatre.ground.town_holder(*g) as f64))
            .count();
    }
    assert!(lost > 0.0 && surrendered > 0.0 && rebuilt > 0.0 && ruined > 0.0 && towns > 0);
}
