//! The facts that generated code states about its function, and single calls of the function.
//!
//! A call of a function without assertions and allocations costs only the arrays of pointers and the call itself: the
//! context is a static, the temp buffer is uninitialised stack, and the result is written directly to its destination.
//!
//! # When a result becomes a value of its type
//!
//! The rule: **between compiled code and the check, a result is raw memory**, that is a [`MaybeUninit`], a raw pointer, or
//! the caller's memory, from which nothing is read through a reference. [`AbiValue::is_valid`] reads its bytes as
//! integers. Only after this check does it become a value of its type. The reason: a byte other than 0 and 1 is not a valid
//! `bool`, and the compiler may assume that a `bool` is valid, so it could remove a check of the `bool` itself. The
//! rule applies to every type with invalid bit patterns, also inside tuples and arrays, and to each way to get a result:
//!
//! - `xls` entry points write through a raw pointer. [`enter`] checks the result before any other code sees it. If the result
//!   is invalid, it sets it to all zeros before it panics, because the memory may belong to the caller.
//! - `direct` entry points are declared with the result type [`DirectOutput`], which is `MaybeUninit<Output>` in debug builds.
//!   The standard library guarantees that this has the ABI of `Output`, so the result is in the same registers.
//!   [`direct_output`] checks it.
//!
//! Debug builds check results. Release builds do not: they rely on the safety contract of [`XlsFunction`]. In release builds
//! a `DirectOutput` is the `Output` itself, because going through memory would prevent tail calls.

use super::context::{SHARED_ALL, SHARED_FIRST, SHARED_INFALLIBLE};
use super::heap::TrackedContext;
use super::sink::{AllEvents, FirstFailure, NONE};
use super::temp::with_temp;
use crate::abi::{EventSink, InstanceContext, XlsEntry};
use crate::artifact::Artifact;
use crate::assertion::AssertionFailure;
use crate::events::{EventOptions, Events};
use crate::features::Features;
use crate::site::{self, EventSite};
use crate::value::AbiValue;
use alloc::boxed::Box;
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr;

/// The facts that generated code states about its compiled function.
///
/// # Safety
///
/// - `ENTRY` is an [`XlsEntry`] of ABI version 2 whose result is a valid `Output`.
/// - `TEMP_SIZE` and `TEMP_ALIGN` (a power of two) are at least what `ENTRY` needs.
/// - `SITES` is the table that the indices of its events refer to: all sites of the crate. `ARTIFACT` states its features;
///   they decide which events it can record.
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
    /// The crate's event sites.
    const SITES: &'static [EventSite];
}

/// Compile-time checks of what generated code states.
struct Checked<F>(F);

impl<F: XlsFunction> Checked<F> {
    const OK: () = {
        assert!(F::ARTIFACT.abi_version == crate::abi::ABI_VERSION, "generated for another version of the ABI");
        assert!(F::TEMP_ALIGN.is_power_of_two());
        assert!(!(Self::FALLIBLE || Self::OBSERVED) || !F::SITES.is_empty(), "events need sites");
        assert!(
            site::is_consistent(F::SITES),
            "a trace has another number of operands than its format string has values"
        );
        F::Output::LAYOUT_CHECK
    };
    /// Whether an assertion can fail.
    const FALLIBLE: bool = F::ARTIFACT.features.contains(Features::ASSERTIONS);
    /// Whether it has events that only `run_with_events` wants.
    const OBSERVED: bool = F::ARTIFACT.features.contains(Features::TRACES)
        || F::ARTIFACT.features.contains(Features::COVERS)
        || F::ARTIFACT.features.contains(Features::OUT_OF_BOUNDS);
    const TRACKS_ALLOCATIONS: bool = F::ARTIFACT.features.contains(Features::HEAP_SCRATCH);
}

/// The pointer to a parameter.
#[inline(always)]
#[must_use]
pub fn input<T: AbiValue>(value: &T) -> *const u8 {
    const { T::LAYOUT_CHECK }
    ptr::from_ref(value).cast()
}

/// The pointer to a token parameter. Nothing reads that address.
#[inline(always)]
#[must_use]
pub fn token() -> *const u8 {
    ptr::dangling()
}

/// Calls the entry point.
///
/// # Safety
///
/// `inputs` are pointers to live values of the parameters' types. `output` is aligned memory for the result that overlaps
/// none of them. `temp` is as `F` states. `events` points to the kind of sink that `callbacks` are for, or is null if `F` has
/// no events.
#[inline(always)]
unsafe fn enter<F: XlsFunction, const N: usize>(
    inputs: [*const u8; N],
    output: *mut F::Output,
    temp: *mut c_void,
    events: *mut EventSink,
    callbacks: &'static InstanceContext,
) {
    const { Checked::<F>::OK }
    let outputs = [output.cast::<u8>()];
    let call = |context: *mut InstanceContext| {
        // SAFETY: the caller vouches for inputs, output, temp and events; `context` begins with a callback table.
        unsafe { F::ENTRY(inputs.as_ptr(), outputs.as_ptr(), temp, events, context, ptr::null_mut(), 0) };
    };
    if Checked::<F>::TRACKS_ALLOCATIONS {
        let mut context = TrackedContext::new(callbacks);
        call((&raw mut context).cast());
    } else {
        // Nothing writes through this pointer: callbacks in the shared tables do not look at the context.
        call(ptr::from_ref(callbacks).cast_mut());
    }
    if cfg!(debug_assertions) {
        // SAFETY: the entry point has written the result.
        unsafe { verify::<F>(output) };
    }
}

/// In debug builds, panics if a result has unused bits set; before that, it makes the result valid.
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

/// The declared result type of a `direct` entry point if results are checked: memory with any contents.
#[cfg(debug_assertions)]
pub type DirectOutput<T> = MaybeUninit<T>;

