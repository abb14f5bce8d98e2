//! Polls: what is due, claims, how a poll ends, and the log of polls.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use url::Url;

use crate::model::entry::Hints;
use crate::model::feed::{FeedId, FeedState};
use crate::model::poll::{FeedClaim, Lease, Next, PollReport, Tally, Validators};
use crate::model::relocation::{Moving, Relocation};
use crate::store::error::{Doing, Error};
use crate::store::sqlite::hints::{self, duration, rhythm};
use crate::store::sqlite::pages;
use crate::store::sqlite::time::{at, maybe, secs};
use crate::store::verbs::{Terms, Which};

/// Leases feeds for which `admit` gives a permit.
///
/// The poll of a public feed counts from here on, whatever becomes of it: should the process die,
/// the feed is due after the wait of the last time (a minute at least, a day at most), and not at
/// the next start.
pub(crate) fn claim<P>(
    connection: &Connection,
    which: &mut Which,
    terms: &Terms,
    mut admit: impl FnMut(&Url, bool, FeedState) -> Option<P>,
) -> Result<Vec<(FeedClaim, P)>, Error> {
    let candidates = match which {
        Which::Due => due(connection, terms, &mut admit),
        Which::These(feeds) => named(connection, feeds, terms, &mut admit),
    };
    let mut claimed = candidates.doing("look for feeds that are due")?;
    for (claim, _) in &mut claimed {
        if claim.lease != Lease::NONE {
            suspect(connection, claim).doing("free an old claim")?;
        }
        claim.lease = Lease(fastrand::i64(1..));
        connection
            .prepare_cached(
                "update feed set lease_token = ?2, lease_owner = ?3, lease_until = ?4,
                 next_poll_at = case when local or next_poll_at is null then next_poll_at
                     else max(next_poll_at, ?5 + min(max(coalesce(next_poll_at - last_poll_at, 0), 60), 86400)) end
                 where id = ?1",
            )
            .and_then(|mut s| {
                s.execute(params![
                    claim.feed.0,
                    claim.lease.0,
                    terms.owner,
                    secs(terms.lease_until),
                    secs(terms.now)
                ])
            })
            .doing("claim a feed")?;
    }
    Ok(claimed)
}

const CLAIM_COLUMNS: &str =
    "id, slug, url, local, etag, last_modified, body_digest, failures, interval_secs, state,
     hints, read_at, newest_at, gap_secs, half_secs, last_poll_at, lease_token,
     moved_to, moving_to, moving_since, moving_answers, suspect, reading, poison";

fn due<P>(
    connection: &Connection,
    terms: &Terms,
    admit: &mut impl FnMut(&Url, bool, FeedState) -> Option<P>,
) -> rusqlite::Result<Vec<(FeedClaim, P)>> {
    let mut statement = connection.prepare_cached(&format!(
        "select {CLAIM_COLUMNS} from feed
         where standing = 'enabled' and next_poll_at <= ?1 and (lease_until is null or lease_until <= ?1)
         order by next_poll_at"
    ))?;
    let mut rows = statement.query([secs(terms.now)])?;
    let mut claimed = Vec::new();
    while claimed.len() < terms.limit
        && let Some(row) = rows.next()?
    {
        claimed.extend(admitted(row, admit)?);
    }
    Ok(claimed)
}

/// Takes from `feeds` those that were claimed and those that may not be polled now.
fn named<P>(
    connection: &Connection,
    feeds: &mut Vec<FeedId>,
    terms: &Terms,
    admit: &mut impl FnMut(&Url, bool, FeedState) -> Option<P>,
) -> rusqlite::Result<Vec<(FeedClaim, P)>> {
    let mut statement = connection.prepare_cached(&format!(
        "select {CLAIM_COLUMNS} from feed where id = ?1 and standing = 'enabled' and merged_into is null
         and (lease_until is null or lease_until <= ?2) and (silence_until is null or silence_until <= ?2)"
    ))?;
    let mut claimed = Vec::new();
    let mut waiting = Vec::new();
    let mut rest = std::mem::take(feeds).into_iter();
    for feed in rest.by_ref() {
        let mut rows = statement.query(params![feed.0, secs(terms.now)])?;
        if let Some(row) = rows.next()? {
            match admitted(row, admit)? {
                Some(claim) => claimed.push(claim),
                None => waiting.push(feed),
            }
        }
        if claimed.len() == terms.limit {
            break;
        }
    }
    waiting.extend(rest);
    *feeds = waiting;
    Ok(claimed)
}

