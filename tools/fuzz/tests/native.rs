//! The native back end and the optimiser on a batch of random programs.

use std::num::NonZeroUsize;

use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, Target};
use xls_aot_execute::Subject;
use xls_aot_fuzz::{fuzz, FuzzOptions, StyleName};
use xls_aot_ir::{FuncId, Function, NodeId, Op, Package};
use xls_aot_metadata::EventKind;
use xls_aot_native::{NativeBackend, OptLevel};
use xls_aot_opt::{optimize, Options};

fn optimized(package: &Package) -> Result<Package, String> {
    let top = FuncId::new(package.functions.len() - 1);
    let options = Options { level: OptLevel::Full, ..Options::default() };
    optimize(package, top, &options).map_err(|broken| broken.to_string())
}

#[test]
fn random_programs() {
    let (none, full) = (NativeBackend::new(OptLevel::None), NativeBackend::new(OptLevel::Full));
    let in_parts = full.without_folding().in_small_parts();
    let options = FuzzOptions {
        seed: 2026,
        first: 0,
        style: None,
        count: 256,
        subjects: vec![
            ("the optimiser".to_owned(), Subject::Transformed(&optimized)),
            ("native, not optimised".to_owned(), Subject::Compiled(&none)),
            ("native, optimised".to_owned(), Subject::Compiled(&full)),
            ("native, optimised, without folding, in small parts".to_owned(), Subject::Compiled(&in_parts)),
        ],
        jobs: NonZeroUsize::new(2).unwrap(),
        time: None,
        most_differences: 3,
        at_least: 250,
    };
    let report = fuzz(&options).unwrap_or_else(|error| panic!("{error}"));
    assert!(report.is_success(), "{report}");
    assert!(report.skipped.is_empty(), "{report}");
}

/// The condition of a node that counts accesses by one index that break `assumed_in_bounds`: a cover of `uge` with a length.
fn violation(function: &Function, cover: usize) -> Option<NodeId> {
    let cover = &function.nodes[cover];
    let &condition = cover.operands.first().filter(|_| matches!(cover.op, Op::Cover { .. }))?;
    let node = function.node(condition);
    let is_beyond = node.op == Op::Uge && matches!(function.node(node.operands[1]).op, Op::Literal { .. });
    is_beyond.then_some(condition)
}

/// The native back end, but its code does not count accesses by an index that is the length.
struct Miscounts(NativeBackend);

impl Backend for Miscounts {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn version(&self) -> String {
        self.0.version()
    }

    fn targets(&self) -> &'static [Target] {
        self.0.targets()
    }

    fn events(&self) -> &'static [EventKind] {
        self.0.events()
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
        let mut package = request.package.clone();
        for function in &mut package.functions {
            for cover in 0..function.nodes.len() {
                if let Some(condition) = violation(function, cover) {
                    function.nodes[condition.index()].op = Op::Ugt;
                }
            }
        }
        self.0.compile(&CompileRequest { package: &package, ..*request })
    }
}

#[test]
fn one_batch_of_four_counts_broken_promises() {
    let planted = Miscounts(NativeBackend::new(OptLevel::None));
    let run = |first: u64| {
        let options = FuzzOptions {
            seed: 2026,
            first,
            style: Some(StyleName::Arrays),
            count: 256,
            subjects: vec![("planted".to_owned(), Subject::Compiled(&planted))],
            jobs: NonZeroUsize::MIN,
            time: None,
            most_differences: 1,
            at_least: 1,
        };
        fuzz(&options).unwrap_or_else(|error| panic!("{error}"))
    };
    for batch in 0..3 {
        assert!(run(batch * 256).is_success());
    }
    let report = run(3 * 256);
    assert_eq!(report.found.len(), 1, "{report}");
    assert!(report.found[0].reproducer.contains(" out_of_bounds {"), "{report}");
}
