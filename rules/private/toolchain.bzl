"""The rule `xls_aot_toolchain`: what it takes to compile XLS functions for one platform."""

load("@rules_rust//rust:defs.bzl", "rust_common")
load(":libxls_trace.bzl", "libxls_trace_aspect")
load(":providers.bzl", "LibxlsTraceInfo")

visibility("//rules/...")

def _impl(ctx):
    return [platform_common.ToolchainInfo(
        runtime = ctx.attr.runtime,
        runtime_trace = ctx.attr.runtime[LibxlsTraceInfo],
        supported_triples = ctx.attr.supported_triples,
        target_triple = ctx.attr.target_triple,
        tool = ctx.attr.tool[DefaultInfo].files_to_run,
        tool_runfiles = ctx.attr.tool[DefaultInfo].default_runfiles,
    )]

_ATTRS = {
    "runtime": attr.label(
        doc = "The runtime crate that generated crates depend on: `@xls_aot//runtime`, or a copy of it.",
        aspects = [libxls_trace_aspect],
        mandatory = True,
        providers = [rust_common.crate_info],
    ),
    "supported_triples": attr.string_list(
        doc = "The target triples that the tool can compile for; empty if it decides for itself.",
    ),
    "target_triple": attr.string(
        doc = "The triple of the target platform, usually a `select` on its constraints; empty for a platform that " +
              "no triple is known for.",
    ),
    "tool": attr.label(
        doc = "The program `xls_aot`. It runs on the execution platform.",
        cfg = "exec",
        executable = True,
        mandatory = True,
    ),
}

xls_aot_toolchain = rule(
    implementation = _impl,
    attrs = _ATTRS,
    doc = """Describes how XLS functions are compiled for one platform.

Wrap it in a `toolchain` of type `@xls_aot//rules:toolchain_type` (for the back end "native") or
`@xls_aot//rules:xlsynth_toolchain_type` (for "xlsynth") and register that before the defaults:

```starlark
xls_aot_toolchain(
    name = "my_xls_aot",
    runtime = "//third_party/xls_aot_runtime",
    target_triple = "x86_64-unknown-linux-gnu",
    tool = "@xls_aot//tools/cli:xls_aot",
    visibility = ["//visibility:public"],
)

toolchain(
    name = "my_xls_aot_toolchain",
    toolchain = ":my_xls_aot",
    toolchain_type = "@xls_aot//rules:toolchain_type",
)
```
""",
)
