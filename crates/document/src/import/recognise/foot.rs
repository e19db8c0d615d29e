//! What stands under the content: recipients on the left, who signs on the right, two who sign side by
//! side. A foot made of a table is read cell by cell, one made with tabs column by column.

use super::super::pieces::{DraftCell, DraftPiece};
use super::super::words::{clean, is_rule, is_upper, lines, unmarked};
use super::head::columns;
use super::{Parts, Signer, letters, lines_of};
use crate::model::Text;
use crate::positions::is_position;

/// How far after the end of the content a signature without recipients is looked for.
const MAX_FOOT: usize = 8;
/// The most lines that name who signs; what follows more of them is no signature any more.
const MAX_SIGNING: usize = 30;
/// How the second line of an agency's name begins.
const TIERS: [&str; 10] =
    ["XÃ", "PHƯỜNG", "THỊ TRẤN", "QUẬN", "HUYỆN", "THỊ XÃ", "THÀNH PHỐ", "TỈNH", "ĐẶC KHU", "KHÓA"];

impl Parts {
    /// Parts the foot from what stands before it: it begins with the first «Nơi nhận», with two who sign
    /// side by side, or with who signs after the end of the content.
    pub(super) fn split_foot(&self, mut pieces: Vec<DraftPiece>) -> (Vec<DraftPiece>, Vec<DraftPiece>) {
        let at = pieces.iter().position(|piece| self.is_foot(piece)).or_else(|| self.unaddressed(&pieces));
        match at {
            Some(at) => {
                let foot = pieces.split_off(at);
                (pieces, foot)
            }
            None => (pieces, Vec::new()),
        }
    }

    fn is_foot(&self, piece: &DraftPiece) -> bool {
        match piece {
            DraftPiece::Table { rows, .. } => {
                let narrow = rows.iter().all(|row| row.len() <= 4) && rows.len() <= 8;
                let labelled = rows.iter().flatten().flat_map(|cell| &cell.paragraphs).flat_map(lines);
                narrow && (labelled.into_iter().any(|line| self.is_label(&line)) || self.signs_twice(rows))
            }
            piece => lines_of(piece).first().is_some_and(|line| self.is_label(line)),
        }
    }

    /// «Nơi nhận» at the beginning of a line, and nothing like a sentence after it.
    fn is_label(&self, line: &Text) -> bool {
        let plain = line.plain();
        let label = self.profile.labels.recipients.trim_end_matches(':');
        let start: String = plain.trim().chars().take(label.chars().count()).collect();
        let rest = plain.trim().get(start.len()..).unwrap_or_default().trim_start();
        letters(&start) == letters(label) && (rest.is_empty() || rest.starts_with([':', '\t', '-', '.']))
    }

    /// Two columns, each of which begins with who signs.
    fn signs_twice(&self, rows: &[Vec<DraftCell>]) -> bool {
        let allowed = self.kind.is_some_and(|kind| kind.form.cosignature);
        let first = |index: usize| {
            let cells = rows.iter().filter_map(|row| row.get(index));
            let mut texts = cells.flat_map(|cell| &cell.paragraphs).flat_map(lines);
            texts.next().map(|text| text.plain()).unwrap_or_default()
        };
        let two = rows.iter().all(|row| row.len() == 2) && !rows.is_empty();
        allowed && two && [0, 1].iter().all(|index| self.is_signing(&first(*index)))
    }

    fn is_signing(&self, line: &str) -> bool {
        let line = line.trim();
        self.authority_of(line).is_some() || (is_upper(line) && is_position(line))
    }

    /// Where who signs stands after the end of the content, without recipients.
    fn unaddressed(&self, pieces: &[DraftPiece]) -> Option<usize> {
        let terminator = self.profile.labels.terminator.as_str();
        let ends = |piece: &DraftPiece| {
            lines_of(piece).last().is_some_and(|line| line.plain().trim_end().ends_with(terminator))
        };
        let end = pieces.iter().position(ends)? + 1;
        let near = pieces.iter().enumerate().skip(end).take(MAX_FOOT);
        let signs = |piece: &DraftPiece| match piece {
            DraftPiece::Table { rows, .. } => {
                let mut texts = rows.iter().flatten().flat_map(|cell| &cell.paragraphs).flat_map(lines);
                rows.len() <= 4 && texts.any(|line| self.is_signing(&line.plain()))
            }
            piece => lines_of(piece).first().is_some_and(|line| self.is_signing(&line.plain())),
        };
        near.into_iter().find(|(_, piece)| signs(piece)).map(|(at, _)| at)
    }

