//! Log lines: to the journal under systemd, else to stderr.
//!
//! Text that strangers wrote (titles, URLs, error bodies) is a field, and fields are written
//! escaped, so nobody can forge a line or steer a terminal.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether colours are to be used on stderr.
    pub fn on_stderr(self) -> bool {
        self.on(std::io::stderr().is_terminal())
    }

    /// Whether colours and bold type are to be used on stdout.
    pub fn on_stdout(self) -> bool {
        self.on(std::io::stdout().is_terminal())
    }

    fn on(self, is_terminal: bool) -> bool {
        match self {
            Self::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Starts logging. `level` is a word (`info`) or a filter (`rawi=debug,hyper=info`).
///
/// # Errors
/// The text of what is wrong with `level`.
pub fn start(level: &str, color: Color) -> Result<(), String> {
    let filter = EnvFilter::try_new(scoped(level)).map_err(|error| error.to_string())?;
    let registry = tracing_subscriber::registry().with(filter);
    // `JOURNAL_STREAM` is set where stderr is the journal (systemd.exec(5)).
    let journal = std::env::var_os("JOURNAL_STREAM").and_then(|_| tracing_journald::layer().ok());
    let started = if let Some(journal) = journal {
        registry.with(journal).try_init()
    } else {
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(color.on_stderr())
            .with_target(false);
        registry.with(lines).try_init()
    };
    // A second start in one process (tests) keeps the first.
    let _ = started;
    Ok(())
}

/// A bare word is the level of our own lines; libraries are heard from `warn` on.
fn scoped(level: &str) -> String {
    if level.chars().all(char::is_alphabetic) {
        format!("warn,rawi={level}")
    } else {
        level.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_level_is_ours_and_a_filter_is_left_alone() {
        assert_eq!(scoped("debug"), "warn,rawi=debug");
        assert_eq!(scoped("rawi=trace,hyper=info"), "rawi=trace,hyper=info");
        assert!(start("rawi=nonsense=x", Color::Never).is_err());
    }
}
