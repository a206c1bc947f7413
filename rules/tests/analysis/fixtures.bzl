"""Toolchains and targets that the analysis tests look at."""

load("@rules_rust//rust:defs.bzl", "rust_binary", "rust_library")
load("//rules:defs.bzl", "libxls_free_test", "xls_aot", "xls_aot_equivalence_test", "xls_aot_rust_library", "xls_aot_toolchain", "xls_dslx_test")
load("//rules/private:target_triple.bzl", "TARGET_TRIPLE")

# What the library target is given beside its input, and what all of its targets must then have.
FORWARDED = {
    "compatible_with": [],
    "deprecation": "for the tests only",
    "exec_compatible_with": ["@platforms//os:linux"],
    "features": ["-some_feature"],
    "tags": [
        "manual",
        "some-tag",
    ],
    "target_compatible_with": ["@platforms//os:linux"],
    "testonly": True,
    "visibility": ["//rules/tests:__subpackages__"],
}

def toolchains(name):
    """Settings under which the toolchains of one kind come before the defaults.

    Args:
      name: str: "linux", "macos" or "nowhere": the target platform that the toolchains are for; or what they name as
        their runtime: "default_runtime", "forwarded_runtime", "forwarded_twice_runtime" or "plain_runtime"; or
        "prebuilt": their tool is a file.

    Returns:
      Dict[str, object]: the settings.
    """
    return {"//command_line_option:extra_toolchains": [
        str(Label("//rules/tests/analysis:%s_%s" % (name, backend)))
        for backend in ["native", "xlsynth"]
    ] + [str(Label("//rules/tests/analysis:dslx_double"))]}

PlatformInfo = provider(
    doc = "What a platform is taken for.",
    fields = {"triple": "str: its target triple."},
)

def _platform_probe_impl(ctx):
    return [PlatformInfo(triple = ctx.attr.triple)]

_platform_probe = rule(
    implementation = _platform_probe_impl,
    attrs = {"triple": attr.string(doc = "The triple, by the `select` of the default toolchains.")},
    doc = "Shows what the default toolchains take the target platform for.",
)

def _empty_toolchain_impl(_ctx):
    return [platform_common.ToolchainInfo()]

_empty_toolchain = rule(
    implementation = _empty_toolchain_impl,
    doc = "Stands for a toolchain that nothing uses before the rule under test fails.",
)

# Builds on a machine that libxls is not there for, with no toolchain of these tests.
WITHOUT_LIBXLS = {
    "//command_line_option:extra_execution_platforms": [str(Label("//rules/tests/analysis:aarch64_linux"))],
    "//command_line_option:extra_toolchains": [str(Label("//rules/tests/analysis:cc_on_aarch64"))],
}

def _without_libxls():
    """Targets whose actions must run on that machine."""
    _empty_toolchain(
        name = "cc_on_aarch64_impl",
        tags = ["manual"],
    )
    native.toolchain(
        name = "cc_on_aarch64",
        exec_compatible_with = ["@platforms//cpu:aarch64"],
        tags = ["manual"],
        toolchain = ":cc_on_aarch64_impl",
        toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
    )
    on_aarch64 = ["@platforms//cpu:aarch64"]
    _aot(name = "backend_without_libxls", backend = "xlsynth", exec_compatible_with = on_aarch64, ir = "first.ir")
    _aot(
        name = "frontend_without_libxls",
        dslx = "first.x",
        dslx_stdlib = "//rules:no_dslx_stdlib",
        exec_compatible_with = on_aarch64,
        frontend = "xlsynth",
        top = "first",
    )

def _toolchain(name, toolchain_type, target_triple, runtime = ":runtime_double", tool = ":tool_double"):
    xls_aot_toolchain(
        name = name + "_impl",
        runtime = runtime,
        supported_triples = ["x86_64-unknown-linux-gnu"],
        tags = ["manual"],
        target_triple = target_triple,
        tool = tool,
        visibility = ["//visibility:public"],
    )
    native.toolchain(
        name = name,
        tags = ["manual"],
        toolchain = ":%s_impl" % name,
        toolchain_type = toolchain_type,
    )

