//! `xls_aot eval` and `xls_aot check`

use std::path::Path;

use xls_aot_backend::Backend;
use xls_aot_check::{CheckOptions, EvalOptions, Skips, Total};
use xls_aot_eval::Options;
use xls_aot_execute::{ExecuteError, Machine, Memory, Subject};

use crate::args::{BackendName, CheckArgs, EvalArgs, SubjectName};
use crate::backends::{backend, native, not_native};
use crate::exit::{print, Failure};

/// Prints the value of a call and its events.
pub fn eval(args: &EvalArgs) -> Result<(), Failure> {
    let options =
        EvalOptions { ir: args.ir.clone(), top: args.top.clone(), args: args.args.clone(), limits: Options::default() };
    print(&format!("{}\n", xls_aot_check::eval(&options).map_err(failure)?))
}

/// Runs vectors and prints what did not pass, and the counts.
pub fn check(args: &CheckArgs) -> Result<(), Failure> {
    for (option, is_given) in [("--no-folding", args.no_folding), ("--verify-passes", args.verify_passes)] {
        if is_given && args.backend != SubjectName::Native {
            return Err(not_native(option));
        }
    }
    let compiler: Option<Box<dyn Backend + Sync>> = match args.backend {
        SubjectName::Eval => None,
        SubjectName::Xlsynth => Some(backend(BackendName::Xlsynth, args.opt, args.verify_passes)?),
        SubjectName::Native if args.no_folding => {
            Some(Box::new(native(args.opt, args.verify_passes).without_folding()))
        }
        SubjectName::Native => Some(backend(BackendName::Native, args.opt, args.verify_passes)?),
    };
    let machine = machine(args);
    let subject = match (compiler.as_deref(), &machine) {
        (Some(compiler), None) => Subject::Compiled(compiler),
        (Some(compiler), Some(machine)) => Subject::CompiledFor(compiler, machine),
        (None, None) => Subject::Evaluator,
        (None, Some(_)) => {
            let what =
                "error: --runner runs compiled code, which the evaluator has none of\n  help: name another --backend";
            return Err(Failure::Usage(what.to_owned()));
        }
    };
    let mut total = Total::default();
    for vectors in &args.vectors {
        let folder = vectors.parent().map(Path::to_path_buf).unwrap_or_default();
        let options = CheckOptions {
            vectors: vectors.clone(),
            root: args.root.clone().unwrap_or(folder),
            subject,
            jobs: args.jobs,
            limits: Options { out_of_bounds: args.out_of_bounds, ..Options::default() },
        };
        let report = xls_aot_check::check(&options).map_err(failure)?;
        total.add(&report);
        if args.vectors.len() > 1 {
            print(&format!("{}:\n", vectors.display()))?;
        }
        print(&format!("{report}\n"))?;
    }
    let mut expected = Skips::new();
    for &(reason, count) in &args.expect_skipped {
        *expected.entry(reason).or_default() += count;
    }
    let faults = total.faults(&expected);
    for fault in &faults {
        print(&format!("FAILED: {fault}\n"))?;
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Failure::Reported)
    }
}

/// What runs compiled code, if it does not run here.
fn machine(args: &CheckArgs) -> Option<Machine> {
    let runner = args.runner.as_deref()?;
    Some(Machine {
        target: args.target,
        runner: runner.split_whitespace().map(Into::into).collect(),
        memory: if args.undefined_memory { Memory::Undefined } else { Memory::Patterned },
    })
}

/// Prints a report; a failure if it is not a success.
pub fn verdict(report: &impl std::fmt::Display, success: bool) -> Result<(), Failure> {
    print(&format!("{report}\n"))?;
    if success {
        Ok(())
    } else {
        Err(Failure::Reported)
    }
}

/// Who must act on an error.
pub fn failure(error: ExecuteError) -> Failure {
    match error {
        ExecuteError::Internal { .. } => Failure::Internal(error.to_string()),
        // The reader's findings say themselves that they are errors, and where.
        ExecuteError::Ir(_) => Failure::Input(error.to_string()),
        _ => Failure::Input(format!("error: {error}")),
    }
}
