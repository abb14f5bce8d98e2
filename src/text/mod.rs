//! Text, whatever room it passes through: charsets, URLs, HTML, Arabic, control characters.
//!
//! The lowest floor: no room of ours is imported here. [`charset`] turns bytes into text,
//! [`plain`] takes out what must not be stored, [`html`] is the one door to markup that leaves,
//! [`arabic`] folds spelling for search and comparison, [`url`] makes the keys by which the same
//! address is recognised, [`digest`] the short fingerprints that are stored,
//! [`excerpt`] what of a text answers a search.

pub mod arabic;
pub mod charset;
pub mod digest;
pub mod excerpt;
pub mod html;
pub mod plain;
pub mod url;
