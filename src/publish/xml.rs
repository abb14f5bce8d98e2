//! An XML document as it grows. The only place that escapes, so the only one that can forget to.

use std::ops::Range;

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::publish::chars::legal;
use crate::publish::document::Document;

/// An attribute: its name, its value as plain text.
pub(super) type Attribute<'a> = (&'a str, &'a str);

/// A document under construction.
pub(super) struct Draft {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
    entries: Vec<Range<usize>>,
}

impl Draft {
    /// A document with its declaration, and its root element open.
    pub(super) fn new(root: &'static str, attributes: &[Attribute<'_>]) -> Self {
        let mut document = Self {
            writer: Writer::new_with_indent(Vec::new(), b' ', 1),
            open: Vec::new(),
            entries: Vec::new(),
        };
        document.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        document.open(root, attributes);
        document
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.write(Event::Start(element(name, attributes)));
        self.open.push(name);
    }

    /// Closes the element that was opened last.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.write(Event::End(BytesEnd::new(name)));
        }
    }

    /// An entry of the document: an element with what `write` puts in it.
    pub(super) fn entry(
        &mut self,
        name: &'static str,
        attributes: &[Attribute<'_>],
        write: impl FnOnce(&mut Self),
    ) {
        let start = self.writer.get_ref().len();
        self.open(name, attributes);
        write(self);
        self.close();
        self.entries.push(start..self.writer.get_ref().len());
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.write(Event::Empty(element(name, attributes)));
    }

    /// An element with text in it. HTML goes in as text, too.
    pub(super) fn text(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        let text = legal(text);
        self.escaped(name, attributes, &partial_escape(text.as_ref()));
    }

    /// An element with plain text, for fields that some readers take for HTML and others do not:
    /// as numeric references (RSS profile, "Character data") both show the same.
    pub(super) fn plain(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        let text = legal(text)
            .replace('&', "&#x26;")
            .replace('<', "&#x3C;")
            .replace('>', "&#x3E;")
            .replace('\r', "&#13;");
        self.escaped(name, attributes, &text);
    }

    /// The whole, with all that is still open closed.
    pub(super) fn finish(mut self) -> Document {
        while !self.open.is_empty() {
            self.close();
        }
        let mut bytes = self.writer.into_inner();
        bytes.push(b'\n');
        Document::new(bytes, self.entries, b"")
    }

    fn escaped(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.write(Event::Start(element(name, attributes)));
        self.write(Event::Text(BytesText::from_escaped(text)));
        self.write(Event::End(BytesEnd::new(name)));
    }

    fn write(&mut self, event: Event<'_>) {
        self.writer
            .write_event(event)
            .expect("invariant: writing to memory does not fail");
    }
}

fn element(name: &'static str, attributes: &[Attribute<'_>]) -> BytesStart<'static> {
    let mut element = BytesStart::new(name);
    for (key, value) in attributes {
        element.push_attribute((*key, legal(value).as_ref()));
    }
    element
}
