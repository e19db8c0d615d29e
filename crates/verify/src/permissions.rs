//! What a signature permits to be done after it: certification (DocMDP, ISO 32000-2 12.8.2.2), locked
//! fields (FieldMDP 12.8.2.4, and /Lock 12.7.5.5).

use super::candidates::Candidate;
use super::changes::{Change, FieldChange};
use super::check::{Check, Outcome};
use super::check_id::CheckId;
use crate::lang::Message;
use crate::message;
use crate::pdf::reader::{Dictionary, File, Object, ReadError, lossy_text};

/// What a certification permits (ISO 32000-2 table 257), from little to much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Certification {
    /// P 1: nothing but validation data and time-stamps.
    NoChanges,
    /// P 2: also to fill in forms and to sign.
    FormFilling,
    /// P 3: also to annotate; annotations can cover anything, so they are not accepted here.
    Annotations,
}

impl Certification {
    /// What it permits, in words without a full stop.
    pub fn words(self) -> Message {
        match self {
            Certification::NoChanges => {
                message!("chỉ thêm dữ liệu kiểm tra và dấu thời gian", "validation data and time-stamps only")
            }
            Certification::FormFilling => {
                message!("điền các ô của biểu mẫu và ký", "filling in fields and signing")
            }
            Certification::Annotations => message!(
                "điền các ô của biểu mẫu, ký và chú thích",
                "filling in fields, signing and annotating"
            ),
        }
    }
}

/// Fields that may not change any more.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lock {
    All,
    Only(Vec<String>),
    AllBut(Vec<String>),
}

impl Lock {
    fn covers(&self, field: &str) -> bool {
        // A name stands for the fields below it, too.
        let listed = |names: &[String]| {
            let below =
                |name: &String| field.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.'));
            names.iter().any(|name| name == field || below(name))
        };
        match self {
            Lock::All => true,
            Lock::Only(names) => listed(names),
            Lock::AllBut(names) => !listed(names),
        }
    }
}

/// What one signature permits.
#[derive(Debug, Default)]
pub(super) struct Permissions {
    /// Its own certification, or that of the document which it is added to.
    pub certification: Option<Certification>,
    locks: Vec<Lock>,
}

impl Permissions {
    /// Reads them from the signature itself and its field.
    pub(super) fn of(file: &File<'_>, candidate: &Candidate) -> Result<Permissions, ReadError> {
        let mut permissions = Permissions::default();
        let revision = candidate.revision;
        if let Some(references) = candidate.dictionary.as_ref().and_then(|known| known.get("Reference")) {
            let references = file.resolve(references, revision)?;
            for reference in references.object.as_array().unwrap_or_default() {
                let reference = file.resolve(reference, revision)?;
                let Some(reference) = reference.object.as_dictionary() else {
                    continue;
                };
                let parameters = match reference.get("TransformParams") {
                    Some(parameters) => file.resolve(parameters, revision)?.object,
                    None => Object::Null,
                };
                let none = Dictionary::default();
                let parameters = parameters.as_dictionary().unwrap_or(&none);
                match reference.name("TransformMethod") {
                    Some(b"DocMDP") => permissions.restrict(certification(parameters.integer("P"))),
                    Some(b"FieldMDP") => {
                        permissions.locks.push(lock(file, parameters, revision)?);
                        permissions.restrict_as(parameters);
                    }
                    _ => {}
                }
            }
        }
        let lock_entry = candidate.field.as_ref().and_then(|field| field.dictionary().get("Lock").cloned());
        if let Some(entry) = lock_entry {
            let entry = file.resolve(&entry, revision)?;
            if let Some(dictionary) = entry.object.as_dictionary() {
                permissions.locks.push(lock(file, dictionary, revision)?);
                permissions.restrict_as(dictionary);
            }
        }
        Ok(permissions)
    }

    /// A lock may close the document as well: its /P means what a certification's does (ISO 32000-2
    /// table 236), and pyHanko repeats it among the parameters of FieldMDP.
    fn restrict_as(&mut self, lock: &Dictionary) {
        if lock.get("P").is_some() {
            self.restrict(certification(lock.integer("P")));
        }
    }

    /// Of two certifications the stricter counts.
    pub(super) fn restrict(&mut self, other: Certification) {
        self.certification = Some(self.certification.map_or(other, |known| known.min(other)));
    }

