//! A function to the object that is loaded and run.

use std::panic::{self, AssertUnwindSafe};

use xls_aot_backend::{Backend, BackendError, CompileRequest, Target};
use xls_aot_ir::{print_package, FuncId, Op, Package};
use xls_aot_layout::Layout;
use xls_aot_runtime::abi::{symbol_name, EntryKind};

/// Why a function was not run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum NotRun {
    /// What runs it does not support it: no fault.
    Unsupported(String),
    /// It should have been run.
    Fault(String),
}

/// A compiled function.
pub(crate) struct Object {
    pub(crate) bytes: Vec<u8>,
    /// Symbol of the `xls` entry point.
    pub(crate) xls: String,
    /// Symbol of the `direct` entry point, if there is one.
    pub(crate) direct: Option<String>,
    pub(crate) temp: Layout,
    /// Message of each assertion site, by index.
    pub(crate) messages: Vec<String>,
}

/// Compiles `top`, the last function of `package`, which holds nothing else than what `top` needs. `index` makes the
/// symbols unique among the objects that are linked together.
pub(crate) fn compile(
    backend: &dyn Backend,
    package: &Package,
    top: FuncId,
    index: usize,
) -> Result<Object, NotRun> {
    let target = host()?;
    let mut package = package.clone();
    let messages = number_assertions(&mut package)?;
    let ir_text = print_package(&package);
    let symbol = symbol_name(&format!("{index:016x}"), &package.function(top).name, EntryKind::Xls);
    let request = CompileRequest { package: &package, top, ir_text: &ir_text, target, symbol: &symbol };
    let compiled = panic::catch_unwind(AssertUnwindSafe(|| {
        let compiled = backend.compile(&request)?;
        let (entries, temp) = (compiled.entry_points, compiled.temp_buffer);
        Ok((entries, temp, compiled.object.finish(&[])?))
    }));
    let (entries, temp, bytes) = match compiled {
        Ok(Ok(compiled)) => compiled,
        Ok(Err(error @ (BackendError::Unsupported { .. } | BackendError::Limit { .. }))) => {
            return Err(NotRun::Unsupported(error.to_string()))
        }
        Ok(Err(error)) => return Err(NotRun::Fault(error.to_string())),
        Err(_) => return Err(NotRun::Fault("the back end panicked (see its message above)".to_owned())),
    };
    let direct = entries.iter().find(|entry| entry.kind == EntryKind::Direct).map(|entry| entry.symbol.clone());
    Ok(Object { bytes, xls: symbol, direct, temp, messages })
}

/// The machine that this runs on.
fn host() -> Result<Target, NotRun> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok(Target::X86_64Linux),
        ("linux", "aarch64") => Ok(Target::Aarch64Linux),
        (os, arch) => Err(NotRun::Unsupported(format!("compiled code cannot be loaded on {os}, {arch}"))),
    }
}

/// Replaces the message of every assertion by its number, as the ABI wants it; returns the messages. Functions that
/// reach a trace or cover are not compiled.
fn number_assertions(package: &mut Package) -> Result<Vec<String>, NotRun> {
    let mut messages = Vec::new();
    for function in &mut package.functions {
        for node in &mut function.nodes {
            match &mut node.op {
                Op::Assert { message, .. } => {
                    let number = messages.len().to_string().into();
                    messages.push(std::mem::replace(message, number).into());
                }
                Op::Trace { .. } => return Err(NotRun::Unsupported("it reaches a trace".to_owned())),
                Op::Cover { .. } => return Err(NotRun::Unsupported("it reaches a cover".to_owned())),
                _ => {}
            }
        }
    }
    Ok(messages)
}
