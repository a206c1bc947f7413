//! What the program writes, with every back end that it has.

mod program;

use program::Folder;

const ADD_ONE: &str =
    "package p\n\nfn add_one(x: bits[8] id=1) -> bits[8] {\n  one: bits[8] = literal(value=1, id=2)\n  \
                       ret y: bits[8] = add(x, one, id=3)\n}\n";

const BACKENDS: &[&str] = if cfg!(feature = "xlsynth") { &["native", "xlsynth"] } else { &["native"] };

#[test]
fn compiling_again_gives_the_same_bytes() {
    for backend in BACKENDS {
        compiles_to_the_same_bytes_anywhere(backend);
    }
}

fn compiles_to_the_same_bytes_anywhere(backend: &str) {
    let contents = |folder: &Folder| {
        ["design.o", "design.rs", "design.json"].map(|name| std::fs::read(folder.path().join(name)).unwrap())
    };
    let first = Folder::new();
    first.write("design.ir", ADD_ONE);
    let outcome = first.compile(&["--backend", backend]);
    assert_eq!((outcome.code, &*outcome.stdout, &*outcome.stderr), (0, "", ""));

    // Another folder, another environment, another path to the input, and a file to replace.
    let second = Folder::new();
    std::fs::create_dir_all(second.path().join("deeper/in")).unwrap();
    std::fs::create_dir_all(second.path().join("tmp")).unwrap();
    second.write("deeper/in/design.ir", ADD_ONE);
    second.write("design.o", "old");
    let tmp = second.path().join("tmp").display().to_string();
    let environment =
        [("TMPDIR", &*tmp), ("HOME", "/nowhere"), ("TZ", "Pacific/Chatham"), ("LANG", "tr_TR.UTF-8"), ("USER", "x")];
    let outcome = second.compile_in(&environment, &["--backend", backend, "--ir", "deeper/in/design.ir"]);
    assert_eq!((outcome.code, &*outcome.stdout, &*outcome.stderr), (0, "", ""));
    assert!(contents(&first) == contents(&second), "{backend}: the outputs differ");
    assert_eq!(second.listing(), ["deeper", "design.json", "design.o", "design.rs", "tmp"]);
    for file in contents(&first) {
        let text = String::from_utf8_lossy(&file).into_owned();
        assert!(!text.contains(&*first.path().display().to_string()), "{backend}: an output names a folder");
    }
}

#[test]
fn artefacts_are_found_and_clean() {
    for backend in BACKENDS {
        let folder = Folder::new();
        folder.write("design.ir", ADD_ONE);
        assert_eq!(folder.compile(&["--backend", backend]).code, 0);
        let audit = folder.run(&["audit", "design.o"]);
        let clean = "1 file: nothing of libxls, xlsynth or LLVM\n";
        assert_eq!((audit.code, &*audit.stdout, &*audit.stderr), (0, clean, ""), "{backend}");
        let inspect = folder.run(&["inspect", "design.o", "--json"]);
        assert_eq!(inspect.code, 0, "{}", inspect.stderr);
        let inspected: serde_json::Value = serde_json::from_str(&inspect.stdout).unwrap();
        let written: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder.path().join("design.json")).unwrap()).unwrap();
        assert_eq!(inspected["artifacts"][0]["metadata"], written);
        assert_eq!(inspected["artifacts"].as_array().map(Vec::len), Some(1));
    }
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let folder = Folder::new();
    let top = folder.run(&["--help"]);
    assert_eq!((top.code, &*top.stderr), (0, ""));
    let fuzz: &[&str] = if cfg!(feature = "fuzz") { &["fuzz"] } else { &[] };
    for command in ["compile", "inspect", "audit", "eval", "check", "equivalence"].iter().chain(fuzz) {
        assert!(top.stdout.contains(&format!("\n  {command} ")), "{}", top.stdout);
        let help = folder.run(&[*command, "--help"]);
        assert_eq!((help.code, &*help.stderr), (0, ""), "{command}");
        let example = help.stdout.split_once("\nExample:\n").map(|(_, example)| example.trim_start().to_owned());
        assert!(example.is_some_and(|text| text.starts_with(&format!("xls_aot {command} "))), "{}", help.stdout);
    }
    let version = folder.run(&["--version"]);
    assert_eq!((version.code, &*version.stdout), (0, "xls_aot 0.1.0\n"));
    assert_eq!(folder.run(&[]).code, 2, "without a command there is nothing to do");
}

#[test]
fn files_without_artefacts_and_files_that_are_no_objects() {
    let folder = Folder::new();
    folder.write("text", "just text\n");
    let inspect = folder.run(&["inspect", "none"]);
    assert_eq!(inspect.code, 1);
    assert_eq!(inspect.stderr, "error: none: can not be read: No such file or directory (os error 2)\n");
    let audit = folder.run(&["audit", "none", "text", "--json"]);
    assert_eq!((audit.code, &*audit.stderr), (1, ""));
    let report: serde_json::Value = serde_json::from_str(&audit.stdout).unwrap();
    assert_eq!(report["clean"], false);
    assert_eq!(report["files"], serde_json::json!(["none", "text"]));
    assert_eq!(report["errors"].as_array().map(Vec::len), Some(2), "{report}");
}
