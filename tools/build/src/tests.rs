//! Build scripts in a made-up environment. `.ci/cargo-door` runs a real one.

use std::fs;

use object::read::archive::ArchiveFile;
use object::{Architecture, BinaryFormat, Object as _};
use xls_aot_backend::Target;
use xls_aot_codegen::{Options, Request};
use xls_aot_native::NativeBackend;

use crate::cargo::Environment;
use crate::{Design, Error, Event};

const IR: &str = "package p

fn double(x: bits[8]) -> bits[8] {
  ret r: bits[8] = add(x, x)
}

top fn successor(x: bits[8]) -> bits[8] {
  one: bits[8] = literal(value=1)
  ret r: bits[8] = add(x, one)
}

fn traced(x: bits[8]) -> bits[8] {
  entry: token = after_all()
  on: bits[1] = literal(value=1)
  told: token = trace(entry, on, format=\"x = {}\", data_operands=[x])
  ret r: bits[8] = identity(x)
}
";

/// A folder with `p.ir` and the build script's environment.
struct Package {
    folder: tempfile::TempDir,
    environment: Environment,
}

impl Package {
    fn new(target: Target) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let out_dir = folder.path().join("out");
        fs::create_dir(&out_dir).unwrap();
        fs::write(folder.path().join("p.ir"), IR).unwrap();
        Package { folder, environment: Environment { out_dir, target, package: "checksum 0.1.0".to_owned() } }
    }

    fn design(&self) -> Design {
        Design::ir(self.folder.path().join("p.ir"))
    }

    fn generate(&self, design: &Design) -> Result<String, Error> {
        design.generate_in(&self.environment, "design")
    }

    fn refused(&self, design: &Design) -> String {
        let text = self.generate(design).unwrap_err().to_string();
        assert_eq!(fs::read_dir(&self.environment.out_dir).unwrap().count(), 0, "outputs beside: {text}");
        text.replace(&format!("{}/", self.folder.path().display()), "")
    }

    /// The object in the archive.
    fn object(&self) -> Vec<u8> {
        let files = fs::read_dir(&self.environment.out_dir).unwrap().map(|entry| entry.unwrap().path());
        let archives: Vec<_> =
            files.filter(|path| path.extension().is_some_and(|extension| extension == "a")).collect();
        let [archive] = &*archives else { panic!("{archives:?}") };
        let bytes = fs::read(archive).unwrap();
        let archive = ArchiveFile::parse(&*bytes).unwrap();
        assert!(archive.symbols().unwrap().is_some_and(|mut symbols| symbols.next().is_some()), "no table of symbols");
        let members: Vec<_> = archive.members().map(Result::unwrap).collect();
        let [member] = &*members else { panic!("{} members", members.len()) };
        assert_eq!(member.name(), b"design.o");
        member.data(&*bytes).unwrap().to_vec()
    }
}

