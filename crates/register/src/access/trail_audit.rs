//! Whether a trail still says what it once said: every row's digest is computed again, and must follow the one before.

use sqlx::AnyConnection;

use super::AccessError;
use super::trail::{Head, MAX_ROWS, Trail, head, rows};
use crate::lang::Message;
use crate::message;

/// What looking at a whole trail found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailAudit {
    /// How far the rows hold.
    pub head: Head,
    /// The first thing that is wrong.
    pub fault: Option<TrailFault>,
}

/// What is wrong with a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrailFault {
    /// The row at this place is gone.
    Missing(u64),
    /// The row at this place is not what was written.
    Changed(u64),
    /// The row at this place does not follow the one before: that one was written anew.
    Previous(u64),
    /// The last row is not the one that was written last: rows were deleted from the end, or added by hand.
    End,
    /// The rows are not those of the head that was kept elsewhere.
    Kept,
}

impl TrailFault {
    /// The fault as a sentence in both languages.
    pub fn words(&self) -> Message {
        match self {
            TrailFault::Missing(place) => {
                message!("dòng {place} của nhật ký không còn", "row {place} of the trail is gone")
            }
            TrailFault::Changed(place) => {
                message!("dòng {place} của nhật ký đã bị sửa", "row {place} of the trail was changed")
            }
            TrailFault::Previous(place) => message!(
                "dòng {place} của nhật ký không nối tiếp dòng liền trước: dòng đó đã bị viết lại",
                "row {place} of the trail does not follow the one before, which was written anew"
            ),
            TrailFault::End => message!(
                "dòng cuối không phải dòng ghi sau cùng: có dòng ở cuối bị xóa hoặc thêm bằng tay",
                "the last row is not the one that was written last: rows at the end were deleted or added by hand"
            ),
            TrailFault::Kept => message!(
                "nhật ký không tiếp nối điểm cuối đã giữ: có dòng bị sửa hoặc xóa từ đó",
                "the trail does not continue the head that was kept: rows were changed or taken away since"
            ),
        }
    }
}

impl Trail<'_> {
    /// Reads the whole trail again, up to the first thing that is wrong, and compares it with a head that somebody
    /// has `kept` elsewhere. Who can write to the database can write another trail that holds in itself; only such a
    /// head shows that.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn verify(&self, kept: Option<&Head>) -> Result<TrailAudit, AccessError> {
        let place = self.register.place();
        let mut transaction = place.database.read(self.register.pool()).await?;
        let connection: &mut AnyConnection = &mut transaction;
        let office = place.office.as_str();
        const HEAD: &str = "SELECT size, sha256 FROM trail_head WHERE office = $1";
        let written = sqlx::query(HEAD).bind(office).fetch_optional(&mut *connection).await?;
        let written = written.as_ref().map(head).transpose()?.unwrap_or_default();
        let mut head = Head::default();
        let mut is_continued = kept.is_none_or(|kept| *kept == head);
        loop {
            let page = rows(connection, office, head.size, MAX_ROWS).await?;
            if page.is_empty() {
                break;
            }
            for row in page {
                let fault = if row.place != head.size {
                    Some(TrailFault::Missing(head.size))
                } else if row.digest(office) != row.sha256 {
                    Some(TrailFault::Changed(row.place))
                } else if row.previous != head.sha256 {
                    Some(TrailFault::Previous(row.place))
                } else {
                    None
                };
                if fault.is_some() {
                    return Ok(TrailAudit { head, fault });
                }
                head = Head { size: row.place + 1, sha256: row.sha256 };
                is_continued |= kept == Some(&head);
            }
        }
        let fault = if head != written {
            Some(TrailFault::End)
        } else if !is_continued {
            Some(TrailFault::Kept)
        } else {
            None
        };
        Ok(TrailAudit { head, fault })
    }
}
