//! The example that the language is explained with: it loads, and it runs in each of its variants.

use crate::story::{Scene, Story};

const EXAMPLE: &str = include_str!("../../data/language-example.yaml");

const AREAS: &str = "\
name,lon,lat,posts,towns,population,crossing,held_by,base
capital,96.1,19.7,40,6,3000,0,regime,regime
plain,95.9,21.4,30,5,2400,0,regime,
border,98.0,23.9,15,2,400,2,regime,
forest,98.7,23.3,12,1,300,1,front,front
";

fn example() -> Scene {
    Scene::new(EXAMPLE)
        .beside("areas.csv", AREAS)
        .beside("neighbours.csv", "a,b\ncapital,plain\nplain,border\nborder,forest\n")
}

const RUNS: usize = 40;

fn played(scene: &Scene) -> Story {
    let story = scene.runs(RUNS as u64);
    assert_eq!(story.failed(), 0);
    story
}

#[test]
fn the_example_runs_and_means_what_it_says() {
    let scene = example();
    let scenario = scene.scenario();
    assert_eq!((scenario.title.as_str(), scenario.clock.ticks), ("Two patrons", 52));
    let basis = scenario.basis;
    assert_eq!((basis.judgement, basis.data), (1, 0));
    let story = played(&scene);
    for run in 0..RUNS {
        assert!((0.2..=0.8).contains(&story.drawn(run, "patience")));
        assert!((0.5..=1.5).contains(&story.drawn(run, "firepower")));
        let territory = story.of_run(run, "territory");
        assert_eq!(territory[0], 5800.0 / 6100.0);
        assert!(territory.iter().all(|share| (0.0..=1.0).contains(share)));
        // A standing arrangement is kept every week, and what was promised once happens once.
        assert_eq!(story.fired(run, "far.pay"), territory.len() as u64 - 1);
        assert!(story.fired(run, "near.lose_patience") <= 1 && story.fired(run, "far_war_ends") <= 1);
    }
    for rule in ["regime.ask_for_arms", "far_war_ends"] {
        assert!((0..RUNS).any(|run| story.fired(run, rule) > 0), "`{rule}` never acts");
    }
}

#[test]
fn its_variants_differ_from_it_where_they_say_and_not_before() {
    let base = played(&example());
    let doubled = example().variant("far_aid_doubled");
    assert_eq!(doubled.scenario().levers[0].value, 80.0);
    played(&doubled);
    let patient = played(&example().variant("patient_neighbour"));
    // The first of March is a Friday, as is the start: the 19th step begins there.
    for run in 0..RUNS {
        for outcome in ["territory", "near_support", "payoff_regime"] {
            let (there, here) = (base.of_run(run, outcome), patient.of_run(run, outcome));
            let same = there.len().min(here.len()).min(19);
            assert_eq!(there[..same], here[..same], "{outcome} of run {run}");
        }
    }
}
