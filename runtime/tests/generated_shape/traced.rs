//! Shape (e): two functions with one table of sites: `watch` has traces and covers and cannot fail, `guard` has all three
//! kinds. `fn watch(x: bits[12], pairs: (bits[1], bits[70])[2]) -> bits[12]`, `fn guard(x: bits[12]) -> bits[12]`

use xls_aot_runtime::private;

/// `(bits[1], bits[70])`
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tuple0(pub bool, pub xls_aot_runtime::Bits128<70>);

private::abi_struct!(Tuple0, size 32, align 16, { 0: bool = 0, 1: xls_aot_runtime::Bits128<70> = 16 });

impl Default for Tuple0 {
    fn default() -> Self {
        private::zeroed()
    }
}

/// The events that calls can report.
pub const SITES: &[xls_aot_runtime::EventSite] = &[
    xls_aot_runtime::EventSite {
        kind: xls_aot_runtime::SiteKind::Trace {
            verbosity: 0,
            pieces: &[
                xls_aot_runtime::Piece::Text("x="),
                xls_aot_runtime::Piece::Value(xls_aot_runtime::Format::Signed),
                xls_aot_runtime::Piece::Text(" pairs="),
                xls_aot_runtime::Piece::Value(xls_aot_runtime::Format::PrefixedHex),
            ],
            operands: &[
                xls_aot_runtime::Shape::Bits(12),
                xls_aot_runtime::Shape::Array(
                    &xls_aot_runtime::Shape::Tuple(&[
                        xls_aot_runtime::Shape::Bits(1),
                        xls_aot_runtime::Shape::Bits(70),
                    ]),
                    2,
                ),
            ],
        },
        label: None,
        function: "watch",
        position: Some(xls_aot_runtime::Position { file: "src/watch.x", line: 7, column: 5 }),
    },
    xls_aot_runtime::EventSite {
        kind: xls_aot_runtime::SiteKind::Cover,
        label: Some("x_is_odd"),
        function: "watch",
        position: None,
    },
    xls_aot_runtime::EventSite {
        kind: xls_aot_runtime::SiteKind::Assertion { message: "x must not be zero" },
        label: None,
        function: "guard",
        position: None,
    },
    xls_aot_runtime::EventSite {
        kind: xls_aot_runtime::SiteKind::Trace {
            verbosity: 2,
            pieces: &[xls_aot_runtime::Piece::Text("guarded")],
            operands: &[],
        },
        label: None,
        function: "guard",
        position: None,
    },
    xls_aot_runtime::EventSite {
        kind: xls_aot_runtime::SiteKind::Cover,
        label: Some("guarded"),
        function: "guard",
        position: None,
    },
];

#[doc(inline)]
pub use self::watch::watch;
/// What belongs to the function `watch`.
pub mod watch {
    use xls_aot_runtime::private;

    /// The value of [`watch`](fn@watch): `bits[12]`.
    pub type Output = xls_aot_runtime::Bits16<12>;

    unsafe extern "C" {
        fn xls_aot_v2_00000000000000aa_00000000000000dd_watch(
            inputs: *const *const u8,
            outputs: *const *mut u8,
            temp: *mut private::c_void,
            events: *mut private::EventSink,
            context: *mut private::InstanceContext,
            runtime: *mut private::c_void,
            continuation: i64,
        ) -> i64;
    }

    /// What this function was compiled from, by what, for what.
    pub const ARTIFACT: xls_aot_runtime::Artifact = xls_aot_runtime::Artifact {
        abi_version: 2,
        features: xls_aot_runtime::Features::TRACES.union(xls_aot_runtime::Features::COVERS),
        symbol: "xls_aot_v2_00000000000000aa_00000000000000dd_watch",
        backend: "native",
        target: "x86_64-unknown-linux-gnu",
        cpu_baseline: "x86-64-v3",
        ir_sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        top: "watch",
        crate_name: "traced",
        tool_version: "0.1.0",
    };

    enum Aot {}

    // SAFETY: generated together with the object, whose entry point, layout and features these are.
    unsafe impl private::XlsFunction for Aot {
        type Output = Output;
        const ENTRY: private::XlsEntry = xls_aot_v2_00000000000000aa_00000000000000dd_watch;
        const ARTIFACT: xls_aot_runtime::Artifact = ARTIFACT;
        const TEMP_SIZE: usize = 0;
        const TEMP_ALIGN: usize = 1;
        const SITES: &'static [xls_aot_runtime::EventSite] = super::SITES;
    }

