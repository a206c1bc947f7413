//! Shape (d): several functions, each in a module with its items, and types of the design: structs with named fields, one of them a float, an enum, signed
//! integers, a module. No events.
//! `fn scale(x: (bits[1], bits[8], bits[23]), by: bits[5]) -> (bits[1], bits[8], bits[23])`
//! `fn step(at: (bits[16], bits[5]), towards: bits[2]) -> (bits[16], bits[5])`

use xls_aot_runtime::private;

/// Types of the DSLX module `float32`.
pub mod float32 {
    use xls_aot_runtime::private;

    /// A single-precision number.
    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct F32 {
        /// 1 if negative.
        pub sign: bool,
        /// The biased exponent.
        pub bexp: u8,
        /// The fraction, without the hidden bit.
        pub fraction: xls_aot_runtime::Bits32<23>,
    }

    private::abi_struct!(struct F32 as "F32", size 8, align 4, {
        sign: bool = 0,
        bexp: u8 = 1,
        fraction: xls_aot_runtime::Bits32<23> = 4,
    });

    private::abi_float!(F32: f32, sign, bexp, fraction);

    /// One half.
    pub const HALF: F32 = F32 { sign: false, bexp: 126, fraction: xls_aot_runtime::Bits32::of(0) };
}

private::abi_enum! {
    /// A direction.
    pub enum Direction as "Direction": xls_aot_runtime::Bits8<2>, number u8 {
        /// Up.
        UP = xls_aot_runtime::Bits8::of(0),
        DOWN = xls_aot_runtime::Bits8::of(1),
        /// Called `self` in the design.
        SELF_ "self" = xls_aot_runtime::Bits8::of(2),
    }
}

/// A place.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub height: i16,
    /// Called `type` in the design.
    pub r#type: xls_aot_runtime::SBits8<5>,
}

private::abi_struct!(struct Place as "Place", size 4, align 2, {
    height: i16 = 0,
    r#type "type": xls_aot_runtime::SBits8<5> = 2,
});

#[doc(inline)]
pub use self::scale::scale;
/// What belongs to the function `scale`.
pub mod scale {
    use xls_aot_runtime::private;

    /// The value of [`scale`](fn@scale).
    pub type Output = super::float32::F32;

    unsafe extern "C" {
        fn xls_aot_v2_00000000000000aa_00000000000000bb_scale(
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
        features: xls_aot_runtime::Features::NONE,
        symbol: "xls_aot_v2_00000000000000aa_00000000000000bb_scale",
        backend: "native",
        target: "x86_64-unknown-linux-gnu",
        cpu_baseline: "x86-64-v3",
        ir_sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        top: "scale",
        crate_name: "shapes",
        tool_version: "0.1.0",
    };

    enum Aot {}

    // SAFETY: generated together with the object, whose entry point, layout and features these are.
    unsafe impl private::XlsFunction for Aot {
        type Output = Output;
        const ENTRY: private::XlsEntry = xls_aot_v2_00000000000000aa_00000000000000bb_scale;
        const ARTIFACT: xls_aot_runtime::Artifact = ARTIFACT;
        const TEMP_SIZE: usize = 0;
        const TEMP_ALIGN: usize = 1;
        const SITES: &'static [xls_aot_runtime::EventSite] = &[];
    }

    /// `fn scale(x: (bits[1], bits[8], bits[23]), by: bits[5]) -> (bits[1], bits[8], bits[23])`
    #[inline]
    #[must_use]
    pub fn scale(x: &super::float32::F32, by: xls_aot_runtime::SBits8<5>) -> Output {
        // SAFETY: the parameters of `scale`, in order.
        unsafe { private::run::<Aot, 2>([private::input(x), private::input(&by)]) }
    }

    /// Runs [`scale`](fn@scale) without set-up per call.
    pub struct Runner(private::Runner<Aot>);

    impl Runner {
        /// Allocates what calls need; if there is no memory, the program ends.
        #[must_use]
        pub fn new() -> Self {
            Self(private::Runner::new())
        }

        /// As [`scale`](fn@scale).
        #[inline]
        pub fn run(&mut self, x: &super::float32::F32, by: xls_aot_runtime::SBits8<5>) -> Output {
            // SAFETY: the parameters of `scale`, in order.
            unsafe { self.0.run([private::input(x), private::input(&by)]) }
        }
    }
}

#[doc(inline)]
pub use self::step::step;
/// What belongs to the function `step`.
pub mod step {
    use xls_aot_runtime::private;

    /// The value of [`step`](fn@step).
    pub type Output = super::Place;

    unsafe extern "C" {
        fn xls_aot_v2_00000000000000aa_00000000000000cc_step(
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
        symbol: "xls_aot_v2_00000000000000aa_00000000000000cc_step",
        top: "step",
        ..super::scale::ARTIFACT
    };

    enum Aot {}

    // SAFETY: generated together with the object, whose entry point, layout and features these are.
    unsafe impl private::XlsFunction for Aot {
        type Output = Output;
        const ENTRY: private::XlsEntry = xls_aot_v2_00000000000000aa_00000000000000cc_step;
        const ARTIFACT: xls_aot_runtime::Artifact = ARTIFACT;
        const TEMP_SIZE: usize = 0;
        const TEMP_ALIGN: usize = 1;
        const SITES: &'static [xls_aot_runtime::EventSite] = &[];
    }

    /// `fn step(at: (bits[16], bits[5]), towards: bits[2]) -> (bits[16], bits[5])`
    #[inline]
    #[must_use]
    pub fn step(at: &super::Place, towards: super::Direction) -> Output {
        // SAFETY: the parameters of `step`, in order.
        unsafe { private::run::<Aot, 2>([private::input(at), private::input(&towards)]) }
    }
}
