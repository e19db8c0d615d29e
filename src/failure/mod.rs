//! Why something was refused, for people: a sentence in both languages, and which kind of refusal it is. The command
//! line makes exit codes of that, the service status codes.

mod access;
mod keys;
mod register;
mod service;
mod signing;
mod trust;

use std::io;
use std::path::Path;

use crate::fonts::FontError;
use crate::lang::Message;
use crate::layout::LayoutError;
use crate::message;
use crate::office::OfficeError;
use crate::pdf::PdfError;
use crate::qr::LinkError;
use crate::report::ComposeError;
use crate::service::ServeError;

/// The exit codes; stable, and the same for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// A verdict of `verify`.
    Verdict(crate::verify::Verdict),
    /// Wrong usage.
    Usage,
    /// Input rejected.
    Rejected,
    /// Not a readable PDF.
    Unreadable,
    /// The register refuses.
    Conflict,
    /// A key, certificate or passphrase is refused.
    Key,
    /// Disk or database.
    Environment,
    /// Some of many failed.
    SomeFailed,
    /// A fault of the program.
    Internal,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Verdict(verdict) => verdict.exit_code(),
            Exit::Usage => 2,
            Exit::Rejected => 3,
            Exit::Unreadable => 6,
            Exit::Conflict => 7,
            Exit::Key => 8,
            Exit::Environment => 9,
            Exit::SomeFailed => 10,
            Exit::Internal => 70,
        }
    }
}

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What happened, and what to do; empty where the findings say it all.
    pub message: Option<Message>,
}

impl Failure {
    /// A failure with a sentence.
    pub fn new(exit: Exit, message: Message) -> Failure {
        Failure { exit, message: Some(message) }
    }

    /// The file at `path` could not be used.
    pub fn disk(path: &Path, cause: &io::Error) -> Failure {
        let path = path.display();
        let message = match cause.kind() {
            io::ErrorKind::NotFound => message!("không tìm thấy {path}", "{path}: not found"),
            io::ErrorKind::AlreadyExists => message!(
                "{path} đã có; dùng --force để ghi đè, hoặc -o để ghi chỗ khác",
                "{path} exists already; use --force to replace it, or -o for another place"
            ),
            io::ErrorKind::PermissionDenied => {
                message!("không có quyền dùng {path}", "{path}: no permission")
            }
            _ => message!("{path}: {cause}", "{path}: {cause}"),
        };
        Failure::new(Exit::Environment, message)
    }

    /// The input was rejected, and the findings were shown.
    pub fn rejected() -> Failure {
        Failure { exit: Exit::Rejected, message: None }
    }
}

impl From<OfficeError> for Failure {
    fn from(error: OfficeError) -> Failure {
        match &error {
            OfficeError::NotAnOffice(folder) => {
                let folder = folder.display();
                Failure::new(
                    Exit::Environment,
                    message!(
                        "{folder} và các thư mục bên trên không có vanthu.toml; chạy `vanthu init`, hoặc chỉ thư mục bằng --office",
                        "there is no vanthu.toml in {folder} or above it; run `vanthu init`, or name the folder with --office"
                    ),
                )
            }
            OfficeError::Exists(path) => {
                let path = path.display();
                Failure::new(
                    Exit::Environment,
                    message!(
                        "{path} đã có: thư mục này đã là một cơ quan",
                        "{path} exists already: this folder is an office"
                    ),
                )
            }
            OfficeError::Config { path, reason } => {
                let path = path.display();
                Failure::new(
                    Exit::Rejected,
                    message!("{path} viết sai: {reason}", "{path} is wrong: {reason}"),
                )
            }
            OfficeError::Disk { path, cause } => Failure::disk(path, cause),
        }
    }
}

