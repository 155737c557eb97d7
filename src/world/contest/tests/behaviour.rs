//! What the equations promise, one sentence a test.

use super::*;

const LANES: usize = 400;

/// A fight over one border, between areas 2 and 3. Side 1 has most of the force, and only it attacks.
fn attacked() -> Theatre {
    let mut theatre = Theatre::new(&row(5, 3, 20.0), LANES);
    theatre.forces[1].fill(20.0);
    theatre.set(Parameter::Sally, 0.0).set_side(0, SideParameter::Effort, 0.0);
    theatre
}

/// The mean posts that the first side lost.
fn lost(theatre: &Theatre) -> f64 {
    theatre.mean(theatre.state.posts_lost.row(0))
}

#[test]
fn nothing_is_captured_without_hostility() {
    let mut theatre = attacked();
    theatre.hostility.iter_mut().flatten().for_each(|h| *h = 0.0);
    theatre.play(50);
    assert_eq!(lost(&theatre), 0.0);
    assert_eq!(theatre.forces, [vec![10.0; LANES], vec![20.0; LANES]]);
    assert_eq!(theatre.mean(theatre.state.fighting.row(2)), 0.0);
}

#[test]
fn a_side_that_hits_without_being_hit_loses_no_posts() {
    let mut theatre = attacked();
    theatre.hostility[1].fill(0.0);
    theatre.play(30);
    assert!(lost(&theatre) > 1.0);
    assert_eq!(theatre.mean(theatre.state.posts_lost.row(1)), 0.0);
}

#[test]
fn more_force_captures_more() {
    let captures = |force: f64| {
        let mut theatre = attacked();
        theatre.forces[1].fill(force);
        lost(theatre.play(10))
    };
    assert!(captures(40.0) > 1.2 * captures(20.0));
    assert!(captures(20.0) > 1.2 * captures(5.0));
}

#[test]
fn more_effort_captures_more_so_that_seasons_matter() {
    let captures = |effort: f64| {
        let mut theatre = attacked();
        theatre.set_side(1, SideParameter::Effort, effort);
        lost(theatre.play(10))
    };
    assert!(captures(0.6) > 1.3 * captures(0.2));
    assert_eq!(captures(0.0), 0.0);
}

#[test]
fn the_reserve_goes_where_it_is_preferred_and_only_where_it_can_fight() {
    let mut theatre = attacked();
    let front = theatre.ground.pair(2, 1).unwrap();
    let far = theatre.ground.pair(0, 1).unwrap();
    theatre.prefer[front].fill(-1.0);
    theatre.prefer[far].fill(100.0);
    theatre.play(5);
    assert_eq!(lost(&theatre), 0.0, "nobody is sent where none is wanted, and none arrive out of reach");
    theatre.prefer[front].fill(1.0);
    theatre.play(1);
    assert!(lost(&theatre) > 0.0);
    assert_eq!(theatre.mean_posts(0, 0), 20.0);
}

#[test]
fn fire_delays_a_fall() {
    let captures = |fire: f64| {
        let mut theatre = attacked();
        let pair = theatre.ground.pair(2, 0).unwrap();
        theatre.set(Parameter::FireDecay, 0.0);
        theatre.state.fire.row_mut(pair).fill(fire);
        lost(theatre.play(3))
    };
    let (without, with) = (captures(0.0), captures(1.0));
    assert!((with / without - 0.5).abs() < 0.1, "half the hazard at fire 1: {with} of {without}");
}

#[test]
fn isolation_hastens_a_fall_in_form_1_and_less_so_in_form_0() {
    let captures = |form: f64, supply: f64| {
        let mut theatre = attacked();
        theatre.set(Parameter::Hazard, form).set(Parameter::Refill, 0.0).set(Parameter::Erosion, 0.0);
        theatre.state.supply.row_mut(theatre.ground.pair(2, 0).unwrap()).fill(supply);
        lost(theatre.play(2))
    };
    let by_morale = captures(1.0, 0.0) / captures(1.0, 1.0);
    let by_force = captures(0.0, 0.0) / captures(0.0, 1.0);
    assert!(by_morale > 3.0, "{by_morale}");
    assert!(by_force > 1.0 && by_force < by_morale, "{by_force}");
}

