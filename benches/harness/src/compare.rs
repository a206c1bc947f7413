//! Checks that all compiled forms of a kernel give the same results: what the evaluator says on some sets of arguments, and
//! the same as each other on all.

use xls_aot_eval::{Evaluator, Options};

use crate::arguments::{Arguments, UNIFORM};
use crate::callee::{Callee, Outcome};
use crate::kernel::Kernel;
use crate::Error;

/// Random sets that the evaluator runs; it runs those of equal bits too.
const EVALUATED: usize = 6;

/// The first difference of each way, as text. The first way is compared with the evaluator, the others with the first
/// way. Every copy of the code is run.
pub(crate) fn differences(
    kernel: &Kernel,
    callees: &mut [(&str, Callee)],
    sets: &[Arguments],
) -> Result<Vec<String>, Error> {
    let Some(((first_way, first), others)) = callees.split_first_mut() else { return Ok(Vec::new()) };
    let expected: Vec<String> = sets.iter().map(|set| show(first.outcome(0, set))).collect();
    let mut differences = Vec::new();
    let mut evaluator = Evaluator::new(&kernel.package, Options::default());
    let all = || sets.iter().zip(&expected);
    for (set, got) in all().take(EVALUATED).chain(all().rev().take(UNIFORM)) {
        let outcome = evaluator
            .run(kernel.top, &set.values)
            .map_err(|error| Error::kernel(&kernel.name, format!("the evaluator: {error}")))?;
        let failed_assertions = outcome.asserts.len() as u64;
        let evaluated = show(Ok(Outcome { value: outcome.value, failed_assertions }));
        if evaluated != *got {
            let difference = difference(kernel, set, ("the evaluator", &evaluated), (first_way, got));
            differences.push(difference);
            break;
        }
    }
    for (way, callee) in others {
        let found = sets.iter().zip(&expected).enumerate().find_map(|(i, (set, expected))| {
            let got = show(callee.outcome(i % callee.copies(), set));
            (got != *expected).then(|| difference(kernel, set, (first_way, expected), (way, &got)))
        });
        differences.extend(found);
    }
    Ok(differences)
}

fn difference(kernel: &Kernel, set: &Arguments, expected: (&str, &str), got: (&str, &str)) -> String {
    let arguments: Vec<String> = set.values.iter().map(ToString::to_string).collect();
    let name = &kernel.name;
    format!("{name}({}): {} gives {}, {} gives {}", arguments.join(", "), expected.0, expected.1, got.0, got.1)
}

fn show(outcome: Result<Outcome, String>) -> String {
    match outcome {
        Ok(Outcome { value, failed_assertions: 0 }) => value.to_string(),
        Ok(Outcome { value, failed_assertions }) => format!("{value} with {failed_assertions} failed assertions"),
        Err(fault) => fault,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::c_void;

    use xls_aot_ir::{read_package, FuncId};
    use xls_aot_runtime::abi::{EventSink, InstanceContext};

    use super::*;
    use crate::arguments::sets;
    use crate::block::Block;
    use crate::callee::Call;

    /// An entry point that adds `$step` to a byte, and reports a failed assertion if the byte is `$fails`.
    macro_rules! entry {
        ($name:ident, $step:expr, $fails:expr) => {
            unsafe extern "C" fn $name(
                inputs: *const *const u8,
                outputs: *const *mut u8,
                _: *mut c_void,
                events: *mut EventSink,
                context: *mut InstanceContext,
                _: *mut c_void,
                _: i64,
            ) -> i64 {
                // SAFETY: one byte in, one byte out, and the context of the ABI, as the kernel's types say.
                unsafe {
                    let input = **inputs;
                    **outputs = input.wrapping_add($step);
                    if $fails == Some(input) {
                        ((*context).record_assertion)(context, c"0".as_ptr(), events);
                    }
                }
                0
            }
        };
    }

    entry!(add_one, 1, None::<u8>);
    entry!(add_two, 2, None::<u8>);
    entry!(add_one_to_some, 1, Some(0xff));

    extern "C" fn add_one_directly(x: u64) -> u128 {
        // The bits above the result's may have any value.
        (u128::from(x) + 1) & 0xff | 0xab00
    }

    fn kernel() -> Kernel {
        let text = b"package p\nfn f(x: bits[8]) -> bits[8] {\n  one: bits[8] = literal(value=1)\n  ret y: bits[8] = add(x, one)\n}\n";
        let package = read_package("p", text).unwrap();
        let ty = package.function(FuncId::new(0)).return_type.clone();
        Kernel {
            name: "add".to_owned(),
            group: "small",
            ir: "add.ir".into(),
            package,
            top: FuncId::new(0),
            params: vec![ty.clone()],
            result: ty,
        }
    }

    fn found(calls: &[(&'static str, Vec<Call>)]) -> Vec<String> {
        let kernel = kernel();
        let mut callees: Vec<(&str, Callee)> = calls
            .iter()
            .map(|(way, calls)| (*way, Callee::new(calls.clone(), &kernel, Block::new(1, 1), (0, 1))))
            .collect();
        differences(&kernel, &mut callees, &sets(&kernel).unwrap()).unwrap()
    }

    #[test]
    fn equal_ways_have_no_differences() {
        let direct = Call::Direct(add_one_directly as *const c_void, 1);
        let ways =
            [("one", vec![Call::Xls(add_one)]), ("direct", vec![direct]), ("again", vec![Call::Xls(add_one); 3])];
        assert_eq!(found(&ways), [""; 0]);
    }

    #[test]
    fn different_values_are_found_in_every_copy() {
        let ways = [("one", vec![Call::Xls(add_one)]), ("two", vec![Call::Xls(add_one), Call::Xls(add_two)])];
        let [difference] = &found(&ways)[..] else { panic!("not one difference") };
        assert!(difference.starts_with("add(bits[8]:") && difference.contains("two gives bits[8]:"), "{difference}");
    }

    #[test]
    fn different_events_are_found() {
        let ways = [("one", vec![Call::Xls(add_one)]), ("some", vec![Call::Xls(add_one_to_some)])];
        assert_eq!(
            found(&ways),
            ["add(bits[8]:255): one gives bits[8]:0, some gives bits[8]:0 with 1 failed assertions"]
        );
    }

    #[test]
    fn a_first_way_that_differs_from_the_evaluator_is_found() {
        let [difference] = &found(&[("two", vec![Call::Xls(add_two)])])[..] else { panic!("not one difference") };
        assert!(difference.contains("the evaluator gives bits[8]:"), "{difference}");
    }
}
