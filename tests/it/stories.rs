//! One story of many entries: who joins, who leads, what channels show of it, and what people, pages,
//! filters and time change about that.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rawi::model::{Body, EntryId, FeedSpec, ParsedEntry, Tally, Validators};
use rawi::store::{Admission, Error, FoundPage, MergedQuery, PageCommit, PageEnd};
use rawi::text::pattern::Filter;

use crate::support::archive::{Archive, archive_of, bring, feed, matching, noon};

/// What an agency sent.
const WIRE: &str = "افتتح وزير النقل أمس محطة القطار الجديدة في مدينة السدر بعد أربعة أعوام من العمل، وقال في كلمته إن \
    المحطة تستقبل ستين قطارا كل يوم وتخدم القرى الواقعة على ضفة النهر الغربية. وأضاف أن كلفة المشروع بلغت تسعين مليون \
    دينار دفعت البلدية ربعها، وأن العمل في الخط الذي يصل المحطة بالميناء القديم يبدأ مطلع الربيع المقبل وينتهي خلال \
    عامين. وحضر الافتتاح رئيس البلدية وأعضاء المجلس المحلي وعدد كبير من سكان الأحياء المجاورة الذين استقلوا أول قطار \
    غادر المحطة إلى العاصمة ظهرا.";

/// What an outlet made of it: another lead, other spellings, no last sentence.
const EDITED: &str = "في احتفال شعبي كبير افتتح وزير النقل امس محطة القطار الجديده في مدينة السدر بعد أربعة اعوام من \
    العمل، وقال في كلمته ان المحطة تستقبل ستين قطاراً كل يوم وتخدم القرى الواقعة على ضفة النهر الغربية. وأضاف ان كلفة \
    المشروع بلغت تسعين مليون دينار دفعت البلدية ربعها، وأن العمل في الخط الذي يصل المحطة بالميناء القديم يبدأ مطلع \
    الربيع المقبل وينتهي خلال عامين.";

/// Another matter altogether.
const OTHER: &str = "أعلنت جامعة الواحة فتح باب التسجيل في كلية الزراعة للفصل المقبل، ودعت الطلبة إلى تقديم وثائقهم قبل \
    نهاية الشهر في مكتب القبول أو على صفحتها. وذكر عميد الكلية أن عدد المقاعد زاد بمقدار الثلث، وأن قسما جديدا لدراسة \
    المياه الجوفية يفتح للمرة الأولى بالتعاون مع معهد في الخارج، وأن المتفوقين يعفون من الرسوم في عامهم الأول كله.";

fn article(slug: &str, n: u32, title: &str, text: &str) -> ParsedEntry {
    ParsedEntry {
        guid: Some(format!("{slug}-{n}")),
        link: format!("https://{slug}.example/{n}").parse().ok(),
        title: title.to_owned(),
        content: Some(format!("<p>{text}</p>")),
        published: Some(noon()),
        ..ParsedEntry::default()
    }
}

fn wire(slug: &str) -> ParsedEntry {
    article(slug, 1, "افتتاح محطة القطار في السدر", WIRE)
}

fn edited(slug: &str) -> ParsedEntry {
    article(slug, 1, "قطارات السدر تنطلق من محطتها الجديدة", EDITED)
}

/// What a merged feed shows: numbers of articles, newest first.
async fn shown(archive: &Archive, query: MergedQuery, now: DateTime<Utc>) -> Vec<i64> {
    let query = MergedQuery { limit: 50, ..query };
    let merged = archive.store.merged(query, now).await.unwrap();
    merged.items.iter().map(|item| item.article.id).collect()
}

async fn all(archive: &Archive, now: DateTime<Utc>) -> Vec<i64> {
    shown(archive, MergedQuery::default(), now).await
}

/// Of each article its story.
async fn stories(archive: &Archive) -> Vec<(i64, i64)> {
    let rows = archive
        .sql("select id, story from articles order by id")
        .await;
    rows.iter()
        .map(|row| (row[0].as_i64().unwrap(), row[1].as_i64().unwrap()))
        .collect()
}

