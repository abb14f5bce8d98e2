//! Which entries are one story, and who leads it.
//!
//! An entry joins a story when it comes, or when its page does, as long as the merged feed has not
//! shown it; what subscribers have seen stays as they saw it. A person's word (`by_hand`) stands for
//! ever.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::entry::EntryId;
use crate::model::feed::FeedId;
use crate::model::sketch::Sketch;
use crate::model::story::{Alike, Arrival, JoinReason, Placement};
use crate::store::error::{Doing, Error};
use crate::store::sqlite::sketches::{self, Sketches};
use crate::store::sqlite::time::secs;
use crate::store::verbs::Matching;

/// A membership as it stands in the row of an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Membership {
    /// The story; none: the entry leads its own.
    pub(crate) story: Option<EntryId>,
    pub(crate) why: Option<JoinReason>,
    pub(crate) to: Option<EntryId>,
    pub(crate) score: Option<f64>,
    /// Of a lead: the story that opened the coverage of its event.
    pub(crate) event: Option<EntryId>,
}

impl Membership {
    /// By an exact key.
    pub(crate) fn exact(story: EntryId, why: JoinReason) -> Self {
        Self {
            story: Some(story),
            why: Some(why),
            ..Self::default()
        }
    }

    fn by_likeness(placement: Placement) -> Self {
        match placement.joins {
            Some(join) => Self {
                story: Some(join.story),
                why: Some(JoinReason::Near),
                to: Some(join.to),
                score: Some(join.score),
                event: None,
            },
            None => Self {
                event: placement.event,
                ..Self::default()
            },
        }
    }
}

/// Finds the place of an article among those first seen within the window.
pub(crate) fn place(
    connection: &Connection,
    sketches: &mut Sketches,
    matching: &Matching,
    arrival: &Arriving<'_>,
) -> rusqlite::Result<Membership> {
    let Some(place) = matching.place else {
        return Ok(Membership::default());
    };
    let candidates = sketches.candidates(connection, arrival.sketch, secs(matching.since))?;
    let mut alikes = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        if arrival.entry != Some(EntryId(candidate)) {
            alikes.extend(alike(connection, arrival.feed, candidate)?);
        }
    }
    if alikes.is_empty() {
        return Ok(Membership::default());
    }
    let mut placement = place(&arrival.said, &alikes);
    if let Some(story) = placement.event {
        placement.event = Some(event_of(connection, story)?);
    }
    Ok(Membership::by_likeness(placement))
}

/// An article that is looking for its story.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arriving<'a> {
    /// Its number, if it has one yet.
    pub(crate) entry: Option<EntryId>,
    pub(crate) feed: FeedId,
    pub(crate) sketch: &'a Sketch,
    pub(crate) said: Arrival<'a>,
}

fn alike(connection: &Connection, feed: FeedId, candidate: i64) -> rusqlite::Result<Option<Alike>> {
    let sql = "select coalesce(entry.story, entry.id), entry.feed_id, entry.title, body.text,
                   1 + (select count(*) from entry as member where member.story = coalesce(entry.story, entry.id))
               from entry join body on body.entry_id = entry.id where entry.id = ?1";
    connection
        .prepare_cached(sql)?
        .query_row([candidate], |row| {
            Ok(Alike {
                entry: EntryId(candidate),
                story: EntryId(row.get(0)?),
                same_feed: row.get::<_, i64>(1)? == feed.0,
                title: row.get(2)?,
                text: row.get(3)?,
                story_size: row.get(4)?,
            })
        })
        .optional()
}

fn event_of(connection: &Connection, story: EntryId) -> rusqlite::Result<EntryId> {
    connection
        .prepare_cached("select coalesce(event, id) from entry where id = ?1")?
        .query_row([story.0], |row| row.get(0).map(EntryId))
}

