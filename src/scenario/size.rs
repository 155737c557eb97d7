//! How many numbers a run keeps, which decides how much memory a batch of runs needs.

use super::model::{AreaRole, Role, Scenario};

/// Columns of state, scratch and inputs that the contest keeps for each side in an area.
pub const CONTEST_COLUMNS: usize = 15;

/// The numbers that one run keeps at a time, by the section of the file that they come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// States of actors, and what is counted for them.
    pub actors: usize,
    /// Ties, one a pair.
    pub ties: usize,
    /// Messages in flight at once, at most.
    pub messages: usize,
    /// Values of areas.
    pub territory: usize,
    /// The past of what `before` and `lost` look back on.
    pub past: usize,
    /// Outcomes, milestones, uncertainties, levers.
    pub observed: usize,
}

impl Size {
    /// Counts a scenario's numbers.
    pub fn of(scenario: &Scenario) -> Self {
        let areas = scenario.territory.as_ref().map_or(0, |territory| territory.areas.len());
        let ties = scenario.variables.iter().filter(|variable| matches!(variable.role, Role::Tie { .. })).count();
        let slots = scenario.actors.iter().flat_map(|actor| &actor.inbox);
        let in_flight = slots.filter_map(|slot| scenario.kinds.get(slot.kind)).map(|kind| {
            // An amount and the fields, sent in every step until the first is delivered.
            (1 + kind.fields.len()).saturating_mul(kind.delay as usize + 1)
        });
        let territory = scenario.territory.as_ref().map_or(0, |territory| {
            let kept = |role: &AreaRole| matches!(role, AreaRole::State | AreaRole::Input { written: true, .. });
            let own = territory.variables.iter().filter(|variable| kept(&variable.role)).count() * areas;
            let pairs = territory.contest.as_ref().map_or(0, |contest| contest.ground.pairs().len());
            own + CONTEST_COLUMNS * pairs
        });
        let past = scenario.histories.iter().map(|history| {
            let columns = if history.areal { areas } else { 1 };
            columns.saturating_mul(history.depth as usize + 2)
        });
        Self {
            actors: scenario.variables.len() - ties,
            ties,
            messages: in_flight.fold(0, usize::saturating_add),
            territory,
            past: past.fold(0, usize::saturating_add),
            observed: scenario.outcomes.len()
                + scenario.milestones.len()
                + scenario.stops.len()
                + scenario.streaks.len()
                + scenario.uncertainties.len()
                + scenario.levers.len(),
        }
    }

    /// All of them. Variables are counted twice, since others see them as they were last observed.
    pub fn numbers(&self) -> usize {
        let Self { actors, ties, messages, territory, past, observed } = *self;
        [2 * actors, 2 * ties, messages, territory, past, observed].into_iter().fold(0, usize::saturating_add)
    }

    /// The section that most of them come from, and what they are.
    pub fn most(&self) -> (&'static str, &'static str) {
        let all = [
            (self.actors, "actors", "states of actors"),
            (self.ties, "ties", "ties"),
            (self.messages, "messages", "messages in flight"),
            (self.territory, "territory", "values of areas"),
            (self.past, "outcomes", "the past that `before` looks back on"),
            (self.observed, "outcomes", "outcomes and milestones"),
        ];
        let most = all.into_iter().max_by_key(|(count, ..)| *count);
        most.map_or(("actors", ""), |(_, section, what)| (section, what))
    }
}
