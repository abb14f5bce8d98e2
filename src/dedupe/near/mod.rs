//! Near duplicates: one article in the words of several outlets.
//!
//! Outlets take over what agencies send, with another title, an edited lead, shortened, or with a
//! paragraph of their own. No key is the same in such copies, but most runs of words are. Call
//! order: [`Profile::of`] derives what comparing needs; its [`Sketch`](crate::model::Sketch) finds
//! candidates in the archive's index; [`compare`] verifies each on the whole texts, and
//! [`choose`] says which story the article joins, if any. Nothing here does I/O or can fail.
//!
//! Two layers. *Same* is one article: of it a merged feed shows one. *Related* is coverage of one
//! event, in part in the same words: it groups on pages, and hides nothing. To hide an article
//! that was another is the worse error, so every doubt parts: templates are told by their other
//! numbers and names, more is demanded inside one feed, and most of a story must agree.
//!
//! A sketch is the smallest of all hashes (Broder, *On the resemblance and containment of
//! documents*, 1997), so two texts that share a part `j` of all their shingles share about that
//! part of sketches as well. `words` reads words, `profile` sorts them, `sorted` counts what is
//! shared, `guards` says what parts.

mod choose;
mod compare;
mod guards;
mod profile;
mod sorted;
#[cfg(test)]
mod tests;
mod words;

pub(super) use choose::{Candidate, Choice, choose};
pub use compare::{Likeness, Why, compare};
pub use profile::Profile;
