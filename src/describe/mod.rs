//! A scenario in words: the parts of the ODD protocol (Overview, Design concepts, Details) that a scenario's file holds.
//!
//! Grimm, V., Railsback, S. F., Vincenot, C. E., et al. (2020), "The ODD Protocol for Describing Agent-Based and Other
//! Simulation Models: A Second Update to Improve Clarity, Replication, and Structural Realism", JASSS 23(2) 7. One file an
//! element. The text is a pure function of the scenario: the same files give the same bytes. What a scenario names or says
//! stays text, whatever Markdown it holds; expressions stand as they are written.

mod columns;
mod concepts;
mod entities;
mod initial;
mod inputs;
mod inventory;
mod markdown;
mod numbers;
mod process;
mod purpose;
mod reading;
mod rules;
mod submodels;
mod territory;

pub use inventory::{
    Inventory, ListedCondition, ListedLever, ListedOutcome, ListedUncertainty, ListedVariant, inventory,
};

use crate::scenario::load::Said;
use crate::scenario::model::Scenario;
use crate::scenario::tree::{Node, Text};
use markdown::Page;
pub(crate) use markdown::prose;
use std::collections::BTreeMap;

/// What is described.
struct Subject<'a> {
    scenario: &'a Scenario,
    said: &'a Said,
}

impl<'a> Subject<'a> {
    /// The entries of a section, in file order.
    fn section(&self, name: &str) -> &'a [(Text, Node)] {
        self.said.tree.get(name).and_then(Node::as_map).unwrap_or_default()
    }

    /// Something of the territory.
    fn of_territory(&self, key: &str) -> Option<&'a Node> {
        reading::given(self.said.tree.get("territory")?, key)
    }

    /// An actor as a heading: its title, and its name where that is another.
    fn heading_of(&self, name: &str, node: &Node) -> String {
        match reading::prose_of(node, "title") {
            title if title.is_empty() => markdown::code(name),
            title => format!("{title} ({})", markdown::code(name)),
        }
    }

    /// Who follows each shared policy.
    fn followers(&self) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut followers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (actor, node) in self.section("actors") {
            for policy in rules::followed(node) {
                followers.entry(policy).or_default().push(&actor.value);
            }
        }
        followers
    }
}

/// How people call each area: by its title and state, if its table has such columns, else by its name.
pub fn titles_of_areas(scenario: &Scenario, said: &Said) -> Vec<String> {
    let columns = columns::columns(&Subject { scenario, said });
    let cell = |name: &str, area: usize| {
        let column = columns.iter().find(|column| column.name == name);
        column.and_then(|column| column.cells.get(area)).filter(|cell| !cell.is_empty())
    };
    let areas = scenario.territory.iter().flat_map(|territory| &territory.areas).enumerate();
    let titled = |(area, named): (usize, &crate::scenario::model::Area)| {
        let title = cell("title", area).unwrap_or(&named.name);
        cell("state", area).map_or_else(|| title.clone(), |state| format!("{title}, {state}"))
    };
    areas.map(titled).collect()
}

/// The scenario's description, as Markdown.
pub fn describe(scenario: &Scenario, said: &Said) -> String {
    let subject = Subject { scenario, said };
    let mut page = Page::default();
    purpose::write(&subject, &mut page);
    entities::write(&subject, &mut page);
    process::write(&subject, &mut page);
    concepts::write(&subject, &mut page);
    initial::write(&subject, &mut page);
    inputs::write(&subject, &mut page);
    submodels::write(&subject, &mut page);
    numbers::write(&subject, &mut page);
    page.finish()
}
