//! Places of the source as IR positions.

use std::collections::BTreeMap;

use xls_aot_ir::SourcePos;

use crate::source::{FileId, SourceMap, Span};

/// Positions in all files, which are numbered in the order of their first use.
pub(super) struct Positions<'a> {
    sources: &'a SourceMap,
    files: BTreeMap<FileId, File>,
}

struct File {
    number: u32,
    /// Offsets where lines begin.
    lines: Vec<u32>,
}

impl<'a> Positions<'a> {
    pub(super) fn new(sources: &'a SourceMap) -> Self {
        Self { sources, files: BTreeMap::new() }
    }

    /// Where a span begins, counted from zero; columns are bytes, as in libxls.
    pub(super) fn of(&mut self, span: Span) -> SourcePos {
        let (number, (line, column)) = self.place(span, span.start);
        SourcePos { file: number, line, column }
    }

    /// `file:line:column-line:column`, counted from one: how libxls names places in messages.
    pub(super) fn range(&mut self, span: Span) -> String {
        let (_, (line, column)) = self.place(span, span.start);
        let (_, (last_line, last_column)) = self.place(span, span.end);
        let name = self.sources.name(self.sources.file_of(span));
        format!("{name}:{}:{}-{}:{}", line + 1, column + 1, last_line + 1, last_column + 1)
    }

    fn place(&mut self, span: Span, offset: u32) -> (u32, (u32, u32)) {
        let id = self.sources.file_of(span);
        let number = self.files.len() as u32;
        let file = self.files.entry(id).or_insert_with(|| File { number, lines: line_starts(self.sources.text(id)) });
        let offset = offset.saturating_sub(self.sources.base(id));
        let line = file.lines.partition_point(|&start| start <= offset).saturating_sub(1);
        (file.number, (line as u32, offset - file.lines[line]))
    }

    /// The names of all files that positions are in, by number.
    pub(super) fn into_files(self) -> BTreeMap<u32, Box<str>> {
        self.files.iter().map(|(&id, file)| (file.number, self.sources.name(id).into())).collect()
    }
}

fn line_starts(text: &[u8]) -> Vec<u32> {
    let behind = text.iter().enumerate().filter(|(_, &byte)| byte == b'\n').map(|(at, _)| at as u32 + 1);
    std::iter::once(0).chain(behind).collect()
}
