//! The way from the address that was asked for to the one that answers.
//!
//! Redirects are followed here and not by the HTTP library, which would hide a 301 behind a 302,
//! follow into any network, and tell each site where we came from. A [`Route`] does no I/O: it is
//! told each redirect by [`Route::follow`] and says where to go, or why not (RFC 9110 §15.4).

use url::Url;

use crate::fetch::error::Error;

/// Redirects that are followed before giving up.
const MAX_REDIRECTS: usize = 10;

/// Redirects of a robots.txt that are followed (RFC 9309 §2.3.1.2).
const MAX_ROBOTS_REDIRECTS: usize = 5;

/// The longest address that a redirect may lead to: what most servers take at most. It is told in
/// errors, in the log and in the archive.
const MAX_URL_BYTES: usize = 8 << 10;

/// Where a fetch has been and where it is.
#[derive(Debug)]
pub(super) struct Route {
    here: Url,
    /// The addresses before this one, in order.
    before: Vec<Url>,
    /// Every redirect so far was a permanent one.
    permanent: bool,
    /// Redirects that are followed.
    limit: usize,
}

impl Route {
    /// Starts at a URL, without its user info and fragment.
    pub(super) fn start(url: &Url) -> Result<Self, Error> {
        let here =
            fetchable(url.clone()).map_err(|url| Error::UnsupportedUrl { url: Box::new(url) })?;
        Ok(Self {
            here,
            before: Vec::new(),
            permanent: true,
            limit: MAX_REDIRECTS,
        })
    }

    /// Starts at the robots.txt of the origin of `page`.
    pub(super) fn start_at_robots(page: &Url) -> Self {
        let mut here = page.clone();
        here.set_path("/robots.txt");
        here.set_query(None);
        Self {
            here,
            before: Vec::new(),
            permanent: true,
            limit: MAX_ROBOTS_REDIRECTS,
        }
    }

    /// The address to ask now.
    pub(super) fn here(&self) -> &Url {
        &self.here
    }

    /// The address that was asked first.
    pub(super) fn first(&self) -> &Url {
        self.before.first().unwrap_or(&self.here)
    }

    /// True behind the first redirect.
    pub(super) fn is_redirected(&self) -> bool {
        !self.before.is_empty()
    }

    /// True where what belongs to the first address may be sent and learned: see [`is_home`].
    pub(super) fn is_at_first_origin(&self) -> bool {
        is_home(self.first(), &self.here)
    }

    /// Where the first address moved for good: behind redirects that were all permanent.
    pub(super) fn moved_to(&self) -> Option<&Url> {
        (self.is_redirected() && self.permanent).then_some(&self.here)
    }

    /// The end of the way.
    pub(super) fn into_final_url(self) -> Url {
        self.here
    }

    /// Takes a redirect: goes on to its `Location`.
    ///
    /// # Errors
    ///
    /// [`Error::BadRedirect`], [`Error::RedirectLoop`] or [`Error::TooManyRedirects`].
    pub(super) fn follow(&mut self, status: u16, location: Option<&[u8]>) -> Result<(), Error> {
        let location = location.map(String::from_utf8_lossy);
        let next = location
            .as_deref()
            .filter(|location| !location.trim().is_empty())
            .and_then(|location| self.here.join(location).ok())
            .and_then(|url| fetchable(url).ok())
            .filter(|url| url.as_str().len() <= MAX_URL_BYTES);
        let Some(next) = next else {
            return Err(Error::BadRedirect {
                url: Box::new(self.here.clone()),
                location: location.map(|text| text.chars().take(300).collect()),
            });
        };
        if next == self.here || self.before.contains(&next) {
            return Err(Error::RedirectLoop {
                url: Box::new(next),
            });
        }
        if self.before.len() == self.limit {
            let url = Box::new(self.here.clone());
            return Err(Error::TooManyRedirects {
                url,
                limit: self.limit,
            });
        }
        self.permanent &= matches!(status, 301 | 308);
        self.before.push(std::mem::replace(&mut self.here, next));
        Ok(())
    }
}

/// True if what belongs to `home` may be sent to `here`: to the same scheme, host and port, and to
/// the same host by https on the standard ports, which is no stranger to it. Never back to http.
pub(super) fn is_home(home: &Url, here: &Url) -> bool {
    let upgraded = home.scheme() == "http"
        && here.scheme() == "https"
        && home.port().is_none()
        && here.port().is_none();
    home.has_host() && home.host() == here.host() && (home.origin() == here.origin() || upgraded)
}

