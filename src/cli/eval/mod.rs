//! `rawi eval`: quality on labelled data, by the very code that the daemon runs.
//!
//! Each verb reads cases on stdin and writes answers on stdout, a line each, as they come. The
//! protocols are those of the data sets' scorers; README.md names them.

mod cases;
mod date;
mod dedupe;
mod extract;
mod parse;
mod search;
mod url;

use crate::cli::args::Eval;
use crate::cli::verdict::Result;

/// Runs one evaluation.
pub(super) async fn eval(what: &Eval) -> Result {
    match what {
        Eval::Parse { dir } => parse::parse(dir),
        Eval::Extract { by_host } => extract::extract(*by_host),
        Eval::Dedupe { file } => dedupe::dedupe(file).await,
        Eval::Search { articles, queries } => search::search(articles, queries).await,
        Eval::Date { zone, now } => date::date(zone.as_deref(), *now),
        Eval::Url => url::url(),
    }
}
