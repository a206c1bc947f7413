//! The artefact ABI, version 2: the one definition shared by code generators, generated crates and this runtime.
//!
//! This file has everything that separately compiled parts must agree on: symbol names, entry points, the table of
//! callbacks, the layout rules, the feature flags and the framing of the description section. Tools use these items
//! and do not repeat them.
//!
//! # Data layout
//!
//! Targets are little endian with 64-bit pointers.
//!
//! - `bits[n]` is an integer of [`bits_size`]`(n)` bytes at alignment [`bits_align`]`(n)`. `bits[0]` takes one byte.
//!   **Unused high bits are zero on every value that crosses the boundary**, in both directions: the wrapper guarantees
//!   it for inputs, compiled code guarantees it for outputs.
//! - A tuple is laid out like a C struct of its elements in order. Each element is at the next multiple of its alignment.
//!   The tuple has the alignment of its most aligned element, and its size is rounded up to a multiple of that. The empty
//!   tuple has size 0 and alignment 1. Padding bytes may have any value and are never read.
//! - An array has its elements one after the other, at distances of the element's size, and the alignment of its element.
//! - A token has size 0 and alignment 1.
//!
//! These Rust types have exactly these layouts: `bool` for `bits[1]` (a byte of 0 or 1), `u8` to `u128` for their
//! widths, [`Bits8`](crate::Bits8) to [`Bits128`](crate::Bits128) for other widths up to 128,
//! [`WideBits`](crate::WideBits) above, `#[repr(C)]` structs for tuples, Rust arrays for arrays and `()` for the empty
//! tuple.
//!
//! # Symbols
//!
//! `xls_aot_v2_<salt>_<digest>_<top>` is the [`EntryKind::Xls`] entry point; the others append `_direct` or `_batch`.
//!
//! - The salt is 16 lower-case hexadecimal digits derived from the identity of the generated crate, so that two crates can
//!   compile functions with the same name.
//! - The digest is 16 lower-case hexadecimal digits of a hash of everything that the wrapper states about the entry:
//!   signature, layouts, named types, features, scratch, event sites. So an object that was made for another signature fails
//!   to link.
//! - The version is part of the name, so that an object of another ABI version fails to link.
//!
//! Example: `xls_aot_v2_0123456789abcdef_fedcba9876543210_add_one_direct`. [`symbol_name`] builds them. An artefact exports
//! nothing else. One object may have several entries, each with symbols of its own.
//!
//! # Events
//!
//! Assertions, traces and covers of the IR are event sites. The wrapper has a table of the sites with all texts; compiled
//! code knows only indices into it, so no text of the user's is in machine code.
//!
//! Compiled code reports an event by [`InstanceContext::record_event`], with the index of the site and a pointer to the
//! site's operands. The operands are in memory like a tuple of their types, in the order of the site's shapes, with zero
//! unused bits. They live during the call only.
//!
//! - A failed assertion is always reported.
//! - A trace or cover is reported if its condition holds and [`EventSink::wanted`] has the bit of its kind. Compiled code
//!   tests the bit before it calls, so a call that wants no traces and covers pays one load and test for each site.
//! - Events are reported in program order.
//!
//! Code that libxls made reports failed assertions by [`InstanceContext::record_assertion`] instead.
//!
//! # Batch entry: reserved
//!
//! [`EntryKind::Batch`] is a reserved kind. Nothing generates it yet. Its shape will be
//! `fn(n, inputs, outputs, temp, events, context)`, where `n` is the number of independent calls, `inputs` has a pointer
//! for each parameter and `outputs` one for the result, each to `n` values one after the other (columns), or both have one
//! pointer to an array of structs of the parameters and of results; the description will state which. `events` points to `n`
//! sinks, one for each call.
//!
//! # Invariants
//!
//! - ABI versions are not compatible with each other. Every change here that compiled code can see must change
//!   [`ABI_VERSION`] and [`SYMBOL_PREFIX`].
//! - Compiled code never unwinds, and no callback unwinds into it.

use alloc::string::String;
use core::ffi::{c_char, c_void};
use core::fmt;

pub use crate::features::Features;

/// Version of this contract.
pub const ABI_VERSION: u32 = 2;

/// First part of every exported symbol: it names the ABI version.
pub const SYMBOL_PREFIX: &str = "xls_aot_v2_";

