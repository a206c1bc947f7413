//! What a child process reports to its parent: a sequence of messages, each `kind, call number, length, bytes`.
//!
//! Compiled code under test may do anything to the child, so the parent takes nothing for granted: a message that makes
//! no sense ends the reading.

use std::io::{self, Write};

use crate::call::Left;

const START: u8 = 1;
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

/// Says that call `number` begins.
pub(crate) fn send_start(pipe: &mut impl Write, number: u32) -> io::Result<()> {
    send(pipe, START, number, &[])
}

/// Says that call `number` is over.
pub(crate) fn send_done(pipe: &mut impl Write, number: u32) -> io::Result<()> {
    send(pipe, DONE, number, &[])
}

/// Reports what an entry point left behind.
pub(crate) fn send_left(pipe: &mut impl Write, number: u32, direct: bool, left: &Left) -> io::Result<()> {
    send(pipe, if direct { DIRECT } else { XLS }, number, &left.output)?;
    for text in &left.asserts {
        send(pipe, ASSERT, number, text.as_bytes())?;
    }
    for text in &left.faults {
        send(pipe, FAULT, number, text.as_bytes())?;
    }
    Ok(())
}

fn send(pipe: &mut impl Write, kind: u8, number: u32, bytes: &[u8]) -> io::Result<()> {
    let len = u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut message = Vec::with_capacity(9 + bytes.len());
    message.push(kind);
    message.extend(number.to_le_bytes());
    message.extend(len.to_le_bytes());
    message.extend(bytes);
    pipe.write_all(&message)
}

/// Adds what `bytes` report to `calls`; returns the call that began last.
pub(crate) fn receive(mut bytes: &[u8], calls: &mut [Reported]) -> Option<u32> {
    let mut last = None;
    let mut direct = false;
    while let Some((kind, number, payload, rest)) = next(bytes) {
        let Some(call) = calls.get_mut(number as usize) else { break };
        let left = if direct { &mut call.direct } else { &mut call.xls };
        match (kind, left) {
            (START, _) => last = Some(number),
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
        bytes = rest;
    }
    last
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
        send_start(&mut pipe, 1).unwrap();
        send_left(&mut pipe, 1, false, &xls).unwrap();
        send_left(&mut pipe, 1, true, &direct).unwrap();
        send_done(&mut pipe, 1).unwrap();
        send_start(&mut pipe, 0).unwrap();
        let mut calls = vec![Reported::default(); 2];
        assert_eq!(receive(&pipe, &mut calls), Some(0));
        assert_eq!(calls[1], Reported { xls: Some(xls), direct: Some(direct), done: true });
        assert!(!calls[0].done);
    }

    #[test]
    fn nonsense_is_not_followed() {
        let mut calls = vec![Reported::default(); 1];
        assert_eq!(receive(&[9, 9, 9, 9, 9, 9, 9, 9, 9, 9], &mut calls), None);
        assert_eq!(receive(&[1, 0, 0, 0, 0, 255, 255, 255, 255, 0], &mut calls), None);
        assert_eq!(receive(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0], &mut calls), Some(0));
        assert_eq!(calls, vec![Reported::default(); 1]);
    }
}
