//! Shape (c): tuples and large arrays by reference, results in place, a temp buffer on the heap, heap scratch and an
//! assertion. `fn blend(frame: (bits[3], bits[257])[64], mask: bits[1][64]) -> ((bits[3], bits[257])[64], bits[64])`

use xls_aot_runtime::private;

/// `(bits[3], bits[257])`
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tuple0(pub xls_aot_runtime::Bits8<3>, pub xls_aot_runtime::WideBits<257, 8>);

private::abi_struct!(Tuple0, size 80, align 16, {
    0: xls_aot_runtime::Bits8<3> = 0,
    1: xls_aot_runtime::WideBits<257, 8> = 16,
});

impl Default for Tuple0 {
    fn default() -> Self {
        private::zeroed()
    }
}

/// `((bits[3], bits[257])[64], bits[64])`
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tuple1(pub [Tuple0; 64], pub u64);

private::abi_struct!(Tuple1, size 5136, align 16, { 0: [Tuple0; 64] = 0, 1: u64 = 5120 });

impl Default for Tuple1 {
    fn default() -> Self {
        private::zeroed()
    }
}

/// Result of [`blend`]: `((bits[3], bits[257])[64], bits[64])`.
pub type Output = Tuple1;

unsafe extern "C" {
    fn xls_aot_v2_00000000000000aa_00000000000000bb_blend(
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
    features: xls_aot_runtime::Features::ASSERTIONS
        .union(xls_aot_runtime::Features::SCRATCH)
        .union(xls_aot_runtime::Features::HEAP_SCRATCH),
    symbol: "xls_aot_v2_00000000000000aa_00000000000000bb_blend",
    backend: "xlsynth",
    target: "x86_64-unknown-linux-gnu",
    cpu_baseline: "x86-64-v3",
    ir_sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    top: "blend",
    crate_name: "blend",
    tool_version: "0.1.0",
};

enum Aot {}

// SAFETY: generated together with the object, whose entry point, layout and features these are.
unsafe impl private::XlsFunction for Aot {
    type Output = Output;
    const ENTRY: private::XlsEntry = xls_aot_v2_00000000000000aa_00000000000000bb_blend;
    const ARTIFACT: xls_aot_runtime::Artifact = ARTIFACT;
    const TEMP_SIZE: usize = 5136;
    const TEMP_ALIGN: usize = 64;
    const SITES: &'static [xls_aot_runtime::EventSite] = &[xls_aot_runtime::EventSite {
        kind: xls_aot_runtime::SiteKind::Assertion { message: "the mask is empty" },
        label: None,
        function: "blend",
        position: None,
    }];
}

/// `fn blend(frame: (bits[3], bits[257])[64], mask: bits[1][64]) -> ((bits[3], bits[257])[64], bits[64])`
///
/// # Errors
///
/// The first failed assertion.
#[inline]
pub fn blend(frame: &[Tuple0; 64], mask: &[bool; 64]) -> Result<Output, xls_aot_runtime::AssertionFailure> {
    // SAFETY: the parameters of `blend`, in order.
    unsafe { private::run_fallible::<Aot, 2>([private::input(frame), private::input(mask)]) }
}

/// Runs [`blend`] without set-up per call.
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

    /// As [`blend`].
    ///
    /// # Errors
    ///
    /// The first failed assertion.
    #[inline]
    pub fn run(
        &mut self,
        frame: &[Tuple0; 64],
        mask: &[bool; 64],
    ) -> Result<Output, xls_aot_runtime::AssertionFailure> {
        // SAFETY: the parameters of `blend`, in order.
        unsafe { self.0.run_fallible([private::input(frame), private::input(mask)]) }
    }

    /// As [`blend`], with every failed assertion.
    #[inline]
    pub fn run_with_events(&mut self, frame: &[Tuple0; 64], mask: &[bool; 64]) -> (Output, xls_aot_runtime::Events) {
        // SAFETY: the parameters of `blend`, in order.
        unsafe { self.0.run_with_events([private::input(frame), private::input(mask)]) }
    }

    /// As [`blend`], into `output`, which is written whether assertions fail or not.
    ///
    /// # Errors
    ///
    /// The first failed assertion.
    #[inline]
    pub fn run_into(
        &mut self,
        frame: &[Tuple0; 64],
        mask: &[bool; 64],
        output: &mut Output,
    ) -> Result<(), xls_aot_runtime::AssertionFailure> {
        // SAFETY: the parameters of `blend`, in order.
        unsafe { self.0.run_fallible_into([private::input(frame), private::input(mask)], output) }
    }

    /// As [`blend`], into `output`, with every failed assertion.
    #[inline]
    pub fn run_with_events_into(
        &mut self,
        frame: &[Tuple0; 64],
        mask: &[bool; 64],
        output: &mut Output,
    ) -> xls_aot_runtime::Events {
        // SAFETY: the parameters of `blend`, in order.
        unsafe { self.0.run_with_events_into([private::input(frame), private::input(mask)], output) }
    }
}
