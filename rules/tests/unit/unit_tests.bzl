"""Tests of plain functions: names, options, versions, and what counts as a piece of libxls."""

load("@bazel_skylib//lib:partial.bzl", "partial")
load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private:argument_names.bzl", "misspelt_argument")
load("//rules/private:backends.bzl", "frontend_error", "tool_of")
load("//rules/private:cpu.bzl", "cpu_error")
load("//rules/private:crate_name.bzl", "crate_name_error", "crate_name_from_target")
load("//rules/private:dslx_modules.bzl", "module_name")
load("//rules/private:equivalence_options.bzl", "equivalence_options")
load(
    "//rules/private:libxls_offence.bzl",
    "allowed",
    "crate_offends",
    "file_offends",
    "label_offends",
    "nearest",
    "offence",
    "own_offences",
    "report",
)
load("//rules/private:native_deps.bzl", "native_deps_attribute")

def _crate_name_test(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "add_one", crate_name_from_target("add-one"))
    asserts.equals(env, "a_b_c", crate_name_from_target("a/b-c"))
    for good in ["a", "A1", "_a", "add_one", "r2d2"]:
        asserts.equals(env, None, crate_name_error(good))
    advice = "; set `crate_name` to a Rust identifier, for example `crate_name = \"add_one\"`"
    for bad, message in {
        "": "the crate name is empty",
        "1st": "crate name `1st` begins with a digit",
        "_": "crate name `_` consists of underscores only",
        "a.b": "crate name `a.b` contains `.`, which no Rust identifier does",
        "add-one": "crate name `add-one` contains `-`, which no Rust identifier does",
        "fn": "crate name `fn` is reserved in Rust or used by the generated code itself",
        "xls_aot_runtime": "crate name `xls_aot_runtime` is reserved in Rust or used by the generated code itself",
    }.items():
        asserts.equals(env, message + advice, crate_name_error(bad))
    return unittest.end(env)

crate_name_test = unittest.make(_crate_name_test)

def _frontend_test(ctx):
    env = unittest.begin(ctx)
    for frontend, dslx, error in [
        ("native", True, None),
        ("native", False, None),
        ("xlsynth", True, None),
        ("xlsynth", False, "`frontend` is for `dslx`; leave it out for IR"),
        ("libxls", True, "there is no front end \"libxls\"; `frontend` is one of \"native\", \"xlsynth\""),
    ]:
        asserts.equals(env, error, frontend_error(frontend, dslx))
    for backend, frontend, tool in [
        ("native", "native", "native"),
        ("xlsynth", "native", "xlsynth"),
        ("native", "xlsynth", "xlsynth"),
        ("xlsynth", "xlsynth", "xlsynth"),
    ]:
        asserts.equals(env, tool, tool_of(backend, frontend))
    return unittest.end(env)

frontend_test = unittest.make(_frontend_test)

def _module_name_test(ctx):
    env = unittest.begin(ctx)
    for path, options, name in [
        ("a/b/c.x", {}, "a.b.c"),
        ("c.x", {}, "c"),
        ("a/b/c.x", {"package": "a", "strip_import_prefix": ""}, "b.c"),
        ("a/b/c.x", {"package": "a", "strip_import_prefix": "b"}, "c"),
        ("a/b/c.x", {"package": "a", "strip_import_prefix": "./b/"}, "c"),
        ("a/b/c.x", {"package": "x", "strip_import_prefix": "/a"}, "b.c"),
        ("a/b/c.x", {"import_prefix": "lib"}, "lib.a.b.c"),
        ("a/b/c.x", {"import_prefix": "lib/float/", "package": "a/b", "strip_import_prefix": ""}, "lib.float.c"),
        # Files that no import can name.
        ("a-b/c.x", {}, None),
        ("a/1.x", {}, None),
        ("a/b.c.x", {}, None),
        ("a-b/c.x", {"package": "a-b", "strip_import_prefix": ""}, "c"),
    ]:
        asserts.equals(env, (name, None), module_name(path, **options))
    for path, options, wrong in [
        ("a/b/c.x", {"package": "a", "strip_import_prefix": "c"}, "a/b/c.x is not in a/c, which `strip_import_prefix` names"),
        ("a/b/c.x", {"strip_import_prefix": "/a/b/c.x"}, "a/b/c.x is not in a/b/c.x, which `strip_import_prefix` names"),
        ("ab/c.x", {"strip_import_prefix": "/a"}, "ab/c.x is not in a, which `strip_import_prefix` names"),
        ("a/c.x", {"package": "a", "strip_import_prefix": "../b"}, "`strip_import_prefix` is \"../b\"; it cannot have `..`"),
    ]:
        asserts.equals(env, (None, wrong), module_name(path, **options))
    return unittest.end(env)

