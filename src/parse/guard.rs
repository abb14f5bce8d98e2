//! What must not reach feed-rs as it is, taken out in one scan.
//!
//! feed-rs 3.0 trusts its input in places where a feed can hurt the whole process: nested
//! categories and media groups take the stack (which aborts), a declaration behind the first bytes,
//! an e-mail address beside a letter that is not ASCII and a duration in Arabic digits panic, and
//! each entry takes a kilobyte, however short it is in the document. [`guard`] refuses the first,
//! and cuts or defuses the others. A document that holds none of them is borrowed.
//!
//! On the way it notes what feed-rs drops and an entry needs: thumbnails that stand without media.

use std::borrow::Cow;
use std::ops::Range;

use crate::parse::error::Error;
use crate::parse::scan::{self, Kind, Tag, Tags};

/// The most that elements may be nested. Feeds need about ten; feed-rs takes the stack of a thread
/// (2 MiB) at 2500.
const MAX_DEPTH: usize = 256;

/// Longer runs of digits are no duration; feed-rs multiplies what they say.
const MAX_DURATION_DIGITS: usize = 9;

/// Stands for `@` in names of persons that feed-rs must not look for an e-mail address in.
pub(super) const AT_SIGN: &str = "\u{ff20}";

/// A document that may be given to feed-rs.
#[derive(Debug)]
pub(super) struct Guarded<'a> {
    pub(super) text: Cow<'a, str>,
    /// How many entries it holds.
    pub(super) entries: usize,
    /// Place of the entry in the document, and the address of its first thumbnail as written.
    pub(super) thumbnails: Vec<(usize, &'a str)>,
}

/// Takes out of an XML document what feed-rs must not see, and all entries after `max_entries`.
///
/// # Errors
/// [`Error::TooDeep`] if elements are nested beyond any feed.
pub(super) fn guard(text: &str, max_entries: usize) -> Result<Guarded<'_>, Error> {
    let mut scan = Scan {
        text,
        ..Scan::default()
    };
    for tag in Tags::new(text) {
        scan.inspect_text(tag.range.start);
        match tag.kind {
            Kind::Instruction if tag.name == "xml" => scan.edits.push((tag.range, "")),
            Kind::Instruction => {}
            // Entities are never expanded, so that nothing of it is missed.
            Kind::Doctype => scan.edits.push((tag.range, "")),
            Kind::Start | Kind::Empty => {
                scan.depth += 1;
                if scan.depth > MAX_DEPTH {
                    return Err(Error::TooDeep { limit: MAX_DEPTH });
                }
                scan.start(&tag, max_entries);
                if tag.kind == Kind::Empty {
                    scan.end(&tag);
                }
            }
            Kind::End => scan.end(&tag),
        }
    }
    let thumbnails = std::mem::take(&mut scan.thumbnails);
    let entries = scan.entries.min(max_entries);
    Ok(Guarded {
        text: scan.edited(),
        entries,
        thumbnails,
    })
}

/// Texts that are looked at when their element ends.
#[derive(Debug, Clone, Copy)]
enum Watched {
    Person,
    Duration,
}