fn admitted<P>(
    row: &Row<'_>,
    admit: &mut impl FnMut(&Url, bool, FeedState) -> Option<P>,
) -> rusqlite::Result<Option<(FeedClaim, P)>> {
    // Only URLs were written there.
    let Some(configured) = url(row, "url")? else {
        return Ok(None);
    };
    let (url, moved_from) = match url(row, "moved_to")? {
        Some(moved_to) => (moved_to, Some(configured)),
        None => (configured, None),
    };
    let state = FeedState::from_word(&row.get::<_, String>("state")?);
    let Some(permit) = admit(&url, row.get("local")?, state) else {
        return Ok(None);
    };
    let claim = FeedClaim {
        feed: FeedId(row.get("id")?),
        slug: row.get("slug")?,
        url,
        moved_from,
        moving: moving(row)?,
        local: row.get("local")?,
        lease: row
            .get::<_, Option<i64>>("lease_token")?
            .map_or(Lease::NONE, Lease),
        validators: Validators {
            etag: row.get("etag")?,
            last_modified: row.get("last_modified")?,
        },
        body_digest: row.get("body_digest")?,
        failures: row.get("failures")?,
        interval: duration(row, "interval_secs")?,
        rhythm: rhythm(row)?,
        hints: row
            .get::<_, Option<String>>("hints")?
            .map_or_else(Hints::default, |text| hints::read(&text)),
        last_poll: maybe(row, "last_poll_at")?,
        state,
        poison: row.get("poison")?,
        is_suspect: row.get("suspect")?,
    };
    Ok(Some((claim, permit)))
}

fn url(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Url>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| Url::parse(&text).ok()))
}

fn moving(row: &Row<'_>) -> rusqlite::Result<Option<Moving>> {
    let (to, since) = (url(row, "moving_to")?, maybe(row, "moving_since")?);
    let answers = row.get("moving_answers")?;
    Ok(to
        .zip(since)
        .map(|(to, since)| Moving { to, since, answers }))
}

/// Notes that the process that had this feed before is no more, and perhaps died of it.
fn suspect(connection: &Connection, claim: &mut FeedClaim) -> rusqlite::Result<()> {
    connection
        .prepare_cached(&format!("update feed set {DIED} where id = ?1"))?
        .execute([claim.feed.0])?;
    claim.poison = connection
        .prepare_cached("select poison from feed where id = ?1")?
        .query_row([claim.feed.0], |row| row.get(0))?;
    claim.is_suspect = true;
    Ok(())
}

/// What becomes of a feed whose process died: the document that was marked then is the cause.
const DIED: &str = "suspect = 1, poison = coalesce(reading, poison), reading = null,
                    lease_token = null, lease_until = null";

/// Marks the document of a suspect that is about to be read: should the process die, it is known
/// what of.
pub(crate) fn mark_reading(
    connection: &Connection,
    claim: &FeedClaim,
    document: &[u8],
) -> Result<(), Error> {
    connection
        .prepare_cached("update feed set reading = ?3 where id = ?1 and lease_token = ?2")
        .and_then(|mut s| s.execute(params![claim.feed.0, claim.lease.0, document]))
        .map(|_| ())
        .doing("mark a document")
}

/// Frees what a daemon that is no more had claimed, and notes the leases' new owner. What was under
/// way when it ended is suspect of having ended it.
pub(crate) fn take_over(connection: &Connection, owner: i64) -> Result<(), Error> {
    connection
        .execute_batch(&format!(
            "update feed set {DIED} where lease_token is not null
                 and lease_owner = (select cast(value as integer) from meta where key = 'daemon');
             update page set {} where lease_token is not null
                 and lease_owner = (select cast(value as integer) from meta where key = 'daemon');
             update meta set value = '{owner}' where key = 'daemon';",
            pages::DIED
        ))
        .doing("free the claims of the last daemon")
}

