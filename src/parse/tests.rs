//! What holds for every document, sound or broken: no panic, no text that has to be mended twice, no
//! copy of what is sound. What is read of a document of each kind is told by `tests/corpus`.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::model::ParsedEntry;

fn base() -> Url {
    Url::parse("https://nakhla.example/feeds/latest").unwrap()
}

/// Reads a document; it must not make feed-rs panic, even though that would be caught.
fn read_as(body: &[u8], content_type: Option<&str>) -> Result<ParsedFeed, Error> {
    let read = parse(body, content_type, &base(), &Options::default());
    match &read {
        Ok(feed) => assert_eq!(feed.damage.panics, 0),
        Err(error) => assert!(!matches!(error, Error::Panicked)),
    }
    read
}

#[test]
fn entries_beyond_the_limit_are_not_read() {
    let items: String = (0..1200)
        .map(|i| format!("<item><title>{i}</title></item>"))
        .collect();
    let document = format!("<rss version='2.0'><channel>{items}</channel></rss>");
    let feed = read_as(document.as_bytes(), None).unwrap();
    let titles = feed.entries.iter().map(|entry| entry.title.clone());
    assert!(titles.eq((0..1000).map(|i| i.to_string())));
}

#[test]
fn too_many_links_of_an_entry_cost_its_text_nothing() {
    let links: String = (0..150)
        .map(|i| format!("<link rel='related' href='/{i}'/>"))
        .collect();
    let document = format!("<feed><entry>{links}<content>نص</content></entry></feed>");
    let entry = &read_as(document.as_bytes(), None).unwrap().entries[0];
    assert_eq!(entry.links.len(), 100);
    assert_eq!(entry.content.as_deref(), Some("نص"));
}

#[test]
fn elements_are_nested_as_deep_as_feeds_need_and_no_deeper() {
    let nested = |levels: usize| {
        let (start, end) = ("<itunes:category text='a'>", "</itunes:category>");
        let document = format!(
            "<rss version='2.0'><channel>{}{}</channel></rss>",
            start.repeat(levels),
            end.repeat(levels)
        );
        read_as(document.as_bytes(), None)
    };
    for (levels, labels) in [
        (xml::guard::MAX_DEPTH - 2, 1),
        (xml::guard::MAX_DEPTH - 1, 0),
    ] {
        let feed = nested(levels).unwrap();
        assert_eq!(feed.categories.len(), labels, "{levels}");
    }
    assert!(nested(xml::guard::REFUSED_DEPTH - 2).is_ok());
    for levels in [xml::guard::REFUSED_DEPTH - 1, 20_000] {
        assert!(matches!(nested(levels), Err(Error::TooDeep { .. })));
    }
}

/// Whatever is written again and again, reading it takes a moment: were each piece compared with all
/// others, or the rest of the document looked through for each, this test would take minutes.
#[test]
fn what_is_repeated_without_end_takes_time_in_proportion() {
    for piece in [
        "<a ",
        "<a b=",
        "<a b=\"",
        "<a<",
        "<![CDATA[",
        "<!a[",
        "<?",
        "</a ",
        "<x><a></b>",
    ] {
        let repeated = piece.repeat((1 << 19) / piece.len());
        let ends = [String::new(), ">\"'/>]]>?>-->".to_owned()];
        for end in ends {
            let item = format!("<rss><channel><item><description>{repeated}{end}</description>");
            let _ = read_as(item.as_bytes(), None);
        }
    }
    let page = |piece: &str| format!("<html>{}", piece.repeat((1 << 19) / piece.len()));
    for page in [page("<link "), page("<link \""), page("<base href='a/'>")] {
        assert!(matches!(
            read_as(page.as_bytes(), None),
            Err(Error::NotAFeed { .. })
        ));
    }
    let prefixes = (0..60_000).map(|i| format!("<p{i}:a/>"));
    let document = format!("<rss><channel><item/>{}", prefixes.collect::<String>());
    assert_eq!(read_as(document.as_bytes(), None).unwrap().entries.len(), 1);
    let inside = "<b></b></x><a @é></a>".repeat(50_000);
    for name in ["author", "name", "duration"] {
        let start = format!("<{name}>").repeat(4000);
        let document = format!("<rss><channel><item>{start}{inside}");
        let _ = read_as(document.as_bytes(), None);
    }
}

