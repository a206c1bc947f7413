//! The processors that code can be generated for, as a closed set. The user chooses the least capable processor that
//! must be able to run the program; it is never detected from the machine that compiles.

use std::fmt;
use std::str::FromStr;

use crate::target::Target;

/// A level of an instruction set, by the name that LLVM and clang's `-march` have for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cpu {
    /// Any x86-64 processor.
    X86_64,
    /// With SSE4.2, SSSE3 and POPCNT: about those since 2009.
    X86_64V2,
    /// With AVX2, BMI1, BMI2, FMA and LZCNT as well: about those since 2013.
    X86_64V3,
    /// Any 64-bit Arm processor.
    Armv8A,
}

impl Cpu {
    /// Every processor level.
    pub const ALL: &'static [Cpu] = &[Cpu::X86_64, Cpu::X86_64V2, Cpu::X86_64V3, Cpu::Armv8A];

    /// The name on the command line and in metadata.
    pub const fn name(self) -> &'static str {
        match self {
            Cpu::X86_64 => "x86-64",
            Cpu::X86_64V2 => "x86-64-v2",
            Cpu::X86_64V3 => "x86-64-v3",
            Cpu::Armv8A => "armv8-a",
        }
    }

    /// Whether machines of the target have processors of this kind.
    pub const fn is_of(self, target: Target) -> bool {
        let x86_64 = matches!(target, Target::X86_64Linux | Target::X86_64Macos);
        match self {
            Cpu::X86_64 | Cpu::X86_64V2 | Cpu::X86_64V3 => x86_64,
            Cpu::Armv8A => !x86_64,
        }
    }

    /// What code for a target runs on where the user does not say more.
    pub const fn default_of(target: Target) -> Cpu {
        match target {
            Target::X86_64Linux | Target::X86_64Macos => Cpu::X86_64V2,
            Target::Aarch64Linux | Target::Aarch64Macos => Cpu::Armv8A,
        }
    }
}

impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is not in the set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownCpu {
    /// The name as given.
    pub name: String,
}

impl fmt::Display for UnknownCpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = Cpu::ALL.iter().map(|cpu| cpu.name()).collect();
        write!(f, "unknown processor `{}`; expected one of {}", self.name, known.join(", "))
    }
}

impl std::error::Error for UnknownCpu {}

impl FromStr for Cpu {
    type Err = UnknownCpu;

    fn from_str(name: &str) -> Result<Self, UnknownCpu> {
        Cpu::ALL.iter().copied().find(|cpu| cpu.name() == name).ok_or_else(|| UnknownCpu { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_others_are_named() {
        for &cpu in Cpu::ALL {
            assert_eq!(cpu.name().parse(), Ok(cpu));
        }
        let error = "native".parse::<Cpu>().unwrap_err().to_string();
        assert_eq!(error, "unknown processor `native`; expected one of x86-64, x86-64-v2, x86-64-v3, armv8-a");
    }

    #[test]
    fn every_target_has_a_default_of_its_own_kind() {
        assert!(Target::ALL.iter().all(|&target| Cpu::default_of(target).is_of(target)));
    }
}
