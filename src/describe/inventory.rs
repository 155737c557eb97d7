//! What a scenario has, as a list: variants, levers, uncertainties, outcomes, milestones and stops, each with its reason.

use super::numbers::{distribution, follows};
use super::reading::{bounds, given, written};
use crate::scenario::clock::date_of;
use crate::scenario::load::Said;
use crate::scenario::model::{Notes, Scenario};
use crate::scenario::patch::heads_and_patches;
use crate::scenario::tree::{Node, Text};
use serde::Serialize;

/// What a scenario has. A section that is not wanted is `None`; in JSON it is not there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inventory {
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The variant whose values these are.
    pub variant: String,
    /// What-ifs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variants: Option<Vec<ListedVariant>>,
    /// What somebody could choose differently.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levers: Option<Vec<ListedLever>>,
    /// What nobody controls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncertainties: Option<Vec<ListedUncertainty>>,
    /// What is measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<Vec<ListedOutcome>>,
    /// Conditions whose first tick is noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milestones: Option<Vec<ListedCondition>>,
    /// Conditions that end a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stops: Option<Vec<ListedCondition>>,
}

/// A variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedVariant {
    /// Its name.
    pub name: String,
    /// The question.
    pub title: Option<String>,
    /// The date from which it holds, as it is written.
    pub from: Option<String>,
    /// What it is for.
    pub about: Option<String>,
}

/// A lever.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedLever {
    /// Its name.
    pub name: String,
    /// Its value in this variant.
    pub value: f64,
    /// Its value from the variant's date on, where that is another.
    pub later: Option<f64>,
    /// The date of that.
    pub from: Option<String>,
    /// Its range.
    pub range: Option<(f64, f64)>,
    /// Its unit.
    pub unit: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its reason.
    pub because: Option<String>,
    /// What it rests on.
    pub basis: &'static str,
}

/// An uncertainty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedUncertainty {
    /// Its name.
    pub name: String,
    /// The distribution in words, its numbers as they are written.
    pub distribution: String,
    /// Where it is cut off, in words; empty if nowhere.
    pub range: String,
    /// Which one it is drawn with, in words; empty if with none.
    pub follows: String,
    /// Its unit.
    pub unit: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its reason.
    pub because: Option<String>,
    /// What it rests on.
    pub basis: &'static str,
}

/// An outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedOutcome {
    /// Its name.
    pub name: String,
    /// What is measured, as it is written.
    pub is: String,
    /// Its unit.
    pub unit: Option<String>,
    /// The smallest difference that matters.
    pub matters: Option<f64>,
    /// Its title.
    pub title: Option<String>,
    /// Its reason.
    pub because: Option<String>,
}

/// A milestone or a stop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedCondition {
    /// Its name.
    pub name: String,
    /// Its condition, as it is written.
    pub when: String,
    /// Its title.
    pub title: Option<String>,
    /// Its reason.
    pub because: Option<String>,
}

/// All that a scenario has.
pub fn inventory(scenario: &Scenario, said: &Said) -> Inventory {
    let section = |name: &str| said.tree.get(name).and_then(Node::as_map).unwrap_or_default();
    Inventory {
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        variant: scenario.variant.clone(),
        variants: Some(variants(said)),
        levers: Some(levers(scenario)),
        uncertainties: Some(uncertainties(scenario, section("uncertainties"))),
        outcomes: Some(outcomes(scenario, section("outcomes"), section("actors"))),
        milestones: Some(conditions(section("milestones"))),
        stops: Some(conditions(section("stop"))),
    }
}

/// What is declared under a name.
fn find<'n>(section: &'n [(Text, Node)], name: &str) -> Option<&'n Node> {
    section.iter().find(|(key, _)| key.value == name).map(|(_, node)| node)
}

fn said_text(node: &Node, key: &str) -> Option<String> {
    given(node, key).map(written)
}

fn variants(said: &Said) -> Vec<ListedVariant> {
    let text = |text: Option<Text>| text.map(|text| text.value);
    let heads = heads_and_patches(&said.variants).into_iter().map(|(head, _)| head);
    let listed = heads.map(|head| ListedVariant {
        name: head.name,
        title: text(head.title),
        from: text(head.from),
        about: text(head.about),
    });
    listed.collect()
}

fn levers(scenario: &Scenario) -> Vec<ListedLever> {
    let from = scenario.switch.map(|step| scenario.clock.day(step - 1)).and_then(date_of).map(|day| day.to_string());
    let listed = scenario.levers.iter().map(|lever| {
        let Notes { title, unit, because, basis } = lever.notes.clone();
        ListedLever {
            name: lever.name.clone(),
            value: lever.value,
            later: lever.later,
            from: from.clone().filter(|_| lever.later.is_some()),
            range: lever.range,
            unit,
            title,
            because,
            basis: basis.name(),
        }
    });
    listed.collect()
}

fn uncertainties(scenario: &Scenario, section: &[(Text, Node)]) -> Vec<ListedUncertainty> {
    let as_written = |text: &str| text.to_owned();
    let listed = scenario.uncertainties.iter().map(|uncertainty| {
        let Notes { title, unit, because, basis } = uncertainty.notes.clone();
        let node = find(section, &uncertainty.name);
        let drawn = node.map(|node| match node.as_map() {
            Some(entries) => distribution(entries, &as_written),
            None => format!("always {}", written(node)),
        });
        ListedUncertainty {
            name: uncertainty.name.clone(),
            distribution: drawn.unwrap_or_default(),
            range: node.map(|node| bounds(node, &as_written)).unwrap_or_default(),
            follows: node.map(|node| follows(node, &as_written)).unwrap_or_default(),
            unit,
            title,
            because,
            basis: basis.name(),
        }
    });
    listed.collect()
}

/// Outcomes, then payoffs, which actors' goals declare.
fn outcomes(scenario: &Scenario, section: &[(Text, Node)], actors: &[(Text, Node)]) -> Vec<ListedOutcome> {
    let measured = |name: &str| {
        if let Some(node) = find(section, name) {
            return if node.as_map().is_some() { said_text(node, "is") } else { Some(written(node)) };
        }
        let goal = given(find(actors, name.strip_prefix("payoff_")?)?, "goal")?;
        let [most, least] =
            ["maximise", "minimise"].map(|key| said_text(goal, key).map(|text| format!("{key}: {text}")));
        most.or(least)
    };
    let listed = scenario.outcomes.iter().map(|outcome| {
        let Notes { title, unit, because, .. } = outcome.notes.clone();
        let is = measured(&outcome.name).unwrap_or_default();
        ListedOutcome { name: outcome.name.clone(), is, unit, matters: outcome.matters, title, because }
    });
    listed.collect()
}

fn conditions(section: &[(Text, Node)]) -> Vec<ListedCondition> {
    let listed = section.iter().map(|(name, node)| ListedCondition {
        name: name.value.clone(),
        when: if node.as_map().is_some() { said_text(node, "when").unwrap_or_default() } else { written(node) },
        title: said_text(node, "title"),
        because: said_text(node, "because"),
    });
    listed.collect()
}
