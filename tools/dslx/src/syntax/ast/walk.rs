//! Visits all nodes of a tree.
//!
//! Each function visits the children of a node, in the order of the text where the parts of a node have one. The methods of
//! a [`Visitor`] are called for the nodes and by default visit their children.

use super::*;
use crate::source::Span;

/// What is done at the nodes.
pub trait Visitor<'a> {
    /// Called at every node that has an id, before its children.
    fn enter(&mut self, _id: NodeId, _span: Span) {}

    /// Called behind the children of every node that has an id.
    fn leave(&mut self, _id: NodeId) {}

    /// An item of a module, an `impl` or a trait.
    fn item(&mut self, item: &'a Item) {
        children_of_item(self, item);
    }

    /// A function; its item is visited before.
    fn function(&mut self, function: &'a Function) {
        children_of_function(self, function);
    }

    /// A statement.
    fn statement(&mut self, statement: &'a Stmt) {
        children_of_statement(self, statement);
    }

    /// A block.
    fn block(&mut self, block: &'a Block) {
        children_of_block(self, block);
    }

    /// An expression.
    fn expr(&mut self, expr: &'a Expr) {
        children_of_expr(self, expr);
    }

    /// A pattern.
    fn pattern(&mut self, pattern: &'a Pattern) {
        children_of_pattern(self, pattern);
    }

    /// A type.
    fn ty(&mut self, ty: &'a Type) {
        children_of_type(self, ty);
    }
}

/// Visits the items of a module.
pub fn module<'a, V: Visitor<'a> + ?Sized>(v: &mut V, module: &'a Module) {
    for attribute in &module.attributes {
        v.enter(attribute.id, attribute.span);
        ident(v, &attribute.name);
        attribute.args.iter().for_each(|arg| ident(v, arg));
        v.leave(attribute.id);
    }
    module.items.iter().for_each(|item| v.item(item));
}

fn ident<'a, V: Visitor<'a> + ?Sized>(v: &mut V, ident: &'a Ident) {
    v.enter(ident.id, ident.span);
    v.leave(ident.id);
}

fn path<'a, V: Visitor<'a> + ?Sized>(v: &mut V, path: &'a Path) {
    path.segments.iter().for_each(|segment| ident(v, segment));
}

/// Visits the children of an item.
pub fn children_of_item<'a, V: Visitor<'a> + ?Sized>(v: &mut V, item: &'a Item) {
    v.enter(item.id, item.span);
    attributes(v, &item.attributes);
    match &item.kind {
        ItemKind::Import(import) => {
            import.path.iter().chain(&import.alias).for_each(|name| ident(v, name));
        }
        ItemKind::Use(value) => use_tree(v, &value.tree),
        ItemKind::Function(function) => v.function(function),
        ItemKind::Struct(def) => {
            ident(v, &def.name);
            generic_params(v, &def.generics);
            fields(v, &def.fields);
        }
        ItemKind::Enum(def) => {
            ident(v, &def.name);
            def.ty.iter().for_each(|ty| v.ty(ty));
            for member in &def.members {
                v.enter(member.id, member.span);
                ident(v, &member.name);
                v.expr(&member.value);
                v.leave(member.id);
            }
        }
        ItemKind::Sum(def) => {
            ident(v, &def.name);
            generic_params(v, &def.generics);
            def.tag_type.iter().for_each(|ty| v.ty(ty));
            def.variants.iter().for_each(|variant| sum_variant(v, variant));
        }
        ItemKind::TypeAlias(alias) => type_alias(v, alias),
        ItemKind::Const(def) => constant(v, def),
        ItemKind::ConstAssert(assert) => v.expr(&assert.condition),
        ItemKind::Impl(def) => {
            v.ty(&def.target);
            def.items.iter().for_each(|item| v.item(item));
        }
        ItemKind::Trait(def) => {
            ident(v, &def.name);
            def.items.iter().for_each(|item| v.item(item));
        }
        ItemKind::Proc(def) => {
            ident(v, &def.name);
            generic_params(v, &def.generics);
            def.members.iter().for_each(|member| proc_member(v, member));
        }
        ItemKind::ProcAlias(alias) => {
            ident(v, &alias.name);
            path(v, &alias.target);
            generic_args(v, &alias.args);
        }
    }
    v.leave(item.id);
}