/// Number of hexadecimal digits of the salt in a symbol.
pub const SALT_DIGITS: usize = 16;

/// Number of hexadecimal digits of the digest in a symbol.
pub const DIGEST_DIGITS: usize = 16;

/// Builds the symbol of an entry point: prefix, salt, `_`, digest, `_`, the function's name with every character outside
/// `[A-Za-z0-9_]` replaced by `_`, and the kind's suffix.
///
/// ```
/// use xls_aot_runtime::abi::{symbol_name, EntryKind};
/// let symbol = symbol_name("0123456789abcdef", "fedcba9876543210", "add.1", EntryKind::Direct);
/// assert_eq!(symbol, "xls_aot_v2_0123456789abcdef_fedcba9876543210_add_1_direct");
/// ```
#[must_use]
pub fn symbol_name(salt: &str, digest: &str, top: &str, kind: EntryKind) -> String {
    let mut symbol = String::with_capacity(SYMBOL_PREFIX.len() + salt.len() + digest.len() + top.len() + 9);
    for part in [SYMBOL_PREFIX, salt, "_", digest, "_"] {
        symbol.push_str(part);
    }
    symbol.extend(top.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }));
    symbol.push_str(kind.symbol_suffix());
    symbol
}

/// The kinds of entry point that an object may export for its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EntryKind {
    /// [`XlsEntry`]: inputs and outputs in memory. Every object has it.
    Xls,
    /// The platform's C calling convention on the wrapper's own Rust types, scalars by value: only where there are
    /// neither events nor scratch, and parameters and result fit the convention. Where results are checked,
    /// Rust declares the result as `MaybeUninit` of its type, which has the same convention.
    Direct,
    /// Many independent calls in one. Reserved: see "Batch entry" above.
    Batch,
}

impl EntryKind {
    /// Every kind, in the order in which descriptions list them.
    pub const ALL: [Self; 3] = [Self::Xls, Self::Direct, Self::Batch];

    /// The kind's name in metadata.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xls => "xls",
            Self::Direct => "direct",
            Self::Batch => "batch",
        }
    }

    /// The suffix of the kind in the symbol.
    #[must_use]
    pub const fn symbol_suffix(self) -> &'static str {
        match self {
            Self::Xls => "",
            Self::Direct => "_direct",
            Self::Batch => "_batch",
        }
    }

    /// The kind of a metadata name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The kinds of events. The discriminants are part of the ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(u32)]
pub enum EventKind {
    /// An assertion failed.
    Assertion = 0,
    /// A trace message.
    Trace = 1,
    /// A cover point was reached.
    Cover = 2,
    /// An array was accessed outside its bounds although the IR assumes that it is not.
    OutOfBounds = 3,
}

impl EventKind {
    /// Every kind, in the order of the discriminants.
    pub const ALL: [Self; 4] = [Self::Assertion, Self::Trace, Self::Cover, Self::OutOfBounds];

    /// The kind's bit in [`EventSink::wanted`].
    #[must_use]
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// The kind's name in metadata.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Assertion => "assertion",
            Self::Trace => "trace",
            Self::Cover => "cover",
            Self::OutOfBounds => "out_of_bounds",
        }
    }

    /// The kind of a metadata name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The receiver of events: this head, and behind it what the callbacks of the same [`InstanceContext`] keep there.
///
/// Compiled code reads `wanted`, and passes the pointer on to the callbacks. The pointer is null only for functions without
/// event sites. Several calls may share a sink that wants nothing and whose callbacks do not write to it.
#[repr(C)]
#[derive(Debug)]
pub struct EventSink {
    /// The kinds of events that the caller wants, as a set of [`EventKind::bit`]s. Failed assertions are reported whether
    /// their bit is set or not.
    pub wanted: u32,
}

impl EventSink {
    /// Byte offset of [`EventSink::wanted`].
    pub const WANTED_OFFSET: usize = 0;

    /// A head that wants these kinds of events.
    #[must_use]
    pub const fn new(wanted: u32) -> Self {
        Self { wanted }
    }
}

