//! `rawi story` and `rawi explain`: how articles come to be one story, and correcting that.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::cli::args::Arguments;
use crate::cli::config::{archive, house};
use crate::cli::table::{self, say};
use crate::cli::verdict::{Complaint, Result, Verdict};
use crate::clock::Clock;
use crate::config::Config;
use crate::dedupe::{self, Likeness};
use crate::model::{Article, EntryId};
use crate::publish;
use crate::serve::ChannelSpec;
use crate::store::{Explained, Member, MergedQuery, Store};
use crate::text::plain;

/// Makes the stories of two articles one.
pub(super) async fn join(arguments: &Arguments, first: i64, second: i64) -> Result {
    let (_, house) = house!(arguments);
    let joined = house
        .store
        .join_stories(EntryId(first), EntryId(second), house.clock.now());
    let story = joined.await?;
    house.store.close().await;
    say(&format!(
        "{first} and {second} are one story now, {}; `rawi story split {second}` undoes it",
        story.0
    ));
    Ok(Verdict::Done)
}

/// Takes an article out of its story.
pub(super) async fn split(arguments: &Arguments, id: i64) -> Result {
    let (_, house) = house!(arguments);
    let left = house.store.split_story(EntryId(id)).await?;
    house.store.close().await;
    match left {
        Some(story) => say(&format!(
            "{id} is a story of its own now; `rawi story join {} {id}` undoes it",
            story.0
        )),
        None => say(&format!(
            "{id} is a story of its own already, and stays one"
        )),
    }
    Ok(Verdict::Done)
}

/// One merged feed, and whether an article stands in it.
#[derive(Debug, Serialize)]
struct Place {
    channel: String,
    shown: bool,
    why: String,
}

/// All that is told of an article.
#[derive(Debug, Serialize)]
struct Told<'a> {
    id: i64,
    title: &'a str,
    outlet: &'a str,
    feed: &'a str,
    story: i64,
    visible_at: DateTime<Utc>,
    muted: Option<&'a str>,
    extraction: &'a str,
    places: Vec<Place>,
    members: &'a [Member],
    event: &'a [(i64, String)],
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<Beside>,
}

/// How an article compares with another.
#[derive(Debug, Serialize)]
struct Beside {
    id: i64,
    title: String,
    likeness: String,
}

async fn beside(store: &Store, article: &Article, with: i64) -> Result<Beside> {
    let Some(other) = store.article(EntryId(with)).await? else {
        return Err(Complaint(format!("no article has the number {with}")));
    };
    let other = other.article;
    let [one, another] = [article, &other].map(|it| dedupe::Profile::of(&it.title, &it.text));
    let likeness = match dedupe::compare(&one, &another, article.feed == other.feed) {
        Likeness::Same(score) => format!("the same article: {score:.2} alike"),
        Likeness::Related(score) => format!("the same event, another article: {score:.2} alike"),
        Likeness::Different(why) => format!("different: {why}"),
    };
    Ok(Beside {
        id: with,
        title: other.title,
        likeness,
    })
}

/// Tells why an article is in or out of the merged feeds, and how it came to its story.
/// Beside another article, also whether the two would be found the same.
pub(super) async fn explain(
    arguments: &Arguments,
    id: i64,
    with: Option<i64>,
    json: bool,
) -> Result {
    let (config, store) = archive!(arguments);
    let Some(explained) = store.explain(EntryId(id)).await? else {
        return Err(Complaint(format!("no article has the number {id}")));
    };
    let now = Clock::system().now();
    let mut places = Vec::new();
    for channel in channels(&config) {
        places.push(place(&store, &channel, &explained, now).await?);
    }
    let article = &explained.item.article;
    let beside = match with {
        Some(with) => Some(beside(&store, article, with).await?),
        None => None,
    };
    let told = Told {
        id,
        title: &article.title,
        outlet: &article.outlet,
        feed: &article.feed,
        story: article.story,
        visible_at: explained.visible_at,
        muted: explained.muted.as_deref(),
        extraction: &article.extraction,
        places,
        members: &explained.members,
        event: &explained.event,
        beside,
    };
    if json {
        return table::json_lines([&told]);
    }
    table::out(|to| to.write_all(page(&told, &explained, now).as_bytes()))?;
    Ok(Verdict::Done)
}

fn channels(config: &Config) -> Vec<ChannelSpec> {
    let all = ChannelSpec::all(&config.publish);
    let others = config.channels.iter().map(crate::config::Channel::spec);
    std::iter::once(all).chain(others).collect()
}

