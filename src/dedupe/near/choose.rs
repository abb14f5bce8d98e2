//! Which story an article joins, of those whose members look like it.

use std::collections::BTreeMap;

use crate::dedupe::near::compare::{Likeness, compare};
use crate::dedupe::near::profile::Profile;

/// So many articles of a story that agree are enough, however large it is: of a large one not all
/// are brought up.
const ENOUGH: usize = 6;

/// An article that the archive's index brought up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a, S> {
    /// The story that it is in.
    pub story: S,
    /// Articles in that story, this one included.
    pub story_size: usize,
    /// Whether the feed that brought it also brings the article that came.
    pub same_feed: bool,
    /// Its title.
    pub title: &'a str,
    /// Its plain text.
    pub text: &'a str,
}

/// What becomes of an article that came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Choice<S> {
    /// It is the article of this story.
    Same {
        /// The story.
        story: S,
        /// Place among the candidates of the one most like it.
        with: usize,
        /// How alike these two are, 0 to 1.
        score: f32,
    },
    /// It tells of the same event as this story.
    Related {
        /// The story.
        story: S,
        /// Place among the candidates of the one most like it.
        with: usize,
        /// How alike these two are, 0 to 1.
        score: f32,
    },
    /// It is a story of its own.
    Alone,
}

/// What the members of one story say.
#[derive(Debug, Clone, Copy, Default)]
struct Votes {
    same: usize,
    size: usize,
    best_same: Option<(f32, usize)>,
    best_any: Option<(f32, usize)>,
}

/// Chooses the story that `came` joins.
///
/// It joins if at least half of a story's articles, or six, are the same article: one of them alone
/// could be the bridge over which stories run together. Articles of the story that are no candidates
/// count as different. Of several such stories that with the most agreeing articles wins, then
/// the one most alike, then the smallest `S`, which is to be the oldest; the order of the
/// candidates makes no difference. A story that does not agree, though some of it is the same or
/// related, is related.
pub(crate) fn choose<S: Copy + Ord>(
    came: &Profile<'_>,
    candidates: &[Candidate<'_, S>],
) -> Choice<S> {
    let stories = count(came, candidates);
    let joined = stories
        .iter()
        .filter(|(_, votes)| votes.same >= votes.size.div_ceil(2).min(ENOUGH))
        .filter_map(|(story, votes)| Some((*story, votes.same, votes.best_same?)))
        .reduce(|best, next| {
            if (best.1, best.2.0) < (next.1, next.2.0) {
                next
            } else {
                best
            }
        });
    if let Some((story, _, (score, with))) = joined {
        return Choice::Same { story, with, score };
    }
    let related = stories
        .iter()
        .filter_map(|(story, votes)| Some((*story, votes.best_any?)))
        .reduce(|best, next| if best.1.0 < next.1.0 { next } else { best });
    match related {
        Some((story, (score, with))) => Choice::Related { story, with, score },
        None => Choice::Alone,
    }
}

fn count<S: Copy + Ord>(came: &Profile<'_>, candidates: &[Candidate<'_, S>]) -> BTreeMap<S, Votes> {
    let mut stories: BTreeMap<S, Votes> = BTreeMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let votes = stories.entry(candidate.story).or_default();
        votes.size = votes.size.max(candidate.story_size);
        let profile = Profile::of(candidate.title, candidate.text);
        let score = match compare(came, &profile, candidate.same_feed) {
            Likeness::Different(_) => continue,
            Likeness::Related(score) => score,
            Likeness::Same(score) => {
                votes.same += 1;
                take_better(&mut votes.best_same, score, at);
                score
            }
        };
        take_better(&mut votes.best_any, score, at);
    }
    stories
}

fn take_better(best: &mut Option<(f32, usize)>, score: f32, at: usize) {
    if best.is_none_or(|(before, _)| before < score) {
        *best = Some((score, at));
    }
}
