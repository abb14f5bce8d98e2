//! Rule packs, from the file to the archive, and the verbs that test and make them.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::newsroom::{Newsroom, feed, feed_at};
use crate::support::origin::{Origin, Reply};
use crate::support::outlets::{self, base_of, rss};
use crate::support::program::Desk;

const STORY: &str =
    "افتتحت البلدية صباح اليوم الحديقة في الحي الشرقي بعد أشهر من العمل، وزرعت فيها أشجارا محلية.";
const VOICE: &str = "كتب قارئ من الحي الشرقي أن الحديقة صغيرة، وأن الأطفال كانوا ينتظرون ملعبا أكبر منها بكثير، وأنه \
                     سيأتي إليها مع ذلك كل يوم بعد صلاة العصر.";

/// A page that does not say which of its texts is the article; the other one is the longer.
fn page() -> Reply {
    let html = format!(
        "<!doctype html><html lang=ar><title>خبر</title><body><div class=x1><p>{STORY}</p><p class=x2>شارك الخبر مع \
         أصدقائك ومع من تحب من الجيران.</p></div><div class=x3><p>{VOICE}</p><p>{VOICE}</p><p>{VOICE}</p></div>"
    );
    Reply::ok(html).content_type("text/html; charset=utf-8")
}

/// A folder with a pack that is for the origin's host.
fn pack(rule: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outlets.toml");
    std::fs::write(&path, format!("[[rule]]\nhosts = [\"127.0.0.1\"]\n{rule}")).unwrap();
    let section = format!("[extract]\nrules = ['{}']\n", path.display());
    (folder, section)
}

/// The text and the extraction of the one article after a round.
async fn article(feed_keys: &str, section: &str) -> (Value, Value) {
    article_of(page(), feed_keys, section).await
}

async fn article_of(page: Reply, feed_keys: &str, section: &str) -> (Value, Value) {
    let origin = Origin::start().await;
    let base = base_of(&origin);
    origin.serve("/gazette", Reply::ok(rss(&base, "gazette", &[1])));
    origin.serve("/pages/1.html", page);
    let feeds = format!("{section}{}{feed_keys}", feed(&origin, "gazette"));
    let newsroom = Newsroom::new(&feeds).await;
    newsroom.round().await;
    let rows = newsroom.sql("select text, extraction from articles").await;
    assert_eq!(rows.len(), 1);
    (rows[0][0].clone(), rows[0][1].clone())
}

#[tokio::test]
async fn a_pack_finds_the_article_that_the_general_rules_miss_and_says_so() {
    let (text, extraction) = article("", "").await;
    assert_ne!(text, json!(STORY), "the general rules are misled");
    assert!(!extraction.as_str().unwrap().contains("pack"));
    let (_folder, section) = pack("body = [\".x0\", \".x1\"]\nremove = [\".x2\"]\n");
    let (text, extraction) = article("", &section).await;
    assert_eq!(text, json!(STORY));
    assert_eq!(extraction, json!("page: rule of pack for 127.0.0.1"));
}

#[tokio::test]
async fn the_host_is_that_of_the_page_behind_redirects_in_any_spelling() {
    let proxy = Origin::start().await;
    let base = "http://links.example";
    proxy.serve(
        "http://links.example/feed",
        Reply::ok(rss(base, "gazette", &[1])),
    );
    let moved = Reply::redirect(302, "http://m.أخبار.example/1");
    proxy.serve("http://links.example/pages/1.html", moved);
    proxy.serve("http://m.xn--igbicxr.example/1", page());
    let (_folder, section) = pack(
        "body = \".x3\"\n\
         [[rule]]\nhosts = [\"links.example\"]\nbody = \".x3\"\n\
         [[rule]]\nhosts = [\"أخبار.example\"]\nbody = \".x1\"\nremove = \".x2\"\n",
    );
    let feeds = section + &feed_at("http://links.example/feed", "gazette");
    let newsroom = Newsroom::public(&proxy, &feeds, |_| {}).await;
    newsroom.round().await;
    let rows = newsroom.sql("select text, extraction from articles").await;
    let expected = "page: rule of pack for xn--igbicxr.example";
    assert_eq!(rows, [[json!(STORY), json!(expected)]]);
}

