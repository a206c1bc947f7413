//! The tests and quickchecks of a module: what runs them needs to know of each.

use xls_aot_ir::{Diagnostic, FuncId};

use crate::check::typed::{Checked, FunctionKind, InstanceId, QuickCheckCases};
use crate::check::types::TypeId;
use crate::frontend::Program;

/// A function that is run as a test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TestFunction {
    /// Its name.
    pub name: String,
    /// Name of its file, and line and column (from 1) of its name there.
    pub position: (String, u32, u32),
    /// What it is.
    pub kind: TestKind,
    /// The function of the package, in whichever form it has.
    pub function: FuncId,
}

/// What a test does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TestKind {
    /// `#[test]`: none of its assertions fails.
    Test,
    /// `#[quickcheck]`: it gives true for all inputs.
    QuickCheck {
        /// How many inputs are tried.
        cases: QuickCheckCases,
        /// Names and types of its parameters.
        parameters: Vec<(String, TypeId)>,
    },
}

impl Program {
    /// The tests and quickchecks among the roots, in the order of the text. Of a program that was made for
    /// [`Functions::Tests`](crate::frontend::Functions::Tests), these are all roots.
    pub fn test_functions(&self) -> Vec<TestFunction> {
        let roots = self.root_instances.iter().zip(&self.roots);
        let tests = roots.filter_map(|(&instance, &function)| {
            let source = self.checked.function(instance);
            let kind = match source.kind {
                FunctionKind::Test => TestKind::Test,
                FunctionKind::QuickCheck { cases } => {
                    let locals = source.parameters.iter().map(|&local| source.body.local(local));
                    TestKind::QuickCheck { cases, parameters: locals.map(|l| (l.name.clone(), l.ty)).collect() }
                }
                FunctionKind::Plain | FunctionKind::TestOnly | FunctionKind::Lambda => return None,
            };
            let (file, at) = self.sources.position(source.name_span);
            let position = (self.sources.name(file).to_owned(), at.line, at.column);
            Some(TestFunction { name: source.key.name.clone(), position, kind, function })
        });
        tests.collect()
    }
}

/// What is wrong with the form of these tests and quickchecks.
pub(crate) fn faults(checked: &Checked, roots: &[InstanceId]) -> Vec<Diagnostic> {
    let fault = |&instance: &InstanceId| {
        let function = checked.function(instance);
        match function.kind {
            FunctionKind::Test if !function.parameters.is_empty() => {
                let text = format!("the test `{}` has parameters, and nothing gives them values", function.key.name);
                let finding = Diagnostic::invalid("E1508", function.name_span, text);
                Some(finding.note("make it a `#[quickcheck]` with the result `bool`, or call it from a test"))
            }
            FunctionKind::QuickCheck { .. } if checked.types.as_bits(function.result) != Some((false, 1)) => {
                let text = format!(
                    "the quickcheck `{}` gives `{}`, not `bool`",
                    function.key.name,
                    checked.types.display(function.result)
                );
                let finding = Diagnostic::invalid("E1509", function.name_span, text);
                Some(finding.note("give `true` for every input on which the property holds"))
            }
            FunctionKind::Plain
            | FunctionKind::Test
            | FunctionKind::TestOnly
            | FunctionKind::QuickCheck { .. }
            | FunctionKind::Lambda => None,
        }
    };
    roots.iter().filter_map(fault).collect()
}
