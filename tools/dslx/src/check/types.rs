//! Concrete types of DSLX, interned.
//!
//! A [`TypeId`] names one type of one check: equal types have equal ids, so comparing them takes no time. Only concrete
//! types are here: every width is a number and every parametric has a value. What is known about an expression before its
//! type is decided is in `inferred.rs`.
//!
//! Nominal types (structures, enumerations) are their definition plus, for structures, the values of all parametrics.
//! Field types of a structure are computed when it is interned, so a `TypeId` is never half known. All ids are dense and
//! in order of first use, which is the order of the source, so whatever is emitted in id order is deterministic.

use std::collections::HashMap;
use std::fmt;

use xls_aot_ir::{Type as IrType, Value};

use crate::source::Span;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(u32);

        impl $name {
            /// The id of entry `index` of its table.
            pub fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("fewer than 2^32 entries: the limits are far below"))
            }

            /// The place in its table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}
pub(crate) use index;

index!(
    /// A module of the program.
    ModuleId
);
index!(
    /// A type of [`Types`].
    TypeId
);
index!(
    /// A structure with values for all its parametrics.
    StructId
);
index!(
    /// An enumeration.
    EnumId
);

/// A type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// `uN[width]` or `sN[width]`; `bool` is `uN[1]`.
    Bits {
        /// True for `sN`.
        signed: bool,
        /// Number of bits; may be 0.
        width: u32,
    },
    /// `(A, B)`; `()` is the unit type.
    Tuple(Vec<TypeId>),
    /// `element[len]`.
    Array {
        /// Type of every element.
        element: TypeId,
        /// Number of elements; may be 0.
        len: u32,
    },
    /// A structure.
    Struct(StructId),
    /// An enumeration.
    Enum(EnumId),
    /// `token`.
    Token,
}

/// The value of a parametric.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Argument {
    /// Of a parametric with a value type (`N: u32`).
    Value {
        /// The value; enumerations and `bool` as bits.
        value: Value,
        /// Its type.
        ty: TypeId,
    },
    /// Of a type parametric (`T: type`).
    Type(TypeId),
}

/// Where a nominal type or constant is defined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Definition {
    /// The module.
    pub module: ModuleId,
    /// Index of the item in the module's list of items.
    pub item: u32,
}

/// A structure with values for all its parametrics.
#[derive(Clone, Debug)]
pub struct Struct {
    /// The `struct` item.
    pub definition: Definition,
    /// Its name.
    pub name: String,
    /// Name and value of every parametric, in the order of the definition.
    pub arguments: Vec<(String, Argument)>,
    /// Name and type of every field, in the order of the definition.
    pub fields: Vec<(String, TypeId)>,
}

/// An enumeration.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The `enum` item.
    pub definition: Definition,
    /// Its name.
    pub name: String,
    /// True if the numbers are signed.
    pub signed: bool,
    /// Width of the numbers.
    pub width: u32,
    /// Name, number and place of every member, in the order of the definition.
    pub members: Vec<Member>,
}

/// A member of an enumeration.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its number, as wide as the enumeration.
    pub value: Value,
    /// Its name in the source.
    pub span: Span,
}

/// All types of one check.
#[derive(Clone, Debug)]
pub struct Types {
    types: Vec<Type>,
    ids: HashMap<Type, TypeId>,
    /// Bits of every type, and how deep it nests. `None`: it contains a token.
    facts: Vec<Facts>,
    structs: Vec<Struct>,
    struct_ids: HashMap<(Definition, Vec<Argument>), StructId>,
    enums: Vec<Enum>,
    enum_ids: HashMap<Definition, EnumId>,
}

/// What is asked about a type often.
#[derive(Clone, Copy, Debug)]
struct Facts {
    /// Bits of all leaves, not more than `u64::MAX`.
    flat_bits: u64,
    /// Nesting; a leaf is 1.
    depth: u32,
    has_token: bool,
}

impl Default for Types {
    fn default() -> Self {
        Self::new()
    }
}

impl Types {
    /// No types yet.
    pub fn new() -> Self {
        Self {
            types: Vec::new(),
            ids: HashMap::new(),
            facts: Vec::new(),
            structs: Vec::new(),
            struct_ids: HashMap::new(),
            enums: Vec::new(),
            enum_ids: HashMap::new(),
        }
    }

