//! An archive of so many articles, filled from behind the store's back.
//!
//! What decides the cost of an arrival is there as the store would have left it: the rows of all
//! entries with the indexes of identities, addresses and texts; texts, sketches and stories of those
//! inside the window. Left out is what de-duplication never reads: older texts, and the full-text
//! index.

use std::path::Path;

use ::url::Url;
use chrono::TimeDelta;
use fastrand::Rng;
use rawi::dedupe;
use rawi::model::Body;
use rawi::text::{digest, url};
use rusqlite::{Connection, params};

use crate::articles::{FEEDS, Kind, Stream, address, feed};

/// Appends articles `0..count` to a new archive.
pub(crate) fn fill(path: &Path, stream: &Stream, count: u64, window: TimeDelta) {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch("pragma synchronous = off; pragma cache_size = -1000000; begin")
        .unwrap();
    for feed in 0..FEEDS {
        let sql = "insert into feed (slug, url, local, own_title, categories, cadence, standing, next_why)
                   values (?1, '', 0, ?2, '[]', '', 'removed', 'imported')";
        let names = [format!("feed-{feed}"), format!("Outlet {feed}")];
        connection.execute(sql, names).unwrap();
    }
    let since = stream.time(count) - window;
    for n in 0..count {
        if stream.time(n) >= since {
            add_young(&connection, stream, n);
        } else {
            let mut rng = Rng::with_seed(n);
            let title = format!("عنوان المقال رقم {n} كما نشر في موقع الصحيفة يومها");
            let keys = (Some(rng.i64(..)), Some(rng.i64(..)));
            add(&connection, stream, n, &title, keys, None);
        }
    }
    connection
        .execute_batch("commit; pragma wal_checkpoint(truncate)")
        .unwrap();
}

fn add_young(connection: &Connection, stream: &Stream, n: u64) {
    let (title, text) = stream.said(n);
    let sketch = dedupe::sketch(&title, &text);
    let body = Body {
        words: 300,
        text,
        ..Body::default()
    };
    let keys = (url_key(&address(n)), dedupe::text_digest(&body));
    let story = match Stream::kind(n) {
        Kind::Exact(of) | Kind::Near(of) => Some(of + 1),
        Kind::Fresh | Kind::Form(_) => None,
    };
    add(connection, stream, n, &title, keys, story);
    connection
        .prepare_cached("insert into body (entry_id, text) values (?1, ?2)")
        .unwrap()
        .execute(params![n + 1, body.text])
        .unwrap();
    connection
        .prepare_cached(
            "insert into sketch (entry_id, seen_at, text_digest, hashes) values (?1, ?2, ?3, ?4)",
        )
        .unwrap()
        .execute(params![
            n + 1,
            stream.time(n).timestamp(),
            keys.1,
            sketch.to_bytes()
        ])
        .unwrap();
}

fn add(
    connection: &Connection,
    stream: &Stream,
    n: u64,
    title: &str,
    keys: (Option<i64>, Option<i64>),
    story: Option<u64>,
) {
    let sql = "insert into entry (id, feed_id, key, story, sort_at, visible_at, published, first_seen, revised_at,
                   content_digest, url_key, text_digest, words, guid, url, title, author, categories, enclosures, extraction)
               values (?1, ?2, ?3, ?4, ?5, ?5, ?5, ?5, ?5, ?6, ?7, ?8, 300, ?9, ?10, ?11, '[]', '[]', '[]', 'import')";
    let guid = format!("urn:bench:{n}");
    connection
        .prepare_cached(sql)
        .unwrap()
        .execute(params![
            n + 1,
            feed(n) + 1,
            digest::parts(["guid", &guid]),
            story,
            stream.time(n).timestamp(),
            Rng::with_seed(n).i64(..),
            keys.0,
            keys.1,
            guid,
            address(n),
            title,
        ])
        .unwrap();
}

/// The key of an address.
pub(crate) fn url_key(address: &str) -> Option<i64> {
    let key = url::dedupe_key(&Url::parse(address).unwrap())?;
    Some(digest::parts([&*key]))
}

/// Bytes of the file that a table or an index takes.
pub(crate) fn bytes_of(path: &Path, name: &str) -> u64 {
    let connection = Connection::open(path).unwrap();
    let sql = "select sum(pgsize) from dbstat where name = ?1 and aggregate = 1";
    connection
        .query_row(sql, [name], |row| row.get::<_, Option<u64>>(0))
        .unwrap()
        .unwrap_or(0)
}