#[test]
fn outputs_and_directives() {
    let package = Package::new(Target::X86_64Linux);
    let directives = package.generate(&package.design()).unwrap();
    let (folder, out) = (package.folder.path().display(), package.environment.out_dir.display());
    let lines: Vec<&str> = directives.lines().collect();
    let [changed, search, link] = &*lines else { panic!("{directives}") };
    assert_eq!(*changed, format!("cargo:rerun-if-changed={folder}/p.ir"));
    assert_eq!(*search, format!("cargo:rustc-link-search=native={out}"));
    let library = link.strip_prefix("cargo:rustc-link-lib=static=").unwrap();
    assert!(library.starts_with("design_"), "{library}");
    let mut files: Vec<_> =
        fs::read_dir(&package.environment.out_dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(
        files,
        ["design.json".to_owned(), "design.rs".to_owned(), format!("lib{library}.a")].map(std::ffi::OsString::from)
    );
    let wrapper = fs::read_to_string(package.environment.out_dir.join("design.rs")).unwrap();
    assert!(wrapper.contains("pub mod design {"), "{wrapper}");
}

#[test]
fn the_object_is_that_of_the_other_ways_to_compile() {
    for &target in Target::ALL {
        let package = Package::new(target);
        package.generate(&package.design()).unwrap();
        let options = Options { symbol_salt: "checksum 0.1.0", target, ..Options::new("design") };
        let request = Request { options, ..Request::new("some/p.ir", IR.as_bytes(), "design") };
        let expected = xls_aot_codegen::compile(&request, &NativeBackend::default()).unwrap();
        let object = package.object();
        assert!(object == expected.object, "{target}");
        let file = object::File::parse(&*object).unwrap();
        let (format, arch) = match target {
            Target::X86_64Linux => (BinaryFormat::Elf, Architecture::X86_64),
            Target::Aarch64Linux => (BinaryFormat::Elf, Architecture::Aarch64),
            Target::X86_64Macos => (BinaryFormat::MachO, Architecture::X86_64),
            Target::Aarch64Macos => (BinaryFormat::MachO, Architecture::Aarch64),
        };
        assert_eq!((file.format(), file.architecture()), (format, arch));
    }
}

#[test]
fn options_of_the_design() {
    let package = Package::new(Target::X86_64Linux);
    let wrapper = |design: &Design| {
        package.generate(design).unwrap();
        fs::read_to_string(package.environment.out_dir.join("design.rs")).unwrap()
    };
    assert!(wrapper(&package.design().top("double")).contains("pub fn double("));
    let both = wrapper(&package.design().tops(["double", "successor"]));
    assert!(both.contains("pub mod double {") && both.contains("pub mod successor {"), "{both}");
    let traced = wrapper(&package.design().top("traced").events([Event::Trace]).cpu("x86-64-v3"));
    assert!(traced.contains("run_with_events") && traced.contains("x86-64-v3"), "{traced}");
    let table = package.folder.path().join("types.json");
    fs::write(&table, r#"{"types": [{"name": "Byte", "everywhere": true, "enum": {"type": "u8", "variants": []}}]}"#)
        .unwrap();
    let directives = package.generate(&package.design().types(&table)).unwrap();
    assert!(directives.contains(&format!("cargo:rerun-if-changed={}\n", table.display())), "{directives}");
}

#[test]
fn errors_say_where_and_what_to_do() {
    let package = Package::new(Target::X86_64Linux);
    assert_eq!(
        package.refused(&package.design().top("successor").tops(["double"])),
        "error: the design has both `top` and `tops`\n  help: `top` is for one function, `tops` for several"
    );
    assert_eq!(
        package.refused(&Design::ir(package.folder.path().join("q.ir"))),
        "q.ir: error: cannot read the file: No such file or directory (os error 2)\n  help: give the path of an XLS IR \
         file, relative to the package's folder"
    );
    let traced = package.refused(&package.design().top("traced"));
    assert!(traced.starts_with("p.ir:15:3: error[E1005]"), "{traced}");
    let unknown = package.refused(&package.design().top("sucessor"));
    assert!(unknown.contains("did you mean `successor`?"), "{unknown}");
    assert_eq!(
        package.refused(&Design::ir("src/q.x")),
        "error: src/q.x is DSLX by its name, and the design is for a file of another language\n  help: write \
         `Design::dslx(\"src/q.x\")`"
    );
    assert_eq!(
        package.refused(&Design::dslx("src/q.ir").top("f")),
        "error: src/q.ir is XLS IR by its name, and the design is for a file of another language\n  help: write \
         `Design::ir(\"src/q.ir\")`"
    );
    let cpu = package.refused(&package.design().cpu("i386"));
    assert!(cpu.contains("i386"), "{cpu}");
    let error = package.generate(&package.design().top("sucessor")).unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string(), "Rust prints the error of `main` with `Debug`");
}

#[test]
fn dslx_modules() {
    let package = Package::new(Target::X86_64Linux);
    let file = |name: &str, text: &str| {
        let path = package.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let kinds = file("kinds.x", "pub enum Kind : u2 { LOW = 0, HIGH = 1 }\n");
    let text = "import kinds;
pub struct Point { x: s8, y: s8 }
fn kind(p: Point) -> kinds::Kind { if p.x > s8:0 { kinds::Kind::HIGH } else { kinds::Kind::LOW } }
fn wide<N: u32>(x: uN[N]) -> uN[N] { x + uN[N]:1 }
";
    let top = file("top.x", text);
    let design = Design::dslx(&top).search_path(package.folder.path());
    let directives = package.generate(&design.clone().tops(["kind", "wide<u32:40>"])).unwrap();
    for path in [&top, &kinds] {
        assert!(directives.contains(&format!("cargo:rerun-if-changed={}\n", path.display())), "{directives}");
    }
    let wrapper = fs::read_to_string(package.environment.out_dir.join("design.rs")).unwrap();
    for part in ["pub struct Point {", "pub x: i8", "pub mod kinds {", "Kind", "pub fn wide("] {
        assert!(wrapper.contains(part), "no {part} in: {wrapper}");
    }

    let package = Package::new(Target::X86_64Linux);
    assert_eq!(
        package.refused(&design),
        "error: a design in DSLX needs the name of a function\n  help: call `top(\"f\")` or `tops([\"f\", \"g\"])`"
    );
    let broken = file("broken.x", "fn f(x: u8) -> u8 { x + y }\n");
    let error = package.refused(&Design::dslx(&broken).top("f"));
    assert!(error.contains("broken.x:1:25: error[") && error.contains('y'), "{error}");
    let traced = file("traced.x", "fn f(x: u8) -> u8 { trace_fmt!(\"{}\", x); x }\n");
    let error = package.refused(&Design::dslx(&traced).top("f"));
    let shown = format!("\n  fn f(x: u8) -> u8 {{ trace_fmt!(\"{{}}\", x); x }}\n  {}^\n", " ".repeat(20));
    assert!(error.contains("traced.x:1:21: error[E1005]: ") && error.contains(&shown), "{error}");
    let named = package.refused(&design.top("kind").type_name("(bits[8], bits[8])", "Pair(a, b)"));
    assert!(named.starts_with("error: `types` and `type_name` are for designs in IR"), "{named}");
}

#[test]
fn modules_share_types() {
    let package = Package::new(Target::X86_64Linux);
    let folder = package.folder.path();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    file("shapes.x", "pub struct Point { x: u8, y: s8 }\n");
    let first = file(
        "first.x",
        "import shapes;\npub fn flip(p: shapes::Point) -> shapes::Point { shapes::Point { x: u8:0, ..p } }\n",
    );
    let second = file("second.x", "import shapes;\npub fn x(p: shapes::Point) -> u8 { p.x }\n");
    let user = Design::dslx(second).search_path(folder).top("x").types_from("first");
    let wrapper = |name: &str| fs::read_to_string(package.environment.out_dir.join(name)).unwrap();

    // What another run has left is not used: the types may be others by now.
    fs::write(package.environment.out_dir.join("first.json"), "{}").unwrap();
    let error = user.generate_in(&package.environment, "second").unwrap_err().to_string();
    assert_eq!(
        error,
        "error: the module `first` is not generated yet, so its types cannot be used\n  help: generate it before, in the same \
         build script; the types of other packages cannot be used"
    );
    Design::dslx(&first).search_path(folder).top("flip").generate_in(&package.environment, "first").unwrap();
    user.generate_in(&package.environment, "second").unwrap();
    assert!(wrapper("first.rs").contains("pub struct Point {"));
    let second = wrapper("second.rs");
    assert!(second.contains("pub use super::super::first::shapes::Point;"), "{second}");
    assert!(!second.contains("pub struct Point"), "{second}");

    // A type of that name that is another one is an error.
    file("shapes.x", "pub struct Point { x: u8, y: u8 }\n");
    let error = user.generate_in(&package.environment, "second").unwrap_err().to_string();
    assert!(error.contains("error[E1012]: the library `first` has another type `shapes::Point`"), "{error}");
}
