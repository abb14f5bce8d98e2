//! Servers that mean harm, or do it all the same: each ends as an error of its kind or as what it is
//! good for, in bounded time, bytes and memory, and none takes anything from the feed after it.

use std::time::Duration;

use async_compression::Level;
use async_compression::tokio::bufread::{
    BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
};
use rawi::clock::Clock;
use rawi::fetch::{Access, Answer, Error, FeedRequest, Fetched, Fetcher, Options, Phase};
use tokio::io::{AsyncRead, AsyncReadExt, BufReader};

use crate::support::asking::{get_feed, get_page};
use crate::support::origin::{Gate, Origin, Reply};

const FEED: &str = "<rss version='2.0'><channel><title>أخبار الميناء</title></channel></rss>";
const CAP: u64 = 64 << 10;

/// What the sockets on both sides may hold of an answer that nobody reads on.
const IN_SOCKETS: u64 = 16 << 20;

fn fetcher(change: impl FnOnce(&mut Options)) -> Fetcher {
    let mut options = Options {
        allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
        max_body_bytes: CAP,
        ..Options::default()
    };
    change(&mut options);
    let now = "2026-03-01T12:00:00Z".parse().unwrap();
    Fetcher::new(options, Clock::manual(now)).unwrap()
}

/// How an answer ended, in a word.
fn ended(got: &Result<Fetched, Error>) -> &'static str {
    match got {
        Ok(fetched) => match &fetched.body {
            Answer::Body(body) if **body == *FEED.as_bytes() => "the feed",
            Answer::Body(body) if body.is_empty() => "nothing",
            _ => "something else",
        },
        Err(Error::Protocol { .. }) => "broken",
        Err(Error::TooLarge { .. }) => "too large",
        Err(Error::Encoding { .. }) => "encoding",
        Err(Error::NoText { .. }) => "no text",
        Err(Error::Status { .. }) => "status",
        Err(Error::Timeout { .. }) => "timeout",
        Err(Error::UnsolicitedNotModified { .. }) => "not asked for",
        Err(Error::BadRedirect { .. }) => "bad redirect",
        Err(_) => "another error",
    }
}

/// Serves each case and asks for it once; after all of them, a good feed is still read by the same
/// fetcher.
async fn each_ends(fetcher: &Fetcher, cases: Vec<(&str, Reply, &str)>) {
    let origin = Origin::start().await;
    for (n, (what, reply, expected)) in cases.into_iter().enumerate() {
        let path = format!("/{n}");
        origin.serve(&path, reply);
        let before = origin.bytes_sent();
        let got = get_feed(fetcher, &origin.url(&path), true).await;
        assert_eq!(ended(&got), expected, "{what}: {got:?}");
        let sent = origin.bytes_sent() - before;
        assert!(sent < CAP + IN_SOCKETS, "{what}: {sent} bytes");
        if let Err(error) = got {
            let told = error.to_string();
            assert!(told.starts_with(origin.url(&path).as_str()), "{told}");
            assert!(told.len() < 1000, "{told}");
        }
    }
    origin.serve("/good", Reply::ok(FEED));
    let good = get_feed(fetcher, &origin.url("/good"), true).await;
    assert_eq!(ended(&good), "the feed", "{good:?}");
}

/// A whole answer: these header lines, then these bytes.
fn answer(headers: &str, body: impl AsRef<[u8]>) -> Reply {
    let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{headers}\r\n");
    Reply::raw([head.as_bytes(), body.as_ref()].concat())
}

fn chunked(chunks: &[&str]) -> String {
    chunks
        .iter()
        .map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len()))
        .collect()
}

