//! Why a command failed: a sentence for the person, and an exit code for the program that called.

use std::io;
use std::path::Path;

use crate::file::Existing;
use crate::fonts::FontError;
use crate::issue::IssueError;
use crate::keys::{KeyError, pkcs12};
use crate::lang::Message;
use crate::layout::LayoutError;
use crate::message;
use crate::office::OfficeError;
use crate::pdf::PdfError;
use crate::preserve::PreserveError;
use crate::register::{EntryKey, RegisterError};
use crate::report::ReportError;
use crate::service::ServeError;
use crate::sign::token::TokenError;
use crate::sign::{SignError, WrongValue};
use crate::signing::SigningError;

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

/// What `--force` means.
pub fn existing(args: &super::args::WriteArgs) -> Existing {
    if args.force { Existing::Replace } else { Existing::Keep }
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

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Failure {
        let message = match &error {
            KeyError::Disk { path, cause } => return Failure::disk(path, cause),
            KeyError::Exposed { path, mode } => {
                let path = path.display();
                message!(
                    "người khác đọc được tệp khóa {path} (quyền {mode:03o}); hãy chạy: chmod 600 {path}",
                    "others may read the key file {path} (mode {mode:03o}); run: chmod 600 {path}"
                )
            }
            KeyError::PassphraseNeeded(path) => {
                let path = path.display();
                message!(
                    "{path} cần mật khẩu; dùng --passphrase-file, --passphrase-fd hoặc biến VANTHU_PASSPHRASE",
                    "{path} needs its passphrase; use --passphrase-file, --passphrase-fd or the variable VANTHU_PASSPHRASE"
                )
            }
            KeyError::WrongPassphrase(path) => {
                let path = path.display();
                message!("sai mật khẩu của {path}", "wrong passphrase for {path}")
            }
            KeyError::NotAKey(path) => {
                let path = path.display();
                message!(
                    "{path} không phải tệp khóa Ed25519, P-256 hay P-384 (PKCS#8, PEM)",
                    "{path} is not a key file (PKCS#8, PEM) of Ed25519, P-256 or P-384"
                )
            }
            KeyError::NotAList(path) => {
                let path = path.display();
                message!("{path} không phải danh sách thu hồi (CRL)", "{path} is not a revocation list (CRL)")
            }
            KeyError::NotARequest(path) => {
                let path = path.display();
                message!(
                    "{path} không phải yêu cầu cấp chứng thư (PKCS#10, PEM)",
                    "{path} is not a request for a certificate (PKCS#10, PEM)"
                )
            }
            KeyError::ForgedRequest(path) => {
                let path = path.display();
                message!(
                    "{path}: chữ ký trong yêu cầu không đúng: người gửi không giữ khóa này",
                    "{path}: the request's signature does not hold: who sent it has not the key"
                )
            }
            KeyError::OtherIssuer(name) => message!(
                "chứng thư do {name} cấp, không phải do gốc này",
                "the certificate was issued by {name}, not by this root"
            ),
            KeyError::Revoked(name) => message!(
                "chứng thư của {name} đã bị thu hồi rồi",
                "the certificate of {name} is revoked already"
            ),
            KeyError::OtherKey(path) => {
                let path = path.display();
                message!(
                    "chứng thư không phải của khóa {path}",
                    "the certificate does not belong to the key {path}"
                )
            }
            KeyError::Rsa(path) => {
                let path = path.display();
                message!(
                    "{path} là khóa RSA; RSA chỉ ký từ thiết bị (PKCS#11): hãy đưa khóa vào thiết bị, hoặc tạo khóa Ed25519 hay ECDSA",
                    "{path} is an RSA key; RSA signs from tokens (PKCS#11) only: put it into one, or make a key of Ed25519 or ECDSA"
                )
            }
            KeyError::OldForm(path) => {
                let path = path.display();
                message!(
                    "{path} là khóa dạng cũ (EC PRIVATE KEY); hãy đổi sang PKCS#8: openssl pkcs8 -topk8 -in {path} -out NEW.key",
                    "{path} is a key in the old form EC PRIVATE KEY; make it PKCS#8: openssl pkcs8 -topk8 -in {path} -out NEW.key"
                )
            }
            KeyError::Pkcs12(problem) => pkcs12_problem(problem),
            KeyError::RevokesItself(name) => message!(
                "{name} là chứng thư gốc: gốc không tự thu hồi chính mình; hãy tạo gốc mới và báo cho nơi nhận bỏ gốc cũ",
                "{name} is the root itself, which can't revoke itself: make a new root and have the recipients throw the old one away"
            ),
            KeyError::RenewsRevoked(name) => message!(
                "chứng thư của {name} đã bị thu hồi: hãy tạo khóa mới (vanthu keys new, keys csr)",
                "the certificate of {name} is revoked: make a new key (vanthu keys new, keys csr)"
            ),
            KeyError::RenewsRoot(name) => message!(
                "{name} là chứng thư gốc: hãy tạo gốc mới (vanthu keys new NAME --root)",
                "{name} is a root: make a new one (vanthu keys new NAME --root)"
            ),
            KeyError::UnknownKey => message!(
                "khóa riêng không thuộc loại Ed25519, P-256 hay P-384; RSA chỉ ký từ thiết bị (PKCS#11)",
                "the private key is not one of Ed25519, P-256 or P-384; RSA signs from tokens (PKCS#11) only"
            ),
            KeyError::NotACertificate(path) => {
                let path = path.display();
                message!("{path} không phải chứng thư (PEM)", "{path} is not a certificate (PEM)")
            }
            KeyError::Validity => message!(
                "thời hạn của chứng thư vượt ra ngoài thời hạn của chứng thư gốc; dùng --years ngắn hơn",
                "the certificate would outlive its root; use fewer --years"
            ),
            KeyError::NotAnIssuer(name) => {
                message!("{name} không phải chứng thư gốc", "{name} is not a root certificate")
            }
            KeyError::IssuerKeyMismatch => message!(
                "khóa gốc không phải của chứng thư gốc",
                "the root's key does not belong to the root's certificate"
            ),
            KeyError::Name { attribute, most } => message!(
                "trường {attribute} của chứng thư phải có từ 1 đến {most} ký tự",
                "the certificate's {attribute} must have 1 to {most} characters"
            ),
            KeyError::Build(_) | KeyError::Encoding(_) | KeyError::Random(_) => Message::from_english(&error),
        };
        Failure::new(Exit::Key, message)
    }
}

