//! The driver over a back end that generates nothing: what it hands to a back end, and what it makes of the answer.

mod double;

use double::{metadata, outputs, request, with, Double};
use xls_aot_backend::{BackendError, Cpu, Place, Target};
use xls_aot_codegen::{compile, Analysis, CompileError, Request};
use xls_aot_ir::{FuncId, NodeId};
use xls_aot_layout::Layout;
use xls_aot_metadata::{decode_section, Passing};
use xls_aot_runtime::abi::Features;

const CHECKED: &str = r#"package p

file_number 3 "lib/checked.x"

top fn __itok__checked(__token: token id=10, __activated: bits[1] id=11, x: bits[8] id=12) -> (token, bits[8]) {
  literal.13: bits[8] = literal(value=100, id=13)
  ult.14: bits[1] = ult(x, literal.13, id=14)
  not.15: bits[1] = not(__activated, id=15)
  or.16: bits[1] = or(not.15, ult.14, id=16)
  assert.17: token = assert(__token, or.16, message="x \"must\" be small", label="small", id=17, pos=[(3,10,4)])
  ret tuple.18: (token, bits[8]) = tuple(assert.17, x, id=18)
}
"#;

#[test]
fn assertions_become_numbered_sites() {
    let double = Double::new();
    let outputs = compile(&request(CHECKED), &double).unwrap();
    let seen = double.seen.borrow();
    assert!(seen.contains(r#"message="0""#) && !seen.contains("must"), "{seen}");

    let metadata = metadata(&outputs);
    let [site] = &metadata.sites[..] else { panic!("{:?}", metadata.sites) };
    assert_eq!(site.message.as_deref(), Some("x \"must\" be small"));
    assert_eq!(site.label.as_deref(), Some("small"));
    assert_eq!(site.function, "__itok__checked");
    let position = site.position.as_ref().unwrap();
    assert_eq!((&*position.file, position.line, position.column), ("lib/checked.x", 11, 5));
    let [entry] = &metadata.entries[..] else { panic!("one entry") };
    assert_eq!((entry.features, &entry.sites[..]), (Features::ASSERTIONS, &[0][..]));
    let passed: Vec<Passing> = entry.params.iter().map(|param| param.passed).collect();
    assert_eq!(passed, [Passing::Token, Passing::Activated, Passing::Value]);
    assert!(outputs.wrapper.contains("pub fn checked(x: u8) -> Result<Output, xls_aot_runtime::AssertionFailure> {"));
    assert!(outputs.wrapper.contains("private::token(), private::input(&true), private::input(&x)"));
}

#[test]
fn the_activation_is_a_parameter_if_asked_for() {
    let outputs = outputs(&with(CHECKED, |options| options.expose_activation = true));
    assert!(outputs.wrapper.contains("pub fn checked(\n    __activated: bool,\n    x: u8,\n)"), "{}", outputs.wrapper);
    let passed: Vec<Passing> = metadata(&outputs).entries[0].params.iter().map(|param| param.passed).collect();
    assert_eq!(passed, [Passing::Token, Passing::Value, Passing::Value]);
}

#[test]
fn the_object_carries_the_description_of_the_metadata_file() {
    let outputs = outputs(&request(CHECKED));
    assert_eq!(decode_section(&outputs.object).unwrap(), [metadata(&outputs)]);
}

#[test]
fn the_folder_of_the_file_does_not_matter() {
    let here = outputs(&request(CHECKED));
    assert_eq!(here, outputs(&Request { file: "/elsewhere/design.ir", ..request(CHECKED) }));
    assert!(!here.wrapper.contains("folder"));
}

#[test]
fn crate_and_salt_change_the_symbol() {
    let symbol = |crate_name, symbol_salt| {
        let outputs =
            outputs(&with(CHECKED, |options| (options.crate_name, options.symbol_salt) = (crate_name, symbol_salt)));
        metadata(&outputs).entries[0].entry_points[0].symbol.clone()
    };
    let symbols = [symbol("a", "x"), symbol("a", "y"), symbol("b", "x")];
    for symbol in &symbols {
        let (salt, rest) = symbol.strip_prefix("xls_aot_v2_").unwrap().split_at(16);
        let (digest, top) = rest.strip_prefix('_').unwrap().split_at(16);
        assert!((salt.bytes().chain(digest.bytes())).all(|byte| byte.is_ascii_hexdigit()), "{symbol}");
        assert_eq!(top, "___itok__checked");
    }
    assert!(symbols[0] != symbols[1] && symbols[0] != symbols[2] && symbols[1] != symbols[2]);
}

#[test]
fn a_direct_entry_point_is_called_directly() {
    let ir = "package p\n\nfn max(max: bits[5] id=1) -> bits[5] {\n  ret r: bits[5] = identity(max, id=2)\n}\n";
    let double = Double { direct: true, ..Double::new() };
    let compiled = compile(&request(ir), &double).unwrap();
    // Where a line is wrapped, the list ends with a comma.
    let flat = compiled.wrapper.split_whitespace().collect::<String>().replace(",>", ">");
    let found = format!("{}_direct", metadata(&compiled).entries[0].entry_points[0].symbol);
    // The result is memory until the runtime has checked it: a check of a `bool` would be dropped.
    let declared = format!("fn{found}(max:xls_aot_runtime::Bits8<5>,)->private::DirectOutput<Output>;");
    assert!(flat.contains(&declared), "{flat}");
    assert!(flat.contains(&format!("unsafe{{private::direct_output::<Aot>({found}(max))}}")), "{flat}");
    assert!(flat.contains("self::max(max)"), "the runner calls the function, not its parameter: {flat}");
}

#[test]
fn the_scratch_of_a_function_is_stated() {
    let double = Double { temp_buffer: Layout { size: 48, align: 16 }, ..Double::new() };
    let wrapper = compile(&request(CHECKED), &double).unwrap().wrapper;
    assert!(wrapper.contains("const TEMP_SIZE: usize = 48;"), "{wrapper}");
    assert!(wrapper.contains("const TEMP_ALIGN: usize = 16;"), "{wrapper}");
}

#[test]
fn an_assertion_of_dslx_has_the_position_in_its_message() {
    let message = "Assertion failure via assert! @ lib/user.x:7:32-7:49";
    let ir = CHECKED.replace("x \\\"must\\\" be small", message).replace(", pos=[(3,10,4)]", "");
    let site = metadata(&outputs(&request(&ir))).sites.remove(0);
    let position = site.position.expect("a position");
    assert_eq!((&*position.file, position.line, position.column), ("lib/user.x", 7, 32));
    assert_eq!(site.message.as_deref(), Some(message), "the text stays");
    // A node's own position comes first.
    let site = metadata(&outputs(&request(&CHECKED.replace("x \\\"must\\\" be small", message)))).sites.remove(0);
    assert_eq!(site.position.expect("a position").file, "lib/checked.x");
}

#[test]
fn a_result_above_the_stated_size_comes_in_a_box() {
    let wrapper = |len: u32| {
        let ir = format!(
            "package p\n\nfn fill(x: bits[64][{len}] id=1) -> bits[64][{len}] {{\n  \
             ret r: bits[64][{len}] = identity(x, id=2)\n}}\n"
        );
        let double = Double { direct: true, ..Double::new() };
        compile(&request(&ir), &double).unwrap().wrapper.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (value, boxed) = (wrapper(2048), wrapper(2049));
    assert!(value.contains("pub fn fill(x: &[u64; 2048]) -> Output {"), "{value}");
    assert!(!value.contains("Box"), "{value}");
    assert!(boxed.contains("pub fn fill(x: &[u64; 2049]) -> private::Box<Output> {"), "{boxed}");
    assert!(boxed.contains("pub fn run(&mut self, x: &[u64; 2049]) -> private::Box<Output> {"), "{boxed}");
    assert!(boxed.contains("-> (private::Box<Output>, xls_aot_runtime::Events) {"), "{boxed}");
    assert!(boxed.contains("/// It takes 16392 bytes and comes in a `Box`: more than 16384 bytes"), "{boxed}");
    assert!(!boxed.contains("_direct"), "a direct call would return it by value: {boxed}");
}

#[test]
fn names_of_the_generated_crate_are_avoided() {
    for taken in ["ARTIFACT", "ENTRY", "Runner", "Output", "Tuple0", "Some", "None", "Ok", "Err", "xls_aot_runtime"] {
        let ir = format!(
            "package p\n\nfn {taken}({taken}: (bits[8], bits[8]) id=1) -> bits[8] {{\n  \
             ret r: bits[8] = tuple_index({taken}, index=0, id=2)\n}}\n"
        );
        let wrapper = outputs(&request(&ir)).wrapper;
        assert!(wrapper.contains(&format!("pub fn {taken}_({taken}_: &Tuple0) -> Output {{")), "{wrapper}");
    }
}

#[test]
fn deep_types_raise_the_recursion_limit() {
    let nested = |depth: usize| format!("{}bits[8]{}", "(".repeat(depth), ")".repeat(depth));
    let ir = |depth| {
        let ty = nested(depth);
        format!("package p\n\nfn f(x: {ty} id=1) -> {ty} {{\n  ret r: {ty} = identity(x, id=2)\n}}\n")
    };
    assert!(!outputs(&request(&ir(10))).wrapper.contains("recursion_limit"));
    assert!(outputs(&request(&ir(200))).wrapper.contains("#![recursion_limit = \"928\"]"));
}

/// The text of each level was once made twice, so that this took 2^40 times as long.
#[test]
fn deep_arrays_have_an_example() {
    let ty = format!("bits[8]{}", "[1]".repeat(60));
    let ir = format!("package p\n\nfn f(x: {ty} id=1) -> {ty} {{\n  ret r: {ty} = identity(x, id=2)\n}}\n");
    // The parser of the generated source calls itself for each level.
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(move || outputs(&request(&ir)).wrapper);
    let wrapper = thread.unwrap().join().unwrap();
    let example = format!("let x = {}1u8{};", "[".repeat(60), "; 1]".repeat(60));
    assert!(wrapper.contains(&example), "{wrapper}");
}

#[test]
fn values_beyond_the_limit_are_refused() {
    let ir = "package p\n\nfn f(x: bits[64][536870912] id=1, i: bits[8] id=2) -> bits[64] {\n  \
              ret r: bits[64] = array_index(x, indices=[i], id=3)\n}\n";
    let error = compile(&request(ir), &Double::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "some/folder/design.ir:3:6: error[E1006]: parameter `x` takes 4294967296 bytes; the limit of one value is \
         2147483648 bytes\n  fn f(x: bits[64][536870912] id=1, i: bits[8] id=2) -> bits[64] {\
         \n       ^\
         \n  help: pass the data in \
         smaller pieces"
    );
}

#[test]
fn more_parameters_than_a_rust_function_can_have_are_refused() {
    // Tokens are no parameters of the Rust function.
    let ir = |count: usize| {
        let params: String = (0..count).map(|i| format!(", p{i}: bits[8] id={}", i + 2)).collect();
        format!(
            "package p\n\nfn f(t: token id=1{params}) -> bits[8] {{\n  ret r: bits[8] = not(p0, id={})\n}}\n",
            count + 2
        )
    };
    let (most, more) = (ir(65_533), ir(65_534));
    let outputs = outputs(&request(&most));
    assert_eq!(metadata(&outputs).entries[0].params.len(), 65_534);
    let error = compile(&request(&more), &Double::new()).unwrap_err();
    let expected = "some/folder/design.ir:3:4: error[E1009]: `f` has 65534 parameters; the limit is 65533: a Rust \
                    function has at most 65535, and methods of the generated crate add two\n";
    assert!(error.to_string().starts_with(expected), "{}", &error.to_string()[..200]);
    assert!(error.to_string().ends_with("\n  help: pass the data as an array or a tuple"));
}

#[test]
fn errors_of_a_back_end_keep_their_kind() {
    let fail = |error| compile(&request(CHECKED), &Double { error: Some(error), ..Double::new() }).unwrap_err();
    let (what, hint) = ("w".to_owned(), "h".to_owned());
    let error = fail(BackendError::Limit { what: what.clone(), hint: hint.clone(), place: None });
    assert!(matches!(error, CompileError::Limit(_)));
    assert_eq!(
        error.to_string(),
        "some/folder/design.ir:5:8: error[E1008]: w\n  \
         top fn __itok__checked(__token: token id=10, __activated: bits[1] id=11, x: bits[8] id=12) -> (token, bits[8]) {\
         \n         ^^^^^^^^^^^^^^^\n  help: h"
    );
    let place = Some(Place { function: FuncId::new(0), node: Some(NodeId::new(1)) });
    let error = fail(BackendError::Unsupported { what: what.clone(), hint, place });
    assert!(matches!(error, CompileError::Unsupported(_)));
    assert_eq!(
        error.to_string(),
        "some/folder/design.ir:5:46: error[E1007]: w\n  \
         top fn __itok__checked(__token: token id=10, __activated: bits[1] id=11, x: bits[8] id=12) -> (token, bits[8]) {\
         \n                                               ^^^^^^^^^^^\n  help: h"
    );
    let error = fail(BackendError::Internal { what });
    assert!(matches!(error, CompileError::Internal { .. }));
    assert_eq!(error.to_string(), "internal error while compiling function `__itok__checked`: w");
}

#[test]
fn a_target_of_another_back_end_is_named() {
    let error = compile(&with(CHECKED, |options| options.target = Target::Aarch64Macos), &Double::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "error: the back end `double` has no code for the target `aarch64-apple-darwin`\n  help: its targets are \
         x86_64-unknown-linux-gnu"
    );
}

#[test]
fn a_processor_of_another_target_is_refused() {
    let request = with(CHECKED, |options| options.cpu = Some(Cpu::Armv8A));
    let error = compile(&request, &Double::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "error: `armv8-a` is no processor of the target `x86_64-unknown-linux-gnu`\n  help: its processors are x86-64, \
         x86-64-v2, x86-64-v3"
    );
}

#[test]
fn the_artifact_is_the_object_without_the_source() {
    let outputs = outputs(&request(CHECKED));
    let analysis = Analysis::of(&request(CHECKED)).unwrap();
    let artifact = analysis.artifact(&Double::new()).unwrap();
    assert_eq!(artifact.metadata, metadata(&outputs));
    assert_eq!(artifact.object, outputs.object);
}
