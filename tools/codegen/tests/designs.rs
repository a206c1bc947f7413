//! Designs of several functions, named types and events: places and names, symbols, types of other libraries.

mod double;

use double::{metadata, Double};
use xls_aot_codegen::{
    compile, CompileError, Form, Options, Outputs, Request, TableFile, Tops, TypeNames, TypesFrom, TypesHome,
};
use xls_aot_metadata::Metadata;
use xls_aot_runtime::abi::{EventKind, Features};

const IR: &str = r#"package p

file_number 1 "lib/d.x"

fn shared(t: token id=1, x: bits[8] id=2) -> token {
  c: bits[8] = literal(value=9, id=3)
  small: bits[1] = ult(x, c, id=4)
  ret s: token = trace(t, small, format="x={:x} {{}}", data_operands=[x], verbosity=3, id=5, pos=[(1,4,2)])
}

fn first(t: token id=6, x: bits[8] id=7, pair: (bits[8], bits[16]) id=8) -> (token, (bits[8], bits[16])) {
  i: token = invoke(t, x, to_apply=shared, id=9)
  ret r: (token, (bits[8], bits[16])) = tuple(i, pair, id=10)
}

fn second(t: token id=11, x: bits[8] id=12) -> (token, bits[8]) {
  i: token = invoke(t, x, to_apply=shared, id=13)
  z: bits[8] = literal(value=0, id=14)
  ok: bits[1] = ne(x, z, id=15)
  a: token = assert(i, ok, message="zero", id=16)
  c: () = cover(ok, label="covered", id=17)
  ret r: (token, bits[8]) = tuple(a, x, id=18)
}

fn third(x: bits[8] id=19) -> bits[8] {
  ret r: bits[8] = not(x, id=20)
}
"#;

const ALL: &[EventKind] = &[EventKind::Assertion, EventKind::Trace, EventKind::Cover];

fn back_end() -> Double {
    Double { events: ALL, ..Double::new() }
}

/// What to compile of [`IR`], and how.
struct Case<'a> {
    tops: Tops<'a>,
    types: &'a str,
    events: &'a [EventKind],
    types_from: &'a [TypesFrom<'a>],
    form: Form,
}

const CASE: Case<'_> = Case {
    tops: Tops::Several(&["third", "second", "first"]),
    types: "{}",
    events: &[EventKind::Trace, EventKind::Cover],
    types_from: &[],
    form: Form::Crate,
};

fn run(case: &Case<'_>) -> Result<Outputs, CompileError> {
    let names = TypeNames { file: Some(TableFile { name: "t.json", text: case.types.as_bytes() }), short: &[] };
    let options =
        Options { events: case.events, types_from: case.types_from, form: case.form, ..Options::new("design") };
    let request = Request { tops: case.tops, names, options, ..Request::new("d.ir", IR.as_bytes(), "design") };
    compile(&request, &back_end())
}

