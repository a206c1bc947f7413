//! The table of event sites.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use xls_aot_ir::format_string::{self, Format, Piece};
use xls_aot_ir::Type;

use crate::events::{Site, SiteKind};
use crate::wrapper::Wrapper;

/// The table, if it has anything.
pub(super) fn table(wrapper: &Wrapper<'_>) -> Option<TokenStream> {
    if wrapper.model.sites.is_empty() {
        return None;
    }
    let sites = wrapper.model.sites.iter().map(site);
    Some(quote! {
        /// The events that calls can report.
        pub const SITES: &[xls_aot_runtime::EventSite] = &[#(#sites),*];
    })
}

fn site(site: &Site) -> TokenStream {
    let Site { kind, label, function, position } = site;
    let kind = kind_of_site(kind);
    let label = option(label.as_ref().map(|label| quote!(#label)));
    let position = option(position.as_ref().map(|position| {
        let file = &position.file;
        let (line, column) = (Literal::u32_unsuffixed(position.line), Literal::u32_unsuffixed(position.column));
        quote!(xls_aot_runtime::Position { file: #file, line: #line, column: #column })
    }));
    quote! {
        xls_aot_runtime::EventSite {
            kind: #kind,
            label: #label,
            function: #function,
            position: #position,
        }
    }
}

fn kind_of_site(kind: &SiteKind) -> TokenStream {
    match kind {
        SiteKind::Assertion { message } => quote!(xls_aot_runtime::SiteKind::Assertion { message: #message }),
        SiteKind::Trace { verbosity, format, operands } => {
            let verbosity = Literal::i64_unsuffixed(*verbosity);
            // The verifier has read the format string.
            let pieces = format_string::parse(format).unwrap_or_default().into_iter().map(piece);
            let operands = operands.iter().map(shape);
            quote! {
                xls_aot_runtime::SiteKind::Trace {
                    verbosity: #verbosity,
                    pieces: &[#(#pieces),*],
                    operands: &[#(#operands),*],
                }
            }
        }
        SiteKind::Cover => quote!(xls_aot_runtime::SiteKind::Cover),
        SiteKind::OutOfBounds => quote!(xls_aot_runtime::SiteKind::OutOfBounds),
    }
}

fn piece(piece: Piece<'_>) -> TokenStream {
    match piece {
        Piece::Text(text) => quote!(xls_aot_runtime::Piece::Text(#text)),
        Piece::Operand(format) => {
            let name = format_ident!(
                "{}",
                match format {
                    Format::Default => "Default",
                    Format::Unsigned => "Unsigned",
                    Format::Signed => "Signed",
                    Format::Hex => "Hex",
                    Format::PaddedHex => "PaddedHex",
                    Format::PrefixedHex => "PrefixedHex",
                    Format::Binary => "Binary",
                    Format::PaddedBinary => "PaddedBinary",
                    Format::PrefixedBinary => "PrefixedBinary",
                }
            );
            quote!(xls_aot_runtime::Piece::Value(xls_aot_runtime::Format::#name))
        }
    }
}

/// A type as the runtime's data.
fn shape(ty: &Type) -> TokenStream {
    match ty {
        Type::Bits(width) => {
            let width = Literal::u32_unsuffixed(*width);
            quote!(xls_aot_runtime::Shape::Bits(#width))
        }
        Type::Token => quote!(xls_aot_runtime::Shape::Token),
        Type::Tuple(elements) => {
            let elements = elements.iter().map(shape);
            quote!(xls_aot_runtime::Shape::Tuple(&[#(#elements),*]))
        }
        Type::Array(array) => {
            let (element, len) = (shape(&array.element), Literal::u64_unsuffixed(array.len));
            quote!(xls_aot_runtime::Shape::Array(&#element, #len))
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}
