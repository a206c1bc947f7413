//! Turns the bytes of an IR file into the outputs, with any back end.
//!
//! The steps: read and verify the package; choose the top; cut the package down to what the top reaches; refuse reachable
//! traces and covers; number the assertions; model the interface; let the back end compile; describe; finish the object;
//! render the wrapper. Everything up to the interface is [`Analysis::of`], which needs no back end, so errors in
//! the input are reported before errors about back ends.
//!
//! Invariant: the outputs depend only on the request and the back end. The driver does no I/O.

use sha2::{Digest, Sha256};
use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, CompiledEntry, Cpu, FinishObject, Target};
use xls_aot_design::{Design, Fault, FrontEnd, IrFrontEnd, TypeNames};
use xls_aot_ir::{FuncId, Package};
use xls_aot_metadata::{encode_record, Metadata};
use xls_aot_runtime::abi::{symbol_name, EntryKind, Features, DIGEST_DIGITS, SALT_DIGITS};

use crate::effects::{number_assertions, refuse_traces_and_covers, Site};
use crate::error::CompileError;
use crate::model::{Code, EntryPoint, Interface, Origin};
use crate::names::check_crate_name;
use crate::wrapper::Wrapper;
use crate::{current, describe};

/// What to compile.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Name of the IR file as the user gave it, for messages; its last part is named in the wrapper.
    pub file: &'a str,
    /// The file's bytes.
    pub ir: &'a [u8],
    /// The function to compile; if none is named, the package's top or its only function.
    pub top: Option<&'a str>,
    /// Name of the generated crate.
    pub crate_name: &'a str,
    /// Keeps symbols apart where two crates have one name.
    pub symbol_salt: &'a str,
    /// The machine to compile for.
    pub target: Target,
    /// The least processor that must run the code; by default what the back end has for the target.
    pub cpu: Option<Cpu>,
    /// Makes the activation bit of a function in DSLX's implicit-token form a parameter, instead of passing true.
    pub expose_activation: bool,
}

/// A compiled function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outputs {
    /// The object file.
    pub object: Vec<u8>,
    /// The Rust source.
    pub wrapper: String,
    /// The metadata file.
    pub metadata: String,
}

/// A compiled function as code: the object of [`Outputs`] with what it says about itself, for who loads and runs it and
/// needs no source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Artifact {
    /// The object file.
    pub object: Vec<u8>,
    /// Its description.
    pub metadata: Metadata,
}

/// A request whose input is in order.
#[derive(Debug)]
pub struct Analysis<'a> {
    request: Request<'a>,
    closure: Package,
    top: FuncId,
    sites: Vec<Site>,
    interface: Interface,
    salt: String,
    symbol: String,
}

