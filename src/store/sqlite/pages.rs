//! The queue of pages: what is due, claims, and how each ends; and what is kept of pages for the
//! sake of their hosts.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use url::Url;

use crate::model::entry::EntryId;
use crate::model::feed::FeedId;
use crate::model::poll::{Incoming, Lease, PageClaim, PagesAsked, Suspicion, Validators};
use crate::store::error::{Doing, Error};
use crate::store::sqlite::entries;
use crate::store::sqlite::feeds::json_list;
use crate::store::sqlite::fulltext;
use crate::store::sqlite::meta;
use crate::store::sqlite::sites;
use crate::store::sqlite::sketches::Sketches;
use crate::store::sqlite::stories;
use crate::store::sqlite::time::{at, secs};
use crate::store::sqlite::woven;
use crate::store::verbs::{Admission, FoundPage, PageCommit, PageEnd, Terms};
use crate::text::digest;

/// Makes the page of an entry due; one that waits already is tried anew.
///
/// A local feed's page is local where it lies at the feed's own host; elsewhere it is as public as
/// any other.
pub(crate) fn add(
    connection: &Connection,
    id: EntryId,
    incoming: &Incoming,
    local_host: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(url) = &incoming.entry.link else {
        return Ok(());
    };
    let local = local_host.is_some() && local_host == url.host_str();
    let sql = "insert into page (entry_id, url, local, due_at) values (?1, ?2, ?3, ?4)
               on conflict (entry_id) do update set url = excluded.url, due_at = excluded.due_at, attempts = 0, suspect = 0";
    connection
        .prepare_cached(sql)
        .and_then(|mut s| s.execute(params![id.0, url.as_str(), local, secs(now)]))
        .map(|_| ())
        .doing("note a page to fetch")
}

/// Leases due pages for which `admit` gives a permit, and puts off those that it wants later.
///
/// `feeds`: only pages of these; `None`: of all that are enabled.
pub(crate) fn claim<P>(
    connection: &Connection,
    feeds: Option<&[FeedId]>,
    terms: &Terms,
    admit: impl FnMut(&Url, bool) -> Admission<P>,
) -> Result<Vec<(PageClaim, P)>, Error> {
    let (mut claimed, put_off) =
        due(connection, feeds, terms, admit).doing("look for due pages")?;
    for (entry, at) in put_off {
        connection
            .prepare_cached("update page set due_at = ?2 where entry_id = ?1")
            .and_then(|mut s| s.execute(params![entry, secs(at)]))
            .doing("put a page off")?;
    }
    for (claim, _) in &mut claimed {
        if claim.lease != Lease::NONE {
            claim.suspicion = suspect(connection, claim.entry).doing("free an old claim")?;
        }
        claim.lease = Lease(fastrand::i64(1..));
        connection
            .prepare_cached("update page set lease_token = ?2, lease_owner = ?3, lease_until = ?4 where entry_id = ?1")
            .and_then(|mut s| {
                s.execute(params![claim.entry.0, claim.lease.0, terms.owner, secs(terms.lease_until)])
            })
            .doing("claim a page")?;
    }
    Ok(claimed)
}

/// What becomes of a page whose process died: the one that was marked then is the cause.
pub(super) const DIED: &str =
    "suspect = case when reading then 2 else max(suspect, 1) end, reading = 0,
                               lease_token = null, lease_until = null";

/// Notes that the process that had this page before is no more, and perhaps died of it.
fn suspect(connection: &Connection, entry: EntryId) -> rusqlite::Result<Suspicion> {
    connection
        .prepare_cached(&format!("update page set {DIED} where entry_id = ?1"))?
        .execute([entry.0])?;
    connection
        .prepare_cached("select suspect from page where entry_id = ?1")?
        .query_row([entry.0], |row| row.get(0).map(suspicion))
}

fn suspicion(stored: i64) -> Suspicion {
    match stored {
        0 => Suspicion::None,
        1 => Suspicion::Suspect,
        _ => Suspicion::Poison,
    }
}

/// Marks the page of a suspect that is about to be read: should the process die, it is known what
/// of.
pub(crate) fn mark_reading(connection: &Connection, claim: &PageClaim) -> Result<(), Error> {
    connection
        .prepare_cached("update page set reading = 1 where entry_id = ?1 and lease_token = ?2")
        .and_then(|mut s| s.execute([claim.entry.0, claim.lease.0]))
        .map(|_| ())
        .doing("mark a page")
}

/// Pages with their permits.
type Claimed<P> = Vec<(PageClaim, P)>;

/// Entries whose pages are put off, with the time.
type PutOff = Vec<(i64, DateTime<Utc>)>;

