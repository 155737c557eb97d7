//! P5: stopped anywhere, gone on with, the same bytes. P6: a write that fails leaves nothing that looks whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::disk::{Fault, changes_of};
use super::fixture::{add, batch, fill, finished, log, source, work};
use super::*;

/// One part in three pieces and another begun.
const ALL: u64 = 4096 + 200;
const LANES: u64 = 1500;

/// Plays and stores, or goes on with it; every batch is sealed.
fn store(folder: &Path, work: &Work, replace: Replace) -> Result<Stored, ResultsError> {
    let mut writer = ResultsWriter::open(folder, work, Duration::ZERO, replace)?;
    fill(&mut writer, LANES)?;
    finished(writer, folder)
}

/// Every file in a folder and below, by its path there.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            let inside = PathBuf::from(entry.file_name());
            files.extend(self::files(&path).into_iter().map(|(name, bytes)| (inside.join(name), bytes)));
        } else {
            files.insert(path.strip_prefix(folder).unwrap().to_path_buf(), fs::read(&path).unwrap());
        }
    }
    files
}

/// The files of a run that nothing interrupts.
fn uninterrupted(work: &Work) -> BTreeMap<PathBuf, Vec<u8>> {
    let room = tempfile::tempdir().unwrap();
    let stored = store(&room.path().join("a"), work, Replace::NOTHING).unwrap();
    assert!(stored.verify().unwrap());
    files(&room.path().join("a"))
}

fn room() -> (TempDir, PathBuf) {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("results/a");
    (room, folder)
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names.into_iter().map(|name| name.into_string().unwrap()).collect()
}

/// Whatever stands in the place of the results is whole.
fn whole_or_absent(folder: &Path, expected: &BTreeMap<PathBuf, Vec<u8>>, when: &str) {
    if folder.exists() {
        assert!(files(folder) == *expected, "{when}: what stands in the place is not whole");
    }
}

/// Stops at every change to the disk in turn, by a fault made from its number, and goes on. Returns how many there were.
fn stop_everywhere(fault: fn(u64) -> Fault, mode: SeriesMode) -> u64 {
    let work = work(ALL, mode);
    let expected = uninterrupted(&work);
    for number in 0.. {
        let (room, folder) = room();
        let when = format!("{:?}", fault(number));
        let (stored, changes) = changes_of(Some(fault(number)), || store(&folder, &work, Replace::NOTHING));
        whole_or_absent(&folder, &expected, &when);
        let through = changes <= number;
        assert!(stored.is_ok() || !through, "{when}: {}", stored.unwrap_err());
        if !folder.exists() {
            store(&folder, &work, Replace::NOTHING).unwrap_or_else(|error| panic!("{when}: {error}"));
        }
        sweep(&folder);
        assert!(files(&folder) == expected, "{when}: other bytes");
        assert_eq!(entries(&room.path().join("results")), ["a"], "{when}: something is left over");
        if through {
            return number;
        }
    }
    unreachable!("it ends when nothing is left to stop at")
}

#[test]
fn killed_at_any_change_to_the_disk_the_files_are_the_same_in_the_end() {
    let changes = stop_everywhere(Fault::Killed, SeriesMode::Full);
    assert!(changes > 100, "{changes} changes: fewer than there must be");
    println!("{changes} changes to the disk; killed at each, always the same bytes");
}

#[test]
fn unplugged_at_any_change_to_the_disk_the_files_are_the_same_in_the_end() {
    stop_everywhere(Fault::Unplugged, SeriesMode::Full);
}

#[test]
fn a_change_that_fails_once_leaves_nothing_half_written_and_is_made_up_for() {
    stop_everywhere(Fault::Once, SeriesMode::Quantiles);
}

