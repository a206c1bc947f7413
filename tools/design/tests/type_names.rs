//! Type tables as users write them: what they mean, and what is said about wrong ones.

use xls_aot_design::{Design, Door, FrontEnd, IrFrontEnd, TableFile, TypeKind, TypeNames};

const IR: &str = "package p

fn add(x: (bits[1], bits[8], bits[23]) id=1, op: bits[2] id=2) -> (bits[1], bits[8], bits[23]) {
  ret r: (bits[1], bits[8], bits[23]) = identity(x, id=3)
}

fn __itok__m__sub(__token: token id=4, __activated: bits[1] id=5, x: (bits[1], bits[8], bits[23])[2] id=6) -> \
  (token, bits[16]) {
  k: bits[16] = literal(value=7, id=7)
  ret r: (token, bits[16]) = tuple(__token, k, id=8)
}
";

fn design(table: &str, short: &[&str]) -> Result<Design, String> {
    let file = (!table.is_empty()).then_some(TableFile { name: "some/types.json", text: table.as_bytes() });
    let names = TypeNames { file, short };
    let tops = &["add", "__itok__m__sub"];
    IrFrontEnd { file: "p.ir", text: IR.as_bytes(), tops, names, door: Door::default() }
        .design()
        .map_err(|finding| finding.to_string())
}

/// The types of an entry as text: `(params) -> result`.
fn signature(design: &Design, entry: usize) -> String {
    let entry = &design.entries[entry];
    let params: Vec<String> = entry.params.iter().map(|ty| design.types.display(ty).to_string()).collect();
    format!("({}) -> {}", params.join(", "), design.types.display(&entry.result))
}

fn signatures(table: &str, short: &[&str]) -> [String; 2] {
    let design = design(table, short).unwrap_or_else(|error| panic!("{error}"));
    [signature(&design, 0), signature(&design, 1)]
}

fn refused(table: &str, expected: &str) {
    assert_eq!(design(table, &[]).unwrap_err(), expected);
}

const F32: &str = r#"{"name": "F32", "struct": [
    {"name": "sign", "type": "u1"}, {"name": "exponent", "type": "u8"}, {"name": "fraction", "type": "u23"}]}"#;

#[test]
fn without_names_types_are_structural() {
    assert_eq!(
        signatures("", &[]),
        ["((u1, u8, u23), u2) -> (u1, u8, u23)", "(token, u1, (u1, u8, u23)[2]) -> (token, u16)"]
    );
    let design = design("", &[]).unwrap();
    let names: Vec<&str> = design.entries.iter().map(|entry| &*entry.name).collect();
    assert_eq!(names, ["add", "m__sub"]);
}

#[test]
fn the_short_form_names_every_value_of_the_shape() {
    let short = ["(bits[1], bits[8], bits[23]) = float::F32(sign, exponent, fraction)"];
    assert_eq!(
        signatures("", &short),
        ["(float::F32, u2) -> float::F32", "(token, u1, float::F32[2]) -> (token, u16)"]
    );
    let design = design("", &short).unwrap();
    let [(_, definition)] = &design.types.iter().collect::<Vec<_>>()[..] else { panic!("one type") };
    let TypeKind::Struct { fields, .. } = &definition.kind else { panic!("a struct") };
    assert_eq!(fields.iter().map(|field| &*field.name).collect::<Vec<_>>(), ["sign", "exponent", "fraction"]);
}

#[test]
fn a_type_may_be_for_every_value_of_its_shape_also_within_definitions() {
    let table = r#"{"types": [
        {"name": "Pair", "struct": [{"name": "left", "type": "(u1, u8, u23)"}, {"name": "op", "type": "u2"}]},
        {"name": "F32", "everywhere": true, "struct": [
            {"name": "s", "type": "u1"}, {"name": "e", "type": "u8"}, {"name": "f", "type": "u23"}]},
        {"name": "Op", "everywhere": true, "enum": {"type": "u2", "variants": [{"name": "ADD", "value": 0}]}}]}"#;
    assert_eq!(signatures(table, &[])[0], "(F32, Op) -> F32");
    let design = design(table, &[]).unwrap();
    let pair = design.types.get(design.types.find("Pair").unwrap());
    let TypeKind::Struct { fields, .. } = &pair.kind else { panic!("a struct") };
    let types: Vec<String> = fields.iter().map(|field| design.types.display(&field.ty).to_string()).collect();
    assert_eq!(types, ["F32", "Op"]);
}

