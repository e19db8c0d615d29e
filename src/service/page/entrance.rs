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
        "Chọn hoặc thả tệp PDF vào đây. Kết quả cho biết ai đã ký số, nội dung có bị sửa sau khi ký không và việc cần làm tiếp theo.",
        "Choose or drop a PDF. The result shows who signed it, whether it was changed since, and what to do next."
    );
    let legal = message!(
        "Chữ ký Ed25519 xác nhận nguồn gốc và tính toàn vẹn theo chứng thư được tin cậy tại đây. Đây không phải chữ ký số chuyên dùng công vụ (TT 15/2025/TT-BKHCN).",
        "A signature with Ed25519 proves origin and integrity by a certificate trusted here. It is not a signature for official duties (Circular 15/2025/TT-BKHCN)."
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
    let megabytes = service.max_upload() >> 20;
    let hint = message!(
        "PDF, đến {megabytes} MB. Máy chủ không lưu tệp.",
        "PDF, up to {megabytes} MB. The server does not keep it."
    );
    markup! {
        section.check aria-labelledby="choose" {
            h2 #choose { (say(lang, heading)) }
            form #check method="post" enctype="multipart/form-data" action=(format!("/?lang={}", lang.code()))
                data-limit=(service.max_upload())
                data-sending=(say(lang, &message!("Đang gửi và kiểm tra tệp…", "Sending and checking the file…")))
                data-done=(say(lang, &message!("Đã kiểm tra xong.", "The check is done.")))
                data-cancelled=(say(lang, &message!("Đã hủy. Chưa kiểm tra tệp.", "Cancelled. The file was not checked.")))
                data-failed=(say(lang, &message!("Chưa gửi được tệp. Kiểm tra đường truyền rồi thử lại.", "The upload failed. Check the connection and try again.")))
                data-large=(say(lang, &message!("Tệp lớn hơn {megabytes} MB nên chưa gửi.", "The file is larger than {megabytes} MB and was not sent."))) {
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
                "nội dung đúng như khi ký, chứng thư của người ký được tin cậy tại đây",
                "the content is what was signed, by a certificate trusted here"
            ),
        ),
        (
            '?',
            message!("Chưa xác nhận được", "Not confirmed"),
            message!(
                "còn thiếu thông tin để kết luận, ví dụ nội dung khớp với chữ ký nhưng chưa xác nhận được người ký",
                "something is still missing, for example the content matches but the signer could not be confirmed"
            ),
        ),
        (
            '!',
            message!("Chưa đủ chữ ký", "A required signature is missing"),
            message!(
                "còn thiếu chữ ký số của người có thẩm quyền hoặc của cơ quan",
                "the authorised person or the agency has not signed"
            ),
        ),
        (
            '–',
            message!("Tệp chưa được ký số", "Not signed"),
            message!(
                "có thể là bản thảo, bản số hóa hoặc bản chuyển đổi",
                "it may be a draft, a scan or a converted copy"
            ),
        ),
        (
            '✖',
            message!("Không hợp lệ", "Not valid"),
            message!(
                "tệp bị sửa hoặc bị hỏng sau khi ký, hoặc chữ ký không khớp với tệp",
                "changed or damaged after signing, or the signature does not match the file"
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
                "dấu × đỏ, “không thể xác minh (không được hỗ trợ)”, với mọi chữ ký PAdES: Firefox chưa hỗ trợ dạng này, chưa kết luận gì về chữ ký",
                "a red ×, “can’t be verified (not supported)”, for every PAdES signature: Firefox does not support the form, which says nothing about the signature"
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
            summary { h2 { (say(lang, &message!("Vì sao phần mềm khác cho kết quả khác", "Why other programs say otherwise"))) } }
            ul {
                @for (program, says) in &programs {
                    li { strong { (say(lang, program)) } ": " (say(lang, says)) "." }
                }
            }
        }
    }
}
