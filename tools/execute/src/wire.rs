//! What a process that makes calls reports to its parent: a sequence of messages, each `kind, call number, length, bytes`.
//! The caller program (`caller_program.c`) first says that it is ready; a child need not, which is a copy of its parent.
//!
//! Compiled code under test may do anything to the child. So the parent checks every message, and stops at one that is not
//! well-formed.

use std::io::{self, Write};

use crate::call::Left;

const READY: u8 = 1;
const XLS: u8 = 2;
const DIRECT: u8 = 3;
const ASSERT: u8 = 4;
const FAULT: u8 = 5;
const DONE: u8 = 6;

/// What is known about one call.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Reported {
    pub(crate) xls: Option<Left>,
    pub(crate) direct: Option<Left>,
    pub(crate) done: bool,
}

/// Reports that call `number` has ended, and the results of its entry points. All of this is one write, because there are
/// many calls.
pub(crate) fn send(pipe: &mut impl Write, number: u32, xls: &Left, direct: Option<&Left>) -> io::Result<()> {
    let mut bytes = Vec::new();
    put_left(&mut bytes, XLS, number, xls)?;
    if let Some(direct) = direct {
        put_left(&mut bytes, DIRECT, number, direct)?;
    }
    put(&mut bytes, DONE, number, &[])?;
    pipe.write_all(&bytes)
}

fn put_left(bytes: &mut Vec<u8>, kind: u8, number: u32, left: &Left) -> io::Result<()> {
    put(bytes, kind, number, &left.output)?;
    for text in &left.asserts {
        put(bytes, ASSERT, number, text.as_bytes())?;
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
    let mut direct = false;
    while let Some((kind, number, payload, rest)) = next(bytes) {
        let Some(call) = calls.get_mut(number as usize) else { break };
        let left = if direct { &mut call.direct } else { &mut call.xls };
        match (kind, left) {
            (READY, _) => {}
            (XLS | DIRECT, _) => {
                direct = kind == DIRECT;
                let left = Left { output: payload.to_vec(), ..Left::default() };
                *(if direct { &mut call.direct } else { &mut call.xls }) = Some(left);
            }
            (ASSERT, Some(left)) => left.asserts.push(String::from_utf8_lossy(payload).into_owned()),
            (FAULT, Some(left)) => left.faults.push(String::from_utf8_lossy(payload).into_owned()),
            (DONE, _) => {
                call.done = true;
                direct = false;
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
        let xls = Left { output: vec![1, 2], asserts: vec!["0".into(), "3".into()], faults: vec![] };
        let direct = Left { output: vec![9], asserts: vec![], faults: vec!["f".into()] };
        let mut pipe = Vec::new();
        send(&mut pipe, 1, &xls, Some(&direct)).unwrap();
        send(&mut pipe, 0, &xls, None).unwrap();
        let whole = pipe.len();
        send(&mut pipe, 2, &direct, None).unwrap();
        let mut calls = vec![Reported::default(); 3];
        // The last report is incomplete, so its call does not count as finished.
        assert!(receive(&pipe[..whole + 20], &mut calls));
        assert_eq!(calls[1], Reported { xls: Some(xls.clone()), direct: Some(direct), done: true });
        assert_eq!(calls[0], Reported { xls: Some(xls), direct: None, done: true });
        assert!(!calls[2].done);
    }

    #[test]
    fn nonsense_is_not_followed() {
        let mut calls = vec![Reported::default(); 1];
        assert!(!receive(&[9, 9, 9, 9, 9, 9, 9, 9, 9, 9], &mut calls));
        assert!(!receive(&[XLS, 0, 0, 0, 0, 255, 255, 255, 255, 0], &mut calls));
        assert!(!receive(&[XLS, 7, 0, 0, 0, 0, 0, 0, 0], &mut calls));
        assert!(!receive(&[ASSERT, 0, 0, 0, 0, 0, 0, 0, 0], &mut calls));
        assert_eq!(calls, vec![Reported::default(); 1]);
    }

    #[test]
    fn a_program_that_is_ready_has_begun() {
        let mut calls = vec![Reported::default(); 1];
        assert!(receive(&[READY, 0, 0, 0, 0, 0, 0, 0, 0], &mut calls));
        assert_eq!(calls, vec![Reported::default(); 1]);
    }
}
