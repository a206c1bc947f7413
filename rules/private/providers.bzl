"""The providers of these rules."""

visibility("//rules/...")

XlsAotInfo = provider(
    doc = "What one `xls_aot` target made of an XLS design.",
    fields = {
        "backend": "str: the name of the back end that compiled the functions.",
        "crate_name": "str: the name of the Rust crate that `wrapper` is the root of.",
        "input": "File: the input that was compiled.",
        "metadata": "File: the description of the artefact, as JSON.",
        "object": "File: the relocatable object, position independent.",
        "symbol_salt": "str: text that keeps the exported symbols of artefacts with equal names apart.",
        "target_triple": "str: the platform that `object` is for.",
        "tops": "List[str]: the requested functions; empty if the tool chooses the package's top.",
        "wrapper": "File: the root source of the Rust crate.",
    },
)

XlsAotRuntimeInfo = provider(
    doc = "The crate that a runtime target forwards to, and what that crate depends on.",
    fields = {
        "label": "Label: the crate that the toolchain names.",
        "trace": "LibxlsTraceInfo: what the crate needs of libxls, as seen from itself.",
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
