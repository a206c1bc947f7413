//! Code generator settings of each target. Nothing is read from the host.

use std::sync::Arc;

use cranelift_codegen::isa::{self, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use xls_aot_backend::{Cpu, Target};

use crate::Fault;

/// A step of Cranelift. The steps are separate because the size of the optimised code decides which of the last two is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// Cranelift's optimiser.
    Optimise,
    /// Machine code of what was optimised. Good code; time grows with the number of values that are live at once.
    Generate,
    /// Machine code in linear time: registers are allocated in a single pass.
    GenerateLinear,
}

/// Processor extensions of x86-64-v2 by their names in Cranelift; those of the first level are always there.
const X86_64_V2: &[&str] = &["has_sse3", "has_ssse3", "has_cmpxchg16b", "has_sse41", "has_sse42", "has_popcnt"];

/// The extensions of x86-64-v3 that x86-64-v2 does not have.
const X86_64_V3: &[&str] = &["has_avx", "has_avx2", "has_bmi1", "has_bmi2", "has_fma", "has_lzcnt"];

/// Cranelift's instruction set for a target. With `verify`, Cranelift verifies its IR before and after its steps.
pub(crate) fn build(target: Target, cpu: Cpu, step: Step, verify: bool) -> Result<Arc<dyn TargetIsa>, Fault> {
    let internal = |what: String| Fault::Internal(format!("Cranelift settings for {target}: {what}"));
    let mut shared = settings::builder();
    let (opt_level, algorithm) = match step {
        Step::Optimise => ("speed", "backtracking"),
        Step::Generate => ("none", "backtracking"),
        Step::GenerateLinear => ("none", "single_pass"),
    };
    for (name, value) in [
        ("opt_level", opt_level),
        // The code is position independent all the same: what it refers to is marked as near, so that it is reached by
        // distance, whereas `is_pic` would have constants loaded through the global offset table.
        ("is_pic", "false"),
        ("use_colocated_libcalls", "true"),
        ("unwind_info", "true"),
        ("enable_verifier", if verify { "true" } else { "false" }),
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
        ("regalloc_algorithm", algorithm),
    ] {
        shared.set(name, value).map_err(|error| internal(error.to_string()))?;
    }
    let mut builder = isa::lookup_by_name(target.triple()).map_err(|error| internal(error.to_string()))?;
    let extensions: &[&[&str]] = match cpu {
        Cpu::X86_64 | Cpu::Armv8A => &[],
        Cpu::X86_64V2 => &[X86_64_V2],
        Cpu::X86_64V3 => &[X86_64_V2, X86_64_V3],
    };
    for extension in extensions.iter().copied().flatten() {
        builder.enable(extension).map_err(|error| internal(error.to_string()))?;
    }
    builder.finish(settings::Flags::new(shared)).map_err(|error| internal(error.to_string()))
}
