//! What the archive's index keeps of an article's words, to find its near duplicates.
//!
//! A sketch is a sample of the text: the smallest hashes of its runs of words. Texts that share
//! much share some of these, so an index from hash to entry finds all that need to be compared,
//! and finds little else. It never decides: that takes the whole texts.

/// The smallest distinct hashes of an article's runs of words, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch(Vec<u32>);

impl Sketch {
    /// As many hashes as a sketch holds; short texts have fewer.
    pub const SIZE: usize = 16;
    /// Sketches of fewer hashes are of texts so short that one shared hash calls for a look.
    const SMALL: usize = 8;

    /// A sketch of these hashes, of which the smallest [`Sketch::SIZE`] are kept, each once.
    pub fn new(mut smallest: Vec<u32>) -> Self {
        smallest.sort_unstable();
        smallest.dedup();
        smallest.truncate(Self::SIZE);
        Self(smallest)
    }

    /// The hashes, ascending.
    pub fn hashes(&self) -> &[u32] {
        &self.0
    }

    /// Whether the article had no words to take hashes of.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many hashes another sketch must share with this one to be worth comparing.
    pub fn must_share(&self) -> usize {
        if self.0.len() < Self::SMALL { 1 } else { 2 }
    }

    /// The hashes as the archive stores them, four bytes each, the most significant first.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|hash| hash.to_be_bytes()).collect()
    }

    /// Reads what [`Sketch::to_bytes`] wrote. Whatever else the bytes are makes some sketch, too:
    /// bytes left over at the end are ignored, and order and number are put right.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (hashes, _rest) = bytes.as_chunks::<4>();
        Self::new(hashes.iter().copied().map(u32::from_be_bytes).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_smallest_hashes_are_kept_each_once() {
        let sketch = Sketch::new((0..40).rev().flat_map(|n| [n, n]).collect());
        assert_eq!(sketch.hashes(), (0..16).collect::<Vec<u32>>());
        assert!(Sketch::default().is_empty());
    }

    #[test]
    fn short_texts_need_to_share_less() {
        for (size, must) in [(0, 1), (7, 1), (8, 2), (16, 2)] {
            assert_eq!(
                Sketch::new((0..size).collect()).must_share(),
                must,
                "{size}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(hashes in prop::collection::vec(any::<u32>(), 0..40)) {
            let sketch = Sketch::new(hashes);
            prop_assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), sketch);
        }

        #[test]
        fn any_bytes_are_a_sketch(bytes in prop::collection::vec(any::<u8>(), 0..90)) {
            let sketch = Sketch::from_bytes(&bytes);
            prop_assert!(sketch.hashes().len() <= Sketch::SIZE);
            prop_assert!(sketch.hashes().is_sorted());
        }
    }
}
