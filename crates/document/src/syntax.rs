//! What keeps a text from being JSON, for the person who wrote it by hand: where the slip is, which is not always where
//! the reader stopped, and what to write instead.

use serde_json::error::Category;

use crate::diagnostic::{Diagnostic, Position};
use crate::lang::Message;
use crate::message;

/// A slip: its bytes in the text, what is wrong, and what to do.
struct Slip {
    range: (usize, usize),
    message: Message,
    hint: Option<Message>,
}

/// Why serde_json refused `text`.
pub(super) fn syntax(text: &str, cause: &serde_json::Error) -> Diagnostic {
    let stopped = stopped_at(text, cause);
    let read = Read::up_to(text, stopped);
    let Slip { range: (start, end), message, hint } = slip(text, stopped, &read, cause);
    let mut diagnostic = Diagnostic { hint, ..Diagnostic::error("E-JSON-SYNTAX", "", message) };
    let before = text.get(..start).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    diagnostic.position = Some(Position {
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        start,
        end,
    });
    diagnostic
}

/// The first byte of the character at which serde_json stopped; the text's length at its end.
fn stopped_at(text: &str, cause: &serde_json::Error) -> usize {
    let line = text.split_inclusive('\n').take(cause.line().saturating_sub(1)).map(str::len).sum::<usize>();
    // serde_json counts the bytes up to and with the offending one.
    text.floor_char_boundary(line.saturating_add(cause.column().saturating_sub(1)))
}

/// What was read before the reader stopped.
struct Read {
    /// The brackets and braces that are still open.
    open: Vec<usize>,
    /// The last string, with its quotation marks.
    string: Option<(usize, usize)>,
    /// Where a string begins that has no end yet.
    unclosed: Option<usize>,
}

impl Read {
    fn up_to(text: &str, end: usize) -> Read {
        let mut read = Read { open: Vec::new(), string: None, unclosed: None };
        let mut escaped = false;
        for (at, byte) in text.bytes().enumerate().take(end) {
            match (read.unclosed, byte) {
                (Some(_), _) if escaped => escaped = false,
                (Some(_), b'\\') => escaped = true,
                (Some(start), b'"') => {
                    read.string = Some((start, at + 1));
                    read.unclosed = None;
                }
                (Some(_), _) => {}
                (None, b'"') => read.unclosed = Some(at),
                (None, b'[' | b'{') => read.open.push(at),
                (None, b']' | b'}') => {
                    read.open.pop();
                }
                (None, _) => {}
            }
        }
        read
    }
}

