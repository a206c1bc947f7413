//! The allocator of the programs: a compilation takes small blocks from lists of free ones; all others are the system's.
//!
//! To compile a small function takes some 20,000 blocks, most of them of less than 100 bytes and soon freed, and the system's
//! allocator spent a fifth of all instructions on them. Here, a block comes from the list of free blocks of its size, or from
//! what is not used yet of a region of addresses, and goes to that list when it is freed.
//!
//! Invariants:
//! - Only the thread that is the [`Owner`] takes blocks of the region and touches the lists; there is at most one. Other threads get
//!   their blocks from the system, and a block of the region that they free is not used again.
//! - A block is one of the region if and only if its address is there. So each goes back to where it came from, whoever frees it.
//! - The region stays reserved as long as the process runs.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Sizes and addresses of blocks are multiples of this.
const UNIT: usize = 16;

/// Sizes that have a list: 16, 32, and so on.
const SIZES: usize = 64;

/// Bytes of the region. Most are never touched, and so take no memory; what does not fit is the system's.
const REGION: usize = 1 << 30;

/// The address of the region; at first one that no block has.
static START: AtomicUsize = AtomicUsize::new(0usize.wrapping_sub(REGION));

/// Whether there is an owner.
static IS_OWNED: AtomicBool = AtomicBool::new(false);

static LISTS: Lists =
    Lists { next: Cell::new(ptr::null_mut()), left: Cell::new(0), free: [const { Cell::new(ptr::null_mut()) }; SIZES] };

thread_local! {
    static IS_OWNER: Cell<bool> = const { Cell::new(false) };
}

/// The programs' allocator.
struct SmallBlocks;

#[global_allocator]
static ALLOCATOR: SmallBlocks = SmallBlocks;

/// A block that is not used.
struct Free {
    next: *mut Free,
}

/// What the region has to give.
struct Lists {
    /// Where the part of the region begins that was never used.
    next: Cell<*mut u8>,
    /// Bytes of that part.
    left: Cell<usize>,
    /// For each size, the blocks that were freed.
    free: [Cell<*mut Free>; SIZES],
}

// SAFETY: only the thread that is the owner touches the lists. `IS_OWNED` is exchanged with acquire and released when that thread
// is done, so there is one at a time, and each sees what the one before it wrote.
unsafe impl Sync for Lists {}

/// As long as it lives, small blocks of this thread come from the region.
pub(crate) struct Owner {
    /// It stays in its thread.
    _not_send: PhantomData<*const ()>,
}

impl Owner {
    /// Makes this thread the owner. `None` if there is one already, or the system has no region to give: then all blocks are the
    /// system's.
    pub fn new() -> Option<Self> {
        if IS_OWNED.swap(true, Ordering::Acquire) {
            return None;
        }
        let owner = Owner { _not_send: PhantomData };
        if LISTS.next.get().is_null() {
            let region = reserve()?;
            LISTS.next.set(region);
            LISTS.left.set(REGION);
            // A thread that frees a block of the region got it from the owner, so it sees this too.
            START.store(region.addr(), Ordering::Relaxed);
        }
        IS_OWNER.set(true);
        Some(owner)
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        IS_OWNER.set(false);
        IS_OWNED.store(false, Ordering::Release);
    }
}

/// Addresses for the region.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn reserve() -> Option<*mut u8> {
    let (access, kind) =
        (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE);
    // SAFETY: a new mapping at any free address changes nothing that exists.
    let region = unsafe { libc::mmap(ptr::null_mut(), REGION, access, kind, -1, 0) };
    (region != libc::MAP_FAILED).then_some(region.cast())
}

/// Other systems were not measured.
#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn reserve() -> Option<*mut u8> {
    None
}

/// The list for blocks of a layout, if blocks like that have one.
fn list_of(layout: Layout) -> Option<usize> {
    let list = layout.size().wrapping_sub(1) / UNIT;
    (list < SIZES && layout.align() <= UNIT).then_some(list)
}

fn is_of_region(block: *mut u8) -> bool {
    block.addr().wrapping_sub(START.load(Ordering::Relaxed)) < REGION
}

impl Lists {
    /// A block for a list; null if there is no place left.
    ///
    /// # Safety
    /// This thread is the owner.
    unsafe fn take(&self, list: usize) -> *mut u8 {
        let first = self.free[list].get();
        if !first.is_null() {
            // SAFETY: `put` has written what the block holds, and nobody has it since.
            self.free[list].set(unsafe { (*first).next });
            return first.cast();
        }
        let (size, block) = ((list + 1) * UNIT, self.next.get());
        if self.left.get() < size {
            return ptr::null_mut();
        }
        // SAFETY: the region has so many bytes more.
        self.next.set(unsafe { block.add(size) });
        self.left.set(self.left.get() - size);
        block
    }

    /// Takes back a block that `take` gave for the list.
    ///
    /// # Safety
    /// This thread is the owner, and nobody uses the block any more.
    unsafe fn put(&self, list: usize, block: *mut u8) {
        let block: *mut Free = block.cast();
        // SAFETY: the block has at least 16 bytes at a multiple of 16, and it is free.
        unsafe { block.write(Free { next: self.free[list].get() }) };
        self.free[list].set(block);
    }
}

