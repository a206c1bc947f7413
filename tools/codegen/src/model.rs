//! The typed model of generated code. The wrapper and the metadata are both made from it, so they agree.
//!
//! Invariants: `params` has one entry for each parameter of the IR function, in its order, also for those that the Rust
//! function does not have; names are unique in their scope; `named[i]` is the definition `i` of the design's table.

use std::collections::{BTreeMap, BTreeSet};

use xls_aot_design::{Design, Fault, Number, TypeId, TypeKind, TypeTable, ValueType};
use xls_aot_ir::{Function, NodeId, Type, Value};
use xls_aot_layout::{layout_of, tuple_offsets, Layout};
use xls_aot_metadata::Passing;
use xls_aot_runtime::abi::{EntryKind, Features};

use crate::events::Site;
use crate::names::{Name, Scope};
use crate::places::{path, wanted_type_name, Place, Places, TAKEN_VALUES};
use crate::request::Placement;
use crate::rust_type::{result_data, RustType, StructId, Structs};
use crate::types_from::Foreign;

/// Largest parameter or result. More than this does not fit what programs can put on a stack or, soon, rustc's own bound.
const MAX_VALUE_SIZE: u64 = 1 << 31;

/// Largest result that a function returns by value; above, it returns a `Box`. Unoptimised code copies a result some
/// times on its way to the caller, and the stack of a thread may be as small as 2 MiB (tests have that). Clippy's lint
/// `large_stack_arrays` draws the line at the same size.
pub(crate) const MAX_RESULT_BY_VALUE: u64 = 16 << 10;

/// Most parameters of a Rust function. rustc refuses a function of more than 65,535, and a method of
/// [`Runner`](crate::wrapper) takes two in addition to the function's: `self` and `output`.
const MAX_PARAMETERS: usize = u16::MAX as usize - 2;

/// Names that an enum's own associated items have.
const TAKEN_VARIANTS: &[&str] = &["ALL", "from_bits", "is_named", "name", "to_bits"];

/// What the generated code looks like.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// Where the items of a function are.
    pub placement: Placement,
    /// The design's modules, outer ones first, as paths from the root.
    pub modules: Vec<Vec<Name>>,
    /// Modules within modules, as paths from the root, that have a second name at the root: the last name of their path.
    pub short_modules: Vec<Vec<Name>>,
    /// The structs of tuples.
    pub structs: Structs,
    /// The named types.
    pub named: Vec<Named>,
    /// The constants.
    pub constants: Vec<Constant>,
    /// The functions.
    pub entries: Vec<Interface>,
    /// The events that they can report, by index.
    pub sites: Vec<Site>,
}

/// A named type.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// Where it is.
    pub place: Place,
    /// Module path, name and parametric values in the design.
    pub path: String,
    /// Its documentation.
    pub docs: String,
    /// The type in the IR.
    pub ty: Type,
    /// Its layout.
    pub layout: Layout,
    /// What it is.
    pub kind: NamedKind,
    /// The library that has it, if this one uses another's.
    pub foreign: Option<Foreign>,
}

/// What a named type is.
#[derive(Clone, Debug)]
pub(crate) enum NamedKind {
    /// A struct with these fields.
    Struct(Vec<Field>),
    /// An enum.
    Enum {
        /// Its integer type.
        carrier: RustType,
        /// The named values.
        variants: Vec<Variant>,
    },
    /// Another name for this type.
    Alias(RustType),
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name in Rust.
    pub name: Name,
    /// Its name in the design.
    pub design_name: String,
    /// Its documentation.
    pub docs: String,
    /// Its type.
    pub ty: RustType,
    /// Bytes from the beginning of the struct.
    pub offset: u64,
}

/// A named value of an enum.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// Its name in Rust.
    pub name: Name,
    /// Its name in the design.
    pub design_name: String,
    /// Its documentation.
    pub docs: String,
    /// Its value.
    pub value: Number,
}

/// A constant.
#[derive(Clone, Debug)]
pub(crate) struct Constant {
    /// Where it is.
    pub place: Place,
    /// Its documentation.
    pub docs: String,
    /// Its type.
    pub ty: RustType,
    /// Its value.
    pub value: Value,
}

