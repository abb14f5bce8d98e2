//! From lines to the body: which element, which of its lines, and what opens them.

use url::Url;

use crate::extract::agree::agree;
use crate::extract::anchor::Anchor;
use crate::extract::confidence::{Confidence, Evidence};
use crate::extract::cut::cut;
use crate::extract::dateline;
use crate::extract::error::Error;
use crate::extract::line::{Gap, Line, Shape};
use crate::extract::page::{self, Facts};
use crate::extract::prune::{Zeal, prune};
use crate::extract::render;
use crate::extract::rule::Compiled;
use crate::extract::score::{self, Shingles};
use crate::extract::site::{Observed, Site};
use crate::extract::structured::Structured;
use crate::extract::tree::{Index, Tree};
use crate::extract::trim;
use crate::extract::view::View;
use crate::extract::widen;
use crate::extract::words::{self, fold};
use crate::text::html::paragraphs_to_html;

/// A body, and what was learned on the way.
pub(super) struct Found {
    pub(super) html: String,
    pub(super) text: String,
    pub(super) dateline: Option<String>,
    /// A date that stood alone above the text.
    pub(super) published: Option<String>,
    pub(super) confidence: Confidence,
    /// The share of its words that the feed's text has, if that is long.
    pub(super) fed: Option<f64>,
    pub(super) rule: String,
    /// What the page shows of its site, if that is of interest.
    pub(super) observed: Option<Observed>,
}

/// Fewer words than this make the careful pruning suspect.
const FEW_WORDS: u32 = 30;

/// What a body is found by.
#[derive(Clone, Copy)]
pub(super) struct Given<'p> {
    pub(super) url: &'p Url,
    pub(super) rule: Option<&'p Compiled>,
    pub(super) facts: &'p Facts,
    pub(super) structured: &'p Structured,
    pub(super) anchor: &'p Anchor<'p>,
    pub(super) site: Option<&'p Site>,
}

/// Finds the body by the user's rule, else by the general ones.
pub(super) fn find(tree: &Tree<'_>, given: Given<'_>) -> Result<Found, Error> {
    let Given {
        facts,
        structured,
        anchor,
        ..
    } = given;
    let rule = given.rule.filter(|rule| rule.has_body());
    if let Some(rule) = rule.filter(|_| !tree.bodies.is_empty()) {
        return by_rule(tree, rule, facts, anchor).ok_or(Error::NoBody);
    }
    let full = by_score(tree, Zeal::Full, given);
    let found = match full {
        Some((found, words)) if words >= FEW_WORDS => Some((found, words)),
        full => {
            // Names may have misled: look again with less taken out.
            let light = by_score(tree, Zeal::Light, given);
            match (full, light) {
                (Some(full), Some(light)) if light.1 > full.1 * 2 + 20 => Some(light),
                (None, light) => light,
                (full, _) => full,
            }
        }
    };
    let told = structured.body.as_deref().unwrap_or("");
    let told_words = words::count(told);
    let mut found = match found {
        Some((found, words)) if told_words < FEW_WORDS || words * 2 > told_words => found,
        Some(_) | None if told_words >= FEW_WORDS => from_structured(told, facts),
        Some((found, _)) => found,
        None => return Err(Error::NoBody),
    };
    if let Some(rule) = rule {
        found.rule = format!("{}; {}", rule.name_if_missed(), found.rule);
    }
    Ok(found)
}

fn by_rule(tree: &Tree<'_>, rule: &Compiled, facts: &Facts, anchor: &Anchor<'_>) -> Option<Found> {
    let all = lines(tree, Zeal::Light, facts)?;
    finish(
        lines_of(tree, all, &tree.bodies),
        facts,
        anchor,
        rule.name().to_owned(),
    )
}

/// The lines in the elements, which are in document order.
fn lines_of(tree: &Tree<'_>, all: Vec<Line>, elements: &[Index]) -> Vec<Line> {
    let mut body: Vec<Line> = Vec::new();
    let mut end = 0;
    let mut rest = all.into_iter().peekable();
    for &at in elements {
        // A match inside of another is part of it.
        if at < end {
            continue;
        }
        end = tree.nodes[at].end;
        while let Some(line) = rest.next_if(|line| line.nodes.start < end) {
            if line.nodes.start >= at {
                body.push(line);
            }
        }
    }
    body
}

