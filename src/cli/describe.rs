//! `entente describe`: a scenario in words.

use super::Failed;
use super::arguments::Describe;
use super::open::open_with_words;
use super::printer::Printer;
use std::io::{self, Write};
use std::path::Path;

/// Describes a scenario after the ODD protocol, on standard output or in a file.
///
/// # Errors
/// The scenario's errors; a file that cannot be written.
pub fn describe(options: &Describe, printer: &Printer) -> Result<(), Failed> {
    let (loaded, said) = open_with_words(&options.source, printer)?;
    let text = crate::describe::describe(&loaded.scenario, &said);
    match &options.output {
        None => printer.print(&text),
        Some(path) => place(path, &text)
            .map_err(|error| Failed::Job(format!("error: `{}` cannot be written: {error}", path.display()))),
    }
}

/// Puts a text into a file: the old one stays as it was until the new one is whole. What is no plain file, such as a pipe,
/// is written to.
fn place(path: &Path, text: &str) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => std::fs::write(path, text),
        _ => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut builder = tempfile::Builder::new();
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
            let mut file = builder.prefix(".entente-").tempfile_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(path).map(drop).map_err(|error| error.error)
        }
    }
}
