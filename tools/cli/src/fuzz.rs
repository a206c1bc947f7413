//! `xls_aot fuzz`

use std::time::Duration;

use xls_aot_backend::Backend;
use xls_aot_execute::Subject;
use xls_aot_fuzz::FuzzOptions;

use crate::args::{BackendName, FuzzArgs, OptName};
use crate::backends::{backend, native};
use crate::exit::Failure;
use crate::verify::{failure, verdict};

/// Differences that a run of random programs makes small and prints before it ends.
const MOST_DIFFERENCES: usize = 5;

/// Runs random programs and prints what differs, and the counts.
pub fn run(args: &FuzzArgs) -> Result<(), Failure> {
    let mut compilers: Vec<(&str, Box<dyn Backend + Sync>)> = Vec::new();
    for name in &args.backend {
        match name {
            BackendName::Xlsynth => compilers.push(("xlsynth", backend(*name, OptName::Full, false)?)),
            BackendName::Native => {
                let (none, full) =
                    (native(OptName::None, args.verify_passes), native(OptName::Full, args.verify_passes));
                compilers.push(("native, unoptimised, not cut", Box::new(none.uncut())));
                compilers.push(("native, optimised", Box::new(full)));
                let compiler = full.without_folding().in_small_parts();
                compilers.push(("native, optimised, without folding, in small parts", Box::new(compiler)));
            }
        }
    }
    let options = FuzzOptions {
        seed: args.seed,
        first: args.first,
        count: args.count,
        style: args.style,
        subjects: compilers.iter().map(|(name, backend)| ((*name).to_owned(), Subject::Compiled(&**backend))).collect(),
        jobs: args.jobs,
        time: args.seconds.map(Duration::from_secs),
        most_differences: MOST_DIFFERENCES,
        at_least: args.at_least,
    };
    let report = xls_aot_fuzz::fuzz(&options).map_err(failure)?;
    verdict(&report, report.is_success())
}
