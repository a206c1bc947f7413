"""The kernels that are measured. testdata/bench/README.md says what each is."""

load(":kernels.bzl", "WAYS", "kernel")

visibility("//benches/...")

# Ways of kernels that are not compiled in all of them, with the reason in testdata/bench/README.md.
_WAYS = {}

# DSLX functions as libxls converts them, not optimised: package, module and function have one name.
_CONVERTED = [
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
]

_GENERATED = [
    "crc32_64B",
    "mem1k",
    "rand1000",
    "rand10000",
    "sha256_arr",
    "sort16",
    "sort64",
]

# Real designs as libxls' optimiser leaves them.
_DESIGNS = [
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
]

# Real designs as they are converted: calls and loops are in place. They are vectors of correctness tests too.
_UNOPTIMISED = [
    "bitonic_sort_16",
    "crc32_file",
    "fp32_add",
    "fp32_mul",
    "gcd_euclidean_16",
    "hsv2rgb",
    "matmul4_s32",
    "sha256",
    "varint_decode",
    "wide_sdivmod_200",
    "wide_udivmod_256",
    "wide_umul_256",
]

KERNELS = [
    kernel(
        name = name,
        group = "kernels",
        ir = "//testdata/bench:%s.ir" % name,
        top = "__%s__%s" % (name, name),
        ways = _WAYS.get(name, WAYS),
    )
    for name in _CONVERTED
] + [
    kernel(
        name = name,
        group = "kernels",
        ir = "//benches/ir:" + name,
        ways = _WAYS.get(name, WAYS),
    )
    for name in _GENERATED
] + [
    kernel(
        name = "design_" + name,
        group = "designs, optimised IR",
        ir = "//testdata/bench:designs/%s.ir" % name,
        ways = _WAYS.get("design_" + name, WAYS),
    )
    for name in _DESIGNS
] + [
    kernel(
        name = "unopt_" + name,
        group = "designs, as converted",
        ir = "//testdata/vectors:designs/%s.ir" % name,
        ways = _WAYS.get("unopt_" + name, WAYS),
    )
    for name in _UNOPTIMISED
]

# Few, small, and quick to compile: enough to test the harness.
SAMPLE = [kernel for kernel in KERNELS if kernel.name in [
    "add32",
    "memupd",
    "prienc",
    "design_fp32_mul",
    "design_fp32_fma",
]]