    /// The type with this id.
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types[id.index()]
    }

    /// The id of a type.
    pub fn intern(&mut self, ty: Type) -> TypeId {
        if let Some(&id) = self.ids.get(&ty) {
            return id;
        }
        let id = TypeId::new(self.types.len());
        self.facts.push(self.facts_of(&ty));
        self.types.push(ty.clone());
        self.ids.insert(ty, id);
        id
    }

    /// `uN[width]` or `sN[width]`.
    pub fn bits(&mut self, signed: bool, width: u32) -> TypeId {
        self.intern(Type::Bits { signed, width })
    }

    /// `uN[width]`.
    pub fn unsigned(&mut self, width: u32) -> TypeId {
        self.bits(false, width)
    }

    /// `bool`.
    pub fn boolean(&mut self) -> TypeId {
        self.bits(false, 1)
    }

    /// `()`.
    pub fn unit(&mut self) -> TypeId {
        self.intern(Type::Tuple(Vec::new()))
    }

    /// `element[len]`.
    pub fn array(&mut self, element: TypeId, len: u32) -> TypeId {
        self.intern(Type::Array { element, len })
    }

    /// `(elements...)`.
    pub fn tuple(&mut self, elements: Vec<TypeId>) -> TypeId {
        self.intern(Type::Tuple(elements))
    }

    /// The structure of a definition with these values, if it was interned.
    pub fn find_struct(&self, definition: Definition, arguments: &[Argument]) -> Option<StructId> {
        self.struct_ids.get(&(definition, arguments.to_vec())).copied()
    }

    /// Adds a structure. One with the same definition and values gets the same id.
    pub fn add_struct(&mut self, structure: Struct) -> StructId {
        let arguments = structure.arguments.iter().map(|(_, argument)| argument.clone()).collect();
        let id = StructId::new(self.structs.len());
        match self.struct_ids.entry((structure.definition, arguments)) {
            std::collections::hash_map::Entry::Occupied(entry) => *entry.get(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                self.structs.push(structure);
                *entry.insert(id)
            }
        }
    }

    /// The structure with this id.
    pub fn structure(&self, id: StructId) -> &Struct {
        &self.structs[id.index()]
    }

    /// All structures, in order of first use.
    pub fn structs(&self) -> impl Iterator<Item = (StructId, &Struct)> {
        self.structs.iter().enumerate().map(|(i, s)| (StructId::new(i), s))
    }

    /// The enumeration of a definition, if it was interned.
    pub fn find_enum(&self, definition: Definition) -> Option<EnumId> {
        self.enum_ids.get(&definition).copied()
    }

    /// Adds an enumeration.
    pub fn add_enum(&mut self, enumeration: Enum) -> EnumId {
        let id = EnumId::new(self.enums.len());
        self.enum_ids.insert(enumeration.definition, id);
        self.enums.push(enumeration);
        id
    }

    /// The enumeration with this id.
    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.index()]
    }

    /// All enumerations, in order of first use.
    pub fn enums(&self) -> impl Iterator<Item = (EnumId, &Enum)> {
        self.enums.iter().enumerate().map(|(i, e)| (EnumId::new(i), e))
    }

    /// Sign and width of a bits type (not of an enumeration).
    pub fn as_bits(&self, id: TypeId) -> Option<(bool, u32)> {
        match *self.get(id) {
            Type::Bits { signed, width } => Some((signed, width)),
            Type::Tuple(_) | Type::Array { .. } | Type::Struct(_) | Type::Enum(_) | Type::Token => None,
        }
    }

    /// Sign and width of a bits type, or of the numbers of an enumeration.
    pub fn as_number(&self, id: TypeId) -> Option<(bool, u32)> {
        match *self.get(id) {
            Type::Enum(id) => Some((self.enumeration(id).signed, self.enumeration(id).width)),
            Type::Bits { .. } | Type::Tuple(_) | Type::Array { .. } | Type::Struct(_) | Type::Token => self.as_bits(id),
        }
    }

    /// Element type and length of an array.
    pub fn as_array(&self, id: TypeId) -> Option<(TypeId, u32)> {
        match *self.get(id) {
            Type::Array { element, len } => Some((element, len)),
            Type::Bits { .. } | Type::Tuple(_) | Type::Struct(_) | Type::Enum(_) | Type::Token => None,
        }
    }

    /// Types of the elements of a tuple (not of a structure).
    pub fn as_tuple(&self, id: TypeId) -> Option<&[TypeId]> {
        match self.get(id) {
            Type::Tuple(elements) => Some(elements),
            Type::Bits { .. } | Type::Array { .. } | Type::Struct(_) | Type::Enum(_) | Type::Token => None,
        }
    }

    /// The structure that a type is.
    pub fn as_struct(&self, id: TypeId) -> Option<StructId> {
        match *self.get(id) {
            Type::Struct(id) => Some(id),
            Type::Bits { .. } | Type::Tuple(_) | Type::Array { .. } | Type::Enum(_) | Type::Token => None,
        }
    }

    /// True for `()`.
    pub fn is_unit(&self, id: TypeId) -> bool {
        self.as_tuple(id).is_some_and(<[TypeId]>::is_empty)
    }

    /// Bits of all leaves; `u64::MAX` if there are more.
    pub fn flat_bits(&self, id: TypeId) -> u64 {
        self.facts[id.index()].flat_bits
    }

    /// How deep a type nests; a leaf is 1.
    pub fn depth(&self, id: TypeId) -> u32 {
        self.facts[id.index()].depth
    }

    /// True if a token is in the type.
    pub fn has_token(&self, id: TypeId) -> bool {
        self.facts[id.index()].has_token
    }

    /// The type that values have in the IR: structures are tuples, enumerations are bits.
    pub fn to_ir(&self, id: TypeId) -> IrType {
        match self.get(id) {
            Type::Bits { width, .. } => IrType::Bits(*width),
            Type::Tuple(elements) => IrType::tuple(elements.iter().map(|&e| self.to_ir(e)).collect::<Vec<_>>()),
            Type::Array { element, len } => IrType::array(self.to_ir(*element), u64::from(*len)),
            Type::Struct(id) => {
                IrType::tuple(self.structure(*id).fields.iter().map(|&(_, f)| self.to_ir(f)).collect::<Vec<_>>())
            }
            Type::Enum(id) => IrType::Bits(self.enumeration(*id).width),
            Type::Token => IrType::Token,
        }
    }

    /// The type as a user writes it.
    pub fn display(&self, id: TypeId) -> Shown<'_> {
        Shown { types: self, id }
    }

    fn facts_of(&self, ty: &Type) -> Facts {
        let leaf = |flat_bits, has_token| Facts { flat_bits, depth: 1, has_token };
        let all = |elements: &mut dyn Iterator<Item = TypeId>| {
            elements.fold(leaf(0, false), |sum, element| {
                let facts = self.facts[element.index()];
                Facts {
                    flat_bits: sum.flat_bits.saturating_add(facts.flat_bits),
                    depth: sum.depth.max(facts.depth.saturating_add(1)),
                    has_token: sum.has_token || facts.has_token,
                }
            })
        };
        match ty {
            Type::Bits { width, .. } => leaf(u64::from(*width), false),
            Type::Tuple(elements) => all(&mut elements.iter().copied()),
            Type::Struct(id) => all(&mut self.structure(*id).fields.iter().map(|&(_, field)| field)),
            Type::Array { element, len } => {
                let facts = self.facts[element.index()];
                Facts {
                    flat_bits: facts.flat_bits.saturating_mul(u64::from(*len)),
                    depth: facts.depth.saturating_add(1),
                    ..facts
                }
            }
            Type::Enum(id) => leaf(u64::from(self.enumeration(*id).width), false),
            Type::Token => leaf(0, true),
        }
    }
}

