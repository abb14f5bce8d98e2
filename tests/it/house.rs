//! The house keeps itself: the laws of ARCHITECTURE.md, read off the tree.
//!
//! Rust lets modules of one crate import each other in circles; these tests do not. The tables
//! below are the law: which room lies on which floor, and in which rooms a crate may be named. A
//! new room, a new edge or a new crate edits a table here, and so is seen in review.
//!
//! Files are read as tokens ([`lex`]), which knows comments and strings apart from code, and no
//! more of the grammar than `use` trees, paths and `mod name {`. What a macro writes is not seen.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Rooms and their floors. An import points to a lower floor, or to a leaf of the same room.
const FLOORS: &[(&str, u8)] = &[
    ("cli", 7),
    ("daemon", 6),
    ("config", 5),
    ("poll", 4),
    ("serve", 4),
    ("fetch", 3),
    ("parse", 3),
    ("extract", 3),
    ("dedupe", 3),
    ("schedule", 3),
    ("store", 3),
    ("publish", 3),
    ("telemetry", 3),
    ("model", 2),
    ("text", 1),
    ("clock", 1),
];

/// Crates and the folders that may name them.
const HOMES: &[(&str, &[&str])] = &[
    ("reqwest", &["fetch"]),
    ("rustls", &["fetch"]),
    ("httpdate", &["fetch"]),
    ("ipnet", &["fetch", "config"]),
    ("robotxt", &["fetch"]),
    ("async_compression", &["fetch"]),
    ("flate2", &["serve"]),
    ("futures_core", &["fetch"]),
    ("feed_rs", &["parse"]),
    ("memchr", &["parse", "text"]),
    ("base64", &["parse", "fetch"]),
    ("scraper", &["extract"]),
    ("rusqlite", &["store"]),
    ("refinery", &["store/sqlite"]),
    ("ammonia", &["text"]),
    ("htmlize", &["text"]),
    ("encoding_rs", &["text"]),
    ("chardetng", &["text"]),
    ("unicode_normalization", &["text"]),
    ("sha2", &["text"]),
    ("regex", &["text"]),
    ("regex_syntax", &["text"]),
    ("whatlang", &["text"]),
    ("similar", &["text"]),
    ("cron", &["schedule"]),
    ("chrono_tz", &["schedule", "parse"]),
    ("icu_calendar", &["parse"]),
    ("quick_xml", &["publish"]),
    ("axum", &["serve"]),
    ("brotli", &["serve"]),
    ("hyper", &["serve"]),
    ("hyper_util", &["serve"]),
    ("prometheus_client", &["telemetry"]),
    ("tracing_subscriber", &["telemetry"]),
    ("tracing_journald", &["telemetry"]),
    ("toml", &["config"]),
    ("toml_edit", &["config"]),
    ("strsim", &["config"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("comfy_table", &["cli"]),
    ("csv", &["cli"]),
    ("indicatif", &["cli"]),
    ("tempfile", &["cli", "config"]),
    ("sd_notify", &["daemon"]),
];

/// Crates that the tests of every room may name: a folder that vanishes with its test.
const IN_TESTS: &[&str] = &["tempfile"];

/// Crates that are spoken in every room: time, addresses, futures, errors, plain data.
const EVERYWHERE: &[&str] = &[
    "chrono",
    "fastrand",
    "serde",
    "serde_json",
    "thiserror",
    "tokio",
    "tokio_util",
    "tracing",
    "url",
];

/// Sections of feeds.toml and the rooms that they configure, under the room's own name, except
/// where the third column says why not.
const SECTIONS: &[(&str, &str, &str)] = &[
    (
        "archive",
        "store",
        "users think of the archive; that a store keeps it is our affair",
    ),
    ("fetch", "fetch", ""),
    ("schedule", "schedule", ""),
    ("extract", "extract", ""),
    ("dedupe", "dedupe", ""),
    ("serve", "serve", ""),
    ("publish", "publish", ""),
    (
        "channel",
        "config",
        "a merged feed that the user defines: no stage",
    ),
    ("feed", "config", "a source that the user follows: no stage"),
];

#[test]
fn the_tree_keeps_the_law_of_floors() {
    let sources = rust_files("src");
    let modules = sources
        .iter()
        .filter_map(|(file, _)| module_of(file))
        .collect();
    let faults: Vec<_> = sources
        .iter()
        .flat_map(|(file, source)| faults(file, source, &modules))
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_room_is_a_row_of_the_floor_table() {
    let built: BTreeSet<_> = rust_files("src")
        .iter()
        .filter_map(|(file, _)| module_of(file).and_then(|module| module.into_iter().next()))
        .collect();
    let planned = FLOORS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(
        built, planned,
        "rooms under src/ and rows of FLOORS are one and the same"
    );
}

#[test]
fn every_dependency_has_a_home() {
    let manifest: toml::Table = read("Cargo.toml")
        .parse()
        .expect("Cargo.toml is read by cargo before us");
    let entered: BTreeSet<_> = manifest["dependencies"]
        .as_table()
        .expect("[dependencies] is a table")
        .keys()
        .map(|name| name.replace('-', "_"))
        .collect();
    let housed = HOMES
        .iter()
        .map(|(name, _)| *name)
        .chain(EVERYWHERE.iter().copied());
    let housed: BTreeSet<_> = housed.map(str::to_owned).collect();
    assert_eq!(
        entered, housed,
        "crates of Cargo.toml and rows of HOMES and EVERYWHERE"
    );
}

#[test]
fn every_section_of_feeds_toml_is_named_as_its_room() {
    for (section, room, why_not) in SECTIONS {
        assert!(
            FLOORS.iter().any(|(name, _)| name == room),
            "[{section}]: there is no room {room}"
        );
        assert!(
            section == room || !why_not.is_empty(),
            "[{section}] configures {room}: why so?"
        );
    }
    for (number, line) in read("feeds.toml").lines().enumerate() {
        let Some(section) = section_of(line) else {
            continue;
        };
        let known = SECTIONS.iter().any(|(name, _, _)| *name == section);
        assert!(
            known,
            "feeds.toml:{}: [{section}] is no row of SECTIONS",
            number + 1
        );
    }
}

#[test]
fn the_packaged_configuration_is_the_sample_on_the_archive_of_the_service() {
    let sample = read("feeds.toml");
    let packaged: String = sample
        .lines()
        .map(|line| match line.starts_with("path = ") {
            true => "path = \"/var/lib/rawi/rawi.db\"\n".to_owned(),
            false => format!("{line}\n"),
        })
        .collect();
    assert!(
        packaged != sample,
        "feeds.toml has no line `path = …` under [archive]"
    );
    assert!(
        read("packaging/feeds.toml") == packaged,
        "packaging/feeds.toml is stale, make it anew:\n\
         sed 's|^path = .*|path = \"/var/lib/rawi/rawi.db\"|' feeds.toml > packaging/feeds.toml"
    );
}

#[test]
fn the_checker_finds_each_kind_of_fault() {
    for (file, line, rule) in [
        ("text/html.rs", "use crate::model::EntryId;", "points up"),
        (
            "parse/mod.rs",
            "use crate::fetch::Options;",
            "points sideways",
        ),
        (
            "parse/mod.rs",
            "use crate::{model, fetch::Options};",
            "points sideways",
        ),
        (
            "parse/mod.rs",
            "fn f() { crate::store::open(); }",
            "points sideways",
        ),
        (
            "parse/mod.rs",
            "fn f(x: Vec<crate::store::Store>) {}",
            "points sideways",
        ),
        (
            "parse/mod.rs",
            "mod tests { use super::super::store::Store; }",
            "points sideways",
        ),
        ("fetch/options.rs", "use crate::Clock;", "crate root"),
        ("fetch/options.rs", "use crate::*;", "crate root"),
        (
            "fetch/options.rs",
            "use crate::{Clock, model::FeedId};",
            "crate root",
        ),
        ("clock.rs", "use super::Thing;", "crate root"),
        ("fetch/options.rs", "use rawi::model::FeedId;", "crate root"),
        (
            "fetch/options.rs",
            "use crate::fetch::Fetcher;",
            "front door",
        ),
        (
            "fetch/options.rs",
            "use crate::fetch::{error::Error, Fetcher};",
            "front door",
        ),
        ("fetch/options.rs", "use super::Fetcher;", "front door"),
        ("fetch/options.rs", "use super::*;", "front door"),
        (
            "store/sqlite/writer.rs",
            "use crate::store::Store;",
            "front door",
        ),
        (
            "store/sqlite/writer.rs",
            "use crate::store::sqlite::Database;",
            "front door",
        ),
        (
            "poll/mod.rs",
            "use reqwest::Client;",
            "`reqwest` is at home in fetch/",
        ),
        (
            "poll/mod.rs",
            "type C = ::reqwest::Client;",
            "`reqwest` is at home in fetch/",
        ),
        (
            "poll/mod.rs",
            "#[derive(clap::Parser)] struct A;",
            "`clap` is at home in cli/",
        ),
        (
            "poll/error.rs",
            "type E = rusqlite::Error;",
            "`rusqlite` is at home in store/",
        ),
        (
            "poll/mod.rs",
            "use {std::fs, cron::Schedule};",
            "`cron` is at home in schedule/",
        ),
        (
            "poll/mod.rs",
            "use tempfile::TempDir;",
            "`tempfile` is at home in cli/, config/",
        ),
        (
            "poll/mod.rs",
            "mod tests { use clap::Parser; }",
            "`clap` is at home in cli/",
        ),
        ("poll/mod.rs", "use cron;", "`cron` is at home in schedule/"),
        ("poll/mod.rs", "#[allow(dead_code)] fn f() {}", "`#[expect"),
        ("poll/mod.rs", "#![allow(dead_code)]", "`#[expect"),
        ("poll/mod.rs", "fn f() { todo!() }", "`todo!`"),
        (
            "poll/mod.rs",
            "fn f() { unimplemented!() }",
            "`unimplemented!`",
        ),
        ("main.rs", "use rawi::store::Store;", "rawi::cli"),
        ("lib.rs", "pub use rawi::model::Article;", "pub mod"),
        ("lib.rs", "fn f() {}", "pub mod"),
    ] {
        let found = faults(file, &format!("//! Head.\n\n{line}\n"), &example());
        assert_eq!(found.len(), 1, "{file}: {line}\n{found:?}");
        let place = format!("src/{file}:3: ");
        assert!(
            found[0].starts_with(&place) && found[0].contains(rule),
            "{line}\n{found:?}"
        );
    }
    let bare = faults("poll/mod.rs", "use std::fs;\n", &example());
    assert!(
        bare.len() == 1 && bare[0].starts_with("src/poll/mod.rs:1: "),
        "{bare:?}"
    );
}

#[test]
fn the_checker_lets_lawful_code_pass() {
    for (file, source) in [
        (
            "parse/mod.rs",
            "use crate::model::{self, EntryId};\nuse crate::text::html::gate::Gate;",
        ),
        (
            "parse/mod.rs",
            "mod error;\npub use error::Error;\npub use self::error::Error as E;",
        ),
        (
            "fetch/body.rs",
            "use crate::fetch::error::Error;\nuse super::options::Options;",
        ),
        (
            "fetch/mod.rs",
            "pub use crate::fetch::options::Options;\nuse reqwest::Client;",
        ),
        (
            "fetch/body.rs",
            "struct A;\n#[cfg(test)]\nmod tests { use super::*; use super::A as B; }",
        ),
        (
            "fetch/tests.rs",
            "use super::*;\nuse crate::fetch::Fetcher;",
        ),
        (
            "store/sqlite/writer.rs",
            "use crate::store::error::Error;\nuse rusqlite::Connection;",
        ),
        ("schedule/mod.rs", "use chrono_tz::Tz;\nuse cron::Schedule;"),
        (
            "poll/mod.rs",
            "// use crate::serve::State;\n/* crate::X /* todo!() */ reqwest::get */",
        ),
        (
            "poll/mod.rs",
            "const A: &str = \"crate::serve \\\" reqwest::get\"; const B: char = '\"';",
        ),
        (
            "poll/mod.rs",
            "const A: &str = r#\"use crate::serve \" todo!()\"#; const B: char = '\\'';",
        ),
        (
            "poll/mod.rs",
            "fn f<'a>(x: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {}",
        ),
        (
            "poll/mod.rs",
            "use crate::model::FeedId as cron;\nfn f() { a.regex::<u8>(); let toml = 1; }",
        ),
        ("main.rs", "fn main() { rawi::cli::main() }"),
        ("lib.rs", "// Not a door.\npub mod cli;\n\npub mod text;"),
    ] {
        let found = faults(file, &format!("//! Head.\n\n{source}\n"), &example());
        assert!(found.is_empty(), "{source}\n{found:?}");
    }
}

/// A small tree for the checker's own tests.
fn example() -> BTreeSet<Vec<String>> {
    [
        "clock.rs",
        "fetch/mod.rs",
        "fetch/body.rs",
        "fetch/error.rs",
        "fetch/options.rs",
        "model/mod.rs",
        "parse/mod.rs",
        "parse/error.rs",
        "store/mod.rs",
        "store/error.rs",
        "store/sqlite/mod.rs",
        "store/sqlite/writer.rs",
        "text/html/mod.rs",
        "text/html/gate.rs",
    ]
    .into_iter()
    .filter_map(module_of)
    .collect()
}

// The tree

/// Every Rust file under `folder`, by its path inside it, with its text.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(here) = open.pop() {
        for item in fs::read_dir(&here).expect("a folder of the repository") {
            let path = item.expect("a folder of the repository").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path
                    .strip_prefix(&root)
                    .expect("invariant: found below the root");
                let name = name.to_str().expect("our file names are ASCII").to_owned();
                found.push((
                    name,
                    fs::read_to_string(&path).expect("our sources are UTF-8"),
                ));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no Rust file under {}", root.display());
    found
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The module that a file is: `store/sqlite/mod.rs` is `[store, sqlite]`. None for the two roots.
fn module_of(file: &str) -> Option<Vec<String>> {
    let name = file.strip_suffix(".rs")?;
    if name == "lib" || name == "main" {
        return None;
    }
    let name = name.strip_suffix("/mod").unwrap_or(name);
    Some(name.split('/').map(str::to_owned).collect())
}

/// The section that a line of feeds.toml opens, also where it is commented out as an example.
fn section_of(line: &str) -> Option<&str> {
    let line = line
        .trim_start_matches(['#', ' '])
        .split('#')
        .next()?
        .trim_end();
    let name = line.strip_prefix('[')?.strip_suffix(']')?;
    let name = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(name);
    let bare = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    (!name.is_empty() && name.chars().all(bare)).then_some(name)
}

// The law

/// What one file breaks, as `src/file:line: rule`.
fn faults(file: &str, source: &str, modules: &BTreeSet<Vec<String>>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |line: usize, rule: String| faults.push(format!("src/{file}:{line}: {rule}"));
    if !source.starts_with("//!") {
        fault(
            1,
            "a file opens with `//!` and says what it owns".to_owned(),
        );
    }
    let tokens = lex(source);
    for (line, rule) in forbidden_words(&tokens) {
        fault(line, rule.to_owned());
    }
    if file == "lib.rs" {
        if let Some(line) = beyond_modules(&tokens) {
            fault(
                line,
                "lib.rs is its header and `pub mod` lines, nothing else".to_owned(),
            );
        }
        return faults;
    }
    for path in paths(&tokens) {
        let rule = match module_of(file) {
            Some(module) => broken_rule(file, &module, &path, modules),
            None => (path.names[0] == "rawi" && path.names.get(1).is_none_or(|name| name != "cli"))
                .then(|| "main.rs hands over to rawi::cli and knows nothing else".to_owned()),
        };
        if let Some(rule) = rule {
            fault(path.line, rule);
        }
    }
    faults
}

/// The rule that one path breaks.
fn broken_rule(
    file: &str,
    module: &[String],
    path: &NamedPath,
    modules: &BTreeSet<Vec<String>>,
) -> Option<String> {
    let spelled = path.names.join("::");
    if path.names[0] == "rawi" {
        return Some(format!(
            "`{spelled}` goes through the crate root: name the room"
        ));
    }
    let Some(target) = path.resolved(module) else {
        return homeless(file, module, path, modules);
    };
    let own = &module[0];
    let Some((room, floor)) = target
        .first()
        .and_then(|name| FLOORS.iter().find(|(room, _)| room == name))
    else {
        return Some(format!(
            "`{spelled}` imports from the crate root: name a room"
        ));
    };
    if room != own {
        let own_floor = FLOORS
            .iter()
            .find(|(name, _)| name == own)
            .map_or(0, |(_, floor)| *floor);
        let way = match floor.cmp(&own_floor) {
            std::cmp::Ordering::Less => return None,
            std::cmp::Ordering::Equal => "sideways",
            std::cmp::Ordering::Greater => "up",
        };
        return Some(format!(
            "`{spelled}` points {way}: {own} is on floor {own_floor}, {room} on {floor}"
        ));
    }
    let reached = (1..=target.len())
        .rev()
        .find(|&length| modules.contains(&target[..length]))?;
    let above_us = reached < module.len() && module.starts_with(&target[..reached]);
    (above_us && !is_test(module)).then(|| {
        format!(
            "`{spelled}`: a leaf never imports its room's front door, name the leaf that has it"
        )
    })
}

/// The rule that a path out of the crate breaks: a crate has one home.
fn homeless(
    file: &str,
    module: &[String],
    path: &NamedPath,
    modules: &BTreeSet<Vec<String>>,
) -> Option<String> {
    let name = &path.names[0];
    let (_, homes) = HOMES.iter().find(|(crate_name, _)| crate_name == name)?;
    let child = [module, std::slice::from_ref(name)].concat();
    let test = is_test(module) || is_test(&path.inside);
    if modules.contains(&child) || (test && IN_TESTS.contains(&name.as_str())) {
        return None;
    }
    let at_home = homes.iter().any(|home| {
        file.strip_prefix(home)
            .is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
    });
    (!at_home).then(|| format!("`{name}` is at home in {}/ only", homes.join("/, ")))
}

fn is_test(module: &[String]) -> bool {
    module.iter().any(|name| name == "tests")
}

/// Words that no file may hold, with the line of each and what to write instead.
fn forbidden_words(tokens: &[Token<'_>]) -> Vec<(usize, &'static str)> {
    let rule = |window: &[Token<'_>]| match [window[0].text, window[1].text, window[2].text] {
        ["[", "allow", "("] => Some("`#[expect(lint, reason = \"…\")]`, never `#[allow]`"),
        ["todo", "!", _] => Some("`todo!` is not an answer"),
        ["unimplemented", "!", _] => Some("`unimplemented!` is not an answer"),
        _ => None,
    };
    tokens
        .windows(3)
        .filter_map(|window| Some((window[0].line, rule(window)?)))
        .collect()
}

/// The line of the first thing in lib.rs that is no `pub mod name;`.
fn beyond_modules(tokens: &[Token<'_>]) -> Option<usize> {
    let is_module = |statement: &[Token<'_>]| matches!(statement, [a, b, _, end] if a.text == "pub" && b.text == "mod" && end.text == ";");
    tokens
        .chunks(4)
        .find(|statement| !is_module(statement))
        .map(|statement| statement[0].line)
}

// Reading Rust

/// A word or a sign of the code.
struct Token<'a> {
    line: usize,
    text: &'a str,
}

/// The code of `source` without comments, strings and character literals.
fn lex(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        let letter = rest.chars().next().expect("invariant: at < len");
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = literal(rest) {
            length
        } else if letter.is_alphanumeric() || letter == '_' {
            let word = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            tokens.push(Token {
                line,
                text: &rest[..word],
            });
            word
        } else if rest.starts_with("::") {
            tokens.push(Token { line, text: "::" });
            2
        } else {
            if !letter.is_whitespace() {
                tokens.push(Token {
                    line,
                    text: &rest[..letter.len_utf8()],
                });
            }
            letter.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        at += length;
    }
    tokens
}

/// The length of the comment that `rest` opens with; Rust nests them.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of the string, character or lifetime that `rest` opens with.
fn literal(rest: &str) -> Option<usize> {
    let prefix = rest
        .find(|c: char| !matches!(c, 'b' | 'c' | 'r'))
        .filter(|&length| length <= 2)?;
    let (raw, body) = (rest[..prefix].contains('r'), &rest[prefix..]);
    let hashes = body.find(|c| c != '#').filter(|_| raw).unwrap_or(0);
    if raw && body[hashes..].starts_with('"') {
        let end = format!("\"{}", &body[..hashes]);
        let text = &body[hashes + 1..];
        let closed = text
            .find(&end)
            .map_or(text.len(), |found| found + end.len());
        return Some(prefix + hashes + 1 + closed);
    }
    if raw {
        return None;
    }
    let quote = body
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let mut letters = body.char_indices().skip(1);
    if quote == '\'' && !body.starts_with("'\\") {
        // One letter and a quote is a character; anything else is a lifetime.
        let (end, closing) = letters.nth(1).unwrap_or((1, ' '));
        return Some(prefix + if closing == '\'' { end + 1 } else { 1 });
    }
    while let Some((end, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            letter if letter == quote => return Some(prefix + end + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

/// A path as the code spells it, and the inline modules that it stands in.
struct NamedPath {
    line: usize,
    names: Vec<String>,
    inside: Vec<String>,
}

impl NamedPath {
    /// The path from the crate root down, if it stays inside the crate.
    fn resolved(&self, file: &[String]) -> Option<Vec<String>> {
        let mut base: Vec<String> = file.iter().chain(&self.inside).cloned().collect();
        let mut names = self.names.iter().peekable();
        match names.next()?.as_str() {
            "crate" => base.clear(),
            "self" => {}
            "super" => drop(base.pop()),
            _ => return None,
        }
        while names.next_if(|name| *name == "super").is_some() {
            base.pop();
        }
        base.extend(names.cloned());
        Some(base)
    }
}

/// Every path of two names or more, and every leaf of every `use`.
fn paths(tokens: &[Token<'_>]) -> Vec<NamedPath> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let mut found: Vec<NamedPath> = Vec::new();
    let mut inside: Vec<(String, usize)> = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < tokens.len() {
        let before = found.len();
        match text(at) {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inside.retain(|(_, opened)| *opened <= depth);
            }
            "mod" if text(at + 2) == "{" => {
                depth += 1;
                inside.push((text(at + 1).to_owned(), depth));
                at += 2;
            }
            // `use<'a>` in a return type captures, it imports nothing.
            "use" if text(at + 1) != "<" => at = use_tree(tokens, at + 1, &[], &mut found),
            name if is_word(name) && text(at + 1) == "::" && is_word(text(at + 2)) => {
                let line = tokens[at].line;
                let mut names = vec![name.to_owned()];
                while text(at + 1) == "::" && is_word(text(at + 2)) {
                    at += 2;
                    names.push(text(at).to_owned());
                }
                found.push(NamedPath {
                    line,
                    names,
                    inside: Vec::new(),
                });
            }
            _ => {}
        }
        for path in &mut found[before..] {
            path.inside = inside.iter().map(|(name, _)| name.clone()).collect();
        }
        at += 1;
    }
    found
}

/// Reads one branch of a `use` from `at` on; returns the place of the sign that ends it.
fn use_tree(
    tokens: &[Token<'_>],
    mut at: usize,
    prefix: &[String],
    found: &mut Vec<NamedPath>,
) -> usize {
    let mut names = prefix.to_vec();
    let mut leaf = None;
    while let Some(token) = tokens.get(at) {
        match token.text {
            "::" => {}
            "as" => at += 1,
            "{" => {
                leaf = None;
                loop {
                    at = use_tree(tokens, at + 1, &names, found);
                    if tokens.get(at).is_none_or(|token| token.text != ",") {
                        break;
                    }
                }
            }
            "," | "}" | ";" => break,
            // `model::{self}` names what stands before it.
            "self" if !names.is_empty() => leaf = Some(token.line),
            name => {
                names.push(name.to_owned());
                leaf = Some(token.line);
            }
        }
        at += 1;
    }
    if let Some(line) = leaf {
        found.push(NamedPath {
            line,
            names,
            inside: Vec::new(),
        });
    }
    at
}

fn is_word(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}
