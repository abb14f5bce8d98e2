//! Why the daemon could not start, or ended by itself. Texts may change; match on variants.

use std::net::SocketAddr;

use crate::{fetch, serve, store};

/// A failure of the daemon as a whole.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The archive cannot be used.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The client for the network cannot be made.
    #[error(transparent)]
    Fetch(#[from] fetch::Error),
    /// Serving failed.
    #[error(transparent)]
    Serve(#[from] serve::Error),
    /// The address to serve on cannot be had.
    #[error("cannot listen on {address}: {source}; set `listen` in [serve] to a free address")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The token's file or credential cannot be read.
    #[error("cannot read the token of [serve]: {0}")]
    Token(std::io::Error),
    /// The system does not deliver signals.
    #[error("cannot listen to signals: {0}")]
    Signals(std::io::Error),
}
