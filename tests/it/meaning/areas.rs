//! The territory: tables, equations of one's own, and what the built-in contest shows.

use crate::story::Scene;

const TABLE: &str =
    "name,lon,lat,wealth,ally,base_share\nnorth,96,22,2,one,0.5\nsouth,96,17,3,,0.25\nwest,94,20,0,two,0.9\n";

/// A territory without a contest.
fn land(state: &str, equations: &str, outcomes: &str) -> Scene {
    let text = format!(
        "
ties: {{ trust: {{ pairs: [[three, one], [three, two]], start: {{ three: {{ one: 0.25, two: 0.5 }} }} }} }}
actors:
  one: {{ state: {{ strength: 4 }}, each_tick: {{ change: {{ strength: 1 }} }} }}
  two: {{ state: {{ strength: 10 }} }}
  three: {{}}
territory:
  areas: areas.csv
  neighbours: [[north, south]]
  state: {{ share: {state} }}
  each_tick: {equations}
outcomes: {outcomes}
"
    );
    Scene::weeks(2, &text).beside("areas.csv", TABLE)
}

#[test]
fn equations_change_an_areas_own_state_from_its_columns() {
    let equations = "{ change: { share: \"0.1 * a.wealth\" } }";
    let outcomes = "
  north: sum(a in areas where a.lat > 21, a.share)
  total: sum(a in areas, a.share)
  most: max(a in areas, a.share)";
    let story = land("{ start: base_share, within: [0, 1] }", equations, outcomes).play();
    let near = |found: Vec<f64>, wanted: [f64; 3]| {
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?} is not {wanted:?}");
    };
    near(story.of("north"), [0.5, 0.7, 0.9]);
    near(story.of("total"), [1.65, 2.15, 2.65]);
    near(story.of("most"), [0.9, 0.9, 0.9]);
}

#[test]
fn an_areas_start_is_a_number_an_expression_a_column_or_a_map() {
    let all = |state: &str| {
        land(state, "{ change: { share: 0 } }", "{ total: \"sum(a in areas, a.share * a.share)\" }")
            .play()
            .last("total")
    };
    assert_eq!(all("{ start: 2 }"), 12.0);
    assert_eq!(all("{ start: 2 * a.wealth }"), 16.0 + 36.0);
    assert_eq!(all("{ start: wealth }"), 13.0);
    assert_eq!(all("{ start: { north: 1, south: 2, west: 3 } }"), 14.0);
}

#[test]
fn a_column_may_name_an_actor_whose_state_and_ties_are_read() {
    let outcomes = "
  allies: sum(a in areas, a.ally.strength)
  ones: sum(a in areas where a.ally == one, 1)
  trusted: sum(a in areas, trust[three, a.ally])
  shares: sum(a in areas, a.share)";
    let story = land("{ start: 0 }", "{ set: { share: a.ally.strength } }", outcomes).play();
    // Nobody is the ally of the south: nothing.
    assert_eq!(story.of("allies"), [14.0, 15.0, 16.0]);
    assert_eq!((story.last("ones"), story.last("trusted")), (1.0, 0.75));
    // Equations come before flows, and see the strength of the tick before.
    assert_eq!(story.of("shares"), [0.0, 14.0, 15.0]);
}

#[test]
fn neighbours_are_those_of_the_list_and_nobody_is_his_own() {
    let outcomes = "
  borders: sum(a in areas, sum(b in areas where borders(a, b), 1))
  turned: sum(a in areas, sum(b in areas where borders(b, a), b.wealth))
  alone: sum(a in areas where not any(b in areas, borders(a, b)), a.wealth + 1)
  own: sum(a in areas where borders(a, a), 1)
  richer: \"sum(a in areas, if(any(b in areas where borders(a, b), b.wealth > a.wealth), a.wealth, 0))\"
  shares: sum(a in areas, a.share)
  before_that: \"sum(a in areas, a.wealth * before(sum(b in areas where borders(a, b), b.share), 1 week))\"";
    let equations = "{ change: { share: \"sum(b in areas where borders(a, b), b.share)\" } }";
    let story = land("{ start: wealth }", equations, outcomes).play();
    // Only the north, 2, and the south, 3, border each other; the west, 0, stands alone.
    assert_eq!((story.last("borders"), story.last("turned"), story.last("alone")), (2.0, 5.0, 1.0));
    assert_eq!((story.last("own"), story.last("richer")), (0.0, 2.0));
    // Both become 2 + 3, then 5 + 5.
    assert_eq!(story.of("shares"), [5.0, 10.0, 20.0]);
    assert_eq!(story.of("before_that"), [2.0 * 3.0 + 3.0 * 2.0, 12.0, 2.0 * 5.0 + 3.0 * 5.0]);
}

