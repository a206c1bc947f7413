"""The rule `xls_aot_toolchain`: what it takes to compile XLS functions for one platform."""

load("@rules_rust//rust:defs.bzl", "rust_common")
load(":backends.bzl", "BACKENDS")
load(":libxls_trace.bzl", "libxls_trace_aspect")
load(":providers.bzl", "LibxlsTraceInfo", "XlsAotToolInfo")
load(":tool_build.bzl", "xls_aot_tool_build")

visibility("//rules/...")

# The runtime crate of a toolchain that names none.
_RUNTIME = Label("//runtime")

# What stands for the runtime of the toolchain in use. A toolchain that named one of these would depend on itself.
_FORWARDS = [Label("//rules:runtime")] + [backend.runtime for backend in BACKENDS.values()]

def _impl(ctx):
    tool = ctx.attr.tool[XlsAotToolInfo]
    if not tool.files_to_run.executable:
        fail("{}: `tool` is {}, which is not a program: name a target that can be run, or one file".format(
            ctx.label,
            tool.label,
        ))
    return [platform_common.ToolchainInfo(
        runtime = ctx.attr.runtime,
        runtime_trace = ctx.attr.runtime[LibxlsTraceInfo],
        supported_triples = ctx.attr.supported_triples,
        target_triple = ctx.attr.target_triple,
        tool = tool.files_to_run,
        tool_runfiles = tool.runfiles,
    )]

_ATTRS = {
    "runtime": attr.label(
        doc = "The runtime crate that generated crates depend on: `@xls_aot//runtime`, or a copy of it.",
        aspects = [libxls_trace_aspect],
        default = _RUNTIME,
        providers = [rust_common.crate_info],
    ),
    "supported_triples": attr.string_list(
        doc = "The target triples that the tool can compile for; empty if the tool itself decides.",
    ),
    "target_triple": attr.string(
        doc = "The triple of the target platform, usually a `select` on its constraints; empty for a platform " +
              "whose triple is not known.",
    ),
    "tool": attr.label(
        doc = "What builds the program `xls_aot`. It runs on the execution platform.",
        cfg = "exec",
        mandatory = True,
        providers = [XlsAotToolInfo],
    ),
}

_xls_aot_toolchain = rule(
    implementation = _impl,
    attrs = _ATTRS,
    doc = "Describes how XLS functions are compiled for one platform.",
)

def xls_aot_toolchain(name, tool, runtime = None, **kwargs):
    """Describes how XLS functions are compiled for one platform.

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

    Args:
      name: str: the name of the target.
      tool: Label: the program `xls_aot`: a target, which is built as `--@xls_aot//rules:tool_compilation_mode` says, or a file that was
        built before. It runs on the execution platform.
      runtime: Label: the runtime crate that generated crates depend on; by default `@xls_aot//runtime`.
        `@xls_aot//rules:runtime`, which stands for what the toolchain in use names, means the same here.
      **kwargs: `supported_triples`, `target_triple`, and the attributes that all rules have.
    """
    if type(runtime) in ["string", "Label"] and native.package_relative_label(runtime) in _FORWARDS:
        runtime = _RUNTIME
    build = name + "__tool"
    xls_aot_tool_build(
        name = build,
        # Only the toolchain builds it, for the execution platform.
        tags = ["manual"],
        testonly = kwargs.get("testonly"),
        tool = tool,
        visibility = ["//visibility:private"],
    )
    _xls_aot_toolchain(name = name, runtime = runtime, tool = ":" + build, **kwargs)
