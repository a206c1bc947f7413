//! Tests of imports, on files in memory.

use std::collections::BTreeMap;

use super::{load, Imported, Loaded, Loader, ModuleFile, Root, Search, Top, MAX_MODULES};
use crate::source::{Report, SourceMap, MAX_FINDINGS};
use crate::syntax::ast::ItemKind;

/// Files in memory by their paths.
struct Memory(BTreeMap<String, String>);

impl Loader for Memory {
    fn load(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match self.0.get(path).map(String::as_str) {
            Some("unreadable") => Err("permission denied".to_string()),
            text => Ok(text.map(|text| text.as_bytes().to_vec())),
        }
    }
}

fn program(top: &str, files: &[(&str, &str)]) -> (SourceMap, Loaded) {
    let memory = Memory(files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect());
    let search = Search {
        library: Some(Root { folder: "/library".to_string(), shown: "(library)".to_string() }),
        roots: vec![Root::new("first"), Root::new("")],
        ..Search::default()
    };
    let mut sources = SourceMap::default();
    let top = Top { name: "top", path: "dir/top.x", shown: "dir/top.x", text: top.as_bytes().to_vec() };
    let loaded = load(&mut sources, top, &search, &memory);
    (sources, loaded)
}

fn refused(top: &str, files: &[(&str, &str)]) -> String {
    let (sources, loaded) = program(top, files);
    Report::new(&sources, loaded.findings).to_string()
}

