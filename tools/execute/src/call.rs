//! Calls compiled code in a child process: writes the arguments to memory, calls, and reads results and events.

use std::ffi::{c_char, c_void, CStr};

use xls_aot_ir::{Function, Type, Value};
use xls_aot_layout::{layout_of, store};
use xls_aot_metadata::TempBuffer;
use xls_aot_runtime::abi::{EventKind, EventSink, InstanceContext, RecordAssertion, RecordEvent, XlsEntry};

use crate::child;
use crate::error::ExecuteError;
use crate::library::Library;
use crate::memory::Block;
use crate::sites::{Event, Sites};
use crate::wire::Reported;

/// Exit status of a child whose code called an unsupported callback; the callback's index is added.
pub(crate) const UNSUPPORTED_CALLBACK: i32 = 100;

/// The events that are reported only if they are wanted.
pub(crate) const OPTIONAL_EVENTS: u32 = EventKind::Trace.bit() | EventKind::Cover.bit() | EventKind::OutOfBounds.bit();

/// A compiled function in memory, and its signature.
pub struct Callable {
    xls: XlsEntry,
    /// Address of the `direct` entry point, if there is one.
    direct: Option<*const c_void>,
    params: Vec<Type>,
    result: Type,
    temp: TempBuffer,
    /// For each event site, the size of its operands.
    operand_sizes: Vec<usize>,
    /// Whether it has events that a caller may not want.
    has_optional_events: bool,
}

impl Callable {
    /// The compiled code of `function` in `library`: the names of its `xls` entry point, and of its `direct` one if there
    /// is one. `library` must outlive it. `sites` are its event sites.
    ///
    /// # Errors
    /// If the library does not export an entry point.
    pub fn of(
        library: &Library,
        (xls, direct): (&str, Option<&str>),
        function: &Function,
        temp: TempBuffer,
        sites: &Sites,
    ) -> Result<Self, ExecuteError> {
        let xls = library.symbol(xls)?.as_ptr();
        // SAFETY: the symbol is the `xls` entry point of an object under the ABI, whose type this is.
        let xls = unsafe { std::mem::transmute::<*mut c_void, XlsEntry>(xls) };
        let direct = direct.map(|symbol| library.symbol(symbol)).transpose()?;
        Ok(Callable {
            xls,
            direct: direct.map(|address| address.as_ptr().cast_const()),
            params: function.params.iter().map(|&param| function.node(param).ty.clone()).collect(),
            result: function.return_type.clone(),
            temp,
            operand_sizes: sites.operand_sizes(),
            has_optional_events: EventKind::ALL
                .iter()
                .any(|&kind| OPTIONAL_EVENTS & kind.bit() != 0 && sites.has(kind)),
        })
    }

    /// Types of its parameters.
    pub fn params(&self) -> &[Type] {
        &self.params
    }

    /// Type of its result.
    pub fn result(&self) -> &Type {
        &self.result
    }

    /// Scratch memory for its calls.
    pub(crate) fn new_temp(&self) -> Block {
        Block::new(self.temp.size as usize, self.temp.align as usize)
    }

    /// Calls the `xls` entry point, and returns its status.
    ///
    /// # Safety
    /// Everything must be as the ABI says for this function ([`XlsEntry`]).
    pub(crate) unsafe fn call(
        &self,
        inputs: *const *const u8,
        outputs: *const *mut u8,
        temp: *mut u8,
        events: *mut EventSink,
        context: &mut Context,
    ) -> i64 {
        let context = (&raw mut *context).cast();
        // SAFETY: the caller's promise; a context begins with the table of callbacks.
        unsafe { (self.xls)(inputs, outputs, temp.cast(), events, context, std::ptr::null_mut(), 0) }
    }
}

/// The results of a call, as the compiled code wrote them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Left {
    /// The bytes of the result.
    pub(crate) output: Vec<u8>,
    /// The events that were reported, in order.
    pub(crate) events: Vec<Event>,
    /// Breaches of the ABI.
    pub(crate) faults: Vec<String>,
}

/// The data of the callbacks: the ABI's table first, then our own.
#[repr(C)]
pub(crate) struct Context {
    table: InstanceContext,
    /// Blocks that were allocated and not given back.
    blocks: i64,
}

