//! How a text was typed: spaces, marks and tags that nobody wants on a page. All but the tags can be
//! mended without knowing what the text says.

use super::model::{Document, Text};
use super::profile::Profile;
use super::text::write;
use crate::diagnostic::{Diagnostic, MAX_FINDINGS};
use crate::lang::Message;
use crate::message;

/// Elements of HTML that drafts of other programs bring along.
const TAGS: [&str; 30] = [
    "a",
    "b",
    "blockquote",
    "br",
    "center",
    "code",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "td",
    "tr",
    "u",
    "ul",
];
/// Character references of HTML.
const REFERENCES: [&str; 14] = [
    "nbsp", "amp", "lt", "gt", "quot", "apos", "hellip", "ndash", "mdash", "ldquo", "rdquo", "lsquo",
    "rsquo", "times",
];

/// Remarks on how `text` at `pointer` was typed.
pub(super) fn text(profile: &Profile, pointer: &str, text: &Text, findings: &mut Vec<Diagnostic>) {
    string(profile, pointer, &write(text), findings);
}

/// Remarks on the names and lines of `document`, which have no emphasis.
pub(super) fn lines(document: &Document, findings: &mut Vec<Diagnostic>) {
    let profile = document.profile;
    let (header, signature) = (&document.header, &document.signature);
    let each = |key: &str, lines: &[String]| -> Vec<(String, String)> {
        lines.iter().enumerate().map(|(index, line)| (format!("{key}/{index}"), line.clone())).collect()
    };
    let mut all = each("/header/superior", &header.superior);
    all.extend(each("/header/agency", &header.agency));
    all.extend(each("/recipients/items", &document.recipients.items));
    all.extend(each("/signature/authority", &signature.authority));
    all.extend(each("/contact", &document.contact));
    for (key, line) in [
        ("/header/place", &header.place),
        ("/recipients/archive", &document.recipients.archive),
        ("/signature/position", &signature.position),
        ("/signature/name", &signature.name),
    ] {
        all.push((key.to_owned(), line.clone()));
    }
    if let Some(issuer) = &document.issuer {
        all.push(("/issuer".to_owned(), issuer.clone()));
    }
    for (pointer, line) in all {
        string(profile, &pointer, &line, findings);
    }
}

fn string(profile: &Profile, pointer: &str, written: &str, findings: &mut Vec<Diagnostic>) {
    let mut remark = |code: &'static str, message: Message, article: Option<&str>, fix: Option<String>| {
        if findings.len() < MAX_FINDINGS {
            let article = article.map(|article| profile.cite(article).into());
            findings.push(Diagnostic { article, fix, ..Diagnostic::warning(code, pointer, message) });
        }
    };
    let even = evened(written);
    if even != written {
        let message = message!("có nhiều dấu cách liền nhau", "several spaces in a row");
        remark("W-SPACE-DOUBLE", message, None, Some(unspaced(&even)));
    }
    let close = unspaced(&even);
    if close != even {
        let message = message!(
            "có dấu cách trước dấu câu (\" ,\", \" ;\", \" .\", \" ./.\")",
            "a space stands before a mark (\" ,\", \" ;\", \" .\", \" ./.\")"
        );
        remark("W-SPACE-MARK", message, None, Some(close));
    }
    if let Some(month) = padded_month(written) {
        let bare = month.trim_start_matches('0');
        let message = message!(
            "tháng {month}: chỉ thêm số 0 trước tháng 1 và 2; viết \"tháng {bare}\"",
            "tháng {month}: only months 1 and 2 have a zero; write \"tháng {bare}\""
        );
        remark("W-DATE-ZERO", message, Some(&profile.articles.place), Some(unpadded(written)));
    }
    if let Some(tag) = html(written) {
        let message = message!(
            "mã HTML \"{tag}\" sẽ in nguyên như vậy; xóa đi, hoặc viết **đậm**, *nghiêng*",
            "the HTML \"{tag}\" will be printed as it is; take it out, or write **bold**, *italic*"
        );
        remark("W-TEXT-HTML", message, None, None);
    }
}

/// `written` with one space for several.
fn evened(written: &str) -> String {
    let space = |c: char| c == ' ' || c == '\u{A0}';
    let mut even = String::with_capacity(written.len());
    let mut characters = written.chars().peekable();
    while let Some(c) = characters.next() {
        even.push(c);
        if space(c) {
            while characters.next_if(|next| space(*next)).is_some() {}
        }
    }
    even
}