fn by_score(tree: &Tree<'_>, zeal: Zeal, given: Given<'_>) -> Option<(Found, u32)> {
    let Given {
        facts,
        structured,
        anchor,
        ..
    } = given;
    let all = lines(tree, zeal, facts)?;
    let feed = Shingles::of(anchor.feed_text);
    let told = Shingles::of(structured.body.as_deref().unwrap_or(""));
    let mut weights = score::weigh(&all, &feed, &told);
    let mut view = given.site.map(|site| site.view(tree, &all));
    let choice = match &mut view {
        Some(view) => view.choose(&mut weights)?,
        None => score::choose(tree, &all, &weights)?,
    };
    let is_learned = view.as_ref().is_some_and(View::is_learned);
    let parts = widen::parts(tree, &all, &weights, &told, choice.at, is_learned);
    let above = date_above(&all[..score::lines_in(tree, &all, choice.at).start]);
    let shown = view.map(|view| view.show(&parts));
    let mut body = lines_of(tree, all, &parts);
    if let Some(site) = given.site {
        body = site.trim(tree, body);
    }
    let fed = agree(&mut body, &feed);
    let told = agree(&mut body, &told);
    let mut found = finish(body, facts, anchor, choice.rule)?;
    found.published = found.published.or(above);
    let title = facts.title.as_deref().unwrap_or("");
    found.observed = shown.map(|shown| shown.observed(given.url, title, &found.text));
    let words = words::count(&found.text);
    let evidence = Evidence {
        words,
        fed,
        told,
        named: choice.named,
        lead: choice.lead,
        light: zeal == Zeal::Light,
    };
    let (confidence, reason) = evidence.weigh();
    found.confidence = confidence;
    found.fed = fed;
    if let Some(reason) = reason {
        found.rule = format!("{} ({reason})", found.rule);
    }
    Some((found, words))
}

/// A date that stands alone in one of the last lines above the body.
fn date_above(above: &[Line]) -> Option<String> {
    let near = above.iter().rev().take(6);
    near.map(|line| (fold(&line.text), line))
        .find(|(folded, line)| words::is_date(folded, line.words))
        .map(|(_, line)| line.text.clone())
}

fn lines(tree: &Tree<'_>, zeal: Zeal, facts: &Facts) -> Option<Vec<Line>> {
    let struck = prune(tree, zeal);
    Some(cut(tree, &struck, facts.base.as_ref()?))
}

/// A page that shows nothing without JavaScript may still tell its text to search engines.
fn from_structured(told: &str, facts: &Facts) -> Found {
    let (dateline, text) = match dateline::prefix(told, facts.site.as_deref()) {
        0 => (None, told),
        end => (
            Some(told[..end].trim().to_owned()),
            told[end..].trim_start(),
        ),
    };
    Found {
        html: render::wrapped(
            paragraphs_to_html(text),
            facts.rtl || page::is_rtl(text),
            facts.language.as_deref(),
        ),
        text: text.to_owned(),
        dateline,
        published: None,
        confidence: Confidence::Fair,
        fed: None,
        rule: "JSON-LD articleBody".to_owned(),
        observed: None,
    }
}

/// Drops the lines that are no part of the text, and moves the dateline aside.
fn finish(mut body: Vec<Line>, facts: &Facts, anchor: &Anchor<'_>, rule: String) -> Option<Found> {
    let headlines: Vec<String> = facts
        .headlines
        .iter()
        .map(String::as_str)
        .chain([anchor.title])
        .map(fold)
        .filter(|headline| !headline.is_empty())
        .collect();
    let published = trim::trim(&mut body, &headlines, &facts.author, facts.base.as_ref());
    let dateline = take_dateline(&mut body, facts.site.as_deref());
    split_broken_paragraphs(&mut body);
    if let Some(first) = body.first_mut() {
        first.gap = Gap::Paragraph;
    }
    let text = render::text(&body);
    let rtl = facts.rtl || page::is_rtl(&text);
    (!text.is_empty()).then(|| Found {
        html: render::html(&body, rtl, facts.language.as_deref()),
        text,
        dateline,
        published,
        confidence: Confidence::High,
        fed: None,
        rule,
        observed: None,
    })
}

fn take_dateline(body: &mut Vec<Line>, site: Option<&str>) -> Option<String> {
    let first = body.iter().position(|line| !line.text.is_empty())?;
    if body.len() > first + 1 && dateline::is_dateline(&body[first].text, site) {
        return Some(body.remove(first).text);
    }
    let line = &mut body[first];
    let end = dateline::prefix(&line.text, site);
    if end == 0 {
        return None;
    }
    let dateline = line.text[..end].trim().to_owned();
    line.text = line.text[end..].trim_start().to_owned();
    line.html = without_prefix(&line.html, &dateline);
    Some(dateline)
}

/// The line's markup without its first visible characters.
fn without_prefix(html: &str, prefix: &str) -> String {
    let mut left = prefix.chars().filter(|c| !c.is_whitespace()).count();
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let len = match c {
            '<' => rest.find('>').map_or(rest.len(), |end| end + 1),
            '&' => rest.find(';').map_or(1, |end| end + 1),
            _ => c.len_utf8(),
        };
        if c == '<' || (left == 0 && !(out.is_empty() && c.is_whitespace())) {
            out.push_str(&rest[..len]);
        } else if !c.is_whitespace() {
            left -= usize::from(left > 0);
        }
        rest = &rest[len..];
    }
    out
}

/// Sites that break paragraphs by a single `<br>`: a line that ends a sentence ends a paragraph.
fn split_broken_paragraphs(body: &mut [Line]) {
    for at in 1..body.len() {
        let previous = &body[at - 1];
        let ends = previous
            .text
            .trim_end_matches(['"', '»', '”', '\'', ')'])
            .ends_with(['.', '!', '?', '؟', '…', ':']);
        if body[at].gap == Gap::Line
            && body[at].shape == Shape::Paragraph
            && ends
            && previous.words >= 8
        {
            body[at].gap = Gap::Paragraph;
        }
    }
}
