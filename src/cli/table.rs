//! Printing: tables for people, JSON lines for programs, words to stderr.
//!
//! What strangers wrote is cleaned of control characters and direction overrides on its way to a
//! terminal ([`crate::text::plain::display`]).

use std::io::{self, IsTerminal, Write};

use comfy_table::{ContentArrangement, Table, presets};

use crate::cli::verdict::{Result, Verdict};
use crate::text::plain;

/// Says something to a person.
pub(super) fn say(text: &str) {
    // Nobody to say it to is no reason to fail.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints a table as wide as the terminal.
pub(super) fn print(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().map(|name| name.to_uppercase()));
    for row in rows {
        table.add_row(row.iter().map(|cell| plain::display(cell).into_owned()));
    }
    if !io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    out(|to| {
        for line in table.lines() {
            writeln!(to, "{}", line.trim_end())?;
        }
        Ok(())
    })
}

/// Prints each item as a JSON object on a line of its own.
pub(super) fn json_lines<T: serde::Serialize>(items: impl IntoIterator<Item = T>) -> Result {
    out(|to| {
        for item in items {
            serde_json::to_writer(&mut *to, &item)?;
            writeln!(to)?;
        }
        Ok(())
    })
}

/// Prints a line of text.
pub(super) fn line(text: &str) -> Result {
    out(|to| writeln!(to, "{text}"))
}

/// Writes to stdout; a reader that has gone away (`| head`) ends the verb quietly.
pub(super) fn out(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result {
    let mut to = io::BufWriter::new(io::stdout().lock());
    match write(&mut to).and_then(|()| to.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(Verdict::Done),
    }
}
