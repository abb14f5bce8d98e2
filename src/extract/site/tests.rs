//! Sites of our own invention, read page by page.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::limits::MAX_AGE;
use super::observed::Seen;
use super::{Learned, MAX_BYTES, Observed, Site, sketch};
use crate::extract::place;
use crate::extract::tree::Tree;
use crate::extract::{Anchor, Mode, Reading, read};

const WORDS: [&str; 40] = [
    "river", "council", "bridge", "harvest", "market", "teacher", "winter", "engine", "garden",
    "island", "lantern", "meadow", "number", "orchard", "painter", "quarry", "railway", "season",
    "tunnel", "valley", "window", "yellow", "anchor", "barley", "candle", "dragon", "ember",
    "forest", "glacier", "harbour", "ivory", "jasmine", "kettle", "ladder", "marble", "needle",
    "olive", "pepper", "quiver", "ribbon",
];
const BACKGROUND: &str = "The dam, which was finished in the spring of 1962, has been the subject of a dispute between the two districts for more than thirty years.";

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

/// A sentence that no other seed gives.
fn sentence(seed: u64, words: usize) -> String {
    let mut state = seed;
    let mut text = format!("On day {seed}");
    for at in 0..words {
        state = sketch::address(&format!("{state}"));
        let word = WORDS[usize::try_from(state % 40).unwrap()];
        write!(text, "{} {word}", if at % 6 == 5 { "," } else { "" }).unwrap();
    }
    text + "."
}

/// The sentences of a story.
fn story(number: u64) -> Vec<String> {
    let mut told: Vec<String> = (0..5).map(|at| sentence(number * 100 + at, 22)).collect();
    told[0] = format!("Much is said of {}, as {}", title(number), told[0]);
    told
}

fn paragraphs(texts: &[String]) -> String {
    texts.iter().map(|text| format!("<p>{text}</p>")).collect()
}

/// A headline of words that no other has.
fn title(number: u64) -> String {
    let word = |at: &u64| {
        format!(
            "{:x}stone",
            sketch::address(&format!("{number} {at}")) % 9999
        )
    };
    (0..4).map(|at| word(&at)).collect::<Vec<_>>().join(" ")
}

/// A page around a body, without an element or a name that the general rules know.
fn page(title: &str, body: &str) -> String {
    format!(
        "<html><head><title>{title}</title></head><body><div class=top>Home of the valley paper</div>
         <h1>{title}</h1><div class=x1>{body}</div></body></html>"
    )
}

fn read_at(site: &Site, path: &str, html: &str) -> Reading {
    let url = url::Url::parse(&format!("https://valley.example/{path}")).unwrap();
    read(html, &url, &Mode::Auto, &Anchor::default(), Some(site))
}

fn text(site: &Site, html: &str) -> String {
    read_at(site, "read", html).article.unwrap().text
}

fn learn(site: &mut Site, path: &str, html: &str) -> Learned {
    let observed = read_at(site, path, html).observed.unwrap();
    site.learn(&observed, now())
}

/// A site that has told so many stories; `body` makes of a story's paragraphs what holds them.
fn taught(stories: std::ops::Range<u64>, body: impl Fn(u64, &[String]) -> String) -> Site {
    let mut site = Site::default();
    for number in stories {
        let html = page(&title(number), &body(number, &story(number)));
        assert!(learn(&mut site, &number.to_string(), &html).new_story);
    }
    site
}

fn template(site: &Site) -> Vec<String> {
    let lines = site.summary().template.into_iter();
    lines.map(|line| line.text).collect()
}

#[test]
fn copies_of_one_story_never_make_a_template() {
    let mut site = Site::default();
    let told = story(1);
    let html = page(&title(1), &paragraphs(&told));
    assert!(learn(&mut site, "first", &html).new_story);
    let longer: Vec<String> = told.iter().cloned().chain([sentence(7, 20)]).collect();
    let copies = [
        // Read again; syndicated; updated; under another headline that names the same things.
        ("first", html.clone()),
        ("second", html.clone()),
        ("third", page(&title(1), &paragraphs(&longer))),
        ("fourth", page("Quite another heading", &paragraphs(&told))),
        ("fifth", page(&told[1][..40], &paragraphs(&told))),
    ];
    for (path, copy) in &copies {
        assert!(!learn(&mut site, path, copy).new_story, "{path}");
    }
    assert_eq!(site.summary().stories, 1);
    assert_eq!(template(&site), [""; 0]);
    assert_eq!(text(&site, &html), told.join("\n\n"));
}

#[test]
fn stories_with_one_long_notice_are_different_stories() {
    let notice = format!("<p>{}</p>", sentence(9, 70));
    let flash = |number: u64, _: &[String]| format!("<p>{}</p>{notice}", sentence(number, 30));
    let site = taught(20..30, flash);
    let html = page(&title(31), &flash(31, &[]));
    assert_eq!(text(&site, &html), sentence(31, 30));
}

