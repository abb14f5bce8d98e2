//! Small pages of every kind that outlets write, all invented.

use url::Url;

use super::*;

const ONE: &str = "أعلنت بلدية الوادي الأخضر، صباح اليوم، انتهاء أعمال ترميم الجسر القديم الذي يربط ضفتي النهر، بعد عامين من العمل المتواصل.";
const TWO: &str = "وقال رئيس البلدية إن الجسر سيفتح أمام المشاة أولا، ثم أمام السيارات في الربيع المقبل، على أن تبقى الشاحنات على الطريق الدائري.";
const THREE: &str = "وأضاف أن كلفة المشروع بلغت أربعة ملايين، دفع السكان جزءا منها بالتبرع، فيما تكفلت جمعية محلية بزراعة الأشجار على الجانبين.";
const COMMENT: &str = "شكرا لكم على هذا الخبر الجميل، كنا ننتظر افتتاح الجسر منذ زمن طويل، ونرجو أن يبقى نظيفا كما هو الآن.";

fn page(html: &str) -> Extracted {
    read(html, &Mode::Auto, &Anchor::default()).unwrap()
}

fn read(html: &str, mode: &Mode, anchor: &Anchor<'_>) -> Result<Extracted, Error> {
    let url = Url::parse("https://news.example/2025/bridge").unwrap();
    extract(html, &url, mode, anchor)
}

fn story() -> String {
    [ONE, TWO, THREE].join("\n\n")
}

fn menu() -> String {
    let link = |n| format!("<li><a href=\"/{n}\">باب رقم {n}</a></li>");
    format!("<ul>{}</ul>", (0..12).map(link).collect::<String>())
}

#[test]
fn a_wordpress_page_gives_its_body_its_dateline_and_its_facts() {
    let found = page(&format!(
        r#"<html lang="ar" dir="rtl"><head><title>افتتاح الجسر - صوت الوادي</title>
        <meta property="og:site_name" content="صوت الوادي"><meta property="og:title" content="افتتاح الجسر">
        <meta property="og:image" content="/bridge.jpg"><meta name="author" content="سلمى الوادي">
        <meta property="article:published_time" content="2025-03-01T08:00:00+00:00">
        <link rel="canonical" href="/2025/bridge/"></head><body><header><nav>{}</nav></header>
        <main><article><h1>افتتاح الجسر</h1><div class="sharedaddy">شارك على فيسبوك</div>
        <div class="entry-content"><p>صوت الوادي -</p><p>{ONE}</p><p>{TWO}</p>
        <p><strong>اقرأ أيضا: <a href="/x">أسعار الزيتون ترتفع في الأسواق</a></strong></p><p>{THREE}</p></div>
        <div class="jp-relatedposts"><h3>ذات صلة</h3><p>{COMMENT}</p></div></article>
        <section id="comments"><p>{COMMENT}</p><p>{COMMENT}</p></section></main>
        <footer>جميع الحقوق محفوظة</footer></body></html>"#,
        menu()
    ));
    let html = format!("<div dir=\"rtl\" lang=\"ar\"><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div>");
    assert_eq!(
        found,
        Extracted {
            html,
            text: story(),
            words: words::count(&story()),
            title: Some("افتتاح الجسر".into()),
            author: vec!["سلمى الوادي".into()],
            published: Some("2025-03-01T08:00:00+00:00".into()),
            modified: None,
            rtl: true,
            language: Some("ar".into()),
            image: Url::parse("https://news.example/bridge.jpg").ok(),
            dateline: Some("صوت الوادي -".into()),
            canonical: Url::parse("https://news.example/2025/bridge/").ok(),
            amp: None,
            next_page: None,
            confidence: Confidence::High,
            rule: "scored: div.entry-content".into(),
        }
    );
}

#[test]
fn a_layout_of_tables_and_breaks_gives_paragraphs() {
    let found = page(&format!(
        "<html><head><title>افتتاح الجسر - صوت الوادي</title></head><body><table><tr><td>{menu}</td>\
        <td><span>افتتاح الجسر</span><br><span>السبت، 1 آذار 2025 10:15 ص</span><br>\
        <font><b>صوت الوادي -</b><br>\n{ONE}<br><br>\n{TWO}<br>{THREE}</font><br>\
        <b>اقرأ أيضا</b>{menu}<table><tr><td><b>التعليقات</b></td></tr>\
        <tr><td><b>1. قارئ</b><br>{COMMENT}</td></tr></table></td></tr>\
        <tr><td>جميع الحقوق محفوظة &copy; صوت الوادي</td></tr></table></body></html>",
        menu = menu(),
    ));
    assert_eq!(found.text, story());
    assert_eq!(found.dateline.as_deref(), Some("صوت الوادي -"));
    assert_eq!(
        found.published.as_deref(),
        Some("السبت، 1 آذار 2025 10:15 ص")
    );
}

