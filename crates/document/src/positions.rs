//! Positions (chức vụ) and collectives, as lines of a signature begin.

/// How positions begin.
const POSITIONS: [&str; 30] = [
    "BÍ THƯ",
    "BỘ TRƯỞNG",
    "CHI CỤC TRƯỞNG",
    "CHÁNH",
    "CHỈ HUY",
    "CHỦ TỊCH",
    "CHỦ TỌA",
    "CHỦ TOẠ",
    "CHỦ TRÌ",
    "CỤC TRƯỞNG",
    "ĐẠI DIỆN",
    "ĐỘI TRƯỞNG",
    "GIÁM ĐỐC",
    "HIỆU TRƯỞNG",
    "KẾ TOÁN",
    "NGƯỜI",
    "PHÓ",
    "THẨM PHÁN",
    "THỦ TƯỚNG",
    "THỨ TRƯỞNG",
    "THƯ KÝ",
    "TỔ TRƯỞNG",
    "TỔNG BIÊN TẬP",
    "TỔNG CỤC TRƯỞNG",
    "TỔNG GIÁM ĐỐC",
    "TRƯỞNG",
    "ỦY VIÊN",
    "VIỆN TRƯỞNG",
    "VỤ TRƯỞNG",
    "BÊN",
];

/// How the names of those begin on whose behalf somebody signs.
const COLLECTIVES: [&str; 6] = ["ỦY BAN", "UỶ BAN", "UBND", "HỘI ĐỒNG", "HĐND", "BAN CHỈ ĐẠO"];

fn begins(line: &str, words: &[&str]) -> bool {
    let upper = line.trim().to_uppercase();
    words
        .iter()
        .any(|word| upper.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphabetic)))
}

/// Whether `line` names a position, in capitals or not.
pub(super) fn is_position(line: &str) -> bool {
    begins(line, &POSITIONS)
}

/// Whether `line` names a body that somebody signs on behalf of.
pub(super) fn is_collective(line: &str) -> bool {
    begins(line, &COLLECTIVES)
}
