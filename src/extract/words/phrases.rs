//! Phrases that readers see and that are no part of an article.
//!
//! They are compared after folding case and the spellings of Arabic letters. Languages: Arabic,
//! English, French, Persian, Turkish, Spanish, German and some neighbours.

/// Whether the folded line invites to read, share or follow something else.
pub(crate) fn is_aside_line(folded: &str, words: u32, linked: bool) -> bool {
    let first = folded.as_bytes().first();
    let starts = |phrases: &[&str]| {
        phrases.iter().any(|phrase| {
            phrase.as_bytes().first() == first
                && folded
                    .strip_prefix(phrase)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    };
    (words <= 40 && starts(&READ_ALSO))
        || ((words <= 12 || linked) && words <= 30 && starts(&INVITATION))
}

/// Whether the folded line heads a list of other articles.
pub(crate) fn is_more_heading(folded: &str) -> bool {
    let opens = [
        "more",
        "mehr",
        "plus d",
        "más",
        "altri",
        "meer",
        "المزيد",
        "اخبار",
        "other",
        "weitere",
        "autres",
        "otras",
    ];
    let closes = [
        "stories",
        "news",
        "articles",
        "coverage",
        "headlines",
        "reading",
        "posts",
        "themen",
        "artikel",
        "beiträge",
        "nachrichten",
        "noticias",
        "notizie",
        "articoli",
        "nieuws",
        "الاخبار",
        "المقالات",
        "اخري",
        "ايضا",
    ];
    let word = |word: &str| folded.split(' ').next() == Some(word);
    let last = folded.rsplit(' ').next().unwrap_or("");
    folded.contains(' ') && opens.iter().any(|open| word(open)) && closes.contains(&last)
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
    "بيشتر بخوانيد",
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
    "condividi", "فيلم", "عكس", "برچسب", "foto", "fotos", "bild", "bildrechte", "quelle", "czytaj więcej", "advert",
    "view all", "read next", "up next", "with files from", "themen",
];

/// Whether the line, taken alone, heads the readers' comments.
pub(crate) fn is_comments_heading(folded: &str) -> bool {
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
pub(crate) fn is_copyright(line: &str, folded: &str, words: u32) -> bool {
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
