//! What de-duplication costs an article, in archives of several sizes.
//!
//! `cargo bench --bench dedupe [-- 10000 100000 1000000]` fills an archive of each size (default: the
//! first two) in a temporary folder, lets some thousand more articles arrive by [`Store::import`] and
//! prints what de-duplication took of each, in microseconds, and the bytes of its indexes. Articles have
//! 300 words and come at 20,000 a day; the window is 96 hours (`articles` says what they are,
//! `archive` what the archive holds). A million takes a minute and 1 GB.
//!
//! Counted, and nothing else of the commit (rows, full text, languages, revisions):
//! - *normalise*: the sketch, the digest of the text, the key of the address; timed one by one.
//! - *look up*: the same identity in the feed, the same address, the same text, and keeping the keys of
//!   the two latter in their indexes: the difference between batches of arrivals without a text that
//!   have such keys, have none, or have come before; with its share of the commit, in CPU time of
//!   the writer's thread.
//! - *keep*: appending the sketch to its table. The difference between such arrivals with and without
//!   a sketch, from one to the next inside a batch.
//! - *find*: the index of sketches and reading the candidates out of the archive; *compare*: the decision
//!   over them. Timed one by one, between the store's calls of what it is given to decide and to
//!   place with; where nothing is found, nothing is called, and a difference as for *keep* stands in.
//!
//! A time during which the thread was switched out says nothing and is left out (Linux tells), so that
//! other work on the machine shows only in caches. p99 is over articles. Bytes are those of the table
//! `sketch` and of the indexes by address and text in the file; and in memory what a test of
//! `store/sqlite/sketches.rs` holds the index to.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nobody to tell"
)]

mod archive;
mod articles;
mod clock;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use articles::{Kind, Stream};
use chrono::TimeDelta;
use clock::{Stamp, writers_time};
use fastrand::Rng;
use rawi::dedupe;
use rawi::model::{
    Alike, Arrival, Article, Body, Change, Incoming, Known, Place, Placement, Sketch,
};
use rawi::store::{Options, Store};

/// Articles that arrive at a time, as when a round of polls is committed.
const BATCH: u64 = 200;
const BATCHES: u64 = 20;
/// Bytes of memory for an article of the window.
const MEMORY: u64 = 150;

/// What happened inside the store to the article that is being taken in.
enum Event {
    Decided(Stamp, bool),
    Placed {
        from: Stamp,
        took: Option<f64>,
        candidates: usize,
        joins: bool,
    },
}

static EVENTS: Mutex<Vec<Event>> = Mutex::new(Vec::new());

fn note(event: Event) {
    let mut events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    events.push(event);
}

fn decide(known: &Known, incoming: Vec<Incoming>) -> Vec<Change> {
    let changes = dedupe::decide(known, incoming);
    let joins = matches!(changes.first(), Some(Change::New { joins: Some(_), .. }));
    note(Event::Decided(Stamp::start(), joins));
    changes
}

fn place(came: &Arrival<'_>, alikes: &[Alike]) -> Placement {
    let real = dedupe::Options::default().place().unwrap();
    let from = Stamp::end();
    let start = Stamp::start();
    let placement = real(came, alikes);
    let took = start.until(Stamp::end());
    note(Event::Placed {
        from,
        took,
        candidates: alikes.len(),
        joins: placement.joins.is_some(),
    });
    placement
}

fn main() {
    let mut sizes: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse().ok())
        .collect();
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000];
    }
    let stream = Stream::new();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    println!(
        "| articles | µs an article | normalise | look up | find | compare | keep | p99 | index, bytes an article | \
         candidates | copies found | others joined |"
    );
    println!(
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |"
    );
    for size in sizes {
        let figures = runtime.block_on(measure(&stream, size));
        println!("{}", row(size, figures));
    }
}

/// Of one archive.
struct Figures {
    arrivals: Vec<Arrived>,
    parts: Parts,
    bytes: u64,
}

/// What one article came to. Times are in microseconds, none where they say nothing.
struct Arrived {
    kind: Kind,
    normalise: Option<f64>,
    find: Option<f64>,
    compare: Option<f64>,
    candidates: usize,
    joins: bool,
}