#[test]
fn losses_elsewhere_hasten_a_fall_in_form_1_only() {
    let captures = |form: f64, shaken: f64| {
        let mut theatre = attacked();
        theatre.set(Parameter::Hazard, form);
        theatre.state.shaken.row_mut(0).fill(shaken);
        lost(theatre.play(1))
    };
    assert!(captures(1.0, 0.4) > 1.5 * captures(1.0, 0.0));
    assert_eq!(captures(0.0, 0.4), captures(0.0, 0.0));
}

#[test]
fn who_is_cut_off_runs_out_of_supply_and_gives_posts_up() {
    // The first side's only area, between two of the other's.
    let mut plan = row(3, 0, 10.0);
    for place in &mut plan.places {
        place.posts = if (place.area == 1) == (place.side == 0) { 10.0 } else { 0.0 };
    }
    (plan.holder, plan.town_holder) = (vec![1, 0, 1], vec![1, 0, 1]);
    let mut theatre = Theatre::new(&plan, LANES);
    for side in 0..2 {
        theatre.set_side(side, SideParameter::Effort, 0.0);
    }
    let pair = theatre.ground.pair(1, 0).unwrap();
    assert_eq!(theatre.mean(theatre.state.cut_off.row(pair)), 1.0);
    theatre.play(20);
    assert!(theatre.mean(theatre.state.supply.row(pair)) < 0.1);
    assert!(theatre.mean(theatre.state.ruined.row(1)) > 3.0);
    assert_eq!(theatre.mean_posts(1, 1), 0.0, "given up, not taken");
    theatre.check_posts();
}

#[test]
fn a_side_that_is_not_an_enemy_relieves() {
    let plan = row(2, 1, 10.0);
    let mut theatre = Theatre::new(&plan, 3);
    let pair = theatre.ground.pair(0, 0).unwrap();
    assert_eq!(theatre.state.cut_off.row(pair), [1.0; 3]);
    theatre.hostility[1][2] = 0.0;
    theatre.state.look(&theatre.ground, &slices(&theatre.hostility));
    assert_eq!(theatre.state.cut_off.row(pair), [1.0, 1.0, 0.0], "hostile in the first two lanes only");
}

#[test]
fn islands_and_base_areas_keep_their_supply() {
    let mut plan = row(3, 1, 10.0);
    plan.neighbours = vec![(1, 2)];
    let mut theatre = Theatre::new(&plan, LANES);
    theatre.play(10);
    let island = theatre.ground.pair(0, 0).unwrap();
    assert_eq!(theatre.state.cut_off.row(island), [0.0; LANES]);
    assert_eq!(theatre.mean(theatre.state.supply.row(island)), 1.0);
    assert_eq!(lost(&theatre), 0.0, "nobody comes over the sea");

    let mut plan = row(2, 1, 10.0);
    plan.base[0] = Some(0);
    let mut theatre = Theatre::new(&plan, LANES);
    theatre.set(Parameter::Sally, 0.0).set_side(0, SideParameter::Effort, 0.0);
    theatre.play(10);
    let base = theatre.ground.pair(0, 0).unwrap();
    assert_eq!(theatre.mean(theatre.state.cut_off.row(base)), 1.0, "by the definition");
    assert_eq!(theatre.mean(theatre.state.supply.row(base)), 1.0, "but it has a depot");
}

#[test]
fn surrender_spreads_to_whole_garrisons_once_one_fell() {
    let after = |spread: f64, news: f64| {
        let mut theatre = attacked();
        theatre.set(Parameter::SurrenderSpread, spread).set(Parameter::Surrender, 0.0);
        theatre.state.news.row_mut(0).fill(news);
        theatre.play(1);
        theatre.mean(theatre.state.surrendered.row(0))
    };
    assert_eq!(after(1.0, 0.0), 0.0, "nothing to spread");
    assert_eq!(after(0.0, 4.0), 0.0, "nobody heeds it");
    assert!(after(1.0, 4.0) > 0.1);
}

