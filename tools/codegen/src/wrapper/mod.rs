//! The Rust source.
//!
//! The source is a `syn` tree, made with `quote` from the model and printed by `prettyplease`. It contains only names,
//! types, layout and constants; everything else is in the runtime. The runtime's `tests/generated_shape` has examples.
//!
//! The files here are named for what they make: `types`, `constants`, `events` (the table of sites), `entries` (functions
//! and their artefacts), `runner`, `crate_root` (what is around all of it), `documentation` and `example` (what rustdoc shows).
//!
//! Invariants: the text depends only on the model. Every path into the runtime begins with `xls_aot_runtime`, or with
//! `private`, the runtime's module for generated code. No name of the user can hide one of these ([`crate::names`]). Paths
//! between modules are relative, so that the source can be included in any module.

mod constants;
mod crate_root;
mod documentation;
mod entries;
mod events;
mod example;
mod runner;
mod types;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use crate::model::{Code, Interface, Model, Origin};
use crate::names::Name;
use crate::places::Place;
use crate::request::Form;
use crate::rust_type::RustType;

/// Everything the source says.
#[derive(Clone, Copy)]
pub(crate) struct Wrapper<'a> {
    /// The design.
    pub model: &'a Model,
    /// The code of its functions, in the model's order.
    pub codes: &'a [Code],
    /// Where it comes from.
    pub origin: &'a Origin,
    /// What the source is.
    pub form: Form,
}

/// One function, and what the source says about it.
#[derive(Clone, Copy)]
struct Entry<'a> {
    wrapper: &'a Wrapper<'a>,
    interface: &'a Interface,
    code: &'a Code,
}

impl Wrapper<'_> {
    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.model.entries.iter().zip(self.codes).map(|(interface, code)| Entry { wrapper: self, interface, code })
    }

    /// A type as the module `here` spells it.
    fn ty(&self, ty: &RustType, here: &[Name]) -> TokenStream {
        match ty {
            RustType::Bool => quote!(bool),
            RustType::Int { width, signed } => {
                let name = format_ident!("{}{width}", if *signed { "i" } else { "u" });
                quote!(#name)
            }
            RustType::Bits { carrier, width, signed } => {
                let name = format_ident!("{}Bits{carrier}", if *signed { "S" } else { "" });
                let width = Literal::u32_unsuffixed(*width);
                quote!(xls_aot_runtime::#name<#width>)
            }
            RustType::Wide { width, limbs, signed } => {
                let name = format_ident!("Wide{}Bits", if *signed { "S" } else { "" });
                let (width, limbs) = (Literal::u32_unsuffixed(*width), Literal::u64_unsuffixed(*limbs));
                quote!(xls_aot_runtime::#name<#width, #limbs>)
            }
            RustType::Unit => quote!(()),
            RustType::Struct(id) => relative(here, &[], &id.name()),
            RustType::Named { id, .. } => self.path(&self.model.named(*id).place, here),
            RustType::Array { element, len } => {
                let (element, len) = (self.ty(element, here), Literal::u64_unsuffixed(*len));
                quote!([#element; #len])
            }
        }
    }

    /// The path of an item as the module `here` spells it.
    fn path(&self, place: &Place, here: &[Name]) -> TokenStream {
        relative(here, &place.module, &place.name)
    }
}

/// The path from the module `here` to `name` in the module `there`.
fn relative(here: &[Name], there: &[Name], name: &Name) -> TokenStream {
    let common = here.iter().zip(there).take_while(|(a, b)| a == b).count();
    let up = here[common..].iter().map(|_| quote!(super::));
    let down = there[common..].iter().map(|module| {
        let module = module.ident();
        quote!(#module::)
    });
    let name = name.ident();
    quote!(#(#up)* #(#down)* #name)
}

/// Documentation as attributes, a line each.
fn docs(text: &str) -> TokenStream {
    text.lines()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            quote!(#[doc = #line])
        })
        .collect()
}
