//! Which events make the story: the weightiest of each kind in turn, then in the order of their dates.

/// What an event is about, the weightiest kind first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A milestone, a stop, a failure.
    Mark,
    /// Ground changes hands.
    Ground,
    /// An outcome turns.
    Turn,
    /// Something happens to the world, or an actor does what it does once or seldom.
    Deed,
    /// An actor takes a stance.
    Stance,
    /// A large message of its kind.
    Message,
}

/// How many of each kind are taken in the first round, so that no kind crowds the others out.
const FIRST_ROUND: [(Kind, usize); 6] =
    [(Kind::Mark, 5), (Kind::Ground, 3), (Kind::Turn, 1), (Kind::Deed, 1), (Kind::Stance, 1), (Kind::Message, 1)];

/// Something that could be told.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    /// When it begins.
    pub tick: u32,
    pub kind: Kind,
    /// Among its kind, the more the weightier.
    pub weight: f64,
    pub sentence: String,
}

/// At most so many, by date. Some of each kind are taken first; then what is left, kind by kind.
pub(super) fn pick(mut candidates: Vec<Candidate>, most: usize) -> Vec<Candidate> {
    // The first among equals is the earlier one.
    candidates.sort_by(|a, b| a.kind.cmp(&b.kind).then(b.weight.total_cmp(&a.weight)).then(a.tick.cmp(&b.tick)));
    let mut picked: Vec<Candidate> = Vec::new();
    let mut left: Vec<Candidate> = Vec::new();
    for (kind, quota) in FIRST_ROUND {
        let of_kind = candidates.iter().filter(|candidate| candidate.kind == kind);
        for (place, candidate) in of_kind.enumerate() {
            if place < quota && picked.len() < most { &mut picked } else { &mut left }.push(candidate.clone());
        }
    }
    let room = most.saturating_sub(picked.len());
    picked.extend(left.into_iter().take(room));
    picked.sort_by(|a, b| a.tick.cmp(&b.tick).then(a.kind.cmp(&b.kind)));
    picked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(tick: u32, kind: Kind, weight: f64) -> Candidate {
        Candidate { tick, kind, weight, sentence: format!("{kind:?} {tick}") }
    }

    #[test]
    fn no_kind_crowds_the_others_out_and_dates_order_what_is_told() {
        let mut all: Vec<Candidate> = (0..20).map(|i| candidate(40 - i, Kind::Ground, f64::from(i))).collect();
        all.push(candidate(50, Kind::Mark, 1.0));
        all.push(candidate(3, Kind::Stance, 1.0));
        let told = pick(all.clone(), 5);
        let ticks: Vec<u32> = told.iter().map(|event| event.tick).collect();
        assert_eq!(ticks, [3, 21, 22, 23, 50]);
        assert_eq!(pick(all, 12).len(), 12);
    }
}
