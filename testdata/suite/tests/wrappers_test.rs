//! The generated crates of the two back ends are the same but for what the ABI leaves to a back end: which optional
//! features and entry points there are, for which processor the code is, and the names.
//!
//! The crates are compared as syntax trees, so every item, signature and document must be the same. What may differ is
//! listed in [`PERMITTED`]; a difference that no module of the suite shows any more must be taken off the list.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::{Block, Expr, ForeignItem, ImplItem, Item};

/// What may differ, by the item that it is in.
const PERMITTED: &[&str] = &[
    // The header and the constant name the back end, and what its code needs.
    "the header's back end",
    "ARTIFACT.backend",
    "ARTIFACT.cpu_baseline",
    "ARTIFACT.features: DIRECT",
    "ARTIFACT.features: HEAP_SCRATCH",
    // The optional entry point, and the two functions that use it where there is one.
    "extern: direct entry point",
    "top function: calls the direct entry point",
    "Runner::run: calls the direct entry point",
];

#[test]
fn wrappers_differ_only_where_the_abi_lets_them() {
    let mut seen = BTreeSet::new();
    let pairs = pairs();
    assert!(pairs.len() >= 14, "{} modules in the suite", pairs.len());
    for (module, [native, xlsynth]) in &pairs {
        differences(native, xlsynth, &mut |difference: &str| {
            assert!(PERMITTED.contains(&difference), "{module}: not permitted: {difference}");
            seen.insert(difference.to_owned());
        });
    }
    let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
    let mut permitted = PERMITTED.to_vec();
    permitted.sort_unstable();
    assert_eq!(seen, permitted, "what is permitted but does not occur");
}

#[test]
fn a_difference_is_found_wherever_it_is() {
    let (module, [native, _]) = pairs().into_iter().find(|(module, _)| module == "assert_pair").expect("assert_pair");
    let cases: &[(&str, &str, &[&str])] = &[
        ("not in the text", "", &[]),
        ("pub fn assert_pair(a: u8, b: u8)", "pub fn assert_pair(a: u8, c: u8)", &["fn assert_pair"]),
        ("abi_version: 2", "abi_version: 3", &["ARTIFACT.abi_version"]),
        ("#![no_std]", "", &["the crate's attributes"]),
        // The function's documentation names its assertions.
        ("a must be", "a should be", &["const SITES", "fn assert_pair"]),
        ("do not edit", "edit", &["the header"]),
        ("pub fn try_new", "pub fn attempt", &["impl Runner"]),
        ("pub type Output = u8;", "pub type Output = u16;", &["type Output"]),
    ];
    for (from, to, expected) in cases {
        let changed = native.replace(from, to);
        assert_eq!(changed == native, expected.is_empty(), "{module}: {from}");
        let mut found = BTreeSet::new();
        differences(&native, &changed, &mut |difference: &str| {
            found.insert(difference.to_owned());
        });
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), *expected, "{from}");
    }
}

/// The wrappers of each module, native and xlsynth.
fn pairs() -> BTreeMap<String, [String; 2]> {
    let files = std::env::var("WRAPPERS").expect("the rule names the files");
    let mut pairs: BTreeMap<String, [String; 2]> = BTreeMap::new();
    for file in files.split_whitespace() {
        let name = file.rsplit('/').next().unwrap_or(file).trim_end_matches("__aot.rs");
        let (module, backend) = name.rsplit_once('_').expect("MODULE_BACKEND");
        let place = ["native", "xlsynth"].iter().position(|known| *known == backend).expect("a back end");
        let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        pairs.entry(module.to_owned()).or_default()[place] = without_salt(&text);
    }
    assert!(pairs.values().flatten().all(|text| !text.is_empty()), "every module has both wrappers");
    pairs
}

/// The salt of symbols depends on the label, which names the back end; the digest on the features, which differ.
fn without_salt(text: &str) -> String {
    let mut parts = text.split("xls_aot_v2_");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (salt, rest) = part.split_at(33);
        assert!(salt.chars().all(|c| c.is_ascii_hexdigit() || c == '_'), "{salt}");
        result += "xls_aot_v2_SALT_DIGEST";
        result += rest;
    }
    result
}

