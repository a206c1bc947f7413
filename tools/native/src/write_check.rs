//! Proves, while code is generated, that no instruction overwrites a value that is needed later.
//!
//! [`crate::ownership`] decides by reference counts who may write. This check does not use reference counts. Instead,
//! lowering tells it which values are needed later: a scope reports the values of nodes that have further uses, a node
//! its operands, a loop its index and invariants, a call its arguments. All code that writes to the frame reports which
//! bytes it writes. If one of them belongs to a needed value, lowering ends with an internal error that names the node
//! and the function.
//!
//! The check takes time and does not change the output. It runs in debug builds, and if the back end is asked to verify.

use std::collections::BTreeMap;

/// Buffers of needed values.
#[derive(Default, Debug)]
pub(crate) struct WriteCheck {
    /// By start: end, and how many need it. Buffers that are needed at one time do not overlap.
    needed: BTreeMap<u64, (u64, u32)>,
}

impl WriteCheck {
    /// Records that a value in this buffer is needed. A value of no bytes cannot be written, and starts where another one may start.
    pub fn needed(&mut self, start: u64, end: u64) {
        if start < end {
            self.needed.entry(start).or_insert((end, 0)).1 += 1;
        }
    }

    /// Ends one [`WriteCheck::needed`].
    pub fn no_longer_needed(&mut self, start: u64, end: u64) {
        if start == end {
            return;
        }
        if let Some((_, count)) = self.needed.get_mut(&start) {
            *count -= 1;
            if *count == 0 {
                self.needed.remove(&start);
            }
        }
    }

    /// Checks that no needed value is in bytes that are about to be written.
    pub fn written(&self, start: u64, end: u64) -> Result<(), String> {
        match self.overlap(start, end) {
            None => Ok(()),
            Some((from, to)) => Err(format!(
                "bytes {start}..{end} of the frame are written while a value in bytes {from}..{to} is still needed"
            )),
        }
    }

    /// Checks that no needed value is in the bytes of a new buffer.
    pub fn allocated(&self, start: u64, end: u64) -> Result<(), String> {
        match self.overlap(start, end) {
            None => Ok(()),
            Some((from, to)) => Err(format!(
                "bytes {start}..{end} of the frame are a new buffer while a value in bytes {from}..{to} is still needed"
            )),
        }
    }

    fn overlap(&self, start: u64, end: u64) -> Option<(u64, u64)> {
        let (&from, &(to, _)) = self.needed.range(..end).next_back()?;
        (to > start).then_some((from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_compared_with_what_is_needed() {
        let mut check = WriteCheck::default();
        check.needed(16, 48);
        check.needed(16, 48);
        check.needed(96, 112);
        assert_eq!(check.written(0, 16), Ok(()));
        assert_eq!(check.written(48, 96), Ok(()));
        assert_eq!(check.written(112, 120), Ok(()));
        assert_eq!(
            check.written(0, 17).unwrap_err(),
            "bytes 0..17 of the frame are written while a value in bytes 16..48 is still needed"
        );
        assert!(check.written(47, 48).is_err());
        assert!(check.written(0, 200).is_err());
        assert!(check.allocated(32, 64).is_err());
        check.no_longer_needed(16, 48);
        assert!(check.written(20, 24).is_err());
        check.no_longer_needed(16, 48);
        assert_eq!(check.written(20, 24), Ok(()));
    }

    #[test]
    fn a_value_of_no_bytes_stands_for_no_other_one() {
        let mut check = WriteCheck::default();
        check.needed(16, 16);
        check.needed(16, 48);
        assert!(check.written(16, 24).is_err());
        check.no_longer_needed(16, 48);
        assert_eq!(check.written(16, 24), Ok(()));
        check.needed(16, 48);
        check.no_longer_needed(16, 16);
        assert!(check.written(16, 24).is_err());
    }
}
