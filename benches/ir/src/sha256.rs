//! SHA-256: one block, unrolled, state and block as arrays; and its rounds, as a chain of any length.

use crate::body::{array_value, Body};

/// Fractions of the cube roots of the first 64 primes.
#[rustfmt::skip]
const CONSTANTS: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

/// The state that a digest begins with.
const START: [u32; 8] =
    [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/// The digest of `abc` (FIPS 180-4, example).
const DIGEST: [u32; 8] =
    [0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223, 0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad];

pub(crate) fn kernel() -> String {
    let mut body = Body::new("sha256_arr", "state: bits[32][8], words: bits[32][16]", "bits[32][8]");
    let start = body.elements("state", "bits[32]", 8);
    let mut schedule = body.elements("words", "bits[32]", 16);
    for i in 16..64 {
        let s0 = mixed(&mut body, &schedule[i - 15], [7, 18], 3);
        let s1 = mixed(&mut body, &schedule[i - 2], [17, 19], 10);
        let sum = body.word(format_args!("add({}, {s0})", schedule[i - 16]));
        let sum = body.word(format_args!("add({sum}, {})", schedule[i - 7]));
        schedule.push(body.word(format_args!("add({sum}, {s1})")));
    }
    let mut state: [String; 8] = start.clone().try_into().expect("eight elements were asked for");
    for (word, constant) in schedule.iter().zip(CONSTANTS) {
        state = round(&mut body, state, word, constant);
    }
    let sums: Vec<String> =
        start.iter().zip(&state).map(|(start, last)| body.word(format_args!("add({start}, {last})"))).collect();
    let mut block = [0; 16];
    (block[0], block[15]) = (u32::from_be_bytes(*b"abc\x80"), 24);
    let (state, block, digest) = (array_value(32, START), array_value(32, block), array_value(32, DIGEST));
    body.finish(format_args!("array({})", sums.join(", ")))
        + &format!("// run: sha256_arr({state}, {block}) == {digest}\n")
}

/// About `nodes` nodes of rounds, each of which needs the one before.
pub(crate) fn chain(nodes: usize) -> String {
    let mut body = Body::new("chain", "state: bits[32][8], word: bits[32]", "bits[32][8]");
    let start = body.elements("state", "bits[32]", 8);
    let mut state: [String; 8] = start.try_into().expect("eight elements were asked for");
    for i in 0.. {
        if body.nodes() + 1 >= nodes {
            break;
        }
        state = round(&mut body, state, "word", CONSTANTS[i % 64] ^ (i / 64) as u32);
    }
    body.finish(format_args!("array({})", state.join(", ")))
}

/// One round: the next state.
fn round(body: &mut Body, [a, b, c, d, e, f, g, h]: [String; 8], word: &str, constant: u32) -> [String; 8] {
    let constant = body.constant(constant);
    let s1 = rotated(body, &e, [6, 11, 25]);
    let (ef, not_e) = (body.word(format_args!("and({e}, {f})")), body.word(format_args!("not({e})")));
    let g_else = body.word(format_args!("and({not_e}, {g})"));
    let choice = body.word(format_args!("xor({ef}, {g_else})"));
    let mut t1 = h;
    for term in [&s1, &choice, &constant, word] {
        t1 = body.word(format_args!("add({t1}, {term})"));
    }
    let s0 = rotated(body, &a, [2, 13, 22]);
    let pairs = [(&a, &b), (&a, &c), (&b, &c)].map(|(x, y)| body.word(format_args!("and({x}, {y})")));
    let majority = body.word(format_args!("xor({})", pairs.join(", ")));
    let t2 = body.word(format_args!("add({s0}, {majority})"));
    let (next_e, next_a) = (body.word(format_args!("add({d}, {t1})")), body.word(format_args!("add({t1}, {t2})")));
    [next_a, a, b, c, next_e, e, f, g]
}

/// Exclusive or of three rotations.
fn rotated(body: &mut Body, x: &str, by: [u32; 3]) -> String {
    let terms = by.map(|by| body.rotate_right(x, by));
    body.word(format_args!("xor({})", terms.join(", ")))
}

/// Exclusive or of two rotations and a shift.
fn mixed(body: &mut Body, x: &str, rotations: [u32; 2], shift: u32) -> String {
    let [a, b] = rotations.map(|by| body.rotate_right(x, by));
    let amount = body.constant(shift);
    let c = body.word(format_args!("shrl({x}, {amount})"));
    body.word(format_args!("xor({a}, {b}, {c})"))
}
