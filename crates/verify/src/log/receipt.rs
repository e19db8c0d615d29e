//! Receipts: the proof that a number was registered, for this content and at this time, which the
//! document carries with it. A receipt is a C2SP tlog-proof whose extra data is the leaf itself.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::explain::{Explain, Refusal};
use crate::lang::Message;
use crate::log::{Checkpoint, CheckpointError, Hash, Leaf, LeafError, Note, VerifierKey, includes};
use crate::message;

/// The name under which a PDF carries its receipt.
pub const FILE_NAME: &str = "receipt.tlog-proof";
/// The longest receipt, in bytes: a leaf, a path through the largest tree, a checkpoint with cosignatures.
pub const MAX_RECEIPT: usize = 128 << 10;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// A path is no longer than a tree of 2⁶³ leaves is high.
const MAX_PATH: usize = 63;

/// A receipt that was read, and that nobody vouches for yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    leaf: Leaf,
    index: u64,
    path: Vec<Hash>,
    /// The signed note, as it was written.
    checkpoint: String,
}

/// Why a receipt is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum ReceiptError {
    /// The text is no receipt, or longer than 128 KiB.
    Form,
    /// What it is about can't be read.
    Leaf(#[from] LeafError),
    /// The checkpoint in it, or beside it, is not believed.
    Checkpoint(#[from] CheckpointError),
    /// The path does not lead from the leaf to the checkpoint.
    NotIncluded,
}

impl Explain for ReceiptError {
    fn words(&self) -> Message {
        match self {
            ReceiptError::Form => message!(
                "không phải xác nhận đăng ký (c2sp.org/tlog-proof@v1)",
                "not a receipt (c2sp.org/tlog-proof@v1)"
            ),
            ReceiptError::Leaf(cause) => cause.words(),
            ReceiptError::Checkpoint(cause) => cause.words(),
            ReceiptError::NotIncluded => message!(
                "nhật ký tại điểm kiểm đó không có dòng này",
                "the log at that checkpoint does not have this entry"
            ),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            ReceiptError::Leaf(cause) => cause.kind(),
            ReceiptError::Checkpoint(cause) => cause.kind(),
            ReceiptError::Form | ReceiptError::NotIncluded => Refusal::Rejected,
        }
    }
}

impl Receipt {
    /// The receipt of `leaf`, at `index` of the log with `checkpoint` (a signed note), by `path` from the
    /// leaf's sibling up.
    pub fn new(leaf: Leaf, index: u64, path: Vec<Hash>, checkpoint: String) -> Receipt {
        Receipt { leaf, index, path, checkpoint }
    }

    /// Reads a receipt; see [`Receipt::verify`] for whether to believe it.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Receipt, ReceiptError> {
        if text.len() > MAX_RECEIPT {
            return Err(ReceiptError::Form);
        }
        let (proof, checkpoint) = text.split_once("\n\n").ok_or(ReceiptError::Form)?;
        let mut lines = proof.split('\n');
        let mut line = |prefix: &str| lines.next()?.strip_prefix(prefix);
        let header = line(HEADER).ok_or(ReceiptError::Form)?;
        let leaf = line("extra ").and_then(decode).ok_or(ReceiptError::Form)?;
        let index = line("index ").ok_or(ReceiptError::Form)?;
        let leaf = Leaf::parse(std::str::from_utf8(&leaf).map_err(|_| LeafError)?)?;
        let number: u64 = index.parse().map_err(|_| ReceiptError::Form)?;
        let path: Option<Vec<Hash>> =
            lines.take(MAX_PATH + 1).map(|hash| Hash::try_from(decode(hash)?).ok()).collect();
        let path = path.filter(|path| path.len() <= MAX_PATH).ok_or(ReceiptError::Form)?;
        if !header.is_empty() || number.to_string() != index {
            return Err(ReceiptError::Form);
        }
        Checkpoint::parse(Note::parse(checkpoint).map_err(CheckpointError::from)?.unverified())?;
        Ok(Receipt { leaf, index: number, path, checkpoint: checkpoint.to_owned() })
    }

    /// The receipt in the text form of C2SP tlog-proof.
    pub fn to_text(&self) -> String {
        let leaf = BASE64_STANDARD.encode(self.leaf.to_json());
        let path: String = self.path.iter().map(|hash| BASE64_STANDARD.encode(hash) + "\n").collect();
        format!("{HEADER}\nextra {leaf}\nindex {}\n{path}\n{}", self.index, self.checkpoint)
    }

    /// What was logged; nothing to rely on before [`Receipt::verify`].
    pub fn leaf(&self) -> &Leaf {
        &self.leaf
    }

    /// The place of the leaf in the log, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The checkpoint (a signed note) that it leads to.
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// Whether the log of `key` has the leaf: the leaf, where it does.
    ///
    /// # Errors
    /// The key does not vouch for the checkpoint, or the path does not lead there.
    pub fn verify(&self, key: &VerifierKey) -> Result<&Leaf, ReceiptError> {
        let checkpoint = Checkpoint::verified(&self.checkpoint, key)?;
        let leaf = self.leaf.to_json();
        if includes(checkpoint.root, checkpoint.size, leaf.as_bytes(), self.index, &self.path) {
            Ok(&self.leaf)
        } else {
            Err(ReceiptError::NotIncluded)
        }
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}
