//! Reads DSLX modules from the package's files.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use xls_aot_codegen::Texts;
use xls_aot_dslx::design::{to_design, Read};
use xls_aot_dslx::modules::{ReadWith, Root, Search, Top};
use xls_aot_dslx::warnings::Enabled;

use crate::Error;

/// Reads the module of `file`, whose text is `text`, as a design with the functions `tops`, and gives the texts of all modules.
/// Imports are looked for in `folders`: the search paths, and the folder of the standard library.
pub(crate) fn read(
    file: &Path,
    text: &[u8],
    folders: (&[PathBuf], Option<&Path>),
    tops: &[String],
) -> Result<(Read, Texts), Error> {
    let (search_paths, stdlib) = folders;
    let root = |folder: &Path| utf8(folder).map(Root::new);
    let search = Search {
        library: stdlib.map(root).transpose()?,
        roots: search_paths.iter().map(|folder| root(folder)).collect::<Result<_, _>>()?,
        ..Search::default()
    };
    let path = utf8(file)?;
    let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or(path);
    let top = Top { name, path, shown: path, text: text.to_vec() };
    let texts = RefCell::new(Texts::from([(path.to_owned(), text.to_vec())]));
    let loader = ReadWith(|path: &str| {
        let text = fs::read(path)?;
        // Messages show paths as they are.
        texts.borrow_mut().insert(path.to_owned(), text.clone());
        Ok(text)
    });
    let read = to_design(top, &search, &loader, tops, &Enabled::default())
        .map_err(|report| Error::Dslx(report.to_string()))?;
    Ok((read, texts.into_inner()))
}

fn utf8(path: &Path) -> Result<&str, Error> {
    path.to_str().ok_or_else(|| Error::Path { path: path.to_owned() })
}
