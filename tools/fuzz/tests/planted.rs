//! Random programs: a planted fault is found and made small, and the report is the same every time.

use std::num::NonZeroUsize;
use std::time::Duration;

use xls_aot_check::run_filetest;
use xls_aot_execute::{ExecuteError, Subject};
use xls_aot_fuzz::{fuzz, FuzzOptions, FuzzReport, StyleName};
use xls_aot_ir::{Bits, Op, Package, Value};

/// Runs a batch of programs for each job.
fn run(subject: Subject<'_>, jobs: usize) -> FuzzReport {
    let options = FuzzOptions {
        seed: 7,
        first: 0,
        style: None,
        count: 256 * jobs as u64,
        subjects: vec![("planted".to_owned(), subject)],
        jobs: NonZeroUsize::new(jobs).unwrap(),
        time: None,
        most_differences: 1,
        at_least: 1,
    };
    fuzz(&options).unwrap_or_else(|error| panic!("{error}"))
}

/// Changes every operation.
fn changed(package: &Package, change: impl Fn(&mut Op)) -> Package {
    let mut package = package.clone();
    for node in package.functions.iter_mut().flat_map(|function| &mut function.nodes) {
        change(&mut node.op);
    }
    package
}

fn less_or_equal(package: &Package) -> Result<Package, String> {
    Ok(changed(package, |op| {
        if *op == Op::Ult {
            *op = Op::Ule;
        }
    }))
}

fn one_iteration_less(package: &Package) -> Result<Package, String> {
    Ok(changed(package, |op| {
        if let Op::CountedFor { trip_count, .. } = op {
            *trip_count = trip_count.saturating_sub(1);
        }
    }))
}

fn assertions_that_never_fail(package: &Package) -> Result<Package, String> {
    let mut package = package.clone();
    for function in &mut package.functions {
        for node in &mut function.nodes {
            if matches!(node.op, Op::Assert { .. }) {
                node.op = Op::AfterAll;
                node.operands = node.operands[..1].into();
            }
        }
    }
    Ok(package)
}

fn wide_literals_lose_a_bit(package: &Package) -> Result<Package, String> {
    Ok(changed(package, |op| {
        if let Op::Literal { value } = op {
            if let Value::Bits(bits) = value.as_mut() {
                if bits.width() > 128 && bits.bit(100) {
                    *bits = Bits::from_words(bits.width(), &bits.words()[..1]);
                }
            }
        }
    }))
}

fn refused(_: &Package) -> Result<Package, String> {
    Err("it is refused".to_owned())
}

/// Number of nodes in a reproducer, parameters left out.
fn nodes(reproducer: &str) -> usize {
    let is_node = |line: &&str| line.contains(" = ") && !line.contains(" = param(") && !line.starts_with("//");
    reproducer.lines().filter(is_node).count()
}

#[test]
fn what_is_right_passes() {
    let report = run(Subject::Evaluator, 2);
    assert!(report.is_success(), "{report}");
    assert!(report.programs > 490);
    assert!(report.to_string().ends_with(&format!("{} programs compared, 0 differences", report.programs)));
}

#[test]
fn a_run_of_too_few_programs_fails() {
    let few = |count: u64, at_least: u64, seconds: u64| {
        let options = FuzzOptions {
            seed: 7,
            first: 0,
            style: None,
            count,
            subjects: vec![("the evaluator".to_owned(), Subject::Evaluator)],
            jobs: NonZeroUsize::MIN,
            time: Some(Duration::from_secs(seconds)),
            most_differences: 1,
            at_least,
        };
        fuzz(&options).unwrap_or_else(|error| panic!("{error}"))
    };
    // Some of the nine may be left out, because their evaluation takes too long.
    let compared = few(9, 1, 999).compared;
    assert!(compared > 5, "{compared}");
    let (more, too_few) = (compared + 1, format!("FAILED: {compared} programs were compared, not {}\n", compared + 1));
    let nothing = "FAILED: 0 programs were compared, not 1\n0 programs compared, 0 differences";
    for (report, end) in [
        (few(0, 0, 999), nothing.to_owned()),
        (few(9, 0, 0), format!("the time was up\n{nothing}")),
        (few(9, more, 999), format!("{too_few}{compared} programs compared, 0 differences")),
    ] {
        assert!(!report.is_success());
        assert!(report.to_string().ends_with(&end), "{report}");
    }
    assert!(few(9, compared, 999).is_success());
}

#[test]
fn planted_faults_are_found_and_made_small() {
    type Plant = fn(&Package) -> Result<Package, String>;
    let plants: [(&str, Plant, usize, &str); 4] = [
        ("comparison", less_or_equal, 5, " = ult("),
        ("loop", one_iteration_less, 7, " = counted_for("),
        ("assertion", assertions_that_never_fail, 4, " = assert("),
        ("literal", wide_literals_lose_a_bit, 3, " = literal("),
    ];
    for (name, plant, most_nodes, operation) in plants {
        let report = run(Subject::Transformed(&plant), 1);
        assert!(!report.is_success(), "{name}: {report}");
        let reproducer = &report.found[0].reproducer;
        assert!(reproducer.contains(operation), "{name}:\n{reproducer}");
        assert!(nodes(reproducer) <= most_nodes, "{name}:\n{reproducer}");
        // It is a file test that holds on the evaluator, and shows the fault on the subject.
        assert_eq!(run_filetest(name, reproducer, &[]).unwrap_or_else(|error| panic!("{error}")), 1);
        let subjects = [("planted".to_owned(), Subject::Transformed(&plant))];
        assert!(matches!(run_filetest(name, reproducer, &subjects), Err(ExecuteError::Invalid { .. })));
    }
}

#[test]
fn a_fault_in_a_large_program_is_made_small() {
    let options = FuzzOptions {
        seed: 7,
        first: 0,
        style: Some(StyleName::Large),
        count: 1,
        subjects: vec![("planted".to_owned(), Subject::Transformed(&less_or_equal))],
        jobs: NonZeroUsize::MIN,
        time: None,
        most_differences: 1,
        at_least: 1,
    };
    let report = fuzz(&options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((report.programs, report.found.len()), (1, 1));
    assert!(nodes(&report.found[0].reproducer) < 1000, "{}", nodes(&report.found[0].reproducer));
}

#[test]
fn a_subject_that_refuses_valid_programs_is_at_fault() {
    let report = run(Subject::Transformed(&refused), 1);
    assert_eq!(report.found.len(), 1);
    assert!(report.found[0].reproducer.contains("// It gave: it is refused\n"), "{report}");
    // A constant, or a parameter that is returned.
    assert!(nodes(&report.found[0].reproducer) <= 1, "{report}");
}

#[test]
fn reports_do_not_depend_on_the_number_of_threads() {
    let one = run(Subject::Transformed(&less_or_equal), 1);
    let two = run(Subject::Transformed(&less_or_equal), 2);
    assert_eq!(one.found, two.found);
}
