//! Rules about items that are easier to check on the tree than while it is built: names of a module, attributes, `pub`.

use std::collections::HashMap;

use xls_aot_ir::{Diagnostic, Span};

use super::ast::{
    Attribute, AttributeArg, AttributeValue, Ident, Item, ItemKind, Module, TypeKind, UseTree, UseTreeKind,
};
use crate::source::MAX_FINDINGS;

/// Reports what breaks a rule.
pub(super) fn check(module: &Module, findings: &mut Vec<Diagnostic>) {
    let mut broken = Findings(Vec::new());
    check_all(module, &mut broken);
    findings.extend(broken.0.into_iter().take(MAX_FINDINGS.saturating_sub(findings.len())));
}

/// Findings, as many as are reported.
struct Findings(Vec<Diagnostic>);

impl Findings {
    fn push(&mut self, finding: Diagnostic) {
        if self.0.len() < MAX_FINDINGS {
            self.0.push(finding);
        }
    }
}

fn check_all(module: &Module, findings: &mut Findings) {
    unique_names(module, findings);
    one_impl_for_each_type(module, findings);
    inference_version(module, findings);
    for item in &module.items {
        head(item, findings);
        members(item, findings);
    }
}

/// All items of a module have different names.
fn unique_names(module: &Module, findings: &mut Findings) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    let mut names: Vec<&Ident> = Vec::new();
    for item in &module.items {
        match &item.kind {
            ItemKind::Use(tree) => leaves(&tree.tree, &mut names),
            _ => names.extend(item.name()),
        }
    }
    for name in names {
        if let Some(first) = seen.insert(name.as_str(), name.span) {
            let finding = Diagnostic::invalid("E1111", name.span, format!("the module has a second `{}`", name.name))
                .label(first, "the first one")
                .note("functions, types, constants and imports of a module have different names");
            findings.push(finding);
        }
    }
}

fn leaves<'m>(tree: &'m UseTree, names: &mut Vec<&'m Ident>) {
    match &tree.kind {
        UseTreeKind::Leaf => names.push(&tree.name),
        UseTreeKind::Inner(trees) => trees.iter().for_each(|tree| leaves(tree, names)),
    }
}

fn one_impl_for_each_type(module: &Module, findings: &mut Findings) {
    let mut seen: HashMap<String, Span> = HashMap::new();
    for item in &module.items {
        let ItemKind::Impl(implementation) = &item.kind else { continue };
        let TypeKind::Path { path, .. } = &implementation.target.kind else { continue };
        let name = path.to_string();
        if let Some(first) = seen.get(&name) {
            let finding = Diagnostic::invalid("E1121", path.span, format!("a second `impl` for `{name}`"))
                .label(*first, "the first one")
                .note("put all functions and constants of a type into one `impl`");
            findings.push(finding);
        } else {
            seen.insert(name, path.span);
        }
    }
}

fn inference_version(module: &Module, findings: &mut Findings) {
    let features = || module.attributes.iter().filter(|attribute| attribute.name.as_str() == "feature");
    let find = |name: &str| features().find(|attribute| attribute.args.iter().any(|arg| arg.as_str() == name));
    if let (Some(first), Some(second)) = (find("type_inference_v1"), find("type_inference_v2")) {
        let finding = Diagnostic::invalid("E1110", second.span, "a module has one version of type inference")
            .label(first.span, "the other one");
        findings.push(finding);
    }
}

/// What stands before an item.
fn head(item: &Item, findings: &mut Findings) {
    let kind = described(&item.kind);
    if item.public && matches!(item.kind, ItemKind::Import(_) | ItemKind::Use(_) | ItemKind::ConstAssert(_)) {
        let span = Span { start: item.span.start, end: item.span.start };
        let finding = Diagnostic::invalid("E1109", span, format!("{kind} cannot be `pub`"));
        findings.push(finding.note("leave `pub` out: only what has a name of its own can be public"));
    }
    let mut seen: HashMap<&str, Span> = HashMap::new();
    let mut tests: Vec<&Attribute> = Vec::new();
    for attribute in &item.attributes {
        let name = attribute.name.as_str();
        let first = *seen.entry(name).or_insert(attribute.span);
        if first != attribute.span {
            let finding = Diagnostic::invalid("E1109", attribute.span, format!("a second attribute `{name}`"));
            findings.push(finding.label(first, "the first one"));
            continue;
        }
        match place(name) {
            Some((fits, on)) if !fits(&item.kind) => {
                let message = format!("the attribute `{name}` does not belong to {kind}");
                findings
                    .push(Diagnostic::invalid("E1109", attribute.span, message).note(format!("it belongs to {on}")));
            }
            _ => arguments(attribute, findings),
        }
        if matches!(name, "test" | "quickcheck" | "fuzz_test") {
            tests.push(attribute);
        }
    }
    if let [first, second, ..] = tests.as_slice() {
        let message = format!("a function cannot be both `{}` and `{}`", first.name.name, second.name.name);
        let finding = Diagnostic::invalid("E1109", second.span, message).label(first.span, "the other attribute");
        findings.push(finding.note("write two functions"));
    }
}

