//! The words by which boilerplate is known: names of classes, and phrases that readers see.
//!
//! Class and id names are compared as whole words (`mostRead` and `most-read` are two), phrases
//! after folding case and the spellings of Arabic letters. Languages: Arabic, English, French,
//! Persian, Turkish, Spanish, German and some neighbours; transliterated Arabic in class names.

/// Words of a text, as readers count them: in Chinese, Japanese and Thai, which put no space
/// between words, each two letters are one.
pub(super) fn count(text: &str) -> u32 {
    let mut words = 0;
    let mut unspaced = 0;
    for word in text.split_whitespace() {
        // All of these scripts need three bytes a letter.
        let letters = if word.len() < 6 {
            0
        } else {
            word.chars().filter(is_unspaced).count()
        };
        unspaced += letters;
        words += usize::from(letters == 0);
    }
    u32::try_from(words + unspaced.div_ceil(2)).unwrap_or(u32::MAX)
}

fn is_unspaced(c: &char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// `text` in lower case, Arabic letters in one spelling, everything but letters and digits as one
/// space, so that phrases compare.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        let c = match c {
            '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{200b}'..='\u{200f}' => continue,
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ى' | 'ی' => 'ي',
            'ة' => 'ه',
            'ک' => 'ك',
            _ => c,
        };
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.extend(c.to_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// What a class or id says of an element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hint {
    /// Part of the frame: menus, shares, related links, advertisements.
    pub(super) frame: bool,
    /// Readers' comments.
    pub(super) comments: bool,
    /// Likely the body.
    pub(super) body: bool,
}

/// Reads the words of class and id names.
pub(super) fn hint(names: &str) -> Hint {
    let mut hint = Hint::default();
    let mut previous = String::new();
    for word in split(names) {
        // `has-sidebar`, `no-sidebar`, `with-comments` speak of what is elsewhere.
        let negated = matches!(
            previous.as_str(),
            "has" | "no" | "with" | "without" | "is" | "js"
        );
        if !negated {
            hint.comments |= is_comments(&word);
            hint.frame |= is_frame(&word) || is_frame_pair(&previous, &word);
            hint.body |= BODY.contains(&word.as_str());
        }
        previous = word;
    }
    hint
}

