//! Invented outlets: documents as feeds and pages write them.

use std::fmt::Write;

use crate::support::origin::{Origin, Reply};

/// An origin with an outlet at `/gazette`: two articles and their pages.
pub(crate) async fn gazette() -> Origin {
    let origin = Origin::start().await;
    let base = base_of(&origin);
    origin.serve(
        "/gazette",
        Reply::ok(rss(&base, "gazette", &[2, 1])).etag("\"1\""),
    );
    for n in 1..=2 {
        origin.serve(&format!("/pages/{n}.html"), article(n));
    }
    origin
}

/// The page of article `n` as its server sends it.
pub(crate) fn article(n: u32) -> Reply {
    Reply::ok(page(n)).content_type("text/html")
}

/// The address of an origin as documents write it before their paths.
pub(crate) fn base_of(origin: &Origin) -> String {
    origin.url("/").as_str().trim_end_matches('/').to_owned()
}

/// An RSS 2.0 document of the articles `numbers`, the newest first.
pub(crate) fn rss(base: &str, outlet: &str, numbers: &[u32]) -> String {
    let mut items = String::new();
    for n in numbers {
        write!(
            items,
            "<item><title>{outlet}: خبر رقم {n}</title><link>{base}/pages/{n}.html</link>\
             <guid isPermaLink=\"false\">{outlet}-{n}</guid><pubDate>{}</pubDate>\
             <description>&lt;p&gt;مقدمة الخبر {n}.&lt;/p&gt;</description></item>",
            date(*n)
        )
        .unwrap();
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>{outlet}</title>\
         <link>{base}/</link><description>{outlet}</description><language>ar</language>{items}</channel></rss>"
    )
}

/// An Atom document, likewise.
pub(crate) fn atom(base: &str, outlet: &str, numbers: &[u32]) -> String {
    let mut entries = String::new();
    for n in numbers {
        write!(
            entries,
            "<entry><id>tag:{outlet},2026:{n}</id><title>{outlet}: note {n}</title>\
             <link href=\"{base}/pages/{n}.html\"/><updated>2026-01-10T{:02}:00:00Z</updated>\
             <summary>Summary of note {n}.</summary></entry>",
            n % 24
        )
        .unwrap();
    }
    format!(
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><id>{base}/{outlet}</id>\
         <title>{outlet}</title><updated>2026-01-10T00:00:00Z</updated>{entries}</feed>"
    )
}

fn date(n: u32) -> String {
    format!("Sat, 10 Jan 2026 {:02}:{:02}:00 +0000", n / 60 % 24, n % 60)
}

/// The page of article `n`: its text between menus and a list of other headlines.
pub(crate) fn page(n: u32) -> String {
    let mut body = String::new();
    for paragraph in paragraphs(n) {
        write!(body, "<p>{paragraph}</p>").unwrap();
    }
    format!(
        "<!doctype html><html lang=\"ar\" dir=\"rtl\"><head><meta charset=\"utf-8\"><title>خبر رقم {n}</title></head>\
         <body><nav><a href=\"/\">الرئيسية</a> <a href=\"/sports\">رياضة</a></nav>\
         <article><h1>خبر رقم {n}</h1>{body}</article>\
         <aside><h3>الأكثر قراءة</h3><ul><li><a href=\"/pages/999.html\">عنوان من قائمة أخرى</a></li></ul></aside>\
         <footer>جميع الحقوق محفوظة</footer></body></html>"
    )
}

/// What the article of a page says.
pub(crate) fn paragraphs(n: u32) -> [String; 2] {
    [
        format!(
            "افتتحت البلدية صباح اليوم الحديقة رقم {n} في الحي الشرقي بعد أشهر من العمل، وقال رئيسها إن المشروع يضم \
             ملاعب للأطفال ومسارات للمشي وأشجارا من أنواع محلية تحتمل قلة الماء."
        ),
        format!(
            "وأضاف أن المرحلة التالية تبدأ في الربيع، وأن عدد الزوار في اليوم الأول بلغ {n} زائرا، ودعا السكان إلى \
             المشاركة في اختيار اسم للحديقة خلال الأسبوع المقبل."
        ),
    ]
}
