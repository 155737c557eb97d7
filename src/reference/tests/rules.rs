//! Stage 2: rules and stances.

use super::super::world::Dice;
use super::super::{play, play_with};
use super::builder::*;
use crate::numerics::functions::{norm_inverse, pow};
use crate::scenario::model::*;

#[test]
fn a_map_is_simultaneous_and_effects_are_in_sequence() {
    let mut s = with_actors(1, &["near"]);
    let (a, b, c) = (s.state(0, 1.0), s.state(0, 2.0), s.state(0, 0.0));
    let swap = Effect::Write(vec![set(a, now(b)), set(b, now(a))]);
    s.rule(0, vec![swap, write(change(c, now(a)))]);
    assert_eq!(values(&s, a), [1.0, 2.0]);
    assert_eq!(values(&s, b), [2.0, 1.0]);
    assert_eq!(values(&s, c), [0.0, 2.0]);
}

#[test]
fn a_rule_sees_its_own_values_now_and_others_as_last_observed() {
    let mut s = with_actors(2, &["near", "far"]);
    let (own, others) = (s.state(0, 10.0), s.state(1, 0.0));
    s.rule(0, vec![write(change(own, num(1.0)))]);
    let own_now = s.state(0, 0.0);
    s.rule(0, vec![write(set(own_now, now(own)))]);
    s.rule(1, vec![write(set(others, seen(own)))]);
    assert_eq!(values(&s, own_now), [0.0, 11.0, 12.0]);
    assert_eq!(values(&s, others), [0.0, 10.0, 11.0]);
}

#[test]
fn writes_are_clamped_low_first_and_changes_start_from_the_clamped_value() {
    let mut s = with_actors(3, &["near"]);
    let x = s.state(0, 9.0);
    s.within(x, 0.0, 10.0);
    s.rule(0, vec![write(change(x, num(5.0))), write(change(x, num(-4.0)))]);
    assert_eq!(values(&s, x), [9.0, 6.0, 6.0, 6.0]);
    s.within(x, 8.0, 3.0);
    assert_eq!(values(&s, x), [3.0; 4], "bounds the wrong way round leave the high one");
}

#[test]
fn a_start_outside_its_bounds_is_clamped() {
    let mut s = with_actors(1, &["near"]);
    let x = s.state(0, 9.0);
    s.within(x, 0.0, 5.0);
    assert_eq!(values(&s, x), [5.0, 5.0]);
}

