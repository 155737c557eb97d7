//! P10 for comparisons: intervals hold as often as they say, all together and however often somebody looks; what is known in
//! advance comes out.

use entente::compare::{Columns, Comparison, Finding, Head, Held, Looks, NEVER};
use entente::numerics::functions::norm_inverse;
use entente::random::address::{Key, Stream, uniform, word};
use entente::results::{Column, MilestoneColumn, OutcomeColumn, Schema};
use entente::stats::student_critical;

const RUNS: usize = 400;

fn uniforms(seed: u64, name: &str, runs: usize) -> Vec<f64> {
    let key = Key::from_seed(seed);
    (0..runs as u64).map(|run| uniform(word(&key, Stream::named(name), 0, run))).collect()
}

fn normals(seed: u64, name: &str, runs: usize) -> Vec<f64> {
    uniforms(seed, name, runs).into_iter().map(norm_inverse).collect()
}

fn schema(outcomes: usize, milestones: usize, matters: Option<f64>) -> Schema {
    let outcome =
        |i| OutcomeColumn { name: format!("m{i}"), title: String::new(), unit: Some("towns".into()), matters };
    Schema {
        scenario: "made up".into(),
        ticks: 9,
        dates: (0..10).map(|tick| 19_000 + 7 * tick).collect(),
        uncertainties: vec![Column { name: "x".into(), ..Column::default() }],
        outcomes: (0..outcomes).map(outcome).collect(),
        milestones: (0..milestones).map(|i| MilestoneColumn { name: format!("k{i}"), title: String::new() }).collect(),
        ..Schema::default()
    }
}

fn columns(outcomes: Vec<Vec<f64>>, milestones: Vec<Vec<u32>>) -> Columns {
    let runs = outcomes.first().map_or_else(|| milestones[0].len(), Vec::len);
    Columns { outcomes, milestones, uncertainties: vec![uniforms(1, "x", runs)], failed: vec![false; runs] }
}

fn compared(schema: &Schema, columns: &[&Columns], paired: bool, looks: usize) -> Comparison {
    let labels: Vec<String> = (0..columns.len()).map(|i| format!("v{i}")).collect();
    let held: Vec<Held<'_>> =
        columns.iter().zip(&labels).map(|(columns, label)| Held { label, schema, columns }).collect();
    let head = Head { version: String::new(), runs: columns[0].runs() as u64, seed: 1, paired, notes: vec![], looks };
    Comparison::between(head, held[0], &held[1..])
}

