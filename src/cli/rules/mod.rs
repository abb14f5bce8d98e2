//! `rawi rules`: rule packs, tested and made.

mod check;
mod convert;
mod cursor;
#[cfg(test)]
mod tests;
mod xpath;

use crate::cli::args::Rules;
use crate::cli::verdict::Result;

/// Runs what the verb asks for.
pub(super) fn rules(what: &Rules) -> Result {
    match what {
        Rules::Check { files } => Ok(check::check(files)),
        Rules::Convert { files } => convert::convert(files),
    }
}
