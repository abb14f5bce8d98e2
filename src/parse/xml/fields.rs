//! What each element of a feed is for, by where it stands, its namespace and its name.
//!
//! [`role`] is the table of all that is read, in all vocabularies. It says which elements hold text
//! (so that markup in them is mended), which hold others, and which are noted because feed-rs drops
//! them there. What is not in the table is passed over.
//!
//! Sources: RSS 2.0, RSS 1.0 and its modules, RFC 4287, Atom 0.3, DCMI terms, Media RSS 1.5, the
//! podcast tags of Apple.

use crate::parse::xml::dialect::{Format, Ns};

/// A fact about a feed or an entry that one element states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Id,
    Title,
    Link,
    /// What relative addresses start from (`xml:base`).
    Base,
    /// The address behind a tracking redirect.
    OriginalLink,
    Comments,
    Source,
    SourceTitle,
    SourceLink,
    Published,
    Updated,
    Author,
    /// A `media:credit`, which is an author only in that role.
    Credit,
    Contributor,
    Category,
    /// Labels with commas between them.
    Keywords,
    Summary,
    /// A summary of a few words, where there is no longer one.
    Subtitle,
    Content,
    /// A summary and a content in elements, not in text: feed-rs does not write them out well.
    XhtmlSummary,
    XhtmlContent,
    Rights,
    Language,
    Generator,
    Enclosure,
    Image,
    SkipHours,
    SkipDays,
    UpdatePeriod,
    UpdateFrequency,
}

/// What is to be done with an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// `rss` and `rdf:RDF`. That of Atom is a channel.
    Root,
    Channel,
    Entry,
    /// Atom `source`: the feed that an entry was taken over from.
    Source,
    /// `media:group` and `media:content`, whose children belong to the entry.
    Group,
    /// Text. Markup in it is meant as HTML.
    Text(Option<Field>),
    /// An Atom text construct: text, whose attribute `type` says of which kind (RFC 4287 §3.1).
    Construct(Option<Field>),
    /// Noted with all that it holds.
    Noted(Field),
    /// Passed over.
    Opaque,
}

/// The role of an element inside one of the role `parent`, in a document of that format.
pub(crate) fn role(parent: Role, format: Format, ns: Ns, local: &str) -> Role {
    match parent {
        Role::Root => match (ns, local) {
            (Ns::Rss, "channel") => Role::Channel,
            (Ns::Rss, "item") => Role::Entry,
            (Ns::Rss, "image") => Role::Noted(Field::Image),
            _ => Role::Opaque,
        },
        Role::Channel => in_channel(format, ns, local),
        Role::Entry => in_entry(format, ns, local),
        Role::Group => match (ns, local) {
            (Ns::Media, _) => in_entry(format, ns, local),
            _ => Role::Opaque,
        },
        Role::Source => match (ns, local) {
            (Ns::Atom, "title") => Role::Construct(Some(Field::SourceTitle)),
            (Ns::Atom, "link") => Role::Noted(Field::SourceLink),
            _ => Role::Opaque,
        },
        _ => Role::Opaque,
    }
}

fn in_channel(format: Format, ns: Ns, local: &str) -> Role {
    use Field as F;
    match (ns, local) {
        (Ns::Rss, "item") => Role::Entry,
        (Ns::Rss, "title" | "description" | "language" | "copyright" | "generator") => {
            Role::Text(None)
        }
        (Ns::Rss, "pubDate" | "lastBuildDate" | "ttl") => Role::Text(None),
        (Ns::Rss, "webMaster") => Role::Text(Some(F::Contributor)),
        (Ns::Rss, "category") => Role::Text((format == Format::Rdf).then_some(F::Category)),
        (Ns::Rss, "link") => Role::Noted(F::Link),
        (Ns::Rss, "managingEditor" | "author") => Role::Text(Some(F::Author)),
        (Ns::Rss, "image") => Role::Noted(F::Image),
        (Ns::Rss, "subtitle" | "tagline" | "summary") => Role::Text(Some(F::Summary)),
        (Ns::Rss, "skipHours") => Role::Noted(F::SkipHours),
        (Ns::Rss, "skipDays") => Role::Noted(F::SkipDays),
        (Ns::Atom, "entry") => Role::Entry,
        (Ns::Atom, "subtitle") => Role::Construct(elsewhere(format, F::Summary)),
        (Ns::Atom, "info") => Role::Construct(Some(F::Summary)),
        (Ns::Atom, "generator") => Role::Text(None),
        (Ns::Atom, "icon" | "logo") if format != Format::Atom => Role::Noted(F::Image),
        (Ns::Atom, "link") if format == Format::Rss => Role::Opaque,
        (Ns::Dc, "publisher") => Role::Text(Some(F::Contributor)),
        (Ns::Itunes, "owner") => Role::Noted(F::Contributor),
        (Ns::Syndication, "updatePeriod") => Role::Text(Some(F::UpdatePeriod)),
        (Ns::Syndication, "updateFrequency") => Role::Text(Some(F::UpdateFrequency)),
        (Ns::Admin, "generatorAgent") => Role::Noted(F::Generator),
        (Ns::Media, "group" | "content") => Role::Opaque,
        _ => in_both(format, ns, local),
    }
}

