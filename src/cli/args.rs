//! The command line's grammar, from which clap also makes help, man page and completions.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Parser, Subcommand, ValueEnum, ValueHint};

use crate::telemetry::log;

/// Hears the news, checks it, and passes it on whole.
///
/// Polls news feeds on a schedule, fetches the whole article behind each new entry, recognises the
/// same story across outlets, keeps every version in one SQLite archive, and publishes one merged
/// feed.
#[derive(Debug, Parser)]
#[command(name = "rawi", version = version(), max_term_width = 100)]
pub(crate) struct Arguments {
    /// The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info
    /// [default: info for run, warn for the others]
    #[arg(long, global = true, value_name = "LEVEL")]
    log: Option<String>,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value = "auto"
    )]
    color: When,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// A format of a published feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Atom,
    Rss,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run the daemon: schedule, poll, extract, de-duplicate, store, serve
    ///
    /// SIGTERM stops it cleanly, SIGHUP makes it read its configuration again.
    Run,
    /// Poll once what is due, and return when entries and their pages are committed
    Poll {
        /// Only these feeds, whatever the schedule says
        slugs: Vec<String>,
        /// All feeds, whatever the schedule says; a server's Retry-After is kept all the same
        #[arg(long)]
        now: bool,
    },
    /// Read the configuration and report every fault with its line; polls nothing
    Check {
        /// The file [default: as --config]
        #[arg(value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
    /// Find the feed behind an address and write it into the configuration
    Add {
        /// Address of a feed or of a site
        #[arg(value_hint = ValueHint::Url)]
        url: String,
        /// Its name in the archive and in commands [default: made from its address]
        #[arg(long)]
        slug: Option<String>,
        /// Name of the outlet [default: the feed's own]
        #[arg(long)]
        title: Option<String>,
    },
    /// Take a feed out of the configuration; its articles stay in the archive
    Remove {
        /// The feed
        slug: String,
    },
    /// List the feeds: state, last and next poll and why then, new entries, last error
    Feeds {
        /// What was learned of the pages of a host, instead
        #[arg(long, value_name = "HOST")]
        site: Option<String>,
        /// Forget it
        #[arg(long, requires = "site", conflicts_with = "json")]
        reset: bool,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Search the archive, in any spelling; newest first
    ///
    /// Words that must all be there, in any form: word, "a phrase", -without, title:word. Filters:
    /// feed:SLUG, outlet:NAME, category:LABEL, lang:ar, after:2025-01-31, before:2025-02. A query that
    /// begins with a minus comes after `--`.
    Search {
        /// What to look for
        #[arg(required = true)]
        query: Vec<String>,
        /// The most articles
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        /// Best first instead of newest first, also what lacks some of the words
        #[arg(long)]
        rank: bool,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Show an article: its text, where it is from, how it was extracted, its story, its versions
    Show {
        /// Its number
        id: i64,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Tell why an article is in or out of the merged feeds, and why it was joined to its story
    Explain {
        /// Its number
        id: i64,
        /// Compare it with this article, too
        #[arg(long, value_name = "ID")]
        with: Option<i64>,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Correct which articles are one story, for good
    Story {
        #[command(subcommand)]
        what: Story,
    },
    /// Run a read-only SQL query on the archive
    Sql {
        /// The query [default: read from stdin]
        query: Option<String>,
        /// One JSON object a row
        #[arg(long, conflicts_with = "csv")]
        json: bool,
        /// Comma-separated values; cells that a spreadsheet would run get a ' in front
        #[arg(long)]
        csv: bool,
    },
    /// Write a merged feed without a server
    Emit {
        /// A channel of the configuration [default: all]
        channel: Option<String>,
        /// The format
        #[arg(long, value_enum, default_value = "atom")]
        format: Format,
        /// Replace this file, atomically, instead of writing to stdout
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        output: Option<PathBuf>,
    },
    /// Take in subscriptions (.opml) or articles (.jsonl)
    Import {
        /// The file
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Write out subscriptions (.opml) or articles (.jsonl)
    Export {
        /// The file
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Write a consistent copy of the archive, also while the daemon runs
    Backup {
        /// The copy; must not exist
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Measure quality on labelled data, by the very code that the daemon runs
    ///
    /// Cases come on stdin, answers go to stdout, a line each.
    Eval {
        #[command(subcommand)]
        what: Eval,
    },
    /// Test rule packs, or make one of the site configurations of Full-Text RSS
    Rules {
        #[command(subcommand)]
        what: Rules,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// Read rule packs, report every fault with its line, and run their tests
    Check {
        /// The packs
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
    },
    /// Write the rules of ftr-site-config files as one pack to stdout
    ///
    /// What cannot be converted becomes a comment with the reason.
    Convert {
        /// The files, each named after its host: HOST.txt, or .HOST.txt for subdomains
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Story {
    /// Make the stories of two articles one: that of the second joins that of the first
    Join {
        /// An article
        first: i64,
        /// Another one
        second: i64,
    },
    /// Take an article out of its story; it is one of its own from then on
    Split {
        /// The article
        id: i64,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Eval {
    /// Feed documents to their fields
    ///
    /// A line in: path, Content-Type or nothing, base URL or nothing, with tabs between them. A JSON
    /// object a line out.
    Parse {
        /// The folder that the paths start from
        #[arg(value_hint = ValueHint::DirPath)]
        dir: PathBuf,
    },
    /// Pages to their articles
    ///
    /// A line in: {"id", "url", "html"}. A line out: {"id", "text", "rule"}.
    Extract {
        /// Read all pages first, and each with what those of its host have taught
        #[arg(long)]
        by_host: bool,
    },
    /// Articles to the stories that they become
    ///
    /// A line of the file: {"id", "feed", "url", "title", "published", "text"}, read in the order of
    /// their times. A line out: {"id", "cluster"}.
    Dedupe {
        /// The articles
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Queries to the articles that they find, best first
    ///
    /// A line out: {"qid", "docs"}, at most ten.
    Search {
        /// The articles; a line: {"id", "feed", "url", "title", "published", "text"}
        #[arg(value_hint = ValueHint::FilePath)]
        articles: PathBuf,
        /// The queries: {"queries": [{"qid", "query"}, …]}
        #[arg(value_hint = ValueHint::FilePath)]
        queries: PathBuf,
    },
    /// Dates as feeds write them to RFC 3339 in UTC; an empty line: no date
    Date {
        /// The zone of dates that name none, such as Asia/Amman [default: UTC]
        #[arg(long, value_name = "NAME")]
        zone: Option<String>,
        /// The moment that texts such as "5 minutes ago" count from; without it they are no dates
        #[arg(long, value_name = "RFC3339")]
        now: Option<DateTime<Utc>>,
    },
    /// Addresses to the form by which articles are recognised
    ///
    /// An address a line in, its canonical form a line out; an empty line: it is no address.
    Url,
}

impl Arguments {
    /// The log's level: a daemon tells what it does, a verb only what is wrong.
    pub(crate) fn log_level(&self) -> &str {
        let fallback = if matches!(self.verb, Verb::Run) {
            "info"
        } else {
            "warn"
        };
        self.log.as_deref().unwrap_or(fallback)
    }

    pub(crate) fn color(&self) -> log::Color {
        match self.color {
            When::Auto => log::Color::Auto,
            When::Always => log::Color::Always,
            When::Never => log::Color::Never,
        }
    }
}

fn version() -> &'static str {
    static VERSION: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        format!(
            "{} (SQLite {})",
            env!("CARGO_PKG_VERSION"),
            crate::store::sqlite_version()
        )
    });
    &VERSION
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_grammar_holds_together() {
        Arguments::command().debug_assert();
    }
}