/// Why a PKCS#12 file gives no key, in words.
fn pkcs12_problem(problem: &pkcs12::Problem) -> Message {
    use pkcs12::Problem;
    match problem {
        Problem::Structure => {
            message!("tệp không phải PKCS#12, hoặc đã hỏng", "the file is not PKCS#12, or it is damaged")
        }
        Problem::Passphrase => {
            message!("sai mật khẩu của tệp PKCS#12", "wrong passphrase for the PKCS#12 file")
        }
        Problem::Unsupported(kind) => message!(
            "tệp PKCS#12 được mã hóa theo cách không được hỗ trợ ({kind})",
            "the PKCS#12 file is encrypted in a way that is not supported ({kind})"
        ),
        Problem::Work => message!(
            "mở tệp PKCS#12 này tốn quá nhiều thời gian: số vòng dẫn xuất khóa quá lớn",
            "opening this PKCS#12 file would take too long: it asks for too many rounds of key derivation"
        ),
        Problem::NoKey => {
            message!("tệp PKCS#12 không có khóa riêng", "the PKCS#12 file holds no private key")
        }
        Problem::SeveralKeys => message!(
            "tệp PKCS#12 có nhiều khóa riêng; hãy xuất riêng khóa cần dùng",
            "the PKCS#12 file holds several private keys; export the one that is meant alone"
        ),
        Problem::NoCertificate => message!(
            "tệp PKCS#12 không có chứng thư của khóa trong đó",
            "the PKCS#12 file holds no certificate of its key"
        ),
    }
}

