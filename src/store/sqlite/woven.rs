//! How the table `body` holds `html`: woven with `text`, which most of it repeats between its tags.
//!
//! A woven html begins with U+0001, and a JSON list follows: strings are markup as it stands, and a
//! pair `[start, length]` is a run of bytes of `text`, counted from 1 as SQL's `substr` does. Html that
//! would not become shorter is held as it is. The view `articles` unweaves in plain SQL, so both ways
//! of reading have to agree: bytes rather than characters, because SQLite then finds a run without
//! counting its way there.
//!
//! A woven html means nothing without the text that it was woven with: whatever writes one column
//! writes the other in the same statement.
//!
//! Both ways are linear in what they read, whatever that is. Nothing here fails: what cannot be
//! woven is held as it is.

use std::borrow::Cow;

/// Opens a woven html. XML forbids it, so hardly any other html begins so; one that does is woven,
/// whatever its length (and SQL reads it to its first U+0000).
const MARK: char = '\u{1}';

/// Bytes of a run that is worth a reference, which takes fifteen or so.
const RUN: usize = 24;

/// References that an html has at most: SQLite may read all of `text` for each.
const RUNS: usize = 256;

/// Bytes that runs are looked up by.
const WINDOW: usize = 16;

/// Places of `text` with the same look-up that are compared.
const COMPARED: usize = 16;

/// What the column `html` holds beside that `text`.
pub(crate) fn to_column<'a>(html: Option<&'a str>, text: &str) -> Option<Cow<'a, str>> {
    html.map(|html| weave(html, text).map_or(Cow::Borrowed(html), Cow::Owned))
}

/// The html that the column holds beside that `text`; none also where the two do not belong
/// together, so that an article is readable even then.
pub(crate) fn from_column(column: Option<String>, text: &str) -> Option<String> {
    let column = column?;
    match column.strip_prefix(MARK) {
        Some(woven) => unweave(woven, text),
        None => Some(column),
    }
}

/// None where the html is to be held as it is.
fn weave(html: &str, text: &str) -> Option<String> {
    let must = html.starts_with(MARK);
    // SQLite's JSON ends a string at U+0000.
    if !must && (text.len() < RUN || html.contains('\0')) {
        return None;
    }
    let mut woven = Vec::with_capacity(html.len() / 2 + 16);
    woven.extend_from_slice(MARK.encode_utf8(&mut [0; 4]).as_bytes());
    woven.push(b'[');
    let (index, least) = (Index::new(text)?, RUN.max(html.len() / RUNS));
    let (mut at, mut markup) = (0, 0);
    while at + WINDOW <= html.len() {
        if !begins_word(html.as_bytes(), at) {
            at += 1;
            continue;
        }
        let (start, length) = index.longest(&html.as_bytes()[at..]);
        let end = html.floor_char_boundary(at + length);
        if end - at >= least {
            if markup < at {
                serde_json::to_writer(&mut woven, &html[markup..at]).ok()?;
                woven.push(b',');
            }
            serde_json::to_writer(&mut woven, &(start + 1, end - at)).ok()?;
            woven.push(b',');
            markup = end;
        }
        // What is too short a run is not looked through again, lest this take the square of it.
        at = end.max(at + 1);
    }
    if markup < html.len() {
        serde_json::to_writer(&mut woven, &html[markup..]).ok()?;
    } else if woven.last() == Some(&b',') {
        woven.pop();
    }
    woven.push(b']');
    if must || woven.len() < html.len() {
        String::from_utf8(woven).ok()
    } else {
        None
    }
}

fn unweave(woven: &str, text: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Piece {
        Markup(String),
        Run(usize, usize),
    }
    let pieces: Vec<Piece> = serde_json::from_str(woven).ok()?;
    let mut html = String::with_capacity(woven.len() + text.len());
    for piece in pieces {
        match piece {
            Piece::Markup(markup) => html.push_str(&markup),
            Piece::Run(start, length) => {
                let start = start.checked_sub(1)?;
                html.push_str(text.get(start..start.checked_add(length)?)?);
            }
        }
    }
    Some(html)
}

