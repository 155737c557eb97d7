//! What a scenario means for its results: the columns, and what may turn out never to have happened.

use crate::results::{Basis, Claim, Column, MilestoneColumn, OutcomeColumn, Schema};
use crate::scenario::model::{Effect, Notes, Scenario};

/// What the columns of the results mean.
pub fn schema(scenario: &Scenario) -> Schema {
    let title = |name: &str, notes: &Notes| notes.title.clone().unwrap_or_else(|| name.to_owned());
    let dates = (0..=scenario.clock.ticks).map(|tick| i32::try_from(scenario.clock.day(tick)).unwrap_or(i32::MAX));
    Schema {
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        variant: scenario.variant.clone(),
        ticks: scenario.clock.ticks,
        switch: scenario.switch,
        dates: dates.collect(),
        uncertainties: scenario
            .uncertainties
            .iter()
            .map(|x| Column { name: x.name.clone(), title: title(&x.name, &x.notes), unit: x.notes.unit.clone() })
            .collect(),
        outcomes: scenario
            .outcomes
            .iter()
            .map(|m| OutcomeColumn {
                name: m.name.clone(),
                title: title(&m.name, &m.notes),
                unit: m.notes.unit.clone(),
                matters: m.matters,
            })
            .collect(),
        milestones: scenario
            .milestones
            .iter()
            .map(|m| MilestoneColumn { name: m.name.clone(), title: title(&m.name, &m.notes) })
            .collect(),
        stops: scenario.stops.iter().map(|stop| stop.name.clone()).collect(),
        basis: Basis {
            data: scenario.basis.data as u64,
            literature: scenario.basis.literature as u64,
            judgement: scenario.basis.judgement as u64,
            placeholder: scenario.basis.placeholder as u64,
        },
    }
}

/// Rules that may never fire, kinds of messages that nobody may send, and what the checker found unused.
pub fn claims(scenario: &Scenario) -> Vec<Claim> {
    let actors = scenario.actors.iter().flat_map(|actor| &actor.rules).map(|rule| ("rule", rule));
    let events = scenario.events.iter().map(|event| ("event", event));
    let mut senders = vec![Vec::new(); scenario.kinds.len()];
    let mut claims = Vec::new();
    for (number, (what, rule)) in actors.chain(events).enumerate() {
        claims.push(Claim { text: format!("{what} `{}` never fired", rule.name), unless: vec![number] });
        for effect in &rule.effects {
            if let Effect::Send(send) = effect
                && let Some(senders) = senders.get_mut(send.kind)
            {
                senders.push(number);
            }
        }
    }
    let kinds = scenario.kinds.iter().zip(senders);
    claims
        .extend(kinds.map(|(kind, unless)| Claim { text: format!("message `{}` was never sent", kind.name), unless }));
    claims.extend(scenario.unused.iter().map(|text| Claim { text: text.clone(), unless: Vec::new() }));
    claims
}