fn due<P>(
    connection: &Connection,
    feeds: Option<&[FeedId]>,
    terms: &Terms,
    mut admit: impl FnMut(&Url, bool) -> Admission<P>,
) -> rusqlite::Result<(Claimed<P>, PutOff)> {
    let mut statement = connection.prepare_cached(
        "select page.entry_id, page.url, page.local, page.attempts, page.lease_token, page.suspect, feed.id as feed_id, feed.slug
         from page join entry on entry.id = page.entry_id join feed on feed.id = entry.feed_id
         where page.due_at <= ?1 and (page.lease_until is null or page.lease_until <= ?1) and feed.standing = 'enabled'
         order by page.due_at, page.entry_id desc",
    )?;
    let mut rows = statement.query([secs(terms.now)])?;
    let (mut claimed, mut put_off) = (Vec::new(), Vec::new());
    while claimed.len() < terms.limit
        && let Some(row) = rows.next()?
    {
        let feed = FeedId(row.get("feed_id")?);
        if feeds.is_some_and(|feeds| !feeds.contains(&feed)) {
            continue;
        }
        let Ok(url) = Url::parse(&row.get::<_, String>("url")?) else {
            continue;
        };
        let entry: i64 = row.get("entry_id")?;
        let permit = match admit(&url, row.get("local")?) {
            Admission::Now(permit) => permit,
            Admission::Later => continue,
            Admission::NotBefore(at) => {
                put_off.push((entry, at));
                continue;
            }
        };
        let (title, feed_text) = anchor(connection, entry)?;
        let claim = PageClaim {
            entry: EntryId(entry),
            feed: row.get("slug")?,
            validators: validators(connection, entry, &url)?,
            url,
            local: row.get("local")?,
            lease: row
                .get::<_, Option<i64>>("lease_token")?
                .map_or(Lease::NONE, Lease),
            attempts: row.get("attempts")?,
            suspicion: suspicion(row.get("suspect")?),
            title,
            feed_text,
        };
        claimed.push((claim, permit));
    }
    Ok((claimed, put_off))
}

