//! What to compile, and how.

use xls_aot_backend::{Cpu, Target};
use xls_aot_design::{Door, TypeNames};
use xls_aot_runtime::abi::EventKind;

/// A request to compile functions of an IR file.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Name of the IR file as the user gave it, for messages; its last part is named in the wrapper.
    pub file: &'a str,
    /// The file's bytes.
    pub ir: &'a [u8],
    /// The functions to compile.
    pub tops: Tops<'a>,
    /// Names that the user gave to types.
    pub names: TypeNames<'a>,
    /// How to compile them.
    pub options: Options<'a>,
}

/// The functions to compile. They decide where the generated items are, see `docs/names.md`.
#[derive(Clone, Copy, Debug)]
pub enum Tops<'a> {
    /// One function, with its items at the root: the named one, else the package's top or its only function.
    One(Option<&'a str>),
    /// These functions, each with a module of its own for its items.
    Several(&'a [&'a str]),
}

/// Where the items of a function are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placement {
    /// At the root: for a single function.
    Root,
    /// The function is at the root or in the module that its design gives it, and its `Runner`, `Output` and `ARTIFACT` are
    /// in a module of the function's name beside it.
    Modules,
}

/// What the Rust source is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Form {
    /// The root source of a crate.
    #[default]
    Crate,
    /// One item, `pub mod <crate name> { ... }`, to be included in a crate that depends on the runtime.
    Module,
}

/// Everything about a compilation but the functions themselves.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Name of the generated crate or module.
    pub crate_name: &'a str,
    /// Keeps symbols apart where two crates have one name.
    pub symbol_salt: &'a str,
    /// The machine to compile for.
    pub target: Target,
    /// The least processor that must run the code; by default what the back end has for the target.
    pub cpu: Option<Cpu>,
    /// Makes the activation bit of a function in DSLX's implicit-token form a parameter, instead of passing true.
    pub expose_activation: bool,
    /// The kinds of events that the code reports beside failed assertions: traces, covers. Without them, a design that
    /// reaches one is refused.
    pub events: &'a [EventKind],
    /// Descriptions of libraries whose types are used instead of making second ones.
    pub types_from: &'a [TypesFrom<'a>],
    /// What the Rust source is.
    pub form: Form,
    /// Where the request comes from, for messages.
    pub door: Door,
}

/// The description of another library: its metadata file.
#[derive(Clone, Copy, Debug)]
pub struct TypesFrom<'a> {
    /// Name of the file as the user gave it, for messages.
    pub file: &'a str,
    /// Its bytes.
    pub text: &'a [u8],
    /// Where its source is.
    pub home: TypesHome,
}

/// Where the source of another library is, seen from the generated one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TypesHome {
    /// In a crate of its name.
    #[default]
    Crate,
    /// In a module of its name beside this module: both are of [`Form::Module`].
    Beside,
}

impl<'a> Request<'a> {
    /// The package's top, compiled for the first target with everything else by default.
    pub fn new(file: &'a str, ir: &'a [u8], crate_name: &'a str) -> Self {
        Request { file, ir, tops: Tops::One(None), names: TypeNames::default(), options: Options::new(crate_name) }
    }
}

impl<'a> Options<'a> {
    /// The first target, and everything else by default.
    pub fn new(crate_name: &'a str) -> Self {
        Options {
            crate_name,
            symbol_salt: "",
            target: Target::X86_64Linux,
            cpu: None,
            expose_activation: false,
            events: &[],
            types_from: &[],
            form: Form::Crate,
            door: Door::CommandLine,
        }
    }
}
