"""The repository @libxls: files of the machine or of the wheel, or the exports of another repository."""

_HEADER = """\
load("@rules_cc//cc:defs.bzl", "cc_import")

package(default_visibility = ["//visibility:public"])

"""

_FILES_BUILD = _HEADER + """\
# The library, to link against. A binary that links it finds it through its runfiles.
cc_import(
    name = "libxls",
    shared_library = ":libxls_so",
)

# The library itself.
filegroup(
    name = "libxls_so",
    srcs = ["files/{library}"],
)

# The DSLX standard library: `.x` files of one folder.
filegroup(
    name = "dslx_stdlib",
    srcs = glob(["files/dslx_stdlib/*.x"]),
)

# What this libxls is: origin and version on the first line, sha256 of the library on the second.
filegroup(
    name = "version",
    srcs = ["files/version.txt"],
)
"""

_BUNDLE_BUILD = _HEADER + """\
alias(
    name = "libxls",
    actual = "{libxls}",
)

alias(
    name = "libxls_so",
    actual = "{library}",
)

# The DSLX standard library: one directory.
alias(
    name = "dslx_stdlib",
    actual = "{dslx_stdlib}",
)

filegroup(
    name = "version",
    srcs = ["version.txt"],
)
"""

def _absolute(rctx, path):
    return path if path.startswith("/") else "{}/{}".format(rctx.workspace_root, path)

def _files_impl(rctx):
    script = rctx.path(Label("//tools/libxls:libxls_files.py"))
    rctx.path(Label("//tools/libxls:wheel.bzl"))  # read by the script: a change fetches again
    python = rctx.which("python3")
    if not python:
        fail("error: libxls is not available: checking and unpacking it needs python3 on PATH " +
             "(tools/libxls/README.md of xls_aot says how to give it as a bundle instead)")
    arguments = [python, script, rctx.attr.way, rctx.path("files")]
    if rctx.attr.way == "path":
        library = _absolute(rctx, rctx.attr.library)
        dslx_stdlib = _absolute(rctx, rctx.attr.dslx_stdlib)
        for watched in [library, dslx_stdlib + "/std.x"]:
            rctx.watch(watched)
        arguments += [
            "--library=" + library,
            "--dslx-stdlib=" + dslx_stdlib,
            "--sha256=" + rctx.attr.sha256,
            "--version=" + rctx.attr.version,
        ]
    rctx.report_progress("laying out libxls ({})".format(rctx.attr.way))
    result = rctx.execute(arguments, timeout = 1800)
    if result.return_code != 0:
        fail(result.stderr)
    library = "libxls.so" if rctx.path("files/libxls.so").exists else "libxls.dylib"
    rctx.file("BUILD.bazel", _FILES_BUILD.format(library = library))

libxls_files_repository = repository_rule(
    doc = "libxls from the pinned wheel (`way = \"wheel\"`) or from files of this machine (`way = \"path\"`).",
    implementation = _files_impl,
    attrs = {
        "dslx_stdlib": attr.string(doc = "path: folder of the DSLX standard library; absolute, or relative to the root module."),
        "library": attr.string(doc = "path: the shared library; absolute, or relative to the root module."),
        "sha256": attr.string(doc = "path: expected sha256 of the library; not checked if empty."),
        "version": attr.string(doc = "path: what to call this version in version.txt."),
        "way": attr.string(doc = "Where the files come from.", mandatory = True, values = ["path", "wheel"]),
    },
    environ = ["HOME", "XDG_CACHE_HOME"],
)

def _bundle_impl(rctx):
    rctx.file("version.txt", "bundle {}\n".format(rctx.attr.libxls))
    rctx.file("BUILD.bazel", _BUNDLE_BUILD.format(
        dslx_stdlib = rctx.attr.dslx_stdlib,
        library = rctx.attr.library,
        libxls = rctx.attr.libxls,
    ))

# The labels are strings in canonical form: a label attribute would let Bazel load the bundle before it is needed.
libxls_bundle_repository = repository_rule(
    doc = "libxls from the targets that another repository exports.",
    implementation = _bundle_impl,
    attrs = {
        "dslx_stdlib": attr.string(doc = "Canonical label of the DSLX standard library's directory.", mandatory = True),
        "library": attr.string(doc = "Canonical label of the shared library file.", mandatory = True),
        "libxls": attr.string(doc = "Canonical label of the target to link against (CcInfo).", mandatory = True),
    },
)
