//! A written document: its bytes, and where in them its entries are.

use std::ops::Range;

/// The bytes of a document. Knowing where its entries are, it can be cut down to some of them
/// without being written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// All of it.
    pub bytes: Vec<u8>,
    entries: Vec<Range<usize>>,
    separator: &'static [u8],
}

impl Document {
    /// Bytes whose `entries`, in order, have nothing but `separator` between them.
    pub(super) fn new(
        bytes: Vec<u8>,
        entries: Vec<Range<usize>>,
        separator: &'static [u8],
    ) -> Self {
        Self {
            bytes,
            entries,
            separator,
        }
    }

    /// The bytes of each entry, in order.
    pub fn entries(&self) -> impl Iterator<Item = &[u8]> {
        self.entries.iter().map(|range| &self.bytes[range.clone()])
    }

    /// The document with no more than the entries whose bytes `keep` lets pass.
    pub fn only(&self, mut keep: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
        let (Some(first), Some(last)) = (self.entries.first(), self.entries.last()) else {
            return self.bytes.clone();
        };
        let mut bytes = self.bytes[..first.start].to_vec();
        let mut is_first = true;
        for entry in self.entries() {
            if keep(entry) {
                if !std::mem::take(&mut is_first) {
                    bytes.extend_from_slice(self.separator);
                }
                bytes.extend_from_slice(entry);
            }
        }
        bytes.extend_from_slice(&self.bytes[last.end..]);
        bytes
    }
}
