//! The merged feeds: what the archive answers, as documents.
//!
//! [`Subject`] says of what: a channel, a search, or the corrections. A channel also has an archived
//! feed (RFC 5005): its newest document leads to others, whose addresses change whenever their
//! contents may have.

use axum::extract::{Path, Query, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use tokio::task::spawn_blocking;
use url::Url;

use crate::model;
use crate::publish::{
    self, ALL, Archived, Channel, Correction, Document, Format, Gone, Item, MAX_AGE_SECS,
};
use crate::serve::error::Error;
use crate::serve::rendering::{Rendering, answer};
use crate::serve::state::{ChannelSpec, Live, State, Subject};
use crate::store::{ArchivePage, Corrections, Merged};

/// How long an archive document is fresh: it never changes under its address.
const ARCHIVE_FRESH_SECS: u32 = 30 * 86_400;

/// The most bytes of a search feed's query string.
const MAX_QUERY_BYTES: usize = 2048;

/// What every document of an archive has in common.
#[derive(Debug, Clone, Copy)]
pub struct Publisher<'a> {
    /// What the archive is called: ids are made from it.
    pub archive_id: &'a str,
    /// `[publish]`.
    pub options: &'a publish::Options,
    /// Where it is all found.
    pub public_url: &'a Url,
}

