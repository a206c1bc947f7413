//! Every input of an eight-bit function, and what a generated crate says about itself.

use add_one::{add_one, Runner, ARTIFACT};

#[test]
fn all_inputs() {
    let mut runner = Runner::new();
    for x in 0..=u8::MAX {
        assert_eq!(add_one(x), x.wrapping_add(1));
        assert_eq!(runner.run(x), x.wrapping_add(1));
    }
}

#[test]
fn the_artifact_describes_itself() {
    assert_eq!(ARTIFACT.abi_version, 2);
    assert_eq!(ARTIFACT.top, "add_one");
    assert_eq!(ARTIFACT.crate_name, "add_one");
    assert!(ARTIFACT.symbol.starts_with("xls_aot_v2_"), "{}", ARTIFACT.symbol);
    assert!(ARTIFACT.symbol.ends_with("_add_one"), "{}", ARTIFACT.symbol);
    assert_eq!(ARTIFACT.ir_sha256.len(), 64);
}

#[test]
fn many_threads_at_once() {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..=u8::MAX).for_each(|x| assert_eq!(add_one(x), x.wrapping_add(1))));
        }
    });
}
