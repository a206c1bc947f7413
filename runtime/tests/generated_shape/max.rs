//! Shape (a), with a `direct` entry point: the safe function is the call. `fn max(a: bits[5], b: bits[5]) -> bits[5]`
//!
//! `Runner` is as in `add_one`, with the direct call in `run`; `run_with_events` goes through the `xls` entry point.

use xls_aot_runtime::private;

/// Result of [`max`]: `bits[5]`.
pub type Output = xls_aot_runtime::Bits8<5>;

unsafe extern "C" {
    fn xls_aot_v2_00000000000000aa_00000000000000bb_max(
        inputs: *const *const u8,
        outputs: *const *mut u8,
        temp: *mut private::c_void,
        events: *mut private::EventSink,
        context: *mut private::InstanceContext,
        runtime: *mut private::c_void,
        continuation: i64,
    ) -> i64;
    fn xls_aot_v2_00000000000000aa_00000000000000bb_max_direct(
        a: xls_aot_runtime::Bits8<5>,
        b: xls_aot_runtime::Bits8<5>,
    ) -> private::DirectOutput<Output>;
}

/// What this crate was compiled from, by what, for what.
pub const ARTIFACT: xls_aot_runtime::Artifact = xls_aot_runtime::Artifact {
    abi_version: 2,
    features: xls_aot_runtime::Features::DIRECT,
    symbol: "xls_aot_v2_00000000000000aa_00000000000000bb_max",
    backend: "native",
    target: "x86_64-unknown-linux-gnu",
    cpu_baseline: "x86-64-v2",
    ir_sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    top: "max",
    crate_name: "max",
    tool_version: "0.1.0",
};

enum Aot {}

// SAFETY: generated together with the object, whose entry point, layout and features these are.
unsafe impl private::XlsFunction for Aot {
    type Output = Output;
    const ENTRY: private::XlsEntry = xls_aot_v2_00000000000000aa_00000000000000bb_max;
    const ARTIFACT: xls_aot_runtime::Artifact = ARTIFACT;
    const TEMP_SIZE: usize = 0;
    const TEMP_ALIGN: usize = 1;
    const SITES: &'static [xls_aot_runtime::EventSite] = &[];
}

/// `fn max(a: bits[5], b: bits[5]) -> bits[5]`
#[inline]
#[must_use]
pub fn max(a: xls_aot_runtime::Bits8<5>, b: xls_aot_runtime::Bits8<5>) -> Output {
    // SAFETY: the entry point's own signature; values of these types have no unused bits set.
    unsafe { private::direct_output::<Aot>(xls_aot_v2_00000000000000aa_00000000000000bb_max_direct(a, b)) }
}

/// Runs [`max`] without set-up per call.
pub struct Runner(private::Runner<Aot>);

const _: () = private::assert_send::<Runner>();

impl Runner {
    /// Allocates what calls need; if there is no memory, the program ends.
    #[must_use]
    pub fn new() -> Self {
        Self(private::Runner::new())
    }

    /// As [`max`].
    #[inline]
    pub fn run(&mut self, a: xls_aot_runtime::Bits8<5>, b: xls_aot_runtime::Bits8<5>) -> Output {
        max(a, b)
    }

    /// As [`max`], with every failed assertion.
    #[inline]
    pub fn run_with_events(
        &mut self,
        a: xls_aot_runtime::Bits8<5>,
        b: xls_aot_runtime::Bits8<5>,
    ) -> (Output, xls_aot_runtime::Events) {
        // SAFETY: the parameters of `max`, in order.
        unsafe { self.0.run_with_events([private::input(&a), private::input(&b)]) }
    }
}
