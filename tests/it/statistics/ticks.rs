//! Halving the tick changes a scenario of rates by no more than the error of its steps.

use super::{Model, mean_of};

/// A year of rates, chances and spans, told for a tick of so many days.
fn year(days: f64) -> Model {
    let ticks = 364.0 / days;
    Model::new(&format!(
        "
clock: {{ start: 2024-01-01, tick: {days} days, ticks: {ticks} }}
calendar: {{ dry: {{ from: 10-15, to: 05-15 }} }}
uncertainties: {{ inflow: {{ uniform: [5, 15] }} }}
messages: {{ aid: {{ delay: 2 weeks, on_arrival: {{ change: {{ aided: amount }} }} }} }}
actors:
  one:
    state: {{ stock: 0, seasonal: 0, steady: 0 }}
    each_tick:
      change: {{ stock: inflow/week - 0.5/month * stock, seasonal: 1/week * season(dry), steady: 3/month }}
    policy:
      give: {{ then: [{{ send: aid, to: two, amount: 10/week }}] }}
      visit: {{ cooldown: 4 weeks, then: [{{ send: aid, to: three }}] }}
  two: {{ state: {{ aided: 0 }} }}
  three: {{ state: {{ aided: 0, crises: 0, late: 0 }} }}
events:
  truce: {{ chance: 0.1, per: month, once: true, then: [{{ change: {{ three.late: 1 }} }}] }}
  crisis: {{ chance: 0.3, per: month, then: [{{ change: {{ three.crises: 1 }} }}] }}
outcomes:
  stock_held: one.stock
  wet: one.seasonal
  total: one.steady
  received_aid: two.aided
  visits: three.aided
  truces: three.late
  crises_had: three.crises
  dropped: \"before(one.stock, 26 weeks)\"
  long: \"if(sustained(one.stock > 10, 4 weeks), 1, 0)\"
milestones:
  well_stocked: one.stock > 15
  for_long: \"sustained(one.stock > 10, 8 weeks)\"
"
    ))
}

const RUNS: u64 = 4096;

#[test]
fn means_of_rates_do_not_depend_on_the_tick_beyond_its_error() {
    let months = 364.0 / 30.436_875;
    let weekly = year(7.0).sample(1, RUNS);
    let halved = year(3.5).sample(1, RUNS);
    let quarter = year(1.75).sample(1, RUNS);
    let means = |name: &str| [&weekly, &halved, &quarter].map(|sample| mean_of(sample.outcome(name)).0);

    // A flow without feedback adds up to the same.
    for (name, known) in [("total", 3.0 * months), ("visits", 13.0)] {
        let found = means(name);
        assert!(found.iter().all(|mean| (mean - known).abs() < 1e-9), "{name}: {found:?}, not {known}");
    }

    // Two weeks on the way, and one tick less than a year to send: the last to arrive was sent two weeks ago.
    assert!(means("received_aid").iter().all(|mean| (mean - 10.0 * 50.0).abs() < 1e-9), "{:?}", means("received_aid"));

    // With feedback the steps are Euler's: half the tick, half the error.
    let rate = 0.5 / 30.436_875;
    let exact = |days: f64| 10.0 / 7.0 / rate * (1.0 - (-rate * days).exp());
    let inflow = mean_of(weekly.drawn("inflow")).0 / 10.0;
    for (name, days) in [("stock_held", 364.0), ("dropped", 182.0)] {
        let errors = means(name).map(|mean| mean / inflow - exact(days));
        assert!(errors[0].abs() < 0.01 * exact(days), "{name}: {errors:?} beside {}", exact(days));
        for pair in errors.windows(2) {
            assert!((pair[1] / pair[0] - 0.5).abs() < 0.03, "{name}: {errors:?}");
        }
    }

    // A season is counted in whole ticks: it may be off by one at each of its ends.
    let season = means("wet");
    assert!((season[0] - season[1]).abs() <= 2.0 && (season[1] - season[2]).abs() <= 1.0, "{season:?}");
}

#[test]
fn chances_per_month_do_not_depend_on_the_tick() {
    let months = 364.0 / 30.436_875;
    for (days, seed) in [(7.0, 2), (3.5, 3), (14.0, 4)] {
        let sample = year(days).sample(seed, RUNS);
        super::is_known("truces", sample.outcome("truces"), 1.0 - 0.9_f64.powf(months));
        // At most one crisis a tick: 364 / days times the chance of a tick, which is less than the rate by half a tick.
        let ticks = 364.0 / days;
        let crises = ticks * (1.0 - 0.7_f64.powf(months / ticks));
        super::is_known("crises", sample.outcome("crises_had"), crises);
        let rate = -(0.7_f64.ln());
        let limit = rate * months;
        assert!(crises < limit && limit - crises < limit * rate * days / 30.0, "the error of a step of {days} days");
    }
}

#[test]
fn milestones_fall_on_the_same_days() {
    let days = |tick: f64| {
        let sample = year(tick).sample(1, 256);
        ["well_stocked", "for_long"].map(|name| {
            sample
                .milestone(name)
                .iter()
                .map(|first| f64::from(first.expect("it is reached")) * tick)
                .collect::<Vec<_>>()
        })
    };
    let (weekly, halved) = (days(7.0), days(3.5));
    for (name, (a, b)) in ["well_stocked", "for_long"].iter().zip(weekly.iter().zip(&halved)) {
        // Each is seen at its first tick, up to one tick late; and `sustained` for n ticks counts the first of them.
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 7.0), "{name}");
        assert!(a.iter().zip(b).any(|(a, b)| a == b), "{name}");
    }
}
