//! A result without data.

#[test]
fn the_call_returns_nothing() {
    for x in 0..=u8::MAX {
        let () = empty_tuple::empty_tuple(x);
    }
}