#[test]
fn stories_under_one_title_are_different_stories() {
    let site = {
        let mut site = Site::default();
        for number in 0..6 {
            let html = page("The valley paper", &paragraphs(&story(number)));
            assert!(learn(&mut site, &number.to_string(), &html).new_story);
        }
        site
    };
    assert_eq!(site.summary().stories, 6);
}

#[test]
fn a_background_paragraph_in_five_stories_stays() {
    for end in [false, true] {
        let with_background = |_: u64, told: &[String]| {
            let mut told = told.to_vec();
            told.insert(if end { told.len() } else { 2 }, BACKGROUND.to_owned());
            paragraphs(&told)
        };
        let site = taught(0..5, with_background);
        assert!(
            template(&site)
                .iter()
                .any(|line| line.starts_with("The dam,"))
        );
        let html = page(&title(9), &with_background(9, &story(9)));
        assert!(text(&site, &html).contains(BACKGROUND), "at the end: {end}");
    }
}

#[test]
fn what_recurs_around_and_amid_the_text_goes() {
    let dressed = |number: u64, told: &[String]| {
        let visits = number * 37 + 5;
        format!(
            "<div>Change size of letters</div><span>{visits} visits</span>{}<p><b>Send to a friend</b></p>{}
             <div><p>Write to our desk, at any hour, with what you know of this.</p>
             <p>Our letters come each morning, before the first train leaves.</p></div>
             <ul><li>Weather in the valley</li><li>Prices of grain</li></ul>",
            paragraphs(&told[..2]),
            paragraphs(&told[2..]),
        )
    };
    let html = page(&title(9), &dressed(9, &story(9)));
    assert!(text(&Site::default(), &html).contains("Our letters"));
    let site = taught(0..3, dressed);
    assert_eq!(text(&site, &html), story(9).join("\n\n"));
}

#[test]
fn two_stories_teach_nothing() {
    let dressed =
        |_: u64, told: &[String]| format!("<div>Change size of letters</div>{}", paragraphs(told));
    let site = taught(0..2, dressed);
    let html = page(&title(9), &dressed(9, &story(9)));
    assert_eq!(text(&site, &html), text(&Site::default(), &html));
}

#[test]
fn a_heading_of_the_storys_own_text_stays() {
    let headed = |_: u64, told: &[String]| {
        let (head, tail) = told.split_at(2);
        format!(
            "{}<h3>Background</h3>{}",
            paragraphs(head),
            paragraphs(tail)
        )
    };
    let site = taught(0..8, headed);
    let html = page(&title(9), &headed(9, &story(9)));
    assert!(text(&site, &html).contains("Background"));
}

#[test]
fn a_teaser_elsewhere_does_not_cost_a_story_its_lead() {
    let lead = story(9)[0].clone();
    let site = taught(0..4, |_, told| {
        format!("{}</div><div class=x2><p>{lead}</p>", paragraphs(told))
    });
    let html = page(&title(9), &paragraphs(&story(9)));
    assert_eq!(text(&site, &html), story(9).join("\n\n"));
}

/// A story beside readers' letters that are longer than it.
fn beside_letters(body: &str, letters: u64) -> String {
    let letters: Vec<String> = (0..letters).map(|at| sentence(5000 + at, 40)).collect();
    format!(
        "<div class=col><div class=inner>{body}</div></div><div class=letters>{}</div>",
        paragraphs(&letters)
    )
}

#[test]
fn the_learned_place_wins_over_a_longer_block() {
    let site = taught(0..4, |_, told| beside_letters(&paragraphs(told), 0));
    assert_eq!(site.summary().places[0], ("div.inner".to_owned(), 4));
    let html = page(&title(9), &beside_letters(&paragraphs(&story(9)), 40));
    assert!(text(&Site::default(), &html).contains(&sentence(5000, 40)));
    let found = read_at(&site, "read", &html).article.unwrap();
    assert_eq!(found.text, story(9).join("\n\n"));
    assert_eq!(found.rule, "learned: div.inner");
}

#[test]
fn a_notice_that_was_taken_for_the_body_is_found_out() {
    let noticed = |_: u64, told: &[String]| {
        let notice: Vec<String> = (0..9).map(|at| sentence(700 + at, 40)).collect();
        format!(
            "<div class=inner><p>{}</p></div><div class=legal>{}</div>",
            told[0],
            paragraphs(&notice)
        )
    };
    let site = taught(0..6, noticed);
    let html = page(&title(9), &noticed(9, &story(9)));
    assert!(text(&Site::default(), &html).contains(&sentence(700, 40)));
    assert_eq!(text(&site, &html), story(9)[0]);
    assert_eq!(site.summary().places, [("div.inner".to_owned(), 3)]);
}

#[test]
fn an_empty_learned_place_does_not_hide_the_text() {
    let site = taught(0..4, |_, told| beside_letters(&paragraphs(told), 0));
    let html = page(&title(9), &beside_letters("<p>A film.</p>", 4));
    assert!(text(&site, &html).contains(&sentence(5000, 40)));
}