/// Asks a channel for the story alone, then for each of its conditions alone, to find the one that
/// keeps the article out.
async fn place(
    store: &Store,
    channel: &ChannelSpec,
    explained: &Explained,
    now: DateTime<Utc>,
) -> Result<Place> {
    let article = &explained.item.article;
    let of_story = |query: MergedQuery| MergedQuery {
        limit: 1,
        story: Some(EntryId(article.story)),
        ..query
    };
    let asked = channel.query(1);
    let merged = store.merged(of_story(asked.clone()), now).await?;
    let shown = merged.items.first().map(|item| &item.article);
    let (is_shown, why) = match shown {
        Some(shown) if shown.id == article.id => {
            (true, format!("it stands for story {}", article.story))
        }
        Some(shown) => (
            false,
            format!(
                "article {} ({}) stands for its story",
                shown.id, shown.outlet
            ),
        ),
        None => (
            false,
            why_not(store, &asked, explained, of_story, now).await?,
        ),
    };
    Ok(Place {
        channel: channel.slug.clone(),
        shown: is_shown,
        why,
    })
}

async fn why_not(
    store: &Store,
    asked: &MergedQuery,
    explained: &Explained,
    of_story: impl Fn(MergedQuery) -> MergedQuery,
    now: DateTime<Utc>,
) -> Result<String> {
    if let Some(muted) = &explained.muted {
        return Ok(format!("its feed's own filter: {muted}"));
    }
    let none = MergedQuery::default;
    let conditions = [
        (none(), "it waits for its page"),
        (
            MergedQuery {
                feeds: asked.feeds.clone(),
                ..none()
            },
            "its feed is none of the channel's `feeds`",
        ),
        (
            MergedQuery {
                categories: asked.categories.clone(),
                ..none()
            },
            "its feed has none of the channel's `categories`",
        ),
        (
            MergedQuery {
                languages: asked.languages.clone(),
                ..none()
            },
            "its language is none of the channel's `languages`",
        ),
        (
            MergedQuery {
                search: asked.search.clone(),
                ..none()
            },
            "it does not answer the channel's `search`",
        ),
        (
            MergedQuery {
                filter: asked.filter.clone(),
                ..none()
            },
            "the channel's `keep` or `mute` leaves it out",
        ),
    ];
    for (condition, why) in conditions {
        let merged = store.merged(of_story(condition), now).await?;
        if merged.items.is_empty() {
            return Ok(why.to_owned());
        }
    }
    Ok("no article of its story answers all that the channel asks".to_owned())
}

fn page(told: &Told<'_>, explained: &Explained, now: DateTime<Utc>) -> String {
    let mut page = format!("{}  {}\n\n", told.id, plain::display(told.title));
    let mut fact = |name: &str, value: &str| {
        page.push_str(&format!("{name:<16} {}\n", plain::display(value)));
    };
    fact("outlet", &format!("{} ({})", told.outlet, told.feed));
    fact("text from", told.extraction);
    if let Some(due) = explained.page_due {
        let tries = explained.page_attempts;
        fact(
            "page",
            &format!("is fetched at {}, after {tries} tries", time(due)),
        );
    }
    if told.visible_at > now {
        fact("waits until", &time(told.visible_at));
    }
    for place in &told.places {
        let name = if place.channel == publish::ALL {
            "merged feed".to_owned()
        } else {
            format!("channel {}", place.channel)
        };
        let sign = if place.shown { "shown" } else { "not shown" };
        fact(&name, &format!("{sign}: {}", place.why));
    }
    fact(
        "story",
        &format!("{}, {} articles", told.story, told.members.len()),
    );
    for member in told.members {
        fact("", &line(member));
    }
    for (n, (story, title)) in told.event.iter().enumerate() {
        fact(
            if n == 0 { "same event" } else { "" },
            &format!("{story}  {title}"),
        );
    }
    if let Some(beside) = &told.beside {
        let Beside {
            id,
            title,
            likeness,
        } = beside;
        fact("beside", &format!("{id}  {title}"));
        fact("", likeness);
    }
    page
}

fn line(member: &Member) -> String {
    let mut line = format!("{:<8} {}", member.id, member.outlet);
    // Writing to a string cannot fail.
    let _ = match (
        member.joined_why.as_deref(),
        member.joined_to,
        member.joined_score,
    ) {
        (None, ..) => write!(line, ", leads it"),
        (Some(why), Some(to), Some(score)) => write!(line, ", {why}: {score:.2} like {to}"),
        (Some(why), ..) => write!(line, ", {why}"),
    };
    if member.by_hand {
        line.push_str(", settled by hand");
    }
    if let Some(muted) = &member.muted {
        let _ = write!(line, ", muted ({muted})");
    }
    let _ = write!(line, "  {}", member.title);
    line
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}