/// The declared result type of a `direct` entry point if results are not checked: the result itself.
#[cfg(not(debug_assertions))]
pub type DirectOutput<T> = T;

/// The result of a `direct` entry point. In debug builds: panics if it has unused bits set.
///
/// # Safety
///
/// `output` is what the `direct` entry point of `F` returned: initialised, padding excepted.
#[cfg(debug_assertions)]
#[inline(always)]
pub unsafe fn direct_output<F: XlsFunction>(mut output: DirectOutput<F::Output>) -> F::Output {
    const { Checked::<F>::OK }
    // SAFETY: a local that the entry point initialised, and a valid value once it is checked.
    unsafe {
        verify::<F>(output.as_mut_ptr());
        output.assume_init()
    }
}

/// The result of a `direct` entry point.
///
/// # Safety
///
/// None. It is `unsafe` only to have the signature of the checking function.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub unsafe fn direct_output<F: XlsFunction>(output: DirectOutput<F::Output>) -> F::Output {
    const { Checked::<F>::OK }
    output
}

/// Results of more bytes are copied as a whole. By the time that the copy begins, their first pieces have been stored.
const READ_IN_PIECES_MAX: usize = 64;

/// The result that the entry point wrote to `output`.
///
/// # Safety
///
/// It is a valid value.
#[inline(always)]
pub unsafe fn written<T: AbiValue>(output: &MaybeUninit<T>) -> T {
    if size_of::<T>() <= READ_IN_PIECES_MAX {
        // SAFETY: the caller vouches for the value.
        return unsafe { T::read_in_pieces(output.as_ptr()) };
    }
    // SAFETY: as above.
    unsafe { output.assume_init_read() }
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
    const { assert!(!Checked::<F>::FALLIBLE, "a function with assertions is fallible") }
    // Nothing writes through this pointer: the callbacks do not look at the sink, and compiled code only reads it.
    let events = if Checked::<F>::OBSERVED { (&raw const NONE).cast_mut() } else { ptr::null_mut() };
    // SAFETY: the caller vouches for the rest.
    unsafe { enter::<F, N>(inputs, output, temp, events, &SHARED_INFALLIBLE) }
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
    let mut sink = FirstFailure::new(F::SITES);
    // SAFETY: the caller vouches for the rest; the sink is used by the callbacks alone during the call.
    unsafe { enter::<F, N>(inputs, output, temp, (&raw mut sink).cast(), &SHARED_FIRST) };
    match sink.failure {
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
    options: EventOptions,
) -> Events {
    if !(Checked::<F>::FALLIBLE || Checked::<F>::OBSERVED) {
        // SAFETY: the caller vouches for it.
        unsafe { enter::<F, N>(inputs, output, temp, ptr::null_mut(), &SHARED_INFALLIBLE) };
        return Events::new(F::SITES);
    }
    let mut sink = AllEvents::new(F::SITES, options);
    // SAFETY: the caller vouches for the rest; the sink is used by the callbacks alone during the call.
    unsafe { enter::<F, N>(inputs, output, temp, (&raw mut sink).cast(), &SHARED_ALL) };
    sink.events
}

/// One call of a function without assertions.
///
/// # Safety
///
/// `inputs` are what [`input`] and [`token`] give for the function's parameters, in order, and the values live.
#[inline(always)]
pub unsafe fn run<F: XlsFunction, const N: usize>(inputs: [*const u8; N]) -> F::Output {
    let mut output = MaybeUninit::uninit();
    let at = output.as_mut_ptr();
    // SAFETY: the caller vouches for the inputs; output and temp are fresh.
    with_temp(F::TEMP_SIZE, F::TEMP_ALIGN, |temp| unsafe { enter_infallible::<F, N>(inputs, at, temp) });
    // SAFETY: compiled code has initialised the output.
    unsafe { written(&output) }
}

/// As [`run`], for a result that is too large for the stack: it is written directly to the heap.
///
/// # Safety
///
/// See [`run`].
#[inline]
pub unsafe fn run_boxed<F: XlsFunction, const N: usize>(inputs: [*const u8; N]) -> Box<F::Output> {
    let mut output = Box::new_uninit();
    let at = output.as_mut_ptr();
    // SAFETY: the caller vouches for the inputs; output and temp are fresh.
    with_temp(F::TEMP_SIZE, F::TEMP_ALIGN, |temp| unsafe { enter_infallible::<F, N>(inputs, at, temp) });
    // SAFETY: compiled code has initialised the output.
    unsafe { output.assume_init() }
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
    let at = output.as_mut_ptr();
    // SAFETY: the caller vouches for the inputs; output and temp are fresh.
    with_temp(F::TEMP_SIZE, F::TEMP_ALIGN, |temp| unsafe { enter_fallible::<F, N>(inputs, at, temp) })?;
    // SAFETY: compiled code has initialised the output.
    Ok(unsafe { written(&output) })
}

/// As [`run_fallible`], for a result that is too large for the stack: it is written directly to the heap.
///
/// # Errors
///
/// The first failed assertion.
///
/// # Safety
///
/// See [`run`].
#[inline]
pub unsafe fn run_fallible_boxed<F: XlsFunction, const N: usize>(
    inputs: [*const u8; N],
) -> Result<Box<F::Output>, AssertionFailure> {
    let mut output = Box::new_uninit();
    let at = output.as_mut_ptr();
    // SAFETY: the caller vouches for the inputs; output and temp are fresh.
    with_temp(F::TEMP_SIZE, F::TEMP_ALIGN, |temp| unsafe { enter_fallible::<F, N>(inputs, at, temp) })?;
    // SAFETY: compiled code has initialised the output.
    Ok(unsafe { output.assume_init() })
}
