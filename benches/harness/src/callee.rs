//! Calling compiled code: its scratch memory, its result, and the callbacks that it may use.

use std::ffi::{c_char, c_void};

use xls_aot_ir::{Type, Value};
use xls_aot_layout::{layout_of, load};
use xls_aot_runtime::abi::{EventSink, InstanceContext, XlsEntry};

use crate::arguments::{Arguments, REGISTERS};
use crate::block::Block;
use crate::compile::{Built, Convention};
use crate::kernel::Kernel;
use crate::peer::{self, Peer, PirEntry};
use crate::{library, Error};

unsafe extern "C" fn unsupported() -> ! {
    eprintln!("compiled code called a callback that no function of this table may need");
    std::process::abort()
}

/// The events of calls: the number of failed assertions. Traces and covers are not wanted.
#[repr(C)]
struct Sink {
    head: EventSink,
    failed_assertions: u64,
}

unsafe extern "C" fn record_assertion(_: *mut InstanceContext, _: *const c_char, events: *mut EventSink) {
    // SAFETY: compiled code hands on the pointer that `Callee::laps` gave it, which is one to a `Sink`.
    unsafe { (*events.cast::<Sink>()).failed_assertions += 1 };
}

unsafe extern "C" fn record_event(_: *mut InstanceContext, events: *mut EventSink, _: u32, _: *const u8) {
    // SAFETY: as above; only assertions report an event that is not wanted.
    unsafe { (*events.cast::<Sink>()).failed_assertions += 1 };
}

unsafe extern "C" fn allocate(_: *mut InstanceContext, size: i64, alignment: i64) -> *mut c_void {
    let (Ok(size @ 1..), Ok(alignment)) = (usize::try_from(size), usize::try_from(alignment)) else {
        return std::ptr::null_mut();
    };
    let mut block = std::ptr::null_mut();
    // SAFETY: `block` is valid for writing.
    if !alignment.is_power_of_two() || unsafe { libc::posix_memalign(&mut block, alignment.max(16), size) } != 0 {
        return std::ptr::null_mut();
    }
    block
}

unsafe extern "C" fn deallocate(_: *mut InstanceContext, block: *mut c_void) {
    // SAFETY: the block came from `allocate` and is given back once, or is null.
    unsafe { libc::free(block) };
}

/// An entry point, by its convention.
#[derive(Clone, Copy)]
pub(crate) enum Call {
    Xls(XlsEntry),
    /// The address; how many registers it takes.
    Direct(*const c_void, usize),
    Pir(PirEntry, Peer),
}

/// Compiled code with the memory that its calls need.
pub(crate) struct Callee {
    /// Copies of the same code.
    calls: Vec<Call>,
    params: Vec<Type>,
    result: Type,
    output: Block,
    temp: Block,
    context: InstanceContext,
    events: Sink,
}

/// What a call gives.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Outcome {
    pub(crate) value: Value,
    pub(crate) failed_assertions: u64,
}

impl Callee {
    /// Loads what was built; none if it is an entry of kind `direct` that takes more registers than this can set.
    pub(crate) fn load(kernel: &Kernel, built: &Built, sample: &Arguments) -> Result<Option<Self>, Error> {
        let layout = layout_of(&kernel.result).map_err(|error| Error::kernel(&kernel.name, error.to_string()))?;
        let mut calls = Vec::new();
        for file in &built.libraries {
            let address = library::address(file, &built.symbol)?;
            calls.push(match &built.convention {
                // SAFETY: the symbol is an entry point of this kind, whose type this is.
                Convention::Xls => Call::Xls(unsafe { std::mem::transmute::<*mut c_void, XlsEntry>(address) }),
                // SAFETY: as above.
                Convention::Pir(peer) => {
                    Call::Pir(unsafe { std::mem::transmute::<*mut c_void, PirEntry>(address) }, *peer)
                }
                Convention::Direct => {
                    let output = (layout.size > 16).then_some(std::ptr::null_mut());
                    match sample.registers(&kernel.params, output) {
                        Some((_, count)) => Call::Direct(address, count),
                        None => return Ok(None),
                    }
                }
            });
        }
        Ok(Some(Callee::new(calls, kernel, Block::new(layout.size, layout.align), built.temp)))
    }

    pub(crate) fn new(calls: Vec<Call>, kernel: &Kernel, output: Block, temp: (u64, u64)) -> Self {
        Callee {
            calls,
            params: kernel.params.clone(),
            result: kernel.result.clone(),
            output,
            temp: Block::new(temp.0, temp.1),
            context: InstanceContext {
                string_step: unsupported,
                format_step: unsupported,
                record_trace: unsupported,
                create_trace_buffer: unsupported,
                record_assertion,
                queue_receive: unsupported,
                queue_send: unsupported,
                record_active_next_value: unsupported,
                record_node_result: unsupported,
                allocate,
                deallocate,
                register_write: unsupported,
                record_event,
            },
            events: Sink { head: EventSink::new(0), failed_assertions: 0 },
        }
    }

    /// Entry points of the same convention that do nothing.
    pub(crate) fn of_nothing(&self, kernel: &Kernel) -> Self {
        let calls = self.calls.iter().map(|call| match call {
            Call::Xls(_) => Call::Xls(nothing),
            Call::Direct(_, count) => Call::Direct(nothing_direct as *const c_void, *count),
            Call::Pir(_, peer) => Call::Pir(nothing_pir, *peer),
        });
        Callee::new(calls.collect(), kernel, Block::new(self.output.data().len() as u64, 1), (0, 1))
    }

