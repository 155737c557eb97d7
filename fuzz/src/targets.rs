//! What is fuzzed: each function takes any bytes at all and must return. What it finds it says by a panic.

use entente::diagnostics::{Diagnostic, Sources, render};
use entente::engine::{self, Batch, Compiled, Level};
use entente::language::{
    MAX_TEXT_BYTES, is_name, parse_binding, parse_date, parse_duration, parse_each, parse_expression,
};
use entente::panics::keep_caught_ones_silent;
use entente::random::address::Key;
use entente::reference;
use entente::results::Stored;
use entente::scenario::compose::Composition;
use entente::scenario::load::{load, load_with_every_variant};
use entente::scenario::model::Scenario;
use entente::scenario::size::Size;
use entente::summary::{self, Summary};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

/// A line of this form begins another file of the same scenario.
const MARK: &str = "#%% ";
/// The files that may follow the scenario's own.
const FILES: [&str; 4] = ["patch.yaml", "base.yaml", "areas.csv", "neighbours.csv"];

/// Takes any bytes at all.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: [(&str, Target); 5] =
    [("scenario", scenario), ("expression", expression), ("table", table), ("results", results), ("run", run)];

/// A folder that this thread keeps to itself.
fn folder() -> PathBuf {
    thread_local!(static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a temporary folder"));
    FOLDER.with(|folder| folder.path().to_path_buf())
}

/// Writes a scenario and what else the bytes hold, and says what to load.
fn written(bytes: &[u8]) -> (PathBuf, Composition) {
    let folder = folder();
    for name in FILES {
        let _ = fs::remove_file(folder.join(name));
    }
    let (mut name, mut parts) = ("scenario.yaml", vec![Vec::new()]);
    let mut composition = Composition::default();
    let mut names = vec![name];
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let mark = std::str::from_utf8(line).ok().and_then(|line| line.strip_prefix(MARK)).map(str::trim);
        match mark.and_then(|mark| FILES.iter().find(|file| **file == mark)) {
            Some(file) => {
                name = file;
                names.push(name);
                parts.push(Vec::new());
            }
            None => parts.last_mut().expect("the first is always there").extend_from_slice(line),
        }
    }
    for (name, part) in names.into_iter().zip(parts) {
        fs::write(folder.join(name), part).expect("a file is written");
        if name == "patch.yaml" {
            composition.with = vec![folder.join(name)];
        }
    }
    (folder.join("scenario.yaml"), composition)
}

/// Errors must say something, and nothing that steers a terminal.
fn must_tell(diagnostics: &[Diagnostic], sources: &Sources) {
    assert!(!diagnostics.is_empty(), "refused without a word");
    for colour in [false, true] {
        let text = render(diagnostics, sources, colour);
        assert!(text.starts_with("error: ") || colour, "{text}");
        let steers = |c: char| c.is_control() && c != '\n' && !(colour && c == '\u{1b}');
        assert!(!text.contains(steers), "{text:?}");
    }
}

/// A scenario's files: loaded with all variants, and compiled if fine.
pub fn scenario(bytes: &[u8]) {
    let (path, composition) = written(bytes);
    match load_with_every_variant(&path, &composition) {
        Ok(loaded) if is_small(&loaded.scenario) => {
            let compiled = Compiled::new(loaded.scenario);
            assert!(!compiled.program.text(&compiled.scenario).is_empty());
        }
        Ok(_) => {}
        Err(error) => must_tell(&error.diagnostics, &error.sources),
    }
}

/// The text of an expression, and of what else stands alone in a scenario.
pub fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = (is_name(text), parse_duration(text), parse_date(text), parse_binding(text), parse_each(text));
    match parse_expression(text) {
        Ok(tree) => {
            let printed = tree.to_string();
            if printed.len() <= MAX_TEXT_BYTES {
                // Brackets that were not written may be one level too many; otherwise it is the same tree.
                if let Ok(again) = parse_expression(&printed) {
                    assert_eq!(again.to_string(), printed, "{text:?}");
                }
            }
        }
        Err(error) => {
            let span = error.span;
            assert!(span.start <= span.end && span.end <= text.len(), "{text:?}: {error:?}");
            assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{text:?}: {error:?}");
        }
    }
}

/// Tables of a scenario that is fine.
pub fn table(bytes: &[u8]) {
    const CONTESTED: &[u8] = b"clock: { start: 2024-01-01, tick: 1 week, ticks: 4 }
ties: { hostile: { pairs: [[a, b], [b, a]], start: 1, within: [0, 1] } }
actors: { a: { state: { x: 1 } }, b: { state: { x: 1 } } }
territory:
  areas: areas.csv
  neighbours: neighbours.csv
  sides: { a: { force: x }, b: { force: x } }
  between: hostile
outcomes: { held: 'held(a, towns)' }
#%% neighbours.csv
a,b
#%% areas.csv
";
    run(&[CONTESTED, bytes].concat());
}

