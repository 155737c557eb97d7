//! Builds small scenarios: weekly ticks from 27 October 2023.

use super::super::{Observer, Played, World, play, play_with};
use crate::scenario::clock::{Clock, TickLength, days_of};
use crate::scenario::model::*;
use std::fmt::Display;
use std::ops::{Deref, DerefMut};

pub const START: jiff::civil::Date = jiff::civil::date(2023, 10, 27);

/// A scenario in the making.
#[derive(Clone)]
pub struct Sketch(pub Scenario);

impl Deref for Sketch {
    type Target = Scenario;

    fn deref(&self) -> &Scenario {
        &self.0
    }
}

impl DerefMut for Sketch {
    fn deref_mut(&mut self) -> &mut Scenario {
        &mut self.0
    }
}

/// A scenario without anything in it.
pub fn empty(ticks: u32) -> Sketch {
    Sketch(Scenario {
        name: "test".into(),
        title: "test".into(),
        about: String::new(),
        variant: "baseline".into(),
        clock: Clock { start: days_of(START), tick: TickLength::Days(7.0), ticks },
        seasons: vec![],
        levers: vec![],
        uncertainties: vec![],
        uncertainty_order: vec![],
        switch: None,
        kinds: vec![],
        actors: vec![],
        variables: vec![],
        territory: None,
        events: vec![],
        histories: vec![],
        outcomes: vec![],
        milestones: vec![],
        stops: vec![],
        streaks: vec![],
        observations: vec![],
        places: vec![],
        draws: vec![],
        basis: Basis::default(),
        targets: vec![],
        unused: vec![],
    })
}

/// A scenario with these actors.
pub fn with_actors(ticks: u32, names: &[&str]) -> Sketch {
    let mut scenario = empty(ticks);
    for name in names {
        let flow_place = scenario.place(&format!("flows of {name}"));
        scenario.actors.push(Actor {
            name: (*name).into(),
            title: (*name).into(),
            stances: None,
            rules: vec![],
            flows: vec![],
            flow_place,
            inbox: vec![],
        });
    }
    scenario
}

impl Sketch {
    pub fn place(&mut self, name: &str) -> PlaceId {
        self.places.push(Place { name: name.into(), fault: "is not finite".into() });
        self.places.len() - 1
    }

    pub fn draw(&mut self, names: &[impl Display]) -> DrawId {
        let mut draw = Draw::default();
        names.iter().for_each(|name| draw.add(&[&name.to_string()]));
        self.draws.push(draw);
        self.draws.len() - 1
    }

    pub fn variable(&mut self, owner: Option<ActorId>, role: Role, start: Expr) -> VariableId {
        let name = format!("variable {}", self.variables.len());
        let place = self.place(&name);
        self.variables.push(Variable { name, role, owner, start, within: Bounds::default(), place });
        self.variables.len() - 1
    }

    pub fn state(&mut self, owner: ActorId, start: f64) -> VariableId {
        self.variable(Some(owner), Role::State, num(start))
    }

    pub fn within(&mut self, variable: VariableId, low: f64, high: f64) {
        self.variables[variable].within = Bounds { low: Some(num(low)), high: Some(num(high)) };
    }

    /// A rule that always acts, as an example to be changed.
    pub fn always(&mut self, name: &str, effects: Vec<Effect>) -> Rule {
        let places = [(); 3].map(|()| self.place(name));
        let active = (1, self.clock.ticks + 1);
        Rule {
            name: name.into(),
            active,
            again: None,
            lets: vec![],
            when: None,
            chance: None,
            effects,
            places,
            words: Default::default(),
        }
    }

    pub fn rule(&mut self, actor: ActorId, effects: Vec<Effect>) -> &mut Rule {
        let name = format!("{}.{}", self.actors[actor].name, self.actors[actor].rules.len());
        let rule = self.always(&name, effects);
        self.actors[actor].rules.push(rule);
        self.actors[actor].rules.last_mut().unwrap()
    }

    pub fn event(&mut self, effects: Vec<Effect>) -> &mut Rule {
        let rule = self.always(&format!("event {}", self.events.len()), effects);
        self.events.push(rule);
        self.events.last_mut().unwrap()
    }

