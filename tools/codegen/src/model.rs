//! The typed model of a generated crate. The wrapper and the metadata are both made from it, so they agree.
//!
//! Invariants: `params` has one entry for each parameter of the IR function, in its order, also for those that the Rust
//! function does not have; names are unique in their scope; structs appear in `structs` before use.

use xls_aot_ir::{Function, NodeId, Type};
use xls_aot_layout::{layout_of, Layout};
use xls_aot_metadata::Passing;
use xls_aot_runtime::abi::{EntryKind, Features};

use crate::effects::Site;
use crate::names::{Name, Scope};
use crate::rust_type::{result_data, RustType, Structs};
use xls_aot_design::Fault;

/// Largest parameter or result. More than this does not fit what programs can put on a stack or, soon, rustc's own bound.
const MAX_VALUE_SIZE: u64 = 1 << 31;

/// Largest result that a function returns by value; above, it returns a `Box`. Unoptimised code copies a result some
/// times on its way to the caller, and the stack of a thread may be as small as 2 MiB (tests have that). Clippy's lint
/// `large_stack_arrays` draws the line at the same size.
pub(crate) const MAX_RESULT_BY_VALUE: u64 = 16 << 10;

/// Most parameters of a Rust function. rustc refuses a function of more than 65,535, and a method of
/// [`Runner`](crate::wrapper) takes two in addition to the function's: `self` and `output`.
const MAX_PARAMETERS: usize = u16::MAX as usize - 2;

/// Names of items of every generated crate, and of the prelude's values: a function or a parameter of such a name would
/// hide them or be refused by rustc.
const TAKEN: &[&str] = &[
    "ARTIFACT",
    "Aot",
    "ENTRY",
    "Output",
    "Runner",
    "private",
    "tests",
    "xls_aot_runtime",
    "None",
    "Some",
    "Ok",
    "Err",
    "output",
];

/// What the generated function looks like.
#[derive(Clone, Debug)]
pub(crate) struct Interface {
    /// Name of the Rust function.
    pub name: Name,
    /// The IR function's signature.
    pub signature: String,
    /// The parameters of the IR function.
    pub params: Vec<Param>,
    /// Type of a successful call's value.
    pub result: RustType,
    /// The same as an XLS type.
    pub result_data: Type,
    /// The IR's result type.
    pub result_type: Type,
    /// Layout of the result.
    pub result_layout: Layout,
    /// The structs that the types above use.
    pub structs: Structs,
}

/// A parameter of the IR function.
#[derive(Clone, Debug)]
pub(crate) struct Param {
    /// Name in the IR.
    pub ir_name: String,
    /// Type in the IR.
    pub ty: Type,
    /// Its layout.
    pub layout: Layout,
    /// How the Rust function takes it.
    pub form: Form,
}

/// How the Rust function takes a parameter.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// Not at all, because it carries no data.
    Token,
    /// Not at all: it is passed as true.
    Activated,
    /// As a parameter.
    Passed {
        /// Its name.
        name: Name,
        /// Its type.
        rust: RustType,
    },
}

impl Param {
    /// The same for metadata.
    pub fn passing(&self) -> Passing {
        match &self.form {
            Form::Token => Passing::Token,
            Form::Activated => Passing::Activated,
            Form::Passed { rust, .. } if rust.is_scalar() => Passing::Value,
            Form::Passed { .. } => Passing::Reference,
        }
    }
}

/// An exported entry point.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct EntryPoint {
    /// Its calling convention.
    pub kind: EntryKind,
    /// Its symbol, without the leading underscore that Mach-O adds.
    pub symbol: String,
}

/// What compiled code is, apart from its interface.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    /// The entry points, the `xls` one first.
    pub entry_points: Vec<EntryPoint>,
    /// Scratch of a call.
    pub temp_buffer: Layout,
    /// All features, assertions included.
    pub features: Features,
    /// The least processor that runs it.
    pub cpu_baseline: String,
    /// The assertions, by index.
    pub sites: Vec<Site>,
}

/// Where a generated crate comes from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// Base name of the IR file.
    pub file_name: String,
    /// SHA-256 of the IR file in hexadecimal.
    pub ir_sha256: String,
    /// Name of the package.
    pub package: String,
    /// Name of the compiled function in the IR.
    pub top: String,
    /// Name of the generated crate.
    pub crate_name: String,
    /// The digits in every exported symbol.
    pub symbol_salt: String,
    /// Symbol of the `xls` entry point.
    pub symbol: String,
    /// Name of the back end.
    pub backend: String,
    /// Version of the back end.
    pub backend_version: String,
    /// The target triple.
    pub target: String,
}

