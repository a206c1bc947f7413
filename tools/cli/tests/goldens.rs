//! The sources that the program generates for the modules of testdata/suite, with the options that the rules give it, are
//! those in testdata/goldens, byte for byte. (Bazel compares all goldens with the outputs of the rules themselves. This test
//! needs only cargo, so `.ci/planted-faults` can use it.)

mod program;

use program::Folder;

/// Name, module and golden.
macro_rules! cases {
    ($($name:literal)*) => {
        &[$((
            $name,
            include_str!(concat!("../../../testdata/suite/", $name, ".ir")),
            include_str!(concat!("../../../testdata/goldens/", $name, "_native__aot.rs")),
        )),*]
    };
}

const CASES: &[(&str, &str, &str)] = cases!(
    "add_inputs" "add_one" "assert_pair" "boxed_result" "compound_shapes" "dead_sibling" "empty_tuple" "keyword_names"
    "large_array_tuple" "nested_calls" "wide_bits_tuple" "wide_counted_for" "wide_sizes" "zero_width"
);

#[test]
fn sources_are_the_goldens() {
    for (name, module, golden) in CASES {
        let folder = Folder::new();
        let ir = format!("{name}.ir");
        folder.write(&ir, module);
        let salt = format!("//testdata/suite:{name}_native__aot");
        let outcome = folder.compile(&["--ir", &ir, "--crate-name", name, "--symbol-salt", &salt]);
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{name}");
        // The sources state the version, and the copy that `.ci/planted-faults` makes has a version of its own.
        let source = std::fs::read_to_string(folder.path().join("design.rs")).unwrap().replace("-planted", "");
        let differs = source.lines().zip(golden.lines()).find(|(source, golden)| source != golden);
        assert!(source == *golden, "{name}: not the golden; first difference: {differs:#?}");
    }
}
