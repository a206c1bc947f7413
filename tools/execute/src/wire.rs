//! What a process that makes calls reports to its parent: a sequence of messages, each `kind, call number, length, bytes`.
//! The caller program (`caller_program.c`) first says that it is ready; a child need not, which is a copy of its parent.
//!
//! Compiled code under test may do anything to the child. So the parent checks every message, and stops at one that is not
//! well-formed.

use std::io::{self, Write};

use crate::call::Left;
use crate::sites::Event;

const READY: u8 = 1;
const XLS: u8 = 2;
const DIRECT: u8 = 3;
const EVENT: u8 = 4;
const FAULT: u8 = 5;
const DONE: u8 = 6;
const QUIET: u8 = 7;

/// What is known about one call.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Reported {
    pub(crate) xls: Option<Left>,
    pub(crate) direct: Option<Left>,
    /// What `xls` left behind when it was called again, wanting no traces and covers.
    pub(crate) quiet: Option<Left>,
    pub(crate) done: bool,
}

/// Reports that call `number` has ended, and the results of its entry points. All of this is one write, because there are
/// many calls.
pub(crate) fn send(pipe: &mut impl Write, number: u32, call: &Reported) -> io::Result<()> {
    let mut bytes = Vec::new();
    for (kind, left) in [(XLS, &call.xls), (DIRECT, &call.direct), (QUIET, &call.quiet)] {
        if let Some(left) = left {
            put_left(&mut bytes, kind, number, left)?;
        }
    }
    put(&mut bytes, DONE, number, &[])?;
    pipe.write_all(&bytes)
}

fn put_left(bytes: &mut Vec<u8>, kind: u8, number: u32, left: &Left) -> io::Result<()> {
    put(bytes, kind, number, &left.output)?;
    for event in &left.events {
        put(bytes, EVENT, number, &[&event.site.to_le_bytes(), event.operands.as_slice()].concat())?;
    }
    for text in &left.faults {
        put(bytes, FAULT, number, text.as_bytes())?;
    }
    Ok(())
}

fn put(bytes: &mut Vec<u8>, kind: u8, number: u32, payload: &[u8]) -> io::Result<()> {
    let len = u32::try_from(payload.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    bytes.push(kind);
    bytes.extend(number.to_le_bytes());
    bytes.extend(len.to_le_bytes());
    bytes.extend(payload);
    Ok(())
}

/// Adds the reports in `bytes` to `calls`. Returns false if there is no message at all, not even that the process began.
pub(crate) fn receive(mut bytes: &[u8], calls: &mut [Reported]) -> bool {
    let mut began = false;
    let mut entry = XLS;
    while let Some((kind, number, payload, rest)) = next(bytes) {
        let Some(call) = calls.get_mut(number as usize) else { break };
        if matches!(kind, XLS | DIRECT | QUIET) {
            entry = kind;
        }
        let left = match entry {
            DIRECT => &mut call.direct,
            QUIET => &mut call.quiet,
            _ => &mut call.xls,
        };
        match (kind, left) {
            (READY, _) => {}
            (XLS | DIRECT | QUIET, left) => *left = Some(Left { output: payload.to_vec(), ..Left::default() }),
            (EVENT, Some(left)) => {
                let Some((site, operands)) = payload.split_first_chunk::<4>() else { break };
                left.events.push(Event { site: u32::from_le_bytes(*site), operands: operands.to_vec() });
            }
            (FAULT, Some(left)) => left.faults.push(String::from_utf8_lossy(payload).into_owned()),
            (DONE, _) => {
                call.done = true;
                entry = XLS;
            }
            _ => break,
        }
        began = true;
        bytes = rest;
    }
    began
}

/// The first message of `bytes`, and what follows it.
fn next(bytes: &[u8]) -> Option<(u8, u32, &[u8], &[u8])> {
    let (&kind, rest) = bytes.split_first()?;
    let (number, rest) = rest.split_first_chunk::<4>()?;
    let (len, rest) = rest.split_first_chunk::<4>()?;
    let (payload, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    Some((kind, u32::from_le_bytes(*number), payload, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_survive_the_pipe() {
        let event = |site, operands: &[u8]| Event { site, operands: operands.to_vec() };
        let xls = Left { output: vec![1, 2], events: vec![event(0, &[]), event(300, &[7, 8])], faults: vec![] };
        let direct = Left { output: vec![9], events: vec![], faults: vec!["f".into()] };
        let quiet = Left { output: vec![3], events: vec![event(5, &[])], faults: vec!["q".into()] };
        let all = Reported { xls: Some(xls.clone()), direct: Some(direct), quiet: Some(quiet), done: true };
        let one = Reported { xls: Some(xls), done: true, ..Reported::default() };
        let mut pipe = Vec::new();
        send(&mut pipe, 1, &all).unwrap();
        send(&mut pipe, 0, &one).unwrap();
        let whole = pipe.len();
        send(&mut pipe, 2, &all).unwrap();
        let mut calls = vec![Reported::default(); 3];
        // The last report is incomplete, so its call does not count as finished.
        assert!(receive(&pipe[..whole + 20], &mut calls));
        assert_eq!(calls[..2], [one, all]);
        assert!(!calls[2].done);
    }

    #[test]
    fn nonsense_is_not_followed() {
        let mut calls = vec![Reported::default(); 1];
        assert!(!receive(&[9, 9, 9, 9, 9, 9, 9, 9, 9, 9], &mut calls));
        assert!(!receive(&[XLS, 0, 0, 0, 0, 255, 255, 255, 255, 0], &mut calls));
        assert!(!receive(&[XLS, 7, 0, 0, 0, 0, 0, 0, 0], &mut calls));
        assert!(!receive(&[EVENT, 0, 0, 0, 0, 0, 0, 0, 0], &mut calls));
        assert_eq!(calls, vec![Reported::default(); 1]);
    }

    #[test]
    fn a_program_that_is_ready_has_begun() {
        let mut calls = vec![Reported::default(); 1];
        assert!(receive(&[READY, 0, 0, 0, 0, 0, 0, 0, 0], &mut calls));
        assert_eq!(calls, vec![Reported::default(); 1]);
    }
}
