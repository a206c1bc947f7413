//! Where modules are looked for.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};

/// Gives the contents of files. The only way in which this crate gets them.
pub trait Loader {
    /// The contents of the file at `path`; none if there is no such file.
    ///
    /// # Errors
    /// Why a file that is there cannot be read.
    fn load(&self, path: &str) -> Result<Option<Vec<u8>>, String>;
}

/// A [`Loader`] that reads with a function such as `std::fs::read`, and takes from its error whether the file is there. The caller
/// gives the function, because this crate does no I/O.
pub struct ReadWith<F>(pub F);

impl<F: Fn(&str) -> io::Result<Vec<u8>>> Loader for ReadWith<F> {
    fn load(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match self.0(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A folder in which modules are looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Root {
    /// What is put before the path of a file for the [`Loader`].
    pub folder: String,
    /// What is put before it in messages.
    pub shown: String,
}

impl Root {
    /// A folder that messages show as it is.
    pub fn new(folder: &str) -> Self {
        Root { folder: folder.to_string(), shown: folder.to_string() }
    }
}

/// A file that is a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModuleFile {
    /// Its path for the [`Loader`].
    pub path: String,
    /// Its name in messages.
    pub shown: String,
}

/// Where modules are looked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Search {
    /// The folder of the standard library.
    pub library: Option<Root>,
    /// Modules whose files are known, by their dotted names. A build that knows the files of all modules gives these instead
    /// of folders: then no other file counts, whatever is there.
    pub files: BTreeMap<String, ModuleFile>,
    /// Other folders, in order.
    pub roots: Vec<Root>,
}

/// A file that was found.
pub(super) struct Found {
    /// Its path for the loader.
    pub path: String,
    /// Its name in messages.
    pub shown: String,
    /// Its contents.
    pub text: Vec<u8>,
}

/// Why a module cannot be had.
pub(super) enum NotFound {
    /// There is no such file; the names of those that were looked for.
    Nowhere(Vec<String>),
    /// The file of this name cannot be read, and why.
    Unreadable(String, String),
}

impl Search {
    /// Looks for the module of the dotted name whose parts are `parts`.
    pub(super) fn find(&self, parts: &[&str], loader: &dyn Loader) -> Result<Found, NotFound> {
        let file = format!("{}.x", parts.join("/"));
        let inside = |root: &Root| ModuleFile { path: joined(&root.folder, &file), shown: joined(&root.shown, &file) };
        let library = self.library.iter().filter(|_| parts.len() == 1).map(inside);
        let known = self.files.get(&parts.join(".")).cloned();
        let mut attempted = Vec::new();
        for ModuleFile { path, shown } in library.chain(known).chain(self.roots.iter().map(inside)) {
            match loader.load(&path) {
                Ok(Some(text)) => return Ok(Found { path, shown, text }),
                Ok(None) => attempted.push(shown),
                Err(why) => return Err(NotFound::Unreadable(shown, why)),
            }
        }
        Err(NotFound::Nowhere(attempted))
    }

    /// The parts of the dotted name by which other modules import the file at `path`; none if they cannot. Only paths are
    /// compared, so another file may be found first.
    pub fn import_name(&self, path: &str) -> Option<Vec<String>> {
        let known = self.files.iter().filter(|(_, file)| file.path == path).map(|(name, _)| name.replace('.', "/"));
        let in_root = |root: &Root| match &*root.folder {
            "" | "." => Some(path.strip_prefix("./").unwrap_or(path)),
            folder => path.strip_prefix(folder.trim_end_matches('/'))?.strip_prefix('/'),
        };
        let found = self.roots.iter().filter_map(in_root).filter_map(|file| file.strip_suffix(".x")).map(str::to_owned);
        let parts = |name: String| name.split('/').map(str::to_owned).collect::<Vec<_>>();
        known.chain(found).map(parts).find(|parts| parts.iter().all(|part| is_name(part)))
    }
}

/// Whether a part of a path can be a part of an import.
fn is_name(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `file` in `folder`; an empty folder is the current one.
pub(super) fn joined(folder: &str, file: &str) -> String {
    match folder {
        "" | "." => file.to_string(),
        _ => format!("{}/{file}", folder.trim_end_matches('/')),
    }
}

/// The folder of a file; empty if its name has none.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
