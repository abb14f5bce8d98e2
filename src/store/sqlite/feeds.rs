//! Feeds: the configuration's list, and what readers see of each.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use crate::model::feed::{FeedId, FeedSpec};
use crate::model::poll::Next;
use crate::store::error::{Doing, Error};
use crate::store::sqlite::meta;
use crate::store::sqlite::time::{maybe, secs};
use crate::store::verbs::{FeedRow, Rescheduled};
use crate::text::pattern::Filter;

/// Makes the archive's list that of the configuration: new feeds are due at once, a feed that is
/// no longer named keeps its articles. Returns the feeds whose schedule was changed.
pub(crate) fn sync(
    connection: &Connection,
    specs: &[FeedSpec],
    now: DateTime<Utc>,
) -> Result<Vec<Rescheduled>, Error> {
    let mut known = stored_specs(connection).doing("read its feeds")?;
    let mut rescheduled = Vec::new();
    for spec in specs {
        match known.remove(&spec.slug) {
            None => insert(connection, spec, now).doing("add a feed")?,
            Some(stored) => {
                if let Some(changed) =
                    update(connection, &stored, spec, now).doing("update a feed")?
                {
                    rescheduled.push(changed);
                }
            }
        }
    }
    for gone in known
        .into_values()
        .filter(|stored| stored.standing != "removed")
    {
        connection
            .prepare_cached("update feed set standing = 'removed', lease_token = null, lease_until = null where id = ?1")
            .and_then(|mut statement| statement.execute([gone.id]))
            .doing("take a feed out")?;
    }
    wake(connection, now).doing("wake a feed")?;
    Ok(rescheduled)
}

/// A feed that is not polled because another one is asked at its address begins again when that one
/// has gone.
fn wake(connection: &Connection, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let sql = "update feed set merged_into = null, next_poll_at = ?1, next_why = merged_into || ' is polled no longer'
               where merged_into is not null and not exists (
                   select 1 from feed as other where other.slug = feed.merged_into and other.standing = 'enabled'
                   and coalesce(other.moved_to, other.url) = feed.moved_to)";
    connection.prepare_cached(sql)?.execute([secs(now)])?;
    Ok(())
}

/// What the archive keeps of the configuration, to tell what was changed.
struct StoredSpec {
    id: i64,
    url: String,
    moved_to: Option<String>,
    local: bool,
    title: Option<String>,
    categories: String,
    language: Option<String>,
    cadence: String,
    filters: Option<String>,
    standing: String,
    last_poll_at: Option<DateTime<Utc>>,
}

fn stored_specs(connection: &Connection) -> rusqlite::Result<HashMap<String, StoredSpec>> {
    let mut statement = connection.prepare(
        "select id, slug, url, moved_to, local, title, categories, language, cadence, filters, standing, last_poll_at
         from feed",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get("slug")?,
            StoredSpec {
                id: row.get("id")?,
                url: row.get("url")?,
                moved_to: row.get("moved_to")?,
                local: row.get("local")?,
                title: row.get("title")?,
                categories: row.get("categories")?,
                language: row.get("language")?,
                cadence: row.get("cadence")?,
                filters: row.get("filters")?,
                standing: row.get("standing")?,
                last_poll_at: maybe(row, "last_poll_at")?,
            },
        ))
    })?;
    rows.collect()
}

fn standing(spec: &FeedSpec) -> &'static str {
    if spec.enabled { "enabled" } else { "disabled" }
}

fn insert(connection: &Connection, spec: &FeedSpec, now: DateTime<Utc>) -> rusqlite::Result<()> {
    let sql = "insert into feed (slug, url, local, title, categories, language, cadence, standing, next_poll_at, next_why, filters)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'new feed', ?10)";
    connection.prepare_cached(sql)?.execute(params![
        spec.slug,
        spec.url.as_str(),
        spec.local,
        spec.title,
        json_list(&spec.categories),
        spec.language,
        spec.cadence,
        standing(spec),
        secs(now),
        filters(&spec.filter),
    ])?;
    Ok(())
}

