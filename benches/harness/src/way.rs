//! The ways of compiling a kernel that are compared.

use std::path::PathBuf;

use crate::options::Options;

/// A way: its name, which is its column, and how it is done.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Way {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Kind {
    /// The native back end of a tool `xls_aot`.
    Native { tool: PathBuf, opt: &'static str, cpu: &'static str, entry: Entry, ir: Ir },
    /// libxls' own compiler, through a tool `xls_aot_xlsynth`.
    Libxls { tool: PathBuf },
    /// The crate xlsynth-pir-compiler, through the library of `benches/peers`.
    Pir { library: PathBuf },
    /// clang -O3 of the C that `benches/ir_to_c` makes of the IR.
    Clang { clang: PathBuf, translator: PathBuf, cpu: &'static str, ir: Ir },
}

/// Which entry point is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Entry {
    Xls,
    Direct,
}

/// What IR a way compiles.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Ir {
    /// The kernel's.
    Given,
    /// What libxls' optimiser makes of it; this program runs that optimiser.
    Optimised(PathBuf),
}

/// The way that others are measured against.
pub(crate) const FIRST: &str = "v2";

fn pir(options: &Options) -> Option<Way> {
    let library = options.pir.clone()?;
    Some(Way { name: "pir", kind: Kind::Pir { library } })
}

/// The ways that the options have programs for, the first one first.
pub(crate) fn ways(options: &Options) -> Vec<Way> {
    let mut ways = Vec::new();
    let native = |name, tool: &PathBuf, cpu, entry, ir| Way {
        name,
        kind: Kind::Native { tool: tool.clone(), opt: "full", cpu, entry, ir },
    };
    ways.push(native(FIRST, &options.tool, "x86-64-v2", Entry::Xls, Ir::Given));
    if let Some(old) = &options.old_tool {
        ways.push(native("old", old, "x86-64-v2", Entry::Xls, Ir::Given));
    }
    if options.large {
        let (tool, cpu) = (options.tool.clone(), "x86-64-v2");
        let kind = Kind::Native { tool, opt: "none", cpu, entry: Entry::Xls, ir: Ir::Given };
        ways.push(Way { name: "v2, --opt none", kind });
        ways.extend(pir(options));
    } else if !options.quick {
        ways.push(native("v2 direct", &options.tool, "x86-64-v2", Entry::Direct, Ir::Given));
        ways.push(native("v3", &options.tool, "x86-64-v3", Entry::Xls, Ir::Given));
        ways.push(native("v3 direct", &options.tool, "x86-64-v3", Entry::Direct, Ir::Given));
        if let Some(optimiser) = &options.optimiser {
            ways.push(native(
                "v2 of libxls-opt",
                &options.tool,
                "x86-64-v2",
                Entry::Xls,
                Ir::Optimised(optimiser.clone()),
            ));
        }
        if let Some(tool) = &options.libxls_tool {
            ways.push(Way { name: "libxls", kind: Kind::Libxls { tool: tool.clone() } });
        }
        ways.extend(pir(options));
        if let (Some(clang), Some(translator)) = (&options.clang, &options.translator) {
            let clang = |name, cpu, ir| Way {
                name,
                kind: Kind::Clang { clang: clang.clone(), translator: translator.clone(), cpu, ir },
            };
            ways.push(clang("clang v2", "x86-64-v2", Ir::Given));
            ways.push(clang("clang v3", "x86-64-v3", Ir::Given));
            if let Some(optimiser) = &options.optimiser {
                ways.push(clang("clang v2 of libxls-opt", "x86-64-v2", Ir::Optimised(optimiser.clone())));
            }
        }
    }
    ways
}
