//! The back end itself: limits, the worker, the checks, the rewritten object.

use xls_aot_backend::{
    Backend, BackendError, CompileRequest, Compiled, CompiledEntry, Cpu, FinishObject, Place, Target,
};
use xls_aot_ir::{closure, print_package, FuncId, Package};
use xls_aot_layout::Layout;
use xls_aot_objfile::rewrite::{rewrite_elf, Export};
use xls_aot_runtime::abi::{EntryKind, EventKind, Features};
use xlsynth::aot_entrypoint_metadata::{get_entrypoint_function_signature, get_entrypoint_metadata};

use crate::legalise::legalise;
use crate::worker::{run_libxls, Answer, Worker, WorkerError};
use crate::{agreement, callbacks, limits};

/// Version of the crate `xlsynth`, which is pinned to it: it declares the interface of libxls.
const XLSYNTH_VERSION: &str = "0.41.0";

/// What libxls generates ahead-of-time code for: LLVM's `haswell`, by the name of the level that it belongs to.
const CPU: Cpu = Cpu::X86_64V3;

/// The xlsynth back end.
#[derive(Clone, Debug)]
pub struct Xlsynth {
    worker: Option<Worker>,
}

impl Xlsynth {
    /// Runs libxls in a process of its own.
    pub fn in_worker(worker: Worker) -> Self {
        Xlsynth { worker: Some(worker) }
    }

    /// Runs libxls in this process, which it may stop: for tests.
    pub fn in_process() -> Self {
        Xlsynth { worker: None }
    }

    /// Compiles the function `top` of `package`, whose other functions are those that it reaches.
    fn compile_one(&self, package: &Package, top: FuncId) -> Result<(CompiledEntry, LlvmObject), BackendError> {
        let answer = self.run(package, top)?;
        let internal = |what: String| BackendError::Internal { what };
        let metadata = get_entrypoint_metadata(&answer.entrypoints).map_err(|error| internal(error.0))?;
        let signature = get_entrypoint_function_signature(&answer.entrypoints).map_err(|error| internal(error.0))?;
        agreement::check(package.function(top), &metadata, &signature).map_err(internal)?;

        let size = metadata.temp_buffer_size as u64;
        let align = metadata.temp_buffer_alignment as u64;
        if !align.is_power_of_two() {
            return Err(internal(format!("libxls wants a temp buffer at an alignment of {align}")));
        }
        let scratch = if size > 0 { Features::SCRATCH } else { Features::NONE };
        let heap = if callbacks::may_allocate(&answer.object) { Features::HEAP_SCRATCH } else { Features::NONE };
        let entry = CompiledEntry {
            kinds: vec![EntryKind::Xls],
            temp_buffer: if size > 0 { Layout { size, align } } else { Layout { size: 0, align: 1 } },
            features: scratch | heap,
        };
        Ok((entry, LlvmObject { object: answer.object, entry: metadata.symbol }))
    }

    fn run(&self, package: &Package, top: FuncId) -> Result<Answer, BackendError> {
        let top = &*package.function(top).name;
        let ir_text = print_package(&legalise(package));
        let answer = match &self.worker {
            Some(worker) => worker.compile(&ir_text, top),
            None => run_libxls(&ir_text, top).map_err(WorkerError::Refused),
        };
        answer.map_err(|error| match error {
            WorkerError::Refused(reason) => BackendError::Unsupported {
                what: format!("libxls refuses function `{top}`: {reason}"),
                hint: "the IR passed our checks, so libxls supports less here; write the function differently, or use \
                       another back end"
                    .to_owned(),
                place: None,
            },
            error @ (WorkerError::Died { .. } | WorkerError::Io(_)) => {
                BackendError::Internal { what: error.to_string() }
            }
        })
    }
}

impl Backend for Xlsynth {
    fn name(&self) -> &'static str {
        "xlsynth"
    }

    fn version(&self) -> String {
        XLSYNTH_VERSION.to_owned()
    }

    fn targets(&self) -> &'static [Target] {
        &[Target::X86_64Linux]
    }

    fn events(&self) -> &'static [EventKind] {
        &[EventKind::Assertion]
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
        if let Some(cpu) = request.cpu.filter(|&cpu| cpu < CPU) {
            return Err(BackendError::Unsupported {
                what: format!("code of the back end `xlsynth` needs {CPU}, which is more than `{cpu}`"),
                hint: "leave the processor to the back end, or choose the back end `native`".to_owned(),
                place: None,
            });
        }
        limits::check(request.package)?;
        // libxls compiles one function an object, with a copy of what that one calls.
        let compile = |&entry: &FuncId| {
            let (package, tops) = closure::of_all(request.package, &[entry]);
            self.compile_one(&package, tops[0]).map_err(|error| error.at(Place { function: entry, node: None }))
        };
        let compiled = request.entries.iter().map(compile).collect::<Result<Vec<_>, _>>()?;
        let (entries, objects) = compiled.into_iter().unzip();
        Ok(Compiled { entries, cpu: CPU, object: Box::new(LlvmObjects(objects)) })
    }
}

/// An object of libxls that has not been rewritten.
struct LlvmObject {
    object: Vec<u8>,
    entry: String,
}

/// The objects of all entries, in the order of the request.
struct LlvmObjects(Vec<LlvmObject>);

impl FinishObject for LlvmObjects {
    fn finish(self: Box<Self>, symbols: &[String], description: &[u8]) -> Result<Vec<u8>, BackendError> {
        let internal = |what| BackendError::Internal { what };
        if symbols.len() != self.0.len() {
            return Err(internal(format!("{} symbols for {} entries", symbols.len(), self.0.len())));
        }
        let exports: Vec<Export<'_>> = self
            .0
            .iter()
            .zip(symbols)
            .map(|(LlvmObject { object, entry }, symbol)| Export {
                object,
                entry_symbol: entry,
                exported_symbol: symbol,
            })
            .collect();
        rewrite_elf(&exports, description).map_err(|error| internal(format!("the object of libxls: {error}")))
    }
}
