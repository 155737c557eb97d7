//! When a batch dies: which run it was, and what its rules did then.
//!
//! Nothing of this costs a batch that is well. Only after one has died are its runs played again, one at a time, until one
//! dies too; the reference interpreter then says which rules of the actor act in that step of that run.

use super::{Batch, Compiled, EngineError, Played, play};
use crate::panics::caught;
use crate::reference::{self, Look, Observer};
use crate::scenario::model::{Rule, Scenario};
use std::sync::Arc;

/// Plays a batch of runs of this seed as [`play`] does. A panic in it becomes an error that names actor, rules, run and tick
/// as far as they can be known.
///
/// # Errors
/// As [`play`], and [`EngineError::Died`].
pub fn play_or_blame(compiled: &Arc<Compiled>, batch: &Batch, seed: u64) -> Result<Played, EngineError> {
    let death = match attempt(compiled, batch) {
        Ok(result) => return result,
        Err(death) => death,
    };
    let dies_alone = |&run: &u64| {
        let batch = Batch { runs: vec![run], ..batch.clone() };
        attempt(compiled, &batch).err().map(|death| (Some(run), death))
    };
    let (run, death) = batch.runs.iter().find_map(dies_alone).unwrap_or((None, death));
    let rules = match (run, &death.actor, death.step) {
        (Some(run), Some(actor), Some(step)) => acting(&compiled.scenario, seed, run, actor, step),
        _ => Vec::new(),
    };
    Err(EngineError::Died(death.told(run, &rules)))
}

/// How a batch died.
struct Death {
    actor: Option<String>,
    step: Option<u32>,
    reason: String,
}

impl Death {
    /// A sentence.
    fn told(&self, run: Option<u64>, rules: &[String]) -> String {
        let who = self.actor.as_ref().map_or("the world".into(), |actor| format!("actor `{actor}`"));
        let run = run.map_or("a batch of runs".into(), |run| format!("run {run}"));
        let tick = self.step.map_or(String::new(), |step| format!(", tick {step}"));
        let rules = match rules {
            [] => String::new(),
            rules => format!(" (rules that act then: `{}`)", rules.join("`, `")),
        };
        format!("{who} could not be played in {run}{tick}{rules}: {}", self.reason)
    }
}

fn attempt(compiled: &Arc<Compiled>, batch: &Batch) -> Result<Result<Played, EngineError>, Death> {
    match caught(|| play(compiled, batch)) {
        Ok(Err(EngineError::Actor { actor, step, reason })) => {
            Err(Death { actor: Some(actor), step: Some(step), reason })
        }
        Ok(result) => Ok(result),
        Err(reason) => Err(Death { actor: None, step: None, reason }),
    }
}

/// Which rules of an actor act in a step of a run. What made the engine panic may make the reference panic too: then those
/// that act before.
fn acting(scenario: &Scenario, seed: u64, run: u64, actor: &str, step: u32) -> Vec<String> {
    let mut watcher = Watcher { owner: format!("{actor}."), step, rules: Vec::new() };
    let _ = caught(|| reference::play_with(scenario, seed, run, &mut watcher));
    watcher.rules
}

/// Notes the rules of one actor in one step.
struct Watcher {
    /// What the names of its rules begin with.
    owner: String,
    step: u32,
    rules: Vec<String>,
}

impl Observer for Watcher {
    fn rule_fired(&mut self, tick: u32, _place: usize, rule: &Rule, _look: &Look) {
        if tick == self.step && rule.name.starts_with(&self.owner) {
            self.rules.push(rule.name.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processor::Level;
    use crate::program::Counter;
    use crate::random::address::Key;
    use crate::scenario::compose::Composition;
    use crate::scenario::load::load;

    fn compiled() -> Compiled {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("talk.yaml");
        let text = "clock: { start: 2024-01-01, tick: 1 week, ticks: 5 }
actors:
  one: { state: { x: 1 }, policy: { wait: { when: x < 0, then: [{ set: { x: 1 } }] }, grow: { then: [{ change: { x: 1 } }] } } }
  two: { state: { y: 1 } }
outcomes: { total: one.x + two.y }
";
        std::fs::write(&path, text).expect("a file");
        Compiled::new(load(&path, &Composition::default()).expect("it is fine").scenario)
    }

    fn died(compiled: Compiled) -> String {
        let batch =
            Batch { runs: vec![5, 6], key: Key::from_seed(7), level: Level::best(), series: false, order: Vec::new() };
        let result = play_or_blame(&Arc::new(compiled), &batch, 7);
        result.expect_err("it dies").to_string()
    }

    #[test]
    fn a_panic_of_an_actor_names_actor_rule_run_and_tick() {
        let mut compiled = compiled();
        // A cell that the actor does not have.
        compiled.program.counters[0] = vec![Counter { cell: 999, is_private: false }];
        let said = died(compiled);
        let place = "actor `one` could not be played in run 5, tick 1 (rules that act then: `one.grow`): ";
        assert!(said.starts_with(place) && said.contains("index is 999"), "{said}");
    }

    #[test]
    fn a_panic_of_the_world_names_the_run() {
        let mut compiled = compiled();
        compiled.program.recorded = vec![999];
        compiled.program.layout.history_depths = vec![1];
        let said = died(compiled);
        assert!(said.starts_with("the world could not be played in run 5: "), "{said}");
    }

    #[test]
    fn what_is_well_is_played_as_ever() {
        let compiled = Arc::new(compiled());
        let batch =
            Batch { runs: vec![5, 6], key: Key::from_seed(7), level: Level::best(), series: true, order: Vec::new() };
        let played = play_or_blame(&compiled, &batch, 7).expect("it is played");
        assert_eq!(played, play(&compiled, &batch).expect("it is played"));
    }
}
