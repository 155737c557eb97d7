//! What actors are and know: stances, sight, secrets.

use crate::story::Scene;

/// `n` rises to 5 and falls again.
const TIDE: &str = "
actors:
  one:
    state: { n: 0, acted: 0 }
    each_tick: { change: { n: \"if(date < 2024-02-05, 1, -1)\" } }
    stance:
      calm: {}
      alert: { enter: n > 3, leave: n < 2 }
    policy: { act: { when: stance == alert, then: [{ change: { acted: 1 } }] } }
  two:
    state: { saw: 0 }
    policy: { look: { then: [{ set: { saw: \"if(one.stance == alert, 1, 0)\" } }] } }
outcomes:
  the_n: one.n
  alert: if(one.stance == alert, 1, 0)
  calm: if(one.stance != calm, 0, 1)
  the_acted: one.acted
  the_saw: two.saw
";

#[test]
fn a_stance_is_left_later_than_it_was_entered() {
    let story = Scene::weeks(10, TIDE).play();
    assert_eq!(story.of("the_n"), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0]);
    // Entered in step 5, which finds n at 4, and left in step 10, which finds it at 1.
    assert_eq!(story.of("alert"), [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    let calm: Vec<f64> = story.of("alert").iter().map(|alert| 1.0 - alert).collect();
    assert_eq!(story.of("calm"), calm);
    // Stances come before the rules of the same step; others see them a step later.
    assert_eq!(story.last("the_acted"), 5.0);
    assert_eq!(story.of("the_saw"), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
}

#[test]
fn a_ladder_may_be_climbed_by_several_rungs_and_is_descended_by_one() {
    let story = Scene::weeks(
        5,
        "
actors:
  one:
    state: { n: 9 }
    policy: { drop: { then: [{ set: { n: 0 } }] } }
    stance:
      peace: {}
      tension: { enter: n > 1, leave: n < 1 }
      war: { enter: n > 5, leave: n < 3 }
outcomes: { rung: \"if(one.stance == war, 2, if(one.stance == tension, 1, 0))\" }
",
    )
    .play();
    assert_eq!(story.of("rung"), [0.0, 2.0, 1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_ladder_may_start_on_another_rung() {
    let text = "
actors: { one: { stance: { peace: {}, war: { enter: 1 < 0, leave: 1 < 0, start: true } } } }
outcomes: { war: \"if(one.stance == war, 1, 0)\" }
";
    assert_eq!(Scene::weeks(2, text).play().of("war"), [1.0; 3]);
}

/// `two` and `three` look at what `one` has; `two` does not see well.
fn watched(sight: &str) -> Scene {
    Scene::weeks(
        6,
        &format!(
            "
actors:
  one: {{ state: {{ n: {{ start: 10, within: [0, 14] }} }}, each_tick: {{ change: {{ n: 1 }} }} }}
  two:
    sees: {{ one.n: {sight}, size: {{ delay: 1 week }} }}
    state: {{ saw: 0, look_again: 0, measure: 0 }}
    policy:
      look: {{ then: [{{ set: {{ saw: one.n, measure: size }} }}] }}
      second: {{ then: [{{ set: {{ look_again: one.n }} }}] }}
  three:
    state: {{ saw: 0 }}
    policy: {{ look: {{ then: [{{ set: {{ saw: one.n }} }}] }} }}
outcomes: {{ size: one.n, of_two: two.saw, the_again: two.look_again, of_three: three.saw, the_measure: two.measure }}
"
        ),
    )
}

#[test]
fn who_sees_late_sees_what_was_observed_so_long_before() {
    let story = watched("{ delay: 2 weeks }").play();
    assert_eq!(story.of("of_three"), [0.0, 10.0, 11.0, 12.0, 13.0, 14.0, 14.0]);
    assert_eq!(story.of("of_two"), [0.0, 10.0, 10.0, 10.0, 11.0, 12.0, 13.0]);
    // Outcomes can be seen late too, and outcomes themselves see exactly.
    assert_eq!(story.of("the_measure"), [0.0, 10.0, 10.0, 11.0, 12.0, 13.0, 14.0]);
    assert_eq!(story.of("size"), [10.0, 11.0, 12.0, 13.0, 14.0, 14.0, 14.0]);
}

#[test]
fn who_sees_with_an_error_errs_once_a_tick_and_within_the_bounds_of_what_it_sees() {
    let scene = watched("{ error: { sd: 0.3 } }");
    let story = scene.runs(50);
    for run in 0..50 {
        let (saw, again, truth) =
            (story.of_run(run, "of_two"), story.of_run(run, "the_again"), story.of_run(run, "of_three"));
        assert_eq!(saw, again, "all rules of a tick see the same");
        assert!(saw[1..].iter().zip(&truth[1..]).all(|(saw, truth)| saw != truth || *saw == 14.0));
        assert!(saw.iter().all(|saw| (0.0..=14.0).contains(saw)), "{saw:?}");
    }
    assert!((0..50).any(|run| story.of_run(run, "of_two").contains(&14.0)), "some would have seen more than can be");
}

#[test]
fn what_is_private_is_kept_from_other_actors_rules_only() {
    let scene = |when: &str| {
        Scene::weeks(
            2,
            &format!(
                "
groups: {{ all_of_them: [one, two] }}
actors:
  one: {{ state: {{ secret: {{ start: 1, private: true }}, open: 1 }} }}
  two:
    state: {{ secret: 0, acted: 0 }}
    policy: {{ act: {{ when: \"{when}\", then: [{{ change: {{ acted: 1 }} }}] }} }}
events: {{ leak: {{ when: one.secret > 0, then: [{{ change: {{ two.acted: 10 }} }}] }} }}
outcomes: {{ the_acted: two.acted, published: one.secret }}
"
            ),
        )
    };
    let story = scene("one.open > 0").play();
    assert_eq!((story.last("the_acted"), story.last("published")), (22.0, 1.0));
    for when in ["one.secret > 0", "sum(x in all_of_them, x.secret) > 0", "before(one.secret, 1 week) > 0"] {
        let refusal = scene(when).refusal();
        assert!(refusal.contains("`one.secret` is private"), "{when}: {refusal}");
    }
    // Rules may use whatever an outcome publishes: that is how a secret becomes known.
    assert_eq!(scene("published > 0").play().last("the_acted"), 22.0);
}