#[tokio::test]
async fn a_pack_that_matches_nothing_is_told_apart() {
    let (_folder, section) = pack("body = \".x9\"\n");
    let (text, extraction) = article_of(outlets::article(1), "", &section).await;
    assert_eq!(text, json!(outlets::paragraphs(1).join("\n\n")));
    let extraction = extraction.as_str().unwrap();
    let said = "page: rule of pack for 127.0.0.1 matched nothing; ";
    assert!(extraction.starts_with(said), "{extraction}");
}

#[tokio::test]
async fn a_feeds_own_rule_and_never_win_over_packs() {
    let (_folder, section) = pack("body = \".x3\"\n");
    let own = "extract = { body = \".x1 > p:first-child\" }\n";
    let (text, extraction) = article(own, &section).await;
    assert_eq!(text, json!(STORY));
    assert_eq!(extraction, json!("page: user's rule body"));
    let (text, extraction) = article("extract = \"never\"\n", &section).await;
    assert_eq!(text, json!("مقدمة الخبر 1."));
    assert!(!extraction.as_str().unwrap().contains("page"));
}

#[tokio::test]
async fn a_reload_takes_in_a_pack_for_pages_from_then_on() {
    let origin = Origin::start().await;
    let base = base_of(&origin);
    origin.serve("/gazette", Reply::ok(rss(&base, "gazette", &[1])));
    origin.serve("/pages/1.html", page());
    origin.serve("/pages/2.html", page());
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    newsroom.round().await;
    let (_folder, section) = pack("body = \".x1\"\nremove = \".x2\"\n");
    let feeds = format!("{section}{}", feed(&origin, "gazette"));
    let newsroom = newsroom.configured(&feeds).await;
    origin.serve("/gazette", Reply::ok(rss(&base, "gazette", &[2, 1])));
    newsroom.round_after(16).await;
    let query = "select text = ?, extraction like '%pack%' from articles order by guid";
    let rows = newsroom
        .sql(&query.replace('?', &format!("'{STORY}'")))
        .await;
    assert_eq!(rows, [[json!(0), json!(0)], [json!(1), json!(1)]]);
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_example_and_the_packs_of_the_document_pass_their_tests() {
    let desk = Desk::new("");
    let example = root().join("rules/example.toml");
    let document = std::fs::read_to_string(root().join("docs/rules.md")).unwrap();
    let blocks: Vec<&str> = document.split("```toml\n").skip(1).collect();
    assert!(!blocks.is_empty());
    let mut packs = vec![example];
    for (n, block) in blocks.iter().enumerate() {
        let path = desk.folder.path().join(format!("{n}.toml"));
        std::fs::write(&path, block.split("```").next().unwrap()).unwrap();
        packs.push(path);
    }
    for pack in packs {
        let checked = desk.run(&["rules", "check", pack.to_str().unwrap()]);
        let said = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success(), "{said}");
        assert!(!said.contains("without a test"), "{said}");
    }
}

