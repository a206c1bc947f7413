//! Functions: a statement a node.

use std::fmt::Write as _;

use xls_aot_ir::{FuncId, Function, Node, NodeId, Op, Package, Type};

use crate::aggregate;
use crate::scalar;
use crate::types::Types;

/// How a node's value gets into a variable.
pub(crate) enum Code {
    /// The variable is initialised with an expression.
    Expression(String),
    /// The variable is declared, and statements assign to it, which they call by its name.
    Statements(String),
    /// The value is a constant, which needs no variable.
    Name(String),
    /// A statement changes the variable of a value that nothing needs any more, and it is this node's then.
    InPlace { statement: String, name: String },
}

/// A function while it is translated.
pub(crate) struct Context<'a> {
    pub(crate) package: &'a Package,
    pub(crate) function: &'a Function,
    pub(crate) types: &'a mut Types,
    /// What nodes are called: variables, parameters or constants.
    pub(crate) names: Vec<String>,
    /// Whether the value is in a variable of this function, which may be overwritten after the last use.
    owned: Vec<bool>,
    /// The node that uses the value last.
    last_use: Vec<usize>,
}

impl<'a> Context<'a> {
    /// `params` are what the parameters are called.
    pub(crate) fn new(package: &'a Package, function: &'a Function, types: &'a mut Types, params: Vec<String>) -> Self {
        let count = function.nodes.len();
        let mut last_use = vec![0; count];
        for (id, node) in function.iter() {
            for operand in &node.operands {
                last_use[operand.index()] = id.index();
            }
        }
        last_use[function.ret.index()] = usize::MAX;
        let mut names = params;
        names.resize(count, String::new());
        Context { package, function, types, names, owned: vec![false; count], last_use }
    }

    pub(crate) fn name(&self, id: NodeId) -> &str {
        &self.names[id.index()]
    }

    pub(crate) fn ty(&self, id: NodeId) -> &'a Type {
        &self.function.node(id).ty
    }

    /// The width of a value of a type of bits.
    pub(crate) fn width(&self, id: NodeId) -> u32 {
        self.ty(id).bit_count().unwrap_or(0)
    }

    /// Whether node `user` may overwrite the value of `id`.
    pub(crate) fn may_overwrite(&self, id: NodeId, user: usize) -> bool {
        self.owned[id.index()] && self.last_use[id.index()] == user
    }

    /// The statements of all nodes.
    pub(crate) fn statements(&mut self) -> Result<String, String> {
        let mut text = String::new();
        for (id, node) in self.function.iter() {
            if matches!(node.op, Op::Param { .. }) {
                continue;
            }
            let variable = format!("v{}", id.index());
            let code = self.code(id.index(), node, &variable)?;
            let ty = self.types.name(&node.ty)?;
            let written = match code {
                Code::Expression(value) => writeln!(text, "  {ty} {variable} = {value};"),
                Code::Statements(statements) => writeln!(text, "  {ty} {variable}; {statements}"),
                Code::Name(name) => {
                    self.names[id.index()] = name;
                    continue;
                }
                Code::InPlace { statement, name } => {
                    writeln!(text, "  {statement}").expect("writing to a String");
                    self.names[id.index()] = name;
                    self.owned[id.index()] = true;
                    continue;
                }
            };
            written.expect("writing to a String");
            self.names[id.index()] = variable;
            self.owned[id.index()] = true;
        }
        Ok(text)
    }

    fn code(&mut self, at: usize, node: &Node, variable: &str) -> Result<Code, String> {
        if let Op::ArrayUpdate { .. } = node.op {
            return self.update(at, node, variable);
        }
        match scalar::expression(self, node)? {
            Some(expression) => Ok(Code::Expression(expression)),
            None => aggregate::code(self, node, variable),
        }
    }

    fn update(&self, at: usize, node: &Node, variable: &str) -> Result<Code, String> {
        // The array's own variable is updated if nothing needs the old array.
        let array = node.operands[0];
        let name = self.name(array).to_owned();
        if self.may_overwrite(array, at) {
            let statement = aggregate::update(self, node, &name)?;
            return Ok(Code::InPlace { statement, name });
        }
        let statement = aggregate::update(self, node, variable)?;
        Ok(Code::Statements(format!("{variable} = {name}; {statement}")))
    }
}

/// The definition of a function as a static one.
pub(crate) fn definition(package: &Package, id: FuncId, types: &mut Types) -> Result<String, String> {
    let function = package.function(id);
    let result = types.name(&function.return_type)?;
    let mut params = Vec::new();
    for (i, &param) in function.params.iter().enumerate() {
        params.push(format!("{} p{i}", types.name(&function.node(param).ty)?));
    }
    params.push("void *events, void **context".to_owned());
    let names = (0..function.params.len()).map(|i| format!("p{i}")).collect();
    let mut context = Context::new(package, function, types, names);
    let statements = context.statements()?;
    let ret = context.name(function.ret);
    Ok(format!("static inline {result} f{}({}) {{\n{statements}  return {ret};\n}}\n", id.index(), params.join(", ")))
}
