//! What was found in a file, with reports to take away.
//!
//! Nothing is kept, so there is nothing to fetch later: the reports come inside of the page, as the
//! addresses of their links.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html as markup};
use sha2::{Digest, Sha256};

use super::entrance::{again, form, other_programs};
use super::language::{paragraph, say};
use crate::lang::{Lang, Message};
use crate::message;
use crate::presentation::{About, ReportView, body, etsi_xml, html, remarks, signed_length};
use crate::service::Service;
use crate::service::judge::Seen;

pub(super) fn title(seen: &Seen) -> Message {
    let (sign, name) = (seen.judged.report.cause.code.sign(), &seen.judged.file);
    let Message { vi, en } = &seen.judged.report.cause.headline;
    message!("{sign} {vi}: {name}", "{sign} {en}: {name}")
}

/// Draws what was found.
///
/// # Errors
/// A report could not be written.
pub(super) fn result(service: &Service, seen: &Seen, lang: Lang) -> io::Result<Markup> {
    let about = About { file: &seen.judged.file, bytes: &seen.bytes, at: seen.at };
    let report = &seen.judged.report;
    let sheet = ReportView { report, about: &about, pictures: &seen.pictures, lang };
    let json = serde_json::to_string_pretty(&seen.judged).map_err(io::Error::other)?;
    let reports = [
        (
            "html",
            "text/html",
            message!("Phiếu kết quả để đọc và in (HTML)", "Verification report to read and print (HTML)"),
            html(&sheet),
        ),
        (
            "json",
            "application/json",
            message!("Kết quả cho phần mềm (JSON)", "Verification report for programs (JSON)"),
            json,
        ),
        (
            "xml",
            "application/xml",
            message!(
                "Phiếu kết quả theo ETSI TS 119 102-2 (XML)",
                "Verification report of ETSI TS 119 102-2 (XML)"
            ),
            etsi_xml(report, &about)?,
        ),
    ];
    let stem = stem(&seen.judged.file);
    Ok(markup! {
        (body(&sheet))
        section.take {
            h2 { (say(lang, &message!("Lưu kết quả", "Save the result"))) }
            (paragraph(lang, &message!("Máy chủ không lưu kết quả. Nếu cần, tải phiếu kết quả trước khi đóng trang.", "The server keeps nothing. Download a verification report before you close this page.")))
            ul.downloads {
                @for (ending, media_type, words, content) in &reports {
                    li {
                        a download=(format!("{stem}.report.{ending}")) href=(data(media_type, content)) { (say(lang, words)) }
                    }
                }
            }
            p.actions { button.second type="button" data-print hidden { (say(lang, &message!("In trang này", "Print this page"))) } }
            (revisions(seen, &stem, lang))
        }
        (remarks(&sheet))
        @if !report.signatures.is_empty() { (other_programs(lang)) }
        (form(service, lang, &again()))
    })
}

/// What was signed, where more follows: the beginning of the file. Who has the file has it already; a
/// script cuts it off, and without one the file is sent once more.
fn revisions(seen: &Seen, stem: &str, lang: Lang) -> Markup {
    let length = seen.bytes.len() as u64;
    let signatures = seen.judged.report.signatures.iter().enumerate();
    let mut earlier: Vec<(usize, u64)> = signatures
        .filter_map(|(index, signature)| Some((index + 1, signed_length(signature)?)))
        .filter(|(_, signed)| *signed < length)
        .collect();
    earlier.dedup_by_key(|(_, signed)| *signed);
    if earlier.is_empty() {
        return markup! {};
    }
    let digest = crate::hex::lower(&Sha256::digest(&seen.bytes));
    markup! {
        h3 { (say(lang, &message!("Nội dung đã ký", "The signed version"))) }
        @for (index, signed) in earlier {
            @let words = message!(
                "Chữ ký {index} bảo đảm {signed} byte đầu của tệp; phần còn lại được thêm sau khi ký.",
                "Signature {index} covers the first {signed} bytes of the file; the rest was added after signing."
            );
            @let field = format!("again-{index}");
            div.revision data-length=(signed) data-name=(format!("{stem}.signed-{index}.pdf")) {
                (paragraph(lang, &words))
                form method="post" enctype="multipart/form-data" action=(format!("/signed-revision?lang={}", lang.code())) {
                    input type="hidden" name="length" value=(signed);
                    input type="hidden" name="sha256" value=(digest);
                    label for=(field) { (say(lang, &message!("Chọn lại tệp vừa kiểm tra", "Choose the same file again"))) }
                    input id=(field) type="file" name="file" accept="application/pdf,.pdf" required;
                    button.second type="submit" { (say(lang, &message!("Tải nội dung đã ký", "Download the signed version"))) }
                }
            }
        }
    }
}

/// The name of a file without its ending, as part of other names.
fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let plain = |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '_' };
    let stem: String = stem.chars().map(plain).collect();
    if stem.is_empty() { "document".to_owned() } else { stem }
}

fn data(media_type: &str, content: &str) -> String {
    format!("data:{media_type};charset=utf-8;base64,{}", STANDARD.encode(content))
}
