//! Where rawi does not go: what is not globally routable, by literal in any spelling, by the answer
//! of a name server, by redirect, by rebinding, by a page that offers a feed, by the environment's
//! proxies; for feeds, pages, robots.txt and `add`. And where `allow_networks` lets it go after all.
//!
//! A [`Canary`] listens on all addresses of this machine and counts who comes; what lies on none of
//! them has to be refused before anything is sent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net};
use rawi::clock::Clock;
use rawi::fetch::{Answer, Error, Fetched, Fetcher, Options};
use url::Url;

use crate::support::archive::noon;
use crate::support::asking::{get_feed, get_page};
use crate::support::newsroom::{Newsroom, feed_at};
use crate::support::origin::{Origin, Reply};
use crate::support::outlets::{base_of, page, rss};
use crate::support::program::{Desk, off};

const FEED: &str = "<rss version='2.0'><channel><title>أخبار</title></channel></rss>";

/// The blocks of IPv4 that are not the public Internet.
const CLOSED_V4: [&str; 15] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// Addresses in each of the closed blocks of IPv6.
const CLOSED_V6: [&str; 26] = [
    "::",
    "::1",
    "::2",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:0:8.8.8.8",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::8.8.8.8",
    "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "100::1",
    "100:0:0:1::1",
    "2001::1",
    "2001:0:808:808:0:ffff:f7f7:f7f7",
    "2001:20::1",
    "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::1",
    "2002:808:808::1",
    "3fff::1",
    "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
    "5f00::1",
    "fc00::1",
    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
];

/// Listens on every address of this machine.
struct Canary(TcpListener);

impl Canary {
    fn new() -> Self {
        let everywhere = TcpListener::bind("[::]:0").or_else(|_| TcpListener::bind("0.0.0.0:0"));
        Self(everywhere.unwrap())
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    /// Connections since the last time.
    fn visits(&self) -> usize {
        self.0.set_nonblocking(true).unwrap();
        std::iter::from_fn(|| self.0.accept().ok()).count()
    }
}

/// An origin at 127.0.0.2 and a canary at the same port of 127.0.0.1.
async fn neighbours() -> (Origin, Canary) {
    loop {
        let origin = Origin::start_at("127.0.0.2").await;
        let port = origin.url("/").port().unwrap();
        // The port may be another test's.
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return (origin, Canary(listener));
        }
    }
}

/// The first two addresses of each closed block of IPv4, and the last one.
fn closed_v4() -> impl Iterator<Item = Ipv4Addr> {
    CLOSED_V4.iter().flat_map(|block| {
        let block: Ipv4Net = block.parse().unwrap();
        let first = block.network();
        let second = Ipv4Addr::from(u32::from(first) + 1);
        [first, second, block.broadcast()]
    })
}

