//! How an error speaks to people: a sentence in each language, and of which kind the refusal is. Both stand beside the
//! error, so that a new variant does not compile without them. What a person could type to get further is not said
//! here: who asks over a network has no command line.

use std::error::Error;
use std::io;
use std::path::Path;

use crate::lang::Message;
use crate::message;

/// An error that says itself what happened; its `Display` is the English sentence.
pub trait Explain: Error {
    /// What happened, as a sentence without a full stop.
    fn words(&self) -> Message;

    /// Of which kind it is.
    fn kind(&self) -> Refusal;
}

/// A kind of refusal: the command line makes its exit codes of it, the service its status codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Something was asked for that does not exist or fit together.
    Usage,
    /// The input is rejected.
    Rejected,
    /// The file is no PDF that can be read.
    Unreadable,
    /// The register says otherwise.
    Conflict,
    /// A key, certificate, passphrase or token is refused.
    Key,
    /// Disk, network or database fail, or something that has to be there is not.
    Environment,
    /// The program is at fault.
    Internal,
}

/// That the file or folder at `path` can't be used.
pub fn disk(path: &Path, cause: &io::Error) -> Message {
    let path = path.display();
    match cause.kind() {
        io::ErrorKind::NotFound => message!("không tìm thấy {path}", "{path}: not found"),
        io::ErrorKind::AlreadyExists => message!("{path} đã có", "{path} exists already"),
        io::ErrorKind::PermissionDenied => message!("không có quyền dùng {path}", "{path}: no permission"),
        _ => message!("{path}: {cause}", "{path}: {cause}"),
    }
}

/// `what` happened, with its `reasons`.
pub fn because(what: &Message, reasons: &[Message]) -> Message {
    let joined = |of: fn(&Message) -> &str| reasons.iter().map(of).collect::<Vec<_>>().join("; ");
    let (vi, en) = (joined(|one| &one.vi), joined(|one| &one.en));
    let Message { vi: what_vi, en: what_en } = what;
    message!("{what_vi}: {vi}", "{what_en}: {en}")
}
