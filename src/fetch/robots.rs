//! robots.txt (RFC 9309): which pages an origin lets us ask for, and for how long that is known.
//!
//! [`Robots::origin`] gives what is kept of a page's origin; [`Origin::word`] says what is known of
//! it now; where that is nothing, whoever holds [`Origin::asking`] asks and tells the [`Answer`] to
//! [`Origin::note`]. No I/O is done here: `fetch::pages` asks, by the same door as everything else.
//!
//! Rules hold for a day, or for as long as the answer calls itself fresh, an hour at least. A
//! robots.txt that is missing (4xx) or lost in redirects allows all. One that cannot be reached
//! (5xx, 429, the network) closes the origin, unless rules are known that it gave before; it is
//! asked for again every half hour, and when it has been out of reach for 30 days, all is allowed.
//! Parsing and matching are the crate's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use url::{Position, Url};

/// How owners call us in robots.txt.
const PRODUCT: &str = "rawi";

/// What somebody may write who copies it from a log.
const PRODUCT_OF_LOGS: &str = concat!("rawi/", env!("CARGO_PKG_VERSION"));

/// What is read of a robots.txt, in bytes; one more shows that a line is cut.
pub(super) const MAX_BYTES: usize = robotxt::BYTE_LIMIT + 1;

/// How long rules hold that do not say it of themselves, and at most.
const RULES_HOLD: Duration = Duration::from_hours(24);

/// How long rules hold at least.
const RULES_HOLD_AT_LEAST: Duration = Duration::from_hours(1);

/// How long one that cannot be reached is not asked for.
const UNREACHABLE_HOLDS: TimeDelta = TimeDelta::minutes(30);

/// After so long out of reach there is no robots.txt.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(30);

/// The longest `Crawl-delay` that is kept.
pub(super) const MAX_CRAWL_DELAY: TimeDelta = TimeDelta::seconds(60);

/// Origins and bytes of rules that are kept; beyond either, the oldest half of them goes.
const MAX_ORIGINS: usize = 2048;
const MAX_KEPT_BYTES: usize = 8 << 20;

/// What one rule costs beyond its pattern.
const RULE_BYTES: usize = 48;

/// The rules of one robots.txt that are meant for us.
#[derive(Debug)]
pub(super) struct Rules {
    rules: robotxt::Robots,
    bytes: usize,
}

impl Rules {
    /// Reads a robots.txt; what cannot be read of it is no rule.
    pub(super) fn read(text: &[u8]) -> Self {
        let mut rules = robotxt::Robots::parse(text, PRODUCT);
        if rules.user_agent() == robotxt::ANY_AGENT {
            let of_logs = robotxt::Robots::parse(text, PRODUCT_OF_LOGS);
            if of_logs.user_agent() != robotxt::ANY_AGENT {
                rules = of_logs;
            }
        }
        let bytes = rules.rules().iter().map(|r| r.pattern().len() + RULE_BYTES);
        Self {
            bytes: bytes.sum(),
            rules,
        }
    }

    /// Allows all.
    pub(super) fn open() -> Self {
        Self {
            rules: robotxt::Robots::allow_all(),
            bytes: 0,
        }
    }

    /// True if the page may be asked for.
    pub(super) fn allow(&self, page: &Url) -> bool {
        // In a rule `%2A` and `%24` mean the characters that are special there (§2.2.3); an address
        // may have them plain. No rule has a plain `*` that is not special; a `$` may be either.
        let path = page[Position::BeforePath..Position::AfterQuery].replace('*', "%2A");
        self.rules.is_allowed(&path)
            && (!path.contains('$') || self.rules.is_allowed(&path.replace('$', "%24")))
    }

    /// The time to leave between two pages, if one is asked for.
    pub(super) fn crawl_delay(&self) -> Option<TimeDelta> {
        let delay = TimeDelta::from_std(self.rules.crawl_delay()?).unwrap_or(MAX_CRAWL_DELAY);
        (!delay.is_zero()).then(|| delay.min(MAX_CRAWL_DELAY))
    }
}

/// What asking for a robots.txt brought.
#[derive(Debug)]
pub(super) enum Answer {
    /// Rules, and how long they call themselves fresh.
    Rules(Rules, Option<Duration>),
    /// It cannot be reached.
    Unreachable(Unreachable),
}

/// Why a robots.txt could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreachable {
    /// In words, with its address.
    pub(super) reason: String,
    /// HTTP status, if there was an answer.
    pub(super) status: Option<u16>,
    /// The moment before which the host asked not to be asked again.
    pub(super) retry_after: Option<DateTime<Utc>>,
}

/// What is known of an origin.
#[derive(Debug, Clone)]
pub(super) enum Word {
    /// These rules hold.
    Rules(Arc<Rules>),
    /// Nothing may be asked for, as nobody could say what may.
    Unreachable(Unreachable),
}

