//! Where two runs part, for programs.

use super::{Deed, Difference, How, Parting, Side, Unlike};
use crate::reference::day_of;
use crate::scenario::model::Scenario;
use serde_json::{Value, json};

/// One JSON object, indented, without a line end; its keys in the order of the alphabet:
/// ```text
/// {"scenario","version","seed","run","variant","against","parts":{"tick","date"}|null,
///  "drawn":[VALUE…],"first_rule":DIFFERENCE|null,"first_message":DIFFERENCE|null,"first_states":[VALUE…],"first_outcomes":[VALUE…],
///  "differences":[DIFFERENCE…],"more":count,"end":{OUTCOME:[here,there]},"milestones":{NAME:[date|null,date|null]},
///  "closed":[date,date]}
/// VALUE: {"tick","date","name","here","there"}
/// DIFFERENCE: {"tick","date","what":"acts"|"sends"|"stance"|"taken"|"milestone"|"stopped",…names…,"only":"here"|"there"|null,
///              "here":[amounts]|null,"there":[amounts]|null,"to":NAME|null,"times"}
/// ```
/// `here` is the variant that is played, `there` the one that it is held against; `to` is who gets the message there.
///
/// # Errors
/// None that a run can cause; they are those of the serialiser.
pub fn json(
    here: &Scenario,
    there: &Scenario,
    seed: u64,
    run: u64,
    parting: &Parting,
) -> Result<String, serde_json::Error> {
    let date = |tick: u32| day_of(here, tick);
    let unlike = |value: &Unlike| {
        json!({
            "tick": value.tick, "date": date(value.tick), "name": value.name, "here": value.here, "there": value.there,
        })
    };
    let all = |values: &[Unlike]| values.iter().map(unlike).collect::<Vec<_>>();
    let difference = |one: &Difference| told(one, &date(one.tick));
    let end = parting.end.iter().map(|(name, a, b)| (name.clone(), json!([a, b])));
    let milestones = parting.milestones.iter().map(|(name, a, b)| (name.clone(), json!([a.map(date), b.map(date)])));
    serde_json::to_string_pretty(&json!({
        "scenario": here.name,
        "version": env!("CARGO_PKG_VERSION"),
        "seed": seed,
        "run": run,
        "variant": here.variant,
        "against": there.variant,
        "parts": parting.first.map(|tick| json!({ "tick": tick, "date": date(tick) })),
        "drawn": all(&parting.drawn),
        "first_rule": parting.first_rule.as_ref().map(difference),
        "first_message": parting.first_message.as_ref().map(difference),
        "first_states": all(&parting.states),
        "first_outcomes": all(&parting.outcomes),
        "differences": parting.differences.iter().map(difference).collect::<Vec<_>>(),
        "more": parting.more,
        "end": Value::Object(end.collect()),
        "milestones": Value::Object(milestones.collect()),
        "closed": parting.closed.map(date),
    }))
}

fn told(difference: &Difference, date: &str) -> Value {
    let names = match &difference.deed {
        Deed::Acts { rule } => json!({ "what": "acts", "rule": rule }),
        Deed::Sends { rule, kind, receiver } => {
            json!({ "what": "sends", "rule": rule, "kind": kind, "receiver": receiver })
        }
        Deed::Stance { actor, rung } => json!({ "what": "stance", "actor": actor, "stance": rung }),
        Deed::Taken { area, towns, holder } => {
            json!({ "what": "taken", "area": area, "towns": towns, "holder": holder })
        }
        Deed::Reached { milestone } => json!({ "what": "milestone", "name": milestone }),
        Deed::Stops { stop } => json!({ "what": "stopped", "name": stop }),
    };
    let (only, amounts, to) = match &difference.how {
        How::Only(Side::Here) => (Some("here"), (None, None), None),
        How::Only(Side::There) => (Some("there"), (None, None), None),
        How::Amounts(a, b) => (None, (Some(a), Some(b)), None),
        How::To(other) => (None, (None, None), Some(other)),
    };
    let mut object = names;
    if let Some(object) = object.as_object_mut() {
        let more = json!({
            "tick": difference.tick, "date": date, "only": only, "here": amounts.0, "there": amounts.1, "to": to,
            "times": difference.times,
        });
        object.extend(more.as_object().cloned().unwrap_or_default());
    }
    object
}