/// What only differences tell, in microseconds an article.
struct Parts {
    look_up: f64,
    keep: f64,
    find_nothing: f64,
}

async fn measure(stream: &Stream, size: u64) -> Figures {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        path: folder.path().join("bench.db"),
        ..Options::default()
    };
    Store::open(&options).await.unwrap().close().await;
    let window = dedupe::Options::default().window();
    archive::fill(&options.path, stream, size, window);
    let store = Store::open(&options).await.unwrap();
    // The index is read when it is first asked.
    arrive(&store, stream, size..size + 2, window).await;
    let mut arrivals = Vec::new();
    for batch in 0..BATCHES {
        let from = size + 2 + batch * BATCH;
        arrivals.extend(arrive(&store, stream, from..from + BATCH, window).await);
    }
    let parts = parts(&store, stream, size + 2 + BATCHES * BATCH, window).await;
    store.close().await;
    Figures {
        arrivals,
        parts,
        bytes: MEMORY + bytes(&options.path, stream, size, window),
    }
}

/// Bytes of the file an article: sketches of those inside the window, keys of all.
fn bytes(path: &Path, stream: &Stream, size: u64, window: TimeDelta) -> u64 {
    let of = |name| archive::bytes_of(path, name);
    // Those that have come since.
    let (sketches, keys) = (3 * BATCH * BATCHES, 4 * BATCH * BATCHES);
    (of("sketch") + of("sketch_by_text")) / (inside(stream, size, window) + sketches)
        + of("entry_by_url") / (size + keys)
}

fn inside(stream: &Stream, size: u64, window: TimeDelta) -> u64 {
    let age = stream.time(size) - stream.time(0);
    size * window.num_seconds().min(age.num_seconds()).cast_unsigned()
        / age.num_seconds().cast_unsigned()
}

async fn arrive(
    store: &Store,
    stream: &Stream,
    which: std::ops::Range<u64>,
    window: TimeDelta,
) -> Vec<Arrived> {
    let mut arrived = Vec::new();
    let mut batch = Vec::new();
    for n in which {
        let article = stream.article(n);
        let body = Body::new(&article.title, article.text.clone(), None);
        let start = Stamp::start();
        let keys = (
            dedupe::sketch(&article.title, &body.text),
            dedupe::text_digest(&body),
            archive::url_key(article.url.as_deref().unwrap_or_default()),
        );
        let normalise = start.until(Stamp::end());
        let incoming = dedupe::restore(&article);
        assert_eq!(
            keys,
            (
                incoming.sketch.clone(),
                incoming.text_digest,
                incoming.url_key
            )
        );
        arrived.push(Arrived {
            kind: Stream::kind(n),
            normalise,
            find: Some(0.0),
            compare: Some(0.0),
            candidates: 0,
            joins: false,
        });
        batch.push((article, incoming));
    }
    take(&EVENTS);
    store
        .import(batch, window, Some(place), decide)
        .await
        .unwrap();
    tell(&mut arrived, take(&EVENTS));
    arrived
}

fn take(events: &Mutex<Vec<Event>>) -> Vec<Event> {
    std::mem::take(&mut *events.lock().unwrap_or_else(PoisonError::into_inner))
}

fn tell(arrived: &mut [Arrived], events: Vec<Event>) {
    let mut articles = arrived.iter_mut();
    let mut last = None;
    for event in events {
        match event {
            Event::Decided(at, joins) => {
                let article = articles.next().unwrap();
                article.joins = joins;
                last = Some((at, article));
            }
            Event::Placed {
                from,
                took,
                candidates,
                joins,
            } => {
                let (at, article): (Stamp, &mut Arrived) = last.take().unwrap();
                article.find = at.until(from);
                article.compare = took;
                article.candidates = candidates;
                article.joins = joins;
            }
        }
    }
}

