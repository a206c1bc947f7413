//! Symbols of the compiler.
//!
//! | origin | what counts |
//! |---|---|
//! | libxls | C: names that begin with `xls_`, except our own `xls_aot_v2_...`; C++: names in the namespace `xls` |
//! | LLVM | C: `LLVM` and a capital letter, except libFuzzer's `LLVMFuzzer...`; C++: names in the namespace `llvm` |
//! | xlsynth | Rust: paths into the crates `xlsynth` and `xlsynth_sys`, also as a type argument |
//!
//! Names are told apart by their mangling, never by a word in them: `3xls` after an `N` is a C++ namespace, but the same
//! letters in a Rust symbol are a crate of that name. A user's crate `my_xls_model` or `xls` has Rust symbols.

use std::collections::BTreeMap;

use object::{Object, ObjectSymbol};

use super::{Allow, FindingKind};
use crate::Error;

/// The part of the compiler that a symbol comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The C and C++ code of libxls.
    Libxls,
    /// The crates xlsynth and xlsynth-sys.
    Xlsynth,
    /// LLVM.
    Llvm,
}

impl Origin {
    pub fn name(self) -> &'static str {
        match self {
            Origin::Libxls => "libxls",
            Origin::Xlsynth => "the crates xlsynth and xlsynth-sys",
            Origin::Llvm => "LLVM",
        }
    }
}

/// The names, in the table's order.
pub type Found = BTreeMap<(FindingKind, Origin), Vec<String>>;

/// All symbols of the compiler in the symbol table and the dynamic symbol table.
pub fn foreign_symbols(object: &object::File<'_>, allow: &Allow) -> Result<Found, Error> {
    let is_macho = object.format() == object::BinaryFormat::MachO;
    let mut found = Found::new();
    for symbol in object.symbols().chain(object.dynamic_symbols()) {
        let name = symbol.name_bytes()?;
        let name = if is_macho { name.strip_prefix(b"_").unwrap_or(name) } else { name };
        let Ok(name) = std::str::from_utf8(name) else { continue };
        // Names of object files in the table are not symbols of the program.
        if symbol.kind() == object::SymbolKind::File {
            continue;
        }
        let Some(origin) = origin_of(name).filter(|_| !allow.contains(name)) else { continue };
        let kind = if symbol.is_undefined() { FindingKind::UndefinedSymbols } else { FindingKind::DefinedSymbols };
        found.entry((kind, origin)).or_default().push(name.to_string());
    }
    for names in found.values_mut() {
        names.sort_unstable();
        names.dedup();
    }
    Ok(found)
}

/// The part of the compiler that a symbol comes from; `None` for all other symbols. The name comes without the underscore
/// that Mach-O adds.
fn origin_of(name: &str) -> Option<Origin> {
    if let Some(legacy) = rust_legacy_path(name) {
        return mentions_crate_legacy(legacy).then_some(Origin::Xlsynth);
    }
    if let Some(path) = name.strip_prefix("_R") {
        return mentions_crate_v0(path).then_some(Origin::Xlsynth);
    }
    if name.starts_with("_Z") {
        return match () {
            () if has_namespace(name, "4llvm") => Some(Origin::Llvm),
            () if has_namespace(name, "3xls") => Some(Origin::Libxls),
            () => None,
        };
    }
    if let Some(rest) = name.strip_prefix("xls_") {
        return (!is_own_suffix(rest)).then_some(Origin::Libxls);
    }
    let rest = name.strip_prefix("LLVM")?;
    let is_c_api = rest.starts_with(|next: char| next.is_ascii_uppercase()) && !rest.starts_with("Fuzzer");
    is_c_api.then_some(Origin::Llvm)
}

/// Whether a name after `xls_` makes a symbol of an artefact: `aot_v`, a version, an underscore.
fn is_own_suffix(rest: &str) -> bool {
    let Some(version) = rest.strip_prefix("aot_v") else { return false };
    let digits = version.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && version.as_bytes().get(digits) == Some(&b'_')
}

/// Whether an Itanium-mangled C++ name has a nested name that begins with a namespace (given with its length): `N`,
/// perhaps qualifiers of a member function, the namespace.
fn has_namespace(name: &str, namespace: &str) -> bool {
    name.match_indices(namespace).any(|(at, _)| {
        let before = name[..at].trim_end_matches(['K', 'V', 'r', 'R', 'O']);
        before.ends_with('N')
    })
}

/// The path of a legacy-mangled Rust symbol: `_ZN`, components with their lengths, the hash `17h` and 16 digits, `E`.
fn rust_legacy_path(name: &str) -> Option<&str> {
    let path = name.strip_prefix("_ZN")?;
    // The linker or LLVM may append suffixes such as `.llvm.123`.
    let path = path.split('.').next().filter(|head| head.ends_with('E')).unwrap_or(path);
    let path = match path.rfind("17h") {
        Some(at) => {
            let (path, hash) = path.split_at(at);
            let digits = hash.get(3..19)?;
            let is_hash = digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && hash[19..].starts_with('E');
            is_hash.then_some(path)
        }
        None => None,
    };
    path
}

