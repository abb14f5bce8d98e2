//! Rule packs: what they hold, what is wrong with them, and how feeds.toml takes them in.

use std::path::Path;

use url::Url;

use crate::config::{Config, Faults, Pack, PackRule, PackTest, TestPage, Warning};
use crate::extract::{Mode, Rule};

fn read(text: &str) -> Result<(Pack, Vec<Warning>), Faults> {
    Pack::read(Path::new("rules/a.toml"), text.as_bytes().to_vec())
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn every_key_of_a_rule_is_read() {
    let text = r##"
[[rule]]
hosts = ["News.example", ".Herald.example", "أخبار.example"]
body = ["div.story", "article"]
remove = [".share", "#more"]

[[rule.test]]
url = "https://news.example/1"
html = "<p>…</p>"
contains = ["a", "b"]

[[rule.test]]
url = "https://m.herald.example/1"
file = "pages/1.html"
lacks = "c"

[[rule]]
hosts = ["gazette.example"]
body = "article"
remove = ".ad"
"##;
    let (pack, warnings) = read(text).unwrap();
    assert_eq!(warnings, []);
    let tests = vec![
        PackTest {
            url: Url::parse("https://news.example/1").unwrap(),
            page: TestPage::Html("<p>…</p>".to_owned()),
            contains: texts(&["a", "b"]),
            lacks: vec![],
            line: 7,
        },
        PackTest {
            url: Url::parse("https://m.herald.example/1").unwrap(),
            page: TestPage::File("rules/pages/1.html".into()),
            contains: vec![],
            lacks: texts(&["c"]),
            line: 12,
        },
    ];
    let rules = vec![
        PackRule {
            hosts: texts(&["news.example", ".herald.example", "xn--igbicxr.example"]),
            rule: Rule {
                body: texts(&["div.story", "article"]),
                remove: texts(&[".share", "#more"]),
                ..Rule::default()
            },
            tests,
        },
        PackRule {
            hosts: texts(&["gazette.example"]),
            rule: Rule {
                body: texts(&["article"]),
                remove: texts(&[".ad"]),
                ..Rule::default()
            },
            tests: vec![],
        },
    ];
    assert_eq!(pack, Pack { rules });
    assert_eq!(read("").unwrap().0, Pack::default());
}

#[test]
fn every_fault_of_a_pack_has_its_line_and_key() {
    // Below `[[rule]]` and a host of its own.
    let rule = |lines: &str| format!("[[rule]]\nhosts = [\"a.example\"]\n{lines}");
    let test = |lines: &str| rule(&format!("body = \"p\"\n[[rule.test]]\n{lines}"));
    let page = "url = \"https://a.example/\"\nhtml = \"<p>\"\n";
    let cases = [
        ("[[rules]]".to_owned(), 1, "rules", "did you mean `rule`?"),
        ("rule = 1".to_owned(), 1, "rule", "each written [[rule]]"),
        ("[[rule]".to_owned(), 1, "", "not TOML"),
        (
            "[[rule]]\nbody = \"p\"".to_owned(),
            1,
            "rule",
            "the key `hosts` is missing",
        ),
        (
            "[[rule]]\nbody = \"p\"\nhosts = []".to_owned(),
            3,
            "rule.hosts",
            "names no host",
        ),
        (
            "[[rule]]\nbody = \"p\"\nhosts = [\"*.a\"]".to_owned(),
            3,
            "rule.hosts",
            "is no host; write",
        ),
        (rule(""), 1, "rule", "names no selector"),
        (
            rule("bdy = \"p\"\nbody = \"p\""),
            3,
            "rule.bdy",
            "did you mean `body`?",
        ),
        (
            rule("body = \"p[\""),
            3,
            "rule.body",
            "`p[` is no CSS selector",
        ),
        (
            rule("body = [\"p\",\n\"p[\"]"),
            4,
            "rule.body",
            "`p[` is no CSS selector",
        ),
        (
            rule("body = 1"),
            3,
            "rule.body",
            "each a CSS selector, but is an integer",
        ),
        (
            rule("body = \"p\"\ntest = 1"),
            4,
            "rule.test",
            "each written [[rule.test]]",
        ),
        (
            rule("body = \"p\"\n[[rule]]\nhosts = [\"www.A.example\"]\nbody = \"p\""),
            5,
            "rule.hosts",
            "the rule at line 2 is for a.example, too",
        ),
        (
            test("html = \"<p>\"\nlacks = \"x\""),
            4,
            "rule.test",
            "the key `url` is missing",
        ),
        (
            test("url = \"https://b.example/\"\nhtml = \"<p>\"\nlacks = \"x\""),
            5,
            "rule.test.url",
            "none of the rule's",
        ),
        (
            test("url = \"https://a.example/\"\nlacks = \"x\""),
            4,
            "rule.test",
            "has no page",
        ),
        (
            test(&format!("{page}file = \"x\"\nlacks = \"x\"")),
            7,
            "rule.test.file",
            "in `html` already",
        ),
        (test(page), 4, "rule.test", "asks nothing of the text"),
        (
            test(&format!("{page}contains = \" \"")),
            7,
            "rule.test.contains",
            "is empty",
        ),
        (
            test(&format!("{page}lack = \"x\"\ncontains = \"x\"")),
            7,
            "rule.test.lack",
            "did you mean `lacks`?",
        ),
    ];
    for (text, line, key, message) in cases {
        let faults = read(&text).expect_err(&text);
        let found: Vec<_> = faults.iter().collect();
        assert_eq!(found.len(), 1, "{text}\n{faults}");
        assert_eq!(
            (found[0].place.line, &*found[0].place.key),
            (line, key),
            "{text}\n{faults}"
        );
        assert_eq!(&*found[0].place.path, "rules/a.toml");
        assert!(found[0].message.contains(message), "{text}\n{faults}");
    }
    let latin = Pack::read(Path::new("a.toml"), b"\n# \xe9\n".to_vec());
    assert!(
        latin
            .unwrap_err()
            .to_string()
            .starts_with("a.toml:2: this line is not UTF-8")
    );
}

#[test]
fn feeds_toml_takes_in_packs_beside_it_and_the_later_one_holds() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "rules/a.toml",
        "[[rule]]\nhosts = [\"a.example\", \"b.example\"]\nbody = \"#one\"\n",
    );
    write(
        "b.toml",
        "[[rule]]\nhosts = [\"b.example\"]\nbody = \"#two\"\nnext_page = \"a\"\n",
    );
    write(
        "feeds.toml",
        "[extract]\nrules = [\"rules/a.toml\", \"b.toml\"]\n",
    );
    let path = folder.path().join("feeds.toml");
    let (config, warnings) = Config::load(&path).unwrap();
    let body = |page: &str| {
        let rule = config.extract.rule_for(&Url::parse(page).unwrap());
        rule.map(|rule| rule.body.join(","))
    };
    assert_eq!(body("https://a.example/").as_deref(), Some("#one"));
    assert_eq!(body("https://b.example/").as_deref(), Some("#two"));
    assert_eq!(body("https://c.example/"), None);
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn the_faults_of_packs_follow_those_of_feeds_toml_each_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(
        at("a.toml"),
        "[[rule]]\nhosts = [\"a.example\"]\nbdy = 1\nbody = \"p\"",
    )
    .unwrap();
    let text = "[extract]\nrules = [\"a.toml\",\n\"none.toml\"]\nrule = 1\n[fetch]\ntimeout = 1\n";
    let faults = Config::parse(text, Path::new("feeds.toml"), folder.path(), None).unwrap_err();
    let found: Vec<_> = faults
        .iter()
        .map(|fault| (&*fault.place.path, fault.place.line, &*fault.place.key))
        .collect();
    let pack = at("a.toml");
    let expected = [
        ("feeds.toml", 3, "extract.rules"),
        ("feeds.toml", 4, "extract.rule"),
        ("feeds.toml", 6, "fetch.timeout"),
        (&*pack, 3, "rule.bdy"),
    ];
    assert_eq!(found, expected, "{faults}");
    let missing = faults.iter().next().unwrap();
    assert!(missing.message.contains(&at("none.toml")), "{missing}");
}

#[test]
fn a_feeds_own_rule_may_name_several_bodies_as_well() {
    let text = "[[feed]]\nslug = \"a\"\nurl = \"https://a.example\"\n\
                extract = { body = [\"#a\", \"#b\"], remove = \".ad\" }\n";
    let config = super::parsed(text);
    let rule = Rule {
        body: texts(&["#a", "#b"]),
        remove: texts(&[".ad"]),
        ..Rule::default()
    };
    assert_eq!(config.subscriptions[0].extract, Mode::Rule(rule));
}
