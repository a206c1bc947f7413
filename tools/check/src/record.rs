//! Test vectors: a file of JSON objects, one a line.
//!
//! | field | meaning |
//! |---|---|
//! | `ir_file` | IR file, relative to the root folder |
//! | `top` | the function |
//! | `args` | typed values |
//! | `expected` | typed value; `ERR...` if the reference implementation gave none |
//! | `asserts` | messages of the failed assertions, in order (none if absent) |
//! | `traces` | pairs of text and verbosity (none if absent); the verbosity is not compared, because XLS's compiled code, which most vectors were recorded from, always reports 0 |
//! | `jit`, `jit_asserts`, `jit_traces` | the same from XLS's compiled code; used where `expected` is an error because an assertion failed, and where `asserts` or `traces` are absent |
//!
//! Other fields, such as `source`, are for people.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;
use xls_aot_execute::ExecuteError;

use crate::filetest;

/// One vector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Record {
    /// Line in the vector file, from 1.
    pub(crate) line: usize,
    pub(crate) ir_file: String,
    pub(crate) top: String,
    pub(crate) args: Vec<String>,
    /// The expected outcome; an error text if the vector has none.
    pub(crate) expected: Result<Expected, String>,
}

/// The expected outcome of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Expected {
    pub(crate) value: String,
    pub(crate) asserts: Vec<String>,
    pub(crate) traces: Vec<String>,
    /// How often each cover is reached; `None` if it is not recorded.
    pub(crate) covers: Option<BTreeMap<String, u64>>,
}

/// Whether a file is a file test (see [`filetest`]), whose `run:` lines are vectors of the file itself.
pub(crate) fn is_filetest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "ir")
}

/// Reads a vector file, or a file test.
pub(crate) fn read(path: &Path) -> Result<Vec<Record>, ExecuteError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| ExecuteError::Unreadable { path: path.to_path_buf(), error })?;
    let name = path.display().to_string();
    if is_filetest(path) {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        filetest::records(&name, &text, &file)
    } else {
        parse(&name, &text)
    }
}

/// Parses the text of a vector file; `name` is for messages.
pub(crate) fn parse(name: &str, text: &str) -> Result<Vec<Record>, ExecuteError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    if lines.clone().next().is_none() {
        return Err(ExecuteError::Invalid { what: format!("{name}: no vector, so nothing is checked") });
    }
    lines
        .map(|(i, line)| {
            parse_line(line, i + 1).map_err(|what| ExecuteError::Invalid { what: format!("{name}:{}: {what}", i + 1) })
        })
        .collect()
}

fn parse_line(line: &str, number: usize) -> Result<Record, String> {
    let json: Json = serde_json::from_str(line).map_err(|error| format!("expected a JSON object a line: {error}"))?;
    let expected = text(&json, "expected")?;
    let jit = json.get("jit").and_then(Json::as_str).filter(|jit| !jit.starts_with("JITERR"));
    let jit_asserts = texts_or_none(&json, "jit_asserts")?;
    let asserts = texts_or_none(&json, "asserts")?.or(jit_asserts.clone()).unwrap_or_default();
    let traces = match traces(&json, "traces")? {
        Some(traces) => traces,
        None => traces_or_empty(&json, "jit_traces")?,
    };
    let expected = if !expected.starts_with("ERR") {
        Ok(Expected { value: expected, asserts, traces, covers: None })
    } else if let (Some(value), Some(asserts)) = (jit, jit_asserts.filter(|asserts| !asserts.is_empty())) {
        Ok(Expected { value: value.to_owned(), asserts, traces, covers: None })
    } else {
        Err(format!("the reference gave no value: {expected}"))
    };
    let args = texts_or_none(&json, "args")?.ok_or("field `args` is missing; expected a list of typed values")?;
    Ok(Record { line: number, ir_file: text(&json, "ir_file")?, top: text(&json, "top")?, args, expected })
}

fn text(json: &Json, field: &str) -> Result<String, String> {
    match json.get(field) {
        Some(Json::String(text)) => Ok(text.clone()),
        Some(other) => Err(format!("field `{field}` is {other}; expected a string")),
        None => Err(format!("field `{field}` is missing; expected a string")),
    }
}

fn texts_or_none(json: &Json, field: &str) -> Result<Option<Vec<String>>, String> {
    let wrong = || format!("field `{field}` is not a list of strings");
    match json.get(field) {
        None => Ok(None),
        Some(Json::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong));
            texts.collect::<Result<_, _>>().map(Some)
        }
        Some(_) => Err(wrong()),
    }
}

fn traces(json: &Json, field: &str) -> Result<Option<Vec<String>>, String> {
    let wrong = || format!("field `{field}` is not a list of pairs of text and verbosity");
    let Some(items) = json.get(field) else { return Ok(None) };
    let items = items.as_array().ok_or_else(wrong)?;
    let pairs = items.iter().map(|item| match item.as_array().map(Vec::as_slice) {
        Some([Json::String(text), Json::Number(_)]) => Ok(text.clone()),
        _ => Err(wrong()),
    });
    pairs.collect::<Result<_, _>>().map(Some)
}

fn traces_or_empty(json: &Json, field: &str) -> Result<Vec<String>, String> {
    Ok(traces(json, field)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        let line = r#"{"ir_file": "a.ir", "top": "f", "args": ["bits[8]:1"], "expected": "token", "asserts": ["m"], "traces": [["t", 2]]}"#;
        let records = parse("v", &format!("{line}\n\n")).unwrap();
        let expected =
            Expected { value: "token".into(), asserts: vec!["m".into()], traces: vec!["t".into()], covers: None };
        assert_eq!(
            records,
            [Record {
                line: 1,
                ir_file: "a.ir".into(),
                top: "f".into(),
                args: vec!["bits[8]:1".into()],
                expected: Ok(expected)
            }]
        );
    }

    #[test]
    fn an_aborted_reference_is_replaced_by_compiled_code() {
        let line = r#"{"ir_file": "a.ir", "top": "f", "args": [], "expected": "ERR ABORTED: m", "jit": "token", "jit_asserts": ["m"], "jit_traces": []}"#;
        let record = &parse("v", line).unwrap()[0];
        assert_eq!(record.expected.as_ref().unwrap().value, "token");
        let line =
            r#"{"ir_file": "a.ir", "top": "f", "args": [], "expected": "ERR X", "jit": "JITERR", "jit_asserts": []}"#;
        assert_eq!(parse("v", line).unwrap()[0].expected, Err("the reference gave no value: ERR X".into()));
    }

    #[test]
    fn faults_name_the_line_and_the_field() {
        let check = |text: &str, message: &str| {
            assert_eq!(parse("v.jsonl", text).unwrap_err().to_string(), message);
        };
        check(" \n\n", "v.jsonl: no vector, so nothing is checked");
        check("{}", "v.jsonl:1: field `expected` is missing; expected a string");
        check(r#"{"expected": 3}"#, "v.jsonl:1: field `expected` is 3; expected a string");
        check("\n{\"expected\": \"token\", \"args\": [3]}", "v.jsonl:2: field `args` is not a list of strings");
        assert!(parse("v", "nonsense").unwrap_err().to_string().starts_with("v:1: expected a JSON object a line: "));
    }
}
