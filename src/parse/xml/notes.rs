//! What a survey noted of a document: facts that feed-rs drops, in the document's words.

use std::borrow::Cow;

use crate::parse::xml::dialect::Format;
use crate::parse::xml::fields::Field;
use crate::parse::xml::references;
use crate::parse::xml::scan;
use crate::text::plain;

/// One fact: an element, as it stands in the document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Note<'a> {
    pub(crate) field: Field,
    /// Its start tag.
    pub(crate) tag: &'a str,
    /// What stands between its tags.
    pub(crate) inner: &'a str,
}

impl<'a> Note<'a> {
    /// A fact that is no element.
    pub(crate) fn text(field: Field, inner: &'a str) -> Self {
        Self {
            field,
            tag: "",
            inner,
        }
    }

    /// What the text of the element means; HTML, if there are tags in it.
    pub(crate) fn meaning(&self) -> Cow<'a, str> {
        references::meaning(self.inner)
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        scan::attribute(self.tag, name).map(plain::entities)
    }

    /// The start tags and texts of the elements inside, by their local names.
    pub(crate) fn children(&self) -> impl Iterator<Item = Note<'a>> {
        let mut rest = scan::Tokens::new(self.inner);
        let (text, field) = (self.inner, self.field);
        std::iter::from_fn(move || {
            let start =
                rest.find(|token| matches!(token.kind, scan::Kind::Start | scan::Kind::Empty))?;
            let mut inner = start.range.end..start.range.end;
            if start.kind == scan::Kind::Start {
                let end = rest
                    .clone()
                    .find(|token| token.kind == scan::Kind::End && token.name == start.name);
                inner.end = end.map_or(inner.end, |end| end.range.start);
            }
            Some(Note {
                field,
                tag: &text[start.range],
                inner: &text[inner],
            })
        })
    }

    /// The local name of the element.
    pub(crate) fn local_name(&self) -> &'a str {
        scan::first_tag(self.tag).map_or("", |tag| tag.local_name())
    }
}

/// All that was noted of a document.
#[derive(Debug)]
pub(crate) struct Notes<'a> {
    pub(crate) format: Format,
    /// How long it is.
    pub(crate) document_bytes: usize,
    pub(crate) channel: Vec<Note<'a>>,
    /// With the place of the entry in the document, in order.
    pub(crate) entries: Vec<(usize, Note<'a>)>,
}

impl Default for Notes<'_> {
    fn default() -> Self {
        Self {
            format: Format::Rss,
            document_bytes: 0,
            channel: Vec::new(),
            entries: Vec::new(),
        }
    }
}
