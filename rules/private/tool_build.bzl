"""The rule `xls_aot_tool_build`: a tool of a toolchain, built in the same way whatever the settings of the build are.

Bazel optimises tools unless `--host_compilation_mode` says otherwise. For `xls_aot` that takes many times longer than the
compilation of all designs of a usual project, so every `xls_aot_toolchain` builds it unoptimised, with those crates optimised
in which equivalence tests spend their time (//tools/eval:optimised.bzl). `--@xls_aot//rules:tool_compilation_mode=opt`
optimises all of it, for large designs.
"""

load(":providers.bzl", "XlsAotToolInfo")

visibility("//rules/...")

_MODE = str(Label("//rules:tool_compilation_mode"))

# What compiles the tool, and what compiles that: its build scripts and procedural macros, which are then the same crates.
_COMPILATION_MODES = [
    "//command_line_option:compilation_mode",
    "//command_line_option:host_compilation_mode",
]

def _transition_impl(settings, _attr):
    return {option: settings[_MODE] for option in _COMPILATION_MODES}

_build_of_tools = transition(
    implementation = _transition_impl,
    inputs = [_MODE],
    outputs = _COMPILATION_MODES,
)

def _impl(ctx):
    tool = ctx.attr.tool[0]
    info = tool[DefaultInfo]
    if XlsAotToolInfo in tool:
        return [DefaultInfo(files = info.files), tool[XlsAotToolInfo]]

    # A file has no runfiles, not even itself.
    executable = info.files_to_run.executable
    runfiles = ctx.runfiles(files = [executable] if executable else [])
    if info.default_runfiles:
        runfiles = runfiles.merge(info.default_runfiles)
    return [
        DefaultInfo(files = info.files),
        XlsAotToolInfo(
            files_to_run = info.files_to_run,
            label = tool.label,
            runfiles = runfiles,
        ),
    ]

xls_aot_tool_build = rule(
    implementation = _impl,
    attrs = {
        "tool": attr.label(
            doc = "The program: a target, a file, or another `xls_aot_tool_build`.",
            allow_files = True,
            cfg = _build_of_tools,
            mandatory = True,
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    doc = "Builds a tool in the compilation mode that `//rules:tool_compilation_mode` names.",
    provides = [XlsAotToolInfo],
)
