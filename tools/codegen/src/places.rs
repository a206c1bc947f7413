//! Where each item of the generated code is, and what it is called there.
//!
//! Items are in the module that the design gives them; a module of the design is a module of the generated code. In every
//! module there are two lists of names, as in Rust: of types and modules, and of functions and constants. A name that
//! generated code has itself counts as used in both lists of every module. So does the name of an enum, because an enum is
//! a tuple struct, which has a constructor.
//!
//! Invariant: no two items of one list of one module have the same name.

use std::collections::{BTreeMap, BTreeSet};

use xls_aot_design::TypeDef;

use crate::names::{Name, Scope};

/// Names of items of generated code, and of the prelude's values: a function or parameter of such a name would hide them or
/// be refused by rustc.
pub(crate) const TAKEN_VALUES: &[&str] = &[
    "ARTIFACT",
    "Aot",
    "ENTRY",
    "Output",
    "Runner",
    "SITES",
    "private",
    "tests",
    "xls_aot_runtime",
    "None",
    "Some",
    "Ok",
    "Err",
    "output",
];

/// Names of types and modules that generated code relies on.
const TAKEN_TYPES: &[&str] = &[
    "Default", "Result", "Send", "Sync", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize",
    "str", "u128", "u16", "u32", "u64", "u8", "usize",
];

fn taken_types<'a>() -> impl Iterator<Item = &'a str> {
    TAKEN_TYPES.iter().chain(TAKEN_VALUES).copied()
}

/// An item's place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// The modules that it is in, from the root.
    pub module: Vec<Name>,
    /// Its name.
    pub name: Name,
}

impl Place {
    /// The path from the root.
    pub fn path(&self) -> String {
        path(&self.module, &self.name)
    }
}

/// `a::b::name`
pub(crate) fn path(module: &[Name], name: &Name) -> String {
    module.iter().fold(String::new(), |path, module| path + module.as_str() + "::") + name.as_str()
}

/// The modules of the generated code with the names that are used in them.
#[derive(Debug)]
pub(crate) struct Places {
    modules: BTreeMap<Vec<String>, Module>,
}

#[derive(Debug)]
struct Module {
    path: Vec<Name>,
    types: Scope,
    values: Scope,
}

