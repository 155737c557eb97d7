//! What summaries say.

use std::path::Path;

use super::*;
use crate::results::fixture::{add, batch, finished, work, writer};
use crate::results::{Replace, SeriesMode};

fn summary(runs: u64, mode: SeriesMode) -> Summary {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("a");
    let mut writer = writer(&folder, &work(runs, mode), Replace::NOTHING).unwrap();
    add(&mut writer, &batch(0, runs as usize)).unwrap();
    let stored = finished(writer, &folder).unwrap();
    let mut summary = Summary::of(&stored).unwrap();
    assert_eq!(Path::new(&summary.path), folder);
    summary.path = "results/a".into();
    summary
}

#[test]
fn a_summary_for_people_at_80_columns() {
    insta::assert_snapshot!(table(&summary(500, SeriesMode::Quantiles), 80, false), @r#"
    Two patrons  two_patrons, baseline
    500 runs from seed 7, 6 ticks from 2023-10-27 to 2023-12-08

    Outcomes at the end
                          mean     sd     5%    25%    50%    75%    95%  ± error
      territory, share   0.586  0.023  0.553  0.567  0.585  0.603  0.629    0.001
      arms, USD million   3891   2534    323   1614   3617   5940   8263      114

    Over time  ━ median  ▒ 25–75%  ░ 5–95%
      territory, share
      0.70 │━━━━━
           │     ━━━━━━━━━━━━━━━━━━
           │                       ━━━━━━━━━━
           │                       ░░░░░░░░░░━━━━━━━━━░░░░░░░░░░░░░░
           │                                 ░░░░░░░░░━━━━━━━━━░░░░░
           │                                          ░░░░░░░░░━━━━━
      0.55 │                                                   ░░░░░
           2023-10-27             2023-11-17              2023-12-08
      arms, USD million
      8250 │                                                   ░░░░░
           │                                          ░░░░░░░░░░░░░░
           │                                 ░░░░░░░░░░░░░░░░░░▒▒▒▒▒
           │                       ░░░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒━━━━━
           │                       ▒▒▒▒▒▒▒▒▒▒━━━━━━━━━━━━━━━━━━▒▒▒▒▒
           │              ━━━━━━━━━━━━━━━━━━━▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
         0 │━━━━━━━━━━━━━━░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
           2023-10-27             2023-11-17              2023-12-08

    Milestones  the date by which 5, 50 and 95% of all runs got there
                       share    95% interval          5%         50%    95%
      near_walks_away  60.6%  56.2% to 64.8%  2023-11-03  2023-12-01  never

    Closed early: regime_falls in 20.4% of runs.

    5 of 500 runs failed, and are left out of all of the above:
      5 × near.policy.arm_the_client: chance is 1.2 (run 42, tick 3, for one)

    Never happened
      rule far.pay never fired

    How far to trust this
      Numbers            4 data, 3 literature, 12 judgement, 2 placeholder
      Monte Carlo error  the mean's (± error above); four times the runs halve it
      Spread             dice, stated uncertainties (sd, 5–95%); more runs keep it
      Model error        what the scenario leaves out or gets wrong; not shown here

    seed    7
    digest  c0ace933f82fcd09f66b3bead1256340a6983e71df413a19b4d2574344a19fe7
    files   results/a
    replay  entente run SCENARIO --seed 7 --run 42
    "#);
}

#[test]
fn a_summary_for_people_at_120_columns() {
    insta::assert_snapshot!(table(&summary(500, SeriesMode::None), 120, false), @r#"
    Two patrons  two_patrons, baseline
    500 runs from seed 7, 6 ticks from 2023-10-27 to 2023-12-08

    Outcomes at the end
                          mean     sd     5%    25%    50%    75%    95%  ± error
      territory, share   0.586  0.023  0.553  0.567  0.585  0.603  0.629    0.001
      arms, USD million   3891   2534    323   1614   3617   5940   8263      114

    Milestones  the date by which 5, 50 and 95% of all runs got there
                       share    95% interval          5%         50%    95%
      near_walks_away  60.6%  56.2% to 64.8%  2023-11-03  2023-12-01  never

    Closed early: regime_falls in 20.4% of runs.

    5 of 500 runs failed, and are left out of all of the above:
      5 × near.policy.arm_the_client: chance is 1.2 (run 42, tick 3, for one)

    Never happened
      rule far.pay never fired

    How far to trust this
      Numbers            4 data, 3 literature, 12 judgement, 2 placeholder
      Monte Carlo error  the mean's (± error above); four times the runs halve it
      Spread             dice, stated uncertainties (sd, 5–95%); more runs keep it
      Model error        what the scenario leaves out or gets wrong; not shown here

    seed    7
    digest  c0ace933f82fcd09f66b3bead1256340a6983e71df413a19b4d2574344a19fe7
    files   results/a
    replay  entente run SCENARIO --seed 7 --run 42
    "#);
}

#[test]
fn a_summary_for_programs() {
    insta::assert_snapshot!(json(&summary(500, SeriesMode::None)).unwrap(), @r#"
    {
      "scenario": "two_patrons",
      "version": "0.1.0",
      "variant": "baseline",
      "seed": 7,
      "runs": 500,
      "failed": 5,
      "ticks": 6,
      "digest": "c0ace933f82fcd09f66b3bead1256340a6983e71df413a19b4d2574344a19fe7",
      "path": "results/a",
      "outcomes": {
        "territory": {
          "unit": "share",
          "mean": 0.5862251979034078,
          "sd": 0.02319043039043365,
          "mc_error": 0.0010423323319795838,
          "q05": 0.5530724992191124,
          "q25": 0.5665836807172577,
          "q50": 0.5847552241607368,
          "q75": 0.6033770920224193,
          "q95": 0.628758686209449
        },
        "arms": {
          "unit": "USD million",
          "mean": 3890.6040750245593,
          "sd": 2534.464674360578,
          "mc_error": 113.91571565812316,
          "q05": 322.62582368088636,
          "q25": 1614.3020245050786,
          "q50": 3617.044063281836,
          "q75": 5940.431766006205,
          "q95": 8262.673532791674
        }
      },
      "milestones": {
        "near_walks_away": {
          "share": 0.6060606060606061,
          "low": 0.5623575836152404,
          "high": 0.6481301337613976,
          "q05": "2023-11-03",
          "q50": "2023-12-01",
          "q95": null
        }
      },
      "basis": {
        "data": 4,
        "literature": 3,
        "judgement": 12,
        "placeholder": 2
      },
      "unused": [
        "rule far.pay never fired"
      ]
    }
    "#);
}

#[test]
fn failed_runs_are_left_out_of_the_statistics() {
    let summary = summary(100, SeriesMode::None);
    let whole = batch(0, 100);
    let rest: Vec<f64> = (0..100).filter(|&run| run != 42).map(|run| whole.outcomes[0][run]).collect();
    assert_eq!(summary.failed, 1);
    assert_eq!(summary.outcomes[0].mean, Moments::of(&rest).mean());
    let walks = (0..100).filter(|&run| run != 42 && whole.milestones[0][run].is_some()).count();
    assert_eq!(summary.milestones[0].share.unwrap().share, walks as f64 / 99.0);
}

#[test]
fn failures_are_grouped_by_place_and_at_most_five_are_shown() {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("a");
    let mut batch = batch(0, 40);
    batch.failures = (0..20)
        .map(|run| crate::results::Failure { run: run + 3, tick: 1, place: format!("place {}", run % 7) })
        .collect();
    let mut writer = writer(&folder, &work(40, SeriesMode::None), Replace::NOTHING).unwrap();
    add(&mut writer, &batch).unwrap();
    let stored = finished(writer, &folder).unwrap();
    let summary = Summary::of(&stored).unwrap();
    let kinds: Vec<_> = summary.failures.iter().map(|kind| (kind.place.as_str(), kind.runs, kind.run)).collect();
    assert_eq!(kinds, [("place 0", 3, 3), ("place 1", 3, 4), ("place 2", 3, 5), ("place 3", 3, 6), ("place 4", 3, 7)]);
    assert_eq!((summary.failed, summary.more_failures), (20, 2));
    assert!(table(&summary, 80, false).contains("… and in 2 further places\n"));
}

#[test]
fn one_run_has_a_mean_and_no_error() {
    let summary = summary(1, SeriesMode::Quantiles);
    let outcome = &summary.outcomes[0];
    assert!(outcome.mean.is_some() && outcome.quantiles == [outcome.mean; 5]);
    assert_eq!((outcome.sd, outcome.mc_error), (None, None));
    let value: serde_json::Value = serde_json::from_str(&json(&summary).unwrap()).unwrap();
    assert!(value["outcomes"]["territory"]["sd"].is_null());
    assert!(table(&summary, 80, false).starts_with("Two patrons  two_patrons, baseline\n1 run from seed 7, 6 ticks"));
}

#[test]
fn no_line_is_wider_than_asked_for_and_no_escape_is_there_without_colour() {
    let mut summary = summary(300, SeriesMode::Quantiles);
    summary.title = "A\u{1b}[31m red title that goes on ".repeat(9);
    summary.scenario = "x".repeat(300);
    summary.outcomes[0].name = "y\n\u{1b}".repeat(100);
    summary.fans[0].name = "y\n\u{1b}".repeat(100);
    summary.milestones[0].name = "z".repeat(200);
    for width in [72, 80, 120, 400] {
        let text = table(&summary, width, false);
        assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()), "{text}");
        for line in text.lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn colour_adds_escapes_and_nothing_else() {
    let summary = summary(300, SeriesMode::Quantiles);
    let coloured = table(&summary, 80, true);
    assert!(coloured.contains("\u{1b}[1m"));
    let mut stripped = coloured;
    for code in ["0", "1", "2", "33", "36"] {
        stripped = stripped.replace(&format!("\u{1b}[{code}m"), "");
    }
    let trimmed: Vec<&str> = stripped.lines().map(str::trim_end).collect();
    let plain = table(&summary, 80, false);
    assert_eq!(trimmed, plain.lines().collect::<Vec<_>>());
}

#[test]
fn the_replay_command_is_the_callers() {
    let mut summary = summary(30, SeriesMode::None);
    assert!(table(&summary, 80, false).ends_with("\nreplay  entente run SCENARIO --seed 7 --run 0\n"));
    summary.variant = "far_aid_doubled".into();
    assert!(table(&summary, 80, false).contains("run SCENARIO --variant far_aid_doubled --seed 7 --run 0"));
    summary.replay = Some("entente run scenarios/two-patrons.yaml --seed 7".into());
    assert!(
        table(&summary, 80, false).ends_with("\nreplay  entente run scenarios/two-patrons.yaml --seed 7 --run 0\n")
    );
}

#[test]
fn too_few_runs_for_what_matters_are_named() {
    let mut summary = summary(30, SeriesMode::None);
    assert!(!table(&summary, 80, false).contains("Too few runs"));
    summary.outcomes[0].matters = Some(1e-9);
    assert!(
        table(&summary, 80, false).contains("Too few runs to see the smallest difference that matters in: territory.")
    );
}
