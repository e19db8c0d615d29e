//! A file that a client sends: it goes to a temporary file that has no name, and is gone with the
//! request.

use std::fs::File;
use std::io::{Read, Seek};

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;

use super::Service;
use super::arrivals::Arrival;
use super::party::Party;
use super::problem::{Problem, broken_form};
use crate::message;

/// The longest field beside the file, in bytes.
const MAX_FIELD: usize = 256;
/// What a form may have beside the file.
const FIELDS: [&str; 2] = ["length", "sha256"];
/// The longest name of a file, in characters.
const MAX_NAME: usize = 200;

/// A file of a client, all of which has come.
#[derive(Debug)]
pub(super) struct Upload {
    /// Its name, by the client's word.
    pub name: String,
    /// A temporary file without a name that holds it.
    file: Spool,
    /// Other fields of the form.
    fields: Vec<(String, String)>,
    /// Whose it is.
    party: Party,
}

impl Upload {
    /// The field `name` of the form.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Takes the file, to be read beside the runtime, and whose it is.
    pub(super) fn into_parts(self) -> (String, Spool, Party) {
        (self.name, self.file, self.party)
    }
}

/// The file on the disk, and its room there.
#[derive(Debug)]
pub(super) struct Spool {
    file: File,
    _room: Arrival,
}

impl Spool {
    /// Reads all of it.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn read(mut self) -> std::io::Result<Vec<u8>> {
        self.file.rewind()?;
        let mut bytes = Vec::with_capacity(usize::try_from(self.file.metadata()?.len()).unwrap_or_default());
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Takes in what a client sends.
struct Intake {
    file: tokio::fs::File,
    length: usize,
    limit: usize,
}

impl Intake {
    fn begin(limit: usize) -> Result<Intake, Problem> {
        // Without a name from the start: nothing can be left lying, whatever happens.
        let file = tempfile::tempfile().map_err(|_| Problem::internal())?;
        Ok(Intake { file: tokio::fs::File::from_std(file), length: 0, limit })
    }

    async fn take(&mut self, chunk: &[u8], body: &mut Arrival) -> Result<(), Problem> {
        self.length = self.length.saturating_add(chunk.len());
        if self.length > self.limit {
            return Err(Problem::too_large(self.limit));
        }
        body.came(chunk.len())?;
        self.file.write_all(chunk).await.map_err(|_| Problem::internal())
    }

    async fn finish(mut self) -> Result<File, Problem> {
        self.file.flush().await.map_err(|_| Problem::internal())?;
        Ok(self.file.into_std().await)
    }
}

impl FromRequest<Service> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Service) -> Result<Upload, Problem> {
        let party = request.extensions().get::<Party>().cloned().ok_or_else(Problem::internal)?;
        let mut room = service.admission().arrive(&party)?;
        let limit = service.max_upload();
        let kind = media_type(request.headers());
        if declared_length(request.headers()).is_some_and(|length| length > limit.saturating_add(1 << 16)) {
            return Err(Problem::too_large(limit));
        }
        let read = match kind.as_str() {
            "multipart/form-data" => {
                form(Multipart::from_request(request, service).await?, &mut room, limit).await
            }
            "application/pdf" => raw(request.into_body(), &mut room, limit).await,
            _ => Err(Problem::unsupported_media_type()),
        };
        let (name, file, fields) = read?;
        Ok(Upload { name, file: Spool { file, _room: room }, fields, party })
    }
}

pub(super) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(axum::http::header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

type Parts = (String, File, Vec<(String, String)>);

async fn form(mut form: Multipart, body: &mut Arrival, limit: usize) -> Result<Parts, Problem> {
    let broken = |cause| broken_form(&cause, limit);
    let mut found: Option<(String, File)> = None;
    let mut fields = Vec::new();
    while let Some(mut part) = body.next(form.next_field()).await?.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" && found.is_none() {
            let file_name = name_of(part.file_name());
            let mut intake = Intake::begin(limit)?;
            while let Some(chunk) = body.next(part.chunk()).await?.map_err(broken)? {
                intake.take(&chunk, body).await?;
            }
            // A browser sends an empty field where no file was chosen.
            if intake.length == 0 && file_name.is_none() {
                return Err(no_file());
            }
            found = Some((file_name.unwrap_or_else(unnamed), intake.finish().await?));
            continue;
        }
        let is_new = fields.iter().all(|(known, _)| *known != name);
        if !FIELDS.contains(&name.as_str()) || !is_new {
            return Err(too_much());
        }
        let value = field(part, body, MAX_FIELD, limit).await?.ok_or_else(too_much)?;
        fields.push((name, String::from_utf8_lossy(&value).into_owned()));
    }
    let (name, file) = found.ok_or_else(no_file)?;
    Ok((name, file, fields))
}

async fn raw(mut sent: Body, body: &mut Arrival, limit: usize) -> Result<Parts, Problem> {
    let mut intake = Intake::begin(limit)?;
    while let Some(frame) = body.next(sent.frame()).await? {
        let frame = frame.map_err(|_| broken())?;
        if let Some(chunk) = frame.data_ref() {
            intake.take(chunk, body).await?;
        }
    }
    Ok((unnamed(), intake.finish().await?, Vec::new()))
}

/// Reads what is `sent`, at most `limit` bytes, as `body`.
pub(super) async fn whole(mut sent: Body, body: &mut Arrival, limit: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.next(sent.frame()).await? {
        let frame = frame.map_err(|_| broken())?;
        if let Some(chunk) = frame.data_ref() {
            if bytes.len().saturating_add(chunk.len()) > limit {
                return Err(Problem::too_large(limit));
            }
            body.came(chunk.len())?;
            bytes.extend_from_slice(chunk);
        }
    }
    Ok(bytes)
}

/// Reads a field of a form, where it has at most `most` bytes; the whole form has `limit`.
pub(super) async fn field(
    mut field: Field<'_>,
    body: &mut Arrival,
    most: usize,
    limit: usize,
) -> Result<Option<Vec<u8>>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next(field.chunk()).await?.map_err(|cause| broken_form(&cause, limit))? {
        if bytes.len().saturating_add(chunk.len()) > most {
            return Ok(None);
        }
        body.came(chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

fn broken() -> Problem {
    let detail = message!("Việc tải lên bị gián đoạn.", "The upload was interrupted.");
    Problem::bad_request("broken-body", detail)
}

/// The last part of a name, as some browsers send whole paths; `None` where there is none.
fn name_of(sent: Option<&str>) -> Option<String> {
    let last = sent?.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    (!last.is_empty()).then(|| last.chars().take(MAX_NAME).collect())
}

/// What a file without a name is called.
fn unnamed() -> String {
    "document.pdf".to_owned()
}

fn no_file() -> Problem {
    let detail = message!(
        "Chưa chọn tệp. Chọn tệp PDF rồi gửi lại.",
        "No file was chosen. Choose a PDF and send it again."
    );
    Problem::bad_request("no-file", detail)
}

fn too_much() -> Problem {
    let detail = message!(
        "Biểu mẫu có nhiều hơn mức cần: chỉ gửi ô \"file\".",
        "The form has more than is needed: send the field \"file\" alone."
    );
    Problem::bad_request("too-much", detail)
}