/// What a generated function looks like.
#[derive(Clone, Debug)]
pub(crate) struct Interface {
    /// Name of the function in the IR.
    pub function: String,
    /// Its documentation.
    pub docs: String,
    /// Where the Rust function is.
    pub place: Place,
    /// A second name of the function, in the same module; with [`Placement::Modules`], of the module of its items too.
    pub alias: Option<Name>,
    /// The module that has the function's items.
    pub module: Vec<Name>,
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
    /// The result's type in the design, in a notation in which equal texts mean equal types.
    pub result_canonical: String,
    /// Layout of the result.
    pub result_layout: Layout,
    /// The events that a call can report, as ascending indices into [`Model::sites`].
    pub sites: Vec<u32>,
}

/// A parameter of the IR function.
#[derive(Clone, Debug)]
pub(crate) struct Param {
    /// Name in the IR.
    pub ir_name: String,
    /// Type in the IR.
    pub ty: Type,
    /// Type in the design, in a notation in which equal texts mean equal types.
    pub canonical: String,
    /// Its layout.
    pub layout: Layout,
    /// How the Rust function takes it.
    pub form: Parameter,
}

/// How the Rust function takes a parameter.
#[derive(Clone, Debug)]
pub(crate) enum Parameter {
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
            Parameter::Token => Passing::Token,
            Parameter::Activated => Passing::Activated,
            Parameter::Passed { rust, .. } if rust.is_scalar() => Passing::Value,
            Parameter::Passed { .. } => Passing::Reference,
        }
    }
}

/// What the compiled code of a function is, apart from its interface.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    /// Symbol of the `xls` entry point; the others append their suffixes.
    pub symbol: String,
    /// The entry points, the `xls` one first.
    pub kinds: Vec<EntryKind>,
    /// Scratch of a call.
    pub temp_buffer: Layout,
    /// All features, events included.
    pub features: Features,
}

/// Where generated code comes from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// Base name of the file that was compiled.
    pub file_name: String,
    /// SHA-256 of the file in hexadecimal.
    pub ir_sha256: String,
    /// Name of the package.
    pub package: String,
    /// Name of the generated crate.
    pub crate_name: String,
    /// The digits in every exported symbol.
    pub symbol_salt: String,
    /// Name of the back end.
    pub backend: String,
    /// Version of the back end.
    pub backend_version: String,
    /// The target triple.
    pub target: String,
    /// The least processor that runs the code.
    pub cpu_baseline: String,
}

/// What the model of a design depends on beside the design.
pub(crate) struct Choices<'a> {
    /// Where the items of a function are.
    pub placement: Placement,
    /// Makes the activation bit a parameter.
    pub expose_activation: bool,
    /// For each definition of the table, the library that has it.
    pub foreign: Vec<Option<Foreign>>,
    /// The events, by index.
    pub sites: Vec<Site>,
    /// For each entry, the events that it can report.
    pub sites_of_entries: &'a [Vec<u32>],
}

