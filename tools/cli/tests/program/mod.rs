//! Runs the program in a folder of its own.
// Each test program uses a part of this.
#![allow(dead_code)]

use std::path::Path;
use std::process::Command;

/// A temporary folder with inputs.
pub struct Folder(tempfile::TempDir);

/// What a run of the program did.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    pub fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), contents).unwrap();
    }

    /// Names of everything in the folder, sorted.
    pub fn listing(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Compiles `design.ir` to `design.{o,rs,json}`; an option among `arguments` replaces the one from here.
    pub fn compile(&self, arguments: &[&str]) -> Outcome {
        self.compile_in(&[], arguments)
    }

    /// As [`Folder::compile`], with variables in the environment.
    pub fn compile_in(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Outcome {
        let mut all = vec!["compile"];
        for (option, value) in [
            ("--ir", "design.ir"),
            ("--crate-name", "design"),
            ("--object", "design.o"),
            ("--wrapper", "design.rs"),
            ("--metadata", "design.json"),
        ] {
            if !arguments.contains(&option) {
                all.extend([option, value]);
            }
        }
        all.extend(arguments);
        self.run_in(environment, &all)
    }

    /// Runs the program in the folder, with nothing but what it needs to start in its environment.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_in(&[], arguments)
    }

    /// As [`Folder::run`], with variables in the environment.
    pub fn run_in(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Outcome {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(self.path()).env_clear().envs(environment.iter().copied());
        if let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        // `.ci/planted-faults` says with it which fault is planted.
        if let Some(fault) = std::env::var_os("XLS_AOT_PLANTED_FAULT") {
            command.env("XLS_AOT_PLANTED_FAULT", fault);
        }
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Outcome {
            code: output.status.code().expect("the program ends by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// The program: Cargo says at compile time where it is, the build file of these tests when they run.
fn program() -> std::path::PathBuf {
    let built = if cfg!(feature = "xlsynth") {
        option_env!("CARGO_BIN_EXE_xls_aot_xlsynth")
    } else {
        option_env!("CARGO_BIN_EXE_xls_aot")
    };
    match (std::env::var_os("XLS_AOT"), built) {
        (Some(path), _) => std::env::current_dir().unwrap().join(path),
        (None, Some(path)) => path.into(),
        (None, None) => panic!("the environment variable XLS_AOT names the program"),
    }
}
