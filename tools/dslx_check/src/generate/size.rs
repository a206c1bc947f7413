//! How large a random program is.
//!
//! libxls takes most of the time of a comparison, in proportion to the text. Most programs are small, so that there are many
//! of them. Some are large, because only these have every construct within every other.

use xls_aot_values::Random;

/// The size of a program.
pub(super) struct Size {
    /// Nesting of expressions.
    pub(super) depth: u32,
    /// Most expressions of a function, without names and literals.
    pub(super) expressions: u32,
    /// Fewest and most functions of the top module.
    pub(super) functions: (usize, usize),
    /// Most functions of an imported module.
    pub(super) imported_functions: usize,
    /// Numbers of modules to import, all equally likely.
    pub(super) imports: &'static [usize],
}

const SMALL: Size =
    Size { depth: 3, expressions: 12, functions: (1, 3), imported_functions: 2, imports: &[0, 0, 0, 1, 2] };

const LARGE: Size =
    Size { depth: 4, expressions: 60, functions: (3, 8), imported_functions: 4, imports: &[0, 0, 1, 2, 3] };

impl Size {
    /// The size of one program; one in sixteen is large.
    pub(super) fn random(random: &mut Random) -> &'static Size {
        if random.one_in(16) {
            &LARGE
        } else {
            &SMALL
        }
    }
}
