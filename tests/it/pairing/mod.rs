//! P4: scenarios under one seed share every draw that they both make, so that what differs between them is their policy.
//!
//! The scenarios of `pieces` record single draws as outcomes. Something is added, removed or moved, and every outcome
//! that was not touched must be the same in every run and at every tick, to the bit.

mod pieces;

use crate::played::{Runs, bits, compiled, loaded, repository};
use entente::engine::Compiled;
use entente::numerics::functions::norm_inverse;
use entente::random::address::{Key, Stream, uniform, word};
use entente::scenario::compose::Composition;
use entente::stats::Moments;
use pieces::{Pieces, RUNS, SEED, allocation, dice, wars};
use std::sync::Arc;

/// Whatever both recorded, but for what is named, is the same in every run and at each of these ticks.
fn same(what: &str, base: &Runs, other: &Runs, touched: &[&str], ticks: std::ops::Range<usize>) {
    for (name, drawn) in &base.uncertainties {
        match other.uncertainties.get(name) {
            Some(again) => assert!(bits(drawn) == bits(again), "{what}: uncertainty {name}"),
            None => assert!(touched.contains(&name.as_str()), "{what}: uncertainty {name} is gone"),
        }
    }
    for (name, series) in base.outcomes.iter().filter(|(name, _)| !touched.contains(&name.as_str())) {
        let again = other.outcome(name);
        for tick in ticks.clone() {
            let (was, is) = (bits(&series[tick]), bits(&again[tick]));
            if let Some(run) = (0..was.len()).find(|&run| was[run] != is[run]) {
                panic!(
                    "{what}: {name} at tick {tick} of run {run} is {} and was {}",
                    again[tick][run], series[tick][run]
                );
            }
        }
    }
}