/// Ends the work on the page of a feed's entry with this text, or without one.
async fn page(archive: &Archive, slug: &str, text: Option<&str>, now: DateTime<Utc>) {
    let host = format!("{slug}.example");
    let claimed = archive
        .store
        .claim_pages(None, archive.terms(now, 1), move |url, _| {
            if url.host_str() == Some(&*host) {
                Admission::Now(())
            } else {
                Admission::Later
            }
        })
        .await
        .unwrap();
    for (claim, ()) in claimed {
        let end = match text {
            Some(text) => {
                let body = Body::new(&claim.title, text.to_owned(), None);
                PageEnd::Found(Box::new(FoundPage {
                    text_digest: rawi::dedupe::text_digest(&body),
                    sketch: rawi::dedupe::sketch(&claim.title, text),
                    muted: None,
                    body,
                    extraction: "page: test".to_owned(),
                    dateline: None,
                    image: None,
                    author: Vec::new(),
                    language: None,
                    validators: Validators::default(),
                }))
            }
            None => PageEnd::GivenUp {
                reason: "404".to_owned(),
            },
        };
        let commit = PageCommit {
            claim,
            end,
            lesson: None,
            asked: Vec::new(),
            matching: matching(now - TimeDelta::hours(96)),
            now,
        };
        archive.store.commit_page(commit).await.unwrap();
    }
}

#[tokio::test]
async fn an_edited_copy_joins_the_story_is_shown_once_and_says_why() {
    let archive = archive_of(&["amman", "irbid", "salt"]).await;
    bring(&archive, "amman", vec![wire("amman")], false, noon()).await;
    let other = article("salt", 2, "التسجيل في كلية الزراعة", OTHER);
    bring(&archive, "salt", vec![other], false, noon()).await;
    bring(&archive, "irbid", vec![edited("irbid")], false, noon()).await;
    assert_eq!(stories(&archive).await, [(1, 1), (2, 2), (3, 1)]);
    assert_eq!(all(&archive, noon()).await, [2, 1]);
    let explained = archive.store.explain(EntryId(3)).await.unwrap().unwrap();
    let member = &explained.members[1];
    assert_eq!(member.joined_why.as_deref(), Some("near"));
    assert_eq!(member.joined_to, Some(1));
    assert!(member.joined_score.unwrap() > 0.6);
    let item = archive.store.article(EntryId(1)).await.unwrap().unwrap();
    assert_eq!(item.others.len(), 1);
    assert_eq!(item.others[0].name, "irbid");
}

#[tokio::test]
async fn a_copy_that_comes_after_the_window_is_a_story_of_its_own() {
    let archive = archive_of(&["amman", "irbid"]).await;
    bring(&archive, "amman", vec![wire("amman")], false, noon()).await;
    let later = noon() + TimeDelta::hours(97);
    bring(&archive, "irbid", vec![edited("irbid")], false, later).await;
    assert_eq!(stories(&archive).await, [(1, 1), (2, 2)]);
}

#[tokio::test]
async fn what_summaries_joined_the_page_parts_and_what_they_parted_it_joins() {
    let archive = archive_of(&["amman", "irbid", "salt"]).await;
    bring(&archive, "amman", vec![wire("amman")], false, noon()).await;
    // The feed's own text is the agency's; on the page stands something else.
    bring(&archive, "irbid", vec![edited("irbid")], true, noon()).await;
    let teaser = article("salt", 1, "من السدر", "تفاصيل على الصفحة");
    bring(&archive, "salt", vec![teaser], true, noon()).await;
    assert_eq!(stories(&archive).await, [(1, 1), (2, 1), (3, 3)]);
    page(&archive, "irbid", Some(OTHER), noon()).await;
    page(&archive, "salt", Some(EDITED), noon()).await;
    assert_eq!(stories(&archive).await, [(1, 1), (2, 2), (3, 1)]);
    assert_eq!(all(&archive, noon()).await, [2, 1]);
}

#[tokio::test]
async fn a_page_that_comes_late_changes_nothing_that_was_shown() {
    let archive = archive_of(&["amman", "salt"]).await;
    bring(&archive, "amman", vec![wire("amman")], false, noon()).await;
    let teaser = article("salt", 1, "من السدر", "تفاصيل على الصفحة");
    bring(&archive, "salt", vec![teaser], true, noon()).await;
    let late = noon() + TimeDelta::minutes(16);
    assert_eq!(all(&archive, late).await, [2, 1]);
    page(&archive, "salt", Some(EDITED), late).await;
    assert_eq!(all(&archive, late).await, [2, 1]);
}

