//! What can go wrong in serving, and the only place that knows status codes.
//!
//! Texts may change; match on variants. What a stranger is told is the variant's own text: the
//! archive's reasons are logged where they arise, and told by the health check only.

use std::io;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::model;
use crate::store;

/// A request that is not answered as it wished, or a server that cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The listening socket does not work.
    #[error("cannot serve on the listening socket")]
    Listener(#[source] io::Error),
    /// The archive failed; the next request tries again.
    #[error("the archive does not answer; try again later")]
    Archive(#[source] store::Error),
    /// The archive did not answer a ping in time.
    #[error("the archive did not answer within {within_secs} s")]
    Slow {
        /// How long was waited.
        within_secs: u64,
    },
    /// The health check failed. It is asked by those who run us, so they are told why.
    #[error("not well: {reason}")]
    Unwell {
        /// Why, with the cause.
        reason: String,
    },
    /// Rendering a feed panicked; the next request tries again.
    #[error("the feed could not be rendered; try again later")]
    Render,
    /// Nothing lives at this address.
    #[error("not found")]
    NotFound,
    /// A search without a query, or with a far too long one.
    #[error("bad request: say what to look for, as in search.atom?q=…")]
    NoQuery,
    /// The query cannot be understood.
    #[error("bad request: {0}")]
    Query(#[source] model::QueryError),
    /// Only GET and HEAD are answered.
    #[error("method not allowed: only GET and HEAD are answered here")]
    Method,
    /// The request names no host, or more than one.
    #[error("bad request: it must name one host")]
    NoHost,
    /// The request is for a host that we are not: DNS rebinding, or a proxy's mistake.
    #[error("misdirected request: this host is not served here; see public_url in [serve]")]
    Misdirected,
    /// The token is missing or another one.
    #[error("unauthorized: a bearer token is needed")]
    Token,
}

impl Error {
    /// The text with its cause, for those who run us.
    pub(super) fn with_cause(&self) -> String {
        match std::error::Error::source(self) {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Listener(_) | Self::Render => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Archive(_) | Self::Slow { .. } | Self::Unwell { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoHost | Self::NoQuery | Self::Query(_) => StatusCode::BAD_REQUEST,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Token => StatusCode::UNAUTHORIZED,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = (self.status(), format!("{self}\n")).into_response();
        let extra = match self {
            Self::Method => Some((header::ALLOW, "GET, HEAD")),
            Self::Token => Some((header::WWW_AUTHENTICATE, "Bearer realm=\"rawi\"")),
            Self::Archive(_) | Self::Slow { .. } => Some((header::RETRY_AFTER, "60")),
            _ => None,
        };
        if let Some((name, value)) = extra {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
