//! Linking and running of rewritten objects: two artefacts of the same function in one program, under different salts, with
//! the system's linker in every kind of executable, and with the linker that rustc uses.
//!
//! Needs `cc` and `rustc` on the search path, as building with cargo does.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::*;
use xls_aot_objfile::audit::{audit_file, FindingKind, Options, Twin};
use xls_aot_objfile::inspect::inspect_file;

/// Calls every function under both salts and prints its results.
const DRIVER: &str = r#"
#include <inttypes.h>
#include <stdio.h>

typedef int64_t entry(const void *const *, void *const *, void *, void *, void *, void *, int64_t);

static char recorded[16];
static int count;

static void record_assertion(void *context, const char *message, void *events) {
    (void)context; (void)events;
    recorded[count++ & 15] = message[0];
}

extern entry SALT0(add_one), SALT1(add_one), SALT0(divide), SALT1(divide), SALT0(looped), SALT1(looped),
    SALT0(checked), SALT1(checked);

static void run(entry *add_one, entry *divide, entry *looped, entry *checked) {
    void *table[12] = {0};
    table[4] = (void *)record_assertion;
    {
        uint8_t x = 255, y = 7;
        const void *in[] = {&x}; void *out[] = {&y};
        add_one(in, out, 0, 0, table, 0, 0);
        printf("add_one %u\n", y);
    }
    {
        unsigned __int128 x = ~(unsigned __int128)0 / 7, y = ((unsigned __int128)1 << 70) + 3, qr[2];
        const void *in[] = {&x, &y}; void *out[] = {qr};
        divide(in, out, 0, 0, table, 0, 0);
        printf("divide %d %d\n", qr[0] == x / y, qr[1] == x % y);
    }
    {
        uint16_t x = 3, k = 5, y = 0;
        const void *in[] = {&x, &k}; void *out[] = {&y};
        looped(in, out, 0, 0, table, 0, 0);
        uint16_t want = x;
        for (int times = 0; times < 14; times++) {
            want += times % 7;
            for (uint16_t i = 0; i < 20; i++) want = (uint16_t)((uint16_t)((want ^ i) * k) + i);
        }
        printf("looped %d\n", y == want);
    }
    {
        uint16_t values[4] = {1, 2, 30, 4}, limit = 4, y[4];
        const void *in[] = {"", values, &limit}; void *out[] = {y};
        count = 0;
        checked(in, out, 0, 0, table, 0, 0);
        recorded[count] = 0;
        printf("checked %u %u %u %u, failed: %s\n", y[0], y[1], y[2], y[3], recorded);
    }
}

int main(void) {
    run(SALT0(add_one), SALT0(divide), SALT0(looped), SALT0(checked));
    run(SALT1(add_one), SALT1(divide), SALT1(looped), SALT1(checked));
    return 0;
}
"#;

const EXPECTED: &str = "add_one 0\ndivide 1 1\nlooped 1\nchecked 4 9 122 19, failed: 00\n";

/// A new folder for a test; it is removed by the guard.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("objfile-{name}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the folder can be made");
        Folder(path)
    }

    /// Writes all samples under both salts and gives their paths.
    fn objects(&self) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        for salt in SALTS {
            for (top, bytes) in SAMPLES {
                let path = self.0.join(format!("{top}-{salt}.o"));
                std::fs::write(&path, rewrite(bytes, salt, top).expect("the sample can be rewritten")).unwrap();
                paths.push(path);
            }
        }
        paths
    }

    /// Writes one object of all samples for each salt and gives their paths.
    fn joined_objects(&self) -> Vec<PathBuf> {
        let written = SALTS.iter().map(|salt| {
            let path = self.0.join(format!("{salt}.o"));
            std::fs::write(&path, rewrite_all(salt).expect("the samples can be rewritten")).unwrap();
            path
        });
        written.collect()
    }

    fn driver(&self) -> PathBuf {
        let path = self.0.join("driver.c");
        let macros: String = SALTS
            .iter()
            .enumerate()
            .map(|(i, salt)| format!("#define SALT{i}(f) xls_aot_v2_{salt}_{DIGEST}_##f\n"))
            .collect();
        std::fs::write(&path, macros + DRIVER).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a command that must succeed without any word on standard error, and gives its standard output.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} can not be run: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{command:?}: {}\n{errors}", output.status);
    String::from_utf8(output.stdout).expect("text")
}

fn link_and_run(name: &str, flags: &[&str]) {
    let folder = Folder::new(name);
    let program = folder.0.join("program");
    run(Command::new("cc").args(flags).arg(folder.driver()).args(folder.objects()).arg("-o").arg(&program));
    assert_eq!(run(&mut Command::new(&program)), EXPECTED.repeat(2));
    let inspection = inspect_file(&program).unwrap();
    assert_eq!(inspection.artifacts.len(), SALTS.len() * SAMPLES.len());
    for artifact in &inspection.artifacts {
        assert!(artifact.entry_points.concat().iter().all(|entry| entry.address.is_some()), "{artifact:?}");
    }
}

#[test]
fn position_independent_executable() {
    link_and_run("pie", &["-fPIE", "-pie", "-Wl,--gc-sections"]);
}

#[test]
fn executable_at_a_fixed_address() {
    link_and_run("no-pie", &["-fno-pie", "-no-pie"]);
}

