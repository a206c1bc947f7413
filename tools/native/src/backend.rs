//! [`NativeBackend`]: from a request to compiled code.

use std::collections::BTreeSet;
use std::rc::Rc;

use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, Cpu, EntryPoint, Target};
use xls_aot_ir::{closure, Effect, FuncId, Package};
use xls_aot_layout::Layout;
use xls_aot_opt::{optimize, CodePlan, OptLevel, Options, Topic};
use xls_aot_runtime::abi::{EntryKind, Features};

use crate::analysis::{analyse, FuncInfo};
use crate::clif::{self, ClifFunction};
use crate::entry::{define_entry, define_local, Entry};
use crate::entry_direct::{define_direct, define_shim};
use crate::frame::BUFFER_ALIGN;
use crate::object_file::Parts;
use crate::program::Program;
use crate::Fault;

/// Weight above which the `xls` entry point calls `direct` instead of containing a second copy of the code.
const SHIM_WEIGHT: u64 = 150;

/// The native back end. It does not use libxls.
#[derive(Clone, Copy, Debug)]
pub struct NativeBackend {
    level: OptLevel,
    folds: bool,
    verifies: bool,
}

impl NativeBackend {
    /// A back end that optimises the IR to `level` before generating code.
    #[must_use]
    pub const fn new(level: OptLevel) -> Self {
        Self { level, folds: true, verifies: cfg!(debug_assertions) }
    }

    /// The same, but the generated code computes operations on constants. Otherwise the optimiser uses the reference
    /// evaluator for them, and a test that compares with the evaluator would compare the evaluator with itself.
    #[must_use]
    pub const fn without_folding(self) -> Self {
        Self { folds: false, ..self }
    }

    /// The same, but the compiler checks itself, as it always does in debug builds: the IR is verified after each pass of
    /// the optimiser, lowering proves that it overwrites nothing that is needed, and Cranelift verifies its own IR before
    /// and after each of its steps. A broken rule is an error of kind [`Internal`](BackendError::Internal).
    #[must_use]
    pub const fn verifying(self) -> Self {
        Self { verifies: true, ..self }
    }

    /// The options of the optimiser.
    fn options(&self) -> Options<'static> {
        let disabled = if self.folds { BTreeSet::new() } else { BTreeSet::from([Topic::Fold]) };
        Options { disabled, verify: self.verifies, ..Options::new(self.level) }
    }

    /// The Cranelift IR that the request is lowered to, function by function, with Cranelift's optimiser's view of it.
    ///
    /// # Errors
    /// Those of [`Backend::compile`].
    #[doc(hidden)]
    pub fn clif(&self, request: &CompileRequest<'_>) -> Result<Vec<ClifFunction>, BackendError> {
        let mut functions = Vec::new();
        compile(request, &self.options(), Some(&mut functions))?;
        Ok(functions)
    }
}

impl Default for NativeBackend {
    fn default() -> Self {
        Self::new(OptLevel::Full)
    }
}

impl Backend for NativeBackend {
    fn name(&self) -> &'static str {
        "native"
    }

    fn version(&self) -> String {
        format!("{} (cranelift {})", env!("CARGO_PKG_VERSION"), cranelift_codegen::VERSION)
    }

    fn targets(&self) -> &'static [Target] {
        Target::ALL
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
        Ok(compile(request, &self.options(), None)?)
    }
}

/// Compiles the request's top. If `clif` is given, the Cranelift IR is stored there.
fn compile(
    request: &CompileRequest<'_>,
    options: &Options<'_>,
    clif: Option<&mut Vec<ClifFunction>>,
) -> Result<Compiled, Fault> {
    let optimised;
    let package = if options.level == OptLevel::None && closure::is_closed(request.package, request.top) {
        // The optimiser would only copy it.
        request.package
    } else {
        optimised =
            optimize(request.package, request.top, options).map_err(|broken| Fault::Internal(broken.to_string()))?;
        &optimised
    };
    // The optimiser keeps the top as the last function.
    let top = FuncId::new(package.functions.len() - 1);
    let info = analyse(package);
    let reachable = reachable_calls(package, top, &info);
    let cpu = request.cpu.unwrap_or(Cpu::default_of(request.target));
    let plan = CodePlan::of(package, options.level);
    let mut program = Program::new(package, info, plan, request.target, cpu, options.verify)?;
    if clif.is_some() {
        program.keep_transcript();
    }
    for (id, _) in package.iter() {
        if id != top && reachable[id.index()] && !program.plan.is_in_place(id) {
            define_local(&mut program, id)?;
        }
    }
    // The wrapper of a function with assertions collects events, even if the optimiser has removed all assertions.
    let direct = if has_events(request.package) { None } else { define_direct(&mut program, top, request.target)? };
    let entry = match direct {
        Some(direct) if program.plan.weight(top) > SHIM_WEIGHT => {
            Entry { index: define_shim(&mut program, top, direct)?, scratch: 0 }
        }
        Some(_) | None => define_entry(&mut program, top)?,
    };
    program.define_routines()?;
    if let Some(clif) = clif {
        *clif = clif::functions(&mut program, &entry, direct);
    }
    let (functions, frames, data) = program.finish()?;
    let mut entry_points = vec![EntryPoint { kind: EntryKind::Xls, symbol: request.symbol.to_owned() }];
    let mut exports = vec![(request.symbol.to_owned(), entry.index)];
    let mut features = if entry.scratch > 0 { Features::SCRATCH } else { Features::NONE };
    if let Some(direct) = direct {
        let symbol = format!("{}{}", request.symbol, EntryKind::Direct.symbol_suffix());
        exports.push((symbol.clone(), direct));
        entry_points.push(EntryPoint { kind: EntryKind::Direct, symbol });
        features = features | Features::DIRECT;
    }
    Ok(Compiled {
        entry_points,
        temp_buffer: Layout { size: entry.scratch, align: if entry.scratch > 0 { BUFFER_ALIGN } else { 1 } },
        features,
        cpu,
        object: Box::new(Parts { target: request.target, functions, data, frames, exports }),
    })
}

/// Functions that live code reaches from `top`.
fn reachable_calls(package: &Package, top: FuncId, info: &[Rc<FuncInfo>]) -> Vec<bool> {
    let mut reachable = vec![false; package.functions.len()];
    reachable[top.index()] = true;
    for (id, function) in package.iter().rev() {
        if reachable[id.index()] {
            for (_, data) in function.iter().filter(|(node, _)| info[id.index()].live[node.index()]) {
                if let Some(callee) = data.op.callee() {
                    reachable[callee.index()] = true;
                }
            }
        }
    }
    reachable
}

/// Whether the package has nodes that report events.
fn has_events(package: &Package) -> bool {
    let nodes = package.functions.iter().flat_map(|function| &function.nodes);
    nodes.into_iter().any(|node| node.op.effect() != Effect::None)
}
