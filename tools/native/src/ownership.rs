//! Who may read and who may write a value in memory.
//!
//! # Rules
//!
//! 1. A *buffer* is a part of the function's frame, or of the caller's memory for the result. It is in use as long as one of
//!    the types below refers to it. After that, its place is free again.
//! 2. A [`MemRef`] refers to a value in memory. As long as it exists, the value does not change. A clone is another reference
//!    to the buffers, until it is dropped. References are counted only by these types, never by hand.
//! 3. Code writes only through a [`Writable`], which is the only reference to its buffers. There are three ways to get
//!    one: a new buffer; [`Writable::claim`], which takes a `MemRef` and succeeds if that is the only reference to
//!    memory of this function (so the value has no other user); and the caller's memory for the result.
//!    [`Writable::into_value`] ends the right to write.
//! 4. The caller's memory for the result is [`Reserved`] from the start. Values that become the result are made there
//!    (`result_place`).
//! 5. A loop keeps its state in one place, but the body owns the state: it takes the state and returns the next one.
//!    During the body the loop keeps a [`Reserved`], which can neither read nor write and only keeps the place from
//!    being freed. [`Reserved::take_back`] returns the right to write when no other reference to the buffers is left.
//!    The loop needs its index and the invariants after the body. So it shares them with the body and keeps its own
//!    references.
//!
//! Only [`Owners::record_write`] gives addresses for writing. It refuses if another reference exists. [`WriteCheck`] proves the
//! same property without reference counts.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cranelift_codegen::ir::Value;

use crate::frame::Frame;
use crate::write_check::WriteCheck;

/// A part of the frame, or of the caller's memory for the result.
#[derive(Debug)]
struct Buffer {
    /// `None` for the caller's memory.
    frame: Option<Rc<RefCell<Frame>>>,
    /// Its address: a value and a number of bytes to add.
    base: Value,
    at: i64,
    /// Its place in the frame, or in the numbers beyond all frames ([`OUTSIDE`]).
    offset: u64,
    size: u64,
    references: Cell<u32>,
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(frame) = &self.frame {
            frame.borrow_mut().give_back(self.offset, self.size);
        }
    }
}

/// Where the numbers begin that [`WriteCheck`] has for bytes outside the frame. No frame is as large.
const OUTSIDE: u64 = 1 << 62;

/// A counted reference to a buffer.
#[derive(Debug)]
struct Reference(Rc<Buffer>);

impl Reference {
    fn new(buffer: &Rc<Buffer>) -> Self {
        buffer.references.set(buffer.references.get() + 1);
        Self(buffer.clone())
    }

    fn is_only(&self) -> bool {
        self.0.references.get() == 1
    }
}

impl Clone for Reference {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        self.0.references.set(self.0.references.get() - 1);
    }
}

/// A value in memory, which does not change as long as this reference to it exists.
#[derive(Clone, Debug)]
pub(crate) struct MemRef {
    base: Value,
    offset: i64,
    /// Buffers that the address may point into; none for memory outside the frame.
    references: Vec<Reference>,
    /// Whether all of this memory is in buffers of `references`.
    of_frame: bool,
    constant: bool,
}

impl MemRef {
    /// Memory that nobody writes while the function runs: arguments and constants.
    pub fn constant(base: Value, offset: i64) -> Self {
        Self { base, offset, references: Vec::new(), of_frame: false, constant: true }
    }

    /// Memory that is read immediately: outside the frame, or of a value to which the reader has another reference.
    pub fn foreign(base: Value, offset: i64) -> Self {
        Self { base, offset, references: Vec::new(), of_frame: false, constant: false }
    }

    /// The value at `address`, which is the address of one of two values, selected by a condition.
    pub fn either(address: Value, x: &Self, y: &Self) -> Self {
        let mut references = x.references.clone();
        for reference in &y.references {
            if !references.iter().any(|known| Rc::ptr_eq(&known.0, &reference.0)) {
                references.push(reference.clone());
            }
        }
        Self {
            base: address,
            offset: 0,
            references,
            of_frame: x.of_frame && y.of_frame,
            constant: x.constant && y.constant,
        }
    }

    /// The address without the offset.
    pub fn base(&self) -> Value {
        self.base
    }

    /// The number of bytes to add to the base.
    pub fn offset(&self) -> i64 {
        self.offset
    }

    /// True if nothing writes this memory while the function runs, so that loads may move.
    pub fn is_constant(&self) -> bool {
        self.constant
    }

