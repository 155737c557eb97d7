//! Rivals: forecasts that take no model, made of nothing but what was known before.

use super::rates;
use crate::scenario::model::{DatedValue, Target};
use crate::stats::{Brier, normal_crps};

/// A forecast of an outcome that takes no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rival {
    /// The last known value.
    NothingChanges,
    /// The least squares line through all that is known.
    StraightLine,
    /// The last known value, and a variance that grows with time as past increments did.
    RandomWalk,
    /// Negative binomial counts at the rate so far.
    Rate,
    /// A milestone is reached with a chance of one half.
    EvenChance,
    /// A milestone is never reached.
    Never,
}

/// The rivals of outcomes.
pub const OUTCOME_RIVALS: [Rival; 4] = [Rival::NothingChanges, Rival::StraightLine, Rival::RandomWalk, Rival::Rate];
/// The rivals of milestones.
pub const MILESTONE_RIVALS: [Rival; 2] = [Rival::EvenChance, Rival::Never];

/// Something that was known: when, what, and the standard deviation of its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// In days since 1970-01-01.
    pub day: i64,
    /// The value.
    pub value: f64,
    /// The standard deviation of its error.
    pub sd: f64,
}

/// A rival's score, or why it has none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Its score, and the skill against it: 1 − score / its score. Nothing beats a score of 0.
    Scored(f64, Option<f64>),
    /// Too little was known for it.
    Missing(&'static str),
}

impl Rival {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::NothingChanges => "nothing_changes",
            Self::StraightLine => "straight_line",
            Self::RandomWalk => "random_walk",
            Self::Rate => "over_dispersed_rate",
            Self::EvenChance => "even_chance",
            Self::Never => "never",
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::NothingChanges => "nothing changes",
            Self::StraightLine => "straight line",
            Self::RandomWalk => "random walk",
            Self::Rate => "rate so far",
            Self::EvenChance => "even chance",
            Self::Never => "never",
        }
    }

    /// Its score of an outcome that was observed, by what was known before.
    pub fn of_outcome(self, known: &[Known], observed: &DatedValue, score: f64) -> Verdict {
        let crps = match self {
            Self::NothingChanges => nothing_changes(known, observed),
            Self::StraightLine => straight_line(known, observed),
            Self::RandomWalk => random_walk(known, observed),
            Self::Rate => rates::score(known, observed),
            Self::EvenChance | Self::Never => Err("a rival of milestones"),
        };
        verdict(crps, score)
    }

    /// Its score of a milestone.
    pub fn of_milestone(self, happened: bool, score: f64) -> Verdict {
        match self {
            Self::EvenChance => verdict(Ok(Brier::of(0.5, happened).score), score),
            Self::Never => verdict(Ok(Brier::of(0.0, happened).score), score),
            _ => Verdict::Missing("a rival of outcomes"),
        }
    }
}

/// What was known before a day: the value at the start, and the observations of earlier days, in order.
///
/// Nothing of that day or later is in it. Where something was observed on the day of the start, that stands for the start.
pub(super) fn known_before(start: Known, target: &Target, day: i64) -> Vec<Known> {
    let observed = target.observations.iter().filter(|one| one.day < day);
    let mut known: Vec<Known> = observed.map(|one| Known { day: one.day, value: one.value, sd: one.sd() }).collect();
    if start.day < day && known.first().is_none_or(|first| first.day != start.day) {
        known.insert(0, start);
    }
    known
}

fn verdict(crps: Result<f64, &'static str>, score: f64) -> Verdict {
    match crps {
        Ok(rival) if rival.is_finite() => {
            Verdict::Scored(rival, (rival > 0.0).then(|| 1.0 - score / rival).filter(|skill| skill.is_finite()))
        }
        Ok(_) => Verdict::Missing("its score is not finite"),
        Err(why) => Verdict::Missing(why),
    }
}

const NOTHING_KNOWN: &str = "nothing was known before";

