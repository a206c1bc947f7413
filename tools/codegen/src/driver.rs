//! Turns a design into the outputs, with any back end.
//!
//! The steps: a front end reads the design; refuse traces and covers that are not wanted; number the event sites; find
//! types of other libraries; model the generated code; let the back end compile; make the symbols; describe; finish the
//! object; render the wrapper. Everything up to the model is [`Analysis::of`], which needs no back end, so errors in the
//! input are reported before errors about back ends.
//!
//! Invariant: the outputs depend only on the request and the back end. The driver does no I/O.

use sha2::{Digest, Sha256};
use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, CompiledEntry, Cpu, FinishObject, Place};
use xls_aot_design::{Design, Fault, Finding, FrontEnd, IrFrontEnd, Texts};
use xls_aot_ir::bounds::cover_violations;
use xls_aot_ir::FuncId;
use xls_aot_metadata::{encode_record, Metadata};
use xls_aot_runtime::abi::{symbol_name, EntryKind, EventKind, Features, SALT_DIGITS};

use crate::digest::{digest, hexadecimal};
use crate::error::CompileError;
use crate::events::{first_event, number_sites, position_in, refuse_unwanted, sites_of_entries};
use crate::model::{Choices, Code, Interface, Model, Origin};
use crate::names::check_crate_name;
use crate::request::{Options, Placement, Request, Tops};
use crate::wrapper::Wrapper;
use crate::{current, describe, types_from};

/// A compiled design.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outputs {
    /// The object file.
    pub object: Vec<u8>,
    /// The Rust source.
    pub wrapper: String,
    /// The metadata file.
    pub metadata: String,
}

/// A compiled design as code: the object of [`Outputs`] with what it says about itself, for who loads and runs it and
/// needs no source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Artifact {
    /// The object file.
    pub object: Vec<u8>,
    /// Its description.
    pub metadata: Metadata,
}

/// What a design was read from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Name of the file as the user gave it.
    pub file: &'a str,
    /// The bytes that the description states the digest of.
    pub bytes: &'a [u8],
    /// What places in the package are places in.
    pub places: Places<'a>,
}

/// Where the user finds what a package has at a place.
#[derive(Clone, Copy, Debug)]
pub enum Places<'a> {
    /// In the bytes of the source: they are IR, and spans are places in them.
    Spans,
    /// Where positions say, in files with these texts.
    Positions(&'a Texts),
}

/// A request whose input is in order.
#[derive(Debug)]
pub struct Analysis<'a> {
    source: Source<'a>,
    options: Options<'a>,
    design: Design,
    model: Model,
}

/// Compiles functions of an IR file.
///
/// # Errors
/// See [`CompileError`].
pub fn compile(request: &Request<'_>, backend: &dyn Backend) -> Result<Outputs, CompileError> {
    Analysis::of(request)?.compile(backend)
}

impl<'a> Analysis<'a> {
    /// Checks everything about a request that does not depend on the back end.
    ///
    /// # Errors
    /// [`CompileError::Input`] for what is wrong with the input, [`CompileError::Usage`] for the crate's name.
    pub fn of(request: &Request<'a>) -> Result<Self, CompileError> {
        let (one, placement);
        let tops = match request.tops {
            Tops::One(top) => {
                one = top;
                placement = Placement::Root;
                one.as_slice()
            }
            Tops::Several(tops) => {
                placement = Placement::Modules;
                tops
            }
        };
        check_crate_name(request.options.crate_name)
            .map_err(|(message, hint)| CompileError::Usage { message, hint })?;
        let Request { file, ir, names, options, .. } = *request;
        let design =
            IrFrontEnd { file, text: ir, tops, names, door: options.door }.design().map_err(CompileError::Input)?;
        Self::of_design(design, Source { file, bytes: ir, places: Places::Spans }, placement, options)
    }

    /// [`Analysis::of`], for the design of any front end.
    ///
    /// # Errors
    /// As there.
    pub fn of_design(
        mut design: Design,
        source: Source<'a>,
        placement: Placement,
        options: Options<'a>,
    ) -> Result<Self, CompileError> {
        check_crate_name(options.crate_name).map_err(|(message, hint)| CompileError::Usage { message, hint })?;
        let _compiling = current::compiling(&names_of(&design).join(", "));
        let input = |fault: Fault| CompileError::Input(source.finding(fault));
        let entries: Vec<FuncId> = design.entries.iter().map(|entry| entry.function).collect();
        let shown = (matches!(source.places, Places::Spans), options.door);
        refuse_unwanted(&design.package, &entries, options.events, shown).map_err(input)?;
        let reports_violations = options.events.contains(&EventKind::OutOfBounds);
        let violations = if reports_violations { cover_violations(&mut design.package) } else { Vec::new() };
        let sites = number_sites(&mut design.package, &violations);
        let sites_of_entries = sites_of_entries(&design.package, &entries, &sites);
        let foreign = types_from::find(source.file, &design.types, options.types_from, options.door)
            .map_err(CompileError::Input)?;
        let choices = Choices {
            placement,
            expose_activation: options.expose_activation,
            foreign,
            sites,
            sites_of_entries: &sites_of_entries,
        };
        let model = Model::of(&design, choices).map_err(input)?;
        Ok(Analysis { source, options, design, model })
    }

