//! `rawi rules convert`: the site configurations of Full-Text RSS to a rule pack.
//!
//! A file is named after its host (`news.example.txt`; `.news.example.txt` is for subdomains) and
//! holds statements, `key: value` a line. Those that say where the body is, what is taken out and
//! where the next page is become a rule, if CSS can say what their XPath does; every other one
//! becomes a comment with the reason, so that nothing is lost unseen. [`convert`] is pure. Source:
//! help.fivefilters.org/full-text-rss/site-patterns.html.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::cli::rules::xpath::{quoted, to_css};
use crate::cli::table::{out, say};
use crate::cli::verdict::{Result, Verdict};
use crate::config::edit;
use crate::extract::{check_selector, rule_host};
use crate::text::charset;

/// Writes the rules of the files to stdout, and what could not be made of them to stderr.
pub(super) fn convert(files: &[PathBuf]) -> Result {
    let mut pack = "# Made by `rawi rules convert`. Add a [[rule.test]] to each rule, and run \
                    `rawi rules check`.\n"
        .to_owned();
    let mut known = HashSet::new();
    let (mut rules, mut taken, mut left, mut failed) = (0, 0, 0, false);
    for file in files {
        match read(file, &mut known) {
            Ok(site) => {
                rules += usize::from(site.has_rule());
                taken += site.taken;
                left += site.left;
                pack.push_str(&site.to_toml(&file.display().to_string()));
            }
            Err(reason) => {
                say(&format!("{}: {reason}", file.display()));
                failed = true;
            }
        }
    }
    out(|to| to.write_all(pack.as_bytes()))?;
    say(&format!(
        "{rules} rules of {} files; {taken} statements converted, {left} not: see the comments",
        files.len()
    ));
    Ok(if failed {
        Verdict::Failed
    } else {
        Verdict::Done
    })
}

/// Reads a file and converts it, if none before was for the same host.
fn read(file: &Path, known: &mut HashSet<String>) -> std::result::Result<Site, String> {
    let host = host_of(file)?;
    if known.contains(&host) {
        return Err(format!("left out: an earlier file is for {host}, too"));
    }
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    known.insert(host.clone());
    let text = charset::decode(&bytes, None, charset::Kind::Html);
    Ok(site(&host, &text))
}

