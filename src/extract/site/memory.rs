//! What is known of a host, and learning from its pages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::extract::site::bounds;
use crate::extract::site::limits::{FEW, MAX_BYTES, MAX_FRESH_OF_STORY, SETTLED, STRANGE};
use crate::extract::site::observed::{Observed, Seen};
use crate::extract::site::record::Record;
use crate::extract::site::story::Story;

/// What is known of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Pages with an article.
    pub(super) pages: u32,
    /// Stories that they told.
    pub(super) told: u32,
    /// Stories in a row without anything that is known.
    pub(super) strange: u32,
    /// When the design was last seen to change, and how often it has.
    pub(super) redesigned: Option<DateTime<Utc>>,
    pub(super) redesigns: u32,
    /// The last page's moment.
    pub(super) learned: Option<DateTime<Utc>>,
    /// By digest.
    pub(super) lines: Vec<Record>,
    /// The last seen is the last.
    pub(super) stories: Vec<Story>,
}

/// What came of learning from a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Learned {
    /// Whether it told a story that was not known: only those are counted.
    pub new_story: bool,
    /// Whether it was the one to show that the site has a new design; what was known is forgotten.
    pub redesigned: bool,
}

impl Site {
    /// Reads what [`Site::to_json`] wrote; of anything else nothing is known.
    pub fn from_json(json: &str) -> Self {
        if json.len() > MAX_BYTES * 2 {
            return Self::default();
        }
        let mut site: Self = serde_json::from_str(json).unwrap_or_default();
        bounds::keep(&mut site.lines, &mut site.stories, site.pages);
        if site.to_json().len() > MAX_BYTES {
            return Self::default();
        }
        site
    }

    /// Compact JSON, at most [`MAX_BYTES`] long.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Learns from a page.
    pub fn learn(&mut self, page: &Observed, now: DateTime<Utc>) -> Learned {
        if page.body.is_empty() {
            return Learned::default();
        }
        self.pages = self.pages.saturating_add(1);
        self.learned = Some(now);
        let titled = self.stories.iter().filter(|s| s.is_titled_like(page));
        let titles_tell = titled.count() <= 1;
        let told = |story: &Story| story.is_told_by(page, titles_tell);
        let known = self.stories.iter().position(told);
        let redesigned = known.is_none() && self.is_redesigned(page);
        if redesigned {
            self.forget_design();
            self.redesigned = Some(now);
            self.redesigns = self.redesigns.saturating_add(1);
        }
        let known = known.map(|at| self.stories.remove(at));
        let new_story = known.is_none();
        if new_story {
            self.told = self.told.saturating_add(1);
        }
        let story = self.retell(known, page);
        self.stories.push(story);
        bounds::keep(&mut self.lines, &mut self.stories, self.pages);
        Learned {
            new_story,
            redesigned,
        }
    }

    /// The story as the page tells it. Its lines are counted if it is new.
    fn retell(&mut self, known: Option<Story>, page: &Observed) -> Story {
        let is_new = known.is_none();
        let number = known.as_ref().map_or(self.told, |story| story.number);
        let (mut outside, mut inside) =
            known.map_or_else(Default::default, |story| (story.outside, story.inside));
        for line in &page.lines {
            if self.recur(line, is_new) || outside.contains(&line.digest) {
                continue;
            }
            if inside.contains(&line.digest) {
                continue;
            }
            if outside.len() + inside.len() < MAX_FRESH_OF_STORY {
                let to = if line.inside {
                    &mut inside
                } else {
                    &mut outside
                };
                to.push(line.digest);
            }
        }
        Story {
            number,
            address: page.address,
            title: page.title.clone(),
            body: page.body.clone(),
            rest: page.rest.clone(),
            place: page.place.clone(),
            outside,
            inside,
        }
    }

