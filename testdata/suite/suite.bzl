"""One case of the suite: a module, compiled by each back end, with its tests and its generated source."""

load("@rules_rust//rust:defs.bzl", "rust_library", "rust_test")
load("//rules:defs.bzl", "xls_aot_rust_library")

BACKENDS = [
    "native",
    "xlsynth",
]

# Users turn such lints on for their own crates, and clippy then looks at the generated ones too.
PEDANTIC = [
    "-Wclippy::pedantic",
    "-Dwarnings",
]

def suite_case(name, **kwargs):
    """Declares `<name>_<backend>`, its tests and its generated source, for each back end.

    `<name>_<backend>_2024` is the generated source compiled in the 2024 edition.

    The library comes from `<name>.ir`, its crate is called `name`; the test is `tests/<name>_test.rs`.

    Args:
      name: Name of the module, of the crate and of the `.ir` file.
      **kwargs: Passed on to xls_aot_rust_library.
    """
    for backend in BACKENDS:
        library = "%s_%s" % (name, backend)
        xls_aot_rust_library(
            name = library,
            ir = name + ".ir",
            backend = backend,
            crate_name = name,
            equivalence_test = True,
            rustc_flags = PEDANTIC,
            **kwargs
        )
        native.filegroup(
            name = library + "_wrapper",
            srcs = [library + "__aot"],
            output_group = "wrapper",
        )
        rust_library(
            name = library + "_2024",
            testonly = True,
            srcs = [library + "_wrapper"],
            crate_name = name,
            edition = "2024",
            rustc_flags = PEDANTIC,
            deps = ["//rules:runtime"],
        )
        rust_test(
            name = library + "_test",
            size = "small",
            srcs = ["tests/%s_test.rs" % name],
            edition = "2021",
            deps = [
                ":" + library,
                "//rules:runtime",
            ],
        )

def native_design(name, types_from = [], **kwargs):
    """Declares `<name>_native` and its test, for a design that only the native back end compiles.

    The library comes from `native_only/<name>.ir`, its crate is called `name`; the test is `tests/<name>_test.rs`.

    Args:
      name: Name of the module, of the crate and of the `.ir` file.
      types_from: The libraries whose types it uses; the test can use them too.
      **kwargs: Passed on to xls_aot_rust_library.
    """
    library = name + "_native"
    xls_aot_rust_library(
        name = library,
        ir = "native_only/%s.ir" % name,
        crate_name = name,
        edition = "2024",
        equivalence_test = True,
        rustc_flags = PEDANTIC,
        types_from = types_from,
        **kwargs
    )
    rust_test(
        name = library + "_test",
        size = "small",
        srcs = ["tests/%s_test.rs" % name],
        edition = "2021",
        deps = [":" + library] + types_from,
    )
