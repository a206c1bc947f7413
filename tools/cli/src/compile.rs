//! `xls_aot compile`

use std::fs;
use std::path::{Path, PathBuf};

use xls_aot_codegen::{
    check_outputs, write_all, Analysis, CompileError, Door, Form, Options, OutputFile, Placement, Places, Request,
    Source, TableFile, Texts, Tops, TypeNames, TypesFrom, TypesHome, WriteError,
};
use xls_aot_runtime::abi::EventKind;

use crate::args::{Caller, CompileArgs, EventName, FormName, FrontendName};
use crate::backends::backend;
use crate::dslx::{self, DesignOfFiles};
use crate::exit::Failure;
use crate::libxls_front_end;

/// Compiles as the arguments say.
pub fn run(args: &CompileArgs) -> Result<(), Failure> {
    let source = source(args)?;
    let types = args.types.as_deref().map(|path| Input::read(path, "--types names a type table")).transpose()?;
    let other = |path: &PathBuf| Input::read(path, "--types-from names the metadata file of a library");
    let types_from = args.types_from.iter().map(other).collect::<Result<Vec<_>, _>>()?;

    let tops: Vec<String> = args.tops.iter().flat_map(|text| split_tops(text)).collect();
    let several: Vec<&str> = tops.iter().map(String::as_str).collect();
    let short: Vec<&str> = args.type_names.iter().map(String::as_str).collect();
    let names = TypeNames {
        file: types.as_ref().map(|input| TableFile { name: &input.name, text: &input.bytes }),
        short: &short,
    };
    let libraries: Vec<TypesFrom<'_>> = types_from
        .iter()
        .map(|input| TypesFrom { file: &input.name, text: &input.bytes, home: TypesHome::Crate })
        .collect();
    let events: Vec<EventKind> = args.events.iter().map(|&event| event.into()).collect();
    let options = Options {
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
        door: match args.invoked_by {
            Caller::CommandLine => Door::CommandLine,
            Caller::Bazel => Door::Bazel,
        },
    };
    let mut texts = Texts::new();
    let (analysis, read) = match source.kind {
        SourceKind::Ir => {
            let request = Request {
                file: &source.input.name,
                ir: &source.input.bytes,
                tops: if several.is_empty() { Tops::One(args.top.as_deref()) } else { Tops::Several(&several) },
                names,
                options,
            };
            (Analysis::of(&request).map_err(compile_failure)?, Vec::new())
        }
        SourceKind::Dslx => of_dslx(args, source.path, &source.input, options, &mut texts)?,
    };
    let outputs: [&Path; 3] = [&args.object, &args.wrapper, &args.metadata];
    let inputs = [(source.path, source.kind.name())].into_iter();
    let inputs = inputs.chain(read.iter().map(|path| (path.as_path(), "a DSLX file that was read")));
    let inputs = inputs.chain(args.types.iter().map(|path| (path.as_path(), "the type table")));
    let inputs =
        inputs.chain(args.types_from.iter().map(|path| (path.as_path(), "the description of another library")));
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

/// What is compiled.
struct DesignSource<'a> {
    path: &'a Path,
    kind: SourceKind,
    input: Input,
}

/// The language of it.
#[derive(Clone, Copy)]
enum SourceKind {
    Ir,
    Dslx,
}

impl SourceKind {
    fn name(self) -> &'static str {
        match self {
            SourceKind::Ir => "the IR file",
            SourceKind::Dslx => "the DSLX file",
        }
    }

    /// What to write instead, if the name of the file is that of the other language.
    fn mistaken(self, path: &Path, args: &CompileArgs) -> Option<String> {
        let (extension, language, option, other) = match self {
            SourceKind::Ir => ("x", "DSLX", "ir", "dslx"),
            SourceKind::Dslx => ("ir", "XLS IR", "dslx", "ir"),
        };
        if path.extension()? != extension {
            return None;
        }
        let (file, name) = (path.display(), path.file_name()?.to_string_lossy());
        let needs_top = matches!(self, SourceKind::Ir) && args.top.is_none() && args.tops.is_empty();
        let (option, help, top) = match args.invoked_by {
            Caller::CommandLine => (format!("--{option}"), format!("--{other} {file}"), "--top NAME"),
            Caller::Bazel => (format!("`{option}`"), format!("`{other} = \"{name}\"`"), "`tops = [\"NAME\"]`"),
        };
        let top = if needs_top { format!(", and {top}") } else { String::new() };
        Some(format!("error: {file} is {language} by its name, and {option} is for a file of another language\n  help: write {help}{top}"))
    }
}

