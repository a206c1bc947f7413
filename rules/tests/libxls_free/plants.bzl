"""Rules that the planted dependencies need."""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

def _generated_source_impl(ctx):
    source = ctx.actions.declare_file(ctx.label.name + ".rs")
    ctx.actions.run(
        arguments = [source.path],
        env = {},
        executable = ctx.executable.generator,
        mnemonic = "GenerateSource",
        outputs = [source],
    )
    return [DefaultInfo(files = depset([source]))]

generated_source = rule(
    implementation = _generated_source_impl,
    attrs = {
        "generator": attr.label(
            doc = "What writes the source.",
            cfg = "exec",
            executable = True,
            mandatory = True,
        ),
    },
    doc = "A source that a program writes during the build.",
)

def _smuggled_library_impl(ctx):
    return [ctx.attr.library[CcInfo]]

smuggled_library = rule(
    implementation = _smuggled_library_impl,
    attrs = {
        "library": attr.label(
            doc = "The library that is linked nevertheless.",
            cfg = "exec",
            mandatory = True,
            providers = [CcInfo],
        ),
    },
    doc = "Links a library that it depends on as if it were a tool: no edge of the target configuration leads there.",
)
