//! Entries: what is known of them, their insertion, their revisions, their place in the index.

use chrono::{DateTime, Duration, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::article::Article;
use crate::model::entry::{EntryId, ParsedEntry, Person};
use crate::model::feed::FeedId;
use crate::model::poll::{Body, Change, Incoming, Join, JoinTarget, Known, KnownEntry, Tally};
use crate::model::story::{Arrival, JoinReason};
use crate::store::error::{Doing, Error};
use crate::store::sqlite::feeds::{self, json_list};
use crate::store::sqlite::fulltext;
use crate::store::sqlite::pages;
use crate::store::sqlite::sketches::{self, Sketches};
use crate::store::sqlite::stories::{self, Arriving, Membership};
use crate::store::sqlite::time::secs;
use crate::store::sqlite::woven;
use crate::store::verbs::Matching;

/// How long the merged feed waits for the page of a new entry.
const PAGE_WAIT: Duration = Duration::minutes(15);
/// Superseded versions of an entry that are kept at most.
const REVISIONS_KEPT: u32 = 250;
/// An entry that says it is from the future is sorted at most this far after we first saw it.
const FUTURE: Duration = Duration::hours(1);

/// Looks up what bears on `incoming`: the same entries, and stories of the same address or text.
pub(crate) fn known(
    connection: &Connection,
    feed: FeedId,
    incoming: &[Incoming],
    texts_since: DateTime<Utc>,
) -> Result<Known, Error> {
    let mut known = Known::default();
    for entry in incoming {
        let same_key = same_key(connection, feed, entry.key).doing("look for known entries")?;
        let same_entry = match same_key {
            Some(_) => None,
            None => same_entry(connection, feed, entry).doing("look for known entries")?,
        };
        let new = same_key.is_none() && same_entry.is_none();
        known.is_forgotten.push(
            new && is_forgotten(connection, feed, entry.key).doing("look for known entries")?,
        );
        known.same_key.push(same_key);
        known.same_entry.push(same_entry);
        // An entry that is known has its story already.
        let url_key = entry.url_key.filter(|_| new);
        let text_digest = entry.text_digest.filter(|_| new);
        known
            .same_url
            .push(same_url(connection, url_key).doing("look for the same address")?);
        known.same_text.push(
            stories::same_text(connection, text_digest, texts_since, None)
                .doing("look for the same text")?,
        );
    }
    Ok(known)
}

/// Of entries by key and digest whether the archive has them as they are.
pub(crate) fn is_again(
    connection: &Connection,
    feed: FeedId,
    entries: &[(i64, i64)],
) -> Result<Vec<bool>, Error> {
    let look = || -> rusqlite::Result<Vec<bool>> {
        let mut statement = connection.prepare_cached(
            "select 1 from entry where feed_id = ?1 and key = ?2 and said_digest = ?3",
        )?;
        entries
            .iter()
            .map(|(key, digest)| statement.exists([feed.0, *key, *digest]))
            .collect()
    };
    look().doing("look for known entries")
}

fn same_key(
    connection: &Connection,
    feed: FeedId,
    key: i64,
) -> rusqlite::Result<Option<KnownEntry>> {
    connection
        .prepare_cached("select id, content_digest from entry where feed_id = ?1 and key = ?2")?
        .query_row(params![feed.0, key], known_entry)
        .optional()
}

fn is_forgotten(connection: &Connection, feed: FeedId, key: i64) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("select 1 from forgotten where feed_id = ?1 and key = ?2")?
        .exists([feed.0, key])
}

fn same_entry(
    connection: &Connection,
    feed: FeedId,
    incoming: &Incoming,
) -> rusqlite::Result<Option<KnownEntry>> {
    let Some(url_key) = incoming.url_key else {
        return Ok(None);
    };
    connection
        .prepare_cached(
            "select id, content_digest from entry where url_key = ?1 and feed_id = ?2 and title = ?3
             order by id desc limit 1",
        )?
        .query_row(params![url_key, feed.0, incoming.entry.title], known_entry)
        .optional()
}

fn known_entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<KnownEntry> {
    Ok(KnownEntry {
        id: EntryId(row.get(0)?),
        content_digest: row.get(1)?,
    })
}

