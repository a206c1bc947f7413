//! A kernel: its IR as text and as a package, its top, and the types of the top.

use std::path::{Path, PathBuf};

use xls_aot_ir::{read_package, FuncId, Package, Top, Type};

use crate::kernel_list::{Listed, Source};
use crate::Error;

/// A kernel, read and verified.
pub(crate) struct Kernel {
    pub(crate) name: String,
    pub(crate) group: &'static str,
    /// A file with the IR.
    pub(crate) ir: PathBuf,
    pub(crate) package: Package,
    pub(crate) top: FuncId,
    pub(crate) params: Vec<Type>,
    pub(crate) result: Type,
}

impl Kernel {
    /// Reads the kernel; one that is generated is written to `folder` first.
    pub(crate) fn read(listed: &Listed, root: &Path, folder: &Path) -> Result<Self, Error> {
        let ir = match listed.source {
            Source::File(below) => root.join(below).join(format!("{}.ir", listed.file)),
            Source::Generated => {
                let text = xls_aot_bench_ir::kernel(listed.file)
                    .ok_or_else(|| Error::kernel(&listed.name, "benches/ir does not make it"))?;
                write(listed, folder, &text)?
            }
            Source::Shape(nodes) => {
                let case = xls_aot_bench_ir::cases::CASES.iter().find(|(name, _)| *name == listed.file);
                let (_, make) = case.ok_or_else(|| Error::kernel(&listed.name, "benches/ir has no such shape"))?;
                write(listed, folder, &make(nodes))?
            }
        };
        Kernel::of_file(listed, ir)
    }

    fn of_file(listed: &Listed, ir: PathBuf) -> Result<Self, Error> {
        let Listed { name, group, file, .. } = listed;
        let text = crate::files::read(&ir)?;
        let package = read_package(name, &text).map_err(|findings| Error::kernel(name, findings.to_string()))?;
        let top =
            top(&package, file).ok_or_else(|| Error::kernel(name, "its package has no function that is its top"))?;
        let function = package.function(top);
        let params = function.params.iter().map(|&param| function.node(param).ty.clone()).collect();
        let result = function.return_type.clone();
        Ok(Kernel { name: name.clone(), group, ir, top, params, result, package })
    }

    /// The name of the top.
    pub(crate) fn top_name(&self) -> &str {
        &self.package.function(self.top).name
    }
}

/// Writes the IR of a kernel to a file, unless that is there.
fn write(listed: &Listed, folder: &Path, text: &str) -> Result<PathBuf, Error> {
    let file = folder.join(format!("{}.ir", listed.name));
    crate::files::write_if_changed(&file, text.as_bytes())?;
    Ok(file)
}

/// The package's top; else the function that DSLX module and function of the name `file` become; else the last function.
fn top(package: &Package, file: &str) -> Option<FuncId> {
    match package.top {
        Some(Top::Function(top)) => Some(top),
        Some(Top::Skipped(_)) => None,
        None => package
            .find_function(&format!("__{file}__{file}"))
            .or_else(|| package.functions.len().checked_sub(1).map(FuncId::new)),
    }
}
