"""The rule `xls_aot_equivalence_test`: a compiled artefact does what its IR says.

The object of an `xls_aot` target, the very one that programs link, is linked into a shared library here, during the
build. When the test runs, `xls_aot equivalence` loads it and compares it with the reference evaluator. The tool is that of
the native back end whatever compiled the object, so the test needs neither libxls nor a linker.
"""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load(":backends.bzl", "NATIVE_TOOLCHAIN_TYPE")
load(":dslx_options.bzl", "dslx_options_in_runfiles")
load(":providers.bzl", "XlsAotInfo")
load(":tool_test.bzl", "TOOL_TEST_ATTRS", "tool_test")

visibility("//rules/...")

def _shared_library(ctx, object):
    """Links one object into a shared library."""
    cc_toolchain = find_cc_toolchain(ctx)
    linked = cc_common.link(
        actions = ctx.actions,
        cc_toolchain = cc_toolchain,
        compilation_outputs = cc_common.create_compilation_outputs(
            objects = depset([object]),
            pic_objects = depset([object]),
        ),
        feature_configuration = cc_common.configure_features(
            ctx = ctx,
            cc_toolchain = cc_toolchain,
            requested_features = ctx.features,
            unsupported_features = ctx.disabled_features,
        ),
        name = ctx.label.name,
        output_type = "dynamic_library",
        user_link_flags = ["-lm"],
    )
    library = linked.library_to_link
    return library.resolved_symlink_dynamic_library or library.dynamic_library

# Attributes, and the options of the tool that they are.
_OPTIONS = {
    "count": "--count",
    "min_inputs": "--at-least",
    "seed": "--seed",
    "steps": "--steps",
}

def _design(info):
    """The tool's options for the design, and the files that they name."""
    dslx = info.dslx
    if not dslx:
        return struct(files = depset([info.input]), options = ["--ir", info.input.short_path])
    options = ["--dslx", info.input.short_path] + dslx.top_options
    options += dslx_options_in_runfiles(dslx.sources, dslx.modules, dslx.stdlib) + ["--no-warnings"]
    stdlib = [dslx.stdlib.files] if dslx.stdlib else []
    return struct(files = depset(transitive = [dslx.sources] + stdlib), options = options)

def _impl(ctx):
    info = ctx.attr.target[XlsAotInfo]
    library = _shared_library(ctx, info.object)
    design = _design(info)
    arguments = ["equivalence"] + design.options + ["--library", library.short_path]
    for attribute, option in _OPTIONS.items():
        value = getattr(ctx.attr, attribute)
        if value < 0:
            fail("{}: `{}` is {}; it cannot be negative".format(ctx.label, attribute, value))
        if value:
            arguments.extend([option, str(value)])
    if 0 < ctx.attr.count and ctx.attr.count < ctx.attr.min_inputs:
        fail("{}: `count` is {}, so no more inputs can be compared, but `min_inputs` is {}; raise the one or lower the other".format(
            ctx.label,
            ctx.attr.count,
            ctx.attr.min_inputs,
        ))
    return [tool_test(
        ctx,
        arguments = arguments,
        files = [library],
        runfiles = ctx.runfiles(transitive_files = design.files),
    )]

_ATTRS = {
    "count": attr.int(
        doc = "The maximum number of inputs; 0 for the tool's default.",
    ),
    "min_inputs": attr.int(
        doc = "The test fails if fewer inputs are compared, unless the function has no more. 0 for the tool's default: " +
              "256, or `count` if that is less.",
    ),
    "seed": attr.int(
        doc = "Determines the inputs; 0 for the tool's default.",
    ),
    "steps": attr.int(
        doc = "The maximum number of evaluation steps for all inputs together; when it is used up, the remaining inputs are " +
              "left out. 0 for the tool's default.",
    ),
    "target": attr.label(
        doc = "The `xls_aot` target whose artefact is compared: `<name>__aot` of an `xls_aot_rust_library`.",
        mandatory = True,
        providers = [XlsAotInfo],
    ),
} | TOOL_TEST_ATTRS

xls_aot_equivalence_test = rule(
    implementation = _impl,
    attrs = _ATTRS,
    doc = """Compares a compiled artefact with the reference evaluator, on corner and random inputs.

`equivalence_test` of `xls_aot_rust_library` makes this test. Use the rule itself for several tests of one function, or to
set attributes that the macro does not set.

```starlark
load("@xls_aot//rules:defs.bzl", "xls_aot_equivalence_test")

xls_aot_equivalence_test(
    name = "fp32_add_long_equivalence_test",
    size = "large",
    count = 100000,
    steps = 2000000000,
    target = ":fp32_add__aot",
)
```
""",
    fragments = ["cpp"],
    test = True,
    toolchains = [NATIVE_TOOLCHAIN_TYPE] + use_cc_toolchain(mandatory = True),
)
