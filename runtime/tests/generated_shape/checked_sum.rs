//! Shape (b): assertions, a token parameter, an activation that is passed as true, and a temp buffer on the stack.
//! `fn __itok__checked_sum(__token: token, __activated: bits[1], x: bits[32], y: bits[32]) -> (token, bits[32])`

use xls_aot_runtime::private;

/// Result of [`checked_sum`]: `bits[32]`.
pub type Output = u32;

unsafe extern "C" {
    fn xls_aot_v2_00000000000000aa_00000000000000bb_checked_sum(
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
    features: xls_aot_runtime::Features::ASSERTIONS.union(xls_aot_runtime::Features::SCRATCH),
    symbol: "xls_aot_v2_00000000000000aa_00000000000000bb_checked_sum",
    backend: "xlsynth",
    target: "x86_64-unknown-linux-gnu",
    cpu_baseline: "x86-64-v3",
    ir_sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    top: "__itok__checked_sum",
    crate_name: "checked_sum",
    tool_version: "0.1.0",
};

enum Aot {}

// SAFETY: generated together with the object, whose entry point, layout and features these are.
unsafe impl private::XlsFunction for Aot {
    type Output = Output;
    const ENTRY: private::XlsEntry = xls_aot_v2_00000000000000aa_00000000000000bb_checked_sum;
    const ARTIFACT: xls_aot_runtime::Artifact = ARTIFACT;
    const TEMP_SIZE: usize = 24;
    const TEMP_ALIGN: usize = 16;
    const SITES: &'static [xls_aot_runtime::EventSite] = &[
        xls_aot_runtime::EventSite {
            kind: xls_aot_runtime::SiteKind::Assertion { message: "x must not be zero" },
            label: Some("x_nonzero"),
            function: "__itok__checked_sum",
            position: Some(xls_aot_runtime::Position { file: "src/sum.x", line: 3, column: 5 }),
        },
        xls_aot_runtime::EventSite {
            kind: xls_aot_runtime::SiteKind::Assertion { message: "the sum overflows" },
            label: None,
            function: "__itok__checked_sum",
            position: None,
        },
    ];
}

/// `fn __itok__checked_sum(__token: token, __activated: bits[1], x: bits[32], y: bits[32]) -> (token, bits[32])`
///
/// # Errors
///
/// The first failed assertion.
#[inline]
pub fn checked_sum(x: u32, y: u32) -> Result<Output, xls_aot_runtime::AssertionFailure> {
    // SAFETY: the parameters of `__itok__checked_sum`, in order.
    unsafe {
        private::run_fallible::<Aot, 4>([
            private::token(),
            private::input(&true),
            private::input(&x),
            private::input(&y),
        ])
    }
}

/// Runs [`checked_sum`] without set-up per call.
pub struct Runner(private::Runner<Aot>);

const _: () = private::assert_send::<Runner>();

impl Runner {
    /// Allocates what calls need; if there is no memory, the program ends.
    #[must_use]
    pub fn new() -> Self {
        Self(private::Runner::new())
    }

    /// As [`checked_sum`].
    ///
    /// # Errors
    ///
    /// The first failed assertion.
    #[inline]
    pub fn run(&mut self, x: u32, y: u32) -> Result<Output, xls_aot_runtime::AssertionFailure> {
        // SAFETY: the parameters of `__itok__checked_sum`, in order.
        unsafe {
            self.0.run_fallible([private::token(), private::input(&true), private::input(&x), private::input(&y)])
        }
    }

    /// As [`checked_sum`], with every failed assertion.
    #[inline]
    pub fn run_with_events(&mut self, x: u32, y: u32) -> (Output, xls_aot_runtime::Events) {
        // SAFETY: the parameters of `__itok__checked_sum`, in order.
        unsafe {
            self.0.run_with_events([private::token(), private::input(&true), private::input(&x), private::input(&y)])
        }
    }
}
