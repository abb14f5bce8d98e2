//! Whole documents, and what holds for every document.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use url::Url;

use super::*;
use crate::model::{Article, Enclosure, Outlet, SourceFeed};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
}

fn article(id: i64) -> Article {
    Article {
        id,
        story: id,
        feed: "dar".to_owned(),
        outlet: "دار الخبر".to_owned(),
        guid: Some("tag:dar.example,2026:1".to_owned()),
        url: Some("https://dar.example/news/1?a=1&b=2".to_owned()),
        title: "افتتاح السوق & <الميناء>".to_owned(),
        author: vec!["ليلى".to_owned()],
        language: Some("ar".to_owned()),
        categories: vec!["اقتصاد".to_owned()],
        published: at(0),
        updated: at(60),
        first_seen: at(90),
        dateline: None,
        summary: Some("سطر عن السوق".to_owned()),
        text: "الفقرة الأولى عن السوق.\n\nالفقرة الثانية.".to_owned(),
        html: Some("<p>الفقرة الأولى</p><p>والثانية & غيرها</p>".to_owned()),
        words: 6,
        image: Some("https://dar.example/1.jpg".to_owned()),
        enclosures: vec![Enclosure {
            url: "https://dar.example/1.mp3".to_owned(),
            media_type: Some("audio/mpeg".to_owned()),
            length: Some(1234),
        }],
        extraction: "page: article element".to_owned(),
        lead: true,
    }
}

fn item_with(article: Article, options: &Options) -> Item {
    let source = SourceFeed {
        title: "دار: الأخبار".to_owned(),
        url: "https://dar.example/feed".to_owned(),
        site: Some("https://dar.example/".to_owned()),
    };
    let others = vec![Outlet {
        name: "Harbour Post".to_owned(),
        url: Some("https://post.example/2".to_owned()),
    }];
    Item::from_article(article, source, others, "archive", options)
}

fn item(article: Article) -> Item {
    item_with(article, &Options::default())
}

fn document(format: Format, items: &[Item]) -> String {
    let home = Url::parse("https://rawi.example/").unwrap();
    let channel = Channel::new("archive", ALL, "الأخبار كلها", &home, format, items);
    String::from_utf8(render(format, &channel, items).bytes).unwrap()
}

/// An element of a document: the names down to it, its attributes, its text.
#[derive(Debug, Clone, Default, PartialEq)]
struct Element {
    path: String,
    attributes: HashMap<String, String>,
    text: String,
}

/// Reads a document strictly: what is not well-formed panics.
fn elements(xml: &str) -> Vec<Element> {
    for c in xml.chars() {
        assert!(
            matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..),
            "U+{:04X}",
            c as u32
        );
    }
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut all): (Vec<usize>, Vec<Element>) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                let above = open
                    .last()
                    .map(|n| all[*n].path.clone() + "/")
                    .unwrap_or_default();
                let attributes = tag.attributes().map(Result::unwrap).map(|a| {
                    let value = quick_xml::escape::unescape(&a.value).unwrap().into_owned();
                    (a.key.as_ref().to_owned(), value)
                });
                let attributes = attributes.collect();
                open.push(all.len());
                all.push(Element {
                    path: above + &name,
                    attributes,
                    text: String::new(),
                });
            }
            Event::End(_) => drop(open.pop()),
            Event::Text(text) => {
                if let Some(n) = open.last() {
                    all[*n].text += &text.xml10_content();
                }
            }
            Event::GeneralRef(reference) => {
                let name = format!("&{};", reference.into_inner());
                let n = *open.last().unwrap();
                all[n].text += &quick_xml::escape::unescape(&name).unwrap();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    all
}

fn text(elements: &[Element], path: &str) -> Option<String> {
    elements
        .iter()
        .find(|e| e.path == path)
        .map(|e| e.text.clone())
}

fn texts(elements: &[Element], path: &str) -> Vec<String> {
    elements
        .iter()
        .filter(|e| e.path == path)
        .map(|e| e.text.clone())
        .collect()
}

