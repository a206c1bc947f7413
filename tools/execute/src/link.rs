//! Links objects into a program, with the C compiler's driver as linker.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::ExecuteError;

/// Writes `objects` to `folder` and links them there with the C text `source` into a program. The linker is `cc`, or what the
/// environment variable `CC` names.
pub(crate) fn program(folder: &Path, source: &Path, objects: &[&[u8]]) -> Result<PathBuf, ExecuteError> {
    // The C text reads and writes bytes through pointers of other types.
    let options = ["-O1", "-w", "-std=gnu11", "-fno-strict-aliasing", "-Wl,-z,noexecstack"];
    let input = folder.join("code.a");
    let output = folder.join("caller_program");
    // One archive instead of hundreds of files, because making files takes longer than linking them.
    let written = archive(objects).and_then(|bytes| std::fs::write(&input, bytes));
    written.map_err(|error| ExecuteError::System { what: format!("cannot write {}", input.display()), error })?;
    let linker = std::env::var_os("CC").filter(|cc| !cc.is_empty()).unwrap_or_else(|| OsString::from("cc"));
    let result = Command::new(&linker)
        .args(options)
        .arg("-o")
        .arg(&output)
        .arg(source)
        .arg("-Wl,--whole-archive")
        .arg(&input)
        .args(["-Wl,--no-whole-archive", "-lm"])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            let what = format!("cannot run the linker `{}` (set CC to a C compiler)", linker.to_string_lossy());
            ExecuteError::System { what, error }
        })?;
    if !result.status.success() {
        let error = io::Error::other(String::from_utf8_lossy(&result.stderr).trim().to_owned());
        return Err(ExecuteError::System { what: format!("the linker `{}` failed", linker.to_string_lossy()), error });
    }
    Ok(output)
}

/// The objects as an archive without an index, which `--whole-archive` does not need.
fn archive(objects: &[&[u8]]) -> io::Result<Vec<u8>> {
    let mut bytes = b"!<arch>\n".to_vec();
    for (i, object) in objects.iter().enumerate() {
        // Name, time, owner, group, mode, size, end mark; members begin at even offsets.
        let name = format!("{i}.o/");
        writeln!(bytes, "{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`", 0, 0, 0, "644", object.len())?;
        bytes.extend_from_slice(object);
        if object.len() % 2 == 1 {
            bytes.push(b'\n');
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_headers_of_sixty_bytes_at_even_offsets() {
        let bytes = archive(&[b"odd", b"even"]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let member = |name: &str, size| format!("{name:<16}0           0     0     644     {size:<10}`\n");
        assert_eq!(text, format!("!<arch>\n{}odd\n{}even", member("0.o/", 3), member("1.o/", 4)));
        assert_eq!(member("0.o/", 3).len(), 60);
    }
}
