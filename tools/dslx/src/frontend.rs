//! The whole front end in one call: from the text of a module to a package of XLS IR.

use std::collections::BTreeMap;

use xls_aot_ir::{Diagnostic, FuncId, Package, Value};

use crate::check::typed::{Checked, FunctionKind, InstanceId};
use crate::check::{check, NamedTop, Tops};
use crate::convert::{convert, entry_name, Conversion, Request};
use crate::modules::{load, Loader, Modules, Search, Top};
use crate::source::{Report, SourceMap};
use crate::test_functions;
use crate::warnings::{self, Enabled};

/// Which functions of the top module become functions of the package, with all that they reach.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Functions {
    /// All that have no parametrics, as libxls converts a module.
    All,
    /// Those, and the tests.
    AllAndTests,
    /// The tests and quickchecks. All functions are checked.
    Tests,
    /// The one that is written so, `f` or `f<u32:8>`; it is the package's top.
    Top(String),
    /// Those that are written so; the package has no top.
    Tops(Vec<String>),
}

/// A module that was converted.
#[derive(Clone, Debug)]
pub struct Program {
    /// The files.
    pub sources: SourceMap,
    /// The modules; the first is the top module.
    pub modules: Modules,
    /// The typed functions.
    pub checked: Checked,
    /// The package, called like the top module.
    pub package: Package,
    /// For each function that was asked for, in the order of `checked.tops` without those that were not, the function of the
    /// package that callers from outside use.
    pub roots: Vec<FuncId>,
    /// The functions that were asked for.
    pub root_instances: Vec<InstanceId>,
    /// Warnings.
    pub warnings: Report,
}

/// Converts a module. The package is called like it. Warnings are about the top module only.
///
/// # Errors
/// All findings, if at least one is an error.
pub fn to_ir(
    top: Top,
    search: &Search,
    loader: &dyn Loader,
    functions: &Functions,
    enabled: &Enabled,
) -> Result<Program, Report> {
    let name = top.name.to_owned();
    let mut sources = SourceMap::default();
    let loaded = load(&mut sources, top, search, loader);
    let mut findings = loaded.findings;
    if !loaded.parsed {
        return Err(Report::new(&sources, findings));
    }
    let modules = loaded.modules;
    if !modules.are_incomplete() {
        findings.extend(warnings::find(&name, modules.module(modules.top()), &sources));
    }
    let tops = match functions {
        Functions::All | Functions::AllAndTests | Functions::Tests => Tops::All,
        Functions::Top(_) | Functions::Tops(_) => {
            let named = functions.named().iter().map(|top| NamedTop::parse(&mut sources, top));
            match named.collect::<Result<Vec<_>, _>>() {
                Ok(named) => Tops::Named(named),
                Err(more) => {
                    findings.extend(more);
                    return Err(Report::new(&sources, findings));
                }
            }
        }
    };
    let (checked, more) = check(&modules, &sources, &tops);
    findings.extend(more);
    let top_file = modules.file(modules.top());
    findings
        .retain(|finding| finding.is_error() || enabled.wants(finding) && sources.file_of(finding.span) == top_file);
    let Some(checked) = checked.filter(|_| !modules.are_incomplete()) else {
        return Err(Report::new(&sources, findings));
    };
    let root_instances = roots(&checked, functions);
    if *functions == Functions::Tests {
        let faults = test_functions::faults(&checked, &root_instances);
        if !faults.is_empty() {
            findings.extend(faults);
            return Err(Report::new(&sources, findings));
        }
    }
    let top = match functions {
        Functions::Top(_) => root_instances.first().copied(),
        Functions::All | Functions::AllAndTests | Functions::Tests | Functions::Tops(_) => None,
    };
    let module_name = |id| modules.name(id).to_owned();
    let request = Request { package: &name, roots: &root_instances, top, sources: &sources, modules: &module_name };
    match convert(&checked, &request) {
        Ok(Conversion { package, roots }) => {
            let warnings = Report::new(&sources, findings);
            Ok(Program { sources, modules, checked, package, roots, root_instances, warnings })
        }
        Err(more) => {
            findings.extend(more);
            Err(Report::new(&sources, findings))
        }
    }
}

/// Checks all of a module, whether anything reaches it or not: every function, test and constant. Warnings are about the top
/// module only.
///
/// # Errors
/// All findings, if at least one is an error.
pub fn check_all(top: Top, search: &Search, loader: &dyn Loader, enabled: &Enabled) -> Result<Report, Report> {
    let name = top.name.to_owned();
    let mut sources = SourceMap::default();
    let loaded = load(&mut sources, top, search, loader);
    let (modules, mut findings) = (loaded.modules, loaded.findings);
    let top_file = modules.ids().next().map(|top| modules.file(top));
    if loaded.parsed {
        if !modules.are_incomplete() {
            findings.extend(warnings::find(&name, modules.module(modules.top()), &sources));
        }
        findings.extend(check(&modules, &sources, &Tops::All).1);
    }
    let of_top = |finding: &Diagnostic| Some(sources.file_of(finding.span)) == top_file;
    findings.retain(|finding| finding.is_error() || enabled.wants(finding) && of_top(finding));
    let report = Report::new(&sources, findings);
    match report.has_errors() {
        true => Err(report),
        false => Ok(report),
    }
}

/// The instances that are asked for.
fn roots(checked: &Checked, functions: &Functions) -> Vec<InstanceId> {
    let wanted = |&instance: &InstanceId| {
        let function = checked.function(instance);
        match functions {
            Functions::Top(_) | Functions::Tops(_) => true,
            Functions::All => !matches!(function.kind, FunctionKind::Test | FunctionKind::TestOnly),
            Functions::AllAndTests => true,
            Functions::Tests => matches!(function.kind, FunctionKind::Test | FunctionKind::QuickCheck { .. }),
        }
    };
    checked.tops.iter().copied().filter(wanted).collect()
}

impl Functions {
    /// The functions that are named.
    fn named(&self) -> &[String] {
        match self {
            Functions::All | Functions::AllAndTests | Functions::Tests => &[],
            Functions::Top(top) => std::slice::from_ref(top),
            Functions::Tops(tops) => tops,
        }
    }
}

impl Program {
    /// The names in the package of the functions of the top module that have no parametrics.
    pub fn entries(&self) -> Vec<String> {
        let module_name = |id| self.modules.name(id).to_owned();
        let tops = self.checked.tops.iter().filter(|&&id| self.checked.function(id).key.owner.is_none());
        tops.map(|&instance| entry_name(&self.checked, &module_name, instance)).collect()
    }

    /// The test functions with their names in the package.
    pub fn tests(&self) -> Vec<(String, String)> {
        let module_name = |id| self.modules.name(id).to_owned();
        let tests = self.checked.tops.iter().filter_map(|&instance| {
            let function = self.checked.function(instance);
            (function.kind == FunctionKind::Test)
                .then(|| (function.key.name.clone(), entry_name(&self.checked, &module_name, instance)))
        });
        tests.collect()
    }

    /// The constants of the top module that were evaluated.
    pub fn constants(&self) -> BTreeMap<String, Value> {
        let of_top = self.checked.constants.iter().filter(|constant| constant.module == self.modules.top());
        of_top.map(|constant| (constant.name.clone(), constant.value.clone())).collect()
    }
}