fn last(known: &[Known]) -> Result<&Known, &'static str> {
    known.last().ok_or(NOTHING_KNOWN)
}

/// Normal around the last known value, with the errors of both observations.
fn nothing_changes(known: &[Known], observed: &DatedValue) -> Result<f64, &'static str> {
    let last = last(known)?;
    let variance = last.sd * last.sd + observed.sd() * observed.sd();
    Ok(normal_crps(last.value, variance.sqrt(), observed.value))
}

/// Normal around the least squares line.
///
/// With n known values at days t, their mean day t̄ and S = Σ(t − t̄)², the line's own variance at day d is v (1/n + (d − t̄)²/S)
/// (Draper & Smith 1998, section 1.4), where v is the mean variance of the observations' errors or, if that is more, the
/// residual variance RSS/(n − 2). What the residuals show beyond the observations' errors scatters around the line, and the
/// error of the new observation is added.
fn straight_line(known: &[Known], observed: &DatedValue) -> Result<f64, &'static str> {
    let first = known.first().ok_or(NOTHING_KNOWN)?;
    if known.len() < 2 {
        return Err("a line needs two earlier values");
    }
    let count = known.len() as f64;
    let days = || known.iter().map(|one| (one.day - first.day) as f64);
    let middle = days().sum::<f64>() / count;
    let mean = known.iter().map(|one| one.value).sum::<f64>() / count;
    let squares: f64 = days().map(|day| (day - middle) * (day - middle)).sum();
    let products: f64 = days().zip(known).map(|(day, one)| (day - middle) * (one.value - mean)).sum();
    let slope = products / squares;
    let away = (observed.day - first.day) as f64 - middle;
    let errors = known.iter().map(|one| one.sd * one.sd).sum::<f64>() / count;
    let rest = days().zip(known).map(|(day, one)| one.value - mean - slope * (day - middle));
    let residual = if known.len() > 2 { rest.map(|r| r * r).sum::<f64>() / (count - 2.0) } else { 0.0 };
    let line = if residual > errors { residual } else { errors } * (1.0 / count + away * away / squares);
    let scatter = if residual > errors { residual - errors } else { 0.0 };
    let variance = line + scatter + observed.sd() * observed.sd();
    Ok(normal_crps(mean + slope * away, variance.sqrt(), observed.value))
}

