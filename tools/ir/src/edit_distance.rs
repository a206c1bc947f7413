//! Suggestions: the known name that is nearest to an unknown one.

/// The nearest candidate to `name`, if its edit distance is small (one to three, depending on the length); of several, the
/// first. Work is bounded: long names and names of very different lengths are not compared.
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
        // Insertions, deletions, replacements and swaps of neighbours.
        let distance = strsim::osa_distance(name, candidate);
        if distance <= allowed && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
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
