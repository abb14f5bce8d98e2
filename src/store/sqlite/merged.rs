//! Reading stories: the merged feed, single articles, their versions.

use chrono::{DateTime, Utc};
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use crate::model::article::{Article, Outlet, SourceFeed};
use crate::model::entry::EntryId;
use crate::store::error::{Doing, Error};
use crate::store::sqlite::archived;
use crate::store::sqlite::feeds::{from_json_list, json_list};
use crate::store::sqlite::meta;
use crate::store::sqlite::search;
use crate::store::sqlite::time::{at, secs};
use crate::store::sqlite::woven;
use crate::store::verbs::{ArchivePage, Merged, MergedItem, MergedQuery, Revision};
use crate::text::pattern::{Filter, Verdict};

pub(crate) const ARTICLE_COLUMNS: &str = "entry.id, coalesce(entry.story, entry.id) as story,
    (select articles.lead from articles where articles.id = entry.id) as lead, feed.slug, coalesce(feed.title, feed.own_title, feed.slug) as outlet, feed.url as feed_url, feed.site,
    entry.guid, entry.url, entry.title, entry.author, coalesce(entry.language, feed.language, feed.own_language) as language,
    entry.categories, coalesce(entry.published, entry.first_seen) as published,
    coalesce(entry.updated, entry.published, entry.first_seen) as updated, entry.first_seen, entry.dateline,
    body.summary, body.text, body.html, entry.words, entry.image, entry.enclosures, entry.extraction
    from entry join feed on feed.id = entry.feed_id join body on body.entry_id = entry.id";

/// The newest stories that `query` asks for and that may be shown at `now`.
///
/// Of each story it shows the article that leads it, if that answers the query, else the first of the
/// others that does. So a channel shows a story whose lead is none of its feeds', and a filter that
/// mutes one outlet's version leaves another's.
pub(crate) fn merged(
    connection: &Connection,
    query: &MergedQuery,
    now: DateTime<Utc>,
) -> Result<Merged, Error> {
    // One snapshot, so that the revision is that of the items.
    let transaction = connection
        .unchecked_transaction()
        .doing("read the merged feed")?;
    let asked = Asked::new(&transaction, query)?;
    let mut values = asked.values.clone();
    let order = match query.archive_page {
        Some(_) => "entry.id desc",
        None => "entry.sort_at desc, entry.id desc",
    };
    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX);
    values.extend([Value::Integer(secs(now)), Value::Integer(limit)]);
    let (now_at, limit_at) = (values.len() - 1, values.len());
    let entry_answers = asked.answers("entry");
    let lead_answers = asked.answers("lead");
    let other_answers = asked.answers("other");
    let bounds = &asked.bounds;
    let sql = format!(
        "select {ARTICLE_COLUMNS} where entry.visible_at <= ?{now_at} {bounds} and {entry_answers}
             and (entry.story is null or not exists (
                     select 1 from entry as lead where lead.id = entry.story and {lead_answers})
                 and not exists (
                     select 1 from entry as other
                     where other.story = entry.story and other.id < entry.id and {other_answers}))
         order by {order} limit ?{limit_at}"
    );
    let read = || -> rusqlite::Result<Vec<MergedItem>> {
        let mut statement = transaction.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), item)?;
        rows.collect()
    };
    let mut items = read().doing("read the merged feed")?;
    let older = older(&transaction, &asked, query, now).doing("look for older entries")?;
    for item in &mut items {
        let Article { id, story, .. } = item.article;
        // What joins a story later must not change a document that is full.
        if query.archive_page.is_some() {
            continue;
        }
        item.others = others(&transaction, story, id).doing("read a story's outlets")?;
    }
    let next_change: Option<i64> = transaction
        .prepare_cached("select min(entry.visible_at) from page join entry on entry.id = page.entry_id where entry.visible_at > ?1")
        .and_then(|mut s| s.query_row([secs(now)], |row| row.get(0)))
        .doing("look for waiting entries")?;
    Ok(Merged {
        revision: meta::value(&transaction, "revision")?.parse().unwrap_or(0),
        next_change: next_change
            .map(at)
            .transpose()
            .doing("look for waiting entries")?,
        gone: match query.archive_page {
            Some(_) => Vec::new(),
            None => gone(&transaction).doing("read what is gone")?,
        },
        older,
        items,
    })
}

/// The most tombstones of a document.
const TOMBSTONES: u32 = 100;

fn gone(connection: &Connection) -> rusqlite::Result<Vec<(i64, DateTime<Utc>)>> {
    let mut statement = connection
        .prepare_cached("select story, at from gone order by at desc, story desc limit ?1")?;
    let rows = statement.query_map([TOMBSTONES], |row| Ok((row.get(0)?, at(row.get(1)?)?)))?;
    rows.collect()
}

/// The document of the archived feed that comes next: the newest, or the one before that which is read.
fn older(
    connection: &Connection,
    asked: &Asked,
    query: &MergedQuery,
    now: DateTime<Utc>,
) -> rusqlite::Result<Option<ArchivePage>> {
    let below = match query.archive_page {
        Some(page) => archived::numbers(page).0,
        None => i64::MAX,
    };
    let mut values = asked.unbound.clone();
    values.extend([Value::Integer(secs(now)), Value::Integer(below)]);
    let (now_at, below_at) = (values.len() - 1, values.len());
    let answers = asked.answers("entry");
    let sql = format!(
        "select entry.id from entry where entry.id < ?{below_at} and entry.visible_at <= ?{now_at} and {answers}
         order by entry.id desc limit 1"
    );
    archived::before(connection, &sql, params_from_iter(values), now)
}

