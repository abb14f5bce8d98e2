//! How the daemon is doing, for those who watch over it.

use axum::extract::State as Shared;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tracing::warn;

use crate::serve::error::Error;
use crate::serve::state::State;

/// `/healthz`: 200 while the archive answers, else 503 and why.
pub(super) async fn healthz(state: Shared<State>) -> Result<&'static str, Error> {
    if let Err(error) = state.source.ping().await {
        let reason = error.with_cause();
        warn!(reason, "the health check failed");
        return Err(Error::Unwell { reason });
    }
    Ok("ok\n")
}

/// `/metrics`: in the text format of `OpenMetrics`.
pub(super) async fn metrics(state: Shared<State>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], (state.metrics)()).into_response()
}
