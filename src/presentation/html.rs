//! A report as one page that needs nothing else: no script, no font, no picture from elsewhere.
//!
//! maud builds it: what comes from a PDF or a certificate is text to it, never HTML.

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use sha2::{Digest, Sha256};

use super::{About, Pictures};
use crate::clock;
use crate::lang::{Lang, Message};
use crate::message;
use crate::trust_folder::grouped;
use crate::verify::{Kind, Outcome, Region, Report, SignatureReport, Verdict, notices, printable};

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:60rem;margin:0 auto;padding:1rem}\
h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:1.6rem 0 .4rem}h3{font-size:1rem;margin:1rem 0 .3rem}\
.verdict{border:3px solid;border-radius:.4rem;padding:.8rem 1rem}.sign{font-size:1.4em;margin-right:.4rem}\
.good{border-color:#0b6b2f;background:#eef8f1}.doubt{border-color:#7a5200;background:#fdf6e6}\
.bad{border-color:#9b1c1c;background:#fdeeee}.plain{border-color:#555;background:#f4f4f4}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;\
border-bottom:1px solid #ccc;overflow-wrap:anywhere}th{font-weight:600}thead th:last-child{min-width:5rem}tbody th{width:32%}\
code{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}ul{padding-left:1.2rem}\
figure{display:inline-block;width:48%;margin:0;vertical-align:top}img{max-width:100%;border:1px solid #888}\
@media(max-width:40rem){figure{width:100%}tbody th{width:45%}}\
@media print{body{max-width:none;padding:0}.verdict{break-inside:avoid}}";

/// Writes `report` as HTML in `lang`.
pub fn html(report: &Report, about: &About<'_>, pictures: &[Pictures], lang: Lang) -> String {
    let say = |words: Message| words.in_lang(lang).to_owned();
    let code = match lang {
        Lang::Vi => "vi",
        Lang::En => "en",
    };
    let title = say(message!("Kết quả kiểm tra chữ ký số", "Result of the verification"));
    let digest = grouped(&crate::hex::lower(&Sha256::digest(about.bytes)));
    let page = markup! {
        (DOCTYPE)
        html lang=(code) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; img-src data:; style-src 'unsafe-inline'";
                title { (title) " – " (printable(about.file)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (verdict(report, lang))
                    p {
                        (say(message!("Tệp", "File"))) ": " strong { (printable(about.file)) } br;
                        (say(message!("Thời điểm kiểm tra", "Time of checking"))) ": "
                        (clock::display(about.at)) br;
                        "SHA-256: " code { (digest) }
                    }
                    (facts(report, lang))
                    (changes(report, pictures, lang))
                    @for (index, signature) in report.signatures.iter().enumerate() {
                        (one(index + 1, signature, lang))
                    }
                    @if !report.findings.is_empty() {
                        h2 { (say(message!("Cấu trúc của tệp", "Structure of the file"))) }
                        ul {
                            @for finding in &report.findings {
                                li { "✖ " (finding.message.in_lang(lang)) " (byte " (finding.at) ")" }
                            }
                        }
                    }
                    @if !notices(report).is_empty() {
                        h2 { (say(message!("Lưu ý", "Notes"))) }
                        ul { @for notice in notices(report) { li { (notice.in_lang(lang)) } } }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn verdict(report: &Report, lang: Lang) -> Markup {
    let class = match report.verdict {
        Verdict::Valid | Verdict::ValidExtended => "good",
        Verdict::Incomplete | Verdict::Indeterminate => "doubt",
        Verdict::Invalid => "bad",
        Verdict::Unsigned | Verdict::Unreadable => "plain",
    };
    markup! {
        section.verdict.(class) {
            h1 {
                span.sign aria-hidden="true" { (report.verdict.sign()) }
                (report.verdict.words().in_lang(lang))
            }
            p { (printable(report.sentence.in_lang(lang))) }
            @if let Some(reason) = &report.reason { p { (printable(reason.in_lang(lang))) } }
        }
    }
}

fn facts(report: &Report, lang: Lang) -> Markup {
    let Some(facts) = &report.facts else {
        return markup! {};
    };
    let number = match (&facts.code_number, &facts.code_notation) {
        (Some(number), Some(notation)) => Some(format!("{number}/{notation}")),
        _ => None,
    };
    let rows = [
        (message!("Số, ký hiệu", "Number"), number),
        (message!("Ngày", "Date"), facts.issued_date.clone()),
        (message!("Loại", "Kind"), facts.type_name.clone()),
        (message!("Trích yếu", "Subject"), facts.subject.clone()),
        (message!("Cơ quan", "Agency"), facts.organ_name.clone()),
    ];
    let heading = if report.verdict == Verdict::Indeterminate {
        message!("Văn bản (tệp tự ghi, chưa xác thực)", "Document (by its own words, not confirmed)")
    } else {
        message!("Văn bản (theo dữ liệu được ký)", "Document (as the signed data says)")
    };
    let rows = rows.into_iter().filter_map(|(label, value)| Some((label, value?)));
    markup! {
        h2 { (heading.in_lang(lang)) }
        table { tbody {
            @for (label, value) in rows {
                tr { th scope="row" { (label.in_lang(lang)) } td { (printable(&value)) } }
            }
        } }
    }
}

fn changes(report: &Report, pictures: &[Pictures], lang: Lang) -> Markup {
    let added = report.signatures.first().map(|first| first.changes_after.as_slice()).unwrap_or_default();
    let differing = report.pages_differ.as_deref().unwrap_or_default();
    let same = report.pages_differ.as_ref().is_some_and(Vec::is_empty);
    let say = |words: Message| words.in_lang(lang).to_owned();
    markup! {
        @if !added.is_empty() || !differing.is_empty() {
            h2 { (say(message!("Thay đổi sau khi ký", "Changes after the first signature"))) }
            ul {
                @for change in added { li { (printable(change.in_lang(lang))) } }
                @for Region { page, rect: [left, bottom, right, top] } in differing {
                    li {
                        "✖ "
                        (say(message!(
                            "trang {page} trông khác bản đã ký, ở vùng {left:.0}–{right:.0} × {bottom:.0}–{top:.0} pt",
                            "page {page} looks different from what was signed, at {left:.0}–{right:.0} × {bottom:.0}–{top:.0} pt"
                        )))
                    }
                }
                @if same {
                    li {
                        "✔ "
                        (say(message!(
                            "hình các trang giống hệt bản đã ký, ngoài các trường được bổ sung",
                            "the pages look as they were signed, apart from the fields that were added"
                        )))
                    }
                }
            }
        }
        @for Pictures { page, before, after } in pictures {
            h3 { (say(message!("Trang {page}", "Page {page}"))) }
            @for (picture, caption) in [
                (before, message!("như đã ký", "as it was signed")),
                (after, message!("hiện nay", "now")),
            ] {
                @if let Some(picture) = picture {
                    figure {
                        img src=(format!("data:image/png;base64,{picture}"))
                            alt=(say(message!("Trang {page}", "Page {page}")) + ", " + caption.in_lang(lang));
                        figcaption { (caption.in_lang(lang)) }
                    }
                }
            }
        }
    }
}

fn one(index: usize, signature: &SignatureReport, lang: Lang) -> Markup {
    let say = |words: Message| words.in_lang(lang).to_owned();
    let field = signature.field.clone().unwrap_or_default();
    let heading = match signature.kind {
        Kind::Signature => message!("Chữ ký {index}", "Signature {index}"),
        Kind::DocumentTimeStamp => message!("Dấu thời gian {index}", "Document time-stamp {index}"),
    };
    let technical = [
        (message!("Trường", "Field"), Some(field)),
        (message!("Thuật toán", "Algorithm"), signature.algorithm.clone()),
        (message!("Mức chữ ký", "Level"), signature.level.map(|level| format!("PAdES {}", level.name()))),
        (
            message!("Lần lưu được ký", "Revision that is signed"),
            signature.revision.map(|number| number.to_string()),
        ),
        (
            message!("Các byte được ký", "Signed bytes"),
            signature.byte_range.map(|[a, b, c, d]| format!("[{a} {b} {c} {d}]")),
        ),
        (
            message!("Vân tay chứng thư (SHA-256)", "Certificate fingerprint (SHA-256)"),
            signature.signer.as_ref().map(|signer| grouped(&signer.fingerprint)),
        ),
    ];
    let rows = technical.into_iter().filter_map(|(label, value)| Some((label, value?)));
    markup! {
        section {
            h2 {
                span.sign aria-hidden="true" { (signature.verdict.sign()) }
                (say(heading)) ": " (signature.verdict.words().in_lang(lang))
            }
            table {
                caption { (say(message!("Bảy nội dung của TT 15/2025/TT-BKHCN, Điều 6", "The seven items of Circular 15/2025/TT-BKHCN, article 6"))) }
                thead { tr {
                    th scope="col" { (say(message!("Nội dung", "Item"))) }
                    th scope="col" { (say(message!("Kết quả", "Result"))) }
                    th scope="col" { (say(message!("Đánh giá", "Outcome"))) }
                } }
                tbody {
                    @for item in &signature.items {
                        tr {
                            th scope="row" { (item.number) ". " (item.label.in_lang(lang)) }
                            td { (printable(item.value.in_lang(lang))) }
                            td { (mark(item.outcome, lang)) }
                        }
                    }
                }
            }
            details {
                summary { (say(message!("Chi tiết kỹ thuật", "Technical details"))) }
                table { tbody {
                    @for (label, value) in rows {
                        tr { th scope="row" { (label.in_lang(lang)) } td { code { (printable(&value)) } } }
                    }
                    @for check in &signature.checks {
                        tr {
                            th scope="row" { code { (check.id) } }
                            td { (mark(check.outcome, lang)) " – " (printable(check.message.in_lang(lang))) }
                        }
                    }
                } }
            }
        }
    }
}

/// A sign with its word: colour and shape alone tell nothing to a screen reader.
fn mark(outcome: Outcome, lang: Lang) -> Markup {
    let (sign, words) = match outcome {
        Outcome::Pass => ("✔", message!("đạt", "holds")),
        Outcome::Fail => ("✖", message!("không đạt", "does not hold")),
        Outcome::Unknown => ("?", message!("chưa rõ", "not known")),
        Outcome::NotChecked => ("–", message!("không kiểm tra", "not checked")),
    };
    markup! { span aria-hidden="true" { (sign) } " " (words.in_lang(lang)) }
}
