//! `rawi rules check`: every fault of rule packs, and their own tests.
//!
//! A test is run as the daemon would read the page: by the rule of the pack that is for the page's
//! host. It fails where the rule's body is not on the page, even if the general rules find the
//! text.

use std::path::{Path, PathBuf};

use crate::cli::table::say;
use crate::cli::verdict::Verdict;
use crate::config::{Pack, PackTest, TestPage};
use crate::extract::{self, Anchor, Mode, Rules};
use crate::text::{charset, plain};

/// How much of a text is shown, in characters.
const SHOWN: usize = 300;

/// Reads the packs and runs their tests.
pub(super) fn check(files: &[PathBuf]) -> Verdict {
    let (mut faulty, mut failed) = (false, false);
    for file in files {
        match Pack::load(file) {
            Ok((pack, warnings)) => {
                for warning in warnings {
                    say(&warning.to_string());
                }
                failed |= !passes(file, &pack);
            }
            Err(faults) => {
                say(&faults.to_string());
                faulty = true;
            }
        }
    }
    match (faulty, failed) {
        (true, _) => Verdict::BadConfiguration,
        (false, true) => Verdict::Failed,
        (false, false) => Verdict::Done,
    }
}

/// Whether all tests of a pack pass; tells of each that does not.
fn passes(file: &Path, pack: &Pack) -> bool {
    let mut rules = Rules::default();
    pack.add_to(&mut rules);
    let tests = pack.rules.iter().flat_map(|rule| &rule.tests);
    let (mut count, mut failed) = (0, 0);
    for test in tests {
        count += 1;
        let reasons = failures(test, &rules);
        failed += usize::from(!reasons.is_empty());
        for reason in reasons {
            let place = format!("{}:{}", file.display(), test.line);
            say(&format!("{place}: {}: {reason}", test.url));
        }
    }
    let untested = pack.rules.iter().filter(|rule| rule.tests.is_empty());
    let untested = match untested.count() {
        0 => String::new(),
        count => format!(", {count} of them without a test"),
    };
    say(&format!(
        "{}: {} rules{untested}; {} of {count} tests passed",
        file.display(),
        pack.rules.len(),
        count - failed
    ));
    failed == 0
}

/// Why a test does not pass.
fn failures(test: &PackTest, rules: &Rules) -> Vec<String> {
    let html = match &test.page {
        TestPage::Html(html) => html.clone(),
        TestPage::File(path) => match std::fs::read(path) {
            Ok(bytes) => charset::decode(&bytes, None, charset::Kind::Html).into_owned(),
            Err(error) => return vec![format!("{}: {error}", path.display())],
        },
    };
    let Some(rule) = rules.rule_for(&test.url) else {
        return vec!["no rule is for this host".to_owned()];
    };
    let mode = Mode::Rule(rule.clone());
    let found = match extract::extract(&html, &test.url, &mode, &Anchor::default()) {
        Ok(found) => found,
        Err(error) => return vec![error.to_string()],
    };
    let mut reasons = Vec::new();
    if found.rule.starts_with(&rule.name_if_missed()) {
        let selectors = rule.body.join(" nor ");
        reasons.push(format!("nothing on the page matches {selectors}"));
    }
    let text = spaced(&found.text);
    let shown = shown(&text);
    for wanted in test
        .contains
        .iter()
        .filter(|it| !text.contains(&spaced(it)))
    {
        reasons.push(format!("lacks {wanted:?}; found: {shown}"));
    }
    for unwanted in test.lacks.iter().filter(|it| text.contains(&spaced(it))) {
        reasons.push(format!("contains {unwanted:?}; found: {shown}"));
    }
    reasons
}

/// The text with single spaces.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a text, for a terminal.
fn shown(text: &str) -> String {
    let mut start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    plain::display(&start).into_owned()
}
