//! Reads a program: the top module and all that it imports.
//!
//! Modules are visited depth first, with a stack of its own instead of recursion, so that chains of any length are fine.
//! What is on the stack is being imported; importing it again is a cycle.

use std::collections::{BTreeMap, HashMap, HashSet};

use xls_aot_ir::{nearest, Diagnostic, Span};

use super::search::{folder_of, joined, Found, Loader, NotFound, Search};
use super::{Entry, Imported, Modules, MAX_MODULES, MAX_TEXT_BYTES};
use crate::check::types::ModuleId;
use crate::source::{FileId, SourceMap, MAX_FINDINGS};
use crate::syntax::ast::{ItemKind, Module, Name, NodeId, UseTree, UseTreeKind};
use crate::syntax::parse_module;

/// The top module.
#[derive(Clone, Debug)]
pub struct Top<'a> {
    /// Name of the module: as a rule the file's name without `.x`.
    pub name: &'a str,
    /// Path of the file as the loader would know it, to notice that a module imports the top module.
    pub path: &'a str,
    /// Name of the file in messages.
    pub shown: &'a str,
    /// Its contents.
    pub text: Vec<u8>,
}

/// A program and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The modules that could be read.
    pub modules: Modules,
    /// Errors of syntax and of imports, in all modules.
    pub findings: Vec<Diagnostic>,
    /// Whether none of them is an error of syntax: then the modules can be checked, as far as their imports are there.
    pub parsed: bool,
}

/// Reads and parses the program of a top module. The texts are added to `sources`.
pub fn load(sources: &mut SourceMap, top: Top, search: &Search, loader: &dyn Loader) -> Loaded {
    let mut program = Program {
        sources,
        search,
        loader,
        modules: Modules::default(),
        findings: Vec::new(),
        by_name: BTreeMap::new(),
        missing: HashSet::new(),
        in_work: HashMap::new(),
        stack: Vec::new(),
        bytes: 0,
        parsed: true,
    };
    let file = Found { path: top.path.to_string(), shown: top.shown.to_string(), text: top.text };
    let nowhere = Span::default();
    if program.add(top.name.to_string(), file, nowhere).is_some() {
        while program.step() {}
    }
    let Program { mut modules, findings, parsed, .. } = program;
    modules.incomplete = findings.iter().any(Diagnostic::is_error);
    let parsed = parsed && !modules.modules.is_empty();
    Loaded { modules, findings, parsed }
}

struct Program<'a> {
    sources: &'a mut SourceMap,
    search: &'a Search,
    loader: &'a dyn Loader,
    modules: Modules,
    findings: Vec<Diagnostic>,
    /// Modules by their dotted names, without the top module.
    by_name: BTreeMap<String, ModuleId>,
    /// Dotted names of modules that cannot be had, and about which there is a finding.
    missing: HashSet<String>,
    /// Paths of the modules on the stack.
    in_work: HashMap<String, ModuleId>,
    stack: Vec<Frame>,
    /// Size of all texts.
    bytes: usize,
    /// Whether no module has an error of syntax.
    parsed: bool,
}

/// A module whose imports are being read.
struct Frame {
    id: ModuleId,
    path: String,
    imports: std::vec::IntoIter<Import>,
    /// The import in work.
    current: Span,
}

/// An `import`, or the end of a `use`.
struct Import {
    node: NodeId,
    span: Span,
    path: Vec<Name>,
    is_use: bool,
}

