//! Failures: where, when, and what a run that failed leaves.

use super::super::{Failure, play};
use super::builder::*;
use crate::scenario::model::*;

/// The failure of run 0.
fn failure(scenario: &Scenario) -> Option<Failure> {
    super::builder::the_engine_agrees(scenario);
    play(scenario, 7, 0).failure
}

/// An actor with a clock, so that something can go wrong from a step on.
fn ticking(ticks: u32) -> (Sketch, VariableId) {
    let mut s = with_actors(ticks, &["near"]);
    let clock = s.state(0, 0.0);
    s.rule(0, vec![write(change(clock, num(1.0)))]);
    (s, clock)
}

/// Not a number from tick 3 on: (clock − 3) / max(0, 3 − clock).
fn breaks_at_three(clock: VariableId) -> Expr {
    let left = binary(BinaryFunction::Max, num(0.0), sub(num(3.0), now(clock)));
    div(sub(now(clock), num(3.0)), left)
}

#[test]
fn a_failed_run_keeps_the_ticks_before_and_reaches_no_milestones() {
    let (mut s, clock) = ticking(9);
    let outcome = s.outcome(breaks_at_three(clock));
    s.milestone(ge(now(clock), num(1.0)));
    let place = s.outcomes[outcome].place;
    let played = play(&s, 7, 0);
    assert_eq!(played.failure, Some(Failure { tick: 3, place }));
    assert_eq!(played.series, [[-1.0], [-1.0], [-1.0]]);
    assert_eq!((played.closed, played.milestones), (3, vec![None]));
}

#[test]
fn each_part_of_a_rule_has_its_place() {
    let (mut s, clock) = ticking(9);
    let x = s.state(0, 0.0);
    let draw = s.draw(&["near/x//chance/"]);
    let when = gt(breaks_at_three(clock), num(0.0));
    let value = breaks_at_three(clock);
    let places = s.rule(0, vec![]).places;
    let with = |change: &dyn Fn(&mut Rule)| {
        let mut s = s.clone();
        change(&mut s.actors[0].rules[1]);
        failure(&s)
    };
    let at = |part: usize| Some(Failure { tick: 3, place: places[part] });
    assert_eq!(with(&|rule| rule.when = Some(when.clone())), at(0));
    let chance = |probability| Some(Chance { probability, exponent: None, draw });
    assert_eq!(with(&|rule| rule.chance = chance(value.clone())), Some(Failure { tick: 1, place: places[1] }));
    assert_eq!(with(&|rule| rule.chance = chance(add(value.clone(), num(1.0)))), at(1));
    assert_eq!(with(&|rule| rule.effects = vec![write(set(x, value.clone()))]), at(2));
    let mut sending = s.clone();
    let kind = sending.kind(1);
    sending.actors[0].rules[1].effects = vec![send(kind, value.clone(), vec![])];
    assert_eq!(failure(&sending), at(2));
}

#[test]
fn a_chance_outside_zero_to_one_fails_and_the_ends_do_not() {
    for (p, fails) in [(-0.001, true), (0.0, false), (1.0, false), (1.001, true), (f64::INFINITY, true)] {
        let mut s = with_actors(1, &["near"]);
        let draw = s.draw(&["near/x//chance/"]);
        let rule = s.rule(0, vec![]);
        rule.chance = Some(Chance { probability: num(p), exponent: Some(0.5), draw });
        let place = rule.places[1];
        assert_eq!(failure(&s), fails.then_some(Failure { tick: 1, place }), "{p}");
    }
}

#[test]
fn a_value_is_checked_only_where_the_rule_acts() {
    let mut s = with_actors(2, &["near"]);
    let x = s.state(0, 0.0);
    let draw = s.draw(&["near/x//chance/"]);
    s.rule(0, vec![write(set(x, nan()))]).when = Some(no());
    s.rule(0, vec![write(set(x, nan()))]).chance = Some(Chance { probability: num(0.0), exponent: None, draw });
    s.rule(0, vec![write(set(x, nan()))]).active = (3, 4);
    let rule = s.rule(0, vec![]);
    rule.when = Some(no());
    rule.chance = Some(Chance { probability: nan(), exponent: None, draw });
    assert_eq!(failure(&s), None);
}

#[test]
fn a_let_is_checked_in_the_part_that_needs_it_first_and_not_at_all_if_none_does() {
    let mut s = with_actors(1, &["near"]);
    let x = s.state(0, 0.0);
    let rule = s.rule(0, vec![write(set(x, Expr::Let(0)))]);
    let local = |value, part| vec![Let { name: "local".into(), value, part }];
    rule.lets = local(broken(), Some(Part::Effects));
    let places = rule.places;
    assert_eq!(failure(&s), Some(Failure { tick: 1, place: places[2] }));
    s.actors[0].rules[0].lets = local(broken(), Some(Part::Chance));
    assert_eq!(failure(&s), Some(Failure { tick: 1, place: places[1] }));
    s.actors[0].rules[0].effects = vec![];
    s.actors[0].rules[0].lets = local(broken(), None);
    assert_eq!(failure(&s), None);
    // A let as such is not checked, only its use.
    s.actors[0].rules[0].lets = local(nan(), Some(Part::Condition));
    assert_eq!(failure(&s), None);
}

