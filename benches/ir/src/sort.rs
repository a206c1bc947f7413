//! Bitonic sorting networks on arrays of `bits[32]`, unrolled: each comparator is a comparison and two selections.

use crate::body::{array_value, Body, Sequence};

/// The network for `count` elements, a power of two that is 16 or 64.
pub(crate) fn kernel(name: &str, count: usize) -> String {
    let result = if count == 16 { "bits[32][16]" } else { "bits[32][64]" };
    let mut body = Body::new(name, &format!("items: {result}"), result);
    let mut items = body.elements("items", "bits[32]", count as u32);
    let mut block = 2;
    while block <= count {
        let mut distance = block / 2;
        while distance > 0 {
            for i in 0..count {
                let partner = i ^ distance;
                if partner > i {
                    let (low, high) = comparator(&mut body, &items[i], &items[partner]);
                    (items[i], items[partner]) = if i & block == 0 { (low, high) } else { (high, low) };
                }
            }
            distance /= 2;
        }
        block *= 2;
    }
    let mut random = Sequence::new(count as u64);
    // Small numbers, so that some are equal.
    let mut values: Vec<u32> = (0..count).map(|_| random.below(2 * count) as u32).collect();
    let argument = array_value(32, values.iter().copied());
    values.sort_unstable();
    let run = format!("// run: {name}({argument}) == {}\n", array_value(32, values));
    body.finish(format_args!("array({})", items.join(", "))) + &run
}

fn comparator(body: &mut Body, a: &str, b: &str) -> (String, String) {
    let swap = body.node("bits[1]", format_args!("ugt({a}, {b})"));
    let low = body.word(format_args!("sel({swap}, cases=[{a}, {b}])"));
    let high = body.word(format_args!("sel({swap}, cases=[{b}, {a}])"));
    (low, high)
}
