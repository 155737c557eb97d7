//! Weights of an ensemble's runs, in a small text file that says what they were made for.
//!
//! ```text
//! # entente weights 1
//! # version: 0.1.0
//! # scenario: two-patrons
//! # scenario_hash: 5f…
//! # variant: baseline
//! # seed: 7
//! # runs: 10000
//! # fitted_to: 2023-12-27
//! # targets: towns_lost 2023-11-14, towns_lost 2023-12-27
//! run,weight
//! 12,1
//! ```
//! The lines before the table stand in any order; other ones are passed over. A run that is not named weighs nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::manifest::plain;
use super::{Identity, ResultsError, disk};

/// The first line.
const MARK: &str = "# entente weights 1";
/// The head of the table.
const HEAD: &str = "run,weight";
/// The most bytes that are read: some ten million runs.
const MOST: u64 = 256 * 1024 * 1024;

/// Weights, and what they were made for.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// The scenario's name, for people.
    pub scenario: String,
    /// The results whose runs are weighted. Settings are not kept.
    pub made_for: Identity,
    /// The last date that they were fitted to, as YYYY-MM-DD.
    pub fitted_to: String,
    /// What they were fitted to, for people.
    pub targets: Vec<String>,
    /// Run and weight, in the order of the runs.
    pub table: Vec<(u64, f64)>,
}

impl Weights {
    /// Reads a file.
    ///
    /// # Errors
    /// A file that cannot be read, or that is not of this form; the reason names the line.
    pub fn read(path: &Path) -> Result<Self, ResultsError> {
        let wrong = |reason: String| ResultsError::NotWeights { path: path.to_path_buf(), reason };
        if plain(path)? > MOST {
            return Err(wrong("it is far too large".to_owned()));
        }
        let mut text = String::new();
        let file = File::open(path).map_err(ResultsError::io("read", path))?;
        file.take(MOST).read_to_string(&mut text).map_err(|_| wrong("it is not a text file".to_owned()))?;
        parse(&text).map_err(wrong)
    }

    /// Writes a file, whole or not at all. Other weights are replaced; any other file is left as it is.
    ///
    /// # Errors
    /// A file of another kind in its place, or what the system refuses.
    pub fn write(&self, path: &Path) -> Result<(), ResultsError> {
        Self::may_stand_at(path)?;
        let new = path.with_file_name(match path.file_name() {
            Some(name) => format!("{}.new", name.to_string_lossy()),
            None => return Err(ResultsError::NoName { path: path.to_path_buf() }),
        });
        let written = disk::write(&new, self.text().as_bytes()).and_then(|_| {
            let placed = disk::rename(&new, path);
            placed.map_err(ResultsError::io("write", path))
        });
        if written.is_err() {
            // What went wrong is worth more than what is left of it.
            let _ = disk::remove_file(&new);
        }
        written
    }

    /// Refuses a place that holds something other than weights.
    ///
    /// # Errors
    /// What stands there.
    pub fn may_stand_at(path: &Path) -> Result<(), ResultsError> {
        let mut begin = vec![0; MARK.len()];
        let is_plain = match std::fs::metadata(path) {
            Err(_) => return Ok(()),
            Ok(metadata) => metadata.is_file(),
        };
        let read = is_plain && File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok();
        if read && begin == MARK.as_bytes() {
            return Ok(());
        }
        let reason = "it is left as it is; choose another file".to_owned();
        Err(ResultsError::NotWeights { path: path.to_path_buf(), reason })
    }

    /// The file's text.
    fn text(&self) -> String {
        let Identity { version, scenario_hash, variant, seed, runs, .. } = &self.made_for;
        let one_line = |text: &str| text.replace(['\n', '\r'], " ");
        let mut text = format!("{MARK}\n");
        for (key, value) in [
            ("version", one_line(version)),
            ("scenario", one_line(&self.scenario)),
            ("scenario_hash", one_line(scenario_hash)),
            ("variant", one_line(variant)),
            ("seed", seed.to_string()),
            ("runs", runs.to_string()),
            ("fitted_to", one_line(&self.fitted_to)),
            ("targets", self.targets.iter().map(|target| one_line(target)).collect::<Vec<_>>().join(", ")),
        ] {
            let _ = writeln!(text, "# {key}: {value}");
        }
        let _ = writeln!(text, "{HEAD}");
        for (run, weight) in &self.table {
            let _ = writeln!(text, "{run},{weight}");
        }
        text
    }

