//! Every fault is found, in its line, with the nearest known key; and so is every warning.

use super::parse;
use crate::config::Config;

/// A text, and for each fault its line, its key and a part of its message.
type Case = (&'static str, &'static [(usize, &'static str, &'static str)]);

fn check(cases: &[Case]) {
    for (text, expected) in cases {
        let faults = parse(text).expect_err(text);
        let found: Vec<_> = faults.iter().collect();
        assert_eq!(found.len(), expected.len(), "{text}\n{faults}");
        for (fault, (line, key, message)) in found.iter().zip(*expected) {
            assert_eq!(
                (fault.place.line, fault.place.key.as_str()),
                (*line, *key),
                "{text}\n{fault}"
            );
            assert!(fault.message.contains(message), "{text}\n{fault}");
        }
    }
}

#[test]
fn an_unknown_key_is_named_with_the_nearest_known_one() {
    check(&[
        (
            "[fetch]\ntiemout = \"60s\"",
            &[(2, "fetch.tiemout", "did you mean `timeout`?")],
        ),
        ("[fetchh]\n", &[(1, "fetchh", "did you mean `fetch`?")]),
        (
            "[[feeds]]\nslug = \"a\"",
            &[(1, "feeds", "did you mean `feed`?")],
        ),
        (
            "[publish]\nurl = 1",
            &[(2, "publish.url", "there are title, entries, content, hub")],
        ),
        (
            "[[feed]]\nslug = \"a\"\nurl = \"https://a.example/\"\nTimeZone = \"Asia/Amman\"",
            &[(4, "feed.TimeZone", "did you mean `timezone`?")],
        ),
        (
            "[[feed]]\nslug = \"a\"\nurl = \"https://a.example/\"\nextract = { bdy = \"p\" }",
            &[(4, "feed.extract.bdy", "did you mean `body`?")],
        ),
        (
            "[serve]\ntoken = { fil = \"x\" }",
            &[(2, "serve.token.fil", "did you mean `file`?")],
        ),
    ]);
}

#[test]
fn a_wrong_type_says_what_is_wanted() {
    check(&[
        (
            "[fetch]\ntimeout = 60",
            &[(
                2,
                "fetch.timeout",
                "must be a duration such as \"15m\", but is an integer",
            )],
        ),
        (
            "[fetch]\nconcurrency = \"32\"",
            &[(2, "fetch.concurrency", "a whole number from 1 to")],
        ),
        (
            "[dedupe]\nnear = \"yes\"",
            &[(2, "dedupe.near", "must be true or false")],
        ),
        ("fetch = 1", &[(1, "fetch", "a section, written [fetch]")]),
        ("[[fetch]]", &[(1, "fetch", "a section, written [fetch]")]),
        ("[feed]", &[(1, "feed", "each written [[feed]]")]),
        ("feed = [1]", &[(1, "feed", "each written [[feed]]")]),
        (
            "[[channel]]\nslug = \"c\"\ncategories = \"jordan\"",
            &[(3, "channel.categories", "an array")],
        ),
        (
            "[[channel]]\nslug = \"c\"\ncategories = [\"jordan\",\n  1]",
            &[(4, "channel.categories", "must be a string")],
        ),
        (
            "[schedule]\ndefault = 15",
            &[(2, "schedule.default", "a schedule such as \"15m\"")],
        ),
    ]);
}

