//! Several artefacts in one program, whose functions and crates have equal names.

#[test]
fn each_crate_calls_its_own_object() {
    assert_eq!(step::step(255), 0);
    assert_eq!(another_name::step(41), 42);
    assert_eq!(other_step::step(41), 43);
    assert_eq!(step_back::back(0), 255);
}
