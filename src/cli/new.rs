//! `entente new`: a folder with a small scenario that runs, to be changed.

use super::Failed;
use super::arguments::New;
use super::open::quoted;
use super::printer::Printer;
use crate::describe::prose;
use crate::wording::capital;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

const SCENARIO: &str = include_str!("new/scenario.yaml");
const AREAS: &str = include_str!("new/areas.csv");
const NEIGHBOURS: &str = include_str!("new/neighbours.csv");
const README: &str = include_str!("new/README.md");

/// Stands in the templates where the title goes: in YAML, and in Markdown.
const TITLES: [&str; 2] = ["\"TITLE OF THE SCENARIO\"", "TITLE OF THE README"];

/// Makes the folder, whole or not at all.
///
/// # Errors
/// It is there already, or nothing can be written where it should be.
pub fn new(options: &New, printer: &Printer) -> Result<(), Failed> {
    let folder = options.folder.as_path();
    if fs::symlink_metadata(folder).is_ok() {
        let text = format!("error: `{}` is there already; nothing was changed", folder.display());
        return Err(Failed::Input(format!("{text}\n\nhelp: name a folder that is not there yet")));
    }
    let title = match &options.title {
        Some(title) => title.trim().to_owned(),
        None => titled(folder),
    };
    if title.is_empty() || title.chars().any(char::is_control) {
        return Err(Failed::Input("error: a title is one line of text".to_owned()));
    }
    make(folder, &title).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            let text = format!("error: the folder in which `{}` should be made is not there", folder.display());
            Failed::Input(text)
        }
        _ => Failed::Job(format!("error: `{}` cannot be made: {error}", folder.display())),
    })?;
    let name = quoted(&folder.display().to_string());
    printer.print(&format!(
        "{} holds a scenario: begin with scenario.yaml.\n\n  entente check {name}\n  entente run {name} --runs 500\n",
        folder.display()
    ))
}

/// A title made of the folder's name.
fn titled(folder: &Path) -> String {
    let name = folder.file_name().map(|name| name.to_string_lossy().replace(['-', '_'], " ")).unwrap_or_default();
    capital(name.trim())
}

/// Writes everything into a folder beside it, which then gets its name.
fn make(folder: &Path, title: &str) -> io::Result<()> {
    let beside = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // As a folder that the user makes: without this it would be the user's alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let unfinished = builder.prefix(".entente-new-").tempdir_in(beside)?;
    // JSON's quoted texts are YAML's too.
    let quoted = serde_json::to_string(title)?;
    let [in_yaml, in_markdown] = TITLES;
    for (name, text) in [
        ("scenario.yaml", SCENARIO.replace(in_yaml, &quoted)),
        ("areas.csv", AREAS.to_owned()),
        ("neighbours.csv", NEIGHBOURS.to_owned()),
        ("README.md", README.replace(in_markdown, &prose(title))),
        ("entente.schema.json", crate::scenario::format::json()),
    ] {
        fs::write(unfinished.path().join(name), text)?;
    }
    fs::rename(unfinished.path(), folder)?;
    // It has another name now, under which nothing is to be cleared away.
    let _old_name = unfinished.keep();
    Ok(())
}
