//! Counts the instructions of a call: this program runs itself under valgrind's callgrind, once a way, and asks it for the
//! counts so far before and after each kernel.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::arguments::Arguments;
use crate::callee::Callee;
use crate::way::Way;
use crate::{files, Error};

/// Calls that are counted; instructions do not depend on what branch predictors know.
pub(crate) const CALLS: usize = 64;

/// Instructions a call, by kernel, of each way that could be counted.
pub(crate) fn counts(ways: &[Way], folder: &Path) -> Result<Vec<BTreeMap<String, f64>>, Error> {
    ways.iter().map(|way| counts_of(way, folder)).collect()
}

fn counts_of(way: &Way, folder: &Path) -> Result<BTreeMap<String, f64>, Error> {
    let folder = folder.join("callgrind");
    // What an earlier run left would be counted too.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|source| Error::File { file: folder.clone(), source })?;
    let this = std::env::current_exe().map_err(|source| Error::File { file: PathBuf::from("this program"), source })?;
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--quiet", "--dump-line=no", "--instr-atstart=no"]);
    command.arg(format!("--callgrind-out-file={}", folder.join("out").display())).arg(this);
    command.args(std::env::args_os().skip(1)).args(["--count", way.name]);
    let refused = |refusal| Error::Program { program: "valgrind".into(), refusal };
    let ended = command.output().map_err(|error| refused(format!("{error} (--instructions needs it)")))?;
    if !ended.status.success() {
        // A way whose code has instructions that valgrind does not know is not counted.
        eprintln!("no instructions of `{}`: {}", way.name, String::from_utf8_lossy(&ended.stderr).trim());
        return Ok(BTreeMap::new());
    }
    let mut counts = BTreeMap::new();
    let entries = std::fs::read_dir(&folder).map_err(|source| Error::File { file: folder.clone(), source })?;
    for entry in entries {
        let file = entry.map_err(|source| Error::File { file: folder.clone(), source })?.path();
        if let Some((kernel, instructions)) = count_in(&String::from_utf8_lossy(&files::read(&file)?)) {
            counts.insert(kernel, instructions as f64 / CALLS as f64);
        }
    }
    // What the loop itself takes.
    let empty = counts.remove(EMPTY).unwrap_or_default();
    counts.values_mut().for_each(|count| *count -= empty);
    Ok(counts)
}

/// Name under which the loop around a call of nothing is counted.
pub(crate) const EMPTY: &str = "(empty)";

/// The kernel and its instructions in a file that callgrind wrote.
fn count_in(text: &str) -> Option<(String, u64)> {
    let line = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
    let kernel = line("desc: Trigger: Client Request: ")?.to_owned();
    let count = line("summary: ").or_else(|| line("totals: "))?.split_whitespace().next()?.parse().ok()?;
    Some((kernel, count))
}

/// Runs the calls of one kernel, when this program is inside callgrind.
pub(crate) fn count(name: &str, callee: &mut Callee, ring: &[Arguments]) {
    let ring = &ring[..CALLS.min(ring.len())];
    let registers = callee.registers(ring);
    // The first call binds symbols.
    callee.laps(0, ring, &registers, 1);
    request(START, None);
    request(ZERO, None);
    callee.laps(0, ring, &registers, 1);
    request(DUMP_AT, Some(name));
    // Everything else runs faster without.
    request(STOP, None);
}

/// Client requests of callgrind (valgrind/callgrind.h).
const ZERO: u64 = CALLGRIND | 1;
const DUMP_AT: u64 = CALLGRIND | 3;
const START: u64 = CALLGRIND | 4;
const STOP: u64 = CALLGRIND | 5;
const CALLGRIND: u64 = (b'C' as u64) << 24 | (b'T' as u64) << 16;

/// Sends a client request; outside valgrind this does nothing.
fn request(code: u64, text: Option<&str>) {
    let text = text.and_then(|text| CString::new(text).ok());
    let arguments = [code, text.as_ref().map_or(0, |text| text.as_ptr() as u64), 0, 0, 0, 0];
    #[cfg(target_arch = "x86_64")]
    // SAFETY: outside valgrind, rotations by 128 bits in all and an exchange of a register with itself, which change nothing.
    // Inside, valgrind reads the six words and the text, which live through this.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") 0u64 => _,
        );
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = arguments;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_callgrind_are_read() {
        let text =
            "version: 1\ndesc: Timerange: Basic block 0 - 10\ndesc: Trigger: Client Request: add32\nevents: Ir\n\
                    fn=f\n1 5\nsummary: 640\n";
        assert_eq!(count_in(text), Some(("add32".to_owned(), 640)));
        assert_eq!(count_in("desc: Trigger: Program termination\nsummary: 5\n"), None);
    }

    #[test]
    fn requests_do_nothing_outside_valgrind() {
        request(ZERO, None);
        request(DUMP_AT, Some("nothing"));
    }
}
