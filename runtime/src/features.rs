//! Feature flags of an artefact: what its entry points need and provide.
//!
//! Invariant: a [`Features`] contains only known flags, so its text form is complete.

use core::fmt;

/// A set of feature flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Features(u32);

impl Features {
    /// No feature.
    pub const NONE: Self = Self(0);
    /// The function can record assertion failures.
    pub const ASSERTIONS: Self = Self(1 << 0);
    /// The `xls` entry point needs a temp buffer.
    pub const SCRATCH: Self = Self(1 << 1);
    /// Compiled code may call the allocation callbacks.
    pub const HEAP_SCRATCH: Self = Self(1 << 2);
    /// The object exports a `direct` entry point.
    pub const DIRECT: Self = Self(1 << 3);
    /// The object exports a `batch` entry point.
    pub const BATCH: Self = Self(1 << 4);
    /// The function can record traces.
    pub const TRACES: Self = Self(1 << 5);
    /// The function can record covers.
    pub const COVERS: Self = Self(1 << 6);
    /// The function can record violations of `assumed_in_bounds`.
    pub const OUT_OF_BOUNDS: Self = Self(1 << 7);

    /// Every flag with its name in metadata, in the order of their bits.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::ASSERTIONS, "assertions"),
        (Self::SCRATCH, "scratch"),
        (Self::HEAP_SCRATCH, "heap_scratch"),
        (Self::DIRECT, "direct"),
        (Self::BATCH, "batch"),
        (Self::TRACES, "traces"),
        (Self::COVERS, "covers"),
        (Self::OUT_OF_BOUNDS, "out_of_bounds"),
    ];

    /// The set as bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The flag of a metadata name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|&(_, known)| known == name).map(|(flag, _)| flag)
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every flag of `other` is in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set has no flag.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names of this set's flags, in the order of their bits.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().filter(move |&(flag, _)| self.contains(flag)).map(|(_, name)| name)
    }
}

impl core::ops::BitOr for Features {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl FromIterator<Features> for Features {
    fn from_iter<I: IntoIterator<Item = Features>>(flags: I) -> Self {
        flags.into_iter().fold(Self::NONE, Self::union)
    }
}

/// The names separated by `, `, or `none`.
impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (i, name) in self.names().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn text_round_trips() {
        assert_eq!(Features::NONE.to_string(), "none");
        let set = Features::ASSERTIONS | Features::DIRECT;
        assert_eq!(set.to_string(), "assertions, direct");
        assert_eq!(set.bits(), 0b1001);
        assert_eq!(set.names().map(|n| Features::from_name(n).unwrap()).collect::<Features>(), set);
        assert_eq!(Features::from_name("nothing"), None);
        assert!(set.contains(Features::DIRECT) && !set.contains(Features::BATCH));
    }
}
