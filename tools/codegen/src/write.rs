//! Output files: all of them, or none.
//!
//! The contents are first written to temporary files next to their targets. Only when all are complete are they
//! renamed. If a rename fails, targets that were already replaced get their old contents back, and targets that did not
//! exist are removed. A target that exists must be a regular file: a device or a folder is never replaced.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file to be written.
#[derive(Clone, Copy, Debug)]
pub struct OutputFile<'a> {
    /// Its path.
    pub path: &'a Path,
    /// All of it.
    pub contents: &'a [u8],
}

/// Why nothing was written.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// The folder for a file does not exist.
    NoFolder {
        /// The file's path.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// There is something else where a file should go.
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Two outputs have one path.
    Twice {
        /// The path.
        path: PathBuf,
    },
    /// The system refused.
    Io {
        /// The path.
        path: PathBuf,
        /// Its words.
        error: io::Error,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::NoFolder { path, folder } => write!(
                f,
                "cannot write {}: there is no folder {}\n  help: create the folder, or name another output",
                path.display(),
                folder.display()
            ),
            WriteError::NotAFile { path } => write!(
                f,
                "cannot write {}: it exists and is not a regular file\n  help: name another output",
                path.display()
            ),
            WriteError::Twice { path } => {
                write!(f, "{} is named for two files\n  help: give each of them a path of its own", path.display())
            }
            WriteError::Io { path, error } => write!(f, "cannot write {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WriteError::Io { error, .. } => Some(error),
            WriteError::NoFolder { .. } | WriteError::NotAFile { .. } | WriteError::Twice { .. } => None,
        }
    }
}

/// Checks, without writing anything, that files can go where `write_all` will be asked to put them.
///
/// # Errors
/// See [`WriteError`].
pub fn check_outputs(paths: &[&Path]) -> Result<(), WriteError> {
    targets(paths).map(drop)
}

/// The real paths of targets, all different.
fn targets(paths: &[&Path]) -> Result<Vec<PathBuf>, WriteError> {
    let targets = paths.iter().map(|path| resolve(path)).collect::<Result<Vec<PathBuf>, WriteError>>()?;
    for (i, target) in targets.iter().enumerate() {
        if targets[..i].contains(target) {
            return Err(WriteError::Twice { path: paths[i].to_owned() });
        }
    }
    Ok(targets)
}

/// A complete file under a temporary name.
struct Staged {
    temporary: NamedTempFile,
    target: PathBuf,
}

/// A target that was replaced, and what it held before.
struct Replaced {
    target: PathBuf,
    before: Option<Vec<u8>>,
}

/// Writes all files, or none of them.
///
/// # Errors
/// See [`WriteError`]; all files are then as they were.
pub fn write_all(files: &[OutputFile<'_>]) -> Result<(), WriteError> {
    let targets = targets(&files.iter().map(|file| file.path).collect::<Vec<_>>())?;
    let staged = files.iter().zip(targets).map(|(file, target)| stage(file, target));
    let staged = staged.collect::<Result<Vec<Staged>, WriteError>>()?;
    let mut replaced = Vec::new();
    for Staged { temporary, target } in staged {
        let before = match fs::read(&target) {
            Ok(before) => Some(before),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(restore(replaced, target, error)),
        };
        if let Err(failure) = temporary.persist(&target) {
            return Err(restore(replaced, target, failure.error));
        }
        replaced.push(Replaced { target, before });
    }
    Ok(())
}

/// Puts everything back and makes the error for `path`.
fn restore(replaced: Vec<Replaced>, path: PathBuf, error: io::Error) -> WriteError {
    for Replaced { target, before } in replaced.into_iter().rev() {
        let outcome = match before {
            Some(contents) => stage(&OutputFile { path: &target, contents: &contents }, target.clone())
                .and_then(|staged| persist(staged.temporary, &target)),
            None => fs::remove_file(&target).map_err(|error| WriteError::Io { path: target.clone(), error }),
        };
        if let Err(second) = outcome {
            let error = io::Error::other(format!("{error}; and {} could not be restored: {second}", target.display()));
            return WriteError::Io { path, error };
        }
    }
    WriteError::Io { path, error }
}

fn persist(temporary: NamedTempFile, target: &Path) -> Result<(), WriteError> {
    temporary
        .persist(target)
        .map(drop)
        .map_err(|failure| WriteError::Io { path: target.to_owned(), error: failure.error })
}

/// Writes a file under a temporary name in the folder of `target`, the real path of its target.
fn stage(file: &OutputFile<'_>, target: PathBuf) -> Result<Staged, WriteError> {
    let io_error = |error| WriteError::Io { path: file.path.to_owned(), error };
    let folder = target.parent().unwrap_or(Path::new("/"));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".xls_aot.").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The process's own mask takes away what it does for every new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder).map_err(io_error)?;
    temporary.write_all(file.contents).map_err(io_error)?;
    Ok(Staged { temporary, target })
}

