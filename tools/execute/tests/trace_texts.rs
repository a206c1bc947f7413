//! The runtime, which formats traces in users' programs, and the evaluator, which is the judge of traces, give the same text.

use std::ffi::c_void;

use xls_aot_eval::format_message;
use xls_aot_ir::{Type, Value};
use xls_aot_layout::{layout_of, store};
use xls_aot_runtime::private::{EventSink, InstanceContext, Runner, XlsEntry, XlsFunction};
use xls_aot_runtime::{Artifact, EventSite, Features, Format, Piece, Shape, SiteKind};
use xls_aot_values::Random;

/// The formats, and how a format string has them.
const FORMATS: [(Format, &str); 9] = [
    (Format::Default, "{}"),
    (Format::Unsigned, "{:u}"),
    (Format::Signed, "{:d}"),
    (Format::Hex, "{:x}"),
    (Format::PaddedHex, "{:0x}"),
    (Format::PrefixedHex, "{:#x}"),
    (Format::Binary, "{:b}"),
    (Format::PaddedBinary, "{:0b}"),
    (Format::PrefixedBinary, "{:#b}"),
];

/// A table of sites: one for each shape and format, whose operands are twice a value of the shape.
macro_rules! sites {
    ($($shape:expr),* $(,)?) => {
        const SHAPES: &[Shape] = &[$($shape),*];
        const SITES: &[EventSite] = &[$(
            site!($shape, 0), site!($shape, 1), site!($shape, 2), site!($shape, 3), site!($shape, 4), site!($shape, 5),
            site!($shape, 6), site!($shape, 7), site!($shape, 8)
        ),*];
    };
}

macro_rules! site {
    ($shape:expr, $format:literal) => {
        EventSite {
            kind: SiteKind::Trace {
                verbosity: 0,
                pieces: &[
                    Piece::Text("{{a}} "),
                    Piece::Value(FORMATS[$format].0),
                    Piece::Text(" \u{fc} "),
                    Piece::Value(FORMATS[$format].0),
                ],
                operands: &[$shape, $shape],
            },
            label: None,
            function: "f",
            position: None,
        }
    };
}

sites! {
    Shape::Bits(0), Shape::Bits(1), Shape::Bits(2), Shape::Bits(7), Shape::Bits(8), Shape::Bits(9), Shape::Bits(13),
    Shape::Bits(16), Shape::Bits(31), Shape::Bits(32), Shape::Bits(33), Shape::Bits(63), Shape::Bits(64), Shape::Bits(65),
    Shape::Bits(127), Shape::Bits(128), Shape::Bits(129), Shape::Bits(192), Shape::Bits(256), Shape::Bits(523),
    Shape::Bits(1025), Shape::Token, Shape::Tuple(&[]), Shape::Tuple(&[Shape::Bits(3), Shape::Token, Shape::Bits(70)]),
    Shape::Array(&Shape::Bits(5), 3), Shape::Array(&Shape::Tuple(&[Shape::Bits(1), Shape::Bits(17)]), 2),
    Shape::Tuple(&[Shape::Array(&Shape::Array(&Shape::Bits(9), 2), 2), Shape::Tuple(&[Shape::Bits(200)])]),
}

fn type_of(shape: &Shape) -> Type {
    match shape {
        Shape::Bits(width) => Type::Bits(*width),
        Shape::Token => Type::Token,
        Shape::Tuple(elements) => Type::tuple(elements.iter().map(type_of).collect::<Vec<_>>()),
        Shape::Array(element, len) => Type::array(type_of(element), *len),
    }
}

/// Stands for compiled code: reports an event of each site. The input is the operands' memory of each shape.
unsafe extern "C" fn report(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    _: *mut c_void,
    events: *mut EventSink,
    context: *mut InstanceContext,
    _: *mut c_void,
    _: i64,
) -> i64 {
    for site in 0..SITES.len() {
        // SAFETY: the test gives a table of as many addresses as there are shapes, each of memory of the shape's operands; the
        // runtime gives a context and a place for the result.
        unsafe {
            let operands = *(*inputs).cast::<*const u8>().add(site / FORMATS.len());
            ((*context).record_event)(context, events, site as u32, operands);
            **outputs = 0;
        }
    }
    0
}

enum Reporting {}

// SAFETY: `report` is an entry point for one input and a result of one byte, whose sites are those of the table.
unsafe impl XlsFunction for Reporting {
    type Output = u8;
    const ENTRY: XlsEntry = report;
    const ARTIFACT: Artifact = Artifact {
        abi_version: xls_aot_runtime::abi::ABI_VERSION,
        features: Features::TRACES,
        symbol: "report",
        backend: "test",
        target: "test",
        cpu_baseline: "test",
        ir_sha256: "",
        top: "f",
        crate_name: "test",
        tool_version: "test",
    };
    const TEMP_SIZE: usize = 0;
    const TEMP_ALIGN: usize = 1;
    const SITES: &'static [EventSite] = SITES;
}

#[test]
fn runtime_and_evaluator_print_the_same() {
    let types: Vec<Type> = SHAPES.iter().map(type_of).collect();
    let mut runner = Runner::<Reporting>::new();
    for round in 0..200 {
        let random = &mut Random::new(12, round);
        let values: Vec<[Value; 2]> = types
            .iter()
            .map(|ty| match round {
                0 | 1 => [false, true].map(|ones| xls_aot_values::uniform(ty, ones == (round == 0))),
                _ => [(); 2].map(|()| xls_aot_values::value(random, ty)),
            })
            .collect();
        let blocks: Vec<Vec<u128>> = values
            .iter()
            .zip(&types)
            .map(|(pair, ty)| {
                let pair_type = Type::tuple([ty.clone(), ty.clone()]);
                let size = layout_of(&pair_type).unwrap().size as usize;
                let mut bytes = vec![0; size];
                store(&Value::Tuple(pair.to_vec()), &pair_type, &mut bytes).unwrap();
                bytes.resize(size.next_multiple_of(16).max(16), 0);
                bytes.chunks_exact(16).map(|word| u128::from_le_bytes(word.try_into().unwrap())).collect()
            })
            .collect();
        let table: Vec<*const u8> = blocks.iter().map(|block| block.as_ptr().cast()).collect();
        // SAFETY: the input is what `report` expects.
        let (_, events) = unsafe { runner.run_with_events([table.as_ptr().cast()]) };
        assert_eq!((events.traces().len(), events.lost()), (SITES.len(), 0));
        for (site, trace) in events.traces().iter().enumerate() {
            let (shape, format) = (site / FORMATS.len(), FORMATS[site % FORMATS.len()].1);
            let expected = format_message(&format!("{{{{a}}}} {format} \u{fc} {format}"), &values[shape]).unwrap();
            assert_eq!(trace.to_string(), expected, "{format} of {}", types[shape]);
        }
    }
}
