"""One case of the suite: a module, its library, its execution test, and its generated source for the goldens."""

load("@rules_rust//rust:defs.bzl", "rust_test")
load("//rules:defs.bzl", "xls_aot_rust_library")

def suite_case(name, backend = None, **kwargs):
    """Declares the library `name` from `<name>.ir` and the test `<name>_test` from `tests/<name>_test.rs`.

    Args:
      name: Name of the module, of the crate and of the `.ir` file.
      backend: Back end; None for the default.
      **kwargs: Passed on to xls_aot_rust_library.
    """
    if backend:
        kwargs["backend"] = backend
    xls_aot_rust_library(
        name = name,
        ir = name + ".ir",
        **kwargs
    )
    native.filegroup(
        name = name + "_wrapper",
        srcs = [name + "__aot"],
        output_group = "wrapper",
    )
    rust_test(
        name = name + "_test",
        srcs = ["tests/%s_test.rs" % name],
        edition = "2021",
        deps = [
            ":" + name,
            "//runtime",
        ],
    )