/// The [`EntryKind::Xls`] entry point. Returns 0.
///
/// - `inputs`: one pointer per parameter (tokens included, any pointer), in order, each to a value in the ABI layout.
/// - `outputs`: exactly one pointer, to room for the result. Every byte that is not padding is written.
/// - `temp`: scratch memory of the size and alignment that the artefact's metadata states; contents are unspecified
///   before and after. Any pointer if the size is 0.
/// - `events`: see [`EventSink`].
/// - `context`: the callbacks.
/// - `runtime`: null, and unused.
/// - `continuation`: 0.
///
/// Inputs and outputs must not overlap.
pub type XlsEntry = unsafe extern "C" fn(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    temp: *mut c_void,
    events: *mut EventSink,
    context: *mut InstanceContext,
    runtime: *mut c_void,
    continuation: i64,
) -> i64;

/// A callback that this ABI knows but does not support. It never returns, so its parameters do not matter.
pub type UnsupportedCallback = unsafe extern "C" fn() -> !;

/// Records an event. `site` is the index in the wrapper's table of sites. `operands` points to the site's operands, in the
/// layout of a tuple of their types, and is null if the site has none; it is only valid during the call.
pub type RecordEvent =
    unsafe extern "C" fn(context: *mut InstanceContext, events: *mut EventSink, site: u32, operands: *const u8);

/// Records a failed assertion, for code that libxls made. `message` is the NUL-terminated decimal index of the failed assertion in the wrapper's
/// table of sites (not its text), and is only valid during the call.
pub type RecordAssertion =
    unsafe extern "C" fn(context: *mut InstanceContext, message: *const c_char, events: *mut EventSink);

/// Allocates a block of at least `size` bytes, aligned to `alignment`, which may be any power of two. Returns null if `size`
/// is not positive or `alignment` is not a power of two. Does not return if memory is exhausted, because compiled code does
/// not check.
pub type Allocate = unsafe extern "C" fn(context: *mut InstanceContext, size: i64, alignment: i64) -> *mut c_void;

/// Frees a block that [`Allocate`] returned for the same context. Null is allowed and ignored.
pub type Deallocate = unsafe extern "C" fn(context: *mut InstanceContext, block: *mut c_void);

/// What compiled code may call: thirteen function pointers at offset 0, `table[i](context, ...)`. Indices 0 to 11 are the
/// table that code made by libxls uses.
///
/// Only `record_assertion`, `allocate`, `deallocate` and `record_event` are supported. Code generation refuses functions that could reach
/// another callback. If one is called nevertheless, it ends the process with a message that names it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct InstanceContext {
    /// Index 0: appends a text to a trace message.
    pub string_step: UnsupportedCallback,
    /// Index 1: appends a formatted value to a trace message.
    pub format_step: UnsupportedCallback,
    /// Index 2: records a finished trace message.
    pub record_trace: UnsupportedCallback,
    /// Index 3: starts a trace message.
    pub create_trace_buffer: UnsupportedCallback,
    /// Index 4: records a failed assertion, for code that libxls made.
    pub record_assertion: RecordAssertion,
    /// Index 5: receives from a channel.
    pub queue_receive: UnsupportedCallback,
    /// Index 6: sends to a channel.
    pub queue_send: UnsupportedCallback,
    /// Index 7: records an activated next-state value of a proc.
    pub record_active_next_value: UnsupportedCallback,
    /// Index 8: observes the value of a node.
    pub record_node_result: UnsupportedCallback,
    /// Index 9: allocates temporary memory.
    pub allocate: Allocate,
    /// Index 10: frees temporary memory.
    pub deallocate: Deallocate,
    /// Index 11: writes a register of a block.
    pub register_write: UnsupportedCallback,
    /// Index 12: records an event.
    pub record_event: RecordEvent,
}

