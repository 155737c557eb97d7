//! P5: killed at any moment and gone on with, the result is the same file.
//!
//! That every single write may be the last is shown where the writes are (`src/results/interruptions.rs`). Here the command
//! itself is killed at random moments, and told to stop.

use crate::played::repository;
use crate::support::{Scratch, entente, files_of};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const RUNS: &str = "5000";

/// The command, which seals every batch.
fn command(folder: &str, runs: &str, batch: &str, threads: &str) -> Command {
    let mut command = Command::new(snapbox::cmd::cargo_bin!("entente"));
    command.args(["run", &repository("scenarios/two-patrons.yaml"), "--seed", "7", "--quiet", "--checkpoint", "0"]);
    command.args(["--runs", runs, "--batch", batch, "--threads", threads, "--out", folder]);
    command.env("NO_COLOR", "1").env_remove("ENTENTE_LOG").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(child: Child) -> (Option<i32>, String, String) {
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Kills so many times at random moments, each time going on with what is there; whatever ends by itself is compared and
/// begun anew. Returns how often it was whole.
fn killed(times: u64) -> u64 {
    let scratch = Scratch::new();
    let expected = scratch.path("expected");
    assert!(command(&expected, RUNS, "400", "2").status().expect("it runs").success());
    let expected = files_of(&expected);
    let folder = scratch.path("a");
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let (mut kills, mut whole) = (0, 0);
    while kills < times || whole == 0 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (batch, threads) = [("400", "2"), ("333", "1"), ("1000", "3")][(dice >> 40) as usize % 3];
        let mut child = command(&folder, RUNS, batch, threads).spawn().expect("it starts");
        if kills < times {
            std::thread::sleep(Duration::from_millis((dice >> 33) % 400));
            child.kill().expect("it is killed, or has ended");
        }
        match said(child) {
            (None, ..) => {
                kills += 1;
                // A folder in the place is whole: it is answered with.
                if Path::new(&folder).exists() {
                    entente::results::Stored::open(folder.as_ref()).expect("whole results");
                }
            }
            (Some(0), ..) => {
                assert!(files_of(&folder) == expected, "after {kills} kills: other bytes");
                let left: Vec<_> = std::fs::read_dir(scratch.path("")).expect("the folder").collect();
                assert_eq!(left.len(), 2, "after {kills} kills something is left over: {left:?}");
                std::fs::remove_dir_all(&folder).expect("the folder");
                whole += 1;
            }
            (code, _, complaint) => panic!("after {kills} kills it ended with {code:?}: {complaint}"),
        }
    }
    whole
}

#[test]
fn killed_at_random_moments_it_goes_on_to_the_same_bytes() {
    let whole = killed(25);
    assert!(whole > 0, "it never came to its end");
}

#[test]
#[ignore = "takes minutes: `just kill`"]
fn killed_two_hundred_and_fifty_times_it_goes_on_to_the_same_bytes() {
    let whole = killed(250);
    println!("250 kills, {whole} times whole, always the same bytes");
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
}

/// How many pieces are sealed.
#[cfg(unix)]
fn pieces(folder: &str) -> usize {
    let entries = std::fs::read_dir(format!("{folder}.unfinished/parts"));
    entries.map_or(0, |entries| entries.flatten().filter(|entry| entry.file_name() != "open").count())
}

/// Waits until more than so many are.
#[cfg(unix)]
fn wait_for_pieces(folder: &str, more_than: usize) {
    while pieces(folder) <= more_than {
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether this process, and so what it starts, ignores a signal: under `nohup` the end of a terminal stops nothing.
#[cfg(unix)]
fn is_ignored(signal: u32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_sums_up_what_is_done_and_goes_on_the_next_time() {
    let scratch = Scratch::new();
    let (folder, expected) = (scratch.path("a"), scratch.path("expected"));
    let runs = "30000";
    assert!(command(&expected, runs, "4096", "2").status().expect("it runs").success());
    for (name, number) in [("-INT", 2), ("-TERM", 15), ("-HUP", 1)] {
        if is_ignored(number) {
            println!("{name} is ignored here and was not tried");
            continue;
        }
        let before = pieces(&folder);
        let child = command(&folder, runs, "256", "2").spawn().expect("it starts");
        wait_for_pieces(&folder, before);
        signal(&child, name);
        let (code, summary, complaint) = said(child);
        assert_eq!(code, Some(1), "{name}: {complaint}");
        assert!(complaint.contains("stopped after") && complaint.contains("of 30,000 runs"), "{name}: {complaint}");
        assert!(complaint.contains("help: to go on, give the same command: "), "{complaint}");
        assert!(complaint.contains(&format!("{folder}.unfinished")), "{complaint}");
        assert!(summary.contains("Outcomes at the end") && summary.contains(".unfinished"), "{summary}");
        assert!(!Path::new(&folder).exists(), "nothing looks whole");
        let parts = std::fs::read_dir(format!("{folder}.unfinished")).expect("what is done");
        assert_eq!(parts.count(), 3, "lock, parts and work.json");
    }
    let (code, ..) = said(command(&folder, runs, "4096", "2").spawn().expect("it starts"));
    assert_eq!(code, Some(0));
    assert!(files_of(&folder) == files_of(&expected), "other bytes");
}

#[cfg(target_os = "linux")]
#[test]
fn a_closed_terminal_stops_nothing_that_was_told_to_ignore_it() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    let play = command(&folder, RUNS, "100", "1");
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(play.get_program()).args(play.get_args());
    let child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    wait_for_pieces(&folder, 0);
    signal(&child, "-HUP");
    let (code, _, complaint) = said(child);
    assert_eq!(code, Some(0), "{complaint}");
}

/// A folder in which some of the work of this seed is done.
fn half_done(scratch: &Scratch, seed: &str) -> String {
    let folder = scratch.path("a");
    let mut child = Command::new(snapbox::cmd::cargo_bin!("entente"))
        .args(["run", &repository("scenarios/two-patrons.yaml"), "--quiet", "--checkpoint", "0", "--batch", "64"])
        .args(["--runs", "100000", "--seed", seed, "--out", &folder])
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    while !Path::new(&format!("{folder}.unfinished/parts/000000000000-000000000064")).exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    folder
}

fn refusal(arguments: &[&str]) -> String {
    let refused = entente(arguments).code(2);
    String::from_utf8_lossy(&refused.get_output().stderr).into_owned()
}

#[test]
fn another_plan_is_refused_with_what_differs() {
    let scratch = Scratch::new();
    let folder = half_done(&scratch, "7");
    let scenario = repository("scenarios/two-patrons.yaml");
    let base = ["run", &scenario, "--out", &folder];
    for (more, sentence) in [
        (vec!["--runs", "100000", "--seed", "8"], "the seed is 7 there and 8 here"),
        (
            vec!["--runs", "500", "--seed", "7", "--series", "quantiles"],
            "the number of runs is 100000 there and 500 here",
        ),
        (
            vec!["--runs", "100000", "--seed", "7", "--series", "none"],
            "what is kept over time is quantiles there and none",
        ),
        (vec!["--runs", "100000", "--seed", "7", "--set", "far_aid=1"], "the scenario is two-patrons"),
        (vec!["--runs", "100000", "--seed", "7", "--variant", "far_aid_doubled"], "the variant is baseline there"),
        (vec!["--runs", "100000", "--seed", "7", "--shard", "1/2"], "the shard is 1/1 there and 1/2 here"),
    ] {
        let text = refusal(&[&base[..], &more].concat());
        assert!(text.contains(sentence) && text.contains("--force") && text.contains(".unfinished"), "{text}");
    }
    entente(&[&base[..], &["--runs", "500", "--seed", "8", "--force"]].concat()).success();
    assert!(!Path::new(&format!("{folder}.unfinished")).exists());
}

#[test]
fn resume_wants_something_to_go_on_with() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    let scenario = repository("scenarios/two-patrons.yaml");
    let typed = ["run", &scenario, "--runs", "50", "--out", &folder];
    let text = refusal(&[&typed[..], &["--resume"]].concat());
    assert!(text.contains("nothing to go on with") && text.contains("a.unfinished"), "{text}");
    entente(&typed).success();
    // What is whole already is answered with.
    entente(&[&typed[..], &["--resume"]].concat()).success();
}

#[test]
fn two_at_once_in_one_folder_are_one_too_many() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    let mut first = command(&folder, "1000000", "64", "1").stdout(Stdio::null()).spawn().expect("it starts");
    while !Path::new(&format!("{folder}.unfinished/work.json")).exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let (code, _, complaint) = said(command(&folder, "1000000", "64", "1").spawn().expect("it starts"));
    first.kill().expect("it is killed");
    first.wait().expect("it ends");
    assert_eq!(code, Some(1), "{complaint}");
    assert!(complaint.contains("is being written by another process"), "{complaint}");
}