fn attributes<'a, V: Visitor<'a> + ?Sized>(v: &mut V, attributes: &'a [Attribute]) {
    for attribute in attributes {
        v.enter(attribute.id, attribute.span);
        ident(v, &attribute.name);
        attribute.args.iter().filter_map(|arg| arg.key.as_ref()).for_each(|key| ident(v, key));
        v.leave(attribute.id);
    }
}

fn use_tree<'a, V: Visitor<'a> + ?Sized>(v: &mut V, tree: &'a UseTree) {
    v.enter(tree.id, tree.span);
    ident(v, &tree.name);
    match &tree.kind {
        UseTreeKind::Leaf => {}
        UseTreeKind::Inner(trees) => trees.iter().for_each(|tree| use_tree(v, tree)),
    }
    v.leave(tree.id);
}

/// Visits the children of a function.
pub fn children_of_function<'a, V: Visitor<'a> + ?Sized>(v: &mut V, function: &'a Function) {
    ident(v, &function.name);
    generic_params(v, &function.generics);
    params(v, &function.params);
    function.return_type.iter().for_each(|ty| v.ty(ty));
    function.body.iter().for_each(|body| v.block(body));
}

fn generic_params<'a, V: Visitor<'a> + ?Sized>(v: &mut V, params: &'a [GenericParam]) {
    for param in params {
        v.enter(param.id, param.span);
        ident(v, &param.name);
        match &param.kind {
            GenericParamKind::Value(ty) => v.ty(ty),
            GenericParamKind::Type => {}
        }
        match &param.default {
            None => {}
            Some(GenericDefault::Expr(value)) => v.expr(value),
            Some(GenericDefault::Type(ty)) => v.ty(ty),
        }
        v.leave(param.id);
    }
}

fn params<'a, V: Visitor<'a> + ?Sized>(v: &mut V, params: &'a [Param]) {
    params.iter().for_each(|value| param(v, value));
}

fn param<'a, V: Visitor<'a> + ?Sized>(v: &mut V, param: &'a Param) {
    v.enter(param.id, param.span);
    ident(v, &param.name);
    v.ty(&param.ty);
    v.leave(param.id);
}

fn fields<'a, V: Visitor<'a> + ?Sized>(v: &mut V, fields: &'a [Field]) {
    fields.iter().for_each(|value| field(v, value));
}

fn field<'a, V: Visitor<'a> + ?Sized>(v: &mut V, field: &'a Field) {
    v.enter(field.id, field.span);
    ident(v, &field.name);
    v.ty(&field.ty);
    v.leave(field.id);
}

fn sum_variant<'a, V: Visitor<'a> + ?Sized>(v: &mut V, variant: &'a SumVariant) {
    v.enter(variant.id, variant.span);
    ident(v, &variant.name);
    match &variant.payload {
        SumPayload::Unit => {}
        SumPayload::Tuple(types) => types.iter().for_each(|ty| v.ty(ty)),
        SumPayload::Struct(members) => fields(v, members),
    }
    variant.discriminant.iter().for_each(|value| v.expr(value));
    v.leave(variant.id);
}

fn type_alias<'a, V: Visitor<'a> + ?Sized>(v: &mut V, alias: &'a TypeAlias) {
    ident(v, &alias.name);
    v.ty(&alias.ty);
}

fn constant<'a, V: Visitor<'a> + ?Sized>(v: &mut V, def: &'a Const) {
    ident(v, &def.name);
    def.ty.iter().for_each(|ty| v.ty(ty));
    v.expr(&def.value);
}

fn proc_member<'a, V: Visitor<'a> + ?Sized>(v: &mut V, member: &'a ProcMember) {
    v.enter(member.id, member.span);
    match &member.kind {
        ProcMemberKind::Field(attributes_of_field, value) => {
            attributes(v, attributes_of_field);
            field(v, value);
        }
        ProcMemberKind::TypeAlias(alias) => type_alias(v, alias),
        ProcMemberKind::Const(def) => constant(v, def),
        ProcMemberKind::ConstAssert(assert) => v.expr(&assert.condition),
        ProcMemberKind::Config { params: values, body } | ProcMemberKind::Next { params: values, body } => {
            params(v, values);
            v.block(body);
        }
        ProcMemberKind::Init(body) => v.block(body),
    }
    v.leave(member.id);
}

