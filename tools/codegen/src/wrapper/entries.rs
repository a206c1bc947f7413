//! A function: its entry points, its artefact, and the function itself.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use xls_aot_runtime::abi::{EntryKind, Features, ABI_VERSION};

use crate::model::Parameter;
use crate::names::Name;
use crate::rust_type::RustType;
use crate::wrapper::{documentation, relative, Entry};

pub(super) fn items(entry: &Entry<'_>) -> TokenStream {
    let externs = externs(entry);
    let artifact = artifact(entry);
    let function = xls_function(entry);
    let public = public_function(entry);
    quote! { #externs #artifact #function #public }
}

/// The type of the result.
pub(super) fn output_type(entry: &Entry<'_>) -> TokenStream {
    let doc = format!(" The value of [`{0}`](fn@{0}): `{1}`.", entry.interface.name(), entry.interface.result_data);
    let ty = entry.wrapper.ty(&entry.interface.result, &entry.interface.module);
    quote! {
        #[doc = #doc]
        pub type Output = #ty;
    }
}

/// Symbol of the entry point that the function calls directly. A result in a box is better written in place.
pub(super) fn direct(entry: &Entry<'_>) -> Option<Ident> {
    let has_direct = entry.code.kinds.contains(&EntryKind::Direct) && !entry.interface.is_boxed();
    has_direct.then(|| {
        let symbol = format!("{}{}", entry.code.symbol, EntryKind::Direct.symbol_suffix());
        Ident::new(&symbol, Span::call_site())
    })
}

fn externs(entry: &Entry<'_>) -> TokenStream {
    let xls = Ident::new(&entry.code.symbol, Span::call_site());
    let direct = direct(entry).map(|direct| {
        let params = params(entry);
        // Memory until it is checked: it has the convention of the type itself.
        let result = (entry.interface.result != RustType::Unit).then(|| quote!(-> private::DirectOutput<Output>));
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

fn artifact(entry: &Entry<'_>) -> TokenStream {
    let origin = entry.wrapper.origin;
    let version = Literal::u32_unsuffixed(ABI_VERSION);
    let features = features(entry.code.features);
    let (symbol, backend, target) = (&entry.code.symbol, &origin.backend, &origin.target);
    let (cpu_baseline, ir_sha256) = (&origin.cpu_baseline, &origin.ir_sha256);
    let (top, crate_name, tool_version) = (&entry.interface.function, &origin.crate_name, crate::TOOL_VERSION);
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

fn xls_function(entry: &Entry<'_>) -> TokenStream {
    let symbol = Ident::new(&entry.code.symbol, Span::call_site());
    let size = Literal::u64_unsuffixed(entry.code.temp_buffer.size);
    let align = Literal::u64_unsuffixed(entry.code.temp_buffer.align);
    let sites = if entry.wrapper.model.sites.is_empty() {
        quote!(&[])
    } else {
        relative(&entry.interface.module, &[], &Name::own("SITES"))
    };
    quote! {
        enum Aot {}

        unsafe impl private::XlsFunction for Aot {
            type Output = Output;
            const ENTRY: private::XlsEntry = #symbol;
            const ARTIFACT: xls_aot_runtime::Artifact = ARTIFACT;
            const TEMP_SIZE: usize = #size;
            const TEMP_ALIGN: usize = #align;
            const SITES: &'static [xls_aot_runtime::EventSite] = #sites;
        }

        /// The entry point itself, for measurements and tests of compiled code.
        #[doc(hidden)]
        pub const ENTRY: private::XlsEntry = <Aot as private::XlsFunction>::ENTRY;
    }
}

fn public_function(entry: &Entry<'_>) -> TokenStream {
    let name = entry.interface.name().ident();
    let docs = documentation::of_function(entry);
    let params = params(entry);
    let must_use = if fallible(entry) {
        None // `Result` has it itself
    } else if entry.interface.result == RustType::Unit {
        Some(quote!(#[allow(clippy::must_use_candidate)])) // there is nothing to use
    } else {
        Some(quote!(#[must_use]))
    };
    let returned = returned(entry, output(entry));
    let body = if let Some(direct) = direct(entry) {
        let arguments = passed(entry).map(|(name, _)| name);
        let call = quote! { #direct(#(#arguments),*) };
        if entry.interface.result == RustType::Unit {
            // There is nothing to check in a result without data.
            quote! { unsafe { #call } }
        } else {
            quote! { unsafe { private::direct_output::<Aot>(#call) } }
        }
    } else {
        let run = run_method(entry);
        let count = Literal::usize_unsuffixed(entry.interface.params.len());
        let inputs = inputs(entry);
        quote! { unsafe { private::#run::<Aot, #count>(#inputs) } }
    };
    quote! {
        #docs
        #[inline]
        #must_use
        pub fn #name(#(#params),*) -> #returned {
            #body
        }
    }
}

/// Whether an assertion can fail, which is a part of the signature.
pub(super) fn fallible(entry: &Entry<'_>) -> bool {
    entry.code.features.contains(Features::ASSERTIONS)
}

/// The type of a result as a function gives it: `Output`, in a box if it is large.
pub(super) fn output(entry: &Entry<'_>) -> TokenStream {
    if entry.interface.is_boxed() {
        quote!(private::Box<Output>)
    } else {
        quote!(Output)
    }
}

/// Name of the runtime's function, or its runner's method, that returns such a result.
pub(super) fn run_method(entry: &Entry<'_>) -> Ident {
    let name = match (fallible(entry), entry.interface.is_boxed()) {
        (false, false) => "run",
        (false, true) => "run_boxed",
        (true, false) => "run_fallible",
        (true, true) => "run_fallible_boxed",
    };
    Ident::new(name, Span::call_site())
}

/// `value`, or a `Result` of it.
pub(super) fn returned(entry: &Entry<'_>, value: TokenStream) -> TokenStream {
    if fallible(entry) {
        quote!(Result<#value, xls_aot_runtime::AssertionFailure>)
    } else {
        value
    }
}

/// The errors of a method that does what the function does.
pub(super) fn errors_doc(entry: &Entry<'_>) -> Option<TokenStream> {
    fallible(entry).then(|| {
        let link = format!(" The first failed assertion; [`{0}`](fn@{0}#errors) lists them.", entry.interface.name());
        quote! {
            ///
            /// # Errors
            ///
            #[doc = #link]
        }
    })
}

/// Name and type of each parameter that the Rust function has.
pub(super) fn passed<'a>(entry: &Entry<'a>) -> impl Iterator<Item = (Ident, &'a RustType)> {
    entry.interface.params.iter().filter_map(|param| match &param.form {
        Parameter::Passed { name, rust } => Some((name.ident(), rust)),
        Parameter::Token | Parameter::Activated => None,
    })
}

/// The Rust function's parameters: scalars by value, everything else by reference.
pub(super) fn params(entry: &Entry<'_>) -> Vec<TokenStream> {
    passed(entry)
        .map(|(name, rust)| {
            let ty = entry.wrapper.ty(rust, &entry.interface.module);
            if rust.is_scalar() {
                quote!(#name: #ty)
            } else {
                quote!(#name: &#ty)
            }
        })
        .collect()
}

/// The array of pointers to all parameters of the entry point.
pub(super) fn inputs(entry: &Entry<'_>) -> TokenStream {
    let inputs = entry.interface.params.iter().map(|param| match &param.form {
        Parameter::Token => quote!(private::token()),
        Parameter::Activated => quote!(private::input(&true)),
        Parameter::Passed { name, rust } => {
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
