//! Element 5: initialisation.

use super::Subject;
use super::markdown::{Page, code, listed};
use super::reading::{entries, given, reads};
use super::territory;
use crate::scenario::clock::date_of;
use std::collections::BTreeSet;

pub(super) fn write(subject: &Subject, page: &mut Page) {
    page.heading(2, "5. Initialization");
    let day = date_of(subject.scenario.clock.day(0)).map(|date| date.to_string()).unwrap_or_default();
    page.paragraph(&format!(
        "Every run starts on {day} with the starts of element 2, and with one draw of every uncertainty. No message is on its \
         way."
    ));
    let named =
        |section| subject.section(section).iter().map(|(name, _)| name.value.as_str()).collect::<BTreeSet<&str>>();
    let (names, levers) = (named("uncertainties"), named("levers"));
    let (differ, chosen) = (starts_that_read(subject, &names), starts_that_read(subject, &levers));
    match differ.is_empty() {
        true => page.paragraph("No start depends on an uncertainty: all runs begin alike."),
        false => page.paragraph(&format!(
            "These starts depend on uncertainties and differ from run to run: {}.",
            listed(&differ)
        )),
    }
    if !chosen.is_empty() {
        page.paragraph(&format!("These starts depend on levers: {}.", listed(&chosen)));
    }
    if subject.of_territory("sides").is_some() {
        page.paragraph("Who holds what at the start:");
        territory::start(subject, page);
    }
    if !levers.is_empty() {
        page.paragraph("Levers have the values that the last part lists.");
    }
}

/// The starts that read one of these names.
fn starts_that_read(subject: &Subject, names: &BTreeSet<&str>) -> Vec<String> {
    let mut found = Vec::new();
    for (actor, node) in subject.section("actors") {
        for (state, declared) in entries(node, "state") {
            let start = given(declared, "start").unwrap_or(declared);
            if reads(start, names) {
                found.push(code(&format!("{}.{}", actor.value, state.value)));
            }
        }
    }
    let areas = subject.said.tree.get("territory").map(|node| entries(node, "state")).unwrap_or_default();
    for (name, declared) in subject.section("ties").iter().chain(areas) {
        let start = given(declared, "start").unwrap_or(declared);
        if reads(start, names) {
            found.push(code(&name.value));
        }
    }
    found
}