#[test]
fn a_garrison_that_yields_yields_all_its_posts() {
    let mut theatre = attacked();
    theatre.set(Parameter::Pace, 0.0).set(Parameter::Abandon, 0.0).set(Parameter::Battalion, 7.0);
    theatre.state.news.row_mut(0).fill(3.0);
    theatre.play(1);
    let pair = theatre.ground.pair(2, 0).unwrap();
    let left = theatre.state.posts.row(pair);
    assert!(left.iter().all(|p| [20.0, 13.0, 6.0, 0.0].contains(p)), "{left:?}");
    assert!(left.contains(&13.0));
    theatre.check_posts();
}

#[test]
fn garrisons_that_fall_whole_are_news_in_proportion_to_the_spread() {
    // Each garrison fallen brings at most `spread` others over all the time that it is remembered.
    let mut theatre = Theatre::new(&row(2, 1, 500.0), LANES);
    theatre.forces[1].fill(1000.0);
    theatre.set(Parameter::Pace, 0.0).set(Parameter::Abandon, 0.0).set(Parameter::Battalion, 5.0);
    theatre.set(Parameter::SurrenderSpread, 0.5).set(Parameter::Attrition, 0.0);
    theatre.state.news.row_mut(0).fill(2.0 / 1.25);
    theatre.play(60);
    let garrisons = lost(&theatre) / 5.0;
    assert!(garrisons > 1.6 && garrisons < 2.2, "2 · 0.5 / (1 − 0.5) = 2 with followers of followers: {garrisons}");
}

#[test]
fn towns_fall_only_where_the_attacker_dominates() {
    let captured = |dominance: f64| {
        let mut theatre = attacked();
        theatre.set(Parameter::Dominance, dominance).set(Parameter::TownPace, 10.0).play(1);
        let threat = theatre.state.threat.row(theatre.ground.pair(2, 0).unwrap())[0];
        (theatre.mean(theatre.state.town_holder.row(2)), threat)
    };
    let (never, threat) = captured(1.0);
    assert_eq!(never, 0.0);
    assert!(threat > 0.1 && threat < 0.99, "{threat}");
    assert!(captured(threat).0 > 0.8, "at the threshold they can fall");
    assert_eq!(captured(threat + 1e-9).0, 0.0);
}

#[test]
fn an_area_without_towns_has_none_to_take() {
    let mut plan = row(2, 1, 5.0);
    plan.towns = vec![0.0, 1.0];
    let mut theatre = Theatre::new(&plan, LANES);
    theatre.forces[1].fill(100.0);
    theatre.set(Parameter::Pace, 5.0).set(Parameter::TownPace, 20.0).play(20);
    assert_eq!(theatre.mean(theatre.state.town_holder.row(0)), 0.0);
    assert_eq!(theatre.mean(theatre.state.holder.row(0)), 1.0);
}

/// Three sides in one area: the first holds it, the others come from next door.
fn three_cornered(posts: f64) -> Theatre {
    let place = |area, side, posts| Place { area, side, posts };
    let plan = Plan {
        sides: 3,
        places: vec![place(0, 0, posts), place(0, 1, 0.0), place(0, 2, 0.0), place(1, 1, 5.0), place(2, 2, 5.0)],
        neighbours: vec![(0, 1), (0, 2)],
        base: vec![None; 3],
        towns: vec![1.0; 3],
        population: vec![1.0; 3],
        holder: vec![0, 1, 2],
        town_holder: vec![0, 1, 2],
    };
    let mut theatre = Theatre::new(&plan, LANES);
    for (a, b) in [(1, 2), (2, 1)] {
        theatre.hostility[a * 3 + b].fill(0.0);
    }
    theatre
}

