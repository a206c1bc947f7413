"""Misspelt arguments of a macro that hands on what it does not know.

`xls_aot_rust_library` gives unknown arguments to `rust_library`. If one is a misspelt argument of the macro itself, Bazel would say that
`rust_library` has no such attribute, and a user would look there.
"""

visibility("//rules/...")

def _distance(a, b):
    """How many letters must be inserted, removed or replaced to make one text of the other; two swapped letters count once."""
    before, last = None, range(len(b) + 1)
    for i in range(len(a)):
        row = [i + 1]
        for j in range(len(b)):
            cost = 0 if a[i] == b[j] else 1
            least = min(last[j] + cost, last[j + 1] + 1, row[j] + 1)
            if i > 0 and j > 0 and a[i] == b[j - 1] and a[i - 1] == b[j]:
                least = min(least, before[j - 1] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]

def misspelt_argument(given, arguments):
    """Says what is wrong if an argument is a misspelt one of a macro.

    Args:
      given: List[str]: the arguments that the macro would hand on.
      arguments: List[str]: the arguments of the macro itself.

    Returns:
      str | None: a message.
    """
    for name in given:
        near = [other for other in arguments if _distance(name, other) <= (1 if len(other) <= 4 else 2)]
        if near:
            return "there is no argument `{}`; did you mean {}? Its own arguments are {}".format(
                name,
                " or ".join(["`%s`" % other for other in near]),
                ", ".join(arguments),
            )
    return None
