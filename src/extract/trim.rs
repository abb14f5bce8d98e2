//! Takes out of a body the lines that are no part of its text.
//!
//! Above the text: the headline again, dates, bylines, reading times. Within: invitations, appeals,
//! claims of rights, lines that are only a link. Below: comments, sign-offs of agencies, labels
//! that head nothing.

use std::collections::HashMap;

use crate::extract::lines::{Line, Shape};
use crate::extract::score;
use crate::extract::words::{self, fold};

/// Drops the lines; gives the date that stood alone above the text, if there is one. `headlines`
/// are folded.
pub(super) fn trim(body: &mut Vec<Line>, headlines: &[String], authors: &[String]) -> Option<String> {
    let authors: Vec<String> = authors
        .iter()
        .map(|name| fold(name))
        .filter(|name| name.contains(' '))
        .collect();
    cut_comments(body);
    let published = drop_head(body, headlines, &authors);
    drop_foreign(body);
    drop_repeated(body);
    drop_tail(body, &authors);
    published
}

/// Readers' comments, from their heading on, unless they would be most of the text.
fn cut_comments(body: &mut Vec<Line>) {
    let heads = |line: &Line| line.words <= 5 && words::is_comments_heading(&fold(&line.text));
    if let Some(at) = body.iter().position(heads)
        && score::words_of(&body[..at]) * 3 > score::words_of(&body[at..])
    {
        body.truncate(at);
    }
}

/// Drops what stands above the text: the headline again, dates; gives the date if there is one.
fn drop_head(body: &mut Vec<Line>, headlines: &[String], authors: &[String]) -> Option<String> {
    let mut published = None;
    let mut head = 0;
    let mut keep = Vec::new();
    for line in body.iter().take(12) {
        let folded = fold(&line.text);
        let dated = !matches!(line.shape, Shape::Row { .. }) && words::is_date(&folded, line.words);
        if dated && published.is_none() {
            published = Some(line.text.clone());
        }
        let title = headlines.contains(&folded) || matches!(line.shape, Shape::Heading(1));
        let frame = words::is_byline(&folded, line.words, authors)
            || words::is_reading_time(&folded, line.words);
        keep.push(!(dated || title || frame));
        head += 1;
        if line.words > 25 {
            break;
        }
    }
    let mut at = 0;
    body.retain(|_| {
        at += 1;
        at > head || keep[at - 1]
    });
    published
}

/// Drops the lines inside of the body that are no part of the text.
fn drop_foreign(body: &mut Vec<Line>) {
    let foreign: Vec<bool> = (0..body.len())
        .map(|at| {
            let next = body[at + 1..]
                .iter()
                .find(|line| line.shape != Shape::Figure);
            is_foreign(&body[at], next)
        })
        .collect();
    let mut foreign = foreign.into_iter();
    body.retain(|_| !foreign.next().unwrap_or(false));
}

/// Drops lines that stand three times or more in the body: the label of each picture, of each ad.
fn drop_repeated(body: &mut Vec<Line>) {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for line in body.iter().filter(|line| is_repeatable(line)) {
        *counts.entry(line.text.clone()).or_default() += 1;
    }
    counts.retain(|_, count| *count >= 3);
    if !counts.is_empty() {
        body.retain(|line| !is_repeatable(line) || !counts.contains_key(&line.text));
    }
}

fn is_repeatable(line: &Line) -> bool {
    line.shape == Shape::Paragraph && line.words >= 8
}

/// Whether a line inside of the body is no part of the text; `next` follows it.
fn is_foreign(line: &Line, next: Option<&Line>) -> bool {
    if line.shape == Shape::Figure {
        return false;
    }
    let folded = fold(&line.text);
    if folded.is_empty() {
        return true;
    }
    let linked = line.link_share();
    // The headings of a list of things are links to them; what follows is about the thing.
    let heads = matches!(line.shape, Shape::Heading(_))
        && next.is_some_and(|next| next.shape == Shape::Paragraph && next.words >= 12 && next.link_share() < 0.5);
    let is_address = line.text.starts_with("http") || line.text.starts_with("www.");
    let link_only = linked > 0.8 && line.words < 25 && !heads && !is_address;
    link_only
        || words::is_aside_line(&folded, line.words, linked > 0.3)
        || words::is_copyright(&line.text, &folded, line.words)
        || words::is_appeal(&line.text, &folded, line.words)
}

/// Headings and labels at the end head nothing; sign-offs and dates are no text.
fn drop_tail(body: &mut Vec<Line>, authors: &[String]) {
    while let Some(last) = body.last() {
        let label = last.marks == 0
            && last.words <= 4
            && !matches!(
                last.shape,
                Shape::Item { .. } | Shape::Row { .. } | Shape::Figure
            );
        let folded = fold(&last.text);
        let signed = words::is_sign_off(&folded, last.words)
            || words::is_byline(&folded, last.words, authors)
            || words::is_date(&folded, last.words);
        if body.len() > 1 && (matches!(last.shape, Shape::Heading(_)) || label || signed) {
            body.pop();
        } else {
            return;
        }
    }
}