/// How many bytes both begin with.
fn in_common(one: &[u8], other: &[u8]) -> usize {
    const STEP: usize = 32;
    let steps = one.chunks_exact(STEP).zip(other.chunks_exact(STEP));
    let same = STEP * steps.take_while(|(one, other)| one == other).count();
    let rest = one[same..].iter().zip(&other[same..]);
    same + rest.take_while(|(one, other)| one == other).count()
}

/// Whether a run may begin there: a word, and any character of the scripts that put no space between
/// words. It is a character that begins there, not a byte in the midst of one.
fn begins_word(bytes: &[u8], at: usize) -> bool {
    const THREE_BYTES: u8 = 0xe1; // opens the characters from U+1000 on
    match at.checked_sub(1) {
        None => true,
        Some(before) => {
            let before = bytes[before];
            before.is_ascii() && !before.is_ascii_alphanumeric() || bytes[at] >= THREE_BYTES
        }
    }
}

/// Where in a text the windows begin that begin with a word.
struct Index<'a> {
    text: &'a [u8],
    /// By the digest of a window: the first place that has it, or [`NOWHERE`].
    first: Vec<u32>,
    /// By place: the next one of the same digest.
    next: Vec<u32>,
    /// Bits by which a digest is cut down to a place in `first`.
    shift: u32,
}

const NOWHERE: u32 = u32::MAX;

impl<'a> Index<'a> {
    /// None for a text of 4 GiB or more.
    fn new(text: &'a str) -> Option<Self> {
        u32::try_from(text.len()).ok()?;
        let windows = (text.len() + 1).saturating_sub(WINDOW);
        let bits = windows.next_power_of_two().ilog2().clamp(8, 20);
        let mut index = Self {
            text: text.as_bytes(),
            first: vec![NOWHERE; 1 << bits],
            next: vec![NOWHERE; windows],
            shift: u64::BITS - bits,
        };
        // Backwards, so that what stands first is found first.
        for place in (0..windows)
            .rev()
            .filter(|&at| begins_word(text.as_bytes(), at))
        {
            let slot = index.slot(&index.text[place..]);
            index.next[place] = index.first[slot];
            index.first[slot] = u32::try_from(place).ok()?;
        }
        Some(index)
    }

    /// Which place of `first` is for texts that begin as `bytes` do; they are a window at least.
    fn slot(&self, bytes: &[u8]) -> usize {
        let half = |from: usize| {
            let mut half = [0; WINDOW / 2];
            half.copy_from_slice(&bytes[from..from + WINDOW / 2]);
            u64::from_le_bytes(half)
        };
        let mixed = half(0)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
            .wrapping_add(half(WINDOW / 2))
            .wrapping_mul(0xbf58_476d_1ce4_e5b9);
        usize::try_from(mixed >> self.shift).unwrap_or(0)
    }

