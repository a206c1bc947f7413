//! Built-in functions: names, and the types of their calls.

use xls_aot_ir::{Bits, Diagnostic, Value};

use super::call::CallSite;
use super::checker::{Check, Reported};
use super::infer::{Because, Infer};
use super::known::Known;
use super::typed::{Builtin, ExprId, ExprKind, Statement, Trace};
use super::types::{Type, TypeId};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast};

macro_rules! names {
    ($($variant:ident = $text:literal),* $(,)?) => {
        /// A built-in function.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Name {
            $( #[doc = concat!("`", $text, "`")] $variant, )*
        }

        impl Name {
            /// How it is written.
            pub fn as_str(self) -> &'static str {
                match self { $( Name::$variant => $text, )* }
            }
        }

        /// All of them.
        const ALL: &[Name] = &[$( Name::$variant, )*];
    };
}

names! {
    AndReduce = "and_reduce", ArrayRev = "array_rev", ArraySize = "array_size", ArraySlice = "array_slice",
    Assert = "assert!", AssertEq = "assert_eq", AssertLt = "assert_lt", BitCount = "bit_count",
    BitSliceUpdate = "bit_slice_update", CeilLog2 = "ceillog2", CheckedCast = "checked_cast", Clz = "clz",
    ConfiguredValueOr = "configured_value_or", Cover = "cover!", Ctz = "ctz", Decode = "decode",
    ElementCount = "element_count", Encode = "encode", Enumerate = "enumerate", Fail = "fail!", Gate = "gate!",
    Join = "join", Map = "map", OneHot = "one_hot", OneHotSel = "one_hot_sel", OrReduce = "or_reduce",
    PrioritySel = "priority_sel", Read = "read", Recv = "recv", RecvIf = "recv_if",
    RecvIfNonBlocking = "recv_if_non_blocking", RecvNonBlocking = "recv_non_blocking", Rev = "rev", Send = "send",
    SendIf = "send_if", Signex = "signex", Smulp = "smulp", Token = "token", TraceValue = "trace!", Umulp = "umulp",
    Update = "update", WideningCast = "widening_cast", Write = "write", XorReduce = "xor_reduce", Zip = "zip",
}

/// The built-in function of this name.
pub(super) fn find(name: &str) -> Option<Name> {
    ALL.iter().copied().find(|builtin| builtin.as_str() == name)
}

/// Names of all of them.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|builtin| builtin.as_str())
}

