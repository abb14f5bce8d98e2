//! What searching an archive of articles finds: forms of words, phrases, exclusions, filters, the
//! order of time however entries came, ranks, snippets.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::strategy::{Strategy, ValueTree};
use rawi::model::{FeedSpec, ParsedEntry};
use rawi::store::{Hit, MergedQuery};

use crate::support::archive::{Archive, feed, noon};

/// An entry of minute `n` with that title and text.
fn article(n: u32, title: &str, text: &str) -> ParsedEntry {
    ParsedEntry {
        guid: Some(format!("guid-{n}-{title}")),
        title: title.to_owned(),
        content: Some(format!("<p>{text}</p>")),
        published: Some(noon() + TimeDelta::minutes(i64::from(n))),
        ..ParsedEntry::default()
    }
}

/// An archive whose feeds have brought these entries at one time.
async fn newsroom(feeds: Vec<(FeedSpec, Vec<ParsedEntry>)>) -> Archive {
    let archive = Archive::new().await;
    let now = noon() + TimeDelta::days(1);
    let specs = feeds.iter().map(|(spec, _)| spec.clone()).collect();
    archive.store.sync_feeds(specs, now).await.unwrap();
    for _ in 0..feeds.len() {
        let claim = archive.claim(now).await.unwrap();
        let (_, entries) = feeds
            .iter()
            .find(|(spec, _)| spec.slug == claim.slug)
            .unwrap();
        archive
            .poll(claim, entries.clone(), false, now)
            .await
            .unwrap();
    }
    archive
}

async fn one_feed(entries: Vec<ParsedEntry>) -> Archive {
    newsroom(vec![(feed("haq"), entries)]).await
}

async fn hits(archive: &Archive, query: &str, by_rank: bool) -> Vec<Hit> {
    archive.store.search(query, 20, by_rank).await.unwrap()
}

/// Titles of what is found, newest first.
async fn found(archive: &Archive, query: &str) -> Vec<String> {
    let hits = hits(archive, query, false).await;
    hits.into_iter().map(|hit| hit.title.text).collect()
}

#[tokio::test]
async fn any_spelling_and_form_finds_any_other() {
    let forms = [
        "المدرسة",
        "مدرسه",
        "والمدرسة",
        "بالمدرسة",
        "للمدرسة",
        "الْمَدْرَسَةُ",
        "المـــدرسة",
    ];
    let entries = forms
        .iter()
        .zip(0..)
        .map(|(form, n)| article(n, &format!("خبر {n}"), form));
    let archive = one_feed(entries.collect()).await;
    for form in forms {
        assert_eq!(found(&archive, form).await.len(), forms.len(), "{form}");
    }
    assert_eq!(found(&archive, "لمدرسة").await.len(), forms.len());
    assert_eq!(found(&archive, "مدينة").await.len(), 0);
}

