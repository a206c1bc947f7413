//! Objects to a shared object, with the C compiler's driver as linker.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::CheckError;

/// Writes `objects` to `folder` and links them into one shared object there. The linker is `cc`, or what the
/// environment variable `CC` names.
pub(crate) fn shared_object(folder: &Path, objects: &[&[u8]]) -> Result<PathBuf, CheckError> {
    let output = folder.join("code.so");
    let linker = std::env::var_os("CC").filter(|cc| !cc.is_empty()).unwrap_or_else(|| OsString::from("cc"));
    let mut command = Command::new(&linker);
    // Undefined symbols are found here and now, not when the code runs.
    command.args(["-shared", "-nostartfiles", "-Wl,-z,defs", "-Wl,--build-id=none", "-o"]).arg(&output);
    for (i, bytes) in objects.iter().enumerate() {
        let path = folder.join(format!("{i}.o"));
        std::fs::write(&path, bytes)
            .map_err(|error| CheckError::System { what: format!("cannot write {}", path.display()), error })?;
        command.arg(path);
    }
    let result = command.arg("-lm").stdin(Stdio::null()).output().map_err(|error| {
        let what = format!("cannot run the linker `{}` (set CC to a C compiler)", linker.to_string_lossy());
        CheckError::System { what, error }
    })?;
    if !result.status.success() {
        let error = io::Error::other(String::from_utf8_lossy(&result.stderr).trim().to_owned());
        return Err(CheckError::System { what: "the linker failed".to_owned(), error });
    }
    Ok(output)
}
