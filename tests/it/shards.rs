//! P1 and P5 for shards: wherever the parts of an ensemble are played, the whole has the same bytes.

use crate::played::repository;
use crate::support::{Scratch, entente, files_of};
use entente::results::Stored;
use std::path::Path;

const RUNS: &str = "5000";

/// Plays one shard of so many into a folder of its number.
fn shard(scratch: &Scratch, number: usize, of: usize, more: &[&str]) -> String {
    let folder = scratch.path(&format!("{number}-of-{of}"));
    let (scenario, shard) = (repository("scenarios/two-patrons.yaml"), format!("{number}/{of}"));
    let typed = ["run", &scenario, "--seed", "7", "--runs", RUNS, "--quiet", "--shard", &shard, "--out", &folder];
    entente(&[&typed[..], more].concat()).success();
    folder
}

fn merge(shards: &[String], into: &str) -> snapbox::cmd::OutputAssert {
    let mut typed = vec!["merge", "--out", into];
    typed.extend(shards.iter().map(String::as_str));
    entente(&typed)
}

fn complaint(refused: snapbox::cmd::OutputAssert) -> String {
    let output = refused.code(2);
    assert!(output.get_output().stdout.is_empty());
    String::from_utf8_lossy(&output.get_output().stderr).into_owned()
}

#[test]
fn one_three_and_sixteen_shards_give_the_bytes_of_the_whole() {
    let scratch = Scratch::new();
    let whole = scratch.path("whole");
    let scenario = repository("scenarios/two-patrons.yaml");
    entente(&["run", &scenario, "--seed", "7", "--runs", RUNS, "--quiet", "--out", &whole]).success();
    let (expected, digest) = (files_of(&whole), Stored::open(whole.as_ref()).expect("results").digest().to_owned());
    assert!(expected.len() == 6, "{:?}", expected.keys());
    for of in [1, 3, 16] {
        // Each in other batches; given in the wrong order.
        let batches = ["64", "100", "4096"];
        let mut shards: Vec<String> =
            (1..=of).map(|number| shard(&scratch, number, of, &["--batch", batches[number % 3]])).collect();
        shards.reverse();
        let merged = scratch.path(&format!("merged-{of}"));
        if of == 1 {
            // One of one is the whole.
            assert!(files_of(&shards[0]) == expected);
            continue;
        }
        let output = merge(&shards, &merged).success();
        let summary = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
        assert!(summary.contains(&digest) && summary.contains("two-patrons.yaml --seed 7"), "{summary}");
        assert!(files_of(&merged) == expected, "{of} shards give other bytes than the whole");
        // Once more they are found there.
        merge(&shards, &merged).success();
        entente(&["verify", &merged, "--runs", "20"]).success();
    }
    assert_eq!(std::fs::read_dir(scratch.path("")).expect("entries").count(), 1 + 1 + 3 + 16 + 2);
}

#[test]
fn a_shard_that_is_there_already_is_not_played_again_and_a_damaged_one_is() {
    let scratch = Scratch::new();
    let folder = shard(&scratch, 2, 4, &[]);
    let before = files_of(&folder);
    assert!(complaint(entente(&["verify", &folder])).contains("holds a part of an ensemble"));
    let said = entente(&[
        "run",
        &repository("scenarios/two-patrons.yaml"),
        "--seed",
        "7",
        "--runs",
        RUNS,
        "--shard",
        "2/4",
        "--out",
        &folder,
    ]);
    let text = String::from_utf8_lossy(&said.success().get_output().stdout).into_owned();
    assert!(text.contains("2/4: runs 1,216 to 2,495 of 5,000"), "{text}");
    let piece = std::fs::read_dir(format!("{folder}/parts")).expect("parts").flatten().next().expect("a part").path();
    std::fs::write(piece.join("runs.parquet"), "half").expect("written");
    shard(&scratch, 2, 4, &[]);
    assert!(files_of(&folder) == before);
}

#[test]
fn shards_that_are_missing_doubled_damaged_or_of_something_else_are_named() {
    let scratch = Scratch::new();
    let shards: Vec<String> = (1..=3).map(|number| shard(&scratch, number, 3, &[])).collect();
    let [one, two, three] = [0, 1, 2].map(|place| shards[place].clone());
    let into = scratch.path("merged");

    let text = complaint(merge(&[one.clone(), three.clone()], &into));
    assert!(text.contains("shard 2/3 is missing (runs 1664 to 3327)"), "{text}");

    let text = complaint(merge(&[one.clone(), two.clone(), two.clone(), three.clone()], &into));
    assert!(text.contains("shard 2/3 is given twice"), "{text}");

    let other = shard(&scratch, 2, 4, &[]);
    let text = complaint(merge(&[one.clone(), other, three.clone()], &into));
    assert!(text.contains("2-of-4 is one of 4 shards") && text.contains("shard 2/3 is missing"), "{text}");

    let elsewhere = Scratch::new();
    let foreign = shard(&elsewhere, 2, 3, &["--set", "far_aid=1"]);
    let text = complaint(merge(&[one.clone(), foreign, three.clone()], &into));
    assert!(text.contains("belongs to something else: the scenario is two-patrons"), "{text}");

    let whole = scratch.path("whole");
    entente(&["run", &repository("scenarios/two-patrons.yaml"), "--runs", "10", "--out", &whole]).success();
    let text = complaint(merge(&[whole, scratch.path("nowhere")], &into));
    assert!(text.contains("it holds the results of a whole ensemble") && text.contains("it does not exist"), "{text}");

    let piece = std::fs::read_dir(format!("{two}/parts")).expect("parts").flatten().next().expect("a part").path();
    let file = piece.join("series.parquet");
    let mut bytes = std::fs::read(&file).expect("the file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(&file, bytes).expect("written");
    let text = complaint(merge(&[one, two, three], &into));
    assert!(text.contains("series.parquet does not match its checksum"), "{text}");
    assert!(text.contains("shard 2/3 lacks the runs 1664 to 3327"), "{text}");
    assert!(!Path::new(&into).exists() && !Path::new(&format!("{into}.unfinished")).exists());
}

#[test]
fn a_shard_that_makes_no_sense_is_refused() {
    let scenario = repository("scenarios/two-patrons.yaml");
    for (shard, runs, sentence) in [
        ("0/4", "100", "shards count from 1"),
        ("5/4", "100", "shards count from 1"),
        ("3", "100", "expected a shard such as 3/16"),
        ("2/4", "3", "has no runs"),
    ] {
        let refused = entente(&["run", &scenario, "--runs", runs, "--shard", shard]);
        if sentence == "has no runs" {
            // 3 runs among 4: the first share is the empty one.
            let text = complaint(entente(&["run", &scenario, "--runs", runs, "--shard", "1/4"]));
            assert!(text.contains(sentence), "{text}");
            continue;
        }
        let text = complaint(refused);
        assert!(text.contains(sentence), "{text}");
    }
}