#[test]
fn killed_again_while_going_on_the_files_are_the_same_in_the_end() {
    let work = work(ALL, SeriesMode::Quantiles);
    let expected = uninterrupted(&work);
    for first in (5..100).step_by(29) {
        for second in (0..100).step_by(11) {
            let (_room, folder) = room();
            for stop in [first, second, second + 3] {
                let _ = changes_of(Some(Fault::Killed(stop)), || store(&folder, &work, Replace::NOTHING));
                whole_or_absent(&folder, &expected, &format!("{first}, {second}"));
            }
            if !folder.exists() {
                store(&folder, &work, Replace::NOTHING).unwrap();
            }
            assert!(files(&folder) == expected, "killed at {first}, then at {second}");
        }
    }
}

#[test]
fn a_shard_killed_at_any_change_to_the_disk_is_whole_in_the_end_and_replaces_another_safely() {
    let mut shard = work(ALL, SeriesMode::None);
    shard.shard = Shard { number: 2, of: 2 };
    let place = |folder: &Path, work: &Work, replace| -> Result<(), ResultsError> {
        let mut writer = ResultsWriter::open(folder, work, Duration::ZERO, replace)?;
        fill(&mut writer, LANES)?;
        writer.finish(&log(), &source())
    };
    let (room, folder) = room();
    place(&folder, &shard, Replace::NOTHING).unwrap();
    let after = files(&folder);
    assert_eq!(entries(&folder), ["log.json", "parts", "source.json", "work.json"]);
    drop(room);
    let old = work(30, SeriesMode::None);
    let before = uninterrupted(&old);
    for number in 0.. {
        let (room, folder) = self::room();
        store(&folder, &old, Replace::NOTHING).unwrap();
        let (_, changes) = changes_of(Some(Fault::Killed(number)), || place(&folder, &shard, Replace::ALL));
        // What is pending is mended by whoever comes next, even if he may replace nothing.
        let next = place(&folder, &shard, Replace::NOTHING);
        let there = files(&folder);
        assert!(there == before || there == after, "killed at {number}: neither the old results nor the shard");
        assert!(matches!(next, Err(ResultsError::Occupied { .. })), "killed at {number}");
        place(&folder, &shard, Replace::ALL).unwrap();
        assert!(files(&folder) == after, "killed at {number}: other bytes");
        assert_eq!(entries(&room.path().join("results")), ["a"], "killed at {number}");
        assert!(ShardFolder::open(&folder).unwrap().problems().is_empty());
        if changes <= number {
            break;
        }
    }
}

#[test]
fn results_that_are_being_replaced_are_never_lost() {
    let (old, new) = (work(30, SeriesMode::None), work(40, SeriesMode::None));
    let (before, after) = (uninterrupted(&old), uninterrupted(&new));
    for number in 0.. {
        let (room, folder) = room();
        store(&folder, &old, Replace::NOTHING).unwrap();
        let (_, changes) = changes_of(Some(Fault::Killed(number)), || store(&folder, &new, Replace::ALL));
        sweep(&folder);
        let there = files(&folder);
        assert!(there == before || there == after, "killed at {number}: neither the old results nor the new");
        store(&folder, &new, Replace::ALL).unwrap();
        assert!(files(&folder) == after);
        assert_eq!(entries(&room.path().join("results")), ["a"]);
        if changes <= number {
            break;
        }
    }
}

/// Work of which half is done.
fn half_done(work: &Work) -> (TempDir, PathBuf, PathBuf) {
    let (room, folder) = room();
    let mut writer = ResultsWriter::open(&folder, work, Duration::ZERO, Replace::NOTHING).unwrap();
    add(&mut writer, &batch(0, 1500)).unwrap();
    add(&mut writer, &batch(1500, 1500)).unwrap();
    let path = writer.unfinished().to_path_buf();
    (room, folder, path)
}

#[test]
fn what_is_done_is_gone_on_with() {
    let work = work(ALL, SeriesMode::Full);
    let (_room, folder, path) = half_done(&work);
    assert_eq!(entries(&path), ["lock", "parts", "work.json"]);
    assert_eq!(entries(&path.join("parts")), ["000000000000-000000001500", "000000001500-000000003000"]);
    let writer = ResultsWriter::open(&folder, &work, Duration::ZERO, Replace::NOTHING).unwrap();
    assert_eq!((writer.done(), writer.next_run(), writer.missing().len()), (3000, Some(3000), 1));
    assert!(writer.damage().is_empty());
}

