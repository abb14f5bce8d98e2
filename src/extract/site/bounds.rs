//! Forgets: what is old, and what is too much.

use std::cmp::Reverse;

use crate::extract::site::limits::{
    MAX_AGE, MAX_AGE_OF_PAIR, MAX_FRESH, MAX_PAIRS, MAX_RECURRING, MAX_STORIES, MAX_TEXT,
    MAX_TEXTS, cut,
};
use crate::extract::site::record::Record;
use crate::extract::site::story::Story;

/// Lines of more stories than this are worth the same: what counts is whether they are still seen.
const WELL_KNOWN: u32 = 8;

/// Forgets what is old, and what is too much.
pub(super) fn keep(lines: &mut Vec<Record>, stories: &mut Vec<Story>, pages: u32) {
    lines.retain(|line| {
        let age = pages.saturating_sub(line.seen);
        age <= if line.recurs() {
            MAX_AGE
        } else {
            MAX_AGE_OF_PAIR
        }
    });
    lines.sort_by_key(|line| line.digest);
    lines.dedup_by_key(|line| line.digest);
    bound_lines(lines, MAX_PAIRS, |line| !line.recurs());
    bound_lines(lines, MAX_RECURRING, Record::recurs);
    bound_texts(lines);
    let surplus = stories.len().saturating_sub(MAX_STORIES);
    stories.drain(..surplus);
    let mut left = MAX_FRESH;
    for story in stories.iter_mut().rev() {
        story.bound();
        story.outside.truncate(left);
        left -= story.outside.len();
        story.inside.truncate(left);
        left -= story.inside.len();
    }
}

/// Of too many lines of a kind, those of more stories stay, then those seen last.
fn bound_lines(lines: &mut Vec<Record>, limit: usize, of_kind: impl Fn(&Record) -> bool) {
    let worth = |line: &Record| (line.stories.min(WELL_KNOWN), line.seen, line.digest);
    let mut worths: Vec<_> = lines.iter().filter(|l| of_kind(l)).map(worth).collect();
    if worths.len() > limit {
        worths.sort_unstable_by_key(|worth| Reverse(*worth));
        let least = worths[limit - 1];
        lines.retain(|line| !of_kind(line) || worth(line) >= least);
    }
}

/// Of too many texts, those of the most stories stay.
fn bound_texts(lines: &mut [Record]) {
    let mut by_worth: Vec<&mut Record> = lines.iter_mut().collect();
    by_worth.sort_by_key(|line| Reverse(line.stories));
    let mut left = MAX_TEXTS;
    for line in by_worth {
        cut(&mut line.text, MAX_TEXT);
        let length = serde_json::to_string(&line.text).map_or(usize::MAX, |json| json.len());
        if length > left {
            line.text.clear();
        } else {
            left -= length;
        }
    }
}
