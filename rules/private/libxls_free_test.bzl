"""The rule `libxls_free_test`: a program or library carries nothing of libxls at run time.

Two independent looks: analysis follows the dependencies of the target (libxls_trace.bzl), and the test, when it runs,
has `xls_aot audit` read what was linked. A failure is a failed test, not a failed build.
"""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("@rules_rust//rust:defs.bzl", "rust_common")
load(":backends.bzl", "NATIVE_TOOLCHAIN_TYPE")
load(":libxls_offence.bzl", "allowed", "nearest", "own_offences", "report", "seen_from", "step")
load(":libxls_trace.bzl", "crate_of", "library_basenames", "libxls_trace_aspect")
load(":providers.bzl", "LibxlsFreeInfo", "LibxlsTraceInfo", "XlsAotInfo")
load(":tool_test.bzl", "TOOL_TEST_ATTRS", "tool_test")

visibility("//rules/...")

_RUST_TOOLCHAIN_TYPE = Label("@rules_rust//rust:toolchain_type")

# The fields of a Rust toolchain that hold the libraries it adds to a program.
_RUST_TOOLCHAIN_LIBRARIES = [
    "libstd_and_allocator_ccinfo",
    "libstd_and_global_allocator_ccinfo",
    "nostd_and_global_allocator_cc_info",
    "stdlib_linkflags",
]

# What an object file, an archive or a library is called.
_LINKED_EXTENSIONS = ["a", "dylib", "lo", "o", "rlib", "so"]

def _from_linker_inputs(ctx, cc_info, edge):
    """What offends among the libraries of a CcInfo, whatever the rules that put them there."""
    found = []
    for linker_input in cc_info.linking_context.linker_inputs.to_list():
        names = [name for library in linker_input.libraries for name in library_basenames(library)]
        for own in own_offences(linker_input.owner, None, names):
            found.append(_at_root(ctx, own, edge))
    return found

def _at_root(ctx, found, edge):
    root = ctx.attr.target.label
    if found.chain[0].label == step(root).label:
        return found
    return seen_from([step(root), struct(edge = edge, label = found.chain[0].label)], found)

def _from_link(ctx):
    """What offends among the libraries and crates that reach the target's own link."""
    target = ctx.attr.target
    found = []
    if CcInfo in target:
        found.extend(_from_linker_inputs(ctx, target[CcInfo], "linked"))
    if rust_common.dep_info in target:
        info = target[rust_common.dep_info]
        for crate in info.transitive_crates.to_list():
            if crate.type != "proc-macro":
                for own in own_offences(crate.owner, crate.name, [crate.output.basename]):
                    found.append(_at_root(ctx, own, "linked"))
        for linker_input in info.transitive_noncrates.to_list():
            names = [name for library in linker_input.libraries for name in library_basenames(library)]
            for own in own_offences(linker_input.owner, None, names):
                found.append(_at_root(ctx, own, "linked"))
    return found

def _from_toolchain(ctx):
    """What offends among the libraries that the Rust toolchain of the target platform adds."""
    found = []
    rust = ctx.toolchains[_RUST_TOOLCHAIN_TYPE]
    if rust and crate_of(ctx.attr.target):
        for field in _RUST_TOOLCHAIN_LIBRARIES:
            libraries = getattr(rust, field, None)
            if libraries:
                found.extend(_from_linker_inputs(ctx, libraries, "Rust toolchain"))
    return found

def _linked_files(target):
    """The files to audit: the program, else the target's object, archive or library files."""
    if XlsAotInfo in target:
        return [target[XlsAotInfo].object]
    executable = target[DefaultInfo].files_to_run.executable
    if executable:
        return [executable]
    return [
        file
        for file in target[DefaultInfo].files.to_list()
        if file.extension in _LINKED_EXTENSIONS or ".so." in file.basename
    ]

def _impl(ctx):
    target = ctx.attr.target
    for name in ctx.attr.allow:
        if not name or "\n" in name or "\t" in name:
            fail("{}: `allow` holds {}, which is no crate, file or label".format(ctx.label, repr(name)))
    files = _linked_files(target)
    if not files:
        fail("{}: {} is neither a program nor a library, so there is nothing to audit".format(ctx.label, target.label))

    # What analysis could follow comes with its whole chain; what else reaches the link, with its owner only.
    traced = target[LibxlsTraceInfo].offences
    owners = [found.chain[-1].label for found in traced]
    linked = [found for found in _from_link(ctx) + _from_toolchain(ctx) if found.chain[-1].label not in owners]
    offences = [found for found in nearest(traced + linked) if not allowed(found, ctx.attr.allow)]
    findings = report(target.label, offences)

    arguments = ["audit"] + [file.short_path for file in files]
    for name in ctx.attr.allow:
        arguments.extend(["--allow", name])
    return [
        tool_test(
            ctx,
            arguments = arguments,
            files = files,
            findings = findings.splitlines(),
            runfiles = target[DefaultInfo].default_runfiles,
            success = "%s is free of libxls" % step(target.label).label,
        ),
        LibxlsFreeInfo(offences = offences, report = findings),
    ]

_ATTRS = {
    "allow": attr.string_list(
        doc = "What is no offence: names of crates, files, labels and symbols, written as the test reports them; one that " +
              "ends in `*` stands for all that begin so.",
    ),
    "target": attr.label(
        doc = "The program or library to look at.",
        aspects = [libxls_trace_aspect],
        mandatory = True,
    ),
} | TOOL_TEST_ATTRS

libxls_free_test = rule(
    implementation = _impl,
    attrs = _ATTRS,
    doc = """Fails if a program or library needs libxls, xlsynth or LLVM libraries at run time.

It follows the dependencies of `target` in the target configuration and, if they lead to one of these, prints the
shortest chain; and it runs `xls_aot audit` on the linked file. What only the build needs is not counted: tools in an
execution configuration, build scripts, procedural macros.

```starlark
load("@xls_aot//rules:defs.bzl", "libxls_free_test")

libxls_free_test(
    name = "server_is_libxls_free_test",
    target = ":server",
)
```
""",
    test = True,
    toolchains = [
        NATIVE_TOOLCHAIN_TYPE,
        config_common.toolchain_type(_RUST_TOOLCHAIN_TYPE, mandatory = False),
    ],
)
