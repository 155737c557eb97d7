//! `entente merge`: shards into the results of the whole.

use super::Failed;
use super::arguments::Merge;
use super::open::quoted;
use super::printer::Printer;
use super::stored::{already_there, default_folder, not_stored, report};
use crate::results::{self, Log, Replace, ShardFolder};
use std::time::Instant;

/// Puts the shards together, or finds that they have been, and prints the summary of the whole.
///
/// # Errors
/// Folders that are no shards; shards that are missing, doubled, damaged or of other work; results that cannot be stored.
pub fn merge(options: &Merge, printer: &Printer) -> Result<(), Failed> {
    let clock = Instant::now();
    let (mut shards, mut wrong) = (Vec::new(), Vec::new());
    for folder in &options.shards {
        match ShardFolder::open(folder) {
            Ok(shard) => shards.push(shard),
            Err(error) => wrong.push(format!("error: {error}")),
        }
    }
    let Some(first) = shards.first().filter(|_| wrong.is_empty()) else {
        return Err(Failed::Input(wrong.join("\n")));
    };
    let work = first.work().whole();
    let folder = options.out.clone().unwrap_or_else(|| default_folder(&work));
    let replace = Replace { results: options.force, unfinished: options.force };
    let log =
        Log { started: jiff::Timestamp::now().to_string(), command: std::env::args().collect(), ..Log::default() };
    if options.force || !already_there(&folder, &work) {
        results::merge(&shards, &folder, replace, &log).map_err(not_stored)?;
    }
    results::sweep(&folder);
    tracing::info!(seconds = clock.elapsed().as_secs_f64(), "merged");
    let source = results::Stored::open(&folder).and_then(|stored| stored.log()).map(|log| log.source);
    let words: Vec<String> = source.unwrap_or_default().iter().map(|word| quoted(word)).collect();
    let scenario = if words.is_empty() { "SCENARIO".to_owned() } else { words.join(" ") };
    report(&folder, None, &format!("entente run {scenario} --seed {}", work.identity.seed), options.format, printer)
}
