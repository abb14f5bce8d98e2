//! The vocabularies that feeds are written in, and the many ways in which outlets name them.
//!
//! feed-rs knows a namespace by one exact address. Outlets leave out a slash, write https, keep the
//! address of an older version, or use a prefix that they never declare. [`Ns::of_uri`] and
//! [`Ns::of_prefix`] tell what is meant, [`Ns::uri`] the address to say it with.
//!
//! Sources: the specifications of the namespaces; for the spellings, what feeds write.

/// A vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ns {
    /// RSS of any version: what elements without a prefix mean outside of Atom.
    Rss,
    Atom,
    Rdf,
    Xhtml,
    Dc,
    DcTerms,
    Content,
    Media,
    Itunes,
    Podcast,
    Wfw,
    Feedburner,
    Syndication,
    Admin,
    /// None that matters here.
    Other,
}

impl Ns {
    /// What a namespace name means, spelled in any way.
    pub(crate) fn of_uri(uri: &str) -> Self {
        let uri = uri.trim().to_ascii_lowercase();
        let bare = uri
            .strip_prefix("http://")
            .or_else(|| uri.strip_prefix("https://"))
            .unwrap_or(&uri)
            .trim_end_matches(['/', '#']);
        match bare.strip_prefix("www.").unwrap_or(bare) {
            "w3.org/2005/atom" | "purl.org/atom/ns" | "w3.org/atom" => Self::Atom,
            "w3.org/1999/02/22-rdf-syntax-ns" => Self::Rdf,
            "w3.org/1999/xhtml" => Self::Xhtml,
            "purl.org/dc/elements/1.1"
            | "purl.org/dc/elements/1.0"
            | "purl.org/metadata/dublin_core" => Self::Dc,
            "purl.org/dc/terms" => Self::DcTerms,
            "purl.org/rss/1.0/modules/content" => Self::Content,
            "purl.org/rss/1.0/modules/syndication" => Self::Syndication,
            "webns.net/mvcb" => Self::Admin,
            "wellformedweb.org/commentapi" => Self::Wfw,
            bare if bare.contains("podcastindex.org/namespace") => Self::Podcast,
            bare if bare.contains("podcastindex-org/podcast-namespace") => Self::Podcast,
            bare if bare.ends_with("podcast-1.0.dtd") => Self::Itunes,
            bare if bare.contains("yahoo.com/mrss") => Self::Media,
            bare if bare.contains("feedburner/ext") => Self::Feedburner,
            bare if is_rss(bare) => Self::Rss,
            _ => Self::Other,
        }
    }

    /// What a prefix means that no declaration explains.
    pub(crate) fn of_prefix(prefix: &str) -> Self {
        match prefix {
            "rss" => Self::Rss,
            "atom" | "atom10" | "a10" => Self::Atom,
            "rdf" => Self::Rdf,
            "xhtml" | "html" => Self::Xhtml,
            "dc" => Self::Dc,
            "dcterms" | "dct" => Self::DcTerms,
            "content" => Self::Content,
            "media" => Self::Media,
            "itunes" => Self::Itunes,
            "podcast" => Self::Podcast,
            "wfw" => Self::Wfw,
            "feedburner" => Self::Feedburner,
            "sy" => Self::Syndication,
            "admin" => Self::Admin,
            _ => Self::Other,
        }
    }

    /// The one address by which feed-rs knows it; none for those that it does not read.
    pub(crate) fn uri(self) -> Option<&'static str> {
        Some(match self {
            Self::Rss => "http://purl.org/rss/1.0/",
            Self::Atom => "http://www.w3.org/2005/Atom",
            Self::Content => "http://purl.org/rss/1.0/modules/content/",
            Self::Dc => "http://purl.org/dc/elements/1.1/",
            Self::Media => "http://search.yahoo.com/mrss/",
            Self::Itunes => "http://www.itunes.com/dtds/podcast-1.0.dtd",
            Self::Podcast => "https://podcastindex.org/namespace/1.0",
            Self::Wfw => "http://wellformedweb.org/CommentAPI/",
            _ => return None,
        })
    }

    /// A declaration for a prefix that the document forgot to declare.
    pub(crate) fn declaration(prefix: &str) -> String {
        // Any name will do for what nobody reads; without one, feed-rs takes it for RSS.
        let uri = Self::of_prefix(prefix).uri().unwrap_or("urn:undeclared");
        format!(" xmlns:{prefix}=\"{uri}\"")
    }
}

