//! Time: durations, rates, dates, the past.

use crate::story::Scene;

/// One actor whose `n` is the number of the tick.
fn counting(ticks: u32, text: &str) -> Scene {
    Scene::weeks(
        ticks,
        &format!("actors:\n  one: {{ state: {{ n: 0 }}, each_tick: {{ change: {{ n: 1 }} }} }}\n{text}"),
    )
}

#[test]
fn a_unit_counts_ticks_so_a_rate_is_an_amount_a_tick() {
    let story = Scene::weeks(
        1,
        "
actors: { one: {} }
outcomes:
  a_week: 10/week
  a_day: 1/day
  a_tick: 3/tick
  a_month: 30.436875/month
  a_year: 365.2425/year
  ratio: 8 weeks / 2 weeks
  twice: 2 * 3 weeks / week
  both: (1 week + 7 days) / week
",
    )
    .play();
    let near = |outcome: &str, value: f64| {
        assert!((story.last(outcome) - value).abs() < 1e-12, "{outcome}: {}", story.last(outcome));
    };
    near("a_week", 10.0);
    near("a_day", 7.0);
    near("a_tick", 3.0);
    // A month is a twelfth of 365.2425 days.
    near("a_month", 7.0);
    near("a_year", 7.0);
    near("ratio", 4.0);
    near("twice", 6.0);
    near("both", 2.0);
}

#[test]
fn a_tick_of_a_calendar_month_keeps_its_rates_and_its_dates() {
    let story = Scene::new(
        "
clock: { start: 2024-01-31, tick: 1 month, ticks: 3 }
actors: { one: {} }
outcomes:
  rate: 5/month
  leap: if(date == 2024-02-29, 1, 0)
  end_of_march: if(date == 2024-03-31, 1, 0)
",
    )
    .play();
    assert_eq!(story.of("rate"), [5.0; 4]);
    // Each month is counted from the start, so February does not shorten March.
    assert_eq!(story.of("leap"), [0.0, 1.0, 0.0, 0.0]);
    assert_eq!(story.of("end_of_march"), [0.0, 0.0, 1.0, 0.0]);
}