#[tokio::test]
async fn broken_framing_is_an_error_or_the_feed_and_never_more_than_it() {
    let length = FEED.len();
    let lies = |claim: &str| answer(&format!("content-length: {claim}\r\n"), FEED);
    let in_chunks = |body: String| answer("transfer-encoding: chunked\r\n", body);
    let first_line = |line: &str| Reply::raw(format!("{line}\r\n\r\n{FEED}"));
    let whole = chunked(&[&FEED[..30], &FEED[30..], ""]);
    let long = (length + 500).to_string();
    let noise: Vec<u8> = (0..20_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0])
        .collect();
    let cases = vec![
        (
            "a length that is right",
            lies(&length.to_string()),
            "the feed",
        ),
        ("no length at all", answer("", FEED), "the feed"),
        ("a length that is too long", lies(&long), "broken"),
        (
            "more than the length",
            answer(
                &format!("content-length: {length}\r\n"),
                format!("{FEED}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"),
            ),
            "the feed",
        ),
        ("a negative length", lies("-1"), "broken"),
        ("two lengths", lies("10\r\ncontent-length: 20"), "broken"),
        ("a length in words", lies("ten"), "broken"),
        ("a length with a plus", lies("+100"), "broken"),
        (
            "a length beyond numbers",
            lies("99999999999999999999999"),
            "broken",
        ),
        ("the largest length", lies("18446744073709551615"), "broken"),
        (
            "an enormous length",
            lies("9223372036854775807"),
            "too large",
        ),
        ("chunks", in_chunks(whole.clone()), "the feed"),
        (
            "a length and chunks",
            answer("content-length: 5\r\ntransfer-encoding: chunked\r\n", whole),
            "the feed",
        ),
        (
            "a chunk of no size",
            in_chunks("zz\r\nhello\r\n".into()),
            "broken",
        ),
        (
            "a chunk beyond numbers",
            in_chunks("ffffffffffffffff0\r\nx".into()),
            "broken",
        ),
        (
            "a huge chunk that breaks off",
            in_chunks("fffffffffffffff\r\nx".into()),
            "broken",
        ),
        (
            "chunks without an end",
            in_chunks(chunked(&[FEED])),
            "broken",
        ),
        ("nothing", Reply::raw(""), "broken"),
        ("noise", Reply::raw(noise), "broken"),
        ("no head", Reply::raw(FEED), "broken"),
        (
            "another protocol",
            Reply::raw("SSH-2.0-OpenSSH_9.2\r\n"),
            "broken",
        ),
        (
            "frames of HTTP/2",
            Reply::raw(b"\0\0\0\x04\0\0\0\0\0".repeat(100)),
            "broken",
        ),
        ("status 999", first_line("HTTP/1.1 999 X"), "status"),
        ("status 000", first_line("HTTP/1.1 000 X"), "broken"),
        ("status abc", first_line("HTTP/1.1 abc X"), "broken"),
        ("another version", first_line("HTTP/3.0 200 OK"), "broken"),
        (
            "an endless reason",
            Reply::raw("HTTP/1.1 200 ").then_endless([b'a'; 4096]),
            "broken",
        ),
        (
            "204 with a body",
            Reply::status(204).header("connection", "close").body(FEED),
            "nothing",
        ),
        (
            "304 without being asked",
            Reply::status(304),
            "not asked for",
        ),
        (
            "a redirect to nowhere",
            Reply::redirect(302, "http://%zz/"),
            "bad redirect",
        ),
    ];
    each_ends(&fetcher(|_| {}), cases).await;
}

#[tokio::test]
async fn floods_of_headers_and_what_no_header_may_hold_are_cut_or_passed_over() {
    let length = format!("content-length: {}\r\n", FEED.len());
    let with = |headers: &str| answer(&format!("{length}{headers}"), FEED);
    let chunks = |body: &str| answer("transfer-encoding: chunked\r\n", body);
    let many: String = (0..5000).map(|n| format!("x-{n}: a\r\n")).collect();
    let cases = vec![
        (
            "endless headers",
            Reply::raw("HTTP/1.1 200 OK\r\n").then_endless("x-filler: aaaaaaaa\r\n".repeat(100)),
            "broken",
        ),
        (
            "an endless header",
            Reply::raw("HTTP/1.1 200 OK\r\nx-filler: ").then_endless([b'a'; 4096]),
            "broken",
        ),
        ("five thousand headers", with(&many), "broken"),
        (
            "a header of 4 MiB",
            with(&format!("x-a: {}\r\n", "a".repeat(4 << 20))),
            "broken",
        ),
        ("a NUL", with("x-a: a\0b\r\n"), "broken"),
        (
            "a control character",
            with("etag: \"a\x01b\"\r\n"),
            "the feed",
        ),
        (
            "a folded header",
            with("x-a: b\r\n  folded\r\n"),
            "the feed",
        ),
        (
            "an escape sequence",
            with("x-a: \u{1b}[31m\r\n"),
            "the feed",
        ),
        (
            "early hints",
            Reply::raw(
                "HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n".repeat(1000)
                    + &format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{length}\r\n{FEED}"),
            ),
            "the feed",
        ),
        (
            "endless trailers",
            chunks(&(chunked(&[FEED]) + "0\r\n")).then_endless("x-t: aaaaaaaa\r\n".repeat(100)),
            "broken",
        ),
        (
            "an endless chunk extension",
            chunks("1;").then_endless([b'a'; 4096]),
            "broken",
        ),
        (
            "a charset without end",
            with(&format!(
                "content-type: a/b; charset={}\r\n",
                "x".repeat(1 << 16)
            )),
            "the feed",
        ),
    ];
    each_ends(&fetcher(|_| {}), cases).await;
}

