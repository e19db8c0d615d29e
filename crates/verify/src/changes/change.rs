//! What a revision may do that can be explained.

use crate::lang::Message;
use crate::message;
use crate::pdf::form::Region;
use crate::role::Role;

/// Something that a rule explains.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// Certificates, revocation lists and answers in the DSS (ISO 32000-2 12.8.4.3).
    ValidationData,
    /// XMP, or the date of change in the information dictionary.
    Metadata,
    /// The document was certified, by a signature that came with it.
    Certification,
    /// A document time-stamp came into this field (ISO 32000-2 12.8.5).
    TimeStamp(FieldChange),
    /// A signature came into this field.
    Signature(FieldChange),
    /// A signature field that came without a signature.
    EmptyField {
        /// The field that came.
        field: FieldChange,
        /// Whether somebody signed in it later.
        is_signed_later: bool,
    },
    /// Fonts or defaults of the form, by which none of the fields that were there is drawn.
    FormResources,
    /// This object came, to which nothing leads.
    Unused(u32),
    /// A field that was filled in.
    Filled {
        /// The field that was filled in.
        field: FieldChange,
        /// Its value before; `None` where it was empty.
        old: Option<String>,
        /// Its value now; `None` where it was emptied.
        new: Option<String>,
    },
}

/// A field that changed or is new.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FieldChange {
    /// Its full name (ISO 32000-2 12.7.4.2).
    pub name: String,
    /// Whether the revision added it.
    pub is_new: bool,
    /// Where it shows, in points; empty where it can't be seen.
    pub regions: Vec<Region>,
    /// Whether it lies over another annotation of its page.
    pub covers: bool,
}

impl Change {
    /// Where it can be seen.
    pub(crate) fn regions(&self) -> &[Region] {
        match self {
            Change::ValidationData
            | Change::Metadata
            | Change::Certification
            | Change::FormResources
            | Change::Unused(_) => &[],
            Change::TimeStamp(field)
            | Change::Signature(field)
            | Change::EmptyField { field, .. }
            | Change::Filled { field, .. } => &field.regions,
        }
    }

    /// What was done, in words without a full stop.
    pub(crate) fn words(&self) -> Message {
        match self {
            Change::ValidationData => message!(
                "thêm dữ liệu kiểm tra (chứng thư, CRL, OCSP)",
                "validation data (certificates, CRLs, OCSP answers) was added"
            ),
            Change::Metadata => message!("cập nhật thông tin mô tả tệp", "the file's metadata was updated"),
            Change::Certification => message!("chữ ký chứng nhận văn bản", "the document was certified"),
            Change::TimeStamp(_) => {
                message!("thêm dấu thời gian của tệp", "a document time-stamp was added")
            }
            Change::Signature(field) => match Role::from_field_name(&field.name) {
                Some(role) => {
                    let Message { vi, en } = crate::role::role_name(role);
                    message!("thêm chữ ký của {vi}", "the signature of {en} was added")
                }
                None => {
                    let name = &field.name;
                    message!("thêm chữ ký ở ô “{name}”", "a signature was added in the field “{name}”")
                }
            },
            Change::FormResources => {
                message!(
                    "thêm phông chữ hoặc mặc định của biểu mẫu",
                    "fonts or defaults of the form were added"
                )
            }
            Change::Unused(number) => message!(
                "thêm đối tượng {number} mà không gì dùng đến",
                "object {number} was added, which nothing uses"
            ),
            Change::EmptyField { field, .. } => {
                let name = &field.name;
                message!("thêm ô ký trống “{name}”", "the empty signature field “{name}” was added")
            }
            Change::Filled { field, old: None, new: Some(new) } => {
                let name = &field.name;
                message!("điền “{new}” vào ô “{name}”", "the field “{name}” was filled in with “{new}”")
            }
            Change::Filled { field, old, new } => {
                let name = &field.name;
                let (old, new) = (old.as_deref().unwrap_or_default(), new.as_deref().unwrap_or_default());
                message!(
                    "sửa ô “{name}” từ “{old}” thành “{new}”",
                    "the field “{name}” was changed from “{old}” to “{new}”"
                )
            }
        }
    }
}
