//! IR that measurements need and that is too large, or too many sizes, to be kept as files.
//!
//! [`KERNELS`] are functions whose speed is measured; each text ends with a `// run:` line whose result was computed
//! here in Rust, so that a file test can tell that the kernel is what its name says. [`cases`] are shapes of any size
//! whose compilation is measured.
//!
//! The texts depend on nothing but their arguments.

pub mod cases;

mod body;
mod crc32;
mod long;
mod memory;
mod random;
mod sha256;
mod sort;

/// A kernel: its name, which is also its top function's, and its text.
pub type Kernel = (&'static str, fn() -> String);

/// All kernels, in the order of their names.
pub const KERNELS: &[Kernel] = &[
    ("crc32_64B", crc32::crc32_64_bytes),
    ("mem1k", memory::mem1k),
    ("rand1000", || random::kernel("rand1000", 1_000)),
    ("rand10000", || random::kernel("rand10000", 10_000)),
    ("sha256_arr", sha256::kernel),
    ("sort16", || sort::kernel("sort16", 16)),
    ("sort64", || sort::kernel("sort64", 64)),
];

/// The text of the kernel of that name.
#[must_use]
pub fn kernel(name: &str) -> Option<String> {
    KERNELS.iter().find(|(known, _)| *known == name).map(|(_, text)| text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_found() {
        assert!(KERNELS.is_sorted_by_key(|(name, _)| *name));
        for (name, _) in KERNELS {
            assert!(kernel(name).is_some_and(|text| text.contains(&format!("top fn {name}("))), "{name}");
        }
        assert_eq!(kernel("rand1"), None);
    }
}