fn described(case: &Case<'_>) -> Metadata {
    metadata(&run(case).unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn sites_are_numbered_together_and_each_function_has_its_own() {
    let double = back_end();
    let options = Options { events: CASE.events, ..Options::new("design") };
    let request = Request { tops: CASE.tops, options, ..Request::new("d.ir", IR.as_bytes(), "design") };
    let metadata = metadata(&compile(&request, &double).unwrap());
    let seen = double.seen.borrow();
    assert!(!seen.contains("verbosity=3") && seen.contains("message=\"1\"") && seen.contains("label=\"2\""), "{seen}");
    let kinds: Vec<EventKind> = metadata.sites.iter().map(|site| site.kind).collect();
    assert_eq!(kinds, [EventKind::Trace, EventKind::Assertion, EventKind::Cover]);
    let trace = &metadata.sites[0];
    assert_eq!((trace.message.as_deref(), trace.verbosity), (Some("x={:x} {{}}"), Some(3)));
    assert_eq!(trace.operands, ["bits[8]"]);
    let entries: Vec<(&str, &[u32], Features)> =
        metadata.entries.iter().map(|entry| (&*entry.function, &*entry.sites, entry.features)).collect();
    let all = Features::ASSERTIONS | Features::TRACES | Features::COVERS;
    assert_eq!(
        entries,
        [("third", &[][..], Features::NONE), ("second", &[0, 1, 2], all), ("first", &[0], Features::TRACES)]
    );
}

#[test]
fn only_functions_that_can_fail_return_a_result() {
    let outputs = run(&CASE).unwrap();
    let flat = outputs.wrapper.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "pub fn third(x: u8) -> Output {",
        "pub fn second(x: u8) -> Result<Output, xls_aot_runtime::AssertionFailure> {",
        "pub fn first(x: u8, pair: &super::Tuple0) -> Output {",
        "pub use self::first::first;",
        "const SITES: &'static [xls_aot_runtime::EventSite] = super::SITES;",
        "pieces: &[ xls_aot_runtime::Piece::Text(\"x=\"), \
         xls_aot_runtime::Piece::Value(xls_aot_runtime::Format::Hex), xls_aot_runtime::Piece::Text(\" {{}}\"), ]",
    ] {
        assert!(flat.contains(text), "{text}\n{}", outputs.wrapper);
    }
    // A function that reports nothing has no options for it.
    assert_eq!(flat.matches("pub fn set_event_options").count(), 2);
}

#[test]
fn the_place_of_items_follows_from_top_or_tops() {
    let paths = |tops| -> Vec<(String, String)> {
        let metadata = described(&Case { tops, ..CASE });
        metadata.entries.into_iter().map(|entry| (entry.rust_path, entry.rust_module)).collect()
    };
    let pair = |path: &str, module: &str| (path.to_owned(), module.to_owned());
    assert_eq!(paths(Tops::One(Some("third"))), [pair("third", "")]);
    assert_eq!(paths(Tops::Several(&["third"])), [pair("third", "third")]);
    assert_eq!(paths(Tops::Several(&["third", "first"])), [pair("third", "third"), pair("first", "first")]);
    let types = r#"{"types": [{"name": "first", "module": "third", "struct": []}],
        "entries": [{"function": "first", "module": "third", "name": "third"}]}"#;
    let metadata = described(&Case { types, tops: Tops::Several(&["third", "first"]), ..CASE });
    let names: Vec<&str> = metadata.entries.iter().map(|entry| &*entry.rust_module).collect();
    assert_eq!(names, ["third_", "third::third"], "the design's module has the name");
    assert_eq!(metadata.types[0].rust_path, "third::first");
}

#[test]
fn the_form_changes_neither_object_nor_description() {
    let of_crate = run(&CASE).unwrap();
    let of_module = run(&Case { form: Form::Module, ..CASE }).unwrap();
    assert_eq!((&of_crate.object, &of_crate.metadata), (&of_module.object, &of_module.metadata));
    assert!(of_crate.wrapper.contains("#![no_std]") && !of_module.wrapper.contains("#!["));
    let items = syn::parse_file(&of_module.wrapper).unwrap().items;
    assert_eq!(items.len(), 1, "one item can be included anywhere");
}

