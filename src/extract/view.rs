//! A page in the light of its site.

use std::collections::HashSet;

use crate::extract::line::{Line, Shape};
use crate::extract::place;
use crate::extract::score::{self, Choice};
use crate::extract::site::{MAX_TEXT, Record, Seen, Shown, Site, cut, sketch, the_telling};
use crate::extract::template;
use crate::extract::tree::{Index, Tree};
use crate::extract::words::fold;

/// The weight of the prose in a place that makes it the body.
const ENOUGH: f64 = 10.0;

/// All lines of a page, and what is known of each.
pub(super) struct View<'v, 'a> {
    site: &'v Site,
    tree: &'v Tree<'a>,
    lines: &'v [Line],
    digests: Vec<Option<u64>>,
    records: Vec<Option<&'v Record>>,
    /// The signature of what the rules have chosen.
    chosen: String,
    /// The signature of what the site has rather; empty if it has nothing else.
    learned: String,
}

impl Site {
    /// The page as this site knows it.
    pub(super) fn view<'v, 'a>(&'v self, tree: &'v Tree<'a>, lines: &'v [Line]) -> View<'v, 'a> {
        let digests: Vec<Option<u64>> = lines.iter().map(digest).collect();
        let records = digests.iter().map(|digest| self.record((*digest)?));
        View {
            site: self,
            tree,
            lines,
            records: records.collect(),
            digests,
            chosen: String::new(),
            learned: String::new(),
        }
    }

    /// The body without the lines of the template.
    pub(super) fn trim(&self, tree: &Tree<'_>, body: Vec<Line>) -> Vec<Line> {
        let records: Vec<Option<&Record>> =
            body.iter().map(|line| self.record(digest(line)?)).collect();
        template::trim(tree, body, &records, self.stories())
    }
}

impl View<'_, '_> {
    /// The element that holds the body: what the rules choose if no line counts that recurs, or
    /// else the element that holds the bodies of this site. Such lines weigh nothing afterwards.
    pub(super) fn choose(&mut self, weights: &mut [f64]) -> Option<Choice> {
        let plain = weights.to_vec();
        for (weight, record) in weights.iter_mut().zip(&self.records) {
            if record.is_some_and(Record::recurs) {
                *weight = weight.min(0.0);
            }
        }
        let choice = score::choose(self.tree, self.lines, weights);
        if let Some(choice) = &choice {
            self.chosen = place::signature(self.tree, choice.at);
        }
        let places = self.site.settled_places(u32::MAX);
        if places.is_empty() || places.contains(&&*self.chosen) {
            return choice;
        }
        match self.place(&places, plain, choice.as_ref()) {
            Some((at, place)) => {
                self.learned = place.to_owned();
                let rule = format!("learned: {place}");
                // Other stories of the site stand there: as good as a name, and without a rival.
                Some(Choice {
                    at,
                    named: true,
                    lead: f64::INFINITY,
                    rule,
                })
            }
            None => choice,
        }
    }

    /// Whether the element chosen is the one that holds the bodies of this site, and not what the
    /// rules would have chosen.
    pub(super) fn is_learned(&self) -> bool {
        !self.learned.is_empty()
    }

    /// The first of the places that is on this page and holds prose. `weights` are those of the
    /// lines before any was known to recur.
    fn place<'p>(
        &self,
        places: &[&'p str],
        mut weights: Vec<f64>,
        chosen: Option<&Choice>,
    ) -> Option<(Index, &'p str)> {
        // A teaser of this very story on other pages must not make it weigh nothing here.
        for (weight, record) in weights.iter_mut().zip(&self.records) {
            if record.is_some_and(|record| record.recurs() && record.inside > 0) {
                *weight = weight.min(0.0);
            }
        }
        let (at, wanted, prose) = places.iter().find_map(|wanted| {
            let (at, prose) = place::find(self.tree, self.lines, &weights, wanted)?;
            (prose >= ENOUGH).then_some((at, *wanted, prose))
        })?;
        // What is in it and has nearly all of it is the better cut.
        let closer = chosen.is_some_and(|chosen| {
            self.tree.range(at).contains(&chosen.at)
                && place::prose(self.tree, self.lines, &weights, chosen.at) > prose * 0.8
        });
        (!closer).then_some((at, wanted))
    }

    /// What the page shows of its site; the body is in `parts`, which are in document order.
    pub(super) fn show(self, parts: &[Index]) -> Shown {
        let mut seen = HashSet::new();
        let mut lines = Vec::new();
        let mut rest = Vec::new();
        let mut rest_words = 0_u32;
        for ((line, digest), record) in self.lines.iter().zip(self.digests).zip(self.records) {
            let at = line.nodes.start;
            // Parts are of one depth, so none holds another.
            let before = parts.partition_point(|&part| part <= at);
            let inside = before > 0 && at < self.tree.nodes[parts[before - 1]].end;
            let linked = line.link_share() > 0.5;
            let recurs = record.is_some_and(Record::recurs);
            if !inside && !recurs && !linked && line.marks > 0 && line.words >= 5 {
                rest.push(&*line.text);
                rest_words = rest_words.saturating_add(line.words);
            }
            if let Some(digest) = digest
                && seen.insert(digest)
            {
                let mut text = line.text.clone();
                cut(&mut text, MAX_TEXT);
                lines.push(Seen {
                    digest,
                    text,
                    inside,
                    linked,
                });
            }
        }
        Shown {
            lines: the_telling(lines),
            held: match self.learned.is_empty() {
                true => self.chosen.clone(),
                false => self.learned,
            },
            place: self.chosen,
            rest: sketch::of(rest),
            rest_words,
        }
    }
}

/// The digest of a line, as it is kept; None for pictures and for lines without letters.
fn digest(line: &Line) -> Option<u64> {
    if line.shape == Shape::Figure {
        return None;
    }
    let row = matches!(line.shape, Shape::Row { .. });
    sketch::line(&fold(&line.text), row)
}
