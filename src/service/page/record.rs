//! The page that a QR code on paper leads to: what the register says of a number, and what a paper copy
//! can and cannot prove.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use maud::{Markup, html as markup};
use serde::Deserialize;
use utoipa::IntoParams;

use super::entrance::form;
use super::language::{LangQuery, lang_of_query, paragraph, say};
use super::shell::Shell;
use crate::clock;
use crate::lang::{Lang, Message};
use crate::lookup::{Code, PublicEntry, PublicStanding, find};
use crate::message;
use crate::printable::printable;
use crate::qr::is_notation;
use crate::service::Service;
use crate::service::problem::Problem;
use crate::service::responses::{Limited, problems};

/// The shortest part of a digest that says anything, in hexadecimal digits.
const MIN_DIGEST: usize = 8;

/// What stands on the paper beside the number.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::service) struct RecordQuery {
    /// The SHA-256 digest of the document's content, as its code has it, or of one of its files; the first
    /// digits do.
    #[param(pattern = "^[0-9A-Fa-f]{8,64}$")]
    d: Option<String>,
}

problems! {
    RecordProblems { 400 "No such number can exist" }
}

/// What the register says of a number.
#[utoipa::path(
    get, path = "/v/{year}/{number}/{notation}", tag = "page",
    params(
        ("year" = u16, Path, description = "The year of issue", minimum = 1, maximum = 9999),
        ("number" = u32, Path, description = "The number", minimum = 1, maximum = 999_999_999),
        ("notation" = String, Path, description = "The notation, such as BC-UBND", pattern = "^[A-Za-z0-9À-ÖØ-öø-ɏẠ-ỹ&-]{1,60}$"),
        RecordQuery,
        LangQuery,
    ),
    responses(
        (status = 200, description = "What the register says", body = String, content_type = "text/html"),
        Limited, RecordProblems,
    )
)]
pub(in crate::service) async fn record(
    State(service): State<Service>,
    uri: Uri,
    path: Result<Path<(String, String, String)>, PathRejection>,
    query: Result<Query<RecordQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let (Ok(Path((year, number, notation))), Ok(Query(query))) = (path, query) else {
        return Err(wrong());
    };
    let lang = lang_of_query(uri.query());
    let code = read(&year, &number, &notation).ok_or_else(wrong)?;
    let digest = query.d.map(|digest| prefix(&digest).ok_or_else(wrong)).transpose()?;
    let said = match service.register() {
        None => Said::NoRegister,
        Some(register) => match find(register, &code, None).await {
            // Whoever reads a paper can do nothing else about one that is not to be believed.
            Err(_) => Said::Unreachable,
            Ok(entries) => Said::of(entries, digest.as_deref()),
        },
    };
    let year = code.year;
    let title = message!("Số {code} năm {year}", "Number {code} of {year}");
    let asked = digest.as_ref().map(|digest| format!("?d={digest}")).unwrap_or_default();
    let here = format!("/v/{year}/{}/{}{asked}", code.number, code.notation);
    let shell = Shell { service: &service, lang, title: title.clone(), here: &here };
    Ok(shell.page(&markup! {
        (said.draw(&title, lang))
        @if let (Said::Entry(_, Some(compared)), Some(digest)) = (&said, &digest) { (compared.draw(digest, lang)) }
        (paper(lang))
        (form(&service, lang, &message!("Có tệp PDF? Kiểm tra tệp", "Do you have the PDF? Check it")))
    }))
}

fn wrong() -> Problem {
    Problem::bad_request(
        "wrong-code",
        message!(
            "Địa chỉ phải có dạng /v/năm/số/ký-hiệu, ví dụ /v/2026/201/BC-UBND, có thể thêm ?d= và ít nhất {MIN_DIGEST} chữ số của mã băm.",
            "The address has the form /v/year/number/notation, such as /v/2026/201/BC-UBND, perhaps with ?d= and at least {MIN_DIGEST} digits of the digest."
        ),
    )
}

/// A code as an address has it; `None` where no document can have it.
fn read(year: &str, number: &str, notation: &str) -> Option<Code> {
    let digits =
        |text: &str| !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year) || !digits(number) || year.len() > 4 {
        return None;
    }
    let (year, number) = (year.parse().ok()?, number.parse().ok()?);
    (year > 0 && number > 0 && is_notation(notation)).then(|| Code {
        year,
        number,
        notation: notation.to_owned(),
    })
}

fn prefix(digest: &str) -> Option<String> {
    let fits =
        (MIN_DIGEST..=64).contains(&digest.len()) && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| digest.to_ascii_lowercase())
}

/// What came of asking.
enum Said {
    NoRegister,
    Unreachable,
    Missing,
    /// Several offices gave the number, and the digest does not tell which is meant.
    Several,
    /// What it has, and what came of the digest where one was asked about.
    Entry(PublicEntry, Option<Compared>),
}