impl Model {
    /// The model of `design`.
    ///
    /// # Errors
    /// A fault at a parameter or at a function if a value is too large, and at a function if it has too many parameters; a
    /// fault about a named type that is too large.
    pub fn of(design: &Design, choices: Choices<'_>) -> Result<Self, Fault> {
        let table = &design.types;
        let mut structs = Structs::default();
        // The functions come first: their tuples have the lowest numbers.
        let mut entries = Vec::with_capacity(design.entries.len());
        for (entry, sites) in design.entries.iter().zip(choices.sites_of_entries) {
            let function = design.package.function(entry.function);
            let types = Types { table, structs: &mut structs };
            entries.push(interface(function, entry, types, choices.expose_activation, sites.clone())?);
        }
        let kinds: Vec<NamedKind> = table.iter().map(|(id, _)| named_kind(table, id, &mut structs)).collect();
        let constants: Vec<RustType> =
            table.constants().iter().map(|constant| rust(table, &constant.ty, &mut structs)).collect();

        let tuples: Vec<Name> = structs.iter().map(|definition| definition.id.name()).collect();
        let mut places = places(design, choices.placement, &tuples);
        let wanted: Vec<(&[String], String)> = table
            .iter()
            .map(|(_, definition)| (table.placed(&definition.module), wanted_type_name(definition)))
            .collect();
        let type_places = places.types(&wanted);
        for (((_, definition), kind), place) in table.iter().zip(&kinds).zip(&type_places) {
            if matches!(kind, NamedKind::Enum { .. }) {
                places.take_value(table.placed(&definition.module), &place.name);
            }
        }
        let named = table.iter().zip(kinds).zip(type_places).zip(choices.foreign).map(
            |((((id, definition), kind), place), foreign)| {
                let (path, docs, ty) = (definition.path(), definition.docs.clone(), table.erased(id).clone());
                let layout = sized(&ty, &format!("the type `{path}`"))?;
                Ok(Named { place, path, docs, ty, layout, kind, foreign })
            },
        );
        let named = named.collect::<Result<_, Fault>>()?;
        let wanted: Vec<(&[String], String)> =
            table.constants().iter().map(|constant| (table.placed(&constant.module), constant.name.clone())).collect();
        let constants =
            table.constants().iter().zip(constants).zip(places.values(&wanted)).map(|((constant, ty), place)| {
                Constant { place, docs: constant.docs.clone(), ty, value: constant.value.clone() }
            });
        let constants: Vec<Constant> = constants.collect();
        name_entries(&mut entries, design, choices.placement, &mut places);
        for entry in &mut entries {
            name_params(entry, choices.placement, &tuples, &constants);
        }
        let short_modules = short_modules(design, &mut places);
        let modules = places.modules().map(|(_, path)| path.to_vec()).collect();
        let (placement, sites) = (choices.placement, choices.sites);
        Ok(Model { placement, modules, short_modules, structs, named, constants, entries, sites })
    }

    /// A named type.
    pub fn named(&self, id: TypeId) -> &Named {
        &self.named[id.index()]
    }

    /// A type as text, with paths from the root.
    pub fn text(&self, ty: &RustType) -> String {
        match ty {
            RustType::Bool => "bool".to_owned(),
            RustType::Int { width, signed } => format!("{}{width}", if *signed { 'i' } else { 'u' }),
            RustType::Bits { carrier, width, signed } => {
                format!("xls_aot_runtime::{}Bits{carrier}<{width}>", if *signed { "S" } else { "" })
            }
            RustType::Wide { width, limbs, signed } => {
                format!("xls_aot_runtime::Wide{}Bits<{width}, {limbs}>", if *signed { "S" } else { "" })
            }
            RustType::Unit => "()".to_owned(),
            RustType::Struct(id) => id.name().to_string(),
            RustType::Named { id, .. } => self.named(*id).place.path(),
            RustType::Array { element, len } => format!("[{}; {len}]", self.text(element)),
        }
    }

    /// `ty`, or what it is another name for.
    pub fn resolve<'a>(&'a self, ty: &'a RustType) -> &'a RustType {
        if let RustType::Named { id, .. } = ty {
            if let NamedKind::Alias(ty) = &self.named(*id).kind {
                return self.resolve(ty);
            }
        }
        ty
    }

    /// The types of the fields of a tuple's struct.
    pub fn tuple_fields(&self, id: StructId) -> &[RustType] {
        self.structs.iter().find(|definition| definition.id == id).map_or(&[], |definition| &definition.fields)
    }
}

impl Named {
    /// The name as the design spells it, with parametric values and without modules.
    pub fn name_in_design(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or(&self.path)
    }
}

impl Interface {
    /// Whether the result is returned in a `Box`.
    pub fn is_boxed(&self) -> bool {
        self.result_layout.size > MAX_RESULT_BY_VALUE
    }

    /// Name of the Rust function.
    pub fn name(&self) -> &Name {
        &self.place.name
    }

    /// Path of the module that has the function's items; empty for the root.
    pub fn module_path(&self) -> String {
        self.module.split_last().map_or_else(String::new, |(last, outer)| path(outer, last))
    }
}

