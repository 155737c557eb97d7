//! Stage 3's first part: the built-in contest, by its own scalar step.
//!
//! The contest keeps its state to itself: what rules have written goes in before its step, what it shows comes out
//! after.

use super::evaluate::Stage;
use super::{Failure, Run};
use crate::scenario::model::{AreaRole, Contest, DrawnPosts, Expr, Role, Territory, Total};
use crate::world::contest::reference::{One, OneInputs, step_one};
use crate::world::contest::{
    AreaValue, DRAWS, Draw, Ground, Input, MOST_POSTS, Parameter, SideParameter, SideValue, Specification,
};

/// The numbers that one step is given.
struct Given {
    hostility: Vec<f64>,
    parameters: Vec<f64>,
    side_parameters: Vec<f64>,
    prefer: Vec<f64>,
}

impl Run<'_> {
    /// The contest's start: the posts of the table, or those that the run draws.
    pub(super) fn start_contest(&mut self) -> Result<(), Failure> {
        let Some(territory) = &self.scenario.territory else { return Ok(()) };
        let Some(contest) = &territory.contest else { return Ok(()) };
        let mut one = One::new(&contest.ground);
        let mut drawn = Vec::new();
        for (number, side) in contest.sides.iter().enumerate() {
            if let Some(posts) = &side.posts {
                let first = drawn.len();
                self.draw_posts(contest, number, posts, &mut drawn)?;
                self.posts_drawn.push((side.actor, drawn[first..].iter().map(|(_, posts)| *posts).collect()));
            }
        }
        one.allot(&contest.ground, &drawn);
        self.show(territory, contest, &one);
        self.contest = Some(one);
        Ok(())
    }

    /// A side's posts in each area in which it has a place. Their number is rounded up with the chance of its fraction.
    fn draw_posts(
        &self,
        contest: &Contest,
        side: usize,
        posts: &DrawnPosts,
        drawn: &mut Vec<(usize, f64)>,
    ) -> Result<(), Failure> {
        let reader = self.reader(Stage::Observation, posts.place);
        let draw = &self.scenario.draws[posts.draw];
        for (pair, place) in contest.ground.pairs().iter().enumerate().filter(|(_, place)| place.side == side) {
            let expected = reader.value(&posts.value, &[place.area])?;
            reader.require((0.0..=MOST_POSTS).contains(&expected))?;
            let whole = expected.floor();
            let up = self.dice.uniform(draw.name(place.area), 0) > 1.0 - (expected - whole);
            drawn.push((pair, whole + if up { 1.0 } else { 0.0 }));
        }
        Ok(())
    }

    /// What is seen of the posts under the ties of the start.
    pub(super) fn look_at_contest(&mut self) {
        let Some(territory) = &self.scenario.territory else { return };
        let (Some(contest), Some(mut one)) = (&territory.contest, self.contest.take()) else { return };
        one.look(&contest.ground, &self.hostility(contest));
        self.show(territory, contest, &one);
        self.contest = Some(one);
    }

    /// Plays a step of the contest.
    pub(super) fn step_contest(&mut self) -> Result<(), Failure> {
        let scenario = self.scenario;
        let Some(territory) = &scenario.territory else { return Ok(()) };
        let (Some(contest), Some(mut one)) = (&territory.contest, self.contest.take()) else { return Ok(()) };
        let given = self.given(contest)?;
        self.take_inputs(territory, &contest.ground, &mut one);
        let mut forces: Vec<f64> = contest.sides.iter().map(|side| self.world.now[side.force]).collect();
        let mut stocks: Vec<Option<f64>> =
            contest.sides.iter().map(|side| side.stock.map(|stock| self.world.now[stock])).collect();
        let before = one.clone();
        let inputs = OneInputs {
            hostility: &given.hostility,
            parameters: &given.parameters,
            side_parameters: &given.side_parameters,
            prefer: &given.prefer,
        };
        let (dice, tick) = (self.dice, self.tick);
        let draw = |pair: usize, which: Draw| {
            dice.uniform(scenario.draws[contest.draws].name(pair * DRAWS.len() + which as usize), tick)
        };
        step_one(&contest.ground, &mut one, &inputs, &mut forces, &mut stocks, draw);
        for (side, (force, stock)) in contest.sides.iter().zip(forces.into_iter().zip(stocks)) {
            self.world.write(side.force, false, force);
            if let (Some(variable), Some(stock)) = (side.stock, stock) {
                self.world.write(variable, false, stock);
            }
        }
        self.show(territory, contest, &one);
        self.add_totals(territory, &before, &one);
        self.observer.contested(self.tick, contest, &before, &one);
        self.contest = Some(one);
        Ok(())
    }

    /// How hard each side fights each other: `side * sides + other`.
    fn hostility(&self, contest: &Contest) -> Vec<f64> {
        contest.hostile.iter().flatten().map(|tie| tie.map_or(0.0, |tie| self.world.now[tie])).collect()
    }

    /// What a step is given: parameters checked to lie in their range, preferences to be finite.
    fn given(&self, contest: &Contest) -> Result<Given, Failure> {
        let reader = self.reader(Stage::World, contest.place);
        let allowed = |(parameter, specification): (&Expr, &Specification)| {
            let value = reader.value(parameter, &[])?;
            reader.require(specification.allows(value)).map(|()| value)
        };
        let parameters = contest.parameters.iter().zip(Parameter::SPECIFICATIONS).map(allowed);
        let of_sides = contest.sides.iter().flat_map(|side| side.parameters.iter().zip(SideParameter::SPECIFICATIONS));
        let prefer =
            contest.ground.pairs().iter().map(|pair| reader.finite(&contest.sides[pair.side].prefer, &[pair.area]));
        Ok(Given {
            hostility: self.hostility(contest),
            parameters: parameters.collect::<Result<_, _>>()?,
            side_parameters: of_sides.map(allowed).collect::<Result<_, _>>()?,
            prefer: prefer.collect::<Result<_, _>>()?,
        })
    }

    /// Puts in what the sides' rules have written.
    fn take_inputs(&self, territory: &Territory, ground: &Ground, one: &mut One) {
        for (variable, values) in territory.variables.iter().zip(&self.world.areas) {
            if let AreaRole::Input { side, input, .. } = variable.role {
                let inputs = match input {
                    Input::Garrison => &mut one.garrison,
                    Input::Supply => &mut one.supply,
                    Input::Fire => &mut one.fire,
                };
                for (pair, place) in ground.pairs().iter().enumerate().filter(|(_, place)| place.side == side) {
                    inputs[pair] = values[place.area];
                }
            }
        }
    }

    /// Copies what the contest keeps into the area variables that show it.
    fn show(&mut self, territory: &Territory, contest: &Contest, one: &One) {
        for (variable, values) in territory.variables.iter().zip(&mut self.world.areas) {
            for (area, value) in values.iter_mut().enumerate().filter(|(area, _)| variable.exists[*area]) {
                if let Some(shown) = shown(contest, one, &variable.role, area) {
                    *value = shown;
                }
            }
        }
    }

    /// Brings the sides' running totals up to date. What a column lost is added area by area.
    fn add_totals(&mut self, territory: &Territory, before: &One, after: &One) {
        for (id, variable) in self.scenario.variables.iter().enumerate() {
            let Role::Total(total) = &variable.role else { continue };
            match *total {
                Total::PostsLost(side) => self.world.now[id] = after.posts_lost[side],
                Total::Surrendered(side) => self.world.now[id] = after.surrendered[side],
                Total::ColumnLost { side, column, towns } => {
                    let holders = |one: &One| if towns { one.town_holder.clone() } else { one.holder.clone() };
                    let (held_before, held_after) = (holders(before), holders(after));
                    for (area, amount) in territory.columns[column].values.iter().enumerate() {
                        if held_before[area] == side && held_after[area] != side {
                            self.world.now[id] += amount;
                        }
                    }
                }
            }
        }
    }
}