#[test]
fn entries_give_types_to_parameters_and_results() {
    let table = format!(
        r#"{{"types": [{F32}, {{"name": "Delta", "module": "m", "alias": "s16"}}],
            "entries": [
                {{"function": "add", "name": "plus", "docs": "Adds.", "params": [{{"name": "x", "type": "F32"}},
                  {{"name": "op", "type": "s2"}}], "result": "F32"}},
                {{"function": "__itok__m__sub", "module": "m", "result": "Delta"}}]}}"#
    );
    assert_eq!(signatures(&table, &[]), ["(F32, s2) -> F32", "(token, u1, (u1, u8, u23)[2]) -> (token, m::Delta)"]);
    let design = design(&table, &[]).unwrap();
    let [add, sub] = &design.entries[..] else { panic!("two entries") };
    assert_eq!((&*add.name, &*add.docs, add.module.len()), ("plus", "Adds.", 0));
    assert_eq!((&*sub.name, &sub.module[..]), ("m__sub", &["m".to_owned()][..]));
}

#[test]
fn constants_of_every_kind() {
    let table = format!(
        r#"{{"types": [{F32},
            {{"name": "Op", "enum": {{"type": "s3", "variants": [{{"name": "DOWN", "value": -4}}]}}}}],
            "constants": [
              {{"name": "BIAS", "type": "s8", "value": -128}},
              {{"name": "WIDE", "type": "u100", "value": "0x8_0000_0000_0000_0000"}},
              {{"name": "OPS", "type": "(Op, Op)[1]", "value": [["DOWN", 3]]}},
              {{"name": "ONE", "module": "m", "type": "F32", "value": {{"sign": false, "fraction": 0, "exponent": 127}}}}
            ]}}"#
    );
    let design = design(&table, &[]).unwrap();
    let values: Vec<String> =
        design.types.constants().iter().map(|constant| format!("{} {}", constant.name, constant.value)).collect();
    assert_eq!(
        values,
        [
            "BIAS bits[8]:128",
            "WIDE bits[100]:0x8_0000_0000_0000_0000",
            "OPS [(bits[3]:4, bits[3]:3)]",
            "ONE (bits[1]:0, bits[8]:127, bits[23]:0)"
        ]
    );
}

#[test]
fn instances_of_parametric_structs_are_different_types() {
    let instance = |value: u32| {
        format!(
            r#"{{"name": "Word", "parametrics": [{{"name": "N", "value": {value}}}],
                "struct": [{{"name": "bits", "type": "uN[{value}]"}}]}}"#
        )
    };
    let table = format!(
        r#"{{"types": [{}, {}, {{"name": "Both", "struct": [{{"name": "a", "type": "Word<8>"}},
            {{"name": "b", "type": "Word< 9 >"}}]}}]}}"#,
        instance(8),
        instance(9)
    );
    let design = design(&table, &[]).unwrap();
    let both = design.types.find("Both").unwrap();
    assert_eq!(design.types.erased(both).to_string(), "((bits[8]), (bits[9]))");
}