#[tokio::test]
async fn a_lead_whose_page_never_comes_passes_the_story_on_before_it_was_shown() {
    let archive = archive_of(&["amman", "irbid"]).await;
    let summary = ParsedEntry {
        summary: Some(format!("<p>{EDITED}</p>")),
        content: None,
        ..edited("amman")
    };
    bring(&archive, "amman", vec![summary], true, noon()).await;
    bring(&archive, "irbid", vec![wire("irbid")], false, noon()).await;
    assert_eq!(stories(&archive).await, [(1, 1), (2, 1)]);
    assert_eq!(
        all(&archive, noon()).await,
        [0_i64; 0],
        "it waits for the page"
    );
    page(&archive, "amman", None, noon()).await;
    assert_eq!(stories(&archive).await, [(1, 2), (2, 2)]);
    assert_eq!(all(&archive, noon()).await, [2]);
}

#[tokio::test]
async fn what_a_person_says_of_stories_stands() {
    let archive = archive_of(&["amman", "irbid", "salt"]).await;
    bring(&archive, "amman", vec![wire("amman")], false, noon()).await;
    bring(&archive, "irbid", vec![edited("irbid")], true, noon()).await;
    let other = article("salt", 2, "التسجيل في كلية الزراعة", OTHER);
    bring(&archive, "salt", vec![other], false, noon()).await;
    let store = &archive.store;
    assert_eq!(
        store.split_story(EntryId(2)).await.unwrap(),
        Some(EntryId(1))
    );
    page(&archive, "irbid", Some(WIRE), noon()).await;
    assert_eq!(stories(&archive).await, [(1, 1), (2, 2), (3, 3)]);
    let joined = store
        .join_stories(EntryId(2), EntryId(3), noon())
        .await
        .unwrap();
    assert_eq!(joined, EntryId(2));
    assert_eq!(stories(&archive).await, [(1, 1), (2, 2), (3, 2)]);
    assert_eq!(all(&archive, noon()).await, [2, 1]);
    // The lead itself is split off: the rest goes on under the next.
    assert_eq!(
        store.split_story(EntryId(2)).await.unwrap(),
        Some(EntryId(3))
    );
    assert_eq!(stories(&archive).await, [(1, 1), (2, 2), (3, 3)]);
    assert_eq!(store.split_story(EntryId(1)).await.unwrap(), None);
    let nobody = store.split_story(EntryId(99)).await.unwrap_err();
    assert!(matches!(nobody, Error::NoArticle(99)), "{nobody}");
}

#[tokio::test]
async fn a_channel_shows_a_story_by_its_own_feeds_version_under_the_storys_number() {
    let archive = archive_of(&["amman", "irbid"]).await;
    bring(&archive, "amman", vec![wire("amman")], false, noon()).await;
    bring(&archive, "irbid", vec![edited("irbid")], false, noon()).await;
    let of = |slug: &str| MergedQuery {
        feeds: vec![slug.to_owned()],
        ..MergedQuery::default()
    };
    assert_eq!(shown(&archive, of("amman"), noon()).await, [1]);
    assert_eq!(shown(&archive, of("irbid"), noon()).await, [2]);
    let merged = archive
        .store
        .merged(
            MergedQuery {
                limit: 9,
                ..of("irbid")
            },
            noon(),
        )
        .await
        .unwrap();
    assert_eq!(merged.items[0].article.story, 1);
    assert_eq!(merged.items[0].others[0].name, "amman");
}