module_name_test = unittest.make(_module_name_test)

def _equivalence_options_test(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, (None, None), equivalence_options(False))
    asserts.equals(env, ({"size": "small"}, None), equivalence_options(True))
    asserts.equals(env, ({"size": "small"}, None), equivalence_options({}))
    given = {"count": 4096, "min_inputs": 1000, "seed": 7, "size": "large", "steps": 0}
    asserts.equals(env, (given, None), equivalence_options(given))
    expected = "; expected True, False, or a dict such as {\"count\": 4096, \"steps\": 1000000000}"
    for wrong, message in [
        ("yes", "`equivalence_test` is \"yes\", a string" + expected),
        (1, "`equivalence_test` is 1, a int" + expected),
        (None, "`equivalence_test` is None, a NoneType" + expected),
        (["count"], "`equivalence_test` is [\"count\"], a list" + expected),
        ({"count": "many"}, "`equivalence_test`: `count` is \"many\", a string; expected a number"),
        ({"count": True}, "`equivalence_test`: `count` is True, a bool; expected a number"),
        ({"steps": -1}, "`equivalence_test`: `steps` is -1; it cannot be negative"),
        ({"size": "big"}, "`equivalence_test`: `size` is \"big\"; expected one of small, medium, large, enormous"),
        (
            {"inputs": 9},
            "`equivalence_test`: there is no option `inputs`; expected some of count, min_inputs, seed, size, steps",
        ),
    ]:
        asserts.equals(env, (None, message), equivalence_options(wrong))
    return unittest.end(env)

equivalence_options_test = unittest.make(_equivalence_options_test)

def _argument_names_test(ctx):
    env = unittest.begin(ctx)
    arguments = ["dslx_deps", "events", "ir", "top", "tops", "types"]
    message = "there is no argument `{}`; did you mean {}? Its own arguments are dslx_deps, events, ir, top, tops, types"
    for wrong, meant in [
        ("evnts", "`events`"),
        ("event", "`events`"),
        ("dlsx_deps", "`dslx_deps`"),
        ("type", "`types`"),
        ("tpo", "`top`"),
        ("topp", "`top` or `tops`"),
        ("irs", "`ir`"),
    ]:
        asserts.equals(env, message.format(wrong, meant), misspelt_argument(["data", wrong], arguments))
    rust_library = [
        "aliases",
        "alwayslink",
        "compile_data",
        "crate_features",
        "data",
        "lint_config",
        "link_deps",
        "malloc",
        "proc_macro_deps",
        "rustc_env",
        "rustc_flags",
        "stamp",
        "version",
        "visiblity",
    ]
    asserts.equals(env, None, misspelt_argument(rust_library, arguments))
    return unittest.end(env)

argument_names_test = unittest.make(_argument_names_test)

def _cpu_test(ctx):
    env = unittest.begin(ctx)
    x86_64 = "x86_64-unknown-linux-gnu"
    for cpu, triple in [("", x86_64), ("x86-64", x86_64), ("x86-64-v3", x86_64), ("armv8-a", "aarch64-apple-darwin"), ("x", "riscv64")]:
        asserts.equals(env, None, cpu_error(cpu, triple))
    asserts.equals(
        env,
        "`cpu` is \"native\", but code never depends on the machine that builds it; name the least capable processor that must be " +
        "able to run the code, one of \"armv8-a\"",
        cpu_error("native", "aarch64-unknown-linux-gnu"),
    )
    asserts.equals(
        env,
        "`cpu` is \"armv8-a\", which is no processor of the target platform, x86_64-unknown-linux-gnu; expected one of " +
        "\"x86-64\", \"x86-64-v2\", \"x86-64-v3\", or a `select`",
        cpu_error("armv8-a", x86_64),
    )
    return unittest.end(env)

cpu_test = unittest.make(_cpu_test)

def _native_deps_test(ctx):
    env = unittest.begin(ctx)
    for version in ["0.9.0", "0.54.1", "0.70.9"]:
        asserts.equals(env, "deps", native_deps_attribute(version))
    for version in ["0.71.0", "0.71.0-rc1", "0.72", "1.0.0"]:
        asserts.equals(env, "link_deps", native_deps_attribute(version))
    return unittest.end(env)

native_deps_test = unittest.make(_native_deps_test)

