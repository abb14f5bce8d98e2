//! What the section `[serve]` of feeds.toml sets.

use std::net::{Ipv4Addr, SocketAddr};

use url::Url;

use crate::model::Secret;

/// Where and to whom the feeds are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where connections are accepted.
    pub listen: SocketAddr,
    /// The address that subscribers use: in every link to ourselves.
    pub public_url: Url,
    /// A bearer token that every request must bring, `/healthz` apart.
    pub token: Option<Secret>,
    /// Language of the pages.
    pub language: Language,
    /// How pages show the images of articles.
    pub images: Images,
}

/// Language of the pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// The browser's.
    #[default]
    Auto,
    /// Arabic.
    Ar,
    /// English.
    En,
}

/// How pages show the images of articles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Images {
    /// As links: nothing is loaded from elsewhere.
    #[default]
    Off,
    /// Loaded by the browser from their outlets, lazily and without referrer.
    Remote,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8077)),
            public_url: Url::parse("http://127.0.0.1:8077/").expect("invariant: a constant URL"),
            token: None,
            language: Language::Auto,
            images: Images::Off,
        }
    }
}