#[test]
fn digests_stand_for_names_order_and_types() {
    let digest = |table: &str| {
        let design = design(table, &[]).unwrap_or_else(|error| panic!("{error}"));
        design.types.digest(design.types.find("T").unwrap()).to_owned()
    };
    let table = |inner: &str, fields: &str| {
        format!(
            r#"{{"types": [{{"name": "T", "struct": [{fields}]}},
                {{"name": "In", "docs": "d", "struct": [{{"name": "a", "type": "{inner}"}}]}}]}}"#
        )
    };
    let field = |name: &str, ty: &str| format!(r#"{{"name": "{name}", "type": "{ty}"}}"#);
    let base = digest(&table("u8", &[field("x", "In"), field("y", "u8")].join(",")));
    let again = digest(&table("u8", &[field("x", "In"), field("y", "u8")].join(",")).replace("\"d\"", "\"other\""));
    assert_eq!(base, again, "documentation does not count");
    for other in [
        table("u9", &[field("x", "In"), field("y", "u8")].join(",")),
        table("s8", &[field("x", "In"), field("y", "u8")].join(",")),
        table("u8", &[field("y", "u8"), field("x", "In")].join(",")),
        table("u8", &[field("z", "In"), field("y", "u8")].join(",")),
        table("u8", &[field("x", "(u8,)"), field("y", "u8")].join(",")),
    ] {
        assert_ne!(base, digest(&other), "{other}");
    }
}

#[test]
fn texts_that_are_no_tables() {
    refused(
        "{\n  \"types\": [],\n  \"typs\": []\n}",
        "some/types.json:3:8: error[E1101]: unknown field `typs`, expected one of `types`, `constants`, `entries`\n  \
         \"typs\": []\
         \n       ^\
         \n  help: `docs/types.md` describes type tables",
    );
    refused(
        "{\"types\": [{\"struct\": []}]}",
        "some/types.json:1:25: error[E1101]: missing field `name`\n  {\"types\": [{\"struct\": []}]}\
         \n                          ^\
         \n  help: \
         `docs/types.md` describes type tables",
    );
    refused(
        "{\"types\": [{\"name\": 3, \"struct\": []}]}",
        "some/types.json:1:21: error[E1101]: expected a text in quotes\n  {\"types\": [{\"name\": 3, \"struct\": []}]}\
         \n                      ^",
    );
    refused(
        "{\"types\": [{\"name\": \"A\"}, {\"name\": \"B\", \"alias\": \"u8\", \"struct\": []}]}",
        "some/types.json:1:21: error[E1101]: the type `A` needs exactly one of `struct`, `enum` and `alias`\n  \
         {\"types\": [{\"name\": \"A\"}, {\"name\": \"B\", \"alias\": \"u8\", \"struct\": []}]}\
         \n                      ^^^\n\
         some/types.json:1:36: error[E1101]: the type `B` needs exactly one of `struct`, `enum` and `alias`\n  \
         {\"types\": [{\"name\": \"A\"}, {\"name\": \"B\", \"alias\": \"u8\", \"struct\": []}]}\
         \n                                     ^^^",
    );
    let file = TableFile { name: "t", text: b"{\"types\": \xff}" };
    let names = TypeNames { file: Some(file), short: &[] };
    let error = IrFrontEnd { file: "p.ir", text: IR.as_bytes(), tops: &["add"], names, door: Door::default() }
        .design()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "t:1:11: error[E1101]: the type table is not UTF-8\n  {\"types\": \u{fffd}}\
                                   \n            ^"
    );
    assert!(design(&"[".repeat(100_000), &[]).unwrap_err().contains("E1101"));
}

/// The findings about one type, without file and source line.
fn findings(types: &str) -> Vec<String> {
    let error = design(&format!("{{\"types\": [\n{types}\n]}}"), &[]).unwrap_err();
    let of_source = |line: &str| line.starts_with("  {") || line.starts_with("  ...") || line.trim().starts_with('^');
    let lines = error.lines().filter(|line| !of_source(line));
    lines.map(|line| line.trim().trim_start_matches("some/types.json:").to_owned()).collect()
}

