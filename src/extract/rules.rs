//! Rules by host: which of the rule packs' is for a page.
//!
//! A rule is for a host and its subdomains, or with a dot in front for the subdomains alone. Of all
//! that are for a page, the one with the longest name is taken. `www.` makes no difference, on
//! neither side: outlets put it on and off.

use std::collections::HashMap;

use url::{Host, Url};

use crate::extract::options::Rule;

/// The rules of all packs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    by_host: HashMap<String, Rule>,
}

impl Rules {
    /// Takes in the rule for a host as [`rule_host`] gives it; one that was there is replaced.
    pub fn insert(&mut self, host: String, rule: &Rule) {
        let rule = Rule {
            host: Some(host.clone()),
            ..rule.clone()
        };
        self.by_host.insert(host, rule);
    }

    /// How many hosts have one.
    pub fn len(&self) -> usize {
        self.by_host.len()
    }

    /// True if there is none at all.
    pub fn is_empty(&self) -> bool {
        self.by_host.is_empty()
    }

    /// The rule for a page.
    pub fn rule_for(&self, page: &Url) -> Option<&Rule> {
        if self.is_empty() {
            return None;
        }
        let host = page.host()?;
        let host = normal(&host.to_string());
        let rule = self.by_host.get(&host);
        if rule.is_some() || !matches!(page.host(), Some(Host::Domain(_))) {
            return rule;
        }
        let dots = host.match_indices('.').map(|(at, _)| at);
        dots.map(|at| &host[at..])
            .flat_map(|below| [below, &below[1..]])
            .find_map(|name| self.by_host.get(name))
    }
}

/// The host of a rule in its one spelling: a name (also in Unicode) or an IP address, with a dot in
/// front where its subdomains alone are meant.
///
/// # Errors
///
/// Why it is no host, in words.
pub fn rule_host(text: &str) -> Result<String, String> {
    let (dot, name) = match text.strip_prefix('.') {
        Some(name) => (".", name),
        None => ("", text),
    };
    if name.contains(['/', '*', '@']) {
        return Err(format!(
            "`{text}` is no host; write \"news.example\", which is for its subdomains as well, or \
             \".news.example\" for these alone"
        ));
    }
    match Host::parse(name) {
        Ok(Host::Domain(name)) if !name.starts_with('.') && !name.contains("..") => {
            Ok(format!("{dot}{}", normal(&name)))
        }
        Ok(address @ (Host::Ipv4(_) | Host::Ipv6(_))) if dot.is_empty() => Ok(address.to_string()),
        Ok(_) => Err(format!("`{text}` is no host")),
        Err(error) => Err(format!("`{text}` is no host: {error}")),
    }
}

/// The name without what makes no difference.
fn normal(host: &str) -> String {
    let host = host.strip_suffix('.').unwrap_or(host);
    let bare = host.strip_prefix("www.");
    bare.filter(|name| name.contains('.'))
        .unwrap_or(host)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(hosts: &[&str]) -> Rules {
        let mut rules = Rules::default();
        for host in hosts {
            rules.insert(rule_host(host).unwrap(), &Rule::default());
        }
        rules
    }

    #[test]
    fn the_longest_host_that_a_page_lies_under_has_the_rule() {
        let rules = rules(&[
            "news.example",
            ".news.example",
            "sport.news.example",
            "www.herald.example",
            "192.0.2.1",
            "[2001:db8::1]",
            "أخبار.example",
        ]);
        for (page, host) in [
            ("https://news.example/1", Some("news.example")),
            ("https://NEWS.example./1", Some("news.example")),
            ("https://www.news.example/1", Some("news.example")),
            ("https://arabic.news.example/1", Some(".news.example")),
            ("https://a.b.news.example/1", Some(".news.example")),
            (
                "https://sport.news.example:8443/1",
                Some("sport.news.example"),
            ),
            (
                "https://live.sport.news.example/1",
                Some("sport.news.example"),
            ),
            ("https://othernews.example/1", None),
            ("https://news.example.org/1", None),
            ("https://herald.example/1", Some("herald.example")),
            ("https://m.herald.example/1", Some("herald.example")),
            ("http://192.0.2.1/1", Some("192.0.2.1")),
            ("http://2.1/1", None),
            ("http://[2001:db8::1]/1", Some("[2001:db8::1]")),
            ("https://أخبار.example/1", Some("xn--igbicxr.example")),
            (
                "https://m.xn--igbicxr.example/1",
                Some("xn--igbicxr.example"),
            ),
            ("https://example/1", None),
            ("data:text/html,x", None),
        ] {
            let found = rules.rule_for(&Url::parse(page).unwrap());
            assert_eq!(found.and_then(|rule| rule.host.as_deref()), host, "{page}");
        }
        assert_eq!(rules.len(), 7);
        let page = Url::parse("https://news.example/").unwrap();
        assert_eq!(Rules::default().rule_for(&page), None);
    }

    #[test]
    fn a_host_is_no_address_and_no_pattern() {
        for bad in [
            "",
            ".",
            "..news.example",
            "a..example",
            "*.news.example",
            "https://news.example",
            "news.example/path",
            "news.example:80",
            "me@news.example",
            "news example",
            ".192.0.2.1",
        ] {
            let error = rule_host(bad).expect_err(bad);
            assert!(error.contains("is no host"), "{error}");
        }
        assert_eq!(rule_host("WWW.News.Example."), Ok("news.example".into()));
        // There is no host `example` below which all others lie.
        assert_eq!(rule_host("www.example"), Ok("www.example".into()));
    }
}
