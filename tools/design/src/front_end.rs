//! The design, and the interface of what makes one.

use xls_aot_ir::{FuncId, Package};

use crate::fault::Finding;
use crate::table::{Position, TypeTable};
use crate::value_type::ValueType;

/// What a front end makes of its input.
///
/// Invariants: the package is verified, and is the closure of the entries: exactly the functions that they reach, callees
/// first. The entries are different functions, at least one. `entries[i].params` has a type for each parameter of its
/// function, in order, tokens included; each of these, erased, is the parameter's type in the IR, and the same holds for
/// the result.
#[derive(Clone, Debug)]
pub struct Design {
    /// The functions.
    pub package: Package,
    /// Those that become entry points, in the order in which the request names them.
    pub entries: Vec<Entry>,
    /// The named types and the constants.
    pub types: TypeTable,
}

/// A function that becomes an entry point.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The function in the package.
    pub function: FuncId,
    /// The modules that it is in, outermost first; none for the design's own.
    pub module: Vec<String>,
    /// Its name there, without what a compiler's name mangling added.
    pub name: String,
    /// A shorter name that it has too, if nothing else has that: its name in DSLX, where `name` has the module in it.
    pub alias: Option<String>,
    /// What its author says about it; empty if nothing.
    pub docs: String,
    /// Where the function is defined, if the design was made from something else than IR.
    pub position: Option<Position>,
    /// Type of each parameter.
    pub params: Vec<ValueType>,
    /// Type of the result, tokens included.
    pub result: ValueType,
}

impl Entry {
    /// The entry for a function whose types have no names.
    pub fn unnamed(package: &Package, function: FuncId, name: String) -> Self {
        let of = package.function(function);
        Entry {
            function,
            module: Vec::new(),
            name,
            alias: None,
            docs: String::new(),
            position: None,
            params: of.params.iter().map(|&param| ValueType::from(&of.node(param).ty)).collect(),
            result: ValueType::from(&of.return_type),
        }
    }
}

/// Reads a design from whatever it is written in.
pub trait FrontEnd {
    /// The design.
    ///
    /// # Errors
    /// What is wrong with the input or with the request for it, with places.
    fn design(&self) -> Result<Design, Finding>;
}
