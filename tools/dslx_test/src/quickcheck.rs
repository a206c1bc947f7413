//! Tries a quickcheck on many inputs, and makes the first one that fails small.

use xls_aot_dslx::check::typed::QuickCheckCases;
use xls_aot_dslx::check::types::{Type, TypeId, Types};
use xls_aot_execute::{call_loaded, search, CallLimits, Observed, Search};
use xls_aot_ir::{Bits, Value};
use xls_aot_values::build;

use crate::compiled::{Compiled, CompiledTest};
use crate::inputs::Inputs;
use crate::literal::Literals;
use crate::result::{Counterexample, Tried, Why};
use crate::run::{Error, Settings};
use crate::shrink::{shrink, Leaf};

/// Where there are no more inputs than this, all are tried.
const FEW: u64 = 1 << 16;

/// A quickcheck that is under way.
pub(crate) struct QuickCheck<'a> {
    pub(crate) name: &'a str,
    pub(crate) parameters: &'a [(String, TypeId)],
    pub(crate) test: &'a CompiledTest,
    pub(crate) compiled: &'a Compiled,
    pub(crate) settings: &'a Settings<'a>,
    inputs: Inputs<'a>,
    tried: Tried,
}

/// What came of it.
pub(crate) enum Found {
    Nothing(Tried),
    /// On this input, and what was traced there.
    Counterexample(Box<Counterexample>, Vec<String>),
    /// The time was over.
    TooLong(String),
}

