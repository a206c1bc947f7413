"""The rule `xls_dslx_test`: the tests that DSLX modules have themselves."""

load(":backends.bzl", "NATIVE_TOOLCHAIN_TYPE")
load(":dslx_options.bzl", "DSLX_STDLIB", "dslx_options_in_runfiles", "stdlib_attr")
load(":providers.bzl", "XlsDslxInfo", "XlsDslxStdlibInfo")
load(":tool_test.bzl", "TOOL_TEST_ATTRS", "tool_test")

visibility("//rules/...")

def _impl(ctx):
    info = ctx.attr.library[XlsDslxInfo]
    stdlib = ctx.attr.stdlib[XlsDslxStdlibInfo]
    files = depset(transitive = [info.transitive_sources, stdlib.files])
    options = dslx_options_in_runfiles(info.transitive_sources, info.modules, stdlib)
    return [tool_test(
        ctx,
        arguments = ["dslx-test"] + [file.short_path for file in info.sources] + options,
        files = [],
        runfiles = ctx.runfiles(transitive_files = files),
    )]

xls_dslx_test = rule(
    implementation = _impl,
    attrs = {
        "library": attr.label(
            doc = "The `xls_dslx_library` whose tests are run: those in its own files.",
            mandatory = True,
            providers = [XlsDslxInfo],
        ),
        "stdlib": stdlib_attr(DSLX_STDLIB),
    } | TOOL_TEST_ATTRS,
    doc = """Runs the `#[test]` and `#[quickcheck]` functions of a library, compiled.

It knows `--test_filter`, sharding and the XML report. A library without such functions is a failure. Further arguments go to
`xls_aot dslx-test`.

```starlark
load("@xls_aot//rules:defs.bzl", "xls_dslx_test")

xls_dslx_test(
    name = "float_ops_dslx_test",
    size = "small",
    library = ":float_ops_dslx",
)
```
""",
    test = True,
    toolchains = [NATIVE_TOOLCHAIN_TYPE],
)