    /// `fn watch(x: bits[12], pairs: (bits[1], bits[70])[2]) -> bits[12]`
    #[inline]
    #[must_use]
    pub fn watch(x: xls_aot_runtime::Bits16<12>, pairs: &[super::Tuple0; 2]) -> Output {
        // SAFETY: the parameters of `watch`, in order.
        unsafe { private::run::<Aot, 2>([private::input(&x), private::input(pairs)]) }
    }

    /// Runs [`watch`](fn@watch) without set-up per call.
    pub struct Runner(private::Runner<Aot>);

    const _: () = private::assert_send::<Runner>();

    impl Runner {
        /// Allocates what calls need; if there is no memory, the program ends.
        #[must_use]
        pub fn new() -> Self {
            Self(private::Runner::new())
        }

        /// Chooses which events [`Runner::run_with_events`] stores.
        pub fn set_event_options(&mut self, options: xls_aot_runtime::EventOptions) {
            self.0.set_event_options(options);
        }

        /// As [`watch`](fn@watch).
        #[inline]
        pub fn run(&mut self, x: xls_aot_runtime::Bits16<12>, pairs: &[super::Tuple0; 2]) -> Output {
            // SAFETY: the parameters of `watch`, in order.
            unsafe { self.0.run([private::input(&x), private::input(pairs)]) }
        }

        /// As [`watch`](fn@watch), with its events.
        #[inline]
        pub fn run_with_events(
            &mut self,
            x: xls_aot_runtime::Bits16<12>,
            pairs: &[super::Tuple0; 2],
        ) -> (Output, xls_aot_runtime::Events) {
            // SAFETY: the parameters of `watch`, in order.
            unsafe { self.0.run_with_events([private::input(&x), private::input(pairs)]) }
        }
    }
}

#[doc(inline)]
pub use self::guard::guard;
/// What belongs to the function `guard`.
pub mod guard {
    use xls_aot_runtime::private;

    /// The value of [`guard`](fn@guard): `bits[12]`.
    pub type Output = xls_aot_runtime::Bits16<12>;

    unsafe extern "C" {
        fn xls_aot_v2_00000000000000aa_00000000000000ee_guard(
            inputs: *const *const u8,
            outputs: *const *mut u8,
            temp: *mut private::c_void,
            events: *mut private::EventSink,
            context: *mut private::InstanceContext,
            runtime: *mut private::c_void,
            continuation: i64,
        ) -> i64;
    }

    /// What this function was compiled from, by what, for what.
    pub const ARTIFACT: xls_aot_runtime::Artifact = xls_aot_runtime::Artifact {
        features: xls_aot_runtime::Features::ASSERTIONS
            .union(xls_aot_runtime::Features::TRACES)
            .union(xls_aot_runtime::Features::COVERS),
        symbol: "xls_aot_v2_00000000000000aa_00000000000000ee_guard",
        top: "guard",
        ..super::watch::ARTIFACT
    };

    enum Aot {}

    // SAFETY: generated together with the object, whose entry point, layout and features these are.
    unsafe impl private::XlsFunction for Aot {
        type Output = Output;
        const ENTRY: private::XlsEntry = xls_aot_v2_00000000000000aa_00000000000000ee_guard;
        const ARTIFACT: xls_aot_runtime::Artifact = ARTIFACT;
        const TEMP_SIZE: usize = 0;
        const TEMP_ALIGN: usize = 1;
        const SITES: &'static [xls_aot_runtime::EventSite] = super::SITES;
    }

    /// `fn guard(x: bits[12]) -> bits[12]`
    ///
    /// # Errors
    ///
    /// The first failed assertion.
    #[inline]
    pub fn guard(x: xls_aot_runtime::Bits16<12>) -> Result<Output, xls_aot_runtime::AssertionFailure> {
        // SAFETY: the parameters of `guard`, in order.
        unsafe { private::run_fallible::<Aot, 1>([private::input(&x)]) }
    }

    /// Runs [`guard`](fn@guard) without set-up per call.
    pub struct Runner(private::Runner<Aot>);

    impl Runner {
        /// Allocates what calls need; if there is no memory, the program ends.
        #[must_use]
        pub fn new() -> Self {
            Self(private::Runner::new())
        }

        /// Chooses which events [`Runner::run_with_events`] stores.
        pub fn set_event_options(&mut self, options: xls_aot_runtime::EventOptions) {
            self.0.set_event_options(options);
        }

        /// As [`guard`](fn@guard), with its events.
        #[inline]
        pub fn run_with_events(&mut self, x: xls_aot_runtime::Bits16<12>) -> (Output, xls_aot_runtime::Events) {
            // SAFETY: the parameters of `guard`, in order.
            unsafe { self.0.run_with_events([private::input(&x)]) }
        }
    }
}
