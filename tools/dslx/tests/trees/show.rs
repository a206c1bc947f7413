//! Prints syntax trees as nested lists, so that tests can say which tree they expect.

use xls_aot_dslx::syntax::ast::*;

/// The elements with a space before each.
fn list<T>(elements: &[T], show: impl Fn(&T) -> String) -> String {
    elements.iter().map(|element| format!(" {}", show(element))).collect()
}

fn joined<T>(elements: &[T], show: impl Fn(&T) -> String) -> String {
    list(elements, show).trim_start().to_string()
}

fn generics(args: &[GenericArg]) -> String {
    match args {
        [] => String::new(),
        _ => format!("<{}>", joined(args, generic_arg)),
    }
}

fn generic_arg(arg: &GenericArg) -> String {
    match arg {
        GenericArg::Expr(value) => expr(value),
        GenericArg::Type(value) => format!("type {}", ty(value)),
    }
}

fn optional<T>(value: &Option<T>, show: impl Fn(&T) -> String) -> String {
    value.as_ref().map_or("-".to_string(), show)
}

pub fn ty(value: &Type) -> String {
    match &value.kind {
        TypeKind::Bool => "bool".to_string(),
        TypeKind::Token => "token".to_string(),
        TypeKind::Bits { signed, width } => format!("{}{width}", if *signed { "s" } else { "u" }),
        TypeKind::Sized { kind, width } => format!("({kind:?} {})", expr(width)),
        TypeKind::Xn { signed, width } => format!("(Xn {} {})", expr(signed), expr(width)),
        TypeKind::Widthless { kind, signed } => format!("({kind:?} {})", optional(signed, |signed| expr(signed))),
        TypeKind::Array { element, size } => format!("(array {} {})", ty(element), expr(size)),
        TypeKind::Tuple(types) => format!("(types{})", list(types, ty)),
        TypeKind::Path { path, args } => format!("{path}{}", generics(args)),
        TypeKind::SelfType => "Self".to_string(),
        TypeKind::Member { ty: of, member } => format!("{}::{}", ty(of), member.name),
        TypeKind::Channel { payload, dims, direction } => {
            format!("(chan {}{} {direction:?})", ty(payload), list(dims, expr))
        }
    }
}

pub fn pattern(value: &Pattern) -> String {
    match &value.kind {
        PatternKind::Wildcard => "_".to_string(),
        PatternKind::Rest => "..".to_string(),
        PatternKind::Name(name) => name.name.to_string(),
        PatternKind::Path(path) => path.to_string(),
        PatternKind::TypeMember { ty: of, member } => format!("{}::{}", ty(of), member.name),
        PatternKind::Literal(value) => expr(value),
        PatternKind::Range { first, last, inclusive } => {
            format!("({} {} {})", if *inclusive { "..=" } else { ".." }, expr(first), expr(last))
        }
        PatternKind::Tuple(elements) => format!("({})", joined(elements, pattern)),
        PatternKind::Variant { constructor, payload: PatternPayload::Tuple(elements) } => {
            format!("(variant {}{})", pattern(constructor), list(elements, pattern))
        }
        PatternKind::Variant { constructor, payload: PatternPayload::Struct(fields) } => {
            let field = |field: &FieldPattern| format!("{}={}", field.name.name, pattern(&field.pattern));
            format!("(variant {}{})", pattern(constructor), list(fields, field))
        }
    }
}

pub fn expr(value: &Expr) -> String {
    let shown = kind(&value.kind);
    match &value.label {
        Some(label) => format!("'{label}:{shown}"),
        None => shown,
    }
}