impl Program<'_> {
    /// Reads one import of the module on top of the stack, or takes it off; false if the stack is empty, or there are as many
    /// findings as are reported.
    fn step(&mut self) -> bool {
        if self.findings.len() >= MAX_FINDINGS {
            return false;
        }
        let Some(frame) = self.stack.last_mut() else { return false };
        let id = frame.id;
        match frame.imports.next() {
            Some(import) => {
                frame.current = import.span;
                let imported = if import.is_use { self.use_leaf(&import) } else { self.import(&import) };
                if let Some(imported) = imported {
                    self.modules.modules[id.index()].imports.insert(import.node, imported);
                }
            }
            None => {
                let path = std::mem::take(&mut frame.path);
                self.in_work.remove(&path);
                self.stack.pop();
            }
        }
        true
    }

    /// Adds a module, and puts it on the stack so that its imports are read.
    fn add(&mut self, name: String, file: Found, import: Span) -> Option<ModuleId> {
        self.bytes += file.text.len();
        if self.modules.modules.len() == MAX_MODULES {
            self.limit(import, format!("the program has more than {MAX_MODULES} modules"));
            return None;
        }
        if self.bytes > MAX_TEXT_BYTES {
            self.limit(import, format!("the program has more than {MAX_TEXT_BYTES} bytes of text"));
            return None;
        }
        let Ok(file_id) = self.sources.add(file.shown, file.text) else {
            self.limit(import, "the texts have more than 4 GiB".to_string());
            return None;
        };
        let parsed = parse_module(self.sources, file_id);
        self.parsed &= !parsed.findings.iter().any(Diagnostic::is_error);
        self.findings.extend(parsed.findings);
        let id = ModuleId::new(self.modules.modules.len());
        let imports = imports_of(&parsed.module).into_iter();
        self.modules.modules.push(Entry { name, file: file_id, module: parsed.module, imports: HashMap::new() });
        self.in_work.insert(file.path.clone(), id);
        self.stack.push(Frame { id, path: file.path, imports, current: Span::default() });
        Some(id)
    }

    fn limit(&mut self, span: Span, message: String) {
        self.findings.push(Diagnostic::limit("E1154", span, message));
        // Nothing more is imported: there could be no end of it.
        self.stack.clear();
    }

    /// `import a.b;`
    fn import(&mut self, import: &Import) -> Option<Imported> {
        match self.find(&import.path, import.span) {
            Ok(id) => Some(Imported::Module(id?)),
            Err(NotFound::Nowhere(attempted)) => {
                self.report_missing(import, attempted);
                None
            }
            Err(NotFound::Unreadable(file, why)) => {
                self.report_unreadable(import.span, &file, &why);
                None
            }
        }
    }

    /// `use a::b::c;`: the module `a.b.c`, or the member `c` of the module `a.b`.
    fn use_leaf(&mut self, import: &Import) -> Option<Imported> {
        let attempted = match self.find(&import.path, import.span) {
            Ok(id) => return Some(Imported::Module(id?)),
            Err(NotFound::Nowhere(attempted)) => attempted,
            Err(NotFound::Unreadable(file, why)) => {
                self.report_unreadable(import.span, &file, &why);
                return None;
            }
        };
        let [module @ .., member] = import.path.as_slice() else { return None };
        if module.is_empty() {
            self.report_missing(import, attempted);
            return None;
        }
        match self.find(module, import.span) {
            Ok(id) => {
                let id = id?;
                self.has_member(id, member, import.span).then(|| Imported::Member(id, member.clone()))
            }
            Err(NotFound::Nowhere(more)) => {
                self.report_missing(import, attempted.into_iter().chain(more).collect());
                None
            }
            Err(NotFound::Unreadable(file, why)) => {
                self.report_unreadable(import.span, &file, &why);
                None
            }
        }
    }

    /// The module of a dotted name, read if it was not. `Ok(None)`: there is a finding about it.
    fn find(&mut self, path: &[Name], span: Span) -> Result<Option<ModuleId>, NotFound> {
        let parts: Vec<&str> = path.iter().map(Name::as_str).collect();
        let name = parts.join(".");
        if let Some(&id) = self.by_name.get(&name) {
            let in_work = self.stack.iter().any(|frame| frame.id == id);
            if in_work {
                self.report_cycle(id);
                return Ok(None);
            }
            return Ok(Some(id));
        }
        if self.missing.contains(&name) {
            return Ok(None);
        }
        let found = self.search.find(&parts, self.loader)?;
        if let Some(&id) = self.in_work.get(&found.path) {
            self.report_cycle(id);
            return Ok(None);
        }
        let id = self.add(name.clone(), found, span);
        if let Some(id) = id {
            self.by_name.insert(name, id);
        }
        Ok(id)
    }

    fn has_member(&mut self, id: ModuleId, member: &Name, span: Span) -> bool {
        let entry = &self.modules.modules[id.index()];
        let names = || entry.module.items.iter().filter_map(|item| item.name());
        if names().any(|name| name.name == *member) {
            return true;
        }
        let message = format!("the module `{}` has no member `{member}`", entry.name);
        let finding = Diagnostic::invalid("E1155", span, message);
        let finding = match nearest(member, names().map(|name| name.as_str())) {
            Some(near) => finding.note(format!("did you mean `{near}`?")),
            None => finding,
        };
        // A module that could not be read completely may have it.
        let complete = !self.findings.iter().any(|finding| self.sources.file_of(finding.span) == entry.file);
        if complete {
            self.findings.push(finding);
        }
        false
    }

    fn report_missing(&mut self, import: &Import, attempted: Vec<String>) {
        let name = import.path.iter().map(Name::as_str).collect::<Vec<_>>().join(".");
        let mut finding = Diagnostic::invalid("E1151", import.span, format!("there is no module `{name}`"));
        finding = match (attempted.is_empty(), self.search.files.is_empty()) {
            (false, _) => finding.note(format!("looked for {}", attempted.join(", "))),
            (true, true) => finding.note("no folder is given in which modules are looked for"),
            (true, false) => finding,
        };
        let of_library = import.path.len() == 1 && LIBRARY.contains(&name.as_str());
        if !self.search.files.is_empty() && !of_library {
            finding = finding.note(self.not_known(&import.path, &name));
        }
        if of_library && self.search.library.is_none() {
            finding = finding.note(format!("`{name}` is a module of the standard library, whose folder is not given"));
        }
        if let Some(near) = nearest(&name, LIBRARY.iter().copied()).filter(|_| self.search.library.is_some()) {
            finding = finding.note(format!("did you mean `{near}` of the standard library?"));
        }
        if let Some(beside) = self.beside_importer(&import.path).filter(|_| self.search.files.is_empty()) {
            finding = finding
                .note(format!("{beside} is in the folder of the importing file, which is not searched"))
                .note("give that folder as a search path, or import the module by its path from a search path");
        }
        self.findings.push(finding);
        self.missing.insert(name);
    }

    /// What to do about a module that is not among those whose files are known.
    fn not_known(&self, path: &[Name], name: &str) -> String {
        let names = || self.search.files.keys().map(String::as_str);
        let last = path.last().map_or("", Name::as_str);
        let ends_so = names().find(|known| known.rsplit('.').next() == Some(last));
        match ends_so.or_else(|| nearest(name, names())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the build gives no such module: add the library that has it to `deps`".to_owned(),
        }
    }

    /// The file that would be meant if the importing file's folder were searched.
    fn beside_importer(&self, path: &[Name]) -> Option<String> {
        let frame = self.stack.last()?;
        let file = format!("{}.x", path.iter().map(Name::as_str).collect::<Vec<_>>().join("/"));
        let exists = matches!(self.loader.load(&joined(folder_of(&frame.path), &file)), Ok(Some(_)));
        exists.then(|| joined(folder_of(self.sources.name(self.file(frame.id))), &file))
    }

    fn file(&self, id: ModuleId) -> FileId {
        self.modules.modules[id.index()].file
    }

    fn report_unreadable(&mut self, span: Span, file: &str, why: &str) {
        self.findings.push(Diagnostic::invalid("E1152", span, format!("{file} cannot be read: {why}")));
    }

    /// The import in work leads to a module on the stack.
    fn report_cycle(&mut self, id: ModuleId) {
        let first = self.stack.iter().position(|frame| frame.id == id).unwrap_or(0);
        let cycle = &self.stack[first..];
        let names: Vec<&str> = cycle.iter().map(|frame| self.modules.name(frame.id)).collect();
        let shown = match names.as_slice() {
            [only] => format!("the module `{only}` imports itself"),
            [first, rest @ ..] => {
                let rest: String = rest.iter().map(|name| format!(" -> `{name}`")).collect();
                format!("modules import each other: `{first}`{rest} -> `{first}`")
            }
            [] => return,
        };
        let Some((last, before)) = cycle.split_last() else { return };
        let mut finding = Diagnostic::invalid("E1153", last.current, shown);
        for (frame, next) in before.iter().zip(&cycle[1..]) {
            finding = finding.label(frame.current, format!("`{}` is imported here", self.modules.name(next.id)));
        }
        self.findings.push(finding.note("move what both need to a module of its own"));
    }
}

