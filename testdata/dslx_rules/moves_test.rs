//! Two libraries in DSLX, and types that both have.

use moves::shapes::{Point_12, Point_8, Turn};
use moves::{reach, refine, turn};
use shapes::{is_origin, mirror, Small};

#[test]
fn the_types_are_those_of_the_other_library() {
    // The instance and its alias are made by one crate, used by the other.
    let p: Small = shapes::Point_8 { x: 3, y: -4 };
    let turned: Point_8 = turn(&p, Turn::LEFT).unwrap();
    assert_eq!(mirror(&turned), Small { x: -4, y: -3 });
    assert_eq!(turn(&p, Turn::BACK).unwrap(), mirror(&p));
    assert!(!is_origin(&turned));
}

#[test]
fn another_instance_is_a_type_of_its_own() {
    let Point_12 { x, y } = refine(&Small { x: -128, y: 127 });
    assert_eq!((x.get(), y.get()), (-128, 127));
    assert_eq!(reach(&Small { x: -5, y: -6 }), -5);
}

#[test]
fn an_assertion_names_the_file_as_it_is_in_the_workspace() {
    let no_turn = Turn::from_bits(moves::xls_aot_runtime::Bits8::new(3).unwrap());
    let failure = turn(&Small { x: 0, y: 0 }, no_turn).unwrap_err();
    assert_eq!(failure.label(), Some("no_such_turn"));
    let place = failure.position().map(|place| place.to_string());
    assert_eq!(place.as_deref(), Some("testdata/dslx_rules/moves.x:12:14"));
}
