//! The definitions of types: structs of tuples at the root, named types in their modules.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use xls_aot_ir::Type;
use xls_aot_layout::{layout_of, tuple_offsets, Layout};

use crate::model::{Field, Named, NamedKind, Variant};
use crate::names::Name;
use crate::request::TypesHome;
use crate::rust_type::{RustType, StructDef};
use crate::wrapper::constants::integer;
use crate::wrapper::documentation::authored;
use crate::wrapper::Wrapper;

/// The types of the module `here`.
pub(super) fn definitions(wrapper: &Wrapper<'_>, here: &[Name]) -> TokenStream {
    let tuples = here.is_empty().then(|| wrapper.model.structs.iter().map(|definition| tuple(wrapper, definition)));
    let named = wrapper.model.named.iter().filter(|named| named.place.module == here);
    tuples.into_iter().flatten().chain(named.map(|named| self::named(wrapper, named))).collect()
}

/// Whether the module `here` defines a struct or an enum.
pub(super) fn defines_some(wrapper: &Wrapper<'_>, here: &[Name]) -> bool {
    let defined = |named: &Named| {
        let is_alias = matches!(named.kind, NamedKind::Alias(_));
        named.place.module == here && named.foreign.is_none() && !is_alias
    };
    (here.is_empty() && wrapper.model.structs.iter().len() > 0) || wrapper.model.named.iter().any(defined)
}

/// The struct of a tuple. `Default` is written out because the standard library has it for arrays of up to 32 elements only.
fn tuple(wrapper: &Wrapper<'_>, definition: &StructDef) -> TokenStream {
    let doc = format!(" `{}`", definition.ty);
    let name = definition.id.name().ident();
    let fields: Vec<TokenStream> = definition.fields.iter().map(|field| wrapper.ty(field, &[])).collect();
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
        _ => unreachable!("every struct is part of a parameter, result or type whose size was checked"),
    }
}

/// A named type.
fn named(wrapper: &Wrapper<'_>, named: &Named) -> TokenStream {
    let name = named.place.name.ident();
    if let Some(foreign) = &named.foreign {
        let path: TokenStream = format!("{}::{}", foreign.crate_name, foreign.rust_path).parse().unwrap_or_default();
        let renamed = foreign.rust_path.rsplit("::").next() != Some(named.place.name.as_str());
        let renamed = renamed.then(|| quote!(as #name));
        let home = match foreign.home {
            TypesHome::Crate => quote!(::),
            // One step out of each module that this is in, the generated one included.
            TypesHome::Beside => std::iter::repeat_n(quote!(super::), named.place.module.len() + 1).collect(),
        };
        return quote! { pub use #home #path #renamed; };
    }
    let documentation = authored(&named.docs);
    let gap = (!named.docs.is_empty()).then(|| quote!(#[doc = ""]));
    let shape = format!(" `{}`", named.ty);
    let docs = quote! { #documentation #gap #[doc = #shape] };
    match &named.kind {
        NamedKind::Struct(fields) => structure(wrapper, named, fields, &docs),
        NamedKind::Enum { carrier, variants } => enumeration(wrapper, named, carrier, variants, &docs),
        NamedKind::Alias(ty) => {
            let ty = wrapper.ty(ty, &named.place.module);
            quote! { #docs pub type #name = #ty; }
        }
    }
}

/// A struct of the design. The runtime's macro makes what follows from fields and layout.
fn structure(wrapper: &Wrapper<'_>, named: &Named, fields: &[Field], struct_docs: &TokenStream) -> TokenStream {
    let (name, in_design) = (named.place.name.ident(), named.name_in_design());
    let (size, align) = (Literal::u64_unsuffixed(named.layout.size), Literal::u64_unsuffixed(named.layout.align));
    let ty = |field: &Field| wrapper.ty(&field.ty, &named.place.module);
    let declarations = fields.iter().map(|field| {
        let (docs, name, ty) = (authored(&field.docs), field.name.ident(), ty(field));
        quote! { #docs pub #name: #ty }
    });
    let checks = fields.iter().map(|field| {
        let (name, ty, offset) = (field.name.ident(), ty(field), Literal::u64_unsuffixed(field.offset));
        let in_design = other_name(&field.name, &field.design_name);
        quote!(#name #in_design: #ty = #offset)
    });
    let float = float_of(fields).map(|float| {
        let fields = fields.iter().map(|field| field.name.ident());
        quote! { private::abi_float!(#name: #float, #(#fields),*); }
    });
    quote! {
        #struct_docs
        #[repr(C)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct #name { #(#declarations),* }

        private::abi_struct!(struct #name as #in_design, size #size, align #align, { #(#checks),* });

        #float
    }
}

/// The Rust type that a struct is in all but name: one with the fields of a binary floating-point number.
pub(super) fn float_of(fields: &[Field]) -> Option<TokenStream> {
    let [sign, exponent, fraction] = fields else { return None };
    let names = [&sign.design_name, &exponent.design_name, &fraction.design_name].map(String::as_str);
    let ["sign", "bexp" | "exp" | "exponent", "fraction" | "mantissa" | "significand"] = names else { return None };
    let integers = |widths: [u32; 3]| {
        [sign, exponent, fraction].iter().zip(widths).all(|(field, width)| field.ty == RustType::integer(width, false))
    };
    match (integers([1, 8, 23]), integers([1, 11, 52])) {
        (true, _) => Some(quote!(f32)),
        (_, true) => Some(quote!(f64)),
        (false, false) => None,
    }
}

/// An enum of the design, all of it made by the runtime's macro.
fn enumeration(
    wrapper: &Wrapper<'_>,
    named: &Named,
    carrier: &RustType,
    variants: &[Variant],
    enum_docs: &TokenStream,
) -> TokenStream {
    let (name, in_design) = (named.place.name.ident(), named.name_in_design());
    let variants = variants.iter().map(|variant| {
        let (docs, name) = (authored(&variant.docs), variant.name.ident());
        let in_design = other_name(&variant.name, &variant.design_name);
        let value = integer(carrier, &variant.value.bits);
        quote! { #docs #name #in_design = #value }
    });
    // The number of a `Bits8` is a `u8`; primitives and wide integers are numbers themselves.
    let number = if let RustType::Bits { carrier, signed, .. } = carrier {
        wrapper.ty(&RustType::Int { width: *carrier, signed: *signed }, &[])
    } else if *carrier == RustType::Bool {
        quote!(u8)
    } else {
        wrapper.ty(carrier, &[])
    };
    let carrier = wrapper.ty(carrier, &[]);
    quote! {
        private::abi_enum! {
            #enum_docs
            pub enum #name as #in_design: #carrier, number #number { #(#variants),* }
        }
    }
}

/// The name in the design, where it is another one.
fn other_name<'a>(rust: &Name, in_design: &'a str) -> Option<&'a str> {
    (rust.as_str() != in_design).then_some(in_design)
}
