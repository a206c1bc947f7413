"""The processors that code can be compiled for, as the tool names them."""

visibility("//rules/...")

# Dict[str, List[str]]: by the architecture in a target triple. The tool's own list is tools/backend/src/cpu.rs.
_CPUS = {
    "aarch64": ["armv8-a"],
    "x86_64": ["x86-64", "x86-64-v2", "x86-64-v3"],
}

def cpu_error(cpu, triple):
    """Checks the attribute `cpu`.

    Args:
      cpu: str: the attribute; empty for the default.
      triple: str: the target triple.

    Returns:
      str | None: what is wrong and how to mend it.
    """
    known = _CPUS.get(triple.split("-")[0])
    if not cpu or known == None or cpu in known:
        return None
    listed = ", ".join(["\"%s\"" % name for name in known])
    if cpu == "native":
        return ("`cpu` is \"native\", but code never depends on the machine that builds it; name the least capable processor that " +
                "must be able to run the code, one of {}").format(listed)
    return "`cpu` is \"{}\", which is no processor of the target platform, {}; expected one of {}, or a `select`".format(
        cpu,
        triple,
        listed,
    )