#[tokio::test]
async fn phrases_hold_across_spellings_and_exclusions_take_out() {
    let archive = one_feed(vec![
        article(1, "one", "اجتمع مجلس النُّوّاب اليوم في عمان"),
        article(2, "two", "قال النواب إن مجلس الأمة لم يجتمع"),
        article(3, "three", "The House of Commons met, and the house voted"),
        article(4, "four", "The commons house: nobody met"),
    ])
    .await;
    for (query, expected) in [
        ("\"مجلس نواب\"", vec!["one"]),
        ("«لمجلس النواب»", vec!["one"]),
        ("مجلس النواب", vec!["two", "one"]),
        ("مجلس -عمّان", vec!["two"]),
        ("مجلس -\"مجلس النواب\"", vec!["two"]),
        ("\"house of commons\"", vec!["three"]),
        ("house -\"of commons\"", vec!["four"]),
        ("-مجلس", vec!["four", "three"]),
        ("title:three", vec!["three"]),
        ("title:house", vec![]),
        ("met title:FOUR", vec!["four"]),
        ("house NEAR(x, 2)", vec![]),
    ] {
        assert_eq!(found(&archive, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn each_filter_keeps_what_it_says() {
    let mut noor = feed("noor");
    noor.title = Some("بوّابة النور".to_owned());
    noor.categories = vec!["إقتصاد".to_owned()];
    noor.language = Some("ar-JO".to_owned());
    let mut haq = feed("haq");
    haq.language = Some("en".to_owned());
    let labelled = ParsedEntry {
        categories: vec!["Sports".to_owned()],
        ..article(2, "two", "خبر")
    };
    let archive = newsroom(vec![
        (haq, vec![article(1, "one", "خبر"), labelled]),
        (
            noor,
            vec![article(3, "three", "خبر"), article(60 * 13, "four", "خبر")],
        ),
    ])
    .await;
    for (filter, expected) in [
        ("feed:haq", vec!["two", "one"]),
        ("feed:haq feed:noor", vec!["four", "three", "two", "one"]),
        ("-feed:haq", vec!["four", "three"]),
        ("feed:none", vec![]),
        ("outlet:\"بوابة النور\"", vec!["four", "three"]),
        ("outlet:النور", vec!["four", "three"]),
        ("category:اقتصاد", vec!["four", "three"]),
        ("category:sports", vec!["two"]),
        ("category:jordan -category:sports", vec!["one"]),
        ("lang:ar", vec!["four", "three"]),
        ("lang:ar-JO", vec!["four", "three"]),
        ("lang:a", vec![]),
        ("lang:en", vec!["two", "one"]),
        ("after:2026-01-16", vec!["four"]),
        ("before:2026-01-16", vec!["three", "two", "one"]),
        (
            "after:2026-01-15T12:02:00Z before:2026-01-15T12:03:00Z",
            vec!["two"],
        ),
        ("feed:noor after:2026-01-16", vec!["four"]),
    ] {
        assert_eq!(found(&archive, filter).await, expected, "{filter}");
        let with_word = format!("خبر {filter}");
        assert_eq!(found(&archive, &with_word).await, expected, "{with_word}");
        let mut ranked: Vec<_> = hits(&archive, &with_word, true)
            .await
            .into_iter()
            .map(|h| h.id)
            .collect();
        ranked.sort_unstable();
        assert_eq!(ranked.len(), expected.len(), "ranked: {with_word}");
        let query = MergedQuery {
            limit: 20,
            search: Some(with_word.clone()),
            ..MergedQuery::default()
        };
        let merged = archive
            .store
            .merged(query, noon() + TimeDelta::days(2))
            .await
            .unwrap();
        let merged: Vec<_> = merged
            .items
            .into_iter()
            .map(|item| item.article.title)
            .collect();
        assert_eq!(merged, expected, "a channel with the search {with_word}");
    }
}

#[tokio::test]
async fn categories_of_a_channel_are_those_of_feeds_and_its_languages_those_of_a_search() {
    let mut noor = feed("noor");
    noor.language = Some("ar-JO".to_owned());
    let labelled = ParsedEntry {
        categories: vec!["sports".to_owned()],
        ..article(2, "two", "خبر")
    };
    let french = ParsedEntry {
        language: Some("fr".to_owned()),
        ..article(
            3,
            "Le conseil municipal de la ville",
            "Le conseil a voté le budget",
        )
    };
    let entries = vec![article(1, "one", "خبر"), labelled, french];
    let archive = newsroom(vec![(noor, entries)]).await;
    let shown = async |categories: &[&str], languages: &[&str]| -> Vec<i64> {
        let list = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect();
        let query = MergedQuery {
            limit: 20,
            categories: list(categories),
            languages: list(languages),
            ..MergedQuery::default()
        };
        let now = noon() + TimeDelta::days(2);
        let merged = archive.store.merged(query, now).await.unwrap();
        let ids = merged.items.iter().map(|item| item.article.id);
        let mut ids: Vec<i64> = ids.collect();
        ids.sort_unstable();
        ids
    };
    let id = async |title: &str| {
        let query = format!("select id from articles where title = '{title}'");
        archive.value(&query).await.as_i64().unwrap()
    };
    let mut arabic = vec![id("one").await, id("two").await];
    arabic.sort_unstable();
    let all = {
        let mut all = arabic.clone();
        all.push(id("Le conseil municipal de la ville").await);
        all.sort_unstable();
        all
    };
    assert_eq!(shown(&["jordan"], &[]).await, all);
    assert_eq!(shown(&["sports"], &[]).await, [0_i64; 0], "of an article");
    for tags in [&["ar"][..], &["ar-JO"], &["AR-jo"], &["en", "ar"]] {
        assert_eq!(shown(&[], tags).await, arabic, "{tags:?}");
    }
    for tags in [&["a"][..], &["ar-SA"], &["en"]] {
        assert_eq!(shown(&[], tags).await, [0_i64; 0], "{tags:?}");
    }
    assert_eq!(shown(&[], &["ar", "fr"]).await, all);
}

#[tokio::test]
async fn what_comes_late_stands_where_its_date_says() {
    let archive = Archive::new().await;
    archive
        .store
        .sync_feeds(vec![feed("haq")], noon())
        .await
        .unwrap();
    // Polls an hour apart; every one brings entries of very different dates.
    let mut dates: Vec<DateTime<Utc>> = Vec::new();
    for poll in 0..12_i64 {
        let now = noon() + TimeDelta::hours(2 * poll);
        let entries = (0..40_i64).map(|n| {
            let back = (n * 7919 + poll * 104_729) % if n % 5 == 0 { 400_000 } else { 3000 };
            let mut entry = article(0, &format!("خبر {poll} {n}"), "عاجل");
            entry.published = Some(now - TimeDelta::seconds(back));
            dates.push(now - TimeDelta::seconds(back));
            entry
        });
        let entries = entries.collect();
        let claim = archive.claim(now).await.unwrap();
        archive.poll(claim, entries, false, now).await.unwrap();
    }
    dates.sort_unstable_by(|a, b| b.cmp(a));
    for limit in [1, 3, 20, 100, 480] {
        let hits = archive.store.search("عاجل", limit, false).await.unwrap();
        let published: Vec<DateTime<Utc>> = hits
            .iter()
            .map(|hit| hit.published.parse().unwrap())
            .collect();
        assert_eq!(published, dates[..limit], "the newest {limit}");
    }
}

#[tokio::test]
async fn ranks_put_titles_and_all_words_first_and_go_on_with_fewer() {
    let archive = one_feed(vec![
        article(1, "سعر الذهب اليوم", "ارتفع السعر"),
        article(
            2,
            "أسواق",
            "قال تجار إن سعر الذهب ارتفع كثيرا هذا الأسبوع بعد أن انخفض",
        ),
        article(3, "الذهب", "معدن"),
        article(4, "رياضة", "فاز الفريق"),
        article(5, "سعر الخبز", "ثابت"),
    ])
    .await;
    let titles: Vec<_> = hits(&archive, "سعر الذهب", true)
        .await
        .into_iter()
        .map(|hit| hit.title.text)
        .collect();
    assert_eq!(titles[..2], ["سعر الذهب اليوم", "أسواق"]);
    assert_eq!(titles.len(), 4, "{titles:?}");
    let first = archive.store.search("سعر الذهب", 1, true).await.unwrap();
    assert_eq!(first[0].title.text, "سعر الذهب اليوم");
}

#[tokio::test]
async fn snippets_and_titles_are_marked_in_their_own_spelling() {
    let filler = "كلام كثير ".repeat(40);
    let text = format!("{filler} زارَ الرَّئِيسُ الكـازاخستاني {filler}");
    let archive = one_feed(vec![article(1, "«الرئيس» في عمّان", &text)]).await;
    let hit = hits(&archive, "رئيس كازاخستاني عمان", false)
        .await
        .remove(0);
    let marked: Vec<&str> = hit
        .snippet
        .marks
        .iter()
        .map(|mark| &hit.snippet.text[mark.clone()])
        .collect();
    assert_eq!(marked, ["الرَّئِيسُ", "الكـازاخستاني"]);
    assert!(hit.snippet.text.starts_with('…') && hit.snippet.text.ends_with('…'));
    let marked: Vec<&str> = hit
        .title
        .marks
        .iter()
        .map(|mark| &hit.title.text[mark.clone()])
        .collect();
    assert_eq!(marked, ["الرئيس", "عمّان"]);
    let json = serde_json::to_value(&hit).unwrap();
    assert_eq!(json["title"], "«الرئيس» في عمّان");
    assert_eq!(json["title_marks"], serde_json::json!([[1, 7], [12, 17]]));
}

#[tokio::test]
async fn a_changed_article_is_found_by_what_it_says_now() {
    let archive = one_feed(vec![article(1, "قديم", "نص المقاطعة")]).await;
    let later = noon() + TimeDelta::days(3);
    let claim = archive.claim(later).await.unwrap();
    let changed = ParsedEntry {
        guid: Some("guid-1-قديم".to_owned()),
        ..article(1, "جديد", "نص المحافظة")
    };
    archive
        .poll(claim, vec![changed], false, later)
        .await
        .unwrap();
    assert_eq!(found(&archive, "مقاطعات").await.len(), 0);
    assert_eq!(found(&archive, "محافظات").await, ["جديد"]);
    // Nothing of the old text is left in the index.
    let left = archive
        .value("select count(*) from articles_fts where articles_fts match 'قديم or مقاطع'")
        .await;
    assert_eq!(left, 0);
}

#[tokio::test]
async fn no_query_breaks_a_search() {
    let archive = one_feed(vec![article(1, "one", "نص")]).await;
    let store = archive.store.clone();
    let queries = {
        let text = "([a-c\"*:^(){}+,%' -]|OR|AND|NOT|NEAR|title:|feed:|lang:|category:|after:|[ء-ي]|[«»“”]| ){0,20}";
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let texts = proptest::string::string_regex(text).unwrap();
        (0..200)
            .map(|_| texts.new_tree(&mut runner).unwrap().current())
            .collect::<Vec<_>>()
    };
    for query in queries {
        for by_rank in [false, true] {
            let answer = store.search(&query, 5, by_rank).await;
            let is_refused = matches!(answer, Err(rawi::store::Error::Query(_)));
            assert!(answer.is_ok() || is_refused, "{query}: {answer:?}");
        }
    }
}
