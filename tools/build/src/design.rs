//! [`Design`]: what to compile, and the outputs of a build script.

use std::fs;
use std::path::{Path, PathBuf};

use xls_aot_codegen::{
    write_all, Analysis, Door, Form, Options, OutputFile, Placement, Places, Request, Source, TableFile, Texts, Tops,
    TypeNames, TypesFrom, TypesHome,
};
use xls_aot_metadata::Metadata;
use xls_aot_native::NativeBackend;
use xls_aot_runtime::abi::EventKind;

use crate::archive::archive;
use crate::cargo::{directives, Environment};
use crate::{dslx, generated};
use crate::{Error, Event};

/// A design to compile. [`Design::ir`] or [`Design::dslx`] begins, [`Design::generate`] compiles. The methods in between are
/// optional, but a design in DSLX needs [`Design::top`] or [`Design::tops`].
#[derive(Clone, Debug)]
pub struct Design {
    language: Language,
    file: PathBuf,
    search_paths: Vec<PathBuf>,
    stdlib: Option<PathBuf>,
    top: Option<String>,
    tops: Vec<String>,
    types: Option<PathBuf>,
    type_names: Vec<String>,
    types_from: Vec<String>,
    events: Vec<Event>,
    cpu: Option<String>,
    symbol_salt: Option<String>,
    expose_activation: bool,
}

/// What the file of a design is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Language {
    Ir,
    Dslx,
}

impl Design {
    /// A design in a file of XLS IR. The path is relative to the package's folder.
    #[must_use]
    pub fn ir(path: impl Into<PathBuf>) -> Self {
        Design::of(Language::Ir, path.into())
    }

    /// A design in a DSLX module. The path is relative to the package's folder. The types of the module become Rust types, and
    /// its public constants become Rust constants.
    #[must_use]
    pub fn dslx(path: impl Into<PathBuf>) -> Self {
        Design::of(Language::Dslx, path.into())
    }

    fn of(language: Language, file: PathBuf) -> Self {
        Design {
            language,
            file,
            search_paths: Vec::new(),
            stdlib: None,
            top: None,
            tops: Vec::new(),
            types: None,
            type_names: Vec::new(),
            types_from: Vec::new(),
            events: Vec::new(),
            cpu: None,
            symbol_salt: None,
            expose_activation: false,
        }
    }

    /// A folder in which imports of a DSLX module are looked for. Folders are tried in the order of the calls. Without any, only
    /// the standard library is searched.
    #[must_use]
    pub fn search_path(mut self, folder: impl Into<PathBuf>) -> Self {
        self.search_paths.push(folder.into());
        self
    }

    /// The folder of the DSLX standard library. Without it, a module cannot import `std`, `float32` and the like.
    #[must_use]
    pub fn stdlib(mut self, folder: impl Into<PathBuf>) -> Self {
        self.stdlib = Some(folder.into());
        self
    }

    /// The function to compile, such as `f`, or `f<u32:8>` for a parametric function of DSLX. For IR, by default it is the one that the
    /// file marks as `top`, or its only function.
    #[must_use]
    pub fn top(mut self, name: impl Into<String>) -> Self {
        self.top = Some(name.into());
        self
    }

