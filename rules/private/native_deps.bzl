"""Where a `rust_library` takes native code, which depends on the version of rules_rust."""

load("@rules_rust//:version.bzl", "VERSION")

visibility("//rules/...")

# The first version in which native libraries have an attribute of their own; from there on, `deps` warns about them.
_LINK_DEPS_SINCE = [0, 71, 0]

def _leading_number(text):
    digits = ""
    for c in text.elems():
        if not c.isdigit():
            break
        digits += c
    return int(digits) if digits else 0

def native_deps_attribute(version = VERSION):
    """The attribute of `rust_library` that native libraries belong in.

    Args:
      version: str: a version of rules_rust; by default the one in use.

    Returns:
      str: "link_deps" or "deps".
    """
    numbers = [_leading_number(part) for part in version.split(".")[:3]]
    return "link_deps" if numbers >= _LINK_DEPS_SINCE else "deps"
