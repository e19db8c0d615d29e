//! What changed after the first signature, and how the pages look.

use maud::{Markup, html as markup};

use super::view::ReportView;
use crate::message;
use crate::presentation::Pictures;
use crate::verify::{Region, Verdict};

pub(super) fn changes(sheet: &ReportView<'_>) -> Markup {
    let report = sheet.report;
    let added = report.signatures.first().map(|first| first.changes_after.as_slice()).unwrap_or_default();
    let differing = report.pages_differ.as_deref().unwrap_or_default();
    // What was compared in an invalid file is not what was signed: nothing is said of how it looks.
    let is_invalid = report.verdict == Verdict::Invalid;
    let same = !is_invalid && report.pages_differ.as_ref().is_some_and(Vec::is_empty);
    let remade = !is_invalid && report.canonical == Some(true);
    markup! {
        @if !report.signatures.is_empty() {
            section {
                h2 { (sheet.say(&message!("Thay đổi sau khi ký", "Changes after the first signature"))) }
                @if added.is_empty() && differing.is_empty() && report.findings.is_empty() && !is_invalid {
                    p { (sheet.say(&message!("Không có thay đổi nào.", "No changes found."))) }
                }
                ul {
                    @for change in added { li { (sheet.say(&change.capitalised())) } }
                    @for region in differing { li { "✖ " (place(sheet, region)) } }
                    @for finding in &report.findings {
                        li { "✖ " (sheet.say(&finding.message.capitalised())) " (byte " (finding.at) ")" }
                    }
                    @if same {
                        li {
                            "✔ "
                            (sheet.say(&message!(
                                "Hình các trang không khác nội dung đã ký, trừ các ô được điền thêm",
                                "The pages look as they were signed, apart from the fields that were filled in"
                            )))
                        }
                    }
                    @if remade {
                        li {
                            "✔ "
                            (sheet.say(&message!(
                                "những gì thêm sau chữ ký đầu đúng từng byte như vanthu ghi: không chương trình nào đọc khác được",
                                "what followed the first signature is, byte for byte, what vanthu writes: no program can read it otherwise"
                            )))
                        }
                    }
                    @if let Some(reason) = &report.unseen {
                        li {
                            "– "
                            (sheet.say(&message!("Chưa so sánh được hình các trang", "The pages could not be compared")))
                            ": " (sheet.say(reason))
                        }
                    }
                }
                @for pictures in sheet.pictures { (page(sheet, pictures)) }
            }
        }
    }
}

fn place(sheet: &ReportView<'_>, region: &Region) -> String {
    let Region { page, rect: [left, bottom, right, top] } = region;
    sheet.say(&message!(
        "Trang {page} khác nội dung đã ký, ở vùng {left:.0}–{right:.0} × {bottom:.0}–{top:.0} pt",
        "Page {page} looks different from what was signed, at {left:.0}–{right:.0} × {bottom:.0}–{top:.0} pt"
    ))
}

fn page(sheet: &ReportView<'_>, pictures: &Pictures) -> Markup {
    let Pictures { page, before, after } = pictures;
    let title = sheet.say(&message!("Trang {page}", "Page {page}"));
    let shown =
        [(before, message!("khi ký", "as it was signed")), (after, message!("hiện nay", "as it is now"))];
    markup! {
        @if before.is_some() || after.is_some() {
            h3 { (title) }
            div.pages {
                @for (picture, caption) in &shown {
                    @if let Some(picture) = picture {
                        figure {
                            img src=(format!("data:image/png;base64,{picture}"))
                                alt=(format!("{title}, {}", sheet.say(caption)));
                            figcaption { (sheet.say(caption)) }
                        }
                    }
                }
            }
        }
    }
}
