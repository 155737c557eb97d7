//! From the merged tree to the validated scenario.
//!
//! Everything is declared first, so that an expression may read what stands further down; then everything is resolved,
//! in the order of the file; then what belongs together is linked, ordered and numbered. All errors are collected: a
//! part that is wrong is left out, and what reads it says nothing more.

mod actors;
mod areas;
mod arrivals;
mod borders;
mod bounds;
mod calendar;
mod calls;
mod contest;
mod dated;
mod declared;
mod effects;
mod expressions;
mod ground;
mod hidden;
mod inputs;
mod kept;
mod keys;
mod land;
mod located;
mod measures;
mod names;
mod observed;
mod over;
mod places;
mod problems;
mod references;
mod rules;
mod scope;
mod sends;
mod shelf;
mod sight;
mod stances;
mod targets;
mod territory;
mod ties;
mod types;
mod walk;
mod writes;

use super::clock::{Clock, TickLength};
use super::format;
use super::model::{
    ActorId, Basis, Draw, DrawId, History, Lever, MessageKind, Scenario, Season, Streak, Uncertainty, Variable,
    VariableId,
};
use super::tables::{Room, Table};
use super::tree::{Node, Text};
use crate::diagnostics::{Diagnostic, Sources, Span, suggest};
use hidden::{Hidden, ProtoSlot};
use kept::Kept;
use land::Land;
use names::Names;
use problems::{Checked, Problems, Reported};
pub(super) use shelf::Shelf;
use sight::{Seen, Sight};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

/// What is checked.
pub(super) struct Input<'a> {
    /// The scenario's short name.
    pub name: &'a str,
    /// The variant's name.
    pub variant: &'a str,
    /// The variant's own title and text.
    pub title: Option<&'a Text>,
    /// The variant's own text.
    pub about: Option<&'a Text>,
    /// The scenario until the switch, or the whole time.
    pub base: &'a Node,
    /// For a dated variant: the scenario from a date on.
    pub later: Option<(&'a Node, &'a Text)>,
    /// Targets of a file of their own, which then are the ones that are scored.
    pub targets: Option<&'a Node>,
    /// The folder below which tables lie.
    pub folder: &'a Path,
}

/// A group of actors.
#[derive(Debug)]
struct Group {
    members: Vec<ActorId>,
    /// Whether a member is wrong, so that one that is missing is no news.
    broken: bool,
}

/// A tie: its pairs' variables.
#[derive(Debug)]
struct Tie {
    name: String,
    pairs: BTreeMap<(ActorId, ActorId), VariableId>,
    /// Whether its declaration is wrong, so that a missing pair is no news.
    broken: bool,
}

/// What is known of an actor before its rules are.
#[derive(Debug)]
struct ActorInfo {
    name: String,
    title: String,
    states: BTreeMap<String, StateInfo>,
    ladder: Option<Ladder>,
    side: Option<usize>,
    sees: BTreeMap<Seen, Sight>,
    broken: bool,
}

/// A state of an actor.
#[derive(Debug)]
struct StateInfo {
    variable: VariableId,
    span: Span,
}

/// An actor's stances, lowest first.
#[derive(Debug)]
struct Ladder {
    variable: VariableId,
    rungs: Vec<String>,
}

/// What a column of the areas' table holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Holds {
    #[default]
    Numbers,
    Actors,
    Text,
}

/// A dated variant's switch.
#[derive(Clone, Copy, Debug)]
struct Switch {
    /// The first step that follows the later scenario.
    step: u32,
    /// Its first day.
    day: i64,
}

/// Where an area's name stands in a draw's addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Area {
    Nowhere,
    Before,
    After,
}

/// Everything that is known so far.
struct Checker<'a> {
    input: Input<'a>,
    root: &'a [(Text, Node)],
    later: Option<&'a [(Text, Node)]>,
    /// Sections whose names are misspelt, under what was meant: their content is checked all the same.
    misspelt: BTreeMap<&'static str, &'a Node>,
    sources: &'a mut Sources,
    shelf: &'a mut Shelf,
    tables: Tables,
    room: Room,
    problems: Problems,
    parts: usize,
    clock: Clock,
    /// Whether the clock is right, so that dates can be held against it.
    clock_known: bool,
    switch: Option<Switch>,
    names: Names,
    seasons: Vec<Season>,
    levers: Vec<Lever>,
    uncertainties: Vec<Uncertainty>,
    kinds: Vec<MessageKind>,
    groups: Vec<Group>,
    ties: Vec<Tie>,
    actors: Vec<ActorInfo>,
    variables: Vec<Variable>,
    private: BTreeSet<VariableId>,
    land: Option<Land>,
    histories: Vec<History>,
    streaks: Vec<Streak>,
    draws: Vec<Draw>,
    draw_index: BTreeMap<(Area, String), DrawId>,
    hidden: BTreeMap<Hidden, VariableId>,
    ready: BTreeMap<String, VariableId>,
    slots: Vec<Vec<ProtoSlot>>,
    /// Who can get messages: kind, sender and receiver.
    talks: BTreeSet<(usize, ActorId, ActorId)>,
    /// The variables of sides' running totals.
    totals: BTreeMap<String, VariableId>,
    /// Where histories and streaks are found again.
    kept: Kept,
    basis: Basis,
    levers_read: BTreeSet<usize>,
    uncertainties_read: BTreeSet<usize>,
    rule_count: usize,
}