fn slip(text: &str, stopped: usize, read: &Read, cause: &serde_json::Error) -> Slip {
    let said = cause.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let rest = text.get(stopped..).unwrap_or_default();
    let next = rest.chars().next();
    let here = (stopped, stopped + next.map_or(0, char::len_utf8));
    if text.trim().is_empty() {
        return Slip { range: (0, 0), message: message!("tệp trống", "the file is empty"), hint: None };
    }
    if let Some(slip) = curly_quotes(text, here, read) {
        return slip;
    }
    if said.starts_with("control character") || (cause.classify() == Category::Eof && read.unclosed.is_some())
    {
        return inside_string(text, here, read);
    }
    if cause.classify() == Category::Eof {
        return unfinished(text, read);
    }
    match (said, next) {
        (_, Some('\'')) => Slip {
            range: here,
            message: message!(
                "dấu nháy đơn ' không dùng được ở đây",
                "a single quotation mark ' can't stand here"
            ),
            hint: Some(message!(
                "đặt chữ trong dấu ngoặc kép thẳng \"…\"",
                "put text in straight double quotation marks \"…\""
            )),
        },
        (_, Some('/' | '#')) => Slip {
            range: (stopped, stopped + rest.lines().next().unwrap_or_default().len()),
            message: message!("tệp JSON không có chỗ cho ghi chú", "JSON has no comments"),
            hint: Some(message!("bỏ dòng ghi chú này", "take the comment out")),
        },
        ("trailing comma", _) => {
            let comma = text.get(..stopped).and_then(|before| before.rfind(',')).unwrap_or(stopped);
            Slip {
                range: (comma, comma + 1),
                message: message!("dấu phẩy thừa sau mục cuối", "a comma stands after the last item"),
                hint: Some(message!("bỏ dấu phẩy này", "take this comma out")),
            }
        }
        ("expected `,` or `]`" | "expected `,` or `}`", Some(next)) => missing_comma(text, here, next, read),
        ("expected `:`", _) => Slip {
            range: here,
            message: message!(
                "thiếu dấu hai chấm giữa tên mục và giá trị",
                "a colon is missing between key and value"
            ),
            hint: Some(message!("viết \"tên mục\": giá trị", "write \"key\": value")),
        },
        ("key must be a string", _) => Slip {
            range: (stopped, stopped + word(rest).len().max(here.1 - here.0)),
            message: message!(
                "tên mục phải đặt trong dấu ngoặc kép",
                "a key stands in double quotation marks"
            ),
            hint: Some(message!("viết \"tên mục\": giá trị", "write \"key\": value")),
        },
        ("trailing characters", _) => Slip {
            range: here,
            message: message!("sau dấu đóng cuối cùng còn chữ", "text follows after the last closing brace"),
            hint: Some(message!(
                "bỏ phần thừa, hoặc xem lại các dấu }} và ] ở trên",
                "take it out, or look at the closing braces and brackets above"
            )),
        },
        (
            "invalid escape"
            | "invalid unicode code point"
            | "unexpected end of hex escape"
            | "lone leading surrogate in hex escape",
            _,
        ) => Slip {
            range: here,
            message: message!(
                "sau dấu \\ trong chuỗi chữ là ký tự không hợp lệ",
                "a backslash in a string is followed by something that it can't be followed by"
            ),
            hint: Some(message!(
                "muốn có dấu \\ thì viết \\\\ (ví dụ \"D:\\\\van-ban\")",
                "write \\\\ for a backslash (as in \"D:\\\\documents\")"
            )),
        },
        ("invalid number" | "number out of range", _) => Slip {
            range: here,
            message: message!("số viết sai", "this number is not written as JSON has it"),
            hint: Some(message!(
                "viết số không có số 0 ở đầu, không có dấu +, dùng dấu chấm thập phân; số hiệu, mã số thì đặt trong dấu ngoặc kép",
                "write numbers without a leading 0 or +, with a decimal point; codes stand in quotation marks"
            )),
        },
        ("recursion limit exceeded", _) => Slip {
            range: here,
            message: message!("các danh sách lồng nhau quá sâu", "lists stand in each other too deeply"),
            hint: None,
        },
        ("expected value" | "expected ident", Some(next)) if !matches!(next, ',' | ']' | '}' | ':') => {
            // Of a word that begins as `true`, `false` or `null` does, only the end was not expected.
            let before = text.get(..stopped).unwrap_or_default();
            let start = before.trim_end_matches(char::is_alphabetic).len();
            let word = word(text.get(start..).unwrap_or_default());
            let known = ["true", "false", "null"].into_iter().find(|known| known.eq_ignore_ascii_case(word));
            let range = (start, start + word.len().max(next.len_utf8()));
            match known {
                Some(known) => Slip {
                    range,
                    message: message!(
                        "\"{word}\" phải viết thường",
                        "\"{word}\" is written in small letters"
                    ),
                    hint: Some(message!("viết {known}", "write {known}")),
                },
                None => Slip {
                    range,
                    message: message!(
                        "chữ ở đây chưa đặt trong dấu ngoặc kép",
                        "this text does not stand in double quotation marks"
                    ),
                    hint: Some(message!("viết \"{word}\"", "write \"{word}\"")),
                },
            }
        }
        ("expected value", _) => Slip {
            range: here,
            message: message!("thiếu giá trị ở đây", "a value is missing here"),
            hint: Some(message!(
                "viết giá trị, hoặc bỏ dấu phẩy hay dấu hai chấm thừa ở trước",
                "write a value, or take out the comma or colon before it"
            )),
        },
        _ => Slip {
            range: here,
            message: message!("tệp JSON viết sai ở đây (thông báo gốc: {said})", "not JSON: {said}"),
            hint: None,
        },
    }
}

