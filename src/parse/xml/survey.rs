//! One pass over a well-formed document, before feed-rs sees it.
//!
//! [`survey`] notes what feed-rs drops and rawi needs ([`Notes`]), and makes the small changes without
//! which feed-rs would misread the document, refuse it or be hurt by it: namespaces and versions by the
//! names that it knows, references that XML knows, markup in plain texts wrapped, text constructs of a
//! type that there is, items where it looks for them, and the guards of [`guard`]. A document that
//! needs none of it is borrowed.
//!
//! A document that is not well-formed ends the walk: [`repair`](super::repair) first.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};

use crate::parse::error::Error;
use crate::parse::xml::attributes::{self, Attribute};
use crate::parse::xml::construct;
use crate::parse::xml::dialect::{self, Format, Ns};
use crate::parse::xml::edits::Edits;
use crate::parse::xml::fields::{self, Field, Role};
use crate::parse::xml::frame::{self, Frame};
use crate::parse::xml::guard;
use crate::parse::xml::namespaces::Namespaces;
use crate::parse::xml::notes::{Note, Notes};
use crate::parse::xml::references::{self, Entities};
use crate::parse::xml::scan::{self, Kind, Token, Tokens};

/// Stands for the link of an RDF item that has none: feed-rs drops items without one.
pub(crate) const NO_LINK: &str = "urn:rawi:no-link";

/// A document, ready for feed-rs.
#[derive(Debug)]
pub(crate) struct Survey<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) notes: Notes<'a>,
    /// Where the entries lie in the document as it came.
    pub(crate) entries: Vec<Range<usize>>,
}

/// Surveys the document that starts with its root element; none if it is not well-formed. Entries
/// beyond `max_entries` are cut off.
///
/// # Errors
/// [`Error::TooDeep`] if elements are nested beyond any feed.
pub(crate) fn survey<'a>(
    text: &'a str,
    entities: &Entities<'_>,
    max_entries: usize,
) -> Result<Option<Survey<'a>>, Error> {
    entities.refill();
    let mut walk = Walk::new(text, entities, max_entries);
    for token in Tokens::new(text) {
        match walk.step(&token)? {
            Step::On => {}
            Step::Done => return Ok(Some(walk.finish())),
            Step::Broken => break,
        }
    }
    Ok(None)
}

/// How the walk goes on.
enum Step {
    On,
    /// All that matters has been seen.
    Done,
    /// The document is not well-formed.
    Broken,
}

/// An element that has begun.
struct Open<'a> {
    /// Name as written.
    name: &'a str,
    /// Its start tag.
    tag: Range<usize>,
    role: Role,
    /// What elements without a prefix mean inside.
    default: Ns,
    /// Elements have begun inside.
    has_children: bool,
    /// It is not to reach feed-rs.
    is_surplus: bool,
    /// The local name that was written in place of its own.
    renamed: Option<&'static str>,
}

impl Open<'_> {
    /// Its end tag, as it has to be.
    fn end_tag(&self) -> String {
        let local = scan::local_name(self.name);
        let prefix = &self.name[..self.name.len() - local.len()];
        format!("</{prefix}{}>", self.renamed.unwrap_or(local))
    }
}

struct Walk<'a, 'e> {
    text: &'a str,
    entities: &'e Entities<'e>,
    max_entries: usize,
    frame: Frame,
    stack: Vec<Open<'a>>,
    namespaces: Namespaces<'a>,
    /// Those of the current tag.
    attributes: Vec<Attribute<'a>>,
    edits: Edits,
    notes: Notes<'a>,
    entries: Vec<Range<usize>>,
    entry: guard::Quota,
    channel: guard::Quota,
    /// The current entry has a link of its own.
    has_link: bool,
}

impl<'a, 'e> Walk<'a, 'e> {
    fn new(text: &'a str, entities: &'e Entities<'e>, max_entries: usize) -> Self {
        Self {
            text,
            entities,
            max_entries,
            frame: Frame::new(),
            stack: Vec::with_capacity(16),
            namespaces: Namespaces::default(),
            attributes: Vec::new(),
            edits: Edits::default(),
            notes: Notes::default(),
            entries: Vec::new(),
            entry: guard::Quota::of_entry(),
            channel: guard::Quota::of_channel(),
            has_link: false,
        }
    }