/// The tables that were read, by the names under which the scenario names them.
pub(super) type Tables = Vec<(String, Rc<Table>)>;

/// Checks a merged scenario. What stands on the shelf is used again. The number says how much there was to look at, in parts of
/// expressions.
pub(super) fn validate(
    input: Input<'_>,
    sources: &mut Sources,
    shelf: &mut Shelf,
) -> (Result<(Scenario, Tables), Vec<Diagnostic>>, usize) {
    let mut check = Checker::new(input, sources, shelf);
    let scenario = check.scenario();
    let effort = check.effort();
    let result = match scenario {
        Ok(scenario) if check.problems.is_empty() => Ok((scenario, check.tables)),
        _ => {
            if check.problems.is_empty() {
                check.problems.push(Diagnostic::general("the scenario cannot be read"));
            }
            Err(check.problems.into_sorted())
        }
    };
    (result, effort)
}

impl<'a> Checker<'a> {
    fn new(input: Input<'a>, sources: &'a mut Sources, shelf: &'a mut Shelf) -> Self {
        Self {
            root: input.base.as_map().unwrap_or_default(),
            later: input.later.and_then(|(node, _)| node.as_map()),
            misspelt: BTreeMap::new(),
            input,
            sources,
            shelf,
            tables: Vec::new(),
            room: Room::default(),
            problems: Problems::default(),
            parts: 0,
            clock: Clock { start: 0, tick: TickLength::Days(7.0), ticks: 1 },
            clock_known: false,
            switch: None,
            names: Names::default(),
            seasons: Vec::new(),
            levers: Vec::new(),
            uncertainties: Vec::new(),
            kinds: Vec::new(),
            groups: Vec::new(),
            ties: Vec::new(),
            actors: Vec::new(),
            variables: Vec::new(),
            private: BTreeSet::new(),
            land: None,
            histories: Vec::new(),
            streaks: Vec::new(),
            draws: Vec::new(),
            draw_index: BTreeMap::new(),
            hidden: BTreeMap::new(),
            ready: BTreeMap::new(),
            slots: Vec::new(),
            talks: BTreeSet::new(),
            totals: BTreeMap::new(),
            kept: Kept::default(),
            basis: Basis::default(),
            levers_read: BTreeSet::new(),
            uncertainties_read: BTreeSet::new(),
            rule_count: 0,
        }
    }

    /// All passes. The result only counts if no problem was found.
    fn scenario(&mut self) -> Checked<Scenario> {
        self.check_sections()?;
        self.bound_sections()?;
        self.read_clock();
        self.read_switch();
        self.read_calendar();
        let title = self.title();
        self.declare_all()?;
        self.read_territory();
        self.define_all();
        let goals = self.declare_goals();
        self.read_sees();
        let mut actors = self.read_actors();
        let events = self.read_events();
        let contest = self.read_contest();
        let (outcomes, milestones, stops) = self.read_observed(&goals);
        let targets = self.read_targets();
        let equations = self.read_equations();
        self.read_arrivals(&mut actors);
        let order = self.uncertainty_order();
        let observations = self.observation_order(&outcomes, &milestones);
        if !self.problems.is_empty() {
            return Err(Reported);
        }
        let unused = self.unused();
        let territory = self.finish_territory(equations, contest);
        let mut scenario = Scenario {
            name: self.input.name.to_owned(),
            title: title.0,
            about: title.1,
            variant: self.input.variant.to_owned(),
            clock: self.clock,
            seasons: std::mem::take(&mut self.seasons),
            levers: std::mem::take(&mut self.levers),
            uncertainties: std::mem::take(&mut self.uncertainties),
            uncertainty_order: order?,
            switch: self.switch.map(|s| s.step),
            kinds: std::mem::take(&mut self.kinds),
            actors,
            variables: std::mem::take(&mut self.variables),
            territory,
            events,
            histories: std::mem::take(&mut self.histories),
            outcomes,
            milestones,
            stops,
            streaks: std::mem::take(&mut self.streaks),
            targets,
            observations: observations?,
            places: Vec::new(),
            draws: std::mem::take(&mut self.draws),
            basis: self.basis,
            unused,
        };
        places::number(&mut scenario);
        self.bound_numbers(&scenario)?;
        Ok(scenario)
    }