/// Names of the modules with their files.
fn modules(top: &str, files: &[(&str, &str)]) -> String {
    let (sources, loaded) = program(top, files);
    let report = Report::new(&sources, loaded.findings);
    assert!(report.is_empty(), "{report}");
    let shown =
        loaded.modules.ids().map(|id| format!("{}={}", loaded.modules.name(id), sources.name(loaded.modules.file(id))));
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_library_comes_first_then_roots_in_order_and_never_the_importers_folder() {
    let files = [
        ("/library/std.x", "const L = u8:1;"),
        ("first/std.x", "const F = u8:1;"),
        ("first/a/b.x", "import std; const F = u8:2;"),
        ("a/b.x", "const C = u8:2;"),
        ("c.x", "import a.b as other; const C = u8:3;"),
        ("/library/a/b.x", "const L = u8:4;"),
    ];
    let top = "import std; import a.b; import c; fn f() -> u8 { c::C }";
    assert_eq!(modules(top, &files), "top=dir/top.x std=(library)/std.x a.b=first/a/b.x c=c.x");
}

#[test]
fn the_name_of_a_file_is_the_one_by_which_it_is_imported() {
    let file = |path: &str| ModuleFile { path: path.to_string(), shown: String::new() };
    let search = Search {
        library: Some(Root::new("library")),
        files: BTreeMap::from([("lib.b".to_string(), file("x/b.x"))]),
        roots: vec![Root::new("x/"), Root::new("")],
    };
    for (path, name) in [
        ("x/b.x", Some("lib.b")),
        ("x/a/b.x", Some("a.b")),
        ("./c.x", Some("c")),
        ("xy/c.x", Some("xy.c")),
        ("a-b/c.x", None),
        ("../c.x", None),
        ("/c.x", None),
        ("a/1.x", None),
        ("a/b.dslx", None),
    ] {
        assert_eq!(search.import_name(path).map(|parts| parts.join(".")).as_deref(), name, "{path}");
    }
}

#[test]
fn an_import_is_found_by_the_id_of_its_item() {
    let (_, loaded) = program("import a as x; import a; fn f() {}", &[("a.x", "fn g() {}")]);
    let modules = &loaded.modules;
    let items = &modules.module(modules.top()).items;
    let a = modules.ids().nth(1).unwrap();
    for item in &items[..2] {
        assert_eq!(modules.import(modules.top(), item.id), Some(&Imported::Module(a)));
    }
    assert_eq!(modules.import(modules.top(), items[2].id), None);
}

#[test]
fn use_takes_a_module_or_a_member() {
    let files = [("a/b.x", "pub fn f() {} pub const N = u8:1;"), ("a/b/c.x", "fn g() {}")];
    let (sources, loaded) = program("#![feature(use_syntax)]\nuse a::{b, b::f, b::c};", &files);
    assert!(loaded.findings.is_empty(), "{}", Report::new(&sources, loaded.findings));
    let modules = &loaded.modules;
    let top = modules.module(modules.top());
    let ItemKind::Use(tree) = &top.items[0].kind else { panic!("no use") };
    let mut imports = Vec::new();
    let mut trees = vec![&tree.tree];
    while let Some(tree) = trees.pop() {
        match &tree.kind {
            crate::syntax::ast::UseTreeKind::Leaf => match modules.import(modules.top(), tree.id) {
                Some(Imported::Module(id)) => imports.push(format!("{}: module {}", tree.name.name, modules.name(*id))),
                Some(Imported::Member(id, name)) => {
                    imports.push(format!("{}: {}::{name}", tree.name.name, modules.name(*id)))
                }
                None => imports.push(format!("{}: nothing", tree.name.name)),
            },
            crate::syntax::ast::UseTreeKind::Inner(inner) => trees.extend(inner.iter().rev()),
        }
    }
    assert_eq!(imports, ["b: module a.b", "f: a.b::f", "c: module a.b.c"]);
}

#[test]
fn a_module_that_is_not_there_is_reported_once_with_where_it_was_looked_for() {
    let expected = "\
dir/top.x:1:8: error[E1151]: there is no module `flaot32`
  import flaot32; import flaot32 as g;
         ^^^^^^^
  help: looked for (library)/flaot32.x, first/flaot32.x, flaot32.x
  help: did you mean `float32` of the standard library?";
    assert_eq!(refused("import flaot32; import flaot32 as g;", &[]), expected);
}

#[test]
fn a_file_beside_the_importing_one_is_pointed_out() {
    let expected = "\
dir/top.x:1:8: error[E1151]: there is no module `helper.part`
  import helper.part;
         ^^^^^^^^^^^
  help: looked for first/helper/part.x, helper/part.x
  help: dir/helper/part.x is in the folder of the importing file, which is not searched
  help: give that folder as a search path, or import the module by its path from a search path";
    assert_eq!(refused("import helper.part;", &[("dir/helper/part.x", "")]), expected);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let expected = "\
dir/top.x:1:8: error[E1152]: first/a.x cannot be read: permission denied
  import a;
         ^";
    assert_eq!(refused("import a;", &[("first/a.x", "unreadable"), ("a.x", "")]), expected);
}

#[test]
fn members_that_are_not_there_are_reported() {
    let expected = "\
dir/top.x:2:12: error[E1155]: the module `a.b` has no member `cuont`
  use a::b::{cuont, count};
             ^^^^^
  help: did you mean `count`?";
    let top = "#![feature(use_syntax)]\nuse a::b::{cuont, count};";
    assert_eq!(refused(top, &[("a/b.x", "pub fn count() {}")]), expected);
}

#[test]
fn cycles_are_errors_with_the_chain() {
    let files = [("a.x", "import b;\nfn f() {}"), ("b.x", "import c; import d;"), ("c.x", "\nimport a;"), ("d.x", "")];
    let expected = "\
c.x:2:8: error[E1153]: modules import each other: `a` -> `b` -> `c` -> `a`
  import a;
         ^
  a.x:1:8: `b` is imported here
    import b;
           ^
  b.x:1:8: `c` is imported here
    import c; import d;
           ^
  help: move what both need to a module of its own";
    assert_eq!(refused("import a;", &files), expected);
}

#[test]
fn a_module_may_not_import_the_top_module_or_itself() {
    let expected = "\
first/a.x:1:8: error[E1153]: modules import each other: `top` -> `a` -> `top`
  import dir.top;
         ^^^^^^^
  dir/top.x:1:8: `a` is imported here
    import a;
           ^
  help: move what both need to a module of its own";
    assert_eq!(refused("import a;", &[("first/a.x", "import dir.top;"), ("dir/top.x", "import a;")]), expected);
    let expected = "\
a.x:1:8: error[E1153]: the module `a` imports itself
  import a;
         ^
  help: move what both need to a module of its own";
    assert_eq!(refused("import a;", &[("a.x", "import a;")]), expected);
}

#[test]
fn errors_of_all_modules_are_reported() {
    let files = [("a.x", "fn f( {}\nfn g() {"), ("b.x", "const = u8:1;")];
    let report = refused("import a; import b; fn", &files);
    let places: Vec<&str> = report.lines().filter(|line| line.contains("error[")).collect();
    assert_eq!(places.len(), 4, "{report}");
}

#[test]
fn no_more_is_looked_for_after_many_findings() {
    let imports: String = (0..100_000).map(|i| format!("import missing{i};\n")).collect();
    let (_, loaded) = program(&imports, &[]);
    assert_eq!(loaded.findings.len(), MAX_FINDINGS);
}

#[test]
fn long_chains_and_many_modules_are_fine_up_to_the_limit() {
    let chain = |count: usize| -> Vec<(String, String)> {
        (0..count).map(|i| (format!("m{i}.x"), format!("import m{};", i + 1))).collect()
    };
    let run = |count: usize| {
        let mut files = chain(count - 1);
        files.push((format!("m{}.x", count - 1), String::new()));
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        refused("import m0;", &files)
    };
    assert_eq!(run(MAX_MODULES - 1), "");
    let expected = format!(
        "m4094.x:1:8: error[E1154]: the program has more than {MAX_MODULES} modules\n  import m4095;\
                 \n         ^^^^^"
    );
    assert_eq!(run(MAX_MODULES), expected);
}
