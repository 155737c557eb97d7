//! Where one run of two variants parts.

use crate::played::{loaded, repository, variant};
use crate::support::{Scratch, entente};
use entente::reference::parting::{Deed, Difference, How, Parting, Side, parting};
use entente::reference::play;
use entente::scenario::model::Scenario;
use insta::assert_snapshot;
use serde_json::Value;

const SEED: u64 = 7;

fn patrons(name: Option<&str>) -> Scenario {
    loaded(&repository("scenarios/two-patrons.yaml"), &variant(name)).scenario
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(entente(arguments).success().get_output().stdout.clone()).expect("text")
}

/// The first tick at which an outcome differs, by playing both and looking.
fn outcomes_part(here: &Scenario, there: &Scenario, run: u64) -> Option<usize> {
    let (a, b) = (play(here, SEED, run), play(there, SEED, run));
    a.series.iter().zip(&b.series).position(|(a, b)| a != b)
}

#[test]
fn a_dated_variant_parts_from_the_baseline_not_before_its_date_and_where_its_outcomes_say_so() {
    let (base, dated) = (patrons(None), patrons(Some("patient_neighbour")));
    let switch = dated.switch.expect("a date");
    let mut parted = 0;
    for run in 0..40 {
        let found = parting(&dated, &base, SEED, run, 20);
        let by_hand = outcomes_part(&dated, &base, run);
        assert_eq!(found.outcomes.first().map(|one| one.tick as usize), by_hand, "run {run}");
        if let Some(first) = found.first {
            assert!(first >= switch, "run {run} parts at {first}");
            assert!(by_hand.is_none_or(|tick| tick >= first as usize), "run {run}");
            assert!(found.differences.iter().all(|one| one.tick >= first), "run {run}");
            parted += 1;
        }
    }
    assert!((5..40).contains(&parted), "{parted} of 40 part");
}

#[test]
fn the_same_policy_by_another_name_never_parts() {
    let scratch = Scratch::new();
    let text = std::fs::read_to_string(repository("scenarios/two-patrons.yaml")).expect("the scenario");
    let scene = scratch.file("scene.yaml", &(text + "  the_same: { levers: { far_aid: 40 } }\n"));
    let (base, same) = (loaded(&scene, &variant(None)).scenario, loaded(&scene, &variant(Some("the_same"))).scenario);
    for run in 0..5 {
        let found = parting(&base, &same, SEED, run, 20);
        assert_eq!((found.first, found.differences.len(), found.more), (None, 0, 0), "run {run}");
    }
    let told = super::against::text(&[
        "run",
        &scene,
        "--seed",
        "7",
        "--run",
        "3",
        "--variant",
        "the_same",
        "--against",
        "baseline",
    ]);
    assert!(told.contains("They never part"), "{told}");
}

fn flipped(difference: &Difference) -> Difference {
    let how = match difference.how.clone() {
        How::Only(Side::Here) => How::Only(Side::There),
        How::Only(Side::There) => How::Only(Side::Here),
        How::Amounts(a, b) => How::Amounts(b, a),
        How::To(other) => How::To(other),
    };
    Difference { how, ..difference.clone() }
}

#[test]
fn it_is_the_same_from_the_other_side() {
    let (base, doubled) = (patrons(None), patrons(Some("far_aid_doubled")));
    let sorted = |mut list: Vec<Difference>| {
        list.sort_by(|a, b| a.tick.cmp(&b.tick).then_with(|| a.deed.cmp(&b.deed)));
        list
    };
    for run in 0..5 {
        let one: Parting = parting(&base, &doubled, SEED, run, 10_000);
        let other = parting(&doubled, &base, SEED, run, 10_000);
        assert_eq!(one.first, other.first);
        let back: Vec<Difference> = other.differences.iter().map(flipped).collect();
        assert_eq!(sorted(one.differences), sorted(back), "run {run}");
    }
}

#[test]
fn a_lever_that_doubles_what_is_sent_shows_first_where_it_is_sent() {
    let (base, doubled) = (patrons(None), patrons(Some("far_aid_doubled")));
    let found = parting(&doubled, &base, SEED, 41, 20);
    assert_eq!(found.first, Some(1));
    let message = found.first_message.expect("a message");
    assert!(matches!(&message.deed, Deed::Sends { rule, .. } if rule == "far.pay"), "{message:?}");
    let How::Amounts(here, there) = message.how else { panic!("amounts") };
    assert!((here[0] - 2.0 * there[0]).abs() < 1e-12);
    assert_eq!(found.differences[0].times, 52, "each week");
    // Far's arms are two weeks on the road: nothing else can differ before they arrive.
    assert_eq!(found.states.first().map(|state| state.tick), Some(3));
}

#[test]
fn a_message_that_goes_to_somebody_else_is_one_difference() {
    let scratch = Scratch::new();
    let scene = scratch.file(
        "scene.yaml",
        "clock: { start: 2024-01-01, tick: 1 week, ticks: 3 }
levers: { b_worth: 1, c_worth: 0 }
groups: { others: [b, c] }
messages: { gift: {} }
actors:
  a: { policy: { give: { then: [{ send: gift, to: \"best(one in others, if(one == b, b_worth, c_worth))\", amount: 2 }] } } }
  b: { state: { x: 0 } }
  c: {}
outcomes: { rest: b.x }
variants: { other: { levers: { c_worth: 2 } } }
",
    );
    let (base, other) = (loaded(&scene, &variant(None)).scenario, loaded(&scene, &variant(Some("other"))).scenario);
    let found = parting(&base, &other, SEED, 0, 20);
    assert_eq!(found.differences.len(), 1);
    assert_eq!((&found.differences[0].how, found.differences[0].times), (&How::To("c".to_owned()), 3));
    assert_eq!(found.first_rule, None);
}

#[test]
fn what_a_person_and_a_program_see() {
    let scenario = repository("scenarios/two-patrons.yaml");
    let typed =
        ["run", &scenario, "--seed", "7", "--run", "10", "--variant", "patient_neighbour", "--against", "baseline"];
    assert_snapshot!("against", text(&typed));
    let json: Value = serde_json::from_str(&text(&[&typed[..], &["--format", "json"]].concat())).expect("JSON");
    assert_eq!([&json["variant"], &json["against"]], ["patient_neighbour", "baseline"]);
    let doubled =
        ["run", &scenario, "--seed", "7", "--run", "41", "--variant", "far_aid_doubled", "--against", "baseline"];
    let told = |more: &[&str]| -> Value {
        serde_json::from_str(&text(&[&doubled[..], &["--format", "json"], more].concat())).expect("JSON")
    };
    let (all, few) = (told(&[]), told(&["--differences", "2"]));
    assert_eq!(few["differences"].as_array().map(Vec::len), Some(2));
    assert_eq!((&few["parts"], &few["first_message"]), (&all["parts"], &all["first_message"]));
}

#[test]
fn a_variant_that_is_not_there_or_the_same_is_refused() {
    let scenario = repository("scenarios/two-patrons.yaml");
    let refused = |against: &str| {
        let ran = entente(&["run", &scenario, "--run", "1", "--against", against]).code(2);
        String::from_utf8_lossy(&ran.get_output().stderr).into_owned()
    };
    assert!(refused("far_aid_double").contains("did you mean `far_aid_doubled`?"));
    assert!(refused("baseline").contains("`--against baseline` names the variant that is played"));
}
