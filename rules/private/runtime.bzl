"""Targets that forward to the runtime crate of the toolchain in use, so that a `rust_library` can depend on it."""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("@rules_rust//rust:defs.bzl", "rust_common")
load(":backends.bzl", "BACKENDS", "no_tool_error", "toolchains_of")
load(":providers.bzl", "XlsAotRuntimeInfo")

visibility("//rules/...")

_FORWARDED = [
    rust_common.crate_info,
    rust_common.dep_info,
    CcInfo,
    InstrumentedFilesInfo,
    OutputGroupInfo,
]

def _forward(toolchain_type):
    def _impl(ctx):
        toolchain = ctx.toolchains[toolchain_type]
        if not toolchain:
            fail("{}: {}".format(ctx.label, no_tool_error("backend")))
        runtime = toolchain.runtime
        return [
            DefaultInfo(
                files = runtime[DefaultInfo].files,
                runfiles = runtime[DefaultInfo].default_runfiles,
            ),
            XlsAotRuntimeInfo(
                label = runtime.label,
                trace = toolchain.runtime_trace,
            ),
        ] + [runtime[provider] for provider in _FORWARDED if provider in runtime]

    return _impl

_DOC = """Provides what the runtime crate of the toolchain in use provides.

It is not an `alias`, because the crate is known only after the toolchain is resolved."""

native_runtime = rule(
    implementation = _forward(BACKENDS["native"].toolchain_type),
    doc = _DOC,
    provides = [rust_common.crate_info, rust_common.dep_info, XlsAotRuntimeInfo],
    toolchains = toolchains_of("native"),
)

xlsynth_runtime = rule(
    implementation = _forward(BACKENDS["xlsynth"].toolchain_type),
    doc = _DOC,
    provides = [rust_common.crate_info, rust_common.dep_info, XlsAotRuntimeInfo],
    toolchains = toolchains_of("xlsynth"),
)