impl From<RegisterError> for Failure {
    fn from(error: RegisterError) -> Failure {
        match &error {
            RegisterError::NotFound(path) => {
                let path = path.display();
                Failure::new(
                    Exit::Environment,
                    message!(
                        "không có sổ đăng ký tại {path}; chạy `vanthu init`",
                        "there is no register at {path}; run `vanthu init`"
                    ),
                )
            }
            RegisterError::Taken { number, year, holder } => Failure::new(
                Exit::Conflict,
                message!(
                    "số {number} năm {year} đã cấp cho: {holder}",
                    "number {number} of {year} is taken: {holder}"
                ),
            ),
            RegisterError::NotNext { asked, year, next } => Failure::new(
                Exit::Conflict,
                message!(
                    "không cấp được số {asked} năm {year}: số tiếp theo là {next}. Bỏ \"number\" để lấy số tiếp theo; sổ bắt đầu từ số khác thì ghi vào numbering.first của vanthu.toml",
                    "number {asked} of {year} can't be given: the next one is {next}. Leave \"number\" out to take that; a register that begins elsewhere says so in numbering.first of vanthu.toml"
                ),
            ),
            RegisterError::Reserved(EntryKey { number, year, .. }) => Failure::new(
                Exit::Conflict,
                message!(
                    "số {number} năm {year} đã giữ cho văn bản giấy: vào sổ bằng `vanthu register fill`",
                    "number {number} of {year} is set aside for a paper document: record that with `vanthu register fill`"
                ),
            ),
            RegisterError::NotReserved(EntryKey { number, year, .. }) => Failure::new(
                Exit::Conflict,
                message!(
                    "số {number} năm {year} chưa được giữ: giữ số trước bằng `vanthu register reserve`",
                    "number {number} of {year} was not set aside: `vanthu register reserve` does that first"
                ),
            ),
            RegisterError::Unknown(EntryKey { number, year, .. }) => Failure::new(
                Exit::Conflict,
                message!(
                    "không có văn bản nào mang số {number} năm {year}",
                    "no document has number {number} of {year}"
                ),
            ),
            RegisterError::Block(most) => Failure::new(
                Exit::Usage,
                message!("mỗi lần giữ từ 1 đến {most} số", "1 to {most} numbers are set aside at once"),
            ),
            RegisterError::Import(most) => Failure::new(
                Exit::Rejected,
                message!(
                    "mỗi lần nhận tối đa {most} dòng",
                    "no more than {most} lines are taken over at once"
                ),
            ),
            RegisterError::NoCode => Failure::new(
                Exit::Rejected,
                message!("văn bản không có số, ký hiệu", "the document has no number and notation"),
            ),
            RegisterError::NoKey => Failure::new(
                Exit::Key,
                message!(
                    "thiếu khóa của sổ đăng ký (keys/register.key)",
                    "the register's key (keys/register.key) is missing"
                ),
            ),
            RegisterError::Key(cause) => Failure::new(
                Exit::Key,
                message!("khóa của sổ đăng ký: {cause}", "the register's key: {cause}"),
            ),
            RegisterError::Checkpoint(cause) => Failure::new(
                Exit::Rejected,
                message!(
                    "điểm kiểm đưa ra không do khóa của sổ này ký: {cause}",
                    "the checkpoint is not one that this register's key signed: {cause}"
                ),
            ),
            RegisterError::OtherOrigin { recorded, configured } => Failure::new(
                Exit::Conflict,
                message!(
                    "nhật ký của sổ mang tên {recorded}, cấu hình ghi {configured}: sửa register.origin trong vanthu.toml",
                    "the register's log is {recorded}, the configuration says {configured}: see register.origin in vanthu.toml"
                ),
            ),
            RegisterError::Busy => Failure::new(
                Exit::Environment,
                message!(
                    "người khác đang giữ sổ đăng ký quá lâu: thử lại",
                    "somebody else has been holding the register for too long: try again"
                ),
            ),
            RegisterError::Damaged(table) => Failure::new(
                Exit::Environment,
                message!(
                    "bảng {table} của sổ đăng ký bị hỏng: chạy `vanthu register verify`, rồi khôi phục từ bản sao lưu",
                    "the register's table {table} is damaged: run `vanthu register verify`, and restore a backup"
                ),
            ),
            RegisterError::Database(cause) => Failure::new(
                Exit::Environment,
                message!("không dùng được sổ đăng ký: {cause}", "the register can't be used: {cause}"),
            ),
            RegisterError::Schema(cause) => Failure::new(
                Exit::Environment,
                message!(
                    "sổ đăng ký không đúng dạng: {cause}",
                    "the register's schema does not fit: {cause}"
                ),
            ),
        }
    }
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Failure {
        match error {
            IssueError::Register(error) => error.into(),
            IssueError::Report(error) => error.into(),
            IssueError::Signing(error) => error.into(),
            IssueError::Disk { path, cause } => Failure::disk(&path, &cause),
            IssueError::Repeated(entry) => {
                let (code, file) = (&entry.document.code, &entry.file);
                Failure::new(
                    Exit::Conflict,
                    message!(
                        "văn bản này đã vào sổ với số {code} ({file}); muốn cấp thêm một số nữa thì dùng --again",
                        "this document is registered already as {code} ({file}); use --again to give it another number"
                    ),
                )
            }
            IssueError::NotReproducible(entry) => {
                let (code, file) = (&entry.document.code, &entry.file);
                Failure::new(
                    Exit::Conflict,
                    message!(
                        "văn bản đã vào sổ với số {code} nhưng tệp {file} không còn, và phiên bản này không tạo lại được đúng tệp đó",
                        "the document is registered as {code}, but {file} is gone and this version can't make the same file again"
                    ),
                )
            }
        }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Failure {
        match error {
            ReportError::Layout(error) => error.into(),
            ReportError::Pdf(error) => error.into(),
            ReportError::Appendix { name, cause } => {
                let Failure { exit, message } = cause.into();
                let words = message.unwrap_or_else(|| message!("không dùng được", "it can't be used"));
                let (vi, en) = (words.vi, words.en);
                Failure::new(exit, message!("phụ lục \"{name}\": {vi}", "appendix \"{name}\": {en}"))
            }
            ReportError::FileGone(name) => Failure::new(
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

/// A sentence with its reasons.
fn joined(what: &Message, reasons: &[Message]) -> Message {
    let join = |of: fn(&Message) -> &str| reasons.iter().map(of).collect::<Vec<_>>().join("; ");
    let (vi, en) = (join(|one| &one.vi), join(|one| &one.en));
    let Message { vi: what_vi, en: what_en } = what;
    message!("{what_vi}: {vi}", "{what_en}: {en}")
}

impl From<PreserveError> for Failure {
    fn from(error: PreserveError) -> Failure {
        match error {
            PreserveError::Sign(error) => error.into(),
            PreserveError::NotValid(report) => Failure::new(
                Exit::Rejected,
                joined(
                    &message!(
                        "chữ ký trong tệp không hợp lệ nên không bổ sung gì",
                        "the file's signatures are not found valid, so nothing was added"
                    ),
                    &[report.sentence],
                ),
            ),
            PreserveError::NoTimeStamp(problems) => Failure::new(
                Exit::Environment,
                joined(
                    &message!(
                        "không lấy được dấu thời gian, nên không ghi gì",
                        "no time-stamp could be had, so nothing was written"
                    ),
                    &problems,
                ),
            ),
            PreserveError::NotReached { wanted, missing } => {
                let level = wanted.name();
                Failure::new(
                    Exit::Rejected,
                    joined(&message!("chưa đạt mức {level}", "the level {level} is not reached"), &missing),
                )
            }
        }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Failure {
        let message = match error {
            TokenError::Sign(error) => return error.into(),
            TokenError::Module { path, cause } => {
                let path = path.display();
                message!(
                    "{path}: không phải mô-đun PKCS#11: {cause}",
                    "{path}: not a PKCS#11 module: {cause}"
                )
            }
            TokenError::Token(found) if found.is_empty() => message!(
                "mô-đun PKCS#11 không thấy thiết bị nào: hãy cắm thiết bị",
                "the PKCS#11 module sees no token: plug it in"
            ),
            TokenError::Token(found) => {
                let found = found.join(", ");
                message!(
                    "hãy chọn thiết bị bằng --token-label; đang có: {found}",
                    "choose the token with --token-label; there is: {found}"
                )
            }
            TokenError::Key(found) if found.is_empty() => {
                message!("thiết bị không có khóa nào để ký", "the token has no key that signs")
            }
            TokenError::Key(found) => {
                let found = found.join(", ");
                message!(
                    "hãy chọn khóa bằng --key-label; thiết bị có: {found}",
                    "choose the key with --key-label; the token has: {found}"
                )
            }
            TokenError::Pin => message!(
                "sai mã PIN của thiết bị; sai quá nhiều lần thì mã bị khóa",
                "the token's PIN is wrong; after too many wrong ones it is locked"
            ),
            TokenError::PinLocked(reason) => message!(
                "mã PIN đã bị khóa hoặc hết hạn ({reason}); hãy đặt lại bằng phần mềm của nhà cung cấp thiết bị",
                "the PIN is locked or has expired ({reason}); set it anew with the program of the token's maker"
            ),
            TokenError::Gone => {
                message!("thiết bị không còn đó: hãy cắm lại", "the token is gone: plug it in again")
            }
            TokenError::PinEachTime(label) => message!(
                "khóa «{label}» đòi mã PIN cho từng chữ ký (CKA_ALWAYS_AUTHENTICATE), chưa được hỗ trợ",
                "the key «{label}» wants its PIN for every signature (CKA_ALWAYS_AUTHENTICATE), which is not supported"
            ),
            TokenError::NoCertificate(label) => message!(
                "thiết bị không có chứng thư của khóa «{label}»; dùng --cert",
                "the token has no certificate of the key «{label}»; use --cert"
            ),
            TokenError::NoPublicKey(label) => message!(
                "thiết bị không cho thấy khóa công khai «{label}»",
                "the token shows no public key «{label}»"
            ),
            TokenError::Encoding(cause) => {
                message!(
                    "không đọc được khóa trong thiết bị: {cause}",
                    "a key of the token can't be read: {cause}"
                )
            }
            TokenError::Refused(cause) => message!("thiết bị từ chối: {cause}", "the token refused: {cause}"),
        };
        Failure::new(Exit::Key, message)
    }
}

impl From<SigningError> for Failure {
    fn from(error: SigningError) -> Failure {
        match error {
            SigningError::Layout(error) => error.into(),
            SigningError::Sign(error) => error.into(),
            SigningError::Invalid => Failure::new(
                Exit::Rejected,
                message!(
                    "chữ ký đã có trong tệp không hợp lệ: cơ quan không được ký lên",
                    "the signature in the file is not valid: the agency can't seal it"
                ),
            ),
            SigningError::Stranger(name) => Failure::new(
                Exit::Rejected,
                message!(
                    "«{name}» đã ký, nhưng không phải người có thẩm quyền của cơ quan: xem signing.signer trong vanthu.toml",
                    "«{name}» has signed, who is not the office's authorised person: see signing.signer in vanthu.toml"
                ),
            ),
            SigningError::Doubtful { name, reason: Message { vi, en } } => Failure::new(
                Exit::Rejected,
                message!(
                    "chưa rõ «{name}» có phải người có thẩm quyền của cơ quan hay không: {vi}; thêm gốc bằng vanthu trust add, hoặc ghim chứng thư ở signing.signer trong vanthu.toml",
                    "whether «{name}» is the office's authorised person is not known: {en}; add the root with vanthu trust add, or pin the certificate with signing.signer in vanthu.toml"
                ),
            ),
            SigningError::Revoked { certificate, since } => Failure::new(
                Exit::Key,
                message!(
                    "chứng thư của {certificate} đã bị thu hồi từ {since}",
                    "the certificate of {certificate} was revoked at {since}"
                ),
            ),
            SigningError::NoTimeStamp(problems) => Failure::new(
                Exit::Environment,
                joined(
                    &message!(
                        "không lấy được dấu thời gian, nên chưa ký",
                        "no time-stamp could be had, so nothing was signed"
                    ),
                    &problems,
                ),
            ),
            SigningError::Forbidden => Failure::new(
                Exit::Rejected,
                message!(
                    "các chữ ký đã có không cho phép ký thêm: văn bản đã được đóng",
                    "the signatures in the file permit no further one: it was closed"
                ),
            ),
        }
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Failure {
        match error {
            SignError::Unreadable(cause) => Failure::new(
                Exit::Unreadable,
                message!("không đọc được tệp PDF: {cause}", "the PDF can't be read: {cause}"),
            ),
            SignError::Pdf(error) => error.into(),
            SignError::NoPage(page) => Failure::new(
                Exit::Rejected,
                message!("tệp không có trang {page}", "the file has no page {page}"),
            ),
            SignError::Algorithm(kind) => Failure::new(
                Exit::Key,
                message!(
                    "loại khóa {kind} không dùng để ký ở đây (Ed25519, ECDSA P-256, P-384; RSA trên thiết bị)",
                    "keys of the kind {kind} don't sign here (Ed25519, ECDSA P-256, P-384; RSA on tokens)"
                ),
            ),
            SignError::Refused(reason) => Failure::new(
                Exit::Key,
                message!(
                    "thiết bị hoặc dịch vụ ký từ chối: {reason}",
                    "the token or service refused: {reason}"
                ),
            ),
            SignError::WrongValue(reason) => Failure::new(
                Exit::Key,
                joined(
                    &message!(
                        "giá trị nhận được không phải chữ ký trên tệp này bằng chứng thư này",
                        "what came back is no signature of this file by this certificate"
                    ),
                    &[wrong_value(reason)],
                ),
            ),
            SignError::TooLong(length) => Failure::new(
                Exit::Rejected,
                message!(
                    "chữ ký dài {length} byte, quá chỗ đã chừa",
                    "the signature takes {length} bytes, more than there is room for"
                ),
            ),
            SignError::Altered(at) => Failure::new(
                Exit::Rejected,
                message!(
                    "tệp không còn như khi phát hành và ký: có thay đổi tại byte {at}",
                    "the file is not as it was issued and signed: it was changed at byte {at}"
                ),
            ),
            SignError::Signed(_) => Failure::new(
                Exit::Rejected,
                message!("văn bản đã có chữ ký này rồi", "the file has this signature already"),
            ),
            SignError::FieldThere(role) => {
                let name = role.field_name();
                Failure::new(
                    Exit::Usage,
                    message!(
                        "tệp đã có trường chữ ký «{name}»: bỏ --place",
                        "the file has the signature field «{name}» already: leave --place out"
                    ),
                )
            }
            SignError::NotSigned => Failure::new(
                Exit::Rejected,
                message!(
                    "người có thẩm quyền chưa ký; số được điền sau khi ký",
                    "the authorised person has not signed yet; the number is filled in after"
                ),
            ),
            SignError::NotNumbered => Failure::new(
                Exit::Rejected,
                message!(
                    "văn bản chưa có số; hãy cấp số trước (vanthu number), rồi cơ quan mới ký",
                    "the report has no number yet; give it one first (vanthu number), then the agency signs"
                ),
            ),
            SignError::Numbered => Failure::new(
                Exit::Conflict,
                message!("văn bản đã có số", "the report has its number already"),
            ),
            SignError::OutOfOrder => Failure::new(
                Exit::Rejected,
                message!(
                    "người có thẩm quyền chưa ký; cơ quan chỉ ký sau (NĐ 30/2020, Điều 14, 32)",
                    "the authorised person has not signed yet; the agency signs after (Decree 30/2020, articles 14, 32)"
                ),
            ),
            SignError::KeyMismatch => Failure::new(
                Exit::Key,
                message!("khóa không phải của chứng thư này", "the key does not belong to this certificate"),
            ),
            SignError::KeyUsage => Failure::new(
                Exit::Key,
                message!(
                    "chứng thư này không dùng để ký văn bản",
                    "this certificate is not for signing documents"
                ),
            ),
            SignError::NotValid { not_before, not_after, time } => Failure::new(
                Exit::Key,
                message!(
                    "chứng thư chỉ có hiệu lực từ {not_before} đến {not_after}, không phải lúc {time}",
                    "the certificate is valid from {not_before} to {not_after}, not at {time}"
                ),
            ),
            SignError::Encoding(cause) => Failure::new(
                Exit::Internal,
                message!("lỗi của chương trình: {cause}", "a fault of the program: {cause}"),
            ),
        }
    }
}

/// Why what came back is no signature, in words.
fn wrong_value(reason: WrongValue) -> Message {
    match reason {
        WrongValue::Length => message!("độ dài không đúng", "it has the wrong length"),
        WrongValue::Numbers => message!(
            "thiết bị không đưa ra cặp số của ECDSA",
            "the token gave no pair of numbers, as ECDSA has"
        ),
        WrongValue::Key => {
            message!("không khớp với khóa của chứng thư", "it does not fit the certificate's key")
        }
        WrongValue::Signer => {
            message!("không phải của chứng thư ở bước một", "it is not by the certificate of the first step")
        }
        WrongValue::OtherFile => {
            message!("bước một được làm cho tệp khác", "the first step was made for another file")
        }
        WrongValue::Changed => {
            message!("tệp của bước một đã bị sửa", "the file of the first step was changed")
        }
        WrongValue::Version(version) => message!(
            "tệp của bước một thuộc phiên bản {version}, không hỗ trợ",
            "the file of the first step is of version {version}, which is not known"
        ),
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