def _identity_test(ctx):
    env = unittest.begin(ctx)
    for name in ["xlsynth", "xlsynth_sys"]:
        asserts.true(env, crate_offends(name), name)
    for name in ["xls", "xls_aot_runtime", "xls_aot_xlsynth", "xlsynthesis"]:
        asserts.false(env, crate_offends(name), name)

    for name in [
        "libLLVM-17.so",
        "libLLVM.so.19.1",
        "libLLVMCore.a",
        "libxls-v0.39.0-ubuntu2004.so",
        "libxls.dylib",
        "libxls.so",
        "libxls.so.1",
        "libxlsynth-1234.rlib",
        "libxlsynth_sys-1234.rlib",
        "xls.dll",
    ]:
        asserts.true(env, file_offends(name), name)
    for name in [
        "libxls.md",
        "libxls_aot_runtime-12.rlib",
        "libxls_fifo.so",
        "libxlsx.so",
        "libz.so",
        "LLVM",
        "xls",
        "xlsynth.rs",
    ]:
        asserts.false(env, file_offends(name), name)
    return unittest.end(env)

identity_test = unittest.make(_identity_test)

def _label_test(ctx):
    env = unittest.begin(ctx)
    for label in [
        "@@_main~libxls~libxls//:stdlib",
        "@@+libxls+libxls//:stdlib",
        "@@llvm-project//llvm:Core",
        "@@rules_rust~~crate~xls_aot_crates__xlsynth-0.41.0//:x",
        "@@rules_rust++crate+hub__xlsynth-sys-0.41.0//:x",
        "@@rules_xlsynth~//:x",
        "@@rules_xlsynth~0.3.1//:x",
        "@@xls_aot~~libxls~libxls//:stdlib",
        "//a:libxls",
        "//a:lib/libxls.so",
    ]:
        asserts.true(env, label_offends(Label(label)), label)
    for label in [
        "@@rules_rust~~crate~xls_aot_crates__serde-1.0.0//:serde",
        "@@xls_aot~//runtime:xls_aot_runtime",
        "//libxls:notes",
        "//a:libxls_free_test",
    ]:
        asserts.false(env, label_offends(Label(label)), label)
    return unittest.end(env)

label_test = unittest.make(_label_test)

def _chain(*labels):
    return [struct(label = label, edge = "deps" if index else "") for index, label in enumerate(labels)]

def _summary(offences):
    return [(found.kind, found.subject, found.names) for found in offences]

def _offence_test(ctx):
    env = unittest.begin(ctx)
    here = Label("//a:bin")
    asserts.equals(env, [], own_offences(here, "bin", ["bin"]))
    asserts.equals(
        env,
        [("file", "libLLVM.so", ["libLLVM.so", "//a:bin"]), ("file", "libxls.so", ["libxls.so", "//a:bin"])],
        _summary(own_offences(here, "bin", ["libLLVM.so", "notes.md", "libxls.so"])),
    )
    asserts.equals(
        env,
        [("label", "//a:libxls.so", ["//a:libxls.so", "libxls.so"])],
        _summary(own_offences(Label("//a:libxls.so"), None, ["libxls.so"])),
    )
    asserts.equals(
        env,
        [("crate", "xlsynth", ["xlsynth", "//a:libxls.so", "libxls.so"])],
        _summary(own_offences(Label("//a:libxls.so"), "xlsynth", ["notes.md", "libxls.so"])),
    )

    # Of two ways to one thing the shorter counts, of two equally long ones the first in order.
    long = offence("xlsynth", "crate", ["xlsynth"], _chain("//a:bin", "//a:a", "//a:b", "//a:sys"))
    later = offence("xlsynth", "crate", ["xlsynth"], _chain("//a:bin", "//a:d", "//a:sys"))
    short = offence("xlsynth", "crate", ["xlsynth"], _chain("//a:bin", "//a:c", "//a:sys"))
    other = offence("libxls.so", "file", ["libxls.so", "//a:data"], _chain("//a:bin", "//a:a", "//a:b", "//a:data"))
    asserts.equals(env, [short, other], nearest([long, other, later, short]))

    asserts.true(env, allowed(short, ["xlsynth"]))
    asserts.true(env, allowed(other, ["//a:data"]))
    asserts.true(env, allowed(other, ["nothing", "//a:d*"]))
    asserts.false(env, allowed(other, ["libxls", "//a:bin", "//a:d*a", ""]))

    asserts.equals(env, "", report(here, []))
    asserts.equals(env, """//a:bin needs crate `xlsynth` at run time:
  //a:bin
  -> //a:c (deps)
  -> //a:sys (deps)
and 1 more:
  file `libxls.so` of //a:data
What only a build needs belongs in exec-configuration tools or proc_macro_deps; what is meant to stay, in `allow`.
""", report(here, [short, other]))
    return unittest.end(env)

offence_test = unittest.make(_offence_test)

def unit_tests(name):
    """Declares the tests.

    Args:
      name: str: the name of the suite.
    """
    unittest.suite(
        name,
        *[partial.make(test, size = "small") for test in [
            argument_names_test,
            cpu_test,
            crate_name_test,
            frontend_test,
            equivalence_options_test,
            native_deps_test,
            identity_test,
            label_test,
            module_name_test,
            offence_test,
        ]]
    )
