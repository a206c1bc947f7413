//! Functions that a rewrite must not touch, or only in part: each lacks one side condition of a rule, or needs a bit that
//! another use of the value does not. They come from planted faults that no other test found.
//!
//! What a function must give comes from the independent definitions; all arguments of up to 8 bits are tried, and corner
//! and random ones of more.

use xls_aot_independent::{probes, run, Value};
use xls_aot_ir::{closure, print_package, read_package, FuncId, Package, Type};
use xls_aot_opt::{optimize, OptLevel, Options, Topic};

/// Calls of a function that has too many arguments to try all.
const CALLS: usize = 60;

fn arguments(package: &Package, function: FuncId) -> Vec<Vec<Value>> {
    let function = package.function(function);
    let types: Vec<Type> = function.params.iter().map(|&param| function.node(param).ty.clone()).collect();
    let mut source = probes::Arguments::new(1);
    probes::all_arguments(&types, 8)
        .unwrap_or_else(|| (0..CALLS).map(|call| types.iter().map(|ty| source.of(ty, call)).collect()).collect())
}

#[test]
fn near_misses_keep_every_result() {
    let package = read_package("near_misses.ir", include_bytes!("near_misses.ir")).unwrap();
    for (function, source) in package.iter() {
        let name = &source.name;
        let package = closure::of(&package, function);
        let top = FuncId::new(package.functions.len() - 1);
        for disabled in [None].into_iter().chain(Topic::ALL.iter().copied().map(Some)) {
            let options = Options { disabled: disabled.into_iter().collect(), ..Options::new(OptLevel::Full) };
            let optimised = optimize(&package, top, &options).unwrap();
            for arguments in arguments(&package, top) {
                let expected = run(&package, top, &arguments).unwrap().value;
                let found = run(&optimised, FuncId::new(optimised.functions.len() - 1), &arguments).unwrap().value;
                assert_eq!(found, expected, "{name} without {disabled:?}\n{}", print_package(&optimised));
            }
        }
    }
}