#[tokio::test]
async fn filters_mute_one_outlets_version_and_are_applied_anew_when_they_change() {
    let archive = archive_of(&["amman", "irbid"]).await;
    bring(&archive, "amman", vec![wire("amman")], false, noon()).await;
    bring(&archive, "irbid", vec![edited("irbid")], false, noon()).await;
    let muting = |pattern: &str| FeedSpec {
        filter: Filter::new(&[], &[pattern.to_owned()]).unwrap(),
        ..feed("amman")
    };
    let set = async |spec: FeedSpec| {
        let specs = vec![spec, feed("irbid")];
        archive.store.sync_feeds(specs, noon()).await.unwrap();
    };
    set(muting("محطه القِطار")).await;
    assert_eq!(all(&archive, noon()).await, [2]);
    let rows = archive
        .sql("select id, lead, muted from articles order by id")
        .await;
    assert_eq!(rows[0][2], "mute: محطه القِطار");
    assert_eq!((&rows[0][1], &rows[1][1]), (&0.into(), &1.into()));
    assert_eq!(archive.value("select lead from stories").await, 2);
    set(muting("لا شيء من هذا")).await;
    assert_eq!(all(&archive, noon()).await, [1]);
    let kept = MergedQuery {
        filter: Filter::new(&["احتفال".to_owned()], &[]).unwrap(),
        ..MergedQuery::default()
    };
    assert_eq!(
        shown(&archive, kept, noon()).await,
        [2],
        "the version that is kept"
    );
    let muted = MergedQuery {
        filter: Filter::new(&[], &["وزير النقل".to_owned()]).unwrap(),
        ..MergedQuery::default()
    };
    assert_eq!(shown(&archive, muted, noon()).await, [0_i64; 0]);
}

#[tokio::test]
async fn an_article_says_whether_it_stands_for_its_story_as_the_view_does() {
    let archive = archive_of(&["amman", "irbid", "salt"]).await;
    bring(&archive, "amman", vec![wire("amman")], false, noon()).await;
    bring(&archive, "irbid", vec![edited("irbid")], false, noon()).await;
    bring(&archive, "salt", vec![wire("salt")], false, noon()).await;
    let muted = FeedSpec {
        filter: Filter::new(&[], &["محطة".to_owned()]).unwrap(),
        ..feed("amman")
    };
    let specs = vec![muted, feed("irbid"), feed("salt")];
    archive.store.sync_feeds(specs, noon()).await.unwrap();
    let exported = archive.store.articles_after(0, 9).await.unwrap();
    let said: Vec<_> = exported.iter().map(|article| article.lead).collect();
    assert_eq!(said, [false, true, false]);
    let shown = archive.store.article(EntryId(2)).await.unwrap().unwrap();
    assert!(shown.article.lead, "and so does the one article");
}

#[tokio::test]
async fn feeds_of_one_outlet_are_one_outlet() {
    let archive = Archive::new().await;
    let named = |slug: &str, title: &str| FeedSpec {
        title: Some(title.to_owned()),
        ..feed(slug)
    };
    let specs = vec![
        named("amman", "الأفق"),
        named("amman-urgent", "الأفق"),
        named("irbid", "الدرب"),
    ];
    archive.store.sync_feeds(specs, noon()).await.unwrap();
    for slug in ["amman", "amman-urgent"] {
        bring(&archive, slug, vec![wire(slug)], false, noon()).await;
    }
    let counts = "select outlets, articles from stories";
    let count = async || serde_json::to_value(archive.sql(counts).await).unwrap();
    assert_eq!(count().await, serde_json::json!([[1, 2]]));
    bring(&archive, "irbid", vec![edited("irbid")], false, noon()).await;
    assert_eq!(count().await, serde_json::json!([[2, 3]]));
}

#[tokio::test]
async fn what_the_page_of_a_revised_article_changed_is_named_by_that_revision() {
    let archive = archive_of(&["amman"]).await;
    let titled = |title: &str| ParsedEntry {
        title: title.to_owned(),
        ..wire("amman")
    };
    let at = |hours| noon() + TimeDelta::hours(hours);
    let changes = async || {
        let rows = archive
            .sql("select changed from revisions order by revision")
            .await;
        serde_json::to_value(rows).unwrap()
    };
    bring(&archive, "amman", vec![titled("الأول")], true, at(0)).await;
    page(&archive, "amman", Some(WIRE), at(0)).await;
    assert_eq!(changes().await, serde_json::json!([["[]"]]), "its first");
    bring(&archive, "amman", vec![titled("الثاني")], true, at(1)).await;
    page(&archive, "amman", Some(WIRE), at(1)).await;
    let title = "[\"title\"]";
    assert_eq!(changes().await, serde_json::json!([["[]"], [title]]));
    bring(&archive, "amman", vec![titled("الثالث")], true, at(2)).await;
    page(&archive, "amman", Some(EDITED), at(2)).await;
    let both = "[\"title\",\"text\"]";
    assert_eq!(
        changes().await,
        serde_json::json!([["[]"], [title], [both]])
    );
    let texts = archive
        .sql("select text from revisions order by revision")
        .await;
    assert_eq!((&texts[1][0], &texts[2][0]), (&WIRE.into(), &EDITED.into()));
    // The feed's text changed, too: it is named once.
    let corrected = ParsedEntry {
        content: Some(format!("<p>{OTHER}</p>")),
        ..titled("الثالث")
    };
    bring(&archive, "amman", vec![corrected], true, at(3)).await;
    page(&archive, "amman", Some(OTHER), at(3)).await;
    let text = "[\"text\"]";
    let all = serde_json::json!([["[]"], [title], [both], [text]]);
    assert_eq!(changes().await, all);
}