#[test]
fn an_impossible_value_says_why() {
    check(&[
        ("[archive]\npath = \"\"", &[(2, "archive.path", "is empty")]),
        (
            "[archive]\nretention = \"never\"",
            &[(2, "archive.retention", "is no duration")],
        ),
        (
            "[fetch]\nconcurrency = 0",
            &[(2, "fetch.concurrency", "from 1 to 1000")],
        ),
        (
            "[fetch]\nconcurrency = -1",
            &[(2, "fetch.concurrency", "from 1 to 1000")],
        ),
        (
            "[fetch]\ntimeout = \"0s\"",
            &[(2, "fetch.timeout", "the least is 1s")],
        ),
        (
            "[fetch]\nmax_body = \"5\"",
            &[(2, "fetch.max_body", "as in \"5MiB\"")],
        ),
        (
            "[fetch]\nmax_body = \"2TiB\"",
            &[(2, "fetch.max_body", "as in \"5MiB\"")],
        ),
        (
            "[fetch]\nmax_body = \"2GiB\"",
            &[(2, "fetch.max_body", "out of bounds")],
        ),
        (
            "[fetch]\nallow_networks = [\"10.0.0.1\", \"10.0.0.0/40\"]",
            &[
                (2, "fetch.allow_networks", "write \"10.0.0.1/32\""),
                (2, "fetch.allow_networks", "`10.0.0.0/40` is no network"),
            ],
        ),
        (
            "[fetch]\ncontact = \"راوي\"",
            &[(2, "fetch.contact", "printable ASCII")],
        ),
        (
            "[fetch]\nproxy = \"ftp://p.example\"",
            &[(2, "fetch.proxy", "is no proxy")],
        ),
        (
            "[schedule]\nfloor = \"2d\"",
            &[(1, "schedule", "floor of 2d is above the ceiling of 1d")],
        ),
        (
            "[schedule]\nfloor = \"2h\"\nceiling = \"90m\"",
            &[(
                3,
                "schedule.ceiling",
                "the floor of 2h is above the ceiling of 1h 30m",
            )],
        ),
        (
            "[schedule]\nfloor = \"30s\"",
            &[(2, "schedule.floor", "the least is 1m")],
        ),
        (
            "[schedule]\ndefault = \"0 0 30 2 *\"",
            &[(2, "schedule.default", "never comes")],
        ),
        (
            "[serve]\nlisten = \"localhost:80\"",
            &[(2, "serve.listen", "is no IP address")],
        ),
        (
            "[serve]\nlisten = \"0.0.0.0:8077\"",
            &[(2, "serve.listen", "add `token")],
        ),
        (
            "[serve]\nlisten = \"[::ffff:10.0.0.1]:80\"",
            &[(2, "serve.listen", "add `token")],
        ),
        (
            "[serve]\npublic_url = \"news.example\"",
            &[(2, "serve.public_url", "starts with http")],
        ),
        (
            "[serve]\nlanguage = \"fr\"",
            &[(2, "serve.language", "\"auto\", \"ar\", \"en\"")],
        ),
        (
            "[serve]\nimages = \"on\"",
            &[(2, "serve.images", "\"off\", \"remote\"")],
        ),
        (
            "[publish]\nentries = 0",
            &[(2, "publish.entries", "from 1 to")],
        ),
        (
            "[publish]\ntitle = \" \"",
            &[(2, "publish.title", "is empty")],
        ),
        (
            "[publish]\ncontent = \"half\"",
            &[(2, "publish.content", "\"full\", \"summary\"")],
        ),
        (
            "[[channel]]\nslug = \"all\"",
            &[(2, "channel.slug", "always there")],
        ),
        (
            "[[channel]]\ntitle = \"x\"",
            &[(1, "channel", "the key `slug` is missing")],
        ),
        (
            "[[channel]]\nslug = \"c\"\nkeep = [\"(\"]",
            &[(3, "channel.keep", "unclosed group")],
        ),
        (
            "[[channel]]\nslug = \"c\"\nmute = [\"\"]",
            &[(3, "channel.mute", "matches everything")],
        ),
        (
            "[[channel]]\nslug = \"c\"\nsearch = \"عمان after:rubbish\"",
            &[(3, "channel.search", "takes a day such as 2025-01-31")],
        ),
        (
            "[[channel]]\nslug = \"c\"\nsearch = \" \"",
            &[(3, "channel.search", "at least one word")],
        ),
        (
            "[[channel]]\nslug = \"c\"\n[[channel]]\nslug = \"c\"",
            &[(4, "channel.slug", "at line 2")],
        ),
    ]);
}