impl Interface {
    /// Whether the result is returned in a `Box`.
    pub fn is_boxed(&self) -> bool {
        self.result_layout.size > MAX_RESULT_BY_VALUE
    }

    /// The interface of `function`, which is called `name` without mangling; `symbol` begins every symbol of the crate.
    ///
    /// # Errors
    /// A fault at a parameter or at the function if a value is too large, and at the function if it has too many
    /// parameters.
    pub fn of(function: &Function, name: &str, symbol: &str, expose_activation: bool) -> Result<Self, Fault> {
        let activated = if expose_activation { None } else { activation(function) };
        let mut structs = Structs::default();
        let mut params = Vec::with_capacity(function.params.len());
        let mut passed: Vec<(usize, String, RustType)> = Vec::new();
        for (index, &id) in function.params.iter().enumerate() {
            let node = function.node(id);
            let ir_name = node.display_name();
            let layout = sized(&node.ty, &format!("parameter `{ir_name}`")).map_err(|fault| fault.at(node.span))?;
            let form = match structs.rust_type(&node.ty) {
                None => Form::Token,
                Some(_) if activated == Some(id) => Form::Activated,
                Some(rust) => {
                    passed.push((index, ir_name.clone(), rust));
                    Form::Token
                }
            };
            params.push(Param { ir_name, ty: node.ty.clone(), layout, form });
        }
        if passed.len() > MAX_PARAMETERS {
            return Err(too_many_parameters(function, passed.len()));
        }
        let result_data = result_data(&function.return_type);
        let result_layout = sized(&function.return_type, "the result").map_err(|fault| fault.at(function.span))?;
        let result = structs.rust_type(&result_data).unwrap_or(RustType::Unit);

        let items: Vec<Name> = structs.iter().map(|definition| definition.id.name()).collect();
        let direct = format!("{symbol}_direct");
        let taken = TAKEN.iter().copied().chain(items.iter().map(Name::as_str)).chain([symbol, &direct]);
        let scope = Scope::with(taken);
        let ir_names: Vec<&str> = passed.iter().map(|(_, ir_name, _)| &**ir_name).collect();
        for (name, (index, _, rust)) in scope.clone().names(&ir_names).into_iter().zip(passed.iter().cloned()) {
            params[index].form = Form::Passed { name, rust };
        }
        Ok(Interface {
            name: scope.clone().function(name),
            signature: function.signature(),
            params,
            result,
            result_data,
            result_type: function.return_type.clone(),
            result_layout,
            structs,
        })
    }
}

/// The activation parameter of a function in DSLX's implicit-token form: `__itok__` in its name, a token first, then a
/// `bits[1]` called `__activated`.
fn activation(function: &Function) -> Option<NodeId> {
    let &[token, activated, ..] = function.params.as_slice() else { return None };
    let node = function.node(activated);
    let is_activation = function.name.contains("__itok__")
        && function.node(token).ty == Type::Token
        && node.ty == Type::Bits(1)
        && node.name.as_deref() == Some("__activated");
    is_activation.then_some(activated)
}

fn too_many_parameters(function: &Function, count: usize) -> Fault {
    let message = format!(
        "`{}` has {count} parameters; the limit is {MAX_PARAMETERS}: a Rust function has at most {}, and methods of the \
         generated crate add two",
        function.name,
        u16::MAX
    );
    Fault::limit("E1009", message).note("pass the data as an array or a tuple").at(function.span)
}

/// The layout of a value that crosses the boundary.
fn sized(ty: &Type, what: &str) -> Result<Layout, Fault> {
    let too_large = |size: String| {
        Fault::limit("E1006", format!("{what} takes {size}; the limit of one value is {MAX_VALUE_SIZE} bytes"))
            .note("pass the data in smaller pieces")
    };
    match layout_of(ty) {
        Ok(layout) if layout.size <= MAX_VALUE_SIZE => Ok(layout),
        Ok(layout) => Err(too_large(format!("{} bytes", layout.size))),
        Err(_) => Err(too_large("more bytes than an address space has".to_owned())),
    }
}
