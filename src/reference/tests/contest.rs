//! The built-in contest: what goes in, what comes out, and who sees what.

use super::super::world::Dice;
use super::super::{Failure, play};
use super::builder::*;
use crate::scenario::model::*;
use crate::world::contest::reference::{One, OneInputs, step_one};
use crate::world::contest::{
    AreaValue, DRAWS, Draw as ContestDraw, Ground, Input, Parameter, Place as Pair, Plan, SideParameter, SideValue,
};

/// Two areas; the first side is actor 1 and holds `a` with 6 posts, the second is actor 0 and holds `b` with 4.
struct Arena {
    sketch: Sketch,
    force: [VariableId; 2],
    garrison: [AreaVariableId; 2],
    posts: [AreaVariableId; 2],
    holder: AreaVariableId,
    ruined: AreaVariableId,
    towns: usize,
}

fn ground() -> Ground {
    let pair = |area, side, posts| Pair { area, side, posts };
    Ground::new(&Plan {
        sides: 2,
        places: vec![pair(0, 0, 6.0), pair(0, 1, 0.0), pair(1, 0, 0.0), pair(1, 1, 4.0)],
        neighbours: vec![(0, 1)],
        base: vec![Some(0), Some(1)],
        towns: vec![2.0, 1.0],
        population: vec![3.0, 1.0],
        holder: vec![0, 1],
        town_holder: vec![0, 1],
    })
    .unwrap()
}

fn area_variable(s: &mut Sketch, role: AreaRole) -> AreaVariableId {
    let id = s.area_state(num(0.0));
    s.territory.as_mut().unwrap().variables[id].role = role;
    id
}

/// The parameters: the defaults, but for a fast war in which captured stock counts.
fn parameters() -> Vec<f64> {
    let value = |parameter: &Parameter| match parameter {
        Parameter::Pace => 0.6,
        Parameter::Captured => 1.0,
        other => other.specification().default,
    };
    Parameter::ALL.iter().map(value).collect()
}

fn arena(ticks: u32) -> Arena {
    let mut s = with_actors(ticks, &["front", "regime"]);
    s.areas(2);
    let towns = s.column(&[2.0, 1.0]);
    let force = [s.state(1, 20.0), s.state(0, 60.0)];
    let stock = s.state(0, 0.0);
    let hostile = [s.state(1, 1.0), s.state(0, 1.0)];
    let input = |side, input| AreaRole::Input { side, input, written: true };
    let garrison = [0, 1].map(|side| area_variable(&mut s, input(side, Input::Garrison)));
    let posts = [0, 1].map(|side| area_variable(&mut s, AreaRole::Side { side, value: SideValue::Posts }));
    let holder = area_variable(&mut s, AreaRole::Area(AreaValue::Holder));
    let ruined = area_variable(&mut s, AreaRole::Area(AreaValue::Ruined));
    let pairs = ["a/regime", "a/front", "b/regime", "b/front"];
    let names: Vec<String> = pairs.iter().flat_map(|pair| DRAWS.map(|which| format!("{pair}/{which}"))).collect();
    let draws = s.draw(&names);
    let place = s.place("the contest");
    let side = |actor, force, stock| Side {
        actor,
        force,
        stock,
        parameters: SideParameter::ALL.iter().map(|p| num(p.specification().default)).collect(),
        prefer: add(num(1.0), Expr::Column(towns, 0)),
        posts: None,
    };
    s.territory.as_mut().unwrap().contest = Some(Contest {
        sides: vec![side(1, force[0], None), side(0, force[1], Some(stock))],
        parameters: parameters().into_iter().map(num).collect(),
        hostile: vec![vec![None, Some(hostile[0])], vec![Some(hostile[1]), None]],
        draws,
        ground: ground().into(),
        place,
    });
    Arena { sketch: s, force, garrison, posts, holder, ruined, towns }
}

/// The same war, step by step, with a unit of garrison put into `b` by the front before each step.
fn by_hand(ticks: u32) -> (Vec<One>, Vec<[f64; 2]>) {
    let (ground, dice) = (ground(), Dice::new(7, 0));
    let mut one = One::new(&ground);
    let hostility = [0.0, 1.0, 1.0, 0.0];
    one.look(&ground, &hostility);
    let side_parameters: Vec<f64> =
        [SideParameter::ALL; 2].into_iter().flatten().map(|p| p.specification().default).collect();
    let (mut ones, mut forces) = (vec![one.clone()], vec![[20.0, 60.0]]);
    let mut stocks = [None, Some(0.0)];
    for tick in 1..=ticks {
        one.garrison[3] += 1.0;
        let mut now = forces[forces.len() - 1];
        let inputs = OneInputs {
            hostility: &hostility,
            parameters: &parameters(),
            side_parameters: &side_parameters,
            prefer: &[3.0, 3.0, 2.0, 2.0],
        };
        let names = ["a/regime", "a/front", "b/regime", "b/front"];
        let draw = |pair: usize, which: ContestDraw| dice.uniform(&format!("{}/{}", names[pair], which.name()), tick);
        step_one(&ground, &mut one, &inputs, &mut now, &mut stocks, draw);
        ones.push(one.clone());
        forces.push(now);
    }
    (ones, forces)
}

