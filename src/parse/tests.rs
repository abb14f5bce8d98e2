//! Whole documents through [`parse`]: each format, each charset, each fault that is mended.

use chrono::{DateTime, FixedOffset, Utc};
use proptest::prelude::*;

use super::*;
use crate::model::{Enclosure, Hints, ParsedEntry, Person};

fn base() -> Url {
    Url::parse("https://news.example/ar/feed.xml").unwrap()
}

fn read_as(body: &[u8], content_type: Option<&str>) -> Result<ParsedFeed, Error> {
    let zone = Zone::new(FixedOffset::east_opt(3 * 3600).unwrap());
    parse(
        body,
        content_type,
        &base(),
        &Options {
            zone,
            ..Options::default()
        },
    )
}

fn read(text: &str) -> ParsedFeed {
    read_as(text.as_bytes(), None).unwrap()
}

fn url(address: &str) -> Option<Url> {
    Some(Url::parse(address).unwrap())
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    Some(text.parse().unwrap())
}

/// An RSS document with these items.
fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>قناة</title>\
         {items}</channel></rss>"
    )
}

fn item(inside: &str) -> ParsedEntry {
    read(&rss(&format!("<item>{inside}</item>")))
        .entries
        .remove(0)
}

#[test]
fn rss_2_is_read_whole() {
    let feed = read(&rss(
        "<link>https://news.example/</link><language>ar-jo</language><ttl>15</ttl>
         <item><title>افتتاح &amp;quot;المكتبة&amp;quot; &lt;b&gt;اليوم&lt;/b&gt;</title><link> /a/1?x=1&amp;y=2 </link>
         <guid isPermaLink=\"false\"> n-1 </guid><pubDate>Thu, 20 Feb 2025 10:15:00 +0300</pubDate>
         <author>desk@news.example (ليلى)</author><dc:creator>سامي &amp; كريم</dc:creator>
         <category>محليات</category><category> محليات </category><category>ثقافة</category>
         <description>&lt;p&gt;ملخص&lt;/p&gt;</description>
         <content:encoded><![CDATA[<p>النص & بقيته</p>]]></content:encoded>
         <enclosure url=\"/v.mp3\" length=\"1200\" type=\"audio/mpeg\"/>
         <media:thumbnail url=\"https://img.example/1.jpg?a=1&amp;b=2\"/></item>",
    ));
    assert_eq!(
        feed,
        ParsedFeed {
            title: Some("قناة".into()),
            site: url("https://news.example/"),
            links: vec![url("https://news.example/").unwrap()],
            language: Some("ar-jo".into()),
            hints: Hints {
                ttl_minutes: Some(15),
                ..Hints::default()
            },
            entries: vec![ParsedEntry {
                guid: Some("n-1".into()),
                link: url("https://news.example/a/1?x=1&y=2"),
                links: vec![url("https://news.example/a/1?x=1&y=2").unwrap()],
                title: "افتتاح \"المكتبة\" اليوم".into(),
                authors: vec![
                    Person {
                        email: Some("desk@news.example".into()),
                        ..Person::named("ليلى")
                    },
                    Person::named("سامي & كريم"),
                ],
                categories: vec!["محليات".into(), "ثقافة".into()],
                published: moment("2025-02-20T07:15:00Z"),
                summary: Some("<p>ملخص</p>".into()),
                content: Some("<p>النص & بقيته</p>".into()),
                enclosures: vec![Enclosure {
                    url: "https://news.example/v.mp3".into(),
                    media_type: Some("audio/mpeg".into()),
                    length: Some(1200),
                }],
                image: url("https://img.example/1.jpg?a=1&b=2"),
                ..ParsedEntry::default()
            }],
            ..ParsedFeed::default()
        }
    );
}

#[test]
fn atom_is_read_whole() {
    let feed = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='ar'><title type='html'>صحيفة &amp;amp; موقع</title>
         <link rel='self' href='https://news.example/atom'/><link href='https://news.example/'/>
         <author><name>هيئة التحرير</name></author>
         <entry><id> tag:news.example,2025:7 </id><title>1 &lt; 2 &amp;amp; 3</title>
         <link rel='enclosure' type='image/png' length='0' href='/p.png'/>
         <link rel='alternate' type='application/json' href='/7.json'/>
         <link rel='alternate' type='text/html' href='/7'/>
         <published>2025-02-20T10:15:00Z</published><updated>2025-02-21T10:15:00Z</updated>
         <category term='x' label='رياضة'/><summary>سطر\nوآخر &lt;</summary>
         <content type='xhtml' xml:lang='fa'><div xmlns='http://www.w3.org/1999/xhtml'><p>نص</p></div></content>
         </entry></feed>",
    );
    assert_eq!(feed.title.as_deref(), Some("صحيفة & موقع"));
    assert_eq!(
        (feed.site, feed.language.as_deref()),
        (url("https://news.example/"), Some("ar"))
    );
    assert_eq!(
        feed.entries,
        [ParsedEntry {
            guid: Some("tag:news.example,2025:7".into()),
            link: url("https://news.example/7"),
            links: ["/p.png", "/7.json", "/7"]
                .map(|path| base().join(path).unwrap())
                .to_vec(),
            // A text construct of type text means what it says.
            title: "1 < 2 &amp; 3".into(),
            authors: vec![Person::named("هيئة التحرير")],
            categories: vec!["رياضة".into()],
            language: Some("fa".into()),
            published: moment("2025-02-20T10:15:00Z"),
            updated: moment("2025-02-21T10:15:00Z"),
            summary: Some("سطر<br>\nوآخر &lt;".into()),
            content: Some("<p>نص</p>".into()),
            enclosures: vec![Enclosure {
                url: "https://news.example/p.png".into(),
                media_type: Some("image/png".into()),
                length: None,
            }],
            image: url("https://news.example/p.png"),
            ..ParsedEntry::default()
        }]
    );
}

