//! Expressions as text in one canonical form: the labels of `assert_eq` and `assert_lt`.
//!
//! The form is that of libxls, so that labels are the same whichever front end converts: one space around binary
//! operators, parentheses where the source has them, numbers and characters as the source spells them. Blocks and
//! `match` take several lines, indented by four spaces for each level.

use xls_aot_ir::format_string::Format;

use super::ast::{
    BinaryOp, Block, Expr, ExprKind, FieldPattern, For, FormatMacro, FormatMacroKind, FormatPiece, GenericArg, If,
    Index, Lambda, LambdaParam, Loop, Match, Pattern, PatternKind, PatternPayload, SizedKind, StmtKind, Type, TypeKind,
    TypeMacro,
};
use crate::source::{SourceMap, Span};

/// Longest `if` that is written on one line.
const LONGEST_IF: usize = 80;

/// The canonical text of `expr`, whose source is in `sources`.
pub fn canonical_text(expr: &Expr, sources: &SourceMap) -> String {
    Writer { sources }.expr(expr)
}

struct Writer<'a> {
    sources: &'a SourceMap,
}

impl Writer<'_> {
    fn expr(&self, expr: &Expr) -> String {
        let text = self.bare(expr);
        if expr.in_parens {
            format!("({text})")
        } else {
            text
        }
    }

    /// The expression without the parentheses around it.
    fn bare(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Number(_) | ExprKind::Bool(_) => self.as_written(expr.span),
            &ExprKind::Char(byte) => character(byte),
            ExprKind::Str(bytes) => format!("\"{}\"", escaped(bytes)),
            ExprKind::Typed { ty, value } => format!("{}:{}", self.ty(ty), self.expr(value)),
            ExprKind::Path(path) => path.to_string(),
            ExprKind::TypeMember { ty, member } => format!("{}::{}", self.ty(ty), member.name),
            ExprKind::Tuple(elements) => self.tuple(elements, expr.span),
            ExprKind::Array { elements, ellipsis } => {
                format!("[{}{}]", self.list(elements), if ellipsis.is_some() { ", ..." } else { "" })
            }
            ExprKind::Struct { ty, fields, splat } => {
                let mut members: Vec<String> =
                    fields.iter().map(|f| format!("{}: {}", f.name.name, self.expr(&f.value))).collect();
                members.extend(splat.iter().map(|splat| format!("..{}", self.expr(&splat.value))));
                match members.is_empty() {
                    true => format!("{} {{ }}", self.ty(ty)),
                    false => format!("{} {{ {} }}", self.ty(ty), members.join(", ")),
                }
            }
            ExprKind::Unary { op, operand, .. } => format!("{}{}", op.as_str(), self.expr(operand)),
            ExprKind::Binary { op, lhs, rhs, .. } => {
                // `x as T < y` could be read as the beginning of parametric arguments.
                let cast = *op == BinaryOp::Lt && matches!(lhs.kind, ExprKind::Cast { .. }) && !lhs.in_parens;
                let left = if cast { format!("({})", self.expr(lhs)) } else { self.expr(lhs) };
                format!("{left} {} {}", op.as_str(), self.expr(rhs))
            }
            ExprKind::Cast { operand, ty } => format!("{} as {}", self.expr(operand), self.ty(ty)),
            ExprKind::Range { start, end, inclusive } => {
                format!("{}..{}{}", self.expr(start), if *inclusive { "=" } else { "" }, self.expr(end))
            }
            ExprKind::Call { callee, generics, args, .. } => {
                format!("{}{}({})", self.expr(callee), self.generics(generics), self.list(args))
            }
            ExprKind::FunctionRef { callee, generics } => format!("{}{}", self.expr(callee), self.generics(generics)),
            ExprKind::FormatMacro(call) => self.format_macro(call),
            ExprKind::TypeMacro { which, ty, .. } => {
                let name = match which {
                    TypeMacro::Zero => "zero!",
                    TypeMacro::AllOnes => "all_ones!",
                };
                format!("{name}<{}>()", self.generic(ty))
            }
            ExprKind::Field { operand, field } => format!("{}.{}", self.expr(operand), field.name),
            ExprKind::TupleIndex { operand, index, .. } => format!("{}.{index}", self.expr(operand)),
            ExprKind::Index { operand, index, .. } => format!("{}[{}]", self.expr(operand), self.index(index)),
            ExprKind::Block(block) => self.block(block),
            ExprKind::If(choice) => self.conditional(choice),
            ExprKind::Match(choice) => self.choice(choice),
            ExprKind::For(run) => self.run(run),
            ExprKind::Lambda(lambda) => self.lambda(lambda),
            // Only procs have them, and nothing in a proc is converted.
            ExprKind::Channel(_) | ExprKind::Spawn { .. } => self.as_written(expr.span),
        }
    }

    fn as_written(&self, span: Span) -> String {
        self.sources.slice(span).into_owned()
    }

    fn list(&self, exprs: &[Expr]) -> String {
        joined(exprs, |expr| self.expr(expr))
    }

    fn tuple(&self, elements: &[Expr], span: Span) -> String {
        // The tree does not keep a comma behind the last element of several.
        let source = self.as_written(span);
        let ends_with_comma = source.strip_suffix(')').is_some_and(|inner| inner.trim_end().ends_with(','));
        format!("({}{})", self.list(elements), if elements.len() == 1 || ends_with_comma { "," } else { "" })
    }

    fn generics(&self, generics: &[GenericArg]) -> String {
        match generics {
            [] => String::new(),
            _ => format!("<{}>", joined(generics, |generic| self.generic(generic))),
        }
    }

    fn generic(&self, generic: &GenericArg) -> String {
        match generic {
            GenericArg::Expr(expr) => self.expr(expr),
            GenericArg::Type(ty) => self.ty(ty),
        }
    }

    fn index(&self, index: &Index) -> String {
        match index {
            Index::Element(expr) => self.expr(expr),
            Index::Slice { start, limit } => {
                let bound = |bound: &Option<Expr>| bound.as_ref().map_or(String::new(), |expr| self.expr(expr));
                format!("{}:{}", bound(start), bound(limit))
            }
            Index::WidthSlice { start, ty } => format!("{}+:{}", self.expr(start), self.ty(ty)),
        }
    }

    fn format_macro(&self, call: &FormatMacro) -> String {
        let name = match call.kind {
            FormatMacroKind::Trace => "trace_fmt!",
            FormatMacroKind::VTrace => "vtrace_fmt!",
            FormatMacroKind::Assert => "assert_fmt!",
        };
        let mut arguments: Vec<String> = call.first.iter().map(|expr| self.expr(expr)).collect();
        let pieces = call.format.pieces.iter().map(|piece| match piece {
            FormatPiece::Text(text) => text.clone(),
            FormatPiece::Argument(format) => placeholder(*format).to_owned(),
        });
        arguments.push(format!("\"{}\"", pieces.collect::<String>()));
        arguments.extend(call.args.iter().map(|expr| self.expr(expr)));
        format!("{name}({})", arguments.join(", "))
    }

    fn block(&self, block: &Block) -> String {
        let lines: Vec<String> = self.statements(block, true);
        match lines.as_slice() {
            [] => "{}".to_owned(),
            lines => format!("{{\n{}\n}}", indented(&lines.join("\n"))),
        }
    }

    /// The block on one line, if nothing within it needs more.
    fn inline_block(&self, block: &Block) -> String {
        let statements = self.statements(block, false);
        match statements.as_slice() {
            [] => "{}".to_owned(),
            statements => {
                format!("{{ {}{} }}", statements.join("; "), if block.trailing_semi { ";" } else { "" })
            }
        }
    }

    /// The statements; `terminated` ones have a `;`, except the one that gives the value.
    fn statements(&self, block: &Block, terminated: bool) -> Vec<String> {
        let last = block.statements.len().wrapping_sub(1);
        let statement = |(i, statement): (usize, &super::ast::Stmt)| match &statement.kind {
            StmtKind::Expr(expr) => {
                let has_semicolon = terminated && (i != last || block.trailing_semi);
                format!("{}{}", self.expr(expr), if has_semicolon { ";" } else { "" })
            }
            StmtKind::Let(binding) => {
                let keyword = if binding.is_const { "const" } else { "let" };
                let annotation = binding.ty.as_ref().map_or(String::new(), |ty| format!(": {}", self.ty(ty)));
                format!("{keyword} {}{annotation} = {};", self.pattern(&binding.pattern), self.expr(&binding.value))
            }
            StmtKind::TypeAlias(alias) => format!("type {} = {};", alias.name.name, self.ty(&alias.ty)),
            StmtKind::ConstAssert(check) => format!("const_assert!({});", self.expr(&check.condition)),
        };
        block.statements.iter().enumerate().map(statement).collect()
    }

    fn conditional(&self, choice: &If) -> String {
        let prefix = if choice.is_const { "const " } else { "" };
        let short = format!("{prefix}{}", self.branches(choice, 0, true));
        if short.len() <= LONGEST_IF {
            short
        } else {
            format!("{prefix}{}", self.branches(choice, 0, false))
        }
    }

    /// The branches from number `first` on: each is the `else` of the one before and may be short on its own.
    fn branches(&self, choice: &If, first: usize, inline: bool) -> String {
        let block = |block: &Block| if inline { self.inline_block(block) } else { self.block(block) };
        let branch = &choice.branches[first];
        let condition = match &branch.condition.kind {
            // libxls leaves out the parentheses then.
            ExprKind::Block(block) if inline => self.inline_block(block),
            _ => self.expr(&branch.condition),
        };
        let mut text = format!("if {condition} {}", block(&branch.block));
        if first + 1 < choice.branches.len() {
            let short = self.branches(choice, first + 1, true);
            let rest = if short.len() <= LONGEST_IF { short } else { self.branches(choice, first + 1, false) };
            text.push_str(&format!(" else {rest}"));
        } else if let Some(otherwise) = &choice.otherwise {
            text.push_str(&format!(" else {}", block(otherwise)));
        }
        text
    }

    fn choice(&self, choice: &Match) -> String {
        let prefix = if choice.is_const { "const " } else { "" };
        let mut text = format!("{prefix}match {} {{\n", self.expr(&choice.scrutinee));
        for arm in &choice.arms {
            let patterns: Vec<String> = arm.patterns.iter().map(|pattern| self.pattern(pattern)).collect();
            text.push_str(&indented(&format!("{} => {},\n", patterns.join(" | "), self.expr(&arm.value))));
        }
        text.push('}');
        text
    }

    fn run(&self, run: &For) -> String {
        let keyword = match run.kind {
            Loop::For => "for",
            Loop::ConstFor => "const for",
            Loop::UnrollFor => "unroll_for!",
        };
        let annotation = run.ty.as_ref().map_or(String::new(), |ty| format!(": {}", self.ty(ty)));
        let (pattern, iterable) = (self.pattern(&run.pattern), self.expr(&run.iterable));
        format!("{keyword} {pattern}{annotation} in {iterable} {}({})", self.block(&run.body), self.expr(&run.init))
    }

    fn lambda(&self, lambda: &Lambda) -> String {
        let parameters = joined(&lambda.params, |parameter| match parameter {
            LambdaParam::Typed(param) => format!("{}: {}", param.name.name, self.ty(&param.ty)),
            LambdaParam::Untyped(name) => name.name.to_string(),
        });
        let result = lambda.return_type.as_ref().map_or(String::new(), |ty| format!(" -> {}", self.ty(ty)));
        let body = match (lambda.has_braces, lambda.body.result()) {
            (false, Some(value)) => self.expr(value),
            _ if lambda.body.statements.len() > 1 => self.block(&lambda.body),
            _ => self.inline_block(&lambda.body),
        };
        format!("|{parameters}|{result} {body}")
    }

    fn pattern(&self, pattern: &Pattern) -> String {
        match &pattern.kind {
            PatternKind::Wildcard => "_".to_owned(),
            PatternKind::Rest => "..".to_owned(),
            PatternKind::Name(name) => name.name.to_string(),
            PatternKind::Path(path) => path.to_string(),
            PatternKind::TypeMember { ty, member } => format!("{}::{}", self.ty(ty), member.name),
            PatternKind::Literal(expr) => self.expr(expr),
            PatternKind::Range { first, last, inclusive } => {
                format!("{}..{}{}", self.expr(first), if *inclusive { "=" } else { "" }, self.expr(last))
            }
            // No comma, also for one element: libxls' form, which is not DSLX then.
            PatternKind::Tuple(elements) => format!("({})", joined(elements, |p| self.pattern(p))),
            PatternKind::Variant { constructor, payload } => match payload {
                PatternPayload::Tuple(elements) => {
                    format!("{}({})", self.pattern(constructor), joined(elements, |p| self.pattern(p)))
                }
                PatternPayload::Struct(fields) => {
                    let field = |f: &FieldPattern| format!("{}: {}", f.name.name, self.pattern(&f.pattern));
                    format!("{} {{ {} }}", self.pattern(constructor), joined(fields, field))
                }
            },
        }
    }

    fn ty(&self, ty: &Type) -> String {
        match &ty.kind {
            TypeKind::Bool => "bool".to_owned(),
            TypeKind::Token => "token".to_owned(),
            TypeKind::Bits { signed, width } => format!("{}{width}", if *signed { 's' } else { 'u' }),
            TypeKind::Sized { kind, width } => format!("{}[{}]", sized(*kind), self.expr(width)),
            TypeKind::Xn { signed, width } => format!("xN[{}][{}]", self.expr(signed), self.expr(width)),
            TypeKind::Widthless { kind, signed } => {
                format!("{}{}", sized(*kind), signed.as_ref().map_or(String::new(), |s| format!("[{}]", self.expr(s))))
            }
            TypeKind::Array { element, size } => format!("{}[{}]", self.ty(element), self.expr(size)),
            TypeKind::Tuple(elements) => {
                format!("({}{})", joined(elements, |t| self.ty(t)), if elements.len() == 1 { "," } else { "" })
            }
            TypeKind::Path { path, args } => format!("{path}{}", self.generics(args)),
            TypeKind::SelfType => "Self".to_owned(),
            TypeKind::Member { ty, member } => format!("{}::{}", self.ty(ty), member.name),
            TypeKind::Channel { .. } => self.as_written(ty.span),
        }
    }
}