#[tokio::test]
async fn a_validator_that_no_header_may_hold_is_not_sent_back() {
    let origin = Origin::start().await;
    let tags = [
        "\"a\"b\"",
        "\"a\tb\x01c\"",
        "\"a%0d%0aX-Injected: 1\"",
        "*",
        "\"a\", \"b\"",
    ];
    let fetcher = fetcher(|_| {});
    for (n, tag) in tags.into_iter().enumerate() {
        let (path, url) = (format!("/{n}"), origin.url(&format!("/{n}")));
        let length = FEED.len();
        origin.serve(
            &path,
            answer(
                &format!("content-length: {length}\r\netag: {tag}\r\n"),
                FEED,
            ),
        );
        let first = get_feed(&fetcher, &url, true).await.unwrap();
        let permit = fetcher.hosts().reserve(&url, true).await;
        let request = FeedRequest {
            url: &url,
            validators: &first.validators,
            local: true,
            permit,
            access: &Access::default(),
            home: &url,
        };
        assert_eq!(
            ended(&fetcher.get_feed(request).await),
            "the feed",
            "{tag:?}"
        );
        let again = &origin.requests(&path)[1];
        let sent = again.header_bytes("if-none-match");
        assert!(
            sent.is_none_or(|sent| sent == tag.as_bytes()),
            "{tag:?} {sent:?}"
        );
        assert_eq!(again.header("x-injected"), None);
    }
}

async fn packed(mut encoder: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder.read_to_end(&mut bytes).await.unwrap();
    bytes
}

async fn gzip(body: &[u8]) -> Vec<u8> {
    packed(GzipEncoder::new(body)).await
}

fn encoded(name: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    Reply::ok(bytes).header("content-encoding", name)
}

