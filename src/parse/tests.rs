//! Whole documents: small ones of our own, one for each thing that feeds do.

use url::Url;

use super::*;
use crate::model::{Enclosure, ParsedEntry};

fn base() -> Url {
    Url::parse("https://outlet.example/feeds/all.xml").unwrap()
}

fn read_ok(body: &[u8], content_type: Option<&str>) -> ParsedFeed {
    parse(body, content_type, &base(), &Options::default()).unwrap()
}

fn only(body: &str) -> ParsedEntry {
    let mut feed = read_ok(body.as_bytes(), None);
    assert_eq!(feed.entries.len(), 1);
    feed.entries.remove(0)
}

fn rss(item: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\
         <channel><title>المنبر</title><link>https://outlet.example/</link><description/><language>ar-jo</language>\
         <ttl>30</ttl><item>{item}</item></channel></rss>"
    )
}

#[test]
fn an_rss_item_gives_all_that_it_says() {
    let document = rss(
        "<title>عنوان &amp;amp; آخر</title><comments>/articles/7/comments</comments><link>/articles/7?x=1&amp;y=2</link>\
         <guid isPermaLink=\"false\"> id-7 </guid><pubDate>Thu, 20 Feb 2025 08:15:00 +0000</pubDate>\
         <dc:creator>ليلى</dc:creator><category>محليات</category><category>محليات</category>\
         <description>&lt;p&gt;ملخص&lt;/p&gt;</description><content:encoded><![CDATA[<p>النص &copy;</p>]]></content:encoded>\
         <enclosure url=\"https://cdn.example/7.mp3\" type=\"audio/mpeg\" length=\"1234\"/>",
    );
    let feed = read_ok(document.as_bytes(), None);
    assert_eq!(feed.title.as_deref(), Some("المنبر"));
    assert_eq!(
        feed.site.as_ref().map(Url::as_str),
        Some("https://outlet.example/")
    );
    assert_eq!(
        (feed.language.as_deref(), feed.ttl_minutes),
        (Some("ar-jo"), Some(30))
    );
    let expected = ParsedEntry {
        guid: Some("id-7".to_owned()),
        link: Url::parse("https://outlet.example/articles/7?x=1&y=2").ok(),
        title: "عنوان & آخر".to_owned(),
        authors: vec!["ليلى".to_owned()],
        categories: vec!["محليات".to_owned()],
        language: None,
        published: "2025-02-20T08:15:00Z".parse().ok(),
        updated: None,
        summary: Some("<p>ملخص</p>".to_owned()),
        content: Some("<p>النص &copy;</p>".to_owned()),
        enclosures: vec![Enclosure {
            url: "https://cdn.example/7.mp3".to_owned(),
            media_type: Some("audio/mpeg".to_owned()),
            length: Some(1234),
        }],
        image: None,
    };
    assert_eq!(feed.entries, [expected]);
}

#[test]
fn a_picture_illustrates_and_is_no_enclosure() {
    let entry = only(&rss(
        "<title>x</title><media:content url=\"https://cdn.example/7.jpg\" type=\"image/jpeg\"/>",
    ));
    assert_eq!(entry.image.unwrap().as_str(), "https://cdn.example/7.jpg");
    assert!(entry.enclosures.is_empty());
}

#[test]
fn an_entry_without_an_id_has_none_and_reads_the_same_twice() {
    let document = rss("<title>بلا معرف</title><link>https://outlet.example/1</link>");
    let entry = only(&document);
    assert_eq!(entry.guid, None);
    assert_eq!(entry, only(&document));
}

#[test]
fn an_atom_entry_gives_all_that_it_says() {
    let entry = only(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>f</id><title>T</title><updated>2026-01-01T00:00:00Z</updated>\
         <entry><id>tag:x,2026:1</id><title>a &lt;b&gt; c</title><link rel=\"self\" href=\"/self\"/>\
         <link href=\"../notes/1\"/><updated>2026-01-02T10:00:00Z</updated><published>2026-01-01T10:00:00Z</published>\
         <summary>5 &lt; 6 &amp; so on</summary><content type=\"html\">&lt;p&gt;Body&lt;/p&gt;</content></entry></feed>",
    );
    assert_eq!(entry.title, "a <b> c", "a title of type text is no markup");
    assert_eq!(
        entry.link.unwrap().as_str(),
        "https://outlet.example/notes/1"
    );
    assert_eq!(
        entry.summary.as_deref(),
        Some("5 &lt; 6 &amp; so on"),
        "text becomes HTML"
    );
    assert_eq!(entry.content.as_deref(), Some("<p>Body</p>"));
    assert_eq!(entry.published, "2026-01-01T10:00:00Z".parse().ok());
    assert_eq!(entry.updated, "2026-01-02T10:00:00Z".parse().ok());
}