fn same_url(connection: &Connection, url_key: Option<i64>) -> rusqlite::Result<Option<EntryId>> {
    let Some(url_key) = url_key else {
        return Ok(None);
    };
    connection
        .prepare_cached(
            "select coalesce(story, id) from entry where url_key = ?1 order by id limit 1",
        )?
        .query_row([url_key], |row| row.get(0).map(EntryId))
        .optional()
}

/// What the entries of one feed are written with.
pub(crate) struct Writing<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) sketches: &'a mut Sketches,
    pub(crate) matching: &'a Matching,
    pub(crate) feed: FeedId,
    /// Whether the articles behind new and changed entries are to be fetched.
    pub(crate) pages: bool,
    /// The host of the feed, if it is a local one.
    pub(crate) local_host: Option<&'a str>,
    pub(crate) now: DateTime<Utc>,
}

impl Writing<'_> {
    /// Writes what was decided on.
    pub(crate) fn apply(&mut self, changes: &[Change]) -> Result<Tally, Error> {
        let mut tally = Tally::default();
        // Stories of the entries by their place among the changes, for joins inside one poll.
        let mut stories: Vec<EntryId> = Vec::with_capacity(changes.len());
        for change in changes {
            let id = match change {
                Change::New { incoming, joins } => {
                    let joins =
                        joins.map(|join| Membership::exact(story_of(join, &stories), join.why));
                    let (id, membership) = self.add(incoming, joins).doing("add an entry")?;
                    tally.new += 1;
                    tally.pages += usize::from(self.want_page(id, incoming)?);
                    membership.story.unwrap_or(id)
                }
                Change::Renamed { id, key, guid } => {
                    rename(self.connection, *id, *key, guid.as_deref()).doing("rename an entry")?;
                    tally.renamed += 1;
                    *id
                }
                Change::Changed { id, incoming } => {
                    let is_revised = revise(self.connection, *id, incoming, self.now)
                        .doing("revise an entry")?;
                    if is_revised {
                        tally.changed += 1;
                        tally.pages += usize::from(self.want_page(*id, incoming)?);
                    } else {
                        tally.renewed += 1;
                    }
                    *id
                }
            };
            stories.push(id);
        }
        Ok(tally)
    }

    /// Adds an entry to the story that it joins by an exact key, else to the one of texts like its.
    fn add(
        &mut self,
        incoming: &Incoming,
        joins: Option<Membership>,
    ) -> rusqlite::Result<(EntryId, Membership)> {
        let membership = match joins {
            Some(membership) => membership,
            None => {
                let arrival = Arriving {
                    entry: None,
                    feed: self.feed,
                    sketch: &incoming.sketch,
                    said: Arrival {
                        title: &incoming.entry.title,
                        text: &incoming.body.text,
                    },
                };
                stories::place(self.connection, self.sketches, self.matching, &arrival)?
            }
        };
        let waits = self.pages && incoming.entry.link.is_some();
        let id = insert(
            self.connection,
            self.feed,
            incoming,
            &membership,
            self.now,
            waits,
        )?;
        sketches::keep(
            self.connection,
            id,
            secs(self.now),
            &incoming.sketch,
            incoming.text_digest,
        )?;
        Ok((id, membership))
    }

    /// Makes the page of an entry due, if pages are fetched.
    fn want_page(&self, id: EntryId, incoming: &Incoming) -> Result<bool, Error> {
        let wants = self.pages && incoming.entry.link.is_some();
        if wants {
            pages::add(self.connection, id, incoming, self.local_host, self.now)?;
        }
        Ok(wants)
    }
}

/// Takes in an article of another archive, if this one has not got it, as of when that one first
/// saw it. Returns its number here, and whether it was new.
pub(crate) fn import(
    connection: &Connection,
    sketches: &mut Sketches,
    article: &Article,
    incoming: Incoming,
    matching: &Matching,
    decide: impl Fn(&Known, Vec<Incoming>) -> Vec<Change>,
) -> Result<(EntryId, bool), Error> {
    let feed = feeds::of_import(connection, &article.feed, &article.outlet)?;
    let list = vec![incoming];
    let known = known(connection, feed, &list, matching.since)?;
    if let Some(known) = known.same_key[0].or(known.same_entry[0]) {
        return Ok((known.id, false));
    }
    let changes = decide(&known, list);
    let mut writing = Writing {
        connection,
        sketches,
        matching,
        feed,
        pages: false,
        local_host: None,
        now: article.first_seen,
    };
    writing.apply(&changes)?;
    let id: i64 = connection
        .prepare_cached("update entry set extraction = ?3, dateline = ?4 where feed_id = ?1 and key = ?2 returning id")
        .and_then(|mut s| {
            let Some(Change::New { incoming, .. }) = changes.first() else {
                return Err(rusqlite::Error::QueryReturnedNoRows);
            };
            s.query_row(
                params![feed.0, incoming.key, article.extraction, article.dateline],
                |row| row.get(0),
            )
        })
        .doing("take in an article")?;
    Ok((EntryId(id), true))
}

