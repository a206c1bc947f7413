//! Prints the SHA-256 hash of each argument: the hardware's compression function, fed with padded blocks.

use sha256::{compress, INITIAL};

/// The hash of a message.
fn hash(message: &[u8]) -> [u8; 32] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - message.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let end = padded.len() - 8;
    padded[end..].copy_from_slice(&(8 * message.len() as u64).to_be_bytes());

    let mut digest = INITIAL;
    for block in padded.chunks_exact(64) {
        let mut words = [0; 16];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        digest = compress(&digest, &words);
    }
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.chunks_exact_mut(4).zip(digest.words) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn main() {
    for message in std::env::args().skip(1).chain(["abc".to_owned()]) {
        println!("{}  {message}", hex(&hash(message.as_bytes())));
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    #[test]
    fn hashes_are_those_of_the_crate_sha2() {
        let message: Vec<u8> = (0..300u32).map(|i| (i * i + 7) as u8).collect();
        for length in 0..message.len() {
            let expected: [u8; 32] = Sha256::digest(&message[..length]).into();
            assert_eq!(super::hash(&message[..length]), expected, "of {length} bytes");
        }
    }
}
