//! Asking for leave before a page: robots.txt of its origin, and the day's budget of its host.
//!
//! [`Inner::leave`] stands before every request for a page, redirects included. A robots.txt goes
//! through the same door as all else: the addresses that the page may reach, the place at the host
//! that the page had (which then waits for its next turn), the proxy, and the page's deadline; but
//! it is asked for by nobody in particular, without what the feed is asked with. Pages that want
//! the same robots.txt wait for the one that asks. Errors are those of the page.

use reqwest::Response;
use reqwest::header::{HeaderValue, LOCATION};
use tokio::time::timeout_at;
use url::Url;

use crate::fetch::access::Pass;
use crate::fetch::body;
use crate::fetch::error::{Error, broken_body};
use crate::fetch::fetcher::{Inner, Wanted};
use crate::fetch::headers;
use crate::fetch::hosts::{HostPermit, Purpose, key};
use crate::fetch::redirects::{Route, is_redirect};
use crate::fetch::robots::{Answer, MAX_BYTES, Rules, Unreachable, Word};

const ACCEPT_ROBOTS: HeaderValue = HeaderValue::from_static("text/plain, */*;q=0.1");

impl Inner {
    /// Leave to ask for the page where the route is, with the place at its host.
    ///
    /// # Errors
    ///
    /// [`Error::RobotsRefused`], [`Error::RobotsUnreachable`]; [`Error::HostBusy`] if the host's
    /// day is over or its turn does not come in time; what keeps a robots.txt from being asked for.
    pub(super) async fn leave(
        &self,
        route: &Route,
        wanted: &Wanted<'_>,
        permit: HostPermit,
    ) -> Result<HostPermit, Error> {
        let page = route.here();
        let (rules, permit) = self.rules(page, wanted, permit).await?;
        if !rules.allow(page) {
            return Err(Error::RobotsRefused {
                url: Box::new(page.clone()),
            });
        }
        let mut permit = match permit {
            Some(permit) => permit,
            None => self.turn(route, wanted).await?,
        };
        if !(wanted.local && self.is_local(page).await) {
            let host = key(page.host_str().unwrap_or_default());
            let spent = self.budget.spend(host, self.clock.now());
            spent.map_err(|until| busy(page, Some(until)))?;
            if let Some(delay) = rules.crawl_delay() {
                permit.rest_pages(delay);
            }
        }
        Ok(permit)
    }

    /// What the page's origin says in its robots.txt, known or asked now. Asking takes the permit.
    async fn rules(
        &self,
        page: &Url,
        wanted: &Wanted<'_>,
        permit: HostPermit,
    ) -> Result<(std::sync::Arc<Rules>, Option<HostPermit>), Error> {
        let proxy = wanted.access.proxy.as_ref();
        let origin = self.robots.origin(page, wanted.local, proxy);
        let mut permit = Some(permit);
        let mut word = origin.word(self.clock.now());
        if word.is_none() {
            let asking = timeout_at(wanted.deadline, origin.asking.lock()).await;
            let _asking = asking.map_err(|_| busy(page, None))?;
            // Somebody else may have asked while this one waited.
            word = origin.word(self.clock.now());
            if word.is_none()
                && let Some(permit) = permit.take()
            {
                let answer = self.ask_robots(page, wanted, permit).await?;
                word = Some(origin.note(answer, self.clock.now()));
            }
        }
        match word {
            Some(Word::Rules(rules)) => Ok((rules, permit)),
            Some(Word::Unreachable(why)) => Err(Error::RobotsUnreachable {
                url: Box::new(page.clone()),
                reason: why.reason,
                status: why.status,
                retry_after: why.retry_after,
            }),
            None => Err(busy(page, None)),
        }
    }

    /// Asks the page's origin for its robots.txt.
    ///
    /// # Errors
    ///
    /// What says nothing about the robots.txt: no client, a host that may not be reached or is
    /// not free.
    async fn ask_robots(
        &self,
        page: &Url,
        wanted: &Wanted<'_>,
        mut permit: HostPermit,
    ) -> Result<Answer, Error> {
        let robots = Wanted {
            accept: ACCEPT_ROBOTS,
            validators: None,
            purpose: Purpose::Other,
            ..*wanted
        };
        let mut route = Route::start_at_robots(page);
        loop {
            let response = match self.ask(&route, &robots, Pass::default()).await {
                Ok((response, _)) => response,
                Err(
                    error @ (Error::Client { .. }
                    | Error::ForbiddenAddress {
                        redirected: false, ..
                    }),
                ) => return Err(error),
                Err(error) => return Ok(unreachable(&error)),
            };
            let status = response.status().as_u16();
            if !is_redirect(status) {
                let answer = self.read_robots(&route, &robots, response).await;
                drop(permit);
                return Ok(answer);
            }
            let location = response.headers().get(LOCATION).map(HeaderValue::as_bytes);
            if route.follow(status, location).is_err() {
                return Ok(Answer::Rules(Rules::open(), None));
            }
            if let Err(error) = self.check_reach(&route, &robots) {
                return Ok(unreachable(&error));
            }
            drop((response, permit));
            permit = self.turn(&route, &robots).await?;
        }
    }

    /// What the answer that is no redirect says (RFC 9309 §2.3.1). 429 is no word on robots.
    async fn read_robots(
        &self,
        route: &Route,
        wanted: &Wanted<'_>,
        mut response: Response,
    ) -> Answer {
        let headers = std::mem::take(response.headers_mut());
        match response.status().as_u16() {
            200..=299 => {}
            429 | 500.. => {
                let refusal = self.refusal(route.here(), wanted, &headers, response);
                return unreachable(&refusal.await);
            }
            _ => return Answer::Rules(Rules::open(), None),
        }
        let fresh_for = headers::fresh_for(&headers, self.clock.now());
        let encoding = match headers::encoding(&headers) {
            Ok(encoding) => encoding,
            Err(encoding) => {
                let url = Box::new(route.here().clone());
                return unreachable(&Error::Encoding { url, encoding });
            }
        };
        let text = body::read_start(response, encoding, MAX_BYTES, &self.places);
        match timeout_at(wanted.deadline, text).await {
            Ok(Ok(text)) => Answer::Rules(Rules::read(&text), fresh_for),
            Ok(Err(source)) => unreachable(&broken_body(route.here(), source)),
            Err(_) => unreachable(&self.slow_body(route.here())),
        }
    }
}

fn busy(url: &Url, until: Option<chrono::DateTime<chrono::Utc>>) -> Error {
    Error::HostBusy {
        url: Box::new(url.clone()),
        until,
    }
}

fn unreachable(error: &Error) -> Answer {
    Answer::Unreachable(Unreachable {
        reason: error.to_string(),
        status: error.status(),
        retry_after: error.retry_after(),
    })
}