    /// How many copies of the code there are.
    pub(crate) fn copies(&self) -> usize {
        self.calls.len()
    }

    /// The arguments of each set as registers, if this is an entry of kind `direct`; made before anything is timed.
    pub(crate) fn registers(&mut self, ring: &[Arguments]) -> Vec<[u64; REGISTERS]> {
        let Some(Call::Direct(..)) = self.calls.first() else { return Vec::new() };
        let output = (self.output.data().len() > 16).then_some(self.output.data_mut().as_mut_ptr());
        ring.iter().filter_map(|set| Some(set.registers(&self.params, output)?.0)).collect()
    }

    /// Calls the entry point with each set in turn, `laps` times around. Nothing else happens here: this is timed.
    /// `registers` are those of the ring.
    pub(crate) fn laps(&mut self, copy: usize, ring: &[Arguments], registers: &[[u64; REGISTERS]], laps: u32) {
        match self.calls[copy] {
            Call::Xls(entry) => self.xls_laps(entry, ring, laps),
            Call::Pir(entry, peer) => {
                let output = self.output.data_mut().as_mut_ptr();
                let temp = self.temp.data_mut().as_mut_ptr();
                for _ in 0..laps {
                    for arguments in ring {
                        // SAFETY: the arguments are in the peer's layout; output (which is at least as large as the peer's),
                        // scratch and context are what it asks for and live through the call.
                        unsafe { entry(arguments.peer_inputs(), output, temp, peer.raw_context()) };
                    }
                }
            }
            Call::Direct(address, count) => {
                let output = self.output.data_mut();
                let small = output.len() <= 16;
                let mut last = 0;
                for _ in 0..laps {
                    last = call_direct(address, count, registers, last);
                }
                if small {
                    output.copy_from_slice(&last.to_le_bytes()[..output.len()]);
                }
            }
        }
    }

    fn xls_laps(&mut self, entry: XlsEntry, ring: &[Arguments], laps: u32) {
        let outputs = [self.output.data_mut().as_mut_ptr()];
        let temp = self.temp.data_mut().as_mut_ptr().cast();
        for _ in 0..laps {
            for arguments in ring {
                // SAFETY: the arguments are in the ABI's layout; output, scratch and context are what the entry asks for
                // and live through the call.
                unsafe {
                    entry(
                        arguments.inputs(),
                        outputs.as_ptr(),
                        temp,
                        (&raw mut self.events).cast(),
                        &raw mut self.context,
                        std::ptr::null_mut(),
                        0,
                    )
                };
            }
        }
    }

    /// One call of a copy, and what it left.
    pub(crate) fn outcome(&mut self, copy: usize, arguments: &Arguments) -> Result<Outcome, String> {
        // Neither zeros nor ones, so that unwritten bytes show.
        self.output.data_mut().fill(0xa5);
        self.events.failed_assertions = 0;
        let ring = std::slice::from_ref(arguments);
        let registers = self.registers(ring);
        self.laps(copy, ring, &registers, 1);
        let (value, failed_assertions) = match self.calls[copy] {
            Call::Pir(_, peer) => {
                let (size, _) = peer::layout(&self.result);
                (peer::load(&self.result, &self.output.data()[..size]), peer.failures())
            }
            Call::Xls(_) | Call::Direct(..) => {
                let value = load(&self.result, self.output.data()).map_err(|error| error.to_string())?;
                (value, self.events.failed_assertions)
            }
        };
        Ok(Outcome { value, failed_assertions })
    }
}

unsafe extern "C" fn nothing(
    _: *const *const u8,
    _: *const *mut u8,
    _: *mut c_void,
    _: *mut EventSink,
    _: *mut InstanceContext,
    _: *mut c_void,
    _: i64,
) -> i64 {
    0
}

extern "C" fn nothing_direct() {}

unsafe extern "C" fn nothing_pir(_: *const *const u8, _: *mut u8, _: *mut u8, _: *mut c_void) -> i32 {
    0
}

/// Calls an entry of kind `direct` with each set of the ring, and gives the last result.
fn call_direct(address: *const c_void, count: usize, ring: &[[u64; REGISTERS]], mut last: u128) -> u128 {
    macro_rules! call {
        ($($at:literal: $ty:ty),*) => {{
            // SAFETY: under the C convention of x86-64, integers and pointers travel in up to six integer registers, 128-bit
            // ones in two, and a result of up to 16 bytes comes back in up to two; a larger one is written through the first
            // pointer, which is to memory of the right size.
            let entry: extern "C" fn($($ty),*) -> u128 = unsafe { std::mem::transmute(address) };
            for set in ring {
                last = entry($(set[$at]),*);
                let _ = set;
            }
        }};
    }
    match count {
        0 => call!(),
        1 => call!(0: u64),
        2 => call!(0: u64, 1: u64),
        3 => call!(0: u64, 1: u64, 2: u64),
        4 => call!(0: u64, 1: u64, 2: u64, 3: u64),
        5 => call!(0: u64, 1: u64, 2: u64, 3: u64, 4: u64),
        _ => call!(0: u64, 1: u64, 2: u64, 3: u64, 4: u64, 5: u64),
    }
    last
}