fn put_garrison(arena: &mut Arena) {
    let write = AreaWrite { variable: arena.garrison[1], change: true, value: num(1.0) };
    arena.sketch.rule(0, vec![Effect::WriteAt { target: AreaTarget::Fixed(1), writes: vec![write] }]);
}

#[test]
fn the_contest_steps_on_what_rules_wrote_and_shows_what_it_keeps() {
    let mut arena = arena(8);
    put_garrison(&mut arena);
    let (played, worlds) = watch(&arena.sketch);
    assert_eq!(played.failure, None);
    let (ones, forces) = by_hand(8);
    assert!(ones.iter().any(|one| one.holder == [1, 1]), "the war is long enough for `a` to change hands");
    for (tick, world) in worlds.iter().enumerate() {
        let one = &ones[tick];
        assert_eq!([world.now[arena.force[0]], world.now[arena.force[1]]], forces[tick]);
        assert_eq!(world.areas[arena.posts[0]], [one.posts[0], one.posts[2]]);
        assert_eq!(world.areas[arena.posts[1]], [one.posts[1], one.posts[3]]);
        assert_eq!(world.areas[arena.garrison[1]], [one.garrison[1], one.garrison[3]]);
        assert_eq!(world.areas[arena.ruined], one.ruined[..]);
        let actors = [1.0, 0.0];
        assert_eq!(world.areas[arena.holder], [actors[one.holder[0]], actors[one.holder[1]]], "holders are actors");
    }
}

#[test]
fn who_is_cut_off_at_the_start_follows_the_ties_of_the_start() {
    let mut arena = arena(1);
    let role = AreaRole::Side { side: 0, value: SideValue::CutOff };
    let cut_off = area_variable(&mut arena.sketch, role);
    let at_start = |s: &Sketch| watch(s).1[0].areas[cut_off].clone();
    assert_eq!(at_start(&arena.sketch), [1.0, 0.0], "only the enemy is next to `a`");
    let tie = arena.sketch.territory.as_ref().unwrap().contest.as_ref().unwrap().hostile[0][1].unwrap();
    arena.sketch.variables[tie].start = num(0.0);
    assert_eq!(at_start(&arena.sketch), [0.0, 0.0], "whom one does not fight is no enemy");
}

#[test]
fn totals_are_gross_and_since_the_start() {
    let mut arena = arena(8);
    put_garrison(&mut arena);
    let s = &mut arena.sketch;
    let total = |s: &mut Sketch, total| s.variable(None, Role::Total(total), num(0.0));
    let posts = total(s, Total::PostsLost(0));
    let surrendered = total(s, Total::Surrendered(0));
    let areas = total(s, Total::ColumnLost { side: 0, column: arena.towns, towns: false });
    let towns = total(s, Total::ColumnLost { side: 0, column: arena.towns, towns: true });
    let (ones, _) = by_hand(8);
    let (_, worlds) = watch(s);
    let mut lost = [0.0, 0.0];
    for tick in 1..ones.len() {
        let (before, after) = (&ones[tick - 1], &ones[tick]);
        for (area, amount) in [2.0, 1.0].into_iter().enumerate() {
            lost[0] += if before.holder[area] == 0 && after.holder[area] == 1 { amount } else { 0.0 };
            lost[1] += if before.town_holder[area] == 0 && after.town_holder[area] == 1 { amount } else { 0.0 };
        }
        let now = &worlds[tick].now;
        assert_eq!([now[posts], now[surrendered]], [after.posts_lost[0], after.surrendered[0]]);
        assert_eq!([now[areas], now[towns]], lost);
    }
    assert!(lost[0] > 0.0 && worlds[8].now[posts] > 0.0);
}

#[test]
fn a_side_sees_its_own_inputs_now_and_others_see_them_as_last_observed() {
    let mut arena = arena(1);
    put_garrison(&mut arena);
    let (own, others) = (arena.sketch.state(0, -1.0), arena.sketch.state(1, -1.0));
    let garrison = arena.garrison[1];
    arena.sketch.rule(0, vec![write(set(own, Expr::AreaAt(garrison, 1)))]);
    arena.sketch.rule(1, vec![write(set(others, Expr::AreaAt(garrison, 1)))]);
    assert_eq!(values(&arena.sketch, own), [-1.0, 1.0]);
    assert_eq!(values(&arena.sketch, others), [-1.0, 0.0]);
}

