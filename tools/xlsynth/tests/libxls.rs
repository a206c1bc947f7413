//! The back end with the real libxls: layouts agree over many shapes, the process boundary changes nothing but what a crash
//! means, limits come first.
//!
//! This program has a `main` of its own because it is its own worker: started with [`WORKER`], it serves one job.

use std::path::PathBuf;

use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, Target};
use xls_aot_ir::{closure, read_package, FuncId, Op, Package, Top};
use xls_aot_metadata::{
    encode_record, Entry, EntryKind, EntryPoint, Metadata, Producer, ResultValue, TempBuffer, SCHEMA_VERSION,
};
use xls_aot_objfile::audit::{audit_file, FindingKind, Options};
use xls_aot_runtime::abi::{EventKind, Features, ABI_VERSION};
use xls_aot_runtime::{Bits128, Bits8, Dslx, SBits16, WideBits, WideSBits};
use xls_aot_xlsynth::worker::{serve, Worker};
use xls_aot_xlsynth::Xlsynth;

const WORKER: &str = "serve-one-job";
const SYMBOL: &str = "xls_aot_v2_0123456789abcdef_fedcba9876543210_top";

fn main() {
    if std::env::args().nth(1).as_deref() == Some(WORKER) {
        return serve().expect("the parent talks to its worker");
    }
    let tests: [(&str, fn()); 11] = [
        ("layouts_agree_for_every_shape", layouts_agree_for_every_shape),
        ("the_suite_compiles_in_a_worker_to_the_same_bytes", the_suite_compiles_in_a_worker_to_the_same_bytes),
        ("a_crash_of_libxls_is_an_error", a_crash_of_libxls_is_an_error),
        ("a_worker_that_is_no_worker_is_an_error", a_worker_that_is_no_worker_is_an_error),
        ("what_libxls_refuses_is_reported_with_its_reason", what_libxls_refuses_is_reported_with_its_reason),
        ("large_states_of_loops_are_allocated", large_states_of_loops_are_allocated),
        ("limits_come_first", limits_come_first),
        ("several_entries_share_an_object", several_entries_share_an_object),
        ("trace_texts_are_those_of_libxls", trace_texts_are_those_of_libxls),
        ("dslx_texts_are_dslx", dslx_texts_are_dslx),
        (
            "the_audit_knows_this_library_without_its_name_and_symbols",
            the_audit_knows_this_library_without_its_name_and_symbols,
        ),
    ];
    // A failed test panics, which is the end of the process and an exit code.
    for (name, test) in tests {
        test();
        println!("test {name} ... ok");
    }
}

/// The table that the runtime's texts of traces are tested with is what libxls prints.
fn trace_texts_are_those_of_libxls() {
    let table = include_str!("../../../runtime/tests/trace_texts.txt");
    let lines: Vec<[&str; 4]> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("four columns: {line}")))
        .collect();
    assert!(lines.len() > 1000, "{}", lines.len());
    let mut ir = "package p\n\ntop fn f(t: token id=1) -> bits[1] {\n".to_owned();
    ir += "  literal.2: bits[1] = literal(value=1, id=2)\n";
    // A chain of tokens, so that the order is that of the table.
    let mut token = "t".to_owned();
    for (i, [format, ty, value, _]) in lines.iter().enumerate() {
        let (operand, trace) = (2 * i + 3, 2 * i + 4);
        ir += &format!("  literal.{operand}: {ty} = literal(value={value}, id={operand})\n");
        ir += &format!(
            "  trace.{trace}: token = trace({token}, literal.2, format=\"{format}\", \
             data_operands=[literal.{operand}], id={trace})\n"
        );
        token = format!("trace.{trace}");
    }
    ir += "  ret result: bits[1] = identity(literal.2, id=999999)\n}\n";
    let package = xlsynth::IrPackage::parse_ir(&ir, None).unwrap();
    let jit = xlsynth::IrFunctionJit::new(&package.get_function("f").unwrap()).unwrap();
    let run = jit.run(&[xlsynth::IrValue::parse_typed("token").unwrap()]).unwrap();
    assert_eq!(run.trace_messages.len(), lines.len());
    for (message, line) in run.trace_messages.iter().zip(&lines) {
        assert_eq!(message.message, line[3], "{line:?}");
    }
}

/// A struct of the DSLX module below.
#[repr(C)]
#[derive(Clone, Copy)]
struct Place {
    height: SBits16<12>,
    shade: Color,
}

xls_aot_runtime::abi_struct!(struct Place as "Place", size 4, align 2, { height: SBits16<12> = 0, shade: Color = 2 });

