//! Shape (a): scalars in and out, nothing can fail, no scratch. `fn add_one(x: bits[8]) -> bits[8]`

use xls_aot_runtime::private;

/// Result of [`add_one`]: `bits[8]`.
pub type Output = u8;

unsafe extern "C" {
    fn xls_aot_v2_00000000000000aa_00000000000000bb_add_one(
        inputs: *const *const u8,
        outputs: *const *mut u8,
        temp: *mut private::c_void,
        events: *mut private::EventSink,
        context: *mut private::InstanceContext,
        runtime: *mut private::c_void,
        continuation: i64,
    ) -> i64;
}

/// What this crate was compiled from, by what, for what.
pub const ARTIFACT: xls_aot_runtime::Artifact = xls_aot_runtime::Artifact {
    abi_version: 2,
    features: xls_aot_runtime::Features::NONE,
    symbol: "xls_aot_v2_00000000000000aa_00000000000000bb_add_one",
    backend: "native",
    target: "x86_64-unknown-linux-gnu",
    cpu_baseline: "x86-64-v2",
    ir_sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    top: "add_one",
    crate_name: "add_one",
    tool_version: "0.1.0",
};

enum Aot {}

// SAFETY: generated together with the object, whose entry point, layout and features these are.
unsafe impl private::XlsFunction for Aot {
    type Output = Output;
    const ENTRY: private::XlsEntry = xls_aot_v2_00000000000000aa_00000000000000bb_add_one;
    const ARTIFACT: xls_aot_runtime::Artifact = ARTIFACT;
    const TEMP_SIZE: usize = 0;
    const TEMP_ALIGN: usize = 1;
    const SITES: &'static [xls_aot_runtime::EventSite] = &[];
}

/// `fn add_one(x: bits[8]) -> bits[8]`
#[inline]
#[must_use]
pub fn add_one(x: u8) -> Output {
    // SAFETY: the parameters of `add_one`, in order.
    unsafe { private::run::<Aot, 1>([private::input(&x)]) }
}

/// Runs [`add_one`] without set-up per call.
pub struct Runner(private::Runner<Aot>);

const _: () = private::assert_send::<Runner>();

impl Runner {
    /// Allocates what calls need; if there is no memory, the program ends.
    #[must_use]
    pub fn new() -> Self {
        Self(private::Runner::new())
    }

    /// Allocates what calls need.
    ///
    /// # Errors
    ///
    /// If there is no memory.
    pub fn try_new() -> Result<Self, xls_aot_runtime::AllocationFailure> {
        private::Runner::try_new().map(Self)
    }

    /// As [`add_one`].
    #[inline]
    pub fn run(&mut self, x: u8) -> Output {
        // SAFETY: the parameters of `add_one`, in order.
        unsafe { self.0.run([private::input(&x)]) }
    }

    /// As [`add_one`], with every failed assertion.
    #[inline]
    pub fn run_with_events(&mut self, x: u8) -> (Output, xls_aot_runtime::Events) {
        // SAFETY: the parameters of `add_one`, in order.
        unsafe { self.0.run_with_events([private::input(&x)]) }
    }
}

impl Default for Runner {
    fn default() -> Self {
        Self::new()
    }
}