/// Batches that differ in one thing take turns.
async fn parts(store: &Store, stream: &Stream, from: u64, window: TimeDelta) -> Parts {
    let mut of_writer = [const { Vec::new() }; 5];
    let mut from_one_to_next = [const { Vec::new() }; 5];
    for batch in 0..BATCHES {
        let kinds: [(u8, Option<Place>); 5] =
            [(0, None), (0, None), (1, None), (2, None), (2, Some(place))];
        for (step, (kind, place)) in kinds.into_iter().enumerate() {
            // The second brings the first again.
            let first = from + (batch * 4 + step.saturating_sub(1) as u64) * BATCH;
            let incoming = (first..first + BATCH).map(|n| bare(stream, n, kind));
            let incoming = incoming.collect();
            take(&EVENTS);
            let start = writers_time().await;
            store.import(incoming, window, place, decide).await.unwrap();
            of_writer[step].push((writers_time().await - start) / BATCH as f64);
            from_one_to_next[step].extend(gaps(&take(&EVENTS)));
        }
    }
    let [bare, again, keys, ..] = of_writer.map(median);
    // What has come before is not decided on.
    let [_, _, without, with, placed] = from_one_to_next;
    let with = median(with);
    Parts {
        look_up: again + keys - bare,
        keep: with - median(without),
        find_nothing: median(placed) - with,
    }
}

fn gaps(events: &[Event]) -> Vec<f64> {
    let decided: Vec<Stamp> = events
        .iter()
        .filter_map(|event| match event {
            Event::Decided(at, _) => Some(*at),
            Event::Placed { .. } => None,
        })
        .collect();
    let pairs = decided.windows(2);
    pairs.filter_map(|pair| pair[0].until(pair[1])).collect()
}

/// An article without a text; with keys of address and text from kind 1 on, with a sketch in kind 2.
fn bare(stream: &Stream, n: u64, kind: u8) -> (Article, Incoming) {
    let mut article = stream.article(n);
    (article.title, article.text) = (String::new(), String::new());
    let mut incoming = dedupe::restore(&article);
    let mut rng = Rng::with_seed(n ^ 0xbabe);
    incoming.url_key = (kind >= 1).then(|| rng.i64(..));
    incoming.text_digest = (kind >= 1).then(|| rng.i64(..));
    if kind == 2 {
        let mut hashes: Vec<u32> = (0..298).map(|_| rng.u32(..)).collect();
        hashes.sort_unstable();
        hashes.truncate(Sketch::SIZE);
        incoming.sketch = Sketch::new(hashes);
    }
    (article, incoming)
}

fn row(size: u64, figures: Figures) -> String {
    let Figures {
        arrivals,
        parts,
        bytes,
    } = figures;
    let find = |a: &Arrived| match a.candidates {
        0 if a.joins => Some(0.0),
        0 => Some(parts.find_nothing),
        _ => a.find,
    };
    let mut all: Vec<f64> = arrivals
        .iter()
        .filter_map(|a| Some(a.normalise? + parts.look_up + find(a)? + a.compare? + parts.keep))
        .collect();
    all.sort_by(f64::total_cmp);
    let normalise = mean(arrivals.iter().filter_map(|a| a.normalise));
    let found = mean(arrivals.iter().filter_map(find));
    let compare = mean(arrivals.iter().filter_map(|a| a.compare));
    let joined = |of: fn(Kind) -> bool| {
        let of_kind = arrivals.iter().filter(|a| of(a.kind));
        let joined = of_kind.clone().filter(|a| a.joins).count();
        (joined, of_kind.count())
    };
    let (near, near_made) = joined(|kind| matches!(kind, Kind::Near(_)));
    let (exact, exact_made) = joined(|kind| matches!(kind, Kind::Exact(_)));
    let (forms, forms_made) = joined(|kind| matches!(kind, Kind::Form(_)));
    let (fresh, _) = joined(|kind| kind == Kind::Fresh);
    format!(
        "| {size} | {:.0} | {normalise:.1} | {:.1} | {found:.1} | {compare:.1} | {:.1} | {:.0} | {bytes} | {:.2} | \
         {near} of {near_made} near, {exact} of {exact_made} exact | {forms} of {forms_made} forms, {fresh} fresh |",
        normalise + parts.look_up + found + compare + parts.keep,
        parts.look_up,
        parts.keep,
        all[all.len() * 99 / 100],
        mean(arrivals.iter().map(|a| a.candidates as f64)),
    )
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    sum / f64::max(count, 1.0)
}

fn median(mut times: Vec<f64>) -> f64 {
    assert!(!times.is_empty(), "too much else runs on this machine");
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