/// Writes what the poll did to the feed, ends the claim, and logs the poll. Refuses a claim that was
/// lost, and so undoes with it what its transaction has written before.
pub(crate) fn finish(
    connection: &Connection,
    claim: &FeedClaim,
    report: &PollReport,
    tally: Tally,
    decision: &Ended<'_>,
) -> Result<(), Error> {
    let Ended {
        next,
        state,
        relocation,
    } = decision;
    let sql = "update feed set state_since = case when state = ?2 then coalesce(state_since, ?4) else ?4 end,
               state = ?2, failures = ?3, last_poll_at = ?4, last_status = ?5, last_error = ?6,
               next_poll_at = ?7, next_why = ?8, interval_secs = ?9, silence_until = ?10,
               read_at = ?12, newest_at = ?13, gap_secs = ?14, half_secs = ?15, turnovers = turnovers + ?16, last_answer = ?17,
               suspect = suspect and not ?18, reading = null, lease_token = null, lease_until = null where id = ?1 and lease_token = ?11";
    let rhythm = next.rhythm;
    let ended = connection
        .prepare_cached(sql)
        .and_then(|mut s| {
            s.execute(params![
                claim.feed.0,
                state.as_str(),
                report.failures,
                secs(report.at),
                report.status,
                report.error,
                next.at.map(secs),
                next.why,
                next.interval.map(|interval| interval.as_secs()),
                next.silence_until.map(secs),
                claim.lease.0,
                rhythm.map(|rhythm| secs(rhythm.read_at)),
                rhythm.map(|rhythm| secs(rhythm.newest)),
                rhythm
                    .and_then(|rhythm| rhythm.gap)
                    .map(|gap| gap.as_secs()),
                rhythm
                    .and_then(|rhythm| rhythm.half)
                    .map(|half| half.as_secs()),
                next.is_turnover,
                report.answer,
                was_read(report),
            ])
        })
        .doing("end a poll")?;
    if ended == 0 {
        return Err(Error::LeaseLost);
    }
    keep_answer(connection, claim, report).doing("keep a feed's validators")?;
    relocate(connection, claim.feed, relocation).doing("note where a feed is")?;
    log(connection, claim, report, tally, next).doing("log a poll")
}

/// What was decided of a feed when its poll ended.
pub(crate) struct Ended<'a> {
    pub(crate) next: &'a Next,
    pub(crate) state: FeedState,
    pub(crate) relocation: &'a Relocation,
}

/// The process has outlived the document, or need not read it again: nothing is suspect in it.
fn was_read(report: &PollReport) -> bool {
    matches!(report.status, Some(200..=299 | 304))
}

/// Writes what becomes of the feed's address. One that is asked by another feed already is not
/// asked twice.
fn relocate(
    connection: &Connection,
    feed: FeedId,
    relocation: &Relocation,
) -> rusqlite::Result<()> {
    let nowhere = "moving_to = null, moving_since = null, moving_answers = 0";
    match relocation {
        Relocation::None => {}
        Relocation::Withdrawn => {
            connection
                .prepare_cached(&format!("update feed set {nowhere} where id = ?1"))?
                .execute([feed.0])?;
        }
        Relocation::Announced(Moving { to, since, answers }) => {
            connection
                .prepare_cached("update feed set moving_to = ?2, moving_since = ?3, moving_answers = ?4 where id = ?1")?
                .execute(params![feed.0, to.as_str(), secs(*since), answers])?;
        }
        Relocation::Returned => {
            connection
                .prepare_cached(&format!(
                    "update feed set moved_to = null, etag = null, last_modified = null, {nowhere} where id = ?1"
                ))?
                .execute([feed.0])?;
        }
        Relocation::Moved(to) => {
            connection
                .prepare_cached(&format!(
                    "update feed set moved_to = ?2, {nowhere} where id = ?1"
                ))?
                .execute(params![feed.0, to.as_str()])?;
            connection
                .prepare_cached(
                    "update feed set merged_into = other.slug, next_poll_at = null,
                         next_why = 'moved to the address of ' || other.slug || ', which is polled'
                     from (select id, slug from feed where standing = 'enabled' and merged_into is null
                           and coalesce(moved_to, url) = ?2 and id <> ?1 order by id limit 1) as other
                     where feed.id = ?1",
                )?
                .execute(params![feed.0, to.as_str()])?;
        }
    }
    Ok(())
}

