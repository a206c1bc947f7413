//! Compiles a kernel in one way, and links the object into shared objects.
//!
//! A step is not repeated if the programs and the files that it depends on are the same as those that made what is
//! there already.

use std::path::{Path, PathBuf};
use std::process::Command;

use xls_aot_ir::print_package;
use xls_aot_metadata::Metadata;
use xls_aot_runtime::abi::EntryKind;

use crate::kernel::Kernel;
use crate::peer::Peer;
use crate::way::{Entry, Ir, Kind, Way};
use crate::{files, Error};

/// A kernel compiled in one way.
pub(crate) struct Built {
    /// Shared objects with the same code.
    pub(crate) libraries: Vec<PathBuf>,
    pub(crate) symbol: String,
    pub(crate) convention: Convention,
    /// Size and alignment of the scratch memory.
    pub(crate) temp: (u64, u64),
    /// Notes about the way of compiling, such as values for which C is no measure.
    pub(crate) wide: bool,
}

/// How the entry point is called.
pub(crate) enum Convention {
    Xls,
    Direct,
    Pir(Peer),
}

/// Where things are made.
pub(crate) struct Workshop<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) copies: u16,
}

impl Workshop<'_> {
    /// Compiles `kernel` as `way`; none if the way cannot, which it says on standard error.
    pub(crate) fn build(&self, kernel: &Kernel, way: &Way) -> Result<Option<Built>, Error> {
        let stem = self.folder.join(format!("{}.{}", kernel.name, way.name.replace(' ', "_")));
        let object = stem.with_extension(extension(&stem, "o"));
        match &way.kind {
            Kind::Native { tool, opt, cpu, entry, ir } => {
                let Some(ir) = self.ir(kernel, ir)? else { return Ok(None) };
                let metadata =
                    self.compile(kernel, tool, &["--backend", "native", "--opt", opt, "--cpu", cpu], &ir, &object)?;
                let metadata = metadata.map_err(|refusal| Error::kernel(&kernel.name, refusal))?;
                let (kind, convention) = match entry {
                    Entry::Xls => (EntryKind::Xls, Convention::Xls),
                    Entry::Direct => (EntryKind::Direct, Convention::Direct),
                };
                self.of_metadata(kernel, &metadata, kind, convention, &object)
            }
            Kind::Libxls { tool } => {
                match self.compile(kernel, tool, &["--backend", "xlsynth"], &kernel.ir, &object)? {
                    Ok(metadata) => self.of_metadata(kernel, &metadata, EntryKind::Xls, Convention::Xls, &object),
                    Err(refusal) => Ok(refused(kernel, way, &refusal)),
                }
            }
            Kind::Pir { library } => {
                // The peer reads only IR whose nodes have ids, as printed IR has.
                let text = print_package(&kernel.package);
                let new = object.with_extension("new");
                let Some(peer) = Peer::compile(library, text.as_bytes(), kernel.top_name(), SYMBOL, &new)? else {
                    return Ok(refused(kernel, way, "see above"));
                };
                files::write_if_changed(&object, &files::read(&new)?)?;
                let temp = peer.temp();
                let libraries = self.link(&object, &[library])?;
                let convention = Convention::Pir(peer);
                Ok(Some(Built { libraries, symbol: SYMBOL.to_owned(), convention, temp, wide: false }))
            }
            Kind::Clang { clang, translator, cpu, ir } => {
                let Some(ir) = self.ir(kernel, ir)? else { return Ok(None) };
                let source = stem.with_extension(extension(&stem, "c"));
                let mut translate = Command::new(translator);
                translate.arg(&ir).arg(kernel.top_name()).arg(SYMBOL).arg(&source);
                if let Err(refusal) = once(translate, &[translator, &ir], &source)? {
                    return Ok(refused(kernel, way, &refusal));
                }
                let mut compile = Command::new(clang);
                compile.args(["-O3", "-fPIC", "-w", "-c", "-std=gnu23", "-fno-strict-aliasing"]);
                compile.arg(format!("-march={cpu}")).arg(&source).arg("-o").arg(&object);
                if let Err(refusal) = once(compile, &[clang, &source], &object)? {
                    return Ok(refused(kernel, way, &refusal));
                }
                let wide = String::from_utf8_lossy(&files::read(&source)?).contains("_BitInt(");
                let libraries = self.link(&object, &[])?;
                Ok(Some(Built {
                    libraries,
                    symbol: SYMBOL.to_owned(),
                    convention: Convention::Xls,
                    temp: (0, 1),
                    wide,
                }))
            }
        }
    }

    /// The IR file that a way compiles; none if libxls' optimiser refuses it.
    fn ir(&self, kernel: &Kernel, ir: &Ir) -> Result<Option<PathBuf>, Error> {
        let Ir::Optimised(optimiser) = ir else { return Ok(Some(kernel.ir.clone())) };
        let optimised = self.folder.join(format!("{}.opt.ir", kernel.name));
        let mut command = Command::new(optimiser);
        command.arg(&kernel.ir).arg(kernel.top_name()).arg(&optimised);
        match once(command, &[optimiser, &kernel.ir], &optimised)? {
            Ok(()) => Ok(Some(optimised)),
            Err(refusal) => {
                eprintln!("{}: libxls' optimiser: {refusal}", kernel.name);
                Ok(None)
            }
        }
    }

    /// Runs `xls_aot compile`; gives the description, or why the tool refuses the kernel.
    fn compile(
        &self,
        kernel: &Kernel,
        tool: &Path,
        options: &[&str],
        ir: &Path,
        object: &Path,
    ) -> Result<Result<Metadata, String>, Error> {
        let metadata = object.with_extension("json");
        let mut command = Command::new(tool);
        command.args(["compile", "--crate-name", "kernel", "--top", kernel.top_name(), "--ir"]).arg(ir);
        command.args(options).arg("--object").arg(object).arg("--wrapper").arg(object.with_extension("rs"));
        command.arg("--metadata").arg(&metadata);
        if let Err(refusal) = once(command, &[tool, ir], object)? {
            return Ok(Err(refusal));
        }
        let text = files::read(&metadata)?;
        Metadata::from_json(&text).map(Ok).map_err(|error| Error::kernel(&kernel.name, error.to_string()))
    }

    /// The entry point of kind `kind`, if there is one.
    fn of_metadata(
        &self,
        kernel: &Kernel,
        metadata: &Metadata,
        kind: EntryKind,
        convention: Convention,
        object: &Path,
    ) -> Result<Option<Built>, Error> {
        let [entry] = &metadata.entries[..] else {
            return Err(Error::kernel(&kernel.name, "its description is not of one function"));
        };
        let Some(point) = entry.entry_points.iter().find(|point| point.kind == kind) else { return Ok(None) };
        let temp = (entry.temp_buffer.size, entry.temp_buffer.align);
        let libraries = self.link(object, &[])?;
        Ok(Some(Built { libraries, symbol: point.symbol.clone(), convention, temp, wide: false }))
    }

    /// Links the object into a shared object, and copies that: each copy is in pages of its own.
    fn link(&self, object: &Path, with: &[&Path]) -> Result<Vec<PathBuf>, Error> {
        let library = |i: u16| object.with_extension(format!("{i}.so"));
        let first = library(0);
        let mut command = Command::new("cc");
        command.args(["-shared", "-nostartfiles", "-Wl,-Bsymbolic", "-Wl,--build-id=none", "-o"]).arg(&first);
        command.arg(object).args(with).arg("-lm");
        let fresh = made_by(&command, &[object], &first);
        if !fresh {
            // A file that is loaded already must stay as it is: the new one is another file of the same name.
            (0..self.copies).for_each(|i| drop(std::fs::remove_file(library(i))));
        }
        once(command, &[object], &first)?.map_err(|refusal| Error::Program { program: "cc".into(), refusal })?;
        for i in 1..self.copies {
            if !fresh || !library(i).exists() {
                files::write(&library(i), &files::read(&first)?)?;
            }
        }
        Ok((0..self.copies).map(library).collect())
    }
}

