"""What analysis makes of the rules for DSLX."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:defs.bzl", "XlsAotInfo", "XlsDslxInfo", "xls_aot", "xls_aot_rust_library", "xls_dslx_library", "xls_dslx_stdlib", "xls_dslx_test", "xls_dslx_toolchain")
load(":fixtures.bzl", "toolchains")

_PACKAGE = "rules/tests/analysis"

def _dslx_toolchain():
    """Declares the toolchain whose standard library stands for the real one, which the tests do not fetch."""
    xls_dslx_stdlib(
        name = "dslx_double_files",
        srcs = [
            "stdlib/more.x",
            "stdlib/std.x",
        ],
        tags = ["manual"],
    )
    xls_dslx_toolchain(
        name = "dslx_double_impl",
        stdlib = ":dslx_double_files",
        tags = ["manual"],
        visibility = ["//visibility:public"],
    )
    native.toolchain(
        name = "dslx_double",
        tags = ["manual"],
        toolchain = ":dslx_double_impl",
        toolchain_type = "//rules:dslx_toolchain_type",
    )

def _fixtures():
    _dslx_toolchain()

    def library(name, srcs, **kwargs):
        xls_dslx_library(name = name, testonly = True, srcs = srcs, tags = ["manual"], **kwargs)

    def aot(name, **kwargs):
        xls_aot(name = name, testonly = True, tags = ["manual"], **kwargs)

    native.genrule(
        name = "generated_x",
        testonly = True,
        outs = ["generated.x"],
        cmd = "touch $@",
        tags = ["manual"],
    )
    native.filegroup(
        name = "no_x",
        srcs = ["notes.txt"],
    )
    library(
        name = "moved_dslx",
        srcs = ["first.x"],
        import_prefix = "lib/float",
        strip_import_prefix = "",
        stdlib = "//rules:no_dslx_stdlib",
    )
    library(
        name = "user_dslx",
        srcs = [
            "second.x",
            ":generated_x",
        ],
        disable_warnings = ["unused_definition"],
        enable_warnings = ["unused_constant"],
        warnings_as_errors = True,
        deps = [
            "first.x",
            ":moved_dslx",
        ],
    )
    library(name = "without_x", srcs = ["first.x"], deps = [":no_x"])
    library(name = "outside_dslx", srcs = ["first.x"], strip_import_prefix = "/rules/private")
    library(name = "above_dslx", srcs = ["first.x"], strip_import_prefix = "../unit")
    library(
        name = "undecided_dslx",
        srcs = ["first.x"],
        disable_warnings = ["unused_definition"],
        enable_warnings = ["unused_definition"],
    )
    xls_dslx_stdlib(name = "stdlib_without_std", srcs = ["stdlib/more.x"], tags = ["manual"])
    xls_dslx_stdlib(name = "stdlib_of_two", srcs = ["first.x", "stdlib/std.x"], tags = ["manual"])
    xls_dslx_test(
        name = "user_dslx_native_test",
        library = ":user_dslx",
        tags = ["manual"],
    )
    aot(
        name = "dslx_file_aot",
        dslx = "second.x",
        dslx_deps = [":moved_dslx"],
        tops = [
            "second",
            "f<u32:8, u32:4>",
        ],
    )
    aot(
        name = "dslx_library_aot",
        dslx = ":moved_dslx",
        dslx_stdlib = "//rules:no_dslx_stdlib",
        top = "first",
    )
    aot(
        name = "dslx_frontend_aot",
        dslx = ":moved_dslx",
        frontend = "xlsynth",
        top = "first",
    )
    xls_aot_rust_library(
        name = "dslx-library",
        testonly = True,
        dslx = "first.x",
        equivalence_test = True,
        tags = ["manual"],
        top = "first",
    )
    aot(name = "both_inputs", dslx = "first.x", ir = "first.ir", top = "first")
    aot(name = "no_tops", dslx = "first.x")
    aot(name = "types_of_dslx", dslx = "first.x", top = "first", types = "types.json")
    aot(name = "type_names_of_dslx", dslx = "first.x", top = "first", type_names = {"(bits[1])": "One(only)"})
    aot(name = "deps_of_ir", dslx_deps = ["first.x"], ir = "first.ir")
    aot(name = "stdlib_of_ir", dslx_stdlib = "//rules:no_dslx_stdlib", ir = "first.ir")
    aot(name = "ir_as_dslx", dslx = "first.ir")
    aot(name = "dslx_as_ir", ir = "first.x")
    aot(name = "dslx_as_ir_with_deps", dslx_deps = [":moved_dslx"], ir = "first.x")
    aot(name = "large_library", dslx = ":user_dslx", top = "second")
    aot(name = "dep_without_x", dslx = "first.x", dslx_deps = [":no_x"], top = "first")

_FAILURES = {
    "above_dslx": "//{0}:above_dslx: `strip_import_prefix` is \"../unit\"; it cannot have `..`",
    "both_inputs": "//{0}:both_inputs: more than one input; set exactly one of: `ir` (one .ir file), `dslx` (one .x file)",
    "dep_without_x": "//{0}:dep_without_x: @@//{0}:no_x is no xls_dslx_library and has no .x file; name an xls_dslx_library or the " +
                     ".x files",
    "deps_of_ir": "//{0}:deps_of_ir: `dslx_deps` is for `dslx`, but the input is `ir`; leave it out",
    "large_library": "//{0}:large_library: `dslx` is @@//{0}:user_dslx, which has 2 files:\n  {0}/second.x\n  {0}/generated.x\nname " +
                     "the one that has the functions, and the library in `dslx_deps`",
    "no_tops": "//{0}:no_tops: `dslx` needs the names of the functions to compile; add `tops = [\"NAME\"]`, or `top` for one " +
               "function",
    "outside_dslx": "//{0}:outside_dslx: {0}/first.x is not in rules/private, which `strip_import_prefix` names",
    "stdlib_of_ir": "//{0}:stdlib_of_ir: `dslx_stdlib` is for `dslx`, but the input is `ir`; leave it out",
    "stdlib_of_two": "//{0}:stdlib_of_two: {0}/first.x is in another folder than std.x",
    "stdlib_without_std": "//{0}:stdlib_without_std: `srcs` must be the files of one folder, `std.x` among them, or one folder; it " +
                          "has 0 files called std.x",
    "type_names_of_dslx": "//{0}:type_names_of_dslx: `type_names` is for `ir`, but the input is `dslx`; leave it out: types and their " +
                          "names come from the DSLX modules",
    "types_of_dslx": "//{0}:types_of_dslx: `types` is for `ir`, but the input is `dslx`; leave it out: types and their names come " +
                     "from the DSLX modules",
    "undecided_dslx": "//{0}:undecided_dslx: `enable_warnings` and `disable_warnings` both have \"unused_definition\"",
    "without_x": "//{0}:without_x: @@//{0}:no_x is no xls_dslx_library and has no .x file",
}

def _failure_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.message)
    return analysistest.end(env)

_failure_test = analysistest.make(
    _failure_impl,
    attrs = {"message": attr.string(doc = "What the failure must say.")},
    config_settings = toolchains("linux"),
    expect_failure = True,
)

def _action(env, mnemonic):
    [action] = [action for action in analysistest.target_actions(env) if action.mnemonic == mnemonic]
    return action

def _inputs(action):
    """Short paths of the inputs that are DSLX."""
    return sorted([file.short_path for file in action.inputs.to_list() if file.extension == "x"])

def _library_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    bin = analysistest.target_bin_dir_path(env)
    action = _action(env, "XlsDslxCheck")
    asserts.equals(env, {}, action.env)
    generated = "%s/%s/generated.x" % (bin, _PACKAGE)
    first = _PACKAGE + "/first.x"
    asserts.equals(env, [
        "dslx-typecheck",
        _PACKAGE + "/second.x",
        generated,
        "--module",
        "rules.tests.analysis.first=" + first,
        "--module",
        "lib.float.first=" + first,
        "--module",
        "rules.tests.analysis.second=%s/second.x" % _PACKAGE,
        "--module",
        "rules.tests.analysis.generated=" + generated,
        "--remap-path-prefix",
        bin + "=",
        "--stdlib",
        _PACKAGE + "/stdlib",
        "--remap-path-prefix",
        _PACKAGE + "/stdlib=dslx_stdlib",
        "--enable-warning",
        "unused_constant",
        "--disable-warning",
        "unused_definition",
        "--warnings-as-errors",
        "--stamp",
        "%s/%s/user_dslx.dslx_checked" % (bin, _PACKAGE),
    ], _sorted_modules(action.argv[1:]))
    files = [_PACKAGE + "/" + name for name in ["first.x", "generated.x", "second.x", "stdlib/more.x", "stdlib/std.x"]]
    asserts.equals(env, files, _inputs(action))

    # A build checks the library and what it depends on, but nobody has to name the stamps.
    asserts.equals(
        env,
        ["user_dslx.dslx_checked", "moved_dslx.dslx_checked"],
        [file.basename for file in target[OutputGroupInfo]._validation.to_list()],
    )
    asserts.equals(env, ["second.x", "generated.x"], [file.basename for file in target[DefaultInfo].files.to_list()])
    info = target[XlsDslxInfo]
    asserts.equals(env, ["second.x", "generated.x"], [file.basename for file in info.sources])
    asserts.equals(env, files[:3], sorted([file.short_path for file in info.transitive_sources.to_list()]))
    asserts.equals(
        env,
        ["lib.float.first"] + ["rules.tests.analysis." + name for name in ["first", "generated", "second"]],
        sorted([module.name for module in info.modules.to_list()]),
    )
    return analysistest.end(env)

_MODULE_ORDER = ["rules.tests.analysis.first", "lib.float.first", "rules.tests.analysis.second", "rules.tests.analysis.generated"]

def _sorted_modules(argv):
    """The arguments with `--module` in the order of `_MODULE_ORDER`: that of a depset is not ours to say."""
    modules = {}
    at = []
    for index, argument in enumerate(argv):
        if index > 0 and argv[index - 1] == "--module":
            modules[argument.split("=")[0]] = argument
            at.append(index)
    argv = list(argv)
    for index, name in zip(at, [name for name in _MODULE_ORDER if name in modules]):
        argv[index] = modules[name]
    return argv

_library_test = analysistest.make(_library_impl, config_settings = toolchains("linux"))

def _aot_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    action = _action(env, "XlsAotCompile")
    argv = _sorted_modules(action.argv[1:])
    end = argv.index("--crate-name")
    asserts.equals(env, ["compile", "--dslx"] + ctx.attr.arguments, argv[:end])
    asserts.equals(env, [_PACKAGE + "/" + name for name in ctx.attr.inputs], _inputs(action))
    info = target[XlsAotInfo]
    asserts.equals(env, "xls_aot_xlsynth" if "--frontend" in argv else "xls_aot_native", ctx.attr.kind)
    asserts.equals(env, "native", info.backend)
    asserts.equals(env, ctx.attr.tops, info.dslx.tops)
    asserts.equals(env, ctx.attr.arguments[0], info.input.path)
    return analysistest.end(env)

def _mistaken_impl(ctx):
    env = analysistest.begin(ctx)
    [action] = [action for action in analysistest.target_actions(env) if action.mnemonic == "XlsAotCompile"]
    asserts.equals(env, ["compile"] + ctx.attr.arguments, action.argv[1:][:len(ctx.attr.arguments) + 1])
    asserts.equals(env, None, analysistest.target_under_test(env)[XlsAotInfo].dslx)
    return analysistest.end(env)

# A file of the wrong language is given to the tool as it is: the tool says what to write instead (rules/tests/dslx_errors).
_mistaken_test = analysistest.make(
    _mistaken_impl,
    attrs = {"arguments": attr.string_list(doc = "The first arguments of the action.")},
    config_settings = toolchains("linux"),
)

_aot_test = analysistest.make(
    _aot_impl,
    attrs = {
        "arguments": attr.string_list(doc = "The arguments of the action, from the file on, up to the crate's name."),
        "inputs": attr.string_list(doc = "The DSLX files among the inputs."),
        "kind": attr.string(doc = "The kind of the rule, which decides the toolchain."),
        "tops": attr.string_list(doc = "The functions that the provider must name."),
    },
    config_settings = toolchains("linux"),
)

def _test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    [manifest] = [
        action.content
        for action in analysistest.target_actions(env)
        if action.mnemonic == "FileWrite" and "argument\t" in action.content
    ]
    lines = manifest.splitlines()
    asserts.equals(env, "tool\t%s/tool_double" % _PACKAGE, lines[0])
    generated = _PACKAGE + "/generated.x"
    first = _PACKAGE + "/first.x"
    asserts.equals(env, [
        "dslx-test",
        _PACKAGE + "/second.x",
        generated,
        "--module",
        "rules.tests.analysis.first=" + first,
        "--module",
        "lib.float.first=" + first,
        "--module",
        "rules.tests.analysis.second=%s/second.x" % _PACKAGE,
        "--module",
        "rules.tests.analysis.generated=" + generated,
        "--stdlib",
        _PACKAGE + "/stdlib",
        "--remap-path-prefix",
        _PACKAGE + "/stdlib=dslx_stdlib",
    ], _sorted_modules([line.removeprefix("argument\t") for line in lines[1:]]))
    runfiles = [file.short_path for file in target[DefaultInfo].default_runfiles.files.to_list()]
    for name in ["first.x", "second.x", "generated.x", "stdlib/std.x", "stdlib/more.x", "tool_double"]:
        asserts.true(env, "%s/%s" % (_PACKAGE, name) in runfiles, "%s is among %s" % (name, runfiles))
    return analysistest.end(env)

def _equivalence_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    [manifest] = [
        action.content
        for action in analysistest.target_actions(env)
        if action.mnemonic == "FileWrite" and "argument\t" in action.content
    ]
    first = _PACKAGE + "/first.x"
    asserts.equals(env, [
        "equivalence",
        "--dslx",
        first,
        "--top",
        "first",
        "--module",
        "rules.tests.analysis.first=" + first,
        "--stdlib",
        _PACKAGE + "/stdlib",
        "--remap-path-prefix",
        _PACKAGE + "/stdlib=dslx_stdlib",
        "--no-warnings",
        "--object",
        "%s/dslx-library__aot.o" % _PACKAGE,
    ], [line.removeprefix("argument\t") for line in manifest.splitlines()[1:]])
    runfiles = [file.short_path for file in target[DefaultInfo].default_runfiles.files.to_list()]
    for name in ["first.x", "stdlib/std.x", "stdlib/more.x", "tool_double"]:
        asserts.true(env, "%s/%s" % (_PACKAGE, name) in runfiles, "%s is among %s" % (name, runfiles))
    return analysistest.end(env)

_equivalence_test = analysistest.make(_equivalence_impl, config_settings = toolchains("linux"))

_test_test = analysistest.make(_test_impl, config_settings = toolchains("linux"))

def dslx_tests():
    """Declares the tests.

    Returns:
      List[str]: their names.
    """
    _fixtures()
    tests = []

    def add(make, target, **kwargs):
        tests.append(target + "_test")
        if make == _aot_test:
            kwargs["kind"] = native.existing_rule(target)["kind"]
        make(name = target + "_test", size = "small", target_under_test = ":" + target, **kwargs)

    for target, message in _FAILURES.items():
        add(_failure_test, target, message = message.format(_PACKAGE))
    add(_mistaken_test, "dslx_as_ir", arguments = ["--ir", _PACKAGE + "/first.x", "--crate-name"])
    add(_mistaken_test, "dslx_as_ir_with_deps", arguments = ["--ir", _PACKAGE + "/first.x", "--crate-name"])
    add(_mistaken_test, "ir_as_dslx", arguments = ["--dslx", _PACKAGE + "/first.ir", "--crate-name"])
    add(_library_test, "user_dslx")
    add(_test_test, "user_dslx_native_test")
    add(
        _aot_test,
        "dslx_file_aot",
        arguments = [
            _PACKAGE + "/second.x",
            "--module",
            "lib.float.first=%s/first.x" % _PACKAGE,
            "--module",
            "rules.tests.analysis.second=%s/second.x" % _PACKAGE,
            "--stdlib",
            _PACKAGE + "/stdlib",
            "--remap-path-prefix",
            _PACKAGE + "/stdlib=dslx_stdlib",
            "--tops",
            "second,f<u32:8, u32:4>",
        ],
        inputs = [
            "first.x",
            "second.x",
            "stdlib/more.x",
            "stdlib/std.x",
        ],
        tops = [
            "second",
            "f<u32:8, u32:4>",
        ],
    )

    add(_equivalence_test, "dslx-library_equivalence_test")

    # The library prints its warnings itself.
    add(
        _aot_test,
        "dslx_library_aot",
        arguments = [
            _PACKAGE + "/first.x",
            "--module",
            "lib.float.first=%s/first.x" % _PACKAGE,
            "--no-warnings",
            "--top",
            "first",
        ],
        inputs = ["first.x"],
        tops = ["first"],
    )

    # The front end of libxls is in the tool of the other toolchain; the back end stays.
    add(
        _aot_test,
        "dslx_frontend_aot",
        arguments = [
            _PACKAGE + "/first.x",
            "--module",
            "lib.float.first=%s/first.x" % _PACKAGE,
            "--stdlib",
            _PACKAGE + "/stdlib",
            "--remap-path-prefix",
            _PACKAGE + "/stdlib=dslx_stdlib",
            "--no-warnings",
            "--top",
            "first",
            "--frontend",
            "xlsynth",
        ],
        inputs = [
            "first.x",
            "stdlib/more.x",
            "stdlib/std.x",
        ],
        tops = ["first"],
    )

    # The macro gives what it was given, and the standard library.
    add(
        _aot_test,
        "dslx-library__aot",
        arguments = [
            _PACKAGE + "/first.x",
            "--module",
            "rules.tests.analysis.first=%s/first.x" % _PACKAGE,
            "--stdlib",
            _PACKAGE + "/stdlib",
            "--remap-path-prefix",
            _PACKAGE + "/stdlib=dslx_stdlib",
            "--top",
            "first",
        ],
        inputs = [
            "first.x",
            "stdlib/more.x",
            "stdlib/std.x",
        ],
        tops = ["first"],
    )
    return tests
