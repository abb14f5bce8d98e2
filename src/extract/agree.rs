//! Trims a body by a text known to be the same article's: the feed's, or that of JSON-LD.
//!
//! Such a text is a second opinion only if it plainly is the whole: long, and covering most of the
//! body. Lines that it lacks before its first and after its last are not of the article; if it
//! covers nearly all, neither are paragraphs in between. It lacks headings, lists, quotes and
//! tables as a matter of course, so those say nothing in between.

use crate::extract::line::{Line, Shape};
use crate::extract::score::Shingles;

/// The runs of words of a text that may be the whole of an article.
const WHOLE: usize = 80;

/// Drops the lines of a body that the text known shows to be none of the article's. Gives the share
/// of the body's words that it covers; none if it is too short to be the whole of anything.
pub(super) fn agree(body: &mut Vec<Line>, known: &Shingles) -> Option<f64> {
    if known.len() < WHOLE {
        return None;
    }
    let shares: Vec<Option<f64>> = body.iter().map(|line| known.share(&line.text)).collect();
    let is_known = |at: &usize| shares[*at].is_some_and(|share| share > 0.5);
    let words = |at: usize| body[at].words;
    let all: u32 = (0..body.len()).map(words).sum();
    let covered: u32 = (0..body.len()).filter(is_known).map(words).sum();
    let share = f64::from(covered) / f64::from(all.max(1));
    if covered * 10 < all * 7 {
        return Some(share);
    }
    let nearly_all = covered * 10 > all * 8;
    let (Some(first), Some(last)) = (
        (0..body.len()).find(is_known),
        (0..body.len()).rfind(is_known),
    ) else {
        return Some(share);
    };
    let foreign: Vec<bool> = body
        .iter()
        .zip(&shares)
        .enumerate()
        .map(|(at, (line, share))| {
            let outside = at < first || at > last;
            let between = nearly_all && line.shape == Shape::Paragraph;
            (outside || between) && line.words >= 5 && share.is_some_and(|share| share < 0.2)
        })
        .collect();
    let keep: Vec<bool> = (0..body.len())
        .map(|at| !foreign[at] && !heads_only(body, &foreign, at))
        .collect();
    let mut keep = keep.into_iter();
    body.retain(|_| keep.next().unwrap_or(true));
    Some(share)
}

/// Whether the line is a heading of which all that it heads is foreign.
fn heads_only(body: &[Line], foreign: &[bool], at: usize) -> bool {
    let Shape::Heading(level) = body[at].shape else {
        return false;
    };
    let headed = body[at + 1..].iter().zip(&foreign[at + 1..]);
    let mut headed = headed
        .take_while(|(line, _)| !matches!(line.shape, Shape::Heading(next) if next <= level))
        .filter(|(line, _)| line.shape != Shape::Figure)
        .peekable();
    headed.peek().is_some() && headed.all(|(_, foreign)| *foreign)
}
