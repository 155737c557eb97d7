//! Stage 4: streaks, outcomes and milestones, then histories, then stops.

use super::evaluate::Stage;
use super::{Failure, Run};
use crate::scenario::model::Observation;

impl Run<'_> {
    /// Observes a tick. A check that fails here leaves no outcomes of this tick.
    pub(super) fn observe(&mut self) -> Result<(), Failure> {
        let scenario = self.scenario;
        for &observation in &scenario.observations {
            self.observe_one(observation)?;
        }
        let mut records = Vec::new();
        for history in &scenario.histories {
            records.push(self.reader(Stage::Observation, None).record(history)?);
        }
        for (history, record) in self.world.histories.iter_mut().zip(records) {
            history.push(record);
        }
        for (place, stop) in scenario.stops.iter().enumerate() {
            if self.stopped_by.is_none() && self.reader(Stage::Observation, stop.place).holds(&stop.when, &[])? {
                self.stopped_by = Some(place);
                self.observer.stopped(self.tick, place);
            }
        }
        self.series.push(self.world.outcomes.clone());
        self.world.remember();
        self.observer.observed(self.tick, &self.world);
        Ok(())
    }

    /// Works out a streak, an outcome or a milestone; one that has been reached is not looked at again.
    fn observe_one(&mut self, observation: Observation) -> Result<(), Failure> {
        let scenario = self.scenario;
        match observation {
            Observation::Streak(id) => {
                let streak = &scenario.streaks[id];
                let holds = self.reader(Stage::Observation, streak.place).holds(&streak.when, &[])?;
                self.world.streaks[id] = if holds { self.world.streaks[id] + 1 } else { 0 };
            }
            Observation::Outcome(id) => {
                let outcome = &scenario.outcomes[id];
                let value = self.reader(Stage::Observation, outcome.place).finite(&outcome.value, &[])?;
                self.world.outcomes[id] = value;
            }
            Observation::Milestone(id) => {
                let milestone = &scenario.milestones[id];
                if self.world.milestones[id].is_none()
                    && self.reader(Stage::Observation, milestone.place).holds(&milestone.when, &[])?
                {
                    self.world.milestones[id] = Some(self.tick);
                }
            }
        }
        Ok(())
    }
}