/// The patterns as they are written; none where there are none.
fn filters(filter: &Filter) -> Option<String> {
    let [keep, mute] = [filter.keep().collect::<Vec<_>>(), filter.mute().collect()];
    (!filter.is_empty()).then(|| serde_json::json!({ "keep": keep, "mute": mute }).to_string())
}

/// Derives anew which entries of a feed merged feeds show. Returns whether that changed.
fn filter_again(connection: &Connection, feed: i64, filter: &Filter) -> rusqlite::Result<bool> {
    let sql = "select entry.id, entry.title, body.text, entry.muted
               from entry join body on body.entry_id = entry.id where entry.feed_id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([feed])?;
    let mut is_other = false;
    while let Some(row) = rows.next()? {
        let text = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
        let muted = filter.verdict(text(1)?, text(2)?).reason();
        if muted != row.get::<_, Option<String>>(3)? {
            is_other = true;
            connection
                .prepare_cached("update entry set muted = ?2 where id = ?1")?
                .execute(params![row.get::<_, i64>(0)?, muted])?;
        }
    }
    Ok(is_other)
}

fn update(
    connection: &Connection,
    stored: &StoredSpec,
    spec: &FeedSpec,
    now: DateTime<Utc>,
) -> rusqlite::Result<Option<Rescheduled>> {
    let categories = json_list(&spec.categories);
    let same_url = stored.url == spec.url.as_str();
    let same_cadence = stored.cadence == spec.cadence;
    let same = same_url
        && same_cadence
        && stored.local == spec.local
        && stored.title == spec.title
        && stored.categories == categories
        && stored.language == spec.language
        && stored.filters == filters(&spec.filter)
        && stored.standing == standing(spec);
    if same {
        return Ok(None);
    }
    let sql = "update feed set url = ?2, local = ?3, title = ?4, categories = ?5, language = ?6, cadence = ?7, standing = ?8, filters = ?9
               where id = ?1";
    connection.prepare_cached(sql)?.execute(params![
        stored.id,
        spec.url.as_str(),
        spec.local,
        spec.title,
        categories,
        spec.language,
        spec.cadence,
        standing(spec),
        filters(&spec.filter),
    ])?;
    if stored.filters != filters(&spec.filter) && filter_again(connection, stored.id, &spec.filter)?
    {
        meta::count_change(connection)?;
    }
    if stored.moved_to.as_deref() == Some(spec.url.as_str()) {
        // The configuration follows the move: all that is known is known of this address.
        let sql = "update feed set moved_to = null, merged_into = null, next_poll_at = coalesce(next_poll_at, ?2),
                   state = case state when 'moved' then 'ok' else state end where id = ?1";
        connection
            .prepare_cached(sql)?
            .execute(params![stored.id, secs(now)])?;
    } else if !same_url {
        // Another address: its validators say nothing about the new one, and neither does a
        // server's wish for silence or its farewell.
        let sql = "update feed set etag = null, last_modified = null, body_digest = null, state = 'new', failures = 0,
                   silence_until = null, interval_secs = null, hints = null, read_at = null, newest_at = null, gap_secs = null,
                   half_secs = null, moved_to = null, merged_into = null, moving_to = null, moving_since = null,
                   moving_answers = 0, poison = null, last_answer = null, next_poll_at = ?2, next_why = 'its address was changed' where id = ?1";
        connection
            .prepare_cached(sql)?
            .execute(params![stored.id, secs(now)])?;
        return Ok(None);
    }
    Ok((!same_cadence).then(|| Rescheduled {
        feed: FeedId(stored.id),
        slug: spec.slug.clone(),
        last_poll: stored.last_poll_at,
    }))
}