    pub fn kind(&mut self, delay: u32) -> usize {
        let name = format!("kind {}", self.kinds.len());
        self.kinds.push(MessageKind { name, delay, signed: false, fields: vec![], notes: Notes::default() });
        self.kinds.len() - 1
    }

    /// A slot in which a message of this kind reaches the receiver.
    pub fn slot(&mut self, sender: ActorId, receiver: ActorId, kind: usize, writes: Vec<Write>) -> Receiver {
        let place = self.place("delivery");
        let arrival = vec![Arrival { when: None, writes }];
        let inbox = &mut self.actors[receiver].inbox;
        inbox.push(Slot { sender, kind, arrival, received: vec![], counted: vec![], place });
        Receiver { actor: receiver, slot: inbox.len() - 1, sent: vec![] }
    }

    pub fn outcome(&mut self, value: Expr) -> usize {
        let name = format!("outcome {}", self.outcomes.len());
        let place = self.place(&name);
        self.outcomes.push(Outcome { name, value, matters: None, notes: Notes::default(), place });
        let id = self.outcomes.len() - 1;
        self.observations.push(Observation::Outcome(id));
        id
    }

    pub fn milestone(&mut self, when: Expr) -> usize {
        let name = format!("milestone {}", self.milestones.len());
        let place = self.place(&name);
        self.milestones.push(Milestone { name, when, notes: Notes::default(), place });
        let id = self.milestones.len() - 1;
        self.observations.push(Observation::Milestone(id));
        id
    }

    pub fn streak(&mut self, when: Expr) -> usize {
        let place = self.place("streak");
        self.streaks.push(Streak { when, place });
        let id = self.streaks.len() - 1;
        self.observations.push(Observation::Streak(id));
        id
    }

    pub fn stop(&mut self, when: Expr) -> PlaceId {
        let place = self.place("stop");
        self.stops.push(Stop { name: "stop".into(), when, place });
        place
    }

    pub fn history(&mut self, value: Expr, areal: bool) -> usize {
        self.histories.push(History { value, areal, depth: 100 });
        self.histories.len() - 1
    }

    pub fn again(&mut self, owner: Option<ActorId>, after: Option<u32>) -> Again {
        Again { ready: self.variable(owner, Role::Ready, num(0.0)), after }
    }

    /// Areas named `a`, `b`, … without anything on them.
    pub fn areas(&mut self, count: usize) {
        let equation_place = self.place("area equations");
        let area = |place| Area { name: char::from(b'a' + place as u8).to_string(), lon: None, lat: None };
        self.territory = Some(Territory {
            areas: (0..count).map(area).collect(),
            columns: vec![],
            neighbours: vec![vec![]; count],
            variables: vec![],
            equations: vec![],
            equation_place,
            contest: None,
        });
    }

    pub fn column(&mut self, values: &[f64]) -> usize {
        let territory = self.territory.as_mut().unwrap();
        territory.columns.push(AreaColumn { name: "column".into(), values: values.to_vec() });
        territory.columns.len() - 1
    }

    pub fn area_state(&mut self, start: Expr) -> AreaVariableId {
        let place = self.place("area state");
        let territory = self.territory.as_mut().unwrap();
        territory.variables.push(AreaVariable {
            name: "share".into(),
            role: AreaRole::State,
            exists: vec![true; territory.areas.len()],
            start,
            starts_late: false,
            within: Bounds::default(),
            place,
        });
        territory.variables.len() - 1
    }

    /// What an expression is worth at each observation of run 0.
    pub fn worth(&mut self, value: Expr) -> Vec<f64> {
        let outcome = self.outcome(value);
        the_engine_agrees(self);
        let played = play(self, SEED, 0);
        assert_eq!(played.failure, None);
        played.series.iter().map(|outcomes| outcomes[outcome]).collect()
    }
}

pub fn num(number: f64) -> Expr {
    Expr::Const(number)
}

pub fn now(variable: VariableId) -> Expr {
    Expr::Variable(variable, View::Now)
}

pub fn seen(variable: VariableId) -> Expr {
    Expr::Variable(variable, View::Observed)
}

pub fn binary(function: BinaryFunction, a: Expr, b: Expr) -> Expr {
    Expr::Binary(function, Box::new(a), Box::new(b))
}

pub fn add(a: Expr, b: Expr) -> Expr {
    binary(BinaryFunction::Add, a, b)
}