    /// Reads recipients and signatures, and what stands after them.
    pub(super) fn foot(&mut self, pieces: Vec<DraftPiece>) {
        let (mut left, mut right): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let (mut side, mut side_right): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let mut pieces = pieces.into_iter().peekable();
        while let Some(piece) = pieces.peek() {
            if self.is_appendix(piece) || self.is_enclosed(piece) {
                break;
            }
            let Some(piece) = pieces.next() else { break };
            match piece {
                DraftPiece::Table { rows, .. } if self.signs_twice(&rows) && side.is_empty() => {
                    (side, side_right) = (column(&rows, 0), column(&rows, 1));
                }
                piece @ DraftPiece::Table { .. } if self.is_letterhead(&piece) => {
                    let rest = std::iter::once(piece).chain(pieces);
                    self.take_foot(&left, &right, side, side_right);
                    return self.after(rest.collect());
                }
                DraftPiece::Table { rows, aligns } => {
                    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
                    let columns: Vec<Vec<String>> = (0..width).map(|index| column(&rows, index)).collect();
                    let labelled = |lines: &Vec<String>| lines.iter().any(|line| self.is_recipients(line));
                    let signing = |lines: &Vec<String>| lines.iter().any(|line| self.is_signing(line));
                    let foot =
                        columns.iter().any(|lines| labelled(lines) || (right.is_empty() && signing(lines)));
                    if !foot || rows.len() > 8 {
                        // The first table that is no foot begins what is enclosed.
                        let rest = std::iter::once(DraftPiece::Table { rows, aligns }).chain(pieces);
                        self.take_foot(&left, &right, side, side_right);
                        return self.after(rest.collect());
                    }
                    for lines in columns {
                        if labelled(&lines) { left.extend(lines) } else { right.extend(lines) }
                    }
                }
                piece => {
                    let item = matches!(piece, DraftPiece::Item { .. });
                    let marker = match &piece {
                        DraftPiece::Item { marker, .. } if marker.starts_with(char::is_alphanumeric) => {
                            format!("{marker} ")
                        }
                        DraftPiece::Item { .. } => "- ".to_owned(),
                        _ => String::new(),
                    };
                    let texts = lines_of(&piece);
                    let signed = right.len() > MAX_SIGNING || self.has_name(&right);
                    let ours =
                        |line: &str| item || self.is_recipients(line) || line.starts_with(['-', '–', '+']);
                    if signed && !texts.iter().any(|text| ours(text.plain().trim())) {
                        let rest = std::iter::once(piece).chain(pieces);
                        self.take_foot(&left, &right, side, side_right);
                        return self.after(rest.collect());
                    }
                    for (index, text) in texts.iter().enumerate() {
                        let parts = columns(text);
                        let several = parts.len() > 1;
                        for (place, part) in parts.iter().enumerate() {
                            let line = clean(&part.plain());
                            let marked =
                                if index == 0 && place == 0 { format!("{marker}{line}") } else { line };
                            let leftmost = several && place == 0;
                            let recipient = ours(&marked)
                                || (right.is_empty() && !left.is_empty() && self.goes_on(&marked));
                            if leftmost || (!several && recipient) {
                                left.push(marked);
                            } else {
                                right.push(marked);
                            }
                        }
                    }
                }
            }
        }
        self.take_foot(&left, &right, side, side_right);
        let rest: Vec<DraftPiece> = pieces.collect();
        self.after(rest);
    }

    fn take_foot(&mut self, left: &[String], right: &[String], side: Vec<String>, side_right: Vec<String>) {
        self.recipients(left);
        if side_right.is_empty() {
            self.signer = self.signer_of(right);
        } else {
            self.cosigner = Some(self.signer_of(&side));
            self.signer = self.signer_of(&side_right);
        }
    }

    /// Whether a line goes on with the recipient before it, rather than beginning a signature.
    fn goes_on(&self, line: &str) -> bool {
        !is_upper(line) && self.authority_of(line).is_none()
    }

    fn is_recipients(&self, line: &str) -> bool {
        let label = letters(self.profile.labels.recipients.as_str());
        letters(line).starts_with(&label)
            || (line
                .trim_start_matches(['-', '–', ' '])
                .starts_with(self.profile.labels.archive.trim_end_matches(':'))
                && line.contains([':', ' ']))
    }