/// Indices into the table of [`InstanceContext`]; the byte offset of an entry is 8 times its index.
pub mod callback {
    /// [`InstanceContext::string_step`](super::InstanceContext::string_step)
    pub const STRING_STEP: usize = 0;
    /// [`InstanceContext::format_step`](super::InstanceContext::format_step)
    pub const FORMAT_STEP: usize = 1;
    /// [`InstanceContext::record_trace`](super::InstanceContext::record_trace)
    pub const RECORD_TRACE: usize = 2;
    /// [`InstanceContext::create_trace_buffer`](super::InstanceContext::create_trace_buffer)
    pub const CREATE_TRACE_BUFFER: usize = 3;
    /// [`InstanceContext::record_assertion`](super::InstanceContext::record_assertion)
    pub const RECORD_ASSERTION: usize = 4;
    /// [`InstanceContext::queue_receive`](super::InstanceContext::queue_receive)
    pub const QUEUE_RECEIVE: usize = 5;
    /// [`InstanceContext::queue_send`](super::InstanceContext::queue_send)
    pub const QUEUE_SEND: usize = 6;
    /// [`InstanceContext::record_active_next_value`](super::InstanceContext::record_active_next_value)
    pub const RECORD_ACTIVE_NEXT_VALUE: usize = 7;
    /// [`InstanceContext::record_node_result`](super::InstanceContext::record_node_result)
    pub const RECORD_NODE_RESULT: usize = 8;
    /// [`InstanceContext::allocate`](super::InstanceContext::allocate)
    pub const ALLOCATE: usize = 9;
    /// [`InstanceContext::deallocate`](super::InstanceContext::deallocate)
    pub const DEALLOCATE: usize = 10;
    /// [`InstanceContext::register_write`](super::InstanceContext::register_write)
    pub const REGISTER_WRITE: usize = 11;
    /// [`InstanceContext::record_event`](super::InstanceContext::record_event)
    pub const RECORD_EVENT: usize = 12;
    /// Number of entries.
    pub const COUNT: usize = 13;
}

/// Bytes that `bits[width]` takes: the smallest power of two that holds it, at least 1.
#[must_use]
pub const fn bits_size(width: u32) -> u64 {
    let bytes = (width as u64).div_ceil(8);
    if bytes <= 1 {
        1
    } else {
        bytes.next_power_of_two()
    }
}

/// Alignment of `bits[width]`: its size, at most 16.
#[must_use]
pub const fn bits_align(width: u32) -> u64 {
    let size = bits_size(width);
    if size < 16 {
        size
    } else {
        16
    }
}

/// The next multiple of `align` (a power of two) that is not below `offset`; `None` on overflow.
#[must_use]
pub const fn align_up(offset: u64, align: u64) -> Option<u64> {
    match offset.checked_add(align - 1) {
        Some(end) => Some(end & !(align - 1)),
        None => None,
    }
}

/// The description section: every object contains its description in a read-only, loaded section that linkers keep.
///
/// The section is a sequence of records, one per object; a linker that merges objects concatenates them. A record is:
///
/// | offset | size | content |
/// |---|---|---|
/// | 0 | 8 | [`RECORD_MAGIC`](description::RECORD_MAGIC) |
/// | 8 | 4 | length of the payload in bytes, little endian |
/// | 12 | 4 | zero |
/// | 16 | length | payload: the metadata as compact JSON, UTF-8 |
/// | | 0 to 7 | zero bytes up to a multiple of 8 |
pub mod description {
    /// Section name in ELF objects; its flags are `SHF_ALLOC | SHF_GNU_RETAIN`.
    pub const ELF_SECTION: &str = ".xls_aot";
    /// Segment name in Mach-O objects.
    pub const MACHO_SEGMENT: &str = "__TEXT";
    /// Section name in Mach-O objects.
    pub const MACHO_SECTION: &str = "__xls_aot";
    /// Alignment of the section. The size of a record is a multiple of it.
    pub const ALIGN: u64 = 8;
    /// First bytes of a record; the last one is the version of the framing.
    pub const RECORD_MAGIC: [u8; 8] = *b"XLSAOT\0\x01";
    /// Bytes before the payload.
    pub const HEADER_SIZE: usize = 16;

