//! Text, whatever room it passes through: charsets, URLs, HTML, Arabic, control characters.
//!
//! The lowest floor: no room of ours is imported here. [`charset`] turns bytes into text,
//! [`plain`] takes out what must not be stored, [`html`] is the one door to markup that leaves,
//! [`arabic`] folds spelling and takes stems for search and comparison, [`excerpt`] finds what of a text
//! answers a search, [`dates`] knows the words of dates, [`language`] says what a text is written in,
//! [`pattern`] what keeps and mutes it, [`diff`] what changed between two versions; [`url`] makes the
//! keys by which the same address is recognised, [`digest`] the short fingerprints that are stored.

pub mod arabic;
pub mod charset;
pub mod dates;
pub mod diff;
pub mod digest;
pub mod excerpt;
pub mod html;
pub mod language;
pub mod pattern;
pub mod plain;
pub mod url;
