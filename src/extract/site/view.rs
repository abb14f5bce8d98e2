//! A site as it helps to read one of its pages.

use crate::extract::lines::Line;
use crate::extract::score::Choice;
use crate::extract::site::observed::digest;
use crate::extract::site::template::{self, Record};
use crate::extract::site::{SETTLED, Site, place};
use crate::extract::tree::Tree;

/// The weight of prose in a place that makes it the body.
const ENOUGH: f64 = 10.0;

impl Site {
    /// For each line, what is known of it.
    fn records(&self, lines: &[Line]) -> Vec<Option<&Record>> {
        let record = |line: &Line| {
            let wanted = digest(line)?;
            let found = self.lines.binary_search_by_key(&wanted, |l| l.digest);
            found.ok().map(|at| &self.lines[at])
        };
        lines.iter().map(record).collect()
    }

    /// For each line, whether several stories have it.
    pub(super) fn recurring(&self, lines: &[Line]) -> Vec<bool> {
        let recurs = |record: Option<&Record>| record.is_some_and(Record::recurs);
        self.records(lines).into_iter().map(recurs).collect()
    }

    /// The weights of lines, none of which counts for a body if it recurs.
    pub(in crate::extract) fn weigh(&self, lines: &[Line], mut weights: Vec<f64>) -> Vec<f64> {
        for (weight, recurs) in weights.iter_mut().zip(self.recurring(lines)) {
            if recurs {
                *weight = weight.min(0.0);
            }
        }
        weights
    }

    /// The element that holds the bodies of this site, if the rules have chosen one that never did.
    /// `weights` are those of the lines before any was known to recur.
    pub(in crate::extract) fn place(
        &self,
        tree: &Tree<'_>,
        lines: &[Line],
        weights: &[f64],
        chosen: &str,
    ) -> Option<Choice> {
        let mut places = self.places();
        places.retain(|(_, stories)| *stories >= SETTLED);
        if places.iter().any(|(place, _)| *place == chosen) {
            return None;
        }
        // A teaser of this very story on other pages must not make it weigh nothing here.
        let template = |record: Option<&Record>| record.is_some_and(|r| r.recurs() && r.inside > 0);
        let mut weights = weights.to_vec();
        for (weight, record) in weights.iter_mut().zip(self.records(lines)) {
            if template(record) {
                *weight = weight.min(0.0);
            }
        }
        places.into_iter().find_map(|(wanted, _)| {
            let (at, prose) = place::find(tree, lines, &weights, wanted)?;
            (prose >= ENOUGH).then(|| Choice {
                at,
                rule: format!("learned: {wanted}"),
            })
        })
    }

    /// The body without the lines of the template.
    pub(in crate::extract) fn trim(&self, tree: &Tree<'_>, body: Vec<Line>) -> Vec<Line> {
        let records = self.records(&body);
        template::trim(tree, body, &records, self.told)
    }
}
