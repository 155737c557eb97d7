//! Who and what there is in a random scenario: names first, so that everything may refer to everything.

use super::choices::Choices;

/// An actor. Every actor has the public state `s0`.
pub struct Actor {
    pub name: String,
    /// States, and whether each is private.
    pub states: Vec<(String, bool)>,
    /// Stances, lowest first; none or at least two.
    pub stances: Vec<String>,
}

/// A tie; a full one has every ordered pair.
pub struct Tie {
    pub name: String,
    pub pairs: Vec<(usize, usize)>,
    pub full: bool,
}

/// A kind of message.
pub struct Kind {
    pub name: String,
    pub fields: Vec<String>,
}

/// The territory.
pub struct Land {
    pub areas: Vec<String>,
    /// Columns of numbers, beside those that the contest needs.
    pub columns: Vec<String>,
    /// Whether there is a table of places, which gives two more columns.
    pub gates: bool,
    /// Whether there is the column `ally`, which names an actor or nobody.
    pub ally: bool,
    /// The scenario's own area states.
    pub states: Vec<String>,
    /// Which of them start from what the contest shows.
    pub late: Vec<bool>,
    /// Actors that are sides of the contest; none or at least two.
    pub sides: Vec<usize>,
    /// Which of them draw their posts.
    pub drawn: Vec<bool>,
}

/// Everything that has a name.
pub struct Cast {
    pub ticks: usize,
    /// Days of a tick, about.
    pub days: usize,
    /// Text of the clock's tick.
    pub tick: &'static str,
    /// Whether values that are not finite and chances outside 0 to 1 may come about.
    pub risky: bool,
    pub seasons: Vec<String>,
    pub uncertainties: Vec<String>,
    pub levers: Vec<String>,
    pub groups: Vec<(String, Vec<usize>)>,
    pub kinds: Vec<Kind>,
    pub ties: Vec<Tie>,
    pub actors: Vec<Actor>,
    pub land: Option<Land>,
    pub outcomes: Vec<String>,
    pub milestones: Vec<String>,
}

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{prefix}{i}")).collect()
}

impl Cast {
    /// Chooses the names.
    pub fn new(choices: &Choices) -> Self {
        let actor_count = choices.between(1, 5);
        let actors: Vec<Actor> = (0..actor_count).map(|i| actor(choices, i)).collect();
        let (tick, days) =
            *choices.of(&[("1 week", 7), ("1 month", 30), ("3 days", 3), ("0.5 weeks", 3), ("1 day", 1)]);
        let mut groups = vec![("everyone".to_owned(), (0..actor_count).collect())];
        if actor_count > 2 && choices.in_100(60) {
            let first = choices.below(actor_count);
            groups.push(("pair".to_owned(), vec![first, (first + 1) % actor_count]));
        }
        let ties = ties(choices, actor_count);
        let kinds = if actor_count > 1 { choices.between(0, 3) } else { 0 };
        Self {
            ticks: choices.between(3, 16),
            days,
            tick,
            risky: choices.in_100(35),
            seasons: names("season", choices.between(0, 2)),
            uncertainties: names("u", choices.between(0, 6)),
            levers: names("lever", choices.between(0, 2)),
            groups,
            kinds: (0..kinds).map(|i| kind(choices, i)).collect(),
            land: choices.in_100(50).then(|| land(choices, actor_count, !ties.is_empty())),
            ties,
            actors,
            outcomes: names("m", choices.between(1, 5)),
            milestones: names("stone", choices.between(0, 3)),
        }
    }
}

fn actor(choices: &Choices, number: usize) -> Actor {
    let mut states = vec![("s0".to_owned(), false)];
    states.extend((1..choices.between(1, 4)).map(|i| (format!("s{i}"), choices.in_100(25))));
    let stances = match choices.below(4) {
        2 => vec!["calm".to_owned(), "war".to_owned()],
        3 => vec!["calm".to_owned(), "tense".to_owned(), "war".to_owned()],
        _ => vec![],
    };
    Actor { name: format!("actor{number}"), states, stances }
}

fn kind(choices: &Choices, number: usize) -> Kind {
    Kind { name: format!("note{number}"), fields: names(&format!("field{number}_"), choices.between(0, 2)) }
}

fn ties(choices: &Choices, actors: usize) -> Vec<Tie> {
    let mut list = Vec::new();
    if actors < 2 {
        return list;
    }
    let all: Vec<(usize, usize)> =
        (0..actors).flat_map(|from| (0..actors).map(move |to| (from, to))).filter(|(from, to)| from != to).collect();
    if choices.in_100(75) {
        list.push(Tie { name: "trust".into(), pairs: all.clone(), full: true });
    }
    if choices.in_100(40) {
        let mut some: Vec<_> = all.into_iter().filter(|_| choices.in_100(50)).collect();
        if some.is_empty() {
            some.push((0, 1));
        }
        list.push(Tie { name: "debt".into(), pairs: some, full: false });
    }
    list
}

fn land(choices: &Choices, actors: usize, ties: bool) -> Land {
    let areas = names("area", choices.between(2, 7));
    let contest = ties && choices.in_100(50);
    let sides = if contest { (0..choices.between(2, actors.min(3))).collect() } else { vec![] };
    let states = names("heat", if contest { choices.between(0, 1) } else { choices.between(1, 2) });
    let mut columns: Vec<String> = ["weight", "ports"].map(str::to_owned).into();
    let gates = choices.in_100(40);
    if gates {
        columns.extend(["gate", "gate_trade"].map(str::to_owned));
    }
    let ally = choices.in_100(50);
    let late = states.iter().map(|_| contest && choices.in_100(50)).collect();
    let drawn = sides.iter().map(|_| choices.in_100(40)).collect();
    Land { areas, columns, gates, ally, states, late, sides, drawn }
}
