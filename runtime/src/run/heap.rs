//! The allocation callbacks.
//!
//! Before each block there is a [`Header`] with the data that freeing needs, because compiled code passes only the pointer.
//! If the artefact states that it allocates, the headers also form a list that belongs to the call. The end of the call
//! frees all blocks that are still on this list.

use super::context::die;
use crate::abi::InstanceContext;
use alloc::alloc::{alloc, dealloc};
use core::alloc::Layout;
use core::ffi::c_void;
use core::ptr;

/// Precedes every block directly.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
struct Header {
    /// Layout of the whole allocation, and how far into it the block begins.
    layout: Layout,
    offset: usize,
    /// Neighbours on the call's list. `previous` is the link that points here; null in blocks on no list.
    next: *mut Header,
    previous: *mut *mut Header,
}

/// A callback table with the list of the call's blocks behind it. Compiled code sees the table only.
#[repr(C)]
pub struct TrackedContext {
    table: InstanceContext,
    blocks: *mut Header,
}

impl TrackedContext {
    /// A context with the callbacks of a shared table, but for the allocation.
    pub const fn new(table: &InstanceContext) -> Self {
        Self { table: InstanceContext { allocate: allocate_tracked, ..*table }, blocks: ptr::null_mut() }
    }
}

impl Drop for TrackedContext {
    fn drop(&mut self) {
        // Takes headers off the front by hand: `previous` of the first one points here, and unlinking through it would
        // bypass this exclusive reference.
        while !self.blocks.is_null() {
            // SAFETY: the list holds live headers that `allocate_tracked` made, and this one is off it by then.
            unsafe {
                let header = self.blocks;
                self.blocks = (*header).next;
                release(header);
            }
        }
    }
}

/// Allocates a block without a list; the header's links are null.
fn allocate(size: i64, alignment: i64) -> *mut Header {
    let (Ok(size), Ok(alignment)) = (usize::try_from(size), usize::try_from(alignment)) else {
        return ptr::null_mut();
    };
    if size == 0 || !alignment.is_power_of_two() {
        return ptr::null_mut();
    }
    // The header ends where the block begins, so the block's offset is a multiple of both alignments. Ordinary requests,
    // up to the alignment of `Header`, thus become ordinary requests of the global allocator.
    let align = alignment.max(align_of::<Header>());
    let offset = size_of::<Header>().next_multiple_of(align);
    let layout = offset.checked_add(size).and_then(|total| Layout::from_size_align(total, align).ok());
    let Some(layout) = layout else { die(&["compiled code asked for more memory than can exist"]) };
    // SAFETY: the layout's size is not zero.
    let base = unsafe { alloc(layout) };
    if base.is_null() {
        die(&["out of memory in a compiled function, which cannot report it"]);
    }
    // SAFETY: `offset` is at least the header's size and a multiple of its alignment, and lies inside the allocation; so
    // the header before it is in bounds and aligned.
    unsafe {
        let header = base.add(offset).cast::<Header>().sub(1);
        header.write(Header { layout, offset, next: ptr::null_mut(), previous: ptr::null_mut() });
        header
    }
}

/// The block after a header; null for null.
fn block_of(header: *mut Header) -> *mut c_void {
    if header.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the block begins where the header ends, inside the same allocation.
    unsafe { header.add(1).cast() }
}

/// Unlinks and frees the block of a header.
///
/// # Safety
///
/// `header` is from [`allocate`], is not freed yet, and the list that it is on is intact.
unsafe fn free(header: *mut Header) {
    // SAFETY: the header is live, and so are its neighbours on the list.
    unsafe {
        let Header { next, previous, .. } = *header;
        if !previous.is_null() {
            previous.write(next);
            if !next.is_null() {
                (*next).previous = previous;
            }
        }
        release(header);
    }
}

/// Frees the block of a header that is on no list.
///
/// # Safety
///
/// `header` is from [`allocate`] and is not freed yet.
unsafe fn release(header: *mut Header) {
    // SAFETY: the header is live, and states its allocation.
    unsafe {
        let Header { layout, offset, .. } = *header;
        dealloc(header.add(1).cast::<u8>().sub(offset), layout);
    }
}

/// [`crate::abi::Allocate`] for contexts without a list.
pub unsafe extern "C" fn allocate_untracked(_context: *mut InstanceContext, size: i64, alignment: i64) -> *mut c_void {
    block_of(allocate(size, alignment))
}

/// [`crate::abi::Allocate`] for a [`TrackedContext`].
pub unsafe extern "C" fn allocate_tracked(context: *mut InstanceContext, size: i64, alignment: i64) -> *mut c_void {
    let header = allocate(size, alignment);
    if !header.is_null() {
        let context = context.cast::<TrackedContext>();
        // SAFETY: this function stands in the tables of `TrackedContext`s only, and compiled code hands on the pointer to
        // the whole of it that the call gave; no reference to it exists during the call. The list's headers are live.
        unsafe {
            let head = &raw mut (*context).blocks;
            let next = head.read();
            (*header).next = next;
            (*header).previous = head;
            if !next.is_null() {
                (*next).previous = &raw mut (*header).next;
            }
            head.write(header);
        }
    }
    block_of(header)
}

/// [`crate::abi::Deallocate`] for both.
pub unsafe extern "C" fn deallocate(_context: *mut InstanceContext, block: *mut c_void) {
    if !block.is_null() {
        // SAFETY: the ABI demands a live block from `allocate`, whose header stands right before it.
        unsafe { free(block.cast::<Header>().sub(1)) };
    }
}
