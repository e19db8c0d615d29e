//! The pages as somebody else sees them: drawing them is left to programs that run apart.

use crate::lang::Message;
use crate::pdf::form::Region;

/// Somebody who sees pages, which this crate does not.
pub trait Witness {
    /// Whether the region is empty in the PDF `bytes`; `None` where that can't be told.
    fn is_blank(&self, bytes: &[u8], region: &Region) -> Option<bool>;

    /// Where the pages of `after` look different from those of `before`, outside of `allowed`; in
    /// words why, where that can't be told.
    ///
    /// # Errors
    /// The pages can't be drawn, or not within the limits.
    fn differences(&self, before: &[u8], after: &[u8], allowed: &[Region]) -> Result<Vec<Region>, Message>;
}
