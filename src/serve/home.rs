//! What is served beside the feeds: the front page that leads to them, and the subscriptions.

use std::fmt::Write;

use axum::extract::State as Shared;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use crate::publish::{Channel, Format, opml as subscriptions};
use crate::serve::error::Error;
use crate::serve::state::State;
use crate::text::{html, plain};

/// `/`: a page that names the feeds' addresses, and tells them to programs that look for them.
pub(super) async fn home(state: Shared<State>) -> Html<String> {
    let live = state.live();
    let public_url = &live.settings.options.public_url;
    let title = plain::display(&live.settings.publish.title);
    let title = html::escape(&title);
    let (mut head, mut list) = (String::new(), String::new());
    for channel in &live.channels {
        let name = plain::display(&channel.title);
        let name = html::escape(&name);
        let _ = write!(list, "<li><bdi>{name}</bdi>:");
        for format in Format::EVERY {
            let address = Channel::address(public_url, &channel.slug, format);
            let address = html::escape(address.as_str());
            let kind = format.media_type();
            let _ = writeln!(
                head,
                r#"<link rel="alternate" type="{kind}" title="{name}" href="{address}">"#
            );
            let _ = write!(list, r#" <a href="{address}">{}</a>"#, format.extension());
        }
        list.push_str("</li>\n");
    }
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n{head}\
         <h1><bdi>{title}</bdi></h1>\n<p>Subscribe in your feed reader to one of these:</p>\n\
         <ul>\n{list}</ul>\n<p><a href=\"opml\">The sources, as OPML</a></p>\n</html>\n"
    ))
}

/// `/opml`: the subscriptions.
pub(super) async fn opml(state: Shared<State>) -> Result<Response, Error> {
    let feeds = state.source.subscriptions(state.clock.now()).await?;
    let kind = [(header::CONTENT_TYPE, "text/x-opml; charset=utf-8")];
    Ok((kind, subscriptions::write(&feeds)).into_response())
}
