use crate::diagnostics::{Diagnostic, Sources, render};
use crate::scenario::read::read_tree;
use crate::scenario::tree::{Node, Value};

use super::{check_variants, extract_variant, merge, read_assignment, set};

const EXAMPLE: &str = include_str!("../../../tests/data/language-example.yaml");

fn show(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(b) => b.to_string(),
        Value::Number(_, text) | Value::Text(text) => text.value.clone(),
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let entries: Vec<String> = entries.iter().map(|(k, v)| format!("{}: {}", k.value, show(v))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

struct Case {
    sources: Sources,
    tree: Node,
    errors: Vec<Diagnostic>,
}

impl Case {
    fn new(base: &str) -> Self {
        let mut sources = Sources::default();
        let (_, tree) = read_tree("base.yaml", base.as_bytes(), &mut sources).unwrap();
        Self { sources, tree, errors: Vec::new() }
    }

    fn merge(mut self, patch: &str) -> Self {
        let (_, patch) = read_tree("patch.yaml", patch.as_bytes(), &mut self.sources).unwrap();
        merge(&mut self.tree, &patch, &mut self.errors);
        self
    }

    fn set(mut self, argument: &str) -> Self {
        let result = read_assignment(argument, &mut self.sources).and_then(|a| set(&mut self.tree, &a));
        self.errors.extend(result.err());
        self
    }

    fn shown(&self) -> String {
        assert_eq!(self.errors(), "");
        show(&self.tree)
    }

    fn errors(&self) -> String {
        render(&self.errors, &self.sources, false)
    }
}

/// Base, patch, and what they make together.
fn expect(cases: &[(&str, &str, &str)]) {
    for (base, patch, expected) in cases {
        assert_eq!(Case::new(base).merge(patch).shown(), *expected, "{base} + {patch}");
    }
}

/// Base, patch, and sentences that its refusal holds.
fn refuse(cases: &[(&str, &str, &[&str])]) {
    for (base, patch, sentences) in cases {
        let case = Case::new(base).merge(patch);
        let errors = case.errors();
        assert_eq!(case.errors.len(), 1, "{base} + {patch}\n{errors}");
        for sentence in *sentences {
            assert!(errors.contains(sentence), "{base} + {patch}: {sentence}\n{errors}");
        }
    }
}

#[test]
fn maps_are_merged_lists_replaced_and_null_removes() {
    expect(&[
        ("clock: {start: a, ticks: 1}", "clock: {ticks: 2}", "{clock: {start: a, ticks: 2}}"),
        ("title: a", "title: b", "{title: b}"),
        ("title: a", "about: b", "{title: a, about: b}"),
        ("groups: {g: [a, b]}", "groups: {g: [c]}", "{groups: {g: [c]}}"),
        ("groups: {g: [a], h: [b]}", "groups: {g: null}", "{groups: {h: [b]}}"),
        ("stop: {a: x}\ntitle: b", "stop:", "{title: b}"),
        (
            "territory: {contest: {pace: 1}}",
            "territory: {contest: {pace: {x: 1}}}",
            "{territory: {contest: {pace: {x: 1}}}}",
        ),
    ]);
}

#[test]
fn a_bare_number_or_expression_sets_default_or_start() {
    expect(&[
        ("levers: {l: {default: 1, unit: u}}", "levers: {l: 2}", "{levers: {l: {default: 2, unit: u}}}"),
        ("levers: {l: {default: 1}}", "levers: {l: x / 2}", "{levers: {l: {default: x / 2}}}"),
        ("ties: {t: {pairs: p, start: 1}}", "ties: {t: 0.5}", "{ties: {t: {pairs: p, start: 0.5}}}"),
        (
            "actors: {a: {state: {s: {unit: u}}}}",
            "actors: {a: {state: {s: 3}}}",
            "{actors: {a: {state: {s: {unit: u, start: 3}}}}}",
        ),
        ("territory: {state: {s: {start: 1}}}", "territory: {state: {s: 3}}", "{territory: {state: {s: {start: 3}}}}"),
        ("levers: {l: 1}", "levers: {l: 2}", "{levers: {l: 2}}"),
        ("levers: {l: 1}", "levers: {l: {unit: u}}", "{levers: {l: {default: 1, unit: u}}}"),
        (
            "actors: {a: {state: {s: 1}}}",
            "actors: {a: {state: {s: {start: 2}}}}",
            "{actors: {a: {state: {s: {start: 2}}}}}",
        ),
        ("outcomes: {o: {is: a, unit: u}}", "outcomes: {o: b}", "{outcomes: {o: b}}"),
        ("outcomes: {o: a}", "outcomes: {o: {unit: u}}", "{outcomes: {o: {is: a, unit: u}}}"),
    ]);
}

#[test]
fn an_uncertainty_keeps_its_reasons_and_loses_its_old_distribution() {
    let base = "uncertainties: {u: {normal: {mean: 1, sd: 2}, within: [0, 9], because: b, with: {v: 1}}}";
    expect(&[
        (base, "uncertainties: {u: 3}", "{uncertainties: {u: {because: b, constant: 3}}}"),
        (base, "uncertainties: {u: {constant: 3}}", "{uncertainties: {u: {because: b, constant: 3}}}"),
        (
            base,
            "uncertainties: {u: {uniform: [0, 1]}}",
            "{uncertainties: {u: {within: [0, 9], because: b, with: {v: 1}, uniform: [0, 1]}}}",
        ),
        (
            base,
            "uncertainties: {u: {normal: {mean: 5}, because: c}}",
            "{uncertainties: {u: {within: [0, 9], because: c, with: {v: 1}, normal: {mean: 5}}}}",
        ),
        (
            base,
            "uncertainties: {u: {within: null}}",
            "{uncertainties: {u: {normal: {mean: 1, sd: 2}, because: b, with: {v: 1}}}}",
        ),
        ("uncertainties: {u: 1}", "uncertainties: {u: {unit: x}}", "{uncertainties: {u: {constant: 1, unit: x}}}"),
        ("uncertainties: {u: 1}", "uncertainties: {u: {beta: [1, 2]}}", "{uncertainties: {u: {beta: [1, 2]}}}"),
    ]);
}

#[test]
fn complete_new_elements_are_added() {
    for new in [
        "actors: {a: {policy: {new: {then: x}}}}",
        "levers: {new: {default: 1}}",
        "uncertainties: {new: {choice: {a: 1}}}",
        "ties: {new: {pairs: [[a, b]]}}",
        "actors: {a: {state: {new: {start: 1}}}}",
        "actors: {new: {title: t}}",
        "actors: {new: {state: {s: 1, t: {start: 2}}, policy: {r: {then: x}}}}",
        "outcomes: {new: x}",
        "outcomes: {new: {is: x}}",
        "milestones: {new: x > 1}",
        "stop: {new: x > 1}",
        "events: {new: {then: x}}",
        "policies: {new: {r: {then: x}}}",
        "groups: {new: [a]}",
        "messages: {new: {unit: u}}",
        "calendar: {new: {from: 10-01, to: 11-01}}",
        "variants: {new: {levers: null}}",
    ] {
        let base = "levers: {l: {default: 1}}\nactors: {a: {state: {s: 1}, policy: {r: {then: x}}}}";
        assert!(Case::new(base).merge(new).shown().contains("new: "), "{new}");
    }
}

#[test]
fn an_unknown_element_that_is_not_complete_gets_a_did_you_mean() {
    insta::assert_snapshot!(Case::new(EXAMPLE).merge("levers: { far_ad: 80 }").errors(), @r"
    error: there is no lever `far_ad` to change
     --> patch.yaml:1:11
      |
    1 | levers: { far_ad: 80 }
      |           ^^^^^^ a lever that is new needs `default`
      |
    help: did you mean `far_aid`?
    ");
    refuse(&[
        (
            EXAMPLE,
            "actors: {near: {policy: {lose_patiance: {when: x}}}}",
            &["no rule `lose_patiance`", "`lose_patience`?"],
        ),
        (EXAMPLE, "actors: {naer: {policy: {lose_patience: {when: x}}}}", &["no actor `naer`", "did you mean `near`?"]),
        (EXAMPLE, "actors: {naer: {state: {trust: {within: x}}}}", &["no actor `naer`", "states that have `start`"]),
        (EXAMPLE, "actors: {near: {state: {trsut: 1}}}", &["no state `trsut`", "did you mean `trust`?"]),
        (
            EXAMPLE,
            "uncertainties: {patence: 1}",
            &["no uncertainty `patence`", "an uncertainty that is new", "`patience`?"],
        ),
        (EXAMPLE, "ties: {suport: 1}", &["no tie `suport`", "`support`?"]),
        (EXAMPLE, "events: {far_war_end: {chance: 1}}", &["no event", "`far_war_ends`?"]),
        (EXAMPLE, "outcomes: {teritory: {unit: x}}", &["no outcome", "`territory`?"]),
        (EXAMPLE, "milestones: {near_walk_away: {title: x}}", &["no milestone", "`near_walks_away`?"]),
        (EXAMPLE, "calendar: {dyr: {from: 10-01}}", &["no season", "`dry`?"]),
        (EXAMPLE, "territory: {sides: {regim: {effort: 1}}}", &["no side", "`regime`?"]),
        (EXAMPLE, "policies: {p: {r: {when: x}}}", &["no policy `p`"]),
        ("title: t", "levers: {x: 1}", &["no lever `x`"]),
    ]);
}

#[test]
fn null_on_a_missing_key_is_an_error() {
    insta::assert_snapshot!(Case::new("levers: {l: {default: 1}}").merge("levers: { l: { units: null } }").errors(), @r"
    error: there is no `units` to remove
     --> patch.yaml:1:16
      |
    1 | levers: { l: { units: null } }
      |                ^^^^^ an empty value or `null` removes
    ");
    refuse(&[
        (EXAMPLE, "levers: {far_add: null}", &["no lever `far_add` to remove", "`far_aid`?"]),
        (EXAMPLE, "level: null", &["no `level` to remove"]),
        (EXAMPLE, "actors: {new: {goal: null}}", &["no `goal` to remove"]),
        ("levers: {l: 1}", "levers: {l: {unit: null}}", &["no `unit` to remove"]),
        (EXAMPLE, "levers: 5", &["`levers` holds a map of names"]),
        (EXAMPLE, "territory: x", &["`territory` holds a map of names"]),
    ]);
}

#[test]
fn a_refused_patch_leaves_out_only_what_is_wrong() {
    let case = Case::new("levers: {l: {default: 1}}").merge("levers: {l: 2, m: 3}\ngroups: 5\nclock: null");
    assert_eq!(show(&case.tree), "{levers: {l: {default: 2}}, groups: 5}");
    assert_eq!(case.errors.len(), 2);
}

#[test]
fn new_rules_go_last_unless_placed() {
    let base = "actors: {a: {policy: {one: {then: x}, two: {then: x}}}}";
    let order = |rules: &str| {
        let case = Case::new(base).merge(&format!("actors: {{a: {{policy: {{{rules}}}}}}}"));
        case.shown().replace("{actors: {a: {policy: ", "").replace(": {then: x}", "").replace("}}}", "")
    };
    assert_eq!(order("new: {then: x}"), "{one, two, new}");
    assert_eq!(order("new: {then: x, before: one}"), "{new, one, two}");
    assert_eq!(order("new: {then: x, after: one}"), "{one, new, two}");
    assert_eq!(order("new: {then: x, after: two}"), "{one, two, new}");
    assert_eq!(order("n1: {then: x, after: one}, n2: {then: x, after: one}"), "{one, n1, n2, two}");
    assert_eq!(order("n1: {then: x, before: two}, n2: {then: x, before: two}"), "{one, n1, n2, two}");
    assert_eq!(order("n1: {then: x, before: one}, n2: {then: x, after: n1}"), "{n1, n2, one, two}");
    assert_eq!(order("two: {before: one}"), "{two, one}");
}

#[test]
fn a_rule_placed_by_a_name_that_is_not_there_is_refused() {
    let base = "actors: {a: {policy: {one: {then: x}, two: {then: x}}}}";
    refuse(&[
        (base, "actors: {a: {policy: {new: {then: x, before: onne}}}}", &["no other rule `onne`", "`one`?"]),
        (base, "actors: {a: {policy: {new: {then: x, after: new}}}}", &["no other rule `new`"]),
        (base, "actors: {a: {policy: {new: {then: x, after: 3}}}}", &["`after` names a rule"]),
        (base, "actors: {a: {policy: {new: {then: x, after: one, before: two}}}}", &["both before and after"]),
    ]);
}

#[test]
fn set_reaches_levers_uncertainties_and_states() {
    let base = "levers: {l: {default: 1}}\nuncertainties: {u: {uniform: [0, 1], basis: data}}\nactors: {a: {state: {s: {start: 1}}}}";
    let set = |argument: &str| Case::new(base).set(argument).shown();
    assert!(set("l=80").contains("l: {default: 80}"));
    assert!(set(" l = 2 * far ").contains("l: {default: 2 * far}"));
    assert!(set("u=0.3").contains("u: {basis: data, constant: 0.3}"));
    assert!(set("a.s=-1e3").contains("s: {start: -1e3}"));
    let tree = Case::new(base).set("l=80").tree;
    assert!(
        matches!(tree.get("levers").unwrap().get("l").unwrap().get("default").unwrap().value, Value::Number(n, _) if n == 80.0)
    );
}

#[test]
fn set_of_what_is_not_there_points_into_the_argument() {
    insta::assert_snapshot!(Case::new(EXAMPLE).set("patince=0.3").errors(), @r"
    error: the scenario has nothing called `patince` to set
     --> --set:1:1
      |
    1 | patince=0.3
      | ^^^^^^^ no lever, uncertainty or `actor.state` has this name
      |
    help: did you mean `patience`?
    ");
    for (argument, sentence) in [
        ("regime.trops=1", "did you mean `regime.troops`?"),
        ("trust=1", "did you mean `near.trust`?"),
        ("patience", "needs a `=`"),
        ("=1", "names nothing"),
        ("patience=", "gives no value"),
        ("patience=.nan", "not a finite number"),
        ("patience=-inf", "not a finite number"),
        ("patience=1e999", "not a finite number"),
        ("a.b.c=1", "nothing called `a.b.c`"),
        ("é.ü=☃", "nothing called `é.ü`"),
    ] {
        let errors = Case::new(EXAMPLE).set(argument).errors();
        assert!(errors.contains(sentence), "{argument}\n{errors}");
    }
    assert!(Case::new(EXAMPLE).set(&"x".repeat(1_000_000)).errors().contains("too long"));
}

#[test]
fn a_variant_is_its_head_and_its_patch() {
    let case = Case::new(EXAMPLE);
    let variants = case.tree.get("variants").unwrap();
    let (head, patch) = extract_variant(variants, "patient_neighbour").unwrap();
    assert_eq!(head.from.unwrap().value, "2024-03-01");
    assert_eq!(head.title.unwrap().value, "What if the near patron bears more from March?");
    assert_eq!((head.name.as_str(), head.about.is_none()), ("patient_neighbour", true));
    let keys: Vec<&str> = patch.as_map().unwrap().iter().map(|(key, _)| key.value.as_str()).collect();
    assert_eq!(keys, ["actors"]);
    let unknown = extract_variant(variants, "far_aid_double").unwrap_err();
    assert_eq!(unknown.help.as_deref(), Some("did you mean `far_aid_doubled`?"));
    let unknown = extract_variant(variants, "other").unwrap_err();
    assert_eq!(unknown.help.as_deref(), Some("its variants are far_aid_doubled, patient_neighbour"));
}

#[test]
fn every_variant_is_checked_chosen_or_not() {
    let mut case = Case::new(
        "levers: {l: {default: 1}}\nvariants:\n  a: {levers: {k: 1}}\n  b: {title: [1], levers: {l: 2}}\n  c: 5\n  \
         baseline: {levers: {l: 1}}\n  d: {title: x}\n  e: {extends: x, levers: {l: 1}}\n  fine: {levers: {l: null}}\n",
    );
    check_variants(&case.tree, &mut case.errors);
    let errors = case.errors();
    for sentence in [
        "no lever `k`",
        "`title` is a text",
        "variant `c` changes nothing",
        "no variant can be called `baseline`",
        "variant `d` changes nothing",
        "a variant cannot hold `extends`",
    ] {
        assert!(errors.contains(sentence), "{sentence}\n{errors}");
    }
    assert_eq!(case.errors.len(), 6, "{errors}");
    let mut example = Case::new(EXAMPLE);
    check_variants(&example.tree, &mut example.errors);
    assert_eq!(example.errors(), "");
}

#[test]
fn large_patches_do_not_take_the_product_of_both() {
    let section = |from: usize| (from..from + 60_000).map(|i| format!("  l{i}: x\n")).collect::<String>();
    let (base, patch) = (format!("outcomes:\n{}", section(0)), format!("outcomes:\n{}", section(30_000)));
    let start = std::time::Instant::now();
    let case = Case::new(&base).merge(&patch);
    assert_eq!(case.tree.get("outcomes").unwrap().as_map().unwrap().len(), 90_000);
    assert!(start.elapsed().as_secs() < 5);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 2000, ..Default::default() })]

    #[test]
    fn any_patch_of_any_tree_is_applied_without_a_panic_and_told_only_once(
        parts in proptest::collection::vec(
            "(levers|uncertainties|ties|actors|policies|events|outcomes|territory|variants): (1|x|null|\\[a\\]|\
             \\{(a|b|state|policy|sides): (1|x|null|\\[1\\]|\\{(a|b|default|start|normal|constant|then|before|after): \
             (1|x|a|b|null|\\{(a|b): (1|null|\\{then: x, before: a\\}|\\{after: b\\})\\})\\})\\})",
            2..6
        )
    ) {
        let mut sources = Sources::default();
        let mut trees = parts.iter().map(|part| read_tree("t.yaml", part.as_bytes(), &mut sources).unwrap().1);
        let mut base = trees.next().unwrap();
        for patch in trees {
            let mut errors = Vec::new();
            merge(&mut base, &patch, &mut errors);
            let spans: std::collections::BTreeSet<_> = errors.iter().map(|error| (error.span, &error.message)).collect();
            proptest::prop_assert_eq!(spans.len(), errors.len(), "{:?}", errors);
            check_variants(&base, &mut errors);
        }
    }
}
