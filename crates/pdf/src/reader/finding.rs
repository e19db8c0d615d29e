//! What a lenient program might read in another way.

use crate::lang::Message;
use crate::message;

/// Something that other programs might read in another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// Where it stands.
    pub at: usize,
}

/// The kinds of [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// Bytes after the last revision's `%%EOF` and its end of line.
    TrailingBytes,
    /// A revision whose `startxref` leads somewhere else than to its cross-references.
    MisleadingStart,
    /// A key that stands twice in one dictionary.
    RepeatedKey,
    /// Bytes of an update that belong to no object that it lists.
    UnlistedBytes,
    /// An object of an update that stands outside of it, or two that overlap.
    MisplacedObject,
    /// An object that a section lists twice.
    RepeatedEntry,
    /// A hybrid-reference file (/XRefStm): two views of one file.
    HybridReference,
    /// An update that is not written in the way that every program reads alike.
    IrregularUpdate,
    /// An object that an update writes with another generation, or a reference that names another one.
    ChangedGeneration,
    /// Bytes of an update that a program which repairs files would take for an object.
    HiddenObject,
    /// A program that repairs files finds an object elsewhere.
    OtherWhenRepaired,
}

impl FindingKind {
    /// The stable word for it, as in the verifier's JSON.
    pub fn id(self) -> &'static str {
        match self {
            FindingKind::TrailingBytes => "trailing-bytes",
            FindingKind::MisleadingStart => "misleading-start",
            FindingKind::RepeatedKey => "repeated-key",
            FindingKind::UnlistedBytes => "unlisted-bytes",
            FindingKind::MisplacedObject => "misplaced-object",
            FindingKind::RepeatedEntry => "repeated-entry",
            FindingKind::HybridReference => "hybrid-reference",
            FindingKind::IrregularUpdate => "irregular-update",
            FindingKind::ChangedGeneration => "changed-generation",
            FindingKind::HiddenObject => "hidden-object",
            FindingKind::OtherWhenRepaired => "other-when-repaired",
        }
    }

    /// What is ambiguous, without a full stop.
    pub fn words(self) -> Message {
        match self {
            FindingKind::TrailingBytes => {
                message!("có dữ liệu thừa sau %%EOF cuối cùng", "there are bytes after the last %%EOF")
            }
            FindingKind::MisleadingStart => message!(
                "startxref của một lần lưu dẫn đến nơi khác",
                "the startxref of a revision leads somewhere else"
            ),
            FindingKind::RepeatedKey => {
                message!("một mục được ghi hai lần trong một từ điển", "a key stands twice in one dictionary")
            }
            FindingKind::UnlistedBytes => message!(
                "có dữ liệu không thuộc đối tượng nào được khai báo",
                "there are bytes that belong to no listed object"
            ),
            FindingKind::MisplacedObject => message!(
                "một đối tượng nằm ngoài lần lưu của nó, hoặc chồng lên đối tượng khác",
                "an object stands outside of its revision, or overlaps another one"
            ),
            FindingKind::RepeatedEntry => {
                message!("một đối tượng được khai báo hai lần", "an object is listed twice")
            }
            FindingKind::HybridReference => message!(
                "tệp có hai bảng tham chiếu khác nhau",
                "the file has two views of itself (hybrid references)"
            ),
            FindingKind::IrregularUpdate => message!(
                "một lần lưu sau khi ký không được viết theo cách mà mọi chương trình đọc như nhau",
                "what was saved after signing is not written in the way that every program reads alike"
            ),
            FindingKind::ChangedGeneration => message!(
                "một đối tượng được ghi lại hoặc được chỉ đến với số thế hệ khác",
                "an object was written again, or is referred to, with another generation number"
            ),
            FindingKind::HiddenObject => message!(
                "trong dữ liệu thêm sau khi ký có thứ mà chương trình khác có thể đọc thành đối tượng",
                "what was added after signing holds what other programs may take for an object"
            ),
            FindingKind::OtherWhenRepaired => message!(
                "chương trình tự sửa tệp sẽ tìm thấy đối tượng khác",
                "a program that repairs files would find another object"
            ),
        }
    }
}
