"""The providers of these rules."""

visibility("//rules/...")

XlsAotInfo = provider(
    doc = "What one `xls_aot` target made of an XLS design.",
    fields = {
        "backend": "str: the name of the back end that compiled the functions.",
        "crate_name": "str: the name of the Rust crate that `wrapper` is the root of.",
        "dslx": "struct | None: if `input` is DSLX, what it was compiled with: `tops`, the functions as List[str], and " +
                "`top_options`, the tool's options for them; `modules` and `sources`, what it can import and all files, as " +
                "`modules` and `transitive_sources` of XlsDslxInfo; `stdlib`, an XlsDslxStdlibInfo or None.",
        "input": "File: the input that was compiled.",
        "metadata": "File: the description of the artefact, as JSON.",
        "object": "File: the relocatable object, position independent.",
        "symbol_salt": "str: text that keeps the exported symbols of artefacts with equal names apart.",
        "target_triple": "str: the platform that `object` is for.",
        "tops": "List[str]: the requested functions; empty if the tool chooses the package's top.",
        "wrapper": "File: the root source of the Rust crate.",
    },
)

XlsAotToolInfo = provider(
    doc = "A program that a toolchain runs, in a configuration of its own (see tool_build.bzl).",
    fields = {
        "files_to_run": "FilesToRunProvider: the program.",
        "label": "Label: the program, as the toolchain names it.",
        "runfiles": "runfiles: what it needs when it runs.",
    },
)

XlsAotRuntimeInfo = provider(
    doc = "The crate that a runtime target forwards to, and what that crate depends on.",
    fields = {
        "label": "Label: the crate that the toolchain names.",
        "trace": "LibxlsTraceInfo: what the crate needs of libxls, as seen from itself.",
    },
)

XlsDslxInfo = provider(
    doc = "A library of DSLX modules.",
    fields = {
        "modules": "depset[struct]: the modules that users of the library can import, its own and those of all libraries that it " +
                   "depends on. Each has `name`, its dotted name, and `file`, the File.",
        "sources": "List[File]: the library's own files.",
        "transitive_sources": "depset[File]: the files of the library and of all libraries that it depends on.",
    },
)

XlsDslxStdlibInfo = provider(
    doc = "The DSLX standard library, or that there is none.",
    fields = {
        "files": "depset[File]: the files.",
        "folder": "struct | None: where the modules are: `path` for actions, `short_path` for runfiles.",
    },
)

LibxlsTraceInfo = provider(
    doc = "What a target needs of libxls at run time, directly or through its dependencies.",
    fields = {
        "offences": "List[struct]: one for each offending thing, with the shortest chain that leads to it " +
                    "(see libxls_offence.bzl); empty for a target that is free of libxls.",
        "stripped": "depset[struct]: the files without symbols that it may carry, with the files that they were linked " +
                    "from (see libxls_link.bzl).",
    },
)

LibxlsFreeInfo = provider(
    doc = "The result of a `libxls_free_test`, as far as analysis can tell.",
    fields = {
        "offences": "List[struct]: the offences that `allow` does not cover, nearest first.",
        "report": "str: the same as text; empty if there is no offence.",
    },
)
