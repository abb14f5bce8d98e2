//! How fast articles are found, beside bare html5ever (`scraper`) and another extractor
//! (`dom_smoothie`) in the same run, on one thread.
//!
//! `cargo bench --bench extract [FOLDER]`: all pages of FOLDER (`*.html`, `*.html.gz`; default:
//! `tests/pages`). A folder with `html/` and `gold/` in it is a set as `shared/extraction` has them:
//! of those, the pages of news (`zyte-`, `fundus-`). Three ways take turns: the tree alone, the
//! article by [`rawi::extract`], the article by `dom_smoothie`. What counts is the ratio of the
//! medians, since machines are noisy. The worst page and the most memory held are of ours, taken
//! before the others run.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nobody to tell"
)]

use std::fs;
use std::hint::black_box;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rawi::extract::{Anchor, Mode, extract};
use url::Url;

const ROUNDS: usize = 7;

fn main() {
    let folder = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .map_or_else(|| PathBuf::from("tests/pages"), PathBuf::from);
    let pages = pages(&folder);
    let bytes: usize = pages.iter().map(|(_, html)| html.len()).sum();
    println!(
        "{} pages, {:.1} MB, from {}",
        pages.len(),
        bytes as f64 / 1e6,
        folder.display()
    );
    let address = Url::parse("https://outlet.example/article").unwrap();
    let ours = |html: &str| {
        let _ = black_box(extract(html, &address, &Mode::Auto, &Anchor::default()));
    };

    let held = resident();
    let mut worst = (Duration::ZERO, "");
    for (name, html) in &pages {
        let least = (0..3).map(|_| timed(|| ours(html))).min().unwrap();
        worst = worst.max((least, name));
    }
    println!(
        "worst page {:.1} ms: {}",
        worst.0.as_secs_f64() * 1e3,
        worst.1
    );
    if let (Some(before), Some(peak)) = (held, peak()) {
        println!("memory: {peak} kB at most, {before} kB of them the pages and the program");
    }

    let tree = || {
        for (_, html) in &pages {
            black_box(scraper::Html::parse_document(html));
        }
    };
    let article = || pages.iter().for_each(|(_, html)| ours(html));
    let theirs = || {
        for (_, html) in &pages {
            let found = dom_smoothie::Readability::new(html.as_str(), None, None)
                .and_then(|mut readability| readability.parse());
            let _ = black_box(found);
        }
    };
    let mut found = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        found[0].push(timed(tree));
        found[1].push(timed(article));
        found[2].push(timed(theirs));
    }
    let medians = found.map(median);
    for (name, median) in ["tree alone", "rawi", "dom_smoothie"]
        .into_iter()
        .zip(medians)
    {
        let rate = pages.len() as f64 / median.as_secs_f64();
        let ratio = medians[0].as_secs_f64() / median.as_secs_f64();
        println!("{name:14} {rate:7.1} pages/s   {ratio:.2} of the tree alone");
    }
}

/// Names and texts of the pages in a folder and its folders.
fn pages(folder: &Path) -> Vec<(String, String)> {
    let set = folder.join("html");
    let (folder, news) = match set.is_dir() {
        true => (set.as_path(), true),
        false => (folder, false),
    };
    let mut pages = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let of_news = name.starts_with("zyte-") || name.starts_with("fundus-");
            if path.is_dir() {
                folders.push(path);
            } else if (of_news || !news) && (name.ends_with(".html") || name.ends_with(".html.gz"))
            {
                let raw = fs::read(&path).unwrap();
                let mut text = Vec::new();
                match name.ends_with(".gz") {
                    true => flate2::read::GzDecoder::new(raw.as_slice())
                        .read_to_end(&mut text)
                        .map(drop)
                        .unwrap(),
                    false => text = raw,
                }
                pages.push((name, String::from_utf8_lossy(&text).into_owned()));
            }
        }
    }
    pages.sort();
    pages
}

/// Memory held now, and at most, in kilobytes (Linux).
fn resident() -> Option<u64> {
    status("VmRSS:")
}

fn peak() -> Option<u64> {
    status("VmHWM:")
}

fn status(key: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse().ok()
}

fn timed(work: impl Fn()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
