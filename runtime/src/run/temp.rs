//! Temp buffers: uninitialised memory that compiled code may write to during one call.

use alloc::alloc::{alloc, dealloc, handle_alloc_error};
use core::alloc::Layout;
use core::ffi::c_void;
use core::fmt;
use core::mem::MaybeUninit;
use core::ptr;

/// Buffers up to this size are on the stack of the call.
pub const STACK_LIMIT: usize = 4096;
/// Buffers of a greater alignment are on the heap.
pub const STACK_ALIGN: usize = 64;

/// There was not enough memory for a temp buffer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AllocationFailure {
    size: usize,
}

impl AllocationFailure {
    /// The number of requested bytes.
    #[must_use]
    pub const fn size(self) -> usize {
        self.size
    }
}

impl fmt::Display for AllocationFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "out of memory: no room for a temp buffer of {} bytes", self.size)
    }
}

/// As `Display`: what a program prints whose `main` returns the failure, and the message of a failed `unwrap`.
impl fmt::Debug for AllocationFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "std")]
impl std::error::Error for AllocationFailure {}

/// A temp buffer on the heap. Holds no memory if the size is 0.
pub struct HeapTemp {
    at: *mut u8,
    layout: Layout,
}

// SAFETY: owns its memory alone.
unsafe impl Send for HeapTemp {}
// SAFETY: a shared reference gives no access to the memory.
unsafe impl Sync for HeapTemp {}

impl HeapTemp {
    /// An uninitialised buffer.
    ///
    /// # Errors
    ///
    /// [`AllocationFailure`] if there is no memory, or no layout of that size and alignment.
    pub fn try_new(size: usize, align: usize) -> Result<Self, AllocationFailure> {
        let layout = Layout::from_size_align(size, align).map_err(|_| AllocationFailure { size })?;
        if size == 0 {
            return Ok(Self { at: ptr::null_mut(), layout });
        }
        // SAFETY: the layout's size is not zero.
        let at = unsafe { alloc(layout) };
        if at.is_null() {
            return Err(AllocationFailure { size });
        }
        Ok(Self { at, layout })
    }

    /// An uninitialised buffer. If there is no memory, the program ends, as with the standard library's collections.
    pub fn new(size: usize, align: usize) -> Self {
        Self::try_new(size, align).unwrap_or_else(|_| match Layout::from_size_align(size, align) {
            Ok(layout) => handle_alloc_error(layout),
            Err(_) => handle_alloc_error(Layout::new::<u8>()),
        })
    }

    /// The buffer; null if the size is 0.
    #[inline]
    pub fn as_ptr(&mut self) -> *mut c_void {
        self.at.cast()
    }
}

impl Drop for HeapTemp {
    fn drop(&mut self) {
        if !self.at.is_null() {
            // SAFETY: allocated with this layout, and only freed here.
            unsafe { dealloc(self.at, self.layout) }
        }
    }
}

#[repr(C, align(64))]
struct StackTemp<const SIZE: usize>([MaybeUninit<u8>; SIZE]);

impl<const SIZE: usize> StackTemp<SIZE> {
    #[inline(always)]
    fn with<R>(size: usize, call: impl FnOnce(*mut c_void) -> R) -> R {
        const { assert!(align_of::<Self>() == STACK_ALIGN) }
        debug_assert!(size <= SIZE);
        let mut buffer = Self([MaybeUninit::uninit(); SIZE]);
        call((&raw mut buffer).cast())
    }
}

/// Calls `call` with a buffer of `SIZE` bytes at alignment `ALIGN` (null for size 0). Both are constants, so the compiler
/// keeps only one of the branches.
#[inline(always)]
pub fn with_temp<R>(size: usize, align: usize, call: impl FnOnce(*mut c_void) -> R) -> R {
    if size == 0 {
        call(ptr::null_mut())
    } else if size > STACK_LIMIT || align > STACK_ALIGN {
        let mut buffer = HeapTemp::new(size, align);
        call(buffer.as_ptr())
    } else if size <= 64 {
        StackTemp::<64>::with(size, call)
    } else if size <= 512 {
        StackTemp::<512>::with(size, call)
    } else {
        StackTemp::<STACK_LIMIT>::with(size, call)
    }
}
