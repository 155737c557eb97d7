//! Random expressions of every form, valid where they stand.

use super::cast::Cast;
use super::choices::Choices;
use super::place::{Member, Place, Stage, Whose};
use std::cell::RefCell;

/// Writes expressions about a cast.
pub struct Writer<'a> {
    pub choices: &'a Choices,
    pub cast: &'a Cast,
    /// Which kinds of messages have been sent by a rule.
    pub sent: RefCell<Vec<bool>>,
}

const LITERALS: [&str; 10] = ["1", "0", "2", "0.5", "0.1", "3", "10", "0.25", "1.5", "7e-1"];
const COMPARISONS: [&str; 6] = [">", "<", ">=", "<=", "==", "!="];

impl Writer<'_> {
    pub fn below(&self, count: usize) -> usize {
        self.choices.below(count)
    }

    pub fn in_100(&self, times: usize) -> bool {
        self.choices.in_100(times)
    }

    /// Whether something that may make a run fail is written here.
    pub fn risky(&self) -> bool {
        self.cast.risky && self.in_100(6)
    }

    pub fn literal(&self) -> String {
        (*self.choices.of(&LITERALS)).to_owned()
    }

    /// A time of a few ticks, in some unit.
    pub fn time(&self) -> String {
        match self.below(5) {
            0 => "1 tick".into(),
            1 => "2 ticks".into(),
            2 => format!("{} days", self.cast.days * self.choices.between(1, 4) + self.below(2)),
            3 => "1 week".into(),
            _ => format!("{} ticks", self.choices.between(3, 6)),
        }
    }

    /// A day on the clock.
    pub fn day(&self, tick: usize) -> String {
        let day = 27 + tick.min(self.cast.ticks) * self.cast.days;
        let lengths = [31, 30, 31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31];
        let (mut month, mut left) = (9, day);
        for length in lengths {
            if left <= length {
                break;
            }
            left -= length;
            month += 1;
        }
        format!("{}-{:02}-{left:02}", 2023 + month / 12, month % 12 + 1)
    }

    /// A number.
    pub fn number(&self, place: &mut Place, depth: usize) -> String {
        if depth == 0 || self.below(10) < 3 {
            return self.atom(place);
        }
        let depth = depth - 1;
        match self.below(19) {
            0 | 1 => format!("({} + {})", self.number(place, depth), self.number(place, depth)),
            2 => format!("({} - {})", self.number(place, depth), self.number(place, depth)),
            3 | 4 => format!("({} * {})", self.number(place, depth), self.bounded(place, depth)),
            5 => match self.risky() {
                true => format!("({} / {})", self.number(place, depth), self.number(place, depth)),
                false => format!("({} / (1 + abs({})))", self.number(place, depth), self.number(place, depth)),
            },
            6 => format!(
                "{}({}, {})",
                self.choices.of(&["min", "max"]),
                self.number(place, depth),
                self.number(place, depth)
            ),
            7 => format!("clamp({}, {}, {})", self.number(place, depth), self.literal(), self.literal()),
            8 => format!(
                "if({}, {}, {})",
                self.condition(place, depth),
                self.number(place, depth),
                self.number(place, depth)
            ),
            9 => self.function(place, depth),
            10 => self.power(place, depth),
            11 | 12 => self.over(place, depth, false),
            13 if place.past && place.stage > Stage::Start => self.before(place, depth),
            14 if place.stage > Stage::Start => self.duration_share(place),
            15 => format!("-{}", self.number(place, depth)),
            16 => self.measure(place, depth),
            _ => format!("({} + {} * {})", self.atom(place), self.literal(), self.atom(place)),
        }
    }

    /// A number between −1 and 1 or so, to multiply with.
    fn bounded(&self, place: &mut Place, depth: usize) -> String {
        if self.risky() {
            return self.number(place, depth);
        }
        match self.below(3) {
            0 => self.literal(),
            1 => format!("(logistic({}) - 0.5)", self.number(place, depth)),
            _ => format!("clamp({}, -1, 1)", self.number(place, depth)),
        }
    }

    /// A chance; sometimes one outside 0 to 1.
    pub fn chance(&self, place: &mut Place) -> String {
        if self.risky() {
            return format!("{} / 4", self.number(place, 1));
        }
        match self.below(3) {
            0 => ["0.3", "0.05", "0.9", "1", "0", "0.5"][self.below(6)].to_owned(),
            1 => format!("logistic({})", self.number(place, 2)),
            _ => format!("clamp({}, 0, 1)", self.number(place, 2)),
        }
    }

    fn function(&self, place: &mut Place, depth: usize) -> String {
        let inner = self.number(place, depth);
        let risky = self.risky();
        match self.below(6) {
            0 => format!("abs({inner})"),
            1 => format!("floor({inner})"),
            2 => format!("logistic({inner})"),
            3 if risky => format!("sqrt({inner})"),
            3 => format!("sqrt(abs({inner}))"),
            4 if risky => format!("exp({inner})"),
            4 => format!("exp(min({inner}, 3))"),
            _ if risky => format!("ln({inner})"),
            _ => format!("ln(1 + abs({inner}))"),
        }
    }

    fn power(&self, place: &mut Place, depth: usize) -> String {
        let inner = self.number(place, depth);
        match (self.risky(), self.below(4)) {
            (true, 0) => format!("({inner}) ^ -1"),
            (true, 1) => format!("({inner}) ^ {}", self.bounded(place, depth)),
            (true, _) => format!("({inner}) ^ 7"),
            (false, 0) => format!("clamp({inner}, -9, 9) ^ 2"),
            (false, 1) => format!("clamp({inner}, -9, 9) ^ 3"),
            (false, 2) => format!("(1 + abs({inner})) ^ -2"),
            (false, _) => format!("(1 + clamp({inner}, 0, 20)) ^ {}", ["0.5", "1.7", "-0.3"][self.below(3)]),
        }
    }

    /// A number made of times and dates.
    fn duration_share(&self, place: &mut Place) -> String {
        match self.below(4) {
            0 => "3/week".into(),
            1 => format!("({} / {})", self.atom(place), self.choices.of(&["week", "month", "day"])),
            2 => format!("((date - {}) / week)", self.day(self.below(5))),
            _ => "(2 weeks / month)".into(),
        }
    }

    fn before(&self, place: &mut Place, depth: usize) -> String {
        let mut past = place.remembered();
        if past.areas.len() > 1 {
            past.areas.clear();
        }
        format!("before({}, {})", self.number(&mut past, depth), self.time())
    }

    /// A measure of the contest, if there is one.
    fn measure(&self, place: &mut Place, depth: usize) -> String {
        let sides = self.cast.land.as_ref().map(|land| land.sides.as_slice()).unwrap_or_default();
        if sides.is_empty() || !place.knows_holders() {
            return self.atom(place);
        }
        let side = &self.cast.actors[*self.choices.of(sides)].name;
        let mut weights = vec!["posts", "towns", "population", "weight"];
        if self.cast.land.as_ref().is_some_and(|land| land.gates) {
            weights.push("gate_trade");
        }
        let weight = self.choices.of(&weights);
        match self.below(if place.stage > Stage::Start { 6 } else { 3 }) {
            0 => format!("held({side}, {weight})"),
            1 if !place.areas.is_empty() => format!("amount_held({side}, {weight})"),
            1 => format!("held({side}, {weight}, a.weight > {})", self.literal()),
            2 => format!("amount_held({side}, {weight})"),
            3 => format!("lost({side}, {weight})"),
            4 if depth > 0 => format!("lost({side}, {weight}, {})", self.time()),
            4 => format!("surrendered({side})"),
            _ => format!("surrendered({side}, {})", self.time()),
        }
    }

    /// A function over a group or the areas.
    fn over(&self, place: &mut Place, depth: usize, yes_no: bool) -> String {
        let areas = self.cast.land.is_some() && place.areas.len() < 2 && place.stage > Stage::Fixed && self.in_100(50);
        if !areas && place.stage <= Stage::Start {
            return if yes_no { "true".into() } else { self.literal() };
        }
        let function =
            if yes_no { ["any", "all"][self.below(2)] } else { ["sum", "mean", "min", "max"][self.below(4)] };
        // The body is always worked out where something can be wrong with nobody.
        let filtered = if matches!(function, "sum" | "any" | "all") { self.in_100(50) } else { self.risky() };
        let mut inner = place.clone();
        let (name, domain) = if areas {
            let name = ["a", "b"][place.areas.len()].to_owned();
            inner.areas.push(name.clone());
            (name, "areas".to_owned())
        } else {
            let name = format!("x{}", place.members.len());
            inner.members.push(Member { name: name.clone(), may_be_self: true });
            (name, self.choices.of(&self.cast.groups).0.clone())
        };
        let depth = depth.saturating_sub(usize::from(areas));
        let filter = match filtered {
            true => {
                // A filter that is known to leave out everybody is refused.
                let own = if areas { "weight" } else { "s0" };
                let own =
                    if inner.stage > Stage::Start || areas { format!("{name}.{own} > 0.5") } else { "true".into() };
                let word = self.choices.of(&["or", "and"]);
                format!(" where {own} {word} {}", self.condition(&mut inner.undrawn(), depth.min(1)))
            }
            false => String::new(),
        };
        let body = if yes_no { self.condition(&mut inner, depth) } else { self.number(&mut inner, depth) };
        place.labels = inner.labels;
        format!("{function}({name} in {domain}{filter}, {body})")
    }

    /// Yes or no.
    pub fn condition(&self, place: &mut Place, depth: usize) -> String {
        let lower = depth.saturating_sub(1);
        let form = if depth == 0 { self.below(6) } else { self.below(16) };
        match form {
            1 | 2 => self.special_condition(place),
            6 => format!("({} and {})", self.condition(place, lower), self.condition(place, lower)),
            7 => format!("({} or {})", self.condition(place, lower), self.condition(place, lower)),
            8 => format!("not ({})", self.condition(place, lower)),
            9 => format!("(0 <= {} < {})", self.number(place, lower), self.literal()),
            10 | 11 => self.over(place, lower, true),
            12 if place.past && place.stage > Stage::Start => {
                let mut past = place.remembered();
                past.areas.clear();
                format!("sustained({}, {})", self.condition(&mut past, lower), self.time())
            }
            13 if place.past && place.stage > Stage::Start => {
                let mut past = place.remembered();
                if past.areas.len() > 1 {
                    past.areas.clear();
                }
                format!("before({}, {})", self.condition(&mut past, lower), self.time())
            }
            _ => {
                format!("{} {} {}", self.number(place, lower), self.choices.of(&COMPARISONS), self.number(place, lower))
            }
        }
    }

    /// A condition that is not about numbers.
    fn special_condition(&self, place: &mut Place) -> String {
        let mut list = vec!["true".to_owned()];
        list.extend(
            place.locals.iter().filter(|l| l.yes_no && (place.drawn_locals || !l.draws)).map(|l| l.name.clone()),
        );
        if place.stage > Stage::Start {
            list.push(format!("date >= {}", self.day(self.below(self.cast.ticks))));
            list.push(format!("date + 1 week < {}", self.day(self.below(self.cast.ticks))));
            for stone in self.cast.milestones.iter().take(place.known[2]) {
                list.push(format!("reached({stone})"));
                list.push(format!("since({stone}) > {}", self.time()));
                list.push(format!("since({stone}) <= 3 ticks"));
            }
            for (i, actor) in self.cast.actors.iter().enumerate() {
                for rung in &actor.stances {
                    list.push(format!("{}.stance {} {rung}", actor.name, self.choices.of(&["==", ">=", "!="])));
                    if place.whose == Whose::Actor(i) {
                        list.push(format!("stance {} {rung}", self.choices.of(&["==", "<"])));
                    }
                }
            }
        }
        if place.knows_holders() && self.cast.land.as_ref().is_some_and(|land| !land.sides.is_empty()) {
            let side = &self.cast.actors[0].name;
            for area in &place.areas {
                list.push(format!("{area}.holder == {side}"));
                list.push(format!("{area}.town_holder != {area}.holder"));
            }
        }
        if place.stage > Stage::Fixed && self.cast.land.as_ref().is_some_and(|land| land.ally) {
            list.extend(place.areas.iter().map(|area| format!("{area}.ally == {}", self.cast.actors[0].name)));
        }
        if let [one, other] = place.areas.as_slice() {
            list.push(format!("borders({one}, {other})"));
            list.push(format!("borders({other}, {one})"));
        }
        for member in &place.members {
            list.push(format!("{} != {}", member.name, self.cast.actors[0].name));
            if place.whose != Whose::World {
                list.push(format!("{} != self", member.name));
            }
        }
        self.choices.of(&list).clone()
    }
}