fn links(elements: &[Element], path: &str, rel: &str) -> Vec<String> {
    let with = |e: &&Element| e.path == path && e.attributes.get("rel").is_some_and(|r| r == rel);
    elements
        .iter()
        .filter(with)
        .map(|e| e.attributes["href"].clone())
        .collect()
}

/// A document of one article, whatever version of rawi writes it.
fn whole(format: Format) -> String {
    document(format, &[item(article(1))]).replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
}

#[test]
fn the_whole_atom_document() {
    insta::assert_snapshot!(whole(Format::Atom), @r##"
    <?xml version="1.0" encoding="UTF-8"?>
    <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar">
     <id>urn:uuid:0e169a32-c193-84eb-b88a-a5c729e525f9</id>
     <title type="text">الأخبار كلها</title>
     <updated>2026-01-01T00:01:00.069775582Z</updated>
     <link rel="self" type="application/atom+xml" href="https://rawi.example/feed.atom"/>
     <link rel="alternate" type="text/html" href="https://rawi.example/"/>
     <generator version="[VERSION]">rawi</generator>
     <entry xml:lang="ar">
      <id>urn:uuid:458de4c1-5c1f-8969-ba08-5295aa148ee2</id>
      <title type="text">افتتاح السوق &amp; &lt;الميناء&gt;</title>
      <updated>2026-01-01T00:01:00.069775582Z</updated>
      <published>2026-01-01T00:00:00Z</published>
      <author>
       <name>ليلى</name>
      </author>
      <link rel="alternate" href="https://dar.example/news/1?a=1&amp;b=2"/>
      <link rel="related" title="Harbour Post" href="https://post.example/2"/>
      <link rel="enclosure" type="audio/mpeg" href="https://dar.example/1.mp3" length="1234"/>
      <category term="اقتصاد"/>
      <summary type="text">سطر عن السوق</summary>
      <content type="html">&lt;div dir="rtl" lang="ar"&gt;&lt;p&gt;الفقرة الأولى&lt;/p&gt;&lt;p&gt;والثانية &amp;amp; غيرها&lt;/p&gt;&lt;/div&gt;</content>
      <source>
       <id>https://dar.example/feed</id>
       <title type="text">دار: الأخبار</title>
       <updated>2026-01-01T00:01:00Z</updated>
       <link rel="self" href="https://dar.example/feed"/>
       <link rel="alternate" href="https://dar.example/"/>
      </source>
     </entry>
    </feed>
    "##);
}

#[test]
fn the_whole_rss_document() {
    insta::assert_snapshot!(whole(Format::Rss), @r##"
    <?xml version="1.0" encoding="UTF-8"?>
    <rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
     <channel>
      <title>الأخبار كلها</title>
      <link>https://rawi.example/</link>
      <description>الأخبار كلها</description>
      <atom:link rel="self" type="application/rss+xml" href="https://rawi.example/feed.rss"/>
      <language>ar</language>
      <lastBuildDate>Thu, 01 Jan 2026 00:01:00 +0000</lastBuildDate>
      <generator>rawi [VERSION]</generator>
      <ttl>5</ttl>
      <item>
       <title>افتتاح السوق &#x26; &#x3C;الميناء&#x3E;</title>
       <link>https://dar.example/news/1?a=1&amp;b=2</link>
       <guid isPermaLink="false">urn:uuid:458de4c1-5c1f-8969-ba08-5295aa148ee2</guid>
       <pubDate>Thu, 01 Jan 2026 00:00:00 +0000</pubDate>
       <dc:creator>ليلى</dc:creator>
       <category>اقتصاد</category>
       <description>سطر عن السوق</description>
       <content:encoded>&lt;div dir="rtl" lang="ar"&gt;&lt;p&gt;الفقرة الأولى&lt;/p&gt;&lt;p&gt;والثانية &amp;amp; غيرها&lt;/p&gt;&lt;/div&gt;</content:encoded>
       <enclosure url="https://dar.example/1.mp3" length="1234" type="audio/mpeg"/>
       <source url="https://dar.example/feed">دار: الأخبار</source>
      </item>
     </channel>
    </rss>
    "##);
}

#[test]
fn the_whole_json_document() {
    let json: serde_json::Value = serde_json::from_str(&whole(Format::Json)).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap(), @r##"
    {
      "feed_url": "https://rawi.example/feed.json",
      "home_page_url": "https://rawi.example/",
      "items": [
        {
          "_rawi": {
            "outlet": "دار الخبر",
            "outlets": [
              {
                "name": "دار الخبر",
                "url": "https://dar.example/news/1?a=1&b=2"
              },
              {
                "name": "Harbour Post",
                "url": "https://post.example/2"
              }
            ],
            "story": 1
          },
          "attachments": [
            {
              "mime_type": "audio/mpeg",
              "size_in_bytes": 1234,
              "url": "https://dar.example/1.mp3"
            }
          ],
          "authors": [
            {
              "name": "ليلى"
            }
          ],
          "content_html": "<div dir=\"rtl\" lang=\"ar\"><p>الفقرة الأولى</p><p>والثانية &amp; غيرها</p></div>",
          "date_modified": "2026-01-01T00:01:00.069775582Z",
          "date_published": "2026-01-01T00:00:00Z",
          "id": "urn:uuid:458de4c1-5c1f-8969-ba08-5295aa148ee2",
          "image": "https://dar.example/1.jpg",
          "language": "ar",
          "summary": "سطر عن السوق",
          "tags": [
            "اقتصاد"
          ],
          "title": "افتتاح السوق & <الميناء>",
          "url": "https://dar.example/news/1?a=1&b=2"
        }
      ],
      "language": "ar",
      "title": "الأخبار كلها",
      "version": "https://jsonfeed.org/version/1.1"
    }
    "##);
}

#[test]
fn a_document_without_items_is_whole() {
    let atom = elements(&document(Format::Atom, &[]));
    assert_eq!(text(&atom, "feed/updated").unwrap(), "1970-01-01T00:00:00Z");
    let rss = elements(&document(Format::Rss, &[]));
    assert_eq!(text(&rss, "rss/channel/lastBuildDate"), None);
    let json: serde_json::Value = serde_json::from_str(&document(Format::Json, &[])).unwrap();
    assert_eq!(json["items"], serde_json::json!([]));
}

#[test]
fn ties_are_broken_the_same_way_for_ever() {
    let items: Vec<_> = (1..=100).map(|id| item(article(id))).collect();
    let all = texts(
        &elements(&document(Format::Atom, &items)),
        "feed/entry/updated",
    );
    let mut distinct = all.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 100);
    assert!(
        all.iter()
            .all(|time| time.starts_with("2026-01-01T00:01:00.")),
        "{all:?}"
    );
    let alone = texts(
        &elements(&document(Format::Atom, &items[41..42])),
        "feed/entry/updated",
    );
    assert_eq!(alone, all[41..42]);
}

#[test]
fn a_summary_is_all_that_leaves_if_that_is_what_is_wanted() {
    let options = Options {
        content: Content::Summary,
        ..Options::default()
    };
    let with = item_with(article(1), &options);
    let atom = document(Format::Atom, std::slice::from_ref(&with));
    assert!(!atom.contains("الفقرة"), "{atom}");
    assert_eq!(
        text(&elements(&atom), "feed/entry/summary").unwrap(),
        "سطر عن السوق"
    );
    let rss = elements(&document(Format::Rss, std::slice::from_ref(&with)));
    let wrapped = r#"<div dir="rtl" lang="ar">سطر عن السوق</div>"#;
    assert_eq!(text(&rss, "rss/channel/item/description").unwrap(), wrapped);
    let long = Article {
        summary: None,
        text: "كلمة ".repeat(500),
        ..article(1)
    };
    let cut = item_with(long, &options).summary.unwrap();
    assert!(cut.chars().count() <= 301 && cut.ends_with('…'), "{cut}");
}

#[test]
fn a_summary_that_is_the_text_is_not_said_twice() {
    let same = Article {
        summary: Some("الفقرة  واحدة".to_owned()),
        ..article(1)
    };
    assert_eq!(
        item(Article {
            text: "الفقرة واحدة\n".to_owned(),
            ..same
        })
        .summary,
        None
    );
}

#[test]
fn an_article_without_html_gets_its_paragraphs() {
    let bare = item(Article {
        html: Some("<script>x</script>".to_owned()),
        ..article(1)
    });
    let rss = elements(&document(Format::Rss, &[bare]));
    let content = text(&rss, "rss/channel/item/content:encoded").unwrap();
    assert!(
        content.starts_with(r#"<div dir="rtl" lang="ar"><p>الفقرة الأولى"#),
        "{content}"
    );
    assert!(content.contains("<p>الفقرة الثانية.</p>"), "{content}");
}

#[test]
fn an_entry_with_nothing_but_an_outlet_is_still_an_entry() {
    let nothing = item(Article {
        url: None,
        title: " \u{202e}".to_owned(),
        author: Vec::new(),
        language: None,
        summary: None,
        text: String::new(),
        html: None,
        enclosures: Vec::new(),
        ..article(1)
    });
    let atom = elements(&document(Format::Atom, std::slice::from_ref(&nothing)));
    assert_eq!(text(&atom, "feed/entry/title").unwrap(), "دار الخبر");
    assert_eq!(text(&atom, "feed/entry/author/name").unwrap(), "دار الخبر");
    assert_eq!(text(&atom, "feed/entry/content").unwrap(), "دار الخبر");
    let json = document(Format::Json, &[nothing]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["items"][0]["content_text"], "دار الخبر");
}

#[test]
fn addresses_in_a_body_are_resolved_and_scripts_stay_behind() {
    let html = Some(r#"<p><a href="/more">x</a></p><script>y</script>"#.to_owned());
    let rss = elements(&document(
        Format::Rss,
        &[item(Article { html, ..article(1) })],
    ));
    let content = text(&rss, "rss/channel/item/content:encoded").unwrap();
    assert!(
        content.contains(r#"href="https://dar.example/more""#),
        "{content}"
    );
    assert!(!content.contains("script"), "{content}");
}

#[test]
fn addresses_that_are_not_of_the_web_stay_behind() {
    let bad = "javascript:alert(1)".to_owned();
    let mut hostile = item(Article {
        url: Some(bad.clone()),
        guid: Some(bad.clone()),
        image: Some(bad.clone()),
        html: Some(format!(r#"<a href="{bad}">x</a>"#)),
        enclosures: vec![Enclosure {
            url: bad.clone(),
            media_type: Some("audio/mpeg".to_owned()),
            length: None,
        }],
        ..article(1)
    });
    hostile.others[0].url = Some(bad.clone());
    hostile.source.url = bad.clone();
    hostile.source.site = Some(bad);
    for format in Format::EVERY {
        let document = document(format, std::slice::from_ref(&hostile));
        assert!(!document.contains("javascript"), "{document}");
    }
}

#[test]
fn an_enclosure_of_unknown_size_has_none_said_and_one_of_unknown_type_is_left_out() {
    let enclosure = |n: u32, media_type: Option<&str>, length| Enclosure {
        url: format!("https://dar.example/{n}.mp3"),
        media_type: media_type.map(str::to_owned),
        length,
    };
    let enclosures = vec![
        enclosure(1, None, Some(5)),
        enclosure(2, Some("audio/mpeg"), None),
        enclosure(3, Some("audio/mpeg"), Some(9)),
    ];
    let item = item(Article {
        enclosures,
        ..article(1)
    });
    let atom = elements(&document(Format::Atom, std::slice::from_ref(&item)));
    let two = ["https://dar.example/2.mp3", "https://dar.example/3.mp3"];
    assert_eq!(links(&atom, "feed/entry/link", "enclosure"), two);
    let rss = elements(&document(Format::Rss, &[item]));
    let enclosures: Vec<_> = rss
        .iter()
        .filter(|e| e.path == "rss/channel/item/enclosure")
        .collect();
    assert_eq!(enclosures.len(), 1, "RSS has room for one");
    assert_eq!(enclosures[0].attributes["url"], two[0]);
    assert_eq!(enclosures[0].attributes["length"], "0");
}

#[test]
fn a_guid_that_is_an_address_of_its_own_is_kept_as_where_the_entry_came_from() {
    let guid = Some("https://dar.example/?p=1".to_owned());
    let atom = elements(&document(
        Format::Atom,
        &[item(Article { guid, ..article(1) })],
    ));
    assert_eq!(
        links(&atom, "feed/entry/link", "via"),
        ["https://dar.example/?p=1"]
    );
}

#[test]
fn ids_depend_on_the_archive_and_the_story_alone() {
    let one = item(article(1)).id;
    assert_eq!(
        one,
        item(Article {
            title: "آخر".to_owned(),
            url: None,
            ..article(1)
        })
        .id
    );
    assert_ne!(one, item(article(2)).id);
    let elsewhere = item(article(1));
    let moved = Item::from_article(
        elsewhere.article,
        elsewhere.source,
        elsewhere.others,
        "another archive",
        &Options::default(),
    );
    assert_ne!(one, moved.id);
}

/// An article, its feed and another outlet whose every text field is `text`.
fn made_of(text: &str) -> Item {
    let own = || text.to_owned();
    let article = Article {
        feed: own(),
        outlet: own(),
        guid: Some(own()),
        url: Some(format!("https://dar.example/{text}")),
        title: own(),
        author: vec![own()],
        language: Some(own()),
        categories: vec![own()],
        summary: Some(own()),
        text: own(),
        html: Some(own()),
        image: Some(own()),
        enclosures: vec![Enclosure {
            url: own(),
            media_type: Some(own()),
            length: None,
        }],
        ..article(1)
    };
    let source = SourceFeed {
        title: own(),
        url: own(),
        site: Some(own()),
    };
    let others = vec![Outlet {
        name: own(),
        url: Some(own()),
    }];
    Item::from_article(article, source, others, "archive", &Options::default())
}

/// What a reader should see of a title, and what the three documents give it.
fn titles(text: &str) -> (String, [String; 3]) {
    let item = made_of(text);
    let atom = elements(&document(Format::Atom, std::slice::from_ref(&item)));
    let rss = elements(&document(Format::Rss, std::slice::from_ref(&item)));
    let json = document(Format::Json, std::slice::from_ref(&item));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let read = [
        self::text(&atom, "feed/entry/title").unwrap(),
        self::text(&rss, "rss/channel/item/title").unwrap(),
        json["items"][0]["title"].as_str().unwrap().to_owned(),
    ];
    (chars::line(text), read)
}

#[test]
fn no_control_character_comes_out_wherever_it_went_in() {
    for c in (0..0xa0)
        .chain([0xfeff, 0xfffe, 0xffff, 0x1_0ffff])
        .filter_map(char::from_u32)
    {
        let text = format!("أ{c}ب");
        let (wanted, read) = titles(&text);
        assert_eq!(
            read,
            [wanted.clone(), wanted.clone(), wanted],
            "U+{:04X}",
            c as u32
        );
        let opml = opml::write(&[opml::OpmlFeed {
            title: Some(text.clone()),
            url: text.clone(),
            site: Some(text.clone()),
            language: Some(text.clone()),
            categories: vec![text],
        }]);
        elements(std::str::from_utf8(&opml).unwrap());
    }
}

proptest! {
    #[test]
    fn any_text_gives_documents_that_read_back(text in "[\\PC<>&\"'\\]\\[\u{0}-\u{1f}\u{7f}-\u{9f}\u{202a}-\u{202e}ا-ي -]{0,40}") {
        let (wanted, read) = titles(&text);
        if wanted.trim().is_empty() {
            prop_assert!(read.iter().all(|title| !title.trim().is_empty()));
        } else {
            prop_assert_eq!(&read, &[wanted.clone(), wanted.clone(), wanted]);
        }
    }

    #[test]
    fn any_text_is_read_as_opml_or_refused(text in "(<opml>|<outline |xmlUrl=|'x'|/>|</outline>|&|[<>!\\[\\]a-z\"' -]){0,30}") {
        let _ = opml::read(&text);
    }
}