/// Modules of the standard library, for suggestions.
const LIBRARY: &[&str] =
    &["abs_diff", "acm_random", "apfloat", "bfloat16", "fixed_point", "float32", "float64", "hfloat16", "round", "std"];

/// The imports of a module, in the order of the text.
fn imports_of(module: &Module) -> Vec<Import> {
    let mut imports = Vec::new();
    for item in &module.items {
        match &item.kind {
            ItemKind::Import(import) => {
                let path: Vec<Name> = import.path.iter().map(|part| part.name.clone()).collect();
                let last = import.path.last().map_or(item.span, |part| part.span);
                let span = Span { start: import.path.first().map_or(item.span, |part| part.span).start, end: last.end };
                imports.push(Import { node: item.id, span, path, is_use: false });
            }
            ItemKind::Use(tree) => leaves(&tree.tree, &mut Vec::new(), &mut imports),
            _ => {}
        }
    }
    imports
}

fn leaves(tree: &UseTree, before: &mut Vec<Name>, imports: &mut Vec<Import>) {
    before.push(tree.name.name.clone());
    match &tree.kind {
        UseTreeKind::Leaf => {
            imports.push(Import { node: tree.id, span: tree.name.span, path: before.clone(), is_use: true });
        }
        UseTreeKind::Inner(trees) => {
            for tree in trees {
                leaves(tree, before, imports);
            }
        }
    }
    before.pop();
}
