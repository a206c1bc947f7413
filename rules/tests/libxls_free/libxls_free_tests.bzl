"""Checks the verdicts of `libxls_free_test`s, as analysis reaches them."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:defs.bzl", "LibxlsFreeInfo")

_ADVICE = "What only a build needs belongs in exec-configuration tools or proc_macro_deps; " + \
          "what is meant to stay, in `allow`.\n"

def _verdict_impl(ctx):
    env = analysistest.begin(ctx)
    report = analysistest.target_under_test(env)[LibxlsFreeInfo].report
    expected = "".join([line + "\n" for line in ctx.attr.report])
    asserts.equals(env, expected + _ADVICE if expected else "", report)
    return analysistest.end(env)

_VERDICT_ATTRS = {"report": attr.string_list(doc = "The lines of the report but the advice; none for a free target.")}

def _extra_toolchain(name):
    return {"//command_line_option:extra_toolchains": [str(Label("//rules/tests/libxls_free:" + name))]}

_verdict_test = analysistest.make(
    _verdict_impl,
    attrs = _VERDICT_ATTRS,
)

_verdict_with_tainted_native_runtime_test = analysistest.make(
    _verdict_impl,
    attrs = _VERDICT_ATTRS,
    config_settings = _extra_toolchain("tainted_native_toolchain"),
)

_verdict_with_tainted_xlsynth_runtime_test = analysistest.make(
    _verdict_impl,
    attrs = _VERDICT_ATTRS,
    config_settings = _extra_toolchain("tainted_xlsynth_toolchain"),
)

_verdict_with_tainted_rust_test = analysistest.make(
    _verdict_impl,
    attrs = _VERDICT_ATTRS,
    config_settings = _extra_toolchain("tainted_rust_toolchain"),
)

# The output folders of the target configuration are then named like those of execution configurations.
_verdict_in_exec_folder_test = analysistest.make(
    _verdict_impl,
    attrs = _VERDICT_ATTRS,
    config_settings = {"//command_line_option:platform_suffix": "exec"},
)

def _failure_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.message)
    return analysistest.end(env)

_failure_test = analysistest.make(
    _failure_impl,
    attrs = {"message": attr.string(doc = "What the failure must say.")},
    expect_failure = True,
)

# What each planted test must report: the shortest chain, and what else there is.
_HERE = "//rules/tests/libxls_free"

_REPORTS = {
    "allowed_is_free": [],
    "build_time_is_free": [],
    "data_is_found": [
        _HERE + ":with_data needs file `libxls.so` at run time:",
        "  " + _HERE + ":with_data",
        "  -> " + _HERE + ":data_library (deps)",
        "  -> " + _HERE + ":data_files (data)",
        "and 1 more:",
        "  label `" + _HERE + ":libxls.so` of " + _HERE + ":libxls.so",
    ],
    "diamond_is_found": [
        _HERE + ":with_diamond needs crate `xlsynth_sys` at run time:",
        "  " + _HERE + ":with_diamond",
        "  -> " + _HERE + ":library (deps)",
        "  -> " + _HERE + ":fake_crate (deps)",
    ],
    "direct_is_found": [
        _HERE + ":with_crate needs crate `xlsynth_sys` at run time:",
        "  " + _HERE + ":with_crate",
        "  -> " + _HERE + ":fake_crate (deps)",
    ],
    "environment_is_found": [
        _HERE + ":with_environment needs variable `LD_PRELOAD=/opt/xls/libxls.so` at run time:",
        "  " + _HERE + ":with_environment",
    ],
    "flag_is_allowed": [],
    "innocent_flags_are_free": [],
    "library_is_found": [
        _HERE + ":library needs crate `xlsynth_sys` at run time:",
        "  " + _HERE + ":library",
        "  -> " + _HERE + ":fake_crate (deps)",
    ],
    "linked_is_found": [
        _HERE + ":with_linked needs file `libxls.so` at run time:",
        "  " + _HERE + ":with_linked",
        "  -> " + _HERE + ":imported (deps)",
        "and 1 more:",
        "  label `" + _HERE + ":libxls.so` of " + _HERE + ":libxls.so",
    ],
    "linkopts_are_found": [
        _HERE + ":with_linkopts needs link flag `-lxls` at run time:",
        "  " + _HERE + ":with_linkopts",
        "  -> " + _HERE + ":flagged (deps)",
    ],
    "rustc_flags_are_found": [
        _HERE + ":with_rustc_flags needs link flag `dylib=xls` at run time:",
        "  " + _HERE + ":with_rustc_flags",
    ],
    "smuggled_is_found": [
        _HERE + ":with_smuggled needs file `libxls.so` at run time:",
        "  " + _HERE + ":with_smuggled",
        "  -> " + _HERE + ":imported (linked)",
    ],
    "through_library_is_found": [
        _HERE + ":with_library needs crate `xlsynth_sys` at run time:",
        "  " + _HERE + ":with_library",
        "  -> " + _HERE + ":library (deps)",
        "  -> " + _HERE + ":fake_crate (deps)",
    ],
    "user_link_flags_are_found": [
        _HERE + ":with_user_link_flags needs link flag `-Wl,--library,LLVM-17` at run time:",
        "  " + _HERE + ":with_user_link_flags",
        "  -> " + _HERE + ":user_link_flags (deps)",
    ],
    "wrapped_is_found": [
        _HERE + ":with_wrapped needs label `" + _HERE + ":libxls.so` at run time:",
        "  " + _HERE + ":with_wrapped",
        "  -> " + _HERE + ":wrapped (data)",
        "  -> " + _HERE + ":libxls.so (srcs)",
    ],
}

def libxls_free_tests(name):
    """Declares the tests.

    Args:
      name: str: the name of the suite.
    """
    tests = []
    for target, report in _REPORTS.items():
        tests.append(target + "_verdict_test")
        _verdict_test(
            name = tests[-1],
            size = "small",
            report = report,
            target_under_test = ":" + target,
        )
    for backend, verdict_test in {
        "native": _verdict_with_tainted_native_runtime_test,
        "xlsynth": _verdict_with_tainted_xlsynth_runtime_test,
    }.items():
        tests.append(backend + "_runtime_is_found_verdict_test")
        verdict_test(
            name = tests[-1],
            size = "small",
            report = [
                _HERE + ":with_%s_runtime needs crate `xlsynth_sys` at run time:" % backend,
                "  " + _HERE + ":with_%s_runtime" % backend,
                "  -> //rules:%s_runtime (deps)" % backend,
                "  -> " + _HERE + ":library (toolchain)",
                "  -> " + _HERE + ":fake_crate (deps)",
            ],
            target_under_test = ":%s_runtime_is_found" % backend,
        )
    tests.append("rust_toolchain_is_found_verdict_test")
    _verdict_with_tainted_rust_test(
        name = tests[-1],
        size = "small",
        report = [
            _HERE + ":with_build_time needs file `libxls.so` at run time:",
            "  " + _HERE + ":with_build_time",
            "  -> " + _HERE + ":imported (Rust toolchain)",
        ],
        target_under_test = ":build_time_is_free",
    )
    tests.append("exec_folder_is_found_verdict_test")
    _verdict_in_exec_folder_test(
        name = tests[-1],
        size = "small",
        report = _REPORTS["through_library_is_found"],
        target_under_test = ":through_library_is_found",
    )
    tests.append("nothing_to_audit_test")
    _failure_test(
        name = tests[-1],
        size = "small",
        message = "//rules/tests/libxls_free:text_is_no_program: @@//rules/tests/libxls_free:text is neither a program " +
                  "nor a library, so there is nothing to audit",
        target_under_test = ":text_is_no_program",
    )
    native.test_suite(
        name = name,
        tests = [":" + test for test in tests],
    )
