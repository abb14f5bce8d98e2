//! What is wrong with a configuration, each fault with its place.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A place in the file: `feeds.toml:12:3: fetch.timeout`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named.
    pub path: Arc<str>,
    /// Counted from 1; 0 stands for the file as a whole.
    pub line: usize,
    /// In characters, counted from 1; 0 stands for the line as a whole.
    pub column: usize,
    /// The path of the key, such as `feed.url`. Empty where there is none.
    pub key: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        for number in [self.line, self.column]
            .into_iter()
            .take_while(|number| *number > 0)
        {
            write!(f, ":{number}")?;
        }
        if self.key.is_empty() {
            Ok(())
        } else {
            write!(f, ": {}", self.key)
        }
    }
}

/// One fault. The wording of its message may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it is.
    pub place: Place,
    /// What is wrong, and what may be written.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Something that is accepted, but not as it may seem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where it is.
    pub place: Place,
    /// What the user should know.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// All faults of a file in the order of their lines; never none. Shown one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    pub(super) fn of_file(path: &Path, message: String) -> Self {
        Self::of_line(path, 0, message)
    }

    pub(super) fn of_line(path: &Path, line: usize, message: String) -> Self {
        let path = path.to_string_lossy().into();
        Self(vec![Fault {
            place: Place {
                path,
                line,
                column: 0,
                key: String::new(),
            },
            message,
        }])
    }

    /// Every fault.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