// SAFETY: a block is the system's, for which its allocator answers, or one of the region. That one is at a multiple of 16, as the
// layouts that have a list demand, has the size of its list, which is at least that of the layout, and is in no list while it is
// used: `take` removes it, and the caller frees it once. A block of the region has a list by its layout, which is the same when
// it is freed.
unsafe impl GlobalAlloc for SmallBlocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if let Some(list) = list_of(layout).filter(|_| IS_OWNER.get()) {
            // SAFETY: this thread is the owner.
            let block = unsafe { LISTS.take(list) };
            if !block.is_null() {
                return block;
            }
        }
        // SAFETY: the caller's layout is handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if list_of(layout).is_none() {
            // The system has memory that is zero already.
            // SAFETY: the caller's layout is handed on.
            return unsafe { System.alloc_zeroed(layout) };
        }
        // SAFETY: as above; the block has the size of the layout.
        unsafe {
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if !is_of_region(block) {
            // SAFETY: every block outside the region is the system's.
            return unsafe { System.dealloc(block, layout) };
        }
        if let Some(list) = list_of(layout).filter(|_| IS_OWNER.get()) {
            // SAFETY: this thread is the owner, and the caller gives up the block.
            unsafe { LISTS.put(list, block) };
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if !is_of_region(block) {
            // SAFETY: every block outside the region is the system's.
            return unsafe { System.realloc(block, layout, new_size) };
        }
        // SAFETY: the caller says that the size is valid with this alignment.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        if list_of(new_layout) == list_of(layout) {
            return block;
        }
        // SAFETY: the new block is another one, with room for the bytes that both have.
        unsafe {
            let new_block = self.alloc(new_layout);
            if !new_block.is_null() {
                ptr::copy_nonoverlapping(block, new_block, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
            new_block
        }
    }
}

#[cfg(all(test, target_os = "linux", target_pointer_width = "64"))]
mod tests {
    use super::*;
    use std::sync::{Mutex, MutexGuard};

    /// Tests run in several threads, and there is one owner at a time.
    static TURN: Mutex<()> = Mutex::new(());

    fn own() -> (Owner, MutexGuard<'static, ()>) {
        let turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        (Owner::new().unwrap(), turn)
    }

    fn filled(size: usize, byte: u8) -> Vec<u8> {
        let mut block = Vec::with_capacity(size);
        block.resize(size, byte);
        block
    }

    fn is_small(block: &[u8]) -> bool {
        is_of_region(block.as_ptr().cast_mut())
    }

    #[test]
    fn blocks_keep_what_is_written_to_them() {
        let _own = own();
        let mut blocks: Vec<Vec<u8>> = Vec::new();
        for round in 0..200usize {
            for size in [1, 15, 16, 17, 31, 32, 33, 100, 1023, 1024, 1025, 5000] {
                let block = filled(size, (round * 31 + size) as u8);
                assert_eq!(is_small(&block), size <= SIZES * UNIT);
                assert_eq!(block.as_ptr().addr() % UNIT, 0);
                blocks.push(block);
            }
            // Some are freed, some grow, some shrink.
            if round % 3 == 0 {
                blocks.swap_remove(round * 7 % blocks.len());
            }
            let at = round * 13 % blocks.len();
            let byte = blocks[at][0];
            let size = round * 37 % 3000 + 1;
            blocks[at].resize(size, byte);
            blocks[at].shrink_to_fit();
        }
        for block in &blocks {
            assert!(block.iter().all(|byte| *byte == block[0]));
        }
        let mut starts: Vec<(usize, usize)> = blocks.iter().map(|b| (b.as_ptr().addr(), b.capacity())).collect();
        starts.sort_unstable();
        assert!(starts.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0), "blocks overlap");
    }

    #[test]
    fn memory_is_used_again_and_zeroed_where_that_is_asked_for() {
        let _own = own();
        let block = filled(200, 0xaa);
        let address = block.as_ptr().addr();
        drop(block);
        let zeros: Box<[u8]> = vec![0u8; 200].into();
        assert_eq!(zeros.as_ptr().addr(), address);
        assert!(zeros.iter().all(|&byte| byte == 0));
    }

    #[test]
    fn blocks_may_be_freed_by_other_threads_and_later() {
        let kept = {
            let _own = own();
            let (given, kept) = (filled(64, 7), filled(64, 8));
            assert!(is_small(&given) && Owner::new().is_none());
            std::thread::spawn(move || {
                assert!(given.iter().all(|&byte| byte == 7));
                let own = filled(64, 9);
                assert!(!is_small(&own));
            })
            .join()
            .unwrap();
            kept
        };
        // Grows after the owner has gone, and goes to the system's memory.
        let mut kept = kept;
        assert!(is_small(&kept));
        kept.resize(500, 8);
        assert!(!is_small(&kept) && kept.iter().all(|&byte| byte == 8));
    }

    #[test]
    fn aligned_blocks_are_the_systems() {
        #[repr(align(64))]
        struct Line([u8; 64]);
        let _own = own();
        let line = Box::new(Line([3; 64]));
        assert!(line.0.as_ptr().addr().is_multiple_of(64) && !is_small(&line.0));
    }
}
