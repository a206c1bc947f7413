//! Functions of a package as native code: one object for all of them, loaded into this process. Calls are made in children.

use xls_aot_backend::Backend;
use xls_aot_codegen::{Analysis, Artifact, Options, Placement, Places, Source};
use xls_aot_design::{Design, Entry, Texts, TypeTable};
use xls_aot_execute::{
    call_all_loaded, host, plain_name, CallLimits, Callable, ExecuteError, Library, Observed, Sites,
};
use xls_aot_ir::{closure, FuncId, Function, Op, Package, Value};
use xls_aot_metadata::{EntryKind, EventKind};

/// After so many crashes of a package's functions, the calls that are left are not made.
const MOST_CRASHES: usize = 20;

/// Functions that can be called.
pub(crate) struct Native {
    callables: Vec<Callable>,
    /// The events of all functions.
    sites: Sites,
    /// What the functions are in; it is unloaded last.
    _library: Library,
}

/// How events are called in outcomes: assertions by message and label.
pub(crate) fn site_name(function: &Function, op: &Op) -> String {
    match op {
        Op::Assert { message, label } => format!("{} ({message})", label.as_deref().unwrap_or_default()),
        _ => plain_name(function, op),
    }
}

impl Native {
    /// Compiles these functions of a package.
    ///
    /// # Errors
    /// The reason, if there is no code for them.
    pub(crate) fn new(package: &Package, functions: &[FuncId], backend: &dyn Backend) -> Result<Self, String> {
        let (package, functions) = closure::of_all(package, functions);
        let target = host().ok_or("there is no code for this machine")?;
        let entries = functions
            .iter()
            .enumerate()
            .map(|(i, &function)| Entry::unnamed(&package, function, format!("f{i}")))
            .collect();
        let design = Design { package: package.clone(), entries, types: TypeTable::default() };
        let texts = Texts::new();
        let source = Source { file: "checked", bytes: &[], places: Places::Positions(&texts) };
        let options = Options {
            target,
            expose_activation: true,
            events: &[EventKind::Trace, EventKind::Cover],
            ..Options::new("checked")
        };
        let analysis = Analysis::of_design(design, source, Placement::Modules, options);
        let artifact = analysis.and_then(|analysis| analysis.artifact(backend));
        let Artifact { object, metadata } = artifact.map_err(|error| error.to_string())?;
        let library = Library::of_object(&object).map_err(|error| error.to_string())?;
        let sites = Sites::of(&package, site_name);
        let callables = metadata.entries.iter().zip(&functions).map(|(entry, &function)| {
            let symbol = |kind| entry.entry_points.iter().find(|point| point.kind == kind).map(|point| &*point.symbol);
            let symbols = (symbol(EntryKind::Xls).unwrap_or_default(), symbol(EntryKind::Direct));
            Callable::of(&library, symbols, package.function(function), entry.temp_buffer, &sites)
        });
        let callables = callables.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
        Ok(Native { callables, sites, _library: library })
    }

    /// What calls do, or what was wrong with them. Each names its function by its number.
    pub(crate) fn run(&self, calls: &[(usize, &[Value])]) -> Result<Vec<Result<Observed, String>>, ExecuteError> {
        let limits = CallLimits { call_seconds: 60, crashes: MOST_CRASHES };
        call_all_loaded(&self.callables, calls, &self.sites, limits)
    }
}
