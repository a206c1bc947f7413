"""The rule `xls_aot`: functions of an XLS design become an object, a Rust source and a description of both.

There are two rule objects, which differ in nothing but the toolchain type that they resolve (backends.bzl says why),
and one public name in front of them.
"""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load(":backends.bzl", "BACKENDS", "DEFAULT_FRONTEND", "FRONTENDS", "frontend_error", "no_tool_error", "tool_of", "toolchains_of", backend_by_name = "backend")
load(":cpu.bzl", "cpu_error")
load(":crate_name.bzl", "crate_name_error", "crate_name_from_target")
load(":design_options.bzl", "DESIGN_ATTRS", "add_design_options")
load(":dslx_options.bzl", "DSLX_STDLIB")
load(":inputs.bzl", "INPUT_ATTRS", "add_input", "select_input")
load(":providers.bzl", "XlsAotInfo")

visibility("//rules/...")

def _target_triple(ctx, toolchain, is_of_backend):
    """The triple to compile for, checked against what the back end can do if the toolchain is that back end's."""
    triple = toolchain.target_triple
    if not triple:
        fail(("{}: the target platform is none that a target triple is known for (linux or macos on x86_64 or " +
              "aarch64); register an xls_aot_toolchain with a `target_triple` for it").format(ctx.label))
    supported = toolchain.supported_triples
    if is_of_backend and supported and triple not in supported:
        fail(("{}: the back end \"{}\" compiles for {} only, and the target platform is {}; choose another " +
              "`backend`, or another platform").format(ctx.label, ctx.attr.backend, ", ".join(supported), triple))
    return triple

def _symbol_salt(ctx):
    """The label, written so that it does not depend on the version of Bazel."""
    label = ctx.label
    repository = "@" + label.repo_name if label.repo_name else ""
    return ctx.attr.symbol_salt or "{}//{}:{}".format(repository, label.package, label.name)

def _archive(ctx, object):
    """Wraps the object as a native library: rules_rust links archives, never bare objects."""
    cc_toolchain = find_cc_toolchain(ctx)
    feature_configuration = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = cc_toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )

    linking_context, _outputs = cc_common.create_linking_context_from_compilation_outputs(
        actions = ctx.actions,
        cc_toolchain = cc_toolchain,
        compilation_outputs = cc_common.create_compilation_outputs(
            objects = depset([object]),
            pic_objects = depset([object]),
        ),
        disallow_dynamic_library = True,
        feature_configuration = feature_configuration,
        name = ctx.label.name,
    )
    [linker_input] = linking_context.linker_inputs.to_list()
    [archived] = linker_input.libraries

    # Which kinds of archive Bazel makes depends on the compilation mode. The code is position independent always, so
    # any one of them serves both kinds of link.
    archive = archived.pic_static_library or archived.static_library
    library = cc_common.create_library_to_link(
        actions = ctx.actions,
        alwayslink = False,
        cc_toolchain = cc_toolchain,
        feature_configuration = feature_configuration,
        pic_static_library = archive,
        static_library = archive,
    )
    return CcInfo(linking_context = cc_common.create_linking_context(
        linker_inputs = depset([cc_common.create_linker_input(
            libraries = depset([library]),
            owner = ctx.label,
        )]),
    ))

def _impl(ctx):
    tool = tool_of(ctx.attr.backend, ctx.attr.frontend)
    toolchain_type = BACKENDS[tool].toolchain_type
    toolchain = ctx.toolchains[toolchain_type]
    if not toolchain:
        fail("{}: {}".format(ctx.label, no_tool_error("backend" if tool == ctx.attr.backend else "frontend")))

    source = select_input(ctx)
    crate_name = ctx.attr.crate_name or crate_name_from_target(ctx.label.name)
    wrong = crate_name_error(crate_name)
    if wrong:
        fail("{}: {}".format(ctx.label, wrong))
    triple = _target_triple(ctx, toolchain, tool == ctx.attr.backend)
    wrong = cpu_error(ctx.attr.cpu, triple)
    if wrong:
        fail("{}: {}".format(ctx.label, wrong))
    salt = _symbol_salt(ctx)

    object = ctx.actions.declare_file(ctx.label.name + ".o")
    wrapper = ctx.actions.declare_file(ctx.label.name + ".rs")
    metadata = ctx.actions.declare_file(ctx.label.name + ".json")

    args = ctx.actions.args()
    args.add("compile")
    read = add_input(args, source)
    design_files = add_design_options(ctx, args)
    if ctx.attr.frontend != DEFAULT_FRONTEND:
        args.add("--frontend", ctx.attr.frontend)
    args.add("--crate-name", crate_name)
    args.add("--symbol-salt", salt)
    args.add("--backend", ctx.attr.backend)
    args.add("--target", triple)
    if ctx.attr.cpu:
        args.add("--cpu", ctx.attr.cpu)
    if ctx.attr.expose_activation:
        args.add("--expose-activation")
    args.add("--invoked-by", "bazel")
    args.add("--object", object)
    args.add("--wrapper", wrapper)
    args.add("--metadata", metadata)
    ctx.actions.run(
        arguments = [args],
        env = {},
        executable = toolchain.tool,
        inputs = depset(design_files, transitive = read),
        mnemonic = "XlsAotCompile",
        outputs = [object, wrapper, metadata],
        progress_message = "Compiling the XLS functions of %{label}",
        toolchain = toolchain_type,
    )

    return [
        # Only the source, so that the target can be the `srcs` of a rust_library.
        DefaultInfo(files = depset([wrapper])),
        OutputGroupInfo(
            metadata = depset([metadata]),
            object = depset([object]),
            wrapper = depset([wrapper]),
        ),
        _archive(ctx, object),
        XlsAotInfo(
            backend = ctx.attr.backend,
            crate_name = crate_name,
            dslx = source.dslx,
            input = source.file,
            metadata = metadata,
            object = object,
            symbol_salt = salt,
            target_triple = triple,
            tops = ctx.attr.tops or ([ctx.attr.top] if ctx.attr.top else []),
            wrapper = wrapper,
        ),
    ]

