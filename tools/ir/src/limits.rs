//! Bounds that keep hostile input from exhausting memory or the stack. Each is far above any real design.

/// Deepest nesting of a type or literal value.
pub const MAX_TYPE_DEPTH: usize = 256;

/// Widest bits type: 2^24 bits (2 MiB of data a value).
pub const MAX_BIT_COUNT: u32 = 1 << 24;
