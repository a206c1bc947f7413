//! Cranelift IR as text, for tests and for people.

use xls_aot_ir::FuncId;

use crate::entry::Entry;
use crate::program::Program;

/// The Cranelift IR of a function at two stages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clif {
    /// What lowering made.
    pub lowered: String,
    /// What Cranelift's optimiser made of that: the input of instruction selection.
    pub optimized: String,
}

/// One function of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClifFunction {
    /// Which function: `xls` and `direct` for the entry points (of several entries, `xls NAME` and `direct NAME`), `fn NAME` for
    /// a function of the IR that is compiled on its own, `routine NAME` for a routine on wide values; `… part N` for a part of a
    /// large function.
    pub name: String,
    /// Its Cranelift IR.
    pub clif: Clif,
}

/// The functions compiled so far, in order of their indices. `entries` are the entry points of `roots`.
pub(crate) fn functions(program: &mut Program<'_>, roots: &[FuncId], entries: &[Entry]) -> Vec<ClifFunction> {
    let transcript = program.take_transcript();
    let name = |index: u32| {
        for (&root, entry) in roots.iter().zip(entries) {
            if let Some((kind, _)) = entry.exports().into_iter().find(|&(_, export)| export == index) {
                return match roots {
                    [_] => kind.name().to_owned(),
                    _ => format!("{kind} {}", program.package.function(root).name),
                };
            }
        }
        let local = program.local_functions.iter().find(|(_, local)| local.index == index);
        if let Some((&id, _)) = local {
            return format!("fn {}", program.package.function(id).name);
        }
        let routine = program.routines().find(|&(_, routine)| routine == index);
        routine.map_or_else(|| format!("function {index}"), |(routine, _)| format!("routine {routine:?}"))
    };
    let full_name = |index: u32| match program.part(index) {
        Some((whole, number)) => format!("{} part {number}", name(whole)),
        None => name(index),
    };
    transcript.into_iter().map(|(index, clif)| ClifFunction { name: full_name(index), clif }).collect()
}