xls_aot_runtime::abi_enum! {
    /// An enum of the DSLX module below.
    pub enum Color as "Color": Bits8<2>, number u8 {
        RED = Bits8::of(1),
        BLUE = Bits8::of(2),
    }
}

/// What the runtime's `Dslx` prints are DSLX expressions of the values.
fn dslx_texts_are_dslx() {
    let place = Place { height: SBits16::MIN, shade: Color::BLUE };
    let wide = WideBits::<129, 4>::MAX;
    let wide_signed = WideSBits::<129, 4>::MIN;
    let cases = [
        (Dslx(&true).to_string(), "bool", "true"),
        (Dslx(&0xc5u8).to_string(), "u8", "u8:0b1100_0101"),
        (Dslx(&u64::MAX).to_string(), "u64", "!u64:0"),
        (Dslx(&u128::MAX).to_string(), "uN[128]", "!uN[128]:0"),
        (Dslx(&Bits128::<65>::MAX).to_string(), "uN[65]", "!uN[65]:0"),
        (Dslx(&wide).to_string(), "uN[129]", "!uN[129]:0"),
        (Dslx(&i8::MIN).to_string(), "s8", "(u8:0x80 as s8)"),
        (Dslx(&i128::MIN).to_string(), "sN[128]", "((uN[128]:1 << 127) as sN[128])"),
        (Dslx(&wide_signed).to_string(), "sN[129]", "((uN[129]:1 << 128) as sN[129])"),
        (Dslx(&[SBits16::<12>::new_wrapped(-1); 2]).to_string(), "s12[2]", "[(u12:0xfff as s12), ...]"),
        (Dslx(&()).to_string(), "()", "()"),
        (Dslx(&Color::RED).to_string(), "Color", "u2:1 as Color"),
        (Dslx(&place).to_string(), "Place", "Place { shade: u2:2 as Color, height: (u12:0x800 as s12) }"),
        (place.to_string(), "Place", "Place { shade: u2:2 as Color, height: (u12:0x800 as s12) }"),
    ];
    let mut module = "enum Color : u2 { RED = 1, BLUE = 2 }\nstruct Place { height: s12, shade: Color }\n".to_owned();
    for (i, (text, ty, expected)) in cases.iter().enumerate() {
        module += &format!("const SHOWN_{i}: {ty} = {text};\nconst EXPECTED_{i}: {ty} = {expected};\n");
        module += &format!("const_assert!(SHOWN_{i} == EXPECTED_{i});\n");
    }
    module += "pub fn f(x: u8) -> u8 { x }\n";
    let convert = |module: &str| {
        let options = xlsynth::DslxConvertOptions::default();
        xlsynth::convert_dslx_to_ir_text(module, std::path::Path::new("sample.x"), &options)
    };
    convert(&module).unwrap_or_else(|error| panic!("{error}\n{module}"));
    assert!(convert(&module.replace("RED = 1", "RED = 0")).is_err(), "the comparisons are made");
}

fn worker() -> Worker {
    Worker::this_program(WORKER).unwrap()
}