fn rename(
    connection: &Connection,
    id: EntryId,
    key: i64,
    guid: Option<&str>,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("update entry set key = ?2, guid = ?3 where id = ?1")?
        .execute(params![id.0, key, guid])?;
    Ok(())
}

fn story_of(join: Join, stories: &[EntryId]) -> EntryId {
    match join.story {
        JoinTarget::Known(story) => story,
        JoinTarget::InThisPoll(place) => stories[place],
    }
}

fn insert(
    connection: &Connection,
    feed: FeedId,
    incoming: &Incoming,
    membership: &Membership,
    now: DateTime<Utc>,
    waits_for_page: bool,
) -> rusqlite::Result<EntryId> {
    let entry = &incoming.entry;
    let sort_at = entry.published.unwrap_or(now).min(now + FUTURE);
    let visible_at = if waits_for_page { now + PAGE_WAIT } else { now };
    let sql = "insert into entry (feed_id, key, story, joined_why, joined_to, joined_score, event, muted, sort_at, visible_at, published, updated, first_seen,
                   revised_at, content_digest, url_key, text_digest, words, guid, url, title, author, language,
                   categories, image, enclosures, extraction, said_digest)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
                   ?21, ?22, ?23, ?24, ?25, ?26, ?27)";
    connection.prepare_cached(sql)?.execute(params![
        feed.0,
        incoming.key,
        membership.story.map(|story| story.0),
        membership.why.map(JoinReason::as_str),
        membership.to.map(|to| to.0),
        membership.score,
        membership.event.map(|event| event.0),
        incoming.muted,
        secs(sort_at),
        secs(visible_at),
        entry.published.map(secs),
        entry.updated.map(secs),
        secs(now),
        incoming.content_digest,
        incoming.url_key,
        incoming.text_digest,
        incoming.body.words,
        entry.guid,
        entry.link.as_ref().map(url::Url::as_str),
        entry.title,
        names(&entry.authors),
        entry.language,
        json_list(&entry.categories),
        entry.image.as_ref().map(url::Url::as_str),
        enclosures(entry),
        incoming.extraction,
        incoming.said_digest,
    ])?;
    let id = EntryId(connection.last_insert_rowid());
    connection
        .prepare_cached("insert into body (entry_id, summary, text, html) values (?1, ?2, ?3, ?4)")?
        .execute(params![
            id.0,
            incoming.summary,
            incoming.body.text,
            woven::to_column(incoming.body.html.as_deref(), &incoming.body.text),
        ])?;
    fulltext::index(connection, id, &entry.title, &incoming.body)?;
    Ok(id)
}

