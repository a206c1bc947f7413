"""Tests that are one run of the program `xls_aot`, which comes from the toolchain of the native back end."""

load(":backends.bzl", "NATIVE_TOOLCHAIN_TYPE")

visibility("//rules/...")

# What a rule that calls `tool_test` has among its attributes.
TOOL_TEST_ATTRS = {
    "_driver": attr.label(
        doc = "The program that a test of this rule runs.",
        cfg = "target",
        default = Label("//rules/private/tool_test:tool_test"),
        executable = True,
    ),
}

def tool_test(ctx, arguments, files, findings = [], runfiles = None, success = None):
    """Makes the program of a test that runs `xls_aot`.

    Args:
      ctx: ctx: the context of a test rule with `TOOL_TEST_ATTRS` and the toolchain of the native back end.
      arguments: List[str]: the arguments of the tool, the subcommand first; files by their short paths.
      files: List[File]: the files that the arguments name.
      findings: List[str]: lines about what is wrong already; the test prints them and fails if there are any.
      runfiles: runfiles: what the files need beside themselves, if anything.
      success: str: a line that the test prints if it passes.

    Returns:
      DefaultInfo: of the test.
    """
    toolchain = ctx.toolchains[NATIVE_TOOLCHAIN_TYPE]
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        is_executable = True,
        output = program,
        target_file = ctx.executable._driver,
    )

    # tool_test/main.rs says what the lines mean.
    lines = ["tool\t" + toolchain.tool.executable.short_path]
    lines.extend(["argument\t" + argument for argument in arguments])
    lines.extend(["finding\t" + line for line in findings])
    if success:
        lines.append("success\t" + success)
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest")
    ctx.actions.write(manifest, "\n".join(lines) + "\n")

    return DefaultInfo(
        executable = program,
        runfiles = ctx.runfiles(files = files + [manifest]).merge_all([
            ctx.attr._driver[DefaultInfo].default_runfiles,
            toolchain.tool_runfiles,
        ] + ([runfiles] if runfiles else [])),
    )