    /// Size in bytes of a record with a payload of `payload` bytes, including header and final zeros.
    #[must_use]
    pub const fn record_size(payload: u32) -> u64 {
        (HEADER_SIZE as u64 + payload as u64).next_multiple_of(ALIGN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::{align_of, offset_of, size_of};

    #[test]
    fn sizes_and_alignments() {
        let cases = [
            (0, 1, 1),
            (1, 1, 1),
            (7, 1, 1),
            (8, 1, 1),
            (9, 2, 2),
            (16, 2, 2),
            (17, 4, 4),
            (32, 4, 4),
            (33, 8, 8),
            (63, 8, 8),
            (64, 8, 8),
            (65, 16, 16),
            (127, 16, 16),
            (128, 16, 16),
            (129, 32, 16),
            (256, 32, 16),
            (257, 64, 16),
            (8192, 1024, 16),
            (8193, 2048, 16),
            (u32::MAX, 1 << 29, 16),
        ];
        for (width, size, align) in cases {
            assert_eq!((bits_size(width), bits_align(width)), (size, align), "bits[{width}]");
        }
        assert_eq!(align_up(0, 16), Some(0));
        assert_eq!(align_up(17, 16), Some(32));
        assert_eq!(align_up(u64::MAX, 2), None);
    }

    #[test]
    fn rust_integers_have_the_abi_layout() {
        assert_eq!((size_of::<u128>() as u64, align_of::<u128>() as u64), (bits_size(128), bits_align(128)));
        assert_eq!((size_of::<u64>() as u64, align_of::<u64>() as u64), (bits_size(64), bits_align(64)));
        assert_eq!((size_of::<bool>() as u64, align_of::<bool>() as u64), (bits_size(1), bits_align(1)));
    }

    #[test]
    fn callback_table_is_inline_and_in_order() {
        let offsets = [
            (offset_of!(InstanceContext, string_step), callback::STRING_STEP),
            (offset_of!(InstanceContext, format_step), callback::FORMAT_STEP),
            (offset_of!(InstanceContext, record_trace), callback::RECORD_TRACE),
            (offset_of!(InstanceContext, create_trace_buffer), callback::CREATE_TRACE_BUFFER),
            (offset_of!(InstanceContext, record_assertion), callback::RECORD_ASSERTION),
            (offset_of!(InstanceContext, queue_receive), callback::QUEUE_RECEIVE),
            (offset_of!(InstanceContext, queue_send), callback::QUEUE_SEND),
            (offset_of!(InstanceContext, record_active_next_value), callback::RECORD_ACTIVE_NEXT_VALUE),
            (offset_of!(InstanceContext, record_node_result), callback::RECORD_NODE_RESULT),
            (offset_of!(InstanceContext, allocate), callback::ALLOCATE),
            (offset_of!(InstanceContext, deallocate), callback::DEALLOCATE),
            (offset_of!(InstanceContext, register_write), callback::REGISTER_WRITE),
            (offset_of!(InstanceContext, record_event), callback::RECORD_EVENT),
        ];
        assert_eq!(offsets.len(), callback::COUNT);
        for (offset, index) in offsets {
            assert_eq!(offset, 8 * index);
        }
        assert_eq!(size_of::<InstanceContext>(), 8 * callback::COUNT);
    }

    #[test]
    fn the_prefix_names_the_version() {
        assert_eq!(SYMBOL_PREFIX, alloc::format!("xls_aot_v{ABI_VERSION}_"));
    }

    #[test]
    fn symbols() {
        let salt = "0123456789abcdef";
        assert_eq!(salt.len(), SALT_DIGITS);
        let digest = "fedcba9876543210";
        assert_eq!(digest.len(), DIGEST_DIGITS);
        assert_eq!(symbol_name(salt, digest, "f", EntryKind::Xls), "xls_aot_v2_0123456789abcdef_fedcba9876543210_f");
        assert_eq!(
            symbol_name(salt, digest, "a.b-ü", EntryKind::Batch),
            "xls_aot_v2_0123456789abcdef_fedcba9876543210_a_b___batch"
        );
        for kind in EntryKind::ALL {
            assert_eq!(EntryKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(EntryKind::from_name("other"), None);
    }

    #[test]
    fn event_kinds_and_sink() {
        assert_eq!(EventKind::ALL.map(|kind| kind as u32), [0, 1, 2, 3]);
        assert_eq!(EventKind::ALL.map(EventKind::bit), [1, 2, 4, 8]);
        for kind in EventKind::ALL {
            assert_eq!(EventKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(EventKind::from_name("other"), None);
        assert_eq!(offset_of!(EventSink, wanted), EventSink::WANTED_OFFSET);
        assert_eq!((size_of::<EventSink>(), align_of::<EventSink>()), (4, 4));
    }

    #[test]
    fn record_sizes() {
        assert_eq!(description::record_size(0), 16);
        assert_eq!(description::record_size(1), 24);
        assert_eq!(description::record_size(8), 24);
        assert_eq!(description::record_size(9), 32);
    }
}
