//! An invented morning of four feeds, for what the documents ask and show.
//!
//! Parliament passes a law on water: صوت الحق has it first, two outlets take it over in their own
//! words, one tells of the protests. Besides, there are articles that one outlet has alone, corrections, a
//! recording, a flash without text, one in French, one that a filter mutes, some whose pages
//! are lost, and a feed that fails.

use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use rawi::clock::Clock;
use rawi::dedupe;
use rawi::model::{
    Enclosure, FeedSpec, FeedState, Incoming, Next, ParsedEntry, Person, PollReport, Relocation,
};
use rawi::store::{Admission, Decision, PageCommit, PageEnd, PollCommit, Which};
use rawi::text::pattern::Filter;
use url::Url;

use crate::support::archive::{Archive, feed, matching, report};

/// What three outlets say in the same words.
const REASONS: &str = "<p>وقال رئيس لجنة المياه إن القانون يقسم كل مدينة إلى ثماني مناطق تصل المياه إلى كل منها ثلاث \
     مرات في الأسبوع بدلا من مرة واحدة، وإن العمل يستمر عامين بكلفة أربعة ملايين دينار.</p>\
     <p>وطالب نواب بتقديم موعد التنفيذ لأن الشبكات قديمة ويضيع منها نصف ما يضخ فيها، فوعدت الحكومة بأن يبدأ العمل \
     من الأحياء الشرقية.</p>";

/// A reader's letter that two outlets print as it is.
const LETTER: &str = "<p>يسألني الجيران كل صباح لماذا أزرع الزيتون على الرصيف أمام الدكان، فأقول لهم إن الشجرة لا تسأل لمن \
     يكون ظلها، وإن جدي زرع قبلي شجرة لم يأكل منها، وإن الشارع الذي لا شجر فيه يشبه بيتا بلا باب، ثم أصب لهم القهوة \
     ونجلس معا حتى يأتي أول زبون.</p>";

/// An archive in the making.
pub(super) struct Press {
    pub(super) archive: Archive,
    /// The day on which all of it happens: yesterday, so that it is over and lies in this week.
    pub(super) day: DateTime<Utc>,
}

impl Press {
    /// All of the morning.
    pub(super) async fn morning() -> Self {
        let mut press = Self::open(feeds()).await;
        press.the_law_on_water().await;
        press.what_each_has_alone().await;
        press.corrections().await;
        press.trouble().await;
        press
    }

    /// An archive that knows these feeds.
    pub(super) async fn open(feeds: Vec<FeedSpec>) -> Self {
        let archive = Archive::new().await;
        let yesterday = Clock::system().now() - TimeDelta::days(1);
        let day = yesterday.with_time(NaiveTime::MIN).unwrap();
        archive.store.sync_feeds(feeds, day).await.unwrap();
        Self { archive, day }
    }

    pub(super) fn at(&self, hour: i64, minute: i64) -> DateTime<Utc> {
        self.day + TimeDelta::minutes(hour * 60 + minute)
    }

    async fn the_law_on_water(&mut self) {
        let first = law(
            "haq-1",
            "النواب الأردني يقر قانون توزيع المياه",
            &format!(
                "<p>أقر مجلس النواب الأردني أمس قانونا لتوزيع مياه الشرب على أحياء المدن يبدأ العمل به مطلع الشهر المقبل \
                 ويشمل مد أنابيب جديدة في الأحياء القديمة.</p>{REASONS}"
            ),
        );
        let first = ParsedEntry {
            authors: vec![Person::named("ليلى الحسن")],
            ..first
        };
        self.bring("haq", self.at(8, 0), vec![first]).await;
        let copy = law(
            "amman-1",
            "قانون لتوزيع المياه على أحياء المدن",
            &format!(
                "<p>في جلسة طويلة أقر مجلس النواب في الاردن قانونا لتوزيع مياه الشرب على أحياء المدن، وهو ما انتظره كثيرون منذ \
                 الصيف.</p>{REASONS}"
            ),
        );
        self.bring("amman", self.at(8, 40), vec![copy]).await;
        let short = law(
            "maghreb-1",
            "الأردن: قانون لتوزيع المياه",
            &format!("<p>أقر مجلس النواب الأردني قانونا لتوزيع مياه الشرب.</p>{REASONS}"),
        );
        self.bring("maghreb", self.at(10, 0), vec![short]).await;
        let protest = law(
            "amman-2",
            "اعتصام أمام مجلس النواب في عمان",
            "<p>اعتصم مئات من سكان أحياء المدن أمام مجلس النواب في عمان بعد أن أقر قانون توزيع المياه، ورفعوا جرارا فارغة.</p>\
             <p>وطالب نواب بتقديم موعد التنفيذ لأن الشبكات قديمة ويضيع منها نصف ما يضخ فيها، فوعدت الحكومة بأن يبدأ العمل من \
             الأحياء الشرقية.</p>",
        );
        self.bring("amman", self.at(12, 0), vec![protest]).await;
    }