    /// Several functions to compile, instead of one. The module has a function for each of them, and a module of the same name
    /// with its `Runner` and `Output`.
    #[must_use]
    pub fn tops<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.tops.extend(names.into_iter().map(Into::into));
        self
    }

    /// A file that describes structs, enums, constants, and the types of parameters and results (`docs/types.md`).
    #[must_use]
    pub fn types(mut self, path: impl Into<PathBuf>) -> Self {
        self.types = Some(path.into());
        self
    }

    /// A name for a tuple type, and for its fields: `type_name("(bits[1], bits[8])", "Pair(flag, value)")`.
    #[must_use]
    pub fn type_name(mut self, ty: &str, name: &str) -> Self {
        self.type_names.push(format!("{ty}={name}"));
        self
    }

    /// Uses the types of `module` instead of making second ones: types of the same name and definition are the same Rust types
    /// then. `module` is the name of a design that this build script has generated before, and both modules must be declared in
    /// the same Rust module (`include_design!` side by side).
    #[must_use]
    pub fn types_from(mut self, module: impl Into<String>) -> Self {
        self.types_from.push(module.into());
        self
    }

    /// The kinds of events that the code reports beside failed assertions. By default it reports none, and a design that can
    /// reach a trace or a cover is refused.
    #[must_use]
    pub fn events(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(events);
        self
    }

    /// The least capable processor that must be able to run the code, such as `x86-64-v3`. The default is `x86-64-v2` or
    /// `armv8-a`, and never the processor that the build runs on.
    #[must_use]
    pub fn cpu(mut self, name: impl Into<String>) -> Self {
        self.cpu = Some(name.into());
        self
    }

    /// Text that keeps symbols of equally named modules apart when they are linked into one program. The default is the name
    /// and the version of the package.
    #[must_use]
    pub fn symbol_salt(mut self, salt: impl Into<String>) -> Self {
        self.symbol_salt = Some(salt.into());
        self
    }

    /// Makes the activation bit of a DSLX function in implicit-token form (`__itok__...`) a parameter, instead of passing
    /// true.
    #[must_use]
    pub fn expose_activation(mut self, exposed: bool) -> Self {
        self.expose_activation = exposed;
        self
    }

    /// Compiles the design to the module `name`. `xls_aot_runtime::include_design!(name)` declares the module in the package.
    ///
    /// The module is `OUT_DIR/name.rs`, and its description is `OUT_DIR/name.json`. The object is in a static library.
    ///
    /// # Errors
    /// [`Error`] if the design cannot be compiled. Then no output is written.
    pub fn generate(&self, name: &str) -> Result<(), Error> {
        print!("{}", self.generate_in(&Environment::of_cargo()?, name)?);
        Ok(())
    }

    /// As [`Design::generate`], in a given environment. Returns the directives for Cargo.
    pub(crate) fn generate_in(&self, environment: &Environment, name: &str) -> Result<String, Error> {
        if self.top.is_some() && !self.tops.is_empty() {
            return Err(Error::TopAndTops);
        }
        let (what, other, language, instead) = match self.language {
            Language::Ir => ("an XLS IR file", "x", "DSLX", "dslx"),
            Language::Dslx => ("a DSLX file", "ir", "XLS IR", "ir"),
        };
        if self.file.extension().is_some_and(|extension| extension == other) {
            return Err(Error::OtherLanguage { path: self.file.clone(), language, instead });
        }
        let input = Input::read(&self.file, what)?;
        let types = self.types.as_deref().map(|path| Input::read(path, "a type table")).transpose()?;
        let modules = self.modules(environment)?;
        let types_from: Vec<TypesFrom<'_>> = modules
            .iter()
            .map(|module| TypesFrom { file: &module.name, text: &module.bytes, home: TypesHome::Beside })
            .collect();
        let events: Vec<EventKind> = self.events.iter().map(|&event| event.into()).collect();
        let options = Options {
            symbol_salt: self.symbol_salt.as_deref().unwrap_or(&environment.package),
            target: environment.target,
            cpu: self.cpu.as_deref().map(str::parse).transpose().map_err(Error::Cpu)?,
            expose_activation: self.expose_activation,
            events: &events,
            types_from: &types_from,
            form: Form::Module,
            door: Door::BuildScript,
            ..Options::new(name)
        };
        let tops: Vec<&str> = self.tops.iter().map(String::as_str).collect();
        let short: Vec<&str> = self.type_names.iter().map(String::as_str).collect();
        let mut texts = Texts::new();
        let (analysis, read, warnings) = match self.language {
            Language::Ir => {
                let request = Request {
                    file: &input.name,
                    ir: &input.bytes,
                    tops: if tops.is_empty() { Tops::One(self.top.as_deref()) } else { Tops::Several(&tops) },
                    names: TypeNames {
                        file: types.as_ref().map(|table| TableFile { name: &table.name, text: &table.bytes }),
                        short: &short,
                    },
                    options,
                };
                (Analysis::of(&request).map_err(Error::Compile)?, vec![self.file.clone()], String::new())
            }
            Language::Dslx => self.of_dslx(&input, options, &mut texts)?,
        };
        let outputs = analysis.compile(&NativeBackend::default()).map_err(Error::Compile)?;
        let metadata = Metadata::from_json(outputs.metadata.as_bytes())
            .map_err(|error| Error::Internal { what: error.to_string() })?;
        // Cargo gives the linker the folders of all packages, so the library's name must be unique among them.
        let library = format!("{name}_{}", metadata.symbol_salt);
        let archive = archive(environment.target, &format!("{name}.o"), &outputs.object)
            .map_err(|what| Error::Internal { what })?;
        let path = |file: String| environment.out_dir.join(file);
        write_all(&[
            OutputFile { path: &path(format!("lib{library}.a")), contents: &archive },
            OutputFile { path: &path(format!("{name}.rs")), contents: outputs.wrapper.as_bytes() },
            OutputFile { path: &path(format!("{name}.json")), contents: outputs.metadata.as_bytes() },
        ])
        .map_err(Error::Write)?;
        generated::add(&environment.out_dir, name);
        let inputs: Vec<&Path> = read.iter().chain(&self.types).map(PathBuf::as_path).collect();
        Ok(directives(&environment.out_dir, &library, &inputs, &warnings))
    }

    /// The descriptions of the modules whose types are used.
    fn modules(&self, environment: &Environment) -> Result<Vec<Input>, Error> {
        let read = |module: &String| {
            // A file that an earlier run of the build script has left says what types were, not what they are.
            if !generated::contains(&environment.out_dir, module) {
                return Err(Error::TypesFrom { module: module.clone() });
            }
            Input::read(&environment.out_dir.join(format!("{module}.json")), "the description of a module")
        };
        self.types_from.iter().map(read).collect()
    }

    /// The analysis, the files that were read, and the text of the warnings. The texts of the modules go to `texts`.
    fn of_dslx<'a>(
        &self,
        input: &'a Input,
        options: Options<'a>,
        texts: &'a mut Texts,
    ) -> Result<(Analysis<'a>, Vec<PathBuf>, String), Error> {
        if self.types.is_some() || !self.type_names.is_empty() {
            return Err(Error::TypesOfDslx);
        }
        let (tops, placement) = match &self.top {
            Some(top) => (std::slice::from_ref(top), Placement::Root),
            None => (&*self.tops, Placement::Modules),
        };
        if tops.is_empty() {
            return Err(Error::NoTop);
        }
        let (read, found) = dslx::read(&self.file, &input.bytes, (&self.search_paths, self.stdlib.as_deref()), tops)?;
        *texts = found;
        let source = Source { file: &input.name, bytes: &input.bytes, places: Places::Positions(texts) };
        let analysis = Analysis::of_design(read.design, source, placement, options).map_err(Error::Compile)?;
        let files = read.files.into_iter().map(PathBuf::from).collect();
        Ok((analysis, files, if read.warnings.is_empty() { String::new() } else { read.warnings.to_string() }))
    }
}

/// An input file.
struct Input {
    name: String,
    bytes: Vec<u8>,
}

impl Input {
    fn read(path: &Path, what: &'static str) -> Result<Self, Error> {
        let bytes = fs::read(path).map_err(|error| Error::Read { path: path.to_owned(), what, error })?;
        Ok(Input { name: path.display().to_string(), bytes })
    }
}