/// A context for one call, with these callbacks for events.
pub(crate) fn context_with(record_assertion: RecordAssertion, record_event: RecordEvent) -> Context {
    let table = InstanceContext {
        string_step: unsupported::<0>,
        format_step: unsupported::<1>,
        record_trace: unsupported::<2>,
        create_trace_buffer: unsupported::<3>,
        record_assertion,
        queue_receive: unsupported::<5>,
        queue_send: unsupported::<6>,
        record_active_next_value: unsupported::<7>,
        record_node_result: unsupported::<8>,
        allocate,
        deallocate,
        register_write: unsupported::<11>,
        record_event,
    };
    Context { table, blocks: 0 }
}

unsafe extern "C" fn unsupported<const INDEX: i32>() -> ! {
    child::leave(UNSUPPORTED_CALLBACK + INDEX)
}

/// The events of a call: the ABI's head first, what is kept of them behind it.
#[repr(C)]
struct Sink {
    head: EventSink,
    events: Vec<Event>,
    faults: Vec<String>,
    /// For each event site, the size of its operands.
    operand_sizes: Vec<usize>,
}

unsafe extern "C" fn record_assertion(_: *mut InstanceContext, message: *const c_char, events: *mut EventSink) {
    // SAFETY: compiled code hands on the pointer that `call_xls` gave it, which is one to a `Sink`, and a
    // NUL-terminated message.
    let (sink, message) = unsafe { (&mut *events.cast::<Sink>(), CStr::from_ptr(message)) };
    match message.to_string_lossy().parse() {
        Ok(site) => sink.events.push(Event { site, operands: Vec::new() }),
        Err(_) => sink.faults.push(format!("an assertion reported {message:?}, which is no number of a site")),
    }
}

unsafe extern "C" fn record_event(_: *mut InstanceContext, events: *mut EventSink, site: u32, operands: *const u8) {
    // SAFETY: as above.
    let sink = unsafe { &mut *events.cast::<Sink>() };
    let size = sink.operand_sizes.get(site as usize).copied().unwrap_or(0);
    if operands.is_null() && size > 0 {
        return sink.faults.push(format!("an event of site {site} without its operands"));
    }
    // SAFETY: the operands of this site are in memory, of the size that their types have.
    let operands = if size > 0 { unsafe { std::slice::from_raw_parts(operands, size) }.to_vec() } else { Vec::new() };
    sink.events.push(Event { site, operands });
}

unsafe extern "C" fn allocate(context: *mut InstanceContext, size: i64, alignment: i64) -> *mut c_void {
    let (Ok(size), Ok(alignment)) = (usize::try_from(size), usize::try_from(alignment)) else {
        return std::ptr::null_mut();
    };
    if size == 0 || !alignment.is_power_of_two() {
        return std::ptr::null_mut();
    }
    let mut block = std::ptr::null_mut();
    // SAFETY: `block` is valid for writing; the alignment is a power of two and a multiple of a pointer's size.
    if unsafe { libc::posix_memalign(&mut block, alignment.max(16), size) } != 0 {
        child::leave(99);
    }
    // SAFETY: compiled code hands on the context that `call_xls` gave it, which is a `Context`.
    unsafe { (*context.cast::<Context>()).blocks += 1 };
    block
}

unsafe extern "C" fn deallocate(context: *mut InstanceContext, block: *mut c_void) {
    if !block.is_null() {
        // SAFETY: the context is ours (see `allocate`), the block came from `allocate` and is given back once.
        unsafe {
            (*context.cast::<Context>()).blocks -= 1;
            libc::free(block);
        }
    }
}

/// Makes a call through every entry point; once more, wanting no traces and covers, if the function has them.
pub(crate) fn call_all(callable: &Callable, arguments: &[Value]) -> Reported {
    let all = EventKind::ALL.iter().fold(0, |wanted, kind| wanted | kind.bit());
    let quiet = all & !OPTIONAL_EVENTS;
    Reported {
        xls: Some(call_xls(callable, arguments, all)),
        direct: call_direct(callable, arguments),
        quiet: callable.has_optional_events.then(|| call_xls(callable, arguments, quiet)),
        done: true,
    }
}