/// The real path of a target: symbolic links are followed, and what exists must be a regular file.
fn resolve(path: &Path) -> Result<PathBuf, WriteError> {
    let io_error = |error| WriteError::Io { path: path.to_owned(), error };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => return fs::canonicalize(path).map_err(io_error),
        Ok(_) => return Err(WriteError::NotAFile { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(io_error(error)),
    }
    let Some(name) = path.file_name() else { return Err(WriteError::NotAFile { path: path.to_owned() }) };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match fs::canonicalize(folder) {
        Ok(folder) => Ok(folder.join(name)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(WriteError::NoFolder { path: path.to_owned(), folder: folder.to_owned() })
        }
        Err(error) => Err(io_error(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), name).unwrap();
        }
        folder
    }

    fn listing(folder: &Path) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().unwrap().is_file())
            .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    }

    fn write(folder: &Path, names: &[&str]) -> Result<(), WriteError> {
        let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
        let files: Vec<OutputFile<'_>> = paths.iter().map(|path| OutputFile { path, contents: b"new" }).collect();
        write_all(&files)
    }

    #[test]
    fn all_files_are_written() {
        let folder = folder_with(&["a"]);
        write(folder.path(), &["a", "b"]).unwrap();
        assert_eq!(listing(folder.path()), [("a".into(), "new".into()), ("b".into(), "new".into())]);
    }

    #[cfg(unix)]
    #[test]
    fn new_files_get_ordinary_permissions() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder_with(&["plain"]);
        write(folder.path(), &["new"]).unwrap();
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("new"), mode("plain"));
    }

    #[test]
    fn a_missing_folder_leaves_everything_as_it_was() {
        let folder = folder_with(&["a"]);
        let error = write(folder.path(), &["a", "none/b"]).unwrap_err();
        let (path, missing) = (folder.path().join("none/b"), folder.path().join("none"));
        assert_eq!(
            error.to_string(),
            format!(
                "cannot write {}: there is no folder {}\n  help: create the folder, or name another output",
                path.display(),
                missing.display()
            )
        );
        assert_eq!(listing(folder.path()), [("a".into(), "a".into())]);
    }

    #[test]
    fn folders_and_devices_are_not_replaced() {
        let folder = folder_with(&["a"]);
        fs::create_dir(folder.path().join("d")).unwrap();
        assert!(matches!(write(folder.path(), &["a", "d"]), Err(WriteError::NotAFile { .. })));
        assert!(matches!(write(Path::new("/"), &["dev/null"]), Err(WriteError::NotAFile { .. })));
        assert!(matches!(write(folder.path(), &[".."]), Err(WriteError::NotAFile { .. })));
        assert_eq!(listing(folder.path()), [("a".into(), "a".into())]);
    }

    #[test]
    fn one_path_for_two_files_is_refused() {
        let folder = folder_with(&["a"]);
        fs::create_dir(folder.path().join("d")).unwrap();
        assert!(matches!(write(folder.path(), &["a", "d/../a"]), Err(WriteError::Twice { .. })));
        assert!(matches!(write(folder.path(), &["b", "b"]), Err(WriteError::Twice { .. })));
        assert_eq!(listing(folder.path()), [("a".into(), "a".into())]);
    }

    #[test]
    fn a_failure_half_way_restores_what_was_there() {
        let folder = folder_with(&["a"]);
        let at = |name: &str| folder.path().join(name);
        // The second target turns into a folder after it was looked at: renaming a file to it fails.
        fs::write(at("a"), "new").unwrap();
        fs::write(at("b"), "new").unwrap();
        let replaced =
            vec![Replaced { target: at("a"), before: Some(b"a".to_vec()) }, Replaced { target: at("b"), before: None }];
        let error = restore(replaced, at("c"), io::Error::other("no luck"));
        assert_eq!(error.to_string(), format!("cannot write {}: no luck", at("c").display()));
        assert_eq!(listing(folder.path()), [("a".into(), "a".into())]);
    }
}
