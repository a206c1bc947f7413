"""What the link commands show about libxls: libraries that they name by flags, and whether they strip.

A library can be linked by a flag alone (`-lxls`), with no dependency that leads to it. Flags are read from linking contexts
and from the command lines of actions, where they end up whatever attribute, feature or option of the build they come from.
"""

load(":libxls_offence.bzl", "file_offends")

visibility("//rules/...")

# Parts of the mnemonic of an action that links, or may link.
_LINKS = ["Archive", "Genrule", "Link", "Rustc"]

# The mnemonics of the actions that link, of the C++ rules and of the Rust rules.
_LINK_ACTIONS = ["CppLink", "CppLinkExecutable", "CppLinkDynamicLibrary", "CppLinkNodepsDynamicLibrary", "Rustc"]

# Words after which a word is the name of a library.
_BEFORE_NAME = ["--library", "-framework", "-l", "-library", "-needed_library", "-reexport_library", "-weak_library"]

# The same at the begin of a word.
_NAME_PREFIXES = ["-hidden-l", "-needed-l", "-reexport-l", "-weak-l", "-l"]

# The files that are linked statically: with their symbols, whatever becomes of the result.
_STATIC_EXTENSIONS = ["a", "lo", "o", "rlib"]

def _words(flag):
    for separator in [",", "=", "\t", "\n", "\"", "'", ";"]:
        flag = flag.replace(separator, " ")
    return [word for word in flag.split(" ") if word]

def _library_name(word, is_name):
    """The name of a library that a word gives: `xls` for `-lxls`, `libxls.so` for `-l:libxls.so`; None if it gives none."""
    for prefix in _NAME_PREFIXES:
        if word.startswith(prefix) and word != prefix:
            return word.removeprefix(prefix).removeprefix(":")
    return word.removeprefix(":") if is_name else None

def offending_flags(flags, inputs = None):
    """Finds the flags that link something of libxls, xlsynth or LLVM.

    Args:
      flags: List[str]: flags of a linker, a compiler driver or rustc, in their order.
      inputs: List[str]: the names of the files that the command with these flags gets from Bazel, whose owners are looked
        at for themselves; None if that is not known. A library that is one of them does not count, and neither does a
        relative path, which leads to one of them.

    Returns:
      List[str]: the flags that count.
    """
    found = []
    is_name = False
    for flag in flags:
        # Command lines are long, and most flags do not matter.
        if ("xls" in flag or "LLVM" in flag) and _offends(flag, is_name, inputs):
            found.append(flag)

        # `-l` may be a flag and the name the next.
        is_name = bool([1 for word in _BEFORE_NAME if flag == word or flag.endswith("=" + word) or flag.endswith("," + word)])
    return found

def _offends(flag, is_name, inputs):
    for word in _words(flag):
        if word in _BEFORE_NAME or word.startswith("-ldylib") or word.startswith("-lstatic"):
            # rustc: -ldylib=NAME, -lstatic:MODIFIERS=NAME.
            is_name = True
            continue
        name = _library_name(word, is_name)
        if name:
            library = name if name.startswith("lib") and "." in name else "lib" + name + ".so"
            stem = library.split(".")[0] + "."
            if file_offends(library) and not [1 for input in inputs or [] if input.startswith(stem)]:
                return True
        if file_offends(word.split("/")[-1]) and (inputs == None or word.startswith("/")):
            return True
    return False

def _links(action):
    return bool([part for part in _LINKS if part in action.mnemonic])

def action_flags(actions):
    """Finds the flags that link something of libxls, in the actions of a target.

    Args:
      actions: List[Action]: the actions.

    Returns:
      List[str]: the flags, without repetition.
    """
    found = {}
    for action in actions:
        if not _links(action) or not action.argv or not offending_flags(action.argv):
            continue

        # Only where the inputs are needed to decide: they are many.
        inputs = [file.basename for file in action.inputs.to_list()]
        found.update({flag: None for flag in offending_flags(action.argv, inputs)})
    return found.keys()

def _strips(argv):
    for flag in argv:
        if "strip=symbols" in flag or "strip-all" in flag:
            return True
        if "-s" in _words(flag):
            return True
    return False

def stripped_outputs(actions):
    """Finds the files that are linked without symbols, and where the symbols are.

    Only links of C++ and Rust rules count: of these it is known that all of the output comes from the files that are linked
    and, for Rust, from the source of the crate itself.

    Args:
      actions: List[Action]: the actions of a target.

    Returns:
      List[struct]: `output`, the File without symbols; `origins`, a tuple of the Files that it was linked from.
    """
    found = []
    for action in actions:
        if action.mnemonic in _LINK_ACTIONS and action.argv and _strips(action.argv):
            origins = tuple([file for file in action.inputs.to_list() if file.extension in _STATIC_EXTENSIONS])
            found.extend([struct(origins = origins, output = output) for output in action.outputs.to_list()])
    return found
