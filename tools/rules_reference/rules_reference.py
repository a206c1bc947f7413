#!/usr/bin/env python3
"""Writes docs/rules_reference.md from the docstrings of the public rules, or checks it.

    tools/rules_reference/rules_reference.py --write | --check

Starlark files are Python files as far as their top level goes. So this program runs rules/defs.bzl and what it loads, with stand-ins
for what Bazel provides that remember their arguments, and then describes what defs.bzl exports. Functions of rules are never called.
A public thing without documentation is an error, and so is one of a kind that is not known here.
"""

import builtins
import difflib
import inspect
import pathlib
import sys
import types

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = "docs/rules_reference.md"
SELF = "tools/rules_reference/rules_reference.py"


class Called:
    """What a function of Bazel returned here: its name and its arguments."""

    def __init__(self, kind, arguments, keywords):
        self.kind = kind
        self.arguments = arguments
        self.keywords = keywords

    def __add__(self, other):
        return self

    def __radd__(self, other):
        return self

    def __iter__(self):
        return iter([])


class Namespace:
    """Something of Bazel, or of another module, that has members and may be called."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Namespace(f"{self._name}.{name}")

    def __call__(self, *arguments, **keywords):
        return Called(self._name, arguments, keywords)

    def __add__(self, other):
        return self

    def __radd__(self, other):
        return self

    def __iter__(self):
        return iter([])


def struct(**fields):
    return types.SimpleNamespace(**fields)


class Label(str):
    """A label, as it is written."""


NAMES = [
    "OutputGroupInfo", "DefaultInfo", "InstrumentedFilesInfo", "RunEnvironmentInfo", "analysis_test_transition", "aspect", "attr",
    "config", "config_common", "coverage_common", "depset", "exec_group", "native", "platform_common", "provider", "rule",
    "testing", "transition", "select", "subrule", "macro",
]
MODULES = {}


def run(path):
    """The globals of a Starlark file."""
    if path in MODULES:
        return MODULES[path]
    names = {name: Namespace(name) for name in NAMES}
    names.update(
        Label=Label,
        struct=struct,
        visibility=lambda *_: None,
        fail=lambda *message: sys.exit(f"error: {path}: {message}"),
        __name__=path,
        __builtins__=builtins,
    )

    def load(label, *same, **renamed):
        wanted = {name: name for name in same} | renamed
        if label.startswith("@"):
            names.update({name: Namespace(other) for name, other in wanted.items()})
            return
        package, file = label.removeprefix("//").split(":")
        loaded = run(f"{package or pathlib.PurePosixPath(path).parent}/{file}")
        names.update({name: loaded[other] for name, other in wanted.items()})

    names["load"] = load
    MODULES[path] = names
    exec(compile((ROOT / path).read_text(), path, "exec"), names)  # files of this repository
    return names


def documentation(name, text):
    if not text:
        sys.exit(f"error: `{name}` has no documentation")
    return inspect.cleandoc(text)


def cell(text):
    """A text as one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table(*rows):
    head, *body = rows
    lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *body]]
    return "\n".join(lines)


# What an attribute is that nobody sets, by its kind.
UNSET = {"bool": False, "int": 0, "label": None, "string": ""}


def default(value):
    if isinstance(value, Label):
        return f"`{value}`"
    if value is None or isinstance(value, (bool, str, int, list, dict)):
        return f"`{value!r}`".replace("'", '"')
    return "computed"


def describe_rule(name, rule, kind):
    attributes = rule.keywords.get("attrs", {})
    rows = []
    for attribute, value in sorted(attributes.items()):
        if attribute.startswith("_"):
            continue
        keywords = value.keywords
        text = cell(documentation(f"{name}.{attribute}", keywords.get("doc")))
        if "values" in keywords:
            text += " One of " + ", ".join(f'`"{v}"`' for v in keywords["values"]) + "."
        sort = value.kind.removeprefix("attr.")
        unset = UNSET.get(sort, {} if sort.endswith("dict") else [])
        standard = "required" if keywords.get("mandatory") else default(keywords.get("default", unset))
        rows.append([f"`{attribute}`", sort, standard, text])
    parts = [documentation(name, rule.keywords.get("doc"))]
    if rows:
        parts.append(table(["attribute", "type", "default", "meaning"], *rows))
    elif kind == "rule":
        parts.append("It has no attributes of its own.")
    return "\n\n".join(parts)


def describe_provider(name, provider):
    fields = provider.keywords.get("fields", {})
    rows = [[f"`{field}`", cell(text)] for field, text in fields.items()]
    return documentation(name, provider.keywords.get("doc")) + "\n\n" + table(["field", "meaning"], *rows)


def arguments(name, text):
    """The text before `Args:`, and the arguments with their texts."""
    before, _, after = text.partition("\nArgs:\n")
    found = {}
    for line in after.splitlines():
        if line.startswith("  ") and not line.startswith("   "):
            argument, colon, first = line.strip().partition(":")
            if not colon:
                sys.exit(f"error: `{name}`: no argument in {line!r}")
            found[argument] = first.strip()
        elif line.startswith("   "):
            found[list(found)[-1]] += " " + line.strip()
        elif line.strip():
            break
    return before.strip(), found


def describe_macro(name, function):
    text, documented = arguments(name, documentation(name, function.__doc__))
    rows = []
    for parameter in inspect.signature(function).parameters.values():
        shown = "**" + parameter.name if parameter.kind == parameter.VAR_KEYWORD else parameter.name
        if shown not in documented:
            sys.exit(f"error: `{name}`: the argument `{shown}` has no documentation")
        if parameter.kind == parameter.VAR_KEYWORD:
            standard = ""
        else:
            standard = "required" if parameter.default is parameter.empty else default(parameter.default)
        rows.append([f"`{shown}`", standard, cell(documented[shown])])
    return text + "\n\n" + table(["argument", "default", "meaning"], *rows)


def describe(name, value):
    if isinstance(value, types.FunctionType):
        return "macro", describe_macro(name, value)
    if isinstance(value, Called) and value.kind in ("rule", "aspect"):
        return value.kind, describe_rule(name, value, value.kind)
    if isinstance(value, Called) and value.kind == "provider":
        return "provider", describe_provider(name, value)
    sys.exit(f"error: rules/defs.bzl exports `{name}`, and it is not known what that is")


def page():
    public = {
        name: value
        for name, value in run("rules/defs.bzl").items()
        if not name.startswith("_") and name not in NAMES + ["Label", "struct", "visibility", "fail", "load"]
    }
    parts = [
        "# Reference of the rules",
        f"<!-- Generated from the rules; do not edit. `{SELF} --write` writes it. -->",
        "Everything that `@xls_aot//rules:defs.bzl` has, as the rules themselves say it. [rules.md](rules.md) explains how to use it.",
        table(
            ["name", "kind"],
            *([f"[`{name}`](#{name.lower()})", describe(name, value)[0]] for name, value in public.items()),
        ),
    ]
    for name, value in public.items():
        parts += [f"## {name}", describe(name, value)[1]]
    return "\n\n".join(parts) + "\n"


def main():
    if sys.argv[1:] not in (["--write"], ["--check"]):
        sys.exit(f"usage: {SELF} --write | --check")
    text = page()
    path = ROOT / PAGE
    if sys.argv[1] == "--write":
        path.write_text(text)
        return
    old = path.read_text() if path.exists() else ""
    if old != text:
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), text.splitlines(True), PAGE, "what the rules say"))
        sys.exit(f"error: {PAGE} is not what the rules say; to write it anew: {SELF} --write")


main()
