//! Areas: the scenario's own equations, columns, loops, writes.

use super::super::Failure;
use super::super::play;
use super::super::world::Dice;
use super::builder::*;
use crate::scenario::model::*;

fn area_set(variable: AreaVariableId, value: Expr) -> AreaWrite {
    AreaWrite { variable, change: false, value }
}

fn area_change(variable: AreaVariableId, value: Expr) -> AreaWrite {
    AreaWrite { variable, change: true, value }
}

fn over_areas(fold: Fold, level: Level, filter: Option<Expr>, body: Expr) -> Expr {
    Expr::OverAreas(fold, level, filter.map(Box::new), Box::new(body))
}

/// An area variable's values by observation and area.
fn area_values(scenario: &Scenario, variable: AreaVariableId) -> Vec<Vec<f64>> {
    let (played, worlds) = watch(scenario);
    assert_eq!(played.failure, None);
    worlds.iter().map(|world| world.areas[variable].clone()).collect()
}

#[test]
fn equations_are_simultaneous_over_variables_and_areas() {
    let mut s = empty(2);
    s.areas(2);
    let column = s.column(&[1.0, 3.0]);
    let share = s.area_state(Expr::Column(column, 0));
    let total = s.area_state(num(0.0));
    let sum = over_areas(Fold::Sum, 1, None, Expr::Area(share, 1));
    s.territory.as_mut().unwrap().equations = vec![
        area_change(share, Expr::Column(column, 0)),
        area_set(total, add(sum, mul(num(10.0), Expr::Area(share, 0)))),
    ];
    assert_eq!(area_values(&s, share), [[1.0, 3.0], [2.0, 6.0], [3.0, 9.0]]);
    // The sum over both areas as the stage found them, and ten times the own.
    assert_eq!(area_values(&s, total), [[0.0, 0.0], [14.0, 34.0], [28.0, 68.0]]);
}

#[test]
fn area_values_are_clamped_and_do_not_exist_everywhere() {
    let mut s = empty(1);
    s.areas(3);
    let share = s.area_state(num(0.5));
    let territory = s.territory.as_mut().unwrap();
    territory.variables[share].exists[1] = false;
    territory.variables[share].within = Bounds { low: None, high: Some(num(0.8)) };
    territory.equations = vec![area_change(share, num(0.5))];
    assert_eq!(area_values(&s, share), [[0.5, 0.0, 0.5], [0.8, 0.0, 0.8]]);
    assert_eq!(s.worth(over_areas(Fold::Sum, 0, None, Expr::Area(share, 0))), [1.0, 1.6]);
    assert_eq!(s.worth(Expr::AreaAt(share, 2)), [0.5, 0.8]);
}

#[test]
fn flows_see_what_the_area_equations_left() {
    let mut s = with_actors(1, &["near"]);
    s.areas(1);
    let x = s.state(0, 0.0);
    let share = s.area_state(num(1.0));
    s.territory.as_mut().unwrap().equations = vec![area_change(share, add(num(1.0), now(x)))];
    s.actors[0].flows = vec![set(x, Expr::AreaAt(share, 0))];
    assert_eq!(values(&s, x), [0.0, 2.0]);
}

#[test]
fn loops_filter_and_nest_and_columns_name_variables() {
    let mut s = with_actors(1, &["near", "far"]);
    s.areas(3);
    let people = s.column(&[10.0, 20.0, 30.0]);
    let strength = [s.state(0, 2.0), s.state(1, 5.0)];
    let large = ge(Expr::Column(people, 0), num(20.0));
    assert_eq!(s.worth(over_areas(Fold::Sum, 0, Some(large), Expr::Column(people, 0)))[0], 50.0);
    let ally = Expr::ColumnVariable(vec![Some(strength[1]), None, Some(strength[0])], View::Now, 0);
    assert_eq!(s.worth(over_areas(Fold::Sum, 0, None, mul(ally, Expr::Column(people, 0))))[0], 110.0);
    // How many areas have more people than this one, times this one's.
    let more = over_areas(Fold::Sum, 1, None, gt(Expr::Column(people, 1), Expr::Column(people, 0)));
    assert_eq!(s.worth(over_areas(Fold::Sum, 0, None, mul(more, Expr::Column(people, 0))))[0], 40.0);
}

#[test]
fn an_area_history_has_a_record_an_area() {
    let mut s = empty(3);
    s.areas(2);
    let column = s.column(&[1.0, 10.0]);
    let share = s.area_state(num(0.0));
    s.territory.as_mut().unwrap().equations = vec![area_change(share, Expr::Column(column, 0))];
    let history = s.history(add(Expr::Area(share, 0), num(100.0)), true);
    let past = over_areas(Fold::Max, 0, None, Expr::AreaPast(history, 2, 0));
    assert_eq!(s.worth(past), [100.0, 100.0, 100.0, 110.0]);
}

#[test]
fn draws_in_areas_have_an_address_an_area() {
    let mut s = empty(1);
    s.areas(2);
    let share = s.area_state(num(0.0));
    let draw = s.draw(&["a/share/uniform/", "b/share/uniform/"]);
    s.territory.as_mut().unwrap().equations = vec![area_set(share, Expr::AreaDraw(draw, DrawKind::Uniform, 0))];
    let dice = Dice::new(7, 0);
    let drawn = ["a/share/uniform/", "b/share/uniform/"].map(|name| dice.uniform(name, 1));
    assert_eq!(area_values(&s, share)[1], drawn);
    assert_ne!(drawn[0], drawn[1]);
}

#[test]
fn the_start_of_an_area_fails_at_its_place() {
    let mut s = empty(1);
    s.areas(2);
    let column = s.column(&[1.0, 0.0]);
    let share = s.area_state(div(num(1.0), Expr::Column(column, 0)));
    let place = s.territory.as_ref().unwrap().variables[share].place;
    assert_eq!(play(&s, 7, 0).failure, Some(Failure { tick: 0, place }));
    s.territory.as_mut().unwrap().variables[share].exists[1] = false;
    assert_eq!(play(&s, 7, 0).failure, None);
}
