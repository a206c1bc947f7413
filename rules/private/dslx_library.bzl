"""The rule `xls_dslx_library`: DSLX modules that other modules import, checked completely."""

load(":backends.bzl", "NATIVE_TOOLCHAIN_TYPE")
load(":dslx_modules.bzl", "module_name", "modules_of", "path_in_repository")
load(":dslx_options.bzl", "DSLX_STDLIB", "add_dslx_options", "stdlib_attr")
load(":providers.bzl", "XlsDslxInfo", "XlsDslxStdlibInfo")

visibility("//rules/...")

def _modules(ctx):
    """The library's own modules."""
    modules = []
    for file in ctx.files.srcs:
        name, wrong = module_name(
            path_in_repository(file),
            package = ctx.label.package,
            strip_import_prefix = ctx.attr.strip_import_prefix,
            import_prefix = ctx.attr.import_prefix,
        )
        if wrong:
            fail("{}: {}".format(ctx.label, wrong))
        if name:
            modules.append(struct(file = file, name = name))
    return modules

def _check(ctx, modules, sources, stdlib):
    """The action that checks all of the library's modules."""
    stamp = ctx.actions.declare_file(ctx.label.name + ".dslx_checked")
    toolchain = ctx.toolchains[NATIVE_TOOLCHAIN_TYPE]
    args = ctx.actions.args()
    args.add("dslx-typecheck")
    args.add_all(ctx.files.srcs)
    add_dslx_options(args, sources, modules, stdlib)
    args.add_all(ctx.attr.enable_warnings, before_each = "--enable-warning")
    args.add_all(ctx.attr.disable_warnings, before_each = "--disable-warning")
    if ctx.attr.warnings_as_errors:
        args.add("--warnings-as-errors")
    args.add("--stamp", stamp)
    ctx.actions.run(
        arguments = [args],
        env = {},
        executable = toolchain.tool,
        inputs = depset(transitive = [sources, stdlib.files]),
        mnemonic = "XlsDslxCheck",
        outputs = [stamp],
        progress_message = "Checking the DSLX modules of %{label}",
        toolchain = NATIVE_TOOLCHAIN_TYPE,
    )
    return stamp

def _impl(ctx):
    both = [kind for kind in ctx.attr.enable_warnings if kind in ctx.attr.disable_warnings]
    if both:
        fail("{}: `enable_warnings` and `disable_warnings` both have \"{}\"".format(ctx.label, both[0]))
    of_deps = modules_of(ctx, ctx.attr.deps)
    modules = depset(_modules(ctx), transitive = of_deps.modules)
    sources = depset(ctx.files.srcs, transitive = of_deps.sources)
    stamp = _check(ctx, modules, sources, ctx.attr.stdlib[XlsDslxStdlibInfo])
    return [
        DefaultInfo(files = depset(ctx.files.srcs)),
        OutputGroupInfo(_validation = depset([stamp])),
        XlsDslxInfo(
            modules = modules,
            sources = ctx.files.srcs,
            transitive_sources = sources,
        ),
    ]

xls_dslx_library = rule(
    implementation = _impl,
    attrs = {
        "deps": attr.label_list(
            doc = "What the modules import: `xls_dslx_library` targets, `.x` files, or other targets that have `.x` files. A file is " +
                  "imported by its path from the root of its repository.",
            # Which files count is decided by `modules_of`, with a better message.
            allow_files = True,
        ),
        "disable_warnings": attr.string_list(
            doc = "Kinds of warnings to switch off, such as `unused_definition`.",
        ),
        "enable_warnings": attr.string_list(
            doc = "Kinds of warnings to switch on.",
        ),
        "import_prefix": attr.string(
            doc = "A path to put in front of the paths by which the files are imported.",
        ),
        "srcs": attr.label_list(
            doc = "The files of the modules. They may import each other. A file `a/b.x` is the module `a.b`.",
            allow_empty = False,
            allow_files = [".x"],
            mandatory = True,
        ),
        "stdlib": stdlib_attr(DSLX_STDLIB),
        "strip_import_prefix": attr.string(
            doc = "The folder from which paths of imports begin: from the package, or from the root of the repository if it begins " +
                  "with `/`. By default the root of the repository, as in DSLX. Empty for the package.",
            default = "/",
        ),
        "warnings_as_errors": attr.bool(
            doc = "Whether warnings about the files of `srcs` are errors.",
        ),
    },
    doc = """DSLX modules, for other libraries to import, to test, and to compile.

Every build of the target, or of what depends on it, checks all of its files completely: functions that nobody uses, tests and
constants too. (The check is a validation action: `--norun_validations` leaves it out.)

```starlark
load("@xls_aot//rules:defs.bzl", "xls_dslx_library")

xls_dslx_library(
    name = "float_ops_dslx",
    srcs = ["float_ops.x"],
    deps = [":types_dslx"],
)
```
""",
    provides = [XlsDslxInfo],
    toolchains = [NATIVE_TOOLCHAIN_TYPE],
)
