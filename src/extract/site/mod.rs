//! What is learned of a host from its pages: the lines of its template, and the place of its bodies.
//!
//! [`Site::learn`] takes what [`read`](super::read) has [`Observed`] of a page; the next page of the
//! host is read with that [`Site`]. Lines count by *stories*: pages that tell the same story (read
//! again, updated, or syndicated under another address, which fingerprints of the bodies show) count
//! once, or the text of a story that is read three times would be taken for template.
//!
//! A line that [`RECURS`](template) weighs nothing when the body is chosen, and is dropped from the
//! body where it is a block of its own, a label, or stands at an edge. Sentences amid others stay
//! unless nearly all stories have them: agencies repeat whole paragraphs. The element that held the
//! bodies of several stories is preferred to one that held none.
//!
//! All of it is bounded ([`MAX_BYTES`] of JSON), whatever pages hold, and forgets: lines not seen
//! for [`MAX_AGE`] pages go, and when neither the place nor the usual lines are there for several
//! stories in a row, the site has a new design and is learned anew.
//!
//! Pure data: no clock, no I/O, no errors. What cannot be read is an empty [`Site`].

// learn: observed → story (sketch) → template; read: template and place, through view.
mod observed;
mod place;
mod saved;
mod sketch;
mod story;
mod template;
#[cfg(test)]
mod tests;
mod view;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use observed::Seen;
use story::Story;
use template::Record;

pub use observed::Observed;

/// The most that [`Site::to_json`] gives.
pub const MAX_BYTES: usize = 16 << 10;
/// Pages that a line may be absent from before it is forgotten.
const MAX_AGE: u32 = 60;
/// The same for a line of two stories: it is no template yet.
const MAX_AGE_OF_PAIR: u32 = 25;
/// Stories that are remembered, to know their copies and where their bodies were.
const MAX_STORIES: usize = 18;
/// Lines of several stories.
const MAX_RECORDS: usize = 112;
/// Lines of one story, all stories together; the oldest stories' go first.
const MAX_FRESH: usize = 240;
/// Lines of one story.
const MAX_FRESH_OF_STORY: usize = 80;
/// Text of all records, in bytes of JSON.
const MAX_TEXTS: usize = 2560;
/// Text of one record, in bytes.
const MAX_TEXT: usize = 80;
/// Stories whose bodies were in an element before it is preferred.
const SETTLED: usize = 3;
/// Fewer usual lines do not show a design.
const FEW: usize = 3;
/// Stories in a row with nothing of the design known, which make it a new one.
const STRANGE: u32 = 4;

/// What is known of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Pages with an article.
    pages: u32,
    /// Stories that they told.
    told: u32,
    /// Stories in a row without anything that is known.
    strange: u32,
    /// When the design was last seen to change, and how often it has.
    redesigned: Option<DateTime<Utc>>,
    redesigns: u32,
    /// The last page's moment.
    learned: Option<DateTime<Utc>>,
    /// By digest.
    lines: Vec<Record>,
    /// The last seen is the last.
    stories: Vec<Story>,
}

/// What came of learning from a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Learned {
    /// Whether it told a story that was not known: only those are counted.
    pub new_story: bool,
    /// Whether it was the one to show that the site has a new design; what was known is forgotten.
    pub redesigned: bool,
}

/// What is known of a host, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Pages with an article.
    pub pages: u32,
    /// Stories that they told.
    pub stories: u32,
    /// The template's lines, the most frequent first; those without text had no room for it.
    pub template: Vec<TemplateLine>,
    /// The elements that hold the bodies, as `tag#id.class<parent`, and of how many of the stories
    /// that are remembered; the usual one first.
    pub places: Vec<(String, u32)>,
    /// When the design was last seen to change.
    pub redesigned: Option<DateTime<Utc>>,
    /// How often it has changed.
    pub redesigns: u32,
    /// When a page was last learned from.
    pub learned: Option<DateTime<Utc>>,
}

/// A line of the template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TemplateLine {
    /// Its beginning.
    pub text: String,
    /// Stories that had it.
    pub stories: u32,
}

impl Site {
    /// Reads what [`Site::to_json`] wrote; of anything else nothing is known.
    pub fn from_json(json: &str) -> Self {
        if json.len() > MAX_BYTES * 2 {
            return Self::default();
        }
        let mut site: Self = serde_json::from_str(json).unwrap_or_default();
        site.bound();
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
        self.bound();
        Learned {
            new_story,
            redesigned,
        }
    }

    /// What is known, for people.
    pub fn summary(&self) -> Summary {
        let mut template: Vec<&Record> = self.lines.iter().filter(|line| line.recurs()).collect();
        template.sort_by_key(|line| std::cmp::Reverse(line.stories));
        let line = |line: &Record| TemplateLine {
            text: line.text.clone(),
            stories: line.stories,
        };
        let places = self.places().into_iter();
        Summary {
            pages: self.pages,
            stories: self.told,
            template: template.into_iter().map(line).collect(),
            places: places
                .map(|(place, stories)| {
                    (place.to_owned(), u32::try_from(stories).unwrap_or(u32::MAX))
                })
                .collect(),
            redesigned: self.redesigned,
            redesigns: self.redesigns,
            learned: self.learned,
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
    fn places(&self) -> Vec<(&str, usize)> {
        self.places_until(u32::MAX)
    }

    fn places_until(&self, last: u32) -> Vec<(&str, usize)> {
        let mut places: Vec<(&str, usize)> = Vec::new();
        for (at, story) in self.stories.iter().enumerate() {
            let others = self.stories.iter().enumerate();
            let own =
                |(other, second): (usize, &Story)| other == at || !story.shares_body_with(second);
            if story.place.is_empty() || story.number > last || !others.map(own).all(|own| own) {
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
    fn settled_places(&self, last: u32) -> Vec<&str> {
        let places = self.places_until(last).into_iter();
        let settled = places.filter(|(_, stories)| *stories >= SETTLED);
        settled.map(|(place, _)| place).collect()
    }

    /// Forgets what is old, and what is too much.
    fn bound(&mut self) {
        let pages = self.pages;
        self.lines.retain(|line| {
            let age = pages.saturating_sub(line.seen);
            age <= if line.recurs() {
                MAX_AGE
            } else {
                MAX_AGE_OF_PAIR
            }
        });
        self.lines.sort_by_key(|line| line.digest);
        self.lines.dedup_by_key(|line| line.digest);
        while self.lines.len() > MAX_RECORDS {
            let worth = |line: &Record| (line.recurs(), line.stories.min(8), line.seen);
            let least = self.lines.iter().enumerate().min_by_key(|(_, l)| worth(l));
            let Some((at, _)) = least else { break };
            self.lines.remove(at);
        }
        self.bound_texts();
        let surplus = self.stories.len().saturating_sub(MAX_STORIES);
        self.stories.drain(..surplus);
        let mut left = MAX_FRESH;
        for story in self.stories.iter_mut().rev() {
            story.bound();
            story.outside.truncate(left);
            left -= story.outside.len();
            story.inside.truncate(left);
            left -= story.inside.len();
        }
    }

    /// Of too many texts, those of the most stories stay.
    fn bound_texts(&mut self) {
        let mut by_worth: Vec<&mut Record> = self.lines.iter_mut().collect();
        by_worth.sort_by_key(|line| std::cmp::Reverse(line.stories));
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
}

/// Cuts a text to so many bytes, between characters.
fn cut(text: &mut String, bytes: usize) {
    if text.len() > bytes {
        text.truncate(text.floor_char_boundary(bytes));
    }
}