#[test]
fn the_keys_of_a_feed_are_checked() {
    fn feed(keys: &str, expected: (&str, &str)) {
        let text = format!("[[feed]]\nslug = \"a\"\nurl = \"https://a.example/\"\n{keys}\n");
        let faults = parse(&text).expect_err(&text);
        let found: Vec<_> = faults.iter().collect();
        assert_eq!(found.len(), 1, "{text}\n{faults}");
        assert_eq!(
            (found[0].place.line, found[0].place.key.as_str()),
            (4, expected.0),
            "{faults}"
        );
        assert!(found[0].message.contains(expected.1), "{faults}");
    }
    feed(
        "timezone = \"Asia/Aman\"",
        ("feed.timezone", "did you mean `Asia/Amman`?"),
    );
    feed(
        "timezone = \"asia/amman\"",
        ("feed.timezone", "did you mean `Asia/Amman`?"),
    );
    feed(
        "language = \"arabic language\"",
        ("feed.language", "no language tag"),
    );
    feed("schedule = \"30s\"", ("feed.schedule", "less than 1m"));
    feed(
        "schedule = \"0 */15 6-23 * * *\"",
        ("feed.schedule", "6 fields, but cron has five"),
    );
    feed("schedule = \"often\"", ("feed.schedule", "five-field cron"));
    feed(
        "extract = \"always\"",
        ("feed.extract", "\"auto\", \"never\""),
    );
    feed(
        "extract = true",
        ("feed.extract", "must be \"auto\", \"never\" or"),
    );
    feed("extract = {}", ("feed.extract", "names no selector"));
    feed(
        "extract = { body = \"p[\" }",
        ("feed.extract.body", "`p[` is no CSS selector"),
    );
    feed(
        "extract = { body = \"\" }",
        ("feed.extract.body", "is empty"),
    );
    feed(
        "extract = { remove = [\"  \"] }",
        ("feed.extract.remove", "is empty"),
    );
    feed("bearer = \"s3cret\"", ("feed.bearer", "{ file = "));
    feed("bearer = {}", ("feed.bearer", "names no secret"));
    feed(
        "bearer = { file = \"a\", credential = \"b\" }",
        ("feed.bearer", "which is it?"),
    );
    feed(
        "cookie = { credential = \"../b\" }",
        ("feed.cookie.credential", "no path"),
    );
    feed(
        "client_certificate = 1",
        ("feed.client_certificate", "must be `{ file"),
    );
    feed(
        "basic = { user = \"u\" }",
        ("feed.basic", "`password` is missing"),
    );
    feed(
        "basic = { user = \"u\", password = \"p\" }",
        ("feed.basic.password", "never written in this file"),
    );
    feed(
        "basic = { user = \"u:v\", password = { file = \"p\" } }",
        ("feed.basic.user", "colon"),
    );
    feed(
        "headers = { \"a b\" = \"c\" }",
        ("feed.headers.a b", "no name of a header"),
    );
    feed(
        "headers = { a = \"b\\nc\" }",
        ("feed.headers.a", "printable ASCII"),
    );
    feed(
        "user_agent = \"\\u0000\"",
        ("feed.user_agent", "printable ASCII"),
    );
    feed(
        "headers = { Authorization = \"Basic abc\" }",
        ("feed.headers.Authorization", "`basic` or `bearer`"),
    );
    feed(
        "headers = { if-none-match = \"*\" }",
        ("feed.headers.if-none-match", "rawi's own rules"),
    );
    feed(
        "headers = { host = \"b.example\" }",
        ("feed.headers.host", "for the connection"),
    );
    feed(
        "headers = { X-A = \"1\", x-a = \"2\" }",
        ("feed.headers.x-a", "stands twice"),
    );
    feed("proxy = \"none\"", ("feed.proxy", "is no address"));
    feed("proxy = \"p.example:80\"", ("feed.proxy", "is no proxy"));
    feed(
        "proxy = \"http://p.example/a\"",
        ("feed.proxy", "nothing follows"),
    );
    feed("proxy = \"socks5h://\"", ("feed.proxy", "is no"));
    feed(
        "mute = [\"*\"]",
        ("feed.mute", "no regular expression: repetition operator"),
    );
    feed("enabled = 1", ("feed.enabled", "true or false"));
    feed("categories = [\"\"]", ("feed.categories", "is empty"));
}

#[test]
fn a_feed_needs_a_slug_of_its_own_and_an_address_that_can_be_fetched() {
    check(&[
        (
            "[[feed]]\ntitle = \"x\"",
            &[
                (1, "feed", "the key `slug` is missing"),
                (1, "feed", "the key `url` is missing"),
            ],
        ),
        (
            "[[feed]]\nslug = \"A b\"\nurl = \"a.example/feed\"",
            &[
                (2, "feed.slug", "`A` is none of these"),
                (3, "feed.url", "starts with http://"),
            ],
        ),
        (
            "[[feed]]\nslug = \"صوت\"\nurl = \"ftp://a.example\"",
            &[
                (2, "feed.slug", "`ص` is none of these"),
                (3, "feed.url", "only http and https"),
            ],
        ),
        (
            "[[feed]]\nslug = \"-x\"\nurl = \"https://u:p@a.example\"",
            &[
                (2, "feed.slug", "starts with a letter"),
                (3, "feed.url", "use the key `basic`"),
            ],
        ),
        (
            "[[feed]]\nslug = \"a\"\nurl = \"https://a.example\"\n\
             [[feed]]\nslug = \"a\"\nurl = \"https://b.example\"",
            &[(5, "feed.slug", "the feed at line 2 has this slug, too")],
        ),
    ]);
}

