//! `xls_aot audit` on lists, folders and stripped files, and what is no audit at all.

mod program;

use program::Folder;

const ADD_ONE: &str = "package p\n\nfn add_one(x: bits[8]) -> bits[8] {\n  ret y: bits[8] = identity(x)\n}\n";

/// A folder with an artefact `design.o` and data beside it.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("design.ir", ADD_ONE);
    assert_eq!(folder.compile(&[]).code, 0);
    std::fs::create_dir(folder.path().join("data")).unwrap();
    folder.write("data/text.txt", "about libxls.so\n");
    folder
}

fn outcome(folder: &Folder, args: &[&str]) -> (i32, String, String) {
    let outcome = folder.run(&[&["audit"], args].concat());
    (outcome.code, outcome.stdout, outcome.stderr)
}

fn clean(files: &str) -> (i32, String, String) {
    (0, format!("{files}: nothing of libxls, xlsynth or LLVM\n"), String::new())
}

fn failed(message: &str) -> (i32, String, String) {
    (1, String::new(), format!("{message}\n"))
}

#[test]
fn a_list_and_a_folder_may_hold_data() {
    let folder = folder();
    folder.write("list", "design.o\ndata\n");
    assert_eq!(outcome(&folder, &["--list", "list"]), clean("2 files"));
    folder.write("data/plugin.cfg", "load /opt/libxls.so\n");
    let finding = "data/plugin.cfg: file name: `libxls.so`, by which the program could load the library";
    assert_eq!(outcome(&folder, &["--list", "list"]), failed(finding));
    assert_eq!(outcome(&folder, &["design.o", "data"]), failed(finding));
    assert_eq!(outcome(&folder, &["design.o", "data", "--allow=libxls.so"]), clean("3 files"));
}

#[test]
fn an_audit_of_nothing_fails() {
    let folder = folder();
    let nothing = "error: there is no object file, library or program among the files";
    folder.write("list", "data\n");
    assert_eq!(outcome(&folder, &["--list", "list"]), failed(nothing));
    folder.write("list", "");
    assert_eq!(outcome(&folder, &["--list", "list"]), failed(nothing));
    assert_eq!(outcome(&folder, &["data"]), failed(nothing));
    assert_eq!(
        outcome(&folder, &["data/text.txt"]),
        failed(
            "data/text.txt: error: is no object file, archive, executable or shared library of the formats ELF and Mach-O"
        )
    );
    folder.write("list", "design.o\tdata/text.txt\n");
    assert_eq!(
        outcome(&folder, &["--list", "list"]),
        failed("error: list: says what design.o was linked from, but has no line for that file itself")
    );
    assert_eq!(outcome(&folder, &[]).0, 2);
    let (code, _, message) = outcome(&folder, &["absent"]);
    assert_eq!((code, message.starts_with("error: absent: can not be read: ")), (1, true), "{message}");
}