/// Sets the next poll of a feed whose schedule was changed.
pub(crate) fn reschedule(connection: &Connection, feed: FeedId, next: &Next) -> Result<(), Error> {
    let sql = "update feed set next_poll_at = ?2, next_why = ?3 where id = ?1 and next_poll_at is not null
               and (silence_until is null or silence_until <= ?2)";
    connection
        .prepare_cached(sql)
        .and_then(|mut s| s.execute(params![feed.0, next.at.map(secs), next.why]))
        .map(|_| ())
        .doing("reschedule a feed")
}

/// Every feed as the view `feeds` shows it, by slug.
pub(crate) fn rows(connection: &Connection, now: DateTime<Utc>) -> Result<Vec<FeedRow>, Error> {
    let sql = "select feeds.*, feed.id, feed.site, day.new as new_today
               from feeds join feed on feed.slug = feeds.slug
               left join (select feed_id, sum(new) as new from poll where at > ?1 - 86400 group by feed_id) as day
                   on day.feed_id = feed.id
               order by feeds.slug";
    let read = |row: &Row<'_>| -> rusqlite::Result<FeedRow> {
        Ok(FeedRow {
            id: FeedId(row.get("id")?),
            slug: row.get("slug")?,
            url: row.get("url")?,
            title: row.get("title")?,
            site: row.get("site")?,
            categories: from_json_list(&row.get::<_, String>("categories")?),
            language: row.get("language")?,
            state: row.get("state")?,
            last_poll: row.get("last_poll")?,
            next_poll: row.get("next_poll")?,
            next_why: row.get("next_why")?,
            last_status: row.get("last_status")?,
            last_error: row.get("last_error")?,
            entries: row.get("entries")?,
            turnovers: row.get("turnovers")?,
            state_since: row.get("state_since")?,
            last_answer: row.get("last_answer")?,
            moved_to: row.get("moved_to")?,
            redesigned: row.get("redesigned")?,
            new_today: row.get::<_, Option<u64>>("new_today")?.unwrap_or(0),
        })
    };
    let mut statement = connection.prepare_cached(sql).doing("list feeds")?;
    let rows = statement.query_map([secs(now)], read).doing("list feeds")?;
    rows.collect::<rusqlite::Result<_>>().doing("list feeds")
}

/// The feed with that slug; one that is not known becomes a feed that is polled no longer.
pub(crate) fn of_import(
    connection: &Connection,
    slug: &str,
    outlet: &str,
) -> Result<FeedId, Error> {
    let find = || -> rusqlite::Result<FeedId> {
        connection
            .prepare_cached(
                "insert into feed (slug, url, local, own_title, categories, cadence, standing, next_why)
                 values (?1, '', 0, ?2, '[]', '', 'removed', 'imported') on conflict (slug) do nothing",
            )?
            .execute([slug, outlet])?;
        connection
            .prepare_cached("select id from feed where slug = ?1")?
            .query_row([slug], |row| row.get(0).map(FeedId))
    };
    find().doing("find an article's feed")
}

/// Slug and number of every feed that is polled, in the order of the file: neighbours share pages,
/// so that polls that end together write few.
pub(crate) fn enabled(connection: &Connection) -> Result<Vec<(String, FeedId)>, Error> {
    let read = || -> rusqlite::Result<Vec<(String, FeedId)>> {
        let sql = "select slug, id from feed where standing = 'enabled' order by id";
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, FeedId(row.get(1)?))))?;
        rows.collect()
    };
    read().doing("list feeds")
}

/// How many feeds are in each state.
pub(crate) fn states(connection: &Connection) -> Result<Vec<(String, i64)>, Error> {
    let read = || -> rusqlite::Result<Vec<(String, i64)>> {
        let mut statement = connection.prepare_cached(
            "select case standing when 'enabled' then state else standing end as state, count(*) from feed group by 1 order by 1",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    };
    read().doing("count feeds")
}

/// A list as the archive keeps it.
pub(crate) fn json_list(items: &[String]) -> String {
    serde_json::to_string(items).unwrap_or_else(|_| "[]".to_owned())
}

/// The list in a column; one that is none (nobody but us writes them) is empty.
pub(crate) fn from_json_list(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}
