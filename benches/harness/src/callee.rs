//! Calling an artefact: its scratch memory, its result, and the callbacks that compiled code may use.

use std::ffi::{c_char, c_void};

use xls_aot_ir::{Type, Value};
use xls_aot_layout::{load, ShapeMismatch};
use xls_aot_runtime::abi::{EventSink, InstanceContext};

use crate::arguments::Arguments;
use crate::block::Block;
use crate::table::Cell;

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

/// A cell with the memory that its calls need.
pub(crate) struct Callee<'a> {
    cell: &'a Cell,
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

impl<'a> Callee<'a> {
    pub(crate) fn new(cell: &'a Cell) -> Self {
        let (result, temp) = (&cell.metadata.result, &cell.metadata.temp_buffer);
        Callee {
            cell,
            output: Block::new(result.size, result.align),
            temp: Block::new(temp.size, temp.align),
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

    /// Calls the entry point with each set in turn, `laps` times around. Nothing else happens here: this is timed.
    pub(crate) fn laps(&mut self, ring: &[Arguments], laps: u32) {
        let outputs = [self.output.data_mut().as_mut_ptr()];
        let temp = self.temp.data_mut().as_mut_ptr().cast();
        for _ in 0..laps {
            for arguments in ring {
                // SAFETY: the table checked that the arguments are laid out as the artefact's description says; output,
                // scratch and context are what it asks for and live through the call.
                unsafe {
                    (self.cell.entry)(
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

    /// One call, and what it left.
    pub(crate) fn outcome(&mut self, arguments: &Arguments, result: &Type) -> Result<Outcome, ShapeMismatch> {
        // Neither zeros nor ones, so that unwritten bytes show.
        self.output.data_mut().fill(0xa5);
        self.events.failed_assertions = 0;
        self.laps(std::slice::from_ref(arguments), 1);
        Ok(Outcome { value: load(result, self.output.data())?, failed_assertions: self.events.failed_assertions })
    }
}