#[test]
fn what_borders_what_is_asked_of_areas() {
    let refused = |outcome: &str| land("{ start: 0 }", "{ change: { share: 0 } }", outcome).refusal();
    let text = refused("{ x: \"sum(a in areas where borders(a, one), 1)\" }");
    assert!(text.contains("expected an area") && text.contains("borders(a, b)"), "{text}");
    assert!(refused("{ x: \"sum(a in areas where borders(a), 1)\" }").contains("cannot take 1 argument"));
    assert!(refused("{ x: \"sum(a in areas where bordrs(a, a), 1)\" }").contains("did you mean `borders`"));
}

#[test]
fn the_past_of_an_area_is_its_own() {
    let outcomes = "{ growth: \"sum(a in areas where a.share > before(a.share, 1 week), a.wealth)\" }";
    let story = land("{ start: 0, within: [0, 3] }", "{ change: { share: a.wealth } }", outcomes).play();
    // At the first observation both north and south have grown; at the second only the north still can.
    assert_eq!(story.of("growth"), [0.0, 5.0, 2.0]);
}

#[test]
fn at_the_start_the_past_of_a_fold_inside_other_loops_is_the_fold_itself() {
    let outcomes = "
  total: \"sum(a in areas, a.wealth * before(sum(b in areas, b.share), 1 week))\"
  pairs: \"sum(a in areas, sum(b in areas, b.wealth * before(a.share * sum(c in areas, c.share), 1 week)))\"";
    let story = land("{ start: wealth }", "{ change: { share: 1 } }", outcomes).play();
    // Wealth is 2, 3 and 0, and shares grow by 1 each: their sums are 5, 8, 11.
    assert_eq!(story.of("total"), [25.0, 25.0, 40.0]);
    assert_eq!(story.of("pairs"), [125.0, 125.0, 320.0]);
}

