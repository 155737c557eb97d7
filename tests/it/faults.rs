//! P6: full disks, read-only folders, closed pipes, limits: a clear error with the path, an exit code, nothing half-written.
//!
//! Each write that may fail is failed in turn where the writes are (`src/results/interruptions.rs`).

use crate::played::repository;
use crate::support::{Scratch, entente, files_of};
use std::path::Path;
use std::process::Command;

/// A line for a shell in which `$E` is the command and `$S` a scenario.
fn shell(line: &str) -> (i32, String, String) {
    let output = Command::new("bash")
        .args(["-c", line])
        .env("E", snapbox::cmd::cargo_bin!("entente"))
        .env("S", repository("scenarios/two-patrons.yaml"))
        .env("NO_COLOR", "1")
        .output()
        .expect("a shell");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_is_named_and_once_there_is_room_it_goes_on() {
    let scratch = Scratch::new();
    let (disk, expected) = (scratch.path("disk"), scratch.path("expected"));
    std::fs::create_dir(&disk).expect("a folder");
    // A disk of its own in a name space of its own, which goes away with the shell.
    let line = format!(
        "unshare -m bash -c 'mount -t tmpfs -o size=2m none {disk} || exit 77; \
         $E run $S --runs 9000 --seed 7 --batch 300 --checkpoint 0 --series full --quiet --out {disk}/a >/dev/null; echo code $?; \
         ls {disk}; mount -o remount,size=20m {disk}; \
         $E run $S --runs 9000 --seed 7 --series full --quiet --out {disk}/a; echo code $?; cp -r {disk}/a {disk}/b; cp -r {disk}/b {out}'",
        out = scratch.path("copied")
    );
    let (code, said, complaint) = shell(&line);
    if code == 77 || complaint.contains("unshare") {
        eprintln!("skipped: no small disk can be mounted here: {complaint}");
        return;
    }
    assert!(said.starts_with("code 1\na.unfinished\n"), "{said}{complaint}");
    assert!(complaint.contains("No space left on device") && complaint.contains("/disk/a.unfinished/"), "{complaint}");
    assert!(
        complaint.contains("help: the disk is full") && complaint.contains("of 9,000 runs are kept"),
        "{complaint}"
    );
    assert!(said.ends_with("code 0\n"), "{said}{complaint}");
    entente(&["run", &repository("scenarios/two-patrons.yaml"), "--runs", "9000", "--seed", "7", "--out", &expected])
        .success();
    assert!(files_of(&scratch.path("copied")) == files_of(&expected), "other bytes");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_without_any_room_keeps_nothing() {
    let scratch = Scratch::new();
    let disk = scratch.path("disk");
    std::fs::create_dir(&disk).expect("a folder");
    let line = format!(
        "unshare -m bash -c 'mount -t tmpfs -o size=16k none {disk} || exit 77; head -c 12k /dev/zero > {disk}/else; \
         $E run $S --runs 50 --quiet --out {disk}/a; echo code $?; ls {disk}'"
    );
    let (code, said, complaint) = shell(&line);
    if code == 77 || complaint.contains("unshare") {
        eprintln!("skipped: no small disk can be mounted here: {complaint}");
        return;
    }
    assert_eq!(said, "code 1\nelse\n", "{complaint}");
    assert!(
        complaint.contains("No space left on device") || complaint.contains("of disk at the very least"),
        "{complaint}"
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let locked = scratch.path("locked");
    std::fs::create_dir(&locked).expect("a folder");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).expect("permissions");
    let line = format!(
        "$E run $S --runs 10 --out {locked}/a; echo code $?; $E run $S --runs 10 --out {locked}/b/a; echo code $?"
    );
    let root = std::fs::write(scratch.path("locked/try"), "x").is_ok();
    let (_, said, complaint) = if root {
        // Whoever may do everything needs a disk that is read-only.
        shell(&format!("unshare -m bash -c 'mount -t tmpfs -o ro none {locked} || exit 77; {line}'"))
    } else {
        shell(&line)
    };
    if root && !said.contains("code") {
        eprintln!("skipped: no read-only disk can be mounted here: {complaint}");
        return;
    }
    assert_eq!(said, "code 1\ncode 1\n", "{complaint}");
    for path in ["locked/a.unfinished", "locked/b"] {
        assert!(complaint.contains(&format!("cannot create folder {}", scratch.path(path))), "{complaint}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_the_size_of_files_is_an_error_and_not_the_end() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    let play = format!("$E run $S --runs 2000 --seed 7 --series full --quiet --batch 50 --checkpoint 0 --out {folder}");
    // Pieces fit; the whole does not.
    let (code, said, complaint) = shell(&format!("ulimit -f 100; {play}"));
    assert_eq!(code, 1, "{complaint}");
    assert!(said.is_empty(), "{said}");
    assert!(complaint.contains("File too large") && complaint.contains("a.unfinished/whole/"), "{complaint}");
    assert!(complaint.contains("ulimit -f") && complaint.contains("the same command goes on"), "{complaint}");
    assert!(!Path::new(&folder).exists(), "nothing looks whole");
    // Not even a piece fits.
    let (code, _, complaint) = shell(&format!("ulimit -f 1; {play}.b"));
    assert_eq!(code, 1, "{complaint}");
    assert!(complaint.contains("File too large") && complaint.contains("a.b.unfinished/"), "{complaint}");
    let (code, ..) = shell(&play);
    assert_eq!(code, 0);
    entente::results::Stored::open(folder.as_ref()).expect("results");
}

#[test]
fn a_disk_that_clearly_lacks_the_room_is_not_begun_to_be_filled() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    let scenario = repository("scenarios/two-patrons.yaml");
    let refused = entente(&["run", &scenario, "--runs", "200000000000", "--series", "full", "--out", &folder]).code(1);
    let text = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(text.contains("at the very least") && text.contains("are free") && text.contains("--series"), "{text}");
    assert!(std::fs::read_dir(scratch.path("")).expect("the folder").next().is_none(), "nothing is left behind");
}

#[test]
fn a_reader_that_leaves_early_is_no_failure_of_any_command() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    for line in [
        format!("$E run $S --runs 50 --out {folder} | head -1; exit ${{PIPESTATUS[0]}}"),
        format!("$E run $S --runs 50 --out {folder} --format json | true; exit ${{PIPESTATUS[0]}}"),
        format!("$E verify {folder} | true; exit ${{PIPESTATUS[0]}}"),
        "$E check $S --program | head -1; exit ${PIPESTATUS[0]}".to_owned(),
    ] {
        let (code, _, complaint) = shell(&line);
        assert_eq!(code, 0, "{line}: {complaint}");
    }
    entente::results::Stored::open(folder.as_ref()).expect("the results are whole");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_a_failure_with_a_sentence_and_closed_ones_are_none() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    for (line, expected) in [
        (format!("$E run $S --runs 50 --out {folder} > /dev/full"), 1),
        (format!("$E verify {folder} > /dev/full"), 1),
        (format!("$E run $S --runs 50 --out {folder} 2> /dev/full > /dev/null"), 0),
        (format!("$E run $S --runs 50 --out {folder} <&- >&- 2>&-"), 0),
    ] {
        let (code, _, complaint) = shell(&line);
        assert_eq!(code, expected, "{line}: {complaint}");
        assert!(expected == 0 || complaint.contains("standard output cannot be written"), "{line}: {complaint}");
    }
}

#[cfg(unix)]
#[test]
fn no_home_no_terminal_and_an_odd_locale_change_nothing() {
    let scratch = Scratch::new();
    let program = snapbox::cmd::cargo_bin!("entente").to_path_buf();
    let play = |name: &str, variables: &[(&str, &str)]| {
        let folder = scratch.path(name);
        let mut command = Command::new(&program);
        command.env_clear().envs(variables.iter().copied());
        command.args(["run", &repository("scenarios/two-patrons.yaml"), "--runs", "100", "--out", &folder]);
        let output = command.stdin(std::process::Stdio::null()).output().expect("it runs");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        (files_of(&folder), String::from_utf8_lossy(&output.stdout).replace(&folder, "FOLDER"))
    };
    let plain = play("plain", &[("HOME", "/root"), ("PATH", "/usr/bin"), ("LANG", "C.UTF-8")]);
    for (name, variables) in [
        ("nothing", &[][..]),
        ("german", &[("LC_ALL", "de_DE.UTF-8"), ("LANG", "de_DE")]),
        (
            "nonsense",
            &[("LC_ALL", "xx_YY.\u{feff}"), ("TERM", "no-such"), ("HOME", "/no/such"), ("TZ", "Asia/Nowhere")],
        ),
        ("narrow", &[("COLUMNS", "-5"), ("TMPDIR", "/no/such")]),
    ] {
        assert!(play(name, variables) == plain, "{name}: other results or words");
    }
}
