//! The peer `xlsynth-pir-compiler` behind a few C functions, for the harness to load.
//!
//! [`xls_aot_bench_pir_compile`] writes an object with the entry point that the peer calls its raw one. The object uses the peer's runtime, whose
//! symbols this library exports too.

use std::ffi::c_void;
use std::path::Path;
use std::slice::from_raw_parts;

use xlsynth_pir::ir_parser::Parser;
use xlsynth_pir_compiler::compile_package_aot;
use xlsynth_pir_compiler_runtime::{CompiledFunctionMetadata, ExecutionContext, RawExecutionContext};

/// What a call of the entry point needs. It lives as long as the process.
#[repr(C)]
pub struct Needs {
    scratch_size: usize,
    scratch_align: usize,
    /// The fourth argument of the entry point.
    raw_context: *mut c_void,
    /// For [`xls_aot_bench_pir_failures`].
    context: *mut c_void,
}

/// Compiles function `top` of the package `ir` into the object file `object`, whose entry point has the name `symbol`. Returns whether it did;
/// if not, it prints why.
///
/// # Safety
/// Each text is a pointer to UTF-8 and its length; `needs` is valid for writing.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn xls_aot_bench_pir_compile(
    ir: *const u8,
    ir_len: usize,
    top: *const u8,
    top_len: usize,
    symbol: *const u8,
    symbol_len: usize,
    object: *const u8,
    object_len: usize,
    needs: *mut Needs,
) -> bool {
    // SAFETY: as the contract says.
    let text = |start, len| unsafe { std::str::from_utf8(from_raw_parts(start, len)).unwrap_or_default() };
    let (ir, top, symbol, object) = (text(ir, ir_len), text(top, top_len), text(symbol, symbol_len), text(object, object_len));
    let result = std::panic::catch_unwind(|| compile(ir, top, symbol, Path::new(object)));
    match result {
        Ok(Ok(found)) => {
            // SAFETY: as the contract says.
            unsafe { needs.write(found) };
            true
        }
        Ok(Err(why)) => {
            eprintln!("xlsynth-pir-compiler: {top}: {why}");
            false
        }
        Err(_) => false,
    }
}

fn compile(ir: &str, top: &str, symbol: &str, object: &Path) -> Result<Needs, String> {
    let package = Parser::new(ir).parse_and_validate_package().map_err(|error| format!("{error:?}"))?;
    let artifact = compile_package_aot(&package, top, symbol).map_err(|error| error.to_string())?;
    std::fs::write(object, &artifact.object_code).map_err(|error| error.to_string())?;
    let metadata: &'static CompiledFunctionMetadata = Box::leak(Box::new(artifact.metadata));
    let context: &'static mut ExecutionContext<'static> = Box::leak(Box::new(ExecutionContext::new(metadata)));
    let context: *mut ExecutionContext<'static> = context;
    // SAFETY: it was just leaked, and nobody else has it.
    let raw: RawExecutionContext = unsafe { (*context).raw_context() };
    Ok(Needs {
        scratch_size: artifact.scratch_byte_count,
        scratch_align: artifact.scratch_alignment.max(1),
        raw_context: Box::into_raw(Box::new(raw)).cast(),
        context: context.cast(),
    })
}

/// How many assertions failed in the calls since the last time this was asked.
///
/// # Safety
/// `context` is that of [`Needs`], and no call is running.
#[no_mangle]
pub unsafe extern "C" fn xls_aot_bench_pir_failures(context: *mut c_void) -> usize {
    // SAFETY: as the contract says.
    let context = unsafe { &mut *context.cast::<ExecutionContext<'static>>() };
    let failures = context.assertion_failures().len();
    context.clear();
    failures
}

/// Addresses of the peer's runtime, so that the linker keeps them for the objects.
#[no_mangle]
pub extern "C" fn xls_aot_bench_pir_runtime() -> [*const (); 9] {
    use xlsynth_pir_compiler_runtime as runtime;
    [
        runtime::xlsynth_pir_record_assert as *const (),
        runtime::xlsynth_pir_record_assumption_failure as *const (),
        runtime::xlsynth_pir_record_cover_predicate as *const (),
        runtime::xlsynth_pir_record_trace as *const (),
        runtime::xlsynth_pir_runtime_wide_binop as *const (),
        runtime::xlsynth_pir_runtime_wide_dynamic_bit_slice as *const (),
        runtime::xlsynth_pir_runtime_wide_bit_slice_update as *const (),
        runtime::xlsynth_pir_runtime_wide_unary_op as *const (),
        runtime::xlsynth_pir_runtime_wide_mulp as *const (),
    ]
}
