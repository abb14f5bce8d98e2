//! Asking a fetcher for what is not known yet, as a feed without keys of its own does.

use rawi::fetch::{Access, Error, FeedRequest, Fetched, Fetcher, PageRequest};
use rawi::model::Validators;
use url::Url;

/// A feed's document; `local`: it is a local feed.
pub(crate) async fn get_feed(fetcher: &Fetcher, url: &Url, local: bool) -> Result<Fetched, Error> {
    get_feed_if(fetcher, url, &Validators::default(), local).await
}

/// The same, unless it is what these validators say.
pub(crate) async fn get_feed_if(
    fetcher: &Fetcher,
    url: &Url,
    validators: &Validators,
    local: bool,
) -> Result<Fetched, Error> {
    let permit = fetcher.hosts().reserve(url, local).await;
    let request = FeedRequest {
        url,
        validators,
        local,
        permit,
        access: &Access::default(),
        home: url,
    };
    fetcher.get_feed(request).await
}

/// A page of a feed at the same host.
pub(crate) async fn get_page(fetcher: &Fetcher, url: &Url, local: bool) -> Result<Fetched, Error> {
    let permit = fetcher.hosts().try_reserve_page(url, local).unwrap();
    let request = PageRequest {
        url,
        validators: &Validators::default(),
        local,
        permit,
        access: &Access::default(),
        home: url,
    };
    fetcher.get_page(request).await
}
