//! Bounds that keep hostile input from exhausting memory or the stack. Each is far above any real design.

/// Deepest nesting of a type or literal value.
pub const MAX_TYPE_DEPTH: usize = 256;

/// Widest bits type: 2^24 bits (2 MiB of data a value).
pub const MAX_BIT_COUNT: u32 = 1 << 24;

/// Longest IR text, in bytes (spans are 32 bits).
pub const MAX_TEXT_BYTES: usize = u32::MAX as usize;

/// Longest array.
pub const MAX_ARRAY_LEN: u64 = u32::MAX as u64;

/// Largest type, counting the bits of all leaves: 2^35 bits are 4 GiB a value.
pub const MAX_FLAT_BIT_COUNT: u64 = 1 << 35;

/// Most digits of a decimal number (a longer one can be written in hexadecimal, which converts in linear time).
pub const MAX_DECIMAL_DIGITS: usize = 1 << 16;

/// Most 64-bit words that all literals of a package may need, not counting one for each leaf of a literal: 256 MiB.
pub const MAX_LITERAL_WORDS: u64 = 1 << 25;

/// Most findings that one run collects.
pub const MAX_FINDINGS: usize = 200;

/// Largest node id that text may state. Larger ids are for nodes without an id.
pub const MAX_NODE_ID: u64 = 1 << 62;
