"""The code generators that a library can be built with, as a closed set.

Each back end has a toolchain type of its own, because a rule's toolchains are analysed whether it uses them or not: a
build that only uses the native back end must never load @libxls.
"""

visibility("//rules/...")

_NATIVE = "native"
_XLSYNTH = "xlsynth"

# The back end of a library that names none.
DEFAULT_BACKEND = _NATIVE

# The toolchain type whose tool needs no libxls. The auditor comes from here, whatever the back end.
NATIVE_TOOLCHAIN_TYPE = Label("//rules:toolchain_type")

# The toolchain type whose tool links libxls.
XLSYNTH_TOOLCHAIN_TYPE = Label("//rules:xlsynth_toolchain_type")

# Dict[str, struct]: everything that depends on the choice of a back end.
#   toolchain_type: the toolchain type that provides the tool, the runtime and the target triple.
#   runtime: a target with the providers of that toolchain's runtime crate.
BACKENDS = {
    _NATIVE: struct(
        toolchain_type = NATIVE_TOOLCHAIN_TYPE,
        runtime = Label("//rules:native_runtime"),
    ),
    _XLSYNTH: struct(
        toolchain_type = XLSYNTH_TOOLCHAIN_TYPE,
        runtime = Label("//rules:xlsynth_runtime"),
    ),
}

def backend(name):
    """Looks a back end up by name, at loading time.

    Args:
      name: str: the name, or None for the default.

    Returns:
      struct: the entry of `BACKENDS`, with `name` added.
    """
    name = name or DEFAULT_BACKEND
    if name not in BACKENDS:
        fail("unknown back end `{}`: `backend` is one of {}".format(
            name,
            ", ".join(["\"%s\"" % known for known in sorted(BACKENDS)]),
        ))
    entry = BACKENDS[name]
    return struct(
        name = name,
        toolchain_type = entry.toolchain_type,
        runtime = entry.runtime,
    )

# What converts DSLX. The one of libxls is in the tool of the xlsynth toolchain, which has the native back end too.
FRONTENDS = [_NATIVE, _XLSYNTH]

DEFAULT_FRONTEND = _NATIVE

def tool_of(backend, frontend):
    """Which back end's toolchain has the tool for a target.

    Args:
      backend: str: the back end.
      frontend: str: the front end.

    Returns:
      str: a key of `BACKENDS`.
    """
    return _XLSYNTH if frontend == _XLSYNTH else backend

def toolchains_of(name):
    """What a rule that uses the toolchain of a back end requires.

    Args:
      name: str: a key of `BACKENDS`.

    Returns:
      List[config_common.toolchain_type]: for `rule(toolchains = ...)`. libxls is not there for every machine: without a toolchain for
      it, `no_tool_error` says more than Bazel.
    """
    return [config_common.toolchain_type(BACKENDS[name].toolchain_type, mandatory = name != _XLSYNTH)]

def no_tool_error(attribute):
    """What is wrong if there is no toolchain with libxls.

    Args:
      attribute: str: the attribute that asks for libxls.

    Returns:
      str: what is wrong and how to mend it.
    """
    return ("`{attribute}` is \"xlsynth\", but there is no toolchain of type @xls_aot//rules:xlsynth_toolchain_type for this build: that " +
            "of xls_aot itself runs on Linux x86-64, and a release archive has none; leave out `{attribute}`, or register an " +
            "xls_aot_toolchain whose tool has libxls").format(attribute = attribute)

def frontend_error(frontend, dslx):
    """Checks the choice of a front end.

    Args:
      frontend: str: the front end.
      dslx: bool: whether the design is DSLX.

    Returns:
      str | None: what is wrong and how to mend it.
    """
    if frontend not in FRONTENDS:
        return "there is no front end \"{}\"; `frontend` is one of {}".format(
            frontend,
            ", ".join(["\"%s\"" % known for known in FRONTENDS]),
        )
    if frontend != DEFAULT_FRONTEND and not dslx:
        return "`frontend` is for `dslx`; leave it out for IR"
    return None
