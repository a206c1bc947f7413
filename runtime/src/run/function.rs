//! What generated code states about its function, and one call of it.
//!
//! A call that can record nothing and allocate nothing costs the arrays of pointers and the call itself: the context is
//! a static, the temp buffer is uninitialised stack, and the result is written where it belongs.

use super::context::{SHARED, SHARED_INFALLIBLE};
use super::heap::TrackedContext;
use super::sink::Sink;
use super::temp::with_temp;
use crate::abi::{EventSink, InstanceContext, XlsEntry};
use crate::artifact::Artifact;
use crate::assertion::{AssertionFailure, AssertionSite, Events};
use crate::features::Features;
use crate::value::AbiValue;
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr;

/// What generated code states about its compiled function.
///
/// # Safety
///
/// - `ENTRY` is an [`XlsEntry`] of ABI version 1 whose result has the type `Output`.
/// - `TEMP_SIZE` and `TEMP_ALIGN` (a power of two) are at least what it needs.
/// - `SITES` is the table that its assertion indices refer to; `ARTIFACT` states its features.
pub unsafe trait XlsFunction: 'static {
    /// The result.
    type Output: AbiValue;
    /// The entry point.
    const ENTRY: XlsEntry;
    /// The description.
    const ARTIFACT: Artifact;
    /// Size of the temp buffer in bytes.
    const TEMP_SIZE: usize;
    /// Alignment of the temp buffer in bytes.
    const TEMP_ALIGN: usize;
    /// The assertions.
    const SITES: &'static [AssertionSite];
}

/// Compile-time checks of what generated code states.
struct Checked<F>(F);

impl<F: XlsFunction> Checked<F> {
    const OK: () = {
        assert!(F::ARTIFACT.abi_version == crate::abi::ABI_VERSION, "generated for another version of the ABI");
        assert!(F::TEMP_ALIGN.is_power_of_two());
        assert!(F::ARTIFACT.features.contains(Features::ASSERTIONS) != F::SITES.is_empty());
        F::Output::LAYOUT_CHECK
    };
    const TRACKS_ALLOCATIONS: bool = F::ARTIFACT.features.contains(Features::HEAP_SCRATCH);
}

/// The pointer to a parameter.
#[inline(always)]
#[must_use]
pub fn input<T: AbiValue>(value: &T) -> *const u8 {
    const { T::LAYOUT_CHECK }
    ptr::from_ref(value).cast()
}

/// The pointer to a token parameter: some address that nothing reads.
#[inline(always)]
#[must_use]
pub fn token() -> *const u8 {
    ptr::dangling()
}

/// Calls the entry point.
///
/// # Safety
///
/// `inputs` are pointers to live values of the parameters' types, `output` is aligned room for the result that overlaps
/// none of them, `temp` is what `F` states, and `events` points to a [`Sink`] if `F` has assertions.
#[inline(always)]
pub unsafe fn enter<F: XlsFunction, const N: usize>(
    inputs: [*const u8; N],
    output: *mut F::Output,
    temp: *mut c_void,
    events: *mut EventSink,
) {
    const { Checked::<F>::OK }
    let outputs = [output.cast::<u8>()];
    let call = |context: *mut InstanceContext| {
        // SAFETY: the caller vouches for inputs, output, temp and events; `context` begins with a callback table.
        unsafe { F::ENTRY(inputs.as_ptr(), outputs.as_ptr(), temp, events, context, ptr::null_mut(), 0) };
    };
    if Checked::<F>::TRACKS_ALLOCATIONS {
        let mut context = TrackedContext::new();
        call((&raw mut context).cast());
    } else {
        let shared = if F::SITES.is_empty() { &raw const SHARED_INFALLIBLE } else { &raw const SHARED };
        // Nothing writes through this pointer: callbacks in the shared tables do not look at the context.
        call(shared.cast_mut());
    }
    if cfg!(debug_assertions) {
        // SAFETY: the entry point has written the result.
        unsafe { verify::<F>(output) };
    }
}