/// What types become.
struct Types<'a> {
    table: &'a TypeTable,
    structs: &'a mut Structs,
}

fn rust(table: &TypeTable, ty: &ValueType, structs: &mut Structs) -> RustType {
    structs.rust_type(table, ty).unwrap_or(RustType::Unit)
}

/// The interface of a function, whose names are still open.
fn interface(
    function: &Function,
    entry: &xls_aot_design::Entry,
    types: Types<'_>,
    expose_activation: bool,
    sites: Vec<u32>,
) -> Result<Interface, Fault> {
    let Types { table, structs } = types;
    let activated = if expose_activation { None } else { activation(function) };
    let mut params = Vec::with_capacity(function.params.len());
    for (&id, value_type) in function.params.iter().zip(&entry.params) {
        let node = function.node(id);
        let ir_name = node.display_name();
        let layout = sized(&node.ty, &format!("parameter `{ir_name}`"))
            .map_err(|fault| fault.at(node.span).from(entry.position.clone()))?;
        let form = match structs.rust_type(table, value_type) {
            None => Parameter::Token,
            Some(_) if activated == Some(id) => Parameter::Activated,
            Some(rust) => Parameter::Passed { name: Name::own("unnamed"), rust },
        };
        params.push(Param { ir_name, ty: node.ty.clone(), canonical: table.canonical(value_type), layout, form });
    }
    let passed = params.iter().filter(|param| matches!(param.form, Parameter::Passed { .. })).count();
    if passed > MAX_PARAMETERS {
        return Err(too_many_parameters(function, passed).from(entry.position.clone()));
    }
    let data = result_data(&entry.result);
    let result_layout = sized(&function.return_type, "the result")
        .map_err(|fault| fault.at(function.span).from(entry.position.clone()))?;
    Ok(Interface {
        function: function.name.to_string(),
        docs: entry.docs.clone(),
        place: Place { module: Vec::new(), name: Name::own("unnamed") },
        alias: None,
        module: Vec::new(),
        signature: function.signature(),
        params,
        result: rust(table, &data, structs),
        result_data: table.erase(&data),
        result_type: function.return_type.clone(),
        result_canonical: table.canonical(&entry.result),
        result_layout,
        sites,
    })
}

fn named_kind(table: &TypeTable, id: TypeId, structs: &mut Structs) -> NamedKind {
    match &table.get(id).kind {
        TypeKind::Struct { fields, .. } => {
            let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
            let names = Scope::default().names(&names);
            let elements: Vec<Type> = fields.iter().map(|field| table.erase(&field.ty)).collect();
            // A struct that is too large for memory is refused because of its own layout.
            let offsets = tuple_offsets(&elements).unwrap_or_default();
            let made = fields.iter().zip(names).zip(offsets).map(|((field, name), offset)| Field {
                name,
                design_name: field.name.clone(),
                docs: field.docs.clone(),
                ty: rust(table, &field.ty, structs),
                offset,
            });
            NamedKind::Struct(made.collect())
        }
        TypeKind::Enum { width, signed, variants } => {
            let names: Vec<&str> = variants.iter().map(|variant| &*variant.name).collect();
            let names = Scope::with(TAKEN_VARIANTS.iter().copied()).names(&names);
            let made = variants.iter().zip(names).map(|(variant, name)| Variant {
                name,
                design_name: variant.name.clone(),
                docs: variant.docs.clone(),
                value: variant.value.clone(),
            });
            NamedKind::Enum { carrier: RustType::integer(*width, *signed), variants: made.collect() }
        }
        TypeKind::Alias { ty } => NamedKind::Alias(rust(table, ty, structs)),
    }
}

/// The modules of all items.
fn places(design: &Design, placement: Placement, tuples: &[Name]) -> Places {
    let table = &design.types;
    let types = table.iter().map(|(_, definition)| table.placed(&definition.module));
    let constants = table.constants().iter().map(|constant| table.placed(&constant.module));
    let entries = design.entries.iter().map(|entry| &*entry.module).filter(|_| placement == Placement::Modules);
    Places::new(types.chain(constants).chain(entries), tuples)
}