/// A type to print.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    types: &'a Types,
    id: TypeId,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types = self.types;
        match types.get(self.id) {
            Type::Bits { signed: false, width: width @ 1..=64 } => write!(f, "u{width}"),
            Type::Bits { signed: true, width: width @ 1..=64 } => write!(f, "s{width}"),
            Type::Bits { signed: false, width } => write!(f, "uN[{width}]"),
            Type::Bits { signed: true, width } => write!(f, "sN[{width}]"),
            Type::Tuple(elements) => {
                f.write_str("(")?;
                for (i, &element) in elements.iter().enumerate() {
                    write!(f, "{}{}", if i > 0 { ", " } else { "" }, types.display(element))?;
                }
                f.write_str(if elements.len() == 1 { ",)" } else { ")" })
            }
            Type::Array { element, len } => write!(f, "{}[{len}]", types.display(*element)),
            Type::Struct(id) => {
                let structure = types.structure(*id);
                f.write_str(&structure.name)?;
                if structure.arguments.is_empty() {
                    return Ok(());
                }
                for (i, (_, argument)) in structure.arguments.iter().enumerate() {
                    write!(f, "{}{}", if i > 0 { ", " } else { "<" }, types.display_argument(argument))?;
                }
                f.write_str(">")
            }
            Type::Enum(id) => f.write_str(&types.enumeration(*id).name),
            Type::Token => f.write_str("token"),
        }
    }
}

/// The value of a parametric to print.
pub struct ShownArgument<'a> {
    types: &'a Types,
    argument: &'a Argument,
}

impl Types {
    /// The value of a parametric as a user writes it, without its type.
    pub fn display_argument<'a>(&'a self, argument: &'a Argument) -> ShownArgument<'a> {
        ShownArgument { types: self, argument }
    }
}

impl fmt::Display for ShownArgument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.argument {
            Argument::Type(ty) => write!(f, "{}", self.types.display(*ty)),
            Argument::Value { value, ty } => f.write_str(&super::show_value::show_value(self.types, value, *ty)),
        }
    }
}
