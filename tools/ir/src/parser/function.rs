//! `fn name(params) -> type { nodes }`.

use super::attributes::Attribute;
use super::keyword_args::{keyword_list, KeywordArgs};
use super::mnemonics::{operation_named, NOT_IN_FUNCTIONS};
use super::operation::with_attributes;
use super::{Parse, Parser};
use crate::diagnostic::{counted, Diagnostic};
use crate::edit_distance::nearest;
use crate::lexer::{Token, TokenKind};
use crate::name_map::NameMap;
use crate::{FuncId, Function, Node, NodeId, Op, OpKind, Operands, Positions, Type, MNEMONICS};

/// The function that is being read.
#[derive(Default)]
pub(super) struct Scope<'a> {
    pub nodes: Vec<Node>,
    pub params: Vec<NodeId>,
    pub names: NameMap<'a, NodeId>,
    ret: Option<NodeId>,
}

impl<'a> Parser<'a> {
    /// A function; the next token is its name.
    pub(super) fn function(&mut self, attributes: Vec<Attribute<'_>>, scheduled: bool) -> Parse<FuncId> {
        let name = self.declared_name("fn")?;
        self.context = Some(("function", name.text));
        for attribute in attributes.iter().filter(|attribute| !attribute.on_functions) {
            let finding = Diagnostic::invalid("E0209", attribute.span, "functions do not have this attribute");
            self.report(finding)?;
        }
        let mut scope = Scope::default();
        self.parameters(&mut scope)?;
        if self.token.kind != TokenKind::Arrow {
            return Err(self.unexpected("`->` and the result type"));
        }
        self.advance()?;
        let return_type = self.ty()?;
        self.expect(b'{', "before the body")?;
        self.body(&mut scope, scheduled)?;
        self.context = None;

        let ret = self.return_node(name, &scope)?;
        let id = self.next_function();
        scope.nodes.shrink_to_fit();
        let function = Function {
            name: name.text.into(),
            params: scope.params,
            nodes: scope.nodes,
            ret,
            return_type,
            attributes: attributes.iter().map(|attribute| attribute.text.into()).collect(),
            span: name.span,
        };
        self.package.functions.push(function);
        // If two functions have one name, which the verifier reports, the name means the first.
        self.functions.insert(name.text, id);
        Ok(id)
    }

    fn return_node(&mut self, name: Token<'a>, scope: &Scope<'a>) -> Parse<NodeId> {
        if let Some(ret) = scope.ret {
            return Ok(ret);
        }
        let message = format!("function `{}` returns nothing", name.text);
        self.report(Diagnostic::invalid("E0307", name.span, message).note("put `ret` before one of its nodes"))?;
        Ok(NodeId::new(0))
    }

    fn parameters(&mut self, scope: &mut Scope<'a>) -> Parse<()> {
        self.expect(b'(', "before the parameters")?;
        if self.take(b')') {
            return Ok(());
        }
        loop {
            let name = self.expect_ident("the name of a parameter")?;
            self.expect(b':', "and the parameter's type")?;
            let ty = self.ty()?;
            let mut id = None;
            if self.token.text == "id" {
                self.advance()?;
                self.expect(b'=', "behind `id`")?;
                id = self.node_id()?.map(|(id, _)| id);
            }
            let node = NodeId::new(scope.nodes.len());
            let op = Op::Param { index: scope.params.len() as u32 };
            scope.params.push(node);
            scope.nodes.push(Node {
                op,
                operands: Operands::default(),
                ty,
                name: Some(name.text.into()),
                id: 0,
                positions: Positions::default(),
                span: name.span,
            });
            self.claim_id(&mut scope.nodes, node, id);
            self.define(name, node, scope)?;
            if !self.take(b',') {
                break;
            }
        }
        self.expect(b')', "or `,` behind a parameter")?;
        Ok(())
    }

    /// Nodes up to the closing brace. The groups of a scheduled function have no meaning for its value.
    fn body(&mut self, scope: &mut Scope<'a>, scheduled: bool) -> Parse<()> {
        let mut in_stage = false;
        loop {
            if self.take(b'}') {
                if !in_stage {
                    return Ok(());
                }
                in_stage = false;
            } else if scheduled && !in_stage && self.token.is_keyword("stage") {
                self.advance()?;
                self.expect(b'{', "behind `stage`")?;
                in_stage = true;
            } else {
                let start = self.token.span;
                self.statement(scope)?;
                if scheduled && !in_stage {
                    let finding =
                        Diagnostic::invalid("E0313", start, "this node of a scheduled function is in no stage");
                    self.report(finding.note("put it between the braces of a `stage { ... }`"))?;
                }
            }
        }
    }