#[test]
fn the_numbers_of_a_small_example_are_those_worked_out_by_hand() {
    let schema = schema(1, 1, Some(1.0));
    // Differences 1, 3, 2, 2: mean 2, sd √(2/3).
    let reference = columns(vec![vec![10.0, 20.0, 30.0, 40.0]], vec![vec![NEVER, 2, 3, NEVER]]);
    let variant = columns(vec![vec![11.0, 23.0, 32.0, 42.0]], vec![vec![1, 2, 4, NEVER]]);
    let comparison = compared(&schema, &[&reference, &variant], true, 1);
    let one = &comparison.outcomes[0].variants[0];
    let (mean, spread) = (one.difference.unwrap(), one.spread.unwrap());
    assert_eq!((mean, one.higher_share, one.lower_share, one.pairs), (2.0, Some(1.0), Some(0.0), 4));
    assert!((spread - (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    // Two differences share the 5%; four pairs leave three degrees of freedom.
    let half = spread / 2.0 * student_critical(0.025, 3.0);
    assert!((one.low.unwrap() - (2.0 - half)).abs() < 1e-12 && (one.high.unwrap() - (2.0 + half)).abs() < 1e-12);
    // Variances 500/3 and 522/3 (values 11, 23, 32, 42 about 27), over 2/3.
    assert!((one.gain.unwrap() - (500.0 / 3.0 + 522.0 / 3.0) / (2.0 / 3.0)).abs() < 1e-9, "{:?}", one.gain);
    let milestone = &comparison.milestones[0].variants[0];
    assert_eq!((milestone.difference, milestone.higher_share), (Some(0.25), Some(0.25)));
    // Half of four runs had got there by tick 3, and by tick 2.
    assert_eq!(milestone.shift, Some(-7));
    assert_eq!(comparison.milestones[0].reference.median.as_deref(), entente::results::day(19_021).as_deref());
}

#[test]
fn all_intervals_hold_together_as_often_as_they_say() {
    // Six outcomes that go together, two variants whose differences are known: 0.2 and −0.1, and one milestone.
    let (schema, mut held, times) = (schema(6, 1, None), [0, 0], 300);
    for seed in 0..times {
        let shared = normals(seed, "shared", RUNS);
        let made = |variant: &str, shift: f64, chance: f64| {
            let outcomes = (0..6).map(|i| {
                let own = normals(seed, &format!("{variant}{i}"), RUNS);
                shared.iter().zip(own).map(|(s, o)| s + 0.5 * o + shift).collect()
            });
            let reached = uniforms(seed, variant, RUNS).into_iter().map(|u| if u < chance { 3 } else { NEVER });
            columns(outcomes.collect(), vec![reached.collect()])
        };
        let all = [made("a", 0.0, 0.3), made("b", 0.2, 0.4), made("c", -0.1, 0.3)];
        for (held, paired) in held.iter_mut().zip([true, false]) {
            let comparison = compared(&schema, &[&all[0], &all[1], &all[2]], paired, 1);
            let covers = |place: usize, truth: f64, outcome: &entente::compare::Compared| {
                let one = &outcome.variants[place];
                one.low.unwrap() <= truth && truth <= one.high.unwrap()
            };
            let outcomes = comparison.outcomes.iter().all(|one| covers(0, 0.2, one) && covers(1, -0.1, one));
            let milestones = covers(0, 0.1, &comparison.milestones[0]) && covers(1, 0.0, &comparison.milestones[0]);
            *held += usize::from(outcomes && milestones);
        }
    }
    // 95% of 300, less three standard errors.
    assert!(held.iter().all(|held| *held >= 273), "{held:?} of {times}");
}

#[test]
fn whoever_stops_when_they_like_is_wrong_no_more_often() {
    // Nothing differs; somebody looks at 500, 1000, 2000 runs and stops at the first finding.
    let (schema, looks, times) = (schema(1, 0, None), Looks::up_to(2000), 150);
    let (mut fooled, mut fooled_unannounced) = (0, 0);
    for seed in 0..times {
        let all = [vec![0.0; 2000], normals(seed, "d", 2000)];
        let found = |looks_allowed: usize| {
            looks.at().iter().any(|runs| {
                let cut = |column: &[f64]| columns(vec![column[..*runs as usize].to_vec()], vec![]);
                let (a, b) = (cut(&all[0]), cut(&all[1]));
                let comparison = compared(&schema, &[&a, &b], true, looks_allowed);
                let one = &comparison.outcomes[0].variants[0];
                one.low.unwrap() > 0.0 || one.high.unwrap() < 0.0
            })
        };
        fooled += usize::from(found(looks.at().len()));
        fooled_unannounced += usize::from(found(1));
    }
    // 5% of 150 and three standard errors; without allowing for the looks it is some 11%.
    assert!(fooled <= 15, "{fooled} of {times}");
    assert!(fooled_unannounced > fooled, "{fooled_unannounced} of {times}");
}

#[test]
fn shared_dice_gain_what_theory_says() {
    // Correlation ρ and equal variances: 1/(1 − ρ), here with ρ = 0.8.
    let runs = 20_000;
    let (shared, one, other) = (normals(2, "s", runs), normals(2, "a", runs), normals(2, "b", runs));
    let with = |own: &[f64]| {
        let column = shared.iter().zip(own).map(|(s, o)| 0.8_f64.sqrt() * s + 0.2_f64.sqrt() * o).collect();
        columns(vec![column], vec![])
    };
    let comparison = compared(&schema(1, 0, None), &[&with(&one), &with(&other)], true, 1);
    let gain = comparison.outcomes[0].variants[0].gain.unwrap();
    assert!((gain - 5.0).abs() < 0.25, "{gain}");
}

#[test]
fn one_reversed_outcome_among_many_is_found_and_no_other() {
    // The sign of the third outcome's difference turns at x = 0.6; all others only have noise and a shift.
    let runs = 3000;
    let x = uniforms(1, "x", runs);
    let zero = columns(vec![vec![0.0; runs]; 8], vec![]);
    let made = (0..8).map(|i| {
        let noise = normals(9, &format!("{i}"), runs);
        let turned = |x: f64| if i == 2 && x > 0.6 { 1.0 } else { -1.0 };
        x.iter().zip(noise).map(|(x, noise)| turned(*x) + noise).collect()
    });
    let variant = columns(made.collect(), vec![]);
    let comparison = compared(&schema(8, 0, Some(0.05)), &[&zero, &variant], true, 1);
    for (place, outcome) in comparison.outcomes.iter().enumerate() {
        let one = &outcome.variants[0];
        assert_eq!(one.finding, Finding::Matters, "{}", one.verdict);
        assert_eq!(one.flips.len(), usize::from(place == 2), "{}", one.verdict);
    }
    let flip = &comparison.outcomes[2].variants[0].flips[0];
    assert!(flip.above && (flip.value - 0.6).abs() <= 0.05 && (flip.share - 0.4).abs() < 0.06, "{flip:?}");
    assert!(comparison.outcomes[2].variants[0].verdict.contains("reversed where x > 0.6"));
}

#[test]
fn runs_that_failed_on_either_side_are_in_no_pair() {
    let nan = f64::NAN;
    let mut reference = columns(vec![vec![1.0, nan, 3.0, 4.0, 5.0]], vec![vec![1, NEVER, NEVER, 2, NEVER]]);
    let mut variant = columns(vec![vec![2.0, 9.0, 4.0, nan, 6.0]], vec![vec![1, 5, 5, NEVER, NEVER]]);
    (reference.failed[1], variant.failed[3]) = (true, true);
    let comparison = compared(&schema(1, 1, None), &[&reference, &variant], true, 1);
    let one = &comparison.outcomes[0].variants[0];
    assert_eq!((one.pairs, one.difference, one.spread), (3, Some(1.0), Some(0.0)));
    let milestone = &comparison.milestones[0].variants[0];
    assert_eq!((milestone.pairs, milestone.higher_share, milestone.lower_share), (3, Some(1.0 / 3.0), Some(0.0)));
    assert!(
        comparison.notes.iter().any(|note| note == "2 pairs of v1 failed and are left out"),
        "{:?}",
        comparison.notes
    );
}