/// “Quotation marks” as word processors write them, where the text stops to be JSON or in the string before it.
fn curly_quotes(text: &str, here: (usize, usize), read: &Read) -> Option<Slip> {
    let is_curly = |c: char| matches!(c, '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '″' | '＂');
    let start = if text.get(here.0..here.1).is_some_and(|next| next.starts_with(is_curly)) {
        here.0
    } else {
        // A string that was closed by such a mark goes on to the next straight one.
        let (start, end) = read.unclosed.map(|start| (start, here.0)).or(read.string)?;
        let inside = text.get(start..end)?;
        let follows = text.get(end..here.0)?.trim().is_empty();
        start + inside.find(is_curly).filter(|_| follows)?
    };
    let mark = text.get(start..)?.chars().next()?;
    Some(Slip {
        range: (start, start + mark.len_utf8()),
        message: message!(
            "dấu ngoặc kép cong {mark} không dùng để mở hay đóng chuỗi chữ",
            "the curly quotation mark {mark} does not open or close a string"
        ),
        hint: Some(message!(
            "thay bằng dấu ngoặc kép thẳng \" (tắt tự sửa dấu ngoặc trong trình soạn thảo)",
            "put a straight quotation mark \" in its place (and turn smart quotes off in the editor)"
        )),
    })
}

/// A string that does not end on its line, or has a character that must be escaped.
fn inside_string(text: &str, here: (usize, usize), read: &Read) -> Slip {
    let start = read.unclosed.unwrap_or(here.0);
    let line_end =
        text.get(start..).and_then(|rest| rest.find(['\r', '\n'])).map_or(text.len(), |end| start + end);
    if text.get(here.0..here.1) == Some("\t") {
        return Slip {
            range: here,
            message: message!("trong chuỗi chữ có dấu tab", "there is a tab in this string"),
            hint: Some(message!("thay bằng dấu cách", "put a space in its place")),
        };
    }
    Slip {
        range: (start, line_end),
        message: message!(
            "chuỗi chữ này không có dấu ngoặc kép đóng ở cuối dòng",
            "this string has no closing quotation mark on its line"
        ),
        hint: Some(message!(
            "đóng chuỗi bằng \", mỗi chuỗi nằm trên một dòng; xuống dòng trong chuỗi viết là \\n",
            "close it with \", every string on one line; a line break in it is written \\n"
        )),
    }
}

/// The text ends before everything is closed.
fn unfinished(text: &str, read: &Read) -> Slip {
    let open = read.open.last().copied().unwrap_or_default();
    let (bracket, closing) =
        if text.get(open..).is_some_and(|rest| rest.starts_with('[')) { ('[', ']') } else { ('{', '}') };
    let line = text.get(..open).unwrap_or_default().matches('\n').count() + 1;
    Slip {
        range: (open, open + 1),
        message: message!(
            "tệp hết giữa chừng: dấu {bracket} mở ở dòng {line} chưa được đóng",
            "the file ends too early: {bracket} of line {line} is not closed"
        ),
        hint: Some(message!("thêm dấu {closing} vào đúng chỗ", "put {closing} where it belongs")),
    }
}

/// Two items with nothing between them: the comma belongs behind the first, which may stand lines above.
fn missing_comma(text: &str, here: (usize, usize), next: char, read: &Read) -> Slip {
    let before = text.get(..here.0).unwrap_or_default().trim_end();
    let quoted = read.string.filter(|(_, end)| *end == before.len());
    let same_line = text.get(before.len()..here.0).is_some_and(|gap| !gap.contains('\n'));
    if let (Some((_, end)), true, false) = (quoted, same_line, matches!(next, '"' | '{' | '[')) {
        return Slip {
            range: (end - 1, end),
            message: message!(
                "chuỗi chữ kết thúc ở dấu ngoặc kép này, nhưng phía sau còn chữ",
                "the string ends at this quotation mark, and text follows"
            ),
            hint: Some(message!(
                "dấu ngoặc kép bên trong chuỗi viết là \\\" (hoặc dùng “ ”)",
                "a quotation mark inside of a string is written \\\" (or use “ ”)"
            )),
        };
    }
    let last = before.chars().next_back().map_or(0, char::len_utf8);
    Slip {
        range: (before.len() - last, before.len()),
        message: message!("thiếu dấu phẩy sau mục này", "a comma is missing after this item"),
        hint: Some(message!("thêm dấu phẩy ngay sau đây", "put a comma right after it")),
    }
}

/// The text up to the next mark of JSON, on one line and not long.
fn word(rest: &str) -> &str {
    const MAX: usize = 60;
    let end = rest.find([',', ']', '}', ':', '"', '\r', '\n']).unwrap_or(rest.len());
    let word = rest.get(..end).unwrap_or_default().trim_end();
    word.char_indices().nth(MAX).map_or(word, |(end, _)| word.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> (Diagnostic, String) {
        let cause = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
        let diagnostic = syntax(text, &cause);
        let position = diagnostic.position.unwrap();
        let marked = text.get(position.start..position.end).unwrap().to_owned();
        (diagnostic, marked)
    }

    /// The slip is marked where it is to be mended.
    #[test]
    fn slips_of_people() {
        for (text, marked, line, vi) in [
            ("{\n  “a”: 1}", "“", 2, "dấu ngoặc kép cong"),
            ("{\"a”: 1, \"b\": 2}", "”", 1, "dấu ngoặc kép cong"),
            ("{\"a\": “Ủy ban”}", "“", 1, "dấu ngoặc kép cong"),
            ("{\"a\": \"Ủy ban”\n}", "”", 1, "dấu ngoặc kép cong"),
            ("{\"a\": Ủy ban}", "Ủy ban", 1, "chưa đặt trong dấu ngoặc kép"),
            ("{\"a\": True}", "True", 1, "phải viết thường"),
            ("{\"a\": trúc}", "trúc", 1, "chưa đặt"),
            ("{a: 1}", "a", 1, "tên mục phải đặt"),
            ("{'a': 1}", "'", 1, "nháy đơn"),
            ("{\"a\": 1,\n // x\n \"b\": 2}", "// x", 2, "ghi chú"),
            ("{\"a\": \"b\"\n  \"c\": 1}", "\"", 1, "thiếu dấu phẩy"),
            ("[1\n\n2]", "1", 1, "thiếu dấu phẩy"),
            ("[1, 2,\n]", ",", 1, "dấu phẩy thừa"),
            ("{\"a\": 1,}", ",", 1, "dấu phẩy thừa"),
            ("{\"a\" 1}", "1", 1, "thiếu dấu hai chấm"),
            ("{\"a\": }", "}", 1, "thiếu giá trị"),
            ("[,]", ",", 1, "thiếu giá trị"),
            ("{\"a\": [1, 2", "[", 1, "chưa được đóng"),
            ("{\n\"a\": 1", "{", 1, "chưa được đóng"),
            ("{\"a\": \"bộ\n\"}", "\"bộ", 1, "không có dấu ngoặc kép đóng"),
            ("{\"a\": \"bộ", "\"bộ", 1, "không có dấu ngoặc kép đóng"),
            ("{\"a\": \"b\tc\"}", "\t", 1, "dấu tab"),
            ("{\"a\": \"xã \"An\" b\"}", "\"", 1, "kết thúc ở dấu ngoặc kép này"),
            ("{\"a\": \"D:\\văn\"}", "v", 1, "sau dấu \\"),
            ("{\"a\": 01}", "1", 1, "số viết sai"),
            ("{} x", "x", 1, "sau dấu đóng cuối cùng"),
            ("", "", 1, "tệp trống"),
            (" \n", "", 1, "tệp trống"),
        ] {
            let (diagnostic, found) = said(text);
            assert!(diagnostic.message.vi.contains(vi), "{text}: {}", diagnostic.message.vi);
            assert_eq!((found.as_str(), diagnostic.position.unwrap().line), (marked, line), "{text}");
        }
    }

    proptest::proptest! {
        /// Whatever the text is, its slip can be shown: whole characters of the text are marked.
        #[test]
        fn every_slip_can_be_shown(text in "[\\[\\]{}:,\"'“”\\\\0-9a-zỦđ \n\t/#]{0,40}") {
            if serde_json::from_str::<serde_json::Value>(&text).is_err() {
                said(&text);
            }
        }
    }
}
