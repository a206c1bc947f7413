//! Names, identifiers, paths and node ids.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::source::Span;

/// Number of a node of a module: dense, from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

/// The text of an identifier; copies share it. May contain `'` and end in `!`, as DSLX allows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Name(Arc<str>);

impl Name {
    /// A name of this text.
    pub fn new(text: &str) -> Self {
        Name(Arc::from(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Name::new(text)
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An identifier at a place: a definition, a reference, or the name of a member.
#[derive(Clone, Debug)]
pub struct Ident {
    /// Its id.
    pub id: NodeId,
    /// Where it stands.
    pub span: Span,
    /// Its text.
    pub name: Name,
}

impl Ident {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.name.as_str()
    }
}

/// One or more identifiers joined by `::`. The name `self` is an identifier like others.
#[derive(Clone, Debug)]
pub struct Path {
    /// From the first identifier to the last.
    pub span: Span,
    /// At least one.
    pub segments: Vec<Ident>,
}

impl Path {
    /// The identifier of a path without `::`.
    pub fn as_name(&self) -> Option<&Ident> {
        match self.segments.as_slice() {
            [name] => Some(name),
            _ => None,
        }
    }

    /// The last identifier.
    pub fn last(&self) -> &Ident {
        &self.segments[self.segments.len() - 1]
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, segment) in self.segments.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { "::" }, segment.name)?;
        }
        Ok(())
    }
}