#[test]
fn no_document_becomes_much_more_than_it_is() {
    let long = "b/".repeat(4000);
    let entry = format!("<entry>{}</entry>", "<link href='a'/>".repeat(20));
    let person = format!("<author><name>{}</name></author>", "x".repeat(5000));
    for document in [
        format!(
            "<!DOCTYPE rss [<!ENTITY e '{}'>]><rss><channel><item><title>{}</title></item>",
            "x".repeat(250),
            "&e;".repeat(100_000)
        ),
        format!(
            "<!DOCTYPE rss [<!ENTITY e '{}'>]><rss><channel><item><title>{}</title></item>",
            "\"".repeat(250),
            "&e;".repeat(100_000)
        ),
        format!(
            "<feed xml:base='http://outlet.example/{long}'>{}",
            entry.repeat(500)
        ),
        format!(
            "<rss><channel><link>http://outlet.example/{long}</link>{}",
            entry.replace("entry", "item").repeat(500)
        ),
        format!("<feed>{}{}", person.repeat(20), entry.repeat(500)),
        format!(
            "{{\"authors\":[\"{}\"],\"items\":[{}]}}",
            "x".repeat(100_000),
            ["{}"; 500].join(",")
        ),
    ] {
        let feed = read_as(document.as_bytes(), None).unwrap();
        let bytes = format!("{feed:?}").len();
        assert!(bytes < 12 << 20, "{bytes} of {}", document.len());
    }
}

#[test]
fn what_addresses_start_from_is_in_proportion_to_the_document() {
    let long = Url::parse(&format!("https://a.example/b/c?{}", "x".repeat(3000))).unwrap();
    assert_eq!(short_base(&long, 1000).as_str(), "https://a.example/b/");
    let deep = Url::parse(&format!("https://a.example/{}", "b/".repeat(500))).unwrap();
    assert_eq!(*short_base(&deep, 1000), deep);
    assert_eq!(short_base(&deep, 5 << 20).as_str(), "https://a.example/");
}

/// What broken documents are made of.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "<rss version='2.0'>", "</rss>", "<channel>", "</channel>", "<rdf:RDF>", "<item rdf:about='1'>",
    "<item>", "</item>", "<item/>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "</feed>", "<entry>",
    "</entry>", "<title>", "</title>", "<TITLE type=''>", "<title/>", "<link>", "</link>",
    "<link href='/1' rel=\"enclosure\"/>", "<link href=/1>", "<description>", "</description>",
    "<content type='xhtml' xml:base='http://'>", "<content type='image/png' src='x'>", "</content>",
    "<summary mode='base64'>", "</summary>", "<div title='&quot;' xmlns='x'>", "</div>", "<br>", "<p>",
    "<author>", "</author>", "<name>", "</name>", "a@b.example", "،", "٣٠:١٥", "9999999999999999999999",
    "<itunes:duration>", "</itunes:duration>", "<itunes:category text='ا'>", "</itunes:category>",
    "<media:group>", "</media:group>", "<media:title type='x'>", "</media:title>", "<source url=''>",
    "<media:thumbnail url='x' time='٣'/>", "<media:content url='x'>", "<x:y xmlns:x='urn:x' x:z='<'>",
    "<pubDate>٢٠ شباط ٢٠٢٥</pubDate>", "<guid isPermaLink=false>", "</guid>", "<dc:date>", "</dc:date>",
    "<?xml version='1.0' encoding='utf-16'?>", "<!DOCTYPE x [<!ENTITY e '&#60;']>", "<!--", "-->",
    "<![CDATA[", "]]>", "&e;", "&", "&nbsp;", "&#0;", "&#xD83D;&#xDE00;", "&lt;b&gt;", "<", ">", "<عاجل>",
    "'", "\"", "=", " ", "\n", "/", "\u{0}", "\u{b}", "\u{feff}", "نص", "a",
];

fn broken() -> impl Strategy<Value = String> {
    let root = select(
        &[
            "<rss>",
            "<feed>",
            "<RDF a=b>",
            "<channel>",
            "<entry xml:base=''>",
        ][..],
    );
    let pieces = proptest::collection::vec(select(PIECES), 0..30);
    (root, pieces).prop_map(|(root, pieces)| format!("{root}{}", pieces.concat()))
}

/// The same, with what belongs into the channel inside of it, since a survey that moves elements
/// makes others of them; and without the signs that it puts others for, or nothing.
fn in_place() -> impl Strategy<Value = String> {
    let is_inside = |piece: &&str| {
        !["channel", "rss", "RDF", "@", "&#0;"]
            .iter()
            .any(|it| piece.contains(it))
    };
    let inside: Vec<&str> = PIECES.iter().copied().filter(is_inside).collect();
    let root = select(&["<rss><channel>", "<feed>", "<entry xml:base=''>"][..]);
    let pieces = proptest::collection::vec(select(inside), 0..30);
    (root, pieces).prop_map(|(root, pieces)| format!("{root}{}", pieces.concat()))
}

