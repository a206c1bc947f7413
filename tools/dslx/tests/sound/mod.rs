//! What must hold of everything that the parser returns.

use xls_aot_dslx::source::{Report, SourceMap, Span, MAX_FINDINGS};
use xls_aot_dslx::syntax::ast::walk::{self, Visitor};
use xls_aot_dslx::syntax::ast::NodeId;
use xls_aot_dslx::syntax::{parse_module, Parsed};
use xls_aot_dslx::{warnings, CODES};

/// Parses `text` and checks what it gives.
#[allow(dead_code)] // Not every test that includes this file needs it.
pub fn parse(text: &[u8]) -> Parsed {
    let mut map = SourceMap::default();
    // A file before it, so that offsets do not begin with 0.
    map.add("before.x", "fn before() {}").unwrap();
    let file = map.add("input.x", text).unwrap();
    let parsed = parse_module(&map, file);
    check(&map, &parsed);
    parsed
}

/// Checks findings and tree.
pub fn check(map: &SourceMap, parsed: &Parsed) {
    let file = parsed.module.file;
    let (base, end) = (map.base(file), map.base(file) + map.text(file).len() as u32);
    let inside = |span: Span| base <= span.start && span.start <= span.end && span.end <= end;
    for finding in &parsed.findings {
        assert!(CODES.iter().any(|(code, _)| *code == finding.code), "unknown code {}", finding.code);
        assert!(inside(finding.span), "{finding:?}");
        assert!(finding.labels.iter().all(|label| inside(label.span)), "{finding:?}");
    }
    assert!(parsed.findings.len() <= 3 * MAX_FINDINGS + 1, "{} findings", parsed.findings.len());
    // All of them can be printed.
    let _ = Report::new(map, parsed.findings.clone()).to_string();
    let mut tree = Tree { map, seen: vec![false; parsed.module.node_count as usize], above: Vec::new() };
    walk::module(&mut tree, &parsed.module);
    for warning in warnings::find("input", &parsed.module, map) {
        assert!(warnings::KINDS.iter().any(|kind| kind.name == warning.code), "unknown warning {}", warning.code);
        assert!(inside(warning.span), "{warning:?}");
    }
}

struct Tree<'a> {
    map: &'a SourceMap,
    seen: Vec<bool>,
    above: Vec<Span>,
}

impl<'a> Visitor<'a> for Tree<'_> {
    fn enter(&mut self, id: NodeId, span: Span) {
        assert!(!self.seen[id.0 as usize], "an id occurs twice: {:?}", self.map.slice(span));
        self.seen[id.0 as usize] = true;
        if let Some(outer) = self.above.last() {
            let within = outer.start <= span.start && span.end <= outer.end;
            assert!(within, "{:?} is not within {:?}", self.map.slice(span), self.map.slice(*outer));
        }
        let end = |at: u32| self.map.slice(Span { start: at, end: at + 1 }).trim().is_empty();
        let empty = span.start == span.end;
        assert!(empty || !end(span.start) && !end(span.end - 1), "{:?} has a space at its ends", self.map.slice(span));
        self.above.push(span);
    }

    fn leave(&mut self, _id: NodeId) {
        self.above.pop();
    }
}
