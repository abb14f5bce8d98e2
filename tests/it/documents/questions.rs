//! The queries of the documents, each with what it must find.

use std::path::Path;
use std::process::Command;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::press::Press;
use super::{ARCHIVE, OPERATIONS, SEARCH, answers};

/// By the heading that a query stands under: its rows, the columns in their order. Days count from
/// that of the archive's morning; `-` is null; long texts are cut.
#[rustfmt::skip]
const FOUND: &[(&str, &[&str])] = &[
    ("articles_fts", &["0 08:40 | بوابة عمان | قانون لتوزيع المياه على أحياء المدن"]),
    ("What did most outlets carry this week?", &[
        "3 | 3 | 0 08:00 | قانون المياه: ثماني مناطق لكل مدينة",
        "2 | 2 | 0 11:00 | رسالة قارئ: زيتون الرصيف",
    ]),
    ("Who was first, and how much later were the others?", &[
        "رسالة قارئ: زيتون الرصيف | بريد المغرب | 0.0",
        "رسالة قارئ: زيتون الرصيف | صوت الحق | 240.0",
        "قانون المياه: ثماني مناطق لكل مدينة | صوت الحق | 0.0",
        "قانون المياه: ثماني مناطق لكل مدينة | بوابة عمان | 40.0",
        "قانون المياه: ثماني مناطق لكل مدينة | بريد المغرب | 120.0",
    ]),
    ("How many stories does each outlet have alone, and of how many was it the first?", &[
        "بريد المغرب | 5 | 3 | 1",
        "بوابة عمان | 4 | 3 | 0",
        "صوت الحق | 4 | 2 | 1",
    ]),
    ("What does one outlet have that the others lack?", &[
        "0 09:20 | فوز جديد في كرة القدم | -",
        "0 09:00 | مكتبة صغيرة في قلب الحديقة | -",
    ]),
    ("Who took over whose articles, and how alike are the copies?", &[
        "بريد المغرب | 48 | صوت الحق | 48 | same-text | - | زيتونة أمام الدكان",
        "صوت الحق | 80 | بوابة عمان | 76 | near | 0.777 | قانون لتوزيع المياه على أحياء المدن",
        "صوت الحق | 80 | بريد المغرب | 63 | near | 0.837 | الأردن: قانون لتوزيع المياه",
    ]),
    ("What else was told of the same event?", &[
        "1 | 1 | 3 | 0 08:00 | قانون المياه: ثماني مناطق لكل مدينة",
        "1 | 4 | 1 | 0 12:00 | اعتصام أمام مجلس النواب في عمان",
    ]),
    ("Which headlines changed, and how long after publication?", &[
        "صوت الحق | 0 09:30 | 90.0 | النواب الأردني يقر قانون توزيع المياه | قانون المياه: ثماني مناطق لكل مدينة",
    ]),
    ("How much does each outlet correct, and how soon?", &[
        "بوابة عمان | 1 | 1 | 0 | 1 | 180.0",
        "صوت الحق | 1 | 1 | 1 | 0 | 90.0",
    ]),
    ("How did an article stand at a given time?", &[
        "1 | النواب الأردني يقر قانون توزيع المياه | أقر مجلس النواب الأردني أمس قانونا لتوزيع مياه الشرب على أحي…",
    ]),
    ("Who used a phrase, in any spelling?", &[
        "0 12:00 | بوابة عمان | اعتصام أمام مجلس النواب في عمان",
        "0 10:00 | بريد المغرب | الأردن: قانون لتوزيع المياه",
        "0 08:40 | بوابة عمان | قانون لتوزيع المياه على أحياء المدن",
        "0 08:00 | صوت الحق | قانون المياه: ثماني مناطق لكل مدينة",
    ]),
    ("How often did each outlet use a word, by day?", &[
        "0 | بريد المغرب | 1",
        "0 | بوابة عمان | 1",
        "0 | صوت الحق | 1",
    ]),
    ("Who writes, and how much?", &["ليلى الحسن | صوت الحق | 2 | 87 | 0 09:00"]),
    ("What came under a label?", &[
        "0 14:00 | بوابة عمان | عاجل: انتهاء الجلسة",
        "0 13:00 | بريد المغرب | La vieille ville retrouve ses portes",
        "0 12:30 | بوابة عمان | نشرة الظهيرة المسموعة",
        "0 12:00 | بوابة عمان | اعتصام أمام مجلس النواب في عمان",
        "0 09:00 | صوت الحق | مكتبة صغيرة في قلب الحديقة",
        "0 08:00 | صوت الحق | قانون المياه: ثماني مناطق لكل مدينة",
    ]),
    ("How much does each outlet publish, by day?", &[
        "0 | بريد المغرب | 5 | 136",
        "0 | صوت الحق | 4 | 139",
        "0 | بوابة عمان | 4 | 123",
    ]),
    ("In which languages does each outlet write?", &[
        "بريد المغرب | ar | 4",
        "بريد المغرب | fr | 1",
        "بوابة عمان | ar | 4",
        "صوت الحق | ar | 4",
    ]),
    ("What can be listened to or watched?", &[
        "0 12:30 | بوابة عمان | نشرة الظهيرة المسموعة | audio/mpeg | https://amman.example/sound/7.mp3",
    ]),
    ("What do the feeds' filters keep out, and by which pattern?", &[
        "haq | mute: كرة القدم | 1 | 0 09:20",
    ]),
    ("Which articles lack their page or any text, and why?", &[
        "haq | feed: content | 4 | 0",
        "amman | feed: content | 3 | 0",
        "maghreb | feed: content | 3 | 0",
        "amman | feed: no text | 1 | 1",
        "maghreb | feed; page: …: refused by robots.txt | 1 | 0",
        "maghreb | feed; page: …: status 404 | 1 | 0",
    ]),
    ("Which feeds have been silent for long, and what gaps do they have?", &[
        "amman | 0 14:00 | 3.3",
        "haq | 0 15:00 | 5.7",
        "maghreb | 0 16:00 | 3.0",
    ]),
    ("What does each feed cost, and what does it fill?", &[
        "amman | 5 | 0 | 15 | 4 | 1.2",
        "haq | 6 | 1 | 15 | 4 | 1.3",
        "maghreb | 4 | 0 | 12 | 5 | 1.2",
        "broken | 1 | 0 | 3 | 0 | -",
    ]),
    ("Pages and robots.txt", &["maghreb | 1"]),
];

