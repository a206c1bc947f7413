//! Findings about source text, IR or DSLX: the place, what is wrong, and how to correct it.

use std::fmt;

/// A place in the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset after the last byte.
    pub end: u32,
}

/// Who must act on a finding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// The text is not valid XLS IR, or not valid DSLX.
    Invalid,
    /// The text is valid, but not supported here.
    Unsupported,
    /// The text is valid, but exceeds a stated limit.
    Limit,
    /// Valid and compiled, but probably not what was meant.
    Warning,
}

/// One finding. `Display` prints it without its place in the text; [`Diagnostics`] adds file, line and column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Who must act.
    pub kind: Kind,
    /// Stable code such as `E0104`, listed in the crate's documentation.
    pub code: &'static str,
    /// Place in the text.
    pub span: Span,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Other places that belong to it, in the order in which they are printed.
    pub labels: Vec<Label>,
    /// What was expected, or how to correct the text; each is printed on a line of its own.
    pub notes: Vec<String>,
}

/// Another place that belongs to a finding, and what is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Place in the text.
    pub span: Span,
    /// What is there, without a full stop.
    pub text: String,
}

impl Diagnostic {
    /// The text is not valid.
    pub fn invalid(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, code, span, message.into())
    }

    /// The text is valid, but not supported here.
    pub fn unsupported(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Kind::Unsupported, code, span, message.into())
    }

    /// The text is valid, but exceeds a stated limit.
    pub fn limit(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Kind::Limit, code, span, message.into())
    }

    /// Valid, but probably not what was meant.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Kind::Warning, code, span, message.into())
    }

    fn new(kind: Kind, code: &'static str, span: Span, message: String) -> Self {
        Self { kind, code, span, message: readable(message), labels: Vec::new(), notes: Vec::new() }
    }

    /// Whether the text is refused because of it.
    pub fn is_error(&self) -> bool {
        self.kind != Kind::Warning
    }

    /// Adds another place, with what is there.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: readable(text.into()) });
        self
    }

    /// `error[E0104]`, `warning[W1001]`.
    fn heading(&self) -> String {
        format!("{}[{}]", if self.is_error() { "error" } else { "warning" }, self.code)
    }

    /// Adds a line that says what was expected, or how to correct the text.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(readable(note.into()));
        self
    }
}

/// `text`, without its middle if it is too long for a message. Messages may quote names of any length.
fn readable(text: String) -> String {
    const LONGEST: usize = 2000;
    const END: usize = 500;
    if text.len() <= LONGEST {
        return text;
    }
    let (begin, end) = (text.floor_char_boundary(LONGEST - END), text.ceil_char_boundary(text.len() - END));
    format!("{} ... {}", &text[..begin], &text[end..])
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.heading(), self.message)?;
        for note in &self.notes {
            write!(f, "\n  help: {note}")?;
        }
        Ok(())
    }
}

/// All findings about one file, in the order of their places.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostics {
    /// Name of the file as the user gave it.
    pub file: String,
    /// The findings with line and column (both from 1, column in characters) and the text of the line.
    pub findings: Vec<Located>,
}

/// A finding with its line and column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The line's text, cut to a readable length around the place.
    pub line_text: String,
    /// What is printed below the line: blanks, and `^` below the place.
    pub marks: String,
    /// The labels, likewise.
    pub labels: Vec<LocatedLabel>,
}

/// A label with its place spelled out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocatedLabel {
    /// Name of the file as the user gave it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The line's text, cut to a readable length around the place.
    pub line_text: String,
    /// What is printed below the line: blanks, and `^` below the place.
    pub marks: String,
    /// What is there.
    pub text: String,
}

impl Located {
    /// What is printed for it, if `file` is the name of its file.
    pub fn in_file<'a>(&'a self, file: &'a str) -> impl fmt::Display + 'a {
        InFile { located: self, file }
    }
}

struct InFile<'a> {
    located: &'a Located,
    file: &'a str,
}

impl fmt::Display for InFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Located { diagnostic, line, column, line_text, marks, labels } = self.located;
        write!(f, "{}:{line}:{column}: {}: {}", self.file, diagnostic.heading(), diagnostic.message)?;
        write!(f, "\n  {line_text}\n  {marks}")?;
        for LocatedLabel { file, line, column, line_text, marks, text } in labels {
            write!(f, "\n  {file}:{line}:{column}: {text}\n    {line_text}\n    {marks}")?;
        }
        for note in &diagnostic.notes {
            write!(f, "\n  help: {note}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, located) in self.findings.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{}", located.in_file(&self.file))?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// `1 operand`, `2 operands`.
pub(crate) fn counted(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        _ => format!("{n} {what}s"),
    }
}