/// Name of the entry point where it does not come from a description.
const SYMBOL: &str = "bench_kernel";

fn refused(kernel: &Kernel, way: &Way, refusal: &str) -> Option<Built> {
    eprintln!("{}: no `{}`: {}", kernel.name, way.name, refusal.lines().next().unwrap_or_default());
    None
}

/// The extension of a file `stem.last`, where the stem has dots of its own.
fn extension(stem: &Path, last: &str) -> String {
    match stem.extension().and_then(|part| part.to_str()) {
        Some(part) => format!("{part}.{last}"),
        None => last.to_owned(),
    }
}

/// Runs a command that makes `output`, unless the same command made it of the same files. Gives what the command printed if it
/// failed.
fn once(mut command: Command, inputs: &[&Path], output: &Path) -> Result<Result<(), String>, Error> {
    if made_by(&command, inputs, output) {
        return Ok(Ok(()));
    }
    let ended =
        command.output().map_err(|error| Error::Program { program: program(&command), refusal: error.to_string() })?;
    if !ended.status.success() {
        let text = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
        return Ok(Err(if text.is_empty() { ended.status.to_string() } else { text }));
    }
    files::write(&key_file(output), key(&command, inputs).as_bytes())?;
    Ok(Ok(()))
}

fn program(command: &Command) -> PathBuf {
    command.get_program().into()
}

fn made_by(command: &Command, inputs: &[&Path], output: &Path) -> bool {
    output.exists() && std::fs::read(key_file(output)).is_ok_and(|text| text == key(command, inputs).as_bytes())
}

fn key_file(output: &Path) -> PathBuf {
    output.with_extension(extension(output, "key"))
}

/// The command, and when the files were written and how long they are.
fn key(command: &Command, inputs: &[&Path]) -> String {
    let state = |input: &&Path| match std::fs::metadata(input) {
        Ok(file) => format!("{:?} {}", file.modified().ok(), file.len()),
        Err(error) => error.to_string(),
    };
    format!("{command:?} {}\n", inputs.iter().map(state).collect::<Vec<_>>().join(" "))
}
