//! What the feed itself says of an entry: by it the body is recognised.

/// What the feed says of the entry: it helps to find the body, and is what the body must beat.
#[derive(Debug, Clone, Copy, Default)]
pub struct Anchor<'a> {
    /// The entry's title, plain.
    pub title: &'a str,
    /// The feed's own text of the entry, plain.
    pub feed_text: &'a str,
}