/// Words of `mainNav most-read_box3`: `main nav most read box`.
fn split(names: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower = false;
    for c in names.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && lower) {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            lower = false;
        }
        if c.is_alphabetic() {
            lower = c.is_lowercase();
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Class and id names that content systems give to the body.
pub(super) fn is_body_name(names: &str) -> bool {
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
    FRAME.contains(&word) || FRAME_PARTS.iter().any(|part| word.contains(part))
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

/// Whether the folded line invites to read, share or follow something else.
pub(super) fn is_aside_line(folded: &str, words: u32, linked: bool) -> bool {
    let starts = |phrases: &[&str]| {
        phrases.iter().any(|phrase| {
            folded
                .strip_prefix(phrase)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    };
    (words <= 40 && starts(&READ_ALSO))
        || ((words <= 12 || linked) && words <= 30 && starts(&INVITATION))
}

/// Nothing but an invitation to read something else.
#[rustfmt::skip]
const READ_ALSO: [&str; 58] = [
    "اقرا ايضا", "اقراوا ايضا", "اقرء ايضا", "اقرا المزيد", "شاهد ايضا", "طالع ايضا", "انظر ايضا",
    "اقرا كذلك", "تابع ايضا", "مواضيع ذات صله", "مقالات ذات صله", "اخبار ذات صله", "ذات صله",
    "موضوعات متعلقه", "مواضيع متعلقه", "اخبار متعلقه", "قد يهمك", "قد يعجبك", "الاكثر قراءه",
    "الاكثر مشاهده", "للمزيد اقرا", "يمكنك قراءه", "read also", "also read", "read more", "see also",
    "more on this", "you may also like", "you might also like", "recommended", "related articles",
    "related stories", "related news", "related topics", "more from", "lire aussi", "a lire aussi",
    "à lire aussi", "voir aussi", "lire également", "sur le même sujet", "lea también",
    "lee también", "leer también", "te puede interesar", "también te puede interesar", "ver también",
    "leia também", "leia mais", "ilgili haberler", "lesen sie auch", "mehr zum thema",
    "leggi anche", "читайте также", "czytaj też", "czytaj także", "διαβάστε επίσης",
    "بیشتر بخوانید",
];

/// An invitation if the line is short or a link.
#[rustfmt::skip]
const INVITATION: [&str; 74] = [
    "شارك علي", "شارك الخبر", "شارك المقال", "شاركها", "شارك هذا", "شارك", "انشر", "تابعونا",
    "تابعنا", "تابعوا", "اشترك", "انضم", "اضغط هنا", "للاشتراك", "للمزيد", "اعلان", "كلمات دلاليه",
    "كلمات مفتاحيه", "الوسوم", "وسوم", "المصدر", "share this", "share on", "share", "follow us",
    "follow", "subscribe", "sign up", "click here", "advertisement", "related", "tags", "topics",
    "continue reading", "story continues below", "article continues below", "watch", "listen",
    "photo by", "photo", "image", "picture", "download our app", "join our", "get the latest",
    "read the full", "partager", "publicité", "suivez nous", "abonnez vous", "compartir",
    "síguenos", "suscríbete", "publicidad", "paylaş", "abone ol", "anzeige", "teilen",
    "condividi", "فیلم", "عکس", "برچسب", "foto", "fotos", "bild", "bildrechte", "quelle", "czytaj więcej", "advert",
    "view all", "read next", "up next", "with files from", "themen",
];

/// Whether the line, taken alone, heads the readers' comments.
pub(super) fn is_comments_heading(folded: &str) -> bool {
    let line = folded.trim_matches(|c: char| c.is_ascii_digit() || c == ' ');
    COMMENTS.contains(&line)
}

#[rustfmt::skip]
const COMMENTS: [&str; 34] = [
    "التعليقات", "تعليقات", "تعليقان", "تعليق", "تعليقات القراء", "اضف تعليقا", "اضف تعليق",
    "اضف تعليقك", "اترك تعليقا", "اترك تعليق", "اترك ردا", "اترك رد", "الردود", "ردود", "شارك برايك",
    "comments", "comment", "leave a comment", "leave a reply", "add a comment", "post a comment",
    "join the conversation", "join the discussion", "view comments", "show comments", "commentaires",
    "laisser un commentaire", "comentarios", "deja un comentario", "kommentare", "yorumlar",
    "نظرات", "نظر شما", "commenti",
];

/// Whether the line claims rights.
pub(super) fn is_copyright(line: &str, folded: &str, words: u32) -> bool {
    let claims = [
        "جميع الحقوق محفوظه",
        "كل الحقوق محفوظه",
        "all rights reserved",
        "tous droits réservés",
        "todos los derechos reservados",
        "alle rechte vorbehalten",
        "tüm hakları saklıdır",
    ];
    words <= 40
        && (claims.iter().any(|claim| folded.contains(claim)) || line.starts_with(['©', '®']))
}

/// Whether the line is no more than a date, a time, a byline's frame: for lines around the text.
pub(super) fn is_date(folded: &str, words: u32) -> bool {
    words <= 12
        && folded.chars().any(char::is_numeric)
        && folded
            .split(' ')
            .any(|word| MONTHS.contains(&word) || is_year(word))
        && folded.split(' ').filter(|word| !is_of_date(word)).count() <= 1
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && (word.starts_with("19") || word.starts_with("20"))
        && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_of_date(word: &str) -> bool {
    word.chars().all(char::is_numeric)
        || MONTHS.contains(&word)
        || DATE.contains(&word)
        || word
            .trim_end_matches(|c: char| c.is_alphabetic())
            .chars()
            .any(char::is_numeric)
}

#[rustfmt::skip]
const MONTHS: [&str; 80] = [
    "كانون", "شباط", "اذار", "نيسان", "ايار", "حزيران", "تموز", "اب", "ايلول", "تشرين", "يناير",
    "فبراير", "مارس", "ابريل", "مايو", "يونيو", "يوليو", "اغسطس", "سبتمبر", "اكتوبر", "نوفمبر",
    "ديسمبر", "جانفي", "فيفري", "افريل", "ماي", "جوان", "جويليه", "اوت", "january", "february",
    "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
    "septiembre", "octubre", "noviembre", "diciembre", "januar", "februar", "märz",
];

#[rustfmt::skip]
const DATE: [&str; 64] = [
    "السبت", "الاحد", "الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "الاول", "الثاني", "ص",
    "م", "صباحا", "مساء", "الساعه", "تاريخ", "النشر", "نشر", "في", "اخر", "تحديث", "بتوقيت", "يوم",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue",
    "wed", "thu", "fri", "sat", "sun", "am", "pm", "utc", "gmt", "est", "edt", "bst", "updated",
    "published", "posted", "last", "at", "on", "of", "the", "modified", "date", "h", "le", "à", "el",
    "de", "a", "um", "uhr", "et", "pt", "st",
];