_ATTRS = INPUT_ATTRS | DESIGN_ATTRS | {
    "backend": attr.string(
        doc = "The back end that compiles the function.",
        mandatory = True,
        values = sorted(BACKENDS),
    ),
    "cpu": attr.string(
        doc = "The least capable processor that must be able to run the code: \"x86-64\", \"x86-64-v2\" or \"x86-64-v3\" on x86-64, " +
              "\"armv8-a\" on AArch64; by default \"x86-64-v2\" or \"armv8-a\". The xlsynth back end has " +
              "\"x86-64-v3\" only. Never the processor that the build runs on.",
    ),
    "crate_name": attr.string(
        doc = "The name of the Rust crate; by default the target's name with `-` and `/` replaced by `_`.",
    ),
    "expose_activation": attr.bool(
        doc = "Makes the activation bit of a DSLX function in implicit-token form (`__itok__...`) a parameter, instead " +
              "of passing true.",
    ),
    "frontend": attr.string(
        doc = "What converts DSLX to IR: \"native\", or \"xlsynth\", the front end of libxls, which needs the tool of the xlsynth " +
              "toolchain whatever the back end. Names and types come from the native front end always; a disagreement about a " +
              "signature is an error.",
        default = DEFAULT_FRONTEND,
        values = FRONTENDS,
    ),
    "symbol_salt": attr.string(
        doc = "Text that keeps the exported symbols of artefacts with equal names apart; by default the label.",
    ),
}

_DOC = """Compiles XLS functions.

By default the target's output is the Rust source; the output groups `object`, `wrapper` and `metadata` have one file
each. As a dependency of a `rust_library` or `cc_library` it is a native library that holds the object."""

def _xls_aot_rule(name):
    return rule(
        implementation = _impl,
        attrs = _ATTRS,
        doc = _DOC,
        fragments = ["cpp"],
        provides = [XlsAotInfo, CcInfo],
        toolchains = toolchains_of(name) + use_cc_toolchain(mandatory = True),
    )

xls_aot_native = _xls_aot_rule("native")

xls_aot_xlsynth = _xls_aot_rule("xlsynth")

_RULES = {
    "native": xls_aot_native,
    "xlsynth": xls_aot_xlsynth,
}

def xls_aot(name, backend = None, frontend = None, **kwargs):
    """Compiles XLS functions to an object, a Rust source and a description of both.

    Most users want `xls_aot_rust_library`, which makes a library of them.

    Args:
      name: str: the name of the target.
      backend: str: "native", the default, which needs no libxls, or "xlsynth".
      frontend: str: what converts DSLX to IR: "native", the default, which needs no libxls, or "xlsynth".
      **kwargs: `ir` or `dslx`, `dslx_deps`, `dslx_stdlib`, `top`, `tops`, `types`, `type_names`, `types_from`, `events`, `crate_name`,
        `cpu`, `expose_activation`, `symbol_salt`, and the attributes that all rules have.
    """
    chosen = backend_by_name(backend)
    if kwargs.get("dslx") != None and kwargs.get("dslx_stdlib") == None:
        # Not the attribute's default: what it names is part of a build even if nothing uses it.
        kwargs["dslx_stdlib"] = DSLX_STDLIB
    frontend = frontend or DEFAULT_FRONTEND
    wrong = frontend_error(frontend, kwargs.get("dslx") != None)
    if wrong:
        fail("xls_aot {}: {}".format(name, wrong))
    _RULES[tool_of(chosen.name, frontend)](name = name, backend = chosen.name, frontend = frontend, **kwargs)