/// Visits the children of a block.
pub fn children_of_block<'a, V: Visitor<'a> + ?Sized>(v: &mut V, block: &'a Block) {
    v.enter(block.id, block.span);
    block.statements.iter().for_each(|statement| v.statement(statement));
    v.leave(block.id);
}

/// Visits the children of a statement.
pub fn children_of_statement<'a, V: Visitor<'a> + ?Sized>(v: &mut V, statement: &'a Stmt) {
    v.enter(statement.id, statement.span);
    match &statement.kind {
        StmtKind::Expr(value) => v.expr(value),
        StmtKind::Let(value) => {
            v.pattern(&value.pattern);
            value.ty.iter().for_each(|ty| v.ty(ty));
            v.expr(&value.value);
        }
        StmtKind::TypeAlias(alias) => type_alias(v, alias),
        StmtKind::ConstAssert(assert) => v.expr(&assert.condition),
    }
    v.leave(statement.id);
}

/// Visits the children of a type.
pub fn children_of_type<'a, V: Visitor<'a> + ?Sized>(v: &mut V, ty: &'a Type) {
    v.enter(ty.id, ty.span);
    match &ty.kind {
        TypeKind::Bool | TypeKind::Token | TypeKind::Bits { .. } | TypeKind::SelfType => {}
        TypeKind::Sized { width, .. } => v.expr(width),
        TypeKind::Xn { signed, width } => {
            v.expr(signed);
            v.expr(width);
        }
        TypeKind::Widthless { signed, .. } => signed.iter().for_each(|signed| v.expr(signed)),
        TypeKind::Array { element, size } => {
            v.ty(element);
            v.expr(size);
        }
        TypeKind::Tuple(types) => types.iter().for_each(|ty| v.ty(ty)),
        TypeKind::Path { path: name, args } => {
            path(v, name);
            generic_args(v, args);
        }
        TypeKind::Member { ty: of, member } => {
            v.ty(of);
            ident(v, member);
        }
        TypeKind::Channel { payload, dims, .. } => {
            v.ty(payload);
            dims.iter().for_each(|dim| v.expr(dim));
        }
    }
    v.leave(ty.id);
}

fn generic_args<'a, V: Visitor<'a> + ?Sized>(v: &mut V, args: &'a [GenericArg]) {
    args.iter().for_each(|arg| generic_arg(v, arg));
}

fn generic_arg<'a, V: Visitor<'a> + ?Sized>(v: &mut V, arg: &'a GenericArg) {
    match arg {
        GenericArg::Expr(value) => v.expr(value),
        GenericArg::Type(ty) => v.ty(ty),
    }
}

/// Visits the children of a pattern.
pub fn children_of_pattern<'a, V: Visitor<'a> + ?Sized>(v: &mut V, pattern: &'a Pattern) {
    v.enter(pattern.id, pattern.span);
    match &pattern.kind {
        PatternKind::Wildcard | PatternKind::Rest => {}
        PatternKind::Name(name) => ident(v, name),
        PatternKind::Path(name) => path(v, name),
        PatternKind::TypeMember { ty, member } => {
            v.ty(ty);
            ident(v, member);
        }
        PatternKind::Literal(value) => v.expr(value),
        PatternKind::Range { first, last, .. } => {
            v.expr(first);
            v.expr(last);
        }
        PatternKind::Tuple(elements) => elements.iter().for_each(|element| v.pattern(element)),
        PatternKind::Variant { constructor, payload } => {
            v.pattern(constructor);
            match payload {
                PatternPayload::Tuple(elements) => elements.iter().for_each(|element| v.pattern(element)),
                PatternPayload::Struct(fields) => {
                    for field in fields {
                        ident(v, &field.name);
                        v.pattern(&field.pattern);
                    }
                }
            }
        }
    }
    v.leave(pattern.id);
}

