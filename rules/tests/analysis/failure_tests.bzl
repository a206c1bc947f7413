"""What the rules say when they fail."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load(":fixtures.bzl", "WITHOUT_LIBXLS", "toolchains")

def _failure_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.message)
    return analysistest.end(env)

_FAILURE_ATTRS = {"message": attr.string(doc = "What the failure must say.")}

_failure_test = analysistest.make(
    _failure_impl,
    attrs = _FAILURE_ATTRS,
    config_settings = toolchains("linux"),
    expect_failure = True,
)

_failure_on_macos_test = analysistest.make(
    _failure_impl,
    attrs = _FAILURE_ATTRS,
    config_settings = toolchains("macos"),
    expect_failure = True,
)

_failure_on_unknown_platform_test = analysistest.make(
    _failure_impl,
    attrs = _FAILURE_ATTRS,
    config_settings = toolchains("nowhere"),
    expect_failure = True,
)

_failure_without_libxls_test = analysistest.make(
    _failure_impl,
    attrs = _FAILURE_ATTRS,
    config_settings = WITHOUT_LIBXLS,
    expect_failure = True,
)

_FAILURES = {
    "bad-crate.name": "//rules/tests/analysis:bad-crate.name: crate name `bad_crate.name` contains `.`, which no Rust " +
                      "identifier does; set `crate_name` to a Rust identifier, for example `crate_name = \"add_one\"`",
    "cpu_of_the_host": "//rules/tests/analysis:cpu_of_the_host: `cpu` is \"native\", but code never depends on the machine that " +
                       "builds it; name the least capable processor that must be able to run the code, one of \"x86-64\", " +
                       "\"x86-64-v2\", \"x86-64-v3\"",
    "empty_input": "//rules/tests/analysis:empty_input: `ir` must be one .ir file, but " +
                   "@@//rules/tests/analysis:empty has none and no other output",
    "keyword_crate": "//rules/tests/analysis:keyword_crate: crate name `fn` is reserved in Rust or used by the " +
                     "generated code itself",
    "no_input": "//rules/tests/analysis:no_input: no input; set exactly one of: `ir` (one .ir file), `dslx` (one .x file)",
    "toolchain_without_program": "//rules/tests/analysis:toolchain_without_program: `tool` is " +
                                 "@@//rules/tests/analysis:one_ir, which is not a program: name a target that can be run, " +
                                 "or one file",
    "too_few_inputs": "//rules/tests/analysis:too_few_inputs: `count` is 100, so no more inputs can be compared, but " +
                      "`min_inputs` is 101; raise the one or lower the other",
    "top_and_tops": "//rules/tests/analysis:top_and_tops: `top` and `tops` are both given; `top` is for one function, `tops` " +
                    "for several",
    "top_twice": "//rules/tests/analysis:top_twice: `tops` has \"a\" twice",
    "two_inputs": "//rules/tests/analysis:two_inputs: `ir` must be one .ir file, but " +
                  "@@//rules/tests/analysis:two_ir has 2:\n" +
                  "  rules/tests/analysis/first.ir\n  rules/tests/analysis/second.ir\nname one of them",
    "unknown_event": "//rules/tests/analysis:unknown_event: `events` has \"assert\"; the kinds of events are \"cover\", " +
                     "\"out_of_bounds\", \"trace\"",
    "unnamed_top": "//rules/tests/analysis:unnamed_top: `tops` has an empty name",
    "wrong_input": "//rules/tests/analysis:wrong_input: `ir` must be one .ir file, but " +
                   "@@//rules/tests/analysis:notes.txt has none; its outputs are:\n  rules/tests/analysis/notes.txt",
}

def failure_tests():
    """Declares the tests.

    Returns:
      List[str]: their names.
    """
    tests = []

    def add(make, target, suffix = "", **kwargs):
        test = "{}{}_test".format(target, suffix)
        tests.append(test)
        make(name = test, size = "small", target_under_test = ":" + target, **kwargs)

    for target, message in _FAILURES.items():
        add(_failure_test, target, message = message)
    add(
        _failure_on_macos_test,
        "xlsynth_aot",
        "_on_macos",
        message = "//rules/tests/analysis:xlsynth_aot: the back end \"xlsynth\" compiles for x86_64-unknown-linux-gnu " +
                  "only, and the target platform is aarch64-apple-darwin; choose another `backend`, or another platform",
    )
    add(
        _failure_on_unknown_platform_test,
        "native_aot",
        "_on_unknown_platform",
        message = "//rules/tests/analysis:native_aot: the target platform is none that a target triple is known for " +
                  "(linux or macos on x86_64 or aarch64); register an xls_aot_toolchain with a `target_triple` for it",
    )
    for attribute in ["backend", "frontend"]:
        add(
            _failure_without_libxls_test,
            attribute + "_without_libxls",
            message = ("//rules/tests/analysis:{0}_without_libxls: `{0}` is \"xlsynth\", but there is no toolchain of type " +
                       "@xls_aot//rules:xlsynth_toolchain_type for this build: that of xls_aot itself runs on Linux x86-64, and a " +
                       "release archive has none; leave out `{0}`, or register an xls_aot_toolchain whose tool has " +
                       "libxls").format(attribute),
        )
    return tests
