//! The machines that code can be generated for, as a closed set.

use std::fmt;
use std::str::FromStr;

/// A target triple that artefacts can be built for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// Linux on x86-64, ELF.
    X86_64Linux,
    /// Linux on 64-bit Arm, ELF.
    Aarch64Linux,
    /// macOS on x86-64, Mach-O.
    X86_64Macos,
    /// macOS on 64-bit Arm, Mach-O.
    Aarch64Macos,
}

impl Target {
    /// Every target.
    pub const ALL: &'static [Target] =
        &[Target::X86_64Linux, Target::Aarch64Linux, Target::X86_64Macos, Target::Aarch64Macos];

    /// The triple as rustc spells it.
    pub const fn triple(self) -> &'static str {
        match self {
            Target::X86_64Linux => "x86_64-unknown-linux-gnu",
            Target::Aarch64Linux => "aarch64-unknown-linux-gnu",
            Target::X86_64Macos => "x86_64-apple-darwin",
            Target::Aarch64Macos => "aarch64-apple-darwin",
        }
    }

    /// Whether its object files are Mach-O; all others are ELF.
    pub const fn is_macho(self) -> bool {
        match self {
            Target::X86_64Linux | Target::Aarch64Linux => false,
            Target::X86_64Macos | Target::Aarch64Macos => true,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.triple())
    }
}

/// A triple that is not in the set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownTarget {
    /// The triple as given.
    pub triple: String,
}

impl fmt::Display for UnknownTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = Target::ALL.iter().map(|t| t.triple()).collect();
        write!(f, "unknown target `{}`; expected one of {}", self.triple, known.join(", "))
    }
}

impl std::error::Error for UnknownTarget {}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(triple: &str) -> Result<Self, UnknownTarget> {
        Target::ALL
            .iter()
            .copied()
            .find(|target| target.triple() == triple)
            .ok_or_else(|| UnknownTarget { triple: triple.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triples_round_trip_and_others_are_named() {
        for &target in Target::ALL {
            assert_eq!(target.triple().parse(), Ok(target));
        }
        let error = "riscv64gc-unknown-linux-gnu".parse::<Target>().unwrap_err().to_string();
        assert_eq!(
            error,
            "unknown target `riscv64gc-unknown-linux-gnu`; expected one of x86_64-unknown-linux-gnu, \
             aarch64-unknown-linux-gnu, x86_64-apple-darwin, aarch64-apple-darwin"
        );
    }
}
