//! The pages as somebody else sees them: drawing them is left to programs that run apart.

use serde::{Deserialize, Serialize};

use crate::lang::Message;
use crate::pdf::form::Region;

/// Somebody who sees pages, which this crate does not.
pub trait Witness {
    /// Whether the region is empty in the PDF `bytes`; `None` where that can't be told.
    fn is_blank(&self, bytes: &[u8], region: &Region) -> Option<bool>;

    /// Compares the pages of `after` with those of `before`, outside of `allowed`.
    fn compare(&self, before: &[u8], after: &[u8], allowed: &[Region]) -> Sight;
}

/// What somebody saw.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sight {
    /// Where the pages look different. What was seen stays seen, whatever came after it.
    pub differences: Vec<Region>,
    /// Why not all pages that can differ were compared, in words without a full stop; `None` where they were.
    pub unseen: Option<Message>,
}

/// Nobody who looks, for those who ask what the rules say and leave the pages to whoever verifies the file later.
#[derive(Debug, Clone, Copy, Default)]
pub struct RulesAlone;

impl Witness for RulesAlone {
    fn is_blank(&self, _: &[u8], _: &Region) -> Option<bool> {
        None
    }

    fn compare(&self, _: &[u8], _: &[u8], _: &[Region]) -> Sight {
        Sight::default()
    }
}