    /// Where the text has the most bytes that `bytes` begin with, and how many.
    fn longest(&self, bytes: &[u8]) -> (usize, usize) {
        let mut best = (0, 0);
        let mut place = self.first[self.slot(bytes)];
        for _ in 0..COMPARED {
            let from = place as usize;
            let Some(there) = self.text.get(from..) else {
                break;
            };
            let length = in_common(there, bytes);
            if length > best.1 {
                best = (from, length);
            }
            place = self.next[from];
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use super::*;

    const TEXT: &str = "أعلنت الوزارة أن الموسم الجديد يبدأ غداً في المدن كلها.\n\nوقال وزيرها إن \"الأسعار\" لن ترتفع هذا العام \\ ولا بعده.";

    fn written(html: &str, text: &str) -> String {
        to_column(Some(html), text).unwrap().into_owned()
    }

    /// The html as the view `articles` of a new archive gives it.
    fn viewed(connection: &Connection, column: Option<&str>, text: &str) -> String {
        connection
            .execute(
                "insert or replace into body (entry_id, text, html) values (1, ?1, ?2)",
                (text, column),
            )
            .unwrap();
        connection
            .query_row("select html from articles", [], |row| row.get(0))
            .unwrap()
    }

    fn archive() -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rawi.db");
        let connection = crate::store::sqlite::migrate::open_writer(&path).unwrap();
        connection
            .execute_batch(
                "insert into feed (id, slug, url, local, categories, cadence, standing, next_why)
                     values (1, 'a', 'https://a.example/', 0, '[]', 'adaptive', 'enabled', 'test');
                 insert into entry (id, feed_id, key, sort_at, visible_at, first_seen, revised_at, content_digest,
                         words, title, author, categories, enclosures, extraction)
                     values (1, 1, 1, 0, 0, 0, 0, 0, 0, '', '[]', '[]', '[]', '');",
            )
            .unwrap();
        (folder, connection)
    }

    #[test]
    fn what_the_text_says_is_held_once() {
        let (first, second) = TEXT.split_once("\n\n").unwrap();
        let html = format!("<p class=\"a\">{first}</p>\n<p>{second}</p>");
        let column = written(&html, TEXT);
        let (one, two) = (first.len(), second.len());
        assert_eq!(
            column,
            format!(
                "\u{1}[\"<p class=\\\"a\\\">\",[1,{one}],\"</p>\\n<p>\",[{},{two}],\"</p>\"]",
                one + 3
            )
        );
        assert_eq!(from_column(Some(column), TEXT).as_deref(), Some(&*html));
    }

    #[test]
    fn a_caption_that_the_text_has_further_on_does_not_hide_what_comes_before_it() {
        let (first, second) = TEXT.split_once("\n\n").unwrap();
        let html = format!("<img alt='{second}'><p>{first}</p><p>{second}</p>");
        assert_eq!(written(&html, TEXT).matches('[').count(), 4);
    }

    #[test]
    fn html_that_would_not_be_shorter_is_held_as_it_is() {
        for html in ["", "<p>غير ذلك</p>", "أعلنت الوزا"] {
            assert_eq!(written(html, TEXT), html);
            assert_eq!(written(html, ""), html);
        }
    }

    #[test]
    fn html_that_begins_as_a_woven_one_does_is_not_taken_for_one() {
        for html in ["\u{1}", "\u{1}[[1,9]]", "\u{1}<p>نص</p>"] {
            let column = written(html, TEXT);
            assert_ne!(column, html);
            assert_eq!(from_column(Some(column), TEXT).as_deref(), Some(html));
        }
    }

    #[test]
    fn a_woven_html_beside_another_text_is_none() {
        for column in [
            "\u{1}[[1,9]]",
            "\u{1}[[0,1]]",
            "\u{1}[[2,1]]",
            "\u{1}[",
            "\u{1}[[1,-1]]",
            "\u{1}[7]",
        ] {
            assert_eq!(from_column(Some(column.to_owned()), "نص"), None, "{column}");
        }
        let far = format!("\u{1}[[{max},{max}]]", max = usize::MAX);
        assert_eq!(from_column(Some(far), "نص"), None);
        assert_eq!(from_column(None, "نص"), None);
    }

    #[test]
    fn an_html_of_many_short_runs_has_few_references() {
        let words: Vec<String> = (0..5000)
            .map(|n| format!("الكلمة رقم {n} من كلها."))
            .collect();
        let html = words.join("<br/>");
        let text = words.join("\n\n");
        assert!(written(&html, &text).matches('[').count() <= RUNS + 1);
    }

    #[test]
    fn text_that_repeats_itself_takes_no_longer_for_it() {
        // The square of these would take minutes.
        for (text, html) in [
            ("a".repeat(1 << 20), "a".repeat(1 << 20)),
            (
                "ab".repeat(1 << 19),
                format!("{}b", "a".repeat(99)).repeat(10_000),
            ),
        ] {
            let column = written(&html, &text);
            assert_eq!(from_column(Some(column), &text).as_deref(), Some(&*html));
        }
        let text = "0123456789abcdef".repeat(1 << 16);
        let html = "0123456789abcdef0123456789abcde<".repeat(1 << 15);
        assert_eq!(from_column(Some(written(&html, &text)), &text), Some(html));
    }

    #[test]
    fn the_view_unweaves_as_we_do() {
        let (_folder, connection) = archive();
        let runs = [
            "𐎀𝕏😀 and other planes, several of them 😀😀😀",
            "صَوْتُ الحَقِّ مَعَ الحَرَكاتِ كُلِّها e\u{301}e\u{301}\u{200d}\u{fe0f}",
            "\"quotes\" 'of both kinds' and \\ backslashes \\\\ \\n \\u0041",
            "\u{202e}controls\u{202c} of \u{2066}direction\u{2069}\u{200f} and \u{feff}others\u{fffe}\u{ffff}",
            "\u{7f}\u{1}\u{2}\u{1f} control characters\tand\r\nends of lines\u{2028}\u{2029}",
            "% _ [1,9] {\"a\":1} -- a text that looks like a list [[1,2],\"x\"]",
        ];
        let text = runs.join("\n\n");
        let mut html = String::new();
        for (n, run) in runs.iter().enumerate() {
            html.push_str(&format!(
                "<p data-n=\"{n}\" title='\\\u{1}\u{7f}😀 {}'>{run}</p>\r\n\t",
                &run[..4]
            ));
        }
        let bare = html.clone() + runs[0];
        let doubled = format!("{}{}{}", runs[3], runs[1], runs[1]);
        for html in [
            &*html,
            &bare,
            &doubled,
            "\u{1}[\"x\"]",
            "\u{1}\\\"é",
            "<p>بسيط</p>",
            "",
        ] {
            let column = written(html, &text);
            assert_eq!(viewed(&connection, Some(&column), &text), html, "{column}");
            assert_eq!(from_column(Some(column), &text).as_deref(), Some(html));
        }
        assert_eq!(
            viewed(&connection, None, "أ < ب\n\nج"),
            "<p>أ &lt; ب</p><p>ج</p>"
        );
    }

    #[test]
    fn the_view_reads_runs_of_a_text_with_a_nul() {
        let (_folder, connection) = archive();
        let text = format!("قبل\0{TEXT}");
        let html = format!("<div class='x'>{TEXT}</div>");
        let column = written(&html, &text);
        assert!(column.starts_with(MARK));
        assert_eq!(viewed(&connection, Some(&column), &text), html);
    }

    proptest! {
        #[test]
        fn unweaving_gives_back_any_html(html in any::<String>(), text in any::<String>()) {
            let column = written(&html, &text);
            prop_assert_eq!(from_column(Some(column), &text), Some(html));
        }

        #[test]
        fn unweaving_gives_back_what_shares_runs_with_its_text(
            pieces in proptest::collection::vec(("\\PC{0,40}", "(<[a-z]{1,3} ?\"?>|&amp;|\u{1}|\n|😀)"), 0..20),
            kept in proptest::collection::vec(any::<bool>(), 20),
        ) {
            let (mut html, mut text) = (String::new(), String::new());
            for ((run, markup), kept) in pieces.iter().zip(kept) {
                html.push_str(markup);
                html.push_str(run);
                if kept {
                    text.push_str(run);
                    text.push_str("\n\n");
                }
            }
            let column = written(&html, &text);
            prop_assert!(column.len() <= html.len() || html.starts_with(MARK));
            prop_assert_eq!(from_column(Some(column), &text), Some(html));
        }
    }
}
