//! The codes of findings. A code never changes its meaning; a new kind of finding gets a new code.

/// Every code with its meaning. `E01` characters and strings, `E02` syntax, `E03` names and arguments, `E04` types
/// and operations, `E05` structure, `E09` limits.
pub const CODES: &[(&str, &str)] = &[
    ("E0101", "a character that has no meaning in XLS IR"),
    ("E0102", "a string without its closing quotes"),
    ("E0103", "bytes that are not UTF-8"),
    ("E0201", "another token than expected"),
    ("E0202", "the text ends too early"),
    ("E0203", "too many findings to go on"),
    ("E0204", "a malformed number"),
    ("E0205", "a number out of range"),
    ("E0206", "a value of an empty array type"),
    ("E0207", "an unknown attribute"),
    ("E0208", "an empty file"),
    ("E0209", "an attribute where it does not belong"),
    ("E0210", "a malformed escape sequence"),
    ("E0211", "a string that is not UTF-8 once decoded"),
    ("E0212", "a name that other tools write but XLS IR does not have"),
    ("E0301", "an unknown operand"),
    ("E0302", "an unknown keyword argument"),
    ("E0303", "a second `top`"),
    ("E0304", "a keyword argument given twice"),
    ("E0305", "a node id that is not greater than zero"),
    ("E0306", "an unknown function"),
    ("E0307", "a function without `ret`"),
    ("E0308", "a second `ret`"),
    ("E0309", "a wrong number of operands"),
    ("E0310", "a missing keyword argument"),
    ("E0311", "a node name that claims another operation"),
    ("E0312", "a node name that claims another id"),
    ("E0313", "a node of a scheduled function outside its stages"),
    ("E0314", "an operation of procs or blocks in a function"),
    ("E0315", "an unknown operation"),
    ("E0316", "a name that is already in use"),
    ("E0317", "a selection without cases"),
    ("E0401", "a declared type that is not the type of the operation"),
    ("E0402", "an operand of a type that the operation does not take"),
    ("E0403", "a wrong number of operands"),
    ("E0404", "a width or position beyond the operand"),
    ("E0405", "cases or default that do not fit the selector"),
    ("E0406", "an index into something that has no such element"),
    ("E0407", "arguments or results that do not fit the function applied"),
    ("E0408", "an index of a loop body that cannot count its iterations"),
    ("E0409", "a format string that is malformed or does not fit its operands"),
    ("E0410", "a `cover` without a label"),
    ("E0501", "a function name used twice"),
    ("E0502", "a node id used twice"),
    ("E0503", "parameters that are not the first nodes in order"),
    ("E0504", "a returned node that does not exist"),
    ("E0505", "a `non_synth` function that returns a value"),
    ("E0506", "a use before the definition"),
    ("E0901", "more text than 32-bit positions reach"),
    ("E0902", "a decimal number too long to convert"),
    ("E0903", "a bits type that is too wide"),
    ("E0904", "an array type that is too long"),
    ("E0905", "a type whose values are too large"),
    ("E0906", "a type or value nested too deeply"),
    ("E0907", "literals that need too much storage"),
    ("E0908", "a source position or file number beyond 32 bits"),
    ("E0909", "a node id beyond the limit"),
];

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_sorted_and_unique() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
