//! The structs of tuples.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use xls_aot_ir::Type;
use xls_aot_layout::{layout_of, tuple_offsets, Layout};

use crate::rust_type::{StructDef, Structs};
use crate::wrapper::tokens;

pub(super) fn definitions(structs: &Structs) -> TokenStream {
    structs.iter().map(definition).collect()
}

/// One struct. `Default` is written out because the standard library has it for arrays of up to 32 elements only.
fn definition(definition: &StructDef) -> TokenStream {
    let doc = format!(" `{}`", definition.ty);
    let name = definition.id.name().ident();
    let fields: Vec<TokenStream> = definition.fields.iter().map(tokens).collect();
    let (Layout { size, align }, offsets) = layout(&definition.ty);
    let (size, align) = (Literal::u64_unsuffixed(size), Literal::u64_unsuffixed(align));
    let checks = fields.iter().zip(offsets).enumerate().map(|(index, (field, offset))| {
        let (index, offset) = (Literal::usize_unsuffixed(index), Literal::u64_unsuffixed(offset));
        quote!(#index: #field = #offset)
    });
    quote! {
        #[doc = #doc]
        #[repr(C)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct #name(#(pub #fields),*);

        private::abi_struct!(#name, size #size, align #align, { #(#checks),* });

        impl Default for #name {
            fn default() -> Self {
                private::zeroed()
            }
        }
    }
}

/// Layout and element offsets of a tuple.
fn layout(ty: &Type) -> (Layout, Vec<u64>) {
    let Type::Tuple(elements) = ty else { unreachable!("structs are made of tuples") };
    match (layout_of(ty), tuple_offsets(elements)) {
        (Ok(layout), Ok(offsets)) => (layout, offsets),
        _ => unreachable!("every struct is part of a parameter or result whose size was checked"),
    }
}