/// Reads the file that is to be compiled.
fn source(args: &CompileArgs) -> Result<DesignSource<'_>, Failure> {
    let (path, kind, help) = match (&args.ir, &args.dslx) {
        (_, Some(path)) => {
            (path, SourceKind::Dslx, "--dslx names the DSLX file to compile, as a rule one that ends in .x")
        }
        (Some(path), None) => {
            if args.dslx_options.are_given() {
                return Err(dslx::options_without_dslx());
            }
            (path, SourceKind::Ir, "--ir names the XLS IR file to compile")
        }
        (None, None) => return Err(Failure::Usage("error: nothing to compile\n  help: use --ir or --dslx".to_owned())),
    };
    if let Some(other) = kind.mistaken(path, args) {
        return Err(Failure::Usage(other));
    }
    let mut input = Input::read(path, help)?;
    if let SourceKind::Dslx = kind {
        input.name = dslx::shown(&args.dslx_options, &input.name);
    }
    Ok(DesignSource { path, kind, input })
}

/// The analysis, and the files that were read. Their texts go to `texts`.
fn of_dslx<'a>(
    args: &CompileArgs,
    path: &Path,
    file: &'a Input,
    options: Options<'a>,
    texts: &'a mut Texts,
) -> Result<(Analysis<'a>, Vec<PathBuf>), Failure> {
    let placement = if args.top.is_some() { Placement::Root } else { Placement::Modules };
    let tops = dslx_tops(args.top.as_ref(), &args.tops)?;
    let DesignOfFiles { mut read, files, texts: found } =
        dslx::design(path, file.bytes.clone(), &args.dslx_options, &tops)?;
    if args.frontend == Some(FrontendName::Xlsynth) {
        libxls_front_end::replace(&mut read.design, path, &file.bytes, &args.dslx_options)?;
    }
    *texts = found;
    let source = Source { file: &file.name, bytes: &file.bytes, places: Places::Positions(texts) };
    let analysis = Analysis::of_design(read.design, source, placement, options).map_err(compile_failure)?;
    Ok((analysis, files))
}

/// The functions of a DSLX module that `--top` or `--tops` names.
pub fn dslx_tops(top: Option<&String>, tops: &[String]) -> Result<Vec<String>, Failure> {
    let tops: Vec<String> = match top {
        Some(top) => vec![top.clone()],
        None => tops.iter().flat_map(|text| split_tops(text)).collect(),
    };
    if tops.is_empty() {
        let what = "error: --dslx needs the name of a function\n  help: add --top NAME or --tops NAME,...";
        return Err(Failure::Usage(what.to_owned()));
    }
    Ok(tops)
}

/// The names in a list with commas; the arguments of a parametric function, `f<u32:8, u32:4>`, are part of its name.
fn split_tops(text: &str) -> Vec<String> {
    let (mut angles, mut others) = (0usize, 0usize);
    let mut names = vec![String::new()];
    for character in text.chars() {
        match character {
            '(' | '[' | '{' => others += 1,
            ')' | ']' | '}' => others = others.saturating_sub(1),
            // Inside brackets it may be an operator.
            '<' if others == 0 => angles += 1,
            '>' if others == 0 => angles = angles.saturating_sub(1),
            ',' if angles + others == 0 => {
                names.push(String::new());
                continue;
            }
            _ => {}
        }
        names.last_mut().expect("there is a first name").push(character);
    }
    names
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
            EventName::OutOfBounds => EventKind::OutOfBounds,
        }
    }
}

/// Refuses to write over a file that was read.
fn spare_the_inputs<'a>(
    inputs: impl Iterator<Item = (&'a Path, &'static str)>,
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

/// Who must act on an error of the compiler.
pub fn compile_failure(error: CompileError) -> Failure {
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

#[cfg(test)]
mod tests {
    use super::split_tops;

    #[test]
    fn commas_of_arguments_do_not_separate_tops() {
        for (text, names) in [
            ("f", &["f"][..]),
            ("f,g", &["f", "g"]),
            ("f<u32:8, u32:4>,g", &["f<u32:8, u32:4>", "g"]),
            ("S<u32:8,u8[2]:[1,2]>::m,f<{A < B}>,g", &["S<u32:8,u8[2]:[1,2]>::m", "f<{A < B}>", "g"]),
            ("f,,g", &["f", "", "g"]),
        ] {
            assert_eq!(split_tops(text), names);
        }
    }
}
