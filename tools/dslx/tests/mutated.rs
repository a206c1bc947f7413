//! Valid files with some words exchanged: checked or refused with a finding, never a panic.

use std::path::{Path, PathBuf};

use xls_aot_dslx::check::{check, Tops};
use xls_aot_dslx::modules::{load, Loader, Search, Top};
use xls_aot_dslx::source::SourceMap;

struct Nothing;

impl Loader for Nothing {
    fn load(&self, _path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}

/// A small generator of numbers: the test does the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// The text in pieces: words, and single characters between them.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(word.max(first.len_utf8()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// Pieces of one class may stand for each other without an error of syntax, mostly.
fn class(piece: &str) -> u32 {
    const KEYWORDS: &[&str] = &[
        "fn", "let", "struct", "enum", "impl", "const", "if", "else", "match", "for", "in", "pub", "import", "type",
        "as", "test", "use", "proc",
    ];
    let first = piece.chars().next().unwrap_or(' ');
    let sized = piece.len() > 1 && piece[1..].bytes().all(|b| b.is_ascii_digit());
    match first {
        _ if KEYWORDS.contains(&piece) => 0,
        '0'..='9' => 1,
        'u' | 's' if sized => 2,
        'A'..='Z' => 3,
        'a'..='z' | '_' => 4,
        '+' | '-' | '*' | '&' | '|' | '^' | '/' | '%' => 5,
        _ => 100 + first as u32,
    }
}

fn mutated(text: &str, random: &mut Random) -> String {
    let mut pieces = pieces(text);
    for _ in 0..1 + random.below(4) {
        let (i, start) = (random.below(pieces.len()), random.below(pieces.len()));
        let wanted = class(pieces[i]);
        let other = (0..pieces.len()).map(|d| pieces[(start + d) % pieces.len()]).find(|other| class(other) == wanted);
        pieces[i] = match random.below(10) {
            0 => ["0", "255", "0x80", "u8", "s8", "bool", "N", "_", "()", "[]", "self", "true"][random.below(12)],
            _ => other.unwrap_or(pieces[i]),
        };
    }
    pieces.concat()
}

fn files() -> Vec<PathBuf> {
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(PathBuf::new, |crate_folder| Path::new(&crate_folder).join("../.."));
    let entries = std::fs::read_dir(root.join("testdata/dslx")).expect("the folder of the files");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "x"));
    files.sort();
    files
}

#[test]
fn exchanged_words_are_checked_or_refused() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut checked, mut refused) = (0, 0);
    for path in files() {
        let original = std::fs::read_to_string(&path).expect("text");
        for _ in 0..12 {
            let text = mutated(&original, &mut random);
            let mut sources = SourceMap::default();
            let top = Top { name: "mutated", path: "mutated.x", shown: "mutated.x", text: text.clone().into() };
            let loaded = load(&mut sources, top, &Search::default(), &Nothing);
            if loaded.findings.iter().any(|finding| finding.is_error()) {
                continue;
            }
            let (result, findings) = check(&loaded.modules, &sources, &Tops::All);
            let errors: Vec<_> = findings.iter().filter(|finding| finding.is_error()).collect();
            assert_eq!(result.is_none(), !errors.is_empty(), "{}:\n{text}", path.display());
            assert!(errors.iter().all(|error| error.code != "E1207"), "{}:\n{text}", path.display());
            match result {
                Some(_) => checked += 1,
                None => refused += 1,
            }
        }
    }
    assert!(checked > 50 && refused > 50, "{checked} checked, {refused} refused: too many errors of syntax");
}