#[test]
fn once_fires_once_and_a_cooldown_of_three_fires_every_third_step() {
    let mut s = with_actors(7, &["near"]);
    let (x, y) = (s.state(0, 0.0), s.state(0, 0.0));
    let (once, cooldown) = (s.again(Some(0), None), s.again(Some(0), Some(3)));
    let rule = s.rule(0, vec![write(change(x, num(1.0)))]);
    rule.again = Some(once);
    let rule = s.rule(0, vec![write(change(y, num(1.0)))]);
    rule.again = Some(cooldown);
    assert_eq!(values(&s, x), [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!(values(&s, y), [0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0]);
    assert_eq!(play(&s, 7, 0).fired, [1, 3]);
}

#[test]
fn once_waits_for_the_condition() {
    let mut s = with_actors(4, &["near"]);
    let (clock, x) = (s.state(0, 0.0), s.state(0, 0.0));
    let once = s.again(Some(0), None);
    s.rule(0, vec![write(change(clock, num(1.0)))]);
    let rule = s.rule(0, vec![write(set(x, now(clock)))]);
    rule.when = Some(ge(now(clock), num(3.0)));
    rule.again = Some(once);
    assert_eq!(values(&s, x), [0.0, 0.0, 0.0, 3.0, 3.0]);
}

#[test]
fn dated_rules_act_from_their_first_step_until_before_their_last() {
    let mut s = with_actors(5, &["near"]);
    let x = s.state(0, 0.0);
    let steps = (s.clock.first_step(s.clock.day(1)), s.clock.first_step(s.clock.day(3)));
    let rule = s.rule(0, vec![write(change(x, num(1.0)))]);
    rule.active = steps;
    assert_eq!(values(&s, x), [0.0, 0.0, 1.0, 2.0, 2.0, 2.0]);
}

#[test]
fn two_instances_of_a_dated_rule_share_their_readiness() {
    let mut s = with_actors(6, &["near"]);
    let x = s.state(0, 0.0);
    let again = s.again(Some(0), Some(4));
    let rule = s.rule(0, vec![write(change(x, num(1.0)))]);
    (rule.active, rule.again) = ((1, 3), Some(again.clone()));
    let rule = s.rule(0, vec![write(change(x, num(10.0)))]);
    (rule.active, rule.again) = ((3, 7), Some(again));
    assert_eq!(values(&s, x), [0.0, 1.0, 1.0, 1.0, 1.0, 11.0, 11.0]);
}

#[test]
fn a_let_reads_the_state_at_the_rules_start() {
    let mut s = with_actors(1, &["near"]);
    let (x, y) = (s.state(0, 5.0), s.state(0, 0.0));
    let rule = s.rule(0, vec![write(set(x, num(0.0))), write(set(y, add(Expr::Let(1), now(x))))]);
    rule.lets = vec![
        Let { name: "before".into(), value: now(x), part: Some(Part::Condition) },
        Let { name: "double".into(), value: mul(num(2.0), Expr::Let(0)), part: Some(Part::Effects) },
    ];
    rule.when = Some(gt(Expr::Let(0), num(4.0)));
    assert_eq!(values(&s, y), [0.0, 10.0]);
}

#[test]
fn a_chance_acts_where_its_draw_is_less_also_with_per() {
    let mut s = with_actors(40, &["near"]);
    let (x, y) = (s.state(0, 0.0), s.state(0, 0.0));
    let draw = s.draw(&["near/x//chance/"]);
    let rule = s.rule(0, vec![write(change(x, num(1.0)))]);
    rule.chance = Some(Chance { probability: num(0.4), exponent: None, draw });
    let rule = s.rule(0, vec![write(change(y, num(1.0)))]);
    rule.chance = Some(Chance { probability: num(0.4), exponent: Some(0.25), draw });
    let dice = Dice::new(7, 3);
    let acts = |p: f64| (1..=40).filter(|&tick| dice.uniform("near/x//chance/", tick) < p).count() as u64;
    let per = 1.0 - pow(1.0 - 0.4, 0.25);
    assert!((per - 0.119_888).abs() < 1e-6);
    assert_eq!(play(&s, 7, 3).fired, [acts(0.4), acts(per)]);
    assert!(acts(0.4) > acts(per) && acts(per) > 0);
}

#[test]
fn a_chance_of_one_always_acts_and_of_zero_never() {
    let mut s = with_actors(50, &["near"]);
    let draw = s.draw(&["near/x//chance/"]);
    s.rule(0, vec![]).chance = Some(Chance { probability: num(1.0), exponent: Some(0.3), draw });
    s.rule(0, vec![]).chance = Some(Chance { probability: num(0.0), exponent: None, draw });
    assert_eq!(play(&s, 7, 0).fired, [50, 0]);
}

#[test]
fn a_draw_is_the_same_wherever_it_stands_and_another_each_tick_and_run() {
    let mut s = with_actors(2, &["near"]);
    let (x, y) = (s.state(0, 0.0), s.state(0, 0.0));
    let draw = s.draw(&["near/x//normal/"]);
    let value = Expr::Draw(draw, DrawKind::Normal);
    s.rule(0, vec![write(set(x, value.clone())), write(set(y, sub(value, now(x))))]);
    let (_, worlds) = watch(&s);
    let dice = Dice::new(7, 0);
    for tick in [1, 2] {
        assert_eq!(worlds[tick].now[x], norm_inverse(dice.uniform("near/x//normal/", tick as u32)));
        assert_eq!(worlds[tick].now[y], 0.0);
    }
    assert_ne!(worlds[1].now[x], worlds[2].now[x]);
    let mut other = Watcher::default();
    play_with(&s, 7, 1, &mut other);
    assert_ne!(worlds[1].now[x], other.worlds[1].now[x]);
}

#[test]
fn a_rule_for_members_keeps_its_cooldown_a_member() {
    let mut s = with_actors(3, &["near", "b", "c"]);
    let trust: Vec<_> = [1.0, 0.0].map(|start| s.variable(Some(0), Role::Tie { from: 0, to: 1 }, num(start))).to_vec();
    for (place, &tie) in trust.iter().enumerate() {
        let again = s.again(Some(0), Some(2));
        let other = trust[1 - place];
        let rule = s.rule(0, vec![write(change(other, num(1.0)))]);
        rule.when = Some(gt(now(tie), num(0.0)));
        rule.again = Some(again);
    }
    // The first member's rule raises the second's tie before the second's rule looks at it.
    assert_eq!(values(&s, trust[0]), [1.0, 2.0, 2.0, 3.0]);
    assert_eq!(values(&s, trust[1]), [0.0, 1.0, 1.0, 2.0]);
}

#[test]
fn a_ladder_climbs_to_the_highest_rung_and_steps_down_one_at_a_time() {
    let mut s = with_actors(8, &["near"]);
    let (clock, pressure) = (s.state(0, 0.0), s.state(0, 0.0));
    let stance = s.variable(Some(0), Role::Stance, num(0.0));
    let rung = |name: &str, enter: Option<f64>, leave: Option<f64>| Rung {
        name: name.into(),
        enter: enter.map(|level| ge(now(pressure), num(level))),
        leave: leave.map(|level| gt(num(level), now(pressure))),
    };
    let place = s.place("stance of near");
    s.actors[0].stances = Some(Stances {
        variable: stance,
        rungs: vec![rung("calm", None, None), rung("alert", Some(2.0), Some(1.0)), rung("war", Some(4.0), Some(3.0))],
        place,
    });
    // The rules set the pressure that the next step's stance sees: 5, 3, 2, 2, 0.5, 0.5, 3 at steps 2 to 8.
    s.rule(0, vec![write(change(clock, num(1.0)))]);
    for (step, level) in [5.0, 3.0, 2.0, 2.0, 0.5, 0.5, 3.0].into_iter().enumerate() {
        let rule = s.rule(0, vec![write(set(pressure, num(level)))]);
        rule.when = Some(eq(now(clock), num(step as f64 + 1.0)));
    }
    // Step 2: war at once (5). 3: 3 is not below 3, stays. 4: down to alert. 5: alert holds (2 is not below 1).
    // 6: down to calm. 7: calm has no leave. 8: alert again.
    assert_eq!(values(&s, stance), [0.0, 0.0, 2.0, 2.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
}

#[test]
fn levers_switch_at_the_dated_variants_step() {
    let mut s = with_actors(3, &["near"]);
    s.switch = Some(2);
    s.levers.push(Lever { name: "aid".into(), value: 1.0, later: Some(5.0), range: None, notes: Notes::default() });
    s.levers.push(Lever { name: "tax".into(), value: 2.0, later: None, range: None, notes: Notes::default() });
    let x = s.state(0, 0.0);
    s.rule(0, vec![write(set(x, Expr::Lever(0)))]);
    assert_eq!(values(&s, x), [0.0, 1.0, 5.0, 5.0]);
    assert_eq!(s.worth(add(Expr::Lever(0), Expr::Lever(1))), [3.0, 3.0, 7.0, 7.0]);
}

#[test]
fn a_step_is_dated_by_its_first_day_and_an_observation_by_its_own() {
    let mut s = with_actors(3, &["near"]);
    s.seasons.push(Season { name: "late".into(), from: (11, 3), to: (11, 10) });
    let (date, season) = (s.state(0, 0.0), s.state(0, 0.0));
    s.rule(0, vec![write(set(date, Expr::Date)), write(set(season, Expr::Season(0)))]);
    let start = s.clock.start as f64;
    assert_eq!(values(&s, date)[1..], [start, start + 7.0, start + 14.0]);
    assert_eq!(values(&s, season), [0.0, 0.0, 1.0, 1.0]);
    assert_eq!(s.worth(Expr::Date), [start, start + 7.0, start + 14.0, start + 21.0]);
    assert_eq!(s.worth(Expr::Season(0)), [0.0, 1.0, 1.0, 0.0]);
}

#[test]
fn a_season_may_last_over_the_new_year() {
    let mut s = empty(30);
    s.seasons.push(Season { name: "dry".into(), from: (11, 3), to: (1, 5) });
    // 27 October to 24 May: 3 November is observation 1, 5 January observation 10.
    let dry = s.worth(Expr::Season(0));
    let expected: Vec<f64> = (0..=30).map(|tick| if (1..=10).contains(&tick) { 1.0 } else { 0.0 }).collect();
    assert_eq!(dry, expected);
}
