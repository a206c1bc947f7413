"""The repository @xls_aot_dslx_stdlib: text files of the wheel or of a folder, or the target of another repository."""

_BUILD = """\
package(default_visibility = ["//visibility:public"])

# The modules. No other files of libxls are here.
filegroup(
    name = "files",
    srcs = glob(["files/*.x"]),
)
"""

_TARGET_BUILD = """\
alias(
    name = "files",
    actual = "{target}",
    visibility = ["//visibility:public"],
)
"""

def _of_folder(rctx, name, says):
    """Copies the modules of a folder: the sandbox of an action hides what is outside of the repository."""
    folder = rctx.path(name if name.startswith("/") else "{}/{}".format(rctx.workspace_root, name))
    if not folder.get_child("std.x").exists:
        fail("error: the DSLX standard library is not available: {} is \"{}\", and there is no std.x in such a folder".format(
            says,
            name,
        ))
    for file in folder.readdir(watch = "yes"):
        if file.basename.endswith(".x"):
            rctx.watch(file)
            rctx.file("files/" + file.basename, rctx.read(file), executable = False)

def _of_wheel(rctx):
    script = rctx.path(Label("//tools/libxls:libxls_files.py"))
    rctx.path(Label("//tools/libxls:wheel.bzl"))  # read by the script: a change fetches again
    python = rctx.which("python3")
    if not python:
        fail("error: the DSLX standard library is not available: unpacking it needs python3 on PATH " +
             "(tools/dslx_stdlib/README.md of xls_aot says how to give a folder instead)")
    rctx.report_progress("laying out the DSLX standard library")
    result = rctx.execute([python, script, "dslx-stdlib", rctx.path("files")], timeout = 1800)
    if result.return_code != 0:
        fail(result.stderr)

def _files_impl(rctx):
    override = rctx.getenv("XLS_AOT_DSLX_STDLIB")
    if override:
        _of_folder(rctx, override, "the environment variable XLS_AOT_DSLX_STDLIB")
    elif rctx.attr.folder:
        _of_folder(rctx, rctx.attr.folder, "`folder` of dslx_stdlib.path(...)")
    else:
        _of_wheel(rctx)
    rctx.file("BUILD.bazel", _BUILD)

dslx_stdlib_files_repository = repository_rule(
    doc = "The DSLX standard library of a folder, or of the pinned wheel.",
    implementation = _files_impl,
    attrs = {
        "folder": attr.string(doc = "The folder; absolute, or relative to the root module. Empty for the wheel."),
    },
    environ = ["HOME", "XDG_CACHE_HOME"],
)

def _target_impl(rctx):
    rctx.file("BUILD.bazel", _TARGET_BUILD.format(target = rctx.attr.target))

# The label is a string in canonical form: a label attribute would let Bazel load the other repository before it is needed.
dslx_stdlib_target_repository = repository_rule(
    doc = "The DSLX standard library that another repository has.",
    implementation = _target_impl,
    attrs = {"target": attr.string(doc = "Canonical label of the target.", mandatory = True)},
)
