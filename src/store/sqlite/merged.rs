//! Reading stories: the merged feed, single articles, their versions.

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use crate::model::article::{Article, Outlet, SourceFeed};
use crate::model::entry::EntryId;
use crate::store::error::{Doing, Error};
use crate::store::sqlite::entries::meta;
use crate::store::sqlite::feeds::from_json_list;
use crate::store::sqlite::search;
use crate::store::sqlite::time::{at, secs};
use crate::store::verbs::{Merged, MergedItem, MergedQuery, Revision};

const ARTICLE_COLUMNS: &str = "entry.id, coalesce(entry.story, entry.id) as story, entry.story is null as lead,
    feed.slug, coalesce(feed.title, feed.own_title, feed.slug) as outlet, feed.url as feed_url, feed.site,
    entry.guid, entry.url, entry.title, entry.author, coalesce(entry.language, feed.language, feed.own_language) as language,
    entry.categories, coalesce(entry.published, entry.first_seen) as published,
    coalesce(entry.updated, entry.published, entry.first_seen) as updated, entry.first_seen, entry.dateline,
    body.summary, body.text, body.html, entry.words, entry.image, entry.enclosures, entry.extraction
    from entry join feed on feed.id = entry.feed_id join body on body.entry_id = entry.id";

/// The newest stories that `query` asks for and that may be shown at `now`.
pub(crate) fn merged(
    connection: &Connection,
    query: &MergedQuery,
    now: DateTime<Utc>,
) -> Result<Merged, Error> {
    // One snapshot, so that the revision is that of the items.
    let transaction = connection
        .unchecked_transaction()
        .doing("read the merged feed")?;
    let (filter, mut values) = filter(&transaction, query)?;
    values.insert(0, Value::Integer(secs(now)));
    values.push(Value::Integer(
        i64::try_from(query.limit).unwrap_or(i64::MAX),
    ));
    let sql = format!(
        "select {ARTICLE_COLUMNS} where entry.story is null and entry.visible_at <= ? {filter}
         order by entry.sort_at desc, entry.id desc limit ?"
    );
    let read = || -> rusqlite::Result<Vec<MergedItem>> {
        let mut statement = transaction.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), item)?;
        rows.collect()
    };
    let mut items = read().doing("read the merged feed")?;
    for item in &mut items {
        item.others = others(&transaction, item.article.id).doing("read a story's outlets")?;
    }
    let next_change: Option<i64> = transaction
        .prepare_cached("select min(entry.visible_at) from page join entry on entry.id = page.entry_id where entry.visible_at > ?1")
        .and_then(|mut s| s.query_row([secs(now)], |row| row.get(0)))
        .doing("look for waiting entries")?;
    Ok(Merged {
        revision: meta(&transaction, "revision")?.parse().unwrap_or(0),
        next_change: next_change
            .map(at)
            .transpose()
            .doing("look for waiting entries")?,
        items,
    })
}

/// The conditions of a query beside visibility, as SQL with its values.
fn filter(connection: &Connection, query: &MergedQuery) -> Result<(String, Vec<Value>), Error> {
    let mut sql = String::new();
    let mut values = Vec::new();
    let mut list = |condition: &str, items: &[String]| {
        if !items.is_empty() {
            sql.push_str(condition);
            values.push(Value::Text(crate::store::sqlite::feeds::json_list(items)));
        }
    };
    list(
        " and feed.slug in (select value from json_each(?))",
        &query.feeds,
    );
    list(
        " and exists (select 1 from json_each(feed.categories) as own, json_each(?) as asked where own.value = asked.value)",
        &query.categories,
    );
    list(
        " and coalesce(entry.language, feed.language, feed.own_language) in (select value from json_each(?))",
        &query.languages,
    );
    if let Some(search) = &query.search {
        let (condition, asked) = search::condition(connection, search)?;
        sql.push_str(&condition);
        values.extend(asked);
    }
    Ok((sql, values))
}

fn item(row: &Row<'_>) -> rusqlite::Result<MergedItem> {
    Ok(MergedItem {
        source: SourceFeed {
            title: row.get("outlet")?,
            url: row.get("feed_url")?,
            site: row.get("site")?,
        },
        article: article_of(row)?,
        others: Vec::new(),
    })
}

fn article_of(row: &Row<'_>) -> rusqlite::Result<Article> {
    let text: String = row.get("text")?;
    Ok(Article {
        id: row.get("id")?,
        story: row.get("story")?,
        feed: row.get("slug")?,
        outlet: row.get("outlet")?,
        guid: row.get("guid")?,
        url: row.get("url")?,
        title: row.get("title")?,
        author: from_json_list(&row.get::<_, String>("author")?),
        language: row.get("language")?,
        categories: from_json_list(&row.get::<_, String>("categories")?),
        published: at(row.get("published")?)?,
        updated: at(row.get("updated")?)?,
        first_seen: at(row.get("first_seen")?)?,
        dateline: row.get("dateline")?,
        summary: row
            .get::<_, Option<String>>("summary")?
            .or_else(|| Some(text.clone())),
        text,
        html: row.get("html")?,
        words: row.get("words")?,
        image: row.get("image")?,
        enclosures: serde_json::from_str(&row.get::<_, String>("enclosures")?).unwrap_or_default(),
        extraction: row.get("extraction")?,
        lead: row.get("lead")?,
    })
}

/// The other outlets of a story, in the order in which they came.
fn others(connection: &Connection, story: i64) -> rusqlite::Result<Vec<Outlet>> {
    let mut statement = connection.prepare_cached(
        "select coalesce(feed.title, feed.own_title, feed.slug), entry.url
         from entry join feed on feed.id = entry.feed_id where entry.story = ?1 order by entry.id",
    )?;
    let rows = statement.query_map([story], |row| {
        Ok(Outlet {
            name: row.get(0)?,
            url: row.get(1)?,
        })
    })?;
    rows.collect()
}

/// One article with its source and the other outlets of its story.
pub(crate) fn article(connection: &Connection, id: EntryId) -> Result<Option<MergedItem>, Error> {
    let read = || -> rusqlite::Result<Option<MergedItem>> {
        let sql = format!("select {ARTICLE_COLUMNS} where entry.id = ?1");
        let found = connection
            .prepare_cached(&sql)?
            .query_row([id.0], item)
            .optional()?;
        let Some(mut found) = found else {
            return Ok(None);
        };
        found.others = others(connection, found.article.story)?;
        Ok(Some(found))
    };
    read().doing("read an article")
}

/// Articles with a number above `after`, lowest first: for an export that holds few at a time.
pub(crate) fn articles_after(
    connection: &Connection,
    after: i64,
    limit: usize,
) -> Result<Vec<Article>, Error> {
    let read = || -> rusqlite::Result<Vec<Article>> {
        let sql =
            format!("select {ARTICLE_COLUMNS} where entry.id > ?1 order by entry.id limit ?2");
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map((after, limit), article_of)?;
        rows.collect()
    };
    read().doing("read articles")
}

/// The versions of an article, oldest first.
pub(crate) fn revisions(connection: &Connection, id: EntryId) -> Result<Vec<Revision>, Error> {
    let read = || -> rusqlite::Result<Vec<Revision>> {
        let mut statement = connection.prepare_cached(
            "select revision, seen, title, text, changed from revisions where article = ?1 order by revision",
        )?;
        let rows = statement.query_map([id.0], |row| {
            Ok(Revision {
                revision: row.get(0)?,
                seen: row.get(1)?,
                title: row.get(2)?,
                text: row.get(3)?,
                changed: row.get(4)?,
            })
        })?;
        rows.collect()
    };
    read().doing("read an article's versions")
}