    /// A part of this value, `bytes` further on.
    pub fn at(&self, bytes: u64) -> Self {
        Self { offset: self.offset + bytes as i64, ..self.clone() }
    }

    /// A part of this value, at another base.
    pub fn with_base(&self, base: Value) -> Self {
        Self { base, ..self.clone() }
    }

    /// The same place as `other`, as far as is known.
    pub fn same_place(&self, other: &Self) -> bool {
        self.base == other.base && self.offset == other.offset
    }

    /// Bytes of the frame that the value may lie in: start and end of each buffer.
    pub fn buffers(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.references.iter().map(|reference| (reference.0.offset, reference.0.offset + reference.0.size))
    }
}

/// Memory that may be written: the only reference to its buffers.
#[derive(Debug)]
pub(crate) struct Writable(MemRef);

impl Writable {
    /// The memory of a value that has no other reference; otherwise the value, which must stay as it is.
    pub fn claim(value: MemRef) -> Result<Self, MemRef> {
        if value.of_frame && value.references.iter().all(Reference::is_only) {
            Ok(Self(value))
        } else {
            Err(value)
        }
    }

    /// The caller's memory for the result of the function, which reads nothing from there.
    pub fn result_of_caller(address: Value) -> Self {
        Self(MemRef::foreign(address, 0))
    }

    /// The value written so far, for reading. As long as a clone of it exists, writing is refused.
    pub fn written(&self) -> &MemRef {
        &self.0
    }

    /// The finished value.
    pub fn into_value(self) -> MemRef {
        self.0
    }

    /// All of it, to write.
    pub fn whole(&self) -> Part<'_> {
        self.part(0)
    }

    /// From byte `bytes` on, to write.
    pub fn part(&self, bytes: u64) -> Part<'_> {
        Part { base: self.0.base, offset: self.0.offset + bytes as i64, memory: self }
    }

    /// Lends the memory as a loop's state. Returns the place, which the loop keeps, and the value, which the body takes over.
    pub fn lend(self, size: u64) -> (Reserved, MemRef) {
        let buffers = self.0.references.iter().map(|reference| reference.0.clone()).collect();
        (Reserved { base: self.0.base, offset: self.0.offset, buffers, size }, self.0)
    }
}

/// A part of memory that may be written.
#[derive(Clone, Copy)]
pub(crate) struct Part<'w> {
    base: Value,
    offset: i64,
    memory: &'w Writable,
}

impl Part<'_> {
    /// The base address, only for computing other addresses. [`Owners::record_write`] gives the address to write to.
    pub fn base(&self) -> Value {
        self.base
    }

    /// From byte `bytes` of this part on.
    pub fn part(&self, bytes: u64) -> Self {
        Self { offset: self.offset + bytes as i64, ..*self }
    }

    /// The same with another base.
    pub fn with_base(&self, base: Value) -> Self {
        Self { base, ..*self }
    }

    /// Whether this is where `value` lies, as far as is known.
    pub fn is_place_of(&self, value: &MemRef) -> bool {
        self.base == value.base && self.offset == value.offset
    }

    /// The value written to this part so far, for reading.
    pub fn written(&self) -> MemRef {
        MemRef { base: self.base, offset: self.offset, ..self.memory.0.clone() }
    }
}

/// The place of a loop's state in memory while the body owns its contents.
pub(crate) struct Reserved {
    base: Value,
    offset: i64,
    buffers: Vec<Rc<Buffer>>,
    size: u64,
}

impl Reserved {
    /// Bytes of the state.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether this is where `value` lies, as far as is known.
    pub fn is_place_of(&self, value: &MemRef) -> bool {
        self.base == value.base && self.offset == value.offset
    }

    /// Whether `value` may lie in a buffer of this place.
    pub fn shares_buffer(&self, value: &MemRef) -> bool {
        value.references.iter().any(|reference| self.buffers.iter().any(|buffer| Rc::ptr_eq(buffer, &reference.0)))
    }

    /// The right to write the place; `None` as long as a reference to its buffers exists. Whoever lent the place lets the
    /// borrower do this too.
    pub fn take_back(&self) -> Option<Writable> {
        self.buffers.iter().all(|buffer| buffer.references.get() == 0).then(|| Writable(self.value()))
    }

    /// The value that lies there when the loop ends.
    pub fn value(&self) -> MemRef {
        let references = self.buffers.iter().map(Reference::new).collect();
        MemRef { base: self.base, offset: self.offset, references, of_frame: true, constant: false }
    }
}