#[tokio::test]
async fn churn_is_no_revision_and_a_correction_is_one() {
    let archive = archive_of(&["amman"]).await;
    let said = |text: &str| {
        let mut entry = wire("amman");
        entry.content = Some(format!("<p>{text}</p><p>منذ 5 دقائق</p>"));
        entry
    };
    bring(&archive, "amman", vec![said(WIRE)], false, noon()).await;
    let mut churned = said(WIRE);
    churned.content = Some(format!("<p>{WIRE}</p>\n\n<p>منذ 3 ساعات</p>"));
    let at = |hours| noon() + TimeDelta::hours(hours);
    let tally = bring(&archive, "amman", vec![churned], false, at(1)).await;
    assert_eq!(tally, Tally::default());
    let mut pictured = said(WIRE);
    pictured.enclosures.push(rawi::model::Enclosure {
        url: "https://amman.example/1.mp3".to_owned(),
        media_type: None,
        length: None,
    });
    let tally = bring(&archive, "amman", vec![pictured], false, at(2)).await;
    assert_eq!((tally.changed, tally.renewed), (0, 1));
    let corrected = WIRE.replace("تسعين", "سبعين");
    let tally = bring(&archive, "amman", vec![said(&corrected)], false, at(3)).await;
    assert_eq!((tally.changed, tally.renewed), (1, 0));
    let revisions = archive
        .sql("select revision, changed, text like '%سبعين مليون%' from revisions order by revision")
        .await;
    assert_eq!(
        serde_json::to_value(&revisions).unwrap(),
        serde_json::json!([[1, "[]", 0], [2, "[\"text\"]", 1]])
    );
}

#[tokio::test]
async fn what_retention_deletes_goes_as_a_whole_and_does_not_come_back() {
    let archive = archive_of(&["amman", "irbid", "salt"]).await;
    let at = |days| noon() + TimeDelta::days(days);
    bring(&archive, "amman", vec![wire("amman")], false, at(0)).await;
    bring(&archive, "irbid", vec![edited("irbid")], false, at(2)).await;
    let other = article("salt", 2, "التسجيل في كلية الزراعة", OTHER);
    bring(&archive, "salt", vec![other.clone()], false, at(0)).await;
    let store = &archive.store;
    assert_eq!(
        store.forget_stories(at(1), 10).await.unwrap(),
        1,
        "a story goes as a whole"
    );
    assert_eq!(stories(&archive).await, [(1, 1), (2, 1)]);
    assert!(
        store
            .search("كلية الزراعة", 9, false)
            .await
            .unwrap()
            .is_empty()
    );
    let tally = bring(&archive, "salt", vec![other], false, at(3)).await;
    assert_eq!(tally, Tally::default());
    assert_eq!(store.forget_stories(at(3), 10).await.unwrap(), 2);
    assert_eq!(store.forget_stories(at(3), 10).await.unwrap(), 0);
    store.tidy(at(9)).await.unwrap();
    let left = "select (select count(*) from body) + (select count(*) from entry) + (select count(*) from sketch) - 1";
    assert_eq!(archive.value(left).await, 0, "but for the newest sketch");
    assert_eq!(archive.value("pragma integrity_check").await, "ok");
}