    fn step(&mut self, token: &Token<'a>) -> Result<Step, Error> {
        match token.kind {
            Kind::Text => {
                for (range, meant) in
                    references::mend(self.text, token.range.clone(), self.entities)
                {
                    self.edits.put(range, meant);
                }
            }
            Kind::Instruction if token.name == "xml" => self.edits.cut(token.range.clone()),
            Kind::Doctype => self.edits.cut(token.range.clone()),
            Kind::CData | Kind::Comment | Kind::Instruction => {}
            Kind::Start | Kind::Empty => {
                self.leave_out_deep()?;
                let step = self.start(token);
                if token.kind == Kind::Empty && matches!(step, Step::On) {
                    return Ok(self.end(&(token.range.end..token.range.end)));
                }
                return Ok(step);
            }
            Kind::End => match self.stack.last() {
                Some(open) if open.name == token.name => return Ok(self.end(&token.range)),
                _ => return Ok(Step::Broken),
            },
            Kind::Stray | Kind::Cut => return Ok(Step::Broken),
        }
        Ok(Step::On)
    }

    /// Leaves out the element of an entry or a channel inside which elements are nested too deep.
    fn leave_out_deep(&mut self) -> Result<(), Error> {
        match self.stack.len() {
            guard::MAX_DEPTH => {}
            guard::REFUSED_DEPTH => {
                return Err(Error::TooDeep {
                    limit: guard::REFUSED_DEPTH,
                });
            }
            // What holds a deeper one has been left out already.
            _ => return Ok(()),
        }
        let is_parent = |open: &Open<'_>| matches!(open.role, Role::Entry | Role::Channel);
        let parent = self.stack.iter().rposition(is_parent);
        let child = parent.map_or(0, |parent| parent + 1);
        if let Some(child) = self.stack.get_mut(child) {
            child.is_surplus |= !matches!(child.role, Role::Text(_));
        }
        Ok(())
    }

    fn start(&mut self, token: &Token<'a>) -> Step {
        if !scan::is_name(token.name) || !self.read_attributes(token) {
            return Step::Broken;
        }
        let is_root = self.stack.is_empty();
        let root_role = is_root.then(|| {
            let attributes = &self.attributes;
            self.frame
                .root_starts(token, attributes, self.text, &mut self.edits)
        });
        let inherited = self
            .stack
            .last()
            .map_or_else(|| self.frame.own(), |open| open.default);
        let (default, ns) = self.namespace(token, inherited, is_root);
        let is_unknown = ns.is_none();
        let ns = ns.unwrap_or(Ns::Other);
        let (role, renamed) = match root_role {
            Some(role) => (role, frame::root_name(token.local_name())),
            None => self.role(token, ns),
        };
        if let Some(name) = renamed {
            self.rename(token, name);
        }
        let mut is_surplus = is_unknown && !is_root;
        if let Some(parent) = self.stack.last_mut() {
            parent.has_children = true;
            is_surplus |= match parent.role {
                Role::Entry | Role::Group => self.entry.is_full(ns, token.local_name()),
                Role::Channel if role != Role::Entry => {
                    self.channel.is_full(ns, token.local_name())
                }
                _ => false,
            };
        }
        if role == Role::Entry {
            if self.entries.len() == self.max_entries {
                return self.cut_off(token.range.start);
            }
            self.start_entry(token);
        }
        if token.local_name() == "link" {
            self.has_link = true;
        }
        guard::attributes(self.text, token, ns, &self.attributes, &mut self.edits);
        self.stack.push(Open {
            name: token.name,
            tag: token.range.clone(),
            role,
            default,
            has_children: false,
            is_surplus,
            renamed,
        });
        self.note_attributes(role);
        Step::On
    }

    /// Notes base, language and identity of what has just begun.
    fn note_attributes(&mut self, role: Role) {
        for at in 0..self.attributes.len() {
            let (name, range) = self.attributes[at].clone();
            let value = &self.text[range.clone()];
            let note = match (name, role) {
                ("xml:base", _) if guard::is_refused_base(value, self.text.len()) => {
                    self.edits.cut(range);
                    continue;
                }
                ("xml:base", Role::Channel | Role::Entry | Role::Root) => {
                    Note::text(Field::Base, value)
                }
                ("xml:base", Role::Text(_) | Role::Construct(_)) => Note {
                    tag: self
                        .stack
                        .last()
                        .map_or("", |open| &self.text[open.tag.clone()]),
                    ..Note::text(Field::Base, value)
                },
                ("rdf:about", Role::Channel | Role::Root | Role::Entry) => {
                    Note::text(Field::Id, value)
                }
                ("xml:lang", Role::Channel | Role::Entry | Role::Root) => {
                    Note::text(Field::Language, value)
                }
                _ => continue,
            };
            self.push(note);
        }
    }

