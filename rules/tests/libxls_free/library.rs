//! A library between a program and a stand-in.
