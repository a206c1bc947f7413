//! `xls_aot equivalence`

use xls_aot_equivalence::{EquivalenceOptions, EquivalenceReport, Language, Reference};

use crate::args::EquivalenceArgs;
use crate::compile::dslx_tops;
use crate::dslx::{self, DesignOfFiles};
use crate::exit::Failure;
use crate::verify::{failure, verdict};

/// Inputs that a comparison is of at least, if the command line does not say.
const LEAST_INPUTS: u64 = 256;

/// Compares an artefact with what it was compiled from, and prints what differs, and the counts.
pub fn run(args: &EquivalenceArgs) -> Result<(), Failure> {
    let reference = reference(args)?;
    let options = EquivalenceOptions {
        object: args.object.clone(),
        seed: args.seed,
        first: args.first,
        count: args.count,
        steps: args.steps,
        at_least: args.at_least.unwrap_or(LEAST_INPUTS.min(args.count)),
    };
    let reports = xls_aot_equivalence::equivalence(&reference, &options).map_err(failure)?;
    let text: Vec<String> = reports.iter().map(ToString::to_string).collect();
    verdict(&text.join("\n"), reports.iter().all(EquivalenceReport::is_success))
}

/// What the artefact was compiled from.
fn reference(args: &EquivalenceArgs) -> Result<Reference, Failure> {
    let Some(file) = &args.dslx else {
        if args.dslx_options.are_given() {
            return Err(dslx::options_without_dslx());
        }
        return match &args.ir {
            Some(ir) => Reference::of_ir(ir).map_err(failure),
            None => Err(Failure::Usage("error: nothing to compare with\n  help: use --ir or --dslx".to_owned())),
        };
    };
    let tops = dslx_tops(args.top.as_ref(), &args.tops)?;
    let bytes = dslx::read(file)?;
    let DesignOfFiles { read, .. } = dslx::design(file, bytes.clone(), &args.dslx_options, &tops)?;
    let file = dslx::shown(&args.dslx_options, dslx::utf8(file)?);
    Ok(Reference { file, bytes, package: read.design.package, language: Language::Dslx })
}
