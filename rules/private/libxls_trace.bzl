"""The aspect that looks for libxls among the dependencies of a target.

It follows every attribute, because the attributes of a rule can have any name. It leaves out what a program does not
contain at run time:

- whatever is built in an execution configuration: tools, build scripts, procedural macros;
- procedural macros in any configuration;
- the inputs of an `xls_aot` target, which are compiled and not linked, and those of a build script;
- of a toolchain, all but the libraries that it adds to a program.
"""

load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("@rules_rust//rust:defs.bzl", "rust_common")
load("@rules_rust//rust:rust_common.bzl", "BuildInfo")
load(":exec_configuration.bzl", "ExecConfigurationInfo")
load(":inputs.bzl", "INPUT_ATTRS")
load(":libxls_link.bzl", "action_flags", "offending_flags", "stripped_outputs")
load(":libxls_offence.bzl", "label_text", "nearest", "offence", "own_offences", "seen_from", "step")
load(":providers.bzl", "LibxlsTraceInfo", "XlsAotInfo", "XlsAotRuntimeInfo")

visibility("//rules/...")

# Edges that are no dependency of the program: its build machinery, and constraints on platforms.
_BUILD_EDGES = [
    "_cc_toolchain",
    "compatible_with",
    "exec_compatible_with",
    "package_metadata",
    "proc_macro_deps",
    "restricted_to",
    "target_compatible_with",
    "toolchains",
]

# What a build script reads while it runs.
_BUILD_SCRIPT_EDGES = ["data", "script", "tools"]

# What a toolchain adds to the programs that are built with it.
_TOOLCHAIN_EDGES = [
    "allocator_library",
    "dynamic_runtime_lib",
    "global_allocator_library",
    "runtime",
    "rust_std",
    "static_runtime_lib",
]

def crate_of(target):
    """The crate that a target is.

    Args:
      target: Target: the target.

    Returns:
      CrateInfo: the crate; None if it is none.
    """
    if rust_common.crate_info in target:
        return target[rust_common.crate_info]
    if rust_common.test_crate_info in target:
        return target[rust_common.test_crate_info].crate
    return None

def is_build_time(ctx, crate):
    """Whether a target exists for the build only.

    Args:
      ctx: ctx: the context of an aspect on the target.
      crate: CrateInfo: the crate that the target is, or None.

    Returns:
      bool: whether it is built in an execution configuration, or is a procedural macro.
    """
    if ctx.attr._exec_configuration[ExecConfigurationInfo].is_exec:
        return True
    return crate != None and "proc-macro" in [crate.type, crate.wrapped_crate_type]

def library_basenames(library):
    """The names of the files of a library to link.

    Args:
      library: LibraryToLink: the library.

    Returns:
      List[str]: the names.
    """
    files = [
        library.static_library,
        library.pic_static_library,
        library.dynamic_library,
        library.interface_library,
        library.resolved_symlink_dynamic_library,
    ]
    return {file.basename: None for file in files if file}.keys()

def _own_basenames(target):
    """The names of the files that a target produces or adds to a link."""
    names = {file.basename: None for file in target[DefaultInfo].files.to_list()}
    if CcInfo in target:
        for linker_input in target[CcInfo].linking_context.linker_inputs.to_list():
            if linker_input.owner == target.label:
                for library in linker_input.libraries:
                    names.update({name: None for name in library_basenames(library)})
    return names.keys()

def flag_offence(label, flag):
    """A flag that links something of libxls, as an offence of the target that has it.

    Args:
      label: Label: the target.
      flag: str: the flag.

    Returns:
      struct: the offence.
    """
    return offence(flag, "link flag", [flag, label_text(label)], [step(label)])

def _own_flags(target):
    """The flags of a target that link something of libxls."""
    flags = {flag: None for flag in action_flags(target.actions)}
    if CcInfo in target:
        for linker_input in target[CcInfo].linking_context.linker_inputs.to_list():
            if linker_input.owner == target.label:
                flags.update({flag: None for flag in offending_flags(linker_input.user_link_flags)})
    return flags.keys()

def _edges(target, ctx):
    names = [name for name in dir(ctx.rule.attr) if name not in _BUILD_EDGES]
    if platform_common.ToolchainInfo in target or cc_common.CcToolchainInfo in target:
        return [name for name in names if name in _TOOLCHAIN_EDGES]
    if XlsAotInfo in target:
        return [name for name in names if name not in INPUT_ATTRS]
    if BuildInfo in target:
        return [name for name in names if name not in _BUILD_SCRIPT_EDGES]
    return names

def _targets(value):
    """The targets in the value of an attribute, whatever its type."""
    if type(value) == "Target":
        return [value]
    if type(value) == "list":
        return [entry for entry in value if type(entry) == "Target"]
    if type(value) == "dict":
        return [entry for entry in value.keys() + value.values() if type(entry) == "Target"]
    return []

def _behind(dependency):
    """What offends in a dependency and behind it, as seen from the dependency."""
    if LibxlsTraceInfo in dependency:
        return dependency[LibxlsTraceInfo].offences

    # A source file: aspects do not visit it.
    return own_offences(dependency.label, None, [])

def _impl(target, ctx):
    crate = crate_of(target)
    if is_build_time(ctx, crate):
        return [LibxlsTraceInfo(offences = [], stripped = depset())]

    offences = own_offences(target.label, crate.name if crate else None, _own_basenames(target))
    offences.extend([flag_offence(target.label, flag) for flag in _own_flags(target)])
    stripped = []
    for edge in _edges(target, ctx):
        for dependency in _targets(getattr(ctx.rule.attr, edge, None)):
            offences.extend(_through(target.label, edge, _behind(dependency)))
            if LibxlsTraceInfo in dependency:
                stripped.append(dependency[LibxlsTraceInfo].stripped)
    if XlsAotRuntimeInfo in target:
        offences.extend(_through(target.label, "toolchain", target[XlsAotRuntimeInfo].trace.offences))
    return [LibxlsTraceInfo(
        offences = nearest(offences),
        stripped = depset(stripped_outputs(target.actions), transitive = stripped),
    )]

def _through(label, edge, offences):
    """The offences of a dependency as seen from the target that has it."""
    return [
        seen_from([step(label), struct(edge = edge, label = found.chain[0].label)], found)
        for found in offences
    ]

libxls_trace_aspect = aspect(
    implementation = _impl,
    # A file that a rule makes leads to what the rule depends on.
    apply_to_generating_rules = True,
    attr_aspects = ["*"],
    attrs = {
        "_exec_configuration": attr.label(default = Label("//rules/private:exec_configuration")),
    },
    doc = "Looks for libxls, xlsynth and LLVM libraries among the things that a target needs at run time.",
    provides = [LibxlsTraceInfo],
)
