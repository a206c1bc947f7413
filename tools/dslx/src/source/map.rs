//! The source map: names and texts of all files of a run.
//!
//! Offsets of the files follow one another, with a gap of one, so that the place behind a file's last byte belongs to it.

use xls_aot_ir::{LineColumn, LineIndex, Span};

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(u32);

/// All texts of a run together have more than 4 GiB.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMuchText;

/// Names and texts of files.
#[derive(Clone, Default, Debug)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

#[derive(Clone, Debug)]
struct SourceFile {
    name: String,
    text: Vec<u8>,
    /// Offset of the first byte in the common numbering.
    base: u32,
}

impl SourceMap {
    /// Adds a file under the name that messages print.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Vec<u8>>) -> Result<FileId, TooMuchText> {
        let text = text.into();
        let base = self.files.last().map_or(0, |file| file.base as usize + file.text.len() + 1);
        if base + text.len() >= u32::MAX as usize {
            return Err(TooMuchText);
        }
        self.files.push(SourceFile { name: name.into(), text, base: base as u32 });
        Ok(FileId(self.files.len() as u32 - 1))
    }

    /// The files in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// Name of a file, as given to [`SourceMap::add`].
    pub fn name(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].name
    }

    /// Text of a file.
    pub fn text(&self, file: FileId) -> &[u8] {
        &self.files[file.0 as usize].text
    }

    /// Offset of a file's first byte in the common numbering.
    pub fn base(&self, file: FileId) -> u32 {
        self.files[file.0 as usize].base
    }

    /// The file that a span is in.
    pub fn file_of(&self, span: Span) -> FileId {
        FileId(self.index_of(span) as u32)
    }

    pub(super) fn index_of(&self, span: Span) -> usize {
        self.files.partition_point(|file| file.base <= span.start).saturating_sub(1)
    }

    /// File, line and column (both from 1) of the first character of a span. Takes time in the size of the file:
    /// for many places of a file use [`SourceMap::line_index`] once.
    pub fn position(&self, span: Span) -> (FileId, LineColumn) {
        let file = self.file_of(span);
        (file, self.line_index(file).position(self.within(file, span)))
    }

    /// Index of a file's lines. It takes spans from [`SourceMap::within`].
    pub fn line_index(&self, file: FileId) -> LineIndex<'_> {
        LineIndex::new(self.text(file))
    }

    /// The span counted from the beginning of the file.
    pub fn within(&self, file: FileId, span: Span) -> Span {
        let base = self.base(file);
        Span { start: span.start.saturating_sub(base), end: span.end.saturating_sub(base) }
    }

    /// The source text of a span; bytes that are not UTF-8 are replaced.
    pub fn slice(&self, span: Span) -> std::borrow::Cow<'_, str> {
        let file = self.file_of(span);
        let Span { start, end } = self.within(file, span);
        String::from_utf8_lossy(self.text(file).get(start as usize..end as usize).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_name_their_file() {
        let mut map = SourceMap::default();
        let first = map.add("a.x", "ab\ncd").unwrap();
        let empty = map.add("b.x", "").unwrap();
        let last = map.add("c.x", "\nxyz").unwrap();
        let at = |file: FileId, start: u32| Span { start: map.base(file) + start, end: map.base(file) + start };
        assert_eq!(map.position(at(first, 4)), (first, LineColumn { line: 2, column: 2 }));
        assert_eq!(map.position(at(first, 5)), (first, LineColumn { line: 2, column: 3 }));
        assert_eq!(map.position(at(empty, 0)), (empty, LineColumn { line: 1, column: 1 }));
        assert_eq!(map.position(at(last, 2)), (last, LineColumn { line: 2, column: 2 }));
        let word = Span { start: map.base(last) + 1, end: map.base(last) + 4 };
        assert_eq!(map.slice(word), "xyz");
        assert_eq!(map.name(map.file_of(word)), "c.x");
    }
}
