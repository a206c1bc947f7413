//! Suggestions: the known name that is nearest to an unknown one.

/// The candidate at a small edit distance from `name` (one to three, by its length); the first of the nearest ones.
/// Work is bounded: long names and names of very different length are not compared.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 64;
    const MOST: usize = 500;
    if name.len() > LONGEST {
        return None;
    }
    let allowed = match name.len() {
        0..=1 => return None,
        2..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.into_iter().take(MOST) {
        if candidate.len().abs_diff(name.len()) > allowed || candidate == name {
            continue;
        }
        let distance = distance(name.as_bytes(), candidate.as_bytes());
        if distance <= allowed && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    for i in 1..=a.len() {
        row[0] = i;
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_near_names_only() {
        assert_eq!(nearest("ad", ["add", "sub"]), Some("add"));
        assert_eq!(nearest("prioritysel", ["one_hot_sel", "priority_sel"]), Some("priority_sel"));
        assert_eq!(nearest("nto", ["not", "neg"]), Some("not"));
        assert_eq!(nearest("frobnicate", ["add", "sub"]), None);
        assert_eq!(nearest("", ["add"]), None);
        assert_eq!(nearest("q", ["x"]), None);
    }
}
