//! What a repair hands on.

/// A text that a parser can read now.
#[derive(Debug)]
pub(super) struct Mended {
    pub(super) text: String,
    /// The document had stopped in the middle.
    pub(super) is_cut_off: bool,
}
