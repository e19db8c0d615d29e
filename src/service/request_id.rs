//! The id of a request: in its answer, in the log and in the trail it is the same.

/// The id of a request: sixteen lower-case hexadecimal digits.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub String);

impl RequestId {
    /// One that no other request has.
    pub(super) fn new() -> RequestId {
        let mut bytes = [0; 8];
        // Without randomness an answer still goes out, under a name that tells nothing.
        let _ = getrandom::fill(&mut bytes);
        RequestId(crate::hex::lower(&bytes))
    }
}
