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

def design(name, backends = BACKENDS, types_from = [], **kwargs):
    """Declares `<name>_<backend>` and its test, for each back end, of a design with several functions, named types or events.

    The library comes from `designs/<name>.ir`, its crate is called `name`; the test is `tests/<name>_test.rs`.

    Args:
      name: Name of the module, of the crate and of the `.ir` file.
      backends: The back ends that can compile it.
      types_from: The designs whose types it uses; the test can use them too.
      **kwargs: Passed on to xls_aot_rust_library.
    """
    for backend in backends:
        library = "%s_%s" % (name, backend)
        others = [":%s_%s" % (other, backend) for other in types_from]
        xls_aot_rust_library(
            name = library,
            ir = "designs/%s.ir" % name,
            backend = backend,
            crate_name = name,
            edition = "2024",
            equivalence_test = True,
            rustc_flags = PEDANTIC,
            types_from = others,
            **kwargs
        )
        rust_test(
            name = library + "_test",
            size = "small",
            srcs = ["tests/%s_test.rs" % name],
            edition = "2021",
            deps = [":" + library] + others,
        )
