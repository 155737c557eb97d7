//! Dated variants: until the date every run is the baseline's; what was going on goes on.

use crate::story::Scene;

const BEATS: &str = "
uncertainties: { luck: { uniform: [0, 1] } }
levers: { aid: 1 }
messages: { parcel: { delay: 4 weeks, on_arrival: { change: { stock: amount } } } }
actors:
  one:
    state: { beats: 0, marks: 0, walk: 0, spent: 0 }
    policy:
      beat: { cooldown: 4 weeks, then: [{ change: { beats: 1 } }] }
      mark: { once: true, then: [{ change: { marks: 1 } }] }
      mail: { once: true, then: [{ send: parcel, to: two, amount: 3 }] }
      walk: { chance: 0.5, then: [{ change: { walk: normal() } }] }
      spend: { then: [{ change: { spent: aid } }] }
  two: { state: { stock: 0 } }
outcomes:
  the_beats: one.beats
  the_marks: one.marks
  the_stock: two.stock
  the_walk: one.walk
  the_spent: one.spent
  the_aid: aid
variants:
  later:
    from: 2024-01-22
    levers: { aid: 10 }
    actors:
      one:
        policy:
          beat: { then: [{ change: { beats: 10 } }] }
          mark: { then: [{ change: { marks: 10 } }] }
          mail: null
          walk: { chance: 1 }
          early: { before: beat, once: true, then: [{ change: { beats: 1000 } }] }
  reordered:
    from: 2024-01-22
    actors:
      one:
        policy:
          beat: null
          last: { then: [{ change: { marks: 100 } }] }
          walk: { when: luck < 2 }
";

#[test]
fn cooldown_once_and_messages_in_flight_carry_over_by_the_rules_name() {
    let story = Scene::weeks(10, BEATS).variant("later").play();
    // The beat of step 1 was followed by one in step 5, not by one at the date, which is step 4.
    assert_eq!(story.of("the_beats"), [0.0, 1.0, 1.0, 1.0, 1001.0, 1011.0, 1011.0, 1011.0, 1011.0, 1021.0, 1021.0]);
    assert_eq!(story.last("the_marks"), 1.0, "what was done once is done");
    assert_eq!(story.of("the_stock"), [0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0]);
}

#[test]
fn a_lever_changes_for_the_step_of_the_date() {
    let story = Scene::weeks(6, BEATS).variant("later").play();
    assert_eq!(story.of("the_spent"), [0.0, 1.0, 2.0, 3.0, 13.0, 23.0, 33.0]);
    assert_eq!(story.of("the_aid"), [1.0, 1.0, 1.0, 1.0, 10.0, 10.0, 10.0]);
}

#[test]
fn until_the_date_every_run_is_the_baselines_and_then_its_draws_are() {
    let base = Scene::weeks(10, BEATS).runs(40);
    for variant in ["later", "reordered"] {
        let story = Scene::weeks(10, BEATS).variant(variant).runs(40);
        for run in 0..40 {
            for outcome in ["the_beats", "the_marks", "the_stock", "the_walk", "the_spent"] {
                let (there, here) = (base.of_run(run, outcome), story.of_run(run, outcome));
                assert_eq!(there[..4], here[..4], "{variant}: {outcome} of run {run}");
            }
            // Where both walk in the same step, they walk equally far.
            let steps = |walk: Vec<f64>| walk.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>();
            let (there, here) = (steps(base.of_run(run, "the_walk")), steps(story.of_run(run, "the_walk")));
            let both = there.iter().zip(&here).filter(|(a, b)| **a != 0.0 && **b != 0.0);
            assert!(both.clone().count() > 0 && both.clone().all(|(a, b)| (a - b).abs() < 1e-12), "run {run}");
            assert_eq!(base.drawn(run, "luck").to_bits(), story.drawn(run, "luck").to_bits());
        }
    }
}

#[test]
fn a_rule_that_a_dated_variant_takes_away_ends_and_a_new_one_begins_at_the_date() {
    let story = Scene::weeks(10, BEATS).variant("reordered").play();
    assert_eq!(story.of("the_beats"), [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!(story.of("the_marks")[..6], [0.0, 1.0, 1.0, 1.0, 101.0, 201.0]);
}

#[test]
fn a_rule_that_becomes_once_may_act_once_more_and_one_that_was_may_not_come_back() {
    let text = "
actors:
  one:
    state: { a: 0, b: 0 }
    policy:
      always: { then: [{ change: { a: 1 } }] }
      single: { once: true, then: [{ change: { b: 1 } }] }
outcomes: { the_a: one.a, the_b: one.b }
variants:
  later:
    from: 2024-01-22
    actors: { one: { policy: { always: { once: true }, single: { once: true, because: the same rule } } } }
";
    let story = Scene::weeks(6, text).variant("later").play();
    assert_eq!(story.of("the_a"), [0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 4.0]);
    assert_eq!(story.of("the_b"), [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
}

#[test]
fn events_shared_policies_and_the_members_of_a_for_carry_over_too() {
    let text = "
groups: { guests: [two, three] }
messages: { call: { on_arrival: { change: { calls: amount } } } }
policies:
  host: { ring: { for: x in guests, cooldown: 3 weeks, then: [{ send: call, to: x, amount: 1 }] } }
actors:
  one: { policy: host }
  two: { state: { calls: 0 } }
  three: { state: { calls: 0 } }
events:
  storm: { cooldown: 3 weeks, then: [{ change: { three.calls: 100 } }] }
outcomes: { of_two: two.calls, of_three: three.calls }
variants:
  later:
    from: 2024-01-15
    policies: { host: { ring: { then: [{ send: call, to: x, amount: 10 }] } } }
    events: { storm: { then: [{ change: { three.calls: 1000 } }] } }
";
    let story = Scene::weeks(8, text).variant("later").play();
    // Calls in steps 1, 4 and 7, each heard a step later; storms in the same steps, at once.
    assert_eq!(story.of("of_two"), [0.0, 0.0, 1.0, 1.0, 1.0, 11.0, 11.0, 11.0, 21.0]);
    assert_eq!(story.of("of_three"), [0.0, 100.0, 101.0, 101.0, 1101.0, 1111.0, 1111.0, 2111.0, 2121.0]);
}

#[test]
fn what_cannot_change_in_the_middle_of_a_run_is_refused() {
    let text = |patch: &str| format!("{BEATS}  wrong: {{ from: 2024-01-22, {patch} }}\n");
    for patch in [
        "actors: { one: { state: { beats: 5 } } }",
        "uncertainties: { luck: { uniform: [1, 2] } }",
        "messages: { parcel: { delay: 1 week } }",
        "outcomes: { the_beats: { is: 2 * one.beats } }",
    ] {
        let refusal = Scene::weeks(10, &text(patch)).variant("wrong").refusal();
        assert!(refusal.contains("cannot"), "{patch}: {refusal}");
    }
    let outside = Scene::weeks(2, BEATS).variant("later").refusal();
    assert!(outside.contains("2024-01-22"), "{outside}");
}