#[test]
fn only_the_side_that_is_taken_is_checked() {
    let fails = |expression: Expr| {
        let mut s = empty(1);
        s.outcome(expression);
        failure(&s).is_some()
    };
    let both = |a, b| (Box::new(a), Box::new(b));
    let and = |a, b| {
        let (a, b) = both(a, b);
        fails(Expr::And(a, b))
    };
    let or = |a, b| {
        let (a, b) = both(a, b);
        fails(Expr::Or(a, b))
    };
    assert!(!and(no(), broken()) && and(yes(), broken()) && and(broken(), no()));
    assert!(!or(yes(), broken()) && or(no(), broken()) && or(broken(), yes()));
    let choose = |condition, a, b| fails(Expr::If(Box::new(condition), Box::new(a), Box::new(b)));
    assert!(!choose(yes(), num(1.0), broken()) && choose(yes(), broken(), num(1.0)));
    assert!(!choose(no(), broken(), num(1.0)) && choose(no(), num(1.0), broken()));
    assert!(choose(broken(), num(1.0), num(1.0)));
}

#[test]
fn every_member_that_passes_is_checked_and_no_other() {
    let fails = |fold, members: Vec<(Option<Expr>, Expr)>| {
        let mut s = empty(1);
        s.outcome(Expr::OverGroup(fold, members));
        failure(&s).is_some()
    };
    assert!(fails(Fold::Any, vec![(None, yes()), (None, broken())]));
    assert!(fails(Fold::All, vec![(None, no()), (None, broken())]));
    assert!(!fails(Fold::Any, vec![(None, yes()), (Some(no()), broken())]));
    assert!(fails(Fold::Sum, vec![(Some(broken()), num(1.0))]));
}

#[test]
fn since_is_not_checked_but_what_it_is_compared_with_is() {
    let with = |other| {
        let mut s = empty(1);
        let never = s.milestone(no());
        s.outcome(gt(Expr::Since(never), other));
        failure(&s).is_some()
    };
    assert!(!with(num(1.0)));
    assert!(with(nan()));
}

#[test]
fn scores_fields_and_starts_are_checked() {
    let mut s = with_actors(1, &["near", "far"]);
    let kind = s.kind(1);
    s.kinds[kind].fields.push("quality".into());
    let receiver = s.slot(0, 1, kind, vec![]);
    let place = s.rule(0, vec![]).places[2];
    let with = |filter, score, field| {
        let mut s = s.clone();
        let receivers = Receivers::Best(vec![Candidate { receiver: receiver.clone(), filter, score }]);
        s.actors[0].rules[0].effects =
            vec![Effect::Send(Send { kind, amount: num(1.0), fields: vec![field], receivers })];
        failure(&s)
    };
    let fails = Some(Failure { tick: 1, place });
    assert_eq!(with(None, nan(), num(1.0)), fails);
    assert_eq!(with(Some(no()), nan(), num(1.0)), None);
    assert_eq!(with(None, num(1.0), nan()), fails);
    let start = s.variable(Some(0), Role::State, nan());
    let fails = Some(Failure { tick: 0, place: s.variables[start].place });
    assert_eq!(failure(&s), fails);
    s.variables[start].start = num(0.0);
    assert_eq!(failure(&s), None);
    s.variables[start].within.high = Some(nan());
    assert_eq!(failure(&s), fails, "bounds fail where the start does");
}

#[test]
fn a_delivery_fails_at_its_slot_before_any_rule() {
    let mut s = with_actors(3, &["near", "far"]);
    let x = s.state(1, 0.0);
    let kind = s.kind(1);
    let to = s.slot(0, 1, kind, vec![set(x, div(num(1.0), sub(Expr::Amount, num(1.0))))]);
    let place = s.actors[1].inbox[0].place;
    s.rule(0, vec![send(kind, num(1.0), vec![to])]);
    s.rule(0, vec![write(set(x, nan()))]).active = (2, 3);
    assert_eq!(failure(&s), Some(Failure { tick: 2, place }));
}

#[test]
fn flows_events_equations_streaks_milestones_and_stops_fail_at_their_places() {
    let mut s = with_actors(2, &["near"]);
    s.areas(1);
    let x = s.state(0, 0.0);
    let share = s.area_state(num(0.0));
    let stop = s.stop(broken());
    let at = |tick, place| Some(Failure { tick, place });
    // These places are not numbered in the order in which a tick reaches them, as the engine may rely on.
    let failure = |s: &Scenario| play(s, 7, 0).failure;
    assert_eq!(failure(&s), at(0, stop));
    let milestone = s.milestone(broken());
    assert_eq!(failure(&s), at(0, s.milestones[milestone].place));
    s.observations.clear();
    let streak = s.streak(broken());
    assert_eq!(failure(&s), at(0, s.streaks[streak].place));
    s.observations.clear();
    s.stops.clear();
    let event = s.event(vec![write(set(x, nan()))]).places[2];
    assert_eq!(failure(&s), at(1, event));
    s.actors[0].flows = vec![set(x, nan())];
    assert_eq!(failure(&s), at(1, s.actors[0].flow_place));
    let territory = s.territory.as_mut().unwrap();
    territory.equations = vec![AreaWrite { variable: share, change: false, value: nan() }];
    let place = territory.equation_place;
    assert_eq!(failure(&s), at(1, place));
}

#[test]
fn a_stance_fails_at_its_place_for_any_rung_above() {
    let mut s = with_actors(1, &["near"]);
    let variable = s.variable(Some(0), Role::Stance, num(0.0));
    let place = s.place("stance of near");
    let rung = |enter: Option<Expr>| Rung { name: "rung".into(), enter, leave: None };
    let rungs = vec![rung(None), rung(Some(broken())), rung(Some(yes()))];
    s.actors[0].stances = Some(Stances { variable, rungs, place });
    assert_eq!(failure(&s), Some(Failure { tick: 1, place }));
}
