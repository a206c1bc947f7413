//! A procedural macro whose own code uses the stand-in: it runs in the compiler.

extern crate proc_macro;

/// Expands to a constant that tells whether the stand-in was there.
#[proc_macro]
pub fn stand_in(_input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    format!("const STAND_IN: bool = {};", xlsynth_sys::PRESENT).parse().expect("a constant")
}
