//! libxls' own DSLX front end: the other judge of what a module means.
//!
//! [`crate::worker`] runs it in a separate process, since it aborts on some modules.

use std::io;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use xlsynth::dslx::{parse_and_typecheck, ImportData, MatchableModuleMember, Module, TypeInfo};
use xlsynth::{convert_dslx_to_ir_text, DslxConvertOptions};

/// Field of a job that wants the values of constants.
const CONSTANTS: &str = "constants";

/// A module to convert. All texts are passed to libxls as they are.
#[derive(Clone, Debug)]
pub struct DslxModule<'a> {
    /// Its source.
    pub text: &'a str,
    /// The path that positions and messages name; the module is called like the file.
    pub path: &'a str,
    /// Folder of the standard library.
    pub standard_library: &'a str,
    /// Whether the values of constants are wanted. libxls checks the module a second time for them.
    pub constants: bool,
    /// Folders where imports are looked up.
    pub search_paths: Vec<&'a str>,
}

/// What libxls makes of a module.
#[derive(Clone, Debug)]
pub struct Converted {
    /// The package.
    pub ir: String,
    /// The constants of the module with their values as typed text (`bits[8]:1`).
    pub constants: Vec<(String, String)>,
}

impl<'a> DslxModule<'a> {
    pub(crate) fn fields(&self) -> Vec<&[u8]> {
        let constants = if self.constants { CONSTANTS } else { "" };
        [self.text, self.path, self.standard_library, constants]
            .iter()
            .chain(&self.search_paths)
            .map(|f| f.as_bytes())
            .collect()
    }

    pub(crate) fn of_fields(fields: &'a [Vec<u8>]) -> io::Result<Self> {
        let texts = fields.iter().map(|field| std::str::from_utf8(field)).collect::<Result<Vec<_>, _>>();
        match texts.map_err(io::Error::other)?.as_slice() {
            [text, path, standard_library, constants, search_paths @ ..] => {
                let (constants, search_paths) = (*constants == CONSTANTS, search_paths.to_vec());
                Ok(DslxModule { text, path, standard_library, constants, search_paths })
            }
            _ => Err(io::Error::other("expected a module")),
        }
    }
}

impl Converted {
    /// The package, and the constants as lines of name, tab and value.
    pub(crate) fn into_fields(self) -> (Vec<u8>, Vec<u8>) {
        let lines: String = self.constants.iter().map(|(name, value)| format!("{name}\t{value}\n")).collect();
        (self.ir.into_bytes(), lines.into_bytes())
    }

    pub(crate) fn of_fields(ir: Vec<u8>, constants: Vec<u8>) -> io::Result<Self> {
        let text = |bytes| String::from_utf8(bytes).map_err(io::Error::other);
        let constants = text(constants)?;
        let pairs = constants.lines().filter_map(|line| line.split_once('\t'));
        Ok(Converted { ir: text(ir)?, constants: pairs.map(|(name, value)| (name.into(), value.into())).collect() })
    }
}

/// Has libxls convert a module in this process.
pub(crate) fn convert(module: &DslxModule<'_>) -> Result<Converted, String> {
    let standard_library = Path::new(module.standard_library);
    let search_paths: Vec<PathBuf> = module.search_paths.iter().map(PathBuf::from).collect();
    let search_paths: Vec<&Path> = search_paths.iter().map(PathBuf::as_path).collect();
    let options = DslxConvertOptions {
        dslx_stdlib_path: Some(standard_library),
        additional_search_paths: search_paths.clone(),
        ..Default::default()
    };
    let path = Path::new(module.path);
    let ir = convert_dslx_to_ir_text(module.text, path, &options).map_err(|error| error.0)?.ir;
    if !module.constants {
        return Ok(Converted { ir, constants: Vec::new() });
    }
    let name = path.file_stem().and_then(|stem| stem.to_str()).ok_or("the path has no file name")?;
    let mut imports = ImportData::new(Some(standard_library), &search_paths);
    let checked = parse_and_typecheck(module.text, module.path, name, &mut imports).map_err(|error| error.0)?;
    Ok(Converted { ir, constants: constants(&checked.get_module(), &checked.get_type_info()) })
}

/// The constants that have a value in IR (not, for one, arrays without elements).
fn constants(module: &Module, types: &TypeInfo) -> Vec<(String, String)> {
    // The crate panics on kinds of members that it does not know, such as fuzz tests; they are no constants.
    let member = |i| std::panic::catch_unwind(AssertUnwindSafe(|| module.get_member(i).to_matchable()));
    let members = (0..module.get_member_count()).filter_map(|i| member(i).ok().flatten());
    let constants = members.filter_map(|member| match member {
        MatchableModuleMember::ConstantDef(constant) => Some(constant),
        MatchableModuleMember::EnumDef(_)
        | MatchableModuleMember::StructDef(_)
        | MatchableModuleMember::TypeAlias(_)
        | MatchableModuleMember::Function(_)
        | MatchableModuleMember::Quickcheck(_) => None,
    });
    let values = constants.filter_map(|constant| {
        let value = types.get_const_expr(&constant.get_value()).and_then(|value| value.convert_to_ir()).ok()?;
        Some((constant.get_name(), value.to_string()))
    });
    values.collect()
}
