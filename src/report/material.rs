//! What a page is made of, read from a results folder.

use crate::results::{ResultsError, Schema, SeriesMode, Stored, Weighting};
use crate::scenario::model::{Observable, Scenario};
use crate::stats::{Band, effective};
use crate::summary::{Summary, weighted_bands};
use thiserror::Error;

use super::charts::Dated;
use super::replayed::Replayed;
use super::told::STORIES;
use crate::stories::{Story, stories};

/// Of how many runs single values are kept: enough for a rank correlation to within 0.01.
const KEPT: usize = 10_000;
/// Of how many runs some are chosen that stand for the others.
const TOLD_APART: usize = 2_000;
/// The most outcomes that are shown over time and by themselves.
pub(super) const OUTCOMES: usize = 60;

/// Why there is no page.
#[derive(Debug, Error)]
pub enum MaterialError {
    /// The folder cannot be read.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// There is no such outcome.
    #[error("the results have no outcome `{0}`")]
    Outcome(String),
}

/// Results as a page needs them.
#[derive(Clone, Debug)]
pub struct Material {
    /// The results in short, weighted if weights were given.
    pub summary: Summary,
    /// What the columns mean.
    pub schema: Schema,
    /// The scenario that the results were made from, with its targets, if it could be read.
    pub scenario: Option<Scenario>,
    /// The variant's title, which is a question as a rule.
    pub question: Option<String>,
    /// How the results can be made again.
    pub command: String,
    /// The hash of the scenario, in hexadecimal.
    pub hash: String,
    /// The place of the outcome that the briefing is about.
    pub main: usize,
    /// By outcome, what holds at each tick; empty where nothing is known over time.
    pub bands: Vec<Vec<Band>>,
    /// By outcome, then run: the closing values of the first runs, NaN where one failed.
    pub closing: Vec<Vec<f64>>,
    /// By uncertainty, then run: the drawn values of the first runs.
    pub drawn: Vec<Vec<f64>>,
    /// By milestone, then run: when each of the first runs reached it; `None` for never and for runs that failed.
    pub reached: Vec<Vec<Option<u32>>>,
    /// By milestone, then tick: the share of all runs that had reached it.
    pub shares: Vec<Vec<f64>>,
    /// By run, of the first runs: what it weighs, 0 where it failed.
    pub weights: Vec<f64>,
    /// Values early on, if every run's series is stored.
    pub early: Option<Early>,
    /// Runs that stand for the others, told.
    pub stories: Vec<Story>,
    /// The first runs played again, with who held what and who sent what, if that was possible.
    pub replayed: Option<Replayed>,
    /// What could not be shown, a sentence each.
    pub missing: Vec<String>,
}

/// Every run early on.
#[derive(Clone, Debug, PartialEq)]
pub struct Early {
    /// The tick.
    pub tick: u32,
    /// By outcome, then run, as [`Material::closing`].
    pub values: Vec<Vec<f64>>,
}

impl Material {
    /// Reads a folder. `command` is how the results can be made again, `outcome` the one that the briefing is about; otherwise
    /// it is the first.
    ///
    /// # Errors
    /// A folder that cannot be read; an outcome that is not there.
    pub fn read(
        stored: &Stored,
        weighting: Option<&Weighting>,
        command: String,
        outcome: Option<&str>,
    ) -> Result<Self, MaterialError> {
        let summary = match weighting {
            Some(weighting) => Summary::weighted(stored, weighting)?,
            None => Summary::of(stored)?,
        };
        let schema = readable(stored.schema());
        let main = match outcome {
            None => 0,
            Some(name) => {
                let found = schema.outcomes.iter().position(|one| one.name == name);
                found.ok_or_else(|| MaterialError::Outcome(name.to_owned()))?
            }
        };
        let all = all_weights(stored, weighting)?;
        let mut material = Self {
            command,
            hash: stored.identity().scenario_hash.clone(),
            main,
            closing: columns(schema.outcomes.len(), |place, each| stored.outcome(place, each))?,
            drawn: columns(schema.uncertainties.len(), |place, each| stored.uncertainty(place, each))?,
            reached: Vec::new(),
            shares: Vec::new(),
            bands: Vec::new(),
            early: None,
            stories: Vec::new(),
            replayed: None,
            missing: Vec::new(),
            scenario: None,
            question: None,
            weights: all.iter().take(KEPT).copied().collect(),
            summary,
            schema,
        };
        material.read_milestones(stored, &all)?;
        material.read_over_time(stored, weighting.map(|_| all.as_slice()))?;
        material.read_early(stored)?;
        material.note_what_is_left_out(stored);
        Ok(material)
    }

