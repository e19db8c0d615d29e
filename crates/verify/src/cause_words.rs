//! What is said of each cause, in both languages: a headline, a sentence and what to do next. The command line, the
//! page, the JSON and the reports all say this.

use serde::Serialize;

use super::cause::Cause;
use crate::lang::Message;
use crate::message;

/// What a sentence about a cause names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Whoever signed, in the order of the signatures; of a doubt, whose signature it is about.
    pub signers: Message,
    /// What was found, in words without a full stop.
    pub what: Message,
    /// The first and the last day of the signer's certificate.
    pub validity: [Message; 2],
    /// The numbers of the pages, with commas between.
    pub pages: String,
}

/// A cause, said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CauseReport {
    /// Its stable name, such as `unknown_root`.
    pub code: Cause,
    /// What it is, in twelve words at the most, without a full stop.
    pub headline: Message,
    /// What was found, in one sentence.
    pub sentence: Message,
    /// What whoever reads it does next, in one sentence.
    pub to_do: Message,
    /// The sub-indication of ETSI EN 319 102-1, table 6; `null` where it has none.
    pub sub_indication: Option<&'static str>,
}

impl CauseReport {
    /// `cause`, said of what is `named`.
    pub fn new(cause: Cause, named: &Named) -> CauseReport {
        let [headline, sentence, to_do] = words(cause, named);
        CauseReport { code: cause, headline, sentence, to_do, sub_indication: cause.sub_indication() }
    }

    /// The headline and the sentence, as text that runs on.
    pub fn summary(&self) -> Message {
        let Message { vi, en } = &self.headline;
        let Message { vi: sentence_vi, en: sentence_en } = &self.sentence;
        message!("{vi}. {sentence_vi}", "{en}. {sentence_en}")
    }
}

impl Named {
    /// Nobody and nothing in particular.
    pub fn nothing() -> Named {
        let none = || message!("", "");
        Named {
            signers: message!("người ký", "the signer"),
            what: none(),
            validity: [none(), none()],
            pages: String::new(),
        }
    }
}

impl Cause {
    /// The headline alone: it names nobody.
    pub fn headline(self) -> Message {
        let [headline, ..] = words(self, &Named::nothing());
        headline
    }
}

