"""Whether something is built in an execution configuration, by Bazel's own word.

Starlark cannot ask for that: `is_tool_configuration` of a configuration is private to Bazel. But a transition may read any
option of the configuration that it starts from, and one of them says it. So a small target reads it for whoever depends on
it; nothing is built in the configuration that the transition makes. Where a Bazel does not let the option be read, analysis
fails.
"""

visibility("//rules/...")

ExecConfigurationInfo = provider(
    doc = "What Bazel says of the configuration that the target is asked for in.",
    fields = {"is_exec": "bool: whether it is an execution configuration: that of tools."},
)

_OPTION = "//command_line_option:is exec configuration"

_SETTING = str(Label("//rules/private:is_exec_configuration"))

def _read_impl(settings, _attr):
    return {_SETTING: settings[_OPTION]}

_read = transition(
    implementation = _read_impl,
    inputs = [_OPTION],
    outputs = [_SETTING],
)

def _setting_impl(ctx):
    return [ExecConfigurationInfo(is_exec = ctx.build_setting_value)]

exec_configuration_setting = rule(
    implementation = _setting_impl,
    build_setting = config.bool(),
    doc = "Carries the answer from the transition to the rule. Nobody else sets it.",
)

def _exec_configuration_impl(ctx):
    return [ctx.attr._setting[ExecConfigurationInfo]]

exec_configuration = rule(
    implementation = _exec_configuration_impl,
    attrs = {
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
        "_setting": attr.label(default = Label("//rules/private:is_exec_configuration")),
    },
    cfg = _read,
    doc = "Says whether the configuration that it is asked for in is an execution configuration.",
    provides = [ExecConfigurationInfo],
)
