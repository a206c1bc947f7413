//! `release LIST ROOT ARCHIVE CHECKSUM`: writes a release archive, and a file with its digest.
//!
//! Each line of LIST is a kind, the name in the archive and the path of a file, with tabs between them. The kinds: `file`,
//! `program`, `module` (the repository's MODULE.bazel, which the archive has in another form).

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use xls_aot_release::{digest, module_file, pack, File};

fn read(path: &str) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{path}: {error}"))
}

fn files(list: &str) -> Result<BTreeMap<String, File>, String> {
    let mut files = BTreeMap::new();
    for line in list.lines() {
        let [kind, name, path] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("a line of the list does not have three parts: {line:?}"));
        };
        let contents = match kind {
            "file" | "program" => read(path)?,
            "module" => {
                let text = String::from_utf8(read(path)?).map_err(|error| format!("{path}: {error}"))?;
                module_file(&text).map_err(|error| error.to_string())?.into_bytes()
            }
            _ => return Err(format!("`{kind}` is none of the kinds `file`, `program`, `module`")),
        };
        if files.insert(name.to_owned(), File { contents, executable: kind == "program" }).is_some() {
            return Err(format!("two files have the name `{name}`"));
        }
    }
    Ok(files)
}

fn run(arguments: &[String]) -> Result<(), String> {
    let [list, root, archive, checksum] = arguments else {
        return Err("usage: release LIST ROOT ARCHIVE CHECKSUM".to_owned());
    };
    let list = String::from_utf8(read(list)?).map_err(|error| format!("{list}: {error}"))?;
    let bytes = pack(root, &files(&list)?).map_err(|error| error.to_string())?;
    let name = Path::new(archive).file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let line = format!("{}  {name}\n", digest(&bytes));
    fs::write(archive, bytes).map_err(|error| format!("{archive}: {error}"))?;
    fs::write(checksum, line).map_err(|error| format!("{checksum}: {error}"))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
