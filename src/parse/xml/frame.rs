//! The frame of a document: its root, its channel, and where its entries lie.
//!
//! feed-rs wants `rss` of a version that it knows, items inside the channel in RSS and beside it in RDF.
//! [`Frame`] writes these where a document has them otherwise, or not at all.

use std::ops::Range;

use crate::parse::xml::attributes::Attribute;
use crate::parse::xml::dialect::{self, Format, Ns};
use crate::parse::xml::edits::Edits;
use crate::parse::xml::fields::Role;
use crate::parse::xml::scan::Token;

/// The frame of a document, as far as it has been seen.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) format: Format,
    /// The root is a channel whose `rss` is missing.
    is_bare: bool,
    entries: Place,
    /// Where the channel's end tag stands.
    channel_end: Option<Range<usize>>,
}

/// Where the entries of a document lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where feed-rs looks for them.
    Right,
    /// Inside the channel of RDF, which is closed in front of the first of them instead.
    InChannel,
    /// Beside the channel of RSS, which is closed behind the last of them instead.
    BesideChannel,
}

impl Frame {
    /// The frame of a document that has not begun.
    pub(crate) fn new() -> Self {
        Self {
            format: Format::Rss,
            is_bare: false,
            entries: Place::Right,
            channel_end: None,
        }
    }

    /// The root begins. Returns its role.
    pub(crate) fn root_starts(
        &mut self,
        token: &Token<'_>,
        attributes: &[Attribute<'_>],
        text: &str,
        edits: &mut Edits,
    ) -> Role {
        let local = token.local_name().to_ascii_lowercase();
        self.format = match local.as_str() {
            "feed" | "entry" => Format::Atom,
            "rdf" => Format::Rdf,
            _ => Format::Rss,
        };
        match local.as_str() {
            "entry" => Role::Entry,
            "feed" => Role::Channel,
            "channel" => {
                self.is_bare = true;
                edits.put(0..0, "<rss version=\"2.0\">");
                Role::Channel
            }
            "rdf" => Role::Root,
            _ => {
                write_version(token, attributes, text, edits);
                Role::Root
            }
        }
    }

    /// What elements without a prefix mean, unless somebody says otherwise.
    pub(crate) fn own(&self) -> Ns {
        match self.format {
            Format::Atom => Ns::Atom,
            Format::Rss | Format::Rdf => Ns::Rss,
        }
    }

    /// An entry begins at that place, in an element of that role.
    pub(crate) fn entry_starts(&mut self, at: usize, parent: Role, edits: &mut Edits) {
        if self.entries != Place::Right {
            return;
        }
        match (self.format, parent) {
            (Format::Rdf, Role::Channel) => {
                edits.put(at..at, "</channel>");
                self.entries = Place::InChannel;
            }
            (Format::Rss, Role::Root) => {
                match self.channel_end.take() {
                    Some(end) => edits.cut(end),
                    None => edits.put(at..at, "<channel>"),
                }
                self.entries = Place::BesideChannel;
            }
            _ => {}
        }
    }

    /// The channel of RSS or RDF ends with that tag.
    pub(crate) fn channel_ends(&mut self, tag: &Range<usize>, edits: &mut Edits) {
        if self.entries == Place::InChannel {
            edits.cut(tag.clone());
        }
        self.channel_end = Some(tag.clone());
    }

    /// The root ends with that tag. What stands behind it does not matter.
    pub(crate) fn root_ends(&self, tag: &Range<usize>, text: &str, edits: &mut Edits) {
        if self.entries == Place::BesideChannel {
            edits.put(tag.start..tag.start, "</channel>");
        }
        let rest = tag.end..text.len();
        if self.is_bare {
            edits.put(rest, "</rss>");
        } else if !text[rest.clone()].trim_ascii().is_empty() {
            edits.cut(rest);
        }
    }

    /// The end tags that a document needs if it is cut off inside these elements, outermost first, each with
    /// its role and its own end tag.
    pub(crate) fn ends(&self, open: impl DoubleEndedIterator<Item = (Role, String)>) -> String {
        let mut ends = String::new();
        for (role, end) in open.rev() {
            let is_closed = self.entries == Place::InChannel && role == Role::Channel;
            if role == Role::Root && self.entries == Place::BesideChannel {
                ends.push_str("</channel>");
            }
            if !is_closed {
                ends.push_str(&end);
            }
        }
        if self.is_bare {
            ends.push_str("</rss>");
        }
        ends
    }
}

/// Writes a version that feed-rs knows.
fn write_version(token: &Token<'_>, attributes: &[Attribute<'_>], text: &str, edits: &mut Edits) {
    let version = attributes.iter().find(|(name, _)| *name == "version");
    match version {
        Some((_, range)) if dialect::is_known_version(&text[range.clone()]) => {}
        Some((_, range)) => edits.put(range.clone(), "2.0"),
        None => {
            let name_end = token.range.start + 1 + token.name.len();
            edits.put(name_end..name_end, " version=\"2.0\"");
        }
    }
}

/// The name that a root element should have had.
pub(crate) fn root_name(local: &str) -> Option<&'static str> {
    let names = ["rss", "RDF", "feed", "entry", "channel"];
    let same = |name: &&str| name.eq_ignore_ascii_case(local);
    names.into_iter().find(same).filter(|name| *name != local)
}