/// A document of the archived feed as it stands, for its address.
pub(crate) fn archive_page(
    connection: &Connection,
    number: i64,
    now: DateTime<Utc>,
) -> Result<ArchivePage, Error> {
    archived::page(connection, number, now).doing("read the archived feed")
}

/// Entries that patterns are held against, the newest: each costs the reading of its text.
const FILTERED: u32 = 20_000;

/// A query as SQL.
struct Asked {
    /// Conditions on an entry that is called `{entry}`.
    conditions: Vec<String>,
    /// What is bound to `?1` and so on.
    values: Vec<Value>,
    /// The values without those of the bounds.
    unbound: Vec<Value>,
    /// More conditions, on the entry that is shown.
    bounds: String,
}

impl Asked {
    fn new(connection: &Connection, query: &MergedQuery) -> Result<Self, Error> {
        let mut asked = Self {
            conditions: vec!["{entry}.muted is null".to_owned()],
            values: Vec::new(),
            unbound: Vec::new(),
            bounds: String::new(),
        };
        let feed = "exists (select 1 from feed where feed.id = {entry}.feed_id and";
        asked.list(
            &query.feeds,
            &format!("{feed} feed.slug in (select value from json_each(?)))"),
        );
        asked.list(
            &query.categories,
            &format!(
                "{feed} exists (select 1 from json_each(feed.categories) as own, json_each(?) as asked where own.value = asked.value))"
            ),
        );
        if !query.languages.is_empty() {
            let condition = search::in_languages(&query.languages);
            asked.bind(&condition.sql, condition.values);
        }
        if let Some(search) = &query.search {
            for condition in search::conditions(connection, search)? {
                asked.bind(&condition.sql, condition.values);
            }
        }
        asked.unbound.clone_from(&asked.values);
        if let Some(page) = query.archive_page {
            let (first, last) = archived::numbers(page);
            asked.bounds = format!("and entry.id between {first} and {last}");
        }
        if let Some(story) = query.story {
            asked.values.push(Value::Integer(story.0));
            let n = asked.values.len();
            asked
                .bounds
                .push_str(&format!(" and (entry.id = ?{n} or entry.story = ?{n})"));
        }
        if !query.filter.is_empty() {
            let filter = query.filter.clone();
            define_passes(connection, filter).doing("filter entries")?;
            asked.conditions.push(
                "passes({entry}.title, (select text from body where body.entry_id = {entry}.id))"
                    .to_owned(),
            );
            if query.archive_page.is_none() {
                asked.bounds.push_str(&format!(
                " and entry.sort_at >= coalesce((select sort_at from entry order by sort_at desc limit 1 offset {FILTERED}), 0)"
            ));
            }
        }
        Ok(asked)
    }

    /// Adds a condition with one `?` that a list which is not empty is bound to.
    fn list(&mut self, items: &[String], condition: &str) {
        if !items.is_empty() {
            self.bind(condition, vec![Value::Text(json_list(items))]);
        }
    }

    /// Adds a condition with a `?` for each of the values.
    fn bind(&mut self, condition: &str, values: Vec<Value>) {
        let mut numbered = String::with_capacity(condition.len() + 8);
        let mut values = values.into_iter();
        for piece in condition.split_inclusive('?') {
            numbered.push_str(piece);
            if piece.ends_with('?') {
                self.values.extend(values.next());
                numbered.push_str(&self.values.len().to_string());
            }
        }
        self.conditions.push(numbered);
    }

    /// The condition that an entry of that name answers the query.
    fn answers(&self, entry: &str) -> String {
        self.conditions.join(" and ").replace("{entry}", entry)
    }
}

/// Gives SQL the function `passes(title, text)`.
fn define_passes(connection: &Connection, filter: Filter) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("passes", 2, flags, move |values| {
        let text = |n| values.get_raw(n).as_str().unwrap_or_default();
        Ok(filter.verdict(text(0), text(1)) == Verdict::Shown)
    })
}

fn item(row: &Row<'_>) -> rusqlite::Result<MergedItem> {
    let (article, source) = article_and_source(row)?;
    Ok(MergedItem {
        source,
        article,
        others: Vec::new(),
    })
}

/// What [`ARTICLE_COLUMNS`] say.
pub(crate) fn article_and_source(row: &Row<'_>) -> rusqlite::Result<(Article, SourceFeed)> {
    let source = SourceFeed {
        title: row.get("outlet")?,
        url: row.get("feed_url")?,
        site: row.get("site")?,
    };
    Ok((article_of(row)?, source))
}

fn article_of(row: &Row<'_>) -> rusqlite::Result<Article> {
    let text: String = row.get("text")?;
    let html = woven::from_column(row.get("html")?, &text);
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
        html,
        words: row.get("words")?,
        image: row.get("image")?,
        enclosures: serde_json::from_str(&row.get::<_, String>("enclosures")?).unwrap_or_default(),
        extraction: row.get("extraction")?,
        lead: row.get("lead")?,
    })
}

/// The outlets of a story beside the article `shown`, in the order in which they came.
fn others(connection: &Connection, story: i64, shown: i64) -> rusqlite::Result<Vec<Outlet>> {
    let mut statement = connection.prepare_cached(
        "select coalesce(feed.title, feed.own_title, feed.slug), entry.url
         from entry join feed on feed.id = entry.feed_id where (entry.story = ?1 or entry.id = ?1) and entry.id <> ?2
         order by entry.id",
    )?;
    let rows = statement.query_map([story, shown], |row| {
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
        found.others = others(connection, found.article.story, found.article.id)?;
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
