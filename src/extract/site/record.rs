//! A line that several stories have.

use serde::{Deserialize, Serialize};

use crate::extract::site::limits::RECURS;

/// A line of more than one story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Row", from = "Row")]
pub(crate) struct Record {
    pub(crate) digest: u64,
    /// Stories that have it, and how many of them in their body.
    pub(crate) stories: u32,
    pub(crate) inside: u32,
    /// The story that had it first.
    pub(crate) first: u32,
    /// The page that had it last.
    pub(crate) seen: u32,
    /// Its beginning; empty if there was no room.
    pub(crate) text: String,
}

type Row = (u64, u32, u32, u32, u32, String);

impl From<Row> for Record {
    fn from((digest, stories, inside, first, seen, text): Row) -> Self {
        Self {
            digest,
            stories,
            inside: inside.min(stories),
            first,
            seen,
            text,
        }
    }
}

impl From<Record> for Row {
    fn from(record: Record) -> Self {
        let Record {
            digest,
            stories,
            inside,
            first,
            seen,
            text,
        } = record;
        (digest, stories, inside, first, seen, text)
    }
}

impl Record {
    pub(crate) fn recurs(&self) -> bool {
        self.stories >= RECURS
    }

    /// Whether it is in most stories since it appeared.
    pub(crate) fn is_usual(&self, stories: u32) -> bool {
        self.recurs() && self.percent(self.stories, stories) >= 50
    }

    /// The share of stories since it appeared that `of` them are.
    pub(crate) fn percent(&self, of: u32, stories: u32) -> u32 {
        let since = stories.saturating_sub(self.first).saturating_add(1);
        of.saturating_mul(100) / since.max(1)
    }
}