    /// `[ret] name: type = op(operands, key=value...)`.
    fn statement(&mut self, scope: &mut Scope<'a>) -> Parse<()> {
        let ret = if self.token.is_keyword("ret") { Some(self.advance()?.span) } else { None };
        let name = self.expect_ident("a node (`name: type = op(...)`) or `}`")?;
        if !self.token.is(b':') {
            let error = self.unexpected(&format!("`: type = op(...)` behind `{}`", name.text));
            return Err(match ret {
                Some(_) => error.note("a parameter is returned by `ret x: type = param(name=x)`").into(),
                None => error,
            });
        }
        self.advance()?;
        let ty = self.ty()?;
        self.expect(b'=', "behind the node's type")?;
        let op = self.expect_ident("the name of an operation")?;
        let node = match operation_named(op.text) {
            Some(kind) => self.operation(name, op, kind, ty, scope)?,
            None => {
                self.unknown_operation(op)?;
                if !self.token.is(b'(') {
                    return Err(self.unexpected("`(` behind the operation"));
                }
                self.skip_balanced(b'(')?;
                self.add_placeholder(name, ty, scope)
            }
        };
        self.define(name, node, scope)?;
        if let Some(span) = ret {
            if scope.ret.is_some() {
                self.report(Diagnostic::invalid("E0308", span, "a second `ret`").note("a function returns one node"))?;
            } else {
                scope.ret = Some(node);
            }
        }
        Ok(())
    }

    /// The node of `op`, whose parenthesis comes next.
    fn operation(
        &mut self,
        name: Token<'a>,
        op: Token<'a>,
        kind: OpKind,
        ty: Type,
        scope: &mut Scope<'a>,
    ) -> Parse<NodeId> {
        self.expect(b'(', "behind the operation")?;
        let mut operands = std::mem::take(&mut self.operands);
        operands.clear();
        let mut args = KeywordArgs::default();
        let findings_before = self.findings.len();
        self.arguments(kind, &ty, scope, &mut operands, &mut args)?;
        let info = kind.info();
        if let Some(expected) = info.positional_operands().filter(|&expected| expected != operands.len()) {
            let message = format!("`{}` takes {}, found {}", op.text, counted(expected, "operand"), operands.len());
            let finding = Diagnostic::invalid("E0309", op.span, message);
            self.report(if info.keywords.is_empty() {
                finding
            } else {
                finding.note(format!("its keyword arguments are {}", keyword_list(info)))
            })?;
        }
        self.check_keyword_args(op, info, &args)?;
        let auto_named = self.check_node_name(name, op, &mut args)?;
        if self.findings.len() > findings_before {
            return Ok(self.add_placeholder(name, ty, scope));
        }
        if kind == OpKind::Param {
            return self.parameter_alias(&args, &ty, scope);
        }
        for keyword in info.operands.iter().filter_map(|operand| operand.keyword) {
            operands.extend(args.operands(keyword));
        }
        let Some(op) = with_attributes(kind, &mut args) else { return Ok(self.add_placeholder(name, ty, scope)) };
        let node = NodeId::new(scope.nodes.len());
        scope.nodes.push(Node {
            op,
            operands: operands.as_slice().into(),
            ty,
            name: if auto_named { None } else { Some(name.text.into()) },
            id: 0,
            positions: args.pos,
            span: name.span,
        });
        self.operands = operands;
        self.claim_id(&mut scope.nodes, node, args.id.map(|(id, _)| id));
        Ok(node)
    }

    /// Operands, then keyword arguments, then `)`.
    fn arguments(
        &mut self,
        kind: OpKind,
        ty: &Type,
        scope: &Scope<'a>,
        operands: &mut Vec<NodeId>,
        args: &mut KeywordArgs<'a>,
    ) -> Parse<()> {
        if self.take(b')') {
            return Ok(());
        }
        let mut in_keywords = false;
        loop {
            let name = self.operand_name()?;
            if in_keywords || self.token.is(b'=') {
                in_keywords = true;
                self.keyword_arg(name, kind, scope, ty, args)?;
            } else {
                operands.push(self.resolve(name, scope)?.unwrap_or(NodeId::new(0)));
            }
            if self.take(b',') {
                if in_keywords && self.token.is(b')') {
                    break;
                }
            } else if !in_keywords && self.token.kind == TokenKind::Ident {
                // libxls does not require a comma between operands and keyword arguments.
                in_keywords = true;
            } else {
                break;
            }
        }
        self.expect(b')', "or `,` behind an argument")?;
        Ok(())
    }