#[test]
fn a_channel_names_feeds_that_are_there_even_if_they_have_faults() {
    check(&[
        (
            "[[channel]]\nslug = \"c\"\nfeeds = [\"jordan-a\", \"jordan-c\"]\n\
             [[feed]]\nslug = \"jordan-a\"\nurl = \"nonsense\"\n\
             [[feed]]\nslug = \"jordan-b\"\nurl = \"https://b.example\"",
            &[
                (
                    3,
                    "channel.feeds",
                    "no feed is named `jordan-c`; did you mean `jordan-",
                ),
                (6, "feed.url", "nonsense"),
            ],
        ),
        (
            "[[channel]]\nslug = \"c\"\nfeeds = [\"x\"]",
            &[(3, "channel.feeds", "no feed is named `x`")],
        ),
    ]);
}

#[test]
fn only_a_local_feed_may_be_polled_more_often_than_once_a_minute() {
    let default = "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\n[schedule]\ndefault = \"10s\"\n\
                   [[feed]]\nslug = \"a\"\nurl = \"http://127.0.0.1:1/\"\n";
    assert!(parse(default).is_ok());
    let public = format!("{default}[[feed]]\nslug = \"b\"\nurl = \"https://b.example\"\n");
    let faults = parse(&public).unwrap_err().to_string();
    assert!(
        faults.starts_with("feeds.toml:4:11: schedule.default: is less than 1m"),
        "{faults}"
    );
    assert!(faults.contains("`b`"), "{faults}");
    assert!(parse(&format!("{public}schedule = \"1m\"")).is_ok());
}