/// The frame of the function being lowered, and the proof about writes to it.
pub(crate) struct Owners {
    frame: Rc<RefCell<Frame>>,
    base: Value,
    /// The first number beyond all frames that no buffer has.
    outside: u64,
    check: Option<WriteCheck>,
    violation: Option<String>,
}

impl Owners {
    /// An empty frame at address `base`; `checked` turns on [`WriteCheck`].
    pub fn new(base: Value, checked: bool) -> Self {
        let check = checked.then(WriteCheck::default);
        Self { frame: Rc::default(), base, outside: OUTSIDE, check, violation: None }
    }

    /// Bytes that the frame needs.
    pub fn frame_size(&self) -> u64 {
        self.frame.borrow().size()
    }

    /// A fresh buffer. `None` if the frame would exceed the address space.
    pub fn allocate(&mut self, size: u64) -> Option<Writable> {
        let (offset, size) = self.frame.borrow_mut().take(size)?;
        if let Some(check) = &mut self.check {
            let found = check.allocated(offset, offset + size);
            self.note(found);
        }
        let (base, at) = (self.base, offset as i64);
        let frame = Some(self.frame.clone());
        let buffer = Rc::new(Buffer { frame, base, at, offset, size, references: Cell::new(0) });
        let references = vec![Reference::new(&buffer)];
        Some(Writable(MemRef { base, offset: at, references, of_frame: true, constant: false }))
    }

    /// A part of the caller's memory for the result, `at` bytes after `base`. It overlaps no other part, no argument and no
    /// buffer of the frame, and the function may use it as its own until it returns.
    pub fn place_of_caller(&mut self, base: Value, at: i64, size: u64) -> Reserved {
        let offset = self.outside;
        self.outside += size;
        let buffer = Rc::new(Buffer { frame: None, base, at, offset, size, references: Cell::new(0) });
        Reserved { base, offset: at, buffers: vec![buffer], size }
    }

    /// The base and offset of `part`, of which code about to be emitted writes `size` bytes.
    pub fn record_write(&mut self, part: &Part<'_>, size: u64) -> (Value, i64) {
        let references = &part.memory.0.references;
        if size == 0 {
            return (part.base, part.offset);
        }
        if !references.iter().all(Reference::is_only) {
            self.note(Err("memory is written while a value in it is still referred to".to_owned()));
        }
        if let Some(check) = &mut self.check {
            let mut found = Ok(());
            for Reference(buffer) in references {
                let (mut start, mut end) = (buffer.offset, buffer.offset + buffer.size);
                if part.base == buffer.base {
                    let from = buffer.offset.wrapping_add((part.offset - buffer.at) as u64);
                    if from < start || from + size > end {
                        found = Err(format!("bytes {from}..{} are written of a buffer at {start}..{end}", from + size));
                        break;
                    }
                    (start, end) = (from, from + size);
                }
                found = found.and(check.written(start, end));
            }
            self.note(found);
        }
        (part.base, part.offset)
    }

    /// Tells the checker, if it is on, that a value is needed: until [`Owners::no_longer_needed`], nothing may write it.
    pub fn needed(&mut self, value: &MemRef) {
        if let Some(check) = &mut self.check {
            value.buffers().for_each(|(start, end)| check.needed(start, end));
        }
    }

    /// Ends one [`Owners::needed`].
    pub fn no_longer_needed(&mut self, value: &MemRef) {
        if let Some(check) = &mut self.check {
            value.buffers().for_each(|(start, end)| check.no_longer_needed(start, end));
        }
    }

    /// Whether [`Owners::needed`] does anything.
    pub fn is_checked(&self) -> bool {
        self.check.is_some()
    }

    /// An error if the rules were broken since the last call.
    pub fn report_violation(&mut self) -> Result<(), String> {
        self.violation.take().map_or(Ok(()), Err)
    }