#[test]
fn posts_are_divided_by_strength_and_ties_go_by_file_order() {
    let mut theatre = three_cornered(99.0);
    theatre.set(Parameter::Pace, 100.0).set(Parameter::Destroyed, 0.0).play(1);
    let held = |t: &Theatre, side: usize| t.state.posts.row(t.ground.pair(0, side).unwrap())[0];
    assert_eq!((held(&theatre, 0), held(&theatre, 1), held(&theatre, 2)), (0.0, 50.0, 49.0));
    assert_eq!(theatre.state.holder.row(0)[0], 1.0);

    let mut theatre = three_cornered(99.0);
    theatre.forces[2].fill(20.0);
    theatre.set(Parameter::Pace, 100.0).set(Parameter::Destroyed, 0.0).play(1);
    assert_eq!((held(&theatre, 1), held(&theatre, 2)), (33.0, 66.0));
}

#[test]
fn towns_go_to_the_strongest_attacker() {
    let mut theatre = three_cornered(5.0);
    theatre.forces[2].fill(20.0);
    theatre.forces[0].fill(1.0);
    theatre.set(Parameter::TownPace, 50.0).play(1);
    assert_eq!(theatre.state.town_holder.row(0), [2.0; LANES]);
}

#[test]
fn a_tie_leaves_the_holder_as_it_was() {
    let mut plan = row(2, 1, 10.0);
    plan.places[1].posts = 10.0;
    let mut theatre = Theatre::new(&plan, 3);
    theatre.hostility.iter_mut().flatten().for_each(|h| *h = 0.0);
    theatre.play(1);
    assert_eq!(theatre.state.holder.row(0), [0.0; 3]);
    plan.holder[0] = 1;
    let mut theatre = Theatre::new(&plan, 3);
    theatre.hostility.iter_mut().flatten().for_each(|h| *h = 0.0);
    theatre.play(1);
    assert_eq!(theatre.state.holder.row(0), [1.0; 3]);
}

#[test]
fn ruined_posts_are_rebuilt_by_the_holder() {
    let mut theatre = attacked();
    theatre.set(Parameter::Destroyed, 1.0).play(10);
    let ruined = theatre.mean(theatre.state.ruined.row(2));
    assert!(ruined > 3.0);
    theatre.hostility.iter_mut().flatten().for_each(|h| *h = 0.0);
    theatre.set(Parameter::Rebuild, 0.2).play(20);
    assert!(theatre.mean(theatre.state.ruined.row(2)) < 0.1 * ruined);
    theatre.check_posts();
}

#[test]
fn distance_from_the_base_costs_strength() {
    let captures = |base: usize| {
        let mut plan = row(6, 3, 20.0);
        plan.base[base] = Some(1);
        let mut theatre = Theatre::new(&plan, LANES);
        theatre.set(Parameter::Gradient, 1.0);
        theatre.prefer.iter_mut().for_each(|p| p.fill(0.0));
        let front = theatre.ground.pair(2, 1).unwrap();
        theatre.prefer[front].fill(1.0);
        lost(theatre.play(5))
    };
    assert!(captures(3) > 1.3 * captures(5));
}

#[test]
fn a_guerrilla_that_holds_the_people_strikes_harder_is_hit_less_and_grows() {
    let mut plan = row(2, 1, 10.0);
    plan.places[1].posts = 30.0;
    let play = |guerrilla: f64, recruits: f64| {
        let mut theatre = Theatre::new(&plan, LANES);
        theatre.set_side(1, SideParameter::Guerrilla, guerrilla).set_side(1, SideParameter::Recruits, recruits);
        theatre.set(Parameter::Attrition, 0.05);
        theatre.play(1);
        (theatre.state.threat.row(theatre.ground.pair(0, 0).unwrap())[0], theatre.mean(&theatre.forces[1]))
    };
    let (regular, guerrilla, growing) = (play(0.0, 0.0), play(1.0, 0.0), play(1.0, 0.1));
    assert!(guerrilla.0 > regular.0);
    assert!(guerrilla.1 > regular.1);
    assert!(growing.1 > guerrilla.1);
}

#[test]
fn want_and_losses_add_to_desertion() {
    let left = |shaken: f64| {
        let mut theatre = attacked();
        theatre.hostility.iter_mut().flatten().for_each(|h| *h = 0.0);
        theatre.set_side(0, SideParameter::Desertion, 0.01);
        theatre.state.shaken.row_mut(0).fill(shaken);
        theatre.play(1);
        theatre.forces[0][0]
    };
    assert_eq!(left(0.0), 10.0 / 1.01);
    assert!((left(0.2) - 10.0 / 1.02).abs() < 1e-12);
}

