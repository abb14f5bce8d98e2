//! `add` and `remove` change the text that they must, and nothing else.

use url::Url;

use super::{parse, parsed};
use crate::config::EditError;
use crate::config::edit::{NewFeed, add_feed, remove_feed, slug_for};

const SAMPLE: &str = include_str!("../../../feeds.toml");

fn feed(slug: &str) -> NewFeed {
    NewFeed {
        slug: slug.to_owned(),
        url: Url::parse("https://news.example/feed?a=1&b=2").unwrap(),
        title: Some("صوت \"الحق\"\n\u{1b}[31m \\".to_owned()),
        language: Some("ar".to_owned()),
        categories: vec!["jordan".to_owned(), "ما'دبا".to_owned()],
    }
}

#[test]
fn an_added_feed_stands_at_the_end_and_is_read_back_as_given() {
    for text in [
        "",
        "# mine",
        "[fetch]\ntimeout = \"9s\"\n\n# the end\n",
        SAMPLE,
    ] {
        let added = add_feed(text, &feed("sawt")).unwrap();
        assert!(added.starts_with(text), "{added}");
        let (config, warnings) = parse(&added).unwrap();
        assert_eq!(warnings, []);
        let spec = &config.subscriptions.last().unwrap().spec;
        assert_eq!((spec.slug.as_str(), &spec.url), ("sawt", &feed("sawt").url));
        assert_eq!(spec.title.as_deref(), Some("صوت \"الحق\" \u{1b}[31m \\"));
        assert_eq!(spec.categories, feed("sawt").categories);
        assert_eq!(spec.language.as_deref(), Some("ar"));
    }
    let plain = NewFeed {
        title: Some("  ".to_owned()),
        language: None,
        categories: vec![],
        ..feed("a")
    };
    let expected = "[[feed]]\nslug = \"a\"\nurl = \"https://news.example/feed?a=1&b=2\"\n";
    assert_eq!(add_feed("", &plain).unwrap(), expected);
}

#[test]
fn feeds_that_are_written_in_line_are_added_to_and_removed_from() {
    let text = "feed = [\n    { slug = \"a\", url = \"https://a.example/\" },\n]\n";
    let added = add_feed(text, &feed("b")).unwrap();
    let slugs: Vec<_> = parsed(&added)
        .subscriptions
        .into_iter()
        .map(|feed| feed.spec.slug)
        .collect();
    assert_eq!(slugs, ["a", "b"]);
    let removed = remove_feed(&added, "a").unwrap();
    assert_eq!(parsed(&removed).subscriptions.len(), 1);
}

#[test]
fn what_was_added_is_removed_without_a_trace() {
    let once = add_feed(SAMPLE, &feed("sawt")).unwrap();
    let twice = add_feed(&once, &feed("other")).unwrap();
    assert_eq!(
        remove_feed(&remove_feed(&twice, "sawt").unwrap(), "other")
            .unwrap()
            .trim_end(),
        SAMPLE.trim_end()
    );
}

#[test]
fn every_feed_of_the_sample_can_be_removed_and_every_other_stays() {
    let all = parsed(SAMPLE).subscriptions;
    let mut text = SAMPLE.to_owned();
    for (count, gone) in all.iter().enumerate() {
        text = remove_feed(&text, &gone.spec.slug).unwrap();
        assert_eq!(parsed(&text).subscriptions, all[count + 1..]);
    }
    for kept in [
        "# ---- Jordan ----",
        "# صوت الحق: the address",
        "# ---- Egypt and the Maghreb ----",
        "# A feed may also say",
    ] {
        assert!(text.contains(kept), "{kept}\n{text}");
    }
}

#[test]
fn a_feed_goes_with_its_own_comments_and_tables_and_leaves_those_of_others() {
    let text = "\
# Head

[[feed]]
slug = \"a\" # first
url = \"https://a.example/\"

# ---- Group ----

# about b
[[feed]]
slug = \"b\"
url = \"https://b.example/\"
[feed.headers]
X = \"1\"

# about c
[[feed]]
slug = \"c\"
url = \"https://c.example/\"

# End
";
    let expected = "\
# Head

[[feed]]
slug = \"a\" # first
url = \"https://a.example/\"

# ---- Group ----

# about c
[[feed]]
slug = \"c\"
url = \"https://c.example/\"

# End
";
    assert_eq!(remove_feed(text, "b").unwrap(), expected);
    let last = "[[feed]]\nslug = \"a\"\n\n# ---- Group ----\n\n# about b\n[[feed]]\nslug = \"b\"\n";
    assert_eq!(
        remove_feed(last, "b").unwrap(),
        "[[feed]]\nslug = \"a\"\n\n# ---- Group ----\n\n"
    );
}

#[test]
fn a_change_that_would_break_the_file_is_refused() {
    let one = add_feed("", &feed("a")).unwrap();
    assert!(matches!(add_feed(&one, &feed("a")), Err(EditError::Taken(slug)) if slug == "a"));
    assert!(matches!(remove_feed(&one, "b"), Err(EditError::NoSuchFeed(slug)) if slug == "b"));
    assert!(matches!(
        add_feed("[feed]\n", &feed("a")),
        Err(EditError::NotAList)
    ));
    assert!(matches!(
        add_feed("feed = 1", &feed("a")),
        Err(EditError::NotAList)
    ));
    assert!(matches!(
        remove_feed("[fetch", "a"),
        Err(EditError::Syntax(_))
    ));
    let named = format!("[[channel]]\nslug = \"c\"\nfeeds = [\"a\"]\n{one}");
    let error = remove_feed(&named, "a").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the channel `c` names `a` among its feeds; take it out there first"
    );
}

#[test]
fn a_slug_comes_from_a_latin_title_else_from_the_host() {
    let cases = [
        (
            Some("Jordan News | All of it"),
            "https://www.jordannews.jo/rss",
            "jordan-news",
        ),
        (
            Some("المملكة"),
            "https://www.almamlakatv.com/rss.xml",
            "almamlakatv",
        ),
        (Some("24"), "https://24.ae/rss.aspx", "24"),
        (None, "https://feeds.bbci.co.uk/arabic/rss.xml", "bbci"),
        (
            None,
            "https://arabic.cnn.com/api/v1/rss/rss.xml",
            "arabic-cnn",
        ),
        (
            None,
            "https://www.aa.com.tr/ar/rss/default?cat=guncel",
            "aa",
        ),
        (None, "http://127.0.0.1:8080/feed", "127-0-0-1"),
        (None, "http://[::1]/feed", "1"),
        (None, "http://localhost/feed", "localhost"),
        (Some(""), "https://www.com/", "www"),
    ];
    for (title, url, expected) in cases {
        let url = Url::parse(url).unwrap();
        assert_eq!(
            slug_for(title, &url, |_| false),
            expected,
            "{title:?} {url}"
        );
        let taken = [expected.to_owned(), format!("{expected}-2")];
        let third = slug_for(title, &url, |slug| taken.iter().any(|taken| taken == slug));
        assert_eq!(third, format!("{expected}-3"));
    }
    let long = slug_for(
        Some(&"word ".repeat(50)),
        &Url::parse("https://a.example").unwrap(),
        |_| false,
    );
    assert!(long.len() <= 40 && !long.ends_with('-'), "{long}");
}
