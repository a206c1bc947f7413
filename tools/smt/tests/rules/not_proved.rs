//! The rules that are not proved at some widths, with those widths and the reason. `tools/opt/tests/rules.rs` tries all arguments of
//! all rules at small widths.

/// The rule is about single bits, and is proved for those.
pub(crate) const SINGLE_BITS: &str = "about single bits";

const NO_BITS: &str = "about values of no bits, which SMT-LIB does not have";
const EFFECTS: &str = "about tokens, effects or loops, which are not translated";
/// Not asked, because the solver takes too long.
pub(crate) const HARD: &str = "products or remainders of many bits, for which the solver takes too long";
const NOT_APPLIED: &str = "not applied at this width in the functions that are tried";
const WHOLE: &str = "a pass over whole functions: tools/opt/tests/linear.rs compares functions before and after it";
const LAST: &str = "a pass without rules over whole functions; tools/opt/tests/rules.rs and pipeline.rs compare functions before and after it";

const ALL: &[u32] = crate::WIDTHS;

/// Rule, widths that are missing, reason; in the order of the names.
pub(crate) const NOT_PROVED: &[(&str, &[u32], &str)] = &[
    ("add_cut_operand", &[32, 64, 65], NOT_APPLIED),
    ("add_extended", &[64], NOT_APPLIED),
    ("add_one_bit", ALL, SINGLE_BITS),
    ("after_all_of_few", ALL, EFFECTS),
    ("assert_holds", ALL, EFFECTS),
    ("counted_for_never", ALL, EFFECTS),
    ("decode_one_bit", ALL, SINGLE_BITS),
    ("dynamic_counted_for_constant", ALL, EFFECTS),
    ("equal_one_bit", ALL, SINGLE_BITS),
    ("equal_selected", &[65], NOT_APPLIED),
    ("equal_single_bits", ALL, SINGLE_BITS),
    ("leading_zeros", &[65], NOT_APPLIED),
    ("linear", ALL, WHOLE),
    ("loop_invariant", ALL, EFFECTS),
    ("mul_empty", ALL, NO_BITS),
    ("neg_one_bit", ALL, SINGLE_BITS),
    ("or_is_lookup", &[65], NOT_APPLIED),
    ("order_one_bit", ALL, SINGLE_BITS),
    ("piece_of_word", &[65], NOT_APPLIED),
    ("reverse_one_bit", ALL, SINGLE_BITS),
    ("shared_prefix", ALL, LAST),
    ("slice_update_empty", ALL, NO_BITS),
    ("smod_positive", &[32, 64, 65], HARD),
    ("sub_one_bit", ALL, SINGLE_BITS),
    ("trace_never", ALL, EFFECTS),
    ("umod_narrow", ALL, HARD),
    ("umul_wide_result", &[64, 65], HARD),
    ("xor_reduce_one_bit", ALL, SINGLE_BITS),
];
