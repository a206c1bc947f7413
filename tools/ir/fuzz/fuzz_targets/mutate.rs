//! Mutations that keep tokens whole. libFuzzer's own work on bytes, which seldom gives text that gets past the lexer and
//! the names; half of the mutations are of this kind, so that the verifier and the printer see more.

/// Numbers at which rules and limits change.
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "7",
    "8",
    "31",
    "32",
    "63",
    "64",
    "65",
    "127",
    "128",
    "129",
    "255",
    "256",
    "257",
    "65536",
    "16777216",
    "16777217",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "-1",
    "-9223372036854775808",
    "0x0",
    "0xffffffffffffffff",
    "0b1",
];

/// Types that fit many places, and some that fit few.
const TYPES: &[&str] = &[
    "bits[0]",
    "bits[1]",
    "bits[8]",
    "bits[32]",
    "bits[65]",
    "token",
    "()",
    "(bits[8], bits[1])",
    "bits[8][2]",
    "bits[1][0]",
    "(token, bits[1])",
];

/// `text` after one to four mutations of its tokens; nothing where the seed chooses mutation by bytes, or where there is
/// nothing to mutate.
pub fn tokens(text: &[u8], seed: u32) -> Option<Vec<u8>> {
    let mut random = Random(u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    if random.below(2) == 0 {
        return None;
    }
    let mut tokens = split(text);
    for _ in 0..1 + random.below(4) {
        if tokens.is_empty() {
            return None;
        }
        mutate(&mut tokens, &mut random);
    }
    Some(tokens.concat())
}

fn mutate<'a>(tokens: &mut Vec<&'a [u8]>, random: &mut Random) {
    let count = tokens.len();
    let at = random.below(count);
    match random.below(8) {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(at, tokens[random.below(count)]),
        2 => tokens.swap(at, random.below(count)),
        // Another token of the text: most often a name or a number in place of one.
        3 | 4 => {
            let alike: Vec<&[u8]> = tokens.iter().copied().filter(|token| class(token) == class(tokens[at])).collect();
            tokens[at] = alike[random.below(alike.len())];
        }
        5 => match (0..count).cycle().skip(at).take(count).find(|&i| class(tokens[i]) == Class::Number) {
            Some(i) => tokens[i] = NUMBERS[random.below(NUMBERS.len())].as_bytes(),
            None => drop(tokens.remove(at)),
        },
        // A type in place of `bits[...]`.
        6 => match (0..count).cycle().skip(at).take(count).find(|&i| tokens[i] == b"bits") {
            Some(i) => {
                let end = (i + 4).min(count);
                tokens.splice(i..end, [TYPES[random.below(TYPES.len())].as_bytes()]);
            }
            None => drop(tokens.remove(at)),
        },
        // A stretch of the text a second time, or not at all: lines, arguments, nesting.
        _ => {
            let end = (at + 1 + random.below(24)).min(count);
            if random.below(2) == 0 {
                tokens.drain(at..end);
            } else {
                let copy = tokens[at..end].to_vec();
                let to = random.below(count);
                tokens.splice(to..to, copy);
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum Class {
    Word,
    Number,
    Blank,
    Other,
}

fn class(token: &[u8]) -> Class {
    match token.first() {
        Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => Class::Word,
        Some(b'0'..=b'9') => Class::Number,
        Some(b' ' | b'\t' | b'\n' | b'\r') => Class::Blank,
        Some(_) | None => Class::Other,
    }
}

/// Words, numbers, stretches of white space and single other bytes, in order; together they are the text.
fn split(text: &[u8]) -> Vec<&[u8]> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(&first) = rest.first() {
        let belongs = |byte: u8| match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' => {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')
            }
            b' ' | b'\t' | b'\n' | b'\r' => matches!(byte, b' ' | b'\t' | b'\n' | b'\r'),
            _ => false,
        };
        let length = 1 + rest[1..].iter().take_while(|&&byte| belongs(byte)).count();
        let (token, tail) = rest.split_at(length);
        tokens.push(token);
        rest = tail;
    }
    tokens
}

/// A small generator of random numbers (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % bound as u64) as usize
    }
}