impl Places {
    /// The root, these modules, and those that they are in. The root has `tuples` structs of tuples.
    pub fn new<'a>(modules: impl Iterator<Item = &'a [String]>, tuples: &[Name]) -> Self {
        let paths: BTreeSet<Vec<String>> =
            modules.flat_map(|path| (1..=path.len()).map(|len| path[..len].to_vec())).collect();
        let tuples = tuples.iter().map(Name::as_str);
        let root = Module {
            path: Vec::new(),
            types: Scope::with(taken_types().chain(tuples.clone())),
            values: Scope::with(TAKEN_VALUES.iter().copied().chain(tuples)),
        };
        let mut places = Places { modules: BTreeMap::from([(Vec::new(), root)]) };
        // Outer modules come before inner ones, and those of one module follow each other in the order of their names.
        let mut children: BTreeMap<&[String], Vec<&str>> = BTreeMap::new();
        for path in &paths {
            if let Some((name, outer)) = path.split_last() {
                children.entry(outer).or_default().push(name);
            }
        }
        let mut levels: Vec<&[String]> = children.keys().copied().collect();
        levels.sort_by_key(|path| path.len());
        for outer in levels {
            places.add_modules(outer, &children[outer]);
        }
        places
    }

    fn add_modules(&mut self, outer: &[String], names: &[&str]) {
        let module = self.module(outer);
        let rust: Vec<Name> = module.types.names(names);
        let path = module.path.clone();
        for (name, rust) in names.iter().zip(rust) {
            let mut inner = outer.to_vec();
            inner.push((*name).to_owned());
            let path = path.iter().cloned().chain([rust]).collect();
            let module =
                Module { path, types: Scope::with(taken_types()), values: Scope::with(TAKEN_VALUES.iter().copied()) };
            self.modules.insert(inner, module);
        }
    }

    /// Every module but the root, outer ones first.
    pub fn modules(&self) -> impl Iterator<Item = (&[String], &[Name])> {
        self.modules.iter().filter(|(path, _)| !path.is_empty()).map(|(path, module)| (&**path, &*module.path))
    }

    /// Places of types and of modules of functions; each is asked for with its module and the name that it shall have.
    pub fn types(&mut self, wanted: &[(&[String], String)]) -> Vec<Place> {
        self.place(wanted, |module| &mut module.types)
    }

    /// Makes a type's name one of the functions and constants of `module` too.
    pub fn take_value(&mut self, module: &[String], name: &Name) {
        self.module(module).values.take(name);
    }

    /// Places of functions and constants.
    pub fn values(&mut self, wanted: &[(&[String], String)]) -> Vec<Place> {
        self.place(wanted, |module| &mut module.values)
    }

    /// The place of a second name for a function and its items, if `name` needs no change and nothing in `module` has it.
    pub fn second_name(&mut self, module: &[String], name: &str) -> Option<Place> {
        let found = self.module(module);
        let free = !found.types.has(name) && !found.values.has(name);
        let place = Place { module: found.path.clone(), name: free.then(|| found.values.exact(name))?? };
        found.types.take(&place.name);
        Some(place)
    }

    fn place(&mut self, wanted: &[(&[String], String)], scope: impl Fn(&mut Module) -> &mut Scope) -> Vec<Place> {
        let mut by_module: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
        for (index, (module, _)) in wanted.iter().enumerate() {
            by_module.entry(module).or_default().push(index);
        }
        let mut places: Vec<Option<Place>> = vec![None; wanted.len()];
        for (path, indices) in by_module {
            let module = self.module(path);
            let names: Vec<&str> = indices.iter().map(|&index| &*wanted[index].1).collect();
            for (name, &index) in scope(module).names(&names).into_iter().zip(&indices) {
                places[index] = Some(Place { module: module.path.clone(), name });
            }
        }
        places.into_iter().flatten().collect()
    }

    fn module(&mut self, path: &[String]) -> &mut Module {
        let Some(module) = self.modules.get_mut(path) else {
            unreachable!("every module of an item was given to `Places::new`")
        };
        module
    }
}

/// The name that a type shall have in Rust: its own, and for an instance of a parametric struct the values.
pub(crate) fn wanted_type_name(definition: &TypeDef) -> String {
    definition
        .parametrics()
        .iter()
        .fold(definition.name.clone(), |name, (_, value)| name + "_" + &value.to_string().replace('-', "m"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(path: &str) -> Vec<String> {
        path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn types_and_values_have_lists_of_their_own_in_each_module() {
        let (root, m, deep) = (module(""), module("m"), module("m::type"));
        let mut places = Places::new([&*deep, &m].into_iter(), &[Name::own("Tuple0")]);
        let wanted = |list: &[(&Vec<String>, &str)]| {
            list.iter().map(|(module, name)| ((*module).clone(), (*name).to_owned())).collect::<Vec<_>>()
        };
        let paths = |wanted: &[(Vec<String>, String)], places: &mut Places, types: bool| {
            let wanted: Vec<(&[String], String)> =
                wanted.iter().map(|(module, name)| (&**module, name.clone())).collect();
            let places = if types { places.types(&wanted) } else { places.values(&wanted) };
            places.iter().map(Place::path).collect::<Vec<_>>()
        };
        let types = wanted(&[(&root, "m"), (&root, "Tuple0"), (&m, "Tuple0"), (&deep, "Result"), (&root, "add")]);
        assert_eq!(paths(&types, &mut places, true), ["m_", "Tuple0_", "m::Tuple0", "m::r#type::Result_", "add"]);
        let values = wanted(&[(&root, "add"), (&root, "add"), (&m, "m"), (&root, "SITES")]);
        assert_eq!(paths(&values, &mut places, false), ["add", "add_", "m::m", "SITES_"]);
        // The module of a function's items.
        assert_eq!(paths(&wanted(&[(&root, "add")]), &mut places, true), ["add_"]);
    }
}
