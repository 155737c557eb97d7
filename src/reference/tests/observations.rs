//! Stage 4 and what looks back on it: histories, streaks, milestones, stops; and what expressions are worth.

use super::super::play;
use super::builder::*;
use crate::scenario::model::*;

/// An actor whose `clock` is t at observation t.
fn ticking(ticks: u32) -> (Sketch, VariableId) {
    let mut s = with_actors(ticks, &["near"]);
    let clock = s.state(0, 0.0);
    s.rule(0, vec![write(change(clock, num(1.0)))]);
    (s, clock)
}

#[test]
fn before_reads_the_record_so_many_ticks_ago_and_the_starts_ahead_of_the_start() {
    let (mut s, clock) = ticking(5);
    let history = s.history(add(num(10.0), now(clock)), false);
    let in_rule = s.state(0, 0.0);
    s.rule(0, vec![write(set(in_rule, Expr::Past(history, 2)))]);
    // Stage 2 of step t: record t - 1 - 2.
    assert_eq!(values(&s, in_rule), [0.0, 10.0, 10.0, 10.0, 11.0, 12.0]);
    // Stage 4 of tick t: record t - 2.
    assert_eq!(s.worth(Expr::Past(history, 2)), [10.0, 10.0, 10.0, 11.0, 12.0, 13.0]);
}

#[test]
fn a_history_may_read_an_outcome_and_another_past() {
    let (mut s, clock) = ticking(4);
    let double = s.outcome(mul(num(2.0), now(clock)));
    let first = s.history(Expr::Outcome(double), false);
    let second = s.history(add(num(100.0), Expr::Past(first, 1)), false);
    assert_eq!(s.worth(Expr::Past(second, 1)), [100.0, 100.0, 100.0, 102.0, 104.0]);
}

#[test]
fn histories_are_not_checked() {
    let (mut s, _) = ticking(1);
    s.history(nan(), false);
    s.history(broken(), false);
    assert_eq!(play(&s, 7, 0).failure, None);
}

