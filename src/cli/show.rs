//! `rawi show`: one article, with what its outlet changed.

use crate::cli::args::Arguments;
use crate::cli::config::archive;
use crate::cli::table;
use crate::cli::verdict::{Complaint, Result, Verdict};
use crate::model::EntryId;
use crate::store::{MergedItem, Revision};
use crate::text::diff::{self, Change};
use crate::text::plain;

/// Shows one article.
pub(super) async fn show(arguments: &Arguments, id: i64, json: bool) -> Result {
    let (_, store) = archive!(arguments);
    let Some(item) = store.article(EntryId(id)).await? else {
        return Err(Complaint(format!("no article has the number {id}")));
    };
    if json {
        return table::json_lines([&item.article]);
    }
    let revisions = store.revisions(EntryId(id)).await?;
    table::out(|to| to.write_all(page(&item, &revisions).as_bytes()))?;
    Ok(Verdict::Done)
}

fn page(item: &MergedItem, revisions: &[Revision]) -> String {
    let article = &item.article;
    let mut page = format!("{}\n\n", plain::display(&article.title));
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            page.push_str(&format!("{name:<12} {}\n", plain::display(value)));
        }
    };
    fact("outlet", &format!("{} ({})", article.outlet, article.feed));
    fact("author", &article.author.join(", "));
    fact("published", &time(article.published));
    fact("updated", &time(article.updated));
    fact("first seen", &time(article.first_seen));
    fact("url", article.url.as_deref().unwrap_or_default());
    fact("guid", article.guid.as_deref().unwrap_or_default());
    fact("language", article.language.as_deref().unwrap_or_default());
    fact("categories", &article.categories.join(", "));
    fact("image", article.image.as_deref().unwrap_or_default());
    for enclosure in &article.enclosures {
        fact("enclosure", &enclosure.url);
    }
    fact(
        "text from",
        &format!("{} ({} words)", article.extraction, article.words),
    );
    fact(
        "story",
        &format!(
            "{}{}",
            article.story,
            if article.lead {
                ", led by this article"
            } else {
                ""
            }
        ),
    );
    for other in &item.others {
        fact(
            "also in",
            &format!(
                "{} {}",
                other.name,
                other.url.as_deref().unwrap_or_default()
            ),
        );
    }
    page.push('\n');
    if let Some(dateline) = &article.dateline {
        page.push_str(&format!("{}\n\n", plain::display(dateline)));
    }
    page.push_str(&plain::display(&article.text));
    page.push('\n');
    for pair in revisions.windows(2) {
        page.push_str(&correction(&pair[0], &pair[1]));
    }
    page
}

/// What a version changed: `[-gone-]{+come+}`, as `wdiff` has it, with as much around it as tells
/// where.
fn correction(old: &Revision, new: &Revision) -> String {
    let mut page = format!("\nversion {}, seen {}\n", new.revision, new.seen);
    for (name, old, new) in [
        ("title", &old.title, &new.title),
        ("text", &old.text, &new.text),
    ] {
        if old != new {
            page.push_str(&format!("{name}: {}\n", marked(&diff::words(old, new))));
        }
    }
    page
}

/// Words that stand around a change.
const WORDS_AROUND: usize = 8;

fn marked(changes: &[Change<'_>]) -> String {
    let mut line = String::new();
    for (n, change) in changes.iter().enumerate() {
        match change {
            Change::Equal(text) => {
                let (first, last) = (n == 0, n + 1 == changes.len());
                line.push_str(&around(&plain::display(text), first, last));
            }
            Change::Deleted(text) => line.push_str(&format!("[-{}-]", plain::display(text.trim()))),
            Change::Inserted(text) => {
                line.push_str(&format!("{{+{}+}}", plain::display(text.trim())));
                if text.ends_with(char::is_whitespace) {
                    line.push(' ');
                }
            }
        }
    }
    line.replace(['\n', '\r'], " ")
}

/// The ends of an unchanged run: of the first run its end, of the last its beginning.
fn around(text: &str, is_first: bool, is_last: bool) -> String {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let (before, after) = match (is_first, is_last) {
        (true, true) => return text.to_owned(),
        (true, false) => (0, WORDS_AROUND),
        (false, true) => (WORDS_AROUND, 0),
        (false, false) => (WORDS_AROUND, WORDS_AROUND),
    };
    if words.len() <= before + after {
        return text.to_owned();
    }
    let (head, tail) = (
        words[..before].concat(),
        words[words.len() - after..].concat(),
    );
    format!("{head}… {tail}")
}

fn time(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_shows_what_went_and_what_came_and_a_little_around_it() {
        let version = |revision, title: &str, text: &str| Revision {
            revision,
            seen: "2026-03-01T12:00:00Z".to_owned(),
            title: title.to_owned(),
            text: text.to_owned(),
            changed: "[]".to_owned(),
        };
        let old = version(
            1,
            "الحصيلة ترتفع",
            "قال الوزير إن عدد المصابين بلغ سبعة في حادث وقع صباح اليوم على الطريق الصحراوي قرب المدينة",
        );
        let new = version(
            2,
            "الحصيلة ترتفع",
            "قال الوزير إن عدد المصابين بلغ تسعة في حادث وقع صباح اليوم على الطريق الصحراوي قرب المدينة",
        );
        assert_eq!(
            correction(&old, &new),
            "\nversion 2, seen 2026-03-01T12:00:00Z\ntext: قال الوزير إن عدد المصابين بلغ [-سبعة-]{+تسعة+} في حادث وقع صباح اليوم على الطريق … \n"
        );
    }
}
