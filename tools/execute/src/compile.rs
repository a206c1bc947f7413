//! Compiles a function to the object that is loaded and run. It uses the driver of the command `compile`, so the tests
//! check what users get. Only the Rust source is not made, because that would take as long as everything else together, and
//! the package is not printed and read again.

use std::panic::{self, AssertUnwindSafe};

use xls_aot_backend::{Backend, Target};
use xls_aot_codegen::{Analysis, Artifact, CompileError, Options, Placement, Places, Source};
use xls_aot_design::{Design, Entry, Texts, TypeTable};
use xls_aot_ir::{closure, Effect, FuncId, Package};
use xls_aot_metadata::{EntryKind, Metadata, TempBuffer};
use xls_aot_runtime::abi::EventKind;

use crate::sites::{plain_name, Sites};
use crate::skip_reason::SkipReason;
use crate::subject::last;

/// Why a function was not run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotRun {
    /// The subject does not support the function. This is not a fault.
    Unsupported(SkipReason, String),
    /// The evaluation reached a limit, so there is no result to compare with.
    TooLong(String),
    /// Something failed that should not.
    Fault(String),
}

/// A compiled function.
pub(crate) struct Object {
    pub(crate) bytes: Vec<u8>,
    /// Symbol of the `xls` entry point.
    pub(crate) xls: String,
    /// Symbol of the `direct` entry point, if there is one.
    pub(crate) direct: Option<String>,
    pub(crate) temp: TempBuffer,
    /// Its event sites.
    pub(crate) sites: Sites,
}

/// Compiles `top`, the last function of `package`; the package contains only functions that `top` needs. `index` makes the
/// symbols unique among the objects that are linked together. `out_of_bounds`: the code counts accesses that break their
/// promise `assumed_in_bounds`.
pub(crate) fn compile(
    backend: &dyn Backend,
    target: Target,
    package: &Package,
    top: FuncId,
    index: usize,
    out_of_bounds: bool,
) -> Result<Object, NotRun> {
    refuse_events(backend, package)?;
    let symbol_salt = index.to_string();
    let events = [EventKind::Trace, EventKind::Cover, EventKind::OutOfBounds];
    let closure = closure::of(package, top);
    let entry = Entry::unnamed(&closure, last(&closure), "checked".to_owned());
    let design = Design { package: closure.clone(), entries: vec![entry], types: TypeTable::default() };
    let texts = Texts::new();
    let source = Source { file: "checked.ir", bytes: &[], places: Places::Positions(&texts) };
    let options = Options {
        symbol_salt: &symbol_salt,
        target,
        expose_activation: true,
        events: if out_of_bounds { &events } else { &events[..2] },
        ..Options::new("checked")
    };
    let compiled = panic::catch_unwind(AssertUnwindSafe(|| {
        Analysis::of_design(design, source, Placement::Root, options)?.artifact(backend)
    }));
    let Artifact { object, metadata } = match compiled {
        Ok(Ok(artifact)) => artifact,
        Ok(Err(CompileError::Unsupported(finding) | CompileError::Limit(finding))) => {
            return Err(NotRun::Unsupported(SkipReason::Refused, finding.message().to_owned()))
        }
        Ok(Err(error)) => return Err(NotRun::Fault(error.to_string())),
        Err(_) => return Err(NotRun::Fault("the compiler panicked (its message is above)".to_owned())),
    };
    let Metadata { mut entries, .. } = metadata;
    let entry = entries.pop().ok_or_else(|| NotRun::Fault("the object has no entry".to_owned()))?;
    let symbol = |kind| entry.entry_points.iter().find(|point| point.kind == kind).map(|point| point.symbol.clone());
    Ok(Object {
        bytes: object,
        xls: symbol(EntryKind::Xls).ok_or_else(|| NotRun::Fault("the object has no `xls` entry point".to_owned()))?,
        direct: symbol(EntryKind::Direct),
        temp: entry.temp_buffer,
        sites: if out_of_bounds {
            Sites::with_violations(closure, plain_name)
        } else {
            Sites::of(&closure, plain_name)
        },
    })
}

/// The machine that this runs on, if there is one that objects can be loaded on (`mapping` reads ELF).
pub(crate) fn loadable() -> Result<Target, NotRun> {
    match host() {
        Some(target @ (Target::X86_64Linux | Target::Aarch64Linux)) => Ok(target),
        Some(Target::X86_64Macos | Target::Aarch64Macos) | None => {
            let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
            Err(NotRun::Unsupported(SkipReason::Host, format!("compiled code cannot be loaded on {os}, {arch}")))
        }
    }
}

/// The machine that this runs on, if there is code for it.
pub fn host() -> Option<Target> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some(Target::X86_64Linux),
        ("linux", "aarch64") => Some(Target::Aarch64Linux),
        ("macos", "x86_64") => Some(Target::X86_64Macos),
        ("macos", "aarch64") => Some(Target::Aarch64Macos),
        _ => None,
    }
}

/// Functions that reach an event that the back end cannot report are not compiled; the driver would refuse them too.
fn refuse_events(backend: &dyn Backend, package: &Package) -> Result<(), NotRun> {
    for node in package.functions.iter().flat_map(|function| &function.nodes) {
        let (kind, reason) = match node.op.effect() {
            Effect::None | Effect::Assert => continue,
            Effect::Trace => (EventKind::Trace, SkipReason::Trace),
            Effect::Cover => (EventKind::Cover, SkipReason::Cover),
        };
        if backend.events().contains(&kind) {
            continue;
        }
        return Err(NotRun::Unsupported(reason, format!("it reaches a {}", node.op.mnemonic())));
    }
    Ok(())
}
