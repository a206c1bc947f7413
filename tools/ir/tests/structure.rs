//! Rules that no text can break, because the reader already sees to them: a pass can break them.

use xls_aot_ir::{read_package, verify, Bits, FuncId, NodeId, Op, Operands, Package, Value};

fn package() -> Package {
    let text = "package p
fn leaf(x: bits[8] id=1, y: bits[8] id=2) -> bits[8] {
  ret add.3: bits[8] = add(x, y, id=3)
}
fn main(x: bits[8] id=4) -> bits[8] {
  ret invoke.5: bits[8] = invoke(x, x, to_apply=leaf, id=5)
}
";
    read_package("p.ir", text.as_bytes()).expect("valid")
}

fn codes(package: &Package) -> Vec<&'static str> {
    verify(package).iter().map(|finding| finding.code).collect()
}

#[test]
fn parameters_come_first_and_in_order() {
    let mut swapped = package();
    swapped.functions[0].params.swap(0, 1);
    assert_eq!(codes(&swapped), ["E0503"]);
    let mut missing = package();
    missing.functions[1].params.clear();
    assert_eq!(codes(&missing), ["E0503"]);
    let mut misnumbered = package();
    misnumbered.functions[0].nodes[1].op = Op::Param { index: 0 };
    assert_eq!(codes(&misnumbered), ["E0503"]);
}

#[test]
fn the_returned_node_exists() {
    let mut package = package();
    package.functions[1].ret = NodeId::new(99);
    assert_eq!(codes(&package), ["E0504"]);
}

#[test]
fn operands_and_callees_stand_before_their_users() {
    let mut itself = package();
    itself.functions[0].nodes[2].operands[1] = NodeId::new(2);
    assert_eq!(codes(&itself), ["E0506"]);
    let mut nowhere = package();
    nowhere.functions[0].nodes[2].operands[0] = NodeId::new(1_000_000);
    assert_eq!(codes(&nowhere), ["E0506"]);
    let mut recursion = package();
    recursion.functions[1].nodes[1].op = Op::Invoke { to_apply: FuncId::new(1) };
    assert_eq!(codes(&recursion), ["E0506"]);
    let mut unknown = package();
    unknown.functions[1].nodes[1].op = Op::Invoke { to_apply: FuncId::new(7) };
    assert_eq!(codes(&unknown), ["E0506"]);
}

#[test]
fn the_value_of_a_literal_has_the_type_of_its_node() {
    let mut package = package();
    let node = &mut package.functions[0].nodes[2];
    node.op = Op::Literal { value: Box::new(Value::Bits(Bits::zero(9))) };
    node.operands = Operands::default();
    assert_eq!(codes(&package), ["E0401"]);
}

#[test]
fn operand_counts_hold_for_every_operation() {
    for op in [Op::Add, Op::Not, Op::BitSliceUpdate, Op::Encode, Op::Gate, Op::Umulp, Op::Eq, Op::ArraySlice] {
        let mut package = package();
        package.functions[0].nodes[2].op = op;
        package.functions[0].nodes[2].operands = Operands::default();
        assert_eq!(codes(&package), ["E0403"]);
    }
    for op in [Op::OneHotSel, Op::PrioritySel, Op::ArrayConcat, Op::Sel { has_default: true }] {
        let mut package = package();
        package.functions[0].nodes[2].op = op;
        package.functions[0].nodes[2].operands = Operands::default();
        assert_eq!(codes(&package), ["E0403"]);
    }
}

#[test]
fn ids_far_apart_are_compared_too() {
    let mut package = package();
    package.functions[0].nodes[2].id = 1 << 50;
    package.functions[1].nodes[1].id = 1 << 50;
    assert_eq!(codes(&package), ["E0502"]);
}
