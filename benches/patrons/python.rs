//! A rival in Python: a process that waits for `play RUNS FIRST` and answers with the CPU time that it took and the means.

use super::rivals::{Estimate, Turn};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running script of `benches/rivals/`.
pub struct CoProcess {
    child: Child,
    /// Closed when it is to end.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    script: String,
    made_of: String,
}

impl CoProcess {
    /// Starts a script and waits until it says that it is ready, and with what. NumPy is told which features of the
    /// processor it is not to use.
    ///
    /// # Panics
    /// If it cannot be started: who asks for it wants it in the table.
    pub fn start(python: &Path, script: &str, without: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/rivals").join(script);
        let mut command = Command::new(python);
        command.arg("-u").arg(path).stdin(Stdio::piped()).stdout(Stdio::piped());
        // One thread each; and no setting of somebody else's for a library of linear algebra.
        for threads in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
            command.env(threads, "1");
        }
        command.env("NPY_DISABLE_CPU_FEATURES", without).env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", python.display()));
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut process = Self { child, requests, answers, script: script.to_owned(), made_of: String::new() };
        let ready = process.answer();
        process.made_of = ready.strip_prefix("ready ").unwrap_or_else(|| panic!("{script} said {ready:?}")).to_owned();
        process
    }

    /// Its versions, as it tells them.
    pub fn made_of(&self) -> &str {
        &self.made_of
    }

    /// Lets it play.
    pub fn play(&mut self, first: u64, runs: u64) -> Turn {
        let requests = self.requests.as_mut().expect("open until it is dropped");
        writeln!(requests, "play {runs} {first}").unwrap_or_else(|error| panic!("{}: {error}", self.script));
        let answer = self.answer();
        let numbers: Vec<f64> = answer.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let &[seconds, terr, terr_error, messages, messages_error] = &numbers[..] else {
            panic!("{} answered {answer:?}", self.script)
        };
        Turn {
            seconds,
            terr: Estimate { mean: terr, error: terr_error },
            messages: Estimate { mean: messages, error: messages_error },
        }
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(1..) => line.trim_end().to_owned(),
            Ok(0) => panic!("{} ended; what it wrote above says why", self.script),
            Err(error) => panic!("{}: {error}", self.script),
        }
    }
}

impl Drop for CoProcess {
    fn drop(&mut self) {
        // No more requests: it ends by itself.
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