/// True for the statuses whose `Location` is followed.
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The URL as it is asked: http or https with a host, no user info, no fragment.
fn fetchable(mut url: Url) -> Result<Url, Url> {
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(url);
    }
    // Both fail only for URLs without a host.
    if !url.username().is_empty() {
        let _ = url.set_username("");
    }
    if url.password().is_some() {
        let _ = url.set_password(None);
    }
    if url.fragment().is_some() {
        url.set_fragment(None);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(url: &str) -> Route {
        Route::start(&Url::parse(url).unwrap()).unwrap()
    }

    fn follow(route: &mut Route, status: u16, location: &str) {
        route.follow(status, Some(location.as_bytes())).unwrap();
    }

    #[test]
    fn user_info_and_fragments_are_never_asked_for() {
        let mut route = start("https://name:secret@a.example/feed?x=1#top");
        assert_eq!(route.here().as_str(), "https://a.example/feed?x=1");
        follow(&mut route, 302, "//me:pw@b.example/f#here");
        assert_eq!(route.here().as_str(), "https://b.example/f");
    }

    #[test]
    fn only_http_and_https_are_fetched() {
        for url in [
            "ftp://a.example/",
            "file:///etc/passwd",
            "data:text/plain,x",
        ] {
            let refused = Route::start(&Url::parse(url).unwrap());
            assert!(
                matches!(refused, Err(Error::UnsupportedUrl { .. })),
                "{url}"
            );
        }
    }

    #[test]
    fn an_address_moved_only_if_every_redirect_was_permanent() {
        let table: [(&[u16], bool); 6] = [
            (&[], false),
            (&[301], true),
            (&[308, 301], true),
            (&[301, 302], false),
            (&[307, 301], false),
            (&[303], false),
        ];
        for (statuses, moved) in table {
            let mut route = start("http://a.example/");
            for (n, status) in statuses.iter().enumerate() {
                follow(&mut route, *status, &format!("/{n}"));
            }
            assert_eq!(route.moved_to().is_some(), moved, "{statuses:?}");
        }
    }

    #[test]
    fn validators_belong_to_the_first_origin_and_to_its_https() {
        let table = [
            ("http://a.example/f", "/g", true),
            ("http://a.example/f", "https://a.example/f", true),
            ("http://a.example/f", "http://www.a.example/f", false),
            ("http://a.example/f", "http://a.example:8080/f", false),
            ("http://a.example:80/f", "http://a.example/g", true),
            ("http://a.example:8080/f", "https://a.example/f", false),
            ("https://a.example/f", "http://a.example/f", false),
        ];
        for (first, next, same) in table {
            let mut route = start(first);
            follow(&mut route, 302, next);
            assert_eq!(route.is_at_first_origin(), same, "{first} to {next}");
        }
    }

    #[test]
    fn e6_secrets_stay_at_home_and_follow_it_to_https_but_never_back() {
        let table = [
            (
                "https://a.example/feed",
                "https://a.example/pages/1?x=2",
                true,
            ),
            ("https://a.example/", "https://a.example:443/", true),
            ("https://a.example/", "https://A.EXAMPLE/", true),
            ("http://a.example/", "http://a.example/", true),
            ("http://a.example/", "https://a.example/", true),
            ("http://a.example:8080/", "http://a.example:8080/", true),
            // Down to http, where everybody on the way reads along.
            ("https://a.example/", "http://a.example/", false),
            ("https://a.example/", "http://a.example:443/", false),
            // Another port is another server.
            ("https://a.example/", "https://a.example:8443/", false),
            ("http://a.example:8080/", "https://a.example/", false),
            ("http://a.example/", "https://a.example:8443/", false),
            ("http://a.example:443/", "https://a.example/", false),
            // Another host, however near.
            ("https://a.example/", "https://www.a.example/", false),
            ("https://www.a.example/", "https://a.example/", false),
            ("https://a.example/", "https://a.example./", false),
            ("https://a.example/", "https://a.example.evil/", false),
            (
                "https://a.example/",
                "https://evil.example/a.example",
                false,
            ),
            ("http://127.0.0.1/", "http://127.0.0.2/", false),
            ("http://[::1]/", "http://127.0.0.1/", false),
            // Without a host there is no home.
            ("data:,a", "data:,a", false),
        ];
        for (home, here, goes) in table {
            let found = is_home(&Url::parse(home).unwrap(), &Url::parse(here).unwrap());
            assert_eq!(found, goes, "of {home} to {here}");
        }
    }

    #[test]
    fn a_circle_is_noticed_when_it_closes() {
        let mut route = start("http://a.example/1");
        follow(&mut route, 302, "/2");
        let closed = route.follow(302, Some(b"/1#again"));
        assert!(matches!(closed, Err(Error::RedirectLoop { url }) if url.path() == "/1"));
        assert!(matches!(
            route.follow(302, Some(b"/2")),
            Err(Error::RedirectLoop { .. })
        ));
    }

    #[test]
    fn ten_redirects_are_followed_and_the_eleventh_is_not() {
        let mut route = start("http://a.example/0");
        for n in 1..=10 {
            follow(&mut route, 301, &format!("/{n}"));
        }
        let eleventh = route.follow(301, Some(b"/11"));
        assert!(matches!(
            eleventh,
            Err(Error::TooManyRedirects { limit: 10, .. })
        ));
    }

    #[test]
    fn a_location_that_leads_nowhere_is_an_error() {
        let endless = format!("/{}", "a".repeat(MAX_URL_BYTES));
        for location in [
            None,
            Some(endless.as_str()),
            Some(""),
            Some(" "),
            Some("mailto:a@b.example"),
            Some("http://"),
        ] {
            let followed = start("http://a.example/").follow(302, location.map(str::as_bytes));
            assert!(
                matches!(followed, Err(Error::BadRedirect { .. })),
                "{location:?}"
            );
        }
    }

    #[test]
    fn a_location_beyond_ascii_is_read_as_utf8() {
        let mut route = start("http://a.example/");
        follow(&mut route, 302, "/أخبار");
        assert_eq!(route.here().path(), "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1");
    }
}
