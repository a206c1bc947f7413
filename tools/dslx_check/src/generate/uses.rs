//! `use` declarations of modules, in the place of `import`.
//!
//! libxls reads them but cannot convert a module with them. So it gets the same text with `import`. A module is named by
//! its own name either way, so only lines with declarations differ.

use super::place::Import;
use super::Generator;

/// The attribute of a module that has `use`.
pub(super) const FEATURE: &str = "#![feature(use_syntax)]";

/// What libxls gets in its place: a line that means nothing.
const NO_FEATURE: &str = "//";

impl Generator {
    /// Writes `use` declarations of all modules that are there: one for each, or one for those of a folder.
    pub(super) fn use_all(&mut self) {
        let mut paths: Vec<String> = self.paths.iter().map(|path| path.replace('.', "::")).collect();
        for (module, path) in paths.iter().enumerate() {
            let name = path.rsplit("::").next().unwrap_or(path).to_owned();
            self.imports.push(Import { name, module });
        }
        if self.random.one_in(2) {
            let below: Vec<String> =
                paths.iter().filter_map(|path| Some(path.strip_prefix("part::")?.to_owned())).collect();
            if !below.is_empty() {
                self.line(&format!("use part::{{{}}};", below.join(", ")));
                paths.retain(|path| !path.starts_with("part::"));
            }
        }
        for path in paths {
            self.line(&format!("use {path};"));
        }
    }
}

/// A module's text with `import` in the place of the `use` declarations that [`Generator::use_all`] writes.
pub(super) fn without_use(text: &str) -> String {
    if !text.lines().any(|line| line == FEATURE) {
        return text.to_owned();
    }
    let lines = text.lines().map(|line| match line.strip_prefix("use ").and_then(|rest| rest.strip_suffix(';')) {
        Some(tree) => imports(tree),
        None if line == FEATURE => NO_FEATURE.to_owned(),
        None => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

/// The `import` declarations for `a::b` or `a::{b, c::d}`.
fn imports(tree: &str) -> String {
    let (prefix, paths) = match tree.strip_suffix('}').and_then(|tree| tree.split_once('{')) {
        Some((prefix, paths)) => (prefix, paths.split(", ").collect()),
        None => ("", vec![tree]),
    };
    let import = |path: &&str| format!("import {};", format!("{prefix}{path}").replace("::", "."));
    paths.iter().map(import).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_with_declarations_differ() {
        let text = format!("// A.\n{FEATURE}\nuse std;\nuse part::{{m0, of::m1}};\nfn f() {{ m0::K }}\n");
        let expected = "// A.\n//\nimport std;\nimport part.m0; import part.of.m1;\nfn f() { m0::K }\n";
        assert_eq!(without_use(&text), expected);
        assert_eq!(without_use("use a;\n"), "use a;\n", "without the attribute, `use` is an error for both");
    }
}