/// So many characters of a text are compared.
const ENOUGH: usize = 60;

/// A query of a document.
struct Question {
    heading: &'static str,
    sql: &'static str,
}

/// The queries of a document, each with the last heading before it.
fn questions(document: &'static str) -> Vec<Question> {
    let mut heading = "";
    let mut questions = Vec::new();
    for (n, part) in document.split("```").enumerate() {
        if n % 2 == 0 {
            let mut headings = part.lines().filter(|line| line.starts_with('#'));
            heading = headings.next_back().unwrap_or(heading);
        } else if let Some(sql) = part.strip_prefix("sql\n") {
            let heading = heading.trim_start_matches(['#', ' ']);
            questions.push(Question { heading, sql });
        }
    }
    questions
}

fn shown(row: &[Value], day: DateTime<Utc>) -> String {
    let cells: Vec<String> = row.iter().map(|cell| shown_cell(cell, day)).collect();
    cells.join(" | ")
}

fn shown_cell(cell: &Value, day: DateTime<Utc>) -> String {
    let text = match cell {
        Value::Null => return "-".to_owned(),
        Value::String(text) => text,
        other => return other.to_string(),
    };
    let days = |date: NaiveDate| (date - day.date_naive()).num_days();
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return format!("{} {}", days(at.date_naive()), at.format("%H:%M"));
    }
    match text.parse::<NaiveDate>() {
        Ok(date) => days(date).to_string(),
        Err(_) => match text.char_indices().nth(ENOUGH) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.clone(),
        },
    }
}

/// What the system's own `sqlite3` answers; none where there is none.
fn by_the_system(archive: &Path, sql: &str) -> Option<Vec<Value>> {
    let mut shell = Command::new("sqlite3");
    shell.args(["-batch", "-init", "/dev/null", "-readonly", "-json"]);
    let output = shell.arg(archive).arg(sql).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "sqlite3: {said}\n{sql}");
    let rows = String::from_utf8(output.stdout).unwrap();
    let rows = if rows.trim().is_empty() { "[]" } else { &rows };
    Some(serde_json::from_str(rows).unwrap())
}

#[tokio::test]
async fn each_query_of_the_documents_finds_what_it_is_asked_for() {
    let press = Press::morning().await;
    let asked: Vec<Question> = [ARCHIVE, SEARCH, OPERATIONS]
        .into_iter()
        .flat_map(questions)
        .collect();
    let mut wrong = String::new();
    for Question { heading, sql } in &asked {
        let rows = press.archive.sql(sql).await;
        if let Some(theirs) = by_the_system(&press.archive.options().path, sql) {
            let ours = answers(&press.archive, sql).await;
            assert_eq!(theirs, ours, "{heading}: another answer by sqlite3");
        }
        let rows: Vec<String> = rows.iter().map(|row| shown(row, press.day)).collect();
        let expected = FOUND.iter().find(|(of, _)| of == heading);
        if expected.is_none_or(|(_, expected)| *expected != rows) {
            wrong.push_str(&format!("{heading}:\n    {}\n", rows.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "found something else:\n{wrong}");
    assert_eq!(asked.len(), FOUND.len(), "each heading has one query");
    let twenty = ARCHIVE.split("\n## Twenty questions\n").nth(1).unwrap();
    assert_eq!(twenty.matches("```sql").count(), 20, "as it says");
}
