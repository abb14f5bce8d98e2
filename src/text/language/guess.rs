//! What judging a text comes to.

/// A language, and whether the text is enough to contradict an outlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) tag: &'static str,
    pub(super) sure: bool,
}
