//! The `[[channel]]` tables: merged feeds beside `all`.

use std::collections::{HashMap, HashSet};

use crate::config::reader::{Section, nearest};
use crate::config::values;
use crate::serve::ChannelSpec;
use crate::text::pattern::Filter;

/// One more merged feed. What is empty selects nothing away; all that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name in addresses and commands; unique, and never `all`.
    pub slug: String,
    /// Its title; the slug, if none is configured.
    pub title: String,
    /// Slugs of feeds, any of which an entry comes from.
    pub feeds: Vec<String>,
    /// Labels of feeds, any of which the feed of an entry has. Those that outlets give their articles
    /// are not looked at: `category:` in `search` finds both.
    pub categories: Vec<String>,
    /// Language tags, any of which an entry has; `ar` is also `ar-JO`.
    pub languages: Vec<String>,
    /// A search of the archive that an entry is found by.
    pub search: Option<String>,
    /// Patterns by which entries are kept and muted.
    pub filter: Filter,
}

impl Channel {
    /// What serving needs to know of it.
    pub fn spec(&self) -> ChannelSpec {
        ChannelSpec {
            slug: self.slug.clone(),
            title: self.title.clone(),
            feeds: self.feeds.clone(),
            categories: self.categories.clone(),
            languages: self.languages.clone(),
            search: self.search.clone(),
            filter: self.filter.clone(),
        }
    }
}

/// Reads all channels; `feeds` holds the slugs that there are, if they are all known.
pub(super) fn read(sections: Vec<Section<'_>>, feeds: Option<&HashSet<String>>) -> Vec<Channel> {
    let mut lines = HashMap::new();
    sections
        .into_iter()
        .filter_map(|section| channel(section, feeds, &mut lines))
        .collect()
}

fn channel(
    mut section: Section<'_>,
    known: Option<&HashSet<String>>,
    lines: &mut HashMap<String, usize>,
) -> Option<Channel> {
    let slug = section.required("slug", "its name in addresses", |text| match text {
        "all" => Err("`all` is the channel of everything, which is always there".to_owned()),
        _ => values::slug(text),
    });
    if let Some(item) = &slug
        && let Some(line) = lines.insert(item.value.clone(), item.line())
    {
        item.fault(format!("the channel at line {line} has this slug, too"));
    }
    let title = section.parsed("title", "a string", values::nonblank);
    let feeds = section.list("feeds", "the slug of a feed", |slug| {
        let Some(known) = known.filter(|known| !known.contains(slug)) else {
            return Ok(slug.to_owned());
        };
        Err(match nearest(slug, known.iter().map(String::as_str)) {
            Some(near) => format!("no feed is named `{slug}`; did you mean `{near}`?"),
            None => format!("no feed is named `{slug}`"),
        })
    });
    let feeds = feeds.map(|list| list.value).unwrap_or_default();
    let categories = section.values("categories", "a string", values::nonblank);
    let languages = section.values("languages", "a language tag", values::language);
    let search = section.optional("search", "a search", values::search);
    let filter = filter(&mut section);
    section.finish();
    let slug = slug?.value;
    Some(Channel {
        title: title.map_or_else(|| slug.clone(), |item| item.value),
        slug,
        feeds: feeds.into_iter().map(|item| item.value).collect(),
        categories,
        languages,
        search: search.map(|item| item.value),
        filter,
    })
}

/// `keep` and `mute`, of a channel or of a feed. Faulty patterns are reported, and left out.
pub(super) fn filter(section: &mut Section<'_>) -> Filter {
    let [keep, mute] = ["keep", "mute"].map(|key| {
        let Some(list) = section.list(key, "a pattern", values::pattern) else {
            return Vec::new();
        };
        list.value.into_iter().map(|item| item.value).collect()
    });
    Filter::new(&keep, &mute).unwrap_or_default()
}
