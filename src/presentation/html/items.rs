//! The seven things that a verifying program must show (TT 15/2025/TT-BKHCN Điều 6).

use maud::{Markup, html as markup};

use super::people::title;
use super::view::ReportView;
use crate::message;
use crate::verify::SignatureReport;

pub(super) fn items(sheet: &ReportView<'_>) -> Markup {
    let signatures = &sheet.report.signatures;
    let heading = message!(
        "Bảy nội dung của TT 15/2025/TT-BKHCN, Điều 6",
        "The seven items of Circular 15/2025/TT-BKHCN, article 6"
    );
    markup! {
        @if !signatures.is_empty() {
            section {
                h2 { (sheet.say(&heading)) }
                @for (index, signature) in signatures.iter().enumerate() { (table(sheet, index + 1, signature)) }
            }
        }
    }
}

fn table(sheet: &ReportView<'_>, index: usize, signature: &SignatureReport) -> Markup {
    let (sign, words) = signature.standing(sheet.report.verdict);
    markup! {
        table {
            caption {
                (title(sheet, index, signature)) " – "
                span aria-hidden="true" { (sign) } " " (sheet.say(&words))
            }
            thead { tr {
                th scope="col" { (sheet.say(&message!("Nội dung", "Item"))) }
                th scope="col" { (sheet.say(&message!("Kết quả", "Result"))) }
                th scope="col" { (sheet.say(&message!("Đánh giá", "Outcome"))) }
            } }
            tbody {
                @for item in &signature.items {
                    tr {
                        th scope="row" { (item.number) ". " (sheet.say(&item.label)) }
                        td { (sheet.say(&item.value)) }
                        td { (sheet.mark(item.outcome)) }
                    }
                }
            }
        }
    }
}