/// In debug builds: panics if a result has unused bits set, after making it a valid one.
///
/// # Safety
///
/// `output` is aligned, writable and initialised (padding excepted); it need not be valid.
unsafe fn verify<F: XlsFunction>(output: *mut F::Output) {
    // SAFETY: as above; all-zero bytes are a valid value.
    unsafe {
        if !F::Output::is_valid(output) {
            output.write_bytes(0, 1);
            panic!("the result of `{}` has unused bits set: the object is damaged", F::ARTIFACT.symbol);
        }
    }
}

/// In debug builds: panics if the result of a `direct` entry point has unused bits set.
#[inline(always)]
pub fn checked_output<F: XlsFunction>(mut output: F::Output) -> F::Output {
    const { Checked::<F>::OK }
    if cfg!(debug_assertions) {
        // SAFETY: a local, initialised by the entry point.
        unsafe { verify::<F>(&raw mut output) };
    }
    output
}

/// Runs a function without assertions into `output`, with this temp buffer.
///
/// # Safety
///
/// See [`enter`].
#[inline(always)]
pub unsafe fn enter_infallible<F: XlsFunction, const N: usize>(
    inputs: [*const u8; N],
    output: *mut F::Output,
    temp: *mut c_void,
) {
    const { assert!(F::SITES.is_empty(), "a function with assertions is fallible") }
    // SAFETY: the caller vouches for it.
    unsafe { enter::<F, N>(inputs, output, temp, ptr::null_mut()) }
}

/// Runs a function into `output`, with this temp buffer; the first failed assertion is the error.
///
/// # Safety
///
/// See [`enter`].
#[inline(always)]
pub unsafe fn enter_fallible<F: XlsFunction, const N: usize>(
    inputs: [*const u8; N],
    output: *mut F::Output,
    temp: *mut c_void,
) -> Result<(), AssertionFailure> {
    let mut sink = Sink::first_only(F::SITES);
    // SAFETY: the caller vouches for the rest; the sink is used by the callback alone during the call.
    unsafe { enter::<F, N>(inputs, output, temp, (&raw mut sink).cast()) };
    match sink.first {
        None => Ok(()),
        Some(failure) => Err(failure),
    }
}

/// Runs a function into `output`, with this temp buffer, and collects its events.
///
/// # Safety
///
/// See [`enter`].
#[inline]
pub unsafe fn enter_with_events<F: XlsFunction, const N: usize>(
    inputs: [*const u8; N],
    output: *mut F::Output,
    temp: *mut c_void,
) -> Events {
    let mut events = Events::default();
    let mut sink = Sink::all(F::SITES, &mut events);
    // SAFETY: the caller vouches for the rest; the sink is used by the callback alone during the call.
    unsafe { enter::<F, N>(inputs, output, temp, (&raw mut sink).cast()) };
    events
}

/// One call of a function without assertions.
///
/// # Safety
///
/// `inputs` are what [`input`] and [`token`] give for the function's parameters, in order, and the values live.
#[inline(always)]
pub unsafe fn run<F: XlsFunction, const N: usize>(inputs: [*const u8; N]) -> F::Output {
    let mut output = MaybeUninit::uninit();
    with_temp(F::TEMP_SIZE, F::TEMP_ALIGN, |temp| {
        // SAFETY: the caller vouches for the inputs; output and temp are fresh; compiled code initialises the output.
        unsafe {
            enter_infallible::<F, N>(inputs, output.as_mut_ptr(), temp);
            output.assume_init()
        }
    })
}

/// One call of a function with assertions; the first one that fails is the error.
///
/// # Errors
///
/// The first failed assertion.
///
/// # Safety
///
/// See [`run`].
#[inline(always)]
pub unsafe fn run_fallible<F: XlsFunction, const N: usize>(
    inputs: [*const u8; N],
) -> Result<F::Output, AssertionFailure> {
    let mut output = MaybeUninit::uninit();
    with_temp(F::TEMP_SIZE, F::TEMP_ALIGN, |temp| {
        // SAFETY: the caller vouches for the inputs; output and temp are fresh; compiled code initialises the output,
        // whether assertions fail or not.
        unsafe {
            enter_fallible::<F, N>(inputs, output.as_mut_ptr(), temp)?;
            Ok(output.assume_init())
        }
    })
}