/// Lets an entry find its place anew when its page has brought the whole text.
///
/// One that leads a story that was shown, or that others have joined, goes on leading it. One that
/// had joined by the feed's own text leaves that story if the whole text speaks against it.
pub(crate) fn place_again(
    connection: &Connection,
    sketches: &mut Sketches,
    matching: &Matching,
    id: EntryId,
    sketch: &Sketch,
    now: DateTime<Utc>,
) -> rusqlite::Result<()> {
    let sql = "select entry.feed_id, entry.title, body.text, entry.text_digest, entry.first_seen,
                   case when entry.by_hand then 0
                        when entry.story is null then (entry.visible_at > ?2 or entry.muted is not null)
                             and not exists (select 1 from entry as member where member.story = entry.id)
                        else entry.joined_why in ('near', 'same-text') end
               from entry join body on body.entry_id = entry.id where entry.id = ?1";
    let (feed, title, text, digest, first_seen, is_free) = connection
        .prepare_cached(sql)?
        .query_row(params![id.0, secs(now)], |row| {
            Ok((
                FeedId(row.get(0)?),
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, Option<i64>>(3)?,
                row.get(4)?,
                row.get::<_, bool>(5)?,
            ))
        })?;
    if is_free {
        let membership = match same_text(connection, digest, matching.since, Some(id))? {
            Some(story) => Membership::exact(story, JoinReason::SameText),
            None => {
                let arrival = Arriving {
                    entry: Some(id),
                    feed,
                    sketch,
                    said: Arrival {
                        title: &title,
                        text: &text,
                    },
                };
                place(connection, sketches, matching, &arrival)?
            }
        };
        write(connection, id, &membership)?;
    }
    sketches::keep(connection, id, first_seen, sketch, digest)
}

/// The story of the first entry of that text, `except` one.
pub(crate) fn same_text(
    connection: &Connection,
    digest: Option<i64>,
    since: DateTime<Utc>,
    except: Option<EntryId>,
) -> rusqlite::Result<Option<EntryId>> {
    let Some(digest) = digest else {
        return Ok(None);
    };
    let sql = "select coalesce(entry.story, entry.id) from sketch join entry on entry.id = sketch.entry_id
               where sketch.text_digest = ?1 and entry.text_digest = ?1 and sketch.seen_at >= ?2 and entry.id is not ?3
                   and coalesce(entry.story, entry.id) is not ?3
               order by entry.id limit 1";
    connection
        .prepare_cached(sql)?
        .query_row(params![digest, secs(since), except.map(|id| id.0)], |row| {
            row.get(0).map(EntryId)
        })
        .optional()
}

fn write(connection: &Connection, id: EntryId, membership: &Membership) -> rusqlite::Result<()> {
    let sql = "update entry set story = ?2, joined_why = ?3, joined_to = ?4, joined_score = ?5, event = ?6 where id = ?1";
    connection.prepare_cached(sql)?.execute(params![
        id.0,
        membership.story.map(|story| story.0),
        membership.why.map(JoinReason::as_str),
        membership.to.map(|to| to.0),
        membership.score,
        membership.event.map(|event| event.0),
    ])?;
    Ok(())
}

/// An entry whose page will not come passes the lead of its story to the first of the others that has
/// a whole text, unless the merged feed has shown it.
pub(crate) fn lead_by_whole_text(
    connection: &Connection,
    id: EntryId,
    now: DateTime<Utc>,
) -> rusqlite::Result<()> {
    let sql = "select other.id from entry as lead join entry as other on other.story = lead.id
               where lead.id = ?1 and lead.visible_at > ?2 and not lead.by_hand and lead.extraction not like 'feed: content%'
                 and other.muted is null and (other.extraction like 'page%' or other.extraction like 'feed: content%')
               order by other.id limit 1";
    let heir = connection
        .prepare_cached(sql)?
        .query_row(params![id.0, secs(now)], |row| row.get(0).map(EntryId))
        .optional()?;
    match heir {
        Some(heir) => pass_lead(connection, id, heir),
        None => Ok(()),
    }
}