fn joined<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn sized(kind: SizedKind) -> &'static str {
    match kind {
        SizedKind::Un => "uN",
        SizedKind::Sn => "sN",
        SizedKind::Bits => "bits",
        SizedKind::Xn => "xN",
    }
}

/// How a placeholder is written.
pub(crate) fn placeholder(format: Format) -> &'static str {
    match format {
        Format::Default => "{}",
        Format::Unsigned => "{:u}",
        Format::Signed => "{:d}",
        Format::Hex => "{:x}",
        Format::PaddedHex => "{:0x}",
        Format::PrefixedHex => "{:#x}",
        Format::Binary => "{:b}",
        Format::PaddedBinary => "{:0b}",
        Format::PrefixedBinary => "{:#b}",
    }
}

/// Every line but empty ones, four spaces to the right.
fn indented(text: &str) -> String {
    let lines = text.split('\n').map(|line| if line.is_empty() { String::new() } else { format!("    {line}") });
    lines.collect::<Vec<_>>().join("\n")
}

/// A character as libxls writes it: as itself, also one that cannot be seen. Behind 0x7f it writes half of a character, so
/// that its IR cannot be read.
fn character(byte: u8) -> String {
    match byte {
        b'\\' => "'\\\\'".to_owned(),
        0..=0x7f => format!("'{}'", char::from(byte)),
        0x80.. => format!("'\\x{byte:02x}'"),
    }
}

