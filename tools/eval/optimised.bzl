"""Flags for libraries that tests spend most of their time in: they are optimised in every mode.

Tools run in the exec configuration, which is not optimised, and an equivalence test evaluates millions of nodes. The
checks of debug builds stay on.
"""

OPTIMISED = select({
    "//tools/eval:is_optimised": [],
    "//conditions:default": [
        "-Copt-level=2",
        "-Cdebug-assertions=on",
        "-Coverflow-checks=on",
    ],
})