    /// The value of a section of the file, unless it is empty.
    fn section(&self, name: &str) -> Option<&'a Node> {
        keys::given(self.root, name).or_else(|| self.misspelt.get(name).copied())
    }

    /// The same in the later scenario of a dated variant.
    fn later_section(&self, name: &str) -> Option<&'a Node> {
        keys::given(self.later?, name)
    }

    /// The entries of a section: names and what they name.
    fn section_entries(&mut self, name: &str, what: &str) -> &'a [(Text, Node)] {
        match self.section(name) {
            Some(node) => self.entries(node, what).unwrap_or_default(),
            None => &[],
        }
    }

    /// Known sections only; the version; what must be there.
    fn check_sections(&mut self) -> Checked<()> {
        let base = self.input.base;
        let Some(entries) = base.as_map() else {
            let help = "a scenario is a map: `title: …`, `clock: …`, `actors: …`";
            return Err(match base.value {
                super::tree::Value::Null => self.error_help(base.span, "the scenario is empty", "nothing here", help),
                _ => self.expected(base, "a map", Some(help)),
            });
        };
        for tree in [Some(entries), self.later].into_iter().flatten() {
            for (key, node) in tree {
                if !format::SCENARIO.knows(&key.value) && !self.problems.is_full() {
                    self.unknown_key(key, "a scenario", &format::SCENARIO);
                    if let Some(meant) = suggest(&key.value, format::SCENARIO.names()) {
                        self.misspelt.entry(meant).or_insert(node);
                    }
                }
            }
        }
        let version = keys::get(entries, "entente");
        let one = version.is_none_or(|v| matches!(v.value, super::tree::Value::Number(n, _) if n == 1.0));
        if !one && let Some(version) = version {
            let message = "this version of the format is not known";
            self.error_help(version.span, message, "only version 1 is", "write `entente: 1`");
        }
        for needed in format::SCENARIO.required() {
            if self.section(needed).is_none() {
                let message = format!("the scenario has no `{needed}`");
                let help = match needed {
                    "clock" => "write `clock: { start: 2024-01-01, tick: 1 week, ticks: 52 }`",
                    _ => "write `actors:` and under it a name for each actor",
                };
                let start = Span { end: base.span.start, ..base.span };
                let diagnostic = Diagnostic::at(start, message, "missing").help(help);
                self.problems.push(diagnostic);
            }
        }
        self.refuse_undated_changes();
        Ok(())
    }

    fn title(&mut self) -> (String, String) {
        let mut texts = [String::new(), String::new()];
        for (key, text) in ["title", "about"].into_iter().zip(&mut texts) {
            if let Some(node) = self.section(key) {
                *text = self.text(node).unwrap_or_default();
            }
        }
        let [mut title, mut about] = texts;
        if let Some(own) = self.input.title {
            title = own.value.clone();
        }
        if let Some(own) = self.input.about {
            about = own.value.clone();
        }
        if title.is_empty() {
            title = self.input.name.to_owned();
        }
        (title, about)
    }

    /// An actor's name.
    fn actor_name(&self, actor: ActorId) -> &str {
        self.actors.get(actor).map_or("?", |a| a.name.as_str())
    }

    /// A variable's name for people.
    fn variable_name(&self, id: VariableId) -> &str {
        self.variables.get(id).map_or("?", |v| v.name.as_str())
    }

    fn mark_lever(&mut self, lever: usize) {
        self.levers_read.insert(lever);
    }

    fn mark_uncertainty(&mut self, uncertainty: usize) {
        self.uncertainties_read.insert(uncertainty);
    }

    /// What is already known to be without effect.
    fn unused(&self) -> Vec<String> {
        let mut list = Vec::new();
        for (i, lever) in self.levers.iter().enumerate() {
            if !self.levers_read.contains(&i) {
                list.push(format!("lever `{}`: nothing reads it", lever.name));
            }
        }
        for (i, uncertainty) in self.uncertainties.iter().enumerate() {
            if !self.uncertainties_read.contains(&i) {
                list.push(format!("uncertainty `{}`: nothing reads it", uncertainty.name));
            }
        }
        for (i, kind) in self.kinds.iter().enumerate() {
            if self.talks.range((i, 0, 0)..(i + 1, 0, 0)).next().is_none() {
                list.push(format!("message `{}`: no rule sends it", kind.name));
            }
        }
        list
    }

    /// Keeps an address, or finds it if it is there.
    fn draw(&mut self, address: String) -> DrawId {
        self.keep_draw(Area::Nowhere, address)
    }

    /// The same for one address an area, whose name comes before the address or after it.
    fn draw_by_area(&mut self, address: String, area_first: bool) -> DrawId {
        self.keep_draw(if area_first { Area::Before } else { Area::After }, address)
    }

    fn keep_draw(&mut self, area: Area, address: String) -> DrawId {
        let known = match self.draw_index.entry((area, address)) {
            Entry::Occupied(known) => return *known.get(),
            Entry::Vacant(new) => new,
        };
        let areas = self.land.as_ref().map(|land| land.names.as_slice()).unwrap_or_default();
        let (_, address) = known.key();
        let mut draw = Draw::default();
        match area {
            Area::Nowhere => draw.add(&[address]),
            Area::Before => areas.iter().for_each(|name| draw.add(&[name, address])),
            Area::After => areas.iter().for_each(|name| draw.add(&[address, name])),
        }
        self.draws.push(draw);
        *known.insert(self.draws.len() - 1)
    }
}