#[test]
fn check_says_which_test_failed_and_what_was_found() {
    let desk = Desk::new("");
    let test = |keys: &str| {
        format!("[[rule.test]]\nurl = \"https://news.example/1\"\n{keys}\ncontains = \"البلدية\"\n")
    };
    let html = format!("html = '<div class=story><p>{STORY}</p></div>'");
    let missed = format!("html = '<div class=history><p>{STORY}</p></div>'");
    let lacks = format!("{html}\nlacks = [\"الشرقي\", \"الغربي\"]");
    let tests = [
        &html,
        &lacks,
        &missed,
        "file = \"1.html\"",
        "file = \"2.html\"",
    ];
    let tests: String = tests.map(test).concat();
    let rule = "[[rule]]\nhosts = [\"news.example\"]\nbody = \".story\"\n";
    let write = |name: &str, bytes: &[u8]| std::fs::write(desk.folder.path().join(name), bytes);
    write("a.toml", format!("{rule}{tests}").as_bytes()).unwrap();
    // As its server sent it: in windows-1256.
    let story = b"<meta charset=windows-1256><div class=story>\xc7\xe1\xc8\xe1\xcf\xed\xc9 ";
    write(
        "1.html",
        &[&story[..], "1 2 3 4 5 6 7 8 9 10 11, 12.".as_bytes()].concat(),
    )
    .unwrap();
    let checked = desk.run(&["rules", "check", "a.toml"]);
    assert_eq!(checked.status.code(), Some(1));
    let said = String::from_utf8_lossy(&checked.stderr);
    let lines: Vec<&str> = said.lines().collect();
    let expected = [
        format!("a.toml:8: https://news.example/1: contains \"الشرقي\"; found: {STORY}"),
        "a.toml:13: https://news.example/1: nothing on the page matches .story".to_owned(),
        "a.toml:21: https://news.example/1: 2.html: ".to_owned(),
        "a.toml: 1 rules; 2 of 5 tests passed".to_owned(),
    ];
    assert_eq!(lines.len(), expected.len(), "{said}");
    for (line, expected) in lines.iter().zip(&expected) {
        assert!(line.starts_with(expected.as_str()), "{line}\n{expected}");
    }
    write(
        "bad.toml",
        b"[[rule]]\nhosts = [\"a.example\"]\nbody = \"p[\"\n",
    )
    .unwrap();
    let checked = desk.run(&["rules", "check", "bad.toml", "none.toml"]);
    assert_eq!(checked.status.code(), Some(78));
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(
        said.contains("bad.toml:3:8: rule.body: `p[` is no CSS selector"),
        "{said}"
    );
    assert!(said.contains("none.toml: cannot be read"), "{said}");
}

#[test]
fn check_of_the_configuration_reports_the_faults_of_its_packs() {
    let desk = Desk::new("[extract]\nrules = [\"rules/a.toml\"]\n");
    let said = |code: i32| {
        let checked = desk.run(&["check"]);
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert_eq!(checked.status.code(), Some(code), "{said}");
        said
    };
    let missing = said(78);
    assert!(
        missing.contains("feeds.toml:6:10: extract.rules: the rule pack rules/a.toml"),
        "{missing}"
    );
    std::fs::create_dir(desk.folder.path().join("rules")).unwrap();
    let path = desk.folder.path().join("rules/a.toml");
    std::fs::write(&path, "[[rule]]\nhost = [\"a.example\"]\nbody = \"p\"\n").unwrap();
    let wrong = said(78);
    assert!(
        wrong.contains("rules/a.toml:2:1: rule.host: unknown key; did you mean `hosts`?"),
        "{wrong}"
    );
    std::fs::write(&path, "[[rule]]\nhosts = [\"a.example\"]\nbody = \"p\"\n").unwrap();
    assert!(said(0).contains("no faults"));
}

#[test]
fn convert_writes_a_pack_that_check_takes_and_counts_what_is_lost() {
    let desk = Desk::new("");
    let at = |name: &str| desk.folder.path().join(name);
    let site =
        "title: //h1\nbody: //div[@class='story']\nstrip: //p[1]\nstrip_id_or_class: share\n";
    std::fs::write(at("news.example.txt"), site).unwrap();
    std::fs::write(at(".news.example.txt"), "body: //article").unwrap();
    let converted = desk.run(&["rules", "convert", "news.example.txt", ".news.example.txt"]);
    assert!(converted.status.success());
    let said = String::from_utf8_lossy(&converted.stderr);
    assert!(
        said.contains("2 rules of 2 files; 3 statements converted, 2 not"),
        "{said}"
    );
    let pack = String::from_utf8(converted.stdout).unwrap();
    assert!(
        pack.contains("# not converted: strip: //p[1] (a position)\n"),
        "{pack}"
    );
    std::fs::write(at("pack.toml"), &pack).unwrap();
    desk.print(&["rules", "check", "pack.toml"]);
    let twice = desk.run(&[
        "rules",
        "convert",
        "news.example.txt",
        "news.example.txt",
        "none.txt",
    ]);
    assert_eq!(twice.status.code(), Some(1));
    let said = String::from_utf8_lossy(&twice.stderr);
    assert!(
        said.contains("left out: an earlier file is for news.example, too"),
        "{said}"
    );
    assert!(said.contains("none.txt: "), "{said}");
}