/// Makes a member of a story its lead, and the lead a member that joined for the same reason.
fn pass_lead(connection: &Connection, lead: EntryId, heir: EntryId) -> rusqlite::Result<()> {
    let both = "update entry set event = (select event from entry where id = ?1) where id = ?2";
    let old =
        "update entry set story = ?2, joined_to = ?2, event = null, (joined_why, joined_score) =
                   (select joined_why, joined_score from entry where id = ?2) where id = ?1";
    let others = "update entry set story = ?2 where story = ?1 and id <> ?2";
    let coverage = "update entry set event = nullif(?2, id) where event = ?1";
    for sql in [both, old, others, coverage] {
        connection.prepare_cached(sql)?.execute([lead.0, heir.0])?;
    }
    let leads = "update entry set story = null, joined_why = null, joined_to = null, joined_score = null where id = ?1";
    connection.prepare_cached(leads)?.execute([heir.0])?;
    Ok(())
}

/// Makes the stories of two articles one, for good: that of the second joins that of the first.
/// Returns the story that both belong to now.
///
/// # Errors
/// [`Error::NoArticle`].
pub(crate) fn join(
    connection: &Connection,
    first: EntryId,
    second: EntryId,
    now: DateTime<Utc>,
) -> Result<EntryId, Error> {
    let (into, from) = (story_of(connection, first)?, story_of(connection, second)?);
    if into != from {
        let shown = "insert or replace into gone (story, at) select id, ?2 from entry where id = ?1 and visible_at <= ?2 and muted is null";
        connection
            .prepare_cached(shown)
            .and_then(|mut s| s.execute([from.0, secs(now)]))
            .doing("join two stories")?;
        let sql = "update entry set story = ?1, joined_why = 'by-hand', joined_to = ?2, joined_score = null, event = null,
                       by_hand = 1 where id = ?3 or story = ?3";
        connection
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(params![into.0, first.0, from.0]))
            .doing("join two stories")?;
        connection
            .prepare_cached("update entry set event = nullif(?1, id) where event = ?2")
            .and_then(|mut s| s.execute(params![into.0, from.0]))
            .doing("join two stories")?;
    }
    // Both stay together whatever comes.
    connection
        .prepare_cached("update entry set by_hand = 1 where id in (?1, ?2)")
        .and_then(|mut s| s.execute(params![first.0, second.0]))
        .doing("join two stories")?;
    Ok(into)
}

/// Takes an article out of its story, for good; it leads its own from now on. Returns the story
/// that it was taken out of, none if nobody else was in it.
///
/// # Errors
/// [`Error::NoArticle`].
pub(crate) fn split(connection: &Connection, id: EntryId) -> Result<Option<EntryId>, Error> {
    let story = story_of(connection, id)?;
    let work = || -> rusqlite::Result<Option<EntryId>> {
        let left = if story == id {
            next_lead(connection, id)?
        } else {
            Some(story)
        };
        if let Some(left) = left {
            if story == id {
                pass_lead(connection, id, left)?;
            }
            let alone = Membership {
                event: Some(event_of(connection, left)?),
                ..Membership::default()
            };
            write(connection, id, &alone)?;
        }
        connection
            .prepare_cached("update entry set by_hand = 1 where id = ?1")?
            .execute([id.0])?;
        connection
            .prepare_cached("delete from gone where story = ?1")?
            .execute([id.0])?;
        Ok(left)
    };
    work().doing("split a story")
}

/// Who leads a story when its lead is taken out of it.
fn next_lead(connection: &Connection, story: EntryId) -> rusqlite::Result<Option<EntryId>> {
    connection
        .prepare_cached(
            "select id from entry where story = ?1 order by muted is not null, id limit 1",
        )?
        .query_row([story.0], |row| row.get(0).map(EntryId))
        .optional()
}

fn story_of(connection: &Connection, id: EntryId) -> Result<EntryId, Error> {
    connection
        .prepare_cached("select coalesce(story, id) from entry where id = ?1")
        .and_then(|mut s| s.query_row([id.0], |row| row.get(0)).optional())
        .doing("look up an article")?
        .map(EntryId)
        .ok_or(Error::NoArticle(id.0))
}
