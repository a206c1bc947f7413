"""What counts as a piece of libxls, and how a chain of dependencies that leads to one is written down.

A thing offends by the identity of its crate, by its label or by the name of a file that is linked or loaded. File names
alone never tell a user's own crate from libxls by a prefix: `libxls_fifo.so` is not libxls.
"""

visibility("//rules/...")

_LIBRARY_EXTENSIONS = ["a", "dll", "dylib", "lib", "lo", "rlib", "rmeta", "so"]

_REPOSITORIES = [
    "com_google_xls",
    "libxls",
    "llvm-project",
    "llvm-raw",
    "llvm_project",
    "rules_xlsynth",
    "xls",
]

_TARGETS = ["libxls", "xlsynth", "xlsynth-sys", "xlsynth_sys"]

def crate_offends(name):
    """Whether a Rust crate is xlsynth or one of its family.

    Args:
      name: str: the name of the crate.

    Returns:
      bool: whether it is.
    """
    return name == "xlsynth" or name.startswith("xlsynth_")

def file_offends(basename):
    """Whether a file is libxls, xlsynth or an LLVM library, by its name.

    Args:
      basename: str: the name of the file without its folder.

    Returns:
      bool: whether it is.
    """
    parts = basename.split(".")
    if not [part for part in parts[1:] if part in _LIBRARY_EXTENSIONS]:
        return False
    stem = parts[0].removeprefix("lib")
    return (
        stem == "xls" or stem.startswith("xls-") or
        stem == "xlsynth" or stem.startswith("xlsynth-") or stem.startswith("xlsynth_") or
        stem.startswith("LLVM")
    )

def repository_name(repository):
    """The name that a repository was given where it was made.

    Args:
      repository: str: its canonical name.

    Returns:
      str: the name.
    """
    parts = [part for part in repository.replace("+", "~").split("~") if part and not part[0].isdigit()]
    return parts[-1] if parts else ""

def label_offends(label):
    """Whether a target belongs to libxls, xlsynth or LLVM, by its label.

    Args:
      label: Label: the label.

    Returns:
      bool: whether it does.
    """
    repository = repository_name(label.repo_name)
    crate = repository.split("__")[-1]  # crate_universe: <hub>__<crate>-<version>
    return (
        repository in _REPOSITORIES or
        crate == "xlsynth" or crate.startswith("xlsynth-") or
        label.name in _TARGETS or
        file_offends(label.name.split("/")[-1])
    )

def label_text(label):
    """Writes a label as people do: labels of the main repository begin with `//`.

    Args:
      label: Label: the label.

    Returns:
      str: the text.
    """
    return str(label).removeprefix("@@").removeprefix("@") if not label.repo_name else str(label)

def offence(subject, kind, names, chain):
    """Makes an offence.

    Args:
      subject: str: what offends: a crate, a label or a file name.
      kind: str: which of these it is.
      names: List[str]: every name under which the offence can be allowed.
      chain: List[struct]: the steps from the target that the offence is seen from to the one that owns the subject;
        each has `label`, a text, and `edge`, the attribute that leads to it (empty in the first).

    Returns:
      struct: the offence.
    """
    return struct(chain = chain, kind = kind, names = names, subject = subject)

def seen_from(first_steps, found):
    """An offence as seen from a target that depends on the one it was seen from so far.

    Args:
      first_steps: List[struct]: the steps that take the place of the chain's first.
      found: struct: the offence.

    Returns:
      struct: the offence with the longer chain.
    """
    return offence(found.subject, found.kind, found.names, first_steps + found.chain[1:])

def step(label, edge = ""):
    """Makes a step of a chain.

    Args:
      label: Label: the target.
      edge: str: the attribute of the step before that names it.

    Returns:
      struct: the step.
    """
    return struct(edge = edge, label = label_text(label))

def own_offences(label, crate_name, basenames):
    """Finds what offends in a target itself.

    A target that offends as a crate or by its label is one offence, whatever its files are called; a target that does
    not can still have offending files.

    Args:
      label: Label: the target.
      crate_name: str: the name of its crate; None if it is none.
      basenames: List[str]: the names of its files.

    Returns:
      List[struct]: the offences, each with a chain of one step.
    """
    here = [step(label)]
    text = label_text(label)
    files = [name for name in basenames if file_offends(name)]
    if crate_name and crate_offends(crate_name):
        return [offence(crate_name, "crate", [crate_name, text] + files, here)]
    if label_offends(label):
        return [offence(text, "label", [text] + files, here)]
    return [offence(name, "file", [name, text], here) for name in files]

def _rank(found):
    return (len(found.chain), [entry.label for entry in found.chain], found.kind, found.subject)

def nearest(offences):
    """Keeps the shortest chain to each subject.

    Args:
      offences: List[struct]: offences, as seen from one target.

    Returns:
      List[struct]: one offence for each subject, nearest first.
    """
    best = {}
    for found in sorted(offences, key = _rank):
        best.setdefault((found.subject, found.kind, found.chain[-1].label), found)
    return best.values()

def _covers(pattern, name):
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern

def allowed(found, allow):
    """Whether a list of exceptions covers an offence.

    Args:
      found: struct: the offence.
      allow: List[str]: crate names, file names and labels; one that ends in `*` stands for all that begin with what is
        before the star, as it does for `xls_aot audit`.

    Returns:
      bool: whether it covers one of the offence's names.
    """
    return bool([name for name in found.names for pattern in allow if _covers(pattern, name)])

def report(target, offences):
    """Writes the verdict on a target.

    Args:
      target: Label: the target.
      offences: List[struct]: what it needs of libxls, nearest first.

    Returns:
      str: the text, with the shortest chain in full; empty if there is no offence.
    """
    if not offences:
        return ""
    first = offences[0]
    lines = ["{} needs {} `{}` at run time:".format(label_text(target), first.kind, first.subject)]
    for number, entry in enumerate(first.chain):
        edge = " ({})".format(entry.edge) if entry.edge else ""
        lines.append("  " + ("-> " if number else "") + entry.label + edge)
    others = offences[1:]
    if others:
        lines.append("and {} more:".format(len(others)))
        lines.extend(["  {} `{}` of {}".format(found.kind, found.subject, found.chain[-1].label) for found in others])
    lines.append("What only a build needs belongs in exec-configuration tools or proc_macro_deps; " +
                 "what is meant to stay, in `allow`.")
    return "\n".join(lines) + "\n"