/// What is kept of one origin.
#[derive(Debug, Default)]
pub(super) struct Origin {
    /// Held by the one that asks.
    pub(super) asking: tokio::sync::Mutex<()>,
    known: Mutex<Option<Known>>,
}

#[derive(Debug, Clone)]
struct Known {
    /// The last rules that it gave.
    rules: Option<Arc<Rules>>,
    /// Since when it has not been reached, and why the last time.
    failing: Option<(DateTime<Utc>, Unreachable)>,
    /// When it was asked, and when it is asked again.
    asked: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Known {
    fn after(old: Option<Self>, answer: Answer, now: DateTime<Utc>) -> Self {
        match answer {
            Answer::Rules(rules, fresh_for) => {
                let hold = fresh_for.map_or(RULES_HOLD, |fresh| {
                    fresh.clamp(RULES_HOLD_AT_LEAST, RULES_HOLD)
                });
                Self {
                    rules: Some(Arc::new(rules)),
                    failing: None,
                    asked: now,
                    until: now + hold,
                }
            }
            Answer::Unreachable(why) => {
                let (rules, failing) =
                    old.map_or((None, None), |known| (known.rules, known.failing));
                let since = failing.map_or(now, |(since, _)| since);
                let soonest = now + UNREACHABLE_HOLDS;
                Self {
                    until: why.retry_after.map_or(soonest, |until| until.max(soonest)),
                    rules,
                    failing: Some((since, why)),
                    asked: now,
                }
            }
        }
    }

    fn word(&self, now: DateTime<Utc>) -> Word {
        match (&self.failing, &self.rules) {
            (Some((since, _)), _) if now - since >= FORGOTTEN_AFTER => {
                Word::Rules(Arc::new(Rules::open()))
            }
            (_, Some(rules)) => Word::Rules(Arc::clone(rules)),
            (Some((_, why)), None) => Word::Unreachable(why.clone()),
            (None, None) => Word::Rules(Arc::new(Rules::open())),
        }
    }

    fn bytes(&self) -> usize {
        self.rules.as_ref().map_or(0, |rules| rules.bytes)
    }
}

impl Origin {
    /// What is known now; none: it has to be asked.
    pub(super) fn word(&self, now: DateTime<Utc>) -> Option<Word> {
        let known = self.known();
        let known = known.as_ref()?;
        // What was asked in the future holds no longer: the clock was set back.
        (known.asked <= now && now < known.until).then(|| known.word(now))
    }

