//! Scenarios in pieces that a test can add, remove and move.

use crate::played::{Runs, written};
use std::collections::BTreeMap;

/// How many runs are compared: two groups of 64 and a rest.
pub const RUNS: u64 = 130;
pub const SEED: u64 = 7;

/// A text with holes, each a line `@name`, and the entries that stand there, one below the other.
#[derive(Clone)]
pub struct Pieces {
    text: &'static str,
    entries: BTreeMap<&'static str, Vec<String>>,
}

impl Pieces {
    pub fn new(text: &'static str, entries: &[(&'static str, &[&str])]) -> Self {
        let owned = |list: &[&str]| list.iter().map(|entry| (*entry).to_owned()).collect();
        Self { text, entries: entries.iter().map(|(hole, list)| (*hole, owned(list))).collect() }
    }

    fn of(&mut self, hole: &str) -> &mut Vec<String> {
        self.entries.get_mut(hole).unwrap_or_else(|| panic!("no hole {hole}"))
    }

    pub fn first(&mut self, hole: &str, entry: &str) {
        self.of(hole).insert(0, entry.to_owned());
    }

    pub fn last(&mut self, hole: &str, entry: &str) {
        self.of(hole).push(entry.to_owned());
    }

    pub fn reverse(&mut self, hole: &str) {
        self.of(hole).reverse();
    }

    /// Removes the entry of this name.
    pub fn remove(&mut self, hole: &str, name: &str) {
        let entries = self.of(hole);
        let before = entries.len();
        entries.retain(|entry| !entry.starts_with(&format!("{name}:")));
        assert_eq!(entries.len() + 1, before, "`{name}` of {hole}");
    }

    /// Replaces a text that occurs once among the entries.
    pub fn replace(&mut self, from: &str, to: &str) {
        let mut count = 0;
        for entry in self.entries.values_mut().flatten() {
            count += entry.matches(from).count();
            *entry = entry.replace(from, to);
        }
        assert_eq!(count, 1, "`{from}`");
    }

    /// The whole file.
    pub fn yaml(&self) -> String {
        let mut out = String::new();
        self.fill(self.text, "", &mut out);
        out
    }

    fn fill(&self, text: &str, indent: &str, out: &mut String) {
        for line in text.lines() {
            let inner = line.trim_start();
            let indent = format!("{indent}{}", &line[..line.len() - inner.len()]);
            match inner.strip_prefix('@').map(|hole| &self.entries[hole]) {
                Some(entries) => entries.iter().for_each(|entry| self.fill(entry, &indent, out)),
                None => *out += &format!("{indent}{inner}\n"),
            }
        }
    }

    pub fn play(&self, variant: Option<&str>) -> Runs {
        Runs::of(&written(&self.yaml(), variant), SEED, RUNS)
    }
}

/// Draws of every kind: of rules, flows, what an actor sees, events, areas and uncertainties.
pub fn dice() -> Pieces {
    let text = "title: Dice
clock: { start: 2024-01-01, tick: 1 week, ticks: 6 }
uncertainties:
  @uncertainties
groups:
  @groups
messages:
  note: { on_arrival: { set: { heard: amount } } }
  @messages
actors:
  @actors
territory:
  areas:
    @areas
  state:
    @area_states
  each_tick:
    set:
      @equations
events:
  @events
outcomes:
  @outcomes
variants:
  doubled: { title: Doubled, actors: { one: { policy: { throw: { then: [{ set: { die: 2 * uniform() } }] } } } } }
  later: { title: Later, from: 2024-01-22, actors: { one: { policy: { throw: { then: [{ set: { die: 2 * uniform() } }] } } } } }
";
    let one = "one:
  state: { die: 0, left: 0, right: 0, count: 0, flow: 0, struck: 0, guess: 0 }
  sees: { two.die: { error: { sd: 1 } } }
  each_tick: { set: { flow: uniform() } }
  policy:
    @rules";
    Pieces::new(
        text,
        &[
            (
                "uncertainties",
                &[
                    "luck: { uniform: [0, 1] }",
                    "calm: { normal: { mean: 0, sd: 1 } }",
                    "tied: { uniform: [0, 1], with: { luck: 0.5 } }",
                ],
            ),
            ("groups", &["others: [two, three]"]),
            ("messages", &[]),
            (
                "actors",
                &[
                    one,
                    "two: { state: { die: 0, heard: 0 }, policy: { throw: { then: [{ set: { die: uniform() } }] } } }",
                    "three: { state: { heard: 0 } }",
                ],
            ),
            (
                "rules",
                &[
                    "throw: { then: [{ set: { die: uniform() } }] }",
                    "twice: { then: [{ set: { left: uniform(l), right: normal(r) } }] }",
                    "perhaps: { chance: 0.5, then: [{ change: { count: 1 } }] }",
                    "look: { then: [{ set: { guess: two.die } }] }",
                    "tell: { for: x in others, then: [{ send: note, to: x, amount: uniform() }] }",
                ],
            ),
            ("areas", &["north: { number: 1 }", "south: { number: 2 }"]),
            ("area_states", &["crop: { start: 0 }"]),
            ("equations", &["crop: uniform()"]),
            ("events", &["storm: { chance: 0.5, then: [{ set: { one.struck: uniform() } }] }"]),
            (
                "outcomes",
                &[
                    "die_of_one: one.die",
                    "left_die: one.left",
                    "right_die: one.right",
                    "counted: one.count",
                    "flowed: one.flow",
                    "guessed: one.guess",
                    "hit: one.struck",
                    "die_of_two: two.die",
                    "heard_by_two: two.heard",
                    "heard_by_three: three.heard",
                    "crop_north: \"sum(a in areas where a.number == 1, a.crop)\"",
                    "crop_south: \"sum(a in areas where a.number == 2, a.crop)\"",
                ],
            ),
        ],
    )
}