/// The crates in Rust's spelling, with the lengths that mangled names put in front.
const CRATES: [(&str, &str); 2] = [("7", "xlsynth"), ("11", "xlsynth_sys")];

/// Whether a legacy path begins in one of the crates, or names one of them at the begin of a path inside a component (an
/// implementing type or a type argument: `_$LT$xlsynth..IrValue$u20$as...`).
fn mentions_crate_legacy(path: &str) -> bool {
    CRATES.iter().any(|(length, name)| {
        let first = path.strip_prefix(length).and_then(|rest| rest.strip_prefix(name));
        // The component's length makes sure that the name ends there.
        first.is_some() || path.match_indices(&format!("${name}..")).next().is_some()
    })
}

/// Whether a v0 path names one of the crates as a crate root: `C`, perhaps a disambiguator (`s`, base-62 digits, `_`), the
/// length, the name.
fn mentions_crate_v0(path: &str) -> bool {
    CRATES.iter().any(|(length, name)| {
        path.match_indices(&format!("{length}{name}")).any(|(at, _)| is_crate_root(&path.as_bytes()[..at]))
    })
}

fn is_crate_root(before: &[u8]) -> bool {
    match before {
        [.., b'C'] => true,
        [head @ .., b'_'] => {
            let digits = head.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let tail = &head[head.len() - digits..];
            tail.windows(2).any(|pair| pair == b"Cs")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{origin_of, Origin};

    #[test]
    fn symbols_of_the_compiler_are_told_apart() {
        let cases = [
            ("xls_parse_ir_package", Origin::Libxls),
            ("xls_aot_exec_context_create", Origin::Libxls),
            ("xls_aot_vector_free", Origin::Libxls),
            ("_ZN3xls7PackageC1ESt17basic_string_viewIcSt11char_traitsIcEE", Origin::Libxls),
            ("_ZNK3xls4Bits8bit_sizeEv", Origin::Libxls),
            ("_ZTVN3xls4NodeE", Origin::Libxls),
            ("_ZSt4moveIRN3xls5ValueEEONSt16remove_referenceIT_E4typeEOS4_", Origin::Libxls),
            ("LLVMContextCreate", Origin::Llvm),
            ("_ZN4llvm5APIntC2Ejmb", Origin::Llvm),
            ("_ZNKR4llvm8OptionalIiE5valueEv", Origin::Llvm),
            ("_ZGVZN4llvm3fooEvE1x", Origin::Llvm),
            ("_ZN7xlsynth8ir_value7IrValue3new17h0123456789abcdefE", Origin::Xlsynth),
            ("_ZN11xlsynth_sys4init17h0123456789abcdefE.llvm.77", Origin::Xlsynth),
            ("_ZN4core3ptr40drop_in_place$LT$xlsynth..ir_value..IrValue$GT$17h0123456789abcdefE", Origin::Xlsynth),
            ("_ZN59_$LT$xlsynth..IrBits$u20$as$u20$core..clone..Clone$GT$5clone17h0123456789abcdefE", Origin::Xlsynth),
            ("_RNvNtCs1a2B3c_7xlsynth8ir_value3new", Origin::Xlsynth),
            ("_RNvC11xlsynth_sys4init", Origin::Xlsynth),
            ("_RINvNtCs9_4core3ptr13drop_in_placeNtNtCshQ_7xlsynth8ir_value7IrValueECs1_3app", Origin::Xlsynth),
        ];
        for (name, origin) in cases {
            assert_eq!(origin_of(name), Some(origin), "{name}");
        }
    }

    #[test]
    fn innocent_symbols_are_not_taken_for_them() {
        let names = [
            "xls_aot_v2_0123456789abcdef_fedcba9876543210_add_one",
            "xls_aot_v12_0123456789abcdef_add_one.3",
            "xlsx_open",
            "my_xls_model",
            "_ZN12my_xls_model3add17h0123456789abcdefE",
            "_ZN3xls3add17h0123456789abcdefE",
            "_ZN4llvm3add17h0123456789abcdefE",
            "_ZN15xls_aot_runtime5value4Bits17h0123456789abcdefE",
            "_ZN15xls_aot_xlsynth7compile17h0123456789abcdefE",
            "_ZN3app7xlsynth3run17h0123456789abcdefE",
            "_ZN4core3ptr40drop_in_place$LT$my_xlsynth..Value$GT$17h0123456789abcdefE",
            "_ZN4core3ptr40drop_in_place$LT$app..xlsynth..Value$GT$17h0123456789abcdefE",
            "_RNvNtCs1a2B3c_12my_xls_model8ir_value3new",
            "_RNvNtCs1a2B3c_17xlsynth_my_things3new",
            "_RNvNtCs1a2B3c_3app7xlsynth3new",
            "_RNvCs1_15xls_aot_xlsynth3new",
            "LLVMFuzzerTestOneInput",
            "__llvm_profile_runtime",
            "LLVM_is_mentioned",
            "_ZN5xlsio4openEv",
            "_ZN5my3xls4openEv",
            "memcpy",
            "",
        ];
        for name in names {
            assert_eq!(origin_of(name), None, "{name}");
        }
    }
}
