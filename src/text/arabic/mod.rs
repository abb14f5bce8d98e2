//! Arabic spelling and word forms, levelled for search and comparison; never for display.
//!
//! [`fold`] brings the spellings of one word to one form, [`tokens`] splits that form into words as
//! the archive's full-text index does, [`stem`] takes the usual prefixes and suffixes off a folded
//! word, and [`stems`] does all three for a whole text. [`stems_that_differ`] is what the index keeps of one.

mod fold;
mod stem;

pub use fold::{fold, tokens, words};
pub use stem::{is_arabic, stem, stems, stems_that_differ};