/// The documents of the corpus.
static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let folders = fs::read_dir(root)
        .unwrap()
        .map(|folder| folder.unwrap().path());
    let files = folders
        .filter(|path| path.is_dir())
        .flat_map(|path| fs::read_dir(path).unwrap());
    let files = files.map(|file| file.unwrap().path());
    let documents = files.filter(|path| path.extension().is_some_and(|it| it != "snap"));
    let documents: Vec<_> = documents.map(|path| fs::read(path).unwrap()).collect();
    assert!(documents.len() > 100);
    documents
});

/// What can befall the bytes of a document.
#[derive(Debug, Clone)]
enum Mishap {
    Flip(Index, u8),
    Drop(Index, usize),
    Insert(Index, &'static str),
    Repeat(Index, usize),
    Cut(Index),
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, bits)| Mishap::Flip(at, bits)),
        4 => (at(), 1..20_usize).prop_map(|(at, len)| Mishap::Drop(at, len)),
        8 => (at(), select(PIECES)).prop_map(|(at, piece)| Mishap::Insert(at, piece)),
        2 => (at(), 1..200_usize).prop_map(|(at, len)| Mishap::Repeat(at, len)),
        1 => at().prop_map(Mishap::Cut),
    ]
}

fn mutated(document: Index, mishaps: &[Mishap]) -> Vec<u8> {
    let mut bytes = document.get(&CORPUS).clone();
    for mishap in mishaps {
        let place = |at: &Index| at.index(bytes.len().max(1)).min(bytes.len());
        let end = |at: usize, len: &usize| (at + len).min(bytes.len());
        match mishap {
            Mishap::Flip(at, bits) => {
                let at = place(at);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= bits;
                }
            }
            Mishap::Drop(at, len) => {
                let at = place(at);
                bytes.drain(at..end(at, len));
            }
            Mishap::Insert(at, piece) => {
                let at = place(at);
                bytes.splice(at..at, piece.bytes());
            }
            Mishap::Repeat(at, len) => {
                let at = place(at);
                let again = bytes[at..end(at, len)].to_vec();
                bytes.splice(at..at, again);
            }
            Mishap::Cut(at) => bytes.truncate(place(at)),
        }
    }
    bytes
}

/// Text of a sound document, as it stands there.
fn text() -> impl Strategy<Value = String> {
    let texts = [
        "المطر يعود",
        "قهوة &amp; شاي",
        "1 &lt; 2",
        "<![CDATA[<p>سالت <b>الأودية</b> &nbsp;</p>]]>",
        "&lt;p&gt;سالت&lt;/p&gt;",
        "&#8217;&#x41;",
        "a ' \" > b",
        "<!-- of the desk -->نص",
    ];
    select(texts.map(str::to_owned).to_vec())
}

