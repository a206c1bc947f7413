//! `xls_aot compile`

use std::fs;
use std::path::{Path, PathBuf};

use xls_aot_codegen::{check_outputs, write_all, Analysis, CompileError, OutputFile, Request, WriteError};

use crate::args::CompileArgs;
use crate::backends::backend;
use crate::exit::Failure;

/// Compiles as the arguments say.
pub fn run(args: &CompileArgs) -> Result<(), Failure> {
    let file = args.ir.display().to_string();
    let ir = fs::read(&args.ir).map_err(|error| {
        Failure::Input(format!(
            "{file}: error: cannot read the file: {error}\n  help: --ir names the XLS IR file to compile"
        ))
    })?;
    let request = Request {
        file: &file,
        ir: &ir,
        top: args.top.as_deref(),
        crate_name: &args.crate_name,
        symbol_salt: &args.symbol_salt,
        target: args.target,
        cpu: args.cpu,
        expose_activation: args.expose_activation,
    };
    let analysis = Analysis::of(&request).map_err(compile_failure)?;
    let outputs: [&Path; 3] = [&args.object, &args.wrapper, &args.metadata];
    spare_the_input(&args.ir, &outputs)?;
    check_outputs(&outputs).map_err(write_failure)?;
    let compiled = analysis.compile(&*backend(args.backend, args.opt, args.verify_passes)?).map_err(compile_failure)?;
    write_all(&[
        OutputFile { path: &args.object, contents: &compiled.object },
        OutputFile { path: &args.wrapper, contents: compiled.wrapper.as_bytes() },
        OutputFile { path: &args.metadata, contents: compiled.metadata.as_bytes() },
    ])
    .map_err(write_failure)
}

/// Refuses to write over the IR file.
fn spare_the_input(ir: &Path, outputs: &[&Path]) -> Result<(), Failure> {
    let real = |path: &Path| -> Option<PathBuf> { fs::canonicalize(path).ok() };
    match outputs.iter().find(|output| real(output).is_some_and(|output| Some(output) == real(ir))) {
        None => Ok(()),
        Some(output) => Err(Failure::Usage(format!(
            "error: the output {} is the IR file\n  help: name another output",
            output.display()
        ))),
    }
}

fn compile_failure(error: CompileError) -> Failure {
    let text = error.to_string();
    match error {
        CompileError::Usage { .. } => Failure::Usage(text),
        CompileError::Internal { .. } => Failure::Internal(text),
        _ => Failure::Input(text),
    }
}

fn write_failure(error: WriteError) -> Failure {
    let text = format!("error: {error}");
    match error {
        WriteError::Twice { .. } => Failure::Usage(text),
        _ => Failure::Input(text),
    }
}
