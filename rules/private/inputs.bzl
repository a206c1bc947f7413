"""The forms that the input of an `xls_aot` target can take, as a closed set.

A form is an attribute of the rule. A target gives exactly one form. The attribute's value is a file, or a target that has exactly
one output with the form's extension; for DSLX also an `xls_dslx_library` of one file.
"""

load(":dslx_modules.bzl", "module_name", "modules_of", "path_in_repository")
load(":dslx_options.bzl", "add_dslx_options", "stdlib_attr")
load(":providers.bzl", "XlsDslxInfo", "XlsDslxStdlibInfo")

visibility("//rules/...")

# List[struct]: the forms.
#   attribute: the attribute that gives the input in this form.
#   extension: the extension that tells the input from a target's other outputs.
#   flag: the option of the tool that takes the path.
_FORMS = [
    struct(attribute = "ir", extension = "ir", flag = "--ir"),
    struct(attribute = "dslx", extension = "x", flag = "--dslx"),
]

# The attributes that mean something for one form only, by the form's attribute.
_ATTRIBUTES_OF_FORM = {
    "dslx": ["dslx_deps", "dslx_stdlib"],
    "ir": ["type_names", "types"],
}

INPUT_ATTRS = {
    "dslx": attr.label(
        doc = "The DSLX to compile: an .x file, an `xls_dslx_library` of one file, or a target with exactly one .x output. `top` or " +
              "`tops` names the functions.",
        allow_files = True,
    ),
    "dslx_deps": attr.label_list(
        doc = "What a file given as `dslx` imports: `xls_dslx_library` targets, .x files, or other targets that have .x files.",
        # Which files count is decided by `modules_of`, with a better message.
        allow_files = True,
    ),
    "dslx_stdlib": stdlib_attr(None),
    "ir": attr.label(
        doc = "The XLS IR to compile: an .ir file, or a target with exactly one .ir output.",
        allow_files = True,
    ),
}

def _list(names):
    return "".join(["\n  " + name for name in names])

def _one_form(ctx):
    given = [form for form in _FORMS if getattr(ctx.attr, form.attribute)]
    if len(given) != 1:
        fail("{}: {} input; set exactly one of: {}".format(
            ctx.label,
            "more than one" if given else "no",
            ", ".join(["`%s` (one .%s file)" % (form.attribute, form.extension) for form in _FORMS]),
        ))
    return given[0]

def _check_attributes(ctx, form):
    """Fails if other attributes do not go with the form."""
    for other, attributes in _ATTRIBUTES_OF_FORM.items():
        for attribute in attributes:
            if other != form.attribute and getattr(ctx.attr, attribute):
                fail("{}: `{}` is for `{}`, but the input is `{}`; leave it out{}".format(
                    ctx.label,
                    attribute,
                    other,
                    form.attribute,
                    ": types and their names come from the DSLX modules" if other == "ir" else "",
                ))
    if form.attribute == "dslx" and not ctx.attr.top and not ctx.attr.tops:
        fail("{}: `dslx` needs the names of the functions to compile; add `tops = [\"NAME\"]`, or `top` for one function".format(
            ctx.label,
        ))

def _one_file(ctx, form):
    """The one file of the input; a file of another form if it is the only one."""
    source = getattr(ctx.attr, form.attribute)
    if XlsDslxInfo in source:
        files = source[XlsDslxInfo].sources
        if len(files) > 1:
            fail("{}: `{}` is {}, which has {} files:{}\nname the one that has the functions, and the library in `dslx_deps`".format(
                ctx.label,
                form.attribute,
                source.label,
                len(files),
                _list([file.short_path for file in files]),
            ))
        return files[0]
    files = getattr(ctx.files, form.attribute)
    matching = [file for file in files if file.extension == form.extension]
    if len(matching) == 1:
        return matching[0]
    if matching:
        fail("{}: `{}` must be one .{} file, but {} has {}:{}\nname one of them".format(
            ctx.label,
            form.attribute,
            form.extension,
            source.label,
            len(matching),
            _list([file.short_path for file in matching]),
        ))
    if len(files) == 1 and files[0].extension in [other.extension for other in _FORMS]:
        return files[0]
    fail("{}: `{}` must be one .{} file, but {} has none{}".format(
        ctx.label,
        form.attribute,
        form.extension,
        source.label,
        "; its outputs are:" + _list([file.short_path for file in files]) if files else " and no other output",
    ))

def _dslx(ctx, file):
    """What a DSLX file is compiled with."""
    of_deps = modules_of(ctx, ctx.attr.dslx_deps + ([ctx.attr.dslx] if XlsDslxInfo in ctx.attr.dslx else []))
    known = [module for modules in of_deps.modules for module in modules.to_list() if module.file == file]
    name = None if known else module_name(path_in_repository(file))[0]
    stdlib = ctx.attr.dslx_stdlib
    return struct(
        checked = XlsDslxInfo in ctx.attr.dslx,
        modules = depset([struct(file = file, name = name)] if name else [], transitive = of_deps.modules),
        sources = depset([file], transitive = of_deps.sources),
        stdlib = stdlib[XlsDslxStdlibInfo] if stdlib else None,
        top_options = ["--top", ctx.attr.top] if ctx.attr.top else ["--tops", ",".join(ctx.attr.tops)],
        tops = ctx.attr.tops or [ctx.attr.top],
    )

def select_input(ctx):
    """Finds the one input of a target and fails with a clear message if there is no such thing.

    A file of another language is handed on, because the tool says what to write instead. Here it could be said only below a traceback
    of the rules: `fail` of Bazel 7 cannot leave that out.

    Args:
      ctx: ctx: the context of a rule with `INPUT_ATTRS` and `DESIGN_ATTRS`.

    Returns:
      struct: `file`, the input; `flag`, the option of the tool that takes it; and `dslx`, for DSLX what it is compiled with:
      `modules`, `sources`, `stdlib`, `tops`, `top_options` as in `XlsAotInfo`, and `checked`, whether a library checks the file; else
      None.
    """
    form = _one_form(ctx)
    file = _one_file(ctx, form)
    if file.extension != form.extension:
        return struct(dslx = None, file = file, flag = form.flag)
    _check_attributes(ctx, form)
    return struct(
        dslx = _dslx(ctx, file) if form.attribute == "dslx" else None,
        file = file,
        flag = form.flag,
    )

def add_input(args, source):
    """Adds the tool's arguments for the input.

    Args:
      args: Args: the arguments of the tool.
      source: struct: what `select_input` found.

    Returns:
      List[depset[File]]: the files that the tool reads.
    """
    args.add(source.flag, source.file)
    if not source.dslx:
        return [depset([source.file])]
    add_dslx_options(args, source.dslx.sources, source.dslx.modules, source.dslx.stdlib)
    if source.dslx.checked:
        # The library prints them.
        args.add("--no-warnings")
    return [source.dslx.sources] + ([source.dslx.stdlib.files] if source.dslx.stdlib else [])
