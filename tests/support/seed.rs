//! The report as its text was extracted (`fixtures/201-BC-UBND.txt`), and the repairs of what the
//! extraction broke. Everything else, slips included, is the author's and stays.

#![allow(dead_code, reason = "every test file uses some of it")]
#![allow(clippy::indexing_slicing, reason = "in a test a panic is the message")]

pub const SEED: &str = include_str!("../fixtures/201-BC-UBND.txt");

/// Line `number` of the extraction, from 1.
pub fn line(number: usize) -> String {
    SEED.lines().nth(number - 1).unwrap_or_default().to_owned()
}

/// Paragraphs that a page end cut in two: the line of the first half, and of the second.
const CUT_PARAGRAPHS: [(usize, usize); 4] = [(19, 21), (87, 89), (105, 107), (139, 141)];
/// The row whose `60,0` slid into the column before it.
const SLID_ROW: usize = 58;

/// The body (lines 13 to 157), repaired, one entry a paragraph, item, heading or row.
pub fn repaired_body() -> Vec<String> {
    let mut body = Vec::new();
    for number in 13..=157 {
        let text = line(number);
        // Empty lines separate blocks, and one cut the table in two (line 64).
        if text.is_empty() || CUT_PARAGRAPHS.iter().any(|(_, second)| *second == number) {
            continue;
        }
        let cut = CUT_PARAGRAPHS.iter().find(|(first, _)| *first == number);
        body.push(match cut {
            Some((_, second)) => format!("{text} {}", line(*second)),
            None if number == SLID_ROW => {
                let cells: Vec<&str> = text.split('\t').collect();
                assert_eq!(cells, ["5", "Tỷ lệ che phủ rừng", "60,0", "60", "100", ""]);
                [cells[0], cells[1], "", cells[2], cells[3], cells[4]].join("\t")
            }
            // The extraction put a dash before each plus.
            None => text.strip_prefix("- +").map_or(text.clone(), |rest| format!("+{rest}")),
        });
    }
    body
}