#[test]
fn one_div_a_line_inside_of_a_form_around_the_page() {
    let found = page(&format!(
        "<body><form id=aspnetForm><div id=top>{menu}</div><div id=c1><div>{ONE}</div><div>{TWO}</div>\
        <div>{THREE}</div></div><div class=taaliqat><div>{COMMENT}</div><div>{COMMENT}</div></div>\
        <div id=rodood2><div>{COMMENT}</div></div></form></body>",
        menu = menu()
    ));
    assert_eq!(found.text, story());
    assert_eq!(found.rule, "scored: div#c1");
}

#[test]
fn bare_text_between_breaks_is_read() {
    let found = page(&format!(
        "<body>{}<div>{ONE}<br/>\n<br/>{TWO}<br><br>{THREE}</div></body>",
        menu()
    ));
    assert_eq!(found.text, story());
}

#[test]
fn a_page_that_shows_nothing_is_read_from_json_ld() {
    let found = page(&format!(
        r#"<head><script type="application/ld+json">{{"@graph":[{{"@type":"NewsArticle",
        "headline":"افتتاح الجسر","datePublished":"2025-03-01","author":{{"name":"سلمى"}},
        "articleBody":"عمان - بترا - {ONE}\n\n{TWO}\n\n{THREE}"}}]}}</script></head>
        <body><div id="root"></div>{}</body>"#,
        menu()
    ));
    assert_eq!(found.text, story());
    assert_eq!(found.dateline.as_deref(), Some("عمان - بترا -"));
    assert_eq!(found.rule, "JSON-LD articleBody");
    assert_eq!(found.author, ["سلمى"]);
    assert_eq!(found.published.as_deref(), Some("2025-03-01"));
}

#[test]
fn structure_survives_in_html_and_order_in_text() {
    let found = page(
        r#"<article><h2>What was found</h2><p>The old mill, which had stood empty since the war, was opened by two <em>students</em> with a <a href="/key">rusty key</a> on Monday morning.</p>
        <figure><img src="data:x" data-src="/mill.jpg" alt="A mill"><figcaption>Photo: somebody</figcaption></figure>
        <ol><li>A ledger of grain, kept with care, from 1911.</li><li>Nine letters, all unopened, to the miller's daughter.</li></ol>
        <blockquote>We did not dare to read them, she said, and closed the lid again.</blockquote>
        <table><tr><th>Year</th><th>Grain</th></tr><tr><td>1911</td><td>12 t</td></tr></table>
        <p>The council will decide in autumn, after hearing the neighbours, whether the mill becomes a museum.</p></article>"#,
    );
    assert_eq!(
        found.html,
        "<h2>What was found</h2><p>The old mill, which had stood empty since the war, was opened by two \
        <em>students</em> with a <a href=\"https://news.example/key\">rusty key</a> on Monday morning.</p>\
        <figure><img src=\"https://news.example/mill.jpg\" alt=\"A mill\"><figcaption>Photo: somebody</figcaption></figure>\
        <ol><li>A ledger of grain, kept with care, from 1911.</li><li>Nine letters, all unopened, to the \
        miller&apos;s daughter.</li></ol><blockquote><p>We did not dare to read them, she said, and closed the \
        lid again.</p></blockquote><table><tr><th>Year</th><th>Grain</th></tr><tr><td>1911</td><td>12 t</td></tr></table>\
        <p>The council will decide in autumn, after hearing the neighbours, whether the mill becomes a museum.</p>"
    );
    assert!(found.text.starts_with("What was found\n\nThe old mill"));
    assert!(
        found
            .text
            .contains("closed the lid again.\n\nYear | Grain\n1911 | 12 t\n\nThe council")
    );
    assert!(!found.text.contains("Photo"));
}

#[test]
fn a_body_that_an_advertisement_splits_is_joined() {
    let found = page(&format!(
        "<div class=wrap><div class=part><p>{ONE}</p><p>{TWO}</p></div><div class=ad>{COMMENT}</div>\
        <div class=part><p>{THREE}</p></div></div>"
    ));
    assert_eq!(found.text, story());
}

#[test]
fn a_page_named_after_its_frame_is_still_read() {
    let found = page(&format!(
        "<body><div class='page has-sidebar widget'><div class='social'><p>{ONE}</p><p>{TWO}</p>\
        <p>{THREE}</p></div><div class=sidebar>{}</div></div></body>",
        menu()
    ));
    assert_eq!(found.text, story());
}

