"""The rule `xls_aot_equivalence_test`: a compiled artefact does what its IR says.

When the test runs, `xls_aot equivalence` loads the object of an `xls_aot` target, the very one that programs link, and
compares it with the reference evaluator. The tool is that of the native back end whatever compiled the object, so the test
needs neither libxls nor a linker.
"""

load(":backends.bzl", "NATIVE_TOOLCHAIN_TYPE")
load(":dslx_options.bzl", "dslx_options_in_runfiles")
load(":providers.bzl", "XlsAotInfo")
load(":tool_test.bzl", "TOOL_TEST_ATTRS", "tool_test")

visibility("//rules/...")

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
    design = _design(info)
    arguments = ["equivalence"] + design.options + ["--object", info.object.short_path]
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
        files = [info.object],
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
    test = True,
    toolchains = [NATIVE_TOOLCHAIN_TYPE],
)
