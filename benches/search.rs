//! What searches cost in a big archive: `cargo bench --bench search`.
//!
//! Builds an archive of generated articles (120 words each, half of them in Arabic letters, of a Zipf
//! vocabulary; one entry in twenty comes up to a month late) and asks it for the newest and for the
//! best of words that are common, middling, rare, two together, and a phrase. `RAWI_ARTICLES` says
//! how many (100,000; 1,000,000 take 1.6 GB and some minutes), `RAWI_ARCHIVE` names a file that is
//! kept and used again.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and what fails ends it"
)]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rawi::store::{Options, Store};
use rawi::text::arabic;
use rusqlite::{Connection, params};

const VOCABULARY: usize = 120_000;
const FEEDS: i64 = 1000;

/// Pseudo-words, the n-th about 1/n as frequent as the first.
struct Words {
    words: Vec<String>,
    stems: Vec<String>,
    sums: Vec<f64>,
    random: fastrand::Rng,
}

impl Words {
    fn new() -> Self {
        let latin = "ka to mi ren sal dor vi ne pul qua ist ber on la tri gha zu em";
        let arabic = "كا مو بر سلا نور حق دي طر عل شم ري غا فت ون جم لي صد ام";
        let parts: [Vec<&str>; 2] = [latin, arabic].map(|list| list.split(' ').collect());
        let mut random = fastrand::Rng::with_seed(7);
        let (mut words, mut seen) = (Vec::new(), std::collections::HashSet::new());
        while words.len() < VOCABULARY {
            let parts = &parts[random.usize(0..2)];
            let longest = if words.len() < 300 { 2 } else { 4 };
            let word: String = (0..=random.usize(0..longest))
                .map(|_| parts[random.usize(0..parts.len())])
                .collect();
            if seen.insert(word.clone()) {
                words.push(word);
            }
        }
        let mut sum = 0.0;
        let sums = (0..VOCABULARY)
            .map(|n| {
                sum += 1.0 / (n as f64 + 2.7);
                sum
            })
            .collect();
        let stems = words
            .iter()
            .map(|word| arabic::stem(word).to_owned())
            .collect();
        Self {
            words,
            stems,
            sums,
            random,
        }
    }

    /// A text and its stems.
    fn text(&mut self, words: usize) -> (String, String) {
        let all = self.sums[VOCABULARY - 1];
        let (mut text, mut stems) = (String::new(), String::new());
        for _ in 0..words {
            let at = self.random.f64() * all;
            let word = self
                .sums
                .partition_point(|sum| *sum < at)
                .min(VOCABULARY - 1);
            text.push_str(&self.words[word]);
            text.push(' ');
            stems.push_str(&self.stems[word]);
            stems.push(' ');
        }
        (text, stems)
    }

    fn between(&mut self, first: usize, last: usize) -> String {
        self.words[self.random.usize(first..last)].clone()
    }
}

fn main() {
    let articles = std::env::var("RAWI_ARTICLES")
        .ok()
        .and_then(|n| n.parse().ok());
    let articles: i64 = articles.unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let path =
        std::env::var_os("RAWI_ARCHIVE").map_or(folder.path().join("rawi.db"), PathBuf::from);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let is_there = path.exists();
    let mut words = Words::new();
    if !is_there {
        runtime.block_on(async { open(&path).await.close().await });
        let started = Instant::now();
        fill(&path, &mut words, articles);
        println!("{articles} articles written in {:.0?}", started.elapsed());
    }
    let (text, _) = words.text(300);
    let started = Instant::now();
    let stems: usize = (0..1000)
        .map(|_| arabic::stems_that_differ(&text).len())
        .sum();
    assert!(stems > 0, "half of the words are Arabic");
    println!("stems of 300 words: {:.2?}", started.elapsed() / 1000);
    let store = runtime.block_on(open(&path));
    type Asked = fn(&mut Words) -> String;
    let kinds: [(&str, Asked); 7] = [
        ("common word", |w| w.between(20, 200)),
        ("middling word", |w| w.between(500, 5000)),
        ("rare word", |w| w.between(5000, 50_000)),
        ("two words", |w| {
            format!("{} {}", w.between(20, 2000), w.between(20, 2000))
        }),
        ("three words", |w| {
            format!(
                "{} {} {}",
                w.between(20, 500),
                w.between(20, 2000),
                w.between(500, 5000)
            )
        }),
        ("phrase", |w| {
            format!("\"{} {}\"", w.between(0, 100), w.between(0, 100))
        }),
        ("common, feed:", |w| {
            format!("{} feed:f7", w.between(20, 200))
        }),
    ];
    for by_rank in [false, true] {
        for (kind, asked) in kinds {
            let mut times: Vec<Duration> = (0..200)
                .map(|_| {
                    let query = asked(&mut words);
                    let started = Instant::now();
                    runtime.block_on(store.search(&query, 20, by_rank)).unwrap();
                    started.elapsed()
                })
                .collect();
            times.sort_unstable();
            println!(
                "{:<8} {kind:<16} p50 {:>10.2?}  p99 {:>10.2?}  most {:>10.2?}",
                if by_rank { "ranked" } else { "newest" },
                times[99],
                times[197],
                times[199]
            );
        }
    }
    runtime.block_on(store.close());
}

async fn open(path: &Path) -> Store {
    let options = Options {
        path: path.to_owned(),
        ..Options::default()
    };
    Store::open(&options).await.unwrap()
}

/// Writes the articles past the store, whose own way would decide on each.
fn fill(path: &Path, words: &mut Words, articles: i64) {
    let archive = Connection::open(path).unwrap();
    archive
        .execute_batch(
            "pragma synchronous = off; pragma cache_size = -200000; pragma foreign_keys = off",
        )
        .unwrap();
    for feed in 1..=FEEDS {
        archive
            .execute(
                "insert into feed (id, slug, url, local, categories, cadence, standing, next_why, language)
                 values (?1, 'f' || ?1, 'https://f.example/' || ?1, 0, '[]', 'adaptive', 'removed', 'bench', 'ar')",
                [feed],
            )
            .unwrap();
    }
    let first = 1_790_000_000_i64;
    let numbers: Vec<i64> = (1..=articles).collect();
    for batch in numbers.chunks(10_000) {
        archive.execute_batch("begin").unwrap();
        for &id in batch {
            let (title, title_stems) = words.text(9);
            let (text, text_stems) = words.text(120);
            let seen = first + id * 37;
            let late = if words.random.u8(0..20) == 0 {
                30 * 86_400
            } else {
                7200
            };
            let published = seen - words.random.i64(0..late);
            archive
                .prepare_cached(
                    "insert into entry (id, feed_id, key, sort_at, visible_at, published, first_seen, revised_at,
                         content_digest, words, title, author, categories, enclosures, extraction)
                     values (?1, ?2, ?1, ?3, ?4, ?3, ?4, ?4, 0, 120, ?5, '[]', '[]', '[]', 'bench')",
                )
                .and_then(|mut s| s.execute(params![id, 1 + id % FEEDS, published, seen, title]))
                .unwrap();
            archive
                .prepare_cached("insert into body (entry_id, text) values (?1, ?2)")
                .and_then(|mut s| s.execute(params![id, text]))
                .unwrap();
            archive
                .prepare_cached(
                    "insert into articles_fts (rowid, text, title, text_stems, title_stems) values (?1, ?2, ?3, ?4, ?5)",
                )
                .and_then(|mut s| s.execute(params![id, text, title, text_stems, title_stems]))
                .unwrap();
        }
        archive.execute_batch("commit").unwrap();
    }
}
