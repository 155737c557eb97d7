//! The command under limits: 512 MB of addresses, five seconds of a processor.

use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Addresses, in KiB.
const ADDRESSES: u32 = 524_288;
/// Seconds of a processor, of which the dearest takes one or two; processors differ by as much, and two on one core by more.
/// Those on the clock depend on what else the machine does.
const SECONDS: u32 = 5;
/// A command that waits uses no processor: after so long on the clock it hangs, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the command ended.
pub struct Ended {
    /// Its exit code; `None` if it was killed.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub output: String,
    /// What it wrote to standard error.
    pub errors: String,
}

/// Runs the command with these arguments under the limits.
pub fn limited(arguments: &[&str]) -> Ended {
    limited_to(ADDRESSES, arguments)
}

/// The same with so many KiB of addresses.
fn limited_to(addresses: u32, arguments: &[&str]) -> Ended {
    let limits = format!("ulimit -v {addresses}; ulimit -t {SECONDS}; exec \"$0\" \"$@\"");
    let mut child = Command::new("bash")
        .args(["-c", &limits, env!("CARGO_BIN_EXE_entente")])
        .args(arguments)
        .env("NO_COLOR", "1")
        .env("RUST_BACKTRACE", "0")
        .env_remove("ENTENTE_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let output = read(child.stdout.take().expect("its output"));
    let errors = read(child.stderr.take().expect("its errors"));
    let status = wait(&mut child, arguments);
    let text = |reader: std::thread::JoinHandle<String>| reader.join().expect("it is read");
    Ended { code: status.code(), output: text(output), errors: text(errors) }
}

/// Reads on a thread of its own, so that no pipe fills up.
fn read(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("the pipe is read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn wait(child: &mut std::process::Child, arguments: &[&str]) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("its status") {
            return status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
            panic!("{arguments:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_limits_do_limit() {
    let script = format!("ulimit -v {ADDRESSES}; ulimit -v");
    let output = Command::new("bash").args(["-c", &script]).output().expect("a shell");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), ADDRESSES.to_string());
}

#[test]
fn threads_for_which_there_were_not_enough_addresses_ended_the_program_without_a_word() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/bench/patrons.yaml");
    let codes: Vec<_> = (130_000..=370_000)
        .step_by(30_000)
        .map(|addresses| {
            let out = folder.path().join(addresses.to_string());
            let played = ["run", scenario, "--runs", "8192", "--threads", "2"];
            let ended = limited_to(addresses, &[&played[..], &["--out", &out.to_string_lossy()]].concat());
            assert_eq!(ended.code == Some(2), ended.errors.contains("of addresses (`ulimit -v`)"), "{}", ended.errors);
            ended.code
        })
        .collect();
    assert!(codes.is_sorted_by_key(|code| *code != Some(2)), "{codes:?}");
    assert_eq!((codes.first(), codes.last()), (Some(&Some(2)), Some(&Some(0))));
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 2))), "{codes:?}");
}
