//! What is learned of a host from its pages: the lines of its template, and the place of its bodies.
//!
//! [`Site::learn`] takes what [`read`](super::read) has [`Observed`] of a page; the next page of the
//! host is read with that [`Site`]. Lines count by *stories*: pages that tell the same story (read
//! again, updated, or syndicated under another address, which fingerprints of the bodies show) count
//! once, or the text of a story that is read three times would be taken for template.
//!
//! A line that recurs weighs nothing when the body is chosen, and is dropped from the
//! body where it is a block of its own, a label, or stands at an edge. Sentences amid others stay
//! unless nearly all stories have them: agencies repeat whole paragraphs. The element that held the
//! bodies of several stories is preferred to one that held none.
//!
//! All of it is bounded ([`MAX_BYTES`] of JSON), whatever pages hold, and forgets: lines not seen
//! for [`MAX_AGE`] pages go, and when neither the place nor the usual lines are there for several
//! stories in a row, the site has a new design and is learned anew.
//!
//! Pure data: no clock, no I/O, no errors. What cannot be read is an empty [`Site`].

// learn: memory ← observed (sketch) → story, record; bounds keeps it small; saved and limits have no
// say of their own. What a page makes of it is the affair of view, template and place, outside.
mod bounds;
mod limits;
mod memory;
mod observed;
mod record;
mod saved;
pub(super) mod sketch;
mod story;
mod summary;
#[cfg(test)]
mod tests;

pub use limits::MAX_BYTES;
pub(super) use limits::{MAX_SIGNATURE, MAX_TEXT, cut};
pub use memory::{Learned, Site};
pub use observed::Observed;
pub(super) use observed::{Seen, Shown, the_telling};
pub(super) use record::Record;
pub use summary::{Summary, TemplateLine};
