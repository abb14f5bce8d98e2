//! The conditions of a query beside its words, as SQL over a row of `entry`.

use std::collections::HashSet;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::model::query::{Field, Filter, Query};
use crate::store::sqlite::feeds::{from_json_list, json_list};
use crate::store::sqlite::time::secs;
use crate::text::arabic;

/// Feeds that have fewer entries together are asked for them first.
const FEW: usize = 20_000;

/// An entry is in one of the languages of a list, which are in lower case: `ar` is also `ar-JO`.
const LANGUAGE: &str = "exists (select 1 from json_each(?) where substr(lower(coalesce({entry}.language,
    (select coalesce(language, own_language) from feed where feed.id = {entry}.feed_id), '')) || '-',
    1, length(value) + 1) = value || '-')";

/// Something that must hold of an entry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    /// Over a row of the table `entry`, which is called `{entry}`.
    pub(crate) sql: String,
    /// One for each `?` of it.
    pub(crate) values: Vec<Value>,
}

/// What must hold of an entry.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Conditions {
    pub(crate) all: Vec<Condition>,
    /// The feeds that an entry must be of, as a JSON list, if the query names any.
    pub(crate) feeds: Option<String>,
}

/// That an entry is in one of these languages, as `lang:` has it.
pub(crate) fn in_languages(tags: &[String]) -> Condition {
    let tags: Vec<String> = tags.iter().map(|tag| tag.to_lowercase()).collect();
    Condition {
        sql: LANGUAGE.to_owned(),
        values: vec![Value::Text(json_list(&tags))],
    }
}

/// What `query` asks for beside words.
pub(crate) fn conditions(connection: &Connection, query: &Query) -> rusqlite::Result<Conditions> {
    let mut conditions = Conditions::default();
    if !query.filters.is_empty() {
        let feeds = feeds(connection)?;
        for is_excluded in [false, true] {
            for field in [Field::Feed, Field::Outlet, Field::Category, Field::Language] {
                let asked =
                    |filter: &&Filter| filter.field == field && filter.is_excluded == is_excluded;
                let values: Vec<&str> = query
                    .filters
                    .iter()
                    .filter(asked)
                    .map(|f| &*f.value)
                    .collect();
                if !values.is_empty() {
                    conditions.add(field, &values, is_excluded, &feeds);
                }
            }
        }
    }
    for (condition, moment) in [
        ("{entry}.sort_at >= ?", query.after),
        ("{entry}.sort_at < ?", query.before),
    ] {
        if let Some(moment) = moment {
            conditions.all.push(Condition {
                sql: condition.to_owned(),
                values: vec![Value::Integer(secs(moment))],
            });
        }
    }
    Ok(conditions)
}

impl Conditions {
    fn add(&mut self, field: Field, values: &[&str], is_excluded: bool, feeds: &[Feed]) {
        let of = |holds: &dyn Fn(&Feed) -> bool| {
            let ids: Vec<i64> = feeds
                .iter()
                .filter(|feed| holds(feed))
                .map(|feed| feed.id)
                .collect();
            serde_json::to_string(&ids).unwrap_or_else(|_| "[]".to_owned())
        };
        let of_feeds = "{entry}.feed_id in (select value from json_each(?))";
        let list = || {
            json_list(
                &values
                    .iter()
                    .map(|&value| value.to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        let (sql, bound) = match field {
            Field::Feed => (
                of_feeds.to_owned(),
                vec![of(&|feed| values.contains(&&*feed.slug))],
            ),
            Field::Outlet => {
                let named =
                    of(&|feed: &Feed| values.iter().any(|value| feed.outlet.contains(value)));
                (of_feeds.to_owned(), vec![named])
            }
            Field::Category => (
                format!(
                    "({of_feeds} or exists (select 1 from json_each({{entry}}.categories)
                        where folded(value) in (select value from json_each(?))))"
                ),
                vec![
                    of(&|feed: &Feed| feed.categories.iter().any(|own| values.contains(&&**own))),
                    list(),
                ],
            ),
            Field::Language => (LANGUAGE.to_owned(), vec![list()]),
        };
        if !is_excluded && matches!(field, Field::Feed | Field::Outlet) {
            self.feeds.get_or_insert_with(|| bound[0].clone());
        }
        self.all.push(Condition {
            sql: if is_excluded {
                format!("not {sql}")
            } else {
                sql
            },
            values: bound.into_iter().map(Value::Text).collect(),
        });
    }

    /// All of them for a statement over `entry`, each with ` and ` before it.
    pub(crate) fn sql(&self) -> String {
        let each = self
            .all
            .iter()
            .map(|condition| format!(" and {}", condition.sql));
        each.collect::<String>().replace("{entry}", "entry")
    }

    /// The values of [`Conditions::sql`], in its order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.all.iter().flat_map(|condition| &condition.values)
    }

    /// The entries of the feeds that are asked for, if they are few: most matches of a word can
    /// then be passed over without a look at their entries.
    pub(crate) fn few_entries(
        &self,
        connection: &Connection,
    ) -> rusqlite::Result<Option<HashSet<i64>>> {
        let Some(feeds) = &self.feeds else {
            return Ok(None);
        };
        let mut statement = connection.prepare_cached(
            "select id from entry where feed_id in (select value from json_each(?1)) limit ?2",
        )?;
        let rows = statement.query_map((feeds, FEW), |row| row.get(0))?;
        let entries = rows.collect::<rusqlite::Result<HashSet<i64>>>()?;
        Ok((entries.len() < FEW).then_some(entries))
    }
}

/// What filters look at of a feed; names and labels folded.
struct Feed {
    id: i64,
    slug: String,
    outlet: String,
    categories: Vec<String>,
}

fn feeds(connection: &Connection) -> rusqlite::Result<Vec<Feed>> {
    let mut statement = connection.prepare_cached(
        "select id, slug, coalesce(title, own_title, slug), categories from feed",
    )?;
    let rows = statement.query_map([], |row| {
        let categories = from_json_list(&row.get::<_, String>(3)?);
        Ok(Feed {
            id: row.get(0)?,
            slug: row.get(1)?,
            outlet: arabic::fold(&row.get::<_, String>(2)?).into_owned(),
            categories: categories
                .iter()
                .map(|label| arabic::fold(label).into_owned())
                .collect(),
        })
    })?;
    rows.collect()
}
