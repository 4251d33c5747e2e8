//! The page and everything it is made of, within this binary.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use super::shared::Shared;
use crate::graph;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const ICON: &str = "image/svg+xml";

macro_rules! asset {
    ($kind:expr, $path:expr, $file:expr) => {
        ($path, $kind, include_str!(concat!("page/", $file)))
    };
}

/// Where each is, what it is, and its text.
const ASSETS: [(&str, &str, &str); 19] = [
    asset!(HTML, "/", "index.html"),
    asset!(CSS, "/page.css", "page.css"),
    asset!(ICON, "/icon.svg", "icon.svg"),
    asset!(SCRIPT, "/main.js", "main.js"),
    asset!(SCRIPT, "/ask.js", "ask.js"),
    asset!(SCRIPT, "/books.js", "books.js"),
    asset!(SCRIPT, "/carddata.js", "carddata.js"),
    asset!(SCRIPT, "/detail.js", "detail.js"),
    asset!(SCRIPT, "/dom.js", "dom.js"),
    asset!(SCRIPT, "/editor.js", "editor.js"),
    asset!(SCRIPT, "/find.js", "find.js"),
    asset!(SCRIPT, "/graph.js", "graph.js"),
    asset!(SCRIPT, "/interfere.js", "interfere.js"),
    asset!(SCRIPT, "/live.js", "live.js"),
    asset!(SCRIPT, "/records.js", "records.js"),
    asset!(SCRIPT, "/start.js", "start.js"),
    asset!(SCRIPT, "/timeline.js", "timeline.js"),
    asset!(SCRIPT, "/watch.js", "watch.js"),
    asset!(SCRIPT, "/words.js", "words.js"),
];

/// The routes of the page.
pub(super) fn routes() -> Router<Arc<Shared>> {
    let with_style =
        Router::new().route("/graph.css", get(async || ([(CONTENT_TYPE, CSS)], graph::style()).into_response()));
    ASSETS.into_iter().fold(with_style, |routes, (path, kind, text)| {
        routes.route(path, get(async move || ([(CONTENT_TYPE, kind)], text).into_response()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_loaded_from_elsewhere_and_nothing_is_written_as_markup() {
        for (path, _, text) in ASSETS {
            for forbidden in ["https://", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
                assert!(!text.contains(forbidden), "{path} has {forbidden}");
            }
            let addresses = text.matches("http://").count() - text.matches("http://www.w3.org/").count();
            assert_eq!(addresses, 0, "{path} has an address");
        }
    }

    #[test]
    fn every_module_that_is_named_is_served() {
        for (path, _, text) in ASSETS {
            for import in text.split("from './").skip(1).filter_map(|rest| rest.split('\'').next()) {
                assert!(ASSETS.iter().any(|(served, ..)| *served == format!("/{import}")), "{path} imports {import}");
            }
        }
    }
}
