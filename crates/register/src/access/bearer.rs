//! Who asks over the network: the holder of a token.

use super::duty::{Act, Duty};

/// Who holds a token that opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The office whose register the token opens.
    pub office: String,
    /// The token's name, one of a kind in its office.
    pub name: String,
    /// The one duty that the token was made for.
    pub duty: Duty,
}

impl Bearer {
    /// Whether he may do `act`; see [`Duty::may`]. Where he may not, the trail is told of it as well.
    pub fn may(&self, act: Act) -> bool {
        self.duty.may(act)
    }
}