fn in_entry(format: Format, ns: Ns, local: &str) -> Role {
    use Field as F;
    match (ns, local) {
        (Ns::Rss, "title" | "description" | "guid") => Role::Text(None),
        // feed-rs forgets it for a `dc:date` that says nothing.
        (Ns::Rss, "pubDate") => Role::Text(Some(F::Published)),
        (Ns::Rss, "author") => Role::Text(Some(F::Author)),
        (Ns::Rss, "category") => Role::Text((format == Format::Rdf).then_some(F::Category)),
        (Ns::Rss, "link") => Role::Noted(F::Link),
        (Ns::Rss, "comments") => Role::Text(Some(F::Comments)),
        (Ns::Rss, "source") => Role::Noted(F::Source),
        (Ns::Rss, "enclosure") => Role::Noted(F::Enclosure),
        (Ns::Rss, "content" | "body" | "fullitem" | "encoded") => Role::Text(Some(F::Content)),
        (Ns::Rss, "summary" | "abstract" | "subtitle") => Role::Text(Some(F::Summary)),
        (Ns::Rss, "image") => Role::Noted(F::Image),
        (Ns::Rss, "keywords" | "tags") => Role::Text(Some(F::Keywords)),
        (Ns::Rss, "id") => Role::Text(Some(F::Id)),
        (Ns::Rss, "creator") => Role::Text(Some(F::Author)),
        (Ns::Rss, "language") => Role::Text(Some(F::Language)),
        (Ns::Rss, "copyright" | "rights") => Role::Text(Some(F::Rights)),
        (Ns::Rss, "contributor") => Role::Noted(F::Contributor),
        (Ns::Atom, "summary" | "subtitle") => Role::Construct(elsewhere(format, F::Summary)),
        (Ns::Atom, "content") => Role::Construct(elsewhere(format, F::Content)),
        (Ns::Atom, "source") => Role::Source,
        (Ns::Atom, "link") if format != Format::Atom => Role::Noted(F::Link),
        (Ns::Content, "encoded") => Role::Text(elsewhere_than_rss(format, F::Content)),
        (Ns::Xhtml, "body" | "div") => Role::Noted(F::Content),
        (Ns::Media, "group" | "content") => Role::Group,
        (Ns::Feedburner, "origLink") => Role::Text(Some(F::OriginalLink)),
        _ => in_both(format, ns, local),
    }
}

/// The field of an Atom text construct that holds elements.
pub(crate) fn of_xhtml(local: &str) -> Option<Field> {
    match local {
        "summary" => Some(Field::XhtmlSummary),
        "content" => Some(Field::XhtmlContent),
        _ => None,
    }
}

/// What means the same for a channel and for an entry.
fn in_both(format: Format, ns: Ns, local: &str) -> Role {
    use Field as F;
    match (ns, local) {
        (Ns::Rss, "date" | "published" | "issued" | "created") => Role::Text(Some(F::Published)),
        (Ns::Rss, "modified" | "updated") => Role::Text(Some(F::Updated)),
        (Ns::Atom, "id") => Role::Text(elsewhere(format, F::Id)),
        (Ns::Atom, "title") => Role::Construct(elsewhere(format, F::Title)),
        (Ns::Atom, "rights") => Role::Construct(elsewhere(format, F::Rights)),
        (Ns::Atom, "published" | "created" | "pubDate") => Role::Text(Some(F::Published)),
        (Ns::Atom, "updated") => Role::Text(Some(F::Updated)),
        (Ns::Atom, "author") => Role::Noted(F::Author),
        (Ns::Atom, "contributor") => Role::Noted(F::Contributor),
        (Ns::Atom, "category") => Role::Noted(F::Category),
        (Ns::Dc | Ns::DcTerms, "creator" | "author") => Role::Text(Some(F::Author)),
        (Ns::Dc | Ns::DcTerms, "contributor") => Role::Text(Some(F::Contributor)),
        (Ns::Dc | Ns::DcTerms, "subject") => Role::Text(Some(F::Category)),
        (Ns::Dc | Ns::DcTerms, "title") => Role::Text(Some(F::Title)),
        (Ns::Dc | Ns::DcTerms, "description" | "abstract") => Role::Text(Some(F::Summary)),
        (Ns::Dc | Ns::DcTerms, "rights") => Role::Text(Some(F::Rights)),
        (Ns::Dc | Ns::DcTerms, "language") => Role::Text(Some(F::Language)),
        (Ns::Dc | Ns::DcTerms, "date" | "issued" | "created") => Role::Text(Some(F::Published)),
        (Ns::DcTerms, "modified") => Role::Text(Some(F::Updated)),
        (Ns::Media, "thumbnail") => Role::Noted(F::Image),
        (Ns::Media, "title") => Role::Text(Some(F::Title)),
        (Ns::Media, "description") => Role::Text(Some(F::Summary)),
        (Ns::Media, "category") => Role::Text(Some(F::Category)),
        (Ns::Media, "keywords") => Role::Text(Some(F::Keywords)),
        (Ns::Media, "copyright") => Role::Text(Some(F::Rights)),
        (Ns::Media, "credit") => Role::Noted(F::Credit),
        (Ns::Itunes, "author") => Role::Text(Some(F::Author)),
        (Ns::Itunes, "title") => Role::Text(Some(F::Title)),
        (Ns::Itunes, "summary") => Role::Text(Some(F::Summary)),
        (Ns::Itunes, "subtitle") => Role::Text(Some(F::Subtitle)),
        (Ns::Itunes, "keywords") => Role::Text(Some(F::Keywords)),
        (Ns::Itunes, "image") => Role::Noted(F::Image),
        (Ns::Itunes, "category") => Role::Noted(F::Category),
        _ => Role::Opaque,
    }
}

/// The field, where feed-rs does not read it: in all formats but Atom.
fn elsewhere(format: Format, field: Field) -> Option<Field> {
    (format != Format::Atom).then_some(field)
}

/// The field, where feed-rs does not read it: in Atom.
fn elsewhere_than_rss(format: Format, field: Field) -> Option<Field> {
    (format == Format::Atom).then_some(field)
}