    /// Compiles with `backend`.
    ///
    /// # Errors
    /// See [`CompileError`].
    pub fn compile(self, backend: &dyn Backend) -> Result<Outputs, CompileError> {
        let _compiling = current::compiling(&self.top_names().join(", "));
        let (codes, origin, artifact) = self.generate(backend)?;
        let wrapper = Wrapper { model: &self.model, codes: &codes, origin: &origin, form: self.options.form };
        Ok(Outputs {
            object: artifact.object,
            wrapper: wrapper.render().map_err(|error| self.internal(format!("the wrapper is not Rust: {error}")))?,
            metadata: artifact.metadata.to_file_text().map_err(|error| self.internal(error.to_string()))?,
        })
    }

    /// Compiles with `backend` and leaves out the Rust source: the object is the one that [`Analysis::compile`] gives.
    ///
    /// # Errors
    /// See [`CompileError`].
    pub fn artifact(self, backend: &dyn Backend) -> Result<Artifact, CompileError> {
        let _compiling = current::compiling(&self.top_names().join(", "));
        self.generate(backend).map(|(_, _, artifact)| artifact)
    }

    /// Names of the IR functions to be compiled.
    pub fn top_names(&self) -> Vec<&str> {
        names_of(&self.design)
    }

    /// Everything but the Rust source, with what that is made from.
    fn generate(&self, backend: &dyn Backend) -> Result<(Vec<Code>, Origin, Artifact), CompileError> {
        self.check_target(backend)?;
        self.check_events(backend)?;
        let entries: Vec<FuncId> = self.design.entries.iter().map(|entry| entry.function).collect();
        let Options { target, cpu, .. } = self.options;
        let request = CompileRequest { package: &self.design.package, entries: &entries, target, cpu };
        let compiled = backend.compile(&request).map_err(|error| self.backend_error(error))?;
        let origin = self.origin(backend, compiled.cpu);
        let (codes, object) = self.codes(compiled, &origin.symbol_salt).map_err(|what| self.internal(what))?;
        let metadata = describe::metadata(&self.model, &self.design.types, &codes, &origin);
        let description = encode_record(&metadata).map_err(|error| self.internal(error.to_string()))?;
        let symbols: Vec<String> = codes.iter().map(|code| code.symbol.clone()).collect();
        let object = object.finish(&symbols, &description).map_err(|error| self.backend_error(error))?;
        Ok((codes, origin, Artifact { object, metadata }))
    }

    /// Checks that the back end has code for the target and its processor.
    fn check_target(&self, backend: &dyn Backend) -> Result<(), CompileError> {
        let Options { target, cpu, .. } = self.options;
        if !backend.targets().contains(&target) {
            let known: Vec<&str> = backend.targets().iter().map(|target| target.triple()).collect();
            return Err(CompileError::Usage {
                message: format!("the back end `{}` has no code for the target `{target}`", backend.name()),
                hint: format!("its targets are {}", known.join(", ")),
            });
        }
        if let Some(cpu) = cpu.filter(|cpu| !cpu.is_of(target)) {
            let known: Vec<&str> = Cpu::ALL.iter().filter(|cpu| cpu.is_of(target)).map(|cpu| cpu.name()).collect();
            return Err(CompileError::Usage {
                message: format!("`{cpu}` is no processor of the target `{target}`"),
                hint: format!("its processors are {}", known.join(", ")),
            });
        }
        Ok(())
    }

    /// Checks that the back end can report the events of the design.
    fn check_events(&self, backend: &dyn Backend) -> Result<(), CompileError> {
        let lacks = |kind: &EventKind| !backend.events().contains(kind);
        let Some(kind) = self.model.sites.iter().map(|site| site.event()).find(lacks) else { return Ok(()) };
        let message = format!("code of the back end `{}` cannot report {kind}s", backend.name());
        let hint = format!("choose another back end, or leave `{kind}` out of the events and the design");
        let place = first_event(&self.design.package, kind);
        Err(CompileError::Unsupported(self.placed(Fault::unsupported("E1007", message).note(hint), place)))
    }

    fn origin(&self, backend: &dyn Backend, cpu: Cpu) -> Origin {
        let file = self.source.file;
        let Options { crate_name, symbol_salt, target, .. } = self.options;
        Origin {
            file_name: file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned(),
            ir_sha256: ir_digest(self.source.bytes),
            package: self.design.package.name.to_string(),
            crate_name: crate_name.to_owned(),
            symbol_salt: salt(crate_name, symbol_salt),
            backend: backend.name().to_owned(),
            backend_version: backend.version(),
            target: target.to_string(),
            cpu_baseline: cpu.to_string(),
        }
    }

