//! Addresses: every case of `tests/url_cases.json`, by the program as people run it.
//!
//! Each case is a spelling, the form it must come to (null: none), and the rule that it tests. By
//! one of these rules `www.` is no part of the form, so it does not count where a case that tests
//! another rule has it in its answer.

use std::fs::{self, File};

use serde::Deserialize;

use crate::support::program::Desk;

const CASES: &str = include_str!("../url_cases.json");

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    input: String,
    canonical: Option<String>,
    rule: String,
}

impl Case {
    fn answer(&self) -> String {
        let form = self.canonical.as_deref().unwrap_or_default();
        form.replacen("https://www.", "https://", 1)
    }
}

#[test]
fn every_spelling_of_an_address_comes_to_its_one_form() {
    let cases = serde_json::from_str::<Cases>(CASES).unwrap().cases;
    assert_eq!(cases.len(), 193);
    // A line holds one address: a line break around it is white space like any other.
    let lines: String = cases
        .iter()
        .map(|case| case.input.replace('\n', " ") + "\n")
        .collect();
    let desk = Desk::new("");
    let input = desk.folder.path().join("addresses");
    fs::write(&input, lines).unwrap();
    let output = desk
        .command(&["eval", "url"])
        .stdin(File::open(&input).unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let forms: Vec<&str> = printed.lines().collect();
    assert_eq!(forms.len(), cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .zip(forms)
        .filter(|(case, form)| case.answer() != *form)
        .map(|(case, form)| format!("{}: {} is {form}", case.rule, case.input))
        .collect();
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}
