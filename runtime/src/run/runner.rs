//! Calls that reuse one temp buffer.

use super::function::{enter_fallible, enter_infallible, enter_with_events, written, XlsFunction};
use super::temp::{AllocationFailure, HeapTemp};
use crate::assertion::AssertionFailure;
use crate::events::{EventOptions, Events};
use alloc::boxed::Box;
use core::marker::PhantomData;
use core::mem::MaybeUninit;

/// The implementation of a generated `Runner`.
///
/// All unsafe methods have the same contract: `inputs` are the pointers that [`super::function::input`] and
/// [`super::function::token`] return for the function's parameters, in order, and the values are still alive.
pub struct Runner<F> {
    temp: HeapTemp,
    options: EventOptions,
    function: PhantomData<fn() -> F>,
}

impl<F: XlsFunction> Runner<F> {
    /// Allocates the temp buffer, if the function needs one. If there is no memory, the program ends.
    #[must_use]
    pub fn new() -> Self {
        Self { temp: HeapTemp::new(F::TEMP_SIZE, F::TEMP_ALIGN), options: EventOptions::new(), function: PhantomData }
    }

    /// Allocates the temp buffer, if the function needs one.
    ///
    /// # Errors
    ///
    /// [`AllocationFailure`] if there is no memory for it.
    pub fn try_new() -> Result<Self, AllocationFailure> {
        let temp = HeapTemp::try_new(F::TEMP_SIZE, F::TEMP_ALIGN)?;
        Ok(Self { temp, options: EventOptions::new(), function: PhantomData })
    }

    /// Chooses which events the `run_with_events` methods store.
    #[inline]
    pub fn set_event_options(&mut self, options: EventOptions) {
        self.options = options;
    }

    /// Runs a function without assertions.
    ///
    /// # Safety
    ///
    /// See [`Runner`].
    #[inline]
    pub unsafe fn run<const N: usize>(&mut self, inputs: [*const u8; N]) -> F::Output {
        let mut output = MaybeUninit::uninit();
        // SAFETY: the caller vouches for the inputs; `output` is fresh, and compiled code initialises it.
        unsafe {
            enter_infallible::<F, N>(inputs, output.as_mut_ptr(), self.temp.as_ptr());
            written(&output)
        }
    }

    /// As [`Self::run`], for a result that is too large for the stack: it is written directly to the heap.
    ///
    /// # Safety
    ///
    /// See [`Runner`].
    #[inline]
    pub unsafe fn run_boxed<const N: usize>(&mut self, inputs: [*const u8; N]) -> Box<F::Output> {
        let mut output = Box::new_uninit();
        // SAFETY: the caller vouches for the inputs; `output` is fresh, and compiled code initialises it.
        unsafe {
            enter_infallible::<F, N>(inputs, output.as_mut_ptr(), self.temp.as_ptr());
            output.assume_init()
        }
    }

    /// Runs a function without assertions into `output`.
    ///
    /// # Safety
    ///
    /// See [`Runner`].
    #[inline]
    pub unsafe fn run_into<const N: usize>(&mut self, inputs: [*const u8; N], output: &mut F::Output) {
        // SAFETY: the caller vouches for the inputs; an exclusive reference overlaps none of them.
        unsafe { enter_infallible::<F, N>(inputs, output, self.temp.as_ptr()) }
    }

    /// Runs a function with assertions.
    ///
    /// # Errors
    ///
    /// The first failed assertion.
    ///
    /// # Safety
    ///
    /// See [`Runner`].
    #[inline]
    pub unsafe fn run_fallible<const N: usize>(
        &mut self,
        inputs: [*const u8; N],
    ) -> Result<F::Output, AssertionFailure> {
        let mut output = MaybeUninit::uninit();
        // SAFETY: the caller vouches for the inputs; `output` is fresh, and compiled code initialises it.
        unsafe {
            enter_fallible::<F, N>(inputs, output.as_mut_ptr(), self.temp.as_ptr())?;
            Ok(written(&output))
        }
    }

    /// As [`Self::run_fallible`], for a result that is too large for the stack: it is written directly to the heap.
    ///
    /// # Errors
    ///
    /// The first failed assertion.
    ///
    /// # Safety
    ///
    /// See [`Runner`].
    #[inline]
    pub unsafe fn run_fallible_boxed<const N: usize>(
        &mut self,
        inputs: [*const u8; N],
    ) -> Result<Box<F::Output>, AssertionFailure> {
        let mut output = Box::new_uninit();
        // SAFETY: the caller vouches for the inputs; `output` is fresh, and compiled code initialises it.
        unsafe {
            enter_fallible::<F, N>(inputs, output.as_mut_ptr(), self.temp.as_ptr())?;
            Ok(output.assume_init())
        }
    }

    /// Runs a function with assertions into `output`, which is written even if an assertion fails.
    ///
    /// # Errors
    ///
    /// The first failed assertion.
    ///
    /// # Safety
    ///
    /// See [`Runner`].
    #[inline]
    pub unsafe fn run_fallible_into<const N: usize>(
        &mut self,
        inputs: [*const u8; N],
        output: &mut F::Output,
    ) -> Result<(), AssertionFailure> {
        // SAFETY: the caller vouches for the inputs; an exclusive reference overlaps none of them.
        unsafe { enter_fallible::<F, N>(inputs, output, self.temp.as_ptr()) }
    }

    /// Runs a function. Returns its result and its events.
    ///
    /// # Safety
    ///
    /// See [`Runner`].
    #[inline]
    pub unsafe fn run_with_events<const N: usize>(&mut self, inputs: [*const u8; N]) -> (F::Output, Events) {
        let mut output = MaybeUninit::uninit();
        // SAFETY: the caller vouches for the inputs; `output` is fresh, and compiled code initialises it.
        unsafe {
            let events = enter_with_events::<F, N>(inputs, output.as_mut_ptr(), self.temp.as_ptr(), self.options);
            (written(&output), events)
        }
    }

    /// As [`Self::run_with_events`], for a result that is too large for the stack: it is written directly to the heap.
    ///
    /// # Safety
    ///
    /// See [`Runner`].
    #[inline]
    pub unsafe fn run_with_events_boxed<const N: usize>(&mut self, inputs: [*const u8; N]) -> (Box<F::Output>, Events) {
        let mut output = Box::new_uninit();
        // SAFETY: the caller vouches for the inputs; `output` is fresh, and compiled code initialises it.
        unsafe {
            let events = enter_with_events::<F, N>(inputs, output.as_mut_ptr(), self.temp.as_ptr(), self.options);
            (output.assume_init(), events)
        }
    }

    /// Runs a function into `output`. Returns its events.
    ///
    /// # Safety
    ///
    /// See [`Runner`].
    #[inline]
    pub unsafe fn run_with_events_into<const N: usize>(
        &mut self,
        inputs: [*const u8; N],
        output: &mut F::Output,
    ) -> Events {
        // SAFETY: the caller vouches for the inputs; an exclusive reference overlaps none of them.
        unsafe { enter_with_events::<F, N>(inputs, output, self.temp.as_ptr(), self.options) }
    }
}

impl<F: XlsFunction> Default for Runner<F> {
    fn default() -> Self {
        Self::new()
    }
}