/// Calls `found` with a name for each difference.
fn differences(native: &str, xlsynth: &str, found: &mut dyn FnMut(&str)) {
    let header = |text: &str| text.lines().take_while(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (header(native), header(xlsynth));
    if one != other {
        let renamed: Vec<String> =
            one.iter().map(|line| line.replace("back end native;", "back end xlsynth;")).collect();
        found(if renamed == other { "the header's back end" } else { "the header" });
    }
    let parse = |text: &str| syn::parse_file(text).expect("a wrapper is Rust");
    let (native, xlsynth) = (parse(native), parse(xlsynth));
    if text(&native.attrs) != text(&xlsynth.attrs) {
        found("the crate's attributes");
    }
    assert_eq!(native.items.len(), xlsynth.items.len(), "the items are not the same");
    for (native, xlsynth) in native.items.iter().zip(&xlsynth.items) {
        if !same(native, xlsynth) {
            item(native, xlsynth, found);
        }
    }
}

fn item(native: &Item, xlsynth: &Item, found: &mut dyn FnMut(&str)) {
    match (native, xlsynth) {
        (Item::ForeignMod(native), Item::ForeignMod(xlsynth)) => {
            let is_direct = |item: &&ForeignItem| matches!(item, ForeignItem::Fn(f) if f.sig.ident.to_string().ends_with("_direct"));
            let rest: Vec<&ForeignItem> = native.items.iter().filter(|item| !is_direct(item)).collect();
            let xlsynth_items: Vec<&ForeignItem> = xlsynth.items.iter().collect();
            let same = text(&rest) == text(&xlsynth_items) && text(&native.attrs) == text(&xlsynth.attrs);
            found(if same { "extern: direct entry point" } else { "extern" });
        }
        (Item::Const(native), Item::Const(xlsynth)) if native.ident == "ARTIFACT" => {
            artefact(&native.expr, &xlsynth.expr, found);
        }
        (Item::Fn(native), Item::Fn(xlsynth)) => {
            let same = same(&native.sig, &xlsynth.sig)
                && same(&native.vis, &xlsynth.vis)
                && text(&native.attrs) == text(&xlsynth.attrs);
            if same && calls_direct(&native.block) && !calls_direct(&xlsynth.block) {
                found("top function: calls the direct entry point");
            } else {
                found(&format!("fn {}", native.sig.ident));
            }
        }
        (Item::Impl(native), Item::Impl(xlsynth)) if same(&native.self_ty, &xlsynth.self_ty) => {
            let name = match &native.trait_ {
                Some((path, _)) => path.segments.last().map(|segment| segment.ident.to_string()),
                None => Some(text(&[&native.self_ty])),
            };
            let name = name.unwrap_or_default();
            let same_list = native.items.len() == xlsynth.items.len()
                && native.items.iter().zip(&xlsynth.items).all(|(native, xlsynth)| label(native) == label(xlsynth));
            let traits = [native, xlsynth].map(|item| item.trait_.as_ref().map(|(path, _)| text(&[path])));
            if !same_list || text(&native.attrs) != text(&xlsynth.attrs) || traits[0] != traits[1] {
                return found(&format!("impl {name}"));
            }
            for (native, xlsynth) in native.items.iter().zip(&xlsynth.items) {
                if !same(native, xlsynth) {
                    found(&member(&name, native, xlsynth));
                }
            }
        }
        (Item::Const(native), _) => found(&format!("const {}", native.ident)),
        (Item::Type(native), _) => found(&format!("type {}", native.ident)),
        (native, _) => found(&text(&[native])),
    }
}

/// The name of a difference between members of an `impl`.
fn member(owner: &str, native: &ImplItem, xlsynth: &ImplItem) -> String {
    let name = format!("{owner}::{}", label(native));
    match (native, xlsynth) {
        (ImplItem::Fn(native), ImplItem::Fn(xlsynth)) => {
            let same = same(&native.sig, &xlsynth.sig)
                && same(&native.vis, &xlsynth.vis)
                && text(&native.attrs) == text(&xlsynth.attrs);
            // `run` calls the top function where that calls the direct entry point.
            let through_top = text(&[&native.block]).starts_with("{ self :: ");
            if same && through_top {
                format!("{name}: calls the direct entry point")
            } else {
                name
            }
        }
        _ => name,
    }
}

/// The name of a member of an `impl`.
fn label(item: &ImplItem) -> String {
    match item {
        ImplItem::Const(item) => item.ident.to_string(),
        ImplItem::Fn(item) => item.sig.ident.to_string(),
        ImplItem::Type(item) => item.ident.to_string(),
        other => text(&[other]),
    }
}

/// Compares the fields of the constant `ARTIFACT`.
fn artefact(native: &Expr, xlsynth: &Expr, found: &mut dyn FnMut(&str)) {
    let (Expr::Struct(native), Expr::Struct(xlsynth)) = (native, xlsynth) else { return found("ARTIFACT") };
    assert_eq!(native.fields.len(), xlsynth.fields.len());
    for (native, xlsynth) in native.fields.iter().zip(&xlsynth.fields) {
        if same(native, xlsynth) {
            continue;
        }
        let name = text(&[&native.member]);
        if name != "features" {
            found(&format!("ARTIFACT.{name}"));
            continue;
        }
        for feature in features(&native.expr).symmetric_difference(&features(&xlsynth.expr)) {
            found(&format!("ARTIFACT.features: {feature}"));
        }
    }
}

/// The features in an expression such as `Features::DIRECT.union(Features::SCRATCH)`.
fn features(expression: &Expr) -> BTreeSet<String> {
    let tokens = text(&[expression]);
    let names = tokens
        .split("Features :: ")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_uppercase() && c != '_').next());
    names.filter(|name| *name != "NONE").map(str::to_owned).collect()
}

fn calls_direct(block: &Block) -> bool {
    text(&[block]).contains("_direct (")
}

fn same(native: &impl ToTokens, xlsynth: &impl ToTokens) -> bool {
    text(&[native]) == text(&[xlsynth])
}

fn text<T: ToTokens>(items: &[T]) -> String {
    items.iter().map(|item| item.to_token_stream().to_string()).collect::<Vec<_>>().join("\n")
}
