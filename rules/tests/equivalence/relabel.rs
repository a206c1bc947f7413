//! `relabel OBJECT DESCRIPTION OTHER_DESCRIPTION OUTPUT`: the object with the hash of its IR replaced by another's.

use std::fs;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [object, own, other, output] = &arguments[..] else { panic!("four files, not {arguments:?}") };
    let (own, other) = (digest(own), digest(other));
    let mut bytes = fs::read(object).expect("the object");
    let places: Vec<usize> = (0..bytes.len()).filter(|&place| bytes[place..].starts_with(own.as_bytes())).collect();
    let [place] = places[..] else { panic!("the hash is in the object at {places:?}") };
    bytes[place..place + other.len()].copy_from_slice(other.as_bytes());
    fs::write(output, bytes).expect("the output");
}

/// The hash that a description states.
fn digest(description: &str) -> String {
    let text = fs::read_to_string(description).expect("a description");
    let (_, rest) = text.split_once("\"ir_sha256\": \"").expect("the hash");
    rest[..64].to_owned()
}