    /// Reads the attributes of a tag; false if they are not well-formed.
    fn read_attributes(&mut self, token: &Token<'a>) -> bool {
        self.attributes.clear();
        let start = token.range.start + 1 + token.name.len();
        let end = token.range.end - if token.kind == Kind::Empty { 2 } else { 1 };
        let limit = guard::MAX_ATTRIBUTES;
        match attributes::read(self.text, start..end, limit, &mut self.attributes) {
            Ok(None) => {}
            Ok(Some(surplus)) => self.edits.cut(surplus..end),
            Err(_) => return false,
        }
        for at in 0..self.attributes.len() {
            self.inspect_value(self.attributes[at].1.clone());
        }
        true
    }

    fn inspect_value(&mut self, range: Range<usize>) {
        for (range, meant) in references::mend(self.text, range.clone(), self.entities) {
            self.edits.put(range, meant);
        }
        let mut from = range.start;
        while let Some(ahead) = memchr(b'<', &self.text.as_bytes()[from..range.end]) {
            self.edits.put(from + ahead..from + ahead + 1, "&lt;");
            from += ahead + 1;
        }
    }

    /// Writes another local name into a tag.
    fn rename(&mut self, token: &Token<'a>, name: &'static str) {
        let skip = if token.kind == Kind::End { 2 } else { 1 };
        let end = token.range.start + skip + token.name.len();
        self.edits.put(end - token.local_name().len()..end, name);
    }

    /// Takes note of the declarations of a tag; what elements without prefix mean inside, and what
    /// the element itself is: nothing that can be told, if its prefix is one too many.
    fn namespace(&mut self, token: &Token<'a>, inherited: Ns, is_root: bool) -> (Ns, Option<Ns>) {
        let mut default = inherited;
        for at in 0..self.attributes.len() {
            let (name, range) = self.attributes[at].clone();
            let Some(prefix) = name.strip_prefix("xmlns") else {
                continue;
            };
            let uri = &self.text[range.clone()];
            let ns = Ns::of_uri(uri);
            if let Some(prefix) = prefix.strip_prefix(':') {
                self.namespaces.declare(prefix, ns);
                if let Some(known) = ns.uri().filter(|known| *known != uri) {
                    self.edits.put(range, known);
                }
            } else if prefix.is_empty() {
                let is_ours = is_root || matches!(token.local_name(), "channel" | "item" | "entry");
                default = if is_ours { self.frame.own() } else { ns };
                self.declare_default(is_ours, ns, uri, range);
            }
        }
        let prefix = token.prefix();
        (
            default,
            if prefix.is_empty() {
                Some(default)
            } else {
                self.namespaces.of(prefix)
            },
        )
    }

    fn declare_default(&mut self, is_ours: bool, ns: Ns, uri: &str, range: Range<usize>) {
        let meant = if is_ours { self.frame.own() } else { ns };
        match meant.uri() {
            // feed-rs finds the elements of RSS in no namespace as well as in this one.
            Some(known) if known != uri && !(uri.is_empty() && is_ours) => {
                self.edits.put(range, known);
            }
            _ => {}
        }
    }

    /// The role of an element, and the name that it should have had for it.
    fn role(&self, token: &Token<'a>, ns: Ns) -> (Role, Option<&'static str>) {
        let parent = self.stack.last().map_or(Role::Opaque, |open| open.role);
        let local = token.local_name();
        let role = fields::role(parent, self.frame.format, ns, local);
        if !matches!(parent, Role::Root | Role::Channel | Role::Entry) {
            return (role, None);
        }
        let name = match (role, ns) {
            (Role::Opaque, Ns::Atom) => dialect::modern(local).or_else(|| dialect::recased(local)),
            (Role::Opaque, Ns::Rss) => dialect::recased(local),
            _ => None,
        };
        match name {
            Some(name) => (
                fields::role(parent, self.frame.format, ns, name),
                Some(name),
            ),
            None => (role, None),
        }
    }

    fn start_entry(&mut self, token: &Token<'a>) {
        let parent = self.stack.last().map(|open| open.role);
        if let Some(parent) = parent {
            let at = token.range.start;
            self.frame.entry_starts(at, parent, &mut self.edits);
        }
        self.entries.push(token.range.clone());
        self.entry = guard::Quota::of_entry();
        self.has_link = false;
    }

    /// Leaves out all from the first entry too many on, and closes what is open.
    fn cut_off(&mut self, at: usize) -> Step {
        let open = self.stack.iter().map(|open| (open.role, open.end_tag()));
        let ends = self.frame.ends(open);
        self.edits.put(at..self.text.len(), ends);
        Step::Done
    }

