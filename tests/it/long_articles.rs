//! Articles that are cut into pages, from the network to the archive.

use crate::support::newsroom::{Newsroom, feed};
use crate::support::origin::{Origin, Reply};
use crate::support::outlets::{base_of, paragraphs, rss};

/// Page `n` of an article; `next` is what leads to the next one.
fn page(n: u32, next: &str) -> Reply {
    let [one, two] = paragraphs(n);
    let html = format!(
        "<!doctype html><html lang=\"ar\" dir=\"rtl\"><head><title>تحقيق طويل</title></head><body>\
         <article><h1>تحقيق طويل</h1><p>{one}</p><p>{two}</p>{next}</article></body></html>"
    );
    Reply::ok(html).content_type("text/html; charset=utf-8")
}

fn text(pages: &[u32]) -> String {
    let all: Vec<String> = pages.iter().flat_map(|n| paragraphs(*n)).collect();
    all.join("\n\n")
}

async fn round(origin: &Origin, keys: &str) -> String {
    origin.serve(
        "/gazette",
        Reply::ok(rss(&base_of(origin), "gazette", &[1])),
    );
    let newsroom = Newsroom::new(&(feed(origin, "gazette") + keys)).await;
    newsroom.round().await;
    // Pages of one article are one story, however much they repeat.
    let stories = newsroom.sql("select json_extract(learned, '$.told') from site");
    assert_eq!(stories.await, [[1]]);
    let rows = newsroom.sql("select text from articles").await;
    rows[0][0].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_article_goes_on_on_its_next_pages_as_far_as_they_come() {
    let origin = Origin::start().await;
    let next = |n: u32| format!("<p><a rel=\"next\" href=\"/pages/1.html?page={n}\">{n}</a></p>");
    origin.serve("/pages/1.html", page(1, &next(2)));
    origin.serve("/pages/1.html?page=2", page(2, &next(3)));
    origin.serve("/pages/1.html?page=3", page(3, ""));
    assert_eq!(round(&origin, "").await, text(&[1, 2, 3]));

    origin.serve("/pages/1.html?page=3", Reply::status(500));
    assert_eq!(round(&origin, "").await, text(&[1, 2]));
    // One that leads back has an end, too.
    let back = "<p><a rel=\"next\" href=\"/pages/1.html\">1</a></p>";
    origin.serve("/pages/1.html?page=2", page(2, back));
    assert_eq!(round(&origin, "").await, text(&[1, 2]));
}

#[tokio::test]
async fn the_users_selector_says_where_an_article_goes_on() {
    let origin = Origin::start().await;
    let link = "<p><a class=\"weiter\" href=\"/pages/second.html\">التتمة</a></p>";
    origin.serve("/pages/1.html", page(1, link));
    origin.serve("/pages/second.html", page(2, ""));
    assert!(!round(&origin, "").await.contains(&text(&[2])));
    let rule = "extract = { next_page = \"a.weiter\" }\n";
    assert!(round(&origin, rule).await.contains(&text(&[2])));
}

#[tokio::test]
async fn no_article_is_followed_for_ever() {
    let origin = Origin::start().await;
    let path = |n: u32| match n {
        1 => "/pages/1.html".to_owned(),
        n => format!("/pages/1.html?page={n}"),
    };
    for n in 1..=30 {
        let next = format!(
            "<p><a rel=\"next\" href=\"{}\">{}</a></p>",
            path(n + 1),
            n + 1
        );
        origin.serve(&path(n), page(n, &next));
    }
    round(&origin, "").await;
    assert_eq!(origin.requests(&path(12)).len(), 1);
    assert_eq!(origin.requests(&path(13)).len(), 0);
}