/// Headline, sentence and what to do.
fn words(cause: Cause, named: &Named) -> [Message; 3] {
    let Named { signers: Message { vi, en }, what, validity, pages } = named;
    let Message { vi: what_vi, en: what_en } = what.capitalised();
    let Message { vi: reason_vi, en: reason_en } = what;
    let [Message { vi: from_vi, en: from_en }, Message { vi: until_vi, en: until_en }] = validity;
    match cause {
        Cause::Signed => [
            message!("Chữ ký số hợp lệ", "Signature valid"),
            message!(
                "{vi} đã ký số; nội dung không thay đổi từ khi ký.",
                "Signed by {en}; the content has not changed since."
            ),
            message!("Kiểm tra {vi} có thẩm quyền ký hay không.", "Check that {en} may sign this."),
        ],
        Cause::BothSigned => [
            message!("Chữ ký số hợp lệ, đủ hai chữ ký", "Valid, both signatures present"),
            message!(
                "{vi} đã ký số; nội dung không thay đổi từ khi ký.",
                "Signed by {en}; the content has not changed since."
            ),
            accept(),
        ],
        Cause::Preserved => [
            message!("Chữ ký số hợp lệ, có dữ liệu lưu trữ lâu dài", "Valid, preserved for the long term"),
            message!(
                "{vi} đã ký số; sau khi ký chỉ thêm dấu thời gian và dữ liệu kiểm tra.",
                "Signed by {en}; only time-stamps and validation data were added since."
            ),
            accept(),
        ],
        Cause::NumberFilledIn => [
            message!("Chữ ký số hợp lệ, đủ hai chữ ký", "Valid, both signatures present"),
            message!(
                "{vi} đã ký số; số và ngày do văn thư điền, được cơ quan ký xác nhận.",
                "Signed by {en}; number and date were filled in between and signed by the agency."
            ),
            accept(),
        ],
        Cause::Extended => [
            message!("Hợp lệ; tệp có bổ sung trong phạm vi cho phép", "Valid, with permitted additions"),
            message!(
                "{vi} đã ký số; nội dung đã ký không thay đổi, phần bổ sung được ghi ở dưới.",
                "Signed by {en}; the signed content is unchanged, the additions are listed below."
            ),
            message!("Đọc phần bổ sung trước khi sử dụng.", "Read the additions first."),
        ],
        Cause::NumberCancelled => [
            message!("Số văn bản đã bị hủy", "Number cancelled"),
            message!("{what_vi}.", "{what_en}."),
            message!("Không sử dụng.", "Do not use it."),
        ],
        Cause::Replaced => [
            message!("Văn bản đã được thay thế", "Replaced"),
            message!("{what_vi}.", "{what_en}."),
            message!("Sử dụng văn bản thay thế.", "Use the new document."),
        ],
        Cause::Recalled => [
            message!("Văn bản đã bị thu hồi", "Recalled"),
            message!("{what_vi}.", "{what_en}."),
            message!(
                "Không sử dụng; hủy bỏ trên Hệ thống và thông báo cho bên gửi (NĐ 30/2020, Điều 18 khoản 4).",
                "Do not use it; delete it and tell the sender (Decree 30/2020, article 18.4)."
            ),
        ],
        Cause::NotNumbered => [
            message!("Văn bản chưa được cấp số", "Not numbered yet"),
            message!(
                "{vi} đã ký số; văn bản chờ cấp số và chữ ký số của cơ quan.",
                "Signed by {en}; the number and the agency's signature are still to come."
            ),
            message!(
                "Văn thư cấp số, sau đó cơ quan ký số.",
                "The clerk assigns the number, then the agency signs."
            ),
        ],
        Cause::AgencyMissing => [
            message!("Chưa đủ chữ ký: thiếu chữ ký số của cơ quan", "The agency has not signed"),
            message!(
                "{vi} đã ký số; NĐ 30/2020 (Điều 5) cần thêm chữ ký số của cơ quan.",
                "Signed by {en}; Decree 30/2020 (article 5) also asks for the agency's signature."
            ),
            message!("Đề nghị cơ quan gửi bản đã ký đủ.", "Ask for the fully signed file."),
        ],
        Cause::SignerMissing => [
            message!("Chưa đủ chữ ký: thiếu người có thẩm quyền", "The authorised person has not signed"),
            message!(
                "{vi} đã ký số; chưa có chữ ký số của người có thẩm quyền (NĐ 30/2020, Điều 5).",
                "Signed by {en}; the authorised person has not signed (Decree 30/2020, article 5)."
            ),
            message!("Trả lại cơ quan gửi.", "Return it to the sender."),
        ],
        Cause::Unsigned => [
            message!("Tệp chưa được ký số", "Not signed"),
            message!(
                "Có thể là bản thảo, bản số hóa hoặc bản chuyển đổi.",
                "It may be a draft, a scan or a converted copy."
            ),
            message!("Đề nghị cơ quan gửi tệp đã ký số.", "Ask for the signed file."),
        ],
        Cause::RevocationUnknown => [
            message!("Chưa kiểm tra được chứng thư có bị thu hồi", "Revocation not checked"),
            message!(
                "Nội dung khớp với chữ ký, nhưng chưa có danh sách thu hồi (CRL) hoặc kết quả OCSP của chứng thư {vi}.",
                "The content matches, but there is no CRL or OCSP response for the certificate of {en}."
            ),
            message!("Kiểm tra lại khi có mạng.", "Try again online."),
        ],
        Cause::TimeDoubtful => [
            message!(
                "Chưa xác nhận được: thời điểm ký không phù hợp",
                "Not confirmed: the signing time does not fit"
            ),
            message!("{what_vi}.", "{what_en}."),
            check_clock(),
        ],
        Cause::NotYetValid => [
            message!(
                "Chưa xác nhận được: chứng thư chưa có hiệu lực",
                "Not confirmed: certificate not yet valid"
            ),
            message!(
                "Chứng thư của {vi} chỉ có hiệu lực từ {from_vi}, sau thời điểm ký số hoặc thời điểm kiểm tra.",
                "The certificate of {en} is valid from {from_en} only, after the time of signing or of checking."
            ),
            check_clock(),
        ],
        Cause::Expired => [
            message!("Chưa xác nhận được: chứng thư đã hết hạn", "Not confirmed: certificate expired"),
            message!(
                "Chứng thư của {vi} hết hạn ngày {until_vi}; không có dấu thời gian chứng minh đã ký trước ngày đó.",
                "The certificate of {en} expired on {until_en}; no time-stamp proves an earlier signature."
            ),
            confirm(),
        ],
        Cause::TimeStampUntrusted => [
            message!("Chưa xác nhận được dấu thời gian", "Time-stamp not confirmed"),
            message!("{what_vi}.", "{what_en}."),
            message!(
                "Quản trị: thêm chứng thư gốc của máy chủ cấp dấu thời gian.",
                "Administrator: add the root of the time-stamping server."
            ),
        ],
        Cause::UnknownRoot => [
            message!("Chưa xác nhận được người ký", "Signer not confirmed"),
            message!(
                "Nội dung khớp với chữ ký, nhưng chưa có chứng thư gốc tin cậy nào xác nhận chứng thư của {vi}.",
                "The content matches, but no trusted root confirms the certificate of {en}."
            ),
            compare(),
        ],
        Cause::PathBroken => [
            message!(
                "Chưa xác nhận được: đường dẫn tin cậy không đúng",
                "Not confirmed: certificate path not valid"
            ),
            message!("{what_vi}.", "{what_en}."),
            compare(),
        ],
        Cause::WrongPurpose => [
            message!(
                "Chưa xác nhận được: chứng thư dùng sai mục đích",
                "Not confirmed: wrong kind of certificate"
            ),
            message!(
                "Chứng thư của {vi} không được cấp để ký văn bản.",
                "The certificate of {en} was not issued for signing documents."
            ),
            confirm(),
        ],
        Cause::WrongRole => [
            message!("Chưa xác nhận được: ký sai vai trò", "Not confirmed: signed in another role"),
            message!("{what_vi}: {vi}.", "{what_en}: {en}."),
            confirm(),
        ],
        Cause::NotPinned => [
            message!(
                "Chưa xác nhận được: cơ quan chưa cho phép người này ký",
                "Not confirmed: not one who signs for the office"
            ),
            message!("{what_vi}: {vi}.", "{what_en}: {en}."),
            confirm(),
        ],
        Cause::OfficeNotEstablished => [
            message!(
                "Chưa xác nhận được: không rõ khóa của cơ quan nào",
                "Not confirmed: unclear which office's key"
            ),
            message!("{what_vi}.", "{what_en}."),
            compare(),
        ],
        Cause::OtherOffice => [
            message!("Chưa xác nhận được: khóa của cơ quan khác", "Not confirmed: key of another office"),
            message!("{what_vi}.", "{what_en}."),
            message!(
                "Không sử dụng; hỏi cơ quan ghi trên văn bản theo số điện thoại đã biết từ trước.",
                "Do not use it; ask the office that the document names, on a number that you already know."
            ),
        ],
        Cause::Weak => [
            message!("Chưa xác nhận được: thuật toán không còn an toàn", "Not confirmed: outdated algorithm"),
            message!("{what_vi}.", "{what_en}."),
            confirm(),
        ],
        Cause::Unsupported => [
            message!(
                "Chưa kiểm tra được: loại chữ ký không được hỗ trợ",
                "Can't check: unsupported signature type"
            ),
            message!("{what_vi}.", "{what_en}."),
            other_program(),
        ],
        Cause::UnsupportedFile => [
            message!("Chưa kiểm tra được: tệp dùng tính năng chưa hỗ trợ", "Can't check: unsupported file"),
            message!("{what_vi}.", "{what_en}."),
            other_program(),
        ],
        Cause::NotCompared => [
            message!("Chưa kết luận được: chưa so sánh được các trang", "Not confirmed: pages not compared"),
            message!(
                "Sau khi ký tệp có thêm dữ liệu, mà hình các trang chưa so sánh được với nội dung đã ký.",
                "Something was added after signing, and the pages could not be compared with the signed version."
            ),
            see_signed(),
        ],
        Cause::ChangeDoubtful => [
            message!("Cần xem lại: tệp có thay đổi sau khi ký", "Changed after signing: please review"),
            message!("{what_vi}.", "{what_en}."),
            see_signed(),
        ],
        Cause::DataDiffer => [
            message!("Trang in khác dữ liệu kèm theo", "Pages differ from the attached data"),
            message!(
                "Trình bày lại dữ liệu kèm theo không cho ra tệp này.",
                "Laying the attached data out again gives another file."
            ),
            message!("Hỏi cơ quan trước khi sử dụng.", "Ask the office before use."),
        ],
        Cause::ReadUncertain => [
            message!("Chưa kết luận được: tệp không đọc được chắc chắn", "Not read with certainty"),
            message!(
                "Phần mềm khác có thể đọc tệp này theo cách khác: {reason_vi}.",
                "Other programs may read this file in another way: {reason_en}."
            ),
            ask_again(),
        ],
        Cause::Revoked => [
            message!("Chưa xác nhận được: chứng thư đã bị thu hồi", "Not confirmed: certificate revoked"),
            message!(
                "{what_vi}; không có dấu thời gian chứng minh đã ký trước đó.",
                "{what_en}; no time-stamp proves an earlier signature."
            ),
            confirm(),
        ],
        Cause::SignedAfterRevocation => [
            message!(
                "Chưa xác nhận được: ký sau khi chứng thư bị thu hồi",
                "Not confirmed: signed after revocation"
            ),
            message!(
                "{what_vi}; thời điểm ký số ghi trong chữ ký ở sau thời điểm đó.",
                "{what_en}; the signature itself names a later time."
            ),
            message!("Không sử dụng; báo cơ quan.", "Do not use it; tell the office."),
        ],
        Cause::Unreadable => [
            message!("Không đọc được tệp", "The file can't be read"),
            message!(
                "Tệp hỏng, có mật khẩu hoặc không phải PDF; chưa kết luận gì về chữ ký.",
                "It is damaged, password-protected or not a PDF; this says nothing about signatures."
            ),
            ask_again(),
        ],
        Cause::Damaged => [
            message!("Không hợp lệ: tệp có phần ngoài chữ ký", "Not valid: data outside the signatures"),
            message!(
                "Tệp có thể bị hỏng khi gửi hoặc bị chèn thêm.",
                "The file was damaged on the way, or something was inserted."
            ),
            ask_again(),
        ],
        Cause::Malformed => [
            message!(
                "Không hợp lệ: cấu trúc chữ ký không đúng chuẩn",
                "Not valid: the signature is malformed"
            ),
            message!("{what_vi}.", "{what_en}."),
            return_it(),
        ],
        Cause::ReceiptContradicts => [
            message!(
                "Không hợp lệ: số văn bản không khớp sổ đăng ký",
                "Not valid: number contradicts the register"
            ),
            message!("{what_vi}.", "{what_en}."),
            return_it(),
        ],
        Cause::RegisterDiscontinued => [
            message!(
                "Chưa xác nhận được: sổ đăng ký không tiếp nối",
                "Not confirmed: the office's register does not continue"
            ),
            message!("{what_vi}.", "{what_en}."),
            message!(
                "Đề nghị cơ quan kiểm tra sổ đăng ký trước khi sử dụng văn bản.",
                "Ask the office to check its register before you use the document."
            ),
        ],
        Cause::NotInRegister => [
            message!(
                "Không hợp lệ: không có trong sổ đăng ký của cơ quan",
                "Not valid: the office's register does not have this document"
            ),
            message!("{what_vi}.", "{what_en}."),
            message!("Không sử dụng; báo cơ quan.", "Do not use it; tell the office."),
        ],
        Cause::OtherInRegister => [
            message!(
                "Không hợp lệ: sổ đăng ký có nội dung khác",
                "Not valid: the office's register has other content"
            ),
            message!("{what_vi}.", "{what_en}."),
            message!("Không sử dụng; báo cơ quan.", "Do not use it; tell the office."),
        ],
        Cause::SignatureRemoved => [
            message!("Không hợp lệ: chữ ký đã bị gỡ", "Not valid: a signature was removed"),
            message!("Tệp từng có một chữ ký, nay không còn.", "A signature that the file had is gone."),
            return_it(),
        ],
        Cause::NotAsLaidOut => [
            message!(
                "Không hợp lệ: mã băm in trên trang không khớp",
                "Not valid: the printed digest does not match"
            ),
            message!(
                "Nội dung đã ký không phải nội dung của mã băm in trên trang.",
                "What was signed is not what the printed digest stands for."
            ),
            return_it(),
        ],
        Cause::Added => [
            message!(
                "Không hợp lệ: tệp bị thêm nội dung sau khi ký",
                "Not valid: content added after signing"
            ),
            message!(
                "Sau khi ký, tệp bị thay đổi ngoài phạm vi người ký cho phép.",
                "After signing, the file was changed beyond what the signer allows."
            ),
            return_it(),
        ],
        Cause::PagesDiffer => [
            message!(
                "Không hợp lệ: trang {pages} khác nội dung đã ký",
                "Not valid: page {pages} was changed"
            ),
            message!(
                "Hình trang {pages} khác với khi ký.",
                "Page {pages} looks different from what was signed."
            ),
            return_it(),
        ],
        Cause::Changed => [
            message!("Không hợp lệ: nội dung bị sửa sau khi ký", "Not valid: changed after signing"),
            message!("Phần đã ký không còn toàn vẹn.", "The signed part is no longer intact."),
            return_it(),
        ],
        Cause::ReceiptForged => [
            message!(
                "Không hợp lệ: xác nhận đăng ký bị giả mạo",
                "Not valid: the registration receipt is forged"
            ),
            message!("{what_vi}.", "{what_en}."),
            return_it(),
        ],
        Cause::ValueWrong => [
            message!(
                "Không hợp lệ: chữ ký không khớp với tệp",
                "Not valid: the signature does not match the file"
            ),
            message!(
                "Chữ ký không được tạo bằng khóa của chứng thư kèm theo: chữ ký bị hỏng hoặc giả mạo.",
                "It was not made with the key of the attached certificate: it is damaged or forged."
            ),
            return_it(),
        ],
    }
}

