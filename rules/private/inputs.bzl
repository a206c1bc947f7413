"""The forms that the input of an `xls_aot` target can take, as a closed set.

A form is an attribute of the rule. A target gives exactly one form; the attribute's value is a file, or a target that
has exactly one output with the form's extension.
"""

visibility("//rules/...")

# List[struct]: the forms.
#   attribute: the attribute that gives the input in this form.
#   extension: the extension that tells the input from a target's other outputs.
#   flag: the option of the tool that takes the path.
_FORMS = [
    struct(attribute = "ir", extension = "ir", flag = "--ir"),
]

INPUT_ATTRS = {
    "ir": attr.label(
        doc = "The XLS IR to compile: an .ir file, or a target with exactly one .ir output.",
        allow_files = True,
    ),
}

def _list(names):
    return "".join(["\n  " + name for name in names])

def select_input(ctx):
    """Finds the one input of a target and fails with a clear message if there is no such thing.

    Args:
      ctx: ctx: the context of a rule with `INPUT_ATTRS`.

    Returns:
      struct: `file`, the input, and `flag`, the option of the tool that takes it.
    """
    given = [form for form in _FORMS if getattr(ctx.attr, form.attribute)]
    if len(given) != 1:
        fail("{}: {} input; set exactly one of: {}".format(
            ctx.label,
            "more than one" if given else "no",
            ", ".join(["`%s` (one .%s file)" % (form.attribute, form.extension) for form in _FORMS]),
        ))
    form = given[0]
    files = getattr(ctx.files, form.attribute)
    matching = [file for file in files if file.extension == form.extension]
    if len(matching) == 1:
        return struct(file = matching[0], flag = form.flag)
    source = getattr(ctx.attr, form.attribute).label
    if matching:
        fail("{}: `{}` must be one .{} file, but {} has {}:{}\nname one of them".format(
            ctx.label,
            form.attribute,
            form.extension,
            source,
            len(matching),
            _list([file.short_path for file in matching]),
        ))
    fail("{}: `{}` must be one .{} file, but {} has none{}".format(
        ctx.label,
        form.attribute,
        form.extension,
        source,
        "; its outputs are:" + _list([file.short_path for file in files]) if files else " and no other output",
    ))
