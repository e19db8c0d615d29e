//! The transparency log of a register: what a recipient needs to believe a number (C2SP tlog-proof,
//! tlog-checkpoint, signed-note; RFC 6962 §2.1). Text in, an answer out: no database, no network.

mod checkpoint;
mod leaf;
mod merkle;
mod note;
pub mod receipt;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use leaf::{Event, Leaf, LeafError, MAX_LEAF};
pub use merkle::{Hash, MAX_SIZE, follows, includes};
pub use note::{Note, NoteError, VerifierKey};
