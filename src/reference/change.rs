//! Stage 3: area equations, flows, events; each sees what the one before left, and is simultaneous within itself.

use super::act::Player;
use super::evaluate::Stage;
use super::{Failure, Run};

impl Run<'_> {
    /// The scenario's own equations: all variables in all areas at once.
    pub(super) fn area_equations(&mut self) -> Result<(), Failure> {
        let Some(territory) = &self.scenario.territory else { return Ok(()) };
        let reader = self.reader(Stage::World, territory.equation_place);
        let mut values = Vec::new();
        for area in 0..territory.areas.len() {
            values.push((area, reader.area_values(&territory.equations, area)?));
        }
        self.world.write_areas(&territory.equations, &values);
        Ok(())
    }

    /// The flows of all actors at once.
    pub(super) fn flows(&mut self) -> Result<(), Failure> {
        let scenario = self.scenario;
        let before = self.world.clone();
        for actor in &scenario.actors {
            let values = self.reader_of(&before, Stage::World, actor.flow_place).values(&actor.flows)?;
            self.world.write_all(&actor.flows, &values);
        }
        Ok(())
    }

    /// The events in file order. Each reads the world as the flows left it, and adds to what is there.
    pub(super) fn events(&mut self) -> Result<(), Failure> {
        let scenario = self.scenario;
        let before = self.world.clone();
        let rules: usize = scenario.actors.iter().map(|actor| actor.rules.len()).sum();
        for (place, event) in scenario.events.iter().enumerate() {
            self.play_rule(Player { actor: None, place: rules + place, frozen: Some(&before) }, event)?;
        }
        Ok(())
    }
}
