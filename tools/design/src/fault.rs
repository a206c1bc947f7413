//! A finding about the user's input, before and after its place is converted to text.

use std::collections::BTreeMap;
use std::fmt;

use xls_aot_ir::{Diagnostic, Diagnostics, Kind, LineColumn, LineIndex, Span};

use crate::table::Position;

/// Texts of the files that a package was made from, by the names that positions give them.
pub type Texts = BTreeMap<String, Vec<u8>>;

/// What is wrong, where in the text if anywhere, and how to go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    kind: Kind,
    code: &'static str,
    span: Option<Span>,
    /// The place in the source that the package was made from.
    position: Option<Position>,
    message: String,
    notes: Vec<String>,
}

impl Fault {
    /// The request does not fit the package.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Fault { kind: Kind::Invalid, code, span: None, position: None, message: message.into(), notes: Vec::new() }
    }

    /// The package uses something that cannot be compiled.
    pub fn unsupported(code: &'static str, message: impl Into<String>) -> Self {
        Fault { kind: Kind::Unsupported, ..Self::invalid(code, message) }
    }

    /// The package is beyond a limit.
    pub fn limit(code: &'static str, message: impl Into<String>) -> Self {
        Fault { kind: Kind::Limit, ..Self::invalid(code, message) }
    }

    /// Adds the place in the text of the package.
    pub fn at(self, span: Span) -> Self {
        Fault { span: Some(span), ..self }
    }

    /// Adds the place in the source that the package was made from, if it is known.
    pub fn from(self, position: Option<Position>) -> Self {
        Fault { position, ..self }
    }

    /// Adds a line on how to go on.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Spells the place out in the text of `file`.
    pub fn in_text(self, file: &str, text: &[u8]) -> Finding {
        let Fault { kind, code, span, message, notes, .. } = self;
        match span {
            Some(span) => {
                let diagnostic = Diagnostic { kind, code, span, message, labels: Vec::new(), notes };
                Finding::Placed(LineIndex::new(text).diagnostics(file, vec![diagnostic]))
            }
            None => Finding::WholeFile { file: file.to_owned(), kind, code, message, notes },
        }
    }

    /// The finding about a package that was made from `file`: it is where the package says that it comes from, because its
    /// own text is not the user's. `texts` has what is at such places.
    pub fn of_file(self, file: &str, texts: &Texts) -> Finding {
        let Fault { kind, code, position, message, notes, .. } = self;
        let Some(position) = position else {
            return Finding::WholeFile { file: file.to_owned(), kind, code, message, notes };
        };
        let Position { file, line, column } = &position;
        let lines = texts.get(file).map(|text| LineIndex::new(text));
        let place = LineColumn { line: *line, column: *column };
        match lines.and_then(|lines| Some((lines.span_at(place)?, lines))) {
            Some((span, lines)) => {
                let diagnostic = Diagnostic { kind, code, span, message, labels: Vec::new(), notes };
                Finding::Placed(lines.diagnostics(file, vec![diagnostic]))
            }
            None => Finding::InSource { position, kind, code, message, notes },
        }
    }
}

/// What is wrong with an input. `Display` gives the text for the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// About places in the file.
    Placed(Diagnostics),
    /// About a place in the source that a package was made from, whose text is not known.
    InSource {
        /// The place.
        position: Position,
        /// Who must act.
        kind: Kind,
        /// Stable code such as `E1001`.
        code: &'static str,
        /// What is wrong, in one sentence without a full stop.
        message: String,
        /// How to go on; each is printed on a line of its own.
        notes: Vec<String>,
    },
    /// About the file as a whole.
    WholeFile {
        /// Name of the file as the user gave it.
        file: String,
        /// Who must act.
        kind: Kind,
        /// Stable code such as `E1001`.
        code: &'static str,
        /// What is wrong, in one sentence without a full stop.
        message: String,
        /// How to go on; each is printed on a line of its own.
        notes: Vec<String>,
    },
}

impl Finding {
    /// What is wrong, without its place; of several findings the first.
    pub fn message(&self) -> &str {
        match self {
            Finding::Placed(diagnostics) => {
                diagnostics.findings.first().map_or("", |located| &located.diagnostic.message)
            }
            Finding::InSource { message, .. } | Finding::WholeFile { message, .. } => message,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Placed(diagnostics) => diagnostics.fmt(f),
            Finding::InSource { position: Position { file, line, column }, code, message, notes, .. } => {
                write!(f, "{file}:{line}:{column}: error[{code}]: {message}")?;
                notes.iter().try_for_each(|note| write!(f, "\n  help: {note}"))
            }
            Finding::WholeFile { file, code, message, notes, .. } => {
                write!(f, "{file}: error[{code}]: {message}")?;
                notes.iter().try_for_each(|note| write!(f, "\n  help: {note}"))
            }
        }
    }
}