    /// Whether `change` is permitted. `is_blank` tells whether the page was empty where a new field
    /// shows; `None` where nobody looked.
    pub(super) fn judge(&self, change: &Change, is_blank: Option<bool>) -> Option<Check> {
        let Message { vi, en } = change.words();
        let forbidden = |why_vi: &str, why_en: &str| {
            Some(Check::fail(
                CheckId::Changes,
                message!(
                    "sau khi ký, tệp bị thay đổi ngoài phạm vi cho phép: {vi} ({why_vi})",
                    "a change that is not permitted after signing: {en} ({why_en})"
                ),
            ))
        };
        let doubtful = |why_vi: &str, why_en: &str| {
            Some(Check::unknown(
                CheckId::Changes,
                message!("sau khi ký: {vi} ({why_vi})", "after signing: {en} ({why_en})"),
            ))
        };
        let no_changes = self.certification == Some(Certification::NoChanges);
        let closed =
            || forbidden("người ký không cho phép thay đổi gì thêm", "the signer permits no further changes");
        match change {
            Change::ValidationData | Change::Metadata | Change::TimeStamp(_) => None,
            // ISO 32000-2 12.8.2.2.1: it is the first signature of a document.
            Change::Certification => {
                forbidden("chỉ chữ ký đầu tiên được chứng nhận", "only the first signature may certify")
            }
            Change::Unused(_) => doubtful("không rõ để làm gì", "what for is not known"),
            Change::FormResources if no_changes => closed(),
            Change::FormResources => None,
            Change::Signature(field) | Change::EmptyField { field, .. } => {
                if no_changes {
                    return closed();
                }
                if let Some(check) = self.locked(field).then(|| locked_words(field)) {
                    return forbidden(&check.vi, &check.en);
                }
                let shows = field.is_new && !field.regions.is_empty();
                if matches!(change, Change::EmptyField { is_signed_later: false, .. })
                    && shows
                    && self.certification.is_none()
                {
                    return doubtful(
                        "chưa ai ký trong trường này mà nó hiện trên trang",
                        "nobody has signed in that field, and it shows on a page",
                    );
                }
                match (shows, self.certification, is_blank.map(|is_blank| is_blank && !field.covers)) {
                    (false, ..) | (true, None, Some(true)) => None,
                    (true, Some(_), _) => forbidden(
                        "văn bản đã có chữ ký chứng nhận thì không thêm ô hiện trên trang",
                        "a certified document may not get fields that show on its pages",
                    ),
                    (true, None, Some(false)) => doubtful(
                        "ô mới che lên nội dung đã ký",
                        "the new field covers content that was signed",
                    ),
                    (true, None, None) => doubtful(
                        "chưa rõ ô mới có che nội dung đã ký hay không",
                        "whether the new field covers content that was signed is not known",
                    ),
                }
            }
            Change::Filled { field, old, .. } => {
                if no_changes {
                    return closed();
                }
                if self.locked(field) {
                    let words = locked_words(field);
                    return forbidden(&words.vi, &words.en);
                }
                match (self.certification, old) {
                    (Some(_), None) => None,
                    (Some(_), Some(_)) => doubtful(
                        "giá trị cũ nằm trong phần đã ký",
                        "the old value was part of what was signed",
                    ),
                    (None, _) => doubtful(
                        "người ký không quy định có được phép hay không",
                        "the signer did not say whether this is allowed",
                    ),
                }
            }
        }
    }

    fn locked(&self, field: &FieldChange) -> bool {
        self.locks.iter().any(|lock| lock.covers(&field.name))
    }
}

fn locked_words(field: &FieldChange) -> Message {
    let name = &field.name;
    message!("ô “{name}” đã bị khóa", "the field “{name}” was locked")
}

/// What /P stands for; where it can't be read, nothing may be done.
fn certification(value: Option<i64>) -> Certification {
    match value {
        // ISO 32000-2 table 257: where it is absent, it is 2.
        None | Some(2) => Certification::FormFilling,
        Some(3) => Certification::Annotations,
        _ => Certification::NoChanges,
    }
}

/// A lock (ISO 32000-2 tables 236, 259); one that can't be read locks everything.
fn lock(file: &File<'_>, dictionary: &Dictionary, revision: usize) -> Result<Lock, ReadError> {
    let mut names = Vec::new();
    if let Some(fields) = dictionary.get("Fields") {
        let fields = file.resolve(fields, revision)?;
        for field in fields.object.as_array().unwrap_or_default() {
            names.extend(file.resolve(field, revision)?.object.as_string().map(lossy_text));
        }
    }
    Ok(match dictionary.name("Action") {
        Some(b"Include") => Lock::Only(names),
        Some(b"Exclude") => Lock::AllBut(names),
        _ => Lock::All,
    })
}

/// The certification that the catalog names (/Perms /DocMDP, ISO 32000-2 12.8.6): the number of the
/// signature that made it.
pub(super) fn certifying(file: &File<'_>, revision: usize) -> Result<Option<u32>, ReadError> {
    let catalog = file.catalog(revision)?;
    let permissions = catalog.as_ref().and_then(|catalog| catalog.value.object.as_dictionary()?.get("Perms"));
    let Some(permissions) = permissions else {
        return Ok(None);
    };
    let permissions = file.resolve(permissions, revision)?;
    let signature = permissions.object.as_dictionary().and_then(|known| known.get("DocMDP"));
    Ok(signature.and_then(|signature| signature.object.as_reference()))
}

/// Whether any of `checks` is not a pass.
pub(super) fn worst(checks: Vec<Check>) -> Option<Check> {
    let rank = |check: &Check| match check.outcome {
        Outcome::Fail => 0,
        Outcome::Unknown => 1,
        Outcome::NotChecked | Outcome::Pass => 2,
    };
    checks.into_iter().min_by_key(rank)
}