    /// A weight for every run of these results, in order.
    ///
    /// # Errors
    /// Weights that were made for other results.
    pub fn of_runs(&self, identity: &Identity, path: &Path) -> Result<Vec<f64>, ResultsError> {
        let (made, here) = (&self.made_for, identity);
        let differences = [
            ("version", made.version.clone(), here.version.clone()),
            ("scenario", made.scenario_hash.clone(), here.scenario_hash.clone()),
            ("variant", made.variant.clone(), here.variant.clone()),
            ("seed", made.seed.to_string(), here.seed.to_string()),
            ("number of runs", made.runs.to_string(), here.runs.to_string()),
        ];
        if let Some((field, there, here)) = differences.into_iter().find(|(_, there, here)| there != here) {
            let brief = |text: String| text.chars().take(16).collect::<String>().escape_debug().to_string();
            let (there, here) = (brief(there), brief(here));
            return Err(ResultsError::OtherWeights { path: path.to_path_buf(), field, there, here });
        }
        let runs = usize::try_from(identity.runs).unwrap_or(usize::MAX);
        let mut weights = vec![0.0; runs];
        for (run, weight) in &self.table {
            if let Some(place) = usize::try_from(*run).ok().and_then(|run| weights.get_mut(run)) {
                *place = *weight;
            }
        }
        Ok(weights)
    }
}

fn parse(text: &str) -> Result<Weights, String> {
    let mut lines = text.lines().enumerate();
    if lines.next().map(|(_, line)| line.trim_end()) != Some(MARK) {
        return Err(format!("its first line is not `{MARK}`"));
    }
    let mut head: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = false;
    for (place, line) in lines.by_ref() {
        if line.trim() == HEAD {
            found = true;
            break;
        }
        let entry = line.strip_prefix('#').and_then(|line| line.split_once(':'));
        let (key, value) = entry.ok_or_else(|| format!("line {}: expected `# key: value` or `{HEAD}`", place + 1))?;
        head.insert(key.trim(), value.trim());
    }
    if !found {
        return Err(format!("it has no line `{HEAD}`"));
    }
    let said = |key: &str| head.get(key).map(|value| (*value).to_owned()).ok_or(format!("it does not say its `{key}`"));
    let number = |key: &str| said(key)?.parse::<u64>().map_err(|_| format!("its `{key}` is not a whole number"));
    let made_for = Identity {
        version: said("version")?,
        scenario_hash: said("scenario_hash")?,
        variant: said("variant")?,
        seed: number("seed")?,
        runs: number("runs")?,
        settings: BTreeMap::new(),
    };
    let table = table(lines, made_for.runs)?;
    let targets = said("targets")?.split(", ").map(str::to_owned).collect();
    Ok(Weights { scenario: said("scenario")?, made_for, fitted_to: said("fitted_to")?, targets, table })
}

fn table<'t>(lines: impl Iterator<Item = (usize, &'t str)>, runs: u64) -> Result<Vec<(u64, f64)>, String> {
    let mut table: Vec<(u64, f64)> = Vec::new();
    let mut total = 0.0;
    for (place, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |what: &str| format!("line {}: {what}", place + 1);
        let (run, weight) = line.split_once(',').ok_or_else(|| wrong("expected a run and its weight"))?;
        let run: u64 = run.trim().parse().map_err(|_| wrong("the run is not a whole number"))?;
        let weight: f64 = weight.trim().parse().map_err(|_| wrong("the weight is not a number"))?;
        if !weight.is_finite() || weight < 0.0 {
            return Err(wrong("a weight is finite and not negative"));
        }
        if run >= runs {
            return Err(wrong(&format!("there is no run {run} among {runs}")));
        }
        if table.last().is_some_and(|(before, _)| *before >= run) {
            return Err(wrong("runs come in order, each once"));
        }
        total += weight;
        table.push((run, weight));
    }
    if total > 0.0 && f64::is_finite(total) { Ok(table) } else { Err("no run has any weight".to_owned()) }
}

