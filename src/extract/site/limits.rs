//! How much is kept of a site, and for how long.

/// The most that [`Site::to_json`] gives.
pub const MAX_BYTES: usize = 16 << 10;
/// Pages that a line may be absent from before it is forgotten.
pub(super) const MAX_AGE: u32 = 60;
/// The same for a line of two stories: it is no template yet.
pub(super) const MAX_AGE_OF_PAIR: u32 = 25;
/// Stories that are remembered, to know their copies and where their bodies were.
pub(super) const MAX_STORIES: usize = 18;
/// Lines that recur.
pub(super) const MAX_RECURRING: usize = 80;
/// Lines of two stories, which have room of their own: a full template must still learn.
pub(super) const MAX_PAIRS: usize = 32;
/// Lines of one story, all stories together; the oldest stories' go first.
pub(super) const MAX_FRESH: usize = 240;
/// Lines of one story.
pub(super) const MAX_FRESH_OF_STORY: usize = 80;
/// Text of all records, in bytes of JSON.
pub(super) const MAX_TEXTS: usize = 2560;
/// Text of one record, in bytes.
pub(crate) const MAX_TEXT: usize = 80;
/// The longest signature of a place, in bytes.
pub(crate) const MAX_SIGNATURE: usize = 64;
/// Stories that have a line before it counts as recurring.
pub(super) const RECURS: u32 = 3;
/// Stories whose bodies were in an element before it is preferred.
pub(super) const SETTLED: usize = 3;
/// Fewer usual lines do not show a design.
pub(super) const FEW: usize = 3;
/// Stories in a row with nothing of the design known, which make it a new one.
pub(super) const STRANGE: u32 = 4;

/// Cuts a text to so many bytes, between characters.
pub(crate) fn cut(text: &mut String, bytes: usize) {
    if text.len() > bytes {
        text.truncate(text.floor_char_boundary(bytes));
    }
}
