//! [`NativeBackend`]: from a request to compiled code.

use std::collections::BTreeSet;
use std::rc::Rc;

use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, Cpu, Target};
use xls_aot_ir::{closure, Effect, FuncId, Package};
use xls_aot_opt::{optimize_roots, CodePlan, OptLevel, Options, Topic};
use xls_aot_runtime::abi::EventKind;

use crate::analysis::{analyse, FuncInfo};
use crate::clif::{self, ClifFunction};
use crate::entry::{define_entry, define_local, Entry};
use crate::entry_direct::{define_copy, define_direct, define_shim, Direct};
use crate::object_file::Parts;
use crate::program::{Program, Sizes};
use crate::vector;
use crate::Fault;

/// Weight above which the `xls` entry point calls `direct` instead of containing a second copy of the code.
const SHIM_WEIGHT: u64 = 150;

/// The native back end. It does not use libxls.
#[derive(Clone, Copy, Debug)]
pub struct NativeBackend {
    level: OptLevel,
    folds: bool,
    vectors: bool,
    verifies: bool,
    sizes: Sizes,
}

impl NativeBackend {
    /// A back end that optimises the IR to `level` before generating code.
    #[must_use]
    pub const fn new(level: OptLevel) -> Self {
        Self { level, folds: true, vectors: true, verifies: cfg!(debug_assertions), sizes: Sizes::USUAL }
    }

    /// The same, but the generated code computes operations on constants. Otherwise the optimiser uses the reference
    /// evaluator for them, and a test that compares with the evaluator would compare the evaluator with itself.
    #[must_use]
    pub const fn without_folding(self) -> Self {
        Self { folds: false, ..self }
    }

    /// The same, but no equal operations are done in vectors, which otherwise [`OptLevel::Full`] does.
    #[must_use]
    pub const fn without_vectors(self) -> Self {
        Self { vectors: false, ..self }
    }

    /// The same, but small functions are treated as large ones always are, so that tests reach that: they are cut into parts of a
    /// few operations, and their constant vectors are read near a base.
    #[must_use]
    pub const fn in_small_parts(self) -> Self {
        Self { sizes: Sizes { part: 24, near_constants: 1 }, ..self }
    }

    /// The same, but large functions are not cut.
    #[must_use]
    pub const fn uncut(self) -> Self {
        Self { sizes: Sizes { part: usize::MAX, ..self.sizes }, ..self }
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
        compile(request, self, Some(&mut functions))?;
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

    fn events(&self) -> &'static [EventKind] {
        &[EventKind::Assertion, EventKind::Trace, EventKind::Cover, EventKind::OutOfBounds]
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
        Ok(compile(request, self, None)?)
    }
}

/// Compiles the request's entries. If `clif` is given, the Cranelift IR is stored there.
fn compile(
    request: &CompileRequest<'_>,
    backend: &NativeBackend,
    clif: Option<&mut Vec<ClifFunction>>,
) -> Result<Compiled, Fault> {
    let options = &backend.options();
    let optimised;
    let (package, roots) = if options.level == OptLevel::None && closure::is_closed(request.package, request.entries) {
        // The optimiser would only copy the package.
        (request.package, request.entries)
    } else {
        optimised = optimize_roots(request.package, request.entries, options)
            .map_err(|broken| Fault::Internal(broken.to_string()))?;
        (&optimised.package, &*optimised.roots)
    };
    let info = analyse(package);
    let called = live_calls(package, roots, &info);
    let cpu = request.cpu.unwrap_or(Cpu::default_of(request.target));
    let plan = CodePlan::of(package, roots, options.level);
    let mut program = Program::new(package, info, plan, request.target, cpu, options.verify)?;
    program.has_vectors = backend.vectors && options.level == OptLevel::Full && vector::is_supported(cpu);
    program.sizes = backend.sizes;
    if clif.is_some() {
        program.keep_transcript();
    }
    for (id, _) in package.iter() {
        if called[id.index()] && !program.plan.is_in_place(id) {
            define_local(&mut program, id)?;
        }
    }
    let mut entries = Vec::with_capacity(roots.len());
    for (&root, &source) in roots.iter().zip(request.entries) {
        entries.push(define(&mut program, root, has_events(request.package, source))?);
    }
    program.define_routines()?;
    if let Some(clif) = clif {
        *clif = clif::functions(&mut program, roots, &entries);
    }
    let (functions, frames, data) = program.finish()?;
    let exports = entries.iter().map(Entry::exports).collect();
    Ok(Compiled {
        entries: entries.iter().map(Entry::facts).collect(),
        cpu,
        object: Box::new(Parts { target: request.target, functions, data, frames, exports }),
    })
}

/// Compiles the entry points of `root`.
fn define(program: &mut Program<'_>, root: FuncId, has_events: bool) -> Result<Entry, Fault> {
    // The wrapper of a function with events collects them, also where the optimiser proved that there are none.
    let is_light = program.plan.weight(root) <= SHIM_WEIGHT;
    let direct = if has_events { None } else { define_direct(program, root, is_light)? };
    let Some(Direct { index, code, returned }) = direct else { return define_entry(program, root) };
    let direct = Some(index);
    if !is_light {
        return Ok(Entry { xls: define_shim(program, root, index)?, direct, scratch: 0 });
    }
    let copy = match code {
        Some(code) => define_copy(program, root, code, returned)?,
        None => None,
    };
    match copy {
        Some(xls) => Ok(Entry { xls, direct, scratch: 0 }),
        None => Ok(Entry { direct, ..define_entry(program, root)? }),
    }
}

/// For each function, whether live code calls it that `roots` reach.
fn live_calls(package: &Package, roots: &[FuncId], info: &[Rc<FuncInfo>]) -> Vec<bool> {
    let mut called = vec![false; package.functions.len()];
    for (id, function) in package.iter().rev() {
        if called[id.index()] || roots.contains(&id) {
            for (_, data) in function.iter().filter(|(node, _)| info[id.index()].live[node.index()]) {
                if let Some(callee) = data.op.callee() {
                    called[callee.index()] = true;
                }
            }
        }
    }
    called
}

/// Whether `entry` reaches nodes that report events.
fn has_events(package: &Package, entry: FuncId) -> bool {
    let reached = package.functions.iter().zip(closure::reachable(package, entry));
    let nodes = reached.filter(|&(_, reached)| reached).flat_map(|(function, _)| &function.nodes);
    nodes.into_iter().any(|node| node.op.effect() != Effect::None)
}
