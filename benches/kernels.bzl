"""Kernels compiled in several ways, and the table that a program compares them by."""

load("@bazel_skylib//rules:write_file.bzl", "write_file")
load("@rules_rust//rust:defs.bzl", "rust_library")
load("//rules:defs.bzl", "xls_aot_rust_library")

visibility("//benches/...")

# The ways that this build knows, the one that others are measured against first. A further way is a crate with an `ENTRY`
# of the ABI and a description, added to `_artefact`.
WAYS = [
    "native",
    "xlsynth",
]

def kernel(name, ir, group, top = None, ways = WAYS):
    """Describes a kernel.

    Args:
      name: str: its name in the table.
      ir: Label: the IR.
      group: str: what it is counted with.
      top: str: the function; by default the package's top, or its only function.
      ways: List[str]: the ways that it is compiled in, of `WAYS`.

    Returns:
      struct: what `bench_kernel` and `bench_table` take.
    """
    return struct(name = name, ir = ir, group = group, top = top, ways = ways)

def _artefact(kernel, way):
    """The name of the target, and of the crate, of one kernel compiled in one way."""
    return "kernel_%s_%s" % (kernel.name, way)

def bench_kernel(kernel):
    """Declares the artefacts of a kernel, for builds that ask for them only.

    Args:
      kernel: struct: as `kernel` makes it.
    """
    for way in kernel.ways:
        artefact = _artefact(kernel, way)
        xls_aot_rust_library(
            name = artefact,
            backend = way,
            ir = kernel.ir,
            tags = ["manual"],
            top = kernel.top,
        )
        native.filegroup(
            name = artefact + "_metadata",
            srcs = [artefact + "__aot"],
            output_group = "metadata",
            tags = ["manual"],
        )

def bench_table(name, kernels):
    """A crate with `ARTEFACTS`: every kernel in every way.

    Args:
      name: str: the name of the target and of the crate.
      kernels: List[struct]: as `kernel` makes them.
    """
    lines = [
        "//! The kernels, in the ways they were compiled.",
        "",
        "use xls_aot_bench_harness::Artefact;",
        "",
        "pub const ARTEFACTS: &[Artefact] = &[",
    ]
    artefacts = []
    for kernel in kernels:
        for way in kernel.ways:
            artefact = _artefact(kernel, way)
            artefacts.append(artefact)
            lines.append(("    Artefact {{ kernel: \"{}\", group: \"{}\", way: \"{}\", entry: {}::ENTRY, " +
                          "metadata: include_str!(\"{}__aot.json\") }},").format(
                kernel.name,
                kernel.group,
                way,
                artefact,
                artefact,
            ))
    lines += ["];", ""]
    write_file(
        name = name + "_source",
        out = name + ".rs",
        content = lines,
        tags = ["manual"],
    )
    rust_library(
        name = name,
        srcs = [name + ".rs"],
        compile_data = [artefact + "_metadata" for artefact in artefacts],
        crate_root = name + ".rs",
        edition = "2021",
        tags = ["manual"],
        deps = ["//benches/harness"] + artefacts,
    )
