//! Polls: what is due, claims, how a poll ends, and the log of polls.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use url::Url;

use crate::model::entry::Hints;
use crate::model::feed::{FeedId, FeedState};
use crate::model::poll::{FeedClaim, Lease, Next, PollReport, Tally, Validators};
use crate::store::error::{Doing, Error};
use crate::store::sqlite::hints::{self, duration, rhythm};
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
    mut admit: impl FnMut(&Url, bool) -> Option<P>,
) -> Result<Vec<(FeedClaim, P)>, Error> {
    let candidates = match which {
        Which::Due => due(connection, terms, &mut admit),
        Which::These(feeds) => named(connection, feeds, terms, &mut admit),
    };
    let mut claimed = candidates.doing("look for feeds that are due")?;
    for (claim, _) in &mut claimed {
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
     hints, read_at, newest_at, gap_secs, half_secs, last_poll_at";

fn due<P>(
    connection: &Connection,
    terms: &Terms,
    admit: &mut impl FnMut(&Url, bool) -> Option<P>,
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
    admit: &mut impl FnMut(&Url, bool) -> Option<P>,
) -> rusqlite::Result<Vec<(FeedClaim, P)>> {
    let mut statement = connection.prepare_cached(&format!(
        "select {CLAIM_COLUMNS} from feed where id = ?1 and standing = 'enabled'
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
    admit: &mut impl FnMut(&Url, bool) -> Option<P>,
) -> rusqlite::Result<Option<(FeedClaim, P)>> {
    let url: String = row.get("url")?;
    // Only what `sync` wrote stands there, and it writes URLs.
    let Ok(url) = Url::parse(&url) else {
        return Ok(None);
    };
    let Some(permit) = admit(&url, row.get("local")?) else {
        return Ok(None);
    };
    let claim = FeedClaim {
        feed: FeedId(row.get("id")?),
        slug: row.get("slug")?,
        url,
        local: row.get("local")?,
        lease: Lease(0),
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
        state: FeedState::from_word(&row.get::<_, String>("state")?),
    };
    Ok(Some((claim, permit)))
}

/// Frees what a daemon that is no more had claimed, and notes the leases' new owner.
pub(crate) fn take_over(connection: &Connection, owner: i64) -> Result<(), Error> {
    connection
        .execute_batch(&format!(
            "update feed set lease_token = null, lease_until = null
                 where lease_owner = (select cast(value as integer) from meta where key = 'daemon');
             update page set lease_token = null, lease_until = null
                 where lease_owner = (select cast(value as integer) from meta where key = 'daemon');
             update meta set value = '{owner}' where key = 'daemon';"
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
    next: &Next,
) -> Result<(), Error> {
    let sql = "update feed set state = ?2, failures = ?3, last_poll_at = ?4, last_status = ?5, last_error = ?6,
               next_poll_at = ?7, next_why = ?8, interval_secs = ?9, silence_until = ?10,
               read_at = ?12, newest_at = ?13, gap_secs = ?14, half_secs = ?15, turnovers = turnovers + ?16,
               lease_token = null, lease_until = null where id = ?1 and lease_token = ?11";
    let rhythm = next.rhythm;
    let ended = connection
        .prepare_cached(sql)
        .and_then(|mut s| {
            s.execute(params![
                claim.feed.0,
                report.state.as_str(),
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
            ])
        })
        .doing("end a poll")?;
    if ended == 0 {
        return Err(Error::LeaseLost);
    }
    keep_answer(connection, claim, report).doing("keep a feed's validators")?;
    log(connection, claim, report, tally, next).doing("log a poll")
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
            .prepare_cached("update feed set body_digest = ?2 where id = ?1")?
            .execute(params![claim.feed.0, digest])?;
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