/// What an area variable shows of the contest in an area; `None` for the scenario's own state, and where a side has no
/// place. Holders are shown as actors.
fn shown(contest: &Contest, one: &One, role: &AreaRole, area: usize) -> Option<f64> {
    let of_pair = |side: usize, values: &[f64]| contest.ground.pair(area, side).map(|pair| values[pair]);
    match *role {
        AreaRole::State => None,
        AreaRole::Input { side, input: Input::Garrison, .. } => of_pair(side, &one.garrison),
        AreaRole::Input { side, input: Input::Supply, .. } => of_pair(side, &one.supply),
        AreaRole::Input { side, input: Input::Fire, .. } => of_pair(side, &one.fire),
        AreaRole::Side { side, value: SideValue::Posts } => of_pair(side, &one.posts),
        AreaRole::Side { side, value: SideValue::Threat } => of_pair(side, &one.threat),
        AreaRole::Side { side, value: SideValue::CutOff } => of_pair(side, &one.cut_off),
        AreaRole::Area(AreaValue::Holder) => Some(contest.sides[one.holder[area]].actor as f64),
        AreaRole::Area(AreaValue::TownHolder) => Some(contest.sides[one.town_holder[area]].actor as f64),
        AreaRole::Area(AreaValue::Ruined) => Some(one.ruined[area]),
        AreaRole::Area(AreaValue::Fighting) => Some(one.fighting[area]),
    }
}
