//! A function between procs, blocks and channels.

#[test]
fn the_function_is_compiled() {
    for x in 0..=u8::MAX {
        assert_eq!(procs_beside::triple_increment(x), x.wrapping_add(3));
    }
}
