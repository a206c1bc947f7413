"""The tool's options for DSLX: which modules there are, where the standard library is, and how paths are shown.

The tool gets the file of each module, not folders to search. So a module that no dependency brings cannot be imported, with
and without a sandbox. Messages show paths as people write them: without output folders, other repositories by their names.
"""

load(":libxls_offence.bzl", "repository_name")
load(":providers.bzl", "XlsDslxStdlibInfo")

visibility("//rules/...")

# How messages show the folder of the standard library.
_STDLIB = "dslx_stdlib"

# What the toolchain in use names.
DSLX_STDLIB = Label("//rules:dslx_stdlib")

def stdlib_attr(default):
    """The attribute that gives a rule the standard library.

    Args:
      default: Label | None: the default.

    Returns:
      Attribute: the attribute.
    """
    return attr.label(
        doc = "The DSLX standard library: a target such as `@xls_aot//rules:dslx_stdlib`, which stands for what the toolchain in " +
              "use names. `@xls_aot//rules:no_dslx_stdlib` for modules that do not need it, so that it is not fetched.",
        default = default,
        providers = [XlsDslxStdlibInfo],
    )

def _module_in_action(module):
    return module.name + "=" + module.file.path

def _module_in_runfiles(module):
    return module.name + "=" + module.file.short_path

def _remap(prefix, repository):
    """What takes the place of a folder in messages; None where nothing is to be replaced."""
    if repository:
        return "{}=@{}/".format(prefix, repository_name(repository))
    return prefix + "=" if prefix else None

def _remap_in_action(file):
    root = file.root.path
    repository = file.owner.workspace_root
    if repository and not root.endswith(repository):
        root = root + "/" + repository if root else repository
    return _remap(root, file.owner.repo_name)

def _remap_in_runfiles(file):
    if not file.short_path.startswith("../"):
        return None
    return _remap("/".join(file.short_path.split("/")[:2]), file.owner.repo_name)

def add_dslx_options(args, files, modules, stdlib):
    """Adds the options of an action.

    Args:
      args: Args: the arguments of the tool.
      files: depset[File]: the files that are read, other than the standard library.
      modules: depset[struct]: what can be imported, as in `XlsDslxInfo`.
      stdlib: XlsDslxStdlibInfo | None: the standard library.
    """
    args.add_all(modules, before_each = "--module", map_each = _module_in_action)
    args.add_all(files, before_each = "--remap-path-prefix", map_each = _remap_in_action, uniquify = True)
    if stdlib and stdlib.folder:
        args.add("--stdlib", stdlib.folder.path)
        args.add("--remap-path-prefix", "{}={}".format(stdlib.folder.path, _STDLIB))

def dslx_options_in_runfiles(files, modules, stdlib):
    """The options of a program that finds the files among its runfiles.

    Args:
      files: depset[File]: the files that are read, other than the standard library.
      modules: depset[struct]: what can be imported, as in `XlsDslxInfo`.
      stdlib: XlsDslxStdlibInfo | None: the standard library.

    Returns:
      List[str]: the options.
    """
    options = []
    for module in modules.to_list():
        options.extend(["--module", _module_in_runfiles(module)])
    remaps = {_remap_in_runfiles(file): None for file in files.to_list()}
    for remap in remaps:
        if remap:
            options.extend(["--remap-path-prefix", remap])
    if stdlib and stdlib.folder:
        options.extend(["--stdlib", stdlib.folder.short_path])
        options.extend(["--remap-path-prefix", "{}={}".format(stdlib.folder.short_path, _STDLIB)])
    return options