#[test]
fn since_counts_from_the_milestone_and_is_infinite_before() {
    let (mut s, clock) = ticking(5);
    let reached = s.milestone(ge(now(clock), num(2.0)));
    let waited = |least: f64| ge(Expr::Since(reached), num(least));
    let in_rule = s.state(0, 0.0);
    s.rule(0, vec![write(set(in_rule, waited(1.0)))]);
    // The milestone is reached at tick 2; step 3 finds it 0 ticks old, step 4 one tick.
    assert_eq!(values(&s, in_rule), [0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
    assert_eq!(s.worth(waited(1.0)), [1.0, 1.0, 0.0, 1.0, 1.0, 1.0]);
    assert_eq!(s.worth(Expr::Reached(reached)), [0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!(play(&s, 7, 0).milestones, [Some(2)]);
}

#[test]
fn sustained_counts_the_start_and_begins_anew_after_a_break() {
    let (mut s, clock) = ticking(7);
    // Holds at 0, 1, 2, breaks at 3, holds from 4 on.
    let streak = s.streak(compare(Comparison::Ne, now(clock), num(3.0)));
    let in_rule = s.state(0, 0.0);
    s.rule(0, vec![write(set(in_rule, Expr::Sustained(streak, 3)))]);
    assert_eq!(values(&s, in_rule), [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
    assert_eq!(s.worth(Expr::Sustained(streak, 3)), [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
}

#[test]
fn a_rule_sees_an_outcome_as_last_observed_and_an_outcome_sees_the_new_one() {
    let (mut s, clock) = ticking(3);
    let first = s.outcome(now(clock));
    let second = s.outcome(mul(num(10.0), Expr::Outcome(first)));
    let seen_in_rule = s.state(0, -1.0);
    s.rule(0, vec![write(set(seen_in_rule, Expr::Outcome(second)))]);
    assert_eq!(values(&s, seen_in_rule), [-1.0, 0.0, 10.0, 20.0]);
    assert_eq!(play(&s, 7, 0).series, [[0.0, 0.0], [1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]);
}

#[test]
fn a_stop_ends_the_run_at_its_observation_and_the_first_in_file_order_counts() {
    let (mut s, clock) = ticking(9);
    s.outcome(now(clock));
    s.stop(ge(now(clock), num(4.0)));
    s.stop(ge(now(clock), num(2.0)));
    s.stop(ge(now(clock), num(2.0)));
    let played = play(&s, 7, 0);
    assert_eq!((played.closed, played.stopped_by), (2, Some(1)));
    assert_eq!(played.series, [[0.0], [1.0], [2.0]]);
}

#[test]
fn what_is_settled_is_not_looked_at_again() {
    // 1 / (2 - t) cannot be compared at tick 2: by then the milestone is reached and the first stop holds.
    let (mut s, clock) = ticking(9);
    let breaks_at_two = || ge(div(num(1.0), sub(num(2.0), now(clock))), num(1.0));
    s.milestone(breaks_at_two());
    s.stop(ge(now(clock), num(2.0)));
    s.stop(Expr::And(Box::new(ge(now(clock), num(2.0))), Box::new(breaks_at_two())));
    let played = play(&s, 7, 0);
    assert_eq!((played.failure, played.stopped_by, played.milestones), (None, Some(0), vec![Some(1)]));
}

#[test]
fn the_past_of_the_start_is_the_value_at_that_moment() {
    let (mut s, clock) = ticking(2);
    let total = s.outcome(add(num(5.0), now(clock)));
    let history = s.history(Expr::Outcome(total), false);
    s.stop(compare(Comparison::Ne, Expr::Past(history, 1), num(5.0)));
    // Tick 0 has no record before it and reads itself; tick 1 reads tick 0's 5, tick 2 reads 6.
    assert_eq!(s.worth(sub(Expr::Outcome(total), Expr::Past(history, 1))), [0.0, 1.0, 1.0]);
    assert_eq!(play(&s, 7, 0).closed, 2);
}

#[test]
fn a_stop_may_hold_at_the_start() {
    let (mut s, clock) = ticking(9);
    s.outcome(now(clock));
    s.stop(yes());
    let played = play(&s, 7, 0);
    assert_eq!((played.closed, played.stopped_by), (0, Some(0)));
    assert_eq!(played.series, [[0.0]]);
    assert_eq!(played.fired, [0]);
}

#[test]
fn a_run_without_a_stop_closes_at_the_clocks_last_tick() {
    let (s, _) = ticking(3);
    let played = play(&s, 7, 0);
    assert_eq!((played.closed, played.stopped_by, played.series.len()), (3, None, 4));
}

/// What an expression is worth at the start.
fn worth(expression: Expr) -> f64 {
    empty(1).worth(expression)[0]
}

#[test]
fn folds_over_a_group_take_the_members_that_pass_in_order() {
    let members = || vec![(None, num(0.1)), (Some(yes()), num(0.2)), (Some(no()), num(9.0)), (None, num(0.3))];
    let over = |fold| worth(Expr::OverGroup(fold, members()));
    assert_eq!(over(Fold::Sum), ((0.0 + 0.1) + 0.2) + 0.3);
    assert_eq!(over(Fold::Mean), (((0.0 + 0.1) + 0.2) + 0.3) / 3.0);
    assert_eq!(over(Fold::Min), 0.1);
    assert_eq!(over(Fold::Max), 0.3);
    let any = |values: [Expr; 2]| worth(Expr::OverGroup(Fold::Any, values.map(|value| (None, value)).to_vec()));
    let all = |values: [Expr; 2]| worth(Expr::OverGroup(Fold::All, values.map(|value| (None, value)).to_vec()));
    assert_eq!((any([no(), yes()]), any([no(), no()])), (1.0, 0.0));
    assert_eq!((all([yes(), no()]), all([yes(), yes()])), (0.0, 1.0));
}

#[test]
fn folds_over_nobody_give_what_they_start_from() {
    let over = |fold| Expr::OverGroup(fold, vec![(Some(no()), num(9.0))]);
    assert_eq!(worth(over(Fold::Sum)), 0.0);
    assert_eq!(worth(over(Fold::Any)), 0.0);
    assert_eq!(worth(over(Fold::All)), 1.0);
    let one_over = |fold| worth(div(num(1.0), over(fold)));
    assert!(one_over(Fold::Min) == 0.0 && one_over(Fold::Min).is_sign_positive());
    assert!(one_over(Fold::Max) == 0.0 && one_over(Fold::Max).is_sign_negative());
    let mut s = empty(1);
    s.outcome(over(Fold::Mean));
    assert!(play(&s, 7, 0).failure.is_some(), "the mean of nobody is not a number");
}

#[test]
fn min_and_max_select_by_comparison() {
    let of = |function, a, b| worth(binary(function, num(a), num(b)));
    assert_eq!(of(BinaryFunction::Min, 1.0, 2.0), 1.0);
    assert_eq!(of(BinaryFunction::Max, 1.0, 2.0), 2.0);
    // Equal zeros of either sign: the first stays. What is not a number is passed over as a second operand.
    assert!(of(BinaryFunction::Min, 0.0, -0.0).is_sign_positive());
    assert!(of(BinaryFunction::Max, -0.0, 0.0).is_sign_negative());
    assert_eq!(worth(binary(BinaryFunction::Max, num(3.0), nan())), 3.0);
}

#[test]
fn arithmetic_and_functions_are_the_documented_kernels() {
    use crate::numerics::functions::{exp, ln, logistic, pow, powi};
    let unary = |function, x| worth(Expr::Unary(function, Box::new(num(x))));
    assert_eq!(unary(UnaryFunction::Abs, -2.0), 2.0);
    assert_eq!(unary(UnaryFunction::Sqrt, 2.0), 2.0_f64.sqrt());
    assert_eq!(unary(UnaryFunction::Exp, 0.3), exp(0.3));
    assert_eq!(unary(UnaryFunction::Ln, 0.3), ln(0.3));
    assert_eq!(unary(UnaryFunction::Logistic, 0.3), logistic(0.3));
    assert_eq!(unary(UnaryFunction::Floor, -0.5), -1.0);
    assert_eq!(worth(binary(BinaryFunction::Pow, num(1.7), num(0.3))), pow(1.7, 0.3));
    assert_eq!(worth(Expr::Power(Box::new(num(1.1)), 3)), powi(1.1, 3));
    assert_eq!(worth(Expr::Negate(Box::new(sub(num(5.0), num(7.0))))), 2.0);
    assert_eq!(worth(Expr::Not(Box::new(yes()))), 0.0);
}

#[test]
fn comparisons_are_exact() {
    let holds = |comparison, a, b| worth(compare(comparison, num(a), num(b)));
    assert_eq!(holds(Comparison::Lt, 1.0, 1.0), 0.0);
    assert_eq!(holds(Comparison::Le, 1.0, 1.0), 1.0);
    assert_eq!(holds(Comparison::Gt, 1.0, 1.0), 0.0);
    assert_eq!(holds(Comparison::Ge, 1.0, 1.0), 1.0);
    assert_eq!(holds(Comparison::Eq, 0.1 + 0.2, 0.3), 0.0);
    assert_eq!(holds(Comparison::Ne, 0.1 + 0.2, 0.3), 1.0);
}