    /// The facts about the code with those that the driver adds.
    fn codes(&self, compiled: Compiled, salt: &str) -> Result<(Vec<Code>, Box<dyn FinishObject>), String> {
        let Compiled { entries, object, .. } = compiled;
        if entries.len() != self.model.entries.len() {
            return Err(format!("the back end compiled {} functions of {}", entries.len(), self.model.entries.len()));
        }
        let code = |(interface, compiled)| self.code(interface, compiled, salt);
        let codes = self.model.entries.iter().zip(entries).map(code).collect::<Result<_, _>>()?;
        Ok((codes, object))
    }

    /// The facts about the code of one entry; checks that the back end does not contradict itself.
    fn code(&self, interface: &Interface, compiled: CompiledEntry, salt: &str) -> Result<Code, String> {
        let CompiledEntry { kinds, temp_buffer, features } = compiled;
        if kinds.first() != Some(&EntryKind::Xls) {
            return Err(format!("the first entry point is not of kind `{}`: {kinds:?}", EntryKind::Xls));
        }
        let has = |kind| kinds.contains(&kind);
        for (feature, name, present) in [
            (Features::DIRECT, "direct", has(EntryKind::Direct)),
            (Features::BATCH, "batch", has(EntryKind::Batch)),
            (Features::SCRATCH, "scratch", temp_buffer.size > 0),
        ] {
            if features.contains(feature) != present {
                return Err(format!("the back end's feature `{name}` does not agree with its code"));
            }
        }
        if has(EntryKind::Direct) && !interface.sites.is_empty() {
            return Err("a function with events has a direct entry point".to_owned());
        }
        let reports = |kind| interface.sites.iter().any(|&index| self.model.sites[index as usize].event() == kind);
        let events = [
            (EventKind::Assertion, Features::ASSERTIONS),
            (EventKind::Trace, Features::TRACES),
            (EventKind::Cover, Features::COVERS),
            (EventKind::OutOfBounds, Features::OUT_OF_BOUNDS),
        ];
        let features = events
            .into_iter()
            .filter(|&(kind, _)| reports(kind))
            .fold(features, |features, (_, feature)| features | feature);
        let digest = digest(interface, &kinds, temp_buffer, features, &self.model.sites);
        let symbol = symbol_name(salt, &digest, &interface.function, EntryKind::Xls);
        Ok(Code { symbol, kinds, temp_buffer, features })
    }

    fn internal(&self, what: String) -> CompileError {
        CompileError::Internal { function: self.top_names().join(", "), what }
    }

    /// The fault with its place: this one, or the first entry.
    fn placed(&self, fault: Fault, place: Option<Place>) -> Finding {
        let Design { package, entries, .. } = &self.design;
        let first = entries.first().map(|entry| Place { function: entry.function, node: None });
        let Some(Place { function, node }) = place.or(first) else { return self.source.finding(fault) };
        let of_entry = || entries.iter().find(|entry| entry.function == function)?.position.clone();
        let function = package.function(function);
        let fault = match node.map(|node| function.node(node)) {
            Some(node) => fault.at(node.span).from(position_in(&package.files, &node.positions).or_else(of_entry)),
            None => fault.at(function.span).from(of_entry()),
        };
        self.source.finding(fault)
    }

    fn backend_error(&self, error: BackendError) -> CompileError {
        match error {
            BackendError::Unsupported { what, hint, place } => {
                CompileError::Unsupported(self.placed(Fault::unsupported("E1007", what).note(hint), place))
            }
            BackendError::Limit { what, hint, place } => {
                CompileError::Limit(self.placed(Fault::limit("E1008", what).note(hint), place))
            }
            BackendError::Internal { what } => self.internal(what),
            other => self.internal(other.to_string()),
        }
    }
}

impl Source<'_> {
    /// A fault with its place in the text, if it is a place there.
    fn finding(&self, fault: Fault) -> Finding {
        match self.places {
            Places::Spans => fault.in_text(self.file, self.bytes),
            Places::Positions(texts) => fault.of_file(self.file, texts),
        }
    }
}

fn names_of(design: &Design) -> Vec<&str> {
    design.entries.iter().map(|entry| &*design.package.function(entry.function).name).collect()
}

/// The SHA-256 of an IR file as descriptions state it: 64 lower-case hexadecimal digits.
pub fn ir_digest(ir: &[u8]) -> String {
    hexadecimal(&Sha256::digest(ir))
}

/// The digits that keep symbols of equally named functions apart.
fn salt(crate_name: &str, symbol_salt: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(crate_name.as_bytes());
    hash.update([0]);
    hash.update(symbol_salt.as_bytes());
    let mut digits = hexadecimal(&hash.finalize());
    digits.truncate(SALT_DIGITS);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_salt_depends_on_both_names() {
        assert_eq!(salt("a", "b"), salt("a", "b"));
        let salts = [salt("a", "b"), salt("ab", ""), salt("", "ab"), salt("a", "")];
        for (i, one) in salts.iter().enumerate() {
            assert_eq!(one.len(), SALT_DIGITS);
            assert!(salts[..i].iter().all(|other| other != one));
        }
    }
}
