//! File names in the strings of a file.
//!
//! A program can load a library later, by a name that no dynamic section shows. The audit looks for such names in all
//! parts of a file that can contain strings ([`regions`](super::regions)), and in text and data files of a program. To
//! tell names that a program opens from prose, a name counts only
//!
//! - as a whole string: it is a library's file name ([`library_of`]), and there is a zero byte (or the section's begin)
//!   before it and a zero byte after it. That is what a call of `dlopen` needs;
//! - as a path: a `/` is before it, and what follows up to the end of the characters of file names is a library's file
//!   name, or the folder of the crate xlsynth or xlsynth-sys with another `/` after it ([`is_crate_folder`]). Panic
//!   messages of these crates contain such paths.
//!
//! So "links without libxls.so" in a help text is not a finding, and "/opt/xls/libxls.so" is one everywhere. The audit
//! does not see a bare name that a program composes at run time or reads from a text.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::loads::{is_crate_folder, library_of};

/// The beginnings of names that can count. Other parts of a file are not looked at.
const STARTS: [&[u8]; 3] = [b"libxls", b"libLLVM", b"xlsynth"];

/// The names that count, with their meaning, in alphabetical order and without repetition.
pub type Names = BTreeMap<String, &'static str>;

/// Adds the names that count in a piece of a file.
pub fn collect(data: &[u8], names: &mut Names) {
    static SEARCHER: OnceLock<AhoCorasick> = OnceLock::new();
    let searcher = SEARCHER.get_or_init(|| AhoCorasick::new(STARTS).expect("three short words"));
    let mut done = 0;
    for hit in searcher.find_iter(data) {
        let at = hit.start();
        if at < done {
            continue;
        }
        // A component begins after a `/`, or after a zero byte.
        let before = data[..at].iter().rposition(|&byte| !is_name_byte(byte));
        let begin = before.map_or(0, |before| before + 1);
        let is_path = before.is_some_and(|before| data[before] == b'/');
        let rest = &data[at..];
        let end = at + rest.iter().position(|&byte| !is_name_byte(byte)).unwrap_or(rest.len());
        done = end;
        let is_string_begin = before.is_none_or(|before| data[before] == 0);
        let is_string_end = data.get(end) == Some(&0);
        if let Ok(component) = std::str::from_utf8(&data[begin..end]) {
            let is_library = library_of(component).is_some() && (is_path || (is_string_begin && is_string_end));
            let is_source = is_path && data.get(end) == Some(&b'/') && is_crate_folder(component);
            if is_library {
                names.insert(component.to_string(), "by which the program could load the library");
            } else if is_source {
                names.insert(component.to_string(), "a source folder of code that calls libxls");
            }
        }
    }
}

/// The characters in file names that compilers, package managers and Bazel make.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-+@~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{collect, Names};

    fn found(data: &str) -> Vec<String> {
        let mut names = Names::new();
        collect(data.as_bytes(), &mut names);
        names.into_keys().collect()
    }

    #[test]
    fn names_that_a_program_opens_count() {
        assert_eq!(found("libxls.so\0"), ["libxls.so"]);
        assert_eq!(found("x\0libxls-v0.42.0-rocky8.so\0y"), ["libxls-v0.42.0-rocky8.so"]);
        assert_eq!(found("see /opt/libxls.dylib for more"), ["libxls.dylib"]);
        assert_eq!(found("/usr/lib/libLLVM.so.19.1, or"), ["libLLVM.so.19.1"]);
        assert_eq!(found("a/xlsynth-sys-0.41.0/src/lib.rs"), ["xlsynth-sys-0.41.0"]);
        assert_eq!(found("external/m++crate+crates__xlsynth-0.41.0/src/x.rs"), ["m++crate+crates__xlsynth-0.41.0"]);
        assert_eq!(found("\0libLLVM-17.so\0/b/libxls.so\0/b/libxls.so\0"), ["libLLVM-17.so", "libxls.so"]);
    }

    #[test]
    fn prose_and_other_names_do_not() {
        for data in [
            "",
            "libxls",
            "links without libxls.so\0",
            "`libxls.so`\0",
            "libxls.so",
            "\0libxls.so and more\0",
            "libxlsreader.so\0",
            "\0libxls_model.so\0",
            "/lib/libxls_aot_runtime-0123abcd.so\0",
            "the crate xlsynth-sys-0.41.0/src",
            "/my-xlsynth-0.1.0/src/lib.rs",
            "/xlsynth_models-1.0.0/src/lib.rs",
            "/tools/xlsynth/src/lib.rs",
            "/x/libxls.so.txt/y",
            "/x/libxls.so-notes/y",
            "/x/libxls.solid",
        ] {
            assert_eq!(found(data), Vec::<String>::new(), "{data:?}");
        }
    }
}
