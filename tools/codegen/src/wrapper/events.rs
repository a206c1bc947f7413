//! The table of event sites.
//!
//! The syntax tree of a site takes some forty times the memory of its text. So the sites of a long table are not in the tree of
//! the file, which has one word in their place: they are made into text a few at a time, and that text replaces the word. The
//! result is the same.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use xls_aot_ir::format_string::{self, Format, Piece};
use xls_aot_ir::Type;

use crate::events::{Site, SiteKind};
use crate::wrapper::Wrapper;

/// Sites that are in one syntax tree.
const AT_ONCE: usize = 1000;

/// The line of a table whose sites are filled in as text, without its indentation.
const EMPTY_TABLE: &str = "pub const SITES: &[xls_aot_runtime::EventSite] = &[__XLS_AOT_SITES];";

/// The table, if it has anything.
pub(super) fn table(wrapper: &Wrapper<'_>) -> Option<TokenStream> {
    table_of(&wrapper.model.sites, AT_ONCE)
}

fn table_of(sites: &[Site], at_once: usize) -> Option<TokenStream> {
    let elements = match sites.len() {
        0 => return None,
        count if count > at_once => quote!(__XLS_AOT_SITES),
        _ => elements(sites),
    };
    Some(quote! {
        /// The events that calls can report.
        pub const SITES: &[xls_aot_runtime::EventSite] = &[#elements];
    })
}

fn elements(sites: &[Site]) -> TokenStream {
    let sites = sites.iter().map(site);
    quote!(#(#sites),*)
}

/// Fills in the table if it is a long one and this text has it.
pub(super) fn fill_in(wrapper: &Wrapper<'_>, text: String) -> Result<String, String> {
    fill_in_sites(&wrapper.model.sites, AT_ONCE, text)
}

fn fill_in_sites(sites: &[Site], at_once: usize, text: String) -> Result<String, String> {
    if sites.len() <= at_once {
        return Ok(text);
    }
    // What users wrote is in comments, which begin otherwise, or in literals of one line.
    let Some(line) = text.lines().find(|line| line.trim_start() == EMPTY_TABLE) else { return Ok(text) };
    let is_inside = line != EMPTY_TABLE;
    let (before, after) = text.split_once(line).unwrap_or((&text, ""));
    let (start, end) = line.split_once("__XLS_AOT_SITES").unwrap_or((line, ""));
    let mut filled = format!("{before}{start}");
    for sites in sites.chunks(at_once) {
        let elements = elements(sites);
        let table = quote!(const TABLE: &[u8] = &[#elements];);
        let table = if is_inside { quote!(mod inside { #table }) } else { table };
        let file = syn::parse2(table).map_err(|error| error.to_string())?;
        let table = prettyplease::unparse(&file);
        // A site is longer than a line, so each has lines of its own.
        let elements = table.split_once("= &[\n").and_then(|(_, rest)| rest.rsplit_once("];"));
        let (elements, _) = elements.ok_or("the table of event sites has an unexpected form")?;
        filled.push('\n');
        filled.push_str(elements.trim_end());
    }
    let indent = if is_inside { "    " } else { "" };
    Ok(format!("{filled}\n{indent}{end}{after}"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_design::Position;

    fn sites() -> Vec<Site> {
        let site = |kind, label: Option<&str>, line: Option<u32>| Site {
            kind,
            label: label.map(Into::into),
            function: "f".into(),
            position: line.map(|line| Position { file: "a.x".into(), line, column: 3 }),
        };
        let message = |message: &str| SiteKind::Assertion { message: message.into() };
        vec![
            site(message("short"), None, None),
            site(
                message("a\nlong one, with a break, that does not fit one line of the source by far"),
                Some("l"),
                Some(7),
            ),
            site(SiteKind::Cover, Some("covered"), None),
            site(message(EMPTY_TABLE), Some("\"];"), Some(1)),
            site(SiteKind::Cover, None, None),
        ]
    }

    #[test]
    fn a_table_that_is_filled_in_is_the_same() {
        let sites = sites();
        let text = |sites: &[Site], at_once, form: fn(TokenStream) -> TokenStream| {
            let file = syn::parse2(form(table_of(sites, at_once).unwrap())).unwrap();
            fill_in_sites(sites, at_once, prettyplease::unparse(&file)).unwrap()
        };
        let forms: [fn(TokenStream) -> TokenStream; 2] =
            [|table| quote!(#table const OTHER: u8 = 0;), |table| quote!(pub mod m { const OTHER: u8 = 0; #table })];
        for form in forms {
            let whole = text(&sites, 100, form);
            for at_once in 1..sites.len() {
                assert_eq!(text(&sites, at_once, form), whole);
            }
        }
        assert!(table_of(&[], 100).is_none());
    }
}