impl<'a> Infer<'_, 'a> {
    /// A call of a built-in function.
    pub fn draft_builtin(&mut self, name: Name, site: CallSite<'a>) -> Check<ExprId> {
        let types = match name {
            Name::BitCount | Name::ElementCount | Name::CheckedCast | Name::WideningCast | Name::Decode => 1,
            _ => 0,
        };
        let count = match name {
            Name::BitCount | Name::ElementCount => 0,
            Name::Update | Name::ArraySlice | Name::BitSliceUpdate | Name::PrioritySel => 3,
            Name::Map
            | Name::Assert
            | Name::AssertEq
            | Name::AssertLt
            | Name::ConfiguredValueOr
            | Name::Cover
            | Name::Fail
            | Name::Gate
            | Name::OneHot
            | Name::OneHotSel
            | Name::Signex
            | Name::Smulp
            | Name::Umulp
            | Name::Zip => 2,
            Name::Join
            | Name::Read
            | Name::Recv
            | Name::RecvIf
            | Name::RecvIfNonBlocking
            | Name::RecvNonBlocking
            | Name::Send
            | Name::SendIf
            | Name::Token
            | Name::Write => {
                let text = format!("`{}` is for procs, which are not compiled", name.as_str());
                return Err(self.report(Diagnostic::unsupported("E1350", site.callee.span, text)));
            }
            Name::AndReduce
            | Name::ArrayRev
            | Name::ArraySize
            | Name::CeilLog2
            | Name::CheckedCast
            | Name::Clz
            | Name::Ctz
            | Name::Decode
            | Name::Encode
            | Name::Enumerate
            | Name::OrReduce
            | Name::Rev
            | Name::TraceValue
            | Name::WideningCast
            | Name::XorReduce => 1,
        };
        if site.args.len() != count {
            let text = format!(
                "`{}` takes {count} argument{}, and {} given",
                name.as_str(),
                plural(count),
                given(site.args.len())
            );
            return Err(self.invalid("E1334", site.at, text));
        }
        if types == 1 && site.generics.len() != 1 || site.generics.len() > 2 {
            let text = format!("`{0}` needs a type: `{0}<u8>(...)`", name.as_str());
            return Err(self.invalid("E1351", site.at, text));
        }
        self.draft_named_builtin(name, site)
    }

    fn draft_named_builtin(&mut self, name: Name, site: CallSite<'a>) -> Check<ExprId> {
        let span = site.expr.span;
        match name {
            Name::Map => self.draft_map(site),
            Name::BitCount | Name::ElementCount => {
                let ty = self.type_argument(&site.generics[0])?;
                let count = match (name, self.cx.types.get(ty)) {
                    (Name::ElementCount, Type::Array { len, .. }) => u64::from(*len),
                    (Name::ElementCount, Type::Tuple(elements)) => elements.len() as u64,
                    (Name::ElementCount, Type::Struct(id)) => self.cx.types.structure(*id).fields.len() as u64,
                    _ => self.cx.types.flat_bits(ty),
                };
                let Ok(count) = u32::try_from(count) else {
                    let text = format!("`{}` has more bits than a `u32` counts", self.show(ty));
                    return Err(self.report(Diagnostic::limit("E1352", span, text)));
                };
                Ok(self.word(count, span))
            }
            Name::ArraySize => {
                let first = self.body.exprs.len();
                let (x, _, len) = self.array_argument(&site, 0)?;
                let size = self.word(len, span);
                // The argument has been added to the body. It is evaluated only if it may do something.
                if !self.body.exprs[first..].iter().any(|expr| may_have_effects(&expr.kind)) {
                    return Ok(size);
                }
                let ty = self.ty_of(size);
                let kind = ExprKind::Block { statements: vec![Statement::Expr(x)], result: Some(size) };
                Ok(self.closed(kind, ty, span))
            }
            Name::AndReduce
            | Name::OrReduce
            | Name::XorReduce
            | Name::Rev
            | Name::Clz
            | Name::Ctz
            | Name::CeilLog2
            | Name::Encode => {
                let x = self.unsigned_argument(&site, 0)?;
                let ty = self.ty_of(x);
                match self.unary_builtin(name, ty, span)? {
                    Some((builtin, result)) => Ok(self.builtin(builtin, vec![x], result, &site)),
                    None => Err(Reported),
                }
            }
            Name::ArrayRev => {
                let (x, ..) = self.array_argument(&site, 0)?;
                let ty = self.ty_of(x);
                Ok(self.builtin(Builtin::ArrayRev, vec![x], ty, &site))
            }
            Name::Enumerate => {
                let (x, element, len) = self.array_argument(&site, 0)?;
                let word = self.cx.types.unsigned(32);
                let pair = self.cx.types.tuple(vec![word, element]);
                let ty = self.array_of(pair, len, span)?;
                Ok(self.builtin(Builtin::Enumerate, vec![x], ty, &site))
            }
            Name::Zip => {
                let (x, left, len) = self.array_argument(&site, 0)?;
                let (y, right, other) = self.array_argument(&site, 1)?;
                if len != other {
                    let text = format!("`zip` takes arrays of one length, not of {len} and {other}");
                    return Err(self.invalid("E1353", site.at, text));
                }
                let pair = self.cx.types.tuple(vec![left, right]);
                let ty = self.array_of(pair, len, span)?;
                Ok(self.builtin(Builtin::Zip, vec![x, y], ty, &site))
            }
            Name::ArraySlice => self.draft_array_slice(&site),
            Name::BitSliceUpdate => {
                let x = self.unsigned_argument(&site, 0)?;
                let start = self.unsigned_or_word(&site, 1)?;
                let value = self.unsigned_argument(&site, 2)?;
                let ty = self.ty_of(x);
                Ok(self.builtin(Builtin::BitSliceUpdate, vec![x, start, value], ty, &site))
            }
            Name::Update => self.draft_update(&site),
            Name::AssertEq | Name::AssertLt => self.draft_assertion(name, &site),
            Name::Assert => {
                let boolean = self.cx.types.boolean();
                let x = self.check(&site.args[0], boolean, wants("`assert!` takes a `bool`", &site))?;
                let label = self.label(&site.args[1])?;
                Ok(self.effect(Builtin::Assert, vec![x], &site, label))
            }
            Name::Cover => {
                let label = self.label(&site.args[0])?;
                let boolean = self.cx.types.boolean();
                let x = self.check(&site.args[1], boolean, wants("`cover!` takes a `bool`", &site))?;
                let first = label.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
                let rest = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$');
                if !first || !rest {
                    let finding = Diagnostic::invalid("E1354", site.args[0].span, "this is no name for a cover point")
                        .note("it begins with a letter or `_` and goes on with letters, digits, `_` and `$`");
                    return Err(self.report(finding));
                }
                Ok(self.effect(Builtin::Cover, vec![x], &site, label))
            }
            Name::Fail => {
                let label = self.label(&site.args[0])?;
                let x = self.infer(&site.args[1], None)?;
                let ty = self.ty_of(x);
                let kind = ExprKind::Builtin { builtin: Builtin::Fail, arguments: vec![x], at: site.at, label };
                Ok(self.closed(kind, ty, span))
            }
            Name::Gate => {
                let boolean = self.cx.types.boolean();
                let pass = self.check(&site.args[0], boolean, wants("`gate!` takes a `bool`", &site))?;
                let x = self.infer(&site.args[1], None)?;
                let ty = self.ty_of(x);
                Ok(self.builtin(Builtin::Gate, vec![pass, x], ty, &site))
            }
            Name::CheckedCast | Name::WideningCast => self.draft_checked_cast(name, &site),
            Name::ConfiguredValueOr => {
                self.label(&site.args[0])?;
                let x = self.infer(&site.args[1], None)?;
                let value = self.evaluate(x, "the default of `configured_value_or`")?;
                let ty = self.ty_of(x);
                Ok(self.literal(value, ty, span))
            }
            Name::Decode => {
                let result = self.type_argument(&site.generics[0])?;
                if self.cx.types.as_bits(result).is_none_or(|(signed, _)| signed) {
                    let text = format!("`decode` gives unsigned bits, not `{}`", self.show(result));
                    return Err(self.invalid("E1355", site.at, text));
                }
                let x = self.unsigned_argument(&site, 0)?;
                Ok(self.builtin(Builtin::Decode, vec![x], result, &site))
            }
            Name::OneHot => {
                let x = self.unsigned_argument(&site, 0)?;
                let boolean = self.cx.types.boolean();
                let first = self.check(&site.args[1], boolean, wants("`one_hot` takes a `bool`", &site))?;
                let value = self.evaluate(first, "the second argument of `one_hot`")?;
                let at = self.span_of(first);
                let first = self.literal(value, boolean, at);
                let width = self.width_of(x);
                let width = self.checked_width(width.saturating_add(1), span)?;
                let ty = self.cx.types.unsigned(width);
                Ok(self.builtin(Builtin::OneHot, vec![x, first], ty, &site))
            }
            Name::OneHotSel => {
                let x = self.unsigned_argument(&site, 0)?;
                let (cases, element) = self.cases(&site, x)?;
                Ok(self.builtin(Builtin::OneHotSel, vec![x, cases], element, &site))
            }
            Name::PrioritySel => {
                let x = self.unsigned_argument(&site, 0)?;
                let (cases, element) = self.cases(&site, x)?;
                let default = self.check(&site.args[2], element, wants("the cases have this type", &site))?;
                Ok(self.builtin(Builtin::PrioritySel, vec![x, cases, default], element, &site))
            }
            Name::Signex => {
                let x = self.bits_argument(&site, 0)?;
                let y = self.bits_argument(&site, 1)?;
                let (width, result) = (self.width_of(x), self.ty_of(y));
                let signed = self.cx.types.bits(true, width);
                let extended = self.closed(ExprKind::Cast(x), signed, span);
                Ok(self.closed(ExprKind::Cast(extended), result, span))
            }
            Name::Smulp | Name::Umulp => {
                let signed = name == Name::Smulp;
                let x = self.draft(&site.args[0], None)?;
                let y = self.draft(&site.args[1], None)?;
                let ty = self.same_type(&[x, y], &site)?;
                let Some((_, width)) = self.cx.types.as_bits(ty).filter(|&(s, _)| s == signed) else {
                    let what = if signed { "signed" } else { "unsigned" };
                    let text = format!("`{}` takes {what} bits, not `{}`", name.as_str(), self.show(ty));
                    return Err(self.invalid("E1356", site.at, text));
                };
                let part = self.cx.types.unsigned(width);
                let ty = self.cx.types.tuple(vec![part, part]);
                let builtin = if signed { Builtin::Smulp } else { Builtin::Umulp };
                Ok(self.builtin(builtin, vec![x, y], ty, &site))
            }
            Name::TraceValue => {
                let x = self.infer(&site.args[0], None)?;
                let ty = self.ty_of(x);
                let trace = Trace { verbosity: 0, steps: Vec::new(), arguments: vec![x], yields_argument: true };
                Ok(self.closed(ExprKind::Trace(trace), ty, span))
            }
            Name::Join
            | Name::Read
            | Name::Recv
            | Name::RecvIf
            | Name::RecvIfNonBlocking
            | Name::RecvNonBlocking
            | Name::Send
            | Name::SendIf
            | Name::Token
            | Name::Write => Err(Reported),
        }
    }

    /// Built-in functions of one argument: also those that `map` applies. `None`: it is not one.
    pub fn unary_builtin(&mut self, name: Name, ty: TypeId, span: Span) -> Check<Option<(Builtin, TypeId)>> {
        let bits = self.cx.types.as_bits(ty);
        let unsigned = |infer: &mut Self| match bits {
            Some((false, width)) => Ok(width),
            _ => {
                let text = format!("`{}` takes unsigned bits, not `{}`", name.as_str(), infer.show(ty));
                Err(infer.invalid("E1356", span, text))
            }
        };
        Ok(Some(match name {
            Name::AndReduce | Name::OrReduce | Name::XorReduce => {
                unsigned(self)?;
                let builtin = match name {
                    Name::AndReduce => Builtin::AndReduce,
                    Name::OrReduce => Builtin::OrReduce,
                    _ => Builtin::XorReduce,
                };
                (builtin, self.cx.types.boolean())
            }
            Name::Rev | Name::Clz | Name::Ctz | Name::CeilLog2 => {
                unsigned(self)?;
                let builtin = match name {
                    Name::Rev => Builtin::Rev,
                    Name::Clz => Builtin::Clz,
                    Name::Ctz => Builtin::Ctz,
                    _ => Builtin::CeilLog2,
                };
                (builtin, ty)
            }
            Name::Encode => {
                let width = unsigned(self)?;
                (Builtin::Encode, self.cx.types.unsigned(ceil_log2(width)))
            }
            _ => return Ok(None),
        }))
    }

    fn builtin(&mut self, builtin: Builtin, arguments: Vec<ExprId>, ty: TypeId, site: &CallSite<'a>) -> ExprId {
        let kind = ExprKind::Builtin { builtin, arguments, at: site.at, label: String::new() };
        self.closed(kind, ty, site.expr.span)
    }

    fn effect(&mut self, builtin: Builtin, arguments: Vec<ExprId>, site: &CallSite<'a>, label: String) -> ExprId {
        let unit = self.cx.types.unit();
        self.closed(ExprKind::Builtin { builtin, arguments, at: site.at, label }, unit, site.expr.span)
    }

    fn width_of(&self, id: ExprId) -> u32 {
        self.cx.types.as_bits(self.ty_of(id)).map_or(0, |(_, width)| width)
    }

    /// An argument of a bits type, which it says itself.
    fn bits_argument(&mut self, site: &CallSite<'a>, index: usize) -> Check<ExprId> {
        let x = self.draft(&site.args[index], None)?;
        if !self.known(x).is_explicit() {
            let finding = Diagnostic::invalid("E1357", self.span_of(x), "the type of this number is not known")
                .note("write it: `u32:5`");
            return Err(self.report(finding));
        }
        let ty = self.settle_default(x)?;
        if self.cx.types.as_bits(ty).is_none() {
            let text = format!("bits are needed here, not `{}`", self.show(ty));
            let at = self.span_of(x);
            return Err(self.invalid("E1356", at, text));
        }
        Ok(x)
    }

    fn unsigned_argument(&mut self, site: &CallSite<'a>, index: usize) -> Check<ExprId> {
        let x = self.bits_argument(site, index)?;
        let ty = self.ty_of(x);
        if self.cx.types.as_bits(ty).is_none_or(|(signed, _)| signed) {
            let (text, at) = (format!("unsigned bits are needed here, not `{}`", self.show(ty)), self.span_of(x));
            let note = format!("convert it: `x as uN[{}]`", self.width_of(x));
            return Err(self.report(Diagnostic::invalid("E1356", at, text).note(note)));
        }
        Ok(x)
    }

    /// An unsigned argument; a number without a type is a `u32`.
    fn unsigned_or_word(&mut self, site: &CallSite<'a>, index: usize) -> Check<ExprId> {
        if let Ast::Number(_) = site.args[index].kind {
            let word = self.cx.types.unsigned(32);
            return self.check(&site.args[index], word, wants("", site));
        }
        self.unsigned_argument(site, index)
    }

    /// An array with element type and length.
    fn array_argument(&mut self, site: &CallSite<'a>, index: usize) -> Check<(ExprId, TypeId, u32)> {
        let x = self.infer(&site.args[index], None)?;
        let ty = self.ty_of(x);
        match self.cx.types.as_array(ty) {
            Some((element, len)) => Ok((x, element, len)),
            None => {
                let (text, at) = (format!("an array is needed here, not `{}`", self.show(ty)), self.span_of(x));
                Err(self.invalid("E1358", at, text))
            }
        }
    }

    fn draft_array_slice(&mut self, site: &CallSite<'a>) -> Check<ExprId> {
        let (x, element, len) = self.array_argument(site, 0)?;
        let start = self.unsigned_or_word(site, 1)?;
        let want = self.draft(&site.args[2], None)?;
        let count = match self.known(want) {
            Known::Array { len, .. } => Some(*len),
            Known::Type(ty) => self.cx.types.as_array(*ty).map(|(_, len)| len),
            Known::Any | Known::Number(_) | Known::Tuple(_) => None,
        };
        let Some(count) = count else {
            let at = self.span_of(want);
            return Err(self.invalid("E1358", at, "an array is needed here: its type is that of the result"));
        };
        if len == 0 {
            return Err(self.invalid("E1290", site.at, "an array without elements has no parts"));
        }
        let ty = self.array_of(element, count, site.expr.span)?;
        self.settle(want, ty, wants("the array has such elements", site))?;
        Ok(self.builtin(Builtin::ArraySlice, vec![x, start], ty, site))
    }

    fn draft_update(&mut self, site: &CallSite<'a>) -> Check<ExprId> {
        let (array, mut element, _) = self.array_argument(site, 0)?;
        let ty = self.ty_of(array);
        let index = match &site.args[1].kind {
            Ast::Number(_) => self.unsigned_or_word(site, 1)?,
            _ => self.infer(&site.args[1], None)?,
        };
        let index_ty = self.ty_of(index);
        let indices = match self.cx.types.as_tuple(index_ty) {
            Some(elements) => elements.to_vec(),
            None => vec![index_ty],
        };
        for (i, &index_ty) in indices.iter().enumerate() {
            if self.cx.types.as_bits(index_ty).is_none_or(|(signed, _)| signed) {
                let (text, at) =
                    (format!("an index is unsigned bits, not `{}`", self.show(index_ty)), self.span_of(index));
                return Err(self.invalid("E1292", at, text));
            }
            if i > 0 {
                let Some((inner, _)) = self.cx.types.as_array(element) else {
                    let text = format!("`{}` has fewer dimensions than there are indices", self.show(ty));
                    return Err(self.invalid("E1359", site.at, text));
                };
                element = inner;
            }
        }
        if indices.is_empty() {
            element = ty;
        }
        let value = self.check(&site.args[2], element, wants("the elements have this type", site))?;
        Ok(self.builtin(Builtin::Update, vec![array, index, value], ty, site))
    }

    fn draft_assertion(&mut self, name: Name, site: &CallSite<'a>) -> Check<ExprId> {
        let x = self.draft(&site.args[0], None)?;
        let hint = match self.known(x) {
            Known::Type(ty) => Some(*ty),
            _ => None,
        };
        let y = self.draft(&site.args[1], hint)?;
        let ty = self.same_type(&[x, y], site)?;
        if name == Name::AssertLt && self.cx.types.as_bits(ty).is_none() {
            let text = format!("`assert_lt` compares bits, not `{}`", self.show(ty));
            return Err(self.invalid("E1356", site.at, text));
        }
        let label = crate::syntax::canonical_text(site.expr, self.cx.sources);
        let builtin = if name == Name::AssertLt { Builtin::AssertLt } else { Builtin::AssertEq };
        Ok(self.effect(builtin, vec![x, y], site, label))
    }

    /// Settles arguments as one type.
    fn same_type(&mut self, ids: &[ExprId], site: &CallSite<'a>) -> Check<TypeId> {
        let (known, from) = self.join_all(ids, "the other argument has this type")?;
        let Some(ty) = known.default_type(&mut self.cx.types) else {
            return Err(self.invalid("E1211", site.at, "the type of these arguments is not known"));
        };
        for &id in ids {
            self.settle(id, ty, Because { span: from, what: "the other argument has this type" })?;
        }
        Ok(ty)
    }

    fn draft_checked_cast(&mut self, name: Name, site: &CallSite<'a>) -> Check<ExprId> {
        let to = self.type_argument(&site.generics[0])?;
        let x = self.infer(&site.args[0], None)?;
        let from = self.ty_of(x);
        let (Some((signed, width)), Some((to_signed, to_width))) =
            (self.cx.types.as_bits(from), self.cx.types.as_bits(to))
        else {
            let text = format!("`{}` converts bits, not `{}` to `{}`", name.as_str(), self.show(from), self.show(to));
            return Err(self.invalid("E1276", site.at, text));
        };
        let widens = signed == to_signed && to_width >= width || !signed && to_signed && to_width > width;
        if name == Name::WideningCast && !widens {
            let text = format!("`{}` does not have all values of `{}`", self.show(to), self.show(from));
            return Err(self.invalid("E1360", site.at, text));
        }
        Ok(self.closed(ExprKind::Cast(x), to, site.expr.span))
    }

    /// The cases of a selection: as many as the selector has bits.
    fn cases(&mut self, site: &CallSite<'a>, selector: ExprId) -> Check<(ExprId, TypeId)> {
        let (cases, element, len) = self.array_argument(site, 1)?;
        if self.cx.types.as_bits(element).is_none() {
            let (text, at) = (format!("cases are bits, not `{}`", self.show(element)), self.span_of(cases));
            return Err(self.invalid("E1356", at, text));
        }
        let width = self.width_of(selector);
        if width != len {
            let text = format!("the selector has {width} bits, and there are {len} cases");
            return Err(self.invalid("E1361", site.at, text));
        }
        Ok((cases, element))
    }

    /// The text of a label.
    fn label(&mut self, expr: &'a ast::Expr) -> Check<String> {
        if let Ast::Str(text) = &expr.kind {
            return Ok(String::from_utf8_lossy(text).into_owned());
        }
        // A constant string is a label as well.
        let id = self.infer(expr, None)?;
        let byte = self.cx.types.unsigned(8);
        let ty = self.ty_of(id);
        if self.cx.types.as_array(ty).is_none_or(|(element, _)| element != byte) {
            let text = format!("a label is a string, not `{}`", self.show(ty));
            return Err(self.invalid("E1362", expr.span, text));
        }
        let Value::Array(bytes) = self.evaluate(id, "a label")? else { return Err(Reported) };
        let bytes: Vec<u8> = bytes.iter().filter_map(Value::as_bits).map(|b: &Bits| b.low_u64() as u8).collect();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn wants(what: &'static str, site: &CallSite<'_>) -> Because {
    Because { span: site.callee.span, what }
}

fn plural(count: usize) -> &'static str {
    if count == 1 {
        ""
    } else {
        "s"
    }
}

