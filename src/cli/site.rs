//! `rawi feeds --site HOST`: what was learned of a host's pages, and forgetting it.

use crate::cli::args::Arguments;
use crate::cli::config::{archive, house};
use crate::cli::table::{self, say};
use crate::cli::verdict::{Complaint, Result, Verdict};
use crate::extract::Site;
use crate::extract::site::Summary;
use crate::text::plain;

/// Shows what was learned.
pub(super) async fn show(arguments: &Arguments, host: &str, json: bool) -> Result {
    let (_, store) = archive!(arguments);
    let Some(learned) = store.site(host.to_owned()).await? else {
        return Err(nothing(host));
    };
    let summary = Site::from_json(&learned).summary();
    if json {
        return table::json_lines([&summary]);
    }
    table::out(|to| to.write_all(page(host, &summary).as_bytes()))?;
    Ok(Verdict::Done)
}

/// Forgets it: the next pages are read as those of a host that is new.
pub(super) async fn reset(arguments: &Arguments, host: &str) -> Result {
    let (_, house) = house!(arguments);
    let known = house.store.forget_site(host.to_owned()).await?;
    house.store.close().await;
    if !known {
        return Err(nothing(host));
    }
    say(&format!(
        "{host}: forgotten; it is learned anew from the next pages"
    ));
    Ok(Verdict::Done)
}

fn nothing(host: &str) -> Complaint {
    Complaint(format!(
        "nothing is known of {host}: write it as the addresses of its pages do, `www.` included; \
         a site is known from its first page on"
    ))
}

fn page(host: &str, summary: &Summary) -> String {
    let mut page = String::new();
    let mut fact = |name: &str, value: &str| {
        page.push_str(&format!("{name:<12} {}\n", plain::display(value)));
    };
    fact("host", host);
    fact(
        "learned from",
        &format!("stories: {}, pages: {}", summary.stories, summary.pages),
    );
    if let Some(learned) = summary.learned {
        fact(
            "last page",
            &learned.format("%Y-%m-%d %H:%M UTC").to_string(),
        );
    }
    if let Some(redesigned) = summary.redesigned {
        let times = summary.redesigns;
        fact(
            "new design",
            &format!("{} ({times} in all)", redesigned.format("%Y-%m-%d")),
        );
    }
    for (place, stories) in &summary.places {
        fact("body in", &format!("{place}, {stories} stories"));
    }
    for line in &summary.template {
        let text = if line.text.is_empty() {
            "…"
        } else {
            &line.text
        };
        fact("template", &format!("{text}  ({} stories)", line.stories));
    }
    page
}