impl Said {
    /// What `entries` say, one of an office each: the one that the digest on the paper belongs to, or the only one.
    fn of(entries: Vec<PublicEntry>, digest: Option<&str>) -> Said {
        let compare = |entry: &PublicEntry| digest.map(|digest| Compared::of(entry, digest));
        let belongs =
            |entry: &PublicEntry| matches!(compare(entry), Some(Compared::Content | Compared::File));
        let count = entries.len();
        let mut entries = entries.into_iter();
        let found = match count {
            0 => return Said::Missing,
            1 => entries.next(),
            _ => entries.find(belongs),
        };
        match found {
            Some(entry) => {
                let compared = compare(&entry);
                Said::Entry(entry, compared)
            }
            None => Said::Several,
        }
    }

    /// The date that it tells, ISO 8601: of the document, or of what became of it.
    fn date(&self) -> Option<&str> {
        let Said::Entry(entry, _) = self else { return None };
        Some(match &entry.standing {
            PublicStanding::Issued => &entry.date,
            PublicStanding::Recalled { date, .. }
            | PublicStanding::Replaced { date, .. }
            | PublicStanding::Cancelled { date, .. } => date,
        })
    }

    fn draw(&self, title: &Message, lang: Lang) -> Markup {
        let (class, sign, word, detail) = self.words();
        markup! {
            section.verdict.(class) aria-labelledby="result" {
                p.of { (printable(title.in_lang(lang))) }
                h1 #result tabindex="-1" {
                    span.sign aria-hidden="true" { (sign) } " "
                    span.words { (say(lang, &word)) }
                }
                p { (printable(detail.in_lang(lang))) }
            }
        }
    }

    fn words(&self) -> (&'static str, char, Message, Message) {
        let Message { vi, en } = self.date().map(clock::day).unwrap_or_else(|| message!("", ""));
        match self {
            Said::NoRegister => (
                "plain",
                '–',
                message!("Chưa nối với sổ đăng ký", "No register to consult"),
                message!(
                    "Máy chủ này chưa nối với sổ đăng ký văn bản đi, nên chưa tra cứu được số này. Đề nghị hỏi cơ quan phát hành.",
                    "This server has no register of outgoing documents, and can't tell whether the number was given. Ask the issuing office."
                ),
            ),
            Said::Unreachable => (
                "doubt",
                '?',
                message!("Chưa tra cứu được sổ đăng ký", "The register can’t be consulted now"),
                message!("Đề nghị thử lại sau ít phút.", "Try again in a few minutes."),
            ),
            Said::Missing => (
                "bad",
                '✖',
                message!("Số này không có trong sổ đăng ký", "Number not in the register"),
                message!(
                    "Cơ quan chưa cấp số, ký hiệu này trong năm đó. Đối chiếu lại số trên giấy; nếu số trên giấy đúng như trên, đề nghị thông báo cho cơ quan.",
                    "The office gave no such number in that year. Compare it with the paper again; if it is the same, tell the office."
                ),
            ),
            Said::Several => (
                "doubt",
                '?',
                message!("Nhiều cơ quan có số này", "Several offices have this number"),
                message!(
                    "Máy chủ này phục vụ nhiều cơ quan cùng có số, ký hiệu đó, và mã băm chưa cho biết là văn bản nào. Quét lại mã trên giấy, hoặc kiểm tra tệp PDF.",
                    "This server is that of several offices that gave this number, and the digest does not tell which document is meant. Scan the code again, or check the PDF."
                ),
            ),
            Said::Entry(PublicEntry { standing: PublicStanding::Issued, .. }, Some(Compared::Unknown)) => (
                "bad",
                '✖',
                message!("Mã trên giấy không khớp", "The code does not match"),
                message!(
                    "Cơ quan đã cấp số này cho văn bản ngày {vi}, nhưng có nội dung khác. Mã trên giấy có thể lấy từ văn bản khác. Không sử dụng bản giấy này; đề nghị thông báo cho cơ quan.",
                    "The office gave this number to a document of {en}, which has another content. The code may be taken from another document. Do not use this paper; tell the office."
                ),
            ),
            Said::Entry(PublicEntry { standing: PublicStanding::Issued, .. }, _) => (
                "good",
                '✔',
                message!("Có trong sổ đăng ký văn bản đi", "Recorded in the register"),
                message!(
                    "Cơ quan đã cấp số này cho văn bản ngày {vi}. Đối chiếu số, ký hiệu và ngày với bản giấy.",
                    "The office gave this number to a document of {en}. Compare number and date with the paper."
                ),
            ),
            Said::Entry(PublicEntry { standing: PublicStanding::Recalled { reason, .. }, .. }, _) => (
                "bad",
                '⛔',
                message!("Văn bản đã bị thu hồi", "Recalled"),
                message!(
                    "Cơ quan thu hồi văn bản ngày {vi}: {reason}",
                    "Recalled by the office on {en}: {reason}"
                ),
            ),
            Said::Entry(PublicEntry { standing: PublicStanding::Replaced { by, .. }, .. }, _) => (
                "bad",
                '⛔',
                message!("Văn bản đã được thay thế", "Replaced"),
                message!("Văn bản đã được thay thế bằng {by} ngày {vi}.", "Replaced by {by} on {en}."),
            ),
            Said::Entry(PublicEntry { standing: PublicStanding::Cancelled { .. }, .. }, _) => (
                "bad",
                '⛔',
                message!("Số văn bản đã bị hủy", "Number cancelled"),
                message!(
                    "Cơ quan hủy số này ngày {vi}: không có văn bản nào mang số này.",
                    "The office cancelled this number on {en}: no document has it."
                ),
            ),
        }
    }
}

