//! Which XPath becomes which CSS, and which none.

use crate::cli::rules::xpath::{Css, to_css};
use crate::extract::check_selector;

#[test]
fn what_css_can_say_is_said() {
    for (xpath, css) in [
        ("//article", "article"),
        ("//*", "*"),
        (".//p", "p"),
        (" // div / p // a ", "div > p a"),
        ("/html/body/div", "html > body > div"),
        ("//div[@id='story']", "div#story"),
        ("//div[@id = \"story\"]", "div#story"),
        ("//*[@id='1st']", "[id=\"1st\"]"),
        ("//*[@id='story']/p", "#story > p"),
        ("//div[@class='a b']", "div[class=\"a b\"]"),
        ("//a[@rel='next']", "a[rel=\"next\"]"),
        ("//div[@data-area=\"head\"]", "div[data-area=\"head\"]"),
        ("//img[@alt]", "img[alt]"),
        ("//p[contains(@class,'ad')]", "p[class*=\"ad\"]"),
        ("//p[contains( @class , \"it's\" )]", "p[class*=\"it's\"]"),
        ("//p[contains(@title,'\"\\')]", "p[title*=\"\\\"\\\\\"]"),
        ("//a[starts-with(@href,'/tag/')]", "a[href^=\"/tag/\"]"),
        (
            "//div[contains(concat(' ',normalize-space(@class),' '),' story ')]",
            "div.story",
        ),
        (
            "//*[contains(concat(' ', @class, ' '), ' story ')]",
            ".story",
        ),
        (
            "//*[contains(concat(' ', @class, ' '), ' نص ')]",
            "[class~=\"نص\"]",
        ),
        (
            "//a[contains(concat(' ',@rel,' '),' next ')]",
            "a[rel~=\"next\"]",
        ),
        (
            "//div[@id='a' and contains(@class,'b')]",
            "div#a[class*=\"b\"]",
        ),
        ("//div[@id='a'][@lang='ar']/p", "div#a[lang=\"ar\"] > p"),
        ("//p | //div[@id='a'] | //b/i", "p, div#a, b > i"),
        ("//p[@id='a' or @id='b']/i", "p#a > i, p#b > i"),
        (
            "//p[(@id='a' or @id='b') and @lang]",
            "p#a[lang], p#b[lang]",
        ),
        ("//div/descendant::p", "div p"),
        ("//descendant::p/child::a", "p > a"),
        ("//table[@id='t']/tr/td", "table#t > tbody > tr > td"),
        ("//table/tbody/tr", "table > tbody > tr"),
        ("//table//tr", "table tr"),
    ] {
        let expected = Css {
            selector: css.to_owned(),
            attribute: None,
        };
        assert_eq!(to_css(xpath), Ok(expected), "{xpath}");
        assert_eq!(check_selector(css), Ok(()), "{css}");
    }
}

#[test]
fn an_attribute_at_the_end_is_told_apart() {
    for (xpath, selector, attribute) in [
        ("//a[@rel='next']/@href", "a[rel=\"next\"]", "href"),
        ("//a[@id='n']/@href | //link/@href", "a#n, link", "href"),
        ("//img/@data-src", "img", "data-src"),
    ] {
        let css = to_css(xpath).unwrap();
        assert_eq!(css.selector, selector);
        assert_eq!(css.attribute.as_deref(), Some(attribute));
    }
}

#[test]
fn what_css_cannot_say_is_refused_with_the_reason() {
    for (xpath, reason) in [
        ("", "begins with neither"),
        ("div", "begins with neither"),
        ("substring-before(//a, 'x')", "begins with neither"),
        ("/div", "does not begin with /html"),
        ("//", "its end is missing"),
        ("//p[", "its end is missing"),
        ("//p]", "']' where it was not expected"),
        ("//p[@id='a]", "a text without its end"),
        ("//p[1]", "a position"),
        ("//p[position()=1]", "a position"),
        ("//p[last()]", "a position"),
        ("(//article)[1]", "parentheses around a path"),
        ("//p/text()", "text()"),
        ("//p[text()='x']", "text()"),
        ("//p[contains(text(),'x')]", "text in a function"),
        ("//p[contains(.,'x')]", "the element's text"),
        ("//p[.='x']", "the element's text"),
        ("//p[not(@id)]", "not()"),
        ("//div[string-length(@class) = 15]", "string-length()"),
        ("//p[strong]", "a condition on strong inside"),
        ("//p[.//strong]", "others around it"),
        ("//p/..", "to the parent"),
        ("//p/following-sibling::p", "the axis following-sibling"),
        ("//p/ancestor::div[1]", "the axis ancestor"),
        ("//p[@id!='a']", "'!' where"),
        ("//p[@id='a'", "its end is missing"),
        ("//p[contains(@id,'')]", "an empty text"),
        ("//p[contains(@id,'a')=1]", "'=' where"),
        (
            "//p[contains(concat(' ',@class,' '),' a')]",
            "a part of a word",
        ),
        (
            "//p[contains(concat(' ',@class,' '),' a b ')]",
            "or several",
        ),
        (
            "//p[contains(concat('x',@class,' '),' a ')]",
            "more than spaces",
        ),
        ("//@href", "an attribute without its element"),
        ("//a//@href", "an attribute without its element"),
        ("//a/@href | //b", "different attributes"),
        ("//fb:like", "the name fb:like"),
        ("//p[@xml:lang='ar']", "the attribute xml:lang"),
        ("//p[@id=\"a\"] extra", "'e' where it was not expected"),
    ] {
        let error = to_css(xpath).expect_err(xpath);
        assert!(error.contains(reason), "{xpath}: {error}");
    }
    let deep = format!("//p[{}@id{}]", "(".repeat(99), ")".repeat(99));
    assert!(to_css(&deep).unwrap_err().contains("parentheses"));
    let wide = format!("//p{}", "[@a or @b or @c]".repeat(9));
    assert!(to_css(&wide).unwrap_err().contains("alternatives"));
}

proptest::proptest! {
    #[test]
    fn whatever_comes_out_is_a_selector(
        xpath in "(//|/|\\.|div|p|\\*|\\[|\\]|@id|@class|@data-x|=|'a'|\"b c\"|' d '|contains\\(|concat\\(|normalize-space\\(|starts-with\\(|\\(|\\)|,| and | or |\\||::|descendant::|text\\(\\)|1|é|\\\\|\u{0}){0,16}"
    ) {
        if let Ok(css) = to_css(&xpath) {
            proptest::prop_assert_eq!(check_selector(&css.selector), Ok(()), "{}", css.selector);
        }
    }

    #[test]
    fn any_text_can_be_quoted(text in ".{0,20}", step in "(//p|//\\*|/a|//td|/tr)") {
        let quote = if text.contains('\'') { '"' } else { '\'' };
        let xpath = format!("/{step}[@id={quote}{text}{quote} or contains(@x,{quote}{text}{quote})]");
        if let Ok(css) = to_css(&xpath) {
            proptest::prop_assert_eq!(check_selector(&css.selector), Ok(()), "{}", css.selector);
        }
    }
}
