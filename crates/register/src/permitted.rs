//! What may still be done with a document, by what has become of it: whoever writes an act asks here, under the lock.

use serde::Serialize;

use super::EntryKey;
use crate::lang::Message;
use crate::message;

/// What has become of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = State))]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// It is as it was issued.
    InForce,
    /// Its number was taken and it never came to be (hủy số).
    Cancelled,
    /// It was recalled (thu hồi).
    Recalled,
    /// Another document took its place (thay thế).
    Replaced,
}

/// What is done with a registered document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentAct {
    /// The authorised person signs it.
    Sign,
    /// The agency signs it (đóng dấu).
    Seal,
    /// It gets what keeps its signatures provable.
    Preserve,
    /// It is copied (sao y, sao lục, trích sao).
    Copy,
    /// It is sent (chuyển).
    Dispatch,
    /// Somebody confirms to have it (ký nhận).
    Receive,
    /// It is recalled (thu hồi).
    Recall,
    /// Another one takes its place (thay thế).
    Replace,
}

impl RecordState {
    /// Whether a document of which this has become may still be used for `act`.
    pub fn permits(self, act: DocumentAct) -> bool {
        match self {
            RecordState::InForce => true,
            // Who has it may confirm that late, its signatures stay what they were, and another one may take its place.
            RecordState::Recalled => {
                matches!(act, DocumentAct::Receive | DocumentAct::Preserve | DocumentAct::Replace)
            }
            RecordState::Replaced => matches!(act, DocumentAct::Receive | DocumentAct::Preserve),
            RecordState::Cancelled => false,
        }
    }
}

/// Why the document `code` can't be used any more.
pub(super) fn words(code: &str, key: &EntryKey, state: RecordState, act: DocumentAct) -> Message {
    let year = key.year;
    let Message { vi: is_vi, en: is_en } = match state {
        RecordState::InForce => message!("còn hiệu lực", "is in force"),
        RecordState::Cancelled => message!("đã bị hủy số", "was cancelled"),
        RecordState::Recalled => message!("đã bị thu hồi", "was recalled"),
        RecordState::Replaced => message!("đã bị thay thế", "was replaced"),
    };
    let Message { vi: not_vi, en: not_en } = match act {
        DocumentAct::Sign => message!("không ký nữa", "nobody signs it any more"),
        DocumentAct::Seal => message!("không đóng dấu nữa", "it is not sealed any more"),
        DocumentAct::Preserve => message!("không lưu bổ sung nữa", "nothing is added to it any more"),
        DocumentAct::Copy => message!("không sao nữa", "it is not copied any more"),
        DocumentAct::Dispatch => message!("không chuyển đi nữa", "it is not sent any more"),
        DocumentAct::Receive => message!("không ai ký nhận", "nobody confirms to have it"),
        DocumentAct::Recall => message!("không thu hồi nữa", "it is not recalled again"),
        DocumentAct::Replace => message!("không thay thế nữa", "it is not replaced any more"),
    };
    message!("văn bản {code} năm {year} {is_vi}: {not_vi}", "the document {code} of {year} {is_en}: {not_en}")
}