#[test]
fn a_new_design_is_noticed_and_learned() {
    let old = |_: u64, told: &[String]| {
        format!(
            "<div>Size of letters</div><div>Printed page</div>{}",
            paragraphs(told)
        )
    };
    let mut site = taught(0..6, old);
    let later = now() + chrono::TimeDelta::days(3);
    let mut noticed = Vec::new();
    for number in 10..18 {
        let html = format!(
            "<html><head><title>{0}</title></head><body><section id=new><h1>{0}</h1>
             <div>Read it aloud</div>{1}<div>Keep it for later</div></section></body></html>",
            title(number),
            paragraphs(&story(number))
        );
        let observed = read_at(&site, &number.to_string(), &html).observed.unwrap();
        if site.learn(&observed, later).redesigned {
            noticed.push(number);
        }
    }
    assert_eq!(noticed, [13]);
    let summary = site.summary();
    assert_eq!((summary.redesigned, summary.redesigns), (Some(later), 1));
    assert_eq!(summary.places, [("section#new".to_owned(), 8)]);
    let mut lines = template(&site);
    lines.sort();
    assert_eq!(lines, ["Keep it for later", "Read it aloud"]);
    // Copies of what was told in the old design are still known.
    let copy = page(&title(5), &old(5, &story(5)));
    assert!(!learn(&mut site, "elsewhere", &copy).new_story);
}

#[test]
fn lines_not_seen_for_long_are_forgotten() {
    let mut site = taught(0..4, |_, told| {
        format!("<div>Size of letters</div>{}", paragraphs(told))
    });
    assert!(template(&site).contains(&"Size of letters".to_owned()));
    for number in 100..100 + u64::from(MAX_AGE) + 1 {
        let html = page(&title(number), &paragraphs(&story(number)));
        learn(&mut site, &number.to_string(), &html);
    }
    assert_eq!(template(&site), ["Home of the valley paper"]);
}

#[test]
fn what_is_known_is_bounded_whatever_pages_hold() {
    // It may have run for years.
    let mut site = Site {
        pages: 9_000_000,
        told: 8_000_000,
        ..Site::default()
    };
    for page in 0..40_u64 {
        let lines = (0..10_000_u64).map(|at| Seen {
            digest: sketch::address(&format!("{}", (page / 5) * 10_000 + at)),
            text: "\"\\\u{1}".repeat(20),
            inside: at % 2 == 0,
            linked: false,
        });
        let observed = Observed {
            address: sketch::address(&format!("page {page}")),
            title: (0..200).collect(),
            body: sketch::of([&*sentence(page, 50)]),
            rest: sketch::of([&*sentence(page + 1000, 50)]),
            rest_words: 50,
            stems: Default::default(),
            place: format!("div#{}", "é".repeat(500)),
            held: String::new(),
            lines: lines.collect(),
        };
        site.learn(&observed, now());
        let json = site.to_json();
        assert!(json.len() <= MAX_BYTES, "{}", json.len());
    }
    assert!(!site.lines.is_empty() && !site.stories.is_empty());
}

#[test]
fn json_gives_back_what_was_learned() {
    let site = taught(0..6, |_, told| {
        format!("<div>Size of letters</div>{}", paragraphs(told))
    });
    assert_eq!(Site::from_json(&site.to_json()), site);
}

#[test]
fn json_that_is_none_of_ours_is_an_empty_site() {
    let site = taught(0..6, |_, told| paragraphs(told));
    let json = site.to_json();
    let long = format!("{json}{}", " ".repeat(MAX_BYTES * 2));
    let wrong = json.replace("\"pages\":6", "\"pages\":\"six\"");
    let odd = json.replace("\"t\":\"", "\"t\":\"é");
    let cut = &json[..json.len() / 2];
    for hostile in [
        "",
        "null",
        "[]",
        "{}",
        "{\"lines\":7}",
        cut,
        &long,
        &wrong,
        &odd,
    ] {
        assert_ne!(hostile, json);
        assert_eq!(Site::from_json(hostile), Site::default(), "{hostile}");
    }
    // Numbers beyond all reason are read, and nothing overflows.
    let mut huge = json.replace("\"pages\":6", "\"pages\":4294967295");
    huge = huge.replace("\"told\":6", "\"told\":4294967295");
    huge = huge.replace("\"strange\":0", "\"strange\":4294967295");
    let mut site = Site::from_json(&huge);
    for number in 30..36 {
        learn(
            &mut site,
            &number.to_string(),
            &page(&title(number), &paragraphs(&story(number))),
        );
    }
}

#[test]
fn signatures_leave_out_what_differs_from_story_to_story() {
    let signature = |html: &str| {
        let document = scraper::Html::parse_document(html);
        let tree = Tree::new(&document, None);
        let at = tree
            .nodes
            .iter()
            .rposition(|node| node.name() == "p")
            .unwrap();
        place::signature(&tree, at)
    };
    assert_eq!(
        signature("<div id=post-812 class='tag-tea entry category-news'><p>x</p></div>"),
        "div#post-.entry"
    );
    assert_eq!(
        signature("<table class=main><tr><td><div><p>x</p></div></td></tr></table>"),
        "div<td<tr<tbody"
    );
}
