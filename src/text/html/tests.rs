//! What reading and cleaning HTML must hold.

use proptest::prelude::*;
use url::Url;

use super::*;

fn clean(html: &str) -> String {
    let base = Url::parse("https://news.example/a/b").unwrap();
    sanitize(html, Some(&base)).to_string()
}

#[test]
fn text_keeps_paragraphs_and_drops_everything_else() {
    let html = "<!DOCTYPE html><head><title>x</title></head><body><h1>عنوان</h1>\n<p>أول <b>سطر</b>&nbsp;&amp; \
        بقية</p><script>if (a<b) {}</script><style>p{}</style><!-- <p>no</p> --><ul><li>one<li>two</ul>\
        last<br>line<br/>\n<br>end<noscript>no</noscript><svg><text>no</text></svg>";
    assert_eq!(
        to_text(html),
        "عنوان\n\nأول سطر & بقية\n\none\n\ntwo\n\nlast\nline\n\nend"
    );
}

#[test]
fn text_without_tags_keeps_its_lines() {
    assert_eq!(
        to_text("  a  b\nc\n \n\n d < e & f \n"),
        "a b\nc\n\nd < e & f"
    );
    assert_eq!(to_text("a &lt;p&gt; b"), "a <p> b");
}

#[test]
fn leftovers_of_cdata_are_no_text() {
    assert_eq!(
        to_text("<![CDATA[<p>one</p> two ]]> three"),
        "one\n\ntwo three"
    );
    assert_eq!(to_text("<p>one</p>]]>"), "one");
    assert_eq!(to_line("<![CDATA[one]]>"), "one");
}

#[test]
fn text_that_was_cut_anywhere_is_kept() {
    assert_eq!(
        to_text("<p>one</p><p>two <a href=\"http"),
        "one\n\ntwo <a href=\"http"
    );
    assert_eq!(
        to_text("<p>one <a href=\"x>two</a></p>three"),
        "one two\n\nthree"
    );
    assert_eq!(to_text("one <style> p {} "), "one");
}

#[test]
fn cells_are_apart_and_rows_are_paragraphs() {
    assert_eq!(
        to_text("<table><tr><td>a<td>b<tr><td>c</table>"),
        "a b\n\nc"
    );
}

#[test]
fn preformatted_text_keeps_its_lines() {
    assert_eq!(
        to_text("<p>a\nb</p><pre>c\nd\n\ne</pre>"),
        "a b\n\nc\nd\n\ne"
    );
}

#[test]
fn a_line_keeps_what_only_looks_like_a_tag() {
    assert_eq!(to_line("a < b & c"), "a < b & c");
    assert_eq!(to_line("Vec<String> and AT&amp;T"), "Vec<String> and AT&T");
    assert_eq!(
        to_line(" <b>خبر</b>&#8217;\n عاجل<br>الآن "),
        "خبر’ عاجل الآن"
    );
    assert_eq!(to_line("plain\u{a0}  title\n"), "plain title");
}

#[test]
fn paragraphs_become_html_and_come_back() {
    let text = "a & <b>\nb\n\nc";
    assert_eq!(
        paragraphs_to_html(text),
        "<p>a &amp; &lt;b&gt;<br>b</p>\n<p>c</p>"
    );
    assert_eq!(to_text(&paragraphs_to_html(text)), text);
    assert_eq!(paragraphs_to_html("  \n "), "");
}

#[test]
fn what_carries_meaning_stays() {
    let html = r#"<h2 dir="rtl" lang="ar">ع</h2><figure><img src="/i.png" alt="صورة" onerror="x()"><figcaption>ت</figcaption></figure><table><tr><td colspan="2">1</td></tr></table>"#;
    assert_eq!(
        clean(html),
        r#"<h2 dir="rtl" lang="ar">ع</h2><figure><img src="https://news.example/i.png" alt="صورة"><figcaption>ت</figcaption></figure><table><tbody><tr><td colspan="2">1</td></tr></tbody></table>"#
    );
}

