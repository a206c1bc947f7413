"""What `equivalence_test` of `xls_aot_rust_library` may be: True, False, or the attributes of the test."""

visibility("//rules/...")

_NUMBERS = ["count", "min_inputs", "seed", "steps"]
_SIZES = ["small", "medium", "large", "enormous"]

# A few seconds of work at most, of a tool that may be unoptimised and on a machine that may be busy. For a larger size, Bazel would
# say after each run that it is too big.
_DEFAULTS = {"size": "small"}

def _option_error(key, value):
    if key in _NUMBERS:
        if type(value) != "int":
            return "`{}` is {}, a {}; expected a number".format(key, repr(value), type(value))
        if value < 0:
            return "`{}` is {}; it cannot be negative".format(key, value)
        return None
    if key == "size":
        return None if value in _SIZES else "`size` is {}; expected one of {}".format(repr(value), ", ".join(_SIZES))
    return "there is no option `{}`; expected some of {}".format(key, ", ".join(sorted(_NUMBERS + ["size"])))

def equivalence_options(value):
    """Reads the argument `equivalence_test`.

    Args:
      value: Any: what the BUILD file says.

    Returns:
      Tuple[Dict[str, Any] | None, str | None]: the attributes of the test, or None for no test; and what is wrong with
      the argument, or None.
    """
    if type(value) == "bool":
        return (dict(_DEFAULTS) if value else None, None)
    if type(value) != "dict":
        return (None, ("`equivalence_test` is {}, a {}; expected True, False, or a dict such as " +
                       "{{\"count\": 4096, \"steps\": 1000000000}}").format(repr(value), type(value)))
    for key, option in value.items():
        error = _option_error(key, option)
        if error:
            return (None, "`equivalence_test`: " + error)
    return (_DEFAULTS | value, None)
