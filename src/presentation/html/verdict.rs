//! The verdict: one word, one sentence, and what it means for the reader.

use maud::{Markup, html as markup};

use super::view::ReportView;
use crate::clock;
use crate::lang::Message;
use crate::message;
use crate::presentation::RegisterAnswer;
use crate::printable::printable;
use crate::verify::Verdict;

/// What stands at the top.
struct Headline {
    class: &'static str,
    sign: char,
    words: Message,
}

pub(super) fn verdict(sheet: &ReportView<'_>) -> Markup {
    let report = sheet.report;
    let Headline { class, sign, words } = headline(sheet);
    markup! {
        section.verdict.(class) aria-labelledby="result" {
            h1 #result tabindex="-1" {
                span.sign aria-hidden="true" { (sign) } " "
                span.words { (sheet.say(&words)) }
            }
            @if withdrawn(sheet) { p { strong { (sheet.say(&sheet.register.words())) } "." } }
            p { (sheet.say(&report.sentence)) }
            @if let Some(reason) = &report.reason { p { (sheet.say(reason)) } }
            p.advice { (sheet.say(&advice(sheet))) }
            p.when {
                (sheet.say(&message!("Tệp", "File"))) ": " strong { (printable(sheet.about.file)) } br;
                (sheet.say(&message!("Thời điểm kiểm tra", "Time of checking"))) ": "
                time datetime=(clock::rfc3339(sheet.about.at)) { (clock::display(sheet.about.at)) }
            }
        }
    }
}

/// Whether the signatures are good, and the office no longer stands by the document.
fn withdrawn(sheet: &ReportView<'_>) -> bool {
    let gone = matches!(sheet.register, RegisterAnswer::Recalled { .. } | RegisterAnswer::Replaced { .. });
    gone && sheet.report.verdict.is_valid()
}

fn headline(sheet: &ReportView<'_>) -> Headline {
    let verdict = sheet.report.verdict;
    let headline = |class, words| Headline { class, sign: verdict.sign(), words };
    match (verdict, sheet.register) {
        (Verdict::Valid | Verdict::ValidExtended, RegisterAnswer::Recalled { .. }) => {
            Headline { class: "bad", sign: '⛔', words: message!("Đã thu hồi", "Recalled") }
        }
        (Verdict::Valid | Verdict::ValidExtended, RegisterAnswer::Replaced { .. }) => {
            Headline { class: "bad", sign: '⛔', words: message!("Đã được thay thế", "Replaced") }
        }
        (Verdict::Valid, _) => headline("good", message!("Hợp lệ", "Valid")),
        (Verdict::ValidExtended, _) => {
            headline("good", message!("Hợp lệ, có bổ sung được phép", "Valid, with permitted additions"))
        }
        (Verdict::Incomplete, _) => headline("doubt", message!("Chưa đủ chữ ký", "Signatures are missing")),
        (Verdict::Indeterminate, _) => {
            headline("doubt", message!("Chưa đủ thông tin xác thực", "Not enough to decide"))
        }
        (Verdict::Invalid, _) => headline("bad", message!("Không hợp lệ", "Not valid")),
        (Verdict::Unsigned, _) => headline("plain", message!("Không có chữ ký số", "Not signed")),
        (Verdict::Unreadable, _) => {
            headline("plain", message!("Không đọc được tệp", "The file can't be read"))
        }
    }
}

/// What the verdict means for who reads it, and what to do next.
fn advice(sheet: &ReportView<'_>) -> Message {
    if withdrawn(sheet) {
        return message!(
            "Chữ ký là thật, nhưng cơ quan phát hành không còn áp dụng văn bản này. Hãy hỏi cơ quan đó văn bản nào đang có hiệu lực.",
            "The signature is genuine, but the issuing office no longer stands by this document. Ask it which one is in force."
        );
    }
    match sheet.report.verdict {
        Verdict::Valid => message!(
            "Nội dung bạn có trong tay đúng là nội dung đã được ký, bằng khóa mà nơi kiểm tra này tin cậy.",
            "What you hold is what was signed, with a key that is trusted here."
        ),
        Verdict::ValidExtended => message!(
            "Nội dung đã ký còn nguyên, bằng khóa mà nơi kiểm tra này tin cậy; phần bổ sung được liệt kê bên dưới.",
            "What was signed is whole, with a key that is trusted here; what was added is listed below."
        ),
        Verdict::Incomplete => message!(
            "Văn bản chưa đi hết quy trình. Chờ cơ quan ký xong, hoặc hỏi cơ quan phát hành, trước khi dựa vào nó.",
            "The document has not gone its whole way. Wait until all have signed, or ask the issuing office, before you rely on it."
        ),
        Verdict::Indeterminate => message!(
            "Chưa nên dựa vào văn bản này. Hãy hỏi cơ quan phát hành theo địa chỉ bạn đã biết từ trước, không theo địa chỉ ghi trong tệp, và so vân tay chứng thư với họ.",
            "Do not rely on it yet. Ask the issuing office at an address that you knew before, not one from the file, and compare the fingerprint of the certificate with them."
        ),
        Verdict::Invalid => message!(
            "Hãy xin lại tệp từ cơ quan phát hành. Vì tệp không hợp lệ, tên người ký, số và ngày ghi trong tệp không được nêu ở đây.",
            "Ask the issuing office for the file again. Because it is not valid, the signer, number and date that it states are not shown here."
        ),
        Verdict::Unsigned => message!(
            "Tệp có thể là bản nháp, bản quét hay bản chuyển đổi. Hãy xin cơ quan phát hành tệp có chữ ký số.",
            "It may be a draft, a scan or a converted copy. Ask the issuing office for the signed file."
        ),
        Verdict::Unreadable => message!(
            "Có thể tệp bị hỏng khi gửi, được đặt mật khẩu, hoặc không phải PDF. Hãy tải lại hoặc xin lại tệp.",
            "It may be damaged on its way, locked with a password, or no PDF. Fetch it or ask for it again."
        ),
    }
}