/// `written` without the spaces before marks that end a part of a sentence.
fn unspaced(written: &str) -> String {
    let letters: Vec<char> = written.chars().collect();
    let at = |index: usize| letters.get(index).copied();
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || "\"”)*]".contains(c));
    let mut close = String::with_capacity(written.len());
    for (index, c) in letters.iter().enumerate() {
        let next = at(index + 1);
        let before = index.checked_sub(1).and_then(at);
        let after_word = before.is_some_and(|c| c.is_alphanumeric() || "\"”)%".contains(c));
        let mark = match next {
            Some(',' | ';') => ends(at(index + 2)),
            // An ellipsis may stand apart; so may a colon between figures.
            Some('.') => ends(at(index + 2)) || letters.get(index + 1..index + 4) == Some(&['.', '/', '.']),
            Some(':') => ends(at(index + 2)) && before.is_some_and(char::is_alphabetic),
            _ => false,
        };
        if !(*c == ' ' && after_word && mark) {
            close.push(*c);
        }
    }
    close
}

/// Where the words `tháng 0N` stand, N from 3 on: the byte of the zero.
fn padded_months(written: &str) -> Vec<usize> {
    let word = "tháng 0";
    let zero = |at: usize| {
        let rest = written.get(at + word.len()..)?;
        let mut rest = rest.chars();
        let digit = rest.next().filter(|digit| ('3'..='9').contains(digit));
        let whole = rest.next().is_none_or(|c| !c.is_ascii_digit() && c != '/');
        digit.filter(|_| whole).map(|_| at + word.len() - 1)
    };
    written.match_indices(word).filter_map(|(at, _)| zero(at)).collect()
}

fn padded_month(written: &str) -> Option<&str> {
    let at = padded_months(written).into_iter().next()?;
    written.get(at..at + 2)
}

fn unpadded(written: &str) -> String {
    let mut bare = written.to_owned();
    for at in padded_months(written).into_iter().rev() {
        bare.remove(at);
    }
    bare
}

/// The first tag or character reference of HTML.
fn html(written: &str) -> Option<&str> {
    let tag = written.match_indices('<').find_map(|(at, _)| {
        let inside = written.get(at + 1..)?.split_once('>')?.0;
        let name = inside.trim_start_matches('/');
        let name = name.split([' ', '/']).next().unwrap_or_default().to_ascii_lowercase();
        let known = TAGS.contains(&name.as_str()) && inside.len() <= 200;
        known.then(|| written.get(at..at + inside.len() + 2)).flatten()
    });
    tag.or_else(|| {
        written.match_indices('&').find_map(|(at, _)| {
            let name = written.get(at + 1..)?.split_once(';')?.0;
            let number = name.strip_prefix('#').is_some_and(|code| {
                !code.is_empty() && code.len() <= 6 && code.chars().all(|c| c.is_ascii_hexdigit() || c == 'x')
            });
            let known = number || REFERENCES.contains(&name);
            known.then(|| written.get(at..at + name.len() + 2)).flatten()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(written: &str) -> (Vec<String>, Option<String>) {
        let mut findings = Vec::new();
        string(Profile::default_profile(), "/x", written, &mut findings);
        let fix = findings.iter().find_map(|finding| finding.fix.clone());
        (findings.into_iter().map(|finding| finding.code.into_owned()).collect(), fix)
    }

    #[test]
    fn what_was_mistyped_is_found_and_mended() {
        for (written, code, fix) in [
            ("một  hai", "W-SPACE-DOUBLE", Some("một hai")),
            ("một , hai", "W-SPACE-MARK", Some("một, hai")),
            ("hết ./.", "W-SPACE-MARK", Some("hết./.")),
            ("Gồm :", "W-SPACE-MARK", Some("Gồm:")),
            ("ngày 18 tháng 06 năm 2020", "W-DATE-ZERO", Some("ngày 18 tháng 6 năm 2020")),
            ("<p>Một", "W-TEXT-HTML", None),
            ("một<br/>hai", "W-TEXT-HTML", None),
            ("xã&nbsp;An", "W-TEXT-HTML", None),
        ] {
            assert_eq!(codes(written), (vec![code.to_owned()], fix.map(str::to_owned)), "{written}");
        }
    }

    #[test]
    fn what_is_right_is_left_alone() {
        for written in [
            "tháng 02 năm 2026, tháng 10 năm 2026, tháng 03/2026",
            "tỷ lệ 1 : 2; chờ ...; và …",
            "a < b và c > d; AT&T; R&D;",
            "một, hai; ba. Bốn./.",
            "đạt 5 .000",
        ] {
            assert_eq!(codes(written).0, Vec::<String>::new(), "{written}");
        }
    }
}