/// Keeps the version that stands as a revision and writes the new one over it.
///
/// A text that came from the page stays until the page was fetched again: what the feed changed is
/// noted at once, and the page's own change is part of the same revision. Where title and text stay,
/// there is no revision: labels, files and addresses are brought up to date.
///
/// Returns whether there is a revision.
fn revise(
    connection: &Connection,
    id: EntryId,
    incoming: &Incoming,
    now: DateTime<Utc>,
) -> rusqlite::Result<bool> {
    let old = stored(connection, id)?;
    let entry = &incoming.entry;
    let from_page = old.extraction.starts_with("page");
    let mut changed = Vec::new();
    if old.title != entry.title {
        changed.push("title".to_owned());
    }
    let old_feed_text = old
        .summary
        .as_deref()
        .filter(|_| from_page)
        .unwrap_or(&old.body.text);
    let new_feed_text = if from_page {
        incoming.summary.as_deref().unwrap_or(&incoming.body.text)
    } else {
        &incoming.body.text
    };
    if old_feed_text != new_feed_text {
        changed.push("text".to_owned());
    }
    if changed.is_empty() {
        renew(connection, id, incoming)?;
        return Ok(false);
    }
    // Of an entry that is fought over, the first versions and the newest stay.
    connection
        .prepare_cached(
            "insert into entry_revision (entry_id, revision, seen, changed, title, text)
             select id, revision, revised_at, changed, title, text
             from entry join body on body.entry_id = entry.id where id = ?1 and revision <= ?2",
        )?
        .execute(params![id.0, REVISIONS_KEPT])?;
    let sql = "update entry set revision = revision + 1, revised_at = ?2, changed = ?3,
                   updated = max(coalesce(?4, ?2), coalesce(updated, 0)), title = ?5, muted = ?6
               where id = ?1";
    connection.prepare_cached(sql)?.execute(params![
        id.0,
        secs(now),
        json_list(&changed),
        entry.updated.map(secs),
        entry.title,
        incoming.muted,
    ])?;
    renew(connection, id, incoming)?;
    let body = if from_page {
        let summary = incoming.summary.as_ref().unwrap_or(&incoming.body.text);
        connection
            .prepare_cached("update body set summary = ?2 where entry_id = ?1")?
            .execute(params![id.0, summary])?;
        Body::new(&entry.title, old.body.text.clone(), None)
    } else {
        connection
            .prepare_cached(
                "update entry set words = ?2, text_digest = ?3, extraction = ?4 where id = ?1",
            )?
            .execute(params![
                id.0,
                incoming.body.words,
                incoming.text_digest,
                incoming.extraction,
            ])?;
        connection
            .prepare_cached(
                "update body set summary = ?2, text = ?3, html = ?4 where entry_id = ?1",
            )?
            .execute(params![
                id.0,
                incoming.summary,
                incoming.body.text,
                woven::to_column(incoming.body.html.as_deref(), &incoming.body.text),
            ])?;
        let seen_at = connection
            .prepare_cached("select first_seen from entry where id = ?1")?
            .query_row([id.0], |row| row.get(0))?;
        let Incoming {
            sketch,
            text_digest,
            ..
        } = incoming;
        sketches::keep(connection, id, seen_at, sketch, *text_digest)?;
        incoming.body.clone()
    };
    fulltext::unindex(connection, id, &old.title, &old.body)?;
    fulltext::index(connection, id, &entry.title, &body)?;
    Ok(true)
}

/// Brings up to date what is neither title nor text.
fn renew(connection: &Connection, id: EntryId, incoming: &Incoming) -> rusqlite::Result<()> {
    let entry = &incoming.entry;
    let sql = "update entry set content_digest = ?2, author = ?3, categories = ?4, enclosures = ?5,
                   image = coalesce(?6, image), url = coalesce(?7, url), url_key = ?8, said_digest = ?9
               where id = ?1";
    connection.prepare_cached(sql)?.execute(params![
        id.0,
        incoming.content_digest,
        names(&entry.authors),
        json_list(&entry.categories),
        enclosures(entry),
        entry.image.as_ref().map(url::Url::as_str),
        entry.link.as_ref().map(url::Url::as_str),
        incoming.url_key,
        incoming.said_digest,
    ])?;
    Ok(())
}

fn enclosures(entry: &ParsedEntry) -> String {
    serde_json::to_string(&entry.enclosures).unwrap_or_else(|_| "[]".to_owned())
}

/// What stands in the archive for an entry.
pub(crate) struct Stored {
    pub(crate) title: String,
    pub(crate) body: Body,
    pub(crate) summary: Option<String>,
    pub(crate) extraction: String,
}

pub(crate) fn stored(connection: &Connection, id: EntryId) -> rusqlite::Result<Stored> {
    connection
        .prepare_cached(
            "select title, text, html, summary, extraction
             from entry join body on body.entry_id = entry.id where id = ?1",
        )?
        .query_row([id.0], |row| {
            let title: String = row.get(0)?;
            let text: String = row.get(1)?;
            let html = woven::from_column(row.get(2)?, &text);
            Ok(Stored {
                body: Body::new(&title, text, html),
                title,
                summary: row.get(3)?,
                extraction: row.get(4)?,
            })
        })
}

/// The names of the authors, as a JSON list.
fn names(authors: &[Person]) -> String {
    let names: Vec<&str> = authors.iter().map(Person::label).collect();
    serde_json::to_string(&names).unwrap_or_else(|_| "[]".to_owned())
}
