//! A trace is the run that is played, and what it says of it is so.

use crate::played::{loaded, repository, variant};
use crate::support::{Scratch, entente};
use entente::language::parse_expression;
use entente::language::syntax::{BinaryOp, Expr, ExprKind};
use entente::reference::trace::{self, Acted, Asked, Event, Tick};
use entente::reference::{Played, play};
use entente::scenario::compose::Composition;
use entente::scenario::model::Scenario;
use insta::assert_snapshot;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const SEED: u64 = 7;

fn patrons() -> Scenario {
    loaded(&repository("scenarios/two-patrons.yaml"), &variant(None)).scenario
}

/// The first weeks of Myanmar: all of its parts, and soon played.
const WEEKS: &str = "clock: { ticks: 20 }\n";

fn myanmar() -> Scenario {
    let scratch = Scratch::new();
    let patch = scratch.file("short.yaml", WEEKS);
    let composition = Composition { with: vec![PathBuf::from(patch)], ..Composition::default() };
    loaded(&repository("scenarios/myanmar"), &composition).scenario
}

fn traced(scenario: &Scenario, run: u64, asked: &Asked) -> (Vec<Tick>, Played) {
    let mut ticks = Vec::new();
    let played = trace::play(scenario, SEED, run, asked, &mut |tick| ticks.push(tick.clone()));
    (ticks, played)
}

fn whole(scenario: &Scenario, run: u64) -> (Vec<Tick>, Played) {
    traced(scenario, run, &Asked::all(scenario))
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(entente(arguments).success().get_output().stdout.clone()).expect("text")
}

fn refusal(arguments: &[&str]) -> String {
    String::from_utf8(entente(arguments).code(2).get_output().stderr.clone()).expect("text")
}