    async fn what_each_has_alone(&mut self) {
        let garden = ParsedEntry {
            authors: vec![Person::named("ليلى الحسن")],
            categories: vec!["ثقافة".to_owned()],
            ..article(
                "haq-2",
                "مكتبة صغيرة في قلب الحديقة",
                "<p>فتحت مكتبة صغيرة أبوابها بين أشجار الحديقة.</p>",
            )
        };
        self.bring("haq", self.at(9, 0), vec![garden]).await;
        let match_report = article(
            "haq-3",
            "فوز جديد في كرة القدم",
            "<p>فاز فريق الحي بهدفين.</p>",
        );
        self.bring("haq", self.at(9, 20), vec![match_report]).await;
        let letter = article("maghreb-2", "رسالة قارئ: زيتون الرصيف", LETTER);
        self.bring("maghreb", self.at(11, 0), vec![letter]).await;
        let reprint = article("haq-4", "زيتونة أمام الدكان", LETTER);
        self.bring("haq", self.at(15, 0), vec![reprint]).await;
        let french = article(
            "maghreb-3",
            "La vieille ville retrouve ses portes",
            "<p>Les artisans ont rendu hier à la vieille ville les sept portes qu'ils avaient restaurées pendant l'hiver.</p>",
        );
        let french = ParsedEntry {
            language: Some("fr".to_owned()),
            categories: vec!["jordan".to_owned()],
            ..french
        };
        self.bring("maghreb", self.at(13, 0), vec![french]).await;
        let recording = ParsedEntry {
            enclosures: vec![Enclosure {
                url: "https://amman.example/sound/7.mp3".to_owned(),
                media_type: Some("audio/mpeg".to_owned()),
                length: Some(4_200_000),
            }],
            ..article(
                "amman-3",
                "نشرة الظهيرة المسموعة",
                "<p>أخبار الظهيرة في عشر دقائق.</p>",
            )
        };
        self.bring("amman", self.at(12, 30), vec![recording]).await;
        self.bring(
            "amman",
            self.at(14, 0),
            vec![article("amman-4", "عاجل: انتهاء الجلسة", "")],
        )
        .await;
    }

    /// A headline after an hour and a half, a number after three hours.
    async fn corrections(&mut self) {
        let was = self.at(8, 0);
        let first = law(
            "haq-1",
            "قانون المياه: ثماني مناطق لكل مدينة",
            &format!(
                "<p>أقر مجلس النواب الأردني أمس قانونا لتوزيع مياه الشرب على أحياء المدن يبدأ العمل به مطلع الشهر المقبل \
                 ويشمل مد أنابيب جديدة في الأحياء القديمة.</p>{REASONS}"
            ),
        );
        let first = ParsedEntry {
            published: Some(was),
            authors: vec![Person::named("ليلى الحسن")],
            ..first
        };
        self.bring("haq", self.at(9, 30), vec![first]).await;
        let copy = law(
            "amman-1",
            "قانون لتوزيع المياه على أحياء المدن",
            &format!(
                "<p>في جلسة طويلة أقر مجلس النواب في الاردن قانونا لتوزيع مياه الشرب على أحياء المدن، وهو ما انتظره كثيرون منذ \
                 الصيف.</p>{}",
                REASONS.replace("أربعة ملايين", "خمسة ملايين")
            ),
        );
        let copy = ParsedEntry {
            published: Some(self.at(8, 40)),
            ..copy
        };
        self.bring("amman", self.at(11, 40), vec![copy]).await;
    }

    /// Pages that are lost, a feed that fails, an answer without news, and the filter.
    async fn trouble(&mut self) {
        let at = self.at(16, 0);
        let lost = |n: u32, title, text| ParsedEntry {
            link: Url::parse(&format!("https://maghreb.example/pages/{n}")).ok(),
            published: Some(at),
            ..article(&format!("maghreb-{n}"), title, text)
        };
        let lost = vec![
            lost(5, "جسر جديد للمشاة", "<p>يصل الجسر بين الضفتين.</p>"),
            lost(4, "سوق الخميس يعود", "<p>يعود السوق بعد شهرين.</p>"),
        ];
        self.poll("maghreb", at, lost, answer(at), true).await;
        self.lose_pages(at).await;
        let failed = PollReport {
            status: Some(404),
            error: Some("the server answered 404".to_owned()),
            ..answer(at)
        };
        self.poll("broken", at, Vec::new(), failed, false).await;
        let unchanged = PollReport {
            status: Some(304),
            bytes: 0,
            ..answer(at)
        };
        self.poll("haq", at, Vec::new(), unchanged, false).await;
        let mut feeds = feeds();
        feeds[0].filter = Filter::new(&[], &["كرة القدم".to_owned()]).unwrap();
        self.archive.store.sync_feeds(feeds, at).await.unwrap();
    }