/// Two wars that have nothing to do with each other, on two islands.
pub fn wars() -> Pieces {
    let text = "title: Wars
clock: { start: 2024-01-01, tick: 1 week, ticks: 12 }
ties:
  hostile:
    within: [0, 1]
    start: 1
    pairs:
      @hostile
actors:
  @actors
territory:
  areas:
    @areas
  sides:
    @sides
  between: hostile
  contest: { pace: 0.2, destroyed: 0.5, rebuild: 0.3, surrender_spread: 1, battalion: 2, town_pace: 0.5, dominance: 0.3 }
outcomes:
  @outcomes
";
    Pieces::new(
        text,
        &[
            ("hostile", &["- [red, blue]", "- [blue, red]", "- [green, grey]", "- [grey, green]"]),
            (
                "actors",
                &[
                    "red: { state: { troops: 20 } }",
                    "blue: { state: { troops: 22 } }",
                    "green: { state: { troops: 9 } }",
                    "grey: { state: { troops: 8 } }",
                ],
            ),
            (
                "areas",
                &[
                    "north: { number: 1, posts_red: 20, posts_blue: 16, posts_green: 0, posts_grey: 0, towns: 3, population: 90, held_by: red }",
                    "south: { number: 2, posts_red: 0, posts_blue: 0, posts_green: 12, posts_grey: 14, towns: 2, population: 40, held_by: green }",
                ],
            ),
            (
                "sides",
                &[
                    "red: { force: troops }",
                    "blue: { force: troops }",
                    "green: { force: troops }",
                    "grey: { force: troops }",
                ],
            ),
            (
                "outcomes",
                &[
                    "red_posts: amount_held(red, posts)",
                    "blue_posts: amount_held(blue, posts)",
                    "red_towns: amount_held(red, towns)",
                    "red_lost: lost(red, posts)",
                    "red_gave_up: surrendered(red)",
                    "red_troops: red.troops",
                    "ruined_north: \"sum(a in areas where a.number == 1, a.ruined)\"",
                    "green_posts: amount_held(green, posts)",
                    "grey_posts: amount_held(grey, posts)",
                    "green_towns: amount_held(green, towns)",
                    "green_troops: green.troops",
                    "ruined_south: \"sum(a in areas where a.number == 2, a.ruined)\"",
                ],
            ),
        ],
    )
}

/// Two sides who draw their posts and never meet in arms, so that every tick shows the start; what moves is a drift of moods.
pub fn allocation() -> Pieces {
    let text = "title: Allocation
clock: { start: 2024-01-01, tick: 1 week, ticks: 3 }
uncertainties:
  @uncertainties
ties: { hostile: { pairs: [[red, blue], [blue, red]], start: 0, within: [0, 1] } }
actors:
  @actors
territory:
  areas:
    @areas
  state:
    @area_states
  each_tick: { change: { mood: uniform(), seen: uniform(drift) } }
  sides:
    @sides
  between: hostile
outcomes:
  @outcomes
";
    Pieces::new(
        text,
        &[
            ("uncertainties", &["total: { uniform: [5, 30] }"]),
            ("actors", &["red: { state: { troops: 20 } }", "blue: { state: { troops: 22 } }"]),
            (
                "areas",
                &["north: { number: 1, towns: 1, held_by: red }", "south: { number: 2, towns: 2, held_by: blue }"],
            ),
            ("area_states", &["mood: { start: normal() }", "seen: { start: \"a.posts[red] + uniform()\" }"]),
            (
                "sides",
                &[
                    "red: { force: troops, posts: total * exp(0.3 * normal()) }",
                    "blue: { force: troops, posts: 4 * uniform() }",
                ],
            ),
            (
                "outcomes",
                &[
                    "red_north: \"sum(a in areas where a.number == 1, a.posts[red] + a.mood)\"",
                    "red_south: \"sum(a in areas where a.number == 2, a.posts[red] + a.mood)\"",
                    "blue_north: \"sum(a in areas where a.number == 1, a.posts[blue] + a.mood)\"",
                    "blue_south: \"sum(a in areas where a.number == 2, a.posts[blue] + a.mood)\"",
                    "mood_north: \"sum(a in areas where a.number == 1, a.mood)\"",
                    "seen_south: \"sum(a in areas where a.number == 2, a.seen)\"",
                    "all_of_red: \"amount_held(red, posts) + sum(a in areas, a.mood)\"",
                ],
            ),
        ],
    )
}