impl From<ComposeError> for Failure {
    fn from(error: ComposeError) -> Failure {
        match error {
            ComposeError::Layout(error) => error.into(),
            ComposeError::Pdf(error) => error.into(),
            ComposeError::Link(LinkError::Notation(notation)) => Failure::new(
                Exit::Rejected,
                message!(
                    "ký hiệu {notation} có chữ không đứng được trong địa chỉ của mã QR: sửa ký hiệu, hoặc bỏ [qr] trong vanthu.toml",
                    "the notation {notation} has a sign that the QR code's address can't have: change it, or take [qr] out of vanthu.toml"
                ),
            ),
            ComposeError::Link(LinkError::Long(address)) => Failure::new(
                Exit::Rejected,
                message!(
                    "địa chỉ {address} quá dài cho mã QR: rút ngắn qr.address trong vanthu.toml",
                    "the address {address} is too long for a QR code: shorten qr.address in vanthu.toml"
                ),
            ),
            ComposeError::Appendix { name, cause } => {
                let Failure { exit, message } = cause.into();
                let words = message.unwrap_or_else(|| message!("không dùng được", "it can't be used"));
                let (vi, en) = (words.vi, words.en);
                Failure::new(exit, message!("phụ lục \"{name}\": {vi}", "appendix \"{name}\": {en}"))
            }
            ComposeError::FileGone(name) => Failure::new(
                Exit::Rejected,
                message!("không có tệp phụ lục \"{name}\"", "the appendix \"{name}\" is not at hand"),
            ),
        }
    }
}

impl From<LayoutError> for Failure {
    fn from(error: LayoutError) -> Failure {
        Failure::new(
            Exit::Internal,
            message!(
                "lỗi của chương trình khi dàn trang: {error}",
                "a fault of the program while laying out: {error}"
            ),
        )
    }
}

impl From<PdfError> for Failure {
    fn from(error: PdfError) -> Failure {
        let exit = match error {
            PdfError::Signed => {
                return Failure::new(
                    Exit::Rejected,
                    message!(
                        "tệp PDF đã được ký: thêm chữ ký của cơ quan sẽ làm hỏng chữ ký đó",
                        "the PDF is signed already: the agency's field would break that signature"
                    ),
                );
            }
            PdfError::FieldTaken(name) => {
                return Failure::new(
                    Exit::Rejected,
                    message!(
                        "tệp PDF đã có trường \"{name}\", như văn bản do vanthu lập: không phải bản chụp hay bản in ra từ chương trình khác",
                        "the PDF has a field \"{name}\" already, as documents of vanthu have: it is no scan and no file of another program"
                    ),
                );
            }
            PdfError::Turned => {
                return Failure::new(
                    Exit::Rejected,
                    message!(
                        "trang đầu của tệp PDF bị xoay (/Rotate); hãy lưu lại tệp với trang đứng",
                        "the PDF's first page is turned (/Rotate): save it upright"
                    ),
                );
            }
            PdfError::Unreadable(_) | PdfError::Read(_) | PdfError::Encrypted | PdfError::Missing(_) => {
                Exit::Unreadable
            }
            PdfError::Write(_) => Exit::Environment,
        };
        Failure::new(exit, message!("không dùng được tệp PDF: {error}", "the PDF can't be used: {error}"))
    }
}

impl From<FontError> for Failure {
    fn from(error: FontError) -> Failure {
        match &error {
            FontError::Disk { path, cause } => Failure::disk(path, cause),
            FontError::Incomplete(path) => {
                let path = path.display();
                Failure::new(
                    Exit::Environment,
                    message!(
                        "{path} không có phông nào đủ bốn kiểu thường, đậm, nghiêng, đậm nghiêng (.ttf, .otf)",
                        "{path} has no font with all of regular, bold, italic and bold italic (.ttf, .otf)"
                    ),
                )
            }
            FontError::Ambiguous { .. } => Failure::new(Exit::Environment, Message::from_english(&error)),
        }
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Failure {
        match &error {
            ServeError::Listen { address, cause } => Failure::new(
                Exit::Environment,
                message!(
                    "không nghe được ở {address}: {cause}; chọn địa chỉ khác bằng --listen",
                    "{address} can't be listened at: {cause}; choose another address with --listen"
                ),
            ),
            ServeError::Tls { cert, key, cause } => {
                let (cert, key) = (cert.display(), key.display());
                Failure::new(
                    Exit::Key,
                    message!(
                        "không dùng được {cert} và {key} cho TLS: {cause}",
                        "{cert} and {key} can't be used for TLS: {cause}"
                    ),
                )
            }
            ServeError::Network(cause) => {
                Failure::new(Exit::Environment, message!("lỗi mạng: {cause}", "the network failed: {cause}"))
            }
        }
    }
}