#[test]
fn datelines_are_moved_and_dashes_in_sentences_are_not() {
    let dateline = |first: &str| {
        let found = page(&format!(
            "<article><p>{first}</p><p>{TWO}</p><p>{THREE}</p></article>"
        ));
        (
            found.dateline,
            found.text.split("\n\n").next().map(str::to_owned),
        )
    };
    let bare = Some(ONE.to_owned());
    assert_eq!(
        dateline(&format!("عمان - بترا - {ONE}")),
        (Some("عمان - بترا -".into()), bare.clone())
    );
    assert_eq!(
        dateline(&format!("<b>دبي (رويترز)</b> – {ONE}")),
        (Some("دبي (رويترز) –".into()), bare.clone())
    );
    assert_eq!(
        dateline(&format!("عمان - خاص</p><p>{ONE}")),
        (Some("عمان - خاص".into()), bare)
    );
    let sentence = "The mayor - a former miller - opened the bridge, and nobody was late.";
    assert_eq!(dateline(sentence), (None, Some(sentence.to_owned())));
    let english = "LONDON (Reuters) - The bridge was opened, and nobody was late.";
    assert_eq!(
        dateline(english),
        (
            Some("LONDON (Reuters) -".into()),
            Some("The bridge was opened, and nobody was late.".into())
        )
    );
}

#[test]
fn the_users_rule_decides_where_the_body_is() {
    let html = format!(
        "<body><div class=story><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div><aside id=box><p>{COMMENT}</p>\
        <p class=note>ملاحظة من المحرر</p></aside></body>"
    );
    let rule = |body: Option<&str>, remove: &[&str]| {
        Mode::Rule(Rule {
            body: body.map(str::to_owned).into_iter().collect(),
            remove: remove.iter().map(|&selector| selector.to_owned()).collect(),
            ..Rule::default()
        })
    };
    let found = read(&html, &rule(Some("#box"), &[".note"]), &Anchor::default()).unwrap();
    assert_eq!(
        (found.text.as_str(), found.rule.as_str()),
        (COMMENT, "user's rule body")
    );
    let found = read(&html, &rule(None, &["p:last-child"]), &Anchor::default()).unwrap();
    assert_eq!(found.text, [ONE, TWO].join("\n\n"));
    let found = read(&html, &rule(Some("#gone"), &[]), &Anchor::default()).unwrap();
    assert_eq!(found.rule, "user's rule matched nothing; scored: div.story");
    let error = read(&html, &rule(Some("p["), &[]), &Anchor::default()).unwrap_err();
    assert!(matches!(error, Error::BadSelector { selector, .. } if selector == "p["));
    assert!(check_selector("p[").is_err() && check_selector("div.story > p, #box").is_ok());
}

#[test]
fn a_body_worse_than_the_feeds_own_text_is_refused() {
    let html = format!("<body><div><p>{ONE}</p></div></body>");
    let feed_text = story();
    let error = read(
        &html,
        &Mode::Auto,
        &Anchor {
            title: "",
            feed_text: &feed_text,
        },
    )
    .unwrap_err();
    assert!(matches!(error, Error::WorseThanFeed { words, feed_words, .. } if words < feed_words));
    assert!(
        read(
            &html,
            &Mode::Auto,
            &Anchor {
                title: "",
                feed_text: ONE
            }
        )
        .is_ok()
    );
}

#[test]
fn the_feeds_summary_shows_which_text_is_meant() {
    let long = COMMENT.repeat(3);
    let html = format!(
        "<body><div><div id=one><p>{long}</p><p>{long}</p></div></div><div><div id=two><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div></div></body>"
    );
    assert_eq!(page(&html).rule, "scored: div#one");
    let anchor = Anchor {
        title: "",
        feed_text: &[ONE, TWO].join(" "),
    };
    let found = read(&html, &Mode::Auto, &anchor).unwrap();
    assert_eq!(found.rule, "scored: div#two (one of two)");
}

#[test]
fn what_would_cost_too_much_is_not_parsed() {
    let deep = format!("<article>{}{ONE}", "<div>".repeat(5000));
    let error = read(&deep, &Mode::Auto, &Anchor::default()).unwrap_err();
    assert_eq!(error, Error::TooDeep(crate::text::html::Reason::Depth));
    let large = "x".repeat(MAX_PAGE_BYTES + 1);
    assert!(matches!(
        read(&large, &Mode::Auto, &Anchor::default()),
        Err(Error::TooLarge { .. })
    ));
}

#[test]
fn a_page_without_text_says_so() {
    for html in ["", "<html></html>", "<body><p>x</p></body>", &menu()] {
        assert_eq!(
            read(html, &Mode::Auto, &Anchor::default()),
            Err(Error::NoBody),
            "{html}"
        );
    }
    assert_eq!(
        read("", &Mode::Never, &Anchor::default()),
        Err(Error::Disabled)
    );
}

