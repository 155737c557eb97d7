//! P7: hostile input ends with its sentence and exit code 2, in bounded time and memory, and opens no file that it should
//! not.
//!
//! `tests/hostile` holds one file or folder an idea; what is too large or too odd to be kept there is made here. Every
//! snapshot is what a person reads.

mod files;
mod large;
mod limits;
mod many;
mod memory;

use crate::support::Scratch;
use insta::{Settings, assert_snapshot};
use limits::limited;
use std::path::{Path, PathBuf};

/// A scenario that is fine, to be spoiled.
const FINE: &str = "clock: { start: 2024-01-01, tick: 1 week, ticks: 10 }
actors: { a: { state: { x: 1 } }, b: { state: { x: 1 } } }
";

/// What the command says to these arguments, which it must refuse within the limits. Paths are told from `folder` on.
fn refusal(arguments: &[&str], folder: &str) -> String {
    let ended = limited(arguments);
    let text = ended.errors.replace(folder, "");
    assert_eq!(ended.code, Some(2), "{arguments:?} ended with {:?}: {text}", ended.code);
    assert!(ended.output.is_empty(), "{arguments:?} printed something as a result");
    assert!(text.starts_with("error: ") && text.len() < 200_000, "{arguments:?} says: {text}");
    assert!(!text.contains('\u{1b}'), "{arguments:?}: a terminal could be steered by what is printed");
    text
}

/// The first errors of a text that lists many.
fn first(text: &str) -> String {
    let mut parts = text.split("\n\nerror: ");
    let told: Vec<&str> = parts.by_ref().take(3).collect();
    let more = parts.count();
    let text = told.join("\n\nerror: ");
    if more > 0 { format!("{}\n\n(and {more} more)", text.trim_end()) } else { text }
}

fn assert_refused(name: &str, text: &str) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| assert_snapshot!(name, first(text)));
}

/// Checks a scenario of this text.
fn refuse_text(name: &str, text: &str) {
    let scratch = Scratch::new();
    let path = scratch.file("hostile.yaml", text);
    assert_refused(name, &refusal(&["check", &path], &scratch.path("")));
}

/// Tests that each spoil a scenario and are named after what they do.
macro_rules! refused {
    ($($(#[$about:meta])* $name:ident => $text:expr;)+) => {
        $($(#[$about])* #[test] fn $name() { super::refuse_text(stringify!($name), &$text); })+
    };
}
use refused;

#[test]
fn every_file_of_the_corpus_is_refused_within_its_limits() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let entries = std::fs::read_dir(&corpus).expect("the corpus");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name != "snapshots")
        .collect();
    names.sort();
    assert!(names.len() > 90, "{} ideas", names.len());
    let folder = format!("{}/", corpus.display());
    for name in &names {
        let path = format!("{folder}{name}");
        let text = refusal(&["check", &path], &folder);
        assert_refused(name.trim_end_matches(".yaml"), &text);
        // The same must hold for playing it.
        assert_eq!(refusal(&["run", &path, "--runs", "1"], &folder), text, "{name}");
    }
}