/// What came of comparing the digest on the paper with those in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    /// It is the content's.
    Content,
    /// It is that of a file.
    File,
    /// It is none of them.
    Unknown,
    /// The register has none.
    Nothing,
}

impl Compared {
    fn of(entry: &PublicEntry, digest: &str) -> Compared {
        let is_asked = |known: &String| known.starts_with(digest);
        if entry.content.as_ref().is_some_and(is_asked) {
            Compared::Content
        } else if entry.digests.iter().any(is_asked) {
            Compared::File
        } else if entry.content.is_none() && entry.digests.is_empty() {
            Compared::Nothing
        } else {
            Compared::Unknown
        }
    }

    fn draw(self, digest: &str, lang: Lang) -> Markup {
        let words = match self {
            Compared::Content => message!(
                "✔ Mã băm trên giấy là của nội dung đã đăng ký dưới số này.",
                "✔ The digest on the paper is that of the content registered under this number."
            ),
            Compared::File => message!(
                "✔ Mã băm trên giấy là của một tệp đã đăng ký dưới số này.",
                "✔ The digest on the paper is that of a file registered under this number."
            ),
            Compared::Unknown => message!(
                "✖ Mã băm trên giấy KHÔNG có trong sổ đăng ký dưới số này, cả của nội dung lẫn của tệp.",
                "✖ The digest on the paper is NOT in the register under this number, for either the content or the file."
            ),
            Compared::Nothing => message!(
                "– Sổ đăng ký chỉ có số này, chưa có mã băm (văn bản giấy, hoặc chuyển từ sổ cũ): chưa so sánh được.",
                "– The register has this number without a digest (a paper document, or an older book): nothing to compare."
            ),
        };
        markup! {
            section {
                h2 { (say(lang, &message!("Mã băm", "Digest"))) }
                (paragraph(lang, &words))
                p { code { (crate::hex::grouped(digest)) } }
            }
        }
    }
}

/// What a paper copy can and cannot prove.
fn paper(lang: Lang) -> Markup {
    let proves = message!(
        "Trang này cho biết cơ quan có cấp số, ký hiệu đó hay không, ngày nào, và văn bản đã bị thu hồi, thay thế hay chưa.",
        "This page shows whether the office gave that number, on which date, and whether the document was recalled or replaced."
    );
    let does_not = message!(
        "Trang này không chứng minh bản giấy chưa bị sửa: mã QR có thể được chép sang bản khác, kể cả khi mã băm khớp.",
        "It does not prove that the paper in your hand is unaltered: a QR code can be copied onto another sheet, and its digest still matches."
    );
    let compare = message!(
        "Đối chiếu số, ký hiệu và ngày trên giấy với trang này; trích yếu, người ký và nội dung với tệp PDF đã ký số.",
        "Compare number, notation and date on the paper with this page; subject, signer and content with the signed PDF."
    );
    let file = message!(
        "Chỉ tệp PDF đã ký số mới chứng minh được từng chữ: đề nghị cơ quan gửi tệp đó và kiểm tra bên dưới.",
        "Only the signed PDF proves every word: ask for it, and check it below."
    );
    let address = message!(
        "Mã giả có thể dẫn tới trang giả: kiểm tra địa chỉ trên thanh trình duyệt có phải của cơ quan không.",
        "A false code can lead to a false page: check that the address in your browser is the office’s."
    );
    markup! {
        section {
            h2 { (say(lang, &message!("Bản giấy chứng minh được gì", "What a paper copy proves"))) }
            ul {
                @for words in [proves, does_not, compare, file, address] { li { (say(lang, &words)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_or_refused() {
        let code = read("2026", "0201", "BC-UBND").unwrap();
        assert_eq!((code.year, code.number, code.to_string().as_str()), (2026, 201, "201/BC-UBND"));
        assert!(read("2026", "1", "QĐ-TTg").is_some() && read("2026", "1", "QĐ-GD&ĐT").is_some());
        for (year, number, notation) in [
            ("20260", "1", "BC"),
            ("2026", "0", "BC"),
            ("2026", "-1", "BC"),
            ("2026", "1", ""),
            ("2026", "1", "<b>"),
        ] {
            assert!(read(year, number, notation).is_none(), "{year} {number} {notation}");
        }
        assert_eq!(prefix("ABCDEF01").unwrap(), "abcdef01");
        assert!(prefix("abcdef0").is_none() && prefix("abcdefg1").is_none());
    }
}