/// Validators and digest belong to the body that was read: they are written in its transaction.
fn keep_answer(
    connection: &Connection,
    claim: &FeedClaim,
    report: &PollReport,
) -> rusqlite::Result<()> {
    if let Some(validators) = &report.validators
        && *validators != claim.validators
    {
        connection
            .prepare_cached("update feed set etag = ?2, last_modified = ?3 where id = ?1")?
            .execute(params![
                claim.feed.0,
                validators.etag,
                validators.last_modified
            ])?;
    }
    if let Some(digest) = &report.body_digest {
        connection
            .prepare_cached("update feed set body_digest = ?2, poison = null where id = ?1")?
            .execute(params![claim.feed.0, digest])?;
    }
    if let Some(poison) = &report.poison {
        connection
            .prepare_cached("update feed set poison = ?2 where id = ?1")?
            .execute(params![claim.feed.0, poison])?;
    }
    if let Some(hints) = &report.hints
        && *hints != claim.hints
    {
        connection
            .prepare_cached("update feed set hints = ?2 where id = ?1")?
            .execute(params![claim.feed.0, hints::write(hints)])?;
    }
    if let Some(channel) = &report.channel {
        connection
            .prepare_cached(
                "update feed set own_title = ?2, site = ?3, own_language = ?4 where id = ?1",
            )?
            .execute(params![
                claim.feed.0,
                channel.title,
                channel.site,
                channel.language
            ])?;
    }
    Ok(())
}

fn log(
    connection: &Connection,
    claim: &FeedClaim,
    report: &PollReport,
    tally: Tally,
    next: &Next,
) -> rusqlite::Result<()> {
    let sql = "insert into poll (feed_id, at, status, bytes, elapsed_ms, new, changed, sent_validators, next_why, error)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    connection.prepare_cached(sql)?.execute(params![
        claim.feed.0,
        secs(report.at),
        report.status,
        report.bytes,
        i64::try_from(report.elapsed.as_millis()).unwrap_or(i64::MAX),
        tally.new,
        tally.changed,
        report.sent_validators,
        next.why,
        report.error,
    ])?;
    Ok(())
}

/// How many new entries a feed has brought within a day.
pub(crate) fn new_today(
    connection: &Connection,
    feed: FeedId,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    connection
        .prepare_cached(
            "select coalesce(sum(new), 0) from poll where feed_id = ?1 and at > ?2 - 86400",
        )
        .and_then(|mut s| s.query_row(params![feed.0, secs(now)], |row| row.get(0)))
        .doing("count new entries")
}

/// Cuts the log of polls.
pub(crate) fn forget_polls(connection: &Connection, before: DateTime<Utc>) -> Result<usize, Error> {
    // Polls are numbered in the order of time: everything before the first one to keep goes.
    let sql = "delete from poll where id < coalesce(
                   (select id from poll where at >= ?1 order by id limit 1),
                   (select max(id) + 1 from poll))";
    connection
        .execute(sql, [secs(before)])
        .doing("cut the log of polls")
}

/// When the next feed is due that nobody has claimed.
pub(crate) fn next_due(
    connection: &Connection,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    let sql = "select min(next_poll_at) from feed
               where standing = 'enabled' and (lease_until is null or lease_until <= ?1)";
    let due: Option<i64> = connection
        .prepare_cached(sql)
        .and_then(|mut s| s.query_row([secs(now)], |row| row.get(0)))
        .doing("look for the next poll")?;
    due.map(at).transpose().doing("look for the next poll")
}
