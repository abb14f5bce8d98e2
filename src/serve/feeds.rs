//! The merged feeds: what the archive answers, as documents.

use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use url::Url;

use crate::publish::{self, ALL, Channel, Format, Item};
use crate::serve::error::Error;
use crate::serve::rendering::{Rendering, answer};
use crate::serve::state::{ChannelSpec, State};
use crate::store::Merged;

/// Writes one document from what the archive answered: the same bytes for the server and for
/// `emit`.
pub fn document(
    merged: Merged,
    archive_id: &str,
    channel: &ChannelSpec,
    options: &publish::Options,
    public_url: &Url,
    format: Format,
) -> Vec<u8> {
    let (head, items) = head_and_items(merged, archive_id, channel, options, public_url, format);
    publish::render(format, &head, &items)
}

pub(super) async fn atom(state: Shared<State>, headers: HeaderMap) -> Result<Response, Error> {
    feed(&state, ALL, Format::Atom, &headers).await
}

pub(super) async fn rss(state: Shared<State>, headers: HeaderMap) -> Result<Response, Error> {
    feed(&state, ALL, Format::Rss, &headers).await
}

pub(super) async fn json(state: Shared<State>, headers: HeaderMap) -> Result<Response, Error> {
    feed(&state, ALL, Format::Json, &headers).await
}

pub(super) async fn channel(
    state: Shared<State>,
    file: Result<Path<String>, axum::extract::rejection::PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let Ok(Path(file)) = file else {
        return Err(Error::NotFound);
    };
    let (slug, extension) = file.rsplit_once('.').ok_or(Error::NotFound)?;
    let format = Format::from_extension(extension).ok_or(Error::NotFound)?;
    if slug == ALL {
        return Err(Error::NotFound);
    }
    feed(&state, slug, format, &headers).await
}

async fn feed(
    state: &State,
    slug: &str,
    format: Format,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let live = state.live();
    let (channel, slot) = live.slot(slug, format).ok_or(Error::NotFound)?;
    let now = state.clock.now();
    let rendering = slot
        .get(state.source.revision(), now, async || {
            let options = live.settings.publish.clone();
            let public_url = live.settings.options.public_url.clone();
            let merged = state
                .source
                .merged(channel.query(options.entries), now)
                .await?;
            let archive_id = state.source.archive_id().to_owned();
            // Sanitising a hundred articles takes milliseconds that other connections need.
            tokio::task::spawn_blocking(move || {
                render(merged, &archive_id, &channel, &options, &public_url, format)
            })
            .await
            .map_err(|_| Error::Render)
        })
        .await?;
    Ok(answer(&rendering, headers, live.settings.token.is_none()))
}

fn render(
    merged: Merged,
    archive_id: &str,
    channel: &ChannelSpec,
    options: &publish::Options,
    public_url: &Url,
    format: Format,
) -> Rendering {
    let (revision, next_change) = (merged.revision, merged.next_change);
    let (head, items) = head_and_items(merged, archive_id, channel, options, public_url, format);
    let bytes = publish::render(format, &head, &items);
    let newest: DateTime<Utc> = head.updated;
    Rendering::new(bytes, format, newest, revision, next_change)
}

fn head_and_items(
    merged: Merged,
    archive_id: &str,
    channel: &ChannelSpec,
    options: &publish::Options,
    public_url: &Url,
    format: Format,
) -> (Channel, Vec<Item>) {
    let items: Vec<_> = merged
        .items
        .into_iter()
        .map(|item| Item::from_article(item.article, item.source, item.others, archive_id, options))
        .collect();
    let head = Channel::new(
        archive_id,
        &channel.slug,
        &channel.title,
        public_url,
        format,
        &items,
    );
    (head, items)
}