/// The host that a file's name stands for.
fn host_of(file: &Path) -> std::result::Result<String, String> {
    let name = file.file_name().and_then(|name| name.to_str());
    let host = name.and_then(|name| name.strip_suffix(".txt"));
    match host {
        Some("global") => Err("holds what is for every site, and a pack has no such rule".into()),
        Some(host) => rule_host(host),
        None => Err("is not named HOST.txt, as the file of a site is".into()),
    }
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Site {
    host: String,
    body: Vec<String>,
    remove: Vec<String>,
    next_page: Vec<String>,
    /// Of its pages, to make tests of.
    pages: Vec<String>,
    /// Statements that were not converted, with the reason.
    lost: Vec<String>,
    taken: usize,
    left: usize,
}

/// Converts the text of a file.
fn site(host: &str, text: &str) -> Site {
    let mut site = Site {
        host: host.to_owned(),
        ..Site::default()
    };
    for line in text.lines() {
        let line = line.trim_start_matches('\u{feff}').trim();
        if !line.is_empty() && !line.starts_with('#') {
            site.statement(line);
        }
    }
    site
}

impl Site {
    fn has_rule(&self) -> bool {
        !(self.body.is_empty() && self.remove.is_empty() && self.next_page.is_empty())
    }

    fn statement(&mut self, line: &str) {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        let (key, value) = (key.trim(), value.trim());
        if key == "test_url" {
            self.pages.push(value.to_owned());
            return;
        }
        let selector = match key {
            _ if value.is_empty() => Err("says nothing".to_owned()),
            "body" | "strip" => element(value),
            "next_page_link" => link(value),
            "strip_id_or_class" => part_of(&["class", "id"], "", value),
            "strip_image_src" => part_of(&["src"], "img", value),
            _ => Err("no part of a rule".to_owned()),
        };
        let checked = selector.and_then(|selector| match check_selector(&selector) {
            Ok(()) => Ok(selector),
            Err(error) => Err(format!("{selector}: {error}")),
        });
        match checked {
            Ok(selector) => {
                self.taken += 1;
                let list = match key {
                    "body" => &mut self.body,
                    "next_page_link" => &mut self.next_page,
                    _ => &mut self.remove,
                };
                if !list.contains(&selector) {
                    list.push(selector);
                }
            }
            Err(reason) => {
                self.left += 1;
                self.lost.push(format!("{line} ({reason})"));
            }
        }
    }

    /// The rule as it stands in a pack, below what is known of its file.
    fn to_toml(&self, source: &str) -> String {
        let mut toml = format!("\n{}", comment(source));
        for page in &self.pages {
            toml.push_str(&comment(&format!("a page to test it on: {page}")));
        }
        for lost in &self.lost {
            toml.push_str(&comment(&format!("not converted: {lost}")));
        }
        if !self.has_rule() {
            return toml;
        }
        toml.push_str(&format!(
            "[[rule]]\nhosts = [{}]\n",
            edit::quoted(&self.host)
        ));
        list(&mut toml, "body", &self.body);
        list(&mut toml, "remove", &self.remove);
        if !self.next_page.is_empty() {
            let any = edit::quoted(&self.next_page.join(", "));
            toml.push_str(&format!("next_page = {any}\n"));
        }
        toml
    }
}

/// The elements that an XPath expression picks.
fn element(xpath: &str) -> std::result::Result<String, String> {
    let css = to_css(xpath)?;
    match css.attribute {
        None => Ok(css.selector),
        Some(_) => Err("an attribute, no element".to_owned()),
    }
}

/// The links that an XPath expression picks, or whose address it picks.
fn link(xpath: &str) -> std::result::Result<String, String> {
    let css = to_css(xpath)?;
    match css.attribute.as_deref() {
        None | Some("href") => Ok(css.selector),
        Some(other) => Err(format!("the attribute {other}, no link")),
    }
}

/// The elements of that name with an attribute that has `text` in it.
fn part_of(attributes: &[&str], element: &str, text: &str) -> std::result::Result<String, String> {
    let text = text.replace(['"', '\''], "");
    if text.is_empty() {
        return Err("says nothing".to_owned());
    }
    let selectors = attributes
        .iter()
        .map(|attribute| format!("{element}[{attribute}*={}]", quoted(&text)));
    Ok(selectors.collect::<Vec<_>>().join(", "))
}

/// A key with its selectors, one a line if there are several.
fn list(toml: &mut String, key: &str, selectors: &[String]) {
    match selectors {
        [] => {}
        [one] => toml.push_str(&format!("{key} = [{}]\n", edit::quoted(one))),
        several => {
            toml.push_str(&format!("{key} = [\n"));
            for selector in several {
                toml.push_str(&format!("    {},\n", edit::quoted(selector)));
            }
            toml.push_str("]\n");
        }
    }
}

/// A comment on one line, whatever the text.
fn comment(text: &str) -> String {
    let line = text.replace(|letter: char| letter.is_control(), " ");
    format!("# {}\n", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Pack;

    fn pack_of(toml: &str) -> Pack {
        let read = Pack::read(Path::new("made.toml"), toml.as_bytes().to_vec());
        read.unwrap_or_else(|faults| panic!("{faults}\n{toml}")).0
    }

    #[test]
    fn a_site_becomes_a_rule_and_what_is_no_part_of_it_comments() {
        let text = "\u{feff}# A comment.\n\
            title: //h1\n\
            body: //div[@class='story text']\r\n\
            body: //article | //div[@id='text']\n\
            strip: //p[contains(@class, 'ad')]\n\
            strip: //p[1]\n\
            strip_id_or_class: share\n\
            strip_id_or_class: 'share'\n\
            strip_image_src: /pixel/\n\
            strip_attr: //img/@width\n\
            next_page_link: //a[@rel='next']/@href\n\
            next_page_link: //a[@id=\"next\"]\n\
            next_page_link: //a[text()='2']\n\
            replace_string(<a href=\"x:y\">): <b>\n\
            prune: no\n\
            body\n\
            test_url: https://news.example/1\n";
        let site = site("news.example", text);
        assert_eq!((site.taken, site.left), (8, 7));
        let toml = site.to_toml("rules/news.example.txt");
        assert_eq!(
            toml,
            r##"
# rules/news.example.txt
# a page to test it on: https://news.example/1
# not converted: title: //h1 (no part of a rule)
# not converted: strip: //p[1] (a position)
# not converted: strip_attr: //img/@width (no part of a rule)
# not converted: next_page_link: //a[text()='2'] (text())
# not converted: replace_string(<a href="x:y">): <b> (no part of a rule)
# not converted: prune: no (no part of a rule)
# not converted: body (says nothing)
[[rule]]
hosts = ["news.example"]
body = [
    'div[class="story text"]',
    "article, #text",
]
remove = [
    'p[class*="ad"]',
    '[class*="share"], [id*="share"]',
    'img[src*="/pixel/"]',
]
next_page = 'a[rel="next"], a#next'
"##
            .replace("article, #text", "article, div#text")
        );
        let pack = pack_of(&toml);
        assert_eq!(pack.rules[0].hosts, ["news.example"]);
        assert_eq!(pack.rules[0].rule.body, site.body);
        assert_eq!(pack.rules[0].rule.remove, site.remove);
    }

    #[test]
    fn a_site_of_which_nothing_can_be_converted_is_no_rule() {
        let site = site("news.example", "body: //p[2]\nauthor: //b\n");
        assert_eq!((site.taken, site.left), (0, 2));
        assert_eq!(pack_of(&site.to_toml("x")).rules, []);
    }

    #[test]
    fn a_file_is_named_after_its_host() {
        for (file, host) in [
            ("a/news.example.txt", Ok("news.example")),
            ("www.news.example.txt", Ok("news.example")),
            (".news.example.txt", Ok(".news.example")),
            ("أخبار.example.txt", Ok("xn--igbicxr.example")),
            ("global.txt", Err("every site")),
            ("news.example", Err("HOST.txt")),
            ("news.example.toml", Err("HOST.txt")),
            (".txt", Err("no host")),
        ] {
            match (host_of(Path::new(file)), host) {
                (Ok(found), Ok(host)) => assert_eq!(found, host),
                (Err(found), Err(reason)) => assert!(found.contains(reason), "{found}"),
                (found, expected) => panic!("{file}: {found:?}, not {expected:?}"),
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_file_says_the_pack_has_no_faults(
            text in "((body|strip|strip_id_or_class|strip_image_src|next_page_link|title|test_url): ?(//|.|[a-z'\"\\[\\]()@=#\\\\]){0,12}\n){0,6}",
            source in ".{0,12}",
        ) {
            let site = site("news.example", &text);
            pack_of(&site.to_toml(&source));
        }

        #[test]
        fn whatever_the_bytes_are_nothing_panics(bytes in proptest::collection::vec(0_u8..=255, 0..200)) {
            let text = charset::decode(&bytes, None, charset::Kind::Html);
            pack_of(&site("news.example", &text).to_toml("x"));
        }
    }
}
