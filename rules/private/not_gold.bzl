"""The rule `not_gold`: GNU ld instead of gold, for programs of this repository.

Bazel's automatic configuration of a C++ toolchain chooses gold if it finds it. gold is deprecated, has known faults with
Rust, and rustc warns about it. gold and GNU ld are parts of one package (binutils), so where gold is, GNU ld is too.
"""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

visibility("//rules/...")

# The action that links programs (ACTION_NAMES.cpp_link_executable).
_LINK = "c++-link-executable"

def _chooses_gold(ctx):
    """Whether the C++ toolchain links programs with gold."""
    cc_toolchain = find_cc_toolchain(ctx)
    feature_configuration = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = cc_toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    flags = cc_common.get_memory_inefficient_command_line(
        action_name = _LINK,
        feature_configuration = feature_configuration,
        variables = cc_common.create_link_variables(
            cc_toolchain = cc_toolchain,
            feature_configuration = feature_configuration,
            user_link_flags = ctx.fragments.cpp.linkopts,
        ),
    )
    linkers = [flag for flag in flags if flag.startswith("-fuse-ld=")]
    return bool(linkers) and linkers[-1] == "-fuse-ld=gold"

def _impl(ctx):
    inputs = [cc_common.create_linker_input(
        owner = ctx.label,
        user_link_flags = depset(["-fuse-ld=bfd"]),
    )] if _chooses_gold(ctx) else []
    return [CcInfo(linking_context = cc_common.create_linking_context(linker_inputs = depset(inputs)))]

not_gold = rule(
    implementation = _impl,
    doc = "A native library without code. A program that depends on it is linked by GNU ld if it would be linked by gold.",
    fragments = ["cpp"],
    provides = [CcInfo],
    toolchains = use_cc_toolchain(mandatory = True),
)
