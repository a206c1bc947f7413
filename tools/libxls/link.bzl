"""Linking libxls so that every linker keeps it."""

load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

def _libxls_link_impl(ctx):
    # rustc puts `--as-needed` and then libraries before the crates that use them. GNU ld drops a library that nothing has
    # asked for yet; named once more at the end of the command line, where these flags go, it is kept. By file name,
    # since not every libxls is called libxls.so.
    flags = ["-l:" + ctx.file.library.basename] if ctx.file.library.basename.endswith(".so") else []
    late = CcInfo(linking_context = cc_common.create_linking_context(
        linker_inputs = depset([cc_common.create_linker_input(
            owner = ctx.label,
            user_link_flags = depset(flags),
        )]),
    ))
    return [
        DefaultInfo(files = depset([ctx.file.library])),
        cc_common.merge_cc_infos(cc_infos = [ctx.attr.libxls[CcInfo], late]),
    ]

libxls_link = rule(
    doc = "What to depend on in order to link libxls.",
    implementation = _libxls_link_impl,
    attrs = {
        "library": attr.label(allow_single_file = [".so", ".dylib"], doc = "The shared library.", mandatory = True),
        "libxls": attr.label(doc = "The target that brings the shared library.", mandatory = True, providers = [CcInfo]),
    },
    provides = [CcInfo],
)
