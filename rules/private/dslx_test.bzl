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

_xls_dslx_test = rule(
    implementation = _impl,
    attrs = {
        "library": attr.label(
            doc = "The `xls_dslx_library` whose tests are run: those in its own files.",
            mandatory = True,
            providers = [XlsDslxInfo],
        ),
        "stdlib": stdlib_attr(DSLX_STDLIB),
    } | TOOL_TEST_ATTRS,
    doc = "The rule behind `xls_dslx_test`.",
    test = True,
    toolchains = [NATIVE_TOOLCHAIN_TYPE],
)

# A macro for the reason that `libxls_free_test` is one.
def xls_dslx_test(name, library, stdlib = None, size = "small", **kwargs):
    """Runs the `#[test]` and `#[quickcheck]` functions of a library, compiled.

    It knows `--test_filter`, sharding and the XML report. A library without such functions is a failure. Further arguments (`args`) go
    to `xls_aot dslx-test`.

    ```starlark
    load("@xls_aot//rules:defs.bzl", "xls_dslx_test")

    xls_dslx_test(
        name = "float_ops_dslx_test",
        library = ":float_ops_dslx",
    )
    ```

    Args:
      name: str: the name of the test.
      library: Label: the `xls_dslx_library` whose tests are run: those in its own files.
      stdlib: Label: another DSLX standard library than the toolchain's, or `@xls_aot//rules:no_dslx_stdlib` for modules that do not need
        it, so that it is not fetched.
      size: str: the size of the test.
      **kwargs: the attributes that all tests have.
    """
    _xls_dslx_test(name = name, library = library, size = size, stdlib = stdlib, **kwargs)
