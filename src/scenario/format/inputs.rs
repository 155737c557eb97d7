//! The clock, seasons, and what goes into a run: uncertainties, levers.

use super::{BECAUSE, Form, Key, Kind, NOTES, Need, TITLE};
use crate::scenario::model::Family;

/// When a run begins and how it goes on.
pub static CLOCK: Form = Form::new(
    "clock",
    "When a run begins, how long a step is and how many there are. Tick 0 records the start.",
    &[&[
        Key::new("start", Kind::Date, "The first day. Step 1 plays the tick that begins on it.").required(),
        Key::new("tick", Kind::Duration, "How long a step is: `1 week`, `1 month`, `2 days`.").required(),
        Key::new("ticks", Kind::Number, "How many steps a run has: a whole number from 1 to 100000.").required(),
    ]],
);

/// A season.
pub static SEASON: Form = Form::new(
    "season",
    "A season of every year. `season(name)` is 1 in it and 0 outside.",
    &[&[
        Key::new("from", Kind::DayOfYear, "Its first day, month-day: `10-15` is the 15th of October.").required(),
        Key::new("to", Kind::DayOfYear, "Its last day; before the first, it lies in the next year.").required(),
        TITLE,
        BECAUSE,
    ]],
);

/// A lever.
pub static LEVER: Form = Form {
    bare: Some(Kind::Expression),
    ..Form::new(
        "lever",
        "A number that somebody could choose differently. A plain number is its default.",
        &[
            &[
                Key::new("default", Kind::Expression, "The value that it has unless a variant or `--set` changes it.")
                    .required(),
                Key::new("range", Kind::Range, "The least and the greatest value that could be chosen: `[0, 120]`."),
            ],
            NOTES,
        ],
    )
};

/// An uncertainty.
pub static UNCERTAINTY: Form = Form::new(
    "uncertainty",
    "A number that nobody controls, drawn once a run. A plain number or expression is that value in every run.",
    &[DRAWN, &[TRUNCATED, FOLLOWS], NOTES],
)
.needing(&[Need::One(NAMES)]);

const TRUNCATED: Key = Key::new(
    "within",
    Kind::Bounds,
    "Truncates the distribution: no value outside `[low, high]` is drawn; `null` for no bound.",
);
const FOLLOWS: Key = Key::new(
    "with",
    Kind::Named(&Kind::Expression),
    "Another uncertainty and the rank correlation with it, -1 to 1: `with: { other: 0.6 }`.",
);

/// A distribution: its parameters by name, and the family that they make.
#[derive(Debug)]
pub struct Drawn {
    /// The key that names it.
    pub name: &'static str,
    /// The map of its parameters.
    pub form: &'static Form,
    /// The sets of parameters that it can be given by, each with its family. A list of numbers is the first set, in its
    /// order. None for `choice`, which has its own forms.
    pub ways: &'static [(&'static [&'static str], Family)],
}

/// Whether a key names a distribution.
pub fn is_distribution(key: &str) -> bool {
    DISTRIBUTIONS.iter().any(|drawn| drawn.name == key)
}

/// Declares the distributions together with the keys that name them.
macro_rules! distributions {
    ($($place:ident = $name:literal, $meaning:literal, $says:literal: [$($key:expr),+], $needs:expr, $ways:expr;)+) => {
        $(
            static $place: Drawn = Drawn {
                name: $name,
                form: {
                    static FORM: Form = Form::new($name, $says, &[&[$($key),+]]).needing($needs);
                    &FORM
                },
                ways: $ways,
            };
        )+

        /// Every distribution.
        pub static DISTRIBUTIONS: &[&Drawn] = &[$(&$place),+];

        const NAMES: &[&str] = &[$($name),+];

        const DRAWN: &[Key] = &[$(Key::new($name, Kind::Drawn(&$place), $meaning)),+];
    };
}

const LOW: Key = number("low", "The least value.").required();
const HIGH: Key = number("high", "The greatest value.").required();
const MODE: Key = number("mode", "The likeliest value.").required();
const MEAN: Key = number("mean", "The mean.");
const SD: Key = number("sd", "The standard deviation.");

const fn number(name: &'static str, meaning: &'static str) -> Key {
    Key::new(name, Kind::Expression, meaning)
}

distributions! {
    CONSTANT = "constant", "The same value in every run.", "A value that is the same in every run.":
        [number("value", "The value.").required()],
        &[], &[(&["value"], Family::Constant)];
    UNIFORM = "uniform", "Any value from low to high, all alike: `[low, high]`.", "Every value between two ends is as likely.":
        [LOW, HIGH],
        &[], &[(&["low", "high"], Family::Uniform)];
    TRIANGULAR = "triangular", "From low to high, likeliest at mode: `[low, mode, high]`.", "A least, a likeliest and a greatest value.":
        [LOW, MODE, HIGH],
        &[], &[(&["low", "mode", "high"], Family::Triangular)];
    NORMAL = "normal", "Normal: `[mean, sd]`.", "The normal distribution.":
        [MEAN.required(), SD.required()],
        &[], &[(&["mean", "sd"], Family::Normal)];
    LOGNORMAL = "lognormal", "Positive, with a long right tail: `{ median, sigma }`, or `[mean, sd]` of the value itself.",
        "The lognormal distribution, by its median and the deviation of the logarithm, or by mean and deviation.":
        [MEAN, SD, number("median", "The median."), number("sigma", "The standard deviation of the logarithm.")],
        &[Need::Set(&[&["mean", "sd"], &["median", "sigma"]])],
        &[(&["mean", "sd"], Family::Lognormal), (&["median", "sigma"], Family::LognormalMedian)];
    BETA = "beta", "A share, 0 to 1: `[alpha, beta]` or `{ mean, sd }`.", "The beta distribution, by its two parameters or by mean and deviation.":
        [number("alpha", "The first parameter; above 0."), number("beta", "The second parameter; above 0."), MEAN, SD],
        &[Need::Set(&[&["alpha", "beta"], &["mean", "sd"]])],
        &[(&["alpha", "beta"], Family::Beta), (&["mean", "sd"], Family::BetaMean)];
    GAMMA = "gamma", "Positive: `[shape, scale]` or `{ mean, sd }`.", "The gamma distribution, by shape and scale or by mean and deviation.":
        [number("shape", "The shape; above 0."), number("scale", "The scale; above 0."), MEAN, SD],
        &[Need::Set(&[&["shape", "scale"], &["mean", "sd"]])],
        &[(&["shape", "scale"], Family::Gamma), (&["mean", "sd"], Family::GammaMean)];
    EXPONENTIAL = "exponential", "A time until something happens: its mean.", "The exponential distribution.":
        [MEAN.required()],
        &[], &[(&["mean"], Family::Exponential)];
    POISSON = "poisson", "How often something happens: its mean.", "The Poisson distribution.":
        [MEAN.required()],
        &[], &[(&["mean"], Family::Poisson)];
    BERNOULLI = "bernoulli", "1 with this probability, otherwise 0.", "One or zero.":
        [number("probability", "The chance of 1, from 0 to 1.").required()],
        &[], &[(&["probability"], Family::Bernoulli)];
    CHOICE = "choice", "One of these values: `[1, 2, 5]`, or each with its weight: `[[1, 0.2], [2, 0.8]]`.", "One of several values.":
        [
            Key::new("values", Kind::Many(&Kind::Expression), "The values.").required(),
            Key::new("weights", Kind::Many(&Kind::Expression), "As many weights; without them all values are alike.")
        ],
        &[], &[];
}
