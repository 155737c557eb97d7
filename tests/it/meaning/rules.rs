//! Rules: what they see, when they act, what they write.

use crate::story::Scene;

#[test]
fn one_map_is_simultaneous_and_effects_are_in_sequence() {
    let story = Scene::weeks(
        2,
        "
actors:
  one:
    state: { a: 1, b: 2 }
    policy:
      swap: { then: [{ set: { a: b, b: a } }, { change: { a: b } }] }
outcomes: { the_a: one.a, the_b: one.b }
",
    )
    .play();
    // (1, 2) is swapped to (2, 1), then a grows by the new b.
    assert_eq!((story.of("the_a"), story.of("the_b")), (vec![1.0, 3.0, 4.0], vec![2.0, 1.0, 3.0]));
}

#[test]
fn a_rule_sees_its_own_values_now_and_all_else_as_last_observed() {
    let story = Scene::weeks(
        3,
        "
actors:
  one:
    state: { n: 0 }
    policy: { count: { then: [{ change: { n: 1 } }] } }
  two:
    state: { own: 0, other: 0, outcome: 0 }
    policy:
      first: { then: [{ change: { own: 1 } }] }
      then_look: { then: [{ set: { other: one.n, outcome: total } }] }
      again: { when: own > 2, then: [{ set: { own: 100 } }] }
outcomes: { total: one.n + two.own, the_own: two.own, the_other: two.other, the_outcome: two.outcome }
",
    )
    .play();
    assert_eq!(story.of("the_other"), [0.0, 0.0, 1.0, 2.0]);
    assert_eq!(story.of("the_outcome"), [0.0, 0.0, 2.0, 4.0]);
    assert_eq!(story.of("the_own"), [0.0, 1.0, 2.0, 100.0]);
}

#[test]
fn flows_come_after_the_rules_and_events_after_the_flows() {
    let story = Scene::weeks(
        2,
        "
actors:
  one:
    state: { x: 1 }
    policy: { double: { then: [{ set: { x: 2 * x } }] } }
    each_tick: { change: { x: x } }
  two:
    state: { y: 0 }
    each_tick: { set: { y: one.x } }
events:
  add: { then: [{ change: { one.x: 1 } }] }
  copy: { then: [{ set: { two.y: two.y + one.x } }] }
outcomes: { the_x: one.x, the_y: two.y }
",
    )
    .play();
    // Step 1: 1 is doubled to 2, flows double it to 4, while y takes the 2 that they found. Both events find what the
    // flows left.
    assert_eq!(story.of("the_x"), [1.0, 5.0, 21.0]);
    assert_eq!(story.of("the_y")[..2], [0.0, 6.0]);
}

