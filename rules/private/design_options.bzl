"""The options of an `xls_aot` target that shape its design: which functions it has, which types they use, which events they
report. Attributes, their checks, and the arguments of the tool that they become."""

load(":providers.bzl", "XlsAotInfo")

visibility("//rules/...")

# The kinds of events that compiled code reports only if asked to. Failed assertions are always reported.
EVENTS = ["cover", "out_of_bounds", "trace"]

DESIGN_ATTRS = {
    "events": attr.string_list(
        doc = "The kinds of events that the compiled code reports beside failed assertions: \"trace\", \"cover\", " +
              "\"out_of_bounds\" (accesses to arrays that break `assumed_in_bounds`). By default " +
              "none, and a design that can reach a trace or a cover is refused.",
    ),
    "top": attr.string(
        doc = "The function to compile; by default the package's top, or its only function. Its Rust function, `Runner` and " +
              "`Output` are at the root of the crate.",
    ),
    "tops": attr.string_list(
        doc = "The functions to compile, instead of `top`. The crate has one Rust function for each, and a module of the " +
              "same name with its `Runner` and `Output`; the functions share their types.",
    ),
    "type_names": attr.string_dict(
        doc = "Names for tuple types: XLS type to Rust name with the names of the fields in parentheses, " +
              "such as `{\"(bits[1], bits[8], bits[23])\": \"F32(sign, bexp, fraction)\"}`.",
    ),
    "types": attr.label(
        allow_single_file = [".json"],
        doc = "A file that describes structs, enums, constants and the types of parameters and results (docs/types.md).",
    ),
    "types_from": attr.label_list(
        doc = "`xls_aot` targets whose types are used instead of making second ones: a type of the same module and name is " +
              "that crate's type. Another definition of it is an error.",
        providers = [XlsAotInfo],
    ),
}

def design_options_error(top, tops, events):
    """Checks the options that do not need the tool.

    Args:
      top: str: the attribute `top`.
      tops: List[str]: the attribute `tops`.
      events: List[str]: the attribute `events`.

    Returns:
      str | None: what is wrong and how to mend it.
    """
    if top and tops:
        return "`top` and `tops` are both given; `top` is for one function, `tops` for several"
    for names, attribute in [(tops, "tops"), (events, "events")]:
        seen = {}
        for name in names:
            if not name:
                return "`{}` has an empty name".format(attribute)
            if name in seen:
                return "`{}` has \"{}\" twice".format(attribute, name)
            seen[name] = True
    for event in events:
        if event not in EVENTS:
            return "`events` has \"{}\"; the kinds of events are {}".format(
                event,
                ", ".join(["\"%s\"" % kind for kind in EVENTS]),
            )
    return None

def add_design_options(ctx, args):
    """Adds the tool's arguments for the options of a target with `DESIGN_ATTRS`.

    Args:
      ctx: ctx: the context of the rule.
      args: Args: the arguments of the tool.

    Returns:
      List[File]: the files that the arguments name.
    """
    wrong = design_options_error(ctx.attr.top, ctx.attr.tops, ctx.attr.events)
    if wrong:
        fail("{}: {}".format(ctx.label, wrong))
    files = []
    if ctx.attr.top:
        args.add("--top", ctx.attr.top)
    args.add_joined("--tops", ctx.attr.tops, join_with = ",")
    args.add_joined("--events", sorted(ctx.attr.events), join_with = ",")
    if ctx.file.types:
        args.add("--types", ctx.file.types)
        files.append(ctx.file.types)
    for shape, name in ctx.attr.type_names.items():
        args.add("--type-name", "{}={}".format(shape, name))
    for other in ctx.attr.types_from:
        metadata = other[XlsAotInfo].metadata
        args.add("--types-from", metadata)
        files.append(metadata)
    return files