/// The namespaces of the first versions, of Netscape and of Dave Winer, which few feeds spell alike.
fn is_rss(bare: &str) -> bool {
    bare == "purl.org/rss/1.0"
        || bare.contains("netscape.com/") && (bare.contains("rdf") || bare.contains("rss"))
        || bare.contains("userland.com/rss")
        || bare.contains("law.harvard.edu/") && bare.contains("rss")
        || bare.contains("rssboard.org/")
}

/// The grammar of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// `rss`, of all versions; entries lie in the channel.
    Rss,
    /// `rdf:RDF`: RSS 0.90 and 1.0; entries lie beside the channel.
    Rdf,
    /// `feed`, or a lone `entry`.
    Atom,
}

/// Names of RSS and Atom whose case outlets get wrong, in the case that feed-rs wants.
const CASED: &[&str] = &[
    "author",
    "category",
    "channel",
    "comments",
    "content",
    "copyright",
    "description",
    "enclosure",
    "entry",
    "feed",
    "generator",
    "guid",
    "id",
    "image",
    "item",
    "language",
    "lastBuildDate",
    "link",
    "managingEditor",
    "pubDate",
    "published",
    "rss",
    "skipDays",
    "skipHours",
    "source",
    "summary",
    "title",
    "ttl",
    "updated",
    "url",
    "webMaster",
];

/// The name that Atom 1.0 has for an element of Atom 0.3.
pub(crate) fn modern(local: &str) -> Option<&'static str> {
    Some(match local {
        "tagline" => "subtitle",
        "copyright" => "rights",
        "modified" => "updated",
        "issued" => "published",
        _ => return None,
    })
}

/// The name that a local name stands for, if only its letter case is wrong.
pub(crate) fn recased(local: &str) -> Option<&'static str> {
    let same = |name: &&&str| name.eq_ignore_ascii_case(local);
    CASED
        .iter()
        .find(same)
        .copied()
        .filter(|name| *name != local)
}

/// Versions of RSS that feed-rs takes.
pub(crate) fn is_known_version(version: &str) -> bool {
    matches!(version, "2.0" | "" | "0.91" | "0.92")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_known_in_any_spelling() {
        for (uri, ns) in [
            ("http://search.yahoo.com/mrss", Ns::Media),
            ("https://search.yahoo.com/mrss/", Ns::Media),
            ("http://www.itunes.com/DTDs/Podcast-1.0.dtd", Ns::Itunes),
            ("http://backend.userland.com/rss2", Ns::Rss),
            ("http://my.netscape.com/rdf/simple/0.9/", Ns::Rss),
            ("http://purl.org/atom/ns#", Ns::Atom),
            ("https://www.w3.org/2005/Atom", Ns::Atom),
            ("http://purl.org/dc/elements/1.1", Ns::Dc),
            ("urn:mine", Ns::Other),
        ] {
            assert_eq!(Ns::of_uri(uri), ns, "{uri}");
        }
    }

    #[test]
    fn feed_rs_s_own_spellings_are_ours() {
        for ns in [
            Ns::Rss,
            Ns::Atom,
            Ns::Content,
            Ns::Dc,
            Ns::Media,
            Ns::Itunes,
            Ns::Podcast,
            Ns::Wfw,
        ] {
            assert_eq!(ns.uri().map(Ns::of_uri), Some(ns));
        }
    }

    #[test]
    fn only_the_case_of_a_name_is_mended() {
        assert_eq!(recased("pubdate"), Some("pubDate"));
        assert_eq!(recased("TITLE"), Some("title"));
        assert_eq!(recased("title"), None);
        assert_eq!(recased("titel"), None);
    }
}
