//! What parametrics follow from the types of arguments.
//!
//! The annotation of a parameter (`uN[N]`, `T[M]`, `S<N>`) is laid beside what is known of the argument. Where a name of a
//! parametric stands alone, it gets what is beside it; expressions such as `N + u32:1` decide nothing.

use xls_aot_ir::{Bits, Value};

use super::checker::Check;
use super::infer::{Env, Home, Infer};
use super::known::{Known, Width};
use super::path::TypeName;
use super::typed::ExprId;
use super::types::{Argument, Type};
use crate::syntax::ast::{self, ExprKind as Ast, GenericArg, GenericParam, Name, TypeKind};

/// The parametrics to be found, and those that are found.
struct Solver<'a> {
    parameters: &'a [GenericParam],
    home: Home,
    found: Env,
}

impl Solver<'_> {
    fn is_wanted(&self, name: &Name) -> bool {
        self.parameters.iter().any(|p| p.name.name == *name && p.default.is_none())
            && !self.found.iter().any(|(other, _)| other == name)
    }
}

impl<'a> Infer<'_, 'a> {
    /// The parametrics that follow from these arguments. Sizes are given as `u32`; [`Infer::solved_argument`] gives them
    /// the type of the parametric.
    pub fn solve(
        &mut self,
        formals: &[(&'a ast::Type, ExprId)],
        parameters: &'a [GenericParam],
        home: Home,
    ) -> Check<Env> {
        let mut solver = Solver { parameters, home, found: Env::new() };
        for &(formal, draft) in formals {
            // A number without a type decides nothing.
            let known = self.known(draft).clone();
            if known.is_explicit() {
                self.solve_type(formal, &known, &mut solver)?;
            }
        }
        Ok(solver.found)
    }

    /// The value of a parametric, in the type of the parametric.
    pub fn solved_argument(
        &mut self,
        parameter: &'a GenericParam,
        argument: Argument,
        home: Home,
        env: &Env,
    ) -> Check<Argument> {
        let Some(wanted) = self.parameter_type(parameter, home, env)? else { return Ok(argument) };
        match argument {
            Argument::Value { value, ty } if ty != wanted => match self.cx.types.as_bits(wanted) {
                Some((_, width)) => {
                    let have = self.cx.types.as_number(ty).map_or(0, |(_, width)| width);
                    let value = crate::constant::resize(&value, false, have, width);
                    Ok(Argument::Value { value, ty: wanted })
                }
                None => Ok(Argument::Value { value, ty }),
            },
            argument => Ok(argument),
        }
    }

    fn solve_type(&mut self, formal: &'a ast::Type, actual: &Known, solver: &mut Solver<'a>) -> Check<()> {
        match &formal.kind {
            TypeKind::Sized { width, .. } => {
                if let Some((_, bits)) = self.bits_of(actual) {
                    self.solve_size(width, bits, solver);
                }
            }
            TypeKind::Xn { signed, width } => {
                if let Some((sign, bits)) = self.bits_of(actual) {
                    let ty = self.cx.types.boolean();
                    self.solve_value(signed, Argument::Value { value: Value::bool(sign), ty }, solver);
                    self.solve_size(width, bits, solver);
                }
            }
            TypeKind::Array { element, size } => {
                let len = match actual {
                    Known::Array { len, .. } => Some(*len),
                    Known::Type(ty) => self.cx.types.as_array(*ty).map(|(_, len)| len),
                    Known::Any | Known::Number(_) | Known::Tuple(_) => None,
                };
                if let Some(len) = len {
                    self.solve_size(size, len, solver);
                    let inner = actual.array_element(&self.cx.types);
                    self.solve_type(element, &inner, solver)?;
                }
            }
            TypeKind::Tuple(elements) => {
                for (i, element) in elements.iter().enumerate() {
                    let inner = actual.tuple_element(&self.cx.types, i);
                    self.solve_type(element, &inner, solver)?;
                }
            }
            TypeKind::Path { path, args } => {
                if let Some(name) = path.as_name() {
                    if solver.is_wanted(&name.name) {
                        if let Some(ty) = actual.default_type(&mut self.cx.types) {
                            solver.found.push((name.name.clone(), Argument::Type(ty)));
                        }
                        return Ok(());
                    }
                    if solver.parameters.iter().any(|p| p.name.name == name.name) {
                        return Ok(());
                    }
                }
                if !args.is_empty() {
                    self.solve_structure(path, args, actual, solver)?;
                }
            }
            TypeKind::Bool
            | TypeKind::Token
            | TypeKind::Bits { .. }
            | TypeKind::Widthless { .. }
            | TypeKind::SelfType
            | TypeKind::Member { .. }
            | TypeKind::Channel { .. } => {}
        }
        Ok(())
    }

    fn solve_structure(
        &mut self,
        path: &'a ast::Path,
        args: &'a [GenericArg],
        actual: &Known,
        solver: &mut Solver<'a>,
    ) -> Check<()> {
        let Known::Type(ty) = actual else { return Ok(()) };
        let Type::Struct(id) = *self.cx.types.get(*ty) else { return Ok(()) };
        let name = Infer::new(self.cx, solver.home, &Env::new()).type_path(path);
        let TypeName::Struct(of) = self.note_failure(name)? else { return Ok(()) };
        let structure = self.cx.types.structure(id);
        if structure.definition != of.definition {
            return Ok(());
        }
        let arguments: Vec<Argument> = structure.arguments.iter().map(|(_, argument)| argument.clone()).collect();
        for (arg, argument) in args.iter().zip(arguments) {
            match arg {
                GenericArg::Expr(expr) => self.solve_value(expr, argument, solver),
                GenericArg::Type(formal) => {
                    if let Argument::Type(ty) = argument {
                        self.solve_type(formal, &Known::Type(ty), solver)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn solve_size(&mut self, expr: &ast::Expr, size: u32, solver: &mut Solver<'a>) {
        let ty = self.cx.types.unsigned(32);
        let value = Value::Bits(Bits::from_u64(32, u64::from(size)));
        self.solve_value(expr, Argument::Value { value, ty }, solver);
    }

    fn solve_value(&mut self, expr: &ast::Expr, argument: Argument, solver: &mut Solver<'a>) {
        if let Ast::Path(path) = &expr.kind {
            if let Some(name) = path.as_name() {
                if solver.is_wanted(&name.name) {
                    solver.found.push((name.name.clone(), argument));
                }
            }
        }
    }

    fn bits_of(&self, actual: &Known) -> Option<(bool, u32)> {
        match actual {
            Known::Type(ty) => self.cx.types.as_bits(*ty),
            Known::Number(Width { signed, width, .. }) => Some((*signed, *width)),
            Known::Any | Known::Tuple(_) | Known::Array { .. } => None,
        }
    }
}
