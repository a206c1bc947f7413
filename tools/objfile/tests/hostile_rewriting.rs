//! Damaged objects, rewritten: truncations and flipped bits at every offset. Nothing may panic, and what is still accepted must still
//! hold its promises.

mod support;

use object::{Object as _, ObjectSymbol as _};
use support::*;

#[test]
fn rewriting_survives_damage_and_exports_one_symbol_or_fails() {
    // These two have every structure that the samples have.
    for (top, bytes) in [("add_one", ADD_ONE), ("checked", CHECKED)] {
        damage(bytes, &contents(bytes), |damaged| {
            if let Ok(output) = rewrite(damaged, SALTS[0], top) {
                let file = object::File::parse(&output[..]).expect("the output is an object");
                let exported: Vec<_> =
                    file.symbols().filter(|symbol| symbol.is_global() && symbol.is_definition()).collect();
                assert_eq!(exported.len(), 1);
                assert_eq!(exported[0].name(), Ok(&symbol(SALTS[0], top)[..]));
            }
        });
    }
}
