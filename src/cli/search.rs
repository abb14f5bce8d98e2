//! `rawi search`: articles that answer a query, with the lines that do.

use std::io::{self, Write};

use crate::cli::args::Arguments;
use crate::cli::config::archive;
use crate::cli::feeds::short;
use crate::cli::table::{self, say};
use crate::cli::verdict::Result;
use crate::store::Hit;
use crate::text::excerpt::Excerpt;
use crate::text::plain;

/// First strong isolate, and its end (UAX #9): a title in Arabic moves nothing on a Latin line.
const ISOLATE: char = '\u{2068}';
const END: char = '\u{2069}';

/// Searches the archive.
pub(super) async fn search(
    arguments: &Arguments,
    query: &str,
    limit: usize,
    rank: bool,
    json: bool,
) -> Result {
    let (_, store) = archive!(arguments);
    let hits = store.search(query, limit, rank).await?;
    if json {
        return table::json_lines(hits);
    }
    if hits.is_empty() {
        say(nothing_found(rank));
    }
    let is_bold = arguments.color().on_stdout();
    table::out(|to| hits.iter().try_for_each(|hit| write(to, hit, is_bold)))
}

fn nothing_found(rank: bool) -> &'static str {
    if rank {
        "nothing found: no article holds any of the words and meets the filters"
    } else {
        "nothing found: an article must hold every word, in any spelling, and meet every filter; \
         --rank also shows those that hold fewer of the words"
    }
}

/// Two lines: number, date, outlet and title; the snippet.
fn write(to: &mut dyn Write, hit: &Hit, is_bold: bool) -> io::Result<()> {
    writeln!(
        to,
        "{:>7}  {}  {ISOLATE}{}{END}  {ISOLATE}{}{END}",
        hit.id,
        short(Some(&hit.published)),
        plain::display(&hit.outlet),
        shown(&hit.title, is_bold),
    )?;
    if !hit.snippet.text.is_empty() {
        writeln!(to, "{:9}{ISOLATE}{}{END}", "", shown(&hit.snippet, is_bold))?;
    }
    Ok(())
}

/// The text as a terminal may show it, with what was found in bold.
fn shown(excerpt: &Excerpt, is_bold: bool) -> String {
    let mut shown = String::with_capacity(excerpt.text.len());
    for (piece, is_found) in excerpt.pieces() {
        let piece = plain::display(piece);
        if is_found && is_bold {
            shown.push_str("\x1b[1m");
            shown.push_str(&piece);
            shown.push_str("\x1b[0m");
        } else {
            shown.push_str(&piece);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_bold_where_bold_is_wanted() {
        let excerpt = Excerpt {
            text: "a\u{202e} b c".to_owned(),
            marks: std::iter::once(5..6).collect(),
        };
        assert_eq!(shown(&excerpt, true), "a \x1b[1mb\x1b[0m c");
        assert_eq!(shown(&excerpt, false), "a b c");
    }
}