/// The validators of the page that the entry's text came from, if it is still at this address.
fn validators(connection: &Connection, entry: i64, url: &Url) -> rusqlite::Result<Validators> {
    let sql = "select page_validators.etag, page_validators.last_modified
               from page_validators join entry on entry.id = page_validators.entry_id
               where entry_id = ?1 and url_digest = ?2 and entry.extraction like 'page%'";
    let found = connection
        .prepare_cached(sql)?
        .query_row(params![entry, url_digest(url)], |row| {
            Ok(Validators {
                etag: row.get(0)?,
                last_modified: row.get(1)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

fn url_digest(url: &Url) -> i64 {
    digest::parts([url.as_str()])
}

fn keep_validators(
    connection: &Connection,
    claim: &PageClaim,
    validators: &Validators,
) -> rusqlite::Result<()> {
    if validators.is_empty() {
        connection
            .prepare_cached("delete from page_validators where entry_id = ?1")?
            .execute([claim.entry.0])?;
        return Ok(());
    }
    let sql = "insert or replace into page_validators (entry_id, url_digest, etag, last_modified) values (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![
        claim.entry.0,
        url_digest(&claim.url),
        validators.etag,
        validators.last_modified,
    ])?;
    Ok(())
}

/// Title and feed's own text of an entry.
fn anchor(connection: &Connection, entry: i64) -> rusqlite::Result<(String, String)> {
    connection
        .prepare_cached("select title, coalesce(summary, text) from entry join body on body.entry_id = entry.id where id = ?1")?
        .query_row([entry], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn hold(connection: &Connection, claim: &PageClaim) -> Result<(), Error> {
    let token: Option<i64> = connection
        .prepare_cached("select lease_token from page where entry_id = ?1")
        .and_then(|mut s| s.query_row([claim.entry.0], |row| row.get(0)).optional())
        .doing("look at a claim")?
        .flatten();
    if token == Some(claim.lease.0) {
        Ok(())
    } else {
        Err(Error::LeaseLost)
    }
}

/// Ends a claim: with the article, to be tried again, or for good. Returns the archive's revision.
pub(crate) fn finish(
    connection: &Connection,
    sketches: &mut Sketches,
    commit: &PageCommit,
) -> Result<u64, Error> {
    let PageCommit {
        claim, end, now, ..
    } = commit;
    hold(connection, claim)?;
    count(connection, &commit.asked).doing("count pages")?;
    if let Some(lesson) = &commit.lesson {
        sites::keep(connection, lesson, claim.entry.0, *now).doing("keep what a page taught")?;
    }
    match end {
        PageEnd::Found(page) => {
            found(connection, claim.entry, page).doing("keep an article")?;
            keep_validators(connection, claim, &page.validators).doing("keep an article")?;
            let matching = &commit.matching;
            stories::place_again(
                connection,
                sketches,
                matching,
                claim.entry,
                &page.sketch,
                *now,
            )
            .doing("join a story")?;
            remove(connection, claim)?;
        }
        PageEnd::NotModified { validators } => {
            keep_validators(connection, claim, validators).doing("keep an article")?;
            remove(connection, claim)?;
        }
        PageEnd::TryAgain { at, reason } => {
            let sql = "update page set due_at = ?2, attempts = attempts + 1, reading = 0, lease_token = null, lease_until = null where entry_id = ?1";
            connection
                .prepare_cached(sql)
                .and_then(|mut s| s.execute(params![claim.entry.0, secs(*at)]))
                .doing("put a page off")?;
            without(connection, claim.entry, reason, *now)?;
        }
        PageEnd::GivenUp { reason } => {
            without(connection, claim.entry, reason, *now)?;
            remove(connection, claim)?;
        }
    }
    show(connection, claim.entry, *now)?;
    meta::bump_revision(connection)
}

/// Adds to what hosts were asked for; earlier days are forgotten.
fn count(connection: &Connection, asked: &[PagesAsked]) -> rusqlite::Result<()> {
    for PagesAsked { host, day, pages } in asked {
        let day = day.to_string();
        connection
            .prepare_cached("delete from page_host where day < ?1")?
            .execute([&day])?;
        let sql = "insert into page_host (host, day, pages) values (?1, ?2, ?3)
                   on conflict (host, day) do update set pages = pages + excluded.pages";
        connection
            .prepare_cached(sql)?
            .execute(params![host, day, pages])?;
    }
    Ok(())
}

/// How many pages each host was asked for on a day.
pub(crate) fn asked(connection: &Connection, day: NaiveDate) -> Result<Vec<PagesAsked>, Error> {
    let rows = |statement: &mut rusqlite::CachedStatement<'_>| {
        statement
            .query_map([day.to_string()], |row| {
                let (host, pages) = (row.get(0)?, row.get(1)?);
                Ok(PagesAsked { host, day, pages })
            })?
            .collect()
    };
    connection
        .prepare_cached("select host, pages from page_host where day = ?1")
        .and_then(|mut statement| rows(&mut statement))
        .doing("count pages")
}

fn remove(connection: &Connection, claim: &PageClaim) -> Result<(), Error> {
    connection
        .prepare_cached("delete from page where entry_id = ?1")
        .and_then(|mut s| s.execute([claim.entry.0]))
        .map(|_| ())
        .doing("end a page")
}

/// The merged feed need not wait for the page any longer.
fn show(connection: &Connection, id: EntryId, now: DateTime<Utc>) -> Result<(), Error> {
    connection
        .prepare_cached("update entry set visible_at = min(visible_at, ?2) where id = ?1")
        .and_then(|mut s| s.execute(params![id.0, secs(now)]))
        .map(|_| ())
        .doing("show an entry")
}

/// Leaves the entry with the text that it has, and says why.
fn without(
    connection: &Connection,
    id: EntryId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let sql = "update entry set extraction = 'feed; page: ' || ?2 where id = ?1 and extraction not like 'page%'";
    connection
        .prepare_cached(sql)
        .and_then(|mut s| s.execute(params![id.0, reason]))
        .doing("note why a page is missing")?;
    stories::lead_by_whole_text(connection, id, now).doing("choose the lead of a story")
}

fn found(connection: &Connection, id: EntryId, page: &FoundPage) -> rusqlite::Result<()> {
    let old = entries::stored(connection, id)?;
    let sql = "update entry set words = ?2, extraction = ?3, dateline = ?4, image = coalesce(image, ?5),
                   text_digest = coalesce(?6, text_digest), author = case author when '[]' then ?7 else author end,
                   language = coalesce(language, ?8), muted = ?9
               where id = ?1";
    connection.prepare_cached(sql)?.execute(params![
        id.0,
        page.body.words,
        page.extraction,
        page.dateline,
        page.image,
        page.text_digest,
        json_list(&page.author),
        page.language,
        page.muted,
    ])?;
    // A page is fetched anew for a revision alone, which noted what the feed had changed.
    if old.extraction.starts_with("page") && old.body.text != page.body.text {
        let sql = "update entry set changed = json_insert(changed, '$[#]', 'text')
                   where id = ?1 and not exists (select 1 from json_each(changed) where value = 'text')";
        connection.prepare_cached(sql)?.execute([id.0])?;
    }
    let sql = "update body set summary = coalesce(summary, text), text = ?2, html = ?3 where entry_id = ?1";
    let html = woven::to_column(page.body.html.as_deref(), &page.body.text);
    connection
        .prepare_cached(sql)?
        .execute(params![id.0, page.body.text, html])?;
    fulltext::unindex(connection, id, &old.title, &old.body)?;
    fulltext::index(connection, id, &old.title, &page.body)
}

/// When the next page is due that nobody has claimed.
pub(crate) fn next_due(
    connection: &Connection,
    feeds: Option<&[FeedId]>,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    let sql = "select page.due_at, entry.feed_id from page join entry on entry.id = page.entry_id
               join feed on feed.id = entry.feed_id
               where (page.lease_until is null or page.lease_until <= ?1) and feed.standing = 'enabled'
               order by page.due_at";
    let mut statement = connection
        .prepare_cached(sql)
        .doing("look for the next page")?;
    let mut rows = statement
        .query([secs(now)])
        .doing("look for the next page")?;
    while let Some(row) = rows.next().doing("look for the next page")? {
        let feed = FeedId(row.get(1).doing("look for the next page")?);
        if feeds.is_none_or(|feeds| feeds.contains(&feed)) {
            let due: i64 = row.get(0).doing("look for the next page")?;
            return at(due).map(Some).doing("look for the next page");
        }
    }
    Ok(None)
}
