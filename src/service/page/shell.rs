//! What is the same on every page: head, header, the region that tells what goes on, footer.

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html as markup};

use super::assets::{ICON, SCRIPT, STYLE};
use super::language::say;
use crate::lang::{Lang, Message};
use crate::message;
use crate::printable::printable;
use crate::service::Service;

/// A page without its content.
pub(super) struct Shell<'a> {
    pub service: &'a Service,
    pub lang: Lang,
    /// What stands in the browser's tab.
    pub title: Message,
    /// The address where the same page is in the other language.
    pub here: &'a str,
}

impl Shell<'_> {
    /// The page with `content`.
    pub(super) fn page(&self, content: &Markup) -> Response {
        let Shell { service, lang, title, here } = self;
        let lang = *lang;
        let title = printable(title.in_lang(lang));
        let name = message!("Kiểm tra văn bản", "Document check");
        let others: [(Lang, &str); 2] = [(Lang::Vi, "Tiếng Việt"), (Lang::En, "English")];
        let kept = message!("Máy chủ không lưu tệp.", "Files are checked and never stored.");
        let version = env!("CARGO_PKG_VERSION");
        let page = markup! {
            (DOCTYPE)
            html lang=(lang.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light";
                    title { (title) " – " (say(lang, &name)) }
                    link rel="icon" type="image/svg+xml" href=(ICON.address());
                    link rel="stylesheet" href=(STYLE.address());
                    script src=(SCRIPT.address()) defer {}
                }
                body {
                    a.skip href="#content" { (say(lang, &message!("Đến nội dung", "Skip to content"))) }
                    header {
                        p.name {
                            a href=(format!("/?lang={}", lang.code())) { (say(lang, &name)) }
                            @if let Some(office) = service.office() { span.office { (printable(office)) } }
                        }
                        nav aria-label=(say(lang, &message!("Ngôn ngữ", "Language"))) {
                            @for (other, words) in others {
                                @if other == lang {
                                    span lang=(other.code()) aria-current="true" { (words) }
                                } @else {
                                    a lang=(other.code()) hreflang=(other.code()) data-lang=(other.code())
                                        href=(switched(here, other)) { (words) }
                                }
                            }
                        }
                    }
                    p #status role="status" {}
                    main #content { (content) }
                    footer {
                        p { (say(lang, &kept)) }
                        p { "vanthu " (version) " · " a href="/openapi.json" { "OpenAPI" } }
                    }
                }
            }
        };
        let mut response = page.into_string().into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(lang.code()));
        response
    }
}

/// `here` in another language.
fn switched(here: &str, lang: Lang) -> String {
    let joint = if here.contains('?') { '&' } else { '?' };
    format!("{here}{joint}lang={}", lang.code())
}
