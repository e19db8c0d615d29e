//! Cutting off what was added after a signature, for who has no JavaScript: the file comes once more,
//! and its beginning goes back.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::language::LangQuery;
use crate::message;
use crate::service::Service;
use crate::service::problem::Problem;
use crate::service::responses::{Limited, NeedsWorker, TakesFile, TakesForm, problems};
use crate::service::schemas::Binary;
use crate::service::upload::Upload;

/// A form with a file and how much of it is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it describes what upload.rs reads")]
pub(super) struct RevisionForm {
    /// How many bytes from the start, as the result of the check says.
    #[schema(minimum = 1)]
    length: u64,
    /// SHA-256 of the whole file, lower-case hexadecimal: it must be the one that was checked.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// The PDF.
    #[schema(value_type = String, format = Binary, content_media_type = "application/pdf")]
    file: Vec<u8>,
}

problems! {
    SignedRevisionProblems { 400 "No file, or no length", 409 "Another file than was checked" }
}

/// Gives the first bytes of a PDF back: the revision that was signed.
#[utoipa::path(
    post, path = "/signed-revision", tag = "page", params(LangQuery),
    request_body(content = RevisionForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The beginning of the file", body = Binary, content_type = "application/pdf"),
        Limited, TakesFile, TakesForm, NeedsWorker, SignedRevisionProblems,
    )
)]
pub(in crate::service) async fn signed_revision(
    State(service): State<Service>,
    upload: Upload,
) -> Result<Response, Problem> {
    let length = upload.field("length").and_then(|length| length.parse::<u64>().ok());
    let length = length.filter(|length| *length > 0).ok_or_else(incomplete)?;
    let expected =
        upload.field("sha256").filter(|digest| is_digest(digest)).ok_or_else(incomplete)?.to_owned();
    let (_, spool, party) = upload.into_parts();
    let cut = move || {
        let mut bytes = spool.read().map_err(|_| Problem::internal())?;
        let is_same = crate::hex::lower(&Sha256::digest(&bytes)) == expected;
        let length = usize::try_from(length).ok().filter(|length| is_same && *length <= bytes.len());
        bytes.truncate(length.ok_or_else(other)?);
        Ok::<_, Problem>(bytes)
    };
    let bytes = service.admission().worker(&party).await?.run(cut).await??;
    let headers = [
        (CONTENT_TYPE, "application/pdf"),
        (CONTENT_DISPOSITION, "attachment; filename=\"signed-revision.pdf\""),
    ];
    Ok((headers, bytes).into_response())
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn incomplete() -> Problem {
    let detail = message!(
        "Biểu mẫu thiếu độ dài và mã băm mà kết quả kiểm tra nêu.",
        "The form lacks the length and the digest that the result of the check names."
    );
    Problem::bad_request("incomplete-form", detail)
}

fn other() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "other-file",
        message!("Tệp không trùng với tệp vừa kiểm tra", "Not the file that was checked"),
        message!("Chọn đúng tệp vừa kiểm tra.", "Choose the very file that was checked."),
    )
}
