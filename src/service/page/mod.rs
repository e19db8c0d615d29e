//! The recipient's page: a file is dropped, and its verdict is there; without JavaScript as well.

pub(super) mod assets;
mod entrance;
pub(super) mod language;
mod record;
mod result;
mod revision;
mod shell;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use maud::html as markup;

use super::Service;
use super::judge::{Required, Show, judge};
use super::problem::Problem;
use super::responses::{Limited, NeedsWorker, TakesFile, TakesForm, problems};
use super::upload::Upload;
use crate::lang::Lang;
use crate::message;
use language::{LangQuery, lang_of_query, say};
use shell::Shell;

// The descriptions of routes stand beside their handlers.
pub(super) use record::{__path_record, record};
pub(super) use revision::{__path_signed_revision, signed_revision};

/// The page where a file is chosen.
#[utoipa::path(
    get, path = "/", tag = "page", params(LangQuery),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"))
)]
pub(super) async fn start(State(service): State<Service>, uri: Uri) -> Response {
    let lang = lang_of_query(uri.query());
    let shell = Shell { service: &service, lang, title: entrance::title(), here: "/" };
    shell.page(&entrance::entrance(&service, lang))
}

problems! {
    CheckProblems { 400 "No file" }
}

/// Judges a PDF and shows what was found.
#[utoipa::path(
    post, path = "/", operation_id = "check_file", tag = "page", params(LangQuery),
    request_body(content = super::api::FileForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What was found, whatever the verdict", body = String, content_type = "text/html"),
        Limited, TakesFile, TakesForm, NeedsWorker, CheckProblems,
    )
)]
pub(super) async fn check(
    State(service): State<Service>,
    uri: Uri,
    upload: Upload,
) -> Result<Response, Problem> {
    let lang = lang_of_query(uri.query());
    let (seen, party) = judge(&service, upload, Required::OwnFields, Show::Pages).await?;
    let worker = service.admission().worker_again(&party).await?;
    // Digests of the whole file and long texts: not on the runtime either.
    let drawn = move || {
        let title = result::title(&seen);
        let shell = Shell { service: &service, lang, title, here: "/" };
        Ok(shell.page(&result::result(&service, &seen, lang)?))
    };
    worker.run(drawn).await?.map_err(|_: std::io::Error| Problem::internal())
}

/// What the problems of this service mean.
#[utoipa::path(
    get, path = "/problems", tag = "verify", params(LangQuery),
    responses((status = 200, description = "A page that explains each", body = String, content_type = "text/html"))
)]
pub(super) async fn problems(State(service): State<Service>, uri: Uri) -> Response {
    let lang = lang_of_query(uri.query());
    let title = message!("Các lỗi của dịch vụ", "Problems of the service");
    let shell = Shell { service: &service, lang, title: title.clone(), here: "/problems" };
    shell.page(&markup! {
        h1 { (title.in_lang(lang)) }
        dl.problems {
            @for problem in Problem::all(service.max_upload()) {
                dt id=(problem.name()) { code { (problem.name()) } " (" (problem.status) ") " (problem.title_in.in_lang(lang)) }
                dd { (problem.detail_in.in_lang(lang)) }
            }
        }
    })
}

/// Shows `problem` to a person.
pub(super) fn problem(service: &Service, problem: &Problem, lang: Lang) -> Response {
    let id = problem.request_id.as_deref().unwrap_or_default();
    let shell = Shell { service, lang, title: problem.title_in.clone(), here: "/" };
    let mut response = shell.page(&markup! {
        section.verdict.plain aria-labelledby="result" {
            h1 #result tabindex="-1" {
                span.sign aria-hidden="true" { "!" } " "
                span.words { (problem.title_in.in_lang(lang)) }
            }
            p.advice { (problem.detail_in.in_lang(lang)) }
            p.when { (say(lang, &message!("Mã yêu cầu", "Request"))) ": " code { (id) } }
        }
        (entrance::form(service, lang, &entrance::again()))
    });
    *response.status_mut() = problem.status();
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(axum::http::header::RETRY_AFTER, seconds.into());
    }
    response
}
