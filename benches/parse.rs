//! How fast feeds are read, beside bare feed-rs in the same run.
//!
//! `cargo bench --bench parse [FOLDER]`: all documents of FOLDER (default: `tests/corpus`) that feed-rs
//! reads by itself. Three ways take turns: feed-rs alone, [`rawi::parse`] on the same documents, and
//! `rawi::parse` on them with their last tag cut off and a stray `<` near the start, so that each has
//! to be repaired. What counts is the ratio of the medians, since machines are noisy.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nobody to tell"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rawi::parse::{Options, parse};
use url::Url;

const ROUNDS: usize = 15;

/// Rounds last at least that long each, by repetition.
const ROUND_BYTES: usize = 40 << 20;

fn main() {
    let folder = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .map_or_else(|| PathBuf::from("tests/corpus"), PathBuf::from);
    let base = Url::parse("https://outlet.example/feed").unwrap();
    let clean: Vec<Vec<u8>> = files(&folder)
        .into_iter()
        .filter_map(|path| std::fs::read(path).ok())
        .filter(|body| feed_rs::parser::parse(body.as_slice()).is_ok())
        .filter(|body| std::str::from_utf8(body).is_ok())
        .collect();
    let broken: Vec<Vec<u8>> = clean.iter().map(|body| broken(body)).collect();
    let bytes: usize = clean.iter().map(Vec::len).sum();
    let times = (ROUND_BYTES / bytes.max(1)).max(1);
    println!(
        "{} documents, {:.1} MB, from {}",
        clean.len(),
        bytes as f64 / 1e6,
        folder.display()
    );

    let options = Options::default();
    let ours = |bodies: &[Vec<u8>]| {
        for body in bodies {
            let _ = black_box(parse(body, None, &base, &options));
        }
    };
    let theirs = || {
        for body in &clean {
            let _ = black_box(feed_rs::parser::parse(body.as_slice()));
        }
    };
    let mut found = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        found[0].push(timed(times, theirs));
        found[1].push(timed(times, || ours(&clean)));
        found[2].push(timed(times, || ours(&broken)));
    }
    let medians = found.map(median);
    let names = ["feed-rs", "rawi, clean", "rawi, broken"];
    for (name, median) in names.into_iter().zip(medians) {
        let rate = (bytes * times) as f64 / median.as_secs_f64() / 1e6;
        let ratio = medians[0].as_secs_f64() / median.as_secs_f64();
        println!("{name:14} {rate:7.1} MB/s   {ratio:.2} of feed-rs");
    }
}

/// All files in a folder and its folders.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// A document that is not well-formed any more.
fn broken(body: &[u8]) -> Vec<u8> {
    let end = body.iter().rposition(|&byte| byte == b'<').unwrap();
    let mut broken = body[..end].to_vec();
    let start = b"<title>".as_slice();
    let title = body.windows(start.len()).position(|window| window == start);
    if let Some(at) = title.filter(|at| at + start.len() < end) {
        broken.splice(at + start.len()..at + start.len(), *b"< ");
    }
    broken
}

fn timed(times: usize, work: impl Fn()) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        work();
    }
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
