//! Rule packs: TOML files that say where the outlets' pages hold the article, and how to see that
//! it is so. docs/rules.md describes the format.
//!
//! [`Pack::read`] takes the text of one and gives its rules, or all its faults, each with its line;
//! [`Pack::load`] reads the file first. [`selectors`] reads the three keys that a rule shares with
//! a feed's own `extract`. A test is read here and run elsewhere; the pages that it names are not
//! looked at.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use toml::de::DeTable;
use url::Url;

use crate::config::faults::{Faults, Warning};
use crate::config::reader::{Item, Report, Section, text_of};
use crate::config::values::{self, ADDRESS};
use crate::extract::{Rule, Rules, rule_host};

/// What a pack holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pack {
    /// Every `[[rule]]`, in the file's order.
    pub rules: Vec<PackRule>,
}

/// One `[[rule]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackRule {
    /// What it is for, as [`rule_host`] writes it; no host has two rules.
    pub hosts: Vec<String>,
    /// Its selectors.
    pub rule: Rule,
    /// Every `[[rule.test]]` of it.
    pub tests: Vec<PackTest>,
}

/// One `[[rule.test]]`: a page, and what its article is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackTest {
    /// The address of the page; its host is the rule's.
    pub url: Url,
    /// The page.
    pub page: TestPage,
    /// Each stands in the text, whatever the white space.
    pub contains: Vec<String>,
    /// None of these stands in the text.
    pub lacks: Vec<String>,
    /// Where the test stands in the file, counted from 1.
    pub line: usize,
}

/// The page of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestPage {
    /// In the pack itself.
    Html(String),
    /// In a file, as its server sent it.
    File(PathBuf),
}

impl Pack {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// The file cannot be read, or has faults: all of them.
    pub fn load(path: &Path) -> Result<(Self, Vec<Warning>), Faults> {
        let bytes = std::fs::read(path)
            .map_err(|error| Faults::of_file(path, format!("cannot be read: {error}")))?;
        Self::read(path, bytes)
    }

    /// Reads the bytes of the file at `path`, beside which the pages of its tests lie.
    ///
    /// # Errors
    /// The text has faults: all of them.
    pub fn read(path: &Path, bytes: Vec<u8>) -> Result<(Self, Vec<Warning>), Faults> {
        let text = text_of(path, bytes)?;
        let report = Report::new(path, &text);
        let (tree, errors) = DeTable::parse_recoverable(&text);
        report.syntax(&errors);
        let mut root = Section::root(&report, tree.get_ref());
        let mut reading = Reading {
            base_dir: path.parent().unwrap_or(Path::new("")),
            host_lines: HashMap::new(),
        };
        let rules = root.sections("rule").into_iter();
        let rules = rules.filter_map(|section| reading.rule(section)).collect();
        root.finish();
        Ok((Self { rules }, report.finish()?))
    }

    /// Takes its rules into those of other packs, in the place of rules for the same hosts.
    pub fn add_to(&self, rules: &mut Rules) {
        for rule in &self.rules {
            for host in &rule.hosts {
                rules.insert(host.clone(), &rule.rule);
            }
        }
    }
}

/// What the rules read so far leave for the next.
struct Reading<'a> {
    base_dir: &'a Path,
    host_lines: HashMap<String, usize>,
}

impl Reading<'_> {
    fn rule(&mut self, mut section: Section<'_>) -> Option<PackRule> {
        let hosts = self.hosts(&mut section);
        let has_selectors = ["body", "remove", "next_page"].map(|key| section.has(key));
        if !has_selectors.contains(&true) {
            section.fault("names no selector: write `body = \"CSS\"`");
        }
        let rule = selectors(&mut section);
        let tests = section.sections("test").into_iter();
        let tests = tests.filter_map(|test| self.test(test, &hosts)).collect();
        section.finish();
        Some(PackRule {
            hosts: Some(hosts).filter(|hosts| !hosts.is_empty())?,
            rule,
            tests,
        })
    }

    fn hosts(&mut self, section: &mut Section<'_>) -> Vec<String> {
        let expected = "the name of a host, such as \"news.example\"";
        match section.item("hosts") {
            None => {
                section.fault("the key `hosts` is missing: write `hosts = [\"news.example\"]`");
            }
            Some(item) if item.value.as_array().is_some_and(|array| array.is_empty()) => {
                item.fault("names no host");
            }
            Some(_) => {}
        }
        let Some(list) = section.list("hosts", expected, rule_host) else {
            return Vec::new();
        };
        let hosts = list.value.into_iter();
        hosts.map(|host| self.only_once(host)).collect()
    }

    fn only_once(&mut self, host: Item<'_, String>) -> String {
        if let Some(line) = self.host_lines.insert(host.value.clone(), host.line()) {
            host.fault(format!(
                "the rule at line {line} is for {}, too",
                host.value
            ));
        }
        host.value
    }

    fn test(&self, mut section: Section<'_>, hosts: &[String]) -> Option<PackTest> {
        let line = section.line();
        let url = section.required("url", ADDRESS, values::http_url);
        if let Some(item) = &url
            && !hosts.is_empty()
            && !is_for(hosts, &item.value)
        {
            item.fault("this host is none of the rule's");
        }
        let html = section.parsed("html", "a page", values::nonblank);
        let file = section.parsed("file", "the path of a page", values::nonblank);
        let page = match (html, file) {
            (Some(html), None) => Some(TestPage::Html(html.value)),
            (None, Some(file)) => Some(TestPage::File(self.base_dir.join(file.value))),
            (Some(_), Some(file)) => {
                file.fault("the page is in `html` already");
                None
            }
            (None, None) => {
                if !section.has("html") && !section.has("file") {
                    section.fault("has no page: write `html = '''…'''` or `file = \"PATH\"`");
                }
                None
            }
        };
        let contains = section.one_or_more("contains", "a text", values::nonblank);
        let lacks = section.one_or_more("lacks", "a text", values::nonblank);
        if !section.has("contains") && !section.has("lacks") {
            section.fault("asks nothing of the text: write `contains = [\"…\"]`");
        }
        section.finish();
        Some(PackTest {
            url: url?.value,
            page: page?,
            contains,
            lacks,
            line,
        })
    }
}

fn is_for(hosts: &[String], page: &Url) -> bool {
    let mut rules = Rules::default();
    for host in hosts {
        rules.insert(host.clone(), &Rule::default());
    }
    rules.rule_for(page).is_some()
}

/// The keys `body`, `remove` and `next_page` of a table.
pub(super) fn selectors(table: &mut Section<'_>) -> Rule {
    let selector = "a CSS selector";
    let body = table.one_or_more("body", selector, values::selector);
    let remove = table.one_or_more("remove", selector, values::selector);
    let next_page = table.parsed("next_page", selector, values::selector);
    Rule {
        body,
        remove,
        next_page: next_page.map(|item| item.value),
        host: None,
    }
}