/// Where weights were read, and what they make of the runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighting {
    /// The file, as it was given.
    pub path: PathBuf,
    /// The last date that they were fitted to, as YYYY-MM-DD.
    pub fitted_to: String,
    /// One for every run.
    pub weights: Vec<f64>,
}

impl Weighting {
    /// Reads weights for these results.
    ///
    /// # Errors
    /// As [`Weights::read`] and [`Weights::of_runs`].
    pub fn read(path: &Path, identity: &Identity) -> Result<Self, ResultsError> {
        let weights = Weights::read(path)?;
        let table = weights.of_runs(identity, path)?;
        Ok(Self { path: path.to_path_buf(), fitted_to: weights.fitted_to, weights: table })
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::identity;
    use super::*;

    fn weights() -> Weights {
        let made_for = Identity { settings: BTreeMap::new(), ..identity(10) };
        let targets = vec!["towns_lost 2023-11-14".to_owned(), "offensive by 2023-11-30".to_owned()];
        let table = vec![(2, 1.0), (7, 0.25)];
        Weights { scenario: "two_patrons".into(), made_for, fitted_to: "2023-11-30".into(), targets, table }
    }

    #[test]
    fn weights_are_read_as_they_were_written() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("weights.csv");
        weights().write(&path).unwrap();
        let read = Weights::read(&path).unwrap();
        assert_eq!(read, weights());
        let of_runs = read.of_runs(&identity(10), &path).unwrap();
        assert_eq!(of_runs, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0]);
        weights().write(&path).unwrap();
        std::fs::write(&path, "mine").unwrap();
        assert!(weights().write(&path).unwrap_err().to_string().contains("left as it is"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    }

    #[test]
    fn weights_of_other_results_are_refused() {
        let refused = |change: fn(&mut Identity)| {
            let mut other = identity(10);
            change(&mut other);
            weights().of_runs(&other, Path::new("w.csv")).unwrap_err().to_string()
        };
        assert_eq!(
            refused(|other| other.seed = 8),
            "w.csv holds the weights of other results: their seed is 7, here it is 8"
        );
        assert!(refused(|other| other.runs = 11).contains("number of runs is 10, here it is 11"));
        assert!(refused(|other| other.variant = "calm".into()).contains("variant is baseline, here it is calm"));
        assert!(refused(|other| other.scenario_hash = "cd".repeat(32)).contains("scenario is abababababababab"));
        assert!(refused(|other| other.version = "0.0.9".into()).contains("version"));
    }

    #[test]
    fn what_is_no_file_of_weights_says_at_which_line() {
        let fine = weights().text();
        let bent = |from: &str, to: &str| parse(&fine.replace(from, to)).unwrap_err();
        assert_eq!(parse("run,weight\n").unwrap_err(), "its first line is not `# entente weights 1`");
        assert_eq!(bent("# seed: 7\n", ""), "it does not say its `seed`");
        assert_eq!(bent("seed: 7", "seed: seven"), "its `seed` is not a whole number");
        assert_eq!(bent("run,weight\n", ""), "line 10: expected `# key: value` or `run,weight`");
        assert_eq!(bent("7,0.25", "70,0.25"), "line 12: there is no run 70 among 10");
        assert_eq!(bent("7,0.25", "2,0.25"), "line 12: runs come in order, each once");
        assert_eq!(bent("7,0.25", "7,-1"), "line 12: a weight is finite and not negative");
        assert_eq!(bent("7,0.25", "7,NaN"), "line 12: a weight is finite and not negative");
        assert_eq!(bent("7,0.25", "seven"), "line 12: expected a run and its weight");
        assert_eq!(bent("2,1\n7,0.25", "2,0"), "no run has any weight");
    }
}
