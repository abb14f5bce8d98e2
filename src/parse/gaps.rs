//! Fills what feed-rs left empty from what the survey noted.
//!
//! A fact of feed-rs stands; a note counts only where there is none, the first one of its kind. Two
//! kinds are all ours: persons of RSS, whom feed-rs takes apart with some loss, and texts in XHTML,
//! which it does not write out well.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, Utc, Weekday};
use url::Url;

use crate::model::{Enclosure, ParsedEntry, ParsedFeed, Person, Source};
use crate::parse::date;
use crate::parse::entry::Context;
use crate::parse::markup;
use crate::parse::person;
use crate::parse::xml::dialect::Format;
use crate::parse::xml::fields::Field;
use crate::parse::xml::guard;
use crate::parse::xml::notes::{Note, Notes};
use crate::parse::xml::references;
use crate::parse::xml::xhtml;
use crate::text::url::{absolute, trimmed};
use crate::text::{html, plain};

/// What relative addresses of a document start from: its `xml:base`, else, in RSS, the site that
/// the channel names, else where it was fetched.
pub(super) fn base(notes: &Notes<'_>, fetched_from: &Url) -> Url {
    let base = bases(&notes.channel).find_map(|note| absolute(&note.meaning(), fetched_from));
    base.unwrap_or_else(|| start(notes, fetched_from))
}

/// What feed-rs is told that relative addresses start from. It sees `xml:base` by itself.
pub(super) fn start(notes: &Notes<'_>, fetched_from: &Url) -> Url {
    let site = || {
        let mut links = notes
            .channel
            .iter()
            .filter(|note| note.field == Field::Link);
        let text = links.next()?.meaning();
        let is_short = |site: &Url| guard::is_short_base(site.as_str(), notes.document_bytes);
        Url::parse(trimmed(&text))
            .ok()
            .filter(|site| site.has_host() && is_short(site))
    };
    let site = if notes.format == Format::Atom || bases(&notes.channel).next().is_some() {
        None
    } else {
        site()
    };
    site.unwrap_or_else(|| fetched_from.clone())
}

/// The `xml:base` of a whole channel or entry, not of a text in it.
fn bases<'n, 'a>(
    notes: impl IntoIterator<Item = &'n Note<'a>>,
) -> impl Iterator<Item = &'n Note<'a>>
where
    'a: 'n,
{
    let is_base = |note: &&Note<'_>| note.field == Field::Base && note.tag.is_empty();
    notes.into_iter().filter(is_base)
}