#[test]
fn links_are_absolute_and_marked_or_gone() {
    assert_eq!(
        clean(r#"<a href="c?d" class="x" id="y" style="z" onclick="w">t</a>"#),
        r#"<a href="https://news.example/a/c?d" rel="noopener noreferrer nofollow">t</a>"#
    );
    assert_eq!(
        sanitize(r#"<a href="/c">t</a>"#, None).as_str(),
        r#"<a rel="noopener noreferrer nofollow">t</a>"#
    );
    for bad in [
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "data:text/html,x",
        "//[",
        "vbscript:x",
    ] {
        let html = clean(&format!("<a href=\"{bad}\">t</a>"));
        assert_eq!(
            html, r#"<a rel="noopener noreferrer nofollow">t</a>"#,
            "{bad}"
        );
    }
    assert!(clean(r#"<img src="mailto:a@b.example">"#) == "<img>");
}

#[test]
fn active_content_goes_with_all_that_is_in_it() {
    let html = "<p>a</p><script>b</script><iframe src=x>c</iframe><form action=x><p>d</p>\
        <input name=e><button>f</button></form><svg><a>g</a></svg><template>h</template>";
    assert_eq!(clean(html), "<p>a</p><p>d</p>");
}

#[test]
fn hostile_nesting_becomes_plain_paragraphs() {
    let deep = format!("<p>one</p>{}two", "<div>".repeat(100_000));
    assert_eq!(too_deep(&deep), Some(Reason::Depth));
    assert_eq!(clean(&deep), "<p>one</p>\n<p>two</p>");
    let wide = format!("<p {}>one</p>", "a=b ".repeat(201));
    assert_eq!(too_deep(&wide), Some(Reason::Attributes));
}

#[test]
fn the_gate_counts_what_the_parser_would_nest() {
    for hostile in [
        "<font color=\"1\">x</p>".to_owned(),
        "<div/>".to_owned(),
        "<!--><div>".to_owned(),
        "<svg><style><div>".to_owned(),
        "<a =\"'><div>".to_owned(),
        "<ul><li>".to_owned(),
    ] {
        assert_eq!(
            too_deep(&hostile.repeat(300)),
            Some(Reason::Depth),
            "{hostile}"
        );
    }
}

#[test]
fn the_gate_counts_what_a_tree_would_hold() {
    let formatting: String = (0..100).map(|n| format!("<b id={n}>")).collect();
    for hostile in [
        "<br>".repeat(200_001),
        "</p>".repeat(200_001),
        "<!---->".repeat(200_001),
        "<li>x".repeat(100_001),
        "<p a b c d e f g h i>".repeat(20_001),
        // Each paragraph opens all of them again.
        format!("<p>{formatting}{}", "<p>x".repeat(3000)),
        format!("<p>{formatting}{}", "<div>x</div>".repeat(3000)),
    ] {
        assert_eq!(
            too_deep(&hostile),
            Some(Reason::Parts),
            "{}",
            &hostile[..20]
        );
    }
}

#[test]
fn the_gate_passes_untidy_but_shallow_pages() {
    for fine in [
        "<p>x",
        "<li>x",
        "<table><tr><td><font size=2>x<tr><td><b>y</table>",
        "<a name=x>y",
        "<br><img src=x><hr>",
        "<div><b>x</div>",
        "<script>'<div><div>'</script>",
        "<svg><path/><circle/></svg>",
    ] {
        assert_eq!(too_deep(&fine.repeat(2000)), None, "{fine}");
    }
}

#[test]
fn hostile_tags_are_read_in_linear_time() {
    for piece in [
        "<a =\"'>",
        "<a<",
        "<!-",
        "</ ",
        "<a b='",
        "<script ",
        "<svg>",
        "<a ='>",
        "<![CDATA[",
        "]]>",
    ] {
        let html = piece.repeat(200_000);
        // Quadratic work on a megabyte would be seen as a hanging test.
        let _ = (to_text(&html), to_line(&html), too_deep(&html));
    }
}

proptest! {
    #[test]
    fn whatever_comes_in_nothing_panics(html in "(<|>|/|!|-|\\[|CDATA|&|;|#x|a|div|p|br| |=|'|\"|\n|ع|\u{a0}|script|]]){0,60}") {
        let text = to_text(&html);
        prop_assert!(!text.contains("\n\n\n"));
        prop_assert_eq!(text.trim(), text.as_str());
        let line = to_line(&html);
        prop_assert!(!line.contains(['\n', '\t']) && !line.contains("  "));
        let _ = too_deep(&html);
        let once = clean(&html);
        prop_assert_eq!(clean(&once), once);
    }

    #[test]
    fn reading_plain_text_twice_changes_nothing(text in "[a-z ع\n\u{a0}.]{0,80}") {
        let once = to_text(&text);
        prop_assert_eq!(to_text(&once), once);
    }
}

#[test]
fn a_line_holds_no_character_that_xml_forbids() {
    assert_eq!(to_line("\0a\u{1} &amp;&#2; <b>\u{b}</b>c"), "a & c");
}