#[test]
fn several_functions_in_an_object() {
    for (i, flags) in [&["-fPIE", "-pie", "-Wl,--gc-sections"][..], &["-fno-pie", "-no-pie"], &["-s", "-Wl,-z,text"]]
        .into_iter()
        .enumerate()
    {
        let folder = Folder::new(&format!("joined-{i}"));
        let program = folder.0.join("program");
        run(Command::new("cc").args(flags).arg(folder.driver()).args(folder.joined_objects()).arg("-o").arg(&program));
        assert_eq!(run(&mut Command::new(&program)), EXPECTED.repeat(2));
        let inspection = inspect_file(&program).unwrap();
        let counts: Vec<usize> = inspection.artifacts.iter().map(|artifact| artifact.entry_points.len()).collect();
        assert_eq!(counts, [SAMPLES.len(); 2]);
    }
}

#[test]
fn static_position_independent_executable() {
    link_and_run("static-pie", &["-fPIE", "-static-pie"]);
}

#[test]
fn optimised_and_stripped() {
    let folder = Folder::new("stripped");
    let program = folder.0.join("program");
    run(Command::new("cc")
        .args(["-O2", "-s", "-Wl,--gc-sections", "-Wl,-z,text"])
        .arg(folder.driver())
        .args(folder.objects())
        .arg("-o")
        .arg(&program));
    assert_eq!(run(&mut Command::new(&program)), EXPECTED.repeat(2));
    let inspection = inspect_file(&program).unwrap();
    assert_eq!(inspection.artifacts.len(), SALTS.len() * SAMPLES.len());
    assert!(inspection.artifacts.iter().all(|artifact| artifact.entry_points[0][0].address.is_none()));
}

#[test]
fn shared_library() {
    let folder = Folder::new("shared");
    let (library, program) = (folder.0.join("libartefacts.so"), folder.0.join("program"));
    run(Command::new("cc")
        .args(["-shared", "-Wl,-z,defs", "-Wl,-z,text"])
        .args(folder.objects())
        .arg("-o")
        .arg(&library));
    let rpath = format!("-Wl,-rpath,{}", folder.0.display());
    run(Command::new("cc").arg(folder.driver()).arg(&library).arg(rpath).arg("-o").arg(&program));
    assert_eq!(run(&mut Command::new(&program)), EXPECTED.repeat(2));
    assert_eq!(inspect_file(&library).unwrap().artifacts.len(), SALTS.len() * SAMPLES.len());
}

#[test]
fn rust_program_with_the_linker_of_rustc() {
    let folder = Folder::new("rustc");
    let source = folder.0.join("main.rs");
    let program = folder.0.join("program");
    let declarations: String =
        SALTS.iter().map(|salt| format!("fn {}(i: *const *const u8, o: *const *mut u8, t: usize, e: usize, c: usize, r: usize, k: i64) -> i64;\n", symbol(salt, "divide"))).collect();
    let calls: String = SALTS.iter().map(|salt| format!("{}, ", symbol(salt, "divide"))).collect();
    let text = format!(
        "extern \"C\" {{ {declarations} }}
        fn main() {{
            let (x, y) = (u128::MAX / 3, (1u128 << 70) + 3);
            for f in [{calls}] {{
                let mut out = [0u128; 2];
                let inputs = [(&raw const x).cast(), (&raw const y).cast()];
                unsafe {{ f(inputs.as_ptr(), [(&raw mut out).cast()].as_ptr(), 0, 0, 0, 0, 0) }};
                assert_eq!(out, [x / y, x % y]);
            }}
            println!(\"ok\");
        }}"
    );
    std::fs::write(&source, text).unwrap();
    let objects = folder.objects();
    let mut command = Command::new("rustc");
    command.arg("-Copt-level=2").arg("--edition=2021").arg(&source).arg("-o").arg(&program);
    for object in objects {
        command.arg(format!("-Clink-arg={}", object.display()));
    }
    run(&mut command);
    assert_eq!(run(&mut Command::new(&program)), "ok\n");
    assert_eq!(inspect_file(&program).unwrap().artifacts.len(), SALTS.len() * SAMPLES.len());
}

/// A program with many functions that only it knows, and the names that are left of them.
#[test]
fn what_became_of_the_names_of_functions() {
    let folder = Folder::new("names");
    let source = folder.0.join("names.c");
    let functions: String = (0..64)
        .map(|i| format!("__attribute__((noinline)) static int f{i}(int x) {{ return x * {i} + 7; }}\n"))
        .collect();
    let calls: Vec<String> = (0..64).map(|i| format!("f{i}(c)")).collect();
    std::fs::write(
        &source,
        format!("{functions}int main(int c, char **v) {{ return ({}) & 1; }}\n", calls.join(" ^ ")),
    )
    .unwrap();
    let link = |name: &str, flags: &[&str]| {
        let program = folder.0.join(name);
        run(Command::new("cc").args(flags).arg(&source).arg("-o").arg(&program));
        program
    };
    let (whole, stripped) = (link("whole", &[]), link("stripped", &["-s"]));
    let (other, partly) = (link("other", &["-O1"]), link("partly", &["-Wl,-x"]));
    let findings = |program: &Path, twins: &[&PathBuf]| {
        let twins = twins.iter().map(|twin| Twin::read(twin).expect("a file with symbols")).collect();
        audit_file(program, &Options { twins, ..Options::default() }).unwrap().findings
    };
    assert_eq!(findings(&whole, &[]), []);
    assert_eq!(findings(&stripped, &[&other, &whole]), []);
    for (program, twins, detail) in [
        (&stripped, &[][..], "has no symbol table (it was stripped)"),
        (&stripped, &[&other][..], "has no symbol table (it was stripped)"),
        // The 64 functions, and stubs of the linker.
        (&partly, &[][..], "has no names for 6"),
    ] {
        let found = findings(program, twins);
        assert!(
            matches!(&found[..], [one] if one.kind == FindingKind::NoSymbols && one.detail.starts_with(detail)),
            "{program:?}: {found:?}"
        );
    }
    assert!(Twin::read(&partly).is_err());
}
