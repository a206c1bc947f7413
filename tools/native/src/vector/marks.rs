//! Sets of numbers that are filled and emptied often.

/// A set of small numbers. It is emptied in constant time, and a number is looked up without a search.
pub(crate) struct Marks {
    /// By number, the round in which it was inserted last.
    rounds: Vec<u32>,
    round: u32,
}

impl Marks {
    /// The empty set.
    pub fn new() -> Self {
        Self { rounds: Vec::new(), round: 1 }
    }

    /// Removes all numbers.
    pub fn clear(&mut self) {
        self.round = self.round.checked_add(1).unwrap_or_else(|| {
            self.rounds.clear();
            1
        });
    }

    /// Inserts a number; false if it was there.
    pub fn insert(&mut self, number: usize) -> bool {
        if self.rounds.len() <= number {
            self.rounds.resize(number + 1, 0);
        }
        let is_new = self.rounds[number] != self.round;
        self.rounds[number] = self.round;
        is_new
    }

    /// Whether no number is in the set.
    pub fn is_empty(&self) -> bool {
        !self.rounds.contains(&self.round)
    }

    /// Removes a number.
    pub fn remove(&mut self, number: usize) {
        if let Some(round) = self.rounds.get_mut(number) {
            *round = 0;
        }
    }

    /// Whether a number is in the set.
    pub fn contains(&self, number: usize) -> bool {
        self.rounds.get(number) == Some(&self.round)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_there_until_they_are_removed() {
        let mut marks = Marks::new();
        assert!(!marks.contains(3) && marks.is_empty());
        assert!(marks.insert(3) && !marks.insert(3) && marks.insert(0));
        assert!(marks.contains(3) && marks.contains(0) && !marks.contains(2) && !marks.contains(4));
        marks.remove(3);
        marks.remove(9);
        assert!(!marks.contains(3) && marks.contains(0) && marks.insert(3));
        assert!(!marks.is_empty());
        marks.clear();
        assert!(marks.is_empty() && !marks.contains(3) && !marks.contains(0) && marks.insert(3));
    }

    #[test]
    fn nothing_is_left_after_the_last_round() {
        let mut marks = Marks::new();
        marks.insert(1);
        marks.round = u32::MAX;
        marks.insert(2);
        marks.clear();
        assert!(!marks.contains(1) && !marks.contains(2) && marks.insert(1) && marks.contains(1));
    }
}