    fn end(&mut self, tag: &Range<usize>) -> Step {
        let Some(open) = self.stack.pop() else {
            return Step::Broken;
        };
        let inner = open.tag.end..tag.start;
        let written = scan::local_name(open.name);
        let local = open.renamed.unwrap_or(written);
        let is_nested = self
            .stack
            .last()
            .is_some_and(|parent| parent.role != Role::Root);
        if let Some(name) = open.renamed.filter(|_| !tag.is_empty()) {
            let end = tag.start + 2 + open.name.len();
            self.edits.put(end - written.len()..end, name);
        }
        if open.is_surplus {
            self.edits.cut(open.tag.start..tag.end);
        }
        match open.role {
            Role::Text(field) => {
                guard::text(self.text, local, inner.clone(), &mut self.edits);
                if open.has_children {
                    self.wrap(inner.clone());
                }
                if guard::is_refused_empty(local)
                    && references::is_nothing(&self.text[inner.clone()])
                {
                    self.edits.cut(open.tag.start..tag.end);
                }
                self.note(field, &open, inner);
            }
            Role::Construct(field) => {
                construct::mend(
                    self.text,
                    &open.tag,
                    &inner,
                    tag,
                    open.has_children,
                    &mut self.edits,
                );
                let xhtml = || fields::of_xhtml(local).filter(|_| open.has_children);
                self.note(field.or_else(xhtml), &open, inner);
            }
            Role::Noted(field) => {
                // Of an element with parts, each part has been looked at, by its own name.
                if !open.has_children {
                    guard::text(self.text, local, inner.clone(), &mut self.edits);
                }
                self.note(Some(field), &open, inner);
            }
            Role::Entry => self.end_entry(&open, tag),
            Role::Channel if is_nested || self.stack.is_empty() => {}
            Role::Channel => self.frame.channel_ends(tag, &mut self.edits),
            Role::Root | Role::Source | Role::Group => {}
            Role::Opaque if self.stack.len() > guard::READ_DEPTH => {}
            Role::Opaque => guard::text(self.text, local, inner, &mut self.edits),
        }
        if self.stack.is_empty() {
            self.frame.root_ends(tag, self.text, &mut self.edits);
            return Step::Done;
        }
        Step::On
    }

    fn end_entry(&mut self, open: &Open<'a>, tag: &Range<usize>) {
        let Some(range) = self.entries.last_mut() else {
            return;
        };
        range.end = tag.end;
        if self.frame.format == Format::Rdf && !self.has_link {
            if tag.is_empty() {
                self.edits.put(
                    open.tag.end - 2..open.tag.end,
                    format!("><link>{NO_LINK}</link></{}>", open.name),
                );
            } else {
                self.edits
                    .put(tag.start..tag.start, format!("<link>{NO_LINK}</link>"));
            }
        }
    }

    /// Makes text of the markup in an element that feed-rs reads as plain text.
    fn wrap(&mut self, inner: Range<usize>) {
        self.edits.put(inner.start..inner.start, "<![CDATA[");
        self.edits.put(inner.end..inner.end, "]]>");
        let bytes = &self.text.as_bytes()[inner.clone()];
        for mark in ["<![CDATA[", "]]>"] {
            for at in memmem::find_iter(bytes, mark) {
                let at = inner.start + at;
                self.edits.cut(at..at + mark.len());
            }
        }
    }

    fn note(&mut self, field: Option<Field>, open: &Open<'a>, inner: Range<usize>) {
        let Some(field) = field.filter(|_| !open.is_surplus) else {
            return;
        };
        let note = Note {
            field,
            tag: &self.text[open.tag.clone()],
            inner: &self.text[inner],
        };
        self.push(note);
    }

    /// Keeps a note, of the entry that is open or of the channel.
    fn push(&mut self, note: Note<'a>) {
        let inside = self.stack.iter().any(|open| open.role == Role::Entry);
        if inside {
            self.notes.entries.push((self.entries.len() - 1, note));
        } else {
            self.notes.channel.push(note);
        }
    }

    fn finish(mut self) -> Survey<'a> {
        let undeclared = self.namespaces.undeclared();
        if !undeclared.is_empty() {
            // Right behind the name of the root, or of the element that stands in for it.
            let end = Tokens::new(self.text)
                .next()
                .map_or(0, |root| 1 + root.name.len());
            self.edits.put(end..end, undeclared);
        }
        self.notes.format = self.frame.format;
        self.notes.document_bytes = self.text.len();
        Survey {
            text: self.edits.apply(self.text),
            notes: self.notes,
            entries: self.entries,
        }
    }
}
