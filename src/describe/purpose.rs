//! Element 1: purpose and patterns.

use super::Subject;
use super::markdown::{Page, code, prose};
use super::reading::sentence;
use crate::scenario::clock::date_of;

pub(super) fn write(subject: &Subject, page: &mut Page) {
    let scenario = subject.scenario;
    page.heading(1, &prose(&scenario.title));
    page.paragraph(&format!(
        "The scenario {}, described after the ODD protocol (Grimm et al. 2020, JASSS 23(2) 7). All of it is read from the scenario's file; \
         what a file cannot hold is marked *for the modeller*.",
        code(&scenario.name)
    ));
    if scenario.variant != "baseline" {
        let mut text = format!("This is the variant {}.", code(&scenario.variant));
        if let Some(day) = scenario.switch.map(|step| scenario.clock.day(step - 1)).and_then(date_of) {
            text += &format!(
                " It holds from {day} on: until then every run is that of the scenario without it. What follows describes the \
                 scenario with it."
            );
        }
        page.paragraph(&text);
    }
    page.heading(2, "1. Purpose and patterns");
    match scenario.about.trim() {
        "" => page.paragraph("*For the modeller: what the scenario is for. Its file has no `about`.*"),
        about => page.paragraph(&sentence(&prose(about))),
    }
    page.paragraph(
        "*For the modeller: the patterns in what was observed that the scenario must reproduce to be of use.*",
    );
}