#[test]
fn rdf_is_read() {
    let feed = read(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'
          xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='x'><title>ر</title>
          <link>https://news.example/</link></channel>
          <item rdf:about='https://news.example/9'><title>خبر</title><link>https://news.example/9</link>
          <description>&lt;i&gt;x&lt;/i&gt;</description><dc:date>2025-02-20</dc:date></item></rdf:RDF>",
    );
    let entry = &feed.entries[0];
    assert_eq!(
        (entry.title.as_str(), &entry.link),
        ("خبر", &url("https://news.example/9"))
    );
    assert_eq!(entry.summary.as_deref(), Some("<i>x</i>"));
    assert_eq!(
        entry.published,
        moment("2025-02-19T21:00:00Z"),
        "midnight where the feed lives"
    );
}

#[test]
fn json_feed_is_read() {
    let feed = read(
        r#" {"version":"https://jsonfeed.org/version/1.1","title":"خبر","home_page_url":"https://news.example/",
        "items":[{"id":"7","url":"https://news.example/7","title":"أ & <ب>","content_text":"a < b",
        "date_published":"2025-02-20T10:15:00+03:00","tags":["x"],"authors":[{"name":"ليلى"}],
        "attachments":[{"url":"https://news.example/7.mp3","mime_type":"audio/mpeg","size_in_bytes":5}]}]}"#,
    );
    let entry = &feed.entries[0];
    assert_eq!(
        (entry.guid.as_deref(), entry.title.as_str()),
        (Some("7"), "أ & <ب>")
    );
    assert_eq!(entry.link, url("https://news.example/7"));
    assert_eq!(entry.content.as_deref(), Some("a &lt; b"));
    assert_eq!(entry.enclosures[0].length, Some(5));
    assert_eq!(entry.authors, [Person::named("ليلى")]);
}

/// Text in windows-1256, as far as these tests use its letters.
fn in_1256(text: &str) -> Vec<u8> {
    let letters = "ةترقكلمنوياحه";
    let codes = [
        0xc9, 0xca, 0xd1, 0xde, 0xdf, 0xe1, 0xe3, 0xe4, 0xe6, 0xed, 0xc7, 0xcd, 0xe5,
    ];
    let byte = |c: char| match letters.chars().position(|letter| letter == c) {
        Some(at) => codes[at],
        None => u8::try_from(c).unwrap(),
    };
    text.chars().map(byte).collect()
}

#[test]
fn an_arabic_feed_is_read_in_every_encoding() {
    let text = rss("<item><title>قررت الحكومة اليوم</title></item>");
    let declared = text.replace("UTF-8", "windows-1256");
    let wide: Vec<u8> = declared.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (body, content_type) in [
        (in_1256(&declared), None),
        (in_1256(&text), Some("text/xml; charset=windows-1256")),
        (in_1256(&text), None),
        (
            in_1256(&format!("\n\n<!-- {} -->{declared}", "x".repeat(200))),
            None,
        ),
        (
            declared.clone().into_bytes(),
            Some("text/xml; charset=windows-1256"),
        ),
        (wide, None),
    ] {
        let feed = read_as(&body, content_type).unwrap();
        assert_eq!(
            feed.entries[0].title, "قررت الحكومة اليوم",
            "{content_type:?}"
        );
        assert_eq!(feed.title.as_deref(), Some("قناة"));
    }
}

#[test]
fn faults_are_mended() {
    let sound = rss("<item><title>أ و ب</title><link>/1?a=1&amp;b=2</link></item>");
    for broken in [
        sound.replace("&amp;", "&"),
        sound.replace("أ و ب", "أ&#0;&#x1F; و\u{1} ب\u{b}"),
        sound.replace("<rss version=\"2.0\"", "<rss"),
        sound.replace("version=\"2.0\"", "version=\"0.94\""),
        sound.replace("<rss", "<RSS").replace("</rss", "</RSS"),
        format!("<br />\n<b>Warning</b>: include() in {{x}} on line 1<br />\n{sound}"),
        format!("oops {{ \n{sound}"),
    ] {
        let feed = read(&broken);
        assert_eq!(feed.entries.len(), 1, "{broken}");
        assert_eq!(feed.entries[0].title, "أ و ب");
        assert_eq!(feed.entries[0].link, url("https://news.example/1?a=1&b=2"));
    }
    assert_eq!(item("<title>a &nbsp;&rsquo; & b</title>").title, "a ’ & b");
}

