//! Evaluates one call; arguments and result are texts.

use std::fmt;
use std::path::PathBuf;

use xls_aot_eval::{evaluate, Options};
use xls_aot_execute::{plain_name, ExecuteError};
use xls_aot_ir::{parse_typed_value, read_package, FuncId, Package, SkippedKind, Top, Value};

/// What to evaluate.
pub struct EvalOptions {
    /// The IR file.
    pub ir: PathBuf,
    /// The function; by default the package's top, or its only function.
    pub top: Option<String>,
    /// The arguments: typed values such as `bits[8]:255`.
    pub args: Vec<String>,
    /// Bounds of the evaluation.
    pub limits: Options,
}

/// The result of an evaluation. `Display` prints the typed result on a line of its own, then the events, a line each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvalReport {
    /// The result.
    pub value: Value,
    /// Failed assertions: function, message and label.
    pub asserts: Vec<(String, String, Option<String>)>,
    /// Trace texts with their verbosity.
    pub traces: Vec<(String, u64)>,
    /// Covers that were reached: function, label and count.
    pub covers: Vec<(String, String, u64)>,
}

impl fmt::Display for EvalReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value)?;
        for (text, verbosity) in &self.traces {
            write!(f, "\ntrace (verbosity {verbosity}): {}", text.trim_end_matches('\n'))?;
        }
        for (function, message, label) in &self.asserts {
            write!(f, "\nassertion failed in `{function}`: {message}")?;
            if let Some(label) = label {
                write!(f, " (label {label})")?;
            }
        }
        for (function, label, count) in &self.covers {
            let times = if *count == 1 { "time" } else { "times" };
            write!(f, "\ncovered in `{function}`: {label}, {count} {times}")?;
        }
        Ok(())
    }
}

/// Evaluates one call.
///
/// # Errors
/// If the file, the top or an argument has an error, or the evaluation reaches a limit.
pub fn eval(options: &EvalOptions) -> Result<EvalReport, ExecuteError> {
    let name = options.ir.display().to_string();
    let bytes =
        std::fs::read(&options.ir).map_err(|error| ExecuteError::Unreadable { path: options.ir.clone(), error })?;
    let package = read_package(&name, &bytes)?;
    let top = find_top(&package, options.top.as_deref())
        .map_err(|what| ExecuteError::Invalid { what: format!("{name}: {what}") })?;
    let parse = |text: &String| {
        parse_typed_value(text).map_err(|error| ExecuteError::Invalid { what: format!("argument `{text}`: {error}") })
    };
    let args = options.args.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let outcome = evaluate(&package, top, &args, &options.limits)?;
    let asserts = outcome.asserts.iter().map(|failure| {
        let function = package.function(failure.function).name.to_string();
        (function, failure.message(&package).to_owned(), failure.label(&package).map(str::to_owned))
    });
    let covers = outcome.covers.iter().map(|(&(function, node), &count)| {
        let function = package.function(function);
        (function.name.to_string(), plain_name(function, &function.node(node).op), count)
    });
    Ok(EvalReport {
        covers: covers.collect(),
        asserts: asserts.collect(),
        value: outcome.value,
        traces: outcome.traces.into_iter().map(|trace| (trace.text, trace.verbosity)).collect(),
    })
}

/// The function called `name`, else the package's top, else its only function.
fn find_top(package: &Package, name: Option<&str>) -> Result<FuncId, String> {
    let candidates = || {
        let names: Vec<String> = package.functions.iter().map(|function| format!("`{}`", function.name)).collect();
        match names.len() {
            0 => "the package has no functions".to_owned(),
            1..=20 => format!("the package's functions are {}", names.join(", ")),
            count => format!("the package's {count} functions begin with {}", names[..20].join(", ")),
        }
    };
    let kind = |kind| match kind {
        SkippedKind::Proc => "proc",
        SkippedKind::Block => "block",
        SkippedKind::Channel => "channel",
    };
    if let Some(name) = name {
        if let Some(skipped) = package.skipped.iter().find(|skipped| &*skipped.name == name) {
            return Err(format!("`{name}` is a {}, not a function; {}", kind(skipped.kind), candidates()));
        }
        return package.find_function(name).ok_or_else(|| format!("there is no function `{name}`; {}", candidates()));
    }
    match &package.top {
        Some(Top::Function(top)) => Ok(*top),
        Some(Top::Skipped(index)) => {
            let what = package.skipped.get(*index).map_or("proc", |skipped| kind(skipped.kind));
            Err(format!("the package's top is a {what}, not a function; {}", candidates()))
        }
        None if package.functions.len() == 1 => Ok(FuncId::new(0)),
        None => Err(format!("no function is marked `top`, so one must be named; {}", candidates())),
    }
}