fn given(count: usize) -> String {
    if count == 1 {
        "1 is".to_string()
    } else {
        format!("{count} are")
    }
}

/// The least `n` with `2^n >= value`; 0 for 0.
fn ceil_log2(value: u32) -> u32 {
    match value {
        0 | 1 => 0,
        _ => 32 - (value - 1).leading_zeros(),
    }
}

/// Whether an expression itself, apart from those in it, may assert, trace or cover. Any function may.
fn may_have_effects(kind: &ExprKind) -> bool {
    match kind {
        ExprKind::Call { .. } | ExprKind::Map { .. } | ExprKind::Trace(_) => true,
        ExprKind::Builtin { builtin, .. } => matches!(
            builtin,
            Builtin::AssertEq
                | Builtin::AssertLt
                | Builtin::Assert
                | Builtin::AssertFmt
                | Builtin::Fail
                | Builtin::Cover
        ),
        ExprKind::Literal(_)
        | ExprKind::Constant(_)
        | ExprKind::Local(_)
        | ExprKind::Unary(..)
        | ExprKind::Binary(..)
        | ExprKind::Cast(_)
        | ExprKind::Tuple(_)
        | ExprKind::Array(_)
        | ExprKind::Range { .. }
        | ExprKind::Struct { .. }
        | ExprKind::StructUpdate { .. }
        | ExprKind::Element(..)
        | ExprKind::Index { .. }
        | ExprKind::BitSlice { .. }
        | ExprKind::WidthSlice { .. }
        | ExprKind::If { .. }
        | ExprKind::Match { .. }
        | ExprKind::Block { .. }
        | ExprKind::For { .. } => false,
    }
}
