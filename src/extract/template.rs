//! Takes the template of a site out of a body.

use crate::extract::dateline;
use crate::extract::line::{Line, Shape};
use crate::extract::score;
use crate::extract::site::Record;
use crate::extract::tree::Tree;

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
    stories: 3,
    percent: 25,
};

struct Needs {
    stories: u32,
    percent: u32,
}

impl Needs {
    /// Whether the line is part of as many bodies.
    fn are_met(&self, record: &Record, stories: u32) -> bool {
        record.inside >= self.stories && record.percent(record.inside, stories) >= self.percent
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
    let counts = Counts::of(&body, &recurs);
    let mut keep: Vec<bool> = Vec::with_capacity(body.len());
    for (at, line) in body.iter().enumerate() {
        let Some(record) = records[at].filter(|record| record.recurs()) else {
            keep.push(true);
            continue;
        };
        let amid = first < at && at < last;
        let template = if counts.is_block(tree, &body, at) {
            true
        } else if matches!(line.shape, Shape::Row { .. }) {
            false
        } else if is_prose(line) {
            if amid { AMID } else { EDGE }.are_met(record, stories)
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

/// How many lines with text, and how many of those that recur, are before each line.
struct Counts(Vec<(usize, usize)>);

impl Counts {
    fn of(body: &[Line], recurs: &[bool]) -> Self {
        let mut sum = (0, 0);
        let mut counts = vec![sum];
        for (line, recurs) in body.iter().zip(recurs) {
            let text = !line.text.is_empty();
            sum.0 += usize::from(text);
            sum.1 += usize::from(text && *recurs);
            counts.push(sum);
        }
        Self(counts)
    }

    /// Whether the smallest element with more lines than this has nothing but lines that recur.
    fn is_block(&self, tree: &Tree<'_>, body: &[Line], at: usize) -> bool {
        for up in tree.ancestors(body[at].nodes.start) {
            let lines = score::lines_in(tree, body, up);
            let (from, to) = (self.0[lines.start], self.0[lines.end]);
            if to.0 - from.0 > 1 {
                return to.0 - from.0 == to.1 - from.1;
            }
        }
        false
    }
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

/// Whether a line reads like a sentence.
fn is_prose(line: &Line) -> bool {
    line.link_share() <= 0.5 && (line.marks > 0 && line.words >= 5 || line.words >= 12)
}