#[test]
fn what_makes_feed_rs_panic_is_read() {
    for author in [
        "أحمد،a@b.example",
        "«a@b.example» أحمد",
        "<![CDATA[أحمد\u{a0}a@b.example]]>",
    ] {
        let entry = item(&format!(
            "<author>{author}</author><itunes:duration>٠٠:٣٠:١٥</itunes:duration><title>x</title>"
        ));
        assert_eq!(entry.authors[0].name.as_deref(), Some("أحمد"), "{author}");
    }
    let late = rss("").replace(
        "<channel>",
        "<channel><?xml version='1.0' encoding='windows-1256'?>",
    );
    assert_eq!(read(&late).title.as_deref(), Some("قناة"));
    let nested = "<itunes:category text='a'>".repeat(3000) + &"</itunes:category>".repeat(3000);
    assert!(matches!(
        read_as(rss(&nested).as_bytes(), None),
        Err(Error::TooDeep { .. })
    ));
}

#[test]
fn an_identity_is_the_outlet_s_or_none() {
    assert_eq!(
        item("<title>x</title><link>https://news.example/1</link>").guid,
        None
    );
    assert_eq!(item("<guid> </guid><title>x</title>").guid, None);
    let entry = item("<guid>https://news.example/1</guid><title>x</title>");
    assert_eq!(entry.link, url("https://news.example/1"));
    assert_eq!(item("<guid isPermaLink='false'>1</guid>").link, None);
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>x</title></entry></feed>";
    assert_eq!(read(atom).entries[0].guid, None);
}

#[test]
fn a_link_that_is_no_address_of_http_is_none() {
    for link in [
        "javascript:alert(1)",
        "data:text/html,x",
        "",
        "mailto:a@b.example",
    ] {
        assert_eq!(
            item(&format!("<link>{link}</link><title>x</title>")).link,
            None,
            "{link}"
        );
    }
}

#[test]
fn entries_beyond_the_limit_are_not_read() {
    let items: String = (0..20)
        .map(|i| format!("<item><title>{i}</title></item>"))
        .collect();
    let options = Options {
        max_entries: 3,
        ..Options::default()
    };
    let feed = parse(rss(&items).as_bytes(), None, &base(), &options).unwrap();
    let titles: Vec<&str> = feed
        .entries
        .iter()
        .map(|entry| entry.title.as_str())
        .collect();
    assert_eq!(titles, ["0", "1", "2"]);
}

#[test]
fn a_page_in_place_of_a_feed_says_what_it_offers() {
    let page = "<!doctype html><title>x</title>\
                <link rel=alternate type=application/rss+xml href=/rss>";
    for page in [
        page.to_owned(),
        format!("<HTML><head>{page}"),
        format!("<html>{page}"),
    ] {
        match read_as(page.as_bytes(), Some("text/html")) {
            Err(Error::NotAFeed { offered }) => {
                let urls: Vec<_> = offered.into_iter().map(|feed| feed.url).collect();
                assert_eq!(urls, [url("https://news.example/rss").unwrap()]);
            }
            other => panic!("{page}: {other:?}"),
        }
    }
}

#[test]
fn what_is_no_feed_is_told_apart() {
    assert!(matches!(
        read_as(b" \n\xef\xbb\xbf", None),
        Err(Error::Empty)
    ));
    for other in [
        "Not Found",
        "<urlset><url/></urlset>",
        "[1]",
        "<a",
        "<?xml version='1.0'?>",
    ] {
        let error = read_as(other.as_bytes(), None);
        assert!(
            matches!(error, Err(Error::NotAFeed { .. })),
            "{other}: {error:?}"
        );
    }
    let error = read_as(b"<rss/>", None);
    assert!(matches!(error, Err(Error::Malformed { .. })), "{error:?}");
    let error = read_as(b"{\"version\":1}", None);
    assert!(
        matches!(error, Err(Error::MalformedJson { .. })),
        "{error:?}"
    );
}

proptest! {
    #[test]
    fn no_document_makes_it_panic(
        pieces in proptest::collection::vec(prop_oneof![
            Just("<item>"), Just("</item>"), Just("<title>"), Just("</title>"), Just("<author>"),
            Just("</author>"), Just("a@b.example"), Just("،"), Just("&"), Just("&nbsp;"), Just("<"),
            Just("<![CDATA["), Just("]]>"), Just("<itunes:duration>"), Just("</itunes:duration>"),
            Just("٣٠:١٥"), Just("<media:group>"), Just("<media:thumbnail url='x' time='٣'/>"),
            Just("<?xml version='1.0' encoding='utf-16'?>"), Just("<!DOCTYPE x [ ]>"), Just("'"),
            Just("<pubDate>٢٠ شباط ٢٠٢٥"), Just("</pubDate>"), Just("\u{0}"), Just("<!--"),
        ], 0..12),
        raw: Vec<u8>,
    ) {
        let _ = read_as(rss(&pieces.concat()).as_bytes(), None);
        let _ = read_as(&raw, Some("text/xml"));
    }
}
