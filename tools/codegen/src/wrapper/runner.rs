//! `Runner`, and the checks that its types can be used from several threads.

use proc_macro2::TokenStream;
use quote::quote;

use crate::rust_type::RustType;
use crate::wrapper::entry::{direct, errors_doc, fallible, inputs, output, params, passed, returned, run_method};
use crate::wrapper::Wrapper;

pub(super) fn items(wrapper: &Wrapper<'_>) -> TokenStream {
    let doc = format!(" Runs [`{0}`](fn@{0}) without set-up per call.", wrapper.interface.name);
    let run = run(wrapper);
    let in_place = in_place(wrapper);
    let tests = tests(wrapper);
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

fn run(wrapper: &Wrapper<'_>) -> TokenStream {
    let name = &wrapper.interface.name;
    let plain_doc = format!(" As [`{name}`](fn@{name}).");
    let events_doc = format!(" As [`{name}`](fn@{name}), with every failed assertion.");
    let (params, inputs, errors) = (params(wrapper), inputs(wrapper), errors_doc(wrapper));
    let output = output(wrapper);
    let result = returned(wrapper, output.clone());
    let run_with_events =
        if wrapper.interface.is_boxed() { quote!(run_with_events_boxed) } else { quote!(run_with_events) };
    let body = if direct(wrapper).is_some() {
        let function = name.ident();
        let arguments = passed(wrapper).map(|(name, _)| name);
        quote! { self::#function(#(#arguments),*) }
    } else {
        let run = run_method(wrapper);
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
fn in_place(wrapper: &Wrapper<'_>) -> Option<TokenStream> {
    if wrapper.interface.result.is_scalar() || wrapper.interface.result == RustType::Unit {
        return None;
    }
    let name = &wrapper.interface.name;
    let (params, inputs, errors) = (params(wrapper), inputs(wrapper), errors_doc(wrapper));
    let (plain_doc, run) = if fallible(wrapper) {
        let doc = format!(" As [`{name}`](fn@{name}), into `output`, which is written whether assertions fail or not.");
        (doc, quote!(run_fallible_into))
    } else {
        (format!(" As [`{name}`](fn@{name}), into `output`."), quote!(run_into))
    };
    let events_doc = format!(" As [`{name}`](fn@{name}), into `output`, with every failed assertion.");
    let result = fallible(wrapper).then(|| quote!(-> Result<(), xls_aot_runtime::AssertionFailure>));
    let end = (!fallible(wrapper)).then(|| quote!(;));
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
fn tests(wrapper: &Wrapper<'_>) -> TokenStream {
    let function = wrapper.interface.name.ident();
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