/// Whether it is played in no time.
fn is_small(scenario: &Scenario) -> bool {
    let rules: usize = scenario.actors.iter().map(|actor| actor.rules.len()).sum();
    scenario.clock.ticks <= 60 && Size::of(scenario).numbers() <= 4_000 && rules + scenario.events.len() <= 300
}

/// A whole small run: the engine and the reference interpreter must agree to the bit.
pub fn run(bytes: &[u8]) {
    let (path, mut composition) = written(bytes);
    match load(&path, &composition) {
        Ok(loaded) => {
            play(loaded.scenario);
            composition.variant = loaded.variants.last().cloned();
            if composition.variant.is_some()
                && let Ok(loaded) = load(&path, &composition)
            {
                play(loaded.scenario);
            }
        }
        Err(error) => must_tell(&error.diagnostics, &error.sources),
    }
}

fn play(scenario: Scenario) {
    const SEED: u64 = 7;
    if !is_small(&scenario) {
        return;
    }
    let runs = vec![0, 1, 64, 1 << 33];
    let expected: Vec<_> = runs.iter().map(|run| reference::play(&scenario, SEED, *run)).collect();
    let compiled = Arc::new(Compiled::new(scenario));
    let key = Key::from_seed(SEED);
    let batch = Batch { runs, key, level: Level::best(), series: true, order: Vec::new() };
    let played = engine::play(&compiled, &batch).unwrap_or_else(|error| panic!("{error}"));
    for (lane, expected) in expected.iter().enumerate() {
        let failure = played.failures.iter().find(|failure| failure.index == lane).map(|f| (f.tick, f.place));
        assert_eq!(failure, expected.failure.map(|f| (f.tick, f.place)), "lane {lane}: another failure");
        assert_eq!(played.closed[lane], expected.closed, "lane {lane}: closed at another tick");
        for (tick, values) in expected.series.iter().enumerate() {
            for (outcome, value) in values.iter().enumerate() {
                let found = played.series[tick][outcome][lane];
                let same = found.to_bits() == value.to_bits() || (found.is_nan() && value.is_nan());
                assert!(same, "lane {lane}, tick {tick}, outcome {outcome}: {found:e} is not {value:e}");
            }
        }
    }
}

/// The files of a results folder that is fine.
const STORED: [(&str, &[u8]); 5] = [
    ("manifest.json", include_bytes!("../seeds/stored/manifest.json")),
    ("scenario.json", include_bytes!("../seeds/stored/scenario.json")),
    ("runs.parquet", include_bytes!("../seeds/stored/runs.parquet")),
    ("series.parquet", include_bytes!("../seeds/stored/series.parquet")),
    ("quantiles.parquet", include_bytes!("../seeds/stored/quantiles.parquet")),
];

/// A results folder, one file of which is replaced: the first byte says which.
pub fn results(bytes: &[u8]) {
    // libFuzzer ends at the first panic, caught or not, unless it is told.
    static SILENT: Once = Once::new();
    SILENT.call_once(keep_caught_ones_silent);
    let Some((which, bytes)) = bytes.split_first() else { return };
    let folder = folder().join("stored");
    fs::create_dir_all(&folder).expect("a folder");
    for (place, (name, fine)) in STORED.iter().enumerate() {
        let replaced = usize::from(*which) % STORED.len() == place;
        fs::write(folder.join(name), if replaced { bytes } else { fine }).expect("a file is written");
    }
    read(&folder);
}

/// Reads everything that there is to read. Errors are fine.
fn read(folder: &Path) {
    let Ok(stored) = Stored::open(folder) else { return };
    let _ = stored.verify();
    let _ = stored.failures(|_| ());
    let _ = stored.stops(|_| ());
    for place in 0..stored.schema().outcomes.len().min(100) {
        let _ = (stored.outcome(place, |_| ()), stored.bands(place));
    }
    for place in 0..stored.schema().uncertainties.len().min(100) {
        let _ = stored.uncertainty(place, |_| ());
    }
    for place in 0..stored.schema().milestones.len().min(100) {
        let _ = stored.milestone(place, |_| ());
    }
    if let Ok(summary) = Summary::of(&stored) {
        let _ = (summary::table(&summary, 100, false), summary::json(&summary));
    }
}