/// The text of a string literal for these bytes.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b'\\' => text.push_str("\\\\"),
            0 => text.push_str("\\0"),
            b'"' => text.push_str("\\\""),
            b'\'' => text.push_str("\\'"),
            0x20..=0x7e => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\x{byte:02x}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ast::{ItemKind, StmtKind};
    use crate::syntax::parse_module;

    /// The canonical text of the last expression of a function.
    fn canonical(expr: &str) -> String {
        let mut sources = SourceMap::default();
        let file = sources.add("m.x", format!("fn f() -> u8 {{ {expr} }}")).unwrap();
        let parsed = parse_module(&sources, file);
        assert!(parsed.findings.is_empty(), "{expr}: {:?}", parsed.findings);
        let ItemKind::Function(function) = &parsed.module.items[0].kind else { panic!("a function") };
        let body = function.body.as_ref().unwrap();
        let StmtKind::Expr(expr) = &body.statements.last().unwrap().kind else { panic!("an expression") };
        canonical_text(expr, &sources)
    }

    #[test]
    fn labels_are_those_of_libxls() {
        // The left texts were converted by libxls 0.1.9934, and the right ones are its labels.
        let labels = [
            ("assert_eq(x+u8:1,   f( x ))", "assert_eq(x + u8:1, f(x))"),
            ("assert_eq((x + u8:1) * x, g<u32:8>(x) as u8)", "assert_eq((x + u8:1) * x, g<u32:8>(x) as u8)"),
            ("assert_eq(-x, !x)", "assert_eq(-x, !x)"),
            ("assert_eq(P{x:x,y:u8:2}, P { x, ..p })", "assert_eq(P { x: x, y: u8:2 }, P { x: x, ..p })"),
            ("assert_eq(x[0:4], x[i() +: u4])", "assert_eq(x[0:4], x[i()+:u4])"),
            ("assert_eq(x[:2], x[u32:6 as s32:])", "assert_eq(x[:2], x[u32:6 as s32:])"),
            ("assert_eq(E::A, zero!<E>())", "assert_eq(E::A, zero!<E>())"),
            (r#"assert_eq("a\n\"b", "abcd")"#, r#"assert_eq("a\n\"b", "abcd")"#),
            (
                "assert_eq(if c { x } else { u8:3 }, match x { u8:1 => x, _ => u8:0, })",
                "assert_eq(if c { x } else { u8:3 }, match x {\n    u8:1 => x,\n    _ => u8:0,\n})",
            ),
            ("assert_eq(if ({ c }) { x } else { x }, x)", "assert_eq(if { c } { x } else { x }, x)"),
            (
                "assert_eq(if ({ let d = c; d }) { x } else { x }, x)",
                "assert_eq(if { let d = c;; d } { x } else { x }, x)",
            ),
            (
                "assert_eq(if c { x } else if ({ c }) { x } else { x }, x)",
                "assert_eq(if c { x } else if { c } { x } else { x }, x)",
            ),
            (
                "assert_eq(if (if c { c } else { d }) { x } else { x }, x)",
                "assert_eq(if (if c { c } else { d }) { x } else { x }, x)",
            ),
            (
                "assert_eq(if ({ c }) { u32:1234567890 + u32:1234567890 + u32:1234567890 + u32:1234567890 + x } else { x }, x)",
                "assert_eq(if ({\n    c\n}) {\n    u32:1234567890 + u32:1234567890 + u32:1234567890 + u32:1234567890 + x\n} else {\n    x\n}, x)",
            ),
            ("assert_eq({ let y = x; y }, x)", "assert_eq({\n    let y = x;\n    y\n}, x)"),
            (
                "assert_eq(for (i, acc) in u8:0..u8:3 { acc + i }(u8:0), x)",
                "assert_eq(for (i, acc) in u8:0..u8:3 {\n    acc + i\n}(u8:0), x)",
            ),
            ("assert_eq((x,), (u8:0x0A,))", "assert_eq((x,), (u8:0x0A,))"),
            (r"assert_eq(x, '\x41')", "assert_eq(x, 'A')"),
            (r"assert_eq(x, '\x7f')", "assert_eq(x, '\x7f')"),
            (r"assert_eq(x, '\n')", "assert_eq(x, '\n')"),
            (r"assert_eq(x, '\0')", "assert_eq(x, '\0')"),
            (r"assert_eq(x, '\\')", r"assert_eq(x, '\\')"),
            ("assert_eq((x, x), (u8:1, 'c' ,))", "assert_eq((x, x), (u8:1, 'c',))"),
            ("assert_eq(x as u8 as uN[8], (x as u8) as u8)", "assert_eq(x as u8 as uN[8], (x as u8) as u8)"),
            ("assert_eq(c && c || !c, true)", "assert_eq(c && c || !c, true)"),
            ("assert_lt(x,\n     x)", "assert_lt(x, x)"),
            ("assert_eq(x ++ x, all_ones!<u16>())", "assert_eq(x ++ x, all_ones!<u16>())"),
            ("assert_eq(u8[u32:3]:[1,2,3], a)", "assert_eq(u8[u32:3]:[1, 2, 3], a)"),
            ("assert_eq(u8:0..u8:3, a)", "assert_eq(u8:0..u8:3, a)"),
        ];
        for (source, label) in labels {
            assert_eq!(canonical(source), label);
        }
    }

    #[test]
    fn other_forms() {
        let same = [
            "a.b.1[x][1:]",
            "match (x, y) {\n    (u8:1..=u8:3, _) | (_, K) => m::f<N, u8>(x),\n    (.., z) => z,\n}",
            "if a { b } else if c { d } else { e }",
            "map(a, |x, y: u8| x + y)",
            "map(a, |x| -> u8 { x + y })",
            "f<u32:8>",
            "u8:1 + -x",
            "S<u32:8>::MAX",
            "trace_fmt!(\"{} {:#x} {{}}\", a, b)",
        ];
        for text in same {
            assert_eq!(canonical(text), text);
        }
        assert_eq!(canonical("(x as T) < y"), "(x as T) < y");
        assert_eq!(canonical("{ let (x,) = y; x }"), "{\n    let (x) = y;\n    x\n}");
    }
}
