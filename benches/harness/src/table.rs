//! The table: kernels by ways.

use xls_aot_ir::{parse_package, Type};
use xls_aot_layout::layout_of;
use xls_aot_metadata::{Entry, Metadata};
use xls_aot_runtime::abi::XlsEntry;

use crate::Error;

/// A kernel compiled in one way, as lists of artefacts state it.
pub struct Artefact {
    /// Name of the kernel; the artefacts of one kernel have one name.
    pub kernel: &'static str,
    /// What the kernel is counted with.
    pub group: &'static str,
    /// Name of the way.
    pub way: &'static str,
    /// The entry point of kind `xls`.
    pub entry: XlsEntry,
    /// The artefact's description, as JSON.
    pub metadata: &'static str,
}

/// A kernel compiled in one way, ready to be called.
pub(crate) struct Cell {
    pub(crate) entry: XlsEntry,
    pub(crate) metadata: Entry,
}

/// A kernel and its cells.
pub(crate) struct Kernel {
    pub(crate) name: &'static str,
    pub(crate) group: &'static str,
    pub(crate) params: Vec<Type>,
    pub(crate) result: Type,
    /// One for each way of the table; none where the kernel was not compiled in that way.
    pub(crate) cells: Vec<Option<Cell>>,
}

/// Kernels by ways.
pub struct Table {
    pub(crate) ways: Vec<&'static str>,
    pub(crate) kernels: Vec<Kernel>,
}

impl Table {
    /// The table of `artefacts`; ways and kernels come in the order of their first artefacts.
    ///
    /// # Errors
    /// [`Error::Table`] if the artefacts contradict each other or their descriptions.
    pub fn new(artefacts: &[Artefact]) -> Result<Self, Error> {
        let mut ways: Vec<&'static str> = Vec::new();
        for artefact in artefacts {
            if !ways.contains(&artefact.way) {
                ways.push(artefact.way);
            }
        }
        let mut kernels: Vec<Kernel> = Vec::new();
        for artefact in artefacts {
            add(&mut kernels, &ways, artefact)
                .map_err(|what| Error::Table { kernel: artefact.kernel.to_owned(), what })?;
        }
        Ok(Table { ways, kernels })
    }

    /// Keeps the kernels whose name or group contains `filter`.
    pub(crate) fn keep(&mut self, filter: &str) {
        self.kernels.retain(|kernel| kernel.name.contains(filter) || kernel.group.contains(filter));
    }
}

fn add(kernels: &mut Vec<Kernel>, ways: &[&'static str], artefact: &Artefact) -> Result<(), String> {
    let Metadata { mut entries, .. } =
        Metadata::from_json(artefact.metadata.as_bytes()).map_err(|error| error.to_string())?;
    let (Some(metadata), true) = (entries.pop(), entries.is_empty()) else {
        return Err("its description is not of one function".to_owned());
    };
    let (params, result) = signature(&metadata)?;
    let at = match kernels.iter().position(|kernel| kernel.name == artefact.kernel) {
        Some(at) => at,
        None => {
            let cells = ways.iter().map(|_| None).collect();
            kernels.push(Kernel { name: artefact.kernel, group: artefact.group, params, result, cells });
            return fill(&mut kernels.last_mut().expect("it was just pushed").cells, ways, artefact, metadata);
        }
    };
    let kernel = &mut kernels[at];
    if (kernel.group, &kernel.params, &kernel.result) != (artefact.group, &params, &result) {
        return Err(format!("way {} is of another group or signature than those before", artefact.way));
    }
    fill(&mut kernel.cells, ways, artefact, metadata)
}

fn fill(cells: &mut [Option<Cell>], ways: &[&str], artefact: &Artefact, metadata: Entry) -> Result<(), String> {
    let way = ways.iter().position(|way| *way == artefact.way).ok_or("a way that the table does not have")?;
    match cells[way].replace(Cell { entry: artefact.entry, metadata }) {
        None => Ok(()),
        Some(_) => Err(format!("there are two artefacts of way {}", artefact.way)),
    }
}

/// Types of parameters and result; their layouts are those that the description states.
fn signature(metadata: &Entry) -> Result<(Vec<Type>, Type), String> {
    let params: Vec<String> =
        metadata.params.iter().enumerate().map(|(i, param)| format!("p{i}: {}", param.xls_type)).collect();
    // A call of an identity function names all types, and the reader of IR reads them.
    let result = &metadata.result.xls_type;
    let text = format!(
        "package p\nfn r(x: {result}) -> {result} {{\n  ret x: {result} = param(name=x)\n}}\n\
         fn f({}) -> bits[1] {{\n  ret c: bits[1] = literal(value=0)\n}}\n",
        params.join(", ")
    );
    let package = parse_package("description", text.as_bytes()).map_err(|findings| findings.to_string())?;
    let types = |name: &str| -> Option<Vec<Type>> {
        let function = package.function(package.find_function(name)?);
        Some(function.params.iter().map(|&param| function.node(param).ty.clone()).collect())
    };
    let params = types("f").ok_or("it has no parameters that can be read")?;
    let result = types("r").and_then(|mut types| types.pop()).ok_or("it has no result that can be read")?;
    let stated = metadata.params.iter().map(|param| param.size).chain([metadata.result.size]);
    for (ty, stated) in params.iter().chain([&result]).zip(stated) {
        let size = layout_of(ty).map_err(|error| error.to_string())?.size;
        if size != stated {
            return Err(format!("a {ty} takes {size} bytes, not {stated} as the description says"));
        }
    }
    Ok((params, result))
}