def fixtures():
    """Declares the fixtures. What a toolchain names is not testonly: ordinary targets depend on it."""
    rust_binary(
        name = "tool_double",
        srcs = ["tool_double.rs"],
        edition = "2021",
        tags = ["manual"],
        visibility = ["//rules/tests:__subpackages__"],
    )
    rust_library(
        name = "runtime_double",
        srcs = ["runtime_double.rs"],
        edition = "2021",
        tags = ["manual"],
        visibility = ["//visibility:public"],
    )
    for toolchain, triple in {
        "linux": "x86_64-unknown-linux-gnu",
        "macos": "aarch64-apple-darwin",
        "nowhere": "",
    }.items():
        _toolchain(toolchain + "_native", "//rules:toolchain_type", triple)
        _toolchain(toolchain + "_xlsynth", "//rules:xlsynth_toolchain_type", triple)

    # The labels that users know of the runtime, and none.
    for kind, runtime in {
        "default": None,
        "forwarded": "//rules:runtime",
        "forwarded_twice": "//rules:native_runtime",
        "plain": "//runtime",
    }.items():
        _toolchain(kind + "_runtime_native", "//rules:toolchain_type", "x86_64-unknown-linux-gnu", runtime)
        _toolchain(kind + "_runtime_xlsynth", "//rules:xlsynth_toolchain_type", "x86_64-unknown-linux-gnu", runtime)

    for backend, toolchain_type in {
        "native": "//rules:toolchain_type",
        "xlsynth": "//rules:xlsynth_toolchain_type",
    }.items():
        _toolchain("prebuilt_" + backend, toolchain_type, "x86_64-unknown-linux-gnu", tool = "prebuilt_tool")
    xls_aot_toolchain(
        name = "toolchain_without_program",
        tags = ["manual"],
        target_triple = "x86_64-unknown-linux-gnu",
        tool = ":one_ir",
    )

    for cpu, os in [
        ("aarch64", "linux"),
        ("aarch64", "macos"),
        ("riscv64", "linux"),
        ("x86_64", "linux"),
        ("x86_64", "macos"),
        ("x86_64", "windows"),
    ]:
        native.platform(
            name = "{}_{}".format(cpu, os),
            constraint_values = [
                "@platforms//cpu:" + cpu,
                "@platforms//os:" + os,
            ],
        )
    _platform_probe(
        name = "platform_probe",
        tags = ["manual"],
        triple = TARGET_TRIPLE,
    )

    _without_libxls()

    native.filegroup(
        name = "one_ir",
        srcs = [
            "first.ir",
            "notes.txt",
        ],
    )
    native.filegroup(
        name = "two_ir",
        srcs = [
            "first.ir",
            "second.ir",
        ],
    )
    native.filegroup(name = "empty")

    for backend in ["native", "xlsynth"]:
        _aot(
            name = backend + "_aot",
            backend = backend,
            ir = ":one_ir",
        )
    _aot(
        name = "chosen_aot",
        cpu = "x86-64-v3",
        crate_name = "chosen_crate",
        ir = "first.ir",
        symbol_salt = "chosen salt",
        top = "chosen_top",
    )
    _aot(
        name = "several_aot",
        events = [
            "trace",
            "cover",
        ],
        ir = "first.ir",
        tops = [
            "second",
            "first",
        ],
        type_names = {
            "(bits[1], bits[8])": "Pair(flag, value)",
            "(bits[2])": "Single(only)",
        },
        types = "types.json",
        types_from = [":chosen_aot"],
    )
    _aot(name = "top_and_tops", ir = "first.ir", top = "a", tops = ["b"])
    _aot(name = "top_twice", ir = "first.ir", tops = ["a", "b", "a"])
    _aot(name = "unnamed_top", ir = "first.ir", tops = [""])
    _aot(name = "unknown_event", events = ["trace", "assert"], ir = "first.ir")
    _aot(name = "no_input")
    _aot(name = "two_inputs", ir = ":two_ir")
    _aot(name = "wrong_input", ir = "notes.txt")
    _aot(name = "cpu_of_the_host", cpu = "native", ir = "first.ir")
    _aot(name = "empty_input", ir = ":empty")
    _aot(name = "bad-crate.name", ir = "first.ir")
    _aot(name = "keyword_crate", crate_name = "fn", ir = "first.ir")

    xls_aot_rust_library(
        name = "add-one",
        backend = "native",
        equivalence_test = True,
        ir = "first.ir",
        **FORWARDED
    )
    xls_aot_rust_library(
        name = "user_of_types",
        testonly = True,
        ir = "second.ir",
        tags = ["manual"],
        types_from = [":add-one"],
    )
    libxls_free_test(name = "free_fixture", tags = ["manual"], target = ":add-one")
    xls_dslx_test(name = "dslx_fixture", library = ":moved_dslx", tags = ["manual"])
    xls_dslx_test(name = "large_dslx_fixture", size = "large", library = ":moved_dslx", tags = ["manual"])
    xls_aot_rust_library(
        name = "compared_library",
        equivalence_test = {
            "count": 4096,
            "min_inputs": 1000,
            "seed": 7,
            "size": "large",
            "steps": 5,
        },
        ir = "first.ir",
        tags = ["manual"],
    )
    xls_aot_equivalence_test(
        name = "too_few_inputs",
        count = 100,
        min_inputs = 101,
        tags = ["manual"],
        target = ":native_aot",
    )
    xls_aot_rust_library(
        name = "xlsynth_library",
        backend = "xlsynth",
        ir = "first.ir",
        tags = ["manual"],
        testonly = True,
    )
    xls_aot_rust_library(
        name = "default_library",
        ir = "first.ir",
        tags = ["manual"],
        testonly = True,
    )

def _aot(name, backend = "native", **kwargs):
    xls_aot(
        name = name,
        testonly = True,
        backend = backend,
        tags = ["manual"],
        **kwargs
    )
