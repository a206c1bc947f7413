//! Code generator settings of each target. Nothing is read from the host.

use std::sync::Arc;

use cranelift_codegen::isa::{self, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use xls_aot_backend::Target;

use crate::Fault;

/// How registers are allocated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Allocator {
    /// Good code; time grows faster than the function.
    Backtracking,
    /// Linear time, for functions above a size.
    SinglePass,
}

/// Processor extensions of x86-64-v2 by their names in Cranelift; v1 is always there.
const X86_64_V2: &[&str] = &["has_sse3", "has_ssse3", "has_cmpxchg16b", "has_sse41", "has_sse42", "has_popcnt"];

/// The least processor that code for a target runs on.
pub(crate) fn cpu_baseline(target: Target) -> &'static str {
    match target {
        Target::X86_64Linux | Target::X86_64Macos => "x86-64-v2",
        Target::Aarch64Linux | Target::Aarch64Macos => "armv8-a",
    }
}

/// Cranelift's instruction set for a target.
pub(crate) fn build(target: Target, allocator: Allocator) -> Result<Arc<dyn TargetIsa>, Fault> {
    let internal = |what: String| Fault::Internal(format!("Cranelift settings for {target}: {what}"));
    let mut shared = settings::builder();
    let algorithm = match allocator {
        Allocator::Backtracking => "backtracking",
        Allocator::SinglePass => "single_pass",
    };
    let verify = if cfg!(debug_assertions) { "true" } else { "false" };
    for (name, value) in [
        ("opt_level", "speed"),
        ("is_pic", "true"),
        ("unwind_info", "true"),
        ("enable_verifier", verify),
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
        ("regalloc_algorithm", algorithm),
    ] {
        shared.set(name, value).map_err(|error| internal(error.to_string()))?;
    }
    let mut builder = isa::lookup_by_name(target.triple()).map_err(|error| internal(error.to_string()))?;
    match target {
        Target::X86_64Linux | Target::X86_64Macos => {
            for extension in X86_64_V2 {
                builder.enable(extension).map_err(|error| internal(error.to_string()))?;
            }
        }
        Target::Aarch64Linux | Target::Aarch64Macos => {}
    }
    builder.finish(settings::Flags::new(shared)).map_err(|error| internal(error.to_string()))
}
