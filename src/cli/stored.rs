//! What is said of results: their summary, what they were made from, and what a person can do when they cannot be stored.

use super::Failed;
use super::arguments::{Arguments, Changes, Command, Format, Source};
use super::open::open_with_words;
use super::printer::Printer;
use crate::results::{Identity, MANIFEST, ResultsError, Shard, Stored, Unpacked, Weighting, Work};
use crate::scenario::load::{Loaded, Said};
use crate::summary::{self, Summary, grouped};
use clap::Parser;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// `results/<scenario>-<variant>-<seed>-<runs>-<short hash>`
pub fn default_folder(work: &Work) -> PathBuf {
    let Work { identity, schema, shard, .. } = work;
    let hash: String = identity.scenario_hash.chars().take(8).collect();
    let mut name = format!("{}-{}-{}-{}-{hash}", schema.scenario, schema.variant, identity.seed, identity.runs);
    if *shard != Shard::WHOLE {
        name += &format!("-shard-{}-of-{}", shard.number, shard.of);
    }
    PathBuf::from("results").join(name)
}

/// Whether the folder holds the results of the same runs, with as much over time at least.
pub fn already_there(folder: &Path, work: &Work) -> bool {
    Stored::open(folder).is_ok_and(|stored| stored.matches(&work.identity) && stored.series() >= work.series)
}

/// Why the runs could not all be stored, and what is left of them: so many of all.
pub fn broken_off(error: ResultsError, done: u64, all: u64, kept: &Path) -> Failed {
    let mut help = room_help(&error).to_owned();
    if done > 0 {
        let (done, all, kept) = (grouped(done), grouped(all), kept.display());
        help += &format!("\nhelp: {done} of {all} runs are kept in {kept}; the same command goes on with them");
    }
    with_help(error, &help)
}

/// What can be done about a disk that takes no more.
fn room_help(error: &ResultsError) -> &'static str {
    let ResultsError::Io { source, .. } = error else { return "" };
    match source.kind() {
        ErrorKind::StorageFull => "\nhelp: the disk is full; make room on it, or choose another with `--out`",
        ErrorKind::QuotaExceeded => {
            "\nhelp: your share of the disk is used up; make room, or choose another disk with `--out`"
        }
        ErrorKind::FileTooLarge => {
            "\nhelp: files may not grow so large here (`ulimit -f`); allow more, or keep less with `--series`"
        }
        _ => "",
    }
}

/// What a person can do about results that cannot be stored.
pub fn not_stored(error: ResultsError) -> Failed {
    let help = match &error {
        ResultsError::Occupied { .. } => {
            "
help: choose another folder with `--out`, or replace it with `--force`"
        }
        ResultsError::Unlike { .. } => {
            "
help: go on with it by the command that began it, choose another folder with `--out`, or begin anew with `--force`"
        }
        ResultsError::Busy { .. } => {
            "
help: wait until it is done, or choose another folder with `--out`"
        }
        ResultsError::OtherWeights { .. } => {
            "
help: `entente calibrate` makes weights for these; the same scenario, variant, seed and runs go with those that are there"
        }
        error => room_help(error),
    };
    with_help(error, help)
}

fn with_help(error: ResultsError, help: &str) -> Failed {
    let message = format!("error: {error}{help}");
    match error {
        ResultsError::Occupied { .. }
        | ResultsError::NotResults { .. }
        | ResultsError::Unlike { .. }
        | ResultsError::NoShard { .. }
        | ResultsError::NotWeights { .. }
        | ResultsError::OtherWeights { .. }
        | ResultsError::Shards { .. } => Failed::Input(message),
        _ => Failed::Job(message),
    }
}

/// Reads weights for these results, if a file is given.
///
/// # Errors
/// A file that cannot be read, holds no weights, or holds those of other results.
pub fn weighting(path: Option<&Path>, identity: &Identity) -> Result<Option<Weighting>, Failed> {
    let Some(path) = path else { return Ok(None) };
    if !path.exists() {
        return Err(Failed::Input(format!("error: cannot read {}: there is no such file", path.display())));
    }
    Weighting::read(path, identity).map(Some).map_err(not_stored)
}

/// Prints the summary of a results folder, weighted if weights are given. `replay` is the command that made it.
///
/// # Errors
/// A folder that cannot be read, a standard output that cannot be written, an ensemble in which every run failed.
pub fn report(
    folder: &Path,
    weighting: Option<&Weighting>,
    replay: &str,
    format: Format,
    printer: &Printer,
) -> Result<(), Failed> {
    let help = "help: `--force` plays the runs again";
    let summary = Stored::open(folder).and_then(|stored| match weighting {
        Some(weighting) => Summary::weighted(&stored, weighting),
        None => Summary::of(&stored),
    });
    let summary = summary.map_err(|error| Failed::Job(format!("error: {error}\n{help}")))?;
    let all_failed = summary.failed == summary.runs;
    print(summary, replay, format, printer)?;
    if all_failed {
        return Err(Failed::Job("error: every run failed; the summary says where".into()));
    }
    Ok(())
}

/// Prints a summary.
///
/// # Errors
/// A standard output that cannot be written.
pub fn print(mut summary: Summary, replay: &str, format: Format, printer: &Printer) -> Result<(), Failed> {
    summary.replay = Some(replay.to_owned());
    match format {
        Format::Table => printer.print(&summary::table(&summary, printer.width(), printer.colour())),
        Format::Json => {
            let json = summary::json(&summary).map_err(|error| Failed::Job(format!("error: {error}")))?;
            printer.print(&(json + "\n"))
        }
    }
}

