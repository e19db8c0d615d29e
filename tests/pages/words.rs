//! The words that people read: one word for one thing. Where a word below comes up in a text, the glossary has a
//! better one; whoever adds a text adds it in these words.

use std::fs;
use std::path::{Path, PathBuf};

/// Vietnamese words that no text has, and what is said instead.
const BANNED_VI: &[(&str, &str)] = &[
    ("báo cáo", "văn bản; phiếu kết quả kiểm tra"),
    ("trái phép", "ngoài phạm vi cho phép"),
    ("khóa riêng", "khóa bí mật"),
    ("trình diễn", "thử nghiệm"),
    ("biên nhận", "xác nhận đăng ký"),
    ("nguyên vẹn", "toàn vẹn"),
    ("mã băm đóng dấu", "mã băm in trên trang"),
    ("hệt bản đã ký", "nội dung đã ký"),
    ("chỉ được thêm", "chỉ có thêm"),
    ("Đừng", "không sử dụng"),
    ("bạn ", "no pronoun"),
    ("«", "“"),
];

/// English words that no text has, and what is said instead.
const BANNED_EN: &[(&str, &str)] = &[
    ("timestamp", "time-stamp"),
    ("nevertheless", "anyway"),
    ("vouch", "confirm"),
    ("bytes are whole", "intact"),
    ("«", "“"),
];

/// Where alone somebody is accused: of what was proven.
const ACCUSES: &str = "crates/verify/src/cause_words.rs";

/// A text in both languages, and where it stands.
struct Text {
    file: String,
    vi: String,
    en: String,
}

/// The Rust files of the program.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The string literal that `source` begins with after white space and a comma, and what follows it.
fn literal(source: &str) -> Option<(String, &str)> {
    let source = source.trim_start_matches([' ', '\n', ',']).strip_prefix('"')?;
    let mut is_escaped = false;
    let end = source.find(|letter| {
        let ends = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        ends
    })?;
    Some((source[..end].to_owned(), &source[end + 1..]))
}

/// Every `message!` of the program.
fn texts() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    for entry in fs::read_dir(root.join("crates")).unwrap() {
        sources(&entry.unwrap().path().join("src"), &mut files);
    }
    let mut texts = Vec::new();
    for path in files {
        let source = fs::read_to_string(&path).unwrap();
        let file = path.strip_prefix(root).unwrap().display().to_string();
        for (at, call) in source.match_indices("message!(") {
            let Some((vi, rest)) = literal(&source[at + call.len()..]) else { continue };
            let Some((en, _)) = literal(rest) else { continue };
            texts.push(Text { file: file.clone(), vi, en });
        }
    }
    assert!(texts.len() > 1000, "{} texts", texts.len());
    texts
}

#[test]
fn one_word_stands_for_one_thing() {
    let mut wrong = Vec::new();
    for Text { file, vi, en } in texts() {
        let of = |text: &str, banned: &[(&str, &str)]| {
            let lower = text.to_lowercase();
            let hit = |word: &str| lower.contains(word) || text.contains(word);
            let found: Vec<String> = banned
                .iter()
                .filter(|(word, _)| hit(word))
                .map(|(word, better)| format!("{word} → {better}"))
                .collect();
            found
        };
        for hit in of(&vi, BANNED_VI).into_iter().chain(of(&en, BANNED_EN)) {
            wrong.push(format!("{file}: {hit}: {vi} / {en}"));
        }
    }
    assert!(wrong.is_empty(), "{} texts:\n{}", wrong.len(), wrong.join("\n"));
}

/// "Report" is what verification hands out, and nothing else; a document is a document.
#[test]
fn a_document_is_not_called_a_report() {
    let is_wrong = |en: &str| {
        // Names of values are no words; nor are those of the parameter `revision`.
        let en = en.replace("{report}", "").replace("(report, signed, sealed)", "").to_lowercase();
        en.replace("verification report", "").contains("report")
    };
    let wrong: Vec<String> = texts()
        .into_iter()
        .filter(|text| is_wrong(&text.en))
        .map(|text| format!("{}: {}", text.file, text.en))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nobody is called a forger but in the table of causes, whose own test says where.
#[test]
fn forged_is_said_in_the_table_of_causes_alone() {
    let accuses = |text: &Text| text.vi.contains("giả mạo") || text.en.to_lowercase().contains("forged");
    let wrong: Vec<String> = texts()
        .into_iter()
        .filter(|text| text.file != ACCUSES && accuses(text))
        .map(|text| format!("{}: {} / {}", text.file, text.vi, text.en))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
