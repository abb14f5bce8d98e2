//! Takes out of a body the lines that are no part of its text.
//!
//! Above the text: the headline again, dates, bylines, reading times. Within: invitations, appeals,
//! claims of rights, lines that are only a link. Below: comments, sign-offs of agencies, labels
//! that head nothing.

use std::collections::HashMap;

use url::Url;

use crate::extract::line::{Line, Shape};
use crate::extract::score;
use crate::extract::words::{self, fold};
use crate::text::html::escape;

/// Drops the lines; gives the date that stood alone above the text, if there is one. `headlines`
/// are folded.
pub(super) fn trim(
    body: &mut Vec<Line>,
    headlines: &[String],
    authors: &[String],
    base: Option<&Url>,
) -> Option<String> {
    let authors: Vec<String> = authors
        .iter()
        .map(|name| fold(name))
        .filter(|name| name.contains(' '))
        .collect();
    cut_comments(body);
    let published = drop_head(body, headlines, &authors);
    drop_foreign(body, base);
    drop_lists_to_read(body);
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

/// How links to the page's own site begin in the HTML of a line.
struct Own {
    site: String,
    /// To a place on the page itself.
    anchor: String,
}

impl Own {
    fn new(base: &Url) -> Self {
        let mut page = base.clone();
        page.set_fragment(Some(""));
        Self {
            site: format!("href=\"{}", base.origin().ascii_serialization()),
            anchor: format!("href=\"{}", escape(page.as_str())),
        }
    }
}

/// Drops the lines inside of the body that are no part of the text.
fn drop_foreign(body: &mut Vec<Line>, base: Option<&Url>) {
    let own = base.map(Own::new);
    let foreign: Vec<bool> = (0..body.len())
        .map(|at| {
            let next = body[at + 1..]
                .iter()
                .find(|line| line.shape != Shape::Figure);
            is_foreign(&body[at], next, own.as_ref())
        })
        .collect();
    let mut foreign = foreign.into_iter();
    body.retain(|_| !foreign.next().unwrap_or(false));
}

/// Drops headings like "More stories", with the lines with links that follow.
fn drop_lists_to_read(body: &mut Vec<Line>) {
    let mut keep = Vec::with_capacity(body.len());
    let mut dropping = false;
    for line in body.iter() {
        let heads = line.words <= 6
            && line.shape != Shape::Figure
            && words::is_more_heading(&fold(&line.text));
        dropping = heads || (dropping && line.linked > 0 && line.words <= 25);
        keep.push(!dropping);
    }
    let mut keep = keep.into_iter();
    body.retain(|_| keep.next().unwrap_or(true));
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
fn is_foreign(line: &Line, next: Option<&Line>, own: Option<&Own>) -> bool {
    if line.shape == Shape::Figure {
        return false;
    }
    let folded = fold(&line.text);
    if folded.is_empty() {
        return true;
    }
    let linked = line.link_share();
    // The headings of a list of things are links to them; what follows is about the thing. But
    // headings that link to the same site are those of its other articles.
    let heads = matches!(line.shape, Shape::Heading(_))
        && own.is_none_or(|own| !line.html.contains(&own.site))
        && next.is_some_and(|next| {
            next.shape == Shape::Paragraph && next.words >= 12 && next.link_share() < 0.5
        });
    let is_address = line.text.starts_with("http") || line.text.starts_with("www.");
    // An anchor for links to this very place.
    let is_anchor = own.is_some_and(|own| line.html.contains(&own.anchor));
    let link_only = linked > 0.8 && line.words < 25 && !heads && !is_address && !is_anchor;
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
        let about = last.words <= 60 && authors.iter().any(|name| folded.contains(name.as_str()));
        let signed = about
            || words::is_sign_off(&folded, last.words)
            || words::is_byline(&folded, last.words, authors)
            || words::is_date(&folded, last.words);
        if body.len() > 1 && (matches!(last.shape, Shape::Heading(_)) || label || signed) {
            body.pop();
        } else {
            return;
        }
    }
}