/// Prints which runs a shard's folder holds.
///
/// # Errors
/// A standard output that cannot be written.
pub fn report_shard(folder: &Path, work: &Work, format: Format, printer: &Printer) -> Result<(), Failed> {
    let (shard, range, runs, path) = (work.shard, work.range(), work.identity.runs, folder.display());
    let text = match format {
        Format::Json => {
            let object = serde_json::json!({
                "shard": shard.to_string(), "first": range.start, "last": range.end.saturating_sub(1), "runs": runs,
                "path": path.to_string(),
            });
            format!("{object:#}\n")
        }
        Format::Table => {
            let (first, last) = (grouped(range.start), grouped(range.end.saturating_sub(1)));
            let of = shard.of;
            format!(
                "shard   {shard}: runs {first} to {last} of {}\nfiles   {path}\nmerge   entente merge SHARD… once all {of} are there\n",
                grouped(runs)
            )
        }
    };
    printer.print(&text)
}

/// Refuses a folder that holds a part of an ensemble.
///
/// # Errors
/// What it holds instead of the whole.
fn refuse_a_part(folder: &Path, what: &str) -> Result<(), Failed> {
    if !folder.join("work.json").is_file() {
        return Ok(());
    }
    let text = format!("error: {} holds a part of an ensemble; what is whole can be {what}", folder.display());
    Err(Failed::Input(format!("{text}\nhelp: `entente merge` puts shards together; `entente run` goes on")))
}

/// Whether a folder is one of results, or of a part of them.
pub fn holds_results(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file() || folder.join("work.json").is_file()
}

/// Opens results of all runs; `what` is what is done with them.
///
/// # Errors
/// A folder that holds no results or a part of them; files that cannot be read.
pub fn open_whole(folder: &Path, what: &str) -> Result<Stored, Failed> {
    refuse_a_part(folder, what)?;
    if !folder.join(MANIFEST).is_file() {
        let there = folder.display();
        let text = format!("error: {there} holds no results: there is no {MANIFEST} in it");
        return Err(Failed::Input(format!("{text}\nhelp: give the folder that a summary names after `files`")));
    }
    Stored::open(folder).map_err(unreadable)
}

/// The scenario that results were made from, as it was typed.
///
/// # Errors
/// Results that cannot be read, or that do not say.
fn made_from(stored: &Stored) -> Result<Source, Failed> {
    let words = stored.log().map_err(unreadable)?.source;
    let typed = ["entente", "check"].map(str::to_owned).into_iter().chain(words);
    match Arguments::try_parse_from(typed) {
        Ok(Arguments { command: Command::Check(check) }) => Ok(check.source),
        _ => {
            let text =
                "error: these results do not say which scenario they were made from\nhelp: give it with `--scenario`";
            Err(Failed::Input(text.to_owned()))
        }
    }
}

/// The scenario of results, with its words: from the files that were kept with them, else from where it was when it was typed.
///
/// # Errors
/// Results that do not say, of another version or whose scenario has changed; files that cannot be read.
pub fn scenario_of(stored: &Stored, printer: &Printer) -> Result<(Loaded, Said), Failed> {
    let (loaded, said) = match kept_with(stored)? {
        None => open_with_words(&made_from(stored)?, printer)?,
        Some((source, _files)) => open_with_words(&source, printer)?,
    };
    same_work(stored.identity(), &loaded.resolved_hash, &loaded.scenario.variant)?;
    Ok((loaded, said))
}

/// The files that were kept with results, as long as what is returned beside them lives.
fn kept_with(stored: &Stored) -> Result<Option<(Source, Unpacked)>, Failed> {
    let Some(kept) = stored.source().map_err(unreadable)? else { return Ok(None) };
    let files = kept.unpack(stored.path()).map_err(unreadable)?;
    let with = kept.with.iter().map(|patch| files.path(patch)).collect();
    let changes = Changes { variant: kept.variant.clone(), with, set: kept.set.clone() };
    Ok(Some((Source { scenario: files.path(&kept.scenario), changes }, files)))
}

/// The scenario of results as it stands now, whose targets may have been added to since; where it is gone, as it was kept, as
/// long as what is returned beside it lives.
///
/// # Errors
/// Results that cannot be read, or that do not say.
pub fn as_it_stands(stored: &Stored) -> Result<(Source, Option<Unpacked>), Failed> {
    let typed = made_from(stored);
    if !typed.as_ref().is_ok_and(|source| source.scenario.exists())
        && let Some((source, files)) = kept_with(stored)?
    {
        return Ok((source, Some(files)));
    }
    Ok((typed?, None))
}

/// Refuses a scenario or a version that is not that of the results.
///
/// # Errors
/// In what they differ.
pub fn same_work(identity: &Identity, hash: &str, variant: &str) -> Result<(), Failed> {
    let here = env!("CARGO_PKG_VERSION");
    let wrong = |text: String| Err(Failed::Input(text));
    if identity.version != here {
        let there = identity.version.escape_debug();
        return wrong(format!("error: the results were made by version {there}, this is version {here}"));
    }
    if identity.variant != variant {
        let there = identity.variant.escape_debug();
        return wrong(format!("error: the results are of the variant {there}, not of {variant}"));
    }
    if identity.scenario_hash != hash {
        let help = "help: give the scenario as it was with `--scenario`";
        return wrong(format!("error: the scenario is no longer the one that the results were made from\n{help}"));
    }
    Ok(())
}

/// Results that cannot be read.
pub fn unreadable(error: ResultsError) -> Failed {
    Failed::Job(format!("error: {error}"))
}