#[tokio::test]
async fn an_encoding_is_undone_once_and_whole_or_is_an_error() {
    let feed = FEED.as_bytes();
    let gzipped = gzip(feed).await;
    let members = [
        gzip(&feed[..20]).await,
        gzip(b"").await,
        gzip(&feed[20..]).await,
    ]
    .concat();
    let zlib = packed(ZlibEncoder::new(feed)).await;
    let brotli = packed(BrotliEncoder::new(feed)).await;
    let zstd = packed(ZstdEncoder::new(feed)).await;
    let cut = |bytes: &[u8]| bytes[..bytes.len() - 10].to_vec();
    let chain = vec!["gzip"; 200].join(", ");
    // One frame, a window of 128 MiB, one block of four bytes.
    let wide = b"\x28\xb5\x2f\xfd\x00\x88\x21\x00\x00aaaa".to_vec();
    let cases = vec![
        ("gzip", encoded("gzip", gzipped.clone()), "the feed"),
        ("x-gzip", encoded("X-GZIP", gzipped.clone()), "the feed"),
        ("three members", encoded("gzip", members), "the feed"),
        ("zlib", encoded("deflate", zlib.clone()), "the feed"),
        (
            "deflate",
            encoded("deflate", packed(DeflateEncoder::new(feed)).await),
            "the feed",
        ),
        ("brotli", encoded("br", brotli.clone()), "the feed"),
        ("zstd", encoded("zstd", zstd.clone()), "the feed"),
        (
            "two frames",
            encoded(
                "zstd",
                [&zstd[..], &packed(ZstdEncoder::new(&b""[..])).await].concat(),
            ),
            "the feed",
        ),
        ("identity", encoded("identity", feed), "the feed"),
        ("nothing of gzip", encoded("gzip", ""), "nothing"),
        ("gzip that is plain", encoded("gzip", feed), "broken"),
        ("brotli that is plain", encoded("br", feed), "broken"),
        ("zstd that is plain", encoded("zstd", feed), "broken"),
        ("deflate that is plain", encoded("deflate", feed), "broken"),
        ("cut gzip", encoded("gzip", cut(&gzipped)), "broken"),
        ("cut zlib", encoded("deflate", cut(&zlib)), "broken"),
        ("cut brotli", encoded("br", cut(&brotli)), "broken"),
        ("cut zstd", encoded("zstd", cut(&zstd)), "broken"),
        (
            "garbage behind gzip",
            encoded("gzip", [&gzipped[..], &[b'?'; 5000]].concat()),
            "broken",
        ),
        ("a window of 128 MiB", encoded("zstd", wide), "broken"),
        (
            "gzip twice",
            encoded("gzip, gzip", gzip(&gzipped).await),
            "encoding",
        ),
        (
            "gzip two hundred times",
            encoded(&chain, gzipped.clone()),
            "encoding",
        ),
        ("an unknown encoding", encoded("x-evil", feed), "encoding"),
    ];
    each_ends(&fetcher(|_| {}), cases).await;
}

#[tokio::test]
async fn bombs_go_off_in_a_bounded_room() {
    let blank = || BufReader::new(tokio::io::repeat(b' ').take(128 << 20));
    let bombs = [
        (
            "gzip",
            packed(GzipEncoder::with_quality(blank(), Level::Fastest)).await,
        ),
        (
            "deflate",
            packed(ZlibEncoder::with_quality(blank(), Level::Fastest)).await,
        ),
        (
            "br",
            packed(BrotliEncoder::with_quality(blank(), Level::Fastest)).await,
        ),
        (
            "zstd",
            packed(ZstdEncoder::with_quality(blank(), Level::Fastest)).await,
        ),
    ];
    let mut cases: Vec<_> = bombs
        .into_iter()
        .map(|(name, bomb)| (name, encoded(name, bomb), "too large"))
        .collect();
    let empty = gzip(b"").await.repeat(1000);
    cases.push((
        "a plain flood",
        Reply::ok([b' '; 8192]).endless(),
        "too large",
    ));
    cases.push((
        "members of nothing",
        encoded("gzip", empty).endless(),
        "too large",
    ));
    each_ends(&fetcher(|_| {}), cases).await;
}

#[tokio::test]
async fn few_large_bodies_are_held_at_once_and_small_ones_go_past_them() {
    let origin = Origin::start().await;
    origin.serve("/large", Reply::ok(vec![b' '; 300 << 10]));
    origin.serve("/small", Reply::ok(FEED));
    let patience = Duration::from_millis(500);
    let fetcher = fetcher(|options| {
        options.max_body_bytes = 1 << 20;
        options.timeout = patience;
    });
    let (large, small) = (origin.url("/large"), origin.url("/small"));
    let mut held = Vec::new();
    let refused = loop {
        match get_feed(&fetcher, &large, true).await {
            Ok(fetched) => held.push(fetched),
            Err(error) => break error,
        }
        assert!(held.len() < 32, "no limit");
    };
    let is_timeout = matches!(refused, Error::Timeout { waiting_for: Phase::Body, limit, .. } if limit == patience);
    assert!(is_timeout, "{refused}");
    assert_eq!(held.len(), 4);
    assert_eq!(ended(&get_feed(&fetcher, &small, true).await), "the feed");
    held.pop();
    assert!(get_feed(&fetcher, &large, true).await.is_ok());
}

