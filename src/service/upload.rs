//! A file that a client sends: it goes to a temporary file that has no name, and is gone with the
//! request.

use std::fs::File;
use std::io::{Read, Seek};
use std::time::Duration;

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::Service;
use super::admission::QueuePlace;
use super::problem::{Problem, broken_form};
use crate::message;

/// How long a client may send nothing.
const IDLE: Duration = Duration::from_secs(20);
/// How long a client may take to send a file.
const WHOLE: Duration = Duration::from_secs(600);
/// The longest field beside the file, in bytes.
const MAX_FIELD: usize = 256;
/// What a form may have beside the file.
const FIELDS: [&str; 2] = ["length", "sha256"];
/// The longest name of a file, in characters.
const MAX_NAME: usize = 200;

/// A file of a client, with its place in the queue.
#[derive(Debug)]
pub(super) struct Upload {
    /// Its name, by the client's word.
    pub name: String,
    /// A temporary file without a name that holds it.
    file: File,
    /// Other fields of the form.
    fields: Vec<(String, String)>,
    /// Its place in the queue, given back when the request ends.
    pub place: QueuePlace,
}

impl Upload {
    /// The field `name` of the form.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Takes the file; to be read beside the runtime.
    pub(super) fn into_parts(self) -> (String, Spool, QueuePlace) {
        (self.name, Spool(self.file), self.place)
    }
}

/// The file on the disk.
#[derive(Debug)]
pub(super) struct Spool(File);

impl Spool {
    /// Reads all of it.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn read(mut self) -> std::io::Result<Vec<u8>> {
        self.0.rewind()?;
        let mut bytes = Vec::with_capacity(usize::try_from(self.0.metadata()?.len()).unwrap_or_default());
        self.0.read_to_end(&mut bytes)?;
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

    async fn take(&mut self, chunk: &[u8]) -> Result<(), Problem> {
        self.length = self.length.saturating_add(chunk.len());
        if self.length > self.limit {
            return Err(Problem::too_large(self.limit));
        }
        self.file.write_all(chunk).await.map_err(|_| Problem::internal())
    }

    async fn finish(mut self) -> Result<File, Problem> {
        self.file.flush().await.map_err(|_| Problem::internal())?;
        Ok(self.file.into_std().await)
    }
}

/// Waits for what comes next, for 20 seconds at the most.
pub(super) async fn next<T>(coming: impl Future<Output = T>) -> Result<T, Problem> {
    timeout(IDLE, coming).await.map_err(|_| Problem::timeout())
}

impl FromRequest<Service> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Service) -> Result<Upload, Problem> {
        let place = service.admission().enter()?;
        let limit = service.max_upload();
        let kind = media_type(request.headers());
        if declared_length(request.headers()).is_some_and(|length| length > limit.saturating_add(1 << 16)) {
            return Err(Problem::too_large(limit));
        }
        let read = async {
            match kind.as_str() {
                "multipart/form-data" => form(Multipart::from_request(request, service).await?, limit).await,
                "application/pdf" => raw(request.into_body(), limit).await,
                _ => Err(Problem::unsupported_media_type()),
            }
        };
        let (name, file, fields) = timeout(WHOLE, read).await.map_err(|_| Problem::timeout())??;
        Ok(Upload { name, file, fields, place })
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

async fn form(mut form: Multipart, limit: usize) -> Result<Parts, Problem> {
    let mut found: Option<(String, File)> = None;
    let mut fields = Vec::new();
    while let Some(mut field) = next(form.next_field()).await?.map_err(|cause| broken_form(&cause, limit))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" && found.is_none() {
            let file_name = name_of(field.file_name());
            let mut intake = Intake::begin(limit)?;
            while let Some(chunk) = next(field.chunk()).await?.map_err(|cause| broken_form(&cause, limit))? {
                intake.take(&chunk).await?;
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
        let mut value = Vec::new();
        while let Some(chunk) = next(field.chunk()).await?.map_err(|cause| broken_form(&cause, limit))? {
            value.extend_from_slice(&chunk);
            if value.len() > MAX_FIELD {
                return Err(too_much());
            }
        }
        fields.push((name, String::from_utf8_lossy(&value).into_owned()));
    }
    let (name, file) = found.ok_or_else(no_file)?;
    Ok((name, file, fields))
}

async fn raw(mut body: Body, limit: usize) -> Result<Parts, Problem> {
    let mut intake = Intake::begin(limit)?;
    while let Some(frame) = next(body.frame()).await? {
        let frame = frame.map_err(|_| broken())?;
        if let Some(chunk) = frame.data_ref() {
            intake.take(chunk).await?;
        }
    }
    Ok((unnamed(), intake.finish().await?, Vec::new()))
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn whole(mut body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    let read = async {
        let mut bytes = Vec::new();
        while let Some(frame) = next(body.frame()).await? {
            let frame = frame.map_err(|_| broken())?;
            if let Some(chunk) = frame.data_ref() {
                if bytes.len().saturating_add(chunk.len()) > limit {
                    return Err(Problem::too_large(limit));
                }
                bytes.extend_from_slice(chunk);
            }
        }
        Ok(bytes)
    };
    timeout(WHOLE, read).await.map_err(|_| Problem::timeout())?
}

/// Reads a field of a form, of at most `most` bytes; the whole form has `limit`.
pub(super) async fn field(mut field: Field<'_>, most: usize, limit: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = next(field.chunk()).await?.map_err(|cause| broken_form(&cause, limit))? {
        if bytes.len().saturating_add(chunk.len()) > most {
            return Err(Problem::too_large(most));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
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
