"""Names of generated crates."""

visibility("//rules/...")

# Words that rustc accepts neither as the name of a crate nor as a path segment, and crates that every generated
# crate refers to by name.
_RESERVED = [
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "xls_aot_runtime",
    "yield",
]

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
_DIGITS = "0123456789"

def crate_name_from_target(name):
    """The crate name of a library that gives none: the rule that rules_rust has.

    Args:
      name: str: the name of the target.

    Returns:
      str: the name with `-` and `/` replaced by `_`.
    """
    return name.replace("-", "_").replace("/", "_")

def crate_name_error(name):
    """Says what is wrong with a crate name.

    Args:
      name: str: the name.

    Returns:
      str: what is wrong and what to do; None if nothing is.
    """
    advice = "; set `crate_name` to a Rust identifier, for example `crate_name = \"add_one\"`"
    if not name:
        return "the crate name is empty" + advice
    if name[0] in _DIGITS:
        return "crate name `{}` begins with a digit".format(name) + advice
    wrong = [c for c in name.elems() if c not in _LETTERS and c not in _DIGITS]
    if wrong:
        return "crate name `{}` contains `{}`, which no Rust identifier does".format(name, wrong[0]) + advice
    if not name.strip("_"):
        return "crate name `{}` consists of underscores only".format(name) + advice
    if name in _RESERVED:
        return "crate name `{}` is reserved in Rust or used by the generated code itself".format(name) + advice
    return None
