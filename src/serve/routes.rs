//! Which address is answered by what.

use axum::Router;
use axum::middleware;
use axum::routing::get;

use crate::serve::error::Error;
use crate::serve::state::State;
use crate::serve::{feeds, guard, health, home};

/// The routes, with all that every request and answer passes through.
pub fn router(state: State) -> Router {
    Router::new()
        .route("/", get(home::home))
        .route("/feed.atom", get(feeds::atom))
        .route("/feed.rss", get(feeds::rss))
        .route("/feed.json", get(feeds::json))
        .route("/feed/{file}", get(feeds::archive))
        .route("/channel/{file}", get(feeds::channel))
        .route("/channel/{slug}/{file}", get(feeds::channel_archive))
        .route("/search.{format}", get(feeds::search))
        .route("/corrections.{format}", get(feeds::corrections))
        .route("/opml", get(home::opml))
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(health::metrics))
        .fallback(async || Error::NotFound)
        .layer(middleware::from_fn_with_state(state.clone(), guard::guard))
        .with_state(state)
}
