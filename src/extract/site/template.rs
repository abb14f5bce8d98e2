//! A line that several stories have, and what follows from it on a page.

use serde::{Deserialize, Serialize};

use crate::extract::dateline;
use crate::extract::lines::{Line, Shape};
use crate::extract::score;
use crate::extract::site::observed::is_prose;
use crate::extract::tree::Tree;

/// Stories that have a line before it counts as recurring.
pub(super) const RECURS: u32 = 3;
/// What a sentence at the edge of a body needs more: agencies end their stories with the same
/// background for weeks.
const EDGE: Needs = Needs {
    stories: 6,
    percent: 60,
};
/// What a sentence amid others needs.
const AMID: Needs = Needs {
    stories: 10,
    percent: 80,
};
/// What a short line amid sentences needs: a heading may recur, too.
const LABEL: Needs = Needs {
    stories: RECURS,
    percent: 25,
};

struct Needs {
    stories: u32,
    percent: u32,
}

/// A line of more than one story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Row", from = "Row")]
pub(super) struct Record {
    pub(super) digest: u64,
    /// Stories that have it, and how many of them in their body.
    pub(super) stories: u32,
    pub(super) inside: u32,
    /// The story that had it first.
    pub(super) first: u32,
    /// The page that had it last.
    pub(super) seen: u32,
    /// Its beginning; empty if there was no room.
    pub(super) text: String,
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
    pub(super) fn recurs(&self) -> bool {
        self.stories >= RECURS
    }

    /// Whether it is in most stories since it appeared.
    pub(super) fn is_usual(&self, stories: u32) -> bool {
        self.recurs() && self.percent(self.stories, stories) >= 50
    }

    /// Whether the line is a part of bodies that recurs as often as `needs` says.
    fn recurs_inside(&self, needs: &Needs, stories: u32) -> bool {
        self.inside >= needs.stories && self.percent(self.inside, stories) >= needs.percent
    }

    fn percent(&self, of: u32, stories: u32) -> u32 {
        let since = stories.saturating_sub(self.first).saturating_add(1);
        of.saturating_mul(100) / since.max(1)
    }
}

/// Takes the template out of a body. `records` has each line's record, if it has one; `stories` is
/// how many the site has told.
pub(super) fn trim(
    tree: &Tree<'_>,
    body: Vec<Line>,
    records: &[Option<&Record>],
    stories: u32,
) -> Vec<Line> {
    let recurs: Vec<bool> = records
        .iter()
        .map(|record| record.is_some_and(Record::recurs))
        .collect();
    if !recurs.contains(&true) {
        return body;
    }
    let own = |at: &usize| !recurs[*at] && is_prose(&body[*at]);
    let first = (0..body.len()).find(own);
    let last = (0..body.len()).rev().find(own);
    let (Some(first), Some(last)) = (first, last) else {
        // Nothing is the story's own: the page knows better than its site.
        return body;
    };
    let mut keep: Vec<bool> = Vec::with_capacity(body.len());
    for (at, line) in body.iter().enumerate() {
        let Some(record) = records[at].filter(|record| record.recurs()) else {
            keep.push(true);
            continue;
        };
        let amid = first < at && at < last;
        let template = if is_block(tree, &body, &recurs, at) {
            true
        } else if matches!(line.shape, Shape::Row { .. }) {
            false
        } else if is_prose(line) {
            record.recurs_inside(if amid { &AMID } else { &EDGE }, stories)
        } else if at < first && dateline::is_dateline(&line.text, None) {
            false
        } else if amid {
            !heads(&body, &recurs, at) && record.percent(record.stories, stories) >= LABEL.percent
        } else {
            true
        };
        keep.push(!template);
    }
    let mut kept = keep.iter();
    let mut body = body;
    body.retain(|_| kept.next().copied().unwrap_or(true));
    body
}

/// Whether the smallest element with more than this line has nothing but lines that recur.
fn is_block(tree: &Tree<'_>, body: &[Line], recurs: &[bool], at: usize) -> bool {
    for up in tree.ancestors(body[at].nodes.start) {
        let lines = score::lines_in(tree, body, up);
        let mut texts = lines.filter(|&at| !body[at].text.is_empty());
        let others = texts.clone().count();
        if others > 1 {
            return texts.all(|at| recurs[at]);
        }
    }
    false
}

/// Whether the line is the heading of what is the story's own.
fn heads(body: &[Line], recurs: &[bool], at: usize) -> bool {
    matches!(body[at].shape, Shape::Heading(_))
        && body
            .iter()
            .zip(recurs)
            .skip(at + 1)
            .find(|(line, _)| line.shape != Shape::Figure)
            .is_some_and(|(next, recurs)| !recurs && is_prose(next))
}
