//! `xls_aot compile`

use std::fs;
use std::path::{Path, PathBuf};

use xls_aot_codegen::{
    check_outputs, write_all, Analysis, CompileError, Form, Options, OutputFile, Request, TableFile, Tops, TypeNames,
    TypesFrom, WriteError,
};
use xls_aot_runtime::abi::EventKind;

use crate::args::{CompileArgs, EventName, FormName};
use crate::backends::backend;
use crate::exit::Failure;

/// Compiles as the arguments say.
pub fn run(args: &CompileArgs) -> Result<(), Failure> {
    let ir = Input::read(&args.ir, "--ir names the XLS IR file to compile")?;
    let types = args.types.as_deref().map(|path| Input::read(path, "--types names a type table")).transpose()?;
    let other = |path: &PathBuf| Input::read(path, "--types-from names the metadata file of a library");
    let types_from = args.types_from.iter().map(other).collect::<Result<Vec<_>, _>>()?;

    let tops: Vec<&str> = args.tops.iter().map(String::as_str).collect();
    let short: Vec<&str> = args.type_names.iter().map(String::as_str).collect();
    let libraries: Vec<TypesFrom<'_>> =
        types_from.iter().map(|input| TypesFrom { file: &input.name, text: &input.bytes }).collect();
    let events: Vec<EventKind> = args.events.iter().map(|&event| event.into()).collect();
    let request = Request {
        file: &ir.name,
        ir: &ir.bytes,
        tops: if tops.is_empty() { Tops::One(args.top.as_deref()) } else { Tops::Several(&tops) },
        names: TypeNames {
            file: types.as_ref().map(|input| TableFile { name: &input.name, text: &input.bytes }),
            short: &short,
        },
        options: Options {
            crate_name: &args.crate_name,
            symbol_salt: &args.symbol_salt,
            target: args.target,
            cpu: args.cpu,
            expose_activation: args.expose_activation,
            events: &events,
            types_from: &libraries,
            form: match args.form {
                FormName::Crate => Form::Crate,
                FormName::Module => Form::Module,
            },
        },
    };
    let analysis = Analysis::of(&request).map_err(compile_failure)?;
    let outputs: [&Path; 3] = [&args.object, &args.wrapper, &args.metadata];
    let inputs = [(&args.ir, "the IR file")].into_iter();
    let inputs = inputs.chain(args.types.iter().map(|path| (path, "the type table")));
    let inputs = inputs.chain(args.types_from.iter().map(|path| (path, "the description of another library")));
    spare_the_inputs(inputs, &outputs)?;
    check_outputs(&outputs).map_err(write_failure)?;
    let compiled = analysis.compile(&*backend(args.backend, args.opt, args.verify_passes)?).map_err(compile_failure)?;
    write_all(&[
        OutputFile { path: &args.object, contents: &compiled.object },
        OutputFile { path: &args.wrapper, contents: compiled.wrapper.as_bytes() },
        OutputFile { path: &args.metadata, contents: compiled.metadata.as_bytes() },
    ])
    .map_err(write_failure)
}

/// A file that was read.
struct Input {
    name: String,
    bytes: Vec<u8>,
}

impl Input {
    fn read(path: &Path, help: &str) -> Result<Self, Failure> {
        let name = path.display().to_string();
        match fs::read(path) {
            Ok(bytes) => Ok(Input { name, bytes }),
            Err(error) => Err(Failure::Input(format!("{name}: error: cannot read the file: {error}\n  help: {help}"))),
        }
    }
}

impl From<EventName> for EventKind {
    fn from(event: EventName) -> Self {
        match event {
            EventName::Trace => EventKind::Trace,
            EventName::Cover => EventKind::Cover,
        }
    }
}

/// Refuses to write over a file that was read.
fn spare_the_inputs<'a>(
    inputs: impl Iterator<Item = (&'a PathBuf, &'static str)>,
    outputs: &[&Path],
) -> Result<(), Failure> {
    let real = |path: &Path| -> Option<PathBuf> { fs::canonicalize(path).ok() };
    for (input, what) in inputs {
        if let Some(output) =
            outputs.iter().find(|output| real(output).is_some_and(|output| Some(output) == real(input)))
        {
            return Err(Failure::Usage(format!(
                "error: the output {} is {what}\n  help: name another output",
                output.display()
            )));
        }
    }
    Ok(())
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
