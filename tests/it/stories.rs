//! Stories of representative runs: what they tell happened, in order and in few words.

use crate::played::{compiled, loaded, repository, variant};
use entente::engine::{Compiled, play as play_batch};
use entente::reference::play;
use entente::scenario::model::Scenario;
use entente::stories::{Story, representative, stories, story};
use std::sync::Arc;

const SEED: u64 = 7;

fn patrons() -> Scenario {
    loaded(&repository("scenarios/two-patrons.yaml"), &variant(None)).scenario
}

/// The closing outcomes of the first runs, by outcome, then run.
fn columns(compiled: &Arc<Compiled>, runs: u64) -> Vec<Vec<f64>> {
    play_batch(compiled, &crate::played::batch(SEED, runs)).expect("a batch is played").outcomes
}

fn check(scenario: &Scenario, story: &Story, most: usize) {
    assert!(!story.events.is_empty() && story.events.len() <= most, "{story:?}");
    assert!(story.events.is_sorted_by_key(|(date, _)| date.clone()), "{story:?}");
    for (date, sentence) in &story.events {
        assert!(date.len() == 10 && sentence.ends_with(['.', '!', '?']), "{date} {sentence}");
    }
    let played = play(scenario, SEED, story.run);
    let closing: Vec<(String, f64)> =
        scenario.outcomes.iter().map(|m| m.name.clone()).zip(played.series.last().expect("a tick").clone()).collect();
    assert_eq!(story.end, closing);
}

#[test]
fn a_story_is_short_dated_and_the_same_each_time() {
    let patrons = patrons();
    for run in 0..10 {
        let told = story(&patrons, SEED, run, 12);
        check(&patrons, &told, 12);
        assert_eq!(told, story(&patrons, SEED, run, 12));
        assert!(story(&patrons, SEED, run, 3).events.len() <= 3);
    }
}

#[test]
fn every_milestone_of_a_run_is_told_on_its_date() {
    let patrons = patrons();
    for run in 0..10 {
        let (told, played) = (story(&patrons, SEED, run, 12), play(&patrons, SEED, run));
        for (milestone, reached) in patrons.milestones.iter().zip(&played.milestones) {
            let sentence = format!("Milestone: {}.", milestone.name.replace('_', " "));
            let date = told.events.iter().find(|(_, text)| *text == sentence).map(|(date, _)| date.clone());
            let day = reached.map(|tick| patrons.clock.day(tick));
            let expected = day.and_then(entente::scenario::clock::date_of).map(|date| date.to_string());
            assert_eq!(date, expected, "run {run}, {}", milestone.name);
        }
    }
}

#[test]
fn three_runs_stand_for_all_and_say_where_they_lie_among_them() {
    let compiled = compiled("scenarios/two-patrons.yaml", None);
    let columns = columns(&compiled, 300);
    let told = stories(&compiled.scenario, SEED, &columns, 3, 12);
    assert_eq!(told.len(), 3);
    let shares: f64 = told.iter().map(|story| story.share).sum();
    assert!((shares - 1.0).abs() < 1e-12 && told.is_sorted_by(|a, b| a.share >= b.share));
    for story in &told {
        check(&compiled.scenario, story, 12);
        let words = ["middle half of runs", "lowest 5% of runs", "highest 5% of runs"];
        assert!(words.iter().any(|words| story.label.contains(words)), "{}", story.label);
    }
    let labels: Vec<&str> = told.iter().map(|story| story.label.as_str()).collect();
    insta::assert_snapshot!("labels", format!("{}\n", labels.join("\n")));
    let chosen: Vec<u64> = representative(&columns, 3).iter().map(|one| one.run as u64).collect();
    assert_eq!(told.iter().map(|story| story.run).collect::<Vec<_>>(), chosen);
}

#[test]
fn myanmar_is_told_in_the_words_of_the_case() {
    let compiled = compiled("scenarios/myanmar", None);
    let told = story(&compiled.scenario, SEED, 1, 12);
    check(&compiled.scenario, &told, 12);
    let text: Vec<&str> = told.events.iter().map(|(_, sentence)| sentence.as_str()).collect();
    insta::assert_snapshot!("story_of_myanmar", format!("{}\n", text.join("\n")));
}
