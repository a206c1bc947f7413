//! The keyword arguments of operations in IR text: `id=`, `width=`, `cases=`, ...

macro_rules! keywords {
    ($( $keyword:ident = $spelling:literal, )*) => {
        /// A keyword argument.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u32)]
        pub enum Keyword {
            $( #[doc = concat!("`", $spelling, "=`")] $keyword, )*
        }

        impl Keyword {
            /// Every keyword argument, in declaration order.
            pub const ALL: &[Keyword] = &[$(Keyword::$keyword),*];

            /// The name in IR text; for an attribute also the name of the field of [`Op`](crate::Op).
            pub const fn spelling(self) -> &'static str {
                match self {
                    $( Keyword::$keyword => $spelling, )*
                }
            }
        }
    };
}

keywords! {
    Id = "id",
    Pos = "pos",
    Name = "name",
    Value = "value",
    NewBitCount = "new_bit_count",
    Start = "start",
    Width = "width",
    LsbPrio = "lsb_prio",
    Cases = "cases",
    Default = "default",
    Indices = "indices",
    AssumedInBounds = "assumed_in_bounds",
    Index = "index",
    ToApply = "to_apply",
    TripCount = "trip_count",
    Stride = "stride",
    Body = "body",
    InvariantArgs = "invariant_args",
    Delay = "delay",
    Message = "message",
    Label = "label",
    Format = "format",
    DataOperands = "data_operands",
    Verbosity = "verbosity",
}

impl Keyword {
    /// The keyword argument with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|keyword| keyword.spelling() == name)
    }

    /// The bit that stands for the keyword argument in sets of them.
    pub(crate) const fn bit(self) -> u32 {
        1 << self as u32
    }
}