/// Ways to write an address of IPv4 as the host of a URL.
fn spellings_v4(v4: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = v4.octets();
    let n = u32::from(v4);
    let (tail, end) = (n & 0xff_ffff, n & 0xffff);
    let dotted = v4.to_string();
    let percent = |text: &str| -> String {
        let coded = text.bytes().map(|byte| format!("%{byte:02x}"));
        coded.collect()
    };
    let wide = |text: &str| -> String {
        let to_wide = |c: char| {
            c.to_digit(10).map_or(c, |n| {
                "０１２３４５６７８９".chars().nth(n as usize).unwrap()
            })
        };
        text.chars().map(to_wide).collect()
    };
    let (h, l) = (n >> 16, n & 0xffff);
    let mut spellings = vec![
        format!("{n}"),
        format!("0{n:o}"),
        format!("0x{n:x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("000{a:o}.{b}.{c}.{d}"),
        format!("0x{a:x}.0X{b:X}.0{c:o}.{d}"),
        format!("{a}.{tail}"),
        format!("{a}.{b}.{end}"),
        format!("0x{a:x}.0{tail:o}"),
        format!("{dotted}."),
        format!("{n}."),
        percent(&dotted),
        percent(&n.to_string()),
        wide(&dotted),
        dotted.replace('.', "。"),
        wide(&dotted).replace('.', "．"),
        format!("[::ffff:{dotted}]"),
        format!("[::ffff:{h:x}:{l:x}]"),
        format!("[0:0:0:0:0:FFFF:{h:X}:{l:X}]"),
        format!("[0000:0000:0000:0000:0000:ffff:{h:04x}:{l:04x}]"),
        format!("[::{dotted}]"),
        format!("[::ffff:0:{dotted}]"),
        format!("[64:ff9b::{dotted}]"),
        format!("[64:ff9b::{h:x}:{l:x}]"),
        format!("[64:ff9b:1::{dotted}]"),
        format!("[2002:{h:x}:{l:x}::1]"),
        format!(
            "[2001:0:{h:x}:{l:x}:0:ffff:{:x}:{:x}]",
            !h & 0xffff,
            !l & 0xffff
        ),
    ];
    spellings.push(dotted);
    spellings
}

/// Ways to write an address of IPv6 as the host of a URL.
fn spellings_v6(v6: Ipv6Addr) -> Vec<String> {
    let parts = |width: usize| v6.segments().map(|s| format!("{s:0width$x}")).join(":");
    let (head, [a, b, c, d]) = (&v6.segments()[..6], v6.octets()[12..].try_into().unwrap());
    let head: Vec<_> = head.iter().map(|segment| format!("{segment:x}")).collect();
    let dotted = format!("{}:{}", head.join(":"), Ipv4Addr::new(a, b, c, d));
    let compressed = v6.to_string();
    [
        parts(4),
        parts(4).to_uppercase(),
        parts(1),
        parts(1).to_uppercase(),
        dotted.to_uppercase(),
        dotted,
        compressed.to_uppercase(),
        compressed,
    ]
    .map(|text| format!("[{text}]"))
    .to_vec()
}

/// Ways to hide what the host of a URL is.
fn disguised(host: &str, port: u16) -> Vec<String> {
    let place = format!("{host}:{port}");
    vec![
        format!("http://{place}/"),
        format!("HTTP://{place}"),
        format!("http://news.example@{place}/"),
        format!("http://news.example:80@{place}/"),
        format!("http://news.example%2f@{place}/"),
        format!("http://a@news.example@{place}/"),
        format!("http:\\\\{place}\\feed"),
        format!("http://{place}\\@news.example/"),
        format!("http://{place}#@news.example/"),
        format!("http://{place}?@news.example/"),
        format!("http:{place}/"),
        format!("http:/{place}/"),
        format!("http:////{place}/"),
    ]
}

/// The table: URLs of what may not be asked for, at the canary's port.
fn forbidden_urls(port: u16) -> Vec<String> {
    let mut urls = Vec::new();
    for v4 in closed_v4() {
        let spellings = spellings_v4(v4);
        assert!(spellings.len() >= 6);
        urls.extend(
            spellings
                .iter()
                .map(|host| format!("http://{host}:{port}/f")),
        );
    }
    for text in CLOSED_V6 {
        let spellings = spellings_v6(text.parse().unwrap());
        urls.extend(
            spellings
                .iter()
                .map(|host| format!("http://{host}:{port}/f")),
        );
    }
    for host in ["127.0.0.1", "0x7f.1", "[::1]", "10.0.0.1", "[fe80::1]"] {
        urls.extend(disguised(host, port));
    }
    urls.push(format!("http://127.0.0.0x:{port}/"));
    urls
}

/// Those of the table that mean the same in a `Location`: without slashes, they would be paths
/// of the host that redirects.
fn forbidden_locations(port: u16) -> Vec<String> {
    let mut urls = forbidden_urls(port);
    urls.retain(|url| url[5..].starts_with("//") || url[5..].starts_with('\\'));
    urls
}

/// What is no URL at all.
fn broken_urls(port: u16) -> Vec<String> {
    [
        "[fe80::1%25lo]",
        "[fe80::1%lo]",
        "[::1%250]",
        "[%3a%3a1]",
        "[::1].",
        "[::１]",
        "[::ffff:127.1]",
        "[::ffff:0x7f.0.0.1]",
        "[::127.0.0.01]",
        "127.0.0.1%00",
        "127.0.0.1.1",
        "4294967296",
        "256.0.0.1",
    ]
    .map(|host| format!("http://{host}:{port}/"))
    .to_vec()
}

/// Every closed address as a name server may give it.
fn closed_answers() -> Vec<IpAddr> {
    let mut answers: Vec<IpAddr> = CLOSED_V6.iter().map(|text| text.parse().unwrap()).collect();
    for v4 in closed_v4() {
        answers.push(v4.into());
        let n = u128::from(u32::from(v4));
        for v6 in [
            0xffff << 32 | n,
            n,
            0xffff << 48 | n,
            0x64_ff9b << 96 | n,
            0x64_ff9b_0001 << 80 | n,
            0x2002 << 112 | n << 80 | 1,
            0x2001 << 112 | n << 64 | (n ^ 0xffff_ffff),
        ] {
            answers.push(Ipv6Addr::from(v6).into());
        }
    }
    answers
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn networks(list: &[&str]) -> Vec<IpNet> {
    list.iter().map(|text| text.parse().unwrap()).collect()
}

/// What resolvers answer, one answer for each look-up.
fn names(list: &[(&str, &[&[&str]])]) -> std::collections::BTreeMap<String, Vec<Vec<IpAddr>>> {
    let answers = |answers: &&[&[&str]]| -> Vec<Vec<IpAddr>> {
        let each = answers.iter();
        each.map(|one| one.iter().map(|text| ip(text)).collect())
            .collect()
    };
    list.iter()
        .map(|(name, all)| ((*name).to_owned(), answers(all)))
        .collect()
}

fn fetcher(options: Options) -> Fetcher {
    let options = Options {
        host_spacing: Some(Duration::ZERO),
        timeout: Duration::from_secs(5),
        ..options
    };
    Fetcher::new(options, Clock::manual(noon())).unwrap()
}

/// Fails unless the address was refused before anything was sent to it.
#[track_caller]
fn assert_forbidden(result: Result<Fetched, Error>, behind_redirect: bool, what: &str) {
    match result {
        Err(Error::ForbiddenAddress { redirected, .. }) => {
            assert_eq!(redirected, behind_redirect, "{what}");
        }
        other => panic!("{what}: {other:?}"),
    }
}

#[tokio::test]
async fn no_spelling_of_a_closed_address_is_asked_for() {
    let canary = Canary::new();
    let fetcher = fetcher(Options::default());
    let urls = forbidden_urls(canary.port());
    assert!(urls.len() > 1400, "{}", urls.len());
    for text in urls {
        let url = Url::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_forbidden(get_feed(&fetcher, &url, false).await, false, &text);
        assert_forbidden(get_page(&fetcher, &url, false).await, false, &text);
    }
    for text in broken_urls(canary.port()) {
        assert!(Url::parse(&text).is_err(), "{text}");
    }
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn no_redirect_of_a_public_feed_or_page_leads_to_a_closed_address() {
    let (canary, proxy) = (Canary::new(), Origin::start().await);
    let fetcher = fetcher(Options {
        proxy: Some(proxy.url("/")),
        allow_networks: networks(&["10.0.0.0/8", "127.0.0.0/8", "::1/128"]),
        host_pages_a_day: u32::MAX,
        ..Options::default()
    });
    let urls = forbidden_locations(canary.port());
    for (n, location) in urls.iter().enumerate() {
        let url = format!("http://news.example/{n}");
        proxy.serve(&url, Reply::redirect(301, location));
        let url = Url::parse(&url).unwrap();
        assert_forbidden(get_feed(&fetcher, &url, false).await, true, location);
        if n % 10 == 0 {
            assert_forbidden(get_page(&fetcher, &url, false).await, true, location);
        }
    }
    let url = Url::parse("http://news.example/broken").unwrap();
    for location in broken_urls(canary.port()) {
        proxy.serve(url.as_str(), Reply::redirect(302, &location));
        let error = get_feed(&fetcher, &url, false).await.unwrap_err();
        assert!(
            matches!(error, Error::BadRedirect { .. }),
            "{location}: {error}"
        );
    }
    let elsewhere =
        |seen: &crate::support::origin::Seen| !seen.path.starts_with("http://news.example/");
    assert!(!proxy.all_requests().iter().any(elsewhere));
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn no_redirect_of_a_local_feed_leads_to_another_closed_address() {
    let (origin, canary) = neighbours().await;
    let fetcher = fetcher(Options {
        allow_networks: networks(&["127.0.0.2/32"]),
        ..Options::default()
    });
    for (n, location) in forbidden_locations(canary.port()).iter().enumerate() {
        origin.serve(&format!("/{n}"), Reply::redirect(307, location));
        let url = origin.url(&format!("/{n}"));
        assert_forbidden(get_feed(&fetcher, &url, true).await, true, location);
    }
    origin.serve("/f", Reply::ok(FEED));
    origin.serve("/here", Reply::redirect(302, "/f"));
    assert!(get_feed(&fetcher, &origin.url("/here"), true).await.is_ok());
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn no_answer_of_a_name_server_leads_to_a_closed_address() {
    let canary = Canary::new();
    let answers = closed_answers();
    assert!(answers.len() > 15 * 3 * 7);
    let name = |n: usize| format!("n{n}.example");
    let names = answers.iter().enumerate();
    let names = names.map(|(n, answer)| (name(n), vec![vec![*answer]]));
    let fetcher = fetcher(Options {
        names: names.collect(),
        ..Options::default()
    });
    for (n, answer) in answers.iter().enumerate() {
        for dot in ["", "."] {
            let url = format!("http://{}{dot}:{}/", name(n), canary.port());
            let url = Url::parse(&url).unwrap();
            let what = answer.to_string();
            assert_forbidden(get_feed(&fetcher, &url, false).await, false, &what);
            assert!(!fetcher.is_local(&url).await);
        }
    }
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn of_mixed_answers_the_closed_addresses_are_dropped_and_never_dialled() {
    let (origin, canary) = neighbours().await;
    origin.serve("/f", Reply::ok(FEED));
    let open = ip("127.0.0.2");
    let closed = closed_answers();
    let name = |n: usize| format!("n{n}.example");
    let names = closed.iter().enumerate().map(|(n, closed)| {
        let mixed = if n % 2 == 0 {
            vec![*closed, open]
        } else {
            vec![open, *closed]
        };
        (name(n), vec![mixed])
    });
    let all = (
        "all.example".to_owned(),
        vec![[closed.clone(), vec![open], closed.clone()].concat()],
    );
    let fetcher = fetcher(Options {
        names: names.chain([all]).collect(),
        allow_networks: networks(&["127.0.0.2/32"]),
        ..Options::default()
    });
    let hosts = (0..closed.len())
        .map(name)
        .chain(["all.example".to_owned()]);
    for host in hosts {
        let mut url = origin.url("/f");
        url.set_host(Some(&host)).unwrap();
        assert!(get_feed(&fetcher, &url, true).await.is_ok(), "{host}");
        let answer = get_feed(&fetcher, &url, false).await;
        assert_forbidden(answer, false, "it is open to local feeds only");
    }
    assert_eq!(origin.all_requests().len(), closed.len() + 1);
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn a_connection_is_one_look_up_and_goes_to_the_address_that_was_judged() {
    let (origin, canary) = neighbours().await;
    origin.serve("/f", Reply::ok(FEED).header("connection", "close"));
    let (open, closed): (&[&str], &[&str]) = (&["127.0.0.2"], &["127.0.0.1"]);
    let turns: &[&[&str]] = &[open, closed, open, closed, closed, open, closed];
    let fetcher = fetcher(Options {
        names: names(&[("rebind.example", turns)]),
        allow_networks: networks(&["127.0.0.2/32"]),
        ..Options::default()
    });
    let mut url = origin.url("/f");
    url.set_host(Some("rebind.example")).unwrap();
    // A second look-up for any connection would put the turns out of step.
    for (n, turn) in turns.iter().enumerate() {
        let fetched = get_feed(&fetcher, &url, true).await;
        if *turn == open {
            assert!(fetched.is_ok(), "{n}: {fetched:?}");
        } else {
            assert_forbidden(fetched, false, &n.to_string());
        }
    }
    assert_eq!(origin.connections(), 3);
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn a_name_that_turns_to_the_private_network_after_it_was_called_public_is_refused() {
    let (origin, canary) = neighbours().await;
    origin.serve("/f", Reply::ok(rss(&base_of(&origin), "f", &[1])));
    let port = origin.url("/").port().unwrap();
    let feeds = feed_at(&format!("http://turns.example:{port}/f"), "turns")
        + &feed_at(&format!("http://other.example:{port}/f"), "other");
    let newsroom = Newsroom::local(&feeds, |config| {
        config.fetch.host_spacing = Some(Duration::ZERO);
        config.fetch.allow_networks = networks(&["127.0.0.2/32"]);
        config.fetch.names = names(&[
            // Is it local? No. Then where is it?
            ("turns.example", &[&["203.0.113.9"], &["127.0.0.2"]]),
            // Is it local? Yes. Then where is it?
            ("other.example", &[&["127.0.0.2"], &["127.0.0.1"]]),
        ]);
    })
    .await;
    let summary = newsroom.round().await;
    assert_eq!(summary.failed.len(), 2, "{summary:?}");
    for (feed, address) in [("turns", "127.0.0.2"), ("other", "127.0.0.1")] {
        assert!(summary.failed[feed].contains(address), "{summary:?}");
    }
    assert!(origin.all_requests().is_empty());
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn a_feed_is_local_by_its_address_or_its_name_and_so_are_its_pages_and_redirects() {
    let (origin, canary) = neighbours().await;
    let port = origin.url("/").port().unwrap();
    let home = format!("http://home.example:{port}");
    let base = base_of(&origin);
    origin.serve("/by-name", Reply::ok(rss(&home, "by-name", &[1])));
    origin.serve("/by-address", Reply::redirect(302, "/moved"));
    origin.serve("/moved", Reply::ok(rss(&base, "by-address", &[2])));
    let to_others = rss(&format!("http://127.0.0.1:{port}"), "to-others", &[3]);
    origin.serve("/to-others", Reply::ok(to_others));
    for n in 1..=2 {
        let page = Reply::ok(page(n)).content_type("text/html");
        origin.serve(&format!("/pages/{n}.html"), page);
    }
    let feeds = feed_at(&format!("{home}/by-name"), "by-name")
        + &feed_at(&format!("{base}/by-address"), "by-address")
        + &feed_at(&format!("{base}/to-others"), "to-others");
    let newsroom = Newsroom::local(&feeds, |config| {
        config.fetch.host_spacing = Some(Duration::ZERO);
        config.fetch.allow_networks = networks(&["127.0.0.2/32"]);
        config.fetch.names = names(&[("home.example", &[&["127.0.0.2"]])]);
    })
    .await;
    let summary = newsroom.round().await;
    assert!(summary.failed.is_empty(), "{summary:?}");
    assert_eq!(
        (summary.new, summary.pages, summary.pages_failed),
        (3, 3, 1)
    );
    assert!(!origin.requests("/robots.txt").is_empty());
    let row = "select extraction from articles where guid = 'to-others-3'";
    let extraction = newsroom.sql(row).await[0][0].to_string();
    assert!(extraction.contains("127.0.0.1"), "{extraction}");
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn a_public_feed_its_pages_and_its_redirects_get_into_no_network_that_was_opened() {
    let (proxy, inside) = (Origin::start().await, Origin::start_at("127.0.0.2").await);
    let secret = base_of(&inside);
    for path in ["/f", "/pages/1.html", "/robots.txt"] {
        inside.serve(path, Reply::ok(rss(&secret, "secret", &[1])));
    }
    let public = "http://news.example";
    proxy.serve(
        &format!("{public}/away"),
        Reply::redirect(301, inside.url("/f")),
    );
    proxy.serve(
        &format!("{public}/links"),
        Reply::ok(rss(&secret, "links", &[1])),
    );
    proxy.serve(
        &format!("{public}/pages"),
        Reply::ok(rss(public, "pages", &[2, 3])),
    );
    let page = format!("{public}/pages/2.html");
    proxy.serve(&page, Reply::redirect(302, inside.url("/pages/1.html")));
    let feeds: String = ["away", "links", "pages"]
        .map(|slug| feed_at(&format!("{public}/{slug}"), slug))
        .concat();
    let newsroom = Newsroom::public(&proxy, &feeds, |config| {
        config.fetch.allow_networks = networks(&["127.0.0.2/32"]);
    })
    .await;
    let summary = newsroom.round().await;
    assert_eq!(summary.failed.keys().collect::<Vec<_>>(), ["away"]);
    assert!(
        summary.failed["away"].contains("no public address"),
        "{summary:?}"
    );
    assert_eq!((summary.pages, summary.pages_failed), (3, 3));
    assert!(inside.all_requests().is_empty());
    let strays = proxy.all_requests();
    assert!(strays.iter().all(|seen| seen.path.starts_with(public)));
}

#[tokio::test]
async fn neither_a_page_nor_a_robots_txt_leads_to_a_closed_address_by_name() {
    let (origin, canary) = neighbours().await;
    let mut private = origin.url("/secret");
    private.set_host(Some("private.example")).unwrap();
    let options = || Options {
        names: names(&[
            ("home.example", &[&["127.0.0.2"]]),
            ("private.example", &[&["127.0.0.1", "::1", "10.0.0.1"]]),
        ]),
        allow_networks: networks(&["127.0.0.2/32"]),
        ..Options::default()
    };
    assert_forbidden(
        get_page(&fetcher(options()), &private, true).await,
        false,
        "page",
    );
    origin.serve("/p", Reply::redirect(302, &private));
    let mut url = origin.url("/p");
    url.set_host(Some("home.example")).unwrap();
    // The robots.txt of where the page leads is the first thing that is asked for there.
    let redirected = get_page(&fetcher(options()), &url, true).await;
    assert!(redirected.is_err(), "{redirected:?}");
    origin.serve("/robots.txt", Reply::redirect(301, &private));
    let error = get_page(&fetcher(options()), &url, true).await.unwrap_err();
    assert!(
        matches!(&error, Error::RobotsUnreachable { reason, .. } if reason.contains("no public address")),
        "{error}"
    );
    assert_eq!(origin.requests("/p").len(), 1);
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn behind_a_proxy_names_are_the_proxys_business_and_its_own_name_may_lie_anywhere() {
    let proxy = Origin::start().await;
    proxy.serve("http://news.example/f", Reply::ok(FEED));
    let mut by_name = proxy.url("/");
    by_name.set_host(Some("proxy.example")).unwrap();
    let fetcher = fetcher(Options {
        names: names(&[
            ("proxy.example", &[&["127.0.0.1"]]),
            ("news.example", &[&["10.0.0.1"]]),
        ]),
        proxy: Some(by_name),
        ..Options::default()
    });
    let url = Url::parse("http://news.example/f").unwrap();
    let fetched = get_feed(&fetcher, &url, false).await.unwrap();
    assert!(matches!(fetched.body, Answer::Body(body) if *body == *FEED.as_bytes()));
}

/// What `rawi add` says that fails.
fn refused_add(desk: &Desk, url: &str) -> String {
    let output = desk.run(&["add", url]);
    assert_eq!(output.status.code(), Some(1), "{url}");
    let text = std::fs::read_to_string(desk.config()).unwrap();
    assert!(!text.contains("[[feed]]"), "{text}");
    String::from_utf8(output.stderr).unwrap()
}

fn offer(url: &Url) -> Reply {
    let page = format!("<!doctype html><link rel=alternate type=application/rss+xml href='{url}'>");
    Reply::ok(page).content_type("text/html")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn add_goes_to_no_closed_address_that_is_typed_or_offered_or_redirected_to() {
    let (origin, canary) = neighbours().await;
    let mut private = origin.url("/f");
    private.set_host(Some("127.0.0.1")).unwrap();
    origin.serve("/offers", offer(&private));
    origin.serve(
        "/offers-more",
        offer(&Url::parse("http://10.0.0.1/").unwrap()),
    );
    origin.serve("/leads", Reply::redirect(301, &private));
    let bases = [
        origin.url("/offers"),
        origin.url("/offers-more"),
        origin.url("/leads"),
    ];
    off(move || {
        let desk = Desk::new("");
        let fetch = "[fetch]\nallow_networks = [\"127.0.0.2/32\"]\n";
        std::fs::write(desk.config(), fetch).unwrap();
        for url in bases.iter().chain([&private]) {
            let said = refused_add(&desk, url.as_str());
            assert!(said.contains("no public address"), "{url}: {said}");
        }
    })
    .await;
    assert_eq!(canary.visits(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_page_offers_no_feed_in_a_network_that_was_opened() {
    let (proxy, inside) = (Origin::start().await, Origin::start_at("127.0.0.2").await);
    let secret = inside.url("/f");
    inside.serve("/f", Reply::ok(rss(&base_of(&inside), "secret", &[1])));
    proxy.serve("http://news.example/", offer(&secret));
    // A page of one's own may lead to a neighbour of its network.
    let mine = inside.url("/");
    proxy.serve(mine.as_str(), offer(&secret));
    proxy.serve(
        secret.as_str(),
        Reply::ok(rss(&base_of(&inside), "mine", &[1])),
    );
    let fetch = format!(
        "[fetch]\nallow_networks = [\"127.0.0.2/32\"]\nproxy = \"{}\"\n",
        proxy.url("/")
    );
    let asked = secret.clone();
    off(move || {
        let desk = Desk::new("");
        std::fs::write(desk.config(), &fetch).unwrap();
        let said = refused_add(&desk, "http://news.example/");
        assert!(said.contains("no public address"), "{said}");
        desk.print(&["add", mine.as_str()]);
    })
    .await;
    assert_eq!(
        proxy.requests(asked.as_str()).len(),
        1,
        "by the page of one's own"
    );
    assert!(inside.all_requests().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_proxies_of_the_environment_are_ignored() {
    let (origin, canary) = (Origin::start().await, Canary::new());
    origin.serve("/f", Reply::ok(rss(&base_of(&origin), "f", &[1])));
    let mut secure = origin.url("/f");
    secure.set_scheme("https").unwrap();
    // A name that fails in the resolver itself, whatever network there is.
    let nowhere = format!("http://{}.invalid/f", "a".repeat(64));
    let feeds = feed_at(origin.url("/f").as_str(), "plain")
        + &feed_at(secure.as_str(), "secure")
        + &feed_at(&nowhere, "nowhere")
        + &feed_at(&nowhere.replace("http:", "https:"), "nowhere-secure");
    let port = canary.port();
    off(move || {
        let desk = Desk::new(&feeds.replace("schedule", "extract = \"never\"\nschedule"));
        let proxy = format!("http://127.0.0.1:{port}");
        let poll = ["poll", "plain", "secure", "nowhere", "nowhere-secure"];
        let socks = format!("socks5h://127.0.0.1:{port}");
        for value in [&proxy, &socks] {
            let names = [
                "HTTP_PROXY",
                "HTTPS_PROXY",
                "ALL_PROXY",
                "http_proxy",
                "https_proxy",
                "all_proxy",
            ];
            let environment = names.map(|name| (name, value.as_str()));
            let output = desk.run_with(&poll, &environment);
            let said =
                String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("feeds polled"), "{said}");
        }
    })
    .await;
    assert_eq!(origin.requests("/f").len(), 2);
    assert!(origin.connections() >= 4, "for https, too");
    assert_eq!(canary.visits(), 0);
}