/// Four areas in a row: capital, plain, forest, and an island that only the forest borders.
fn contested(hostile: f64, more: &str) -> Scene {
    Scene::weeks(
        20,
        &format!(
            "
ties: {{ hostile: {{ pairs: [[regime, front], [front, regime]], start: {hostile}, within: [0, 1] }} }}
actors:
  regime:
    state: {{ troops: {{ start: 40, within: [0, 200] }}, saw: 0 }}
    policy: {{ look: {{ then: [{{ set: {{ saw: \"sum(a in areas where a.holder == regime, a.population)\" }} }}] }} }}
  front: {{ state: {{ troops: {{ start: 60, within: [0, 200] }} }} }}
territory:
  areas:
    capital: {{ posts: 10, towns: 4, population: 500, crossing: 0, held_by: regime, base: regime }}
    plain: {{ posts: 10, towns: 1, population: 300, crossing: 0, held_by: regime, base: \"\" }}
    forest: {{ posts: 8, towns: 1, population: 100, crossing: 1, held_by: front, base: front }}
    island: {{ posts: 6, towns: 2, population: 100, crossing: 1, held_by: regime, base: \"\" }}
  neighbours: [[capital, plain], [plain, forest], [forest, island]]
  sides: {{ regime: {{ force: troops, effort: 0.3 }}, front: {{ force: troops, effort: 0.6 }} }}
  between: hostile
  contest: {{ pace: 0.3/week, surrender_spread: 0.5 }}
outcomes:
  people: held(regime, population)
  bridges: held(regime, population, a.crossing > 0)
  posts: held(regime, posts)
  towns: amount_held(regime, towns)
  of_posts: amount_held(regime, posts)
  front_posts: amount_held(front, posts)
  near: amount_held(regime, posts, a.crossing == 0)
  holders: sum(a in areas where a.holder == front, 1)
  cut_off: sum(a in areas, a.cut_off[regime] * a.crossing)
  front_cut_off: sum(a in areas, a.cut_off[front])
  threat: max(a in areas, a.threat[regime])
  lost: lost(regime, posts)
  lost_lately: \"lost(regime, posts, 3 weeks)\"
  people_lost: lost(regime, population)
  surrendered: surrendered(regime)
  surrendered_lately: \"surrendered(regime, 3 weeks)\"
  the_saw: regime.saw
{more}"
        ),
    )
}

#[test]
fn measures_at_peace_are_those_of_the_table() {
    let story = contested(0.0, "").play();
    let values = ["people", "bridges", "posts", "towns", "of_posts", "front_posts", "near", "holders"];
    let wanted = [0.9, 0.5, 26.0 / 34.0, 7.0, 26.0, 8.0, 20.0, 1.0];
    for (name, wanted) in values.into_iter().zip(wanted) {
        assert_eq!(story.of(name), [wanted; 21], "{name}");
    }
    for name in ["lost", "lost_lately", "people_lost", "surrendered", "surrendered_lately", "threat"] {
        assert_eq!(story.of(name), [0.0; 21], "{name}");
    }
    assert_eq!(story.of("the_saw")[1..], [900.0; 20]);
}

#[test]
fn cut_off_is_who_has_no_neighbour_but_enemies() {
    // Nobody but the front is around the island; in the forest itself the regime has the plain.
    let war = contested(1.0, "").play();
    assert_eq!(war.of("cut_off")[0], 1.0);
    // The front has no neighbours to its forest, and the capital is far from it.
    assert_eq!(war.of("front_cut_off")[0], 2.0);
    let peace = contested(0.0, "").play();
    assert_eq!((peace.of("cut_off")[0], peace.of("front_cut_off")[0]), (0.0, 0.0));
}

#[test]
fn losses_are_gross_and_those_of_a_span_are_the_difference() {
    let story = contested(1.0, "").runs(8);
    for run in 0..8 {
        let of = |name: &str| story.of_run(run, name);
        for (total, lately) in [("lost", "lost_lately"), ("surrendered", "surrendered_lately")] {
            let (total, lately) = (of(total), of(lately));
            assert!(total.windows(2).all(|pair| pair[0] <= pair[1]), "what is lost stays lost");
            for (tick, value) in lately.iter().enumerate() {
                assert_eq!(*value, total[tick] - total[tick.saturating_sub(3)], "tick {tick} of {lately:?}");
            }
        }
        for (tick, lost) in of("lost").iter().enumerate() {
            let net = of("of_posts")[0] - of("of_posts")[tick];
            assert!(*lost >= net, "{lost} lost, {net} fewer");
            assert_eq!(lost.fract(), 0.0, "posts are whole");
        }
        let net: Vec<f64> = of("people").iter().map(|share| 900.0 - 1000.0 * share).collect();
        assert!(of("people_lost").iter().zip(&net).all(|(gross, net)| *gross > net - 1e-9), "{net:?}");
        let seen: Vec<f64> = of("people").iter().map(|share| (1000.0 * share).round()).collect();
        assert_eq!(of("the_saw")[1..], seen[..20], "a rule sees the holders as last observed");
    }
    let any = (0..8).any(|run| story.of_run(run, "lost").last() > Some(&0.0));
    assert!(any && (0..8).all(|run| story.of_run(run, "threat")[1] > 0.0), "otherwise nothing was tried");
}

#[test]
fn an_events_losses_of_three_weeks_are_not_those_of_four() {
    // Events and flows come after this week's contest and before it is observed; a rule knows last week's.
    let patch = "
actors:
  front:
    state: { noted: { start: 0 }, flowing: { start: 0 }, ruled: { start: 0 }, newest: { start: 0 } }
    each_tick: { set: { flowing: \"lost(regime, posts, 3 weeks)\" } }
    policy: { note: { then: [{ set: { ruled: \"lost(regime, posts, 3 weeks)\" } }] } }
outcomes: { by_event: front.noted, by_flow: front.flowing, by_rule: front.ruled, this_week: front.newest }
events:
  note:
    then:
      - set: { front.noted: \"lost(regime, posts, 3 weeks)\", front.newest: \"lost(regime, posts, 1 week)\" }
";
    let story = contested(1.0, "").with(patch).runs(8);
    for run in 0..8 {
        let of = |name: &str| story.of_run(run, name);
        assert_eq!(of("by_event"), of("lost_lately"), "run {run}");
        assert_eq!(of("by_flow"), of("lost_lately"), "run {run}");
        assert_eq!(of("by_rule")[1..], of("lost_lately")[..20], "run {run}");
        let weekly: Vec<f64> = of("lost").windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(of("this_week")[1..], weekly, "run {run}");
    }
}

#[test]
fn a_side_writes_its_own_inputs_in_the_areas_that_it_names() {
    let more = "  of_capital: \"sum(a in areas where a.base == regime, a.garrison[regime])\"
  of_held: \"sum(a in areas, a.garrison[regime])\"
  of_others: \"sum(a in areas, a.garrison[front])\"
";
    let garrisons = |rule: &str| {
        let patch = format!(
            "actors: {{ regime: {{ policy: {{ order: {{ {rule} }} }} }} }}
territory: {{ contest: {{ garrison_decay: 0 }} }}
"
        );
        let story = contested(0.0, more).with(&patch).play();
        (story.of("of_capital")[1], story.of("of_held")[1], story.of("of_others")[1])
    };
    assert_eq!(garrisons("then: [{ change: { garrison: 2 }, at: capital }]"), (2.0, 2.0, 0.0));
    assert_eq!(
        garrisons("then: [{ change: { garrison: 2 }, at: \"each a in areas where a.holder == regime\" }]"),
        (2.0, 6.0, 0.0)
    );
    assert_eq!(
        garrisons("then: [{ change: { garrison: a.towns }, at: \"best(a in areas where a.crossing > 0, a.towns)\" }]"),
        (0.0, 2.0, 0.0)
    );
    // Nowhere passes: nothing is written.
    assert_eq!(
        garrisons("then: [{ change: { garrison: 9 }, at: \"best(a in areas where a.crossing > 5, a.towns)\" }]"),
        (0.0, 0.0, 0.0)
    );
}

/// A loop leaves out areas that the table alone rules out; what stands before or behind such a part is asked as always.
#[test]
fn a_filter_asks_its_parts_in_order_whatever_the_table_says() {
    let fine = "
  rich: sum(a in areas where a.wealth > 0 and a.share / a.wealth > 0.2, a.share)
  middle: mean(a in areas where a.share > 0.3 and a.wealth > 0, a.wealth)
  nothing: sum(a in areas where a.wealth > 5 and a.share > 0, a.share)
  most: max(a in areas where a.wealth > 0 and a.lat > 18 and a.share > 0, a.share)";
    let story = land("{ start: base_share, within: [0, 1] }", "{ change: { share: 0 } }", fine).play();
    assert_eq!((story.last("rich"), story.last("middle")), (0.5, 2.0), "the west has no wealth to divide by");
    assert_eq!((story.last("nothing"), story.last("most")), (0.0, 0.5));
    let divides = "{ rich: \"sum(a in areas where a.share / a.wealth > 0.2 and a.wealth > 0, a.share)\" }";
    let story = land("{ start: base_share, within: [0, 1] }", "{ change: { share: 0 } }", divides).play();
    assert_eq!(story.failed(), 1, "what stands first is asked everywhere");
}