/// Normal around the last known value; its variance grows a day by the mean of past increments' squares over their days.
///
/// The errors of the last and of the new observation are added.
fn random_walk(known: &[Known], observed: &DatedValue) -> Result<f64, &'static str> {
    let last = last(known)?;
    if known.len() < 2 {
        return Err("a walk needs two earlier values");
    }
    let steps = known.windows(2).filter_map(|pair| match pair {
        [one, next] => Some((next.value - one.value) * (next.value - one.value) / (next.day - one.day) as f64),
        _ => None,
    });
    let a_day = steps.sum::<f64>() / (known.len() - 1) as f64;
    let days = (observed.day - last.day) as f64;
    let variance = a_day * days + last.sd * last.sd + observed.sd() * observed.sd();
    Ok(normal_crps(last.value, variance.sqrt(), observed.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::{HALF_WIDTH, Notes, Observable};

    fn observed(day: i64, value: f64, tolerance: f64) -> DatedValue {
        DatedValue { day, tick: 0, value, tolerance: tolerance * HALF_WIDTH, scored: true }
    }

    fn known(values: &[(i64, f64, f64)]) -> Vec<Known> {
        values.iter().map(|&(day, value, sd)| Known { day, value, sd }).collect()
    }

    fn scored(rival: Rival, values: &[(i64, f64, f64)], at: (i64, f64, f64)) -> f64 {
        match rival.of_outcome(&known(values), &observed(at.0, at.1, at.2), 1.0) {
            Verdict::Scored(crps, _) => crps,
            Verdict::Missing(why) => panic!("{why}"),
        }
    }

    fn close(found: f64, mean: f64, variance: f64, value: f64) -> bool {
        (found - normal_crps(mean, variance.sqrt(), value)).abs() < 1e-12
    }

    #[test]
    fn each_rival_is_the_distribution_that_its_page_says() {
        let two = [(0, 0.0, 0.0), (10, 6.0, 2.0)];
        assert!(close(scored(Rival::NothingChanges, &two, (15, 9.0, 1.0)), 6.0, 4.0 + 1.0, 9.0));
        // Through two points, by hand: 0.6 a day from 0; errors' mean variance 2, leverage ½ + 10²/50.
        assert!(close(scored(Rival::StraightLine, &two, (15, 9.0, 1.0)), 9.0, 2.0 * 2.5 + 1.0, 9.0));
        // 36/10 a day over 5 days.
        assert!(close(scored(Rival::RandomWalk, &two, (15, 9.0, 1.0)), 6.0, 18.0 + 4.0 + 1.0, 9.0));
        // Exact observations 0, 1, 5 on days 0, 1, 2: slope 2.5, residuals ½, −1, ½, RSS 1.5 with one degree left.
        let three = [(0, 0.0, 0.0), (1, 1.0, 0.0), (2, 5.0, 0.0)];
        let variance = 1.5 * (1.0 / 3.0 + 4.0 / 2.0) + 1.5;
        assert!(close(scored(Rival::StraightLine, &three, (3, 7.0, 0.0)), 7.0, variance, 7.0));
    }

    #[test]
    fn nothing_of_the_day_itself_or_later_is_known() {
        let observations = vec![observed(10, 1.0, 0.5), observed(20, 2.0, 0.5), observed(30, 99.0, 0.5)];
        let target = Target {
            name: "x".into(),
            of: Observable::Outcome(0),
            discrepancy: 0.0,
            observations,
            notes: Notes::default(),
            source: None,
        };
        let start = Known { day: 0, value: 0.0, sd: 0.0 };
        let days = |day| known_before(start, &target, day).iter().map(|one| one.day).collect::<Vec<_>>();
        assert_eq!((days(0), days(10), days(20)), (vec![], vec![0], vec![0, 10]));
        assert_eq!((days(21), days(31)), (vec![0, 10, 20], vec![0, 10, 20, 30]));
        // What comes later may be anything.
        let mut other = target.clone();
        other.observations[1].value = -1e9;
        other.observations[2].value = 1e9;
        assert_eq!(known_before(start, &target, 20), known_before(start, &other, 20));
        // An observation on the first day stands for the start.
        other.observations[0].day = 0;
        let first = known_before(start, &other, 20);
        assert_eq!((first.len(), first[0].value), (1, 1.0));
    }

    #[test]
    fn a_rival_that_knows_too_little_says_so() {
        let at = observed(5, 1.0, 1.0);
        for rival in OUTCOME_RIVALS {
            assert_eq!(rival.of_outcome(&[], &at, 1.0), Verdict::Missing(NOTHING_KNOWN), "{rival:?}");
        }
        let start = known(&[(0, 0.0, 0.0)]);
        assert!(matches!(Rival::NothingChanges.of_outcome(&start, &at, 1.0), Verdict::Scored(..)));
        for rival in [Rival::StraightLine, Rival::RandomWalk, Rival::Rate] {
            assert!(matches!(rival.of_outcome(&start, &at, 1.0), Verdict::Missing(_)), "{rival:?}");
        }
    }

    #[test]
    fn skill_is_one_less_the_ratio_of_scores() {
        assert_eq!(Rival::EvenChance.of_milestone(true, 0.05), Verdict::Scored(0.25, Some(0.8)));
        assert_eq!(Rival::Never.of_milestone(true, 0.25), Verdict::Scored(1.0, Some(0.75)));
        // Nothing beats a rival that was right.
        assert_eq!(Rival::Never.of_milestone(false, 0.25), Verdict::Scored(0.0, None));
    }
}
