//! `rawi eval url`: addresses to the form that all their spellings share.
//!
//! The daemon's key of an article is this form, too, but for home pages: they are no article's.

use std::io::{self, BufRead};

use ::url::Url;

use crate::cli::table;
use crate::cli::verdict::Result;
use crate::text::url;

/// What links are relative to: one that ends up there named no host of its own.
const NOWHERE: &str = "https://nowhere.invalid/";

/// Reads an address a line and writes its canonical form a line, an empty one where it is none.
pub(super) fn url() -> Result {
    let nowhere = Url::parse(NOWHERE).map_err(io::Error::other)?;
    let input = io::stdin().lock();
    table::out(|to| {
        for link in input.lines() {
            let address = url::absolute(&link?, &nowhere);
            let address = address.filter(|address| address.host() != nowhere.host());
            let canonical = address.as_ref().and_then(url::canonical);
            writeln!(to, "{}", canonical.unwrap_or_default())?;
        }
        Ok(())
    })
}
