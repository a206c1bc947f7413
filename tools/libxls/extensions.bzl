"""Module extension `libxls`: which libxls the xlsynth back end is built with.

    libxls = use_extension("@xls_aot//tools/libxls:extensions.bzl", "libxls")
    libxls.wheel()                                                     # the default, the pinned wheel
    libxls.path(library = "/opt/xls/libxls.so", dslx_stdlib = "/opt/xls/dslx_stdlib")
    libxls.bundle(repo = "@my_xls_runtime//:all")                      # a rules_xlsynth runtime repository

The root module's tag counts; without one, that of xls_aot itself. Tags of other modules are ignored. Two tags in the
root module are an error. The repository @libxls is made when something that links libxls is built, not before.
"""

load(":repository.bzl", "libxls_bundle_repository", "libxls_files_repository")
load(":wheel.bzl", "LIBXLS_SHA256", "WHEEL_PACKAGE", "WHEEL_VERSION")

visibility("public")

def _describe(module, way):
    return "libxls.{}(...) in module {}".format(way, module.name or "<root>")

def _choices(module):
    """All tags of a module as (way, tag) pairs."""
    return (
        [("wheel", tag) for tag in module.tags.wheel] +
        [("path", tag) for tag in module.tags.path] +
        [("bundle", tag) for tag in module.tags.bundle]
    )

def _one_choice(mctx):
    """The (way, tag) that counts."""
    own = None
    for module in mctx.modules:
        choices = _choices(module)
        if module.is_root and len(choices) > 1:
            fail("libxls is chosen more than once: {}. Keep one of them in MODULE.bazel.".format(
                " and ".join([_describe(module, way) for way, _ in choices]),
            ))
        if module.is_root and choices:
            return choices[0]
        if module.name == "xls_aot" and choices:
            own = choices[0]
    return own or ("wheel", None)

def _check_wheel(tag):
    if tag and tag.version and tag.version != WHEEL_VERSION:
        fail("libxls.wheel(version = \"{}\"): this version of xls_aot is built and tested with {} {} (libxls.so {}); ".format(
            tag.version,
            WHEEL_PACKAGE,
            WHEEL_VERSION,
            LIBXLS_SHA256,
        ) + "leave `version` out, or give another library with libxls.path(...)")

def _bundle_label(tag, attribute, default_name):
    chosen = getattr(tag, attribute)
    if chosen:
        return str(chosen)
    if not tag.repo:
        fail("libxls.bundle(...): give `repo` (any label in the bundle's root package), or all of `libxls`, `library` and `dslx_stdlib`")
    return str(tag.repo.same_package_label(default_name))

def _libxls_impl(mctx):
    way, tag = _one_choice(mctx)
    if way == "wheel":
        _check_wheel(tag)
        libxls_files_repository(name = "libxls", way = "wheel")
    elif way == "path":
        libxls_files_repository(
            name = "libxls",
            dslx_stdlib = tag.dslx_stdlib,
            library = tag.library,
            sha256 = tag.sha256,
            version = tag.version,
            way = "path",
        )
    else:
        libxls_bundle_repository(
            name = "libxls",
            # The names that rules_xlsynth documents as its contract with users of the crate xlsynth-sys.
            dslx_stdlib = _bundle_label(tag, "dslx_stdlib", "xlsynth_sys_legacy_stdlib"),
            library = _bundle_label(tag, "library", "xlsynth_sys_legacy_dso"),
            libxls = _bundle_label(tag, "libxls", "xlsynth_sys_dep"),
        )
    return mctx.extension_metadata(reproducible = True)

_wheel = tag_class(
    doc = "The pinned wheel from the Python package index, fetched with the machine's pip and checked by its sha256.",
    attrs = {
        "version": attr.string(doc = "If given, must be the pinned version: an assertion, not a choice."),
    },
)

_path = tag_class(
    doc = "A library and a DSLX standard library on this machine. They are copied.",
    attrs = {
        "dslx_stdlib": attr.string(doc = "Folder with std.x; absolute, or relative to the root module.", mandatory = True),
        "library": attr.string(doc = "libxls.so or libxls.dylib; absolute, or relative to the root module.", mandatory = True),
        "sha256": attr.string(doc = "Expected sha256 of the library; not checked if left out."),
        "version": attr.string(doc = "What to call this version."),
    },
)

_bundle = tag_class(
    doc = "The exports of a runtime repository made by rules_xlsynth, or any three targets of the same kinds.",
    attrs = {
        "dslx_stdlib": attr.label(doc = "The DSLX standard library; default `xlsynth_sys_legacy_stdlib` beside `repo`."),
        "library": attr.label(doc = "The shared library file; default `xlsynth_sys_legacy_dso` beside `repo`."),
        "libxls": attr.label(doc = "The target to link against; default `xlsynth_sys_dep` beside `repo`."),
        "repo": attr.label(doc = "Any label in the bundle's root package, such as `@my_xls//:all`."),
    },
)

libxls = module_extension(
    doc = "Chooses the libxls that the xlsynth back end is built with, as the repository @libxls.",
    implementation = _libxls_impl,
    tag_classes = {
        "bundle": _bundle,
        "path": _path,
        "wheel": _wheel,
    },
)