    /// Adds what the scenario's files say, and the stories of runs that stand for the others, which are played for it.
    pub fn with_scenario(mut self, scenario: Scenario, question: Option<String>) -> Self {
        self.question = question;
        let (how_many, most_events) = STORIES;
        self.stories = stories(&scenario, self.summary.seed, &self.told_apart(), how_many, most_events);
        self.scenario = Some(scenario);
        self
    }

    /// The closing values by which runs are told apart: of the first runs, those that are weighed.
    fn told_apart(&self) -> Vec<Vec<f64>> {
        let column = |column: &Vec<f64>| {
            let pairs = column.iter().zip(&self.weights).take(TOLD_APART);
            pairs.map(|(value, weight)| if *weight > 0.0 { *value } else { f64::NAN }).collect()
        };
        self.closing.iter().map(column).collect()
    }

    /// Says that the first runs could not be played again.
    pub fn without_replay(mut self) -> Self {
        let text = "The scenario is too large to be played again for a page, so the map and the messages are missing.";
        self.missing.push(text.into());
        self
    }

    /// Says that these are not known.
    pub fn without_scenario(mut self) -> Self {
        self.missing.push(
            "The scenario of these results could not be read, so what it says in words, the map and the stories are missing.".into(),
        );
        self
    }

    fn read_milestones(&mut self, stored: &Stored, all: &[f64]) -> Result<(), ResultsError> {
        let total: f64 = all.iter().sum();
        let mut failed = vec![false; all.len()];
        stored.failures(|failure| {
            if let Some(flag) = usize::try_from(failure.run).ok().and_then(|run| failed.get_mut(run)) {
                *flag = true;
            }
        })?;
        for place in 0..self.schema.milestones.len() {
            let mut by_tick = vec![0.0; self.schema.dates.len()];
            let mut reached = vec![None; all.len().min(KEPT)];
            let mut fine = failed.iter().enumerate().filter(|(_, failed)| !**failed).map(|(run, _)| run);
            stored.milestone(place, |tick| {
                let Some(run) = fine.next() else { return };
                let sum = tick.and_then(|tick| by_tick.get_mut(tick as usize));
                if let (Some(sum), Some(weight)) = (sum, all.get(run)) {
                    *sum += weight;
                }
                if let Some(slot) = reached.get_mut(run) {
                    *slot = tick;
                }
            })?;
            let mut so_far = 0.0;
            for share in &mut by_tick {
                so_far += *share;
                *share = if total > 0.0 { (so_far / total).min(1.0) } else { 0.0 };
            }
            self.shares.push(by_tick);
            self.reached.push(reached);
        }
        Ok(())
    }

    fn read_over_time(&mut self, stored: &Stored, weights: Option<&[f64]>) -> Result<(), ResultsError> {
        let outcomes = self.schema.outcomes.len().min(OUTCOMES);
        for place in 0..outcomes {
            let bands = match weights {
                None => stored.bands(place)?,
                Some(weights) => weighted_bands(stored, place, weights)?,
            };
            self.bands.push(bands.unwrap_or_default());
        }
        Ok(())
    }

    /// Takes the runs' outcomes a quarter of the clock in from elsewhere, if the results do not hold them: by outcome and tick,
    /// of the first runs.
    pub(super) fn look_early(&mut self, values: impl Fn(usize, usize) -> Option<Vec<f64>>) {
        let tick = (self.schema.ticks / 4).max(1);
        if self.early.is_some() || tick >= self.schema.ticks {
            return;
        }
        let columns = (0..self.schema.outcomes.len().min(OUTCOMES)).map(|outcome| values(outcome, tick as usize));
        let Some(values) = columns.collect::<Option<Vec<_>>>() else { return };
        let runs = values.first().map_or(0, Vec::len);
        if (runs as u64) < self.summary.runs.min(KEPT as u64) {
            self.missing
                .push(format!("Signposts are those of the first {} runs.", crate::summary::grouped(runs as u64)));
        }
        self.early = Some(Early { tick, values });
    }