#[test]
fn a_part_that_was_changed_or_went_away_is_played_again() {
    let work = work(ALL, SeriesMode::Full);
    let expected = uninterrupted(&work);
    let (_room, _, path) = half_done(&work);
    let names: Vec<PathBuf> = files(&path.join("parts")).into_keys().collect();
    assert_eq!(names.len(), 8, "{names:?}");
    for relative in &names {
        for damage in ["first", "middle", "last", "short", "long", "gone"] {
            let (_room, folder, path) = half_done(&work);
            let file = path.join("parts").join(relative);
            let mut bytes = fs::read(&file).unwrap();
            let place = match damage {
                "first" => 0,
                "middle" => bytes.len() / 2,
                _ => bytes.len() - 2,
            };
            match damage {
                "gone" => fs::remove_file(&file).unwrap(),
                "short" => fs::write(&file, &bytes[..bytes.len() / 2]).unwrap(),
                "long" => fs::write(&file, [&bytes[..], b"x"].concat()).unwrap(),
                _ => {
                    bytes[place] ^= 1;
                    fs::write(&file, &bytes).unwrap();
                }
            }
            let mut writer = ResultsWriter::open(&folder, &work, Duration::ZERO, Replace::NOTHING).unwrap();
            assert_eq!((writer.damage().len(), writer.done()), (1, 1500), "{damage} in {}", relative.display());
            assert!(writer.damage()[0].contains("00-0000"), "{:?}", writer.damage());
            fill(&mut writer, LANES).unwrap();
            finished(writer, &folder).unwrap();
            assert!(files(&folder) == expected, "{damage} in {}", relative.display());
        }
    }
}

#[test]
fn a_part_that_is_deleted_is_played_again() {
    let work = work(ALL, SeriesMode::Full);
    let (_room, folder, path) = half_done(&work);
    fs::remove_dir_all(path.join("parts/000000000000-000000001500")).unwrap();
    let writer = ResultsWriter::open(&folder, &work, Duration::ZERO, Replace::NOTHING).unwrap();
    assert_eq!(writer.missing(), [0..1500, 3000..ALL]);
    drop(writer);
    store(&folder, &work, Replace::NOTHING).unwrap();
    assert!(files(&folder) == uninterrupted(&work));
}

#[test]
fn a_part_of_other_work_is_not_taken() {
    let mine = work(ALL, SeriesMode::Full);
    let mut other = mine.clone();
    other.identity.seed += 1;
    let (_room, folder, path) = half_done(&mine);
    let (_theirs, _, foreign) = half_done(&other);
    let piece = "parts/000000000000-000000001500";
    for file in ["runs.parquet", "series.parquet", "sketches.bin", "part.json"] {
        fs::copy(foreign.join(piece).join(file), path.join(piece).join(file)).unwrap();
    }
    let writer = ResultsWriter::open(&folder, &mine, Duration::ZERO, Replace::NOTHING).unwrap();
    assert_eq!(writer.missing(), [0..1500, 3000..ALL]);
    assert!(writer.damage()[0].ends_with("it belongs to other work"), "{:?}", writer.damage());
}

#[test]
fn a_part_under_another_name_is_not_taken() {
    let work = work(ALL, SeriesMode::None);
    let (_room, folder, path) = half_done(&work);
    let parts = path.join("parts");
    fs::rename(parts.join("000000001500-000000003000"), parts.join("000000001600-000000003100")).unwrap();
    let writer = ResultsWriter::open(&folder, &work, Duration::ZERO, Replace::NOTHING).unwrap();
    assert_eq!((writer.next_run(), writer.missing().len(), writer.damage().len()), (Some(1500), 1, 1));
}

