//! A design that libxls converted: modules of several places, and the types of the native front end.

use of_libxls::guarded;

#[test]
fn assertions_have_their_labels_and_files_as_they_are_in_the_workspace() {
    let failure = guarded(true, 0).unwrap_err();
    assert_eq!(failure.label(), Some("not_zero"));
    assert!(failure.to_string().contains("testdata/dslx_rules/"), "{failure}");
    assert_eq!(guarded(false, 0), Ok(0));
    assert_eq!(guarded(true, 7), Ok(7));
}
