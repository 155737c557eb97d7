//! Writes a scenario of a continent's size: states with armed fronts inside them, patrons of both abroad, a contest over
//! every area. It is no case study: it is a load that has the parts of one.

use std::fmt::Write;

/// How large a continent is made.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// States, each with as many areas.
    pub states: usize,
    /// Armed fronts, each in one state.
    pub fronts: usize,
    /// Patrons, each with a state and a front to support.
    pub patrons: usize,
    /// Areas of a state, which lie in rows of [`WIDTH`].
    pub areas: usize,
}

/// 3,000 areas and 200 actors.
pub const CONTINENT: Size = Size { states: 40, fronts: 60, patrons: 100, areas: 75 };
/// How many areas of a state lie side by side.
const WIDTH: usize = 15;
/// How many states lie side by side.
const STATES_ABREAST: usize = 5;

/// The files of a scenario.
pub struct Files {
    /// `scenario.yaml`
    pub scenario: String,
    /// `areas.csv`
    pub areas: String,
    /// `neighbours.csv`
    pub neighbours: String,
}

/// Everything before the actors, but for groups and ties.
const HEAD: &str = "\
entente: 1
title: A continent
about: States, the fronts that fight them and the patrons of both. Made by `cargo run --example make_continent`.

clock: { start: 2024-01-01, tick: 1 week, ticks: 52 }
calendar:
  dry: { from: 11-01, to: 05-15 }

uncertainties:
  firepower: { triangular: [0.2, 0.6, 1.2] }
  contagion: { triangular: [0, 0.3, 0.7] }

messages:
  request: {}
  arms: { delay: 2 weeks, on_arrival: { change: { stock: amount } } }
  warning: { on_arrival: { change: { resolve: -0.02 * amount } } }
";

/// What comes after the outcomes by state.
const TAIL: &str = "
milestones:
  despair: composure < 0.4
";

impl Size {
    /// The files of a continent of this size.
    ///
    /// # Panics
    /// If a state's areas do not fill whole rows.
    pub fn files(self) -> Files {
        assert!(self.areas.is_multiple_of(WIDTH), "a state's areas fill rows of {WIDTH}");
        let mut scenario = String::from(HEAD);
        self.write(&mut scenario).expect("a String takes everything");
        Files { scenario, areas: self.areas_table(), neighbours: self.neighbours_table() }
    }

    /// The state in which a front fights.
    fn state_of(self, front: usize) -> usize {
        front % self.states
    }

    /// The state and the front that a patron supports.
    fn clients_of(self, patron: usize) -> (usize, usize) {
        (patron * 7 % self.states, patron * 11 % self.fronts)
    }

    fn write(self, text: &mut String) -> std::fmt::Result {
        let list = |letter: &str, count: usize| -> String {
            (0..count).map(|number| format!("{letter}{number}")).collect::<Vec<_>>().join(", ")
        };
        writeln!(text, "\ngroups:\n  states: [{}]", list("s", self.states))?;
        writeln!(text, "  fronts: [{}]\n  patrons: [{}]", list("f", self.fronts), list("p", self.patrons))?;
        writeln!(text, "\nties:\n  hostile:\n    start: 1\n    within: [0, 1]\n    pairs:")?;
        for front in 0..self.fronts {
            let state = self.state_of(front);
            writeln!(text, "      - [s{state}, f{front}]\n      - [f{front}, s{state}]")?;
        }
        writeln!(text, "  support:\n    start: 0.6\n    within: [0, 1]\n    pairs:")?;
        for patron in 0..self.patrons {
            let (state, front) = self.clients_of(patron);
            writeln!(text, "      - [p{patron}, s{state}]\n      - [p{patron}, f{front}]")?;
        }
        writeln!(text, "\nactors:")?;
        (0..self.states).try_for_each(|state| self.write_state(text, state))?;
        (0..self.fronts).try_for_each(|front| self.write_front(text, front))?;
        (0..self.patrons).try_for_each(|patron| self.write_patron(text, patron))?;
        self.write_territory(text)?;
        writeln!(
            text,
            "\noutcomes:\n  composure: mean(x in states, x.resolve)\n  turmoil: mean(a in areas, a.unrest)"
        )?;
        for state in 0..self.states {
            writeln!(text, "  held_{state}: held(s{state}, posts)")?;
        }
        text.push_str(TAIL);
        Ok(())
    }

