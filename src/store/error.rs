//! What can go wrong with the archive. Texts may change; match on variants.

use std::path::PathBuf;

/// A failure of the archive.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened or made.
    #[error("cannot open the archive {}: {source}", path.display())]
    Open {
        /// The archive.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The folder of the archive cannot be made.
    #[error("cannot make the folder {} for the archive: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The SQLite in this program loses commits when two processes checkpoint at once.
    #[error(
        "this program was built with SQLite {found}; at least {needed} is needed (WAL-reset bug)"
    )]
    SqliteTooOld {
        /// What was linked.
        found: &'static str,
        /// What is needed.
        needed: &'static str,
    },
    /// The archive was written by a newer rawi; it was left as it is.
    #[error(
        "the archive {} has schema version {found}, this rawi knows up to {known}: \
         use the newer rawi, or restore a backup; the file was not touched", path.display()
    )]
    Newer {
        /// The archive.
        path: PathBuf,
        /// The version in the file.
        found: i32,
        /// The newest version that this program knows.
        known: i32,
    },
    /// There is no archive yet.
    #[error("there is no archive at {} yet: `rawi run` or `rawi poll` makes it", .0.display())]
    Absent(PathBuf),
    /// The archive was last written by an older rawi; reading alone cannot bring it up to date.
    #[error("the archive {} is of an older rawi: `rawi run` or `rawi poll` brings it up to date", .0.display())]
    Older(PathBuf),
    /// The file is not an archive of ours.
    #[error("{} is a database of another program; name another path in [archive]", .0.display())]
    Foreign(PathBuf),
    /// A migration failed; the archive is as it was before it.
    #[error("cannot bring the archive {} up to date: {reason}", path.display())]
    Migrate {
        /// The archive.
        path: PathBuf,
        /// The migrator's reason.
        reason: String,
    },
    /// SQLite refused.
    #[error("the archive failed to {doing}: {source}")]
    Sqlite {
        /// What was being done, as an infinitive.
        doing: &'static str,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The claim's lease ran out and somebody else took it: the work is theirs now.
    #[error("the claim was lost: its lease ran out before the work was done")]
    LeaseLost,
    /// No article has that number.
    #[error("there is no article {0}")]
    NoArticle(i64),
    /// A query of the user's is not valid, or would write.
    #[error("{0}")]
    Query(String),
    /// Another daemon holds the archive.
    #[error("another `rawi run` holds the archive {}: stop it first (or use `rawi poll`, which shares it)", .0.display())]
    Held(PathBuf),
    /// The file for a backup exists already.
    #[error("{} exists already: a backup never overwrites", .0.display())]
    Exists(PathBuf),
    /// The store has been closed.
    #[error("the archive is closed")]
    Closed,
    /// A thread of the store panicked.
    #[error("the archive's worker panicked while it was to {0}")]
    Panicked(&'static str),
}

/// Says what was being done when SQLite refused.
pub(crate) trait Doing<T> {
    /// `doing` is an infinitive: "claim feeds".
    fn doing(self, doing: &'static str) -> Result<T, Error>;
}

impl<T> Doing<T> for rusqlite::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T, Error> {
        self.map_err(|source| Error::Sqlite { doing, source })
    }
}