/// The modules with types or constants that get a second name at the root, as DSLX imports `a.b.c` as `c`: those within other
/// modules whose last name is that of no other module with types or constants, and of nothing at the root.
fn short_modules(design: &Design, places: &mut Places) -> Vec<Vec<Name>> {
    let table = &design.types;
    let types = table.iter().map(|(_, definition)| table.placed(&definition.module));
    let constants = table.constants().iter().map(|constant| table.placed(&constant.module));
    let paths: BTreeSet<&[String]> = types.chain(constants).collect();
    let mut by_last: BTreeMap<&str, Vec<&[String]>> = BTreeMap::new();
    for path in paths {
        if let Some(last) = path.last() {
            by_last.entry(last).or_default().push(path);
        }
    }
    let mut short = Vec::new();
    for (last, paths) in by_last {
        let [path] = paths[..] else { continue };
        let rust = places.modules().find(|(known, _)| *known == path).map(|(_, rust)| rust.to_vec());
        let Some(rust) = rust.filter(|rust| rust.len() > 1) else { continue };
        // With a changed name it would be no second name.
        if rust.last().is_some_and(|name| name.as_str() == last) && places.second_name(&[], last).is_some() {
            short.push(rust);
        }
    }
    short
}

/// Places of the functions and of their items.
fn name_entries(entries: &mut [Interface], design: &Design, placement: Placement, places: &mut Places) {
    let module = |entry: &'_ xls_aot_design::Entry| match placement {
        Placement::Root => Vec::new(),
        Placement::Modules => entry.module.clone(),
    };
    let modules: Vec<Vec<String>> = design.entries.iter().map(module).collect();
    let wanted: Vec<(&[String], String)> =
        design.entries.iter().zip(&modules).map(|(entry, module)| (&**module, entry.name.clone())).collect();
    let functions = places.values(&wanted);
    for (entry, place) in entries.iter_mut().zip(&functions) {
        entry.place = place.clone();
    }
    if placement == Placement::Modules {
        let spelled = |place: &Place| place.name.as_str().trim_start_matches("r#").to_owned();
        let wanted: Vec<(&[String], String)> =
            functions.iter().zip(&modules).map(|(place, module)| (&**module, spelled(place))).collect();
        for (entry, place) in entries.iter_mut().zip(places.types(&wanted)) {
            entry.module = place.module.into_iter().chain([place.name]).collect();
        }
    }
    // A name that two functions want is nobody's.
    let wanted: Vec<(&[String], Option<&str>)> =
        design.entries.iter().zip(&modules).map(|(entry, module)| (&**module, entry.alias.as_deref())).collect();
    for (index, entry) in entries.iter_mut().enumerate() {
        let (module, Some(alias)) = wanted[index] else { continue };
        if wanted.iter().filter(|other| **other == (module, Some(alias))).count() == 1 {
            entry.alias = places.second_name(module, alias).map(|place| place.name);
        }
    }
}

/// Names the parameters.
fn name_params(entry: &mut Interface, placement: Placement, tuples: &[Name], constants: &[Constant]) {
    let mut scope = Scope::with(TAKEN_VALUES.iter().copied());
    if placement == Placement::Root {
        // A parameter of such a name would be a pattern that matches the constant.
        let constants = constants.iter().filter(|constant| constant.place.module.is_empty());
        let visible = tuples.iter().chain(constants.map(|constant| &constant.place.name));
        scope = Scope::with(TAKEN_VALUES.iter().copied().chain(visible.map(Name::as_str)));
    }
    let passed = |param: &Param| matches!(param.form, Parameter::Passed { .. });
    let ir_names: Vec<&str> = entry.params.iter().filter(|param| passed(param)).map(|param| &*param.ir_name).collect();
    let mut names = scope.names(&ir_names).into_iter();
    for param in &mut entry.params {
        if let Parameter::Passed { name, .. } = &mut param.form {
            if let Some(chosen) = names.next() {
                *name = chosen;
            }
        }
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
