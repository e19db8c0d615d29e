//! Where a file is chosen or dropped, and what the page is for.

use maud::{Markup, html as markup};

use super::language::{paragraph, say};
use crate::lang::{Lang, Message};
use crate::message;
use crate::service::Service;

pub(super) fn title() -> Message {
    message!("Kiểm tra văn bản đã ký số", "Check a signed document")
}

/// The heading of the form below a result.
pub(super) fn again() -> Message {
    message!("Kiểm tra tệp khác", "Check another file")
}

pub(super) fn entrance(service: &Service, lang: Lang) -> Markup {
    let lead = message!(
        "Chọn hoặc thả tệp PDF vào đây. Trang này cho biết ai đã ký, nội dung có bị sửa sau khi ký không, và bạn nên làm gì tiếp theo.",
        "Choose or drop a PDF. This page tells who signed it, whether it was changed since, and what to do next."
    );
    let legal = message!(
        "Chữ ký Ed25519 xác nhận nguồn gốc và tính toàn vẹn với khóa được tin cậy ở đây. Đây không phải chữ ký số chuyên dùng công vụ (TT 15/2025/TT-BKHCN).",
        "A signature with Ed25519 proves origin and integrity under a key that is trusted here. It is not an official state signature (Circular 15/2025/TT-BKHCN)."
    );
    markup! {
        h1 { (say(lang, &title())) }
        (paragraph(lang, &lead))
        (form(service, lang, &message!("Tệp cần kiểm tra", "File to check")))
        (meaning(lang))
        (other_programs(lang))
        (paragraph(lang, &legal))
    }
}

/// The form. With JavaScript it sends a file as soon as it is chosen; the words for that stand in it.
pub(super) fn form(service: &Service, lang: Lang, heading: &Message) -> Markup {
    let mebibytes = service.max_upload() >> 20;
    let hint = message!(
        "PDF, đến {mebibytes} MiB. Tệp không được lưu lại trên máy chủ.",
        "PDF, up to {mebibytes} MiB. The server does not keep it."
    );
    markup! {
        section.check aria-labelledby="choose" {
            h2 #choose { (say(lang, heading)) }
            form #check method="post" enctype="multipart/form-data" action=(format!("/?lang={}", lang.code()))
                data-limit=(service.max_upload())
                data-sending=(say(lang, &message!("Đang gửi và kiểm tra tệp…", "Sending and checking the file…")))
                data-done=(say(lang, &message!("Đã kiểm tra xong.", "The check is done.")))
                data-cancelled=(say(lang, &message!("Đã hủy. Tệp không được kiểm tra.", "Cancelled. The file was not checked.")))
                data-failed=(say(lang, &message!("Không gửi được tệp. Hãy kiểm tra đường truyền rồi thử lại.", "The file could not be sent. Check the connection and try again.")))
                data-large=(say(lang, &message!("Tệp lớn hơn {mebibytes} MiB, không gửi được.", "The file is larger than {mebibytes} MiB and can't be sent."))) {
                div.drop {
                    label for="file" { (say(lang, &message!("Chọn tệp PDF, hoặc thả vào khung này", "Choose a PDF, or drop it in this frame"))) }
                    input #file type="file" name="file" accept="application/pdf,.pdf" required aria-describedby="hint";
                    p #hint { (say(lang, &hint)) }
                    p.actions {
                        button type="submit" { (say(lang, &message!("Kiểm tra", "Check"))) }
                        button.second #cancel type="button" hidden { (say(lang, &message!("Hủy", "Cancel"))) }
                    }
                }
            }
        }
    }
}

fn meaning(lang: Lang) -> Markup {
    let verdicts = [
        (
            '✔',
            message!("Hợp lệ", "Valid"),
            message!(
                "nội dung đúng như khi ký, khóa ký được tin cậy ở đây",
                "the content is what was signed, with a key that is trusted here"
            ),
        ),
        (
            '?',
            message!("Chưa đủ thông tin xác thực", "Not enough to decide"),
            message!(
                "chữ ký khớp, nhưng ở đây không biết khóa là của ai: chưa kết luận thật hay giả",
                "the signature fits, but whose key it is is not known here: neither genuine nor forged"
            ),
        ),
        (
            '!',
            message!("Chưa đủ chữ ký", "Signatures are missing"),
            message!(
                "còn thiếu người có thẩm quyền hoặc cơ quan",
                "the authorised person or the agency has not signed"
            ),
        ),
        (
            '–',
            message!("Không có chữ ký số", "Not signed"),
            message!("không có gì để kiểm tra", "there is nothing to check"),
        ),
        (
            '✖',
            message!("Không hợp lệ", "Not valid"),
            message!(
                "tệp bị sửa sau khi ký, hoặc chữ ký bị giả mạo",
                "changed after it was signed, or forged"
            ),
        ),
    ];
    markup! {
        section {
            h2 { (say(lang, &message!("Kết quả có thể là", "What the answer can be"))) }
            ul.legend {
                @for (sign, word, means) in &verdicts {
                    li { span.sign aria-hidden="true" { (sign) } strong { (say(lang, word)) } ": " (say(lang, means)) "." }
                }
            }
        }
    }
}

/// What other programs say of signatures with Ed25519, and why.
pub(super) fn other_programs(lang: Lang) -> Markup {
    let programs = [
        (
            message!("Firefox (từ bản 153)", "Firefox (153 and newer)"),
            message!(
                "dấu × đỏ, «không thể xác minh (không được hỗ trợ)», với mọi chữ ký PAdES: Firefox chưa hỗ trợ dạng này, điều đó không có nghĩa là giả",
                "a red ×, “can’t be verified (not supported)”, for every PAdES signature: Firefox does not support the form, which does not mean forged"
            ),
        ),
        (
            message!("Acrobat, Foxit", "Acrobat, Foxit"),
            message!("chưa biết thuật toán Ed25519", "don’t know the algorithm Ed25519"),
        ),
        (
            message!("Poppler (pdfsig), MuPDF", "Poppler (pdfsig), MuPDF"),
            message!(
                "báo chữ ký hỏng hoặc sai mã băm, vì chưa biết Ed25519",
                "call it corrupted or its digest wrong, because they don’t know Ed25519"
            ),
        ),
        (
            message!(
                "pyHanko, PDFBox với BouncyCastle, iText 8",
                "pyHanko, PDFBox with BouncyCastle, iText 8"
            ),
            message!("đọc được và báo hợp lệ", "read it, and call it valid"),
        ),
    ];
    markup! {
        details.others {
            summary { h2 { (say(lang, &message!("Vì sao phần mềm khác báo khác", "Why other programs say otherwise"))) } }
            ul {
                @for (program, says) in &programs {
                    li { strong { (say(lang, program)) } ": " (say(lang, says)) "." }
                }
            }
        }
    }
}
