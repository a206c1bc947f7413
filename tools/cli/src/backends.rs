//! The back ends that this program has.

use xls_aot_backend::Backend;
use xls_aot_native::{NativeBackend, OptLevel};

use crate::args::{BackendName, OptName};
use crate::exit::Failure;

/// First argument of a process that runs libxls for its parent; not for people.
#[cfg(feature = "xlsynth")]
pub const WORKER_ARGUMENT: &str = "__libxls-worker";

/// The back end called `name`. `opt` and `verify` are for the native one.
///
/// # Errors
/// If this program does not have it, or it does not have what is asked for.
pub fn backend(name: BackendName, opt: OptName, verify: bool) -> Result<Box<dyn Backend + Sync>, Failure> {
    match name {
        BackendName::Xlsynth if verify => Err(not_native("--verify-passes")),
        BackendName::Xlsynth => xlsynth(),
        BackendName::Native => Ok(Box::new(native(opt, verify))),
    }
}

/// An option that only the native back end has was given without it.
pub fn not_native(option: &str) -> Failure {
    Failure::Usage(format!("error: {option} is a choice of the native back end\n  help: add `--backend native`"))
}

/// The native back end; with `verify`, it verifies what each of its steps makes.
pub fn native(opt: OptName, verify: bool) -> NativeBackend {
    let backend = match opt {
        OptName::None => NativeBackend::new(OptLevel::None),
        OptName::Scalar => NativeBackend::new(OptLevel::Full).without_vectors(),
        OptName::Full => NativeBackend::new(OptLevel::Full),
    };
    if verify {
        backend.verifying()
    } else {
        backend
    }
}

#[cfg(feature = "xlsynth")]
fn xlsynth() -> Result<Box<dyn Backend + Sync>, Failure> {
    Ok(Box::new(xls_aot_xlsynth::Xlsynth::in_worker(libxls_worker()?)))
}

/// The process that runs libxls: this program itself.
#[cfg(feature = "xlsynth")]
pub fn libxls_worker() -> Result<xls_aot_xlsynth::worker::Worker, Failure> {
    xls_aot_xlsynth::worker::Worker::this_program(WORKER_ARGUMENT)
        .map_err(|error| Failure::Internal(format!("cannot tell which program is running: {error}")))
}

#[cfg(not(feature = "xlsynth"))]
fn xlsynth() -> Result<Box<dyn Backend + Sync>, Failure> {
    Err(without_libxls("the back end `xlsynth`"))
}

/// Something of libxls is asked of a program without it.
#[cfg(not(feature = "xlsynth"))]
pub fn without_libxls(what: &str) -> Failure {
    Failure::Usage(format!(
        "error: this program does not have {what}\n  help: use the program xls_aot_xlsynth, which does: the Bazel target \
         //tools/cli:xls_aot_xlsynth"
    ))
}

/// Does the work of a worker process and says how it ended.
#[cfg(feature = "xlsynth")]
pub fn serve_worker() -> Result<(), Failure> {
    xls_aot_xlsynth::worker::serve()
        .map_err(|error| Failure::Internal(format!("error: no talk with the parent: {error}")))
}