#[tokio::test]
async fn one_deadline_ends_what_is_slow_however_slow_it_is() {
    let (origin, gate) = (Origin::start().await, Gate::new());
    let timeout = Duration::from_millis(300);
    let step = Duration::from_millis(20);
    origin.serve("/mute", Reply::ok(FEED).behind(&gate));
    origin.serve("/stalls", Reply::ok(FEED).stall_after(10, &gate));
    origin.serve("/drips", Reply::ok(FEED).dripping(step));
    origin.serve(
        "/drips-its-head",
        Reply::raw(format!("HTTP/1.1 200 OK\r\n\r\n{FEED}")).dripping(step),
    );
    let hint = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100);
    origin.serve("/hints", Reply::raw("").then_endless(hint));
    // Each of ten answers comes in time, all of them do not.
    for n in 0..10 {
        let head = format!("HTTP/1.1 302 X\r\nlocation: /hop-{}\r\n\r\n", n + 1);
        origin.serve(
            &format!("/hop-{n}"),
            Reply::raw(head).dripping(Duration::from_millis(2)),
        );
    }
    let fetcher = fetcher(|options| options.timeout = timeout);
    for path in [
        "/mute",
        "/stalls",
        "/drips",
        "/drips-its-head",
        "/hints",
        "/hop-0",
    ] {
        let began = std::time::Instant::now();
        let got = get_feed(&fetcher, &origin.url(path), true).await;
        assert_eq!(ended(&got), "timeout", "{path}: {got:?}");
        let took = began.elapsed();
        assert!(took >= timeout && took < timeout * 4, "{path}: {took:?}");
    }
    assert!(origin.requests("/hop-2").len() == 1 && origin.requests("/hop-9").is_empty());
    origin.serve("/good", Reply::ok(FEED));
    assert_eq!(
        ended(&get_feed(&fetcher, &origin.url("/good"), true).await),
        "the feed"
    );
}

#[tokio::test]
async fn cookies_refreshes_and_other_services_are_left_alone() {
    let (origin, trap) = (Origin::start().await, Origin::start_at("127.0.0.2").await);
    let mut flood = Reply::ok(FEED)
        .header("refresh", format!("0;url={}", trap.url("/hit")))
        .header("link", format!("<{}>; rel=preload", trap.url("/hit")))
        .header(
            "alt-svc",
            format!(
                "http/1.1=\"{}\"",
                &trap.url("/")[url::Position::BeforeHost..url::Position::AfterPort]
            ),
        );
    for n in 0..60 {
        flood = flood.header(
            "set-cookie",
            format!("c{n}={}; Domain=127.0.0.1", "a".repeat(4000)),
        );
    }
    origin.serve("/f", flood);
    let fetcher = fetcher(|_| {});
    for _ in 0..2 {
        assert_eq!(
            ended(&get_feed(&fetcher, &origin.url("/f"), true).await),
            "the feed"
        );
    }
    let seen = origin.requests("/f");
    assert!(seen.iter().all(|seen| seen.header("cookie").is_none()));
    assert_eq!(seen.len(), 2);
    assert!(trap.all_requests().is_empty());
}

#[tokio::test]
async fn a_page_that_is_no_text_is_refused_by_its_head() {
    let origin = Origin::start().await;
    let film = || Reply::ok([0; 8192]).endless();
    let fetcher = fetcher(|_| {});
    for media_type in [
        "video/mp4",
        "Application/PDF",
        "image/png",
        "application/zip",
    ] {
        origin.serve("/p", film().content_type(media_type));
        let error = get_page(&fetcher, &origin.url("/p"), true)
            .await
            .unwrap_err();
        let told = media_type.to_ascii_lowercase();
        assert!(
            matches!(&error, Error::NoText { media_type, .. } if *media_type == told),
            "{error}"
        );
        assert!(error.to_string().ends_with("it was not read"), "{error}");
    }
    assert!(origin.bytes_sent() < 4 * IN_SOCKETS);
    for text in [Reply::ok(FEED), Reply::ok(FEED).content_type("text/html")] {
        origin.serve("/p", text);
        assert_eq!(
            ended(&get_page(&fetcher, &origin.url("/p"), true).await),
            "the feed"
        );
    }
    // What a feed calls itself is no reason not to look at it.
    origin.serve("/p", Reply::ok(FEED).content_type("image/png"));
    assert_eq!(
        ended(&get_feed(&fetcher, &origin.url("/p"), true).await),
        "the feed"
    );
}