fn sound_rss() -> impl Strategy<Value = String> {
    let element = prop_oneof![
        select(
            &[
                "title",
                "description",
                "guid",
                "category",
                "comments",
                "content:encoded"
            ][..]
        )
        .prop_flat_map(|name| text().prop_map(move |text| format!("<{name}>{text}</{name}>"))),
        select(
            &[
                "<link>https://nakhla.example/1?a=1&amp;b=2</link>",
                "<pubDate>Mon, 05 Jan 2026 09:00:00 +0300</pubDate>",
                "<author>desk@nakhla.example (Leila)</author>",
                "<dc:creator>ليلى</dc:creator>",
                "<enclosure url='/1.mp3' length='5' type=\"audio/mpeg\"/>",
                "<itunes:duration>30:15</itunes:duration>",
                "<media:content url='/1.mp4'><media:thumbnail url='/1.jpg' /></media:content>",
                "<x:y xmlns:x='urn:x'><x:z/></x:y>",
                "<!-- <item> -->",
                "\n ",
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    let elements = proptest::collection::vec(element, 0..8);
    let items = proptest::collection::vec(elements.prop_map(|inside| inside.concat()), 0..4);
    items.prop_map(|items| {
        let items: String = items
            .iter()
            .map(|item| format!("<item>{item}</item >\n"))
            .collect();
        format!(
            "<rss version=\"2.0\" xmlns:dc='http://purl.org/dc/elements/1.1/' \
             xmlns:content='http://purl.org/rss/1.0/modules/content/' \
             xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' \
             xmlns:media='http://search.yahoo.com/mrss/'>\n<channel><title>النخلة</title>{items}\
             </channel></rss>\n"
        )
    })
}

fn sound_atom() -> impl Strategy<Value = String> {
    let construct = (
        select(&["title", "summary", "content", "rights"][..]),
        text(),
    );
    let element =
        prop_oneof![
        construct.prop_map(|(name, text)| format!("<{name} type='html'>{text}</{name}>")),
        select(&[
            "<id>tag:nakhla.example,2026:1</id>",
            "<title>المطر &amp; الريح</title>",
            "<link rel='alternate' href='/1?a=1&amp;b=2'/>",
            "<updated>2026-01-05T09:00:00+03:00</updated>",
            "<author><name>ليلى</name><email>desk@nakhla.example</email></author>",
            "<category term='طقس'/>",
            "<content type=\"xhtml\" xml:base='/'><div xmlns='http://www.w3.org/1999/xhtml'><p \
             title='a &amp; b'>سالت<br/></p></div></content>",
            "<media:thumbnail url='/1.jpg' time='00:00:01'/>",
        ][..])
        .prop_map(str::to_owned),
    ];
    let elements = proptest::collection::vec(element, 0..8);
    let entries = proptest::collection::vec(elements.prop_map(|inside| inside.concat()), 0..4);
    entries.prop_map(|entries| {
        let entries: String = entries.iter().map(|it| format!("<entry>{it}</entry>")).collect();
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:media='http://search.yahoo.com/mrss/' \
             xml:lang='ar'><title>النخلة</title>{entries}</feed>"
        )
    })
}

/// The text of a document after a survey of it; none if that finds it not well-formed.
fn surveyed(document: &str) -> Option<Cow<'_, str>> {
    let survey = survey::survey(document, &Entities::default(), 1000).ok()??;
    Some(survey.text)
}

/// What the archive relies on, whatever was read.
fn is_fit_for_the_archive(entry: &ParsedEntry) -> bool {
    let is_clean = |text: &String| matches!(crate::text::plain::clean(text), Cow::Borrowed(_));
    let is_page = |url: &Url| matches!(url.scheme(), "http" | "https");
    let texts = [&entry.guid, &entry.summary, &entry.content, &entry.rights];
    is_clean(&entry.title)
        && texts.into_iter().flatten().all(is_clean)
        && entry
            .links
            .iter()
            .chain(&entry.link)
            .chain(&entry.image)
            .all(is_page)
        && entry.guid.as_ref().is_none_or(|guid| !guid.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_document_makes_it_panic(document in broken(), raw: Vec<u8>) {
        if let Ok(feed) = read_as(document.as_bytes(), None) {
            prop_assert!(feed.entries.iter().all(is_fit_for_the_archive), "{feed:#?}");
        }
        let _ = read_as(&raw, Some("text/xml; charset=windows-1256"));
    }

    #[test]
    fn no_mishap_of_a_document_makes_it_panic(
        document: Index,
        mishaps in proptest::collection::vec(mishap(), 1..6),
    ) {
        if let Ok(feed) = read_as(&mutated(document, &mishaps), None) {
            prop_assert!(feed.entries.iter().all(is_fit_for_the_archive), "{feed:#?}");
        }
    }

    #[test]
    fn what_is_repaired_is_well_formed_and_stays_as_it_is(document in broken()) {
        if let Ok(Mended { text, .. }) = repair::repair(&document) {
            let again = repair::repair(&text);
            prop_assert!(again.is_ok());
            let again = again.unwrap();
            prop_assert_eq!(&again.text, &text);
            prop_assert!(surveyed(&text).is_some(), "{}", text);
        }
    }

    #[test]
    fn what_was_surveyed_stays_as_it_is(document in in_place()) {
        if let Ok(Mended { text, .. }) = repair::repair(&document) {
            let once = surveyed(&text).unwrap_or_default();
            let twice = surveyed(&once);
            prop_assert!(matches!(twice, Some(Cow::Borrowed(_))), "{once}\n{twice:?}");
        }
    }

    #[test]
    fn a_sound_document_is_not_touched(document in prop_oneof![sound_rss(), sound_atom()]) {
        let surveyed = surveyed(&document);
        prop_assert!(matches!(surveyed, Some(Cow::Borrowed(_))), "{document}\n{surveyed:?}");
        prop_assert_eq!(read_as(document.as_bytes(), None).unwrap().damage, Default::default());
    }
}
