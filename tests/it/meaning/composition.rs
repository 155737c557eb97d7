//! Composition: what extends, variants, patches and settings make of a scenario.

use crate::story::Scene;

const BASE: &str = "
uncertainties:
  width: { uniform: [0, 1], within: [0.2, 0.8], because: measured, basis: data }
levers: { aid: { default: 2, range: [0, 9] } }
ties: { trust: { pairs: [[one, two], [two, one]], start: 0.5 } }
actors:
  one:
    state: { x: { start: 1, within: [0, 99] } }
    policy:
      double: { then: [{ set: { x: 2 * x } }] }
      less: { then: [{ change: { x: -1 } }] }
  two: {}
outcomes: { the_x: one.x, the_aid: aid, the_width: width, the_trust: \"trust[one, two]\" }
variants:
  first: { actors: { one: { policy: { add: { before: double, then: [{ change: { x: 3 } }] } } } } }
  between: { actors: { one: { policy: { add: { after: double, then: [{ change: { x: 3 } }] } } } } }
  last: { actors: { one: { policy: { add: { then: [{ set: { x: 3 * x } }] } } } } }
  without: { actors: { one: { policy: { double: null } } } }
  other: { title: Another, uncertainties: { width: { triangular: [5, 6, 7], within: [5.5, 6.5] } }, levers: { aid: 3 } }
";

fn scene() -> Scene {
    Scene::weeks(1, BASE)
}

#[test]
fn a_new_rule_stands_where_it_is_placed_and_last_otherwise() {
    assert_eq!(scene().play().last("the_x"), 1.0);
    assert_eq!(scene().variant("first").play().last("the_x"), 7.0);
    assert_eq!(scene().variant("between").play().last("the_x"), 4.0);
    assert_eq!(scene().variant("last").play().last("the_x"), 3.0);
    assert_eq!(scene().variant("without").play().last("the_x"), 0.0);
}

#[test]
fn a_bare_number_sets_the_default_or_the_start_and_keeps_the_rest() {
    let scene = scene().with("levers: { aid: 7 }\nactors: { one: { state: { x: 60 } } }\nties: { trust: 0.25 }\n");
    let story = scene.play();
    assert_eq!((story.last("the_aid"), story.last("the_trust")), (7.0, 0.25));
    assert_eq!(story.last("the_x"), 98.0, "the bounds are kept: 99 - 1");
    let outside = self::scene().set("aid=12").refusal();
    assert!(outside.contains("outside its range"), "{outside}");
}

#[test]
fn a_distribution_is_replaced_whole_and_its_reasons_stay() {
    let scene = scene().variant("other");
    let scenario = scene.scenario();
    let width = &scenario.uncertainties[0];
    assert_eq!(width.notes.because.as_deref(), Some("measured"));
    assert_eq!(scenario.basis.data, 1);
    let story = scene.runs(50);
    assert!((0..50).all(|run| (5.5..=6.5).contains(&story.drawn(run, "width"))));
    let constant = self::scene().set("width=4").runs(3);
    assert_eq!((constant.drawn(0, "width"), constant.drawn(2, "width")), (4.0, 4.0));
}

#[test]
fn the_order_is_extends_variant_patches_settings() {
    let scene = || {
        Scene::new("extends: base.yaml\nlevers: { aid: 1 }\nvariants: { other: { levers: { aid: 4 } } }\n")
            .beside("base.yaml", &format!("clock: {{ start: 2024-01-01, tick: 1 week, ticks: 1 }}\n{BASE}"))
    };
    assert_eq!(scene().play().last("the_aid"), 1.0);
    let variant = scene().variant("other");
    assert_eq!(variant.play().last("the_aid"), 4.0);
    let patched = variant.with("levers: { aid: 5 }\n").with("levers: { aid: 6 }\n");
    assert_eq!(patched.play().last("the_aid"), 6.0);
    assert_eq!(patched.set("aid=8").set("aid=9").play().last("the_aid"), 9.0);
}

#[test]
fn an_unknown_element_that_is_not_complete_was_meant_for_another() {
    for (patch, meant) in [
        ("levers: { aide: { range: [0, 1] } }", "did you mean `aid`"),
        ("uncertainties: { widht: { within: [0, 1] } }", "did you mean `width`"),
        ("actors: { one: { policy: { doubel: { once: true } } } }", "did you mean `double`"),
    ] {
        let refusal = scene().with(&format!("{patch}\n")).refusal();
        assert!(refusal.contains(meant), "{patch}: {refusal}");
    }
    let gone = scene().with("levers: { nothing: null }\n").refusal();
    assert!(gone.contains("nothing"), "{gone}");
}

#[test]
fn a_variant_has_its_own_title() {
    let scenario = scene().variant("other").scenario();
    assert_eq!((scenario.title.as_str(), scenario.variant.as_str()), ("Another", "other"));
}

#[test]
fn starts_of_ties_are_a_number_a_nested_map_or_a_column() {
    let text = |tie: &str| {
        format!(
            "
groups: {{ allies: [two, three] }}
ties: {{ trust: {tie} }}
actors: {{ one: {{}}, two: {{}}, three: {{}} }}
outcomes: {{ a: \"trust[one, two]\", b: \"trust[one, three]\", c: \"trust[two, one]\" }}
"
        )
    };
    let starts = |tie: &str| {
        let scene =
            Scene::weeks(1, &text(tie)).beside("ties.csv", "from,to,worth\none,two,0.5\none,three,-1\ntwo,one,3\n");
        let story = scene.play();
        [story.last("a"), story.last("b"), story.last("c")]
    };
    let pairs = "pairs: [[one, allies], [two, one]]";
    assert_eq!(starts(&format!("{{ {pairs}, start: 2 }}")), [2.0, 2.0, 2.0]);
    assert_eq!(
        starts(&format!("{{ {pairs}, start: {{ one: {{ allies: 1, three: 4 }}, two: {{ one: 7 }} }} }}")),
        [1.0, 4.0, 7.0]
    );
    assert_eq!(starts("{ pairs: ties.csv, start: worth }"), [0.5, -1.0, 3.0]);
    let missing = Scene::weeks(1, &text(&format!("{{ {pairs}, start: {{ one: {{ allies: 1 }} }} }}"))).refusal();
    assert!(missing.contains("two") && missing.contains("no start"), "{missing}");
}

#[test]
fn a_start_may_read_levers_and_uncertainties() {
    let text = "
uncertainties: { base: { uniform: [2, 3] }, follower: { normal: [base, 0] } }
levers: { aid: 10 }
actors: { one: { state: { x: aid * base } } }
outcomes: { the_x: one.x }
";
    let story = Scene::weeks(1, text).runs(5);
    for run in 0..5 {
        assert_eq!(story.of_run(run, "the_x")[0], 10.0 * story.drawn(run, "base"));
        assert_eq!(story.drawn(run, "follower"), story.drawn(run, "base"));
    }
}