pub fn sub(a: Expr, b: Expr) -> Expr {
    binary(BinaryFunction::Sub, a, b)
}

pub fn mul(a: Expr, b: Expr) -> Expr {
    binary(BinaryFunction::Mul, a, b)
}

pub fn div(a: Expr, b: Expr) -> Expr {
    binary(BinaryFunction::Div, a, b)
}

pub fn compare(comparison: Comparison, a: Expr, b: Expr) -> Expr {
    Expr::Compare(comparison, Box::new(a), Box::new(b))
}

pub fn gt(a: Expr, b: Expr) -> Expr {
    compare(Comparison::Gt, a, b)
}

pub fn ge(a: Expr, b: Expr) -> Expr {
    compare(Comparison::Ge, a, b)
}

pub fn eq(a: Expr, b: Expr) -> Expr {
    compare(Comparison::Eq, a, b)
}

/// Not a number, by dividing 0 by 0.
pub fn nan() -> Expr {
    div(num(0.0), num(0.0))
}

/// A condition that cannot be worked out.
pub fn broken() -> Expr {
    gt(nan(), num(0.0))
}

pub fn yes() -> Expr {
    gt(num(1.0), num(0.0))
}

pub fn no() -> Expr {
    gt(num(0.0), num(1.0))
}

pub fn set(variable: VariableId, value: Expr) -> Write {
    Write { variable, change: false, value }
}

pub fn change(variable: VariableId, value: Expr) -> Write {
    Write { variable, change: true, value }
}

pub fn write(write: Write) -> Effect {
    Effect::Write(vec![write])
}

pub fn send(kind: usize, amount: Expr, receivers: Vec<Receiver>) -> Effect {
    Effect::Send(Send { kind, amount, fields: vec![], receivers: Receivers::All(receivers) })
}

/// The values of a variable at each observation.
#[derive(Default)]
pub struct Watcher {
    pub worlds: Vec<World>,
}

impl Observer for Watcher {
    fn observed(&mut self, _tick: u32, world: &World) {
        self.worlds.push(world.clone());
    }
}

/// The seed of every test.
const SEED: u64 = 7;

/// Plays run 0 and keeps the world at each observation.
pub fn watch(scenario: &Scenario) -> (Played, Vec<World>) {
    the_engine_agrees(scenario);
    let mut watcher = Watcher::default();
    let played = play_with(scenario, SEED, 0, &mut watcher);
    (played, watcher.worlds)
}

/// A variable's values at each observation of run 0, which must not fail.
pub fn values(scenario: &Scenario, variable: VariableId) -> Vec<f64> {
    let (played, worlds) = watch(scenario);
    assert_eq!(played.failure, None);
    worlds.iter().map(|world| world.now[variable]).collect()
}

/// Plays the first runs by the engine too, at every level, and holds each to the interpreter, bit for bit.
pub fn the_engine_agrees(scenario: &Scenario) {
    use crate::engine::{Batch, Compiled, Level, play};
    let compiled = std::sync::Arc::new(Compiled::new(scenario.clone()));
    for &level in Level::available() {
        let runs: Vec<u64> = (0..5).collect();
        let key = crate::random::address::Key::from_seed(SEED);
        let batch = Batch { runs: runs.clone(), key, level, series: true, order: vec![1, 0] };
        let engine = play(&compiled, &batch).expect("the engine plays");
        for run in runs {
            let expected = crate::reference::play(scenario, SEED, run);
            let index = run as usize;
            let failure = engine.failures.iter().find(|failure| failure.index == index);
            assert_eq!(failure.map(|f| (f.tick, f.place)), expected.failure.map(|f| (f.tick, f.place)), "run {run}");
            assert_eq!(engine.closed[index], expected.closed, "run {run} closes");
            assert_eq!(engine.stopped_by[index].map(usize::from), expected.stopped_by);
            for (tick, row) in expected.series.iter().enumerate() {
                for (outcome, value) in row.iter().enumerate() {
                    let played = engine.series[tick][outcome][index];
                    assert_eq!(
                        played.to_bits(),
                        value.to_bits(),
                        "run {run}, tick {tick}, outcome {outcome}: {played} for {value}"
                    );
                }
            }
            let milestones: Vec<_> = engine.milestones.iter().map(|column| column[index]).collect();
            assert_eq!(milestones, expected.milestones);
        }
    }
}