#[test]
fn once_and_cooldown_are_kept_for_each_member() {
    let story = Scene::weeks(
        7,
        "
groups: { guests: [hub, b, c] }
messages:
  hello: { on_arrival: { change: { hellos: amount } } }
  call: { on_arrival: { change: { calls: amount } } }
actors:
  hub:
    state: { hellos: 0, calls: 0, awake: 1 }
    policy:
      greet: { for: x in guests, when: x.awake > 0, once: true, then: [{ send: hello, to: x }] }
      ring: { for: x in guests where x.awake > 0, cooldown: 2 weeks, then: [{ send: call, to: x }] }
  b: { state: { hellos: 0, calls: 0, awake: 1 } }
  c: { state: { hellos: 0, calls: 0, awake: 0 } }
events:
  wake: { from: 2024-01-08, once: true, then: [{ set: { c.awake: 1 } }] }
outcomes: { of_hub: hub.hellos + hub.calls, b_hellos: b.hellos, c_hellos: c.hellos, b_calls: b.calls, c_calls: c.calls }
",
    )
    .play();
    // `c` wakes in step 2, is seen awake in step 3, and hears of it in step 4. Nobody greets himself.
    assert_eq!(story.of("b_hellos"), [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!(story.of("c_hellos"), [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!(story.of("b_calls"), [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0]);
    assert_eq!(story.of("c_calls"), [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0]);
    assert_eq!(story.last("of_hub"), 0.0);
}

#[test]
fn a_rule_with_a_cooldown_may_act_again_when_it_is_over_and_waits_for_its_condition() {
    let story = Scene::weeks(
        8,
        "
actors:
  one:
    state: { n: 0, acted: 0 }
    each_tick: { change: { n: 1 } }
    policy: { act: { when: n != 3, cooldown: 3 weeks, then: [{ change: { acted: 1 } }] } }
outcomes: { the_acted: one.acted }
",
    )
    .play();
    // Steps 1, then not 4 (where n is 3) but 5, then 8.
    assert_eq!(story.of("the_acted"), [0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0]);
}

#[test]
fn a_shared_policy_belongs_to_each_actor_that_has_it_and_its_rules_come_first() {
    let story = Scene::weeks(
        3,
        "
policies:
  growth:
    grow: { when: size < limit, then: [{ set: { size: 2 * size } }] }
    mark: { once: true, then: [{ change: { marks: 1 } }] }
levers: { limit: 5 }
actors:
  one: { state: { size: 1, marks: 0 }, policies: [growth], policy: { add: { then: [{ change: { size: 1 } }] } } }
  two: { state: { size: 3, marks: 0 }, policy: growth }
outcomes: { of_one: one.size, of_two: two.size, the_marks: one.marks + two.marks }
",
    )
    .play();
    assert_eq!(story.of("of_one"), [1.0, 3.0, 7.0, 8.0]);
    assert_eq!(story.of("of_two"), [3.0, 6.0, 6.0, 6.0]);
    // `once` is kept for each actor.
    assert_eq!(story.of("the_marks"), [0.0, 2.0, 2.0, 2.0]);
}

#[test]
fn a_shared_rule_draws_for_each_actor_anew() {
    let story = Scene::weeks(
        1,
        "
policies: { luck: { roll: { then: [{ set: { x: uniform() } }] } } }
actors:
  one: { state: { x: 0 }, policy: luck }
  two: { state: { x: 0 }, policy: luck }
outcomes: { of_one: one.x, of_two: two.x }
",
    )
    .play();
    assert!(story.last("of_one") != story.last("of_two") && story.last("of_one") > 0.0);
}

#[test]
fn the_same_label_is_the_same_draw_and_another_label_another() {
    let story = Scene::weeks(
        2,
        "
actors:
  one:
    state: { a: 0, b: 0, c: 0, d: 0 }
    policy:
      roll:
        let: { luck: normal() }
        then:
          - set: { a: uniform(left), b: uniform(right), c: uniform(left) }
          - set: { d: luck - luck }
outcomes: { the_a: one.a, the_b: one.b, the_c: one.c, the_d: one.d }
",
    )
    .play();
    assert_eq!(story.of("the_a"), story.of("the_c"));
    assert_ne!(story.of("the_a"), story.of("the_b"));
    assert_ne!(story.of("the_a")[1], story.of("the_a")[2], "a draw is made anew each tick");
    assert_eq!(story.last("the_d"), 0.0);
}

#[test]
fn every_write_is_clamped_to_the_bounds() {
    let story = Scene::weeks(
        2,
        "
levers: { top: 4 }
ties: { trust: { pairs: [[one, two]], start: 0.5, within: [0, 1] } }
actors:
  one:
    state: { x: { start: 1, within: [0, top] }, y: { start: 1, within: [0, null] } }
    policy:
      raise: { then: [{ change: { x: 10, \"trust[two]\": 0.8 } }, { change: { x: -1 } }] }
    each_tick: { change: { y: -3 } }
  two: {}
events:
  fall: { from: 2024-01-08, then: [{ change: { \"trust[one, two]\": -9 } }] }
outcomes: { the_x: one.x, the_y: one.y, the_trust: \"trust[one, two]\" }
",
    )
    .play();
    // Clamped to 4 before 1 is taken.
    assert_eq!(story.of("the_x"), [1.0, 3.0, 3.0]);
    assert_eq!(story.of("the_y"), [1.0, 0.0, 0.0]);
    assert_eq!(story.of("the_trust"), [0.5, 1.0, 0.0]);
}

#[test]
fn folds_go_over_the_members_that_pass() {
    let story = Scene::weeks(
        1,
        "
groups: { all_of_them: [one, two, three], friends: [one, three] }
ties: { trust: { pairs: [[one, friends], [two, one]], start: { one: { three: 0.25 }, two: { one: 0.5 } } } }
actors:
  one: { state: { x: 1 } }
  two: { state: { x: 4 } }
  three: { state: { x: 7 } }
outcomes:
  the_sum: sum(m in all_of_them, m.x)
  the_some: sum(m in all_of_them where m.x > 3, m.x)
  the_mean: mean(m in all_of_them where m.x < 5, m.x)
  the_most: max(m in friends, -m.x)
  the_least: min(m in all_of_them, m.x * m.x)
  the_any: if(any(m in friends, m.x == 4), 1, 0)
  the_all: if(all(m in friends, m.x != 4), 1, 0)
  the_tie: trust[one, three] + trust[two, one]
  not_one: sum(m in friends where m != one, m.x)
",
    )
    .play();
    let named =
        ["the_sum", "the_some", "the_mean", "the_most", "the_least", "the_any", "the_all", "the_tie", "not_one"];
    assert_eq!(named.map(|name| story.last(name)), [12.0, 11.0, 2.5, -1.0, 1.0, 0.0, 1.0, 0.75, 7.0]);
}

#[test]
fn payoffs_are_outcomes_and_what_is_minimised_counts_negative() {
    let story = Scene::weeks(
        1,
        "
actors:
  one: { goal: { maximise: x + two.x }, state: { x: 2 } }
  two: { goal: { minimise: x }, state: { x: 5 } }
outcomes: { other: 0 }
",
    )
    .play();
    assert_eq!((story.last("payoff_one"), story.last("payoff_two")), (7.0, -5.0));
}
