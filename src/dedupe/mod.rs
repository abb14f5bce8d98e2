//! Recognising what was seen before: pure, no clock, no archive.
//!
//! [`tell_apart`] gives a document's entries their identity ([`key`]), and [`derive`] derives what is
//! costly (plain text, digests, sketches) of those that say anything new. [`decide`] then says, from
//! what the archive knows, what is new, what was changed, and which story an entry joins. A feed can
//! only ever change its own entries; across feeds an entry *joins* a story, which hides nothing for
//! good and can be undone.
//!
//! The keys, strongest first: the identity inside a feed; the canonical URL across feeds; the
//! digest of the normalised text across feeds, inside the window. Where none of them joins an entry,
//! [`place`] compares its text with those that the archive finds alike. [`within_a_day`] keeps a feed
//! without end from filling the archive.

mod churn;
mod decide;
mod flood;
mod key;
mod near;
mod options;
mod place;
mod prepare;

pub use decide::decide;
pub use flood::{MAX_NEW_A_DAY, within_a_day};
pub use near::{Likeness, Profile, Why, compare};
pub use options::Options;
pub use place::place;
pub use prepare::{Told, derive, restore, sketch, tell_apart, text_digest};