#[test]
fn all_faults_are_shown_in_the_order_of_their_lines() {
    let text = "[schedule]\nfloor = 1\n[fetch]\n  tiemout = 2\n[[feed]]\nslug = \"ا\"\n";
    let faults = parse(text).unwrap_err().to_string();
    let expected = [
        "feeds.toml:2:9: schedule.floor: must be a duration such as \"15m\", but is an integer",
        "feeds.toml:4:3: fetch.tiemout: unknown key; did you mean `timeout`?",
        "feeds.toml:5:1: feed: the key `url` is missing: an http:// or https:// address",
        "feeds.toml:6:8: feed.slug: a slug is written with a-z, 0-9, - and _; `ا` is none of these",
    ];
    assert_eq!(faults.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn columns_count_characters() {
    let text = "publish = { title = \"راوي\", entires = 1 }";
    let faults = parse(text).unwrap_err().to_string();
    assert!(
        faults.starts_with("feeds.toml:1:29: publish.entires: "),
        "{faults}"
    );
}

#[test]
fn a_syntax_error_shows_its_line_and_hides_no_fault_above_it() {
    check(&[
        ("[fetch]\ntimeout = 60s\n", &[(2, "", "not TOML: ")]),
        ("[fetch\ntimeout = \"60s\"\n", &[(1, "", "not TOML: ")]),
        (
            "[dedupe]\nnera = true\n[[channel]]\nslug = \"c\"\nfeeds = [\"a\"]\n\
             [[feed]]\nslug = \"a\nurl = \"https://a.example\"\n",
            &[
                (2, "dedupe.nera", "did you mean `near`?"),
                (7, "", "not TOML: "),
            ],
        ),
        (
            "[fetch]\ntimeout = \"60s\"\ntimeout = \"61s\"\n[dedupe]\nnear = 1",
            &[
                (3, "", "not TOML: duplicate key"),
                (5, "dedupe.near", "true or false"),
            ],
        ),
    ]);
}

#[test]
fn no_text_makes_the_reader_panic() {
    let text = include_str!("../../../feeds.toml");
    for (end, _) in text.char_indices() {
        let _ = parse(&text[..end]);
    }
    for text in [
        "\u{feff}",
        "\u{feff}[fetch]\ntimeout = \"9s\"",
        "\r\n\r\n[",
        "a.b.c = 1",
        "\"\" = 1",
    ] {
        let _ = parse(text);
    }
}

#[test]
fn a_file_that_is_missing_or_not_utf_8_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feeds.toml");
    let missing = Config::load(&path).unwrap_err().to_string();
    assert!(
        missing.starts_with(&format!("{}: no such file", path.display())),
        "{missing}"
    );
    assert!(missing.contains("`rawi add URL`"), "{missing}");
    std::fs::write(&path, b"[publish]\ntitle = \"\xd1\xc7\xe6\xed\"\n").unwrap();
    let windows_1256 = Config::load(&path).unwrap_err().to_string();
    assert!(
        windows_1256.ends_with(":2: this line is not UTF-8; save the file as UTF-8"),
        "{windows_1256}"
    );
}

#[test]
fn what_has_no_effect_yet_is_accepted_with_a_warning_and_defaults_are_silent() {
    let silent = "[archive]\nretention = \"forever\"\n[fetch]\nproxy = \"\"\n[dedupe]\nnear = false\n\
                  [publish]\nhub = \"\"\n[[channel]]\nslug = \"c\"\nsearch = \"\"\nkeep = []\nmute = []\n\
                  [[feed]]\nslug = \"a\"\nurl = \"https://a.example\"\nheaders = {}\nuser_agent = \"\"\n\
                  proxy = \"\"\nkeep = []\nextract = { body = \"p\" }\n";
    assert_eq!(parse(silent).unwrap().1, []);
    let loud = r#"
        [serve]
        language = "ar"
        images = "off"
        [publish]
        hub = "https://hub.example/"
        [[feed]]
        slug = "a"
        url = "https://a.example"
        extract = { next_page = "a.next" }"#;
    let warnings = parse(loud).unwrap().1;
    let keys: Vec<_> = warnings
        .iter()
        .map(|warning| warning.place.key.as_str())
        .collect();
    let expected = ["serve.language", "serve.images"];
    assert_eq!(keys, expected);
    assert!(
        warnings
            .iter()
            .all(|warning| warning.message == "has no effect yet")
    );
    assert_eq!(
        warnings[0].to_string(),
        "feeds.toml:3:20: serve.language: has no effect yet"
    );
}

#[test]
fn access_keys_that_do_not_go_together_are_faults() {
    check(&[
        (
            "[[feed]]\nslug = \"a\"\nurl = \"https://a.example\"\n\
             basic = { user = \"u\", password = { file = \"p\" } }\nbearer = { file = \"t\" }\n",
            &[(5, "feed.bearer", "not both")],
        ),
        (
            "[[feed]]\nslug = \"a\"\nurl = \"https://a.example\"\n\
             client_certificate = { file = \"c\" }\nproxy = \"https://p.example\"\n",
            &[(4, "feed.client_certificate", "shown to the proxy")],
        ),
        (
            "[fetch]\nproxy = \"https://p.example\"\n[[feed]]\nslug = \"a\"\n\
             url = \"https://a.example\"\nclient_certificate = { file = \"c\" }\n",
            &[(6, "feed.client_certificate", "shown to the proxy")],
        ),
    ]);
}

#[test]
fn a_password_in_an_address_that_is_none_is_not_repeated() {
    let faults = parse("[fetch]\nproxy = \"ftp://me:s3cret@p.example\"\n").unwrap_err();
    assert!(!faults.to_string().contains("s3cret"), "{faults}");
}

#[test]
fn secrets_that_others_can_read_are_a_warning() {
    let keys = "basic = { user = \"u\", password = { file = \"p\" } }\ncookie = { file = \"c\" }\n\
                client_certificate = { file = \"d\" }\nproxy = \"http://me:pw@p.example\"\n";
    let warned = |fetch: &str, url: &str| {
        let text = format!("{fetch}[[feed]]\nslug = \"a\"\nurl = \"{url}\"\n{keys}");
        let warnings = parse(&text).unwrap().1;
        let keys = warnings.iter().map(|warning| warning.place.key.clone());
        keys.collect::<Vec<_>>()
    };
    let plain = [
        "feed.basic",
        "feed.cookie",
        "feed.client_certificate",
        "feed.proxy",
    ];
    assert_eq!(warned("", "http://a.example"), plain);
    assert_eq!(warned("", "https://a.example"), ["feed.proxy"]);
    let local = "[fetch]\nallow_networks = [\"10.0.0.1/32\"]\n";
    assert_eq!(
        warned(local, "http://10.0.0.1/"),
        ["feed.client_certificate", "feed.proxy"]
    );
}

#[test]
fn two_feeds_of_one_address_are_a_warning() {
    let text = "[[feed]]\nslug = \"a\"\nurl = \"https://a.example\"\n\
                [[feed]]\nslug = \"b\"\nurl = \"HTTPS://A.example/\"\n";
    let warnings = parse(text).unwrap().1;
    assert_eq!(warnings.len(), 1);
    assert_eq!(
        warnings[0].to_string(),
        "feeds.toml:6:7: feed.url: the feed at line 3 has the same address"
    );
}

#[test]
fn a_socket_on_all_addresses_asks_for_the_public_one() {
    let text = "[serve]\nlisten = \"0.0.0.0:80\"\ntoken = { file = \"t\" }\n";
    let warnings = parse(text).unwrap().1;
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].message.contains("`public_url`"),
        "{}",
        warnings[0]
    );
    let named = format!("{text}public_url = \"https://news.example/\"\n");
    assert_eq!(parse(&named).unwrap().1, []);
}
