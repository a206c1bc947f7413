//! The constants of the design, and values as Rust expressions.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use xls_aot_ir::{Bits, Value};

use crate::model::NamedKind;
use crate::names::Name;
use crate::rust_type::RustType;
use crate::wrapper::documentation::authored;
use crate::wrapper::{relative, Wrapper};

/// The constants of the module `here`.
pub(super) fn definitions(wrapper: &Wrapper<'_>, here: &[Name]) -> TokenStream {
    let constants = wrapper.model.constants.iter().filter(|constant| constant.place.module == here);
    constants
        .map(|constant| {
            let (docs, name) = (authored(&constant.docs), constant.place.name.ident());
            let (ty, value) = (wrapper.ty(&constant.ty, here), value(wrapper, &constant.ty, &constant.value, here));
            quote! { #docs pub const #name: #ty = #value; }
        })
        .collect()
}

/// A value of type `ty` as the module `here` spells it.
fn value(wrapper: &Wrapper<'_>, ty: &RustType, of: &Value, here: &[Name]) -> TokenStream {
    let elements = |values: &[Value], types: &mut dyn Iterator<Item = &RustType>| -> Vec<TokenStream> {
        values.iter().zip(types).map(|(element, ty)| value(wrapper, ty, element, here)).collect()
    };
    match (wrapper.model.resolve(ty), of) {
        (RustType::Array { element, .. }, Value::Array(values)) => {
            let elements = elements(values, &mut std::iter::repeat(&**element));
            quote!([#(#elements),*])
        }
        (RustType::Struct(id), Value::Tuple(values)) => {
            let name = relative(here, &[], &id.name());
            let elements = elements(values, &mut wrapper.model.tuple_fields(*id).iter());
            quote!(#name(#(#elements),*))
        }
        (RustType::Named { id, .. }, of) => {
            let named = wrapper.model.named(*id);
            let name = wrapper.path(&named.place, here);
            match (&named.kind, of) {
                (NamedKind::Struct(fields), Value::Tuple(values)) => {
                    let elements = elements(values, &mut fields.iter().map(|field| &field.ty));
                    let fields = fields.iter().map(|field| field.name.ident());
                    quote!(#name { #(#fields: #elements),* })
                }
                (NamedKind::Enum { carrier, variants }, Value::Bits(bits)) => {
                    match variants.iter().find(|variant| variant.value.bits == *bits) {
                        Some(variant) => {
                            let variant = variant.name.ident();
                            quote!(#name::#variant)
                        }
                        None => {
                            let number = integer(carrier, bits);
                            quote!(#name::from_bits(#number))
                        }
                    }
                }
                _ => unreachable!("the table checked that the value is of its type, and aliases are resolved"),
            }
        }
        (integer_type, Value::Bits(bits)) => integer(integer_type, bits),
        // What is left is the empty tuple.
        (_, Value::Token | Value::Tuple(_) | Value::Array(_)) => quote!(()),
    }
}

/// An integer as an expression of type `ty`.
pub(super) fn integer(ty: &RustType, bits: &Bits) -> TokenStream {
    match ty {
        RustType::Bool => {
            let value = bits.bit(0);
            quote!(#value)
        }
        RustType::Int { signed, .. } => primitive(bits, *signed),
        RustType::Bits { carrier, width, signed } => {
            let (width, value) = (Literal::u32_unsuffixed(*width), primitive(bits, *signed));
            let (name, new) = named(format_ident!("{}Bits{carrier}", sign(*signed)), *signed);
            quote!(xls_aot_runtime::#name::<#width>::#new(#value))
        }
        RustType::Wide { width, limbs, signed } => {
            let words = bits.words().iter().copied().chain(std::iter::repeat(0)).take(*limbs as usize);
            let words = words.map(Literal::u64_unsuffixed);
            let (width, limbs) = (Literal::u32_unsuffixed(*width), Literal::u64_unsuffixed(*limbs));
            let (name, new) = named(format_ident!("Wide{}Bits", sign(*signed)), *signed);
            quote!(xls_aot_runtime::#name::<#width, #limbs>::#new([#(#words),*]))
        }
        RustType::Unit | RustType::Struct(_) | RustType::Named { .. } | RustType::Array { .. } => {
            unreachable!("these are no integers")
        }
    }
}

fn sign(signed: bool) -> &'static str {
    if signed {
        "S"
    } else {
        ""
    }
}

/// A type of the runtime and its constructor.
fn named(name: proc_macro2::Ident, signed: bool) -> (proc_macro2::Ident, proc_macro2::Ident) {
    (name, if signed { format_ident!("new_wrapped") } else { format_ident!("new_masked") })
}

/// An integer of up to 128 bits as a literal.
fn primitive(bits: &Bits, signed: bool) -> TokenStream {
    let word = |index: usize| u128::from(bits.words().get(index).copied().unwrap_or(0));
    let value = word(1) << 64 | word(0);
    if !(signed && bits.sign_bit()) {
        let literal = Literal::u128_unsuffixed(value);
        return quote!(#literal);
    }
    // The bits above the width are ones; the magnitude of the lowest number of 128 bits has no `i128`.
    let unused = 128 - bits.width();
    let magnitude = Literal::u128_unsuffixed(((value << unused) as i128 >> unused).unsigned_abs());
    quote!(-#magnitude)
}