    fn write_state(self, text: &mut String, s: usize) -> std::fmt::Result {
        let backers: Vec<String> =
            (0..self.patrons).filter(|p| self.clients_of(*p).0 == s).map(|p| format!("p{p}")).collect();
        write!(
            text,
            "  s{s}:
    state:
      troops: {{ start: 60, within: [0, 500] }}
      stock: {{ start: 20, within: [0, null] }}
      resolve: {{ start: 0.6, within: [0, 1] }}
    each_tick: {{ change: {{ stock: -0.1/week * stock, resolve: 0.02/week * (0.6 - resolve) }} }}
    policy:
      recruit:
        let: {{ spent: 0.15/week * stock }}
        when: troops < 100
        then: [{{ change: {{ stock: -spent, troops: 0.06 * spent }} }}]
      hold_the_crossings:
        when: lost(s{s}, crossing, 4 weeks) > 0
        then:
          - change: {{ garrison: 0.5 }}
            at: best(a in areas where a.country == {s} and a.holder == s{s}, a.threat)
      warn_the_neighbour:
        chance: 0.2 * contagion
        then: [{{ send: warning, to: s{next}, amount: 1 - resolve }}]
",
            next = (s + 1) % self.states
        )?;
        if backers.is_empty() {
            return Ok(());
        }
        write!(
            text,
            "      ask_for_arms:
        when: lost(s{s}, posts, 4 weeks) > 5
        cooldown: 4 weeks
        then: [{{ send: request, to: [{}], amount: \"max(0, 60 - stock)\" }}]
",
            backers.join(", ")
        )
    }

    fn write_front(self, text: &mut String, f: usize) -> std::fmt::Result {
        let state = self.state_of(f);
        write!(
            text,
            "  f{f}:
    state:
      troops: {{ start: 20, within: [0, 200] }}
      stock: {{ start: 5, within: [0, null] }}
      push: {{ start: 0.5, within: [0, 1] }}
    policy:
      plan_the_campaign:
        then: [{{ set: {{ push: \"clamp(0.3 + 0.2 * season(dry) + 0.02 * stock, 0, 1)\" }} }}]
      arm:
        when: stock > 1 and s{state}.resolve < 0.9
        then: [{{ change: {{ stock: -0.2 * stock, troops: 0.1 * stock }} }}]
      take_heart:
        when: s{state}.resolve < 0.5
        chance: contagion
        then: [{{ change: {{ troops: 1 }} }}]
"
        )
    }

    fn write_patron(self, text: &mut String, p: usize) -> std::fmt::Result {
        let (state, front) = self.clients_of(p);
        write!(
            text,
            "  p{p}:
    policy:
      answer_the_state:
        when: received(request, s{state}) > 0
        chance: support[s{state}]
        then: [{{ send: arms, to: s{state}, amount: \"0.3 * received(request, s{state})\" }}]
      arm_the_front:
        chance: 0.1 * support[f{front}]
        then: [{{ send: arms, to: f{front}, amount: 4 }}]
      judge:
        then: [{{ change: {{ \"support[s{state}]\": \"0.05 * (s{state}.resolve - support[s{state}])\" }} }}]
"
        )
    }

    fn write_territory(self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "\nterritory:\n  areas: areas.csv\n  neighbours: neighbours.csv")?;
        writeln!(text, "  state:\n    unrest: {{ start: 0.2, within: [0, 1] }}")?;
        writeln!(text, "  each_tick:\n    set:\n      unrest: 0.95 * a.unrest + 0.05 * a.fighting")?;
        writeln!(text, "  sides:")?;
        for s in 0..self.states {
            writeln!(
                text,
                "    s{s}: {{ force: troops, effort: 0.3, prefer: 1 + a.towns, theatre: a.country == {s} }}"
            )?;
        }
        for f in 0..self.fronts {
            let state = self.state_of(f);
            writeln!(
                text,
                "    f{f}: {{ force: troops, effort: f{f}.push, prefer: 1 + 2 * a.crossing, guerrilla: 0.6, \
                 theatre: a.country == {state} }}"
            )?;
        }
        writeln!(text, "  between: hostile\n  contest: {{ pace: 0.08/week, firepower: firepower }}")
    }

    /// An area's column and row.
    fn place(self, area: usize) -> (usize, usize) {
        let (state, within) = (area / self.areas, area % self.areas);
        let (column, row) = (state % STATES_ABREAST, state / STATES_ABREAST);
        (column * WIDTH + within % WIDTH, row * (self.areas / WIDTH) + within / WIDTH)
    }

    fn areas_table(self) -> String {
        let mut text = String::from("name,lon,lat,country,posts,towns,population,crossing,held_by,base\n");
        for area in 0..self.states * self.areas {
            let (state, within) = (area / self.areas, area % self.areas);
            let (column, row) = self.place(area);
            // A front holds one area of its state from the start, and a state all others.
            let front = (0..self.fronts).find(|f| self.state_of(*f) == state && within == 20 + 30 * (f / self.states));
            let holder = front.map_or(format!("s{state}"), |front| format!("f{front}"));
            let base = match (within, front) {
                (0, _) => format!("s{state}"),
                (_, Some(front)) => format!("f{front}"),
                _ => String::new(),
            };
            let (posts, towns, crossing) = (4 + area * 7 % 20, 1 + area % 4, u8::from(within % WIDTH == 0));
            let (lon, lat) = (column as f64 / 2.0, row as f64 / 2.0);
            let people = 50 + area * 13 % 300;
            writeln!(text, "g{area},{lon},{lat},{state},{posts},{towns},{people},{crossing},{holder},{base}")
                .expect("a String takes everything");
        }
        text
    }

    /// Each area borders the next in its row and in its column.
    fn neighbours_table(self) -> String {
        let places: std::collections::BTreeMap<(usize, usize), usize> =
            (0..self.states * self.areas).map(|area| (self.place(area), area)).collect();
        let mut text = String::from("a,b\n");
        for (&(column, row), area) in &places {
            for next in [(column + 1, row), (column, row + 1)] {
                if let Some(other) = places.get(&next) {
                    writeln!(text, "g{area},g{other}").expect("a String takes everything");
                }
            }
        }
        text
    }
}