    fn recipients(&mut self, lines: &[String]) {
        let label = self.profile.labels.recipients.trim_end_matches(':');
        let archive_label = self.profile.labels.archive.trim_end_matches(':');
        for line in lines {
            let mut line = line.trim();
            if is_rule(line) {
                continue;
            }
            let count = label.chars().count();
            let start: String = line.chars().take(count).collect();
            if letters(&start) == letters(label) {
                self.printed(&start);
                line = line.get(start.len()..).unwrap_or_default().trim_start_matches([':', '.', ' ']).trim();
                if line.is_empty() {
                    continue;
                }
            }
            let listed = line.starts_with(['-', '–', '+']);
            let bare = unmarked(line.trim_start_matches(['-', '–', '+', ' ']), &[';', '.', ',']);
            let archived = bare.strip_prefix(archive_label).filter(|rest| rest.starts_with([':', ' ']));
            if let Some(rest) = archived {
                let rest = unmarked(rest.trim_start_matches([':', ' ']), &[';', '.', ',']);
                self.printed(archive_label);
                match &mut self.archive {
                    // A second one has no place: the account tells it.
                    Some(_) => {}
                    None => self.archive = Some(rest),
                }
            } else if is_drafter(&bare) {
                self.drafter = Some(bare);
            } else {
                let last = match &mut self.archive {
                    Some(archive) => Some(archive),
                    None => self.recipients.last_mut(),
                };
                match last.filter(|_| !listed) {
                    Some(last) => {
                        last.push(' ');
                        last.push_str(&bare);
                    }
                    None if !bare.is_empty() => self.recipients.push(bare),
                    None => {}
                }
            }
        }
    }

    /// The authority's prefix that `line` begins with, and the rest.
    fn authority_of<'a>(&self, line: &'a str) -> Option<(&'static str, &'a str)> {
        self.profile.authority.iter().find_map(|prefix| {
            let rest = line.strip_prefix(prefix.as_str())?;
            Some((prefix.as_str(), rest.trim_start()))
        })
    }

    /// Whether the name of who signs was met: a line in capitals may still be more of a position.
    fn has_name(&self, lines: &[String]) -> bool {
        self.signer_of(lines).name.is_some_and(|name| !is_upper(&name))
    }

    /// Who signs, from the lines of one column.
    fn signer_of(&self, lines: &[String]) -> Signer {
        let mut signer = Signer::default();
        let lines: Vec<&str> = lines.iter().map(|line| line.trim()).filter(|line| !is_rule(line)).collect();
        let said: Vec<&str> =
            lines.into_iter().filter(|line| !line.is_empty() && !line.starts_with('(')).collect();
        for (index, line) in said.iter().enumerate() {
            let last = index + 1 == said.len();
            let led = signer.position.is_some() || !signer.authority.is_empty();
            let named =
                last && led && !is_position(line) && self.authority_of(line).is_none() && is_name(line);
            if signer.name.is_some() {
                // What follows the name has no place here: the account tells it.
            } else if let Some((prefix, rest)) = self.authority_of(line) {
                // «TM.ỦY BAN» is written without a space as well.
                signer.authority.push(format!("{prefix} {rest}"));
            } else if named || (led && !is_upper(line) && is_name(line) && !is_position(line)) {
                signer.name = Some((*line).to_owned());
            } else if let (None, Some(authority), true) = (
                &signer.position,
                signer.authority.last_mut(),
                TIERS.iter().any(|tier| line.starts_with(tier)),
            ) {
                authority.push(' ');
                authority.push_str(line);
            } else if is_upper(line) || signer.position.is_none() {
                match &mut signer.position {
                    Some(position) => {
                        position.push(' ');
                        position.push_str(line);
                    }
                    None => signer.position = Some((*line).to_owned()),
                }
            }
        }
        signer
    }
}

/// Two to six words that may be a person's.
fn is_name(line: &str) -> bool {
    let words = line.split_whitespace().count();
    (2..=6).contains(&words) && !line.contains([':', ';', '/']) && !line.chars().any(|c| c.is_ascii_digit())
}

/// «PL.(300)»: who drafted it, and how many copies.
fn is_drafter(line: &str) -> bool {
    let Some((sign, copies)) = line.split_once('(') else { return false };
    let sign = sign.trim().trim_end_matches('.');
    let copies = copies.trim_end_matches([')', '.', ' ', 'b']);
    (1..=6).contains(&sign.chars().count()) && is_upper(sign) && copies.parse::<u32>().is_ok()
}

/// The lines of a column of a table.
fn column(rows: &[Vec<DraftCell>], index: usize) -> Vec<String> {
    let cells = rows.iter().filter_map(|row| row.get(index));
    cells.flat_map(|cell| &cell.paragraphs).flat_map(lines).map(|line| clean(&line.plain())).collect()
}
