"""The macro `xls_aot_rust_library`: XLS functions as a Rust library."""

load("@rules_rust//rust:defs.bzl", "rust_library")
load(":argument_names.bzl", "misspelt_argument")
load(":backends.bzl", backend_by_name = "backend")
load(":crate_name.bzl", "crate_name_from_target")
load(":equivalence_options.bzl", "equivalence_options")
load(":equivalence_test.bzl", "xls_aot_equivalence_test")
load(":native_deps.bzl", "native_deps_attribute")
load(":xls_aot.bzl", "xls_aot")

visibility("//rules/...")

# The attributes that all rules have, which therefore go to all targets.
_COMMON = [
    "compatible_with",
    "deprecation",
    "exec_compatible_with",
    "exec_properties",
    "features",
    "package_metadata",
    "restricted_to",
    "tags",
    "target_compatible_with",
    "testonly",
    "visibility",
]

# The arguments of the macro.
_ARGUMENTS = [
    "backend",
    "cpu",
    "crate_name",
    "deps",
    "dslx",
    "dslx_deps",
    "dslx_stdlib",
    "edition",
    "equivalence_test",
    "events",
    "expose_activation",
    "frontend",
    "ir",
    "name",
    "top",
    "tops",
    "type_names",
    "types",
    "types_from",
]

# The default edition of generated sources. They also compile in edition 2024.
_EDITION = "2021"

def _aot_of(library):
    """The `xls_aot` target of another library that this macro made."""
    label = native.package_relative_label(library)
    return label.same_package_label(label.name + "__aot")

def xls_aot_rust_library(
        name,
        ir = None,
        dslx = None,
        dslx_deps = [],
        dslx_stdlib = None,
        top = None,
        tops = [],
        types = None,
        type_names = {},
        types_from = [],
        events = [],
        backend = None,
        frontend = None,
        crate_name = None,
        cpu = None,
        edition = None,
        deps = [],
        equivalence_test = False,
        expose_activation = False,
        **kwargs):
    """Compiles XLS functions ahead of time and makes a Rust library of it.

    It makes two targets: `<name>`, a plain `rust_library`, and `<name>__aot`, an `xls_aot`, whose output groups contain
    the object, the generated source and the description. With `equivalence_test` it makes a third,
    `<name>_equivalence_test`.

    ```starlark
    load("@xls_aot//rules:defs.bzl", "xls_aot_rust_library")

    xls_aot_rust_library(
        name = "fp32_add",
        ir = "fp32_add.ir",
    )
    ```

    Args:
      name: str: the name of the library.
      ir: Label: the XLS IR: an .ir file, or a target with exactly one .ir output. Either `ir` or `dslx` must be given.
      dslx: Label: the DSLX: an .x file, an `xls_dslx_library` of one file, or a target with exactly one .x output. `top` or `tops`
        names the functions; a parametric function is `"f<u32:8>"`. The types come from the modules, so `types` and `type_names`
        are not allowed.
      dslx_deps: List[Label]: what a file given as `dslx` imports: `xls_dslx_library` targets, .x files, or other targets that have .x
        files. The standard library is always there.
      dslx_stdlib: Label: another DSLX standard library than the toolchain's, or `@xls_aot//rules:no_dslx_stdlib`.
      top: str: the function to compile; of IR by default the package's top, or its only function.
      tops: List[str]: the functions to compile, instead of `top`. The crate has one function for each at its root, and a module
        of the same name with its `Runner` and `Output`. They share their types.
      types: Label: a .json file that describes structs, enums, constants, and the types of parameters and results
        (docs/types.md).
      type_names: Dict[str, str]: names for tuple types: XLS type to Rust name with the names of the fields in parentheses,
        such as `{"(bits[1], bits[8], bits[23])": "F32(sign, bexp, fraction)"}`.
      types_from: List[Label]: other `xls_aot_rust_library` targets whose types this crate uses instead of making second ones. A
        type of the same module and name is that crate's type; another definition of it is an error.
      events: List[str]: the kinds of events that the compiled code reports beside failed assertions: "trace", "cover",
        "out_of_bounds" (accesses to arrays that break the promise `assumed_in_bounds` of the IR). By
        default none, and a design that can reach a trace or a cover is refused.
      backend: str: "native", the default, which needs no libxls, or "xlsynth".
      frontend: str: what converts DSLX to IR: "native", the default, or "xlsynth", the front end of libxls. Names and types come from
        the native one always; a disagreement about a signature is an error. libxls has the parametric functions that others
        call, and needs a standard library.
      crate_name: str: the name of the crate; by default the target's name with `-` and `/` replaced by `_`.
      cpu: str: the least capable processor that must be able to run the code, such as "x86-64-v3"; may be a `select`. By
        default "x86-64-v2" on x86-64 and "armv8-a" on AArch64, never the processor that the build runs on.
      edition: str: the Rust edition of the crate; 2021 by default; the source is right in 2024 too.
      deps: List[Label]: further dependencies of the library. The runtime is always added.
      equivalence_test: bool | Dict[str, Any]: makes `<name>_equivalence_test`, a test that compares the compiled function
        with the reference evaluator on corner and random inputs. A dict makes it with these attributes: any of `count`,
        `min_inputs`, `seed`, `steps` (see `xls_aot_equivalence_test`) and `size`.
      expose_activation: bool: makes the activation bit of a DSLX function in implicit-token form (`__itok__...`) a
        parameter, instead of passing true.
      **kwargs: attributes that every rule has go to all targets; any other goes to the `rust_library`.
    """
    for attribute in ["srcs", "crate_root"]:
        if attribute in kwargs:
            fail("xls_aot_rust_library {}: `{}` is generated and cannot be given".format(name, attribute))
    misspelt = misspelt_argument([key for key in kwargs if key not in _COMMON], _ARGUMENTS)
    if misspelt:
        fail("xls_aot_rust_library {}: {}".format(name, misspelt))
    comparison, error = equivalence_options(equivalence_test)
    if error:
        fail("xls_aot_rust_library {}: {}".format(name, error))
    crate_name = crate_name or crate_name_from_target(name)
    chosen = backend_by_name(backend)
    aot = name + "__aot"
    common = {key: kwargs[key] for key in _COMMON if key in kwargs}

    xls_aot(
        name = aot,
        backend = chosen.name,
        crate_name = crate_name,
        cpu = cpu,
        dslx = dslx,
        dslx_deps = dslx_deps,
        dslx_stdlib = dslx_stdlib,
        expose_activation = expose_activation,
        events = events,
        frontend = frontend,
        ir = ir,
        top = top,
        tops = tops,
        type_names = type_names,
        types = types,
        types_from = [_aot_of(library) for library in types_from],
        **common
    )
    if comparison != None:
        # A test is testonly by itself.
        comparison.update({key: value for key, value in common.items() if key != "testonly"})
        xls_aot_equivalence_test(
            name = name + "_equivalence_test",
            target = ":" + aot,
            **comparison
        )

    library = dict(kwargs)
    library["deps"] = deps + types_from + [chosen.runtime]
    native = native_deps_attribute()
    library[native] = library.get(native, []) + [":" + aot]
    rust_library(
        name = name,
        srcs = [":" + aot],
        crate_name = crate_name,
        edition = edition or _EDITION,
        **library
    )
