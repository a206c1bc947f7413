"""Rules that the planted dependencies need."""

load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
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

def _flags_library_impl(ctx):
    return [CcInfo(linking_context = cc_common.create_linking_context(
        linker_inputs = depset([cc_common.create_linker_input(
            owner = ctx.label,
            user_link_flags = depset(ctx.attr.flags),
        )]),
    ))]

flags_library = rule(
    implementation = _flags_library_impl,
    attrs = {"flags": attr.string_list(doc = "Flags for the link of whatever depends on it.")},
    doc = "A library that is nothing but flags, in an attribute that no rule of others has.",
)

def _without_extra_toolchains_impl(_settings, _attr):
    return {"//command_line_option:extra_toolchains": []}

_without_extra_toolchains = transition(
    implementation = _without_extra_toolchains_impl,
    inputs = [],
    outputs = ["//command_line_option:extra_toolchains"],
)

def _tainted_rust_toolchain_impl(ctx):
    [original] = ctx.attr._original
    toolchain = original[platform_common.ToolchainInfo]
    fields = {name: getattr(toolchain, name) for name in dir(toolchain) if name not in ["to_json", "to_proto"]}
    fields["libstd_and_allocator_ccinfo"] = ctx.attr.allocator[CcInfo]
    return [platform_common.ToolchainInfo(**fields)]

tainted_rust_toolchain = rule(
    implementation = _tainted_rust_toolchain_impl,
    attrs = {
        "allocator": attr.label(
            doc = "The library that the toolchain adds to programs.",
            mandatory = True,
            providers = [CcInfo],
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
        # Seen without the toolchain that this rule makes, which would depend on itself otherwise.
        "_original": attr.label(
            cfg = _without_extra_toolchains,
            default = "@rules_rust//rust/toolchain:current_rust_toolchain",
        ),
    },
    doc = "The Rust toolchain in use, but for the allocator library.",
)