#[test]
fn a_torn_work_file_is_refused_and_nothing_is_lost() {
    let work = work(ALL, SeriesMode::None);
    let (_room, folder, path) = half_done(&work);
    let whole = fs::read(path.join("work.json")).unwrap();
    for length in (0..whole.len() - 1).step_by(17) {
        fs::write(path.join("work.json"), &whole[..length]).unwrap();
        let error = store(&folder, &work, Replace::NOTHING).unwrap_err().to_string();
        assert!(error.contains("work.json is damaged"), "{error}");
        assert_eq!(entries(&path.join("parts")).len(), 2);
    }
    fs::write(path.join("work.json"), &whole).unwrap();
    assert_eq!(ResultsWriter::open(&folder, &work, Duration::ZERO, Replace::NOTHING).unwrap().done(), 3000);
    fs::write(path.join("work.json"), "{").unwrap();
    store(&folder, &work, Replace::ALL).unwrap();
    assert!(files(&folder) == uninterrupted(&work));
}

#[test]
fn other_work_is_refused_with_what_differs_and_replaced_only_by_force() {
    let mine = work(ALL, SeriesMode::None);
    let (_room, folder, path) = half_done(&mine);
    for (change, sentence) in [
        ((|w| w.identity.seed = 8) as fn(&mut Work), "the seed is 7 there and 8 here"),
        (|w| w.identity.version = "0.2.0".into(), "the version is 0.1.0 there and 0.2.0 here"),
        (|w| w.identity.runs = 5000, "the number of runs is 4296 there and 5000 here"),
        (|w| w.identity.variant = "calm".into(), "the variant is baseline there and calm here"),
        (
            |w| w.identity.scenario_hash = "cd".repeat(32),
            "the scenario is two_patrons (abababababab) there and two_patrons",
        ),
        (|w| w.series = SeriesMode::Full, "what is kept over time is none there and full here"),
        (|w| w.shard = Shard { number: 2, of: 3 }, "the shard is 1/1 there and 2/3 here"),
    ] {
        let mut other = mine.clone();
        change(&mut other);
        let error = store(&folder, &other, Replace { results: true, unfinished: false }).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(sentence) && text.contains("a.unfinished"), "{text}");
        assert_eq!(entries(&path.join("parts")).len(), 2, "nothing is lost");
    }
    let mut other = mine.clone();
    other.identity.seed = 8;
    store(&folder, &other, Replace::ALL).unwrap();
    assert_eq!(Stored::open(&folder).unwrap().identity().seed, 8);
}

#[test]
fn a_second_writer_is_kept_out_while_the_first_lives() {
    let work = work(ALL, SeriesMode::None);
    let (_room, folder) = room();
    let first = ResultsWriter::open(&folder, &work, Duration::ZERO, Replace::NOTHING).unwrap();
    let busy = store(&folder, &work, Replace::ALL).unwrap_err();
    assert!(busy.to_string().ends_with("results/a is being written by another process"), "{busy}");
    drop(first);
    store(&folder, &work, Replace::NOTHING).unwrap();
}

#[test]
fn somebody_elses_folder_of_that_name_is_left_alone() {
    let (room, folder) = room();
    fs::create_dir_all(room.path().join("results/a.unfinished")).unwrap();
    fs::write(room.path().join("results/a.unfinished/novel.txt"), "x").unwrap();
    let error = store(&folder, &work(10, SeriesMode::None), Replace::ALL).unwrap_err().to_string();
    assert!(error.contains("it holds `novel.txt`"), "{error}");
    assert_eq!(entries(&room.path().join("results/a.unfinished")), ["novel.txt"]);
    let (_room, folder, path) = half_done(&work(ALL, SeriesMode::None));
    fs::write(path.join("parts/novel.txt"), "x").unwrap();
    let error = store(&folder, &work(10, SeriesMode::None), Replace::ALL).unwrap_err().to_string();
    assert!(error.contains("it holds `parts/novel.txt`"), "{error}");
    assert!(path.join("parts/novel.txt").is_file());
}