/// The digests in the symbols.
fn digests(case: &Case<'_>) -> Vec<String> {
    let metadata = described(case);
    let symbols = metadata.entries.iter().map(|entry| entry.entry_points[0].symbol.clone());
    symbols.map(|symbol| symbol.split('_').nth(4).unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_digest_stands_for_all_that_the_wrapper_states() {
    let pair = |fields: &str, ty: &str| {
        format!(
            r#"{{"types": [{{"name": "Pair", "everywhere": true, "struct": [{fields}]}}],
                "entries": [{{"function": "third", "docs": "any", "result": "{ty}"}}]}}"#
        )
    };
    let named = |a: &str, b: &str| format!(r#"{{"name": "{a}", "type": "u8"}}, {{"name": "{b}", "type": "u16"}}"#);
    let base = digests(&CASE);
    assert_eq!(base.iter().map(String::len).collect::<Vec<_>>(), [16, 16, 16]);
    assert!(base[0] != base[1] && base[1] != base[2] && base[0] != base[2]);
    let with = |types: &str| digests(&Case { types, ..CASE });
    let (ab, ba, signed) =
        (with(&pair(&named("a", "b"), "u8")), with(&pair(&named("b", "a"), "u8")), with(&pair(&named("a", "b"), "s8")));
    assert_eq!(ab[..2], base[..2], "what an entry does not use, and documentation, do not count");
    assert!(ab[2] != base[2] && ab[2] != ba[2]);
    assert!(signed[0] != ab[0] && signed[1..] == ab[1..]);
    // The number of a site counts: compiled code has it.
    let alone = digests(&Case { tops: Tops::Several(&["second"]), ..CASE });
    assert_eq!(alone[0], base[1]);
}

fn error(case: &Case<'_>) -> String {
    run(case).unwrap_err().to_string()
}

#[test]
fn events_are_refused_unless_they_are_asked_for_and_possible() {
    let message = error(&Case { events: &[EventKind::Cover], ..CASE });
    assert!(
        message.starts_with(
            "d.ir:8:7: error[E1005]: compiled code reports no traces unless it is asked to, but the top \
                                 reaches `s` in function `shared`, from lib/d.x:5:3; the calls are second -> shared\n"
        ),
        "{message}"
    );
    let options = Options { events: CASE.events, ..Options::new("design") };
    let request = Request { tops: CASE.tops, options, ..Request::new("d.ir", IR.as_bytes(), "design") };
    assert_eq!(
        compile(&request, &Double::new()).unwrap_err().to_string(),
        "d.ir:8:7: error[E1007]: code of the back end `double` cannot report traces\n  \
         ret s: token = trace(t, small, format=\"x={:x} {{}}\", data_operands=[x], verbosity=3, id=5, pos=[(1,4,2)])\
         \n      ^\n  help: choose another back end, or leave \
         `trace` out of the events and the design"
    );
    let request = Request { tops: Tops::Several(&["third"]), ..request };
    assert!(compile(&request, &Double::new()).is_ok(), "nothing is reported");
}

#[test]
fn types_of_another_library_are_the_same_or_an_error() {
    let table = |fields: &str| {
        format!(
            r#"{{"types": [{{"name": "Pair", "module": "m", "everywhere": true, "struct": [
                {fields}, {{"name": "b", "type": "u16"}}]}}]}}"#
        )
    };
    let own = table(r#"{"name": "a", "type": "u8", "docs": "d"}"#);
    let library = run(&Case { types: &table(r#"{"name": "a", "type": "u8"}"#), ..CASE }).unwrap().metadata;
    let library = library.replace("\"crate_name\": \"design\"", "\"crate_name\": \"other\"");
    let from = |text| [TypesFrom { file: "other.json", text, home: TypesHome::Crate }];
    let outputs = run(&Case { types: &own, types_from: &from(library.as_bytes()), ..CASE }).unwrap();
    assert!(outputs.wrapper.contains("pub use ::other::m::Pair;"), "{}", outputs.wrapper);
    assert!(!outputs.wrapper.contains("pub struct Pair"));
    assert_eq!(metadata(&outputs).types[0].defined_in.as_deref(), Some("other"));
    let beside = [TypesFrom { file: "other.json", text: library.as_bytes(), home: TypesHome::Beside }];
    let outputs = run(&Case { types: &own, types_from: &beside, ..CASE }).unwrap();
    assert!(outputs.wrapper.contains("pub use super::super::other::m::Pair;"), "{}", outputs.wrapper);

    let other = table(r#"{"name": "c", "type": "u8"}"#);
    assert_eq!(
        error(&Case { types: &other, types_from: &from(library.as_bytes()), ..CASE }),
        "d.ir: error[E1012]: the library `other` has another type `m::Pair`\n  help: here it is `struct { c: u8, b: u16 }` \
         (t.json:1:21)\n  help: in `other` it is `struct { a: u8, b: u16 }`\n  help: make the definitions equal, or rename \
         one of the types"
    );
    assert_eq!(
        error(&Case { types_from: &from(b"{\"schema_version\": 1}"), ..CASE }),
        "other.json: error[E1011]: artefact description has schema version 1, this tool reads version 2; use the xls_aot \
         release that made the artefact, or compile the artefact again\n  help: `--types-from` names the metadata file of a \
         library"
    );
}

/// Functions of two DSLX modules, one of them with the same name in both.
const MANGLED: &str = r#"package fma

fn __fma__main(x: bits[8] id=1) -> bits[8] {
  ret r: bits[8] = not(x, id=2)
}

fn __std__main(x: bits[8] id=3) -> bits[8] {
  ret r: bits[8] = neg(x, id=4)
}

fn __itok__fma__round(x: bits[8] id=5) -> bits[8] {
  ret r: bits[8] = identity(x, id=6)
}

fn __std__Runner(x: bits[8] id=7) -> bits[8] {
  ret r: bits[8] = identity(x, id=8)
}

fn __std__u8(x: bits[8] id=13) -> bits[8] {
  ret r: bits[8] = identity(x, id=14)
}

fn __std__three(x: bits[8] id=9) -> bits[8] {
  ret r: bits[8] = identity(x, id=10)
}

fn three(x: bits[8] id=11) -> bits[8] {
  ret r: bits[8] = identity(x, id=12)
}
"#;

#[test]
fn a_function_has_its_dslx_name_too_where_nothing_else_has_it() {
    let aliases = |tops| -> Vec<String> {
        let options = Options::new("design");
        let request = Request { tops, options, ..Request::new("d.ir", MANGLED.as_bytes(), "design") };
        let outputs = compile(&request, &back_end()).unwrap();
        let uses = outputs.wrapper.lines().filter(|line| line.contains(" as ") && line.contains("pub use self::"));
        let uses: Vec<String> = uses.map(|line| line.trim().to_owned()).collect();
        // The description has both names.
        let entries = Metadata::from_json(outputs.metadata.as_bytes()).unwrap().entries.into_iter();
        let described = entries.filter_map(|entry| Some((entry.rust_path, entry.rust_alias?)));
        let described: Vec<String> =
            described.map(|(path, alias)| format!("pub use self::{path} as {alias};")).collect();
        assert_eq!(described, uses);
        uses
    };
    assert_eq!(aliases(Tops::One(Some("__fma__main"))), ["pub use self::fma__main as main;"]);
    assert_eq!(aliases(Tops::One(Some("__std__Runner"))), [""; 0], "that is an item");
    assert_eq!(aliases(Tops::One(Some("__std__u8"))), [""; 0], "that is a type");
    assert_eq!(aliases(Tops::One(Some("three"))), [""; 0], "that is its only name");
    let several = ["__fma__main", "__std__main", "__itok__fma__round", "__std__three", "three"];
    assert_eq!(aliases(Tops::Several(&several)), ["pub use self::fma__round as round;"]);
    assert_eq!(
        aliases(Tops::Several(&several[1..4])),
        [
            "pub use self::std__main as main;",
            "pub use self::fma__round as round;",
            "pub use self::std__three as three;"
        ]
    );
}

#[test]
fn a_page_names_parameters_and_each_assertion() {
    let outputs = run(&CASE).unwrap();
    let page: Vec<&str> =
        outputs.wrapper.lines().map(str::trim).skip_while(|line| !line.contains("The function `second`")).collect();
    let end = page.iter().position(|line| line.starts_with("pub fn second")).unwrap();
    assert_eq!(
        page[..end],
        [
            "/// The function `second` of the design.",
            "///",
            "/// `fn second(t: token, x: bits[8]) -> (token, bits[8])`",
            "///",
            "/// # Parameters",
            "///",
            "/// - `x`: 8 bits, unsigned",
            "///",
            "/// # Result",
            "///",
            "/// 8 bits, unsigned.",
            "///",
            "/// # Errors",
            "///",
            "/// If this assertion fails, because its condition is false:",
            "///",
            "/// - `zero`, in `second`",
            "///",
            "/// # Example",
            "///",
            "/// ```no_run",
            "/// let x = 1u8;",
            "/// match design::second(x) {",
            "///     Ok(result) => println!(\"{result:?}\"),",
            "///     Err(failure) => eprintln!(\"{failure}\"),",
            "/// }",
            "/// ```",
            "#[inline]",
        ]
    );
}