impl Context<'_> {
    /// The context of an entry, which may have a base of its own.
    pub(super) fn inside(&self, notes: &[(usize, Note<'_>)]) -> Self {
        let base = bases(notes.iter().map(|(_, note)| note)).next();
        self.at(base)
    }

    /// The context of what names that base.
    fn at(&self, base: Option<&Note<'_>>) -> Self {
        let mut context = self.clone();
        if let Some(base) = base.and_then(|note| absolute(&note.meaning(), &self.base)) {
            context.base = base;
        }
        context
    }

    fn line(&self, note: &Note<'_>) -> Option<String> {
        let text = note.meaning();
        let line = if markup::looks_like_html(&text) {
            html::to_line(&text)
        } else {
            plain::line(&text)
        };
        (!line.is_empty()).then_some(line)
    }

    fn html(&self, note: &Note<'_>) -> Option<String> {
        if references::has_tags(note.inner) {
            return markup::of_text(xhtml::to_html(note.inner), "text/html");
        }
        let text = note.meaning();
        let is_plain = match note.attribute("type") {
            Some(kind) => matches!(&*kind, "text" | "text/plain" | "plain"),
            None => !markup::looks_like_html(&text) && !references::has_tags(&text),
        };
        let kind = if is_plain { "text/plain" } else { "text/html" };
        markup::of_text(text.into_owned(), kind)
    }

    fn address(&self, text: &str) -> Option<Url> {
        absolute(text, &self.base)
    }

    fn moment(&self, note: &Note<'_>) -> Option<DateTime<Utc>> {
        date::parse(&note.meaning(), self.zone)
    }

    /// The HTML with its addresses made absolute, if any are not.
    fn absolute_links(&self, text: &str) -> Option<String> {
        match html::absolute_links(text, &self.base) {
            Cow::Borrowed(_) => None,
            Cow::Owned(absolute) => Some(absolute),
        }
    }

    /// A person, by the children of the element or by its text.
    fn person(&self, note: &Note<'_>) -> Option<Person> {
        let children: Vec<Note<'_>> = note.children().take(20).collect();
        let part = |names: &[&str]| {
            let child = children
                .iter()
                .find(|child| names.contains(&child.local_name()))?;
            Some(child.meaning().into_owned())
        };
        let (name, email) = (part(&["name"]), part(&["email"]));
        let uri = part(&["uri", "url", "homepage"]);
        if name.is_none() && email.is_none() && uri.is_none() {
            return person::of_text(&self.line(note)?);
        }
        person::of_parts(
            name.as_deref(),
            email.as_deref(),
            uri.as_deref(),
            &self.base,
        )
    }

    /// A picture: of an attribute, of an `url` inside, or the text itself.
    fn picture(&self, note: &Note<'_>) -> Option<Url> {
        let attribute = note
            .attribute("url")
            .or_else(|| note.attribute("href"))
            .or_else(|| note.attribute("rdf:resource"));
        if let Some(address) = attribute {
            return self.address(&address);
        }
        let child = note
            .children()
            .take(20)
            .find(|child| child.local_name() == "url");
        self.address(&child.unwrap_or(*note).meaning())
    }

    fn enclosure(&self, note: &Note<'_>, address: &str) -> Option<Enclosure> {
        Some(Enclosure {
            url: self.address(&note.attribute(address)?)?.into(),
            media_type: note
                .attribute("type")
                .map(|media_type| plain::line(&media_type))
                .filter(|media_type| !media_type.is_empty()),
            length: note
                .attribute("length")
                .and_then(|length| length.trim().parse().ok())
                .filter(|&length| length > 0),
        })
    }

    /// Labels of an element, and of those of its kind inside it.
    fn labels(&self, note: &Note<'_>, labels: &mut Vec<String>) {
        let attribute = ["label", "term", "text"]
            .iter()
            .find_map(|name| note.attribute(name));
        let own = match attribute {
            Some(label) => Some(plain::line(&label)).filter(|label| !label.is_empty()),
            None => self.line(note),
        };
        markup::push_new(labels, own);
        for child in note.children().take(20) {
            let label = child.attribute("text").map(|label| plain::line(&label));
            markup::push_new(labels, label);
        }
    }
}

/// Fills what an entry lacks.
pub(super) fn fill_entry(
    entry: &mut ParsedEntry,
    notes: &[(usize, Note<'_>)],
    context: &Context<'_>,
) {
    let (had_authors, had_contributors) =
        (!entry.authors.is_empty(), !entry.contributors.is_empty());
    let had_atom_categories = !context.is_rss && !entry.categories.is_empty();
    let mut enclosures = 0;
    let mut subtitle = None;
    for (_, note) in notes {
        match note.field {
            Field::Id => fill(&mut entry.guid, || context.line(note)),
            Field::Title if entry.title.is_empty() => {
                entry.title = context.line(note).unwrap_or_default();
            }
            Field::Link => fill_link(entry, note, context),
            Field::OriginalLink => {
                fill(&mut entry.original_link, || {
                    context.address(&note.meaning())
                });
            }
            Field::Comments => fill(&mut entry.comments, || context.address(&note.meaning())),
            Field::Source => entry.source = source(note, context),
            Field::SourceTitle => {
                entry.source.get_or_insert_default().title = context.line(note);
            }
            Field::SourceLink => {
                let address = note
                    .attribute("href")
                    .and_then(|href| context.address(&href));
                let source = entry.source.get_or_insert_default();
                let is_self = note.attribute("rel").is_some_and(|rel| rel == "self");
                if is_self || source.url.is_none() {
                    source.url = address;
                }
            }
            Field::Published => fill(&mut entry.published, || context.moment(note)),
            Field::Updated => fill(&mut entry.updated, || context.moment(note)),
            Field::Author if !had_authors => {
                markup::push_new(&mut entry.authors, context.person(note));
            }
            Field::Credit
                if !had_authors && note.attribute("role").is_some_and(|role| role == "author") =>
            {
                markup::push_new(&mut entry.authors, context.person(note));
            }
            Field::Contributor if !had_contributors => {
                markup::push_new(&mut entry.contributors, context.person(note));
            }
            Field::Category if !had_atom_categories => context.labels(note, &mut entry.categories),
            Field::Keywords => keywords(note, context, &mut entry.categories),
            Field::Summary => fill(&mut entry.summary, || context.html(note)),
            Field::Subtitle => fill(&mut subtitle, || context.html(note)),
            Field::Content => fill(&mut entry.content, || context.html(note)),
            Field::XhtmlSummary => entry.summary = context.html(note),
            Field::XhtmlContent => entry.content = context.html(note),
            Field::Rights => fill(&mut entry.rights, || context.html(note)),
            Field::Language => {
                fill(&mut entry.language, || markup::language(&note.meaning()));
            }
            Field::Enclosure => {
                if let Some(enclosure) = context.enclosure(note, "url") {
                    entry.enclosures.retain(|it| it.url != enclosure.url);
                    entry
                        .enclosures
                        .insert(enclosures.min(entry.enclosures.len()), enclosure);
                    enclosures += 1;
                }
            }
            Field::Image => fill(&mut entry.image, || context.picture(note)),
            _ => {}
        }
    }
    if entry.link.is_none() {
        let permalink = |guid: &String| markup::permalink(guid, &context.base);
        entry.link = entry.guid.as_ref().and_then(permalink);
    }
    fill(&mut entry.summary, || subtitle);
    for (html, names) in [
        (&mut entry.summary, ["summary", "description"]),
        (&mut entry.content, ["content", "encoded"]),
    ] {
        let is_base =
            |note: &&Note<'_>| note.field == Field::Base && names.contains(&note.local_name());
        let base = notes.iter().map(|(_, note)| note).find(is_base);
        let context = context.at(base);
        if let Some(absolute) = html
            .as_deref()
            .and_then(|html| context.absolute_links(html))
        {
            *html = Some(absolute);
        }
    }
    if entry.title.is_empty() {
        entry.title = markup::heading(entry);
    }
    if entry.image.is_none() {
        let picture = entry.enclosures.iter().find(|it| markup::is_picture(it));
        entry.image = picture.and_then(|picture| Url::parse(&picture.url).ok());
    }
}

/// Fills what a channel lacks.
pub(super) fn fill_channel(feed: &mut ParsedFeed, notes: &[Note<'_>], context: &Context<'_>) {
    let (had_authors, had_contributors) = (!feed.authors.is_empty(), !feed.contributors.is_empty());
    let had_atom_categories = !context.is_rss && !feed.categories.is_empty();
    let mut updates = (None, 1);
    let mut subtitle = None;
    for note in notes {
        match note.field {
            Field::Id => fill(&mut feed.id, || context.line(note)),
            Field::Title => fill(&mut feed.title, || context.line(note)),
            Field::Link => {
                let address = match note.attribute("href") {
                    Some(href) => context.address(&href),
                    None => context.address(&note.meaning()),
                };
                let is_page = note.attribute("rel").is_none_or(|rel| rel == "alternate");
                fill(&mut feed.site, || address.clone().filter(|_| is_page));
                markup::push_new(&mut feed.links, address);
            }
            Field::Published => fill(&mut feed.published, || context.moment(note)),
            Field::Updated => fill(&mut feed.updated, || context.moment(note)),
            Field::Author if !had_authors => {
                markup::push_new(&mut feed.authors, context.person(note));
            }
            Field::Contributor if !had_contributors => {
                markup::push_new(&mut feed.contributors, context.person(note));
            }
            Field::Category if !had_atom_categories => context.labels(note, &mut feed.categories),
            Field::Keywords => keywords(note, context, &mut feed.categories),
            Field::Summary => fill(&mut feed.description, || context.html(note)),
            Field::Subtitle => fill(&mut subtitle, || context.html(note)),
            Field::Rights => fill(&mut feed.rights, || context.html(note)),
            Field::Language => fill(&mut feed.language, || markup::language(&note.meaning())),
            Field::Generator => fill(&mut feed.generator, || {
                let resource = note.attribute("rdf:resource")?;
                Some(plain::line(&resource))
            }),
            Field::Image => fill(&mut feed.image, || context.picture(note)),
            Field::SkipHours => feed.hints.skip_hours = hours(note),
            Field::SkipDays => feed.hints.skip_days = days(note),
            Field::UpdatePeriod => updates.0 = period(&note.meaning()),
            Field::UpdateFrequency => updates.1 = note.meaning().trim().parse().unwrap_or(1),
            _ => {}
        }
    }
    fill(&mut feed.description, || subtitle);
    // Somebody is responsible for it.
    if feed.authors.is_empty() && context.is_rss {
        feed.authors.clone_from(&feed.contributors);
    }
    if let (Some(period), times) = updates {
        feed.hints.update_interval = Some(period / times.max(1));
    }
}

fn fill<T>(slot: &mut Option<T>, value: impl FnOnce() -> Option<T>) {
    if slot.is_none() {
        *slot = value();
    }
}

fn fill_link(entry: &mut ParsedEntry, note: &Note<'_>, context: &Context<'_>) {
    let href = note.attribute("href");
    if href.is_none() && entry.link.is_some() {
        // feed-rs read it.
        return;
    }
    let address = match &href {
        Some(href) => context.address(href),
        None => context.address(&note.meaning()),
    };
    match note.attribute("rel").as_deref() {
        None | Some("alternate") => fill(&mut entry.link, || address.clone()),
        Some("enclosure") => {
            let enclosure = context.enclosure(note, "href");
            let is_new = |new: &Enclosure| !entry.enclosures.iter().any(|it| it.url == new.url);
            let enclosure = enclosure.filter(is_new);
            markup::push_new(&mut entry.enclosures, enclosure);
        }
        Some("replies") => fill(&mut entry.comments, || address.clone()),
        Some(_) => {}
    }
    markup::push_new(&mut entry.links, address);
}

fn source(note: &Note<'_>, context: &Context<'_>) -> Option<Source> {
    let source = Source {
        title: context.line(note),
        url: note.attribute("url").and_then(|url| context.address(&url)),
    };
    (source != Source::default()).then_some(source)
}

fn keywords(note: &Note<'_>, context: &Context<'_>, labels: &mut Vec<String>) {
    let Some(line) = context.line(note) else {
        return;
    };
    for keyword in line.split([',', '،', ';']) {
        let keyword = plain::line(keyword);
        markup::push_new(labels, Some(keyword).filter(|keyword| !keyword.is_empty()));
    }
}

fn hours(note: &Note<'_>) -> Vec<u8> {
    let mut hours = Vec::new();
    for hour in note.children().take(48) {
        // RSS 0.91 counted from 1 to 24.
        let hour = hour
            .meaning()
            .trim()
            .parse::<u8>()
            .ok()
            .filter(|&hour| hour <= 24);
        markup::push_new(&mut hours, hour.map(|hour| hour % 24));
    }
    hours
}

fn days(note: &Note<'_>) -> Vec<Weekday> {
    let mut days = Vec::new();
    for day in note.children().take(14) {
        markup::push_new(&mut days, day.meaning().trim().parse().ok());
    }
    days
}

fn period(word: &str) -> Option<Duration> {
    const DAY: u64 = 24 * 60 * 60;
    let seconds = match word.trim() {
        "hourly" => 60 * 60,
        "daily" => DAY,
        "weekly" => 7 * DAY,
        "monthly" => 30 * DAY,
        "yearly" => 365 * DAY,
        _ => return None,
    };
    Some(Duration::from_secs(seconds))
}