/// The closure of a text's top with numbered asserts, as the driver makes it.
fn package(text: &str) -> (Package, FuncId) {
    let package = read_package("test.ir", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let top = match package.top {
        Some(Top::Function(id)) => id,
        _ => FuncId::new(package.functions.len() - 1),
    };
    let mut package = closure::of(&package, top);
    let asserts =
        package.functions.iter_mut().flat_map(|function| &mut function.nodes).filter_map(|node| match &mut node.op {
            Op::Assert { message, .. } => Some(message),
            _ => None,
        });
    for (index, message) in asserts.enumerate() {
        *message = index.to_string().into();
    }
    let top = FuncId::new(package.functions.len() - 1);
    (package, top)
}

fn compile(backend: &Xlsynth, text: &str) -> Result<Compiled, BackendError> {
    let (package, top) = package(text);
    backend.compile(&CompileRequest { package: &package, entries: &[top], target: Target::X86_64Linux, cpu: None })
}

/// A function that returns its parameter of type `ty`. To compile it is to hold the layouts against each other.
fn identity(ty: &str) -> String {
    format!("package p\n\ntop fn f(x: {ty} id=1) -> {ty} {{\n  ret y: {ty} = identity(x, id=2)\n}}\n")
}

fn layouts_agree_for_every_shape() {
    let widths = [0, 1, 7, 8, 9, 16, 17, 32, 33, 63, 64, 65, 73, 127, 128, 129, 255, 256, 257, 512, 513, 1025];
    let mut types: Vec<String> = Vec::new();
    for width in widths {
        types.push(format!("bits[{width}]"));
        types.push(format!("(bits[8], bits[{width}])"));
        types.push(format!("(bits[{width}], bits[1])[3]"));
        types.push(format!("bits[{width}][2][3]"));
    }
    let others = ["()", "((), bits[8], ())", "(bits[1], (bits[16], bits[8])[2], bits[33])", "()[4]", "token"];
    types.extend(others.map(str::to_owned));
    for ty in types {
        if let Err(error) = compile(&Xlsynth::in_process(), &identity(&ty)) {
            panic!("{ty}: {error}");
        }
    }
    // libxls takes no token within a parameter, but gives one within a result.
    for width in widths {
        let result = format!("(token, bits[{width}], (bits[1], token, bits[16]))");
        let text = format!(
            "package p\n\nfn f(t: token id=1, x: bits[{width}] id=2, a: bits[1] id=3, b: bits[16] id=4) -> {result} {{\n  \
             inner: (bits[1], token, bits[16]) = tuple(a, t, b, id=5)\n  ret r: {result} = tuple(t, x, inner, id=6)\n}}\n"
        );
        if let Err(error) = compile(&Xlsynth::in_process(), &text) {
            panic!("{result}: {error}");
        }
    }
}

/// A description of functions with these symbols.
fn record(symbols: &[String]) -> Vec<u8> {
    let producer = |name: &str| Producer { name: name.to_owned(), version: "1".to_owned() };
    encode_record(&Metadata {
        schema_version: SCHEMA_VERSION,
        abi_version: ABI_VERSION,
        tool: producer("test"),
        crate_name: "c".to_owned(),
        package: "p".to_owned(),
        symbol_salt: "0123456789abcdef".to_owned(),
        backend: producer("xlsynth"),
        target: Target::X86_64Linux.to_string(),
        cpu_baseline: "x86-64-v3".to_owned(),
        ir_sha256: "0".repeat(64),
        entries: symbols.iter().map(entry).collect(),
        types: Vec::new(),
        sites: Vec::new(),
    })
    .unwrap()
}

fn entry(symbol: &String) -> Entry {
    let function = symbol.rsplit('_').next().unwrap_or_default();
    Entry {
        function: function.to_owned(),
        rust_path: function.to_owned(),
        rust_module: String::new(),
        rust_alias: None,
        features: Features::NONE,
        entry_points: vec![EntryPoint { kind: EntryKind::Xls, symbol: symbol.to_owned() }],
        signature: "() -> ()".to_owned(),
        params: Vec::new(),
        result: ResultValue { xls_type: "()".to_owned(), rust_type: "()".to_owned(), size: 0, align: 1 },
        temp_buffer: TempBuffer { size: 0, align: 1 },
        sites: Vec::new(),
    }
}

fn the_suite_compiles_in_a_worker_to_the_same_bytes() {
    let modules: Vec<PathBuf> = match std::env::var("SUITE") {
        Ok(paths) => paths.split_whitespace().map(PathBuf::from).collect(),
        Err(_) => {
            let suite = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/suite");
            let files = std::fs::read_dir(suite).unwrap().map(|entry| entry.unwrap().path());
            files.filter(|path| path.extension().is_some_and(|extension| extension == "ir")).collect()
        }
    };
    assert!(modules.len() >= 14, "{modules:?}");
    for path in modules {
        let text = std::fs::read_to_string(&path).unwrap();
        let there = compile(&Xlsynth::in_worker(worker()), &text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let here = compile(&Xlsynth::in_process(), &text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert_eq!(there.entries, here.entries, "{path:?}");
        let symbols = [SYMBOL.to_owned()];
        let (there, here) =
            (there.object.finish(&symbols, &record(&symbols)), here.object.finish(&symbols, &record(&symbols)));
        assert!(here.is_ok(), "{path:?}: {here:?}");
        assert!(there == here, "{path:?}: the objects differ");
    }
}

fn a_crash_of_libxls_is_an_error() {
    // This literal ends libxls' process; our reader refuses it.
    let text = "package p\n\ntop fn f() -> (bits[1], bits[1]) {\n  \
                ret x: (bits[1], bits[1]) = literal(value=(1, 1,), id=1)\n}\n";
    let Err(error) = worker().compile(text, "f") else { panic!("libxls compiles it") };
    let message = error.to_string();
    assert!(message.starts_with("libxls stopped with signal "), "{message}");
}

fn a_worker_that_is_no_worker_is_an_error() {
    // Started without its argument this program would run its tests; with another one libxls' place is taken by nobody.
    let nobody = Worker { program: PathBuf::from("/nonexistent/program"), arguments: Vec::new() };
    let Err(BackendError::Internal { what }) = compile(&Xlsynth::in_worker(nobody), &identity("bits[8]")) else {
        panic!("there is no such program");
    };
    assert_eq!(what, "the process that runs libxls is out of reach: No such file or directory (os error 2)");
}

fn what_libxls_refuses_is_reported_with_its_reason() {
    let Err(error) = worker().compile("package p\n", "f") else { panic!("there is no function") };
    assert_eq!(
        error.to_string(),
        "libxls refuses: AOT FFI call failed: NOT_FOUND: Package does not have a function with name: \"f\"; available: []"
    );
    let Err(error) = compile(
        &Xlsynth::in_worker(worker()),
        "package p\n\nfn f(x: (token, bits[8]) id=1) -> bits[8] {\n  ret y: bits[8] = tuple_index(x, index=1, id=2)\n}\n",
    ) else {
        panic!("libxls takes a token within a parameter");
    };
    assert_eq!(
        error.to_string(),
        "libxls refuses function `f`: AOT FFI call failed: INVALID_ARGUMENT: Unhandled type kind: token\n  help: the IR \
         passed our checks, so libxls supports less here; write the function differently, or use another back end"
    );
}

fn large_states_of_loops_are_allocated() {
    let plain = compile(&Xlsynth::in_process(), &identity("bits[8]")).unwrap();
    assert_eq!(plain.entries[0].features, Features::NONE);
    let state = "(bits[8], bits[8192])";
    let looping = compile(
        &Xlsynth::in_process(),
        &format!(
            "package p\n\nfn body(i: bits[8] id=1, s: {state} id=2) -> {state} {{\n  ret same: {state} = identity(s, id=3)\n}}\n\n\
             top fn f(s: {state} id=4) -> {state} {{\n  \
             ret r: {state} = counted_for(s, trip_count=9, stride=1, body=body, id=5)\n}}\n"
        ),
    );
    assert!(looping.unwrap().entries[0].features.contains(Features::HEAP_SCRATCH));
}

fn several_entries_share_an_object() {
    // `g` calls `f`, and the order of the request is not that of the package.
    let text = format!(
        "{}\nfn g(x: bits[8] id=9) -> bits[8] {{\n  y: bits[8] = invoke(x, to_apply=f, id=10)\n  ret n: bits[8] = neg(y, id=11)\n}}\n",
        identity("bits[8]").replace("top ", "")
    );
    let package = read_package("test.ir", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let entries = ["g", "f"].map(|name| package.find_function(name).unwrap());
    let request = CompileRequest { package: &package, entries: &entries, target: Target::X86_64Linux, cpu: None };
    let made = || Xlsynth::in_worker(worker()).compile(&request).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(made().entries.len(), 2);
    let names = ["g", "f"].map(|name| SYMBOL.replace("top", name));
    let record = record(&names);
    let object = made().object.finish(&names, &record).unwrap();
    assert!(object == made().object.finish(&names, &record).unwrap(), "the objects differ");
    let artifacts = xls_aot_objfile::inspect::inspect_bytes("design.o", &object).unwrap().artifacts;
    let points: Vec<_> = artifacts.iter().flat_map(|artifact| artifact.entry_points.concat()).collect();
    assert_eq!(points.len(), 2);
    // One symbol is not enough for two entries.
    let error = made().object.finish(&names[..1], &record).unwrap_err();
    assert_eq!(error.to_string(), "internal error: 1 symbols for 2 entries");
    assert_eq!(Xlsynth::in_process().events(), [EventKind::Assertion]);
}

fn limits_come_first() {
    let Err(error) = compile(&Xlsynth::in_process(), &identity("bits[65537]")) else { panic!("beyond the limit") };
    assert_eq!(
        error.to_string(),
        "`x` in function `f` has bits[65537]; the xlsynth back end goes up to bits[65536]\n  help: use an array of narrower \
         values, or the native back end"
    );
}

/// The pinned library is stripped as it comes. A new pin has a new build id, which belongs into the audit's list.
fn the_audit_knows_this_library_without_its_name_and_symbols() {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux says what is mapped");
    let library = maps
        .lines()
        .filter_map(|line| line.split_once('/').map(|(_, path)| PathBuf::from(format!("/{path}"))))
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("libxls") && name.contains(".so")
        })
        .expect("libxls is mapped");
    let findings = audit_file(&library, &Options::default()).expect("the library can be read").findings;
    assert!(findings.iter().any(|finding| finding.kind == FindingKind::NoSymbols));
    let prints: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::Fingerprint)
        .filter_map(|finding| finding.detail.rsplit(": ").next())
        .collect();
    assert_eq!(
        prints,
        [
            "build id of libxls",
            "intrinsics of LLVM",
            "messages of LLVM",
            "options and passes of LLVM",
            "run-time type names of LLVM",
            "run-time type names of libxls",
            "source files of libxls",
            "version of LLVM",
        ]
    );
}
