//! Writes the reference workload "patrons" as a scenario, for any number of actors and areas.
//!
//! Actor 0 is a government, 1 to 5 are armed alliances, the others foreign patrons. Everybody sends aid and trouble to the
//! six actors that follow it in the file, with a chance that depends on how it fares; each area leans towards the
//! government or the alliance that it belongs to. It is no case study: it is a load.

use std::fmt::Write;

/// How many ticks a run lasts.
pub const TICKS: usize = 156;
/// How many rules, and so targets, an actor has.
pub const TARGETS: usize = 6;
/// How many kinds of messages there are.
pub const KINDS: usize = 4;
/// How many of the actors are alliances; area g belongs to alliance 1 + g % 5.
pub const ALLIANCES: usize = 5;
/// The fewest actors: nobody is its own target, and every alliance is there.
pub const FEWEST_ACTORS: usize = TARGETS + 1;

/// What comes before the actors.
const HEAD: &str = "\
entente: 1
title: Patrons, the reference workload
about: A government, five alliances and their patrons trade messages over areas. Made by `cargo run --example make_patrons`.

clock: { start: 2021-01-01, tick: 1 week, ticks: 156 }

messages:
  k0: { on_arrival: { change: { strength: 0.05 * amount } } }
  k1: { on_arrival: { change: { resolve: -0.03 * amount } } }
  k2: { on_arrival: { change: { funds: 0.5 * amount } } }
  k3: { on_arrival: { change: { \"support[sender]\": 0.05 * amount } } }

policies:
  habit:                                    # before all other rules
    decay:
      then:
        - set:
            strength: 0.98 * strength + 0.02
            resolve: 0.95 * resolve + 0.025
            funds: 0.97 * funds + 0.05
";

/// What each actor has beside its rules.
const STATE: &str = "
    state:
      strength: 1
      resolve: { start: 0.5, within: [0, 1] }
      funds: 1
      posted: 0
    policies: habit
    policy:
";

/// What comes after the areas.
const TAIL: &str = "
  state:
    share: { start: 0.7, within: [0, 1] }
  each_tick:
    set:
      share: a.share - 0.02 * (a.ally.strength / (a0.strength + 0.01) - 1) + 0.03 * (uniform() - 0.5)

outcomes:
  terr: mean(a in areas, a.share)
  messages: sum(x in everyone, x.posted)
";

/// The support that an actor has for another at the start.
pub fn support_at_start(from: usize, to: usize) -> f64 {
    (30 + 2 * ((from * 7 + (to % 12) * 3) % 11)) as f64 / 100.0
}

/// What target i adds to the inclination to send.
pub fn inclination(i: usize) -> f64 {
    (5 * i) as f64 / 100.0
}

/// The target of an actor's rule i.
pub fn target(actor: usize, i: usize, actors: usize) -> usize {
    (actor + 1 + i) % actors
}

/// The scenario file for so many actors and areas.
///
/// # Panics
/// If there are fewer than [`FEWEST_ACTORS`] actors, or no areas.
pub fn scenario(actors: usize, areas: usize) -> String {
    assert!(actors >= FEWEST_ACTORS && areas > 0, "patrons needs {FEWEST_ACTORS} actors and an area");
    let mut text = String::from(HEAD);
    write_ties(&mut text, actors).expect("a String takes everything");
    write_actors(&mut text, actors).expect("a String takes everything");
    text.push_str("\nterritory:\n  areas:");
    for area in 0..areas {
        write!(text, "\n    g{area}: {{ ally: a{} }}", 1 + area % ALLIANCES).expect("a String takes everything");
    }
    text.push_str(TAIL);
    text
}

/// The group of all, and the support that is ever read or written: for one's targets, and for those who send one `k3`.
fn write_ties(text: &mut String, actors: usize) -> std::fmt::Result {
    let everyone: Vec<String> = (0..actors).map(|actor| format!("a{actor}")).collect();
    writeln!(text, "\ngroups:\n  everyone: [{}]", everyone.join(", "))?;
    let known = |from: usize| {
        let mut known: Vec<usize> = (0..TARGETS).map(|i| target(from, i, actors)).collect();
        known.extend((0..TARGETS).filter(|i| i % KINDS == 3).map(|i| (from + actors - 1 - i) % actors));
        known.sort_unstable();
        known.dedup();
        known
    };
    writeln!(text, "\nties:\n  support:\n    within: [0, 1]\n    pairs: [")?;
    for from in 0..actors {
        let pairs: Vec<String> = known(from).iter().map(|to| format!("[a{from}, a{to}]")).collect();
        writeln!(text, "      {},", pairs.join(", "))?;
    }
    writeln!(text, "    ]")?;
    writeln!(text, "    start:")?;
    for from in 0..actors {
        let starts: Vec<String> =
            known(from).iter().map(|&to| format!("a{to}: {}", support_at_start(from, to))).collect();
        writeln!(text, "      a{from}: {{ {} }}", starts.join(", "))?;
    }
    Ok(())
}

fn write_actors(text: &mut String, actors: usize) -> std::fmt::Result {
    write!(text, "\nactors:")?;
    for actor in 0..actors {
        write!(text, "\n  a{actor}:{STATE}")?;
        for i in 0..TARGETS {
            let (to, kind) = (target(actor, i, actors), i % KINDS);
            write!(
                text,
                "      r{i}:
        let:
          x: 0.3 * strength + 0.2 * received(k{kind}) - 0.25 * resolve + 0.15 * terr - 0.1 * support[a{to}] + {}
          parcel: 0.1 * funds * (0.5 + support[a{to}])
        when: x > -0.2
        chance: 0.4 / (1 + exp(-2 * x))
        then:
          - {{ send: k{kind}, to: a{to}, amount: parcel }}
          - change: {{ funds: -0.5 * parcel, \"support[a{to}]\": -0.01, posted: 1 }}
",
                inclination(i)
            )?;
        }
    }
    Ok(())
}
