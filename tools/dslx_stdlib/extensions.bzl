"""Module extension `dslx_stdlib`: which DSLX standard library modules import.

    dslx_stdlib = use_extension("@xls_aot//tools/dslx_stdlib:extensions.bzl", "dslx_stdlib")
    dslx_stdlib.wheel()                                                # the default, of the pinned wheel
    dslx_stdlib.path(folder = "third_party/dslx_stdlib")
    dslx_stdlib.files(target = "@my_xls//:dslx_stdlib")

The root module's tag counts; without one, that of xls_aot itself. Tags of other modules are ignored. Two tags in the root module
are an error. The repository @xls_aot_dslx_stdlib is made when something with DSLX is built, not before.
"""

load(":repository.bzl", "dslx_stdlib_files_repository", "dslx_stdlib_target_repository")

visibility("public")

def _choices(module):
    """All tags of a module as (way, tag) pairs."""
    return (
        [("wheel", tag) for tag in module.tags.wheel] +
        [("path", tag) for tag in module.tags.path] +
        [("files", tag) for tag in module.tags.files]
    )

def _one_choice(mctx):
    """The (way, tag) that counts."""
    for module in mctx.modules:
        choices = _choices(module) if module.is_root else []
        if len(choices) > 1:
            fail("the DSLX standard library is chosen more than once: {} in module {}. Keep one of them in MODULE.bazel.".format(
                " and ".join(["dslx_stdlib.{}(...)".format(way) for way, _ in choices]),
                module.name or "<root>",
            ))
        if choices:
            return choices[0]
    return ("wheel", None)

def _impl(mctx):
    way, tag = _one_choice(mctx)
    name = "xls_aot_dslx_stdlib"
    if way == "files":
        dslx_stdlib_target_repository(name = name, target = str(tag.target))
    else:
        dslx_stdlib_files_repository(name = name, folder = tag.folder if way == "path" else "")
    return mctx.extension_metadata(reproducible = True)

_files = tag_class(
    doc = "A target: the files of one folder, `std.x` among them, or one folder. The targets `xlsynth_sys_legacy_stdlib` of " +
          "rules_xlsynth's bundles are such.",
    attrs = {"target": attr.label(doc = "The target.", mandatory = True)},
)

_path = tag_class(
    doc = "A folder of this machine. Its `.x` files are copied.",
    attrs = {"folder": attr.string(doc = "The folder with std.x; absolute, or relative to the root module.", mandatory = True)},
)

_wheel = tag_class(
    doc = "The standard library in the pinned wheel from the Python package index, which the extension `libxls` uses too. The " +
          "machine's pip fetches it, and its sha256 is checked. Only the text files are unpacked.",
)

dslx_stdlib = module_extension(
    doc = "Chooses the DSLX standard library, as the repository @xls_aot_dslx_stdlib.",
    implementation = _impl,
    tag_classes = {
        "files": _files,
        "path": _path,
        "wheel": _wheel,
    },
)