    /// A feed says at that time what it has not said before; entries without a date are of then.
    async fn bring(&mut self, slug: &str, at: DateTime<Utc>, entries: Vec<ParsedEntry>) {
        let dated = entries.into_iter().map(|entry| ParsedEntry {
            published: entry.published.or(Some(at)),
            ..entry
        });
        let dated = dated.collect();
        self.poll(slug, at, dated, answer(at), false).await;
    }

    /// One poll of a feed, however it ended.
    pub(super) async fn poll(
        &mut self,
        slug: &str,
        now: DateTime<Utc>,
        entries: Vec<ParsedEntry>,
        report: PollReport,
        pages: bool,
    ) {
        let feeds = self.archive.store.enabled_feeds().await.unwrap();
        let (_, id) = feeds.into_iter().find(|(known, _)| known == slug).unwrap();
        let terms = self.archive.terms(now, 1);
        let claims = self
            .archive
            .store
            .claim_feeds(Which::These(vec![id]), terms, |_, _, _| Some(()));
        let (mut claims, _) = claims.await.unwrap();
        let (claim, ()) = claims.remove(0);
        let state = match report.error {
            Some(_) => FeedState::Failing,
            None => FeedState::Ok,
        };
        let commit = PollCommit {
            claim,
            report,
            incoming: dedupe::derive(dedupe::tell_apart(entries, now), &[], None),
            pages,
            matching: matching(now - TimeDelta::hours(96)),
            now,
        };
        let next = Next {
            at: Some(now + TimeDelta::hours(24)),
            why: "asked again in a day".to_owned(),
            interval: None,
            rhythm: None,
            is_turnover: false,
            is_stale: false,
            silence_until: None,
            host_until: None,
        };
        let decide = move |known: &_, incoming: Vec<Incoming>| Decision {
            changes: dedupe::decide(known, incoming),
            next,
            state,
            relocation: Relocation::None,
            refused: 0,
        };
        self.archive
            .store
            .commit_poll(commit, decide)
            .await
            .unwrap();
    }

    async fn lose_pages(&self, now: DateTime<Utc>) {
        let terms = self.archive.terms(now, 9);
        let claims = self
            .archive
            .store
            .claim_pages(None, terms, |_, _| Admission::Now(()));
        for (claim, ()) in claims.await.unwrap() {
            let why = if claim.url.path().ends_with('4') {
                "status 404"
            } else {
                "refused by robots.txt"
            };
            let reason = format!("{}: {why}", claim.url);
            let commit = PageCommit {
                claim,
                end: PageEnd::GivenUp { reason },
                lesson: None,
                asked: Vec::new(),
                matching: matching(now - TimeDelta::hours(96)),
                now,
            };
            self.archive.store.commit_page(commit).await.unwrap();
        }
    }
}

fn feeds() -> Vec<FeedSpec> {
    let titled = |slug: &str, title: &str, label: &str| FeedSpec {
        title: Some(title.to_owned()),
        categories: vec![label.to_owned()],
        ..feed(slug)
    };
    vec![
        titled("haq", "صوت الحق", "jordan"),
        titled("amman", "بوابة عمان", "jordan"),
        titled("maghreb", "بريد المغرب", "morocco"),
        titled("broken", "الغائب", "morocco"),
    ]
}

/// An entry with its text, of an outlet that gives no addresses.
fn article(guid: &str, title: &str, text: &str) -> ParsedEntry {
    ParsedEntry {
        guid: Some(guid.to_owned()),
        title: title.to_owned(),
        content: Some(text.to_owned()),
        ..ParsedEntry::default()
    }
}

fn law(guid: &str, title: &str, text: &str) -> ParsedEntry {
    ParsedEntry {
        categories: vec!["برلمان".to_owned()],
        ..article(guid, title, text)
    }
}

/// The log's line of a poll that brought something.
pub(super) fn answer(at: DateTime<Utc>) -> PollReport {
    PollReport {
        bytes: 3 << 10,
        elapsed: Duration::from_millis(40),
        ..report(at)
    }
}