fn accept() -> Message {
    message!("Tiếp nhận và đăng ký văn bản đến.", "Accept and register the document.")
}

fn confirm() -> Message {
    message!(
        "Đề nghị cơ quan xác nhận bằng văn bản hoặc ký lại.",
        "Ask the office to confirm in writing or to sign again."
    )
}

fn compare() -> Message {
    message!(
        "Gọi cơ quan theo số đã biết từ trước, không theo số ghi trong tệp, để so vân tay chứng thư.",
        "Call the office on a number you already know, not one from the file, and compare fingerprints."
    )
}

fn check_clock() -> Message {
    message!("Kiểm tra đồng hồ máy; hỏi cơ quan.", "Check your clock; ask the office.")
}

fn other_program() -> Message {
    message!("Kiểm tra bằng phần mềm khác.", "Use another verifier.")
}

fn see_signed() -> Message {
    message!("So với nội dung đã ký trước khi sử dụng.", "Compare with the signed version before use.")
}

fn ask_again() -> Message {
    message!("Tải lại; nếu vẫn vậy, đề nghị gửi lại tệp.", "Download it again, or ask for it again.")
}

fn return_it() -> Message {
    message!(
        "Không sử dụng; trả lại cơ quan gửi (NĐ 30/2020, Điều 21 khoản 2).",
        "Do not use it; return it to the sender (Decree 30/2020, article 21.2)."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> Named {
        let day = || message!("30/11/2026", "30 November 2026");
        Named {
            signers: message!("Nguyễn Văn A", "Nguyễn Văn A"),
            what: message!("điều đã thấy", "what was found"),
            validity: [day(), day()],
            pages: "1, 2".to_owned(),
        }
    }

    fn all() -> impl Iterator<Item = CauseReport> {
        Cause::ALL.iter().map(|cause| CauseReport::new(*cause, &named()))
    }

    /// All of them as they are read, to be read by whoever changes one.
    #[test]
    fn what_is_said_of_each_cause() {
        let lines = all().map(|CauseReport { code, headline, sentence, to_do, sub_indication }| {
            let (verdict, etsi) = (code.verdict(), sub_indication.unwrap_or("-"));
            let said =
                [&headline, &sentence, &to_do].map(|words| format!("  {}\n  {}\n", words.vi, words.en));
            format!("{} {code:?} ({verdict:?}, {etsi})\n{}", code.sign(), said.concat())
        });
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn a_headline_is_short_and_everything_is_said_in_both_languages() {
        for report in all() {
            for text in [&report.headline.vi, &report.headline.en] {
                assert!(text.split_whitespace().count() <= 12, "{text}");
                assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
            }
            for text in [&report.sentence.vi, &report.sentence.en, &report.to_do.vi, &report.to_do.en] {
                let is_sentence = text.ends_with('.') && text.chars().next().is_some_and(char::is_uppercase);
                assert!(is_sentence && !text.contains("  "), "{:?}: {text}", report.code);
                assert!(!text.contains("vanthu ") && !text.contains("--"), "{:?}: {text}", report.code);
            }
            assert_ne!(report.headline.vi, report.headline.en);
        }
    }

    /// Nobody is accused but where a signature value or a receipt was proven wrong.
    #[test]
    fn forged_is_said_of_what_was_proven_only() {
        for report in all() {
            let said = [&report.headline, &report.sentence, &report.to_do];
            let accuses = said.iter().any(|words| words.vi.contains("giả") || words.en.contains("forged"));
            let is_proven = matches!(report.code, Cause::ValueWrong | Cause::ReceiptForged);
            assert_eq!(accuses, is_proven, "{report:?}");
        }
    }

    #[test]
    fn no_cause_is_said_like_another_one() {
        let mut headlines: Vec<String> = all().map(|report| report.summary().vi).collect();
        headlines.sort();
        headlines.dedup();
        assert_eq!(headlines.len(), Cause::ALL.len());
    }
}
