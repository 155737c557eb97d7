//! Promises of results folders.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::fixture::{TICKS, add, batch, fill, finished, identity, schema, work, writer};
use super::*;
use crate::stats::Sketches;

/// What `--force` allows.
fn replacing(force: bool) -> Replace {
    if force { Replace::ALL } else { Replace::NOTHING }
}

/// Writes so many runs in batches of `lanes`.
fn store(folder: &Path, runs: u64, lanes: u64, mode: SeriesMode, force: bool) -> Result<Stored, ResultsError> {
    let mut writer = writer(folder, &work(runs, mode), replacing(force))?;
    fill(&mut writer, lanes)?;
    finished(writer, folder)
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn room() -> (TempDir, PathBuf) {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("a");
    (room, folder)
}

#[test]
fn what_is_written_is_read_back() {
    let (_room, folder) = room();
    let stored = store(&folder, 5000, 64, SeriesMode::Full, false).unwrap();
    let whole = batch(0, 5000);
    let mut column = Vec::new();
    stored.uncertainty(0, |part| column.extend_from_slice(part)).unwrap();
    assert_eq!(column, whole.uncertainties[0]);
    column.clear();
    let mut parts = Vec::new();
    stored
        .outcome(1, |part| {
            parts.push(part.len());
            column.extend_from_slice(part);
        })
        .unwrap();
    assert_eq!(parts, [4096, 904]);
    assert!(column.iter().zip(&whole.outcomes[1]).all(|(a, b)| a == b || (a.is_nan() && b.is_nan())));
    let mut firsts = Vec::new();
    stored.milestone(0, |tick| firsts.push(tick)).unwrap();
    let expected: Vec<_> = (0..5000).filter(|run| run % 100 != 42).map(|run| whole.milestones[0][run]).collect();
    assert_eq!(firsts, expected);
    let mut failures = Vec::new();
    stored.failures(|failure| failures.push(failure)).unwrap();
    assert_eq!(failures, whole.failures);
    let mut stops = 0;
    stored.stops(|stop| stops += usize::from(stop == Some("regime_falls"))).unwrap();
    assert_eq!(stops, whole.stopped_by.iter().flatten().count());
    assert_eq!((stored.schema(), stored.unused().len()), (&schema(), 1));
    assert!(stored.matches(&identity(5000)) && !stored.matches(&identity(5001)));
    assert!(stored.verify().unwrap());
}

#[test]
fn the_same_runs_in_any_batches_give_the_same_bytes() {
    let room = tempfile::tempdir().unwrap();
    let folders = [1, 3, 64, 256, 5000].map(|lanes| {
        let folder = room.path().join(format!("by-{lanes}"));
        store(&folder, 5000, lanes, SeriesMode::Full, false).unwrap();
        folder
    });
    let files = entries(&folders[0]);
    assert_eq!(
        files,
        [
            "log.json",
            "manifest.json",
            "quantiles.parquet",
            "runs.parquet",
            "scenario.json",
            "series.parquet",
            "source.json"
        ]
    );
    for file in files {
        let first = fs::read(folders[0].join(&file)).unwrap();
        for folder in &folders[1..] {
            assert!(first == fs::read(folder.join(&file)).unwrap(), "{file} of {}", folder.display());
        }
    }
}

#[test]
fn the_digest_is_of_the_rows_and_not_of_what_is_stored_besides() {
    let room = tempfile::tempdir().unwrap();
    let [none, full] = [SeriesMode::None, SeriesMode::Full]
        .map(|mode| store(&room.path().join(format!("{mode:?}")), 50, 7, mode, false).unwrap());
    assert_eq!(none.digest(), full.digest());
    assert_eq!(none.series_digest(), None);
    assert!(full.series_digest().is_some_and(|digest| digest != full.digest()));
    assert_ne!(store(&room.path().join("fewer"), 49, 7, SeriesMode::None, false).unwrap().digest(), none.digest());
    assert_eq!(none.bands(0).unwrap(), None);
    // The first seven hexadecimal digits, so that a change of the rows' bytes does not go unseen.
    assert_eq!(&none.digest()[..7], "39c85cd");
}

#[test]
fn a_row_group_is_a_part() {
    let (_room, folder) = room();
    store(&folder, 9000, 256, SeriesMode::Full, false).unwrap();
    let groups = |file: &str| -> Vec<i64> {
        let file = fs::File::open(folder.join(file)).unwrap();
        let metadata = parquet::file::metadata::ParquetMetaDataReader::new().parse_and_finish(&file).unwrap();
        metadata.row_groups().iter().map(|group| group.num_rows()).collect()
    };
    assert_eq!(groups("runs.parquet"), [4096, 4096, 808]);
    assert_eq!(groups("series.parquet"), [4096 * 7, 4096 * 7, 808 * 7]);
}

#[test]
fn a_failed_run_has_no_results_from_its_failure_on() {
    let (_room, folder) = room();
    let mut garbage = batch(0, 50);
    garbage.outcomes[0][42] = 1.0;
    garbage.milestones[0][42] = Some(1);
    garbage.series.iter_mut().for_each(|tick| tick[0][42] = 1.0);
    let mut writer = writer(&folder, &work(50, SeriesMode::Full), replacing(false)).unwrap();
    add(&mut writer, &garbage).unwrap();
    let stored = finished(writer, &folder).unwrap();
    stored.outcome(0, |part| assert!(part[42].is_nan() && !part[41].is_nan())).unwrap();
    let file = fs::File::open(folder.join("series.parquet")).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(file, 4096).unwrap();
    let rows = reader.map(Result::unwrap).next().unwrap();
    let territory = rows.column_by_name("territory").unwrap();
    let nulls: Vec<usize> = (0..rows.num_rows()).filter(|&row| territory.is_null(row)).collect();
    assert_eq!(nulls, [42 * 7 + 3, 42 * 7 + 4, 42 * 7 + 5, 42 * 7 + 6]);
    assert_eq!(stored.bands(0).unwrap().unwrap()[0].runs, 49);
}

#[test]
fn runs_out_of_order_or_ill_shaped_are_refused() {
    let (_room, folder) = room();
    let mut writer = writer(&folder, &work(20, SeriesMode::Full), replacing(false)).unwrap();
    add(&mut writer, &batch(0, 5)).unwrap();
    let mut say = |batch: RunBatch| add(&mut writer, &batch).unwrap_err().to_string();
    assert_eq!(say(batch(6, 5)), "run 5 is next, but a batch starts at run 6");
    assert_eq!(say(batch(0, 5)), "run 5 is next, but a batch starts at run 0");
    assert_eq!(say(batch(5, 16)), "results do not fit their schema: runs up to 21 where run 20 is not to be played");
    let misfit = |change: fn(&mut RunBatch)| {
        let mut batch = batch(5, 5);
        change(&mut batch);
        batch
    };
    for (change, sentence) in [
        ((|b| b.outcomes.truncate(1)) as fn(&mut RunBatch), "1 outcomes where 2 are declared"),
        (|b| b.uncertainties[0].truncate(4), "4 values of a column where 5 are declared"),
        (|b| b.closed[0] = 7, "tick 7 is past the last, 6"),
        (|b| b.stopped_by[0] = Some(1), "stop number 1 is not declared"),
        (|b| b.series.clear(), "0 ticks of series where 7 are declared"),
        (|b| b.series[3][1].clear(), "a tick of the series does not hold every outcome of every run"),
        (|b| b.failures.push(Failure { run: 3, ..Failure::default() }), "run 3 failed but is not in the batch"),
    ] {
        assert_eq!(say(misfit(change)), format!("results do not fit their schema: {sentence}"));
    }
    let error = finished(writer, &folder).unwrap_err();
    assert_eq!(error.to_string(), "results do not fit their schema: runs 5 to 19 are missing");
}

#[test]
fn sketches_of_other_runs_are_refused() {
    let (_room, folder) = room();
    let mut writer = writer(&folder, &work(5, SeriesMode::Quantiles), replacing(false)).unwrap();
    writer.append(&batch(0, 5), &Sketches::new(TICKS, 2)).unwrap();
    let error = finished(writer, &folder).unwrap_err();
    assert!(error.to_string().contains("did not count 5 runs"), "{error}");
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing_behind() {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("results/a");
    let mut writer = writer(&folder, &work(20, SeriesMode::Full), replacing(false)).unwrap();
    add(&mut writer, &batch(0, 5)).unwrap();
    assert!(!folder.exists());
    assert_eq!(entries(room.path()), ["results"]);
    drop(writer);
    assert!(entries(room.path()).is_empty());
}

#[test]
fn other_results_are_replaced_by_force_only_and_only_at_the_end() {
    let (room, folder) = room();
    store(&folder, 20, 5, SeriesMode::Full, false).unwrap();
    let refused = store(&folder, 10, 5, SeriesMode::None, false).unwrap_err().to_string();
    assert!(refused.ends_with("holds other results (variant baseline, seed 7, 20 runs)"), "{refused}");
    let writer = writer(&folder, &work(10, SeriesMode::None), replacing(true)).unwrap();
    assert_eq!(Stored::open(&folder).unwrap().identity().runs, 20);
    drop(writer);
    assert_eq!(Stored::open(&folder).unwrap().identity().runs, 20);
    assert_eq!(store(&folder, 10, 5, SeriesMode::None, true).unwrap().identity().runs, 10);
    assert_eq!(entries(&folder), ["log.json", "manifest.json", "runs.parquet", "scenario.json", "source.json"]);
    assert_eq!(entries(room.path()), ["a"]);
}

#[test]
fn what_is_not_a_results_folder_is_never_replaced() {
    let room = tempfile::tempdir().unwrap();
    let at = |name: &str| room.path().join(name);
    let say = |name: &str| {
        let text = store(&at(name), 5, 5, SeriesMode::None, true).unwrap_err().to_string();
        text.replace(&room.path().display().to_string(), "")
    };
    fs::create_dir(at("photos")).unwrap();
    fs::write(at("photos/cat.png"), "x").unwrap();
    assert_eq!(
        say("photos"),
        "/photos is not a results folder (it holds `cat.png`); it is left as it is, choose another place"
    );
    fs::create_dir(at("odd")).unwrap();
    fs::write(at("odd/manifest.json"), "{}").unwrap();
    assert!(say("odd").contains("it has no manifest.json of this program"));
    store(&at("noted"), 5, 5, SeriesMode::None, false).unwrap();
    fs::write(at("noted/notes.txt"), "x").unwrap();
    assert!(say("noted").contains("it holds `notes.txt`"));
    fs::create_dir(at("nested")).unwrap();
    fs::create_dir(at("nested/manifest.json")).unwrap();
    assert!(say("nested").contains("it holds `manifest.json`"));
    fs::write(at("file"), "x").unwrap();
    assert!(say("file").contains("it is a file"));
    assert_eq!(entries(room.path()), ["file", "nested", "noted", "odd", "photos"]);
}

#[test]
fn an_empty_folder_is_taken() {
    let (room, folder) = room();
    fs::create_dir(&folder).unwrap();
    store(&folder, 5, 5, SeriesMode::None, false).unwrap();
    assert_eq!(entries(room.path()), ["a"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_results_folder_stays_a_link() {
    let (room, folder) = room();
    store(&folder, 5, 5, SeriesMode::None, false).unwrap();
    let link = room.path().join("latest");
    std::os::unix::fs::symlink(&folder, &link).unwrap();
    store(&link, 6, 5, SeriesMode::None, true).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(Stored::open(&folder).unwrap().identity().runs, 6);
}

#[test]
fn a_place_that_is_taken_meanwhile_is_left_alone() {
    let (room, folder) = room();
    let writer = writer(&folder, &work(0, SeriesMode::None), replacing(false)).unwrap();
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("mine.txt"), "x").unwrap();
    let error = finished(writer, &folder).unwrap_err();
    assert!(matches!(error, ResultsError::NotResults { .. }), "{error}");
    assert_eq!((entries(room.path()), entries(&folder)), (vec!["a".to_owned()], vec!["mine.txt".to_owned()]));
}

#[test]
fn places_that_cannot_be_are_named_with_the_reason() {
    let room = tempfile::tempdir().unwrap();
    fs::write(room.path().join("file"), "x").unwrap();
    let say = |path: PathBuf| {
        let text = store(&path, 5, 5, SeriesMode::None, false).unwrap_err().to_string();
        text.replace(&room.path().display().to_string(), "")
    };
    assert_eq!(say(room.path().join("file/a")), "cannot open /file/a: Not a directory (os error 20)");
    assert_eq!(
        say(room.path().join("no/such/parent")),
        "cannot create folder /no/such: No such file or directory (os error 2)"
    );
    assert!(say(room.path().join("x/..")).contains("names no folder"));
    assert!(say(PathBuf::from("/")).contains("is not a results folder"));
    assert!(say(PathBuf::new()).contains("names no folder"));
}

#[test]
fn damage_is_seen() {
    let (_room, folder) = room();
    let stored = store(&folder, 50, 5, SeriesMode::Full, false).unwrap();
    let path = folder.join("runs.parquet");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(Stored::open(&folder).unwrap_err(), ResultsError::Damaged { .. }));
    fs::write(&path, &whole).unwrap();
    fs::remove_file(folder.join("series.parquet")).unwrap();
    let error = Stored::open(&folder).unwrap_err().to_string();
    assert!(error.contains("series.parquet") && error.contains("No such file"), "{error}");
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    fs::write(folder.join("manifest.json"), manifest.replace(stored.digest(), &"0".repeat(64)).replace("full", "none"))
        .unwrap();
    assert!(!Stored::open(&folder).unwrap().verify().unwrap());
    fs::write(folder.join("manifest.json"), manifest.replace("\"runs\": 50", "\"runs\": 51")).unwrap();
    assert!(Stored::open(&folder).unwrap_err().to_string().contains("holds 50 runs instead of 51"));
}

#[test]
fn no_runs_and_no_columns_are_results_too() {
    let (_room, folder) = room();
    let bare = Schema { dates: vec![0], ..Schema::default() };
    let writer = writer(&folder, &Work::new(identity(0), bare, SeriesMode::Full), Replace::NOTHING).unwrap();
    let stored = finished(writer, &folder).unwrap();
    assert!(stored.verify().unwrap());
    stored.outcome(0, |_| panic!("there is no outcome")).unwrap();
}

#[test]
fn days_are_written_as_dates() {
    assert_eq!(day(0).as_deref(), Some("1970-01-01"));
    assert_eq!(day(19_657).as_deref(), Some("2023-10-27"));
    assert_eq!(day(-1).as_deref(), Some("1969-12-31"));
    assert_eq!(day(i32::MAX), None);
}
