"""Names of DSLX modules: by which name other modules import a file."""

load(":providers.bzl", "XlsDslxInfo")

visibility("//rules/...")

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
_DIGITS = "0123456789"

def _is_name(part):
    return part != "" and part[0] not in _DIGITS and not [c for c in part.elems() if c not in _LETTERS and c not in _DIGITS]

def path_in_repository(file):
    """The path of a file from the root of its repository, generated or not.

    Args:
      file: File: the file.

    Returns:
      str: the path.
    """
    path = file.short_path
    return "/".join(path.split("/")[2:]) if path.startswith("../") else path

def _segments(path):
    return [part for part in path.split("/") if part not in ["", "."]]

def module_name(path, package = "", strip_import_prefix = "/", import_prefix = ""):
    """The dotted name by which other modules import a file.

    Args:
      path: str: the path of the file in its repository.
      package: str: the package of the library that has the file.
      strip_import_prefix: str: the folder that the name begins after, from the package, or from the root of the repository if it
        begins with `/`.
      import_prefix: str: a path that is put in front.

    Returns:
      Tuple[str | None, str | None]: the name, None for a file that cannot be imported because of its path; and what is wrong
      with the prefixes, or None.
    """
    parts = _segments(path)
    folder = _segments(strip_import_prefix)
    if not strip_import_prefix.startswith("/"):
        folder = _segments(package) + folder
    if ".." in folder:
        return (None, "`strip_import_prefix` is \"{}\"; it cannot have `..`".format(strip_import_prefix))
    if parts[:len(folder)] != folder or len(parts) == len(folder):
        return (None, "{} is not in {}, which `strip_import_prefix` names".format(path, "/".join(folder)))
    parts = _segments(import_prefix) + parts[len(folder):]
    parts[-1] = parts[-1].removesuffix(".x")
    if [part for part in parts if not _is_name(part)]:
        return (None, None)
    return (".".join(parts), None)

def modules_of(ctx, deps):
    """What a target can import of its dependencies.

    Args:
      ctx: ctx: the context of the rule.
      deps: List[Target]: libraries, and targets that have `.x` files.

    Returns:
      struct: `modules`, List[depset[struct]], and `sources`, List[depset[File]], both as in `XlsDslxInfo`.
    """
    modules = []
    sources = []
    plain = []
    for dep in deps:
        if XlsDslxInfo in dep:
            modules.append(dep[XlsDslxInfo].modules)
            sources.append(dep[XlsDslxInfo].transitive_sources)
            continue
        files = [file for file in dep[DefaultInfo].files.to_list() if file.extension == "x"]
        if not files:
            fail("{}: {} is no xls_dslx_library and has no .x file; name an xls_dslx_library or the .x files".format(
                ctx.label,
                dep.label,
            ))
        plain.extend(files)
    named = [struct(file = file, name = module_name(path_in_repository(file))[0]) for file in plain]
    return struct(
        modules = modules + [depset([module for module in named if module.name])],
        sources = sources + [depset(plain)],
    )