#[test]
fn captured_arms_go_to_the_takers_stock() {
    let mut theatre = attacked();
    theatre.set(Parameter::Captured, 2.0).set(Parameter::Pace, 1.0).set(Parameter::Destroyed, 0.0).play(1);
    // The first side's guards: 10 over 60 posts.
    for lane in 0..LANES {
        let taken = theatre.state.posts_lost.row(0)[lane];
        let stock = theatre.stocks[1].as_ref().unwrap()[lane];
        assert!((stock - 2.0 * taken * 10.0 / 60.0).abs() < 1e-9, "{taken} {stock}");
    }
}

#[test]
fn fighting_is_where_posts_are_threatened() {
    let mut theatre = attacked();
    theatre.play(1);
    assert_eq!(theatre.state.fighting.row(2), [1.0; LANES]);
    assert_eq!(theatre.state.fighting.row(0), [0.0; LANES]);
}

#[test]
fn halving_the_tick_and_the_rates_changes_only_the_error_of_the_step() {
    for form in [0.0, 1.0] {
        let play = |parts: usize| {
            let mut theatre = Theatre::new(&row(4, 3, 30.0), 1000);
            theatre.forces[1].fill(20.0);
            theatre.set(Parameter::Hazard, form);
            theatre.set_side(0, SideParameter::Desertion, 0.005).set_side(1, SideParameter::Recruits, 0.02);
            for parameter in Parameter::ALL.iter().filter(|p| p.specification().rate) {
                theatre.parameters[parameter.index()].iter_mut().for_each(|v| *v /= parts as f64);
            }
            for (i, column) in theatre.side_parameters.iter_mut().enumerate() {
                if SideParameter::SPECIFICATIONS[i % SideParameter::COUNT].rate {
                    column.iter_mut().for_each(|v| *v /= parts as f64);
                }
            }
            theatre.play(20 * parts);
            let force: Vec<f64> = (0..2).map(|s| theatre.mean(&theatre.forces[s])).collect();
            let towns = theatre.mean(theatre.state.town_holder.row(2));
            let supply = theatre.mean(theatre.state.supply.row(theatre.ground.pair(2, 0).unwrap()));
            [lost(&theatre), force[0], force[1], towns, supply]
        };
        let (coarse, fine, finer) = (play(1), play(2), play(4));
        for i in 0..coarse.len() {
            let scale = coarse[i].abs() + 0.2;
            assert!((coarse[i] - fine[i]).abs() < 0.12 * scale, "form {form}, {i}: {coarse:?} {fine:?} {finer:?}");
            assert!((fine[i] - finer[i]).abs() < 0.08 * scale, "form {form}, {i}: {coarse:?} {fine:?} {finer:?}");
        }
    }
}

#[test]
fn extreme_but_finite_inputs_stay_finite() {
    let mut theatre = attacked();
    for parameter in Parameter::ALL {
        let s = parameter.specification();
        theatre.set(*parameter, if s.most.is_finite() { s.most } else { 1e6 });
    }
    for parameter in SideParameter::ALL {
        let s = parameter.specification();
        for side in 0..2 {
            theatre.set_side(side, *parameter, if s.most.is_finite() { s.most } else { 1e6 });
        }
    }
    theatre.forces[0].fill(0.0);
    theatre.forces[1].fill(1e12);
    theatre.prefer.iter_mut().flatten().for_each(|p| *p = 1e300);
    theatre.play(20);
    theatre.check_posts();
    let finite = |row: &[f64]| row.iter().all(|v| v.is_finite() && *v >= 0.0);
    assert!(theatre.forces.iter().all(|f| finite(f)));
    for pair in 0..theatre.ground.pairs().len() {
        assert!(finite(theatre.state.supply.row(pair)) && finite(theatre.state.threat.row(pair)));
    }
    assert!((0..2).all(|s| finite(theatre.state.surrendered.row(s)) && finite(theatre.state.news.row(s))));
}
