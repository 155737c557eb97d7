//! What goes into a run: seasons, levers, uncertainties, and what is noted about every declared number.

use super::{DrawId, Expr, PlaceId};

/// A season: every year from one day to another, both included.
#[derive(Clone, Debug, PartialEq)]
pub struct Season {
    /// Its name.
    pub name: String,
    /// First month and day.
    pub from: (u8, u8),
    /// Last month and day.
    pub to: (u8, u8),
}

/// A lever.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// Its name.
    pub name: String,
    /// The value it has in these runs (`default`, or what a variant or `--set` made of it).
    pub value: f64,
    /// The value from [`Scenario::switch`](super::Scenario::switch) on, under a dated variant that changes it.
    pub later: Option<f64>,
    /// Its range.
    pub range: Option<(f64, f64)>,
    /// Its notes.
    pub notes: Notes,
}

/// What a declaration says beside its number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// A title for people.
    pub title: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// The reason.
    pub because: Option<String>,
    /// `data`, `literature`, `judgement` or `placeholder` (also when the file does not say).
    pub basis: BasisKind,
}

/// What a number rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BasisKind {
    /// Observed.
    Data,
    /// Published.
    Literature,
    /// An expert's guess.
    Judgement,
    /// Nothing yet.
    #[default]
    Placeholder,
}

impl BasisKind {
    /// All of them, the firmest first.
    pub const ALL: [Self; 4] = [Self::Data, Self::Literature, Self::Judgement, Self::Placeholder];

    /// Its name in a scenario file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Literature => "literature",
            Self::Judgement => "judgement",
            Self::Placeholder => "placeholder",
        }
    }
}

/// How many declared numbers rest on what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Observed.
    pub data: usize,
    /// Published.
    pub literature: usize,
    /// An expert's guess.
    pub judgement: usize,
    /// Nothing yet, or not said.
    pub placeholder: usize,
}

/// An uncertainty. Its draw's address is `uncertainty/<name>`, at tick 0.
#[derive(Clone, Debug)]
pub struct Uncertainty {
    /// Its name.
    pub name: String,
    /// Its distribution. Parameters read levers and other uncertainties only.
    pub distribution: Distribution,
    /// Truncation.
    pub within: Bounds,
    /// `with: { parent: rank correlation }`
    pub parent: Option<(usize, Expr)>,
    /// The address.
    pub draw: DrawId,
    /// Where it fails (a parameter that is not finite, a negative deviation).
    pub place: PlaceId,
    /// Its notes.
    pub notes: Notes,
}

/// A distribution and its parameters.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Which.
    pub family: Family,
    /// In the family's order; for `choice` the values, then as many weights.
    pub parameters: Vec<Expr>,
}

/// The families. Parameters in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// value
    Constant,
    /// low, high
    Uniform,
    /// low, mode, high
    Triangular,
    /// mean, sd
    Normal,
    /// mean, sd of the variable itself
    Lognormal,
    /// median, sd of the logarithm (`sigma`)
    LognormalMedian,
    /// alpha, beta
    Beta,
    /// mean, sd
    BetaMean,
    /// shape, scale
    Gamma,
    /// mean, sd
    GammaMean,
    /// mean
    Exponential,
    /// mean
    Poisson,
    /// probability
    Bernoulli,
    /// values, then weights
    Choice,
}

/// Bounds of a variable or a truncation; they read levers and uncertainties only.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    /// The least value.
    pub low: Option<Expr>,
    /// The greatest value.
    pub high: Option<Expr>,
}

impl Season {
    /// Whether a day (since 1970-01-01) lies in the season.
    pub fn contains(&self, day: i64) -> bool {
        let Some(date) = crate::scenario::clock::date_of(day) else { return false };
        let today = (date.month().unsigned_abs(), date.day().unsigned_abs());
        if self.from <= self.to {
            self.from <= today && today <= self.to
        } else {
            self.from <= today || today <= self.to
        }
    }
}
