//! Labelled cases, as the data sets write them.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::cli::verdict::{Complaint, Result};

/// Reads a file of JSON objects, one a line.
pub(super) fn lines<T: DeserializeOwned>(file: &Path) -> Result<Vec<T>> {
    let input = File::open(file)
        .map_err(|error| Complaint(format!("cannot read {}: {error}", file.display())))?;
    let mut cases = Vec::new();
    for (n, line) in BufReader::new(input).lines().enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            let case = serde_json::from_str(&line)
                .map_err(|error| Complaint(format!("{}:{}: {error}", file.display(), n + 1)))?;
            cases.push(case);
        }
    }
    Ok(cases)
}