#[test]
fn rdf_and_json_feeds_are_read() {
    let rdf = read_ok(
        b"<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\">\
          <channel rdf:about=\"x\"><title>R</title><link>https://outlet.example/</link><description>d</description></channel>\
          <item rdf:about=\"i\"><title>One</title><link>https://outlet.example/1</link></item></rdf:RDF>",
        None,
    );
    assert_eq!(rdf.entries[0].title, "One");
    let json = read_ok(
        br#"{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[
            {"id":"1","url":"https://outlet.example/1","title":"One","content_html":"<p>x</p>"}]}"#,
        Some("application/feed+json"),
    );
    assert_eq!(
        (json.entries[0].guid.as_deref(), &*json.entries[0].title),
        (Some("1"), "One")
    );
}

#[test]
fn windows_1256_is_read_whoever_says_so() {
    let text = "صوت من عمان";
    let declared = rss(&format!("<title>{text}</title>")).replace(
        "<?xml version=\"1.0\"?>",
        "<?xml version=\"1.0\" encoding=\"windows-1256\"?>",
    );
    let bare = rss(&format!("<title>{text}</title>"));
    // The title in windows-1256; the rest of the document is ASCII but for the channel's title.
    let cp1256 = |document: &str| -> Vec<u8> {
        let (before, after) = document.split_once(text).unwrap();
        let ascii = |part: &str| part.replace("المنبر", "x").into_bytes();
        let title = b"\xd5\xe6\xca\x20\xe3\xe4\x20\xda\xe3\xc7\xe4";
        [ascii(before), title.to_vec(), ascii(after)].concat()
    };
    let by_header = Some("text/xml; charset=windows-1256");
    for (body, content_type) in [
        (cp1256(&declared), None),
        (cp1256(&bare), by_header),
        (declared.into_bytes(), None),
    ] {
        assert_eq!(read_ok(&body, content_type).entries[0].title, text);
    }
}

#[test]
fn broken_documents_are_mended() {
    let whole = rss("<title>رأي & رأي آخر</title>").replace(" version=\"2.0\"", "");
    let junk = format!(
        "Warning: mysql\n{}",
        whole.replace("<?xml version=\"1.0\"?>", "")
    );
    for document in [whole, junk] {
        assert_eq!(only(&document).title, "رأي & رأي آخر");
    }
}

#[test]
fn what_is_no_feed_says_what_it_is() {
    let parse = |text: &str| parse(text.as_bytes(), None, &base(), &Options::default());
    let page = parse(
        "<!doctype html><html><head><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/rss\"></head></html>",
    );
    let Err(Error::NotAFeed { offered, .. }) = page else {
        panic!("{page:?}")
    };
    assert_eq!(offered[0].url.as_str(), "https://outlet.example/rss");
    assert!(matches!(parse(" \n"), Err(Error::Empty { .. })));
    assert!(matches!(parse("hello"), Err(Error::Broken { .. })));
    let deep = rss(&"<itunes:category>".repeat(4000));
    assert!(matches!(parse(&deep), Err(Error::TooDeep { .. })));
}

#[test]
fn a_panic_of_the_parser_is_an_error_of_the_document() {
    let document = rss("<title>x</title><author>أحمد،a@b.example</author>");
    let read = parse(document.as_bytes(), None, &base(), &Options::default());
    assert!(matches!(read, Ok(_) | Err(Error::Broken { .. })));
}

proptest::proptest! {
    #[test]
    fn no_document_takes_the_parser_down(body in "(<rss version=\"2.0\">)?[<>/&;a-z\"= \\[\\]!أ-ي٠-٩-]{0,200}") {
        let _ = parse(body.as_bytes(), None, &base(), &Options::default());
    }
}