    /// Every run's outcomes a quarter of the clock in.
    fn read_early(&mut self, stored: &Stored) -> Result<(), ResultsError> {
        let tick = (self.schema.ticks / 4).max(1);
        let outcomes = self.schema.outcomes.len().min(OUTCOMES);
        if tick >= self.schema.ticks {
            return Ok(());
        }
        let wanted: Vec<(usize, u32)> = (0..outcomes).map(|place| (place, tick)).collect();
        if let Some(mut values) = stored.values_at(&wanted)? {
            values.iter_mut().for_each(|column| column.truncate(KEPT));
            self.early = Some(Early { tick, values });
        }
        Ok(())
    }

    fn note_what_is_left_out(&mut self, stored: &Stored) {
        let mut say = |text: String| self.missing.push(text);
        if stored.series() == SeriesMode::None {
            say(
                "Nothing over time is stored with these results, so there are no fans: play with `--series quantiles`."
                    .into(),
            );
        } else if self.summary.weighted.is_some() && self.bands.iter().all(Vec::is_empty) {
            say(
                "Fans cannot be weighted: that takes every run's values over time (`--series full`), and not too many."
                    .into(),
            );
        }
        if stored.identity().runs > KEPT as u64 {
            say(format!(
                "Rank correlations, splits and histograms are those of the first {} runs.",
                crate::summary::grouped(KEPT as u64)
            ));
        }
        if self.schema.outcomes.len() > OUTCOMES {
            let more = self.schema.outcomes.len() - OUTCOMES;
            say(format!("{more} further outcomes stand in the table only."));
        }
    }

    /// How many equal runs those that are kept are worth.
    pub fn effective(&self) -> f64 {
        effective(&self.weights)
    }

    /// What was observed of an outcome, if it is scored.
    pub(super) fn seen(&self, outcome: usize) -> Vec<Dated> {
        let targets = self.scenario.iter().flat_map(|scenario| &scenario.targets);
        let of_outcome = targets.filter(|target| target.of == Observable::Outcome(outcome));
        let observations = of_outcome.flat_map(|target| &target.observations).filter(|one| one.scored);
        observations.map(|one| Dated { day: one.day, value: one.value, tolerance: one.tolerance }).collect()
    }

    /// Days that are marked in what is shown over time: where the data end, and where a dated variant begins.
    pub(super) fn marked(&self) -> Vec<(i64, &'static str)> {
        let Some(scenario) = &self.scenario else { return Vec::new() };
        let observations = scenario.targets.iter().flat_map(|target| &target.observations);
        let cut = observations.filter(|one| one.scored).map(|one| one.day).max();
        let switch = scenario.switch.map(|step| scenario.clock.day(step.saturating_sub(1)));
        let cut = cut.map(|day| (day, "data end"));
        cut.into_iter().chain(switch.map(|day| (day, "variant begins"))).collect()
    }
}

/// What the columns mean, where a name that nobody gave a title to is read as words.
fn readable(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    let outcomes = schema.outcomes.iter_mut().map(|one| (&one.name, &mut one.title));
    let milestones = schema.milestones.iter_mut().map(|one| (&one.name, &mut one.title));
    let uncertainties = schema.uncertainties.iter_mut().map(|one| (&one.name, &mut one.title));
    for (name, title) in outcomes.chain(milestones).chain(uncertainties) {
        if let Some(words) = words(name, title) {
            *title = words;
        }
    }
    schema
}

/// A name as words, if it has no title of its own.
pub(super) fn words(name: &str, title: &str) -> Option<String> {
    (title == name || title.is_empty()).then(|| name.replace('_', " "))
}

/// A weight for every run, 0 where one failed.
fn all_weights(stored: &Stored, weighting: Option<&Weighting>) -> Result<Vec<f64>, ResultsError> {
    let runs = usize::try_from(stored.identity().runs).unwrap_or(usize::MAX);
    let mut weights = weighting.map_or_else(|| vec![1.0; runs], |weighting| weighting.weights.clone());
    stored.failures(|failure| {
        if let Some(weight) = usize::try_from(failure.run).ok().and_then(|run| weights.get_mut(run)) {
            *weight = 0.0;
        }
    })?;
    Ok(weights)
}

/// The first values of some columns.
fn columns(
    count: usize,
    mut read: impl FnMut(usize, &mut dyn FnMut(&[f64])) -> Result<(), ResultsError>,
) -> Result<Vec<Vec<f64>>, ResultsError> {
    let mut columns = Vec::new();
    for place in 0..count {
        let mut column = Vec::new();
        read(place, &mut |part: &[f64]| {
            let room = KEPT.saturating_sub(column.len());
            column.extend(part.iter().take(room).copied());
        })?;
        columns.push(column);
    }
    Ok(columns)
}
