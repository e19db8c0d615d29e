//! What a person at the command line can type to get further. The errors say what happened, to everybody; the flags
//! and commands are said here, to who has them.

use std::error::Error;
use std::io;
use std::iter::successors;

use crate::access::AccessError;
use crate::augment::AugmentError;
use crate::diagnostic::Diagnostic;
use crate::issue::IssueError;
use crate::issue::copy::CopyError;
use crate::keys::KeyError;
use crate::lang::Message;
use crate::message;
use crate::office::OfficeError;
use crate::register::RegisterError;
use crate::register::database::DatabaseError;
use crate::service::ServeError;
use crate::sign::SignError;
use crate::sign::token::TokenError;
use crate::signing::SigningError;
use crate::verify::{Cause, MissingProof, Outcome, Report};

/// The `words` of `error`, and what can be typed about it or about what caused it.
pub fn with(words: Message, error: &(dyn Error + 'static)) -> Message {
    match successors(Some(error), |&error| error.source()).find_map(about) {
        Some(advice) => followed(&words, &advice),
        None => words,
    }
}

/// What can be typed to have more of `report` settled, each a sentence of its own.
pub fn on_report(report: &Report) -> Vec<Message> {
    let lacks = |wanted| report.signatures.iter().any(|signature| signature.lacks == Some(wanted));
    let stamps = || report.signatures.iter().flat_map(|signature| &signature.time_stamps);
    let mut advice = Vec::new();
    match report.cause.code {
        Cause::NotNumbered => advice.push(message!(
            "Văn thư cấp số bằng `vanthu number`.",
            "The clerk assigns the number with `vanthu number`."
        )),
        Cause::AgencyMissing => advice.push(message!(
            "Văn thư ký số của cơ quan bằng `vanthu sign --as agency`.",
            "The clerk adds the agency's signature with `vanthu sign --as agency`."
        )),
        Cause::SignerMissing => advice.push(message!(
            "Người có thẩm quyền ký số bằng `vanthu sign --as signer`.",
            "The authorised person signs with `vanthu sign --as signer`."
        )),
        Cause::OtherOffice | Cause::OfficeNotEstablished => advice.push(message!(
            "Nếu chứng thư gốc cũng cấp cho cơ quan đó: `vanthu trust add TỆP --for \"TÊN CƠ QUAN;MÃ\"`.",
            "If the root serves that office as well: `vanthu trust add FILE --for \"NAME;ORGAN_ID\"`."
        )),
        _ => {}
    }
    if lacks(MissingProof::TrustAnchor) || stamps().any(|stamp| !stamp.is_trusted && stamp.chain.len() <= 1) {
        advice.push(message!(
            "Thêm chứng thư gốc được tin cậy bằng --trust.",
            "Add a root certificate that you trust with --trust."
        ));
    }
    if lacks(MissingProof::RevocationData) {
        advice.push(message!(
            "Kiểm tra thu hồi chứng thư qua mạng bằng --online.",
            "Check revocation over the network with --online."
        ));
    }
    if lacks(MissingProof::CurrentList) {
        advice.push(message!(
            "Dùng danh sách thu hồi mới hơn bằng --crl; danh sách của cơ quan mình thì lập lại bằng `vanthu keys crl`.",
            "Take a newer revocation list with --crl; the office's own is renewed with `vanthu keys crl`."
        ));
    }
    if report.receipt.as_ref().is_some_and(|receipt| receipt.check.outcome == Outcome::NotChecked) {
        advice.push(message!(
            "Thêm khóa công khai của sổ đăng ký bằng `vanthu trust add register.vkey`.",
            "Add the register's public key with `vanthu trust add register.vkey`."
        ));
    }
    advice
}

/// The hint of `finding`, and what can be typed about it.
pub fn hint(finding: &Diagnostic) -> Option<Message> {
    let hint = finding.hint.as_ref()?;
    Some(match &*finding.code {
        "E-FONT-COVERAGE" => followed(hint, &message!(" (--font-dir)", " (--font-dir)")),
        _ => hint.clone(),
    })
}

fn followed(words: &Message, advice: &Message) -> Message {
    let (Message { vi, en }, Message { vi: advice_vi, en: advice_en }) = (words, advice);
    message!("{vi}{advice_vi}", "{en}{advice_en}")
}

fn about(error: &(dyn Error + 'static)) -> Option<Message> {
    let told = [
        told(error, disk),
        told(error, access),
        told(error, augment),
        told(error, copy),
        told(error, issue),
        told(error, key),
        told(error, office),
        told(error, register),
        told(error, serve),
        told(error, sign),
        told(error, signing),
        told(error, token),
    ];
    told.into_iter().flatten().next()
}

fn told<E: Error + 'static>(
    error: &(dyn Error + 'static),
    advice: fn(&E) -> Option<Message>,
) -> Option<Message> {
    error.downcast_ref().and_then(advice)
}

fn disk(error: &io::Error) -> Option<Message> {
    (error.kind() == io::ErrorKind::AlreadyExists).then(|| {
        message!(
            "; dùng --force để ghi đè, hoặc -o để ghi chỗ khác",
            "; use --force to replace it, or -o for another place"
        )
    })
}

fn access(error: &AccessError) -> Option<Message> {
    match error {
        AccessError::NameTaken(_) => Some(message!(
            ": đổi bằng `vanthu token rotate`, hoặc chọn tên khác",
            ": `vanthu token rotate` renews it, or choose another name"
        )),
        AccessError::NoToken(_) => Some(message!("; xem `vanthu token list`", "; see `vanthu token list`")),
        _ => None,
    }
}

fn augment(error: &AugmentError) -> Option<Message> {
    match error {
        AugmentError::NotReached { lacks: Some(MissingProof::TrustAnchor), .. } => {
            Some(message!(" (--trust)", " (--trust)"))
        }
        AugmentError::NotReached { lacks: Some(MissingProof::CurrentList), .. } => {
            Some(message!(" (vanthu keys crl)", " (vanthu keys crl)"))
        }
        _ => None,
    }
}

fn copy(error: &CopyError) -> Option<Message> {
    match error {
        CopyError::NotValid(_) => Some(message!(
            "; xem `vanthu verify`; bản số hóa thì dùng --scan",
            "; see `vanthu verify`; for a scan give --scan"
        )),
        CopyError::NoPages => Some(message!(": --pages", ": give --pages")),
        _ => None,
    }
}

fn issue(error: &IssueError) -> Option<Message> {
    match error {
        IssueError::Repeated(_) => Some(message!(
            "; muốn cấp thêm một số nữa thì dùng --again",
            "; use --again to give it another number"
        )),
        _ => None,
    }
}

fn key(error: &KeyError) -> Option<Message> {
    match error {
        KeyError::PassphraseNeeded(_) => Some(message!(
            "; dùng --passphrase-file, --passphrase-fd hoặc biến VANTHU_PASSPHRASE",
            "; use --passphrase-file, --passphrase-fd or the variable VANTHU_PASSPHRASE"
        )),
        KeyError::RenewsRevoked(_) => {
            Some(message!(" (vanthu keys new, keys csr)", " (vanthu keys new, keys csr)"))
        }
        KeyError::RenewsRoot(_) => {
            Some(message!(" (vanthu keys new NAME --root)", " (vanthu keys new NAME --root)"))
        }
        KeyError::List { .. } | KeyError::NotAList(_) => Some(message!(
            "; đặt lại danh sách đã công bố hoặc bản sao lưu; không còn bản nào thì `vanthu keys crl --issuer NAME --recover`, rồi thu hồi lại những chứng thư còn thiếu",
            "; put back the list that was published, or a backup; where there is none, `vanthu keys crl --issuer NAME --recover` begins again, and whom it lacks is revoked again"
        )),
        KeyError::Validity => Some(message!("; dùng --years ngắn hơn", "; use fewer --years")),
        _ => None,
    }
}

fn office(error: &OfficeError) -> Option<Message> {
    match error {
        OfficeError::NotAnOffice(_) => Some(message!(
            "; chạy `vanthu init`, hoặc chỉ thư mục bằng --office",
            "; run `vanthu init`, or name the folder with --office"
        )),
        _ => None,
    }
}

fn register(error: &RegisterError) -> Option<Message> {
    match error {
        RegisterError::NotFound(_) | RegisterError::Database(DatabaseError::NoRegister) => Some(message!(
            ". Khôi phục bản sao lưu mới nhất; không có thì ghi rõ việc đã xảy ra bằng `vanthu register recover`",
            ". Restore the newest backup; where there is none, write down what happened with `vanthu register recover`"
        )),
        RegisterError::Reserved(_) => Some(message!(
            ": vào sổ bằng `vanthu register fill`",
            ": record that with `vanthu register fill`"
        )),
        RegisterError::NotReserved(_) => Some(message!(
            ": giữ số trước bằng `vanthu register reserve`",
            ": `vanthu register reserve` does that first"
        )),
        RegisterError::Discontinued(_) => Some(message!(
            ". Xem `vanthu register verify`; khôi phục bản sao lưu mới nhất, hoặc ghi rõ việc đã xảy ra rồi đi tiếp bằng `vanthu register recover`",
            ". See `vanthu register verify`; restore the newest backup, or write down what happened and go on with `vanthu register recover`"
        )),
        RegisterError::OtherOrigin { .. } | RegisterError::OtherIdentity { .. } => Some(message!(
            ". Ghi lại như cũ, hoặc đưa thay đổi vào sổ bằng `vanthu register adopt`; số vẫn tiếp tục",
            ". Set it back, or have the register take it over with `vanthu register adopt`; numbers go on"
        )),
        RegisterError::Memory { .. } => Some(message!(
            " (register.memory trong vanthu.toml chỉ ra tệp khác)",
            " (register.memory in vanthu.toml names another file)"
        )),
        RegisterError::Damaged(_) => Some(message!(
            ": chạy `vanthu register verify`, rồi khôi phục từ bản sao lưu",
            ": run `vanthu register verify`, and restore a backup"
        )),
        _ => None,
    }
}

fn serve(error: &ServeError) -> Option<Message> {
    match error {
        ServeError::Listen { .. } => {
            Some(message!("; chọn địa chỉ khác bằng --listen", "; choose another address with --listen"))
        }
        _ => None,
    }
}

fn sign(error: &SignError) -> Option<Message> {
    match error {
        SignError::FieldThere(_) => Some(message!(": bỏ --place", ": leave --place out")),
        SignError::NotNumbered => Some(message!(" (vanthu number)", " (vanthu number)")),
        _ => None,
    }
}

fn signing(error: &SigningError) -> Option<Message> {
    match error {
        SigningError::Doubtful { .. } | SigningError::NotBelieved { .. } => Some(message!(
            "; thêm gốc bằng vanthu trust add, hoặc ghim chứng thư ở signing.signer trong vanthu.toml",
            "; add the root with vanthu trust add, or pin the certificate with signing.signer in vanthu.toml"
        )),
        _ => None,
    }
}

fn token(error: &TokenError) -> Option<Message> {
    match error {
        TokenError::Token(found) if !found.is_empty() => {
            Some(message!(" (--token-label)", " (--token-label)"))
        }
        TokenError::Key(found) if !found.is_empty() => Some(message!(" (--key-label)", " (--key-label)")),
        TokenError::NoCertificate(_) => Some(message!("; dùng --cert", "; use --cert")),
        _ => None,
    }
}
