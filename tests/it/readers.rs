//! The stored files open in other people's readers, and these read the same numbers.

use crate::support::{Scratch, entente};
use serde_json::Value;
use std::process::Command;

#[test]
fn other_readers_open_the_files_and_agree_on_every_number() {
    let ready = Command::new("python3").args(["-c", "import duckdb, pandas, pyarrow"]).output();
    if !ready.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: python3 with duckdb, pandas and pyarrow is not installed");
        return;
    }
    let scratch = Scratch::new();
    let folder = scratch.path("results");
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/two-patrons.yaml");
    entente(&["run", scenario, "--runs", "300", "--seed", "7", "--out", &folder, "--quiet"]).success();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/readers/read_results.py");
    let output = Command::new("python3").args([script, &folder]).output().expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("JSON is text");
    let read: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    for file in ["runs.parquet", "series.parquet", "quantiles.parquet"] {
        let of_file: Vec<&Value> = read.iter().filter(|value| value["file"] == file).collect();
        assert_eq!(of_file.len(), 3, "three readers open {file}");
        for other in &of_file[1..] {
            for what in ["columns", "rows", "numeric"] {
                assert_eq!(other[what], of_file[0][what], "{} of {file} by {}", what, other["reader"]);
            }
        }
    }
    agrees_with_our_own_reader(&folder, &read);
}

/// The first reader's sums equal what the library reads.
fn agrees_with_our_own_reader(folder: &str, read: &[Value]) {
    let stored = entente::results::Stored::open(folder.as_ref()).expect("the results open");
    let runs = read.iter().find(|value| value["file"] == "runs.parquet").expect("runs were read");
    assert_eq!(runs["rows"], 300);
    for (number, outcome) in stored.schema().outcomes.iter().enumerate() {
        let mut values = Vec::new();
        stored.outcome(number, |part| values.extend(part.iter().copied().filter(|x| !x.is_nan()))).expect("it reads");
        let theirs = &runs["numeric"][&outcome.name];
        assert_eq!(theirs["count"], values.len(), "{}", outcome.name);
        let sum: f64 = values.iter().sum();
        assert_eq!(theirs["sum"].as_f64(), Some(sum), "the sum of {}", outcome.name);
    }
}
