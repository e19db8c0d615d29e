//! A document that a program sends: its JSON alone, or a form with the files that it names.

use std::sync::Arc;

use axum::extract::{FromRequest, Multipart, Request};
use sha2::{Digest, Sha256};

use crate::clock;
use crate::document::{Files, MAX_SOURCE};
use crate::message;
use crate::service::Service;
use crate::service::arrivals::Arrival;
use crate::service::authentication::Caller;
use crate::service::press::Paper;
use crate::service::problem::{Problem, broken_form};
use crate::service::upload;

/// A document that came, with its room.
pub(super) struct Sent {
    pub paper: Paper,
    /// Held until the document was dealt with.
    _room: Arrival,
}

/// A document as the description shows it to programs.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[schema(as = DocumentForm)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it describes what is read below")]
pub(super) struct DocumentUpload {
    /// The document's JSON (`vanthu schema`).
    #[schema(value_type = String, format = Binary, content_media_type = "application/json")]
    document: Vec<u8>,
    /// The files that it names: images, tables, appendices, each under its own name.
    #[schema(value_type = Vec<String>, format = Binary, required = false)]
    file: Vec<Vec<u8>>,
}

impl Sent {
    /// Reads the document that `request` of `caller` brings.
    pub(super) async fn read(service: &Service, caller: &Caller, request: Request) -> Result<Sent, Problem> {
        let mut room = service.admission().arrive(caller.party())?;
        let limit = service.max_upload();
        let (source, files) = match upload::media_type(request.headers()).as_str() {
            "application/json" => {
                (upload::whole(request.into_body(), &mut room, MAX_SOURCE).await?, Files::default())
            }
            "multipart/form-data" => {
                form(Multipart::from_request(request, service).await?, &mut room, limit).await?
            }
            _ => return Err(Problem::unsupported_media_type()),
        };
        let paper = Paper {
            source: source.into(),
            files,
            style: caller.office().office().config().style,
            today: Some(caller.now().to_offset(clock::ZONE).date()),
        };
        Ok(Sent { paper, _room: room })
    }

    /// All that makes it the same document, for a key of idempotency.
    pub(super) fn content(&self) -> Vec<u8> {
        let mut content = Sha256::digest(&self.paper.source).to_vec();
        for (name, bytes) in self.paper.files.iter() {
            content.extend_from_slice(&Sha256::digest(name));
            content.extend_from_slice(&Sha256::digest(bytes));
        }
        content
    }
}

async fn form(mut form: Multipart, body: &mut Arrival, limit: usize) -> Result<(Vec<u8>, Files), Problem> {
    let broken = |cause| broken_form(&cause, limit);
    let (mut source, mut files, mut room) = (None, Vec::<(String, Arc<[u8]>)>::new(), limit);
    while let Some(field) = body.next(form.next_field()).await?.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let most = if name == "document" { MAX_SOURCE } else { room };
        let bytes = upload::field(field, body, most, limit).await?.ok_or_else(|| Problem::too_large(most))?;
        match (name.as_str(), file_name) {
            ("document", _) if source.is_none() => source = Some(bytes),
            ("file", Some(file_name)) => {
                room -= bytes.len().min(room);
                files.push((file_name, bytes.into()));
            }
            _ => return Err(strange()),
        }
    }
    let refused = |words| Problem::bad_request("wrong-files", words);
    Ok((source.ok_or_else(strange)?, Files::gather(files).map_err(refused)?))
}

fn strange() -> Problem {
    let detail = message!(
        "Biểu mẫu cần một ô \"document\" (JSON của văn bản), và các ô \"file\" có tên tệp mà văn bản nhắc đến.",
        "The form needs one field \"document\" (the document's JSON), and fields \"file\" with the names that the document has for them."
    );
    Problem::bad_request("wrong-form", detail)
}