    fn note(&mut self, found: Result<(), String>) {
        if let (Err(what), None) = (found, &self.violation) {
            self.violation = Some(what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners() -> Owners {
        Owners::new(Value::from_u32(0), true)
    }

    #[test]
    fn the_only_reference_may_be_written_in_place() {
        let mut owners = owners();
        let value = owners.allocate(100).unwrap().into_value();
        let other = value.clone();
        let value = Writable::claim(value).expect_err("there is another reference");
        drop(other);
        let place = Writable::claim(value).expect("there is no other reference");
        let read = place.written().at(8);
        owners.record_write(&place.whole(), 8);
        assert!(owners.report_violation().is_err_and(|what| what.contains("still referred to")));
        drop(read);
        owners.record_write(&place.whole(), 8);
        assert_eq!(owners.report_violation(), Ok(()));
    }

    #[test]
    fn memory_of_others_is_never_written() {
        Writable::claim(MemRef::constant(Value::from_u32(1), 0)).expect_err("a constant");
        let mut owners = owners();
        let own = owners.allocate(16).unwrap().into_value();
        let chosen = MemRef::either(Value::from_u32(2), &own, &MemRef::constant(Value::from_u32(1), 0));
        drop(own);
        Writable::claim(chosen).expect_err("perhaps a constant");
    }

    #[test]
    fn a_choice_refers_to_both_buffers() {
        let mut owners = owners();
        let (x, y) = (owners.allocate(16).unwrap().into_value(), owners.allocate(16).unwrap().into_value());
        let chosen = MemRef::either(Value::from_u32(2), &x, &y);
        drop(x);
        let chosen = Writable::claim(chosen).expect_err("y exists");
        drop(y);
        assert_eq!(owners.allocate(16).unwrap().written().offset(), 32);
        Writable::claim(chosen).expect("neither x nor y exists");
    }

    #[test]
    fn a_place_is_given_back_with_its_last_reference() {
        let mut owners = owners();
        let value = owners.allocate(16).unwrap().into_value();
        let other = value.at(8);
        drop(value);
        assert_eq!(owners.allocate(16).unwrap().written().offset(), 16);
        drop(other);
        assert_eq!(owners.allocate(16).unwrap().written().offset(), 0);
    }

    #[test]
    fn a_lent_place_stays_and_is_written_when_nobody_refers_to_it() {
        let mut owners = owners();
        let (place, value) = owners.allocate(16).unwrap().lend(16);
        assert!(place.take_back().is_none());
        // The body may take the state over, also as the state of a loop of its own.
        let (inner, value) = Writable::claim(value).expect("the body owns the state").lend(16);
        drop(value);
        assert_eq!(owners.allocate(16).unwrap().written().offset(), 16);
        let writable = inner.take_back().unwrap();
        assert!(place.take_back().is_none());
        drop((writable, inner));
        assert!(place.take_back().is_some());
        drop((place.value(), place));
        assert_eq!(owners.allocate(16).unwrap().written().offset(), 0);
    }

    #[test]
    fn a_write_beyond_the_buffer_is_found() {
        let mut owners = owners();
        let place = owners.allocate(16).unwrap();
        owners.record_write(&place.part(8), 8);
        assert_eq!(owners.report_violation(), Ok(()));
        owners.record_write(&place.part(8), 9);
        assert_eq!(owners.report_violation().unwrap_err(), "bytes 8..17 are written of a buffer at 0..16");
    }

    /// The check finds a write to a needed value without looking at reference counts. Safe code cannot write such a value,
    /// so the test uses a loop's reservation.
    #[test]
    fn the_check_does_not_rely_on_references() {
        let mut owners = owners();
        let (place, value) = owners.allocate(16).unwrap().lend(16);
        owners.needed(&value);
        drop(value);
        owners.record_write(&place.take_back().unwrap().whole(), 8);
        assert!(owners.report_violation().is_err_and(|what| what.contains("still needed")));
        drop(place);
        owners.allocate(16).unwrap();
        assert!(owners.report_violation().is_err_and(|what| what.contains("still needed")));
    }

    #[test]
    fn the_memory_of_the_caller_is_written_by_one_owner_at_a_time_and_within_its_bounds() {
        let mut owners = owners();
        let address = Value::from_u32(7);
        let (first, second) = (owners.place_of_caller(address, 0, 24), owners.place_of_caller(address, 24, 8));
        let place = first.take_back().expect("nobody refers to it");
        assert!(first.take_back().is_none() && second.take_back().is_some());
        owners.record_write(&place.part(16), 8);
        assert_eq!(owners.report_violation(), Ok(()));
        owners.record_write(&place.part(20), 8);
        assert!(owners.report_violation().is_err_and(|what| what.contains("of a buffer at")));
        let value = place.into_value();
        owners.needed(&value);
        let changed = Writable::claim(value).expect("the only reference");
        owners.record_write(&changed.whole(), 8);
        assert!(owners.report_violation().is_err_and(|what| what.contains("is still needed")));
        // It is not part of the frame.
        drop((changed, first, second));
        assert_eq!(owners.allocate(16).unwrap().written().offset(), 0);
        assert_eq!(owners.frame_size(), 16);
    }
}
