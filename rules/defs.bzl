"""XLS functions as Rust libraries: the public rules. Everything else under //rules is private."""

load("//rules/private:dslx_library.bzl", _xls_dslx_library = "xls_dslx_library")
load("//rules/private:dslx_stdlib.bzl", _xls_dslx_stdlib = "xls_dslx_stdlib", _xls_dslx_toolchain = "xls_dslx_toolchain")
load("//rules/private:dslx_test.bzl", _xls_dslx_test = "xls_dslx_test")
load("//rules/private:equivalence_test.bzl", _xls_aot_equivalence_test = "xls_aot_equivalence_test")
load("//rules/private:libxls_free_test.bzl", _libxls_free_test = "libxls_free_test")
load("//rules/private:libxls_trace.bzl", _libxls_trace_aspect = "libxls_trace_aspect")
load(
    "//rules/private:providers.bzl",
    _LibxlsFreeInfo = "LibxlsFreeInfo",
    _LibxlsTraceInfo = "LibxlsTraceInfo",
    _XlsAotInfo = "XlsAotInfo",
    _XlsDslxInfo = "XlsDslxInfo",
    _XlsDslxStdlibInfo = "XlsDslxStdlibInfo",
)
load("//rules/private:toolchain.bzl", _xls_aot_toolchain = "xls_aot_toolchain")
load("//rules/private:xls_aot.bzl", _xls_aot = "xls_aot")
load("//rules/private:xls_aot_rust_library.bzl", _xls_aot_rust_library = "xls_aot_rust_library")

# Libraries
xls_aot_rust_library = _xls_aot_rust_library
xls_aot = _xls_aot
XlsAotInfo = _XlsAotInfo

# DSLX
xls_dslx_library = _xls_dslx_library
xls_dslx_test = _xls_dslx_test
XlsDslxInfo = _XlsDslxInfo

# Toolchains
xls_aot_toolchain = _xls_aot_toolchain
xls_dslx_stdlib = _xls_dslx_stdlib
xls_dslx_toolchain = _xls_dslx_toolchain
XlsDslxStdlibInfo = _XlsDslxStdlibInfo

# Tests
xls_aot_equivalence_test = _xls_aot_equivalence_test
libxls_free_test = _libxls_free_test
libxls_trace_aspect = _libxls_trace_aspect
LibxlsFreeInfo = _LibxlsFreeInfo
LibxlsTraceInfo = _LibxlsTraceInfo
