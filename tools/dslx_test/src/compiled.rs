//! The tests of a module as one loaded object.

use std::collections::BTreeMap;

use xls_aot_backend::Backend;
use xls_aot_codegen::{Analysis, Artifact, Options, Placement, Places, Source};
use xls_aot_design::{Design, Entry, Position, Texts, TypeTable, ValueType};
use xls_aot_dslx::test_functions::TestFunction;
use xls_aot_execute::{host, plain_name, Callable, Library, Sites};
use xls_aot_ir::{closure, FuncId, Function, Op, Package};
use xls_aot_metadata::{EntryKind, EventKind, EventSite};

use crate::result::Assertion;
use crate::run::Error;

/// Tests that can be called, in the order in which they were given.
pub(crate) struct Compiled {
    /// What was compiled: the tests and what they need.
    pub(crate) package: Package,
    pub(crate) tests: Vec<CompiledTest>,
    /// The events of all tests.
    pub(crate) sites: Sites,
    /// The assertions, by the names that [`Sites`] gives them.
    assertions: BTreeMap<String, Assertion>,
    /// What the tests are in; it is unloaded last.
    _library: Library,
}

/// A test that can be called.
pub(crate) struct CompiledTest {
    pub(crate) callable: Callable,
    /// The function in [`Compiled::package`].
    pub(crate) function: FuncId,
}

/// How [`Sites`] names events: assertions of one message and label are the same to a user.
pub(crate) fn site_name(function: &Function, op: &Op) -> String {
    if let Op::Assert { message, label } = op {
        return name_of(message, label.as_deref());
    }
    plain_name(function, op)
}

fn name_of(message: &str, label: Option<&str>) -> String {
    format!("{message}\0{}", label.unwrap_or_default())
}

impl Compiled {
    /// Compiles these tests of a package with `backend`. `file` and `text` are the module's; `texts` are those of all modules.
    pub(crate) fn new(
        package: Package,
        tests: &[TestFunction],
        (file, text): (&str, &[u8]),
        texts: &Texts,
        backend: &dyn Backend,
    ) -> Result<Self, Error> {
        let roots: Vec<FuncId> = tests.iter().map(|test| test.function).collect();
        let (package, functions) = closure::cut_all(package, &roots);
        let target = host().ok_or_else(|| Error::Refused("there is no code for this machine".to_owned()))?;
        let entries = tests.iter().zip(&functions).map(|(test, &function)| entry(&package, test, function)).collect();
        let design = Design { package: package.clone(), entries, types: TypeTable::default() };
        let source = Source { file, bytes: text, places: Places::Positions(texts) };
        let options = Options {
            target,
            expose_activation: true,
            events: &[EventKind::Trace, EventKind::Cover],
            ..Options::new("dslx_tests")
        };
        let analysis = Analysis::of_design(design, source, Placement::Modules, options).map_err(Error::Compile)?;
        let Artifact { object, metadata } = analysis.artifact(backend).map_err(Error::Compile)?;
        let library = Library::of_object(&object).map_err(Error::Execute)?;
        let sites = Sites::of(&package, site_name);
        let callables = metadata.entries.iter().zip(&functions).map(|(entry, &function)| {
            let symbol = entry.entry_points.iter().find(|point| point.kind == EntryKind::Xls);
            let symbol = symbol.map(|point| point.symbol.as_str()).unwrap_or_default();
            let of = package.function(function);
            let callable = Callable::of(&library, (symbol, None), of, entry.temp_buffer, &sites)?;
            Ok(CompiledTest { callable, function })
        });
        let tests = callables.collect::<Result<_, _>>().map_err(Error::Execute)?;
        let assertions = metadata.sites.iter().filter(|site| site.kind == EventKind::Assertion).map(assertion);
        let assertions = assertions.collect();
        Ok(Compiled { package, tests, sites, assertions, _library: library })
    }

    /// The assertions that [`Sites`] calls so; of each place only the first.
    pub(crate) fn assertions(&self, names: &[String]) -> Vec<Assertion> {
        let mut found: Vec<Assertion> = Vec::new();
        for name in names {
            let unknown = || Assertion { position: None, text: name.clone() };
            let assertion = self.assertions.get(name).cloned().unwrap_or_else(unknown);
            if !found.contains(&assertion) {
                found.push(assertion);
            }
        }
        found
    }
}

fn entry(package: &Package, test: &TestFunction, function: FuncId) -> Entry {
    let (of, (file, line, column)) = (package.function(function), &test.position);
    Entry {
        function,
        module: Vec::new(),
        name: test.name.clone(),
        alias: None,
        docs: String::new(),
        position: Some(Position { file: file.clone(), line: *line, column: *column }),
        params: of.params.iter().map(|&param| ValueType::from(&of.node(param).ty)).collect(),
        result: ValueType::from(&of.return_type),
    }
}

/// The assertion of a site, and its name.
fn assertion(site: &EventSite) -> (String, Assertion) {
    let message = site.message.as_deref().unwrap_or_default();
    let text = site.label.as_deref().unwrap_or(message).to_owned();
    let position = site.position.as_ref().map(|position| (position.file.clone(), position.line, position.column));
    (name_of(message, site.label.as_deref()), Assertion { position, text })
}
