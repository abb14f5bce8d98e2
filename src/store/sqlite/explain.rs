//! Why an article is where it is.

use rusqlite::{Connection, OptionalExtension};

use crate::model::entry::EntryId;
use crate::store::error::{Doing, Error};
use crate::store::sqlite::merged;
use crate::store::sqlite::time::{at, maybe};
use crate::store::verbs::{Explained, Member};

/// All that bears on whether and where an article is shown.
pub(crate) fn explain(connection: &Connection, id: EntryId) -> Result<Option<Explained>, Error> {
    let Some(item) = merged::article(connection, id)? else {
        return Ok(None);
    };
    let read = || -> rusqlite::Result<Explained> {
        let story = item.article.story;
        let sql = "select entry.visible_at, entry.muted, page.due_at, page.attempts, coalesce(lead.event, lead.id) as event
                   from entry left join page on page.entry_id = entry.id join entry as lead on lead.id = ?2
                   where entry.id = ?1";
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_row((id.0, story), |row| {
            Ok(Explained {
                visible_at: at(row.get("visible_at")?)?,
                muted: row.get("muted")?,
                page_due: maybe(row, "due_at")?,
                page_attempts: row.get::<_, Option<u32>>("attempts")?.unwrap_or_default(),
                members: members(connection, story)?,
                event: of_event(connection, row.get("event")?, story)?,
                item,
            })
        })
    };
    read().optional().doing("explain an article")
}

fn members(connection: &Connection, story: i64) -> rusqlite::Result<Vec<Member>> {
    let sql = "select entry.id, entry.title, coalesce(feed.title, feed.own_title, feed.slug) as outlet, entry.first_seen,
                   entry.joined_why, entry.joined_to, entry.joined_score, entry.by_hand, entry.muted
               from entry join feed on feed.id = entry.feed_id
               where entry.id = ?1 or entry.story = ?1 order by entry.id <> ?1, entry.id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([story], |row| {
        Ok(Member {
            id: row.get("id")?,
            outlet: row.get("outlet")?,
            title: row.get("title")?,
            first_seen: at(row.get("first_seen")?)?,
            joined_why: row.get("joined_why")?,
            joined_to: row.get("joined_to")?,
            joined_score: row.get("joined_score")?,
            by_hand: row.get("by_hand")?,
            muted: row.get("muted")?,
        })
    })?;
    rows.collect()
}

/// The other stories about an event, with their titles.
fn of_event(
    connection: &Connection,
    event: i64,
    story: i64,
) -> rusqlite::Result<Vec<(i64, String)>> {
    let sql = "select id, title from entry where story is null and (event = ?1 or id = ?1) and id <> ?2 order by id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([event, story], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}
