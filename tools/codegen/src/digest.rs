//! The digest in the symbols of an entry. It stands for everything that the wrapper states about the entry, so an object
//! that was made for another wrapper does not link.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use xls_aot_layout::Layout;
use xls_aot_runtime::abi::{EntryKind, Features, DIGEST_DIGITS};

use crate::events::{Site, SiteKind};
use crate::model::Interface;

/// The digits of an entry. A named type in a parameter or result is there with the digest of its definition, which stands
/// for names and order of its fields, or names and values of its variants, and for the types in it.
pub(crate) fn digest(
    interface: &Interface,
    kinds: &[EntryKind],
    temp_buffer: Layout,
    features: Features,
    sites: &[Site],
) -> String {
    let mut text = format!("{}\n", interface.signature);
    // Writing to a string cannot fail.
    for param in &interface.params {
        let Layout { size, align } = param.layout;
        let _ = writeln!(text, "param {} size {size} align {align}", param.canonical);
    }
    let Layout { size, align } = interface.result_layout;
    let _ = writeln!(text, "result {} size {size} align {align}", interface.result_canonical);
    let _ = writeln!(text, "temp size {} align {}", temp_buffer.size, temp_buffer.align);
    let _ = writeln!(text, "features {features}");
    for kind in kinds {
        let _ = writeln!(text, "entry point {kind}");
    }
    for &index in &interface.sites {
        write_site(&mut text, index, &sites[index as usize]);
    }
    let mut digits = hexadecimal(&Sha256::digest(text.as_bytes()));
    digits.truncate(DIGEST_DIGITS);
    digits
}

fn write_site(text: &mut String, index: u32, site: &Site) {
    let _ = write!(text, "site {index} {} in {:?} label {:?}", site.event(), site.function, site.label);
    if let Some(position) = &site.position {
        let _ = write!(text, " at {:?}:{}:{}", position.file, position.line, position.column);
    }
    match &site.kind {
        SiteKind::Assertion { message } => {
            let _ = write!(text, " message {message:?}");
        }
        SiteKind::Trace { verbosity, format, operands } => {
            let _ = write!(text, " verbosity {verbosity} format {format:?}");
            for operand in operands {
                let _ = write!(text, " {operand}");
            }
        }
        SiteKind::Cover | SiteKind::OutOfBounds => {}
    }
    text.push('\n');
}

/// Two digits a byte, lower case.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