/// Calls the `xls` entry point.
fn call_xls(callable: &Callable, arguments: &[Value], wanted: u32) -> Left {
    let mut faults = Vec::new();
    let (inputs, mut output) = match (stored(callable, arguments), block_of(&callable.result)) {
        (Ok(inputs), Ok(output)) => (inputs, output),
        (Err(fault), _) | (_, Err(fault)) => return Left { faults: vec![fault], ..Left::default() },
    };
    let copies: Vec<Vec<u8>> = inputs.iter().map(|input| input.data().to_vec()).collect();
    let mut temp = callable.new_temp();
    let input_pointers: Vec<*const u8> = inputs.iter().map(|input| input.data().as_ptr()).collect();
    let output_pointers = [output.data_mut().as_mut_ptr()];
    let mut sink = Sink {
        head: EventSink::new(wanted),
        events: Vec::new(),
        faults: Vec::new(),
        operand_sizes: callable.operand_sizes.clone(),
    };
    let mut context = context_with(record_assertion, record_event);
    // SAFETY: the entry point is that of an object of this ABI; inputs, output, scratch and context are what the ABI
    // asks for, of the sizes and alignments of the function's signature and description, and live through the call.
    let status = unsafe {
        callable.call(
            input_pointers.as_ptr(),
            output_pointers.as_ptr(),
            temp.data_mut().as_mut_ptr(),
            (&raw mut sink).cast(),
            &mut context,
        )
    };
    faults.append(&mut sink.faults);
    if status != 0 {
        faults.push(format!("the entry point returned {status}"));
    }
    if context.blocks != 0 {
        faults.push(format!("{} blocks were not given back", context.blocks));
    }
    if inputs.iter().zip(&copies).any(|(input, copy)| input.data() != copy) {
        faults.push("an input was changed".to_owned());
    }
    let mut blocks = inputs.iter().chain([&output, &temp]);
    if blocks.any(Block::margins_are_damaged) {
        faults.push("memory beside an input, the output or the scratch was changed".to_owned());
    }
    Left { output: output.data().to_vec(), events: sink.events, faults }
}

/// Calls the `direct` entry point, if there is one and this code can call it: the arguments are in up to six registers, and
/// the result is in up to two registers or (on x86-64) behind a hidden first pointer.
fn call_direct(callable: &Callable, arguments: &[Value]) -> Option<Left> {
    let direct = callable.direct?;
    let fault = |fault| Some(Left { faults: vec![fault], ..Left::default() });
    let (inputs, mut output) = match (stored(callable, arguments), block_of(&callable.result)) {
        (Ok(inputs), Ok(output)) => (inputs, output),
        (Err(what), _) | (_, Err(what)) => return fault(what),
    };
    let size = output.data().len();
    let mut words = Vec::new();
    if size > 16 {
        if !cfg!(target_arch = "x86_64") {
            return None;
        }
        words.push(output.data_mut().as_mut_ptr() as u64);
    }
    for ((ty, value), input) in callable.params.iter().zip(arguments).zip(&inputs) {
        match (ty, value) {
            (Type::Token, _) => {}
            (Type::Bits(width @ 0..=128), Value::Bits(bits)) => {
                if *width > 64 && words.len() % 2 == 1 && !cfg!(target_arch = "x86_64") {
                    // Elsewhere a pair may have to begin with an even register.
                    return None;
                }
                words.push(bits.low_u64());
                if *width > 64 {
                    words.push(bits.words()[1]);
                }
            }
            _ => words.push(input.data().as_ptr() as u64),
        }
    }
    words.resize_with(words.len().max(6), || 0);
    let [a, b, c, d, e, f] = words.try_into().ok()?;
    // SAFETY: under the C conventions of the supported machines, integers and pointers travel in up to six integer
    // registers, 128-bit ones in two; registers beyond the parameters are ignored. A result of up to 16 bytes comes back
    // in one or two registers, which is how a 128-bit integer does; a larger one is written through the first pointer.
    // The pointers are to memory of the right sizes that lives through the call.
    let result = unsafe {
        let entry: extern "C" fn(u64, u64, u64, u64, u64, u64) -> u128 = std::mem::transmute(direct);
        entry(a, b, c, d, e, f)
    };
    if size <= 16 {
        output.data_mut().copy_from_slice(&result.to_le_bytes()[..size]);
    }
    let damaged = inputs.iter().chain([&output]).any(Block::margins_are_damaged);
    let faults = damaged.then(|| "memory beside an input or the output was changed".to_owned()).into_iter().collect();
    Some(Left { output: output.data().to_vec(), events: Vec::new(), faults })
}

/// The arguments in memory.
fn stored(callable: &Callable, arguments: &[Value]) -> Result<Vec<Block>, String> {
    let pairs = callable.params.iter().zip(arguments);
    let blocks = pairs.map(|(ty, value)| {
        let mut block = block_of(ty)?;
        store(value, ty, block.data_mut()).map_err(|error| error.to_string())?;
        Ok(block)
    });
    blocks.collect()
}

pub(crate) fn block_of(ty: &Type) -> Result<Block, String> {
    let layout = layout_of(ty).map_err(|error| error.to_string())?;
    Ok(Block::new(layout.size as usize, layout.align as usize))
}
