//! Telling a WebSub hub that feeds of ours have changed (WebSub §5; the form is the one that all hubs
//! took over from `PubSubHubbub` 0.4, since the specification leaves it open).

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Body, Method, Request};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::fetch::error::{Error, Phase, classify};
use crate::fetch::fetcher::{Fetcher, PING_WITHIN};

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

impl Fetcher {
    /// Tells `hub` that the documents at `topics` have changed. No redirect is followed. A hub in
    /// `allow_networks` is reached as a local feed is.
    ///
    /// # Errors
    ///
    /// It cannot be reached, or did not answer with a status of the 200s.
    pub async fn ping_hub(&self, hub: &Url, topics: &[String]) -> Result<(), Error> {
        let local = self.is_local(hub).await;
        let client = self.client_of(hub, local)?;
        let mut request = Request::new(Method::POST, hub.clone());
        request.headers_mut().insert(CONTENT_TYPE, FORM);
        *request.body_mut() = Some(Body::from(form(topics)));
        let within = PING_WITHIN;
        match timeout_at(Instant::now() + within, client.execute(request)).await {
            Ok(Ok(response)) if response.status().is_success() => Ok(()),
            Ok(Ok(response)) => Err(Error::Hub {
                url: Box::new(hub.clone()),
                status: response.status().as_u16(),
            }),
            Ok(Err(error)) => Err(classify(hub, false, within, error)),
            Err(_) => Err(Error::Timeout {
                url: Box::new(hub.clone()),
                limit: within,
                waiting_for: Phase::Answer,
            }),
        }
    }
}

fn form(topics: &[String]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", "publish");
    for topic in topics {
        form.append_pair("hub.url", topic);
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_told_of_all_documents_at_once() {
        let topics = [
            "http://rawi.example/feed.atom",
            "http://rawi.example/search.atom?q=a b&c",
        ];
        assert_eq!(
            form(&topics.map(str::to_owned)),
            "hub.mode=publish&hub.url=http%3A%2F%2Frawi.example%2Ffeed.atom\
             &hub.url=http%3A%2F%2Frawi.example%2Fsearch.atom%3Fq%3Da+b%26c"
        );
    }
}
