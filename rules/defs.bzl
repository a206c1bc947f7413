"""XLS functions as Rust libraries: the public rules. Everything else under //rules is private."""

load("//rules/private:equivalence_test.bzl", _xls_aot_equivalence_test = "xls_aot_equivalence_test")
load("//rules/private:libxls_free_test.bzl", _libxls_free_test = "libxls_free_test")
load("//rules/private:libxls_trace.bzl", _libxls_trace_aspect = "libxls_trace_aspect")
load(
    "//rules/private:providers.bzl",
    _LibxlsFreeInfo = "LibxlsFreeInfo",
    _LibxlsTraceInfo = "LibxlsTraceInfo",
    _XlsAotInfo = "XlsAotInfo",
)
load("//rules/private:toolchain.bzl", _xls_aot_toolchain = "xls_aot_toolchain")
load("//rules/private:xls_aot.bzl", _xls_aot = "xls_aot")
load("//rules/private:xls_aot_rust_library.bzl", _xls_aot_rust_library = "xls_aot_rust_library")

# Libraries
xls_aot_rust_library = _xls_aot_rust_library
xls_aot = _xls_aot
XlsAotInfo = _XlsAotInfo

# Toolchains
xls_aot_toolchain = _xls_aot_toolchain

# Tests
xls_aot_equivalence_test = _xls_aot_equivalence_test
libxls_free_test = _libxls_free_test
libxls_trace_aspect = _libxls_trace_aspect
LibxlsFreeInfo = _LibxlsFreeInfo
LibxlsTraceInfo = _LibxlsTraceInfo
