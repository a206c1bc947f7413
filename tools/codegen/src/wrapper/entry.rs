//! The artefact's description, its entry points and the function.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use xls_aot_runtime::abi::{EntryKind, Features, ABI_VERSION};

use crate::effects::Site;
use crate::model::{Form, MAX_RESULT_BY_VALUE};
use crate::rust_type::RustType;
use crate::wrapper::{tokens, Wrapper};

pub(super) fn items(wrapper: &Wrapper<'_>) -> TokenStream {
    let externs = externs(wrapper);
    let artifact = artifact(wrapper);
    let function = xls_function(wrapper);
    let public = public_function(wrapper);
    quote! { #externs #artifact #function #public }
}

/// Symbol of the entry point that the function calls directly. A result in a box is better written in place.
pub(super) fn direct(wrapper: &Wrapper<'_>) -> Option<Ident> {
    let entry = wrapper.code.entry_points.iter().find(|entry| entry.kind == EntryKind::Direct)?;
    (!wrapper.interface.is_boxed()).then(|| Ident::new(&entry.symbol, Span::call_site()))
}

fn externs(wrapper: &Wrapper<'_>) -> TokenStream {
    let xls = Ident::new(&wrapper.origin.symbol, Span::call_site());
    let direct = direct(wrapper).map(|direct| {
        let params = params(wrapper);
        // Memory until it is checked: it has the convention of the type itself.
        let result = (wrapper.interface.result != RustType::Unit).then(|| quote!(-> private::DirectOutput<Output>));
        quote! { fn #direct(#(#params),*) #result; }
    });
    quote! {
        unsafe extern "C" {
            fn #xls(
                inputs: *const *const u8,
                outputs: *const *mut u8,
                temp: *mut private::c_void,
                events: *mut private::EventSink,
                context: *mut private::InstanceContext,
                runtime: *mut private::c_void,
                continuation: i64,
            ) -> i64;
            #direct
        }
    }
}

fn artifact(wrapper: &Wrapper<'_>) -> TokenStream {
    let origin = wrapper.origin;
    let version = Literal::u32_unsuffixed(ABI_VERSION);
    let features = features(wrapper.code.features);
    let (symbol, backend, target) = (&origin.symbol, &origin.backend, &origin.target);
    let (cpu_baseline, ir_sha256) = (&wrapper.code.cpu_baseline, &origin.ir_sha256);
    let (top, crate_name, tool_version) = (&origin.top, &origin.crate_name, crate::TOOL_VERSION);
    quote! {
        /// What this crate was compiled from, by what, for what.
        pub const ARTIFACT: xls_aot_runtime::Artifact = xls_aot_runtime::Artifact {
            abi_version: #version,
            features: #features,
            symbol: #symbol,
            backend: #backend,
            target: #target,
            cpu_baseline: #cpu_baseline,
            ir_sha256: #ir_sha256,
            top: #top,
            crate_name: #crate_name,
            tool_version: #tool_version,
        };
    }
}

/// `Features::A.union(Features::B)`; the constants are the metadata names in capitals.
fn features(features: Features) -> TokenStream {
    let mut names = features.names().map(|name| Ident::new(&name.to_uppercase(), Span::call_site()));
    let first = names.next().unwrap_or_else(|| Ident::new("NONE", Span::call_site()));
    quote! { xls_aot_runtime::Features::#first #(.union(xls_aot_runtime::Features::#names))* }
}

fn xls_function(wrapper: &Wrapper<'_>) -> TokenStream {
    let symbol = Ident::new(&wrapper.origin.symbol, Span::call_site());
    let size = Literal::u64_unsuffixed(wrapper.code.temp_buffer.size);
    let align = Literal::u64_unsuffixed(wrapper.code.temp_buffer.align);
    let sites = wrapper.code.sites.iter().map(site);
    quote! {
        enum Aot {}

        unsafe impl private::XlsFunction for Aot {
            type Output = Output;
            const ENTRY: private::XlsEntry = #symbol;
            const ARTIFACT: xls_aot_runtime::Artifact = ARTIFACT;
            const TEMP_SIZE: usize = #size;
            const TEMP_ALIGN: usize = #align;
            const SITES: &'static [xls_aot_runtime::EventSite] = &[#(#sites),*];
        }

        /// The entry point itself, for measurements and tests of compiled code.
        #[doc(hidden)]
        pub const ENTRY: private::XlsEntry = <Aot as private::XlsFunction>::ENTRY;
    }
}

fn site(site: &Site) -> TokenStream {
    let Site { message, label, function, position } = site;
    let label = option(label.as_ref().map(|label| quote!(#label)));
    let position = option(position.as_ref().map(|position| {
        let file = &position.file;
        let (line, column) = (Literal::u32_unsuffixed(position.line), Literal::u32_unsuffixed(position.column));
        quote!(xls_aot_runtime::Position { file: #file, line: #line, column: #column })
    }));
    quote! {
        xls_aot_runtime::EventSite {
            kind: xls_aot_runtime::SiteKind::Assertion { message: #message },
            label: #label,
            function: #function,
            position: #position,
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

fn public_function(wrapper: &Wrapper<'_>) -> TokenStream {
    let name = wrapper.interface.name.ident();
    let signature = format!(" `{}`", wrapper.interface.signature);
    let params = params(wrapper);
    let boxed = boxed_doc(wrapper);
    let errors = errors_doc(wrapper);
    let must_use = if fallible(wrapper) {
        None // `Result` has it itself
    } else if wrapper.interface.result == RustType::Unit {
        Some(quote!(#[allow(clippy::must_use_candidate)])) // there is nothing to use
    } else {
        Some(quote!(#[must_use]))
    };
    let returned = returned(wrapper, output(wrapper));
    let body = if let Some(direct) = direct(wrapper) {
        let arguments = passed(wrapper).map(|(name, _)| name);
        let call = quote! { #direct(#(#arguments),*) };
        if wrapper.interface.result == RustType::Unit {
            // There is nothing to check in a result without data.
            quote! { unsafe { #call } }
        } else {
            quote! { unsafe { private::direct_output::<Aot>(#call) } }
        }
    } else {
        let run = run_method(wrapper);
        let count = Literal::usize_unsuffixed(wrapper.interface.params.len());
        let inputs = inputs(wrapper);
        quote! { unsafe { private::#run::<Aot, #count>(#inputs) } }
    };
    quote! {
        #[doc = #signature]
        #boxed
        #errors
        #[inline]
        #must_use
        pub fn #name(#(#params),*) -> #returned {
            #body
        }
    }
}

/// Whether an assertion can fail, which is a part of the signature.
pub(super) fn fallible(wrapper: &Wrapper<'_>) -> bool {
    !wrapper.code.sites.is_empty()
}

/// The type of a result as a function gives it: `Output`, in a box if it is large.
pub(super) fn output(wrapper: &Wrapper<'_>) -> TokenStream {
    if wrapper.interface.is_boxed() {
        quote!(private::Box<Output>)
    } else {
        quote!(Output)
    }
}

/// Name of the runtime's function, or its runner's method, that returns such a result.
pub(super) fn run_method(wrapper: &Wrapper<'_>) -> Ident {
    let name = match (fallible(wrapper), wrapper.interface.is_boxed()) {
        (false, false) => "run",
        (false, true) => "run_boxed",
        (true, false) => "run_fallible",
        (true, true) => "run_fallible_boxed",
    };
    Ident::new(name, Span::call_site())
}

/// Why a result is in a box.
fn boxed_doc(wrapper: &Wrapper<'_>) -> Option<TokenStream> {
    wrapper.interface.is_boxed().then(|| {
        let size = wrapper.interface.result_layout.size;
        let first = format!(
            " The result takes {size} bytes and comes in a `Box`: more than {MAX_RESULT_BY_VALUE} bytes are never"
        );
        quote! {
            #[doc = ""]
            #[doc = #first]
            /// returned by value, because unoptimised code would copy them several times on the stack, and threads may
            /// have little of it. [`Runner::run_into`] writes to memory that the caller keeps.
        }
    })
}

/// `value`, or a `Result` of it.
pub(super) fn returned(wrapper: &Wrapper<'_>, value: TokenStream) -> TokenStream {
    if fallible(wrapper) {
        quote!(Result<#value, xls_aot_runtime::AssertionFailure>)
    } else {
        value
    }
}

pub(super) fn errors_doc(wrapper: &Wrapper<'_>) -> Option<TokenStream> {
    fallible(wrapper).then(|| {
        quote! {
            ///
            /// # Errors
            ///
            /// The first failed assertion.
        }
    })
}

/// Name and type of each parameter that the Rust function has.
pub(super) fn passed<'a>(wrapper: &Wrapper<'a>) -> impl Iterator<Item = (Ident, &'a RustType)> {
    wrapper.interface.params.iter().filter_map(|param| match &param.form {
        Form::Passed { name, rust } => Some((name.ident(), rust)),
        Form::Token | Form::Activated => None,
    })
}

/// The Rust function's parameters: scalars by value, everything else by reference.
pub(super) fn params(wrapper: &Wrapper<'_>) -> Vec<TokenStream> {
    passed(wrapper)
        .map(|(name, rust)| {
            let ty = tokens(rust);
            if rust.is_scalar() {
                quote!(#name: #ty)
            } else {
                quote!(#name: &#ty)
            }
        })
        .collect()
}

/// The array of pointers to all parameters of the entry point.
pub(super) fn inputs(wrapper: &Wrapper<'_>) -> TokenStream {
    let inputs = wrapper.interface.params.iter().map(|param| match &param.form {
        Form::Token => quote!(private::token()),
        Form::Activated => quote!(private::input(&true)),
        Form::Passed { name, rust } => {
            let name = name.ident();
            if rust.is_scalar() {
                quote!(private::input(&#name))
            } else {
                quote!(private::input(#name))
            }
        }
    });
    quote!([#(#inputs),*])
}
