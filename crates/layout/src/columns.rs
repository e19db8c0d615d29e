//! Widths of a table's columns: every word whole where the page allows it, the rest by what the text
//! asks for.

use crate::document::model::{Table, Text};
use crate::document::profile::MM;
use crate::fonts::{Measure, Style};

/// Where a table stands, in points.
pub(super) struct Grid {
    /// Width of the line.
    pub line: f64,
    /// Size of its text.
    pub size: f64,
    /// Space on both sides of a cell's text together.
    pub inset: f64,
}

/// The widths of the columns of `table`, in points; together they fill the line.
pub(super) fn widths(table: &Table, grid: &Grid, measure: &Measure<'_>) -> Vec<f64> {
    let titles = table.columns.iter().map(|column| Wish::of(&column.title, Style::Bold, grid, measure));
    let titles: Vec<Wish> = titles.collect();
    let mut columns = titles.clone();
    for placed in table.placed() {
        let style = if placed.row.group { Style::Bold } else { Style::Regular };
        // A spanning cell takes what its columns have: it seldom should widen them.
        if let (1, Some(column)) = (placed.columns.len(), columns.get_mut(placed.columns.start)) {
            column.widen(&Wish::of(&placed.cell.text, style, grid, measure));
        }
    }
    let fixed: Vec<Option<f64>> =
        table.columns.iter().map(|column| column.width.map(|width| width * MM)).collect();
    // Short titles stand on one line where the page has room for that.
    let mut comfortable = columns.clone();
    comfortable.iter_mut().zip(&titles).for_each(|(column, title)| column.widen(&title.on_one_line()));
    let least: f64 = comfortable.iter().zip(&fixed).map(|(wish, fixed)| fixed.unwrap_or(wish.least)).sum();
    share(if least <= grid.line { &comfortable } else { &columns }, &fixed, grid.line)
}

/// About how many lines `text` takes in a cell of `width` points.
pub(super) fn lines(text: &Text, width: f64, grid: &Grid, measure: &Measure<'_>) -> f64 {
    /// What is lost at the ends of lines, as a share of the text.
    const LOSS: f64 = 1.1;
    let breaks: usize = text.0.iter().map(|run| run.text.matches('\n').count()).sum();
    let room = (width - grid.inset).max(1.0);
    let set = Wish::of(text, Style::Regular, grid, measure).most - grid.inset;
    breaks as f64 + (set * LOSS / room).ceil()
}

/// What a column asks for, in points, insets included.
#[derive(Debug, Clone, Copy)]
struct Wish {
    /// Room for its longest word.
    least: f64,
    /// Its longest text on one line.
    most: f64,
}

impl Wish {
    fn of(text: &Text, base: Style, grid: &Grid, measure: &Measure<'_>) -> Wish {
        /// Points that rounding may take.
        const SLACK: f64 = 0.5;
        let (mut least, mut most, mut word) = (0.0_f64, 0.0_f64, 0.0_f64);
        for run in &text.0 {
            let style = match (run.bold || base == Style::Bold, run.italic) {
                (false, false) => Style::Regular,
                (true, false) => Style::Bold,
                (false, true) => Style::Italic,
                (true, true) => Style::BoldItalic,
            };
            for character in run.text.chars() {
                let advance = measure.advance(character, style).unwrap_or(0.0) * grid.size;
                most += advance;
                let breaks = character.is_whitespace() && character != '\u{A0}';
                word = if breaks { 0.0 } else { word + advance };
                least = least.max(word);
                if matches!(character, '-' | '–') {
                    word = 0.0;
                }
            }
        }
        let inset = grid.inset + SLACK;
        Wish { least: least + inset, most: most + inset }
    }

    /// The same, whole on one line where it is short.
    fn on_one_line(self) -> Wish {
        const SHORT: f64 = 75.0;
        if self.most <= SHORT { Wish { least: self.most, ..self } } else { self }
    }

    fn widen(&mut self, other: &Wish) {
        self.least = self.least.max(other.least);
        self.most = self.most.max(other.most);
    }
}

/// Shares the line among the columns without a given width (`fixed`): each its longest word, then
/// what is left in proportion to how much more its text would take. Long texts are damped (to the
/// power of ¾), so that one paragraph in a cell does not starve its neighbours.
fn share(columns: &[Wish], fixed: &[Option<f64>], line: f64) -> Vec<f64> {
    let taken: f64 = fixed.iter().flatten().sum();
    let free = || columns.iter().zip(fixed).filter(|(_, fixed)| fixed.is_none()).map(|(wish, _)| wish);
    let least: f64 = free().map(|wish| wish.least).sum();
    let room = (line - taken - least).max(0.0);
    let hunger = |wish: &Wish| {
        let root = (wish.most - wish.least).max(0.0).sqrt();
        root * root.sqrt()
    };
    let total: f64 = free().map(hunger).sum();
    let count = free().count().max(1);
    columns
        .iter()
        .zip(fixed)
        .map(|(wish, fixed)| match fixed {
            Some(width) => *width,
            None if total > 0.0 => wish.least + room * hunger(wish) / total,
            None => wish.least + room / count as f64,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_line_and_hold_their_longest_word() {
        let columns = [
            Wish { least: 20.0, most: 20.0 },
            Wish { least: 60.0, most: 400.0 },
            Wish { least: 50.0, most: 90.0 },
        ];
        let widths = share(&columns, &[None, None, Some(70.0)], 450.0);
        assert!((widths.iter().sum::<f64>() - 450.0).abs() < 1e-6);
        assert!(widths[0] >= 20.0 && widths[1] >= 60.0 && (widths[2] - 70.0).abs() < 1e-9);
        assert!(widths[1] > widths[0]);
    }
}
