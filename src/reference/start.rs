//! Tick 0, before it is observed: the uncertainties, then the start values and posts.

use super::evaluate::{Reader, Stage};
use super::world::Limits;
use super::{Failure, Run};
use crate::scenario::model::{AreaRole, Bounds};

impl Run<'_> {
    /// States of areas that do not read the contest, posts, every variable, what the contest shows, the other states.
    pub(super) fn start(&mut self) -> Result<(), Failure> {
        let scenario = self.scenario;
        self.start_areas(false)?;
        self.start_contest()?;
        for (id, variable) in scenario.variables.iter().enumerate() {
            let reader = self.reader(Stage::Observation, variable.place);
            let limits = limits(&reader, &variable.within)?;
            let start = reader.finite(&variable.start, &[])?;
            self.world.bounds[id] = limits;
            self.world.now[id] = limits.clamp(start);
        }
        self.look_at_contest();
        self.start_areas(true)
    }

    /// Bounds and starts of the states of areas that start late, or of all others.
    fn start_areas(&mut self, late: bool) -> Result<(), Failure> {
        let Some(territory) = &self.scenario.territory else { return Ok(()) };
        for (id, variable) in territory.variables.iter().enumerate().filter(|(_, v)| v.starts_late == late) {
            let reader = self.reader(Stage::Observation, variable.place);
            let limits = limits(&reader, &variable.within)?;
            let mut starts = vec![0.0; territory.areas.len()];
            for (area, start) in starts.iter_mut().enumerate() {
                if variable.role == AreaRole::State && variable.exists[area] {
                    *start = limits.clamp(reader.finite(&variable.start, &[area])?);
                }
            }
            self.world.area_bounds[id] = limits;
            self.world.areas[id] = starts;
        }
        Ok(())
    }
}

/// Bounds as numbers, checked where the start is.
fn limits(reader: &Reader, bounds: &Bounds) -> Result<Limits, Failure> {
    let worth = |bound: &Option<_>| bound.as_ref().map(|bound| reader.finite(bound, &[])).transpose();
    Ok(Limits { low: worth(&bounds.low)?, high: worth(&bounds.high)? })
}
