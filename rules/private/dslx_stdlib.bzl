"""The DSLX standard library: a target for its files, the toolchain that names it, and a target that stands for the toolchain's.

The standard library has a toolchain type of its own, because what a toolchain names is fetched when the toolchain is resolved: a
build without DSLX never fetches the standard library.
"""

load(":providers.bzl", "XlsDslxStdlibInfo")

visibility("//rules/...")

DSLX_TOOLCHAIN_TYPE = Label("//rules:dslx_toolchain_type")

def _stdlib_impl(ctx):
    files = ctx.files.srcs
    if not files:
        return [XlsDslxStdlibInfo(files = depset(), folder = None)]
    folders = [file for file in files if file.is_directory]
    modules = [file for file in files if file.basename == "std.x"]
    if folders and len(files) == 1:
        folder = struct(path = folders[0].path, short_path = folders[0].short_path)
    elif len(modules) == 1:
        folder = struct(path = modules[0].dirname, short_path = modules[0].short_path.rpartition("/")[0] or ".")
    else:
        fail("{}: `srcs` must be the files of one folder, `std.x` among them, or one folder; it has {} files called std.x".format(
            ctx.label,
            len(modules),
        ))
    others = [] if folders else [file for file in files if file.dirname != folder.path]
    if others:
        fail("{}: {} is in another folder than std.x".format(ctx.label, others[0].short_path))
    return [
        DefaultInfo(files = depset(files)),
        XlsDslxStdlibInfo(files = depset(files), folder = folder),
    ]

xls_dslx_stdlib = rule(
    implementation = _stdlib_impl,
    attrs = {
        "srcs": attr.label_list(
            doc = "The files of one folder, `std.x` among them, or one target that is a folder. None for no standard library.",
            allow_files = True,
        ),
    },
    doc = "A DSLX standard library, for `xls_dslx_toolchain`.",
    provides = [XlsDslxStdlibInfo],
)

def _toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(stdlib = ctx.attr.stdlib[XlsDslxStdlibInfo])]

xls_dslx_toolchain = rule(
    implementation = _toolchain_impl,
    attrs = {
        "stdlib": attr.label(
            doc = "The standard library: an `xls_dslx_stdlib`, or `@xls_aot//rules:no_dslx_stdlib`.",
            mandatory = True,
            providers = [XlsDslxStdlibInfo],
        ),
    },
    doc = """Names the DSLX standard library that modules import.

Wrap it in a `toolchain` of type `@xls_aot//rules:dslx_toolchain_type` and register that before the default.""",
)

def _current_impl(ctx):
    stdlib = ctx.toolchains[DSLX_TOOLCHAIN_TYPE].stdlib
    return [DefaultInfo(files = stdlib.files), stdlib]

current_dslx_stdlib = rule(
    implementation = _current_impl,
    doc = "The DSLX standard library that the toolchain in use names.",
    provides = [XlsDslxStdlibInfo],
    toolchains = [DSLX_TOOLCHAIN_TYPE],
)