/// A change to a scenario, in words and in deed, and the outcomes that it touches.
type Change = (&'static str, fn(&mut Pieces), &'static [&'static str]);

fn leave_the_rest_as_it_was(base: &Pieces, changes: &[Change]) {
    let before = base.play(None);
    for (what, change, touched) in changes {
        let mut changed = base.clone();
        change(&mut changed);
        assert_ne!(changed.yaml(), base.yaml(), "{what}");
        let ticks = before.outcomes.values().next().map_or(0, Vec::len);
        same(what, &before, &changed.play(None), touched, 0..ticks);
    }
}

#[test]
fn what_is_compared_here_depends_on_the_dice_in_every_run() {
    let differ = |values: &[f64]| bits(values).windows(2).any(|pair| pair[0] != pair[1]);
    for runs in [dice().play(None), wars().play(None), allocation().play(None)] {
        runs.uncertainties.iter().for_each(|(name, drawn)| assert!(differ(drawn), "{name}"));
        for (name, series) in &runs.outcomes {
            assert!(differ(series.last().expect("a tick")), "{name} is the same in all runs");
            assert!(series.windows(2).any(|pair| bits(&pair[0]) != bits(&pair[1])), "{name} never moves");
        }
    }
}

#[test]
fn draws_have_the_addresses_that_were_promised() {
    let runs = dice().play(None);
    let key = Key::from_seed(SEED);
    let drawn = |name: &str, tick: usize, run: usize| uniform(word(&key, Stream::named(name), tick as u64, run as u64));
    for run in 0..RUNS as usize {
        assert_eq!(runs.uncertainties["luck"][run].to_bits(), drawn("uncertainty/luck", 0, run).to_bits(), "run {run}");
        for tick in 1..=6 {
            let mut expected = vec![
                ("die_of_one", drawn("one/throw//uniform/", tick, run)),
                ("die_of_two", drawn("two/throw//uniform/", tick, run)),
                ("left_die", drawn("one/twice//uniform/l", tick, run)),
                ("right_die", norm_inverse(drawn("one/twice//normal/r", tick, run))),
                ("flowed", drawn("one/each_tick/flow/uniform/", tick, run)),
                ("crop_north", drawn("north/crop/uniform/", tick, run)),
                ("crop_south", drawn("south/crop/uniform/", tick, run)),
            ];
            if tick > 1 {
                // What was said a tick ago.
                expected.push(("heard_by_two", drawn("one/tell/two/uniform/", tick - 1, run)));
                expected.push(("heard_by_three", drawn("one/tell/three/uniform/", tick - 1, run)));
            }
            if drawn("event/storm//chance/", tick, run) < 0.5 {
                expected.push(("hit", drawn("event/storm//uniform/", tick, run)));
            }
            for (name, value) in expected {
                let found = runs.outcome(name)[tick][run];
                assert_eq!(
                    found.to_bits(),
                    value.to_bits(),
                    "{name} at tick {tick} of run {run}: {found}, not {value}"
                );
            }
            let more = runs.outcome("counted")[tick][run] - runs.outcome("counted")[tick - 1][run];
            assert_eq!(more == 1.0, drawn("one/perhaps//chance/", tick, run) < 0.5, "tick {tick} of run {run}");
        }
    }
}

#[test]
fn rules_that_come_go_or_move_leave_all_other_draws_as_they_were() {
    leave_the_rest_as_it_was(
        &dice(),
        &[
            (
                "a first rule",
                |s| {
                    s.replace("guess: 0 }", "guess: 0, more: 0 }");
                    s.first("rules", "extra: { chance: 0.5, then: [{ set: { more: normal() } }] }");
                },
                &[],
            ),
            (
                "a last rule that draws for each member",
                |s| {
                    s.last("messages", "shout: {}");
                    s.last("rules", "extra: { for: x in others, then: [{ send: shout, to: x, amount: uniform() }] }");
                },
                &[],
            ),
            (
                "a rule less",
                |s| {
                    s.remove("rules", "throw");
                    s.remove("outcomes", "die_of_one");
                },
                &["die_of_one"],
            ),
            ("rules in reverse", |s| s.reverse("rules"), &[]),
            (
                "a rule that draws once more, under a label of its own",
                |s| {
                    s.replace("left: uniform(l)", "left: uniform(l) + 0 * uniform(m)");
                },
                &[],
            ),
        ],
    );
}

#[test]
fn actors_that_come_go_or_move_leave_all_other_draws_as_they_were() {
    const FOUR: &str =
        "four: { state: { die: 0, heard: 0 }, policy: { throw: { then: [{ set: { die: uniform() } }] } } }";
    leave_the_rest_as_it_was(
        &dice(),
        &[
            ("a first actor", |s| s.first("actors", FOUR), &[]),
            ("a last actor", |s| s.last("actors", FOUR), &[]),
            (
                "an actor who is told too",
                |s| {
                    s.first("actors", FOUR);
                    s.replace("[two, three]", "[four, three, two]");
                },
                &[],
            ),
            (
                "an actor less",
                |s| {
                    s.remove("actors", "two");
                    s.remove("rules", "look");
                    s.replace("\n  sees: { two.die: { error: { sd: 1 } } }", "");
                    s.replace("[two, three]", "[three]");
                    for outcome in ["guessed", "die_of_two", "heard_by_two"] {
                        s.remove("outcomes", outcome);
                    }
                },
                &["guessed", "die_of_two", "heard_by_two"],
            ),
            ("actors in reverse", |s| s.reverse("actors"), &[]),
        ],
    );
}

#[test]
fn areas_that_come_go_or_move_leave_all_other_draws_as_they_were() {
    leave_the_rest_as_it_was(
        &dice(),
        &[
            ("a first area", |s| s.first("areas", "east: { number: 3 }"), &[]),
            ("a last area", |s| s.last("areas", "west: { number: 4 }"), &[]),
            ("an area less", |s| s.remove("areas", "north"), &["crop_north"]),
            ("areas in reverse", |s| s.reverse("areas"), &[]),
            (
                "another state of areas that draws",
                |s| {
                    s.first("area_states", "rain: { start: 0 }");
                    s.first("equations", "rain: normal()");
                },
                &[],
            ),
        ],
    );
}

#[test]
fn outcomes_uncertainties_and_events_that_come_go_or_move_leave_all_other_draws_as_they_were() {
    leave_the_rest_as_it_was(
        &dice(),
        &[
            ("a first outcome", |s| s.first("outcomes", "extra: one.die + two.die"), &[]),
            ("an outcome less", |s| s.remove("outcomes", "left_die"), &["left_die"]),
            ("outcomes in reverse", |s| s.reverse("outcomes"), &[]),
            ("a first uncertainty", |s| s.first("uncertainties", "extra: { uniform: [0, 1] }"), &[]),
            ("an uncertainty less", |s| s.remove("uncertainties", "calm"), &["calm"]),
            ("uncertainties in reverse", |s| s.reverse("uncertainties"), &[]),
            (
                "another event",
                |s| {
                    s.replace("guess: 0 }", "guess: 0, more: 0 }");
                    s.first("events", "calm_sea: { chance: 0.3, then: [{ set: { one.more: uniform() } }] }");
                },
                &[],
            ),
        ],
    );
}

#[test]
fn a_war_elsewhere_leaves_all_draws_of_a_contest_as_they_were() {
    /// What a second front of the southern war does touch: its sides have to guard it.
    const SOUTH: &[&str] = &["green_posts", "grey_posts", "green_towns", "green_troops", "ruined_south"];
    leave_the_rest_as_it_was(
        &wars(),
        &[
            ("areas in reverse", |s| s.reverse("areas"), &[]),
            ("actors in reverse", |s| s.reverse("actors"), &[]),
            ("sides in reverse", |s| s.reverse("sides"), &[]),
            ("outcomes in reverse", |s| s.reverse("outcomes"), &[]),
            (
                "a second front of the other war, first in the file",
                |s| {
                    s.first(
                        "areas",
                        "east: { posts_green: 5, posts_grey: 7, towns: 1, population: 10, held_by: grey }",
                    );
                },
                SOUTH,
            ),
            (
                "no other war",
                |s| {
                    s.remove("areas", "south");
                    SOUTH.iter().for_each(|outcome| s.remove("outcomes", outcome));
                },
                SOUTH,
            ),
            (
                "a third war",
                |s| {
                    for actor in ["white", "black"] {
                        s.first("actors", &format!("{actor}: {{ state: {{ troops: 10 }} }}"));
                        s.first("sides", &format!("{actor}: {{ force: troops }}"));
                    }
                    s.first("hostile", "- [white, black]");
                    s.first("hostile", "- [black, white]");
                    s.first(
                        "areas",
                        "east: { posts_white: 9, posts_black: 8, towns: 1, population: 10, held_by: black }",
                    );
                },
                &[],
            ),
        ],
    );
}

#[test]
fn posts_and_states_that_are_drawn_leave_all_other_draws_as_they_were() {
    leave_the_rest_as_it_was(
        &allocation(),
        &[
            ("a first area", |s| s.first("areas", "east: { number: 3, towns: 1, held_by: red }"), &["all_of_red"]),
            ("an area less", |s| s.remove("areas", "north"), &["red_north", "blue_north", "mood_north", "all_of_red"]),
            ("areas in reverse", |s| s.reverse("areas"), &[]),
            ("actors in reverse", |s| s.reverse("actors"), &[]),
            ("sides in reverse", |s| s.reverse("sides"), &[]),
            ("states in reverse", |s| s.reverse("area_states"), &[]),
            (
                "a third side",
                |s| {
                    s.first("actors", "white: { state: { troops: 10 } }");
                    s.first("sides", "white: { force: troops, posts: 3 * uniform() }");
                },
                &[],
            ),
            (
                "a side that draws once more, under a label of its own",
                |s| s.replace("4 * uniform()", "4 * uniform() + 0 * normal(more)"),
                &[],
            ),
            (
                "another rule for one side",
                |s| s.replace("4 * uniform()", "3 + normal(other)^2"),
                &["blue_north", "blue_south"],
            ),
            (
                "another uncertainty and outcome",
                |s| {
                    s.first("uncertainties", "extra: { uniform: [0, 1] }");
                    s.first("outcomes", "first: held(red, posts)");
                },
                &[],
            ),
        ],
    );
}

#[test]
fn a_variant_shares_every_draw_that_it_does_not_change() {
    let (base, doubled) = (dice().play(None), dice().play(Some("doubled")));
    same("doubled", &base, &doubled, &["die_of_one"], 0..7);
    // The same die, read differently.
    for (was, is) in base.outcome("die_of_one").iter().flatten().zip(doubled.outcome("die_of_one").iter().flatten()) {
        assert_eq!((2.0 * was).to_bits(), is.to_bits());
    }
}

#[test]
fn a_dated_variant_is_the_baseline_until_its_date_and_itself_from_then_on() {
    let (base, later, doubled) = (dice().play(None), dice().play(Some("later")), dice().play(Some("doubled")));
    // 22 January is the first day of the fourth week.
    same("before the date", &base, &later, &[], 0..4);
    same("what it does not change", &base, &later, &["die_of_one"], 0..7);
    same("from the date on", &doubled, &later, &[], 4..7);
    for tick in 4..7 {
        let pairs = base.outcome("die_of_one")[tick].iter().zip(&later.outcome("die_of_one")[tick]);
        pairs.for_each(|(was, is)| assert_ne!(was, is, "tick {tick}"));
    }
}

#[test]
fn dated_variants_of_real_scenarios_are_their_baselines_until_their_dates() {
    for (scenario, variant, step, runs) in [
        ("scenarios/two-patrons.yaml", "patient_neighbour", 11, 500),
        ("scenarios/myanmar", "russia_gives_up", 11, 20),
        ("scenarios/myanmar", "all_backers_leave", 11, 20),
    ] {
        let (base, later) = (compiled(scenario, None), compiled(scenario, Some(variant)));
        assert_eq!(later.scenario.switch, Some(step), "{scenario}: the first step of {variant}");
        let (base, later) = (Runs::of(&base, SEED, runs), Runs::of(&later, SEED, runs));
        let step = step as usize;
        same(variant, &base, &later, &[], 0..step);
        let ticks = base.outcomes.values().next().expect("an outcome").len();
        let parts =
            |name: &String| (step..ticks).any(|t| bits(&base.outcome(name)[t]) != bits(&later.outcome(name)[t]));
        assert!(base.outcomes.keys().any(parts), "{scenario}: {variant} changes nothing");
    }
}

#[test]
fn variants_of_real_scenarios_draw_the_same_uncertainties_run_by_run() {
    for (scenario, variant) in [
        ("scenarios/two-patrons.yaml", "far_aid_doubled"),
        ("scenarios/myanmar", "china_restrains"),
        ("scenarios/myanmar", "us_follows_through"),
    ] {
        let runs = |variant| Runs::of(&compiled(scenario, variant), SEED, 10);
        let (base, other) = (runs(None), runs(Some(variant)));
        assert!(!base.uncertainties.is_empty() && base.uncertainties.keys().eq(other.uncertainties.keys()));
        same(variant, &base, &other, &[], 0..1);
    }
}

#[test]
fn paired_differences_spread_less_than_differences_of_independent_runs() {
    const MANY: usize = 500;
    let play = |variant: Option<&str>, set: &[&str]| {
        let set = set.iter().map(|text| (*text).to_owned()).collect();
        let composition = Composition { variant: variant.map(str::to_owned), set, ..Composition::default() };
        let scenario = loaded(&repository("scenarios/two-patrons.yaml"), &composition).scenario;
        Runs::of(&Arc::new(Compiled::new(scenario)), SEED, MANY as u64)
    };
    let base = play(None, &[]);
    for (variant, set, outcome) in [
        (Some("far_aid_doubled"), &[][..], "regime_stock"),
        (None, &["front.troops=35"], "posts_lost"),
        (None, &["front.troops=35"], "territory"),
        (None, &["near.trust=0.5"], "near_support"),
    ] {
        let other = play(variant, set);
        let (was, is) = (base.closing(outcome), other.closing(outcome));
        // The same run of both, or another run of the other.
        let spread = |shift: usize| {
            let differences: Vec<f64> = (0..MANY).map(|run| is[(run + shift) % MANY] - was[run]).collect();
            Moments::of(&differences).sd().expect("a spread")
        };
        let (paired, unpaired) = (spread(0), spread(1));
        assert!(paired > 0.0, "{variant:?} {set:?} does not touch {outcome}");
        assert!(paired < 0.8 * unpaired, "{outcome}: sd {paired} of paired differences, {unpaired} of unpaired ones");
    }
}