impl Publisher<'_> {
    /// Writes a channel's document from what the archive answered: the same bytes for the server and
    /// for `emit`.
    pub fn document(&self, merged: Merged, channel: &ChannelSpec, format: Format) -> Vec<u8> {
        let (head, items) = self.newest(merged, channel, format);
        publish::render(format, &head, &items).bytes
    }

    fn newest(
        &self,
        mut merged: Merged,
        channel: &ChannelSpec,
        format: Format,
    ) -> (Channel, Vec<Item>) {
        let gone = std::mem::take(&mut merged.gone).into_iter();
        let gone = gone.map(|(story, at)| Gone {
            id: Item::id_of(self.archive_id, story),
            at,
        });
        let (gone, older) = (gone.collect(), merged.older);
        let (mut head, items) = self.head_and_items(merged, channel, format);
        head.gone = gone;
        head.archived.previous = older.map(|page| self.archive_address(page, channel, format));
        head.hub = self.options.hub.as_ref().map(Url::to_string);
        (head, items)
    }

    fn archived(
        &self,
        page: ArchivePage,
        merged: Merged,
        channel: &ChannelSpec,
        format: Format,
    ) -> (Channel, Vec<Item>) {
        let older = merged.older;
        let (mut head, items) = self.head_and_items(merged, channel, format);
        head.archived = Archived {
            previous: older.map(|older| self.archive_address(older, channel, format)),
            current: Some(std::mem::replace(
                &mut head.self_url,
                self.archive_address(page, channel, format),
            )),
        };
        (head, items)
    }

    fn found(
        &self,
        merged: Merged,
        query: &str,
        own: String,
        format: Format,
    ) -> (Channel, Vec<Item>) {
        let search = ChannelSpec {
            slug: query.to_owned(),
            title: query.to_owned(),
            ..ChannelSpec::default()
        };
        let (mut head, items) = self.head_and_items(merged, &search, format);
        head.id = Channel::id_of(self.archive_id, "search", query);
        head.self_url = own;
        (head, items)
    }

    fn corrected(&self, corrections: Corrections, format: Format) -> (Channel, Vec<Item>) {
        let items: Vec<_> = corrections
            .rows
            .into_iter()
            .map(|row| {
                let correction = Correction {
                    article: row.article,
                    source: row.source,
                    revision: row.revision,
                    seen: row.seen,
                    old_title: row.old_title,
                    old_text: row.old_text,
                };
                Item::correction(correction, self.archive_id)
            })
            .collect();
        let title = format!("{} · ±", self.options.title);
        let mut head = self.head(CORRECTIONS, &title, format, &items);
        head.id = Channel::id_of(self.archive_id, CORRECTIONS, "");
        head.self_url = self
            .address(&[&format!("{CORRECTIONS}.{}", format.extension())])
            .into();
        (head, items)
    }

    fn head_and_items(
        &self,
        merged: Merged,
        channel: &ChannelSpec,
        format: Format,
    ) -> (Channel, Vec<Item>) {
        let items: Vec<_> = merged
            .items
            .into_iter()
            .map(|item| {
                Item::from_article(
                    item.article,
                    item.source,
                    item.others,
                    self.archive_id,
                    self.options,
                )
            })
            .collect();
        let head = self.head(&channel.slug, &channel.title, format, &items);
        (head, items)
    }

    fn head(&self, slug: &str, title: &str, format: Format, items: &[Item]) -> Channel {
        Channel::new(self.archive_id, slug, title, self.public_url, format, items)
    }

    /// The name of an archive document: its number, and a mark of all that its bytes depend on.
    fn archive_name(&self, page: ArchivePage, channel: &ChannelSpec, format: Format) -> String {
        let settings = format!("{channel:?} {:?} {}", self.options, self.public_url);
        let of = format!("{} {:?}", env!("CARGO_PKG_VERSION"), page.mark);
        let mark = crate::text::digest::parts([settings.as_str(), &of]);
        format!("{}-{mark:016x}.{}", page.number, format.extension())
    }

    fn archive_address(&self, page: ArchivePage, channel: &ChannelSpec, format: Format) -> String {
        let name = self.archive_name(page, channel, format);
        let url = match &*channel.slug {
            ALL => self.address(&["feed", &name]),
            slug => self.address(&["channel", slug, &name]),
        };
        url.into()
    }

    fn address(&self, segments: &[&str]) -> Url {
        let mut url = self.public_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

/// The name of the feed of corrections in addresses.
pub(super) const CORRECTIONS: &str = "corrections";

pub(super) async fn atom(state: Shared<State>, headers: HeaderMap) -> Result<Response, Error> {
    newest(&state, ALL, Format::Atom, &headers).await
}

pub(super) async fn rss(state: Shared<State>, headers: HeaderMap) -> Result<Response, Error> {
    newest(&state, ALL, Format::Rss, &headers).await
}

pub(super) async fn json(state: Shared<State>, headers: HeaderMap) -> Result<Response, Error> {
    newest(&state, ALL, Format::Json, &headers).await
}

type Named<T> = Result<Path<T>, axum::extract::rejection::PathRejection>;

pub(super) async fn channel(
    state: Shared<State>,
    file: Named<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let Path(file) = file.map_err(|_| Error::NotFound)?;
    let (slug, format) = split(&file)?;
    if slug == ALL {
        return Err(Error::NotFound);
    }
    newest(&state, slug, format, &headers).await
}

/// A name and the format that its end stands for.
fn split(file: &str) -> Result<(&str, Format), Error> {
    let (name, extension) = file.rsplit_once('.').ok_or(Error::NotFound)?;
    let format = Format::from_extension(extension).ok_or(Error::NotFound)?;
    Ok((name, format))
}

async fn newest(
    state: &State,
    slug: &str,
    format: Format,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let live = state.live();
    let rendering = rendered(state, &live, slug, format).await?;
    answer(&rendering, headers, live.is_shared(), MAX_AGE_SECS).await
}

impl State {
    /// The addresses of all merged feeds, and what tells the bytes of each from those it had before.
    /// A feed that cannot be rendered now is left out.
    ///
    /// All formats of a channel change together, so that one of them is rendered to see it.
    pub async fn fingerprints(&self) -> Vec<(String, String)> {
        let live = self.live();
        let mut all = Vec::new();
        for channel in &live.channels {
            let rendered = rendered(self, &live, &channel.slug, Format::Atom).await;
            let Ok(rendering) = rendered else { continue };
            let public_url = &live.settings.options.public_url;
            all.extend(Format::EVERY.map(|format| {
                let address = Channel::address(public_url, &channel.slug, format);
                (address.into(), rendering.tag().to_owned())
            }));
        }
        all
    }
}

/// The newest document of a channel.
async fn rendered(
    state: &State,
    live: &Live,
    slug: &str,
    format: Format,
) -> Result<std::sync::Arc<Rendering>, Error> {
    let channel = live.channel(slug).ok_or(Error::NotFound)?;
    let slot = live.slot(Subject::Channel(slug.to_owned()), format);
    let now = state.clock.now();
    let render = async || {
        let query = channel.query(live.settings.publish.entries);
        let merged = state.source.merged(query, now).await?;
        let (revision, next_change) = (merged.revision, merged.next_change);
        let write = move |publisher: Publisher<'_>| publisher.newest(merged, &channel, format);
        render(state, live, format, revision, next_change, write).await
    };
    slot.get(state.source.revision(), now, render).await
}

/// Writes a document on a thread that may block: sanitising a hundred articles takes milliseconds
/// that other connections need.
async fn render(
    state: &State,
    live: &Live,
    format: Format,
    revision: u64,
    next_change: Option<DateTime<Utc>>,
    write: impl FnOnce(Publisher<'_>) -> (Channel, Vec<Item>) + Send + 'static,
) -> Result<Rendering, Error> {
    let archive_id = state.source.archive_id().to_owned();
    let options = live.settings.publish.clone();
    let public_url = live.settings.options.public_url.clone();
    spawn_blocking(move || {
        let (head, items) = write(Publisher {
            archive_id: &archive_id,
            options: &options,
            public_url: &public_url,
        });
        let document: Document = publish::render(format, &head, &items);
        Rendering::new(document, format, head.updated, revision, next_change)
            .with_hub(head.hub.as_deref(), &head.self_url)
    })
    .await
    .map_err(|_| Error::Render)
}

/// `/feed/NUMBER-MARK.FORMAT`: a document of the archived feed.
pub(super) async fn archive(
    state: Shared<State>,
    file: Named<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let Path(file) = file.map_err(|_| Error::NotFound)?;
    older(&state, ALL, &file, &headers).await
}

/// `/channel/SLUG/NUMBER-MARK.FORMAT`: likewise, of a channel.
pub(super) async fn channel_archive(
    state: Shared<State>,
    path: Named<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let Path((slug, file)) = path.map_err(|_| Error::NotFound)?;
    older(&state, &slug, &file, &headers).await
}

/// An archive document under the address that it has now; a request for an earlier address is sent
/// there, since what is known under that one never changes.
async fn older(
    state: &State,
    slug: &str,
    file: &str,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let (name, format) = split(file)?;
    let number = name
        .split_once('-')
        .and_then(|(number, _)| number.parse().ok());
    let number: i64 = number.filter(|n| *n >= 0).ok_or(Error::NotFound)?;
    let live = state.live();
    let channel = live.channel(slug).ok_or(Error::NotFound)?;
    let now = state.clock.now();
    let page = state.source.archive_page(number, now).await?;
    let publisher = Publisher {
        archive_id: state.source.archive_id(),
        options: &live.settings.publish,
        public_url: &live.settings.options.public_url,
    };
    if publisher.archive_name(page, &channel, format) != file {
        let address = publisher.archive_address(page, &channel, format);
        let address = HeaderValue::from_str(&address).map_err(|_| Error::NotFound)?;
        return Ok((StatusCode::FOUND, [(header::LOCATION, address)]).into_response());
    }
    let mut query = channel.query(usize::MAX);
    query.archive_page = Some(number);
    let merged = state.source.merged(query, now).await?;
    let revision = merged.revision;
    let write = move |publisher: Publisher<'_>| publisher.archived(page, merged, &channel, format);
    let rendering = render(state, &live, format, revision, None, write).await?;
    answer(&rendering, headers, live.is_shared(), ARCHIVE_FRESH_SECS).await
}

/// The parameters of a search.
#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

/// `/search.FORMAT?q=`.
pub(super) async fn search(
    state: Shared<State>,
    extension: Named<String>,
    search: Result<Query<Search>, axum::extract::rejection::QueryRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let Path(extension) = extension.map_err(|_| Error::NotFound)?;
    let format = Format::from_extension(&extension).ok_or(Error::NotFound)?;
    let Query(Search { q }) = search.map_err(|_| Error::NoQuery)?;
    found(&state, q, uri.query().unwrap_or_default(), format, &headers).await
}

/// A search as a feed. Its own address is the one that was asked for, letter by letter: validators
/// compare them.
async fn found(
    state: &State,
    q: String,
    asked: &str,
    format: Format,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    if q.trim().is_empty() || asked.len() > MAX_QUERY_BYTES {
        return Err(Error::NoQuery);
    }
    model::Query::parse(&q).map_err(Error::Query)?;
    let live = state.live();
    let slot = live.slot(Subject::Search(asked.to_owned()), format);
    let now = state.clock.now();
    let render = async || {
        let mut query = ChannelSpec::default().query(live.settings.publish.entries);
        query.search = Some(q.clone());
        let merged = state.source.merged(query, now).await?;
        let (revision, next_change) = (merged.revision, merged.next_change);
        let asked = asked.to_owned();
        let write = move |publisher: Publisher<'_>| {
            let mut own = publisher.address(&[&format!("search.{}", format.extension())]);
            own.set_query(Some(&asked));
            publisher.found(merged, &q, own.into(), format)
        };
        render(state, &live, format, revision, next_change, write).await
    };
    let rendering = slot.get(state.source.revision(), now, render).await?;
    answer(&rendering, headers, live.is_shared(), MAX_AGE_SECS).await
}

pub(super) async fn corrections(
    state: Shared<State>,
    file: Named<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let Path(extension) = file.map_err(|_| Error::NotFound)?;
    let format = Format::from_extension(&extension).ok_or(Error::NotFound)?;
    let live = state.live();
    let slot = live.slot(Subject::Corrections, format);
    let render = async || {
        let limit = live.settings.publish.entries;
        let corrections = state.source.corrections(limit).await?;
        let revision = corrections.revision;
        let write = move |publisher: Publisher<'_>| publisher.corrected(corrections, format);
        render(&state, &live, format, revision, None, write).await
    };
    let rendering = slot
        .get(state.source.revision(), state.clock.now(), render)
        .await?;
    answer(&rendering, &headers, live.is_shared(), MAX_AGE_SECS).await
}
