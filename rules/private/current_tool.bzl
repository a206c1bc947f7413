"""The rule `current_tool`: the tool of the toolchain in use, as a program to run."""

load(":backends.bzl", "NATIVE_TOOLCHAIN_TYPE")

visibility("//rules/...")

def _impl(ctx):
    toolchain = ctx.toolchains[NATIVE_TOOLCHAIN_TYPE]
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        is_executable = True,
        output = program,
        target_file = toolchain.tool.executable,
    )
    return [DefaultInfo(executable = program, runfiles = toolchain.tool_runfiles)]

current_tool = rule(
    implementation = _impl,
    doc = """The program `xls_aot` of the native back end's toolchain.

`bazel run` of this target uses the program that the rules have built already, or the file that the toolchain names.""",
    executable = True,
    toolchains = [NATIVE_TOOLCHAIN_TYPE],
)