/// Visits the children of an expression.
pub fn children_of_expr<'a, V: Visitor<'a> + ?Sized>(v: &mut V, expr: &'a Expr) {
    v.enter(expr.id, expr.span);
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Char(_) | ExprKind::Str(_) => {}
        ExprKind::Typed { ty, value } => {
            v.ty(ty);
            v.expr(value);
        }
        ExprKind::Path(name) => path(v, name),
        ExprKind::TypeMember { ty, member } => {
            v.ty(ty);
            ident(v, member);
        }
        ExprKind::Tuple(elements) | ExprKind::Array { elements, .. } => elements.iter().for_each(|e| v.expr(e)),
        ExprKind::Struct { ty, fields, splat } => {
            v.ty(ty);
            for field in fields {
                ident(v, &field.name);
                v.expr(&field.value);
            }
            splat.iter().for_each(|splat| v.expr(&splat.value));
        }
        ExprKind::Unary { operand, .. } => v.expr(operand),
        ExprKind::Binary { lhs, rhs, .. } => {
            v.expr(lhs);
            v.expr(rhs);
        }
        ExprKind::Cast { operand, ty } => {
            v.expr(operand);
            v.ty(ty);
        }
        ExprKind::Range { start, end, .. } => {
            v.expr(start);
            v.expr(end);
        }
        ExprKind::Call { callee, generics, args, .. } | ExprKind::Spawn { callee, generics, args } => {
            v.expr(callee);
            generic_args(v, generics);
            args.iter().for_each(|arg| v.expr(arg));
        }
        ExprKind::FunctionRef { callee, generics } => {
            v.expr(callee);
            generic_args(v, generics);
        }
        ExprKind::FormatMacro(value) => value.first.iter().chain(&value.args).for_each(|arg| v.expr(arg)),
        ExprKind::TypeMacro { ty, .. } => generic_arg(v, ty),
        ExprKind::Field { operand, field } => {
            v.expr(operand);
            ident(v, field);
        }
        ExprKind::TupleIndex { operand, .. } => v.expr(operand),
        ExprKind::Index { operand, index, .. } => {
            v.expr(operand);
            match index.as_ref() {
                Index::Element(index) => v.expr(index),
                Index::Slice { start, limit } => start.iter().chain(limit).for_each(|bound| v.expr(bound)),
                Index::WidthSlice { start, ty } => {
                    v.expr(start);
                    v.ty(ty);
                }
            }
        }
        ExprKind::Block(value) => v.block(value),
        ExprKind::If(value) => children_of_if(v, value),
        ExprKind::Match(value) => {
            v.expr(&value.scrutinee);
            for arm in &value.arms {
                v.enter(arm.id, arm.span);
                arm.patterns.iter().for_each(|pattern| v.pattern(pattern));
                v.expr(&arm.value);
                v.leave(arm.id);
            }
        }
        ExprKind::For(value) => {
            v.pattern(&value.pattern);
            value.ty.iter().for_each(|ty| v.ty(ty));
            v.expr(&value.iterable);
            v.block(&value.body);
            v.expr(&value.init);
        }
        ExprKind::Lambda(value) => {
            for value in &value.params {
                match value {
                    LambdaParam::Typed(value) => param(v, value),
                    LambdaParam::Untyped(name) => ident(v, name),
                }
            }
            value.return_type.iter().for_each(|ty| v.ty(ty));
            v.block(&value.body);
        }
        ExprKind::Channel(value) => {
            v.ty(&value.payload);
            value.depth.iter().for_each(|depth| generic_arg(v, depth));
            value.dims.iter().for_each(|dim| v.expr(dim));
            v.expr(&value.name);
        }
    }
    v.leave(expr.id);
}

fn children_of_if<'a, V: Visitor<'a> + ?Sized>(v: &mut V, value: &'a If) {
    for branch in &value.branches {
        v.enter(branch.id, branch.span);
        v.expr(&branch.condition);
        v.block(&branch.block);
        v.leave(branch.id);
    }
    value.otherwise.iter().for_each(|block| v.block(block));
}
