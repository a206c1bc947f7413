"""The rule `libxls_free_test`: a program or library contains nothing of libxls at run time.

It makes two independent checks. Analysis follows the dependencies of the target (libxls_trace.bzl). When the test runs,
`xls_aot audit` reads the linked file and every other file that the target finds when it runs. A failure is a failed test,
not a failed build.
"""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("@rules_rust//rust:defs.bzl", "rust_common")
load(":backends.bzl", "NATIVE_TOOLCHAIN_TYPE")
load(":libxls_link.bzl", "offending_flags")
load(":libxls_offence.bzl", "allowed", "file_offends", "nearest", "offence", "own_offences", "report", "seen_from", "step")
load(":libxls_trace.bzl", "crate_of", "flag_offence", "library_basenames", "libxls_trace_aspect")
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

# Extensions of object files, archives and libraries.
_LINKED_EXTENSIONS = ["a", "dylib", "lo", "o", "rlib", "so"]

def _from_linker_inputs(ctx, cc_info, edge):
    """What offends among the libraries of a CcInfo, whatever the rules that put them there."""
    found = []
    for linker_input in cc_info.linking_context.linker_inputs.to_list():
        found.extend(_from_linker_input(ctx, linker_input, edge))
    return found

def _from_linker_input(ctx, linker_input, edge):
    names = [name for library in linker_input.libraries for name in library_basenames(library)]
    own = own_offences(linker_input.owner, None, names)
    own.extend([flag_offence(linker_input.owner, flag) for flag in offending_flags(linker_input.user_link_flags)])
    return [_at_root(ctx, found, edge) for found in own]

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
            found.extend(_from_linker_input(ctx, linker_input, "linked"))
    return found

def _from_environment(ctx):
    """What offends among the files that the target's environment names (`LD_PRELOAD`)."""
    target = ctx.attr.target
    found = []
    if RunEnvironmentInfo in target:
        for name, value in target[RunEnvironmentInfo].environment.items():
            for path in value.replace(":", " ").split(" "):
                basename = path.split("/")[-1]
                if file_offends(basename):
                    found.append(offence("%s=%s" % (name, value), "variable", [name, basename], [step(target.label)]))
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

def _files_at_run_time(target):
    """All files that the target finds when it runs, whatever name its runfiles give them."""
    runfiles = target[DefaultInfo].default_runfiles
    if not runfiles:
        return []
    links = runfiles.symlinks.to_list() + runfiles.root_symlinks.to_list()
    return runfiles.files.to_list() + [link.target_file for link in links]

def _list(ctx, files, stripped):
    """Writes the list of files to audit; `xls_aot audit --list` says what the lines mean."""
    audited = {file: None for file in files}
    lines = [file.short_path for file in audited]
    origins = []
    for entry in stripped:
        if entry.output in audited:
            lines.extend(["%s\t%s" % (entry.output.short_path, file.short_path) for file in entry.origins])
            origins.extend(entry.origins)
    list = ctx.actions.declare_file(ctx.label.name + ".files")
    ctx.actions.write(list, "\n".join(lines) + "\n")
    return struct(file = list, needs = audited.keys() + origins)

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
    linked.extend(_from_environment(ctx))
    offences = [found for found in nearest(traced + linked) if not allowed(found, ctx.attr.allow)]
    findings = report(target.label, offences)

    audited = _list(ctx, files + _files_at_run_time(target), target[LibxlsTraceInfo].stripped.to_list())
    arguments = ["audit", "--list", audited.file.short_path]
    for file in ctx.files.unstripped:
        arguments.extend(["--unstripped", file.short_path])
    for name in ctx.attr.allow:
        arguments.append("--allow=" + name)
    return [
        tool_test(
            ctx,
            arguments = arguments,
            files = audited.needs + [audited.file] + ctx.files.unstripped,
            findings = findings.splitlines(),
            runfiles = target[DefaultInfo].default_runfiles,
            success = "%s is free of libxls" % step(target.label).label,
        ),
        LibxlsFreeInfo(offences = offences, report = findings),
    ]

_ATTRS = {
    "allow": attr.string_list(
        doc = "Names of crates, files, labels, symbols, flags and strings that do not count as offences, spelled as the " +
              "test reports them; `name*` matches everything that begins with `name`.",
    ),
    "target": attr.label(
        doc = "The program or library to check.",
        aspects = [libxls_trace_aspect],
        mandatory = True,
    ),
    "unstripped": attr.label_list(
        doc = "For stripped files of the target: the same files before they were stripped. Not needed for files that a " +
              "C++ or Rust rule links without symbols.",
        allow_files = True,
    ),
} | TOOL_TEST_ATTRS

_libxls_free_test = rule(
    implementation = _impl,
    attrs = _ATTRS,
    doc = "The rule behind `libxls_free_test`.",
    test = True,
    toolchains = [
        NATIVE_TOOLCHAIN_TYPE,
        config_common.toolchain_type(_RUST_TOOLCHAIN_TYPE, mandatory = False),
    ],
)

# A macro, because a rule cannot have another size than "medium" by default, and Bazel would say after each run that this is too big.
def libxls_free_test(name, target, allow = [], unstripped = [], size = "small", **kwargs):
    """Fails if a program or library needs libxls, xlsynth or LLVM libraries at run time.

    It follows the dependencies of `target` in the target configuration. If they lead to one of these libraries, it prints the
    shortest chain. It also runs `xls_aot audit` on the linked file and on all its runfiles. Dependencies that only the build
    needs do not count: tools in an execution configuration, build scripts, procedural macros.

    ```starlark
    load("@xls_aot//rules:defs.bzl", "libxls_free_test")

    libxls_free_test(
        name = "server_is_libxls_free_test",
        target = ":server",
    )
    ```

    Args:
      name: str: the name of the test.
      target: Label: the program or library to check.
      allow: List[str]: names of crates, files, labels, symbols, flags and strings that do not count as offences, spelled as the
        test reports them; `name*` matches everything that begins with `name`.
      unstripped: List[Label]: for stripped files of the target: the same files before they were stripped. Not needed for files that a
        C++ or Rust rule links without symbols.
      size: str: the size of the test.
      **kwargs: the attributes that all tests have.
    """
    _libxls_free_test(name = name, allow = allow, size = size, target = target, unstripped = unstripped, **kwargs)