#[derive(Default)]
struct Scan<'a> {
    text: &'a str,
    depth: usize,
    /// Where entries lie, once there was one.
    entry_depth: Option<usize>,
    entries: usize,
    /// From the first entry too many to the end of the last one.
    surplus: Option<Range<usize>>,
    watched: Option<(Watched, usize)>,
    /// What is to stand in place of parts of the text, in order.
    edits: Vec<(Range<usize>, &'static str)>,
    thumbnails: Vec<(usize, &'a str)>,
}

impl<'a> Scan<'a> {
    fn start(&mut self, tag: &Tag<'a>, max_entries: usize) {
        match tag.local_name() {
            "item" | "entry" if self.depth == *self.entry_depth.get_or_insert(self.depth) => {
                self.entries += 1;
                if self.entries == max_entries + 1 {
                    self.surplus = Some(tag.range.start..tag.range.end);
                }
            }
            "author" | "creator" | "managingEditor" | "webMaster" | "name" => {
                self.watched = Some((Watched::Person, tag.range.end));
            }
            "duration" => self.watched = Some((Watched::Duration, tag.range.end)),
            "thumbnail" => {
                self.inspect_times(tag);
                self.note_thumbnail(tag);
            }
            "text" => self.inspect_times(tag),
            _ => {}
        }
    }

    fn end(&mut self, tag: &Tag<'a>) {
        let is_entry = matches!(tag.local_name(), "item" | "entry");
        if is_entry
            && self.entry_depth == Some(self.depth)
            && let Some(surplus) = &mut self.surplus
        {
            surplus.end = tag.range.end;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn note_thumbnail(&mut self, tag: &Tag<'a>) {
        let Some(entry) = self.entries.checked_sub(1) else {
            return;
        };
        if self
            .thumbnails
            .last()
            .is_none_or(|(last, _)| *last != entry)
        {
            let url = scan::attribute(&self.text[tag.range.clone()], "url");
            self.thumbnails.extend(url.map(|url| (entry, url)));
        }
    }

    /// Looks at the text that ends at `end`, if it is one that feed-rs takes apart.
    fn inspect_text(&mut self, end: usize) {
        let Some((watched, start)) = self.watched.take() else {
            return;
        };
        let text = &self.text[start..end];
        match watched {
            Watched::Person if !text.is_ascii() || text.contains('&') => {
                let signs = text.match_indices('@');
                self.edits
                    .extend(signs.map(|(at, _)| (start + at..start + at + 1, AT_SIGN)));
            }
            Watched::Duration if !is_safe_duration(text) => self.edits.push((start..end, "")),
            Watched::Person | Watched::Duration => {}
        }
    }

    /// Attributes of Media RSS that hold times.
    fn inspect_times(&mut self, tag: &Tag<'a>) {
        let start = tag.range.start;
        let markup = &self.text[tag.range.clone()];
        for (name, range) in scan::attributes(markup) {
            let is_time = matches!(name, "time" | "start" | "end");
            if is_time && !is_safe_duration(&markup[range.clone()]) {
                self.edits
                    .push((start + range.start..start + range.end, ""));
            }
        }
    }

    fn edited(mut self) -> Cow<'a, str> {
        if let Some(surplus) = self.surplus {
            let first = self
                .edits
                .partition_point(|(range, _)| range.start < surplus.start);
            let after = self
                .edits
                .partition_point(|(range, _)| range.start < surplus.end);
            self.edits.splice(first..after, [(surplus, "")]);
        }
        if self.edits.is_empty() {
            return Cow::Borrowed(self.text);
        }
        let mut edited = String::with_capacity(self.text.len() + 2 * self.edits.len());
        let mut at = 0;
        for (range, replacement) in self.edits {
            edited.push_str(&self.text[at..range.start]);
            edited.push_str(replacement);
            at = range.end;
        }
        edited.push_str(&self.text[at..]);
        Cow::Owned(edited)
    }
}

/// True if feed-rs can read the text as a duration or refuse it, without a panic.
fn is_safe_duration(text: &str) -> bool {
    let longest = text
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max();
    text.is_ascii() && !text.contains('&') && longest.is_none_or(|len| len <= MAX_DURATION_DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guarded(text: &str) -> String {
        guard(text, 2).unwrap().text.into_owned()
    }

    #[test]
    fn a_harmless_document_is_borrowed() {
        let text = "<rss><channel><item><author>a@b.example (A)</author><name>أحمد</name>\
                    <itunes:duration>01:02:03</itunes:duration></item></channel></rss>";
        assert!(matches!(guard(text, 1000).unwrap().text, Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn what_makes_feed_rs_panic_is_defused() {
        for (text, harmless) in [
            (
                "<a><author>أحمد،a@b.example</author></a>",
                "<a><author>أحمد،a\u{ff20}b.example</author></a>",
            ),
            (
                "<author><![CDATA[«a@b.example»]]></author>",
                "<author><![CDATA[«a\u{ff20}b.example»]]></author>",
            ),
            (
                "<dc:creator>&#171;a@b.example</dc:creator>",
                "<dc:creator>&#171;a\u{ff20}b.example</dc:creator>",
            ),
            (
                "<i:duration>٠١:٠٢</i:duration>",
                "<i:duration></i:duration>",
            ),
            (
                "<duration>99999999999999999999</duration>",
                "<duration></duration>",
            ),
            (
                "<m:text start='٠١:٠٢:٠٣' end='1'/>",
                "<m:text start='' end='1'/>",
            ),
            (
                "<a/><?xml version='1.0' encoding='windows-1256'?><b/>",
                "<a/><b/>",
            ),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "<a/>"),
        ] {
            assert_eq!(guarded(text), harmless);
        }
    }

    #[test]
    fn nesting_beyond_any_feed_is_refused() {
        let deep = |depth: usize| "<c text='a'>".repeat(depth);
        assert!(guard(&deep(MAX_DEPTH), 2).is_ok());
        assert!(matches!(
            guard(&deep(MAX_DEPTH + 1), 2),
            Err(Error::TooDeep { limit: MAX_DEPTH })
        ));
        assert!(guard(&"<c></c><c/>".repeat(MAX_DEPTH), 2).is_ok());
    }

    #[test]
    fn entries_beyond_the_limit_are_cut() {
        let text = "<rss><channel><item><item/></item><item/>\n<item><author>é@</author></item> \
                    <x/><item>3</item><author>é@</author></channel></rss>";
        assert_eq!(
            guarded(text),
            "<rss><channel><item><item/></item><item/>\n<author>é\u{ff20}</author></channel></rss>"
        );
    }

    #[test]
    fn the_first_thumbnail_of_each_entry_is_noted() {
        let text = "<rss><m:thumbnail url='0'/><item/><item><m:thumbnail url=\"1\"/>\
                    <m:thumbnail url='2'/></item><item><m:thumbnail url='3'/></item></rss>";
        assert_eq!(guard(text, 9).unwrap().thumbnails, [(1, "1"), (2, "3")]);
    }
}