    /// Whether another story has the line, which is noted.
    fn recur(&mut self, line: &Seen, is_new: bool) -> bool {
        let found = self.lines.binary_search_by_key(&line.digest, |l| l.digest);
        let at = match found {
            Ok(at) => {
                let record = &mut self.lines[at];
                record.seen = self.pages;
                if is_new {
                    record.stories = record.stories.saturating_add(1);
                    record.inside = record.inside.saturating_add(u32::from(line.inside));
                }
                at
            }
            Err(at) => {
                let Some((first, inside)) = self.take_fresh(line.digest) else {
                    return false;
                };
                let record = Record {
                    digest: line.digest,
                    stories: 2,
                    inside: u32::from(inside) + u32::from(line.inside),
                    first,
                    seen: self.pages,
                    text: String::new(),
                };
                self.lines.insert(at, record);
                at
            }
        };
        if self.lines[at].recurs() && self.lines[at].text.is_empty() {
            self.lines[at].text.clone_from(&line.text);
        }
        true
    }

    /// Takes the line from the story that alone had it: that story, and whether it was in the body.
    fn take_fresh(&mut self, digest: u64) -> Option<(u32, bool)> {
        self.stories.iter_mut().find_map(|story| {
            let take = |from: &mut Vec<u64>| {
                let at = from.iter().position(|known| *known == digest)?;
                Some(from.swap_remove(at))
            };
            let inside = match take(&mut story.outside) {
                Some(_) => false,
                None => take(&mut story.inside).map(|_| true)?,
            };
            Some((story.number, inside))
        })
    }

    /// What is known of the line with that digest, if several stories have it.
    pub(crate) fn record(&self, digest: u64) -> Option<&Record> {
        let found = self.lines.binary_search_by_key(&digest, |l| l.digest);
        found.ok().map(|at| &self.lines[at])
    }

    /// Stories that were told.
    pub fn stories(&self) -> u32 {
        self.told
    }

    /// Whether the page, of a new story, is one too many that shows nothing of the design known.
    fn is_redesigned(&mut self, page: &Observed) -> bool {
        // What the new design has taught already must not hide that it is new.
        let before = self.told.saturating_sub(self.strange);
        let usual: Vec<u64> = self
            .lines
            .iter()
            .filter(|line| line.first <= before && line.is_usual(before))
            .map(|line| line.digest)
            .collect();
        if usual.len() < FEW && self.settled_places(before).is_empty() {
            return false;
        }
        let shown = page.lines.iter().filter(|l| usual.contains(&l.digest));
        let placed = self.settled_places(before).contains(&&*page.held);
        let is_known = placed || shown.count() * 5 > usual.len();
        self.strange = match is_known {
            true => 0,
            false => self.strange.saturating_add(1),
        };
        self.strange >= STRANGE
    }

    /// Forgets all that the last [`STRANGE`] stories have not shown.
    fn forget_design(&mut self) {
        let since = self.told.saturating_sub(STRANGE - 1);
        self.lines.retain(|line| line.first > since);
        for story in self.stories.iter_mut().filter(|s| s.number <= since) {
            story.place.clear();
            story.outside.clear();
            story.inside.clear();
        }
        self.strange = 0;
    }

    /// The elements that held bodies, and how many; the usual one first. A body that another story
    /// has too was none: the rules have taken a notice for it.
    pub(super) fn places(&self) -> Vec<(&str, usize)> {
        self.places_until(u32::MAX)
    }

    fn places_until(&self, last: u32) -> Vec<(&str, usize)> {
        let mut places: Vec<(&str, usize)> = Vec::new();
        for (at, story) in self.stories.iter().enumerate() {
            let mut others = self.stories.iter().enumerate();
            let shared =
                |(other, second): (usize, &Story)| other != at && story.shares_body_with(second);
            if story.place.is_empty() || story.number > last || others.any(shared) {
                continue;
            }
            match places.iter_mut().find(|(place, _)| *place == story.place) {
                Some((_, stories)) => *stories += 1,
                None => places.push((&story.place, 1)),
            }
        }
        places.sort_by_key(|(_, stories)| std::cmp::Reverse(*stories));
        places
    }

    /// Those of several of the stories up to that one; the usual one first.
    pub(crate) fn settled_places(&self, last: u32) -> Vec<&str> {
        let places = self.places_until(last).into_iter();
        let settled = places.filter(|(_, stories)| *stories >= SETTLED);
        settled.map(|(place, _)| place).collect()
    }
}