/// Words that a generated article is made of.
const WORDS: [&str; 40] = [
    "مجلس",
    "مدينة",
    "طريق",
    "ميناء",
    "شركة",
    "جامعة",
    "وزارة",
    "مستشفى",
    "سوق",
    "قرية",
    "عامل",
    "طبيب",
    "معلم",
    "قطار",
    "سفينة",
    "جسر",
    "نهر",
    "جبل",
    "واحة",
    "مزرعة",
    "قمح",
    "زيتون",
    "كهرباء",
    "مياه",
    "مصنع",
    "عقد",
    "قرض",
    "ضريبة",
    "قانون",
    "لجنة",
    "رئيس",
    "نائب",
    "ناطق",
    "افتتح",
    "أعلن",
    "أقر",
    "رفض",
    "بحث",
    "زار",
    "أطلق",
];

/// The n-th generated article: texts of different n have next to nothing in common.
fn generated(n: u64) -> String {
    let mut state = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut words = Vec::new();
    for _ in 0..90 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        words.push(WORDS[usize::try_from(state % 40).unwrap()]);
    }
    words.join(" ")
}

#[test]
fn whatever_the_order_of_arrival_the_same_articles_are_one_story_and_polling_twice_changes_nothing()
{
    let order = Just((0..12_u64).collect::<Vec<_>>()).prop_shuffle();
    let mut runner = TestRunner::new(Config::with_cases(12));
    runner
        .run(&order, |order| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(in_order(&order));
            Ok(())
        })
        .unwrap();
}

/// Four feeds bring three articles each, the same ones in other words here and there.
async fn in_order(order: &[u64]) {
    let slugs = ["amman", "irbid", "salt", "zarqa"];
    let archive = archive_of(&slugs).await;
    for &n in order {
        let (feed, text) = (slugs[usize::try_from(n / 3).unwrap()], n % 3);
        let mut words: Vec<String> = generated(text).split(' ').map(str::to_owned).collect();
        words.insert(
            usize::try_from(20 + n).unwrap(),
            "كما علمت الصحيفة".to_owned(),
        );
        let title = format!("عنوان {text}");
        let number = u32::try_from(text).unwrap();
        let entry = article(feed, number, &title, &words.join(" "));
        bring(&archive, feed, vec![entry.clone()], false, noon()).await;
        let again = bring(&archive, feed, vec![entry], false, noon()).await;
        assert_eq!(again, Tally::default());
    }
    let groups = archive
        .sql("select group_concat(distinct title), count(*), min(id) = story from articles group by story order by 1")
        .await;
    assert_eq!(
        serde_json::to_value(&groups).unwrap(),
        serde_json::json!([["عنوان 0", 4, 1], ["عنوان 1", 4, 1], ["عنوان 2", 4, 1]]),
        "{order:?}: of each article one story, led by the first that came"
    );
}

#[tokio::test]
async fn a_thousand_collisions_of_guids_and_addresses_change_no_row_of_another_feed() {
    let archive = archive_of(&["amman", "irbid"]).await;
    let entries = |slug: &str| -> Vec<ParsedEntry> {
        let one = |n: u32| ParsedEntry {
            guid: Some(format!("shared-{n}")),
            link: format!("https://wire.example/{n}").parse().ok(),
            ..article(slug, n, &format!("{slug}: عنوان {n}"), &generated(n.into()))
        };
        (0..1000).map(one).collect()
    };
    let rows = "select id, guid, url, title, text, story, lead, updated from articles where feed = 'amman' order by id";
    bring(&archive, "amman", entries("amman"), false, noon()).await;
    let before = archive.sql(rows).await;
    let hour = noon() + TimeDelta::hours(1);
    let tally = bring(&archive, "irbid", entries("irbid"), false, hour).await;
    assert_eq!((tally.new, tally.changed, tally.renamed), (1000, 0, 0));
    let hostile: Vec<ParsedEntry> = entries("irbid")
        .into_iter()
        .map(|entry| ParsedEntry {
            title: "محي".to_owned(),
            content: None,
            ..entry
        })
        .collect();
    bring(
        &archive,
        "irbid",
        hostile,
        false,
        hour + TimeDelta::hours(1),
    )
    .await;
    assert_eq!(archive.sql(rows).await, before);
}