fn kind(value: &ExprKind) -> String {
    match value {
        ExprKind::Number(number) => {
            let magnitude = number.magnitude.to_u64().map_or("wide".to_string(), |value| value.to_string());
            format!("{}{magnitude}", if number.negative { "-" } else { "" })
        }
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Char(value) => format!("char{value}"),
        ExprKind::Str(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        ExprKind::Typed { ty: of, value } => format!("{}:{}", ty(of), expr(value)),
        ExprKind::Path(path) => path.to_string(),
        ExprKind::TypeMember { ty: of, member } => format!("{}::{}", ty(of), member.name),
        ExprKind::Tuple(elements) => format!("(tuple{})", list(elements, expr)),
        ExprKind::Array { elements, ellipsis } => {
            format!("[{}{}]", joined(elements, expr), if ellipsis.is_some() { " ..." } else { "" })
        }
        ExprKind::Struct { ty: of, fields, splat } => {
            let field = |field: &StructField| {
                format!("{}{}={}", field.name.name, if field.shorthand { "!" } else { "" }, expr(&field.value))
            };
            let splat = splat.as_ref().map_or(String::new(), |splat| format!(" ..{}", expr(&splat.value)));
            format!("(struct {}{}{splat})", ty(of), list(fields, field))
        }
        ExprKind::Unary { op, operand, .. } => format!("({} {})", op.as_str(), expr(operand)),
        ExprKind::Binary { op, lhs, rhs, .. } => format!("({} {} {})", op.as_str(), expr(lhs), expr(rhs)),
        ExprKind::Cast { operand, ty: to } => format!("(as {} {})", expr(operand), ty(to)),
        ExprKind::Range { start, end, inclusive } => {
            format!("({} {} {})", if *inclusive { "..=" } else { ".." }, expr(start), expr(end))
        }
        ExprKind::Call { callee, generics: args_of_type, args, .. } => {
            format!("(call {}{}{})", expr(callee), generics(args_of_type), list(args, expr))
        }
        ExprKind::FunctionRef { callee, generics: args } => format!("(ref {}{})", expr(callee), generics(args)),
        ExprKind::FormatMacro(value) => {
            let FormatMacro { kind, first, format, args, .. } = value.as_ref();
            let pieces = format.pieces.len();
            format!("({kind:?} {} {:?}/{pieces}{})", optional(first, expr), format.text, list(args, expr))
        }
        ExprKind::TypeMacro { which, ty: of, .. } => format!("({which:?} {})", generic_arg(of)),
        ExprKind::Field { operand, field } => format!("(. {} {})", expr(operand), field.name),
        ExprKind::TupleIndex { operand, index, .. } => format!("(. {} {index})", expr(operand)),
        ExprKind::Index { operand, index, .. } => match index.as_ref() {
            Index::Element(index) => format!("(at {} {})", expr(operand), expr(index)),
            Index::Slice { start, limit } => {
                format!("(slice {} {} {})", expr(operand), optional(start, expr), optional(limit, expr))
            }
            Index::WidthSlice { start, ty: width } => {
                format!("(slice {} {} +: {})", expr(operand), expr(start), ty(width))
            }
        },
        ExprKind::Block(value) => block(value),
        ExprKind::If(value) => {
            let branch = |branch: &IfBranch| format!("{} {}", expr(&branch.condition), block(&branch.block));
            let word = if value.is_const { "const-if" } else { "if" };
            format!("({word}{} {})", list(&value.branches, branch), optional(&value.otherwise, block))
        }
        ExprKind::Match(value) => {
            let arm = |arm: &MatchArm| {
                let patterns: Vec<String> = arm.patterns.iter().map(pattern).collect();
                format!("({} => {})", patterns.join(" | "), expr(&arm.value))
            };
            let word = if value.is_const { "const-match" } else { "match" };
            format!("({word} {}{})", expr(&value.scrutinee), list(&value.arms, arm))
        }
        ExprKind::For(value) => {
            let For { kind, pattern: names, ty: of, iterable, body, init } = value.as_ref();
            format!(
                "({kind:?} {} {} {} {} {})",
                pattern(names),
                optional(of, ty),
                expr(iterable),
                block(body),
                expr(init)
            )
        }
        ExprKind::Lambda(value) => {
            let param = |param: &LambdaParam| match param {
                LambdaParam::Typed(param) => format!("{}:{}", param.name.name, ty(&param.ty)),
                LambdaParam::Untyped(name) => name.name.to_string(),
            };
            let params = joined(&value.params, param);
            format!("(lambda ({params}) {} {})", optional(&value.return_type, ty), block(&value.body))
        }
        ExprKind::Channel(value) => {
            let depth = optional(&value.depth, generic_arg);
            format!("(channel {} {depth}{} {})", ty(&value.payload), list(&value.dims, expr), expr(&value.name))
        }
        ExprKind::Spawn { callee, generics: args_of_type, args } => {
            format!("(spawn {}{}{})", expr(callee), generics(args_of_type), list(args, expr))
        }
    }
}

pub fn block(value: &Block) -> String {
    let end = if value.trailing_semi { ";" } else { "" };
    format!("{{{}{end}}}", value.statements.iter().map(statement).collect::<Vec<_>>().join("; "))
}

fn statement(value: &Stmt) -> String {
    match &value.kind {
        StmtKind::Expr(value) => expr(value),
        StmtKind::Let(value) => {
            let word = if value.is_const { "const" } else { "let" };
            format!("{word} {} {} {}", pattern(&value.pattern), optional(&value.ty, ty), expr(&value.value))
        }
        StmtKind::TypeAlias(alias) => format!("type {} {}", alias.name.name, ty(&alias.ty)),
        StmtKind::ConstAssert(assert) => format!("const_assert! {}", expr(&assert.condition)),
    }
}

fn param(value: &Param) -> String {
    format!("{}:{}", value.name.name, ty(&value.ty))
}

fn generic_params(params: &[GenericParam]) -> String {
    let show = |param: &GenericParam| {
        let of = match &param.kind {
            GenericParamKind::Value(of) => ty(of),
            GenericParamKind::Type => "type".to_string(),
        };
        let default = match &param.default {
            None => String::new(),
            Some(GenericDefault::Expr(value)) => format!("={}", expr(value)),
            Some(GenericDefault::Type(value)) => format!("={}", ty(value)),
        };
        format!("{}:{of}{default}", param.name.name)
    };
    match params {
        [] => String::new(),
        _ => format!("<{}>", joined(params, show)),
    }
}

fn docs(docs: &Option<String>) -> String {
    docs.as_ref().map_or(String::new(), |docs| format!(" docs={docs:?}"))
}

fn field(value: &Field) -> String {
    format!("{}:{}{}", value.name.name, ty(&value.ty), docs(&value.docs))
}

fn function(value: &Function) -> String {
    let Function { name, generics, params, return_type, body } = value;
    let (generics, params) = (generic_params(generics), list(params, param));
    format!(
        "fn {}{generics} ({}) {} {}",
        name.name,
        params.trim_start(),
        optional(return_type, ty),
        optional(body, block)
    )
}

fn attribute(value: &Attribute) -> String {
    let arg = |arg: &AttributeArg| {
        let key = arg.key.as_ref().map_or(String::new(), |key| format!("{}=", key.name));
        match &arg.value {
            AttributeValue::Word(word) => format!("{key}{word}"),
            AttributeValue::Text(text) => format!("{key}{text:?}"),
            AttributeValue::Number(number) => format!("{key}{number}"),
        }
    };
    format!("#{}({})", value.name.name, joined(&value.args, arg))
}

fn use_tree(tree: &UseTree) -> String {
    match &tree.kind {
        UseTreeKind::Leaf => tree.name.name.to_string(),
        UseTreeKind::Inner(trees) => format!("({}{})", tree.name.name, list(trees, use_tree)),
    }
}

pub fn item(value: &Item) -> String {
    let attributes: String = value.attributes.iter().map(|value| format!("{} ", attribute(value))).collect();
    let public = if value.public { "pub " } else { "" };
    format!("{attributes}{public}{}{}", item_kind(&value.kind), docs(&value.docs))
}

fn item_kind(value: &ItemKind) -> String {
    match value {
        ItemKind::Import(import) => {
            let path: Vec<&str> = import.path.iter().map(Ident::as_str).collect();
            format!("import {} {}", path.join("."), optional(&import.alias, |alias| alias.name.to_string()))
        }
        ItemKind::Use(value) => format!("use {}", use_tree(&value.tree)),
        ItemKind::Function(value) => function(value),
        ItemKind::Struct(value) => {
            format!(
                "struct {}{} {{{}}}",
                value.name.name,
                generic_params(&value.generics),
                joined(&value.fields, field)
            )
        }
        ItemKind::Enum(value) => {
            let member =
                |member: &EnumMember| format!("{}={}{}", member.name.name, expr(&member.value), docs(&member.docs));
            format!("enum {} {} {{{}}}", value.name.name, optional(&value.ty, ty), joined(&value.members, member))
        }
        ItemKind::Sum(value) => {
            let variant = |variant: &SumVariant| {
                let payload = match &variant.payload {
                    SumPayload::Unit => String::new(),
                    SumPayload::Tuple(types) => format!("({})", joined(types, ty)),
                    SumPayload::Struct(fields) => format!("{{{}}}", joined(fields, field)),
                };
                let discriminant =
                    variant.discriminant.as_ref().map_or(String::new(), |value| format!("={}", expr(value)));
                format!("{}{payload}{discriminant}{}", variant.name.name, docs(&variant.docs))
            };
            let generics = generic_params(&value.generics);
            format!(
                "sum {}{generics} {} {{{}}}",
                value.name.name,
                optional(&value.tag_type, ty),
                joined(&value.variants, variant)
            )
        }
        ItemKind::TypeAlias(alias) => format!("type {} {}", alias.name.name, ty(&alias.ty)),
        ItemKind::Const(value) => {
            format!("const {} {} {}", value.name.name, optional(&value.ty, ty), expr(&value.value))
        }
        ItemKind::ConstAssert(value) => format!("const_assert! {}", expr(&value.condition)),
        ItemKind::Impl(value) => format!("impl {} {{{}}}", ty(&value.target), joined(&value.items, item)),
        ItemKind::Trait(value) => format!("trait {} {{{}}}", value.name.name, joined(&value.items, item)),
        ItemKind::Proc(value) => {
            format!(
                "proc {}{} {{{}}}",
                value.name.name,
                generic_params(&value.generics),
                joined(&value.members, proc_member)
            )
        }
        ItemKind::ProcAlias(value) => format!("proc {} = {}{}", value.name.name, value.target, generics(&value.args)),
    }
}

fn proc_member(value: &ProcMember) -> String {
    match &value.kind {
        ProcMemberKind::Field(attributes, value) => {
            format!(
                "{}{}",
                attributes.iter().map(|value| format!("{} ", attribute(value))).collect::<String>(),
                field(value)
            )
        }
        ProcMemberKind::TypeAlias(alias) => format!("type {} {}", alias.name.name, ty(&alias.ty)),
        ProcMemberKind::Const(value) => {
            format!("const {} {} {}", value.name.name, optional(&value.ty, ty), expr(&value.value))
        }
        ProcMemberKind::ConstAssert(value) => format!("const_assert! {}", expr(&value.condition)),
        ProcMemberKind::Config { params, body } => format!("config ({}) {}", joined(params, param), block(body)),
        ProcMemberKind::Init(body) => format!("init {}", block(body)),
        ProcMemberKind::Next { params, body } => format!("next ({}) {}", joined(params, param), block(body)),
    }
}
