//! A back end that generates nothing, and requests for it.
// Each test program uses a part of this.
#![allow(dead_code)]

use std::cell::RefCell;

use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, CompiledEntry, Cpu, FinishObject, Target};
use xls_aot_codegen::{compile, Options, Outputs, Request};
use xls_aot_ir::print_package;
use xls_aot_layout::Layout;
use xls_aot_metadata::{decode_section, Metadata};
use xls_aot_runtime::abi::{EntryKind, EventKind, Features};

/// A back end whose object is the description.
pub struct Double {
    /// Whether every function has a `direct` entry point.
    pub direct: bool,
    /// The scratch memory of every function.
    pub temp_buffer: Layout,
    /// What compiling fails with.
    pub error: Option<BackendError>,
    /// The events that it can report.
    pub events: &'static [EventKind],
    /// The package that it was given.
    pub seen: RefCell<String>,
}

impl Double {
    pub fn new() -> Self {
        Double {
            direct: false,
            temp_buffer: Layout { size: 0, align: 1 },
            error: None,
            events: &[EventKind::Assertion],
            seen: RefCell::default(),
        }
    }
}

struct Description;

impl FinishObject for Description {
    fn finish(self: Box<Self>, symbols: &[String], description: &[u8]) -> Result<Vec<u8>, BackendError> {
        let [metadata] = &decode_section(description).unwrap()[..] else { panic!("one record") };
        let described: Vec<&String> = metadata.entries.iter().map(|entry| &entry.entry_points[0].symbol).collect();
        assert_eq!(described, symbols.iter().collect::<Vec<_>>());
        Ok(description.to_vec())
    }
}

impl Backend for Double {
    fn name(&self) -> &'static str {
        "double"
    }

    fn version(&self) -> String {
        "7".to_owned()
    }

    fn targets(&self) -> &'static [Target] {
        &[Target::X86_64Linux]
    }

    fn events(&self) -> &'static [EventKind] {
        self.events
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
        *self.seen.borrow_mut() = print_package(request.package);
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let (kinds, features) = if self.direct {
            (vec![EntryKind::Xls, EntryKind::Direct], Features::DIRECT)
        } else {
            (vec![EntryKind::Xls], Features::NONE)
        };
        let features = if self.temp_buffer.size > 0 { features.union(Features::SCRATCH) } else { features };
        let entry = CompiledEntry { kinds, temp_buffer: self.temp_buffer, features };
        Ok(Compiled { entries: vec![entry; request.entries.len()], cpu: Cpu::X86_64, object: Box::new(Description) })
    }
}

pub fn request(ir: &str) -> Request<'_> {
    let options = Options { symbol_salt: "//some:design", ..Options::new("design") };
    Request { options, ..Request::new("some/folder/design.ir", ir.as_bytes(), "design") }
}

/// A request with other options.
pub fn with<'a>(ir: &'a str, change: impl FnOnce(&mut Options<'a>)) -> Request<'a> {
    let mut request = request(ir);
    change(&mut request.options);
    request
}

pub fn outputs(request: &Request<'_>) -> Outputs {
    compile(request, &Double::new()).unwrap_or_else(|error| panic!("{error}"))
}

pub fn metadata(outputs: &Outputs) -> Metadata {
    Metadata::from_json(outputs.metadata.as_bytes()).unwrap()
}
