//! Three functions of one crate: types that they share, modules, an alias, constants, and an assertion of one of them.

use three_tops::float32::{self, F32};
use three_tops::{negate, next_op, Both, Op, FEWEST, OPS};

fn f32_of(value: f32) -> F32 {
    F32::from(value)
}

#[test]
fn the_functions_share_their_types() {
    let negated: F32 = negate(&f32_of(1.5));
    assert_eq!(f32::from(negated), -1.5);
    let both: Both = float32::apply(&negated, Op::NEGATE, 7).unwrap();
    assert_eq!((f32::from(both.value), both.r#type), (1.5, -7));
    assert_eq!(next_op(Op::KEEP, &both.value), Op::NEGATE, "an entry calls another entry");
    assert_eq!(next_op(Op::r#match, &both.value).to_string(), "3");
}

#[test]
fn each_function_has_what_belongs_to_it() {
    let mut runner = negate::Runner::new();
    let output: negate::Output = runner.run(&float32::HALF);
    assert_eq!(f32::from(output), -0.5);
    let mut runner = float32::apply::Runner::new();
    let failure = runner.run(&float32::HALF, Op::from_bits(OPS[1].to_bits()), 0).unwrap_err();
    assert_eq!((failure.message(), failure.label()), ("the operation has no name", Some("named")));
    assert_eq!(failure.position().map(|at| (at.file, at.line, at.column)), Some(("lib/three_tops.x", 7, 3)));
    let (_, events) = runner.run_with_events(&float32::HALF, OPS[1], 0);
    assert_eq!(events.failures().len(), 1);

    let artifacts = [negate::ARTIFACT, float32::apply::ARTIFACT, next_op::ARTIFACT];
    assert_eq!(artifacts.map(|artifact| artifact.top), ["negate", "__float32__apply", "next_op"]);
    assert_eq!(three_tops::SITES.len(), 1);
}

#[test]
fn constants_and_names() {
    assert_eq!(FEWEST, i16::MIN);
    assert_eq!(OPS, [Op::NEGATE, Op::try_from(1).unwrap_or_default().next()]);
    assert!(Op::try_from(3).is_err() && !OPS[1].is_named());
    assert_eq!(Op::ALL, [Op::KEEP, Op::NEGATE, Op::r#match]);
    assert_eq!(Op::r#match.name(), Some("match"));
    let text = Both { value: float32::HALF, r#type: -3 }.to_string();
    assert_eq!(text, "Both { value: F32 { sign: u1:0, bexp: u8:126, fraction: u23:0 }, type: s16:-3 }");
    let (value, steps) = Both::default().into();
    assert_eq!((value, steps), (F32::default(), 0));
}

/// A method of the test, to show that users can add their own by a trait.
trait Next {
    fn next(self) -> Self;
}

impl Next for Op {
    fn next(self) -> Self {
        Op::from_bits(three_tops::xls_aot_runtime::Bits8::new_masked(self.to_bits().get() + 2))
    }
}