impl<'a> QuickCheck<'a> {
    /// The quickcheck with these cases and parameters.
    ///
    /// # Errors
    /// If it cannot be tried, the reason.
    pub(crate) fn new(
        name: &'a str,
        (cases, parameters): (QuickCheckCases, &'a [(String, TypeId)]),
        test: &'a CompiledTest,
        compiled: &'a Compiled,
        settings: &'a Settings<'a>,
    ) -> Result<Self, String> {
        let params = test.callable.params();
        let leading = params.len().saturating_sub(parameters.len());
        let inputs = Inputs::new(params, leading)?;
        let tried = match (inputs.all(), cases) {
            (Some(all), QuickCheckCases::Exhaustive) => Tried::All(all),
            (Some(all @ ..=FEW), _) => Tried::All(all),
            (None, QuickCheckCases::Exhaustive) => {
                let what = "it is exhaustive, and there are 2^64 inputs or more\n  help: give it fewer input bits, or \
                            `#[quickcheck(test_count=N)]`";
                return Err(what.to_owned());
            }
            (_, QuickCheckCases::Count(count)) => Tried::Random(count),
            (_, QuickCheckCases::Default) => Tried::Random(settings.count),
        };
        Ok(QuickCheck { name, parameters, test, compiled, settings, inputs, tried })
    }

    /// How many inputs it has.
    pub(crate) fn count(&self) -> u64 {
        match self.tried {
            Tried::All(count) | Tried::Random(count) => count,
        }
    }

    fn fill(&self, number: u64, memory: &mut [&mut [u8]]) {
        match self.tried {
            Tried::All(_) => self.inputs.fill_numbered(number, memory),
            Tried::Random(_) => self.inputs.fill_random(self.settings.seed, number, memory),
        }
    }

    /// All arguments of an input.
    pub(crate) fn arguments(&self, number: u64) -> Vec<Value> {
        self.inputs.values(&|memory| self.fill(number, memory))
    }

    /// Tries all inputs.
    pub(crate) fn run(&self, literals: &Literals<'_>, types: &Types) -> Result<Found, Error> {
        let fill = &mut |number: u64, memory: &mut [&mut [u8]]| self.fill(number, memory);
        let seconds = self.settings.seconds;
        let found = search(&self.test.callable, 0..self.count(), seconds, fill, is_true).map_err(Error::Execute)?;
        let number = match found {
            Search::NotFound => return Ok(Found::Nothing(self.tried)),
            Search::Failed(number) => number,
            Search::Ended { number, too_long: true, .. } => {
                let arguments = self.literals(&self.arguments(number), literals);
                let arguments: Vec<String> =
                    arguments.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                return Ok(Found::TooLong(format!(
                    "it was not finished within {seconds} s: {number} of {} inputs were tried; the next is {}",
                    self.count(),
                    arguments.join(", ")
                )));
            }
            Search::Ended { number, .. } => number,
        };
        let arguments = self.small(self.arguments(number), types)?;
        let (why, traces) = self.why(&arguments)?;
        let values = self.literals(&arguments, literals);
        let test = self.test_text(&values, literals);
        let counterexample = Counterexample { number, of: self.tried, arguments: values, why, test };
        Ok(Found::Counterexample(Box::new(counterexample), traces))
    }

    /// Smaller arguments that fail too.
    fn small(&self, arguments: Vec<Value>, types: &Types) -> Result<Vec<Value>, Error> {
        let params = self.test.callable.params();
        let leading = params.len() - self.parameters.len();
        let mut signs = Vec::new();
        self.parameters.iter().for_each(|&(_, ty)| add_signs(types, ty, &mut signs));
        let mut all = Vec::new();
        arguments[leading..].iter().for_each(|value| add_bits(value, &mut all));
        let leaves = all.into_iter().zip(signs).map(|(bits, signed)| Leaf { bits, signed }).collect();
        let rebuilt = |bits: &mut dyn Iterator<Item = Bits>| -> Vec<Value> {
            let own =
                params[leading..].iter().map(|ty| build(ty, &mut |width| bits.next().unwrap_or(Bits::zero(width))));
            arguments[..leading].iter().cloned().chain(own.collect::<Vec<_>>()).collect()
        };
        let mut first_failing = |candidates: &[Vec<Bits>]| {
            let values: Vec<Vec<Value>> = candidates.iter().map(|bits| rebuilt(&mut bits.iter().cloned())).collect();
            let fill = &mut |number: u64, memory: &mut [&mut [u8]]| {
                self.inputs.fill_values(&values[number as usize], memory);
            };
            let found = search(&self.test.callable, 0..values.len() as u64, self.settings.seconds, fill, is_true);
            Ok(match found.map_err(Error::Execute)? {
                Search::NotFound | Search::Ended { too_long: true, .. } => None,
                Search::Failed(number) | Search::Ended { number, .. } => Some(number as usize),
            })
        };
        let leaves = shrink(leaves, &mut first_failing)?;
        Ok(rebuilt(&mut leaves.into_iter().map(|leaf| leaf.bits)))
    }

    /// What happens on an input, and what is traced.
    fn why(&self, arguments: &[Value]) -> Result<(Why, Vec<String>), Error> {
        Ok(match self.observed(&[arguments.to_vec()])?.pop() {
            Some(Ok(observed)) => {
                let why = match observed.asserts.as_slice() {
                    [] => Why::False,
                    names => Why::Assertions(self.compiled.assertions(names)),
                };
                (why, observed.traces.unwrap_or_default())
            }
            Some(Err(how)) => (Why::Ended(how), Vec::new()),
            None => (Why::Ended("it did not run".to_owned()), Vec::new()),
        })
    }

    /// What these inputs do.
    pub(crate) fn observed(&self, inputs: &[Vec<Value>]) -> Result<Vec<Result<Observed, String>>, Error> {
        let calls: Vec<&[Value]> = inputs.iter().map(Vec::as_slice).collect();
        let limits = CallLimits { call_seconds: self.settings.seconds, crashes: 1 };
        call_loaded(&self.test.callable, &calls, &self.compiled.sites, limits).map_err(Error::Execute)
    }

    /// Names and values of the user's parameters.
    fn literals(&self, arguments: &[Value], literals: &Literals<'_>) -> Vec<(String, String)> {
        let own = &arguments[arguments.len() - self.parameters.len()..];
        let pairs = self.parameters.iter().zip(own);
        pairs.map(|((name, ty), value)| (name.clone(), literals.of(value, *ty))).collect()
    }

    /// A test that fails as the quickcheck does.
    fn test_text(&self, arguments: &[(String, String)], literals: &Literals<'_>) -> String {
        let mut imports = Vec::new();
        self.parameters.iter().for_each(|&(_, ty)| literals.missing_imports(ty, &mut imports));
        let imports: String = imports.iter().map(|import| format!("{import}\n")).collect();
        let values: Vec<&str> = arguments.iter().map(|(_, value)| value.as_str()).collect();
        let (name, values) = (self.name, values.join(", "));
        format!("{imports}#[test]\nfn {name}_counterexample() {{\n    assert_eq({name}({values}), true);\n}}\n")
    }
}

/// Whether the result is true: `bits[1]`, alone or behind a token, which takes no memory.
fn is_true(result: &[u8]) -> bool {
    result == [1]
}

/// Whether the bit vectors of a type are signed numbers, in the order of the text.
fn add_signs(types: &Types, ty: TypeId, signs: &mut Vec<bool>) {
    match types.get(ty) {
        &Type::Bits { signed, .. } => signs.push(signed),
        Type::Enum(id) => signs.push(types.enumeration(*id).signed),
        Type::Token => {}
        Type::Tuple(elements) => elements.iter().for_each(|&ty| add_signs(types, ty, signs)),
        Type::Struct(id) => types.structure(*id).fields.iter().for_each(|&(_, ty)| add_signs(types, ty, signs)),
        &Type::Array { element, len } => (0..len).for_each(|_| add_signs(types, element, signs)),
    }
}

/// The bit vectors of a value, in the order of the text.
fn add_bits(value: &Value, all: &mut Vec<Bits>) {
    match value {
        Value::Bits(bits) => all.push(bits.clone()),
        Value::Token => {}
        Value::Tuple(values) | Value::Array(values) => values.iter().for_each(|value| add_bits(value, all)),
    }
}
