//! What is known of a host, for people.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::extract::site::memory::Site;
use crate::extract::site::record::Record;

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
}
