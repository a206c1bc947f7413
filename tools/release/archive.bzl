"""The rule `release_archive`: a Bazel module that has the program `xls_aot` in it, for one platform."""

_TOOLCHAIN_TYPE = Label("//rules:toolchain_type")

def _constraints(triple):
    """The constraints of the platform that a program for a triple runs on."""
    return ["@platforms//cpu:" + triple.split("-")[0], "@platforms//os:" + ("linux" if "linux" in triple else "macos")]

def _impl(ctx):
    # The triple of the target platform, by the toolchain for it.
    triple = ctx.toolchains[_TOOLCHAIN_TYPE].target_triple
    if not triple:
        fail("{}: there is no release for this platform".format(ctx.label))
    toolchains = ctx.actions.declare_file(ctx.label.name + ".toolchains")
    ctx.actions.expand_template(
        output = toolchains,
        substitutions = {
            "@CONSTRAINTS@": "".join(["        \"%s\",\n" % name for name in _constraints(triple)]).rstrip("\n"),
        },
        template = ctx.file.toolchains_build,
    )

    entries = [("file", file.short_path, file) for file in ctx.files.srcs]
    entries.append(("module", "MODULE.bazel", ctx.file.module))
    entries.append(("file", "rules/toolchains/BUILD.bazel", toolchains))
    for file, name in ctx.attr.renamed.items():
        entries.append(("file", name, file[DefaultInfo].files.to_list()[0]))
    entries.append(("program", "bin/xls_aot", ctx.executable.tool))
    list = ctx.actions.declare_file(ctx.label.name + ".list")
    ctx.actions.write(list, "".join(["%s\t%s\t%s\n" % (kind, name, file.path) for kind, name, file in entries]))

    root = "xls_aot-{}-{}".format(ctx.attr.version, triple)
    archive = ctx.actions.declare_file("{}/{}.tar.gz".format(ctx.label.name, root))
    checksum = ctx.actions.declare_file("{}/{}.tar.gz.sha256".format(ctx.label.name, root))
    args = ctx.actions.args()
    args.add_all([list, root, archive, checksum])
    ctx.actions.run(
        arguments = [args],
        env = {},
        executable = ctx.executable._release,
        inputs = [list] + [file for _, _, file in entries],
        mnemonic = "XlsAotRelease",
        outputs = [archive, checksum],
    )
    return [DefaultInfo(files = depset([archive, checksum]))]

release_archive = rule(
    implementation = _impl,
    attrs = {
        "module": attr.label(
            doc = "MODULE.bazel of this repository.",
            allow_single_file = True,
            mandatory = True,
        ),
        "renamed": attr.label_keyed_string_dict(
            doc = "Files, and the paths that the archive has them at.",
            allow_files = True,
        ),
        "srcs": attr.label_list(
            doc = "Files that the archive has at their own paths.",
            allow_files = True,
            mandatory = True,
        ),
        "tool": attr.label(
            doc = "The program.",
            cfg = "target",
            executable = True,
            mandatory = True,
        ),
        "toolchains_build": attr.label(
            doc = "The build file of //rules/toolchains, with a place for the constraints of the program's platform.",
            allow_single_file = True,
            mandatory = True,
        ),
        "version": attr.string(
            doc = "The version of this module.",
            mandatory = True,
        ),
        "_release": attr.label(
            cfg = "exec",
            default = Label("//tools/release"),
            executable = True,
        ),
    },
    doc = "Makes the release archive of the target platform, and a file with its SHA-256 digest.",
    toolchains = [_TOOLCHAIN_TYPE],
)