    /// Whether a name states operation and id, as `op.7` does. Without a number after the last dot, a name states neither.
    fn check_node_name(&mut self, name: Token<'a>, op: Token<'a>, args: &mut KeywordArgs<'a>) -> Parse<bool> {
        let Some((prefix, number)) = name.text.rsplit_once('.') else { return Ok(false) };
        let Some(id) = number.parse::<i64>().ok().filter(|_| number.bytes().all(|b| b.is_ascii_digit())) else {
            return Ok(false);
        };
        let id = id as u64;
        if prefix != op.text {
            let message =
                format!("the name `{}` says that this is `{prefix}`, but the operation is `{}`", name.text, op.text);
            self.report(
                Diagnostic::invalid("E0311", name.span, message).note("names `x.N` are only for operations called `x`"),
            )?;
            return Ok(false);
        }
        match args.id {
            Some((given, span)) if given != id => {
                let message = format!("the name `{}` says that the id is {id}, but `id={given}`", name.text);
                self.report(Diagnostic::invalid("E0312", span, message))?;
            }
            Some(_) => {}
            // `op.0` states no id, so the node gets one.
            None if id == 0 => {}
            None => args.id = self.checked_id(id, name.span)?.map(|id| (id, name.span)),
        }
        Ok(true)
    }

    /// `param(name=x)`: another name for the parameter (libxls lets it name any node).
    fn parameter_alias(&mut self, args: &KeywordArgs<'a>, ty: &Type, scope: &mut Scope<'a>) -> Parse<NodeId> {
        let Some(name) = args.name else { return Ok(NodeId::new(0)) };
        let Some(node) = self.resolve(name, scope)? else { return Ok(NodeId::new(0)) };
        let named = &scope.nodes[node.index()];
        if named.ty != *ty {
            let message = format!("`{}` has type {}, declared here as {}", name.text, named.ty.short(), ty.short());
            self.report(Diagnostic::invalid("E0401", name.span, message))?;
        }
        if let Some((id, _)) = args.id {
            scope.nodes[node.index()].id = id;
            self.next_id = self.next_id.max(id + 1);
        }
        Ok(node)
    }

    fn unknown_operation(&mut self, op: Token<'a>) -> Parse<()> {
        let finding = match NOT_IN_FUNCTIONS.iter().find(|(name, _)| *name == op.text) {
            Some((name, home)) => {
                Diagnostic::invalid("E0314", op.span, format!("`{name}` is only allowed in {home}, not in functions"))
            }
            None => {
                let finding = Diagnostic::invalid("E0315", op.span, format!("there is no operation `{}`", op.text));
                // Of equally near names, the alphabetically first is suggested.
                let mut names = MNEMONICS.to_vec();
                names.sort_unstable();
                match nearest(op.text, names) {
                    Some(near) => finding.note(format!("did you mean `{near}`?")),
                    None if op.text.starts_with("ext_") => {
                        finding.note("`ext_` operations are not XLS IR; lower them before this tool")
                    }
                    None => finding,
                }
            }
        };
        self.report(finding)
    }

    /// Adds a replacement for a node that was refused, so that its name is known and its users cause no more findings.
    fn add_placeholder(&mut self, name: Token<'a>, ty: Type, scope: &mut Scope<'a>) -> NodeId {
        let node = NodeId::new(scope.nodes.len());
        scope.nodes.push(Node {
            op: Op::Tuple,
            operands: Operands::default(),
            ty,
            name: Some(name.text.into()),
            id: 0,
            positions: Positions::default(),
            span: name.span,
        });
        node
    }

    fn define(&mut self, name: Token<'a>, node: NodeId, scope: &mut Scope<'a>) -> Parse<()> {
        match scope.names.insert(name.text, node) {
            // `ret x: T = param(name=x)` names the parameter by its own name.
            None => Ok(()),
            Some(known) if known == node => Ok(()),
            Some(_) => {
                let message = format!("the name `{}` is already in use", name.text);
                self.report(
                    Diagnostic::invalid("E0316", name.span, message)
                        .note("each parameter and node of a function has its own name"),
                )
            }
        }
    }

    /// Gives the node the id that the text states. A node without an id gets one at the end (see `number_nodes`).
    fn claim_id(&mut self, nodes: &mut [Node], node: NodeId, id: Option<u64>) {
        self.next_id += 1;
        if let Some(id) = id {
            nodes[node.index()].id = id;
            self.next_id = self.next_id.max(id + 1);
        }
    }
}