fn lines(arguments: &[&str]) -> Vec<Value> {
    let text = text(&[arguments, &["--format", "jsonl"]].concat());
    text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

/// Tells a run as text and as JSON, every line of which must be JSON, and holds it to the run that was played; for scenarios of
/// which nothing else is known.
pub fn is_the_run(scenario: &Scenario, seed: u64, run: u64, played: &Played) -> Result<(), String> {
    let rules = trace::rules(scenario);
    let layout = trace::Layout { scenario, rules: &rules, width: 80, whole: run.is_multiple_of(2) };
    let (mut text, mut lines, mut acted) = (String::new(), String::new(), 0);
    let mut take = |tick: &Tick| {
        text += &trace::tick_text(tick, &layout);
        lines += &trace::event_line(scenario, &rules, tick);
        acted += tick.events.iter().filter(|event| matches!(event, Event::Acted(_))).count() as u64;
    };
    let traced = trace::play(scenario, seed, run, &Asked::all(scenario), &mut take);
    if format!("{traced:?}") != format!("{played:?}") {
        return Err(format!("run {run} is another when it is traced"));
    }
    if acted != played.fired.iter().sum::<u64>() {
        return Err(format!("run {run}: {acted} rules acted in the trace"));
    }
    lines += &trace::last_line(scenario, &traced);
    let wrong = lines.lines().find(|line| serde_json::from_str::<Value>(line).is_err());
    wrong.map_or(Ok(()), |line| Err(format!("run {run}: no JSON: {line}")))
}

#[test]
fn looking_on_changes_nothing_and_what_is_told_are_the_outcomes_of_the_run() {
    let patrons = patrons();
    let runs: Vec<(&Scenario, u64)> = (0..12).map(|run| (&patrons, run)).collect();
    let short = myanmar();
    for (scenario, run) in runs.into_iter().chain([(&short, 3)]) {
        let (ticks, traced) = whole(scenario, run);
        let played = play(scenario, SEED, run);
        assert_eq!(traced, played, "run {run}");
        let series: Vec<Vec<f64>> = ticks.iter().map(|tick| tick.outcomes.clone()).collect();
        assert_eq!(series, played.series, "run {run}");
        let mut reached = vec![None; scenario.milestones.len()];
        let mut fired = vec![0; played.fired.len()];
        for tick in &ticks {
            for event in &tick.events {
                match event {
                    Event::Reached { milestone } => reached[*milestone] = Some(tick.tick),
                    Event::Acted(Acted { rule, .. }) => fired[*rule] += 1,
                    _ => {}
                }
            }
        }
        assert_eq!((reached, fired), (played.milestones, played.fired), "run {run}");
    }
}

#[test]
fn captures_and_losses_add_up_to_what_the_run_measures() {
    let patrons = patrons();
    let territory = patrons.territory.as_ref().expect("a map");
    let contest = territory.contest.as_ref().expect("a contest");
    let outcome = |name: &str| patrons.outcomes.iter().position(|m| m.name == name).expect("an outcome");
    let (share, lost) = (outcome("territory"), outcome("posts_lost"));
    let column = territory.columns.iter().find(|column| column.name == "population").expect("a column");
    let regime = patrons.actors.iter().position(|actor| actor.name == "regime").expect("an actor");
    for run in 0..12 {
        let (ticks, _) = whole(&patrons, run);
        let mut holders: Vec<usize> =
            (0..territory.areas.len()).map(|area| contest.sides[contest.ground.holder(area)].actor).collect();
        let mut gone = 0.0;
        for tick in &ticks {
            for event in &tick.events {
                match event {
                    Event::Taken { area, towns: false, before, after } => {
                        assert_eq!(holders[*area], *before, "run {run}");
                        holders[*area] = *after;
                    }
                    Event::Lost { side, posts, .. } if *side == regime => gone += posts,
                    _ => {}
                }
            }
            assert_eq!(gone, tick.outcomes[lost], "run {run}, tick {}", tick.tick);
            let of = |held: &dyn Fn(usize) -> bool| -> f64 {
                column.values.iter().enumerate().filter(|(area, _)| held(*area)).map(|(_, people)| people).sum()
            };
            let held = of(&|area| holders[area] == regime) / of(&|_| true);
            assert!((held - tick.outcomes[share]).abs() < 1e-12, "run {run}, tick {}", tick.tick);
        }
    }
}

/// What a written expression is worth by the values that are given beside it: independent of how rules are played.
fn worth(expression: &Expr, text: &str, values: &BTreeMap<String, Value>) -> Value {
    let written = &text[expression.span.start..expression.span.end];
    let number = |e: &Expr| worth(e, text, values).as_f64().unwrap_or(f64::INFINITY);
    let truth = |e: &Expr| worth(e, text, values).as_bool().expect("yes or no");
    if let Some(value) = values.get(written) {
        return value.clone();
    }
    match &expression.kind {
        ExprKind::Number(value) => Value::from(*value),
        // Every clock of the cases ticks by the week.
        ExprKind::Duration(count, unit) => match unit.to_string().as_str() {
            "week" | "tick" => Value::from(*count),
            unit => panic!("a duration in {unit}s"),
        },
        ExprKind::Bool(value) => Value::from(*value),
        ExprKind::Name(name) => Value::from(name.clone()),
        ExprKind::Negate(inner) => Value::from(-number(inner)),
        ExprKind::Not(inner) => Value::from(!truth(inner)),
        ExprKind::And(a, b) => Value::from(truth(a) && truth(b)),
        ExprKind::Or(a, b) => Value::from(truth(a) || truth(b)),
        ExprKind::Binary(op, a, b) => {
            let (a, b) = (number(a), number(b));
            Value::from(match op {
                BinaryOp::Add => a + b,
                BinaryOp::Sub => a - b,
                BinaryOp::Mul => a * b,
                BinaryOp::Div => a / b,
                BinaryOp::Pow => panic!("no condition of the cases raises to a power"),
            })
        }
        ExprKind::Compare(first, rest) => {
            let mut left = worth(first, text, values);
            let mut holds = true;
            for (op, _, right) in rest {
                let right = worth(right, text, values);
                holds &= match (left.as_f64(), right.as_f64()) {
                    (Some(a), Some(b)) => op.holds(a, b),
                    _ => (left == right) == op.holds(0.0, 0.0),
                };
                left = right;
            }
            Value::from(holds)
        }
        other => panic!("no value for `{written}`: {other:?} among {values:?}"),
    }
}

/// Every rule that acted, as the lines say, fulfils its condition by the values that stand there.
fn holds_what_is_shown(lines: &[Value]) -> usize {
    let mut conditions = 0;
    for line in lines.iter().filter(|line| line["event"] == "acted") {
        if let Some(written) = line["condition"]["written"].as_str() {
            let pairs = line["condition"]["values"].as_array().expect("values").iter();
            let values: BTreeMap<String, Value> =
                pairs.map(|pair| (pair[0].as_str().expect("a name").to_owned(), pair[1].clone())).collect();
            for part in written.split("; ") {
                let syntax = parse_expression(part).expect("an expression");
                assert_eq!(worth(&syntax, part, &values), Value::from(true), "{line}");
            }
            conditions += 1;
        }
        if let Some(chance) = line["chance"].as_object() {
            assert!(chance["die"].as_f64() < chance["probability"].as_f64(), "{line}");
        }
    }
    conditions
}

#[test]
fn every_rule_that_acted_fulfils_its_condition_by_the_values_that_are_shown() {
    let scenario = repository("scenarios/two-patrons.yaml");
    let counted: usize = ["10", "41"]
        .iter()
        .map(|run| holds_what_is_shown(&lines(&["trace", &scenario, "--seed", "7", "--run", run])))
        .sum();
    assert!(counted > 100, "{counted} conditions");
    // Stances, groups, `for`, times and negations.
    let scratch = Scratch::new();
    let patch = scratch.file("short.yaml", WEEKS);
    let myanmar = repository("scenarios/myanmar");
    let counted = holds_what_is_shown(&lines(&["trace", &myanmar, "--with", &patch, "--seed", "7", "--run", "1"]));
    assert!(counted > 100, "{counted} conditions");
}

#[test]
fn every_message_that_is_delivered_was_sent_and_arrives_when_it_is_due() {
    let scenario = repository("scenarios/two-patrons.yaml");
    let lines = lines(&["trace", &scenario, "--seed", "7", "--run", "10"]);
    let mut under_way = BTreeMap::new();
    let mut delivered = 0;
    for line in &lines {
        let what = |line: &Value| {
            ["kind", "sender", "receiver", "amount", "fields", "sent", "due"].map(|key| line[key].clone())
        };
        match line["event"].as_str().expect("what it is") {
            "sent" => {
                assert_eq!(line["sent"], line["tick"]);
                assert!(under_way.insert(line["message"].as_u64(), what(line)).is_none());
            }
            "delivered" => {
                assert_eq!(line["due"], line["tick"]);
                assert_eq!(under_way.remove(&line["message"].as_u64()), Some(what(line)), "{line}");
                delivered += 1;
            }
            _ => {}
        }
    }
    assert!(delivered > 40, "{delivered}");
    let closed = lines.last().expect("an end")["tick"].as_u64();
    assert!(under_way.values().all(|message| message[6].as_u64() > closed), "{under_way:?}");
}

#[test]
fn the_first_and_the_last_line_say_which_run_it_is_and_how_it_ended() {
    let scenario = repository("scenarios/two-patrons.yaml");
    let lines = lines(&["trace", &scenario, "--seed", "7", "--run", "41"]);
    let played = play(&patrons(), SEED, 41);
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    assert_eq!([&first["event"], &last["event"]], ["run", "end"]);
    assert_eq!(first["uncertainties"]["patience"].as_f64(), Some(played.uncertainties[0]));
    assert_eq!(last["outcomes"]["territory"].as_f64(), played.series.last().map(|row| row[0]));
    let text = text(&["trace", &scenario, "--seed", "7", "--run", "41", "--format", "jsonl"]);
    let line = text.lines().find(|line| line.starts_with("{\"event\":\"sent\"")).expect("a message");
    let keys =
        ["event", "tick", "date", "rule", "message", "kind", "sender", "receiver", "amount", "fields", "sent", "due"];
    let places: Vec<Option<usize>> = keys.iter().map(|key| line.find(&format!("\"{key}\":"))).collect();
    assert!(places.is_sorted() && places[0].is_some(), "{line}");
}

#[test]
fn an_actor_is_followed_in_what_it_does_sends_and_receives() {
    let patrons = patrons();
    let near = patrons.actors.iter().position(|actor| actor.name == "near").expect("an actor");
    let asked = Asked { actors: BTreeSet::from([near]), ..Asked::all(&patrons) };
    let (some, _) = traced(&patrons, 41, &asked);
    let (all, _) = whole(&patrons, 41);
    let concerns = |event: &Event| match event {
        Event::Sent { message, .. } | Event::Delivered { message, .. } => {
            message.sender == near || message.receiver == near
        }
        Event::Acted(acted) => acted.actor == Some(near),
        Event::Reached { .. } => true,
        _ => false,
    };
    for (some, all) in some.iter().zip(&all) {
        let expected: Vec<&Event> = all.events.iter().filter(|event| concerns(event)).collect();
        assert_eq!(some.events.iter().collect::<Vec<_>>(), expected, "tick {}", some.tick);
    }
    assert!(some.iter().map(|tick| tick.events.len()).sum::<usize>() > 20);
}

#[test]
fn dates_choose_ticks_and_nothing_else() {
    let patrons = patrons();
    let asked = Asked { first: 10, last: 20, ..Asked::all(&patrons) };
    let (some, _) = traced(&patrons, 41, &asked);
    let (all, _) = whole(&patrons, 41);
    assert_eq!(some, all[10..=20]);
    let scenario = repository("scenarios/two-patrons.yaml");
    let dates = |from: &str, to: &str| -> BTreeSet<String> {
        let arguments = ["trace", &scenario, "--seed", "7", "--run", "41", "--from", from, "--to", to];
        let lines = lines(&arguments);
        lines.iter().filter(|line| line["event"] == "observed").map(|line| line["date"].to_string()).collect()
    };
    let weeks = ["2023-12-01", "2023-12-08", "2023-12-15"].map(|date| format!("\"{date}\""));
    assert_eq!(dates("2023-12-01", "2023-12-15"), BTreeSet::from(weeks.clone()));
    assert_eq!(dates("2023-11-25", "2023-12-21"), BTreeSet::from(weeks));
}

#[test]
fn what_a_person_sees_of_a_run() {
    let scenario = repository("scenarios/two-patrons.yaml");
    assert_snapshot!("trace", text(&["trace", &scenario, "--seed", "7", "--run", "10", "--to", "2023-12-29"]));
    assert_snapshot!("trace_of_an_actor", text(&["trace", &scenario, "--seed", "7", "--run", "10", "--actor", "near"]));
}

#[test]
fn myanmar_can_be_read() {
    let scratch = Scratch::new();
    let patch = scratch.file("short.yaml", WEEKS);
    let text = text(&["trace", &repository("scenarios/myanmar"), "--with", &patch, "--seed", "7", "--run", "1"]);
    let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    assert!(longest <= 100, "a line of {longest}");
    let lines = text.lines().count();
    assert!(lines < 20 * 150, "{lines} lines for 20 weeks");
    assert!(text.contains(" in ") && text.contains(" areas"), "effects in many areas are summed up");
}

#[test]
fn what_is_not_there_is_told() {
    let scenario = repository("scenarios/two-patrons.yaml");
    let trace = |more: &[&str]| refusal(&[&["trace", &scenario, "--run", "1"], more].concat());
    assert_snapshot!(trace(&["--actor", "nera"]), @r"
    error: the scenario has no actor `nera`
    help: did you mean `near`?
    ");
    assert_snapshot!(trace(&["--actor", "someone_else"]), @r"
    error: the scenario has no actor `someone_else`
    help: its actors are regime, near, far, front
    ");
    assert_snapshot!(trace(&["--from", "2022-01-01"]), @r"
    error: `--from` lies outside the clock
    help: the clock of `two-patrons` runs from 2023-10-27 to 2024-10-25
    ");
    assert_snapshot!(trace(&["--from", "2024-02-01", "--to", "2024-01-01"]), @r"
    error: `--from` lies after `--to`
    help: the clock of `two-patrons` runs from 2023-10-27 to 2024-10-25, 52 ticks
    ");
    assert_snapshot!(trace(&["--from", "2023-10-28", "--to", "2023-10-29"]), @r"
    error: no tick is observed between `--from` and `--to`
    help: the clock of `two-patrons` runs from 2023-10-27 to 2024-10-25, 52 ticks
    ");
}

#[test]
fn a_run_of_results_is_traced_from_their_folder_alone() {
    let scratch = Scratch::new();
    let (folder, scenario) = (scratch.path("a"), repository("scenarios/two-patrons.yaml"));
    let variant = ["--variant", "far_aid_doubled"];
    entente(&[&["run", &scenario, "--seed", "9", "--runs", "5", "--out", &folder, "--quiet"], &variant[..]].concat())
        .success();
    let typed = text(&[&["trace", &scenario, "--seed", "9", "--run", "4"], &variant[..]].concat());
    assert_eq!(text(&["trace", &folder, "--run", "4"]), typed);
    let told = refusal(&["trace", &folder, "--run", "5"]);
    assert!(told.contains("there is no run 5 in these results: runs count from 0 to 4"), "{told}");
    let told = refusal(&["trace", &folder, "--run", "4", "--seed", "8"]);
    assert!(told.contains("results have their seed"), "{told}");
}

#[test]
fn a_run_that_fails_is_told_to_its_end() {
    let scratch = Scratch::new();
    let text = "clock: { start: 2024-01-01, tick: 1 week, ticks: 9 }
actors: { a: { state: { x: 3 }, policy: { sink: { when: x > -1, then: [{ change: { x: -1 } }] }, root: { let: { y: sqrt(x) }, then: [{ set: { x: y } }] } } } }
outcomes: { depth: a.x }
";
    let scene = scratch.file("scene.yaml", text);
    let told = super::trace::text(&["trace", &scene, "--run", "0"]);
    assert!(told.contains("failed"), "{told}");
    let lines = lines(&["trace", &scene, "--run", "0"]);
    let last = lines.last().expect("an end");
    assert!(last["failure"].is_string() && lines[lines.len() - 2]["event"] == "failed", "{last}");
}
