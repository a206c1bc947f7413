"""The wheel that libxls is taken from by default. Read by libxls_files.py too: keep one `NAME = "value"` a line."""

# Package and version on the Python package index. The build id of a new version belongs in the audit's list
# (tools/objfile/src/audit/fingerprints.rs); a test of tools/xlsynth says so.
WHEEL_PACKAGE = "xls-python"
WHEEL_VERSION = "0.1.9934"

# The wheel's tags are fixed, so the Python on the machine does not matter: only its libxls.so and dslx_stdlib are used.
WHEEL_PYTHON_TAG = "cp311"
WHEEL_PLATFORM = "manylinux_2_34_x86_64"
WHEEL_SHA256 = "00d791eb26cd71d8af4d3965767852a2c21e0b404e808c879949cefd712cfde7"

# The library inside (xls/_blob/libxls.so).
LIBXLS_SHA256 = "24b6c9bce0b674abbd3af569cace2bdb30676183eaedf1a4129a32841995f520"
