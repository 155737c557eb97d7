//! `manifest.json`, `scenario.json` and `log.json`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{ResultsError, Schema};

/// The file that says what a results folder holds; the last to be written.
pub const MANIFEST: &str = "manifest.json";
pub(super) const SCENARIO: &str = "scenario.json";
pub(super) const LOG: &str = "log.json";

/// The version of the layout of a results folder.
pub(super) const FORMAT: u32 = 1;

/// Everything that decides results: two folders of one identity hold the same rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The version of Entente.
    pub version: String,
    /// The hash of the resolved scenario with its tables, in hexadecimal.
    pub scenario_hash: String,
    /// The variant's name, [`BASELINE`](super::BASELINE) for none.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// How many runs, counted from 0.
    pub runs: u64,
    /// Further settings that decide results, as given: `--set`, patches, anything but threads, batch, paths and times.
    pub settings: BTreeMap<String, String>,
}

/// What is stored over time. Later ones hold what earlier ones hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeriesMode {
    /// Closing values only.
    #[default]
    None,
    /// Quantiles over the runs at every tick.
    Quantiles,
    /// Those, and every run's outcomes at every tick.
    Full,
}

impl fmt::Display for SeriesMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Quantiles => "quantiles",
            Self::Full => "full",
        })
    }
}

/// When, where and how results were computed. Nothing of it decides them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Log {
    /// When the runs were started, as a timestamp.
    pub started: String,
    /// How long they took, in seconds.
    pub seconds: f64,
    /// Threads that computed.
    pub threads: usize,
    /// Lanes of a batch.
    pub batch: usize,
    /// The machine's name.
    pub host: String,
    /// The command line.
    pub command: Vec<String>,
    /// The scenario and what was changed in it, as typed: what `entente verify` plays again.
    #[serde(default)]
    pub source: Vec<String>,
}

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The layout's version, and the mark by which a results folder is known.
    pub entente_results: u32,
    #[serde(flatten)]
    pub identity: Identity,
    pub series: SeriesMode,
    pub digest: String,
    pub series_digest: Option<String>,
}

/// `scenario.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Described {
    pub schema: Schema,
    pub unused: Vec<String>,
}

/// The most bytes that a JSON file of results may have; ours have some thousand.
const MOST_JSON: u64 = 64 * 1024 * 1024;

/// Refuses what is no plain file: opening a pipe would wait for its other end. Says how large it is.
pub(super) fn plain(path: &Path) -> Result<u64, ResultsError> {
    let metadata = std::fs::metadata(path).map_err(ResultsError::io("read", path))?;
    if metadata.is_file() {
        return Ok(metadata.len());
    }
    Err(ResultsError::Damaged { path: path.to_path_buf(), reason: "it is not a plain file".to_owned() })
}

/// Reads a value back.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, ResultsError> {
    if plain(path)? > MOST_JSON {
        return Err(ResultsError::Damaged { path: path.to_path_buf(), reason: "it is far too large".to_owned() });
    }
    let text = std::fs::read(path).map_err(ResultsError::io("read", path))?;
    serde_json::from_slice(&text)
        .map_err(|error| ResultsError::Damaged { path: path.to_path_buf(), reason: error.to_string() })
}

/// Reads a manifest and checks that this program knows its layout.
pub(super) fn read_manifest(folder: &Path) -> Result<Manifest, ResultsError> {
    let path = folder.join(MANIFEST);
    let manifest: Manifest = read_json(&path)?;
    if manifest.entente_results == FORMAT {
        return Ok(manifest);
    }
    let reason = format!("its layout has version {}, this program reads {FORMAT}", manifest.entente_results);
    Err(ResultsError::Damaged { path, reason })
}