/// Compiles a function.
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
    /// [`CompileError::Input`] for what is wrong with the IR, [`CompileError::Usage`] for the crate's name.
    pub fn of(request: &Request<'a>) -> Result<Self, CompileError> {
        check_crate_name(request.crate_name).map_err(|(message, hint)| CompileError::Usage { message, hint })?;
        let input = |fault: Fault| CompileError::Input(fault.in_text(request.file, request.ir));
        let tops = request.top.as_slice();
        let ir = IrFrontEnd { file: request.file, text: request.ir, tops, names: TypeNames::default() };
        let Design { package: mut closure, mut entries, .. } = ir.design().map_err(CompileError::Input)?;
        let entry = entries.remove(0);
        let top = entry.function;
        let _compiling = current::compiling(&closure.function(top).name);
        refuse_traces_and_covers(&closure, top).map_err(input)?;
        let sites = number_assertions(&mut closure);
        let salt = salt(request.crate_name, request.symbol_salt);
        let symbol = symbol_name(&salt, &digest(closure.function(top)), &closure.function(top).name, EntryKind::Xls);
        let interface =
            Interface::of(closure.function(top), &entry.name, &symbol, request.expose_activation).map_err(input)?;
        Ok(Analysis { request: *request, closure, top, sites, interface, salt, symbol })
    }

    /// Compiles with `backend`.
    ///
    /// # Errors
    /// See [`CompileError`].
    pub fn compile(self, backend: &dyn Backend) -> Result<Outputs, CompileError> {
        let _compiling = current::compiling(self.top_name());
        let (code, origin, artifact) = self.generate(backend)?;
        let wrapper = Wrapper { interface: &self.interface, code: &code, origin: &origin };
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
        let _compiling = current::compiling(self.top_name());
        self.generate(backend).map(|(_, _, artifact)| artifact)
    }

    /// Everything but the Rust source, with what that is made from.
    fn generate(&self, backend: &dyn Backend) -> Result<(Code, Origin, Artifact), CompileError> {
        let target = self.request.target;
        if !backend.targets().contains(&target) {
            let known: Vec<&str> = backend.targets().iter().map(|target| target.triple()).collect();
            return Err(CompileError::Usage {
                message: format!("the back end `{}` has no code for the target `{target}`", backend.name()),
                hint: format!("its targets are {}", known.join(", ")),
            });
        }
        let cpu = self.request.cpu;
        if let Some(cpu) = cpu.filter(|cpu| !cpu.is_of(target)) {
            let known: Vec<&str> = Cpu::ALL.iter().filter(|cpu| cpu.is_of(target)).map(|cpu| cpu.name()).collect();
            return Err(CompileError::Usage {
                message: format!("`{cpu}` is no processor of the target `{target}`"),
                hint: format!("its processors are {}", known.join(", ")),
            });
        }
        let compiled = backend
            .compile(&CompileRequest { package: &self.closure, entries: &[self.top], target, cpu })
            .map_err(|error| self.backend_error(error))?;
        let origin = self.origin(backend);
        let (code, object) = self.code(compiled).map_err(|what| self.internal(what))?;
        let metadata = describe::metadata(&self.interface, &code, &origin);
        let description = encode_record(&metadata).map_err(|error| self.internal(error.to_string()))?;
        let symbols = [self.symbol.clone()];
        let object = object.finish(&symbols, &description).map_err(|error| self.backend_error(error))?;
        Ok((code, origin, Artifact { object, metadata }))
    }

    /// Name of the IR function to be compiled.
    pub fn top_name(&self) -> &str {
        &self.closure.function(self.top).name
    }

    fn origin(&self, backend: &dyn Backend) -> Origin {
        let file = self.request.file;
        Origin {
            file_name: file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned(),
            ir_sha256: ir_digest(self.request.ir),
            package: self.closure.name.to_string(),
            top: self.top_name().to_owned(),
            crate_name: self.request.crate_name.to_owned(),
            symbol_salt: self.salt.clone(),
            symbol: self.symbol.clone(),
            backend: backend.name().to_owned(),
            backend_version: backend.version(),
            target: self.request.target.to_string(),
        }
    }

    /// The code's facts with those that the driver adds; checks that the back end does not contradict itself.
    fn code(&self, compiled: Compiled) -> Result<(Code, Box<dyn FinishObject>), String> {
        let Compiled { entries, cpu, object } = compiled;
        let [CompiledEntry { kinds, temp_buffer, features }] = <[CompiledEntry; 1]>::try_from(entries)
            .map_err(|entries| format!("the back end compiled {} entries instead of one", entries.len()))?;
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
        if has(EntryKind::Direct) && !self.sites.is_empty() {
            return Err("a function with assertions has a direct entry point".to_owned());
        }
        let symbol = |kind: EntryKind| format!("{}{}", self.symbol, kind.symbol_suffix());
        let entry_points = kinds.iter().map(|&kind| EntryPoint { kind, symbol: symbol(kind) }).collect();
        let assertions = if self.sites.is_empty() { Features::NONE } else { Features::ASSERTIONS };
        let features = features | assertions;
        Ok((
            Code { entry_points, temp_buffer, features, cpu_baseline: cpu.to_string(), sites: self.sites.clone() },
            object,
        ))
    }

    fn internal(&self, what: String) -> CompileError {
        CompileError::Internal { function: self.top_name().to_owned(), what }
    }

    fn backend_error(&self, error: BackendError) -> CompileError {
        let file = self.request.file.to_owned();
        match error {
            BackendError::Unsupported { what, hint } => CompileError::Unsupported { file, what, hint },
            BackendError::Limit { what, hint } => CompileError::Limit { file, what, hint },
            BackendError::Internal { what } => self.internal(what),
            other => self.internal(other.to_string()),
        }
    }
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

/// The digits that make an object of another signature fail to link.
fn digest(function: &xls_aot_ir::Function) -> String {
    let mut digits = hexadecimal(&Sha256::digest(function.signature()));
    digits.truncate(DIGEST_DIGITS);
    digits
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
