//! What class and id names say of an element.
//!
//! Names are compared as whole words: `mostRead` and `most-read` are two. Among them is
//! transliterated Arabic (`taaliqat`, `rodood`).

/// What a class or id says of an element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Hint {
    /// Part of the frame: menus, shares, related links, advertisements.
    pub(crate) frame: bool,
    /// Readers' comments.
    pub(crate) comments: bool,
    /// About the author.
    pub(crate) person: bool,
    /// Something of another site, shown here.
    pub(crate) embed: bool,
    /// Likely the body.
    pub(crate) body: bool,
}

/// Reads the words of class and id names.
pub(crate) fn hint(names: &str) -> Hint {
    let mut hint = Hint::default();
    let (mut previous, mut word) = (String::new(), String::new());
    let mut lower = false;
    // Words of `mainNav most-read_box3`: `main nav most read box`.
    for c in names.chars().chain([' ']) {
        if !c.is_alphabetic() || (c.is_uppercase() && lower) {
            if !word.is_empty() {
                hint.take(&previous, &word);
                std::mem::swap(&mut previous, &mut word);
                word.clear();
            }
            lower = false;
        }
        if c.is_alphabetic() {
            lower = c.is_lowercase();
            word.extend(c.to_lowercase());
        }
    }
    hint
}

impl Hint {
    fn take(&mut self, previous: &str, word: &str) {
        // `has-sidebar`, `no-sidebar`, `with-comments` speak of what is elsewhere.
        if matches!(previous, "has" | "no" | "with" | "without" | "is" | "js") {
            return;
        }
        self.embed |= word.starts_with("embed") || word == "oembed";
        self.comments |= is_comments(word);
        self.frame |= is_frame(word) || is_frame_pair(previous, word);
        self.person |= PERSON.contains(&word);
        self.body |= BODY.contains(&word);
    }

    /// What both say.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            frame: self.frame || other.frame,
            comments: self.comments || other.comments,
            person: self.person || other.person,
            embed: self.embed || other.embed,
            body: self.body || other.body,
        }
    }
}

/// Class and id names that content systems give to the body.
pub(crate) fn is_body_name(names: &str) -> bool {
    names.split_ascii_whitespace().any(|name| {
        let name: String = name
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .map(|c| c.to_ascii_lowercase())
            .collect();
        BODY_NAMES.iter().any(|known| name.ends_with(known))
    })
}

#[rustfmt::skip]
const BODY_NAMES: [&str; 29] = [
    "entrycontent", "postcontent", "articlebody", "articlecontent", "articletext", "storybody",
    "storycontent", "postbody", "entrybody", "singlecontent", "newsbody", "newscontent",
    "newstext", "contentbody", "bodycontent", "articlebodytext", "storytext", "posttext",
    "maincontenttext", "articlemain", "articlebodycontent", "storybodytext", "tdpostcontent",
    "fieldnamebody", "bodycopy", "bodytext", "textbody", "articledetails", "newsdetails",
];

fn is_comments(word: &str) -> bool {
    word.starts_with("comment")
        || [
            "commentlist",
            "disqus",
            "taaliq",
            "taliqat",
            "ta3liq",
            "rodood",
            "rdood",
            "rudud",
            "livefyre",
        ]
        .iter()
        .any(|known| word.contains(known))
        || matches!(
            word,
            "respond" | "replies" | "reply" | "yorumlar" | "yorum" | "nazarat"
        )
}

fn is_frame(word: &str) -> bool {
    // The shortest of the parts has six letters; most words are shorter.
    FRAME.contains(&word) || (word.len() >= 6 && FRAME_PARTS.iter().any(|part| word.contains(part)))
}

fn is_frame_pair(first: &str, second: &str) -> bool {
    matches!(
        (first, second),
        ("most", _)
            | ("read", "more" | "also" | "next")
            | ("see", "also")
            | (
                "more",
                "news" | "stories" | "from" | "on" | "articles" | "like" | "links" | "posts"
            )
            | ("also", "read" | "like")
            | ("top", "stories" | "news" | "bar")
            | (
                "author" | "writer",
                "bio" | "box" | "info" | "card" | "profile" | "about"
            )
            | ("about", "author")
            | ("latest", "news" | "posts" | "articles" | "stories")
            | (
                "post" | "article" | "entry",
                "tags"
                    | "meta"
                    | "footer"
                    | "nav"
                    | "navigation"
                    | "links"
                    | "tools"
                    | "actions"
                    | "byline"
                    | "date"
            )
            | ("tag", "list" | "cloud" | "links")
            | ("up", "next")
            | ("sign", "up" | "in")
            | ("follow", "us")
            | ("story", "tools" | "links" | "meta")
            | ("skip", "link" | "to")
            | ("screen", "reader")
            | ("sr", "only")
            | ("visually", "hidden")
            | ("image", "credit" | "caption")
            | ("photo", "credit" | "caption")
            | ("akhbar", "dat" | "zat")
            | ("aqra" | "iqra" | "eqra", _)
    )
}

/// Whole words for who wrote a text.
#[rustfmt::skip]
const PERSON: [&str; 17] = [
    "author", "authors", "auteur", "auteurs", "autor", "autoren", "autore", "autori", "bio", "biography",
    "contributor", "contributors", "writer", "columnist", "reporter", "yazar", "katib",
];

#[rustfmt::skip]
const BODY: [&str; 14] = [
    "article", "articlebody", "body", "content", "entry", "post", "story", "text", "main", "hentry",
    "storybody", "articletext", "maqal", "khabar",
];

/// Whole words.
#[rustfmt::skip]
const FRAME: [&str; 74] = [
    "nav", "navbar", "navigation", "menu", "submenu", "breadcrumb", "breadcrumbs", "sidebar",
    "side", "rail", "aside", "footer", "masthead", "topbar", "toolbar", "share", "sharing",
    "shares", "sharebar", "social", "sociable", "addthis", "addtoany", "related", "relatedposts", "recommended", "popular",
    "trending", "newsletter", "subscribe", "subscription", "signup", "promo", "promotion",
    "sponsor", "sponsored", "ad", "ads", "adv", "advert", "advertisement", "advertising", "banner",
    "cookie", "cookies", "consent", "gdpr", "popup", "modal", "overlay", "lightbox", "login",
    "pagination", "pager", "paging", "prevnext", "caption", "credit", "credits", "byline",
    "timestamp", "dateline", "print", "widget", "widgets", "ticker", "marquee", "carousel", "hidden", "tags",
    "copyright", "disclaimer", "teaser", "teasers",
];

/// Long enough to be told inside a compound.
#[rustfmt::skip]
const FRAME_PARTS: [&str; 30] = [
    "sidebar", "breadcrumb", "newsletter", "taboola", "outbrain", "recommend", "sharedaddy",
    "sharethis", "sharetools", "socialmedia", "socialshare", "mostread", "mostpopular", "morenews", "readmore", "readalso",
    "alsoread", "relatedpost", "relatedarticle", "relatednews", "relatedcontent", "relatedstor", "advert", "sponsor", "subscri", "copyright",
    "authorbio", "zatsela", "datsila", "musharaka",
];