#[test]
fn a_force_keeps_its_bounds_and_inputs_that_are_not_finite_fail() {
    let mut arena = arena(1);
    let force = arena.force[1];
    arena.sketch.within(force, 59.99, 60.0);
    assert_eq!(values(&arena.sketch, force), [60.0, 59.99]);
    let contest = arena.sketch.territory.as_mut().unwrap().contest.as_mut().unwrap();
    let place = contest.place;
    contest.sides[1].prefer = nan();
    assert_eq!(play(&arena.sketch, 7, 0).failure, Some(Failure { tick: 1, place }));
}

/// Four areas at peace; the actor `near` has its garrisons in the first three, `far` holds the fourth. Nothing decays.
fn at_peace() -> (Sketch, AreaVariableId, usize) {
    let mut s = with_actors(2, &["near", "far"]);
    s.areas(4);
    let column = s.column(&[1.0, 7.0, 7.0, 9.0]);
    let role = AreaRole::Input { side: 0, input: Input::Garrison, written: true };
    let garrison = area_variable(&mut s, role);
    s.territory.as_mut().unwrap().variables[garrison].exists[3] = false;
    let side = |actor, force| Side {
        actor,
        force,
        stock: None,
        parameters: SideParameter::ALL.iter().map(|p| num(p.specification().default)).collect(),
        prefer: num(0.0),
        posts: None,
    };
    let sides = vec![side(0, s.state(0, 1.0)), side(1, s.state(1, 1.0))];
    let value = |p: &Parameter| if *p == Parameter::GarrisonDecay { 0.0 } else { p.specification().default };
    let draws = s.draw(&(0..4 * DRAWS.len()).collect::<Vec<_>>());
    let place = s.place("the contest");
    let side_of = |area| if area == 3 { 1 } else { 0 };
    let ground = Ground::new(&Plan {
        sides: 2,
        places: (0..4).map(|area| Pair { area, side: side_of(area), posts: 1.0 }).collect(),
        neighbours: vec![],
        base: vec![None; 4],
        towns: vec![0.0; 4],
        population: vec![0.0; 4],
        holder: (0..4).map(side_of).collect(),
        town_holder: (0..4).map(side_of).collect(),
    })
    .unwrap();
    s.territory.as_mut().unwrap().contest = Some(Contest {
        sides,
        parameters: Parameter::ALL.iter().map(|p| num(value(p))).collect(),
        hostile: vec![vec![None; 2]; 2],
        draws,
        ground: ground.into(),
        place,
    });
    (s, garrison, column)
}

/// The garrisons at each observation.
fn garrisons(s: &Sketch, garrison: AreaVariableId) -> Vec<Vec<f64>> {
    let (played, worlds) = watch(s);
    assert_eq!(played.failure, None);
    worlds.iter().map(|world| world.areas[garrison].clone()).collect()
}

#[test]
fn a_rule_writes_the_best_area_every_area_that_passes_or_one() {
    let written = |target: fn(usize) -> AreaTarget| {
        let (mut s, variable, column) = at_peace();
        let value = add(num(1.0), Expr::Column(column, 0));
        s.rule(
            0,
            vec![Effect::WriteAt { target: target(column), writes: vec![AreaWrite { variable, change: true, value }] }],
        );
        garrisons(&s, variable)[1].clone()
    };
    let best = |column| AreaTarget::Best { filter: None, score: Expr::Column(column, 0) };
    assert_eq!(written(best), [0.0, 8.0, 0.0, 0.0], "the fourth is outside, the second comes before the third");
    let none = |column| AreaTarget::Best { filter: Some(no()), score: Expr::Column(column, 0) };
    assert_eq!(written(none), [0.0; 4]);
    let each = |column| AreaTarget::Each { filter: Some(gt(Expr::Column(column, 0), num(5.0))) };
    assert_eq!(written(each), [0.0, 8.0, 8.0, 0.0]);
    assert_eq!(written(|_| AreaTarget::Fixed(0)), [2.0, 0.0, 0.0, 0.0]);
    assert_eq!(written(|_| AreaTarget::Fixed(3)), [0.0; 4]);
}

#[test]
fn writing_each_area_is_simultaneous_and_the_next_effect_sees_it() {
    let (mut s, variable, _) = at_peace();
    let total = || Expr::OverAreas(Fold::Sum, 1, None, Box::new(Expr::Area(variable, 1)));
    let each = || Effect::WriteAt {
        target: AreaTarget::Each { filter: None },
        writes: vec![AreaWrite { variable, change: false, value: add(num(1.0), total()) }],
    };
    s.rule(0, vec![each(), each()]);
    assert_eq!(garrisons(&s, variable), [[0.0; 4], [4.0, 4.0, 4.0, 0.0], [40.0, 40.0, 40.0, 0.0]]);
}
