//! The native back end and the optimiser on a batch of random programs.

use std::num::NonZeroUsize;

use xls_aot_execute::Subject;
use xls_aot_fuzz::{fuzz, FuzzOptions};
use xls_aot_ir::{FuncId, Package};
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
    let unfolded = full.without_folding();
    let options = FuzzOptions {
        seed: 2026,
        first: 0,
        style: None,
        count: 256,
        subjects: vec![
            ("the optimiser".to_owned(), Subject::Transformed(&optimized)),
            ("native, not optimised".to_owned(), Subject::Compiled(&none)),
            ("native, optimised".to_owned(), Subject::Compiled(&full)),
            ("native, optimised, without folding".to_owned(), Subject::Compiled(&unfolded)),
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
