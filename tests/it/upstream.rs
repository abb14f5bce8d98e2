//! What `docs/upstream.md` says of feed-rs is true: each input there is given to bare feed-rs, and
//! does what its heading says. A finding that no longer holds fails, and is taken out of the document.
//! rawi reads all of them, but for the one that it refuses.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;

use feed_rs::model::{Entry, Feed};
use feed_rs::parser::{self, Builder};
use rawi::parse::{Error, Options};
use url::Url;

const DOCUMENT: &str = include_str!("../../docs/upstream.md");

/// What makes a test that kills its process do so.
const VICTIM: &str = "RAWI_TEST_NESTED_CATEGORIES";

/// A heading of the document, with what shows that its finding holds for the input below it.
type Finding = (&'static str, fn(&str) -> bool);

const FINDINGS: &[Finding] = &[
    ("Nested iTunes categories take the stack", |input| {
        // Beyond three levels in a process of its own, below.
        feed(input).categories[0].subcategories[0]
            .subcategories
            .len()
            == 1
    }),
    (
        "An address of e-mail beside a letter that is not ASCII panics",
        panics,
    ),
    ("A duration in Arabic digits panics", panics),
    ("A duration beyond all numbers panics", panics),
    (
        "A declaration of the charset after the first 64 bytes panics",
        panics,
    ),
    ("A declaration in UTF-16BE panics", |input| {
        let wide: Vec<u8> = input.encode_utf16().flat_map(u16::to_be_bytes).collect();
        is_panic(|| parser::parse(wide.as_slice()))
    }),
    ("Groups of media multiply", |input| {
        let of_each = first(input, |entry| {
            let media = entry.media.iter();
            media.map(|it| it.thumbnails.len()).collect::<Vec<_>>()
        });
        of_each == [2, 2]
    }),
    (
        "A parser that met a faulty entry panics at its next document",
        |input| {
            let parser = Builder::new().build();
            parser.parse(input.as_bytes()).is_err() && is_panic(|| parser.parse(input.as_bytes()))
        },
    ),
    ("RSS without a version is no feed", is_refused),
    (
        "An Atom text of an unknown type refuses the feed",
        is_refused,
    ),
    (
        "Empty Atom content of a media type refuses the feed",
        is_refused,
    ),
    ("An empty title of a picture refuses the feed", is_refused),
    (
        "Content with an address and a text refuses the feed",
        is_refused,
    ),
    ("A base that is no address refuses the feed", is_refused),
    (
        "A feed that stops in the middle is lost with all its entries",
        is_refused,
    ),
    ("A JSON Feed without a title is no feed", is_refused),
    ("A JSON Feed of a version with http is no feed", is_refused),
    ("A JSON Feed with a number for an id is no feed", is_refused),
    ("An undeclared prefix means RSS", |input| {
        first(input, title) == "rain-2.jpg"
    }),
    (
        "An entry without a link has another id each time",
        |input| first(input, |entry| entry.id.clone()) != first(input, |entry| entry.id.clone()),
    ),
    ("An id is a hash without its leading zeros", |input| {
        let id = |n: u32| {
            let link = format!("nakhla.example/{n}<");
            first(&input.replace("nakhla.example/1<", &link), |entry| {
                entry.id.len()
            })
        };
        let lengths: BTreeSet<_> = (0..200).map(id).collect();
        lengths.contains(&32) && lengths.contains(&31)
    }),
    ("Atom 0.3 has no entries", has_no_entries),
    (
        "RSS 0.90, and RSS in a namespace of its own, has no entries",
        |input| {
            let namespace = "http://my.netscape.com/rdf/simple/0.9/";
            let of_090 = format!(
                "<RDF xmlns='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><item xmlns='{namespace}'>\
                 <title>x</title><link>https://nakhla.example/1</link></item></RDF>"
            );
            has_no_entries(input) && has_no_entries(&of_090)
        },
    ),
    (
        "A mark of UTF-8 does not count against the declaration",
        |input| {
            let read = feed(&format!("\u{feff}{input}"));
            read.title
                .is_some_and(|title| title.content.starts_with('Ø'))
        },
    ),
    ("An unreadable dc:date takes the pubDate away", |input| {
        first(input, |entry| entry.published).is_none()
    }),
    ("Twenty-four o'clock is the day before", |input| {
        let read = first(input, |entry| entry.published);
        read.is_some_and(|moment| moment.to_rfc3339() == "2026-01-05T00:00:00+00:00")
    }),
    ("The enclosure beside media is dropped", |input| {
        first(input, addresses_of_media) == ["https://nakhla.example/1.jpg"]
    }),
    ("A thumbnail without content is dropped", |input| {
        first(input, |entry| entry.media.len()) == 0
    }),
    ("An empty enclosure is the feed itself", |input| {
        first(input, addresses_of_media) == ["https://nakhla.example/rss"]
    }),
    ("Attributes of XHTML come out unescaped", |input| {
        first(input, content) == "<p title=\"a \" onclick=\"b\">المطر</p>"
    }),
    ("A line break of XHTML is two in HTML", |input| {
        first(input, content) == "أ<br></br>ب"
    }),
    ("Markup in a text of RSS ends it", |input| {
        first(input, title) == "المطر"
    }),
    ("The name beside an address keeps a bracket", |input| {
        let name = |input: &str| first(input, |entry| entry.authors[0].name.clone());
        name(input).as_deref() == Some("(Leila)")
            && name(&input.replace(" (", "(")).as_deref() == Some("Leila)")
    }),
    (
        "An item of RSS 1.0 without a link is dropped",
        has_no_entries,
    ),
    ("An entity of HTML stays in a title", |input| {
        first(input, title) == "المطر&nbsp;يعود"
    }),
    (
        "A link behind a no-break space is a relative one",
        |input| {
            let link = first(input, |entry| entry.links[0].href.clone());
            link == "https://nakhla.example/%C2%A0https://ghayma.example/1"
        },
    ),
    ("The subjects of Dublin Core are dropped", |input| {
        feed(input).authors.is_empty() && first(input, |entry| entry.categories.is_empty())
    }),
    ("The source of an entry is never read", |input| {
        first(input, |entry| entry.source.is_none())
    }),
    ("The id of an Atom entry keeps its white space", |input| {
        first(input, |entry| entry.id.starts_with('\n'))
    }),
    ("Addresses of a JSON Feed stay relative", |input| {
        let parser = Builder::new()
            .base_uri(Some("https://nakhla.example/"))
            .build();
        let feed = parser.parse(input.as_bytes()).unwrap();
        feed.entries[0].links[0].href == "/1"
    }),
];

#[test]
fn every_finding_still_holds() {
    let holds = |(heading, holds): &Finding| holds(input(heading));
    let fixed: Vec<_> = FINDINGS.iter().filter(|finding| !holds(finding)).collect();
    let fixed: Vec<_> = fixed.into_iter().map(|(heading, _)| heading).collect();
    assert!(
        fixed.is_empty(),
        "docs/upstream.md: no longer so: {fixed:#?}"
    );
}

#[test]
fn every_heading_is_a_finding() {
    let headings: Vec<_> = DOCUMENT
        .lines()
        .filter_map(|it| it.strip_prefix("### "))
        .collect();
    let findings: Vec<_> = FINDINGS.iter().map(|(heading, _)| *heading).collect();
    assert_eq!(headings, findings);
}

#[test]
fn rawi_reads_every_input() {
    let base = Url::parse("https://nakhla.example/rss").unwrap();
    for (heading, _) in FINDINGS {
        let read = rawi::parse::parse(input(heading).as_bytes(), None, &base, &Options::default());
        let feed = read.unwrap_or_else(|error| panic!("{heading}: {error}"));
        let damage = feed.damage;
        assert_eq!((damage.panics, damage.entries_refused), (0, 0), "{heading}");
    }
}

/// Runs itself in a process of its own, since nothing else survives what is shown.
#[test]
fn nested_categories_take_the_stack_of_feed_rs_and_are_refused_by_rawi() {
    if std::env::var_os(VICTIM).is_some() {
        let _ = parser::parse(nested().as_bytes());
        return;
    }
    let this = "upstream::nested_categories_take_the_stack_of_feed_rs_and_are_refused_by_rawi";
    let itself = std::env::current_exe().unwrap();
    let died = Command::new(itself)
        .args(["--exact", this])
        .env(VICTIM, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&died.stderr);
    assert!(
        !died.status.success() && said.contains("overflowed its stack"),
        "docs/upstream.md: no longer so: nested categories: {said}"
    );
    let base = Url::parse("https://nakhla.example/rss").unwrap();
    let read = rawi::parse::parse(nested().as_bytes(), None, &base, &Options::default());
    assert!(matches!(read, Err(Error::TooDeep { .. })));
}

/// Categories nested deeper than the stack of any thread.
fn nested() -> String {
    let input = input("Nested iTunes categories take the stack");
    let (start, end) = ("<itunes:category text=\"a\">", "</itunes:category>");
    let deep = format!("{}{}", start.repeat(50_000), end.repeat(50_000));
    input.replacen(start, &format!("{deep}{start}"), 1)
}

/// The first block of code below a heading.
fn input(heading: &str) -> &'static str {
    let of_heading = DOCUMENT.split("\n### ").find(|it| it.starts_with(heading));
    let block = of_heading.and_then(|text| text.split("```").nth(1));
    let block = block.unwrap_or_else(|| panic!("docs/upstream.md: {heading}: no input"));
    block.split_once('\n').unwrap().1
}

fn feed(input: &str) -> Feed {
    parser::parse(input.as_bytes()).unwrap()
}

fn first<T>(input: &str, of: impl Fn(&Entry) -> T) -> T {
    of(&feed(input).entries[0])
}

fn title(entry: &Entry) -> String {
    entry.title.as_ref().unwrap().content.clone()
}

fn content(entry: &Entry) -> String {
    entry.content.as_ref().unwrap().body.clone().unwrap()
}

fn addresses_of_media(entry: &Entry) -> Vec<String> {
    let contents = entry.media.iter().flat_map(|media| &media.content);
    contents
        .filter_map(|content| content.url.as_ref().map(Url::to_string))
        .collect()
}

fn is_refused(input: &str) -> bool {
    parser::parse(input.as_bytes()).is_err()
}

fn has_no_entries(input: &str) -> bool {
    feed(input).entries.is_empty()
}

fn panics(input: &str) -> bool {
    is_panic(|| parser::parse(input.as_bytes()))
}

fn is_panic<T>(read: impl FnOnce() -> T) -> bool {
    catch_unwind(AssertUnwindSafe(read)).is_err()
}
