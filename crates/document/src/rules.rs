//! What the decree and the page ask of a document whose JSON is sound.

mod content;
mod context;
mod foot;
mod head;
mod sequence;
mod signature;

use time::Date;

use super::model::Document;
use super::profile::MM;
use crate::diagnostic::Diagnostic;
use crate::fonts::Measure;
use context::{LineRoom, Rules};

pub(super) use context::state_secret;

/// Appends what is wrong with `document`, or deserves a look, to `findings`.
pub(super) fn check(
    document: &Document,
    measure: &Measure<'_>,
    today: Option<Date>,
    findings: &mut Vec<Diagnostic>,
) {
    let profile = document.profile;
    let room = LineRoom {
        line: profile.page.line(false) * MM,
        landscape: profile.page.line(true) * MM,
        indent: document.style.indent * MM,
    };
    let sizes = profile.sizes(document.style.size);
    let mut rules = Rules { measure, findings, profile, sizes, room };
    rules.lists(document);
    rules.choices(document);
    rules.header(document);
    if let (Some(date), Some(today)) = (document.header.date, today) {
        rules.day(date, today);
    }
    rules.title(document);
    rules.content(document);
    rules.appendices(document);
    rules.foot(document);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::Faces;
    use crate::model::{Run, Text};
    use crate::profile::Profile;
    use crate::{Letterhead, parse, skeleton};

    /// What is found in a starting document with `change` made in it, by the rules of `profile`.
    fn found(profile: &'static Profile, change: impl FnOnce(&mut Document)) -> Vec<Diagnostic> {
        let kind = Profile::default_profile().kind("bao-cao").unwrap();
        let faces = Faces::embedded();
        let mut document = parse(skeleton(kind, &Letterhead::default()).as_bytes(), &faces).unwrap().document;
        document.profile = profile;
        change(&mut document);
        let mut findings = Vec::new();
        check(&document, &faces.measure(), None, &mut findings);
        findings
    }

    fn of<'a>(findings: &'a [Diagnostic], code: &str) -> &'a Diagnostic {
        findings.iter().find(|finding| finding.code == code).unwrap()
    }

    #[test]
    fn findings_cite_the_decree_of_the_profile() {
        let successor = Profile::successor(&[
            ("decree = \"NĐ 30/2020\"", "decree = \"NĐ 99/2031\""),
            ("agency = \"Phụ lục I, II.2\"", "agency = \"Điều 7\""),
            ("law = \"Luật Bảo vệ bí mật nhà nước\"", "law = \"Luật khác\""),
        ]);
        let change = |document: &mut Document| {
            document.header.agency = Vec::new();
            document.subject = Text(vec![Run::new("TỐI MẬT", false, false)]);
        };
        let findings = found(successor, change);
        assert_eq!(of(&findings, "E-AGENCY-EMPTY").article.as_deref(), Some("NĐ 99/2031, Điều 7"));
        let secret = of(&findings, "E-SECRET").article.as_deref();
        assert_eq!(secret, Some("Luật khác; NĐ 99/2031, Phụ lục I, III.2.a"));
        let usual = found(Profile::default_profile(), change);
        assert_eq!(of(&usual, "E-AGENCY-EMPTY").article.as_deref(), Some("NĐ 30/2020, Phụ lục I, II.2"));
        for finding in findings {
            assert!(!finding.article.unwrap_or_default().contains("30/2020"));
        }
    }

    #[test]
    fn choices_and_words_are_those_of_the_profile() {
        let successor = Profile::successor(&[
            ("indents = [10.0, 12.7]", "indents = [8.5, 11.0, 12.7]"),
            ("prefixes = [\"TM.\"", "prefixes = [\"THAY MẶT\""),
            ("archive = \"Lưu:\"", "archive = \"Giữ:\""),
            ("terminator = \"./.\"", "terminator = \"//\""),
        ]);
        let findings = found(successor, |document| {
            document.style.indent = 10.0;
            document.recipients.archive = "Giữ: VT".to_owned();
        });
        let indent = &of(&findings, "E-BODY-INDENT").message;
        assert_eq!(indent.vi, "dòng đầu thụt vào 8,5, 11 hoặc 12,7 mm");
        assert_eq!(indent.en, "first lines are indented by 8.5, 11 or 12.7 mm");
        let authority = &of(&findings, "E-AUTHORITY").message;
        assert!(authority.en.contains("THAY MẶT, KT., TL., TUQ. or Q."), "{}", authority.en);
        assert_eq!(of(&findings, "E-RECIPIENTS-ARCHIVE").fix.as_deref(), Some("VT"));
        assert!(of(&findings, "W-TERMINATOR").message.en.contains("\"//\""));
    }

    #[test]
    fn words_have_the_room_that_the_profile_leaves_them() {
        let narrow =
            Profile::successor(&[("recipients = 7.0", "recipients = 40.0"), ("cell = 1.9", "cell = 60.0")]);
        let change = |document: &mut Document| document.recipients.items = vec!["m".repeat(12)];
        let wide = |findings: &[Diagnostic], code: &str| findings.iter().any(|finding| finding.code == code);
        let (usual, narrow) = (found(Profile::default_profile(), change), found(narrow, change));
        for code in ["E-TEXT-WORD", "E-TABLE-WIDE"] {
            assert!(!wide(&usual, code) && wide(&narrow, code), "{code}");
        }
    }
}
