//! What stands between the chapters: chances with a memory, events for members, what depends on what.

use crate::story::Scene;
use crate::support::{Scratch, entente};

#[test]
fn a_chance_that_fails_uses_up_neither_once_nor_the_cooldown() {
    let story = Scene::weeks(
        30,
        "
actors:
  one:
    state: { n: 0, single: 0, spaced: 0 }
    each_tick: { change: { n: 1 } }
    policy:
      single: { chance: \"if(n < 10, 0, 1)\", once: true, then: [{ change: { single: 1 } }] }
      spaced: { chance: \"if(n < 10, 0, 1)\", cooldown: 4 weeks, then: [{ change: { spaced: 1 } }] }
outcomes: { of_single: one.single, of_spaced: one.spaced }
",
    )
    .play();
    // The 11th step is the first that finds 10.
    assert_eq!(story.of("of_single")[10..13], [0.0, 1.0, 1.0]);
    assert_eq!(story.of("of_spaced")[10..20], [0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 3.0]);
}

#[test]
fn an_event_may_go_over_members_and_write_what_is_theirs() {
    let story = Scene::weeks(
        4,
        "
groups: { towns: [two, three] }
ties: { trust: { pairs: [[towns, one]], start: 0.5 } }
actors:
  one: {}
  two: { state: { size: 1, hit: 0 } }
  three: { state: { size: 5, hit: 0 } }
events:
  flood:
    for: x in towns where x.size > 2
    cooldown: 2 weeks
    let: { force: 2 * x.size }
    then: [{ change: { x.hit: force, \"trust[x, one]\": 1 } }, { change: { x.size: -1 } }]
outcomes: { hits: three.hit, missed: two.hit, trusting: \"trust[three, one] - trust[two, one]\" }
",
    )
    .play();
    assert_eq!(story.of("hits"), [0.0, 10.0, 10.0, 18.0, 18.0]);
    assert_eq!(story.of("missed"), [0.0; 5]);
    assert_eq!(story.last("trusting"), 2.0);
}

#[test]
fn a_rule_for_members_may_look_at_what_each_has_sustained_and_had_before() {
    let story = Scene::weeks(
        6,
        "
groups: { others: [two, three] }
messages: { help: { on_arrival: { change: { helped: amount } } } }
actors:
  one:
    policy:
      help:
        for: x in others
        when: sustained(x.need > 2, 2 weeks) and before(x.need, 1 week) > 2
        once: true
        then: [{ send: help, to: x, amount: \"before(x.need, 1 week)\" }]
  two: { state: { need: 0, helped: 0 }, each_tick: { change: { need: 1 } } }
  three: { state: { need: 9, helped: 0 } }
outcomes: { of_two: two.helped, of_three: three.helped }
",
    )
    .play();
    // `three` is in need at the start and in the first week; the rule of step 2 knows both, and helps in step 3.
    assert_eq!(story.of("of_three"), [0.0, 0.0, 0.0, 9.0, 9.0, 9.0, 9.0]);
    // `two` needs 3 at tick 3 and 4 at tick 4, which step 5 knows.
    assert_eq!(story.of("of_two"), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0]);
}

#[test]
fn a_tie_may_be_seen_late_and_one_between_others_too() {
    let story = Scene::weeks(
        5,
        "
ties: { trust: { pairs: [[one, two], [one, three]], start: 0 } }
actors:
  one: { each_tick: { change: { \"trust[two]\": 1, \"trust[three]\": 10 } } }
  two:
    state: { saw: 0 }
    sees: { \"trust[one, two]\": { delay: 1 week } }
    policy: { look: { then: [{ set: { saw: \"trust[one, two] + trust[one, three]\" } }] } }
  three: {}
outcomes: { seen: two.saw }
",
    )
    .play();
    // Step 3 knows the 10s as observed at tick 2, the ones as of tick 1.
    assert_eq!(story.of("seen"), [0.0, 0.0, 10.0, 21.0, 32.0, 43.0]);
}

#[test]
fn observations_are_worked_out_in_the_order_in_which_they_need_each_other() {
    let story = Scene::weeks(
        4,
        "
actors: { one: { state: { n: 0 }, each_tick: { change: { n: 1 } } } }
outcomes:
  after: \"if(reached(second), 1, 0) + doubled\"
  doubled: 2 * one.n
milestones:
  second: since(first) >= 1 week and doubled > 3
  first: doubled > 1
",
    )
    .play();
    assert_eq!((story.reached("first"), story.reached("second")), (Some(1), Some(2)));
    assert_eq!(story.of("after"), [0.0, 2.0, 5.0, 7.0, 9.0]);
    let circle = Scene::weeks(
        1,
        "
actors: { one: {} }
outcomes: { a: \"if(reached(b), 1, 0)\" }
milestones: { b: a > 0 }
",
    )
    .refusal();
    assert!(circle.contains("depend on each other"), "{circle}");
}

#[test]
fn loops_stand_inside_each_other() {
    let story = Scene::weeks(
        1,
        "
groups: { circle: [one, two, three] }
ties: { trust: { pairs: [[circle, circle]], start: { one: 1, two: 10, three: 100 } } }
actors:
  one: { state: { x: 1 } }
  two: { state: { x: 2 } }
  three: { state: { x: 3 } }
outcomes:
  given: sum(p in circle, sum(q in circle where q != p, trust[p, q] * q.x))
  pairs: sum(p in circle, sum(q in circle where q.x > p.x, 1))
  best_loved: max(q in circle, sum(p in circle where p != q, trust[p, q]))
",
    )
    .play();
    assert_eq!(story.last("given"), 5.0 + 10.0 * 4.0 + 100.0 * 3.0);
    assert_eq!((story.last("pairs"), story.last("best_loved")), (3.0, 110.0));
}

#[test]
fn a_variant_may_patch_a_shared_policy_and_a_start_of_one_pair() {
    let text = "
ties: { trust: { pairs: [[one, two], [two, one]], start: { one: { two: 1 }, two: { one: 2 } } } }
policies: { growth: { grow: { then: [{ change: { x: 1 } }] } } }
actors:
  one: { state: { x: 0 }, policy: growth }
  two: { state: { x: 0 }, policies: [growth] }
outcomes: { of_one: one.x, of_two: two.x, trusts: \"10 * trust[one, two] + trust[two, one]\" }
variants:
  fast:
    policies: { growth: { grow: { then: [{ change: { x: 5 } }] } } }
    ties: { trust: { start: { one: { two: 7 } } } }
  even: { ties: { trust: 3 } }
  three: { actors: { three: { state: { x: 0 }, policy: growth } }, outcomes: { of_three: three.x } }
";
    let base = Scene::weeks(2, text).play();
    assert_eq!((base.last("of_one"), base.last("of_two"), base.last("trusts")), (2.0, 2.0, 12.0));
    let fast = Scene::weeks(2, text).variant("fast").play();
    assert_eq!((fast.last("of_one"), fast.last("of_two"), fast.last("trusts")), (10.0, 10.0, 72.0));
    assert_eq!(Scene::weeks(2, text).variant("even").play().last("trusts"), 33.0);
    assert_eq!(Scene::weeks(2, text).variant("three").play().last("of_three"), 2.0);
}

#[test]
fn a_policy_sees_the_outcome_of_a_goal() {
    let story = Scene::weeks(
        2,
        "
actors:
  one: { goal: { minimise: x }, state: { x: 3, saw: 0 }, policy: { look: { then: [{ set: { saw: payoff_one } }] } } }
outcomes: { seen: one.saw }
",
    )
    .play();
    assert_eq!(story.last("seen"), -3.0);
}

#[test]
fn what_went_unused_is_told_after_the_runs() {
    let folder = Scratch::new();
    let text = "
clock: { start: 2024-01-01, tick: 1 week, ticks: 4 }
levers: { aid: 1, read: 1 }
uncertainties: { noise: { uniform: [0, 1] }, luck: { uniform: [0, 1] } }
messages: { never: {}, nobody: {}, often: {} }
actors:
  one:
    state: { x: 0 }
    policy:
      idle: { when: x > 100, then: [{ send: never, to: two, amount: 1 }] }
      busy: { then: [{ send: often, to: two, amount: read * luck }] }
  two: {}
events:
  no_storm: { when: one.x > 5, then: [{ change: { one.x: 1 } }] }
outcomes: { x_now: one.x }
";
    let file = folder.file("unused.yaml", text);
    let arguments = ["run", &file, "--runs", "20", "--out", &folder.path("a"), "--format", "json", "--quiet"];
    let told = entente(&arguments).success();
    let summary: serde_json::Value = serde_json::from_slice(&told.get_output().stdout).expect("JSON");
    let unused = summary["unused"].to_string();
    for name in ["aid", "noise", "`never`", "nobody", "one.idle", "no_storm"] {
        assert!(unused.contains(name), "{name} is not among {unused}");
    }
    for name in ["read", "luck", "often", "busy"] {
        assert!(!unused.contains(&format!("`{name}`")), "{name} was used: {unused}");
    }
}