    /// Takes notice of an answer, and says what is known now.
    pub(super) fn note(&self, answer: Answer, now: DateTime<Utc>) -> Word {
        let mut known = self.known();
        let new = Known::after(known.take(), answer, now);
        known.insert(new).word(now)
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        // No code that can panic runs under this lock but the clone of plain data.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The origins of which something is known.
#[derive(Debug, Default)]
pub(super) struct Robots(Mutex<HashMap<Box<str>, Arc<Origin>>>);

impl Robots {
    /// What is kept of a page's origin: scheme, host and port.
    ///
    /// `local`: asked on behalf of a local feed. Such answers are kept apart, as they may come
    /// from a network that is closed to others; and so are those that came by a feed's own
    /// `proxy`, which may see another world, or none.
    pub(super) fn origin(&self, page: &Url, local: bool, proxy: Option<&Url>) -> Arc<Origin> {
        let mut name = page.origin().ascii_serialization();
        if local {
            name.push_str(" local");
        }
        if let Some(proxy) = proxy {
            name.push_str(" by ");
            name.push_str(proxy.as_str());
        }
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(origin) = table.get(&*name) {
            return Arc::clone(origin);
        }
        make_room(&mut table);
        Arc::clone(table.entry(name.into()).or_default())
    }
}

/// Forgets the older half of what is kept, if that is too much. Who is being asked stays.
fn make_room(table: &mut HashMap<Box<str>, Arc<Origin>>) {
    let bytes = |origin: &Origin| origin.known().as_ref().map_or(0, Known::bytes);
    let kept: usize = table.values().map(|origin| bytes(origin)).sum();
    if table.len() < MAX_ORIGINS && kept < MAX_KEPT_BYTES {
        return;
    }
    let mut ends: Vec<_> = table
        .values()
        .filter_map(|origin| origin.known().as_ref().map(|known| known.until))
        .collect();
    ends.sort_unstable();
    let middle = ends.get(ends.len() / 2).copied();
    table.retain(|_, origin| {
        let until = origin.known().as_ref().map(|known| known.until);
        Arc::strong_count(origin) > 1 || (until.is_some() && until > middle)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str) -> Url {
        Url::parse(&format!("https://a.example{path}")).unwrap()
    }

    #[test]
    fn rules_match_by_prefix_wildcard_and_end_and_the_longest_one_wins() {
        let table: [(&str, &[&str], &[&str]); 12] = [
            // The example of RFC 9309 §5.2: the longer of two that match.
            (
                "Allow: /example/page/\nDisallow: /example/page/disallowed.gif",
                &["/example/page/", "/example/page/x"],
                &["/example/page/disallowed.gif"],
            ),
            // Two of the same length: the one that allows.
            ("Disallow: /page\nAllow: /page", &["/page"], &[]),
            ("Disallow: /", &[], &["/", "/a?b"]),
            ("Disallow:", &["/a"], &[]),
            ("", &["/a"], &[]),
            ("Disallow: /*.gif$", &["/a.gif?x", "/a.gifs"], &["/a.gif"]),
            ("Disallow: /a*b*c", &["/acb", "/ab"], &["/abc", "/a1b2c3"]),
            (
                "Disallow: /*?print=",
                &["/news/1?page=2"],
                &["/news/1?print=1"],
            ),
            ("Disallow: /private", &["/Private"], &["/privateer"]),
            // §2.2.2: what is encoded and what is not are the same, in both directions.
            (
                "Disallow: /أخبار/\nDisallow: /%62az",
                &["/أخبا"],
                &["/أخبار/1", "/%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1/1", "/baz"],
            ),
            ("Disallow: /a%2Fb", &["/a/b"], &["/a%2fb"]),
            // §2.2.3: special characters that are meant as they are.
            (
                "Disallow: /file-%2A.html\nDisallow: /cost-%24",
                &["/file-1.html", "/cost-1"],
                &["/file-*.html", "/cost-$"],
            ),
        ];
        for (rules, allowed, refused) in table {
            let rules = Rules::read(format!("User-agent: *\n{rules}").as_bytes());
            for path in allowed {
                assert!(rules.allow(&page(path)), "{rules:?} allows {path}");
            }
            for path in refused {
                assert!(!rules.allow(&page(path)), "{rules:?} refuses {path}");
            }
        }
    }

    #[test]
    fn the_groups_of_our_name_are_one_and_stand_before_those_of_all() {
        let table: [(&str, bool, bool); 9] = [
            // The text, and whether /a and /b are allowed.
            ("User-agent: *\nDisallow: /a", false, true),
            (
                "User-agent: *\nDisallow: /a\nUser-agent: RawI\nDisallow: /b",
                true,
                false,
            ),
            (
                "user-agent: rawi\ndisallow: /a\n\nuser-agent: other\ndisallow: /\n\nuser-agent: RAWI\ndisallow: /b",
                false,
                false,
            ),
            (
                "User-agent: other\nUser-agent: rawi\nDisallow: /a",
                false,
                true,
            ),
            (
                "User-agent: rawi\n\nUser-agent: *\nDisallow: /b",
                true,
                false,
            ),
            (
                "User-agent: rawi-images\nDisallow: /a\nUser-agent: *\nDisallow: /b",
                true,
                false,
            ),
            ("\u{feff}User-agent: *\r\nDisallow: /a\r\n", false, true),
            ("Disallow: /a", true, true),
            (
                "User-agent: * # all\nSitemap: https://a.example/s.xml\nDisallow: /a # not this",
                false,
                true,
            ),
        ];
        for (text, a, b) in table {
            let rules = Rules::read(text.as_bytes());
            let found = (rules.allow(&page("/a")), rules.allow(&page("/b")));
            assert_eq!(found, (a, b), "{text}");
        }
    }

    #[test]
    fn a_name_copied_from_a_log_is_ours() {
        let text = format!("User-agent: {PRODUCT_OF_LOGS}\nDisallow: /a");
        assert!(!Rules::read(text.as_bytes()).allow(&page("/a")));
    }

    #[test]
    fn what_is_no_robots_txt_refuses_nothing() {
        for text in [
            &b"<!doctype html><title>404</title><p>Disallow everything"[..],
            b"\xff\xfe\x00User-agent: *\0Disallow",
            b"User-agent\nDisallow /",
            b"",
        ] {
            assert!(Rules::read(text).allow(&page("/a")), "{text:?}");
        }
    }

    #[test]
    fn a_line_that_the_limit_cuts_is_no_rule_and_those_before_it_hold() {
        let mut text = b"User-agent: *\nDisallow: /a\n".to_vec();
        text.resize(MAX_BYTES - 13, b'#');
        text.extend_from_slice(b"\nDisallow: /b-and-so-on\n");
        text.truncate(MAX_BYTES);
        let rules = Rules::read(&text);
        assert!(!rules.allow(&page("/a")));
        assert!(rules.allow(&page("/b")));
    }

    #[test]
    fn d2_crawl_delay_is_kept_up_to_a_minute() {
        for (text, seconds) in [
            ("Crawl-delay: 10", Some(10)),
            ("Crawl-delay: 86400", Some(60)),
            ("Crawl-delay: 0", None),
            ("Crawl-delay: -1", None),
            ("Crawl-delay: soon", None),
            ("Disallow: /a", None),
        ] {
            let rules = Rules::read(format!("User-agent: *\n{text}").as_bytes());
            assert_eq!(
                rules.crawl_delay(),
                seconds.map(TimeDelta::seconds),
                "{text}"
            );
        }
    }

    fn start() -> DateTime<Utc> {
        "2026-01-15T12:00:00Z".parse().unwrap()
    }

    fn unreachable(retry_after: Option<DateTime<Utc>>) -> Answer {
        Answer::Unreachable(Unreachable {
            reason: "status 500".to_owned(),
            status: Some(500),
            retry_after,
        })
    }

    fn closed() -> Answer {
        let rules = Rules::read(b"User-agent: *\nDisallow: /a");
        Answer::Rules(rules, None)
    }

    #[test]
    fn rules_hold_for_a_day_or_as_long_as_they_are_fresh_but_an_hour() {
        for (fresh, minutes) in [
            (None, 24 * 60),
            (Some(60), 60),
            (Some(7200), 120),
            (Some(31_536_000), 24 * 60),
        ] {
            let origin = Origin::default();
            assert!(origin.word(start()).is_none(), "nobody was asked");
            let fresh = fresh.map(Duration::from_secs);
            origin.note(Answer::Rules(Rules::open(), fresh), start());
            let end = start() + TimeDelta::minutes(minutes);
            assert!(
                origin.word(end - TimeDelta::seconds(1)).is_some(),
                "{fresh:?}"
            );
            assert!(origin.word(end).is_none(), "{fresh:?}");
            let before = start() - TimeDelta::seconds(1);
            assert!(origin.word(before).is_none(), "the clock was set back");
        }
    }

    #[test]
    fn an_origin_out_of_reach_is_closed_and_asked_again_when_it_may_be() {
        let origin = Origin::default();
        assert!(matches!(
            origin.note(unreachable(None), start()),
            Word::Unreachable(_)
        ));
        let half = start() + TimeDelta::minutes(30);
        assert!(origin.word(half - TimeDelta::seconds(1)).is_some());
        assert!(origin.word(half).is_none());
        let later = half + TimeDelta::hours(5);
        origin.note(unreachable(Some(later)), half);
        assert!(origin.word(later - TimeDelta::seconds(1)).is_some());
        assert!(origin.word(later).is_none());
    }

    #[test]
    fn old_rules_hold_while_the_origin_is_out_of_reach_and_none_after_thirty_days() {
        let origin = Origin::default();
        origin.note(closed(), start());
        let down = start() + TimeDelta::days(1);
        let allows = |word| match word {
            Word::Rules(rules) => (rules.allow(&page("/a")), rules.allow(&page("/b"))),
            Word::Unreachable(why) => panic!("{why:?}"),
        };
        assert_eq!(allows(origin.note(unreachable(None), down)), (false, true));
        let last = down + TimeDelta::days(30) - TimeDelta::seconds(1);
        assert_eq!(allows(origin.note(unreachable(None), last)), (false, true));
        let after = down + TimeDelta::days(30);
        assert_eq!(allows(origin.note(unreachable(None), after)), (true, true));
        assert_eq!(allows(origin.note(closed(), after)), (false, true));
    }

    #[test]
    fn what_is_kept_of_origins_has_a_limit_and_the_youngest_stay() {
        let robots = Robots::default();
        let origin = |n| {
            let url = Url::parse(&format!("https://h{n}.example/")).unwrap();
            robots.origin(&url, false, None)
        };
        for n in 0..3 * MAX_ORIGINS {
            let now = start() + TimeDelta::seconds(i64::try_from(n).unwrap());
            origin(n).note(closed(), now);
        }
        assert!(robots.0.lock().unwrap().len() <= MAX_ORIGINS);
        let end = start() + TimeDelta::hours(3);
        assert!(origin(3 * MAX_ORIGINS - 1).word(end).is_some());
        assert!(origin(0).word(end).is_none());
        let (public, local) = (
            robots.origin(&page("/"), false, None),
            robots.origin(&page("/"), true, None),
        );
        assert!(!Arc::ptr_eq(&public, &local), "a local answer stays local");
        let proxy = Url::parse("http://p.example/").unwrap();
        let by_proxy = robots.origin(&page("/"), false, Some(&proxy));
        assert!(
            !Arc::ptr_eq(&public, &by_proxy),
            "a proxy's word is for its feeds"
        );
    }
}
