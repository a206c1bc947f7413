//! The code in README.md is in the files that the page describes.

const PAGE: &str = include_str!("README.md");
const FILES: [&str; 6] = [
    include_str!("crossing.x"),
    include_str!("float_calculator.rs"),
    include_str!("float_ops.x"),
    include_str!("hash.rs"),
    include_str!("sha256.x"),
    include_str!("simulate_crossing.rs"),
];

#[test]
fn each_part_is_in_a_file() {
    let parts: Vec<&str> = PAGE.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(parts.len() >= FILES.len(), "{}", parts.len());
    for part in parts {
        assert!(FILES.iter().any(|file| file.contains(part)), "in no file:\n{part}");
    }
}