#[test]
fn words_of_scripts_without_spaces_are_counted() {
    assert_eq!(words::count("two words"), 2);
    assert_eq!(words::count("東京新聞"), 2);
}

#[test]
fn the_text_of_a_page_holds_no_control_characters() {
    let sentence = "قال المتحدث إن الحكومة قررت اليوم\u{7f} فتح الطريق\u{1} أمام الشاحنات كلها. ";
    let html = format!("<article><p>{}</p></article>", sentence.repeat(8));
    let found = read(&html, &Mode::Auto, &Anchor::default()).unwrap();
    assert!(!found.text.contains(char::is_control), "{:?}", found.text);
}

#[test]
fn pages_are_joined_and_what_they_repeat_is_not() {
    let first = page(&format!(
        "<html dir=rtl><article><p>{ONE}</p><p>{TWO}</p></article></html>"
    ));
    let second = page(&format!(
        "<html dir=rtl><article><p>{ONE}</p><p>{THREE}</p><p>{COMMENT}</p></article></html>"
    ));
    let joined = join(first.clone(), [second]);
    assert_eq!(joined.text, [ONE, TWO, THREE, COMMENT].join("\n\n"));
    assert_eq!(
        joined.html,
        format!("<div dir=\"rtl\"><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><p>{COMMENT}</p></div>")
    );
    assert_eq!(joined.words, words::count(&joined.text));
    assert_eq!(joined.rule, format!("{}; 2 pages", first.rule));
    assert_eq!(join(first.clone(), []), first);
}

#[test]
fn the_next_page_is_the_users_or_that_of_the_next_number_and_never_elsewhere() {
    let next = |link: &str, selector: Option<&str>| {
        let html = format!("<article><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></article>{link}");
        let mode = selector.map_or(Mode::Auto, |selector| {
            Mode::Rule(Rule {
                next_page: Some(selector.to_owned()),
                ..Rule::default()
            })
        });
        let found = read(&html, &mode, &Anchor::default()).unwrap();
        found.next_page.map(String::from)
    };
    let two = Some("https://news.example/2025/bridge/2".to_owned());
    assert_eq!(
        next("<a rel=next href='/2025/bridge/2'>more</a>", None),
        two
    );
    assert_eq!(next("<a href='/2025/bridge/2'>2</a>", None), two);
    assert_eq!(
        next("<a rel=next href='/2025/another'>more</a>", None),
        None
    );
    assert_eq!(
        next(
            "<a rel=next href='//other.example/2025/bridge/2'>2</a>",
            None
        ),
        None
    );
    let third = Some("https://news.example/2025/rest".to_owned());
    assert_eq!(
        next("<a class=on href='rest#top'>more</a>", Some("a.on")),
        third
    );
    assert_eq!(
        next("<a class=on href='//other.example/'>more</a>", Some("a.on")),
        None
    );
}

#[test]
fn another_text_than_the_feeds_whole_article_is_refused() {
    let html = format!("<article><p>{COMMENT}</p><p>{ONE}</p><p>{TWO}</p></article>");
    let words = |from: u32| {
        (from..from + 170)
            .map(|n| format!("كلمة{n}"))
            .collect::<Vec<_>>()
    };
    let feed_text = words(0).join(" ");
    let long = format!("<article><p>{}</p></article>", words(500).join(" "));
    let anchor = Anchor {
        title: "",
        feed_text: &feed_text,
    };
    let error = read(&long, &Mode::Auto, &anchor).unwrap_err();
    assert!(
        matches!(
            error,
            Error::OtherText {
                feed_words: 170,
                ..
            }
        ),
        "{error}"
    );
    let error = read(&html, &Mode::Auto, &anchor).unwrap_err();
    assert!(matches!(error, Error::WorseThanFeed { .. }), "{error}");
}

proptest::proptest! {
    #[test]
    fn whatever_the_page_nothing_panics(
        html in "(<p>|</p>|<br>|<table>|<tr>|<td>|</td>|</table>|<b>|</b>|<a href=x>|</a>|<li>|<ul>|<blockquote>|<img src=y>|عمان - |نص طويل، وفيه كلمات كثيرة. |&amp;|التعليقات|<h1>|<title>|<pre>){0,60}"
    ) {
        if let Ok(found) = read(&html, &Mode::Auto, &Anchor::default()) {
            proptest::prop_assert_eq!(found.text.trim(), found.text.as_str());
            let safe = crate::text::html::sanitize(&found.html, None);
            let words = |text: &str| text.split_whitespace().filter(|w| *w != "|").map(str::to_owned).collect::<Vec<_>>();
            proptest::prop_assert_eq!(words(&crate::text::html::to_text(safe.as_str())), words(&found.text));
        }
    }
}