/// Members of an `impl` or a trait: different names, and no attributes.
fn members(item: &Item, findings: &mut Findings) {
    let items = match &item.kind {
        ItemKind::Impl(implementation) => &implementation.items,
        ItemKind::Trait(def) => &def.items,
        _ => return,
    };
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for member in items {
        if let Some(attribute) = member.attributes.first() {
            let message = "members of an `impl` or trait have no attributes";
            findings.push(Diagnostic::invalid("E1109", attribute.span, message));
        }
        let Some(name) = member.name() else { continue };
        if let Some(first) = seen.insert(name.as_str(), name.span) {
            let message = format!("a second member `{}`", name.name);
            findings.push(Diagnostic::invalid("E1112", name.span, message).label(first, "the first one"));
        }
    }
}

fn described(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Import(_) => "an import",
        ItemKind::Use(_) => "a `use`",
        ItemKind::Function(_) => "a function",
        ItemKind::Struct(_) => "a struct",
        ItemKind::Enum(_) | ItemKind::Sum(_) => "an enum",
        ItemKind::TypeAlias(_) => "a type alias",
        ItemKind::Const(_) => "a constant",
        ItemKind::ConstAssert(_) => "a `const_assert!`",
        ItemKind::Impl(_) => "an `impl`",
        ItemKind::Trait(_) => "a trait",
        ItemKind::Proc(_) => "a proc",
        ItemKind::ProcAlias(_) => "a proc alias",
    }
}

type Fits = fn(&ItemKind) -> bool;

/// Where an attribute belongs; none if there is no such attribute.
fn place(name: &str) -> Option<(Fits, &'static str)> {
    let function: Fits = |kind| matches!(kind, ItemKind::Function(_));
    let structure: Fits = |kind| matches!(kind, ItemKind::Struct(_));
    let ty: Fits =
        |kind| matches!(kind, ItemKind::Struct(_) | ItemKind::Enum(_) | ItemKind::Sum(_) | ItemKind::TypeAlias(_));
    let proc: Fits = |kind| matches!(kind, ItemKind::Proc(_));
    Some(match name {
        "dslx_format_disable" | "extern_verilog" | "quickcheck" | "fuzz_test" => (function, "a function"),
        "test" => (|kind| matches!(kind, ItemKind::Function(_) | ItemKind::Proc(_)), "a function or a proc"),
        "cfg" => (|kind| matches!(kind, ItemKind::Function(_) | ItemKind::Proc(_)), "a function or a proc"),
        "derive" => (|kind| matches!(kind, ItemKind::Struct(_) | ItemKind::Proc(_)), "a struct"),
        "fuzz_domain" => (structure, "a struct"),
        "sv_type" => (ty, "a struct, an enum or a type alias"),
        "test_proc" => (proc, "a proc"),
        "channel_strictness" | "channel_flow_control" => (|_| false, "a member of a proc"),
        "channel" => (|_| false, "a channel declaration"),
        _ => return None,
    })
}

/// The arguments of an attribute.
fn arguments(attribute: &Attribute, findings: &mut Findings) {
    let args = attribute.args.as_slice();
    let key = |arg: &AttributeArg| arg.key.as_ref().map(|key| key.as_str().to_string());
    let is_word = |arg: &AttributeArg| arg.key.is_none() && matches!(arg.value, AttributeValue::Word(_));
    let is_text = |arg: &AttributeArg| arg.key.is_none() && matches!(arg.value, AttributeValue::Text(_));
    let (good, form) = match attribute.name.as_str() {
        "cfg" => {
            let test = matches!(args, [arg] if is_word(arg) && arg.value == AttributeValue::Word("test".into()));
            (test, "#[cfg(test)]")
        }
        "derive" => (!args.is_empty() && args.iter().all(is_word), "#[derive(ToBits)]"),
        "sv_type" => (matches!(args, [arg] if is_text(arg)), "#[sv_type(\"name\")]"),
        "fuzz_domain" => (matches!(args, [arg] if is_text(arg)), "#[fuzz_domain(\"Name\")]"),
        "extern_verilog" => (matches!(args, [arg] if is_text(arg)), "#[extern_verilog(\"template\")]"),
        "quickcheck" => {
            let exhaustive =
                |arg: &AttributeArg| arg.key.is_none() && arg.value == AttributeValue::Word("exhaustive".into());
            let counted = |arg: &AttributeArg| {
                key(arg).as_deref() == Some("test_count") && matches!(arg.value, AttributeValue::Number(_))
            };
            let good = match args {
                [] => true,
                [arg] => exhaustive(arg) || counted(arg),
                _ => false,
            };
            (good, "#[quickcheck]`, `#[quickcheck(exhaustive)]` or `#[quickcheck(test_count=1000)]")
        }
        "fuzz_test" => {
            let domains = |arg: &AttributeArg| {
                key(arg).as_deref() == Some("domains") && matches!(arg.value, AttributeValue::Text(_))
            };
            (args.iter().all(domains), "#[fuzz_test(domains=`u32:0..8`)]")
        }
        "test_proc" => {
            let label = |arg: &AttributeArg| key(arg).as_deref() == Some("expected_fail_label");
            (args.len() <= 1 && args.iter().all(label), "#[test_proc]` or `#[test_proc(expected_fail_label=\"label\")]")
        }
        _ => (true, ""),
    };
    if !good {
        let message = format!("wrong arguments of the attribute `{}`", attribute.name.name);
        findings.push(Diagnostic::invalid("E1110", attribute.span, message).note(format!("write `{form}`")));
    }
}