#[test]
fn wrong_definitions() {
    for (types, expected) in [
        (r#"{"name": "a-b", "alias": "u8"}"#, &["2:10: error[E1102]: `a-b` is not a name: names are made of ASCII letters, digits and underscores, and begin with no digit"][..]),
        (r#"{"name": "u8", "alias": "s8"}"#, &["2:10: error[E1102]: `u8` is a built-in type and cannot be defined"]),
        (r#"{"name": "A", "alias": "u8["}"#, &["2:28: error[E1103]: expected an array length, the text ends here"]),
        (r#"{"name": "Abcd", "alias": "Abce"}"#, &["2:27: error[E1104]: there is no type `Abce`", "help: did you mean `Abcd`?"]),
        (r#"{"name": "A", "alias": "Q"}"#, &["2:24: error[E1104]: there is no type `Q`", "help: define it among the `types`"]),
        (
            r#"{"name": "A", "alias": "s130"}"#,
            &["2:24: error[E1104]: there is no type `s130`", "help: an integer of that width is written `sN[130]`"],
        ),
        (
            r#"{"name": "A", "struct": [{"name": "t", "type": "token"}]}"#,
            &["2:10: error[E1110]: the type `A` contains a token, and named types are data"],
        ),
        (r#"{"name": "A", "alias": "A"}"#, &["2:10: error[E1105]: the type `A` contains itself"]),
        (
            "{\"name\": \"A\", \"struct\": [{\"name\": \"b\", \"type\": \"B[3]\"}]},\n{\"name\": \"B\", \"alias\": \"(u8, A)\"}",
            &["2:10: error[E1105]: the type `A` contains itself"],
        ),
        ("{\"name\": \"A\", \"alias\": \"u8\"},\n{\"name\": \"A\", \"alias\": \"u9\"}", &["3:10: error[E1102]: the type `A` is defined twice"]),
        (
            r#"{"name": "A", "struct": [{"name": "x", "type": "u8"}, {"name": "x", "type": "u9"}]}"#,
            &["2:64: error[E1102]: `A` has two fields called `x`"],
        ),
        (
            r#"{"name": "A", "enum": {"type": "u2", "variants": [{"name": "X", "value": 4}, {"name": "Y", "value": -1}]}}"#,
            &[
                "2:74: error[E1106]: `4` does not fit u2, which holds 0 to 3",
                "2:101: error[E1106]: `-1` does not fit u2, which holds 0 to 3",
            ],
        ),
        (
            r#"{"name": "A", "enum": {"type": "u2", "variants": [{"name": "X", "value": 1.5}]}}"#,
            &["2:74: error[E1106]: `1.5` is not an integer; write it as `12`, `-12`, `\"0x1f\"` or `\"0b101\"`"],
        ),
        (r#"{"name": "A", "enum": {"type": "(u2, u2)", "variants": []}}"#, &["2:32: error[E1103]: expected an integer type such as `u2` or `s8`"]),
        (
            "{\"name\": \"A\", \"everywhere\": true, \"struct\": [{\"name\": \"x\", \"type\": \"u8\"}]},\n\
             {\"name\": \"B\", \"everywhere\": true, \"struct\": [{\"name\": \"y\", \"type\": \"s8\"}]}",
            &[
                "3:10: error[E1109]: `A` and `B` are both for every value of type (bits[8])",
                "help: only one type of a shape can be `everywhere`; give the other to single parameters and fields",
            ],
        ),
        (r#"{"name": "A", "everywhere": true, "alias": "u8"}"#, &["2:10: error[E1109]: `A` is an alias, and only a struct or an enum can be `everywhere`"]),
        (r#"{"name": "A", "alias": "u64[4294967295]"}"#, &["2:10: error[E1110]: a value of this type has more than 34359738368 bits"]),
    ] {
        assert_eq!(findings(types), expected, "{types}");
    }
}

#[test]
fn sharing_does_not_hide_size() {
    let level = |index: u32| {
        let (name, inner) = (format!("T{index}"), format!("T{}", index - 1));
        format!(
            r#"{{"name": "{name}", "struct": [{{"name": "a", "type": "{inner}"}}, {{"name": "b", "type": "{inner}"}}]}}"#
        )
    };
    let types: Vec<String> =
        std::iter::once(r#"{"name": "T0", "struct": []}"#.to_owned()).chain((1..64).map(level)).collect();
    let found = findings(&types.join(",\n"));
    assert_eq!(found[0], "18:10: error[E1110]: the type has more than 65536 parts");
    let types: Vec<String> =
        (0..1000).rev().map(|index| format!(r#"{{"name": "A{}", "alias": "A{index}"}}"#, index + 1)).collect();
    let found = findings(&format!("{},\n{{\"name\": \"A0\", \"alias\": \"u8\"}}", types.join(",\n")));
    assert!(found[0].ends_with("error[E1110]: more than 256 types use each other in a row"), "{}", found[0]);
}

#[test]
fn entries_that_do_not_fit_the_ir() {
    let entry = |entry: &str| {
        let error = design(&format!("{{\"types\": [{}], \"entries\": [\n{entry}\n]}}", F32.replace('\n', "")), &[]);
        error.unwrap_err().replace("some/types.json:", "")
    };
    let text = r#"{"function": "ad", "result": "F32"}"#;
    assert_eq!(
        entry(text),
        format!(
            "2:14: error[E1108]: the package has no function called `ad`\n  {text}\
             \n               ^^^^\
             \n  help: did you mean `add`?"
        )
    );
    let text = r#"{"function": "add", "params": [{"name": "y", "type": "F32"}]}"#;
    assert_eq!(
        entry(text),
        format!(
            "2:41: error[E1108]: the function `add` has no parameter called `y`\n  {text}\
             \n                                          ^^^"
        )
    );
    let text = r#"{"function": "add", "params": [{"name": "op", "type": "F32"}], "result": "(F32, u8)"}"#;
    assert_eq!(
        entry(text),
        format!(
            "2:55: error[E1107]: parameter `op` of `add` is bits[2] in the IR, but `F32` is (bits[1], bits[8], bits[23])\n  \
             {text}\
             \n                                                        ^^^^^\
             \n2:74: error[E1107]: the result of `add` is (bits[1], bits[8], bits[23]) in the IR, but `(F32, u8)` is \
             ((bits[1], bits[8], bits[23]), bits[8])\n  {text}\
             \n                                                                           ^^^^^^^^^^^"
        )
    );
}

#[test]
fn wrong_constants() {
    let constant = |ty: &str, value: &str| {
        let types = format!(
            r#"{}, {{"name": "Op", "enum": {{"type": "u2", "variants": [{{"name": "ADD", "value": 0}}]}}}}"#,
            F32.replace('\n', "")
        );
        let text = format!(
            "{{\"types\": [{types}], \"constants\": [{{\"name\": \"C\", \"type\":\n\"{ty}\", \"value\":\n{value}}}]}}"
        );
        let error = design(&text, &[]).unwrap_err();
        error.lines().next().unwrap().trim_start_matches("some/types.json:").to_owned()
    };
    for (ty, value, expected) in [
        ("u8", "256", "3:1: error[E1106]: `256` does not fit u8, which holds 0 to 255"),
        ("u8", "\"x\"", "3:1: error[E1106]: `x` is not an integer; write it as `12`, `-12`, `\"0x1f\"` or `\"0b101\"`"),
        ("Op", "\"SUB\"", "3:1: error[E1106]: `Op` has no variant `SUB`; it has ADD"),
        ("Op", "4", "3:1: error[E1106]: `4` does not fit u2, which holds 0 to 3"),
        ("u8[2]", "[1]", "3:1: error[E1106]: expected 2 values of `u8[2]`, found 1"),
        ("u8[2]", "[1, 256]", "3:5: error[E1106]: `256` does not fit u8, which holds 0 to 255"),
        ("(u8, u8)", "3", "3:1: error[E1106]: expected a list of 2 values of `(u8, u8)`"),
        ("u8[0]", "[]", "3:1: error[E1106]: XLS has no values of an empty array"),
        ("token", "0", "3:1: error[E1106]: a token has no value"),
        ("F32", "[]", "3:1: error[E1106]: expected an object with the fields sign, exponent, fraction of `F32`"),
        ("F32", "{\"sign\": 0}", "3:1: error[E1106]: the field `exponent` of `F32` is missing"),
        (
            "F32",
            "{\"sign\":0,\"exponent\":0,\"fraction\":0,\"x\":0}",
            "3:41: error[E1106]: `F32` has no field `x`, or it is given twice",
        ),
        ("X", "0", "2:1: error[E1104]: there is no type `X`"),
    ] {
        assert_eq!(constant(ty, value), expected, "{ty} = {value}");
    }
}

#[test]
fn wrong_short_forms() {
    const HELP: &str =
        "help: write `TYPE=Name(field, ...)`, such as `(bits[1], bits[8], bits[23])=F32(sign, exponent, fraction)`";
    for (text, expected) in [
        ("(u8)", "--type-name:1:5: error[E1111]: expected `=` and a name behind the type"),
        ("(u8, )x=A(a)", "--type-name:1:7: error[E1103]: expected the end of the type, found `x`"),
        ("u8=A(a)", "--type-name:1:1: error[E1111]: only a tuple can be named this way; define an enum or an alias in a type table"),
        ("(u8)=A", "--type-name:1:7: error[E1111]: expected the names of the fields in parentheses"),
        ("(u8)=A(a", "--type-name:1:9: error[E1111]: expected `)` behind the names of the fields"),
        ("(u8)=A(a, b)", "--type-name:1:6: error[E1111]: `A` has 2 field names, but the tuple has 1 elements"),
        ("(u8)=A(1)", "--type-name:1:8: error[E1102]: `1` is not a name: names are made of ASCII letters, digits and underscores, and begin with no digit"),
        ("(u8)=u8(a)", "--type-name:1:6: error[E1102]: `u8` is a built-in type and cannot be defined"),
        ("(u8, u8)=A(a, a)", "--type-name:1:15: error[E1102]: `A` has two fields called `a`"),
    ] {
        let error = design("", &[text]).unwrap_err();
        assert_eq!(error.lines().next(), Some(expected), "{text}");
        if expected.contains("E1111") {
            assert_eq!(error.lines().last().map(str::trim), Some(HELP), "{text}");
        }
    }
}

#[test]
fn modules_are_not_nested_deep() {
    let deep = vec!["m"; 33].join("::");
    let expected = "error[E1102]: the module is nested more than 32 levels deep";
    assert_eq!(
        findings(&format!(r#"{{"name": "A", "module": "{deep}", "alias": "u8"}}"#)),
        [format!("2:25: {expected}")]
    );
    let short = design("", &[&format!("(u8)={deep}::A(a)")]).unwrap_err();
    assert!(short.starts_with(&format!("--type-name:1:6: {expected}\n")), "{short}");
}

#[test]
fn damaged_tables_give_errors_and_no_panic() {
    let table = format!(
        r#"{{"types": [{F32}, {{"name": "Op", "module": "a::b", "enum": {{"type": "s3", "variants": [{{"name": "D",
            "value": -4}}]}}}}, {{"name": "W", "parametrics": [{{"name": "N", "value": 8}}], "struct": [{{"name": "x",
            "type": "(a::b::Op[3], F32)[2]"}}]}}], "constants": [{{"name": "C", "type": "W<8>[1]", "value": [{{"x":
            [[[0, "D", 1], {{"sign": true, "exponent": "0x7f", "fraction": 0}}], [["0b1", 2, 3], {{"sign": 0, "exponent": 1,
            "fraction": 2}}]]}}]}}], "entries": [{{"function": "add", "params": [{{"name": "x", "type": "F32"}}],
            "result": "F32"}}]}}"#
    );
    design(&table, &[]).unwrap_or_else(|error| panic!("{error}"));
    let mut refused = 0;
    for at in 0..table.len() {
        for with in ["", "\"", "9", "-", ":", "]", "{", "\\", "é", "x"] {
            let damaged = format!("{}{with}{}", &table[..at], &table[at + 1..]);
            refused += usize::from(design(&damaged, &[]).is_err());
        }
        refused += usize::from(design(&table[..at], &[]).is_err());
    }
    assert!(refused > 5 * table.len(), "{refused} of {}", 11 * table.len());
}

#[test]
fn tops_are_different_functions() {
    let names = TypeNames::default();
    let error = IrFrontEnd { file: "p.ir", text: IR.as_bytes(), tops: &["add", "add"], names, door: Door::default() }
        .design()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "p.ir: error[E1010]: the function `add` is to be compiled twice\n  help: name each function once"
    );
}
