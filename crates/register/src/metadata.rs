//! The metadata of an outgoing document (NĐ 30/2020, Phụ lục VI, Phần II), by the decree's own names.

use serde::{Deserialize, Serialize};

/// The decree's metadata. What is empty is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Metadata {
    /// The archive's file (mã hồ sơ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_code: Option<FileCode>,
    /// Its place in that file (số thứ tự văn bản trong hồ sơ).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc_ordinal: Option<u32>,
    /// Kind of document (tên loại), such as `Báo cáo`.
    pub type_name: String,
    /// The document's number (số), in digits.
    pub code_number: String,
    /// The document's notation (ký hiệu), such as `BC-UBND`.
    pub code_notation: String,
    /// Date of issue (ngày, tháng, năm), ISO 8601.
    pub issued_date: String,
    /// Agency (tên cơ quan ban hành).
    pub organ_name: String,
    /// The document's subject (trích yếu), one line.
    pub subject: String,
    /// The document's language (ngôn ngữ), in Vietnamese words.
    pub language: String,
    /// Pages (số trang); 0 where it isn't known.
    pub page_amount: u32,
    /// Notes (ghi chú), in free words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The person who signed (người ký).
    pub signer_info: SignerInfo,
    /// The recipients (nơi nhận).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Organ>,
    /// Urgency (mức độ khẩn): empty, or its mark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub priority: String,
    /// Copies (số lượng bản phát hành); 0 where nobody counted.
    pub issued_amount: u32,
    /// To be answered until (hạn trả lời), ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
}

/// The archive's file (mã hồ sơ).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FileCode {
    /// The identifier of the agency that keeps it (mã định danh).
    pub organ_id: String,
    /// The year of the catalogue (năm hình thành hồ sơ).
    pub file_catalog: u32,
    /// Number and notation of the file (số và ký hiệu hồ sơ).
    pub file_notation: String,
}

/// The person who signed (người ký).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SignerInfo {
    /// The signer's position (chức vụ).
    pub position: String,
    /// The signer's full name (họ và tên).
    pub full_name: String,
}

/// An agency that receives the document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Organ {
    /// Its identifier (mã định danh), where it is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub organ_id: String,
    /// The agency's name.
    pub organ_name: String,
}

impl Metadata {
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|cause| unreachable!("strings and numbers: {cause}"))
    }

    pub(super) fn from_json(json: &str) -> Option<Metadata> {
        serde_json::from_str(json).ok()
    }
}
