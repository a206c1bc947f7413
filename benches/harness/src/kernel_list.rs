//! The kernels that are measured. testdata/bench/README.md says what each is.

/// The groups, in the order of the tables.
pub(crate) const GROUPS: &[&str] = &["kernels", "designs, optimised IR", "designs, as converted"];

/// Where the IR of a kernel is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// A file, from the root of the repository.
    File(&'static str),
    /// Made by `benches/ir`.
    Generated,
    /// A shape of `benches/ir` with so many nodes.
    Shape(usize),
}

/// A kernel of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) group: &'static str,
    /// The folder of its file and the file's name without ending, or where it is made.
    pub(crate) source: Source,
    /// The name of its file, or the name by which `benches/ir` knows it.
    pub(crate) file: &'static str,
}

/// DSLX functions as libxls converts them, not optimised.
const CONVERTED: &[&str] = &[
    "add32",
    "aes128",
    "alu32",
    "bcd8",
    "blend16",
    "chacha20",
    "cordic_for",
    "crc32_8",
    "crc32_for",
    "div32",
    "fp32_dot4",
    "gfmul8_for",
    "hamming72",
    "histogram_for",
    "isqrt_for",
    "keccak_for",
    "matvec8",
    "memupd",
    "mul256",
    "oddfir",
    "popcnt64",
    "prienc",
    "scrambler64",
    "segments8",
    "sha256_for",
];

const GENERATED: &[&str] = &["crc32_64B", "mem1k", "rand1000", "rand10000", "sha256_arr", "sort16", "sort64"];

/// Real designs as libxls' optimiser leaves them.
const DESIGNS: &[&str] = &[
    "bf16_add",
    "bf16_fma",
    "bitonic_sort_16",
    "crc32_file",
    "dot_product_fixed",
    "find_index",
    "fp32_add",
    "fp32_div",
    "fp32_fast_rsqrt",
    "fp32_fma",
    "fp32_from_int32",
    "fp32_mul",
    "fp32_to_int32",
    "fp64_add",
    "fp64_mul",
    "gcd_binary_16",
    "hf16_fma",
    "hsv2rgb",
    "matmul4_s32",
    "sha256",
    "varint_decode",
];

/// Real designs as they are converted: calls and loops are in place. They are vectors of correctness tests too.
const UNOPTIMISED: &[&str] = &[
    "adler32_file",
    "bitonic_sort_16",
    "crc32_file",
    "find_index",
    "fp32_add",
    "fp32_mul",
    "fp32_to_int32",
    "gcd_euclidean_16",
    "hsv2rgb",
    "matmul4_s32",
    "sha256",
    "varint_decode",
    "wide_sdivmod_200",
    "wide_udivmod_256",
    "wide_umul_256",
];

/// Nodes of the large functions.
const LARGE_NODES: usize = 100_000;

/// Large functions: shapes whose compilation `benches/scaling` measures.
pub(crate) fn large_functions() -> Vec<Listed> {
    let names = ["mixed", "chain", "wide"].into_iter();
    let source = Source::Shape(LARGE_NODES);
    names.map(|file| Listed { name: format!("{file}_100k"), group: "100,000 nodes", source, file }).collect()
}

/// All kernels, in the order of the tables.
pub(crate) fn kernels() -> Vec<Listed> {
    let list = |group, source, prefix: &'static str, names: &'static [&'static str]| {
        names.iter().map(move |&file| Listed { name: format!("{prefix}{file}"), group, source, file })
    };
    list(GROUPS[0], Source::File("testdata/bench"), "", CONVERTED)
        .chain(list(GROUPS[0], Source::Generated, "", GENERATED))
        .chain(list(GROUPS[1], Source::File("testdata/bench/designs"), "design_", DESIGNS))
        .chain(list(GROUPS[2], Source::File("testdata/vectors/designs"), "unopt_", UNOPTIMISED))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_different() {
        let all: Vec<Listed> = kernels().into_iter().chain(large_functions()).collect();
        let names: BTreeSet<&str> = all.iter().map(|kernel| &*kernel.name).collect();
        assert_eq!(names.len(), all.len());
    }
}
