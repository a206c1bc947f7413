//! `Runner`, and the checks that its types can be used from several threads.

use proc_macro2::TokenStream;
use quote::quote;
use xls_aot_runtime::abi::Features;

use crate::rust_type::RustType;
use crate::wrapper::entries::{direct, errors_doc, fallible, inputs, output, params, passed, returned, run_method};
use crate::wrapper::Entry;

pub(super) fn items(entry: &Entry<'_>) -> TokenStream {
    let doc = format!(" Runs [`{0}`](fn@{0}) without set-up per call.", entry.interface.name());
    let event_options = event_options(entry);
    let run = run(entry);
    let in_place = in_place(entry);
    let tests = tests(entry);
    quote! {
        #[doc = #doc]
        pub struct Runner(private::Runner<Aot>);

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

            #event_options
            #run
            #in_place
        }

        impl Default for Runner {
            fn default() -> Self {
                Self::new()
            }
        }

        #tests
    }
}

/// Whether calls can report anything.
fn has_events(entry: &Entry<'_>) -> bool {
    !entry.interface.sites.is_empty()
}

fn event_options(entry: &Entry<'_>) -> Option<TokenStream> {
    has_events(entry).then(|| {
        quote! {
            /// Sets which events `run_with_events` stores, and how many.
            pub fn set_event_options(&mut self, options: xls_aot_runtime::EventOptions) {
                self.0.set_event_options(options);
            }
        }
    })
}

/// What `run_with_events` gives beside the result.
fn reported(entry: &Entry<'_>) -> &'static str {
    let features = entry.code.features;
    if features.contains(Features::OUT_OF_BOUNDS) {
        "with failed assertions, traces, covers and accesses out of bounds"
    } else if features.contains(Features::TRACES) || features.contains(Features::COVERS) {
        "with failed assertions, traces and covers"
    } else {
        "with every failed assertion"
    }
}

fn run(entry: &Entry<'_>) -> TokenStream {
    let name = entry.interface.name();
    let plain_doc = format!(" As [`{name}`](fn@{name}).");
    let events_doc = format!(" As [`{name}`](fn@{name}), {}.", reported(entry));
    let (params, inputs, errors) = (params(entry), inputs(entry), errors_doc(entry));
    let output = output(entry);
    let result = returned(entry, output.clone());
    let run_with_events =
        if entry.interface.is_boxed() { quote!(run_with_events_boxed) } else { quote!(run_with_events) };
    let body = if direct(entry).is_some() {
        let function = name.ident();
        let arguments = passed(entry).map(|(name, _)| name);
        quote! { self::#function(#(#arguments),*) }
    } else {
        let run = run_method(entry);
        quote! { unsafe { self.0.#run(#inputs) } }
    };
    quote! {
        #[doc = #plain_doc]
        #errors
        #[inline]
        pub fn run(&mut self, #(#params),*) -> #result {
            #body
        }

        #[doc = #events_doc]
        #[inline]
        pub fn run_with_events(&mut self, #(#params),*) -> (#output, xls_aot_runtime::Events) {
            unsafe { self.0.#run_with_events(#inputs) }
        }
    }
}

/// Variants for results that are worth not copying.
fn in_place(entry: &Entry<'_>) -> Option<TokenStream> {
    if entry.interface.result.is_scalar() || entry.interface.result == RustType::Unit {
        return None;
    }
    let name = entry.interface.name();
    let (params, inputs, errors) = (params(entry), inputs(entry), errors_doc(entry));
    let (plain_doc, run) = if fallible(entry) {
        let doc = format!(" As [`{name}`](fn@{name}), into `output`, which is written whether assertions fail or not.");
        (doc, quote!(run_fallible_into))
    } else {
        (format!(" As [`{name}`](fn@{name}), into `output`."), quote!(run_into))
    };
    let events_doc = format!(" As [`{name}`](fn@{name}), into `output`, {}.", reported(entry));
    let result = fallible(entry).then(|| quote!(-> Result<(), xls_aot_runtime::AssertionFailure>));
    let end = (!fallible(entry)).then(|| quote!(;));
    Some(quote! {
        #[doc = #plain_doc]
        #errors
        #[inline]
        pub fn run_into(&mut self, #(#params,)* output: &mut Output) #result {
            unsafe { self.0.#run(#inputs, output) #end }
        }

        #[doc = #events_doc]
        #[inline]
        pub fn run_with_events_into(&mut self, #(#params,)* output: &mut Output) -> xls_aot_runtime::Events {
            unsafe { self.0.run_with_events_into(#inputs, output) }
        }
    })
}

/// The function may be called from any thread, its values may cross threads, and a runner may move to one.
fn tests(entry: &Entry<'_>) -> TokenStream {
    let function = entry.interface.name().ident();
    quote! {
        #[cfg(test)]
        mod tests {
            const fn send_and_sync<T: Send + Sync>(_: &T) {}

            const _: () = xls_aot_runtime::private::assert_send::<super::Runner>();
            const _: () = xls_aot_runtime::private::assert_send::<super::Output>();
            const _: () = send_and_sync(&super::ARTIFACT);
            const _: () = send_and_sync(&super::#function);
        }
    }
}
