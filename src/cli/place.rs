//! Files that a user asked for, put into their place whole or not at all.

use std::io::{self, Write};
use std::path::Path;

/// Puts a text into a file: the old one stays as it was until the new one is whole. What is no plain file, such as a pipe,
/// is written to.
///
/// # Errors
/// What the system refuses.
pub fn place(path: &Path, text: &[u8]) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => std::fs::write(path, text),
        _ => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut builder = tempfile::Builder::new();
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
            let mut file = builder.prefix(".entente-").tempfile_in(folder)?;
            file.write_all(text)?;
            file.as_file().sync_all()?;
            file.persist(path).map(drop).map_err(|error| error.error)
        }
    }
}