#[test]
fn comparisons_chain_as_they_are_read() {
    let story = counting(
        5,
        "
outcomes:
  within: if(0 < one.n < 3, 1, 0)
  closed: if(1 <= one.n <= 3, 1, 0)
  mixed: if(5 > one.n >= 2 != 3, 1, 0)
  fixed: if(1 < 2 < 3 < 2, 1, 0)
  equal: if(2 == one.n == 2, 1, 0)
",
    )
    .play();
    assert_eq!(story.of("within"), [0.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
    assert_eq!(story.of("closed"), [0.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
    assert_eq!(story.of("mixed"), [0.0, 0.0, 1.0, 1.0, 1.0, 0.0]);
    assert_eq!(story.of("fixed"), [0.0; 6]);
    assert_eq!(story.of("equal"), [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn powers_negations_and_functions_bind_as_on_paper() {
    let story = Scene::weeks(
        1,
        "
actors: { one: { state: { x: 3 } } }
outcomes:
  minus_square: -one.x^2
  tower: 2^one.x^2
  order: 1 + 2 * one.x - 4 / 2
  extremes: max(1, min(5, one.x), 2) + clamp(9, 0, one.x) + abs(-one.x)
  whole: floor(-0.5) + sqrt(16) + ln(exp(2)) + logistic(0)
  logic: if(not one.x > 4 and (one.x == 2 or one.x == 3), 1, 0)
",
    )
    .play();
    assert_eq!(story.last("minus_square"), -9.0);
    assert_eq!(story.last("tower"), 512.0);
    assert_eq!(story.last("order"), 5.0);
    assert_eq!(story.last("extremes"), 9.0);
    assert!((story.last("whole") - 5.5).abs() < 1e-12);
    assert_eq!(story.last("logic"), 1.0);
}

#[test]
fn a_step_has_the_date_of_its_first_day_and_an_observation_its_own() {
    let story = Scene::weeks(
        4,
        "
actors:
  one:
    state: { acted: 0, windowed: 0 }
    policy:
      late: { when: date >= 2024-01-15, then: [{ change: { acted: 1 } }] }
      window: { from: 2024-01-08, until: 2024-01-22, then: [{ change: { windowed: 1 } }] }
outcomes:
  the_acted: one.acted
  the_windowed: one.windowed
  there: if(date >= 2024-01-15, 1, 0)
  apart: if(date - 2024-01-01 > 2 weeks, 1, 0)
  shifted: if(date + 1 week == 2024-01-15, 1, 0)
",
    )
    .play();
    // The third step plays the week from the 15th, and is observed on the 22nd.
    assert_eq!(story.of("the_acted"), [0.0, 0.0, 0.0, 1.0, 2.0]);
    assert_eq!(story.of("the_windowed"), [0.0, 0.0, 1.0, 2.0, 2.0]);
    assert_eq!(story.of("there"), [0.0, 0.0, 1.0, 1.0, 1.0]);
    assert_eq!(story.of("apart"), [0.0, 0.0, 0.0, 1.0, 1.0]);
    assert_eq!(story.of("shifted"), [0.0, 1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_season_comes_every_year_with_both_its_days() {
    let story = Scene::new(
        "
clock: { start: 2024-12-30, tick: 1 day, ticks: 5 }
calendar: { feast: { from: 12-31, to: 01-02 } }
actors: { one: { state: { feasted: 0 }, each_tick: { change: { feasted: season(feast) } } } }
outcomes: { now: season(feast), the_days: one.feasted }
",
    )
    .play();
    assert_eq!(story.of("now"), [0.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
    // A flow of the step that begins on a day of the season counts it.
    assert_eq!(story.of("the_days"), [0.0, 0.0, 1.0, 2.0, 3.0, 3.0]);
}

#[test]
fn before_is_so_long_before_the_last_observation_and_the_start_ahead_of_the_start() {
    let story = counting(
        5,
        "
  two:
    state: { seen: -1, own: -1, kept: 7 }
    policy:
      look:
        then:
          - set: { seen: \"before(one.n, 2 weeks)\", own: \"before(kept, 1 week)\" }
          - change: { kept: 1 }
outcomes:
  past: before(one.n, 2 weeks)
  growth: one.n - before(one.n, 1 week)
  the_seen: two.seen
  the_own: two.own
",
    )
    .play();
    assert_eq!(story.of("past"), [0.0, 0.0, 0.0, 1.0, 2.0, 3.0]);
    assert_eq!(story.of("growth"), [0.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    // The rule of step 5 knows the observation of tick 4, and two weeks before that tick 2.
    assert_eq!(story.of("the_seen"), [-1.0, 0.0, 0.0, 0.0, 1.0, 2.0]);
    assert_eq!(story.of("the_own"), [-1.0, 7.0, 7.0, 8.0, 9.0, 10.0]);
}

#[test]
fn a_condition_is_sustained_once_it_was_observed_for_so_many_ticks_in_a_row() {
    let story = counting(
        8,
        "
  two:
    state: { acted: 0 }
    policy: { act: { when: \"sustained(one.n > 1 and one.n != 4, 2 weeks)\", then: [{ change: { acted: 1 } }] } }
outcomes:
  long: if(sustained(one.n > 1 and one.n != 4, 2 weeks), 1, 0)
  the_acted: two.acted
",
    )
    .play();
    assert_eq!(story.of("long"), [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
    assert_eq!(story.of("the_acted"), [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 3.0]);
}

#[test]
fn since_what_never_happened_is_longer_than_anything() {
    let story = counting(
        6,
        "
  two:
    state: { soon: 0, long: 0 }
    policy:
      soon: { when: since(two_reached) < 2 weeks, then: [{ change: { soon: 1 } }] }
      long: { when: since(two_reached) > 100 years, then: [{ change: { long: 1 } }] }
outcomes:
  later: if(since(two_reached) >= 2 weeks, 1, 0)
  known: if(reached(two_reached), 1, 0)
  the_soon: two.soon
  the_long: two.long
  never: if(since(unreachable) > 1000 years, 1, 0)
milestones:
  two_reached: one.n >= 2
  unreachable: one.n > 100
",
    )
    .play();
    assert_eq!((story.reached("two_reached"), story.reached("unreachable")), (Some(2), None));
    assert_eq!(story.of("later"), [1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
    assert_eq!(story.of("known"), [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!(story.of("the_soon"), [0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 2.0]);
    assert_eq!(story.of("the_long"), [0.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0]);
    assert_eq!(story.of("never"), [1.0; 7]);
}

#[test]
fn a_stop_ends_the_run_at_the_observation_in_which_it_holds() {
    let story = counting(6, "outcomes: { the_n: one.n }\nstop: { enough: one.n >= 3 }\n").play();
    assert_eq!(story.of("the_n"), [0.0, 1.0, 2.0, 3.0]);
}

#[test]
fn spans_round_to_whole_ticks_of_at_least_one() {
    // A day is less than half a week, yet a delay of nothing is not possible.
    let story =
        counting(3, "outcomes: { past: \"before(one.n, 1 day)\", further: \"before(one.n, 11 days)\" }\n").play();
    assert_eq!(story.of("past"), [0.0, 0.0, 1.0, 2.0]);
    assert_eq!(story.of("further"), [0.0, 0.0, 0.0, 1.0]);
}
