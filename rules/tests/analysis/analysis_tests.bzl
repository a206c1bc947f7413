"""What analysis makes of the rules: outputs, actions and providers."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("@rules_rust//rust:defs.bzl", "rust_analyzer_aspect", "rust_common")
load("//rules:defs.bzl", "XlsAotInfo")
load("//rules/private:native_deps.bzl", "native_deps_attribute")
load(":dslx_tests.bzl", "dslx_tests")
load(":failure_tests.bzl", "failure_tests")
load(":fixtures.bzl", "FORWARDED", "PlatformInfo", "toolchains")

_PACKAGE = "rules/tests/analysis"

def _compile_action(env):
    actions = [action for action in analysistest.target_actions(env) if action.mnemonic == "XlsAotCompile"]
    asserts.equals(env, 1, len(actions), "number of XlsAotCompile actions")
    return actions[0]

def _names(files):
    return [file.basename for file in files]

def _aot_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    name = target.label.name
    backend = ctx.attr.backend
    folder = "{}/{}/{}".format(analysistest.target_bin_dir_path(env), _PACKAGE, name)

    action = _compile_action(env)
    asserts.equals(env, {}, action.env)
    asserts.equals(env, [
        "compile",
        "--ir",
        _PACKAGE + "/first.ir",
    ] + [argument.format(bin = analysistest.target_bin_dir_path(env)) for argument in ctx.attr.design] + [
        "--crate-name",
        ctx.attr.crate_name,
        "--symbol-salt",
        ctx.attr.symbol_salt,
        "--backend",
        backend,
        "--target",
        "x86_64-unknown-linux-gnu",
    ] + (["--cpu", ctx.attr.cpu] if ctx.attr.cpu else []) + [
        "--invoked-by",
        "bazel",
        "--object",
        folder + ".o",
        "--wrapper",
        folder + ".rs",
        "--metadata",
        folder + ".json",
    ], action.argv[1:])
    asserts.true(env, "-exec" in action.argv[0], "the tool is built for the execution platform: " + action.argv[0])
    asserts.equals(env, "tool_double", action.argv[0].split("/")[-1])

    # The inputs, the tool and the tool's runfiles, and nothing else: not what else the input's target has.
    asserts.equals(env, ["first.ir"] + ctx.attr.design_files, [
        input.basename
        for input in action.inputs.to_list()
        if "tool_double" not in input.basename and "tool_Udouble" not in input.basename
    ])
    asserts.equals(env, [name + ".json", name + ".o", name + ".rs"], sorted(_names(action.outputs.to_list())))

    asserts.equals(env, [name + ".rs"], _names(target[DefaultInfo].files.to_list()))
    groups = target[OutputGroupInfo]
    asserts.equals(env, [name + ".rs"], _names(groups.wrapper.to_list()))
    asserts.equals(env, [name + ".o"], _names(groups.object.to_list()))
    asserts.equals(env, [name + ".json"], _names(groups.metadata.to_list()))

    info = target[XlsAotInfo]
    asserts.equals(env, backend, info.backend)
    asserts.equals(env, ctx.attr.crate_name, info.crate_name)
    asserts.equals(env, ctx.attr.tops, info.tops)
    asserts.equals(env, ctx.attr.symbol_salt, info.symbol_salt)
    asserts.equals(env, "x86_64-unknown-linux-gnu", info.target_triple)
    asserts.equals(env, "first.ir", info.input.basename)
    asserts.equals(
        env,
        [name + ".o", name + ".rs", name + ".json"],
        _names([info.object, info.wrapper, info.metadata]),
    )

    libraries = [
        library
        for linker_input in target[CcInfo].linking_context.linker_inputs.to_list()
        for library in linker_input.libraries
    ]
    asserts.equals(env, 1, len(libraries))
    for archive in [libraries[0].static_library, libraries[0].pic_static_library]:
        asserts.true(env, archive.basename in ["lib%s.a" % name, "lib%s.pic.a" % name], archive.basename)
    asserts.equals(env, [[name + ".o"]], [
        sorted([file.basename for file in action.inputs.to_list() if file.extension == "o"])
        for action in analysistest.target_actions(env)
        if libraries[0].static_library in action.outputs.to_list()
    ])
    asserts.equals(env, None, libraries[0].dynamic_library)
    asserts.false(env, libraries[0].alwayslink)
    return analysistest.end(env)

_aot_test = analysistest.make(
    _aot_impl,
    attrs = {
        "backend": attr.string(doc = "The back end that the action must name."),
        "cpu": attr.string(doc = "The processor that the action must name, if any."),
        "crate_name": attr.string(doc = "The crate name that the action must name."),
        "design": attr.string_list(doc = "The arguments of the action that shape the design."),
        "design_files": attr.string_list(doc = "The files that these arguments name."),
        "symbol_salt": attr.string(doc = "The salt that the action must name."),
        "tops": attr.string_list(doc = "The functions that the provider must name."),
    },
    config_settings = toolchains("linux"),
)

def _tool_impl(ctx):
    env = analysistest.begin(ctx)
    program = _compile_action(env).argv[0]
    asserts.true(env, program.endswith(ctx.attr.program), "{} ends with {}".format(program, ctx.attr.program))
    asserts.true(env, ctx.attr.configuration in program, "{} has {}".format(program, ctx.attr.configuration))
    return analysistest.end(env)

def _tool_test(config_settings):
    return analysistest.make(
        _tool_impl,
        attrs = {
            "configuration": attr.string(doc = "What the path of the program must say about how it is built."),
            "program": attr.string(doc = "The end of that path."),
        },
        config_settings = config_settings,
    )

# Bazel's own choice for tools is to optimise them.
_default_tool_test = _tool_test({"//command_line_option:host_compilation_mode": "opt"})
_optimised_tool_test = _tool_test({
    "//command_line_option:host_compilation_mode": "fastbuild",
    str(Label("//rules:tool_compilation_mode")): "opt",
})
_prebuilt_tool_test = _tool_test(toolchains("prebuilt"))

# A toolchain that names the program itself.
_named_tool_test = _tool_test(toolchains("linux") | {"//command_line_option:host_compilation_mode": "opt"})

def _prebuilt_runfiles_impl(ctx):
    env = analysistest.begin(ctx)
    runfiles = analysistest.target_under_test(env)[DefaultInfo].default_runfiles.files.to_list()
    program = _PACKAGE + "/prebuilt_tool"
    asserts.true(env, program in [file.short_path for file in runfiles], "%s is among %s" % (program, runfiles))
    return analysistest.end(env)

_prebuilt_runfiles_test = analysistest.make(
    _prebuilt_runfiles_impl,
    config_settings = toolchains("prebuilt"),
    doc = "A test finds a tool that is a file.",
)

def _linker_impl(ctx):
    env = analysistest.begin(ctx)
    inputs = analysistest.target_under_test(env)[CcInfo].linking_context.linker_inputs.to_list()
    asserts.equals(env, ctx.attr.flags, [flag for input in inputs for flag in input.user_link_flags])
    return analysistest.end(env)

def _linker_test(linkopt):
    return analysistest.make(
        _linker_impl,
        attrs = {"flags": attr.string_list(doc = "The flags that a link must be given.")},
        config_settings = {"//command_line_option:linkopt": linkopt},
    )

_gold_test = _linker_test(["-fuse-ld=gold"])
_other_linker_test = _linker_test([
    "-fuse-ld=gold",
    "-fuse-ld=bfd",
])

def _library_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    crate = target[rust_common.crate_info]
    asserts.equals(env, ctx.attr.crate_name, crate.name)
    asserts.equals(env, "rlib", crate.type)
    asserts.equals(env, "2021", crate.edition)
    asserts.equals(env, target.label.name + "__aot.rs", crate.root.basename)
    asserts.equals(env, [crate.root], crate.srcs.to_list())

    # The runtime is the toolchain's, under the label of the crate itself.
    asserts.equals(
        env,
        [("runtime_double", "//rules/tests/analysis:runtime_double")],
        [
            (direct.name, str(direct.dep.owner).removeprefix("@@").removeprefix("@"))
            for direct in target[rust_common.dep_info].direct_crates.to_list()
        ],
    )
    asserts.equals(
        env,
        ["lib%s__aot.a" % target.label.name],
        [
            library.static_library.basename.replace(".pic.a", ".a")
            for linker_input in target[rust_common.dep_info].transitive_noncrates.to_list()
            for library in linker_input.libraries
        ],
    )
    return analysistest.end(env)

def _types_from_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(
        env,
        ["//rules/tests/analysis:add-one", "//rules/tests/analysis:runtime_double"],
        sorted([
            str(direct.dep.owner).removeprefix("@@").removeprefix("@")
            for direct in target[rust_common.dep_info].direct_crates.to_list()
        ]),
    )
    return analysistest.end(env)

# A library whose types come from another one depends on that crate.
_types_from_test = analysistest.make(_types_from_impl, config_settings = toolchains("linux"))

_library_test = analysistest.make(
    _library_impl,
    attrs = {"crate_name": attr.string(doc = "The name that the crate must have.")},
    config_settings = toolchains("linux"),
)

def _runtime_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(env, ["//runtime:runtime"], [
        str(direct.dep.owner).removeprefix("@@").removeprefix("@")
        for direct in target[rust_common.dep_info].direct_crates.to_list()
    ])
    return analysistest.end(env)

# However a toolchain names the runtime, a library that is built with it has the crate itself.
_default_runtime_test = analysistest.make(_runtime_impl, config_settings = toolchains("default_runtime"))
_forwarded_runtime_test = analysistest.make(_runtime_impl, config_settings = toolchains("forwarded_runtime"))
_forwarded_twice_runtime_test = analysistest.make(_runtime_impl, config_settings = toolchains("forwarded_twice_runtime"))
_plain_runtime_test = analysistest.make(_runtime_impl, config_settings = toolchains("plain_runtime"))

def _rust_analyzer_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    specs = _names(target[OutputGroupInfo].rust_analyzer_crate_spec.to_list())
    asserts.equals(
        env,
        [name + ".rust_analyzer_crate_spec.json" for name in ["add-one", "native_runtime"]],
        sorted(specs),
    )
    return analysistest.end(env)

_rust_analyzer_test = analysistest.make(
    _rust_analyzer_impl,
    config_settings = toolchains("linux"),
    doc = "rust-analyzer learns of a generated crate and of its runtime.",
    extra_target_under_test_aspects = [rust_analyzer_aspect],
)

def _equivalence_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    actions = analysistest.target_actions(env)

    # What is compared is the object of the artefact: the test links nothing.
    asserts.equals(env, [], [action for action in actions if action.mnemonic == "CppLink"])
    object = "%s/add-one__aot.o" % _PACKAGE
    [manifest] = [action.content for action in actions if action.mnemonic == "FileWrite" and "argument\t" in action.content]
    asserts.equals(env, ["tool\t%s/tool_double" % _PACKAGE] + ["argument\t" + argument for argument in [
        "equivalence",
        "--ir",
        _PACKAGE + "/first.ir",
        "--object",
        object,
    ]], manifest.splitlines())

    # The test finds what it names, and has no other artefact's tool.
    runfiles = [file.short_path for file in target[DefaultInfo].default_runfiles.files.to_list()]
    for file in [_PACKAGE + "/first.ir", object, _PACKAGE + "/tool_double"]:
        asserts.true(env, file in runfiles, "%s is among %s" % (file, runfiles))
    return analysistest.end(env)

_equivalence_test = analysistest.make(
    _equivalence_impl,
    config_settings = toolchains("linux"),
)

def _triple_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, ctx.attr.triple, analysistest.target_under_test(env)[PlatformInfo].triple)
    return analysistest.end(env)

def _triple_test(platform):
    return analysistest.make(
        _triple_impl,
        attrs = {"triple": attr.string(doc = "What the platform must be taken for.")},
        config_settings = {"//command_line_option:platforms": str(Label("//rules/tests/analysis:" + platform))},
    )

_aarch64_linux_test = _triple_test("aarch64_linux")
_aarch64_macos_test = _triple_test("aarch64_macos")
_riscv64_linux_test = _triple_test("riscv64_linux")
_x86_64_linux_test = _triple_test("x86_64_linux")
_x86_64_macos_test = _triple_test("x86_64_macos")
_x86_64_windows_test = _triple_test("x86_64_windows")

def _equal_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ctx.attr.expected, ctx.attr.actual)
    return unittest.end(env)

_equal_test = unittest.make(
    _equal_impl,
    attrs = {
        "actual": attr.string(doc = "What the macro made."),
        "expected": attr.string(doc = "What it must make."),
    },
)

def _forwarding_tests():
    """What the macro hands on is known when it has run, before any analysis."""
    tests = []

    def equals(name, expected, actual):
        tests.append("forwarding_" + name)
        _equal_test(name = tests[-1], size = "small", actual = repr(actual), expected = repr(expected))

    for target in ["add-one", "add-one__aot", "add-one_equivalence_test"]:
        rule = native.existing_rule(target)
        for attribute, value in FORWARDED.items():
            if type(value) == "list":
                value = tuple([str(native.package_relative_label(v)) if v[:1] in "@/" else v for v in value])
            actual = rule.get(attribute, () if type(value) == "tuple" else None)
            if type(actual) in ["list", "tuple"]:
                actual = tuple([str(native.package_relative_label(v)) if v[:1] in "@/" else v for v in actual])
            equals("{}_{}".format(target, attribute), value, actual)
    equals("generated_source", (":add-one__aot",), tuple(native.existing_rule("add-one")["srcs"]))
    equals(
        "native_library",
        True,
        ":add-one__aot" in native.existing_rule("add-one")[native_deps_attribute()],
    )
    equals("equivalence_test", "small", native.existing_rule("add-one_equivalence_test")["size"])

    # Bazel says after each run if a size is too big.
    equals("free_test_size", "small", native.existing_rule("free_fixture")["size"])
    equals("dslx_test_size", "small", native.existing_rule("dslx_fixture")["size"])
    equals("dslx_test_chosen_size", "large", native.existing_rule("large_dslx_fixture")["size"])
    compared = native.existing_rule("compared_library_equivalence_test")
    for attribute, value in {"count": 4096, "min_inputs": 1000, "seed": 7, "size": "large", "steps": 5}.items():
        equals("equivalence_test_" + attribute, value, compared[attribute])
    equals("no_test_unasked", None, native.existing_rule("default_library_equivalence_test"))
    equals(
        "default_backend",
        "native",
        native.existing_rule("default_library__aot")["backend"],
    )
    return tests

def analysis_tests(name):
    """Declares the tests.

    Args:
      name: str: the name of the suite.
    """
    tests = _forwarding_tests()

    def add(make, target, suffix = "", **kwargs):
        test = "{}{}_test".format(target, suffix)
        tests.append(test)
        make(name = test, size = "small", target_under_test = ":" + target, **kwargs)

    for backend in ["native", "xlsynth"]:
        add(
            _aot_test,
            backend + "_aot",
            backend = backend,
            crate_name = backend + "_aot",
            symbol_salt = "//%s:%s_aot" % (_PACKAGE, backend),
        )
    add(
        _aot_test,
        "chosen_aot",
        backend = "native",
        cpu = "x86-64-v3",
        crate_name = "chosen_crate",
        design = [
            "--top",
            "chosen_top",
        ],
        symbol_salt = "chosen salt",
        tops = ["chosen_top"],
    )
    add(
        _aot_test,
        "several_aot",
        backend = "native",
        crate_name = "several_aot",
        design = [
            "--tops",
            "second,first",
            "--events",
            "cover,trace",
            "--types",
            _PACKAGE + "/types.json",
            "--type-name",
            "(bits[1], bits[8])=Pair(flag, value)",
            "--type-name",
            "(bits[2])=Single(only)",
            "--types-from",
            "{bin}/%s/chosen_aot.json" % _PACKAGE,
        ],
        design_files = [
            "types.json",
            "chosen_aot.json",
        ],
        symbol_salt = "//%s:several_aot" % _PACKAGE,
        tops = [
            "second",
            "first",
        ],
    )
    add(_prebuilt_runfiles_test, "add-one_equivalence_test", "_finds_prebuilt_tool")
    for make, suffix, flags in [
        (_gold_test, "gold", ["-fuse-ld=bfd"]),
        (_other_linker_test, "other_linker", []),
    ]:
        test = "not_gold_with_{}_test".format(suffix)
        tests.append(test)
        make(name = test, size = "small", flags = flags, target_under_test = "//rules/private:not_gold")
    for backend, program in {
        "native": "xls_aot",
        "xlsynth": "xls_aot_xlsynth",
    }.items():
        tool = "/tools/cli/" + program
        target = backend + "_aot"
        add(_default_tool_test, target, "_by_default_tool", configuration = "-fastbuild-exec", program = tool)
        add(_optimised_tool_test, target, "_by_optimised_tool", configuration = "-opt-exec", program = tool)
        add(_named_tool_test, target, "_by_named_tool", configuration = "-fastbuild-exec", program = _PACKAGE + "/tool_double")
        add(_prebuilt_tool_test, target, "_by_prebuilt_tool", program = _PACKAGE + "/prebuilt_tool")
    add(_library_test, "add-one", crate_name = "add_one")
    add(_types_from_test, "user_of_types")
    add(_library_test, "default_library", crate_name = "default_library")
    add(_library_test, "xlsynth_library", crate_name = "xlsynth_library")
    add(_default_runtime_test, "default_library", "_with_default_runtime")
    add(_forwarded_runtime_test, "default_library", "_with_forwarded_runtime")
    add(_forwarded_twice_runtime_test, "default_library", "_with_forwarded_twice_runtime")
    add(_plain_runtime_test, "default_library", "_with_plain_runtime")
    add(_rust_analyzer_test, "add-one", "_in_rust_analyzer")
    add(_equivalence_test, "add-one_equivalence_test", "_has_object")
    tests.extend(dslx_tests())
    tests.extend(failure_tests())
    for platform, make, triple in [
        ("aarch64_linux", _aarch64_linux_test, "aarch64-unknown-linux-gnu"),
        ("aarch64_macos", _aarch64_macos_test, "aarch64-apple-darwin"),
        ("riscv64_linux", _riscv64_linux_test, ""),
        ("x86_64_linux", _x86_64_linux_test, "x86_64-unknown-linux-gnu"),
        ("x86_64_macos", _x86_64_macos_test, "x86_64-apple-darwin"),
        ("x86_64_windows", _x86_64_windows_test, ""),
    ]:
        add(make, "platform_probe", "_" + platform, triple = triple)

    native.test_suite(
        name = name,
        tests = [":" + test for test in tests],
    )
