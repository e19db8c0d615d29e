//! Numbers that the author left out: divisions, articles, clauses and points count on
//! (NĐ 30/2020, Phụ lục I, II.6.d).

/// The last number of everything that is counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    part: usize,
    chapter: usize,
    section: usize,
    subsection: usize,
    article: usize,
    clause: usize,
    point: usize,
}

/// What is counted, from the outermost to the innermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// A part (phần), in Roman numerals.
    Part,
    /// A chapter (chương), in Roman numerals.
    Chapter,
    /// A section (mục), in Arabic figures.
    Section,
    /// A subsection (tiểu mục), in Arabic figures.
    Subsection,
    /// An article (điều), through the whole document.
    Article,
    /// A clause (khoản) of an article.
    Clause,
    /// A point (điểm) of a clause, in letters.
    Point,
}

impl Counted {
    /// The division that profiles call `name`.
    pub(super) fn division(name: &str) -> Option<Counted> {
        Some(match name {
            "phan" => Counted::Part,
            "chuong" => Counted::Chapter,
            "muc" => Counted::Section,
            "tieu-muc" => Counted::Subsection,
            _ => return None,
        })
    }
}

impl Counters {
    /// The next number of `counted`, written as the decree writes it, after which what is inside of it
    /// begins anew. `points` are the letters in order.
    pub(super) fn next(&mut self, counted: Counted, points: &[String]) -> String {
        let next = self.slot(counted).saturating_add(1);
        self.count(counted, next);
        written(counted, next, points)
    }

    /// Takes the number that the author wrote, and says which one would have followed where it is
    /// another one.
    pub(super) fn take(&mut self, counted: Counted, number: &str, points: &[String]) -> Option<String> {
        let expected = self.slot(counted).saturating_add(1);
        let read = read(counted, number, points);
        self.count(counted, read.unwrap_or(expected));
        (read != Some(expected)).then(|| written(counted, expected, points))
    }

    /// Begins clauses and points anew, as a heading does.
    pub(super) fn heading(&mut self) {
        (self.clause, self.point) = (0, 0);
    }

    fn slot(&mut self, counted: Counted) -> &mut usize {
        match counted {
            Counted::Part => &mut self.part,
            Counted::Chapter => &mut self.chapter,
            Counted::Section => &mut self.section,
            Counted::Subsection => &mut self.subsection,
            Counted::Article => &mut self.article,
            Counted::Clause => &mut self.clause,
            Counted::Point => &mut self.point,
        }
    }

    fn count(&mut self, counted: Counted, number: usize) {
        *self.slot(counted) = number;
        // Chapters and articles count through the whole document.
        match counted {
            Counted::Part | Counted::Chapter => (self.section, self.subsection) = (0, 0),
            Counted::Section => self.subsection = 0,
            Counted::Article => (self.clause, self.point) = (0, 0),
            Counted::Clause => self.point = 0,
            Counted::Subsection | Counted::Point => {}
        }
    }
}

fn written(counted: Counted, number: usize, points: &[String]) -> String {
    match counted {
        Counted::Part | Counted::Chapter => roman(number),
        Counted::Point => points.get(number.wrapping_sub(1)).cloned().unwrap_or_else(|| number.to_string()),
        _ => number.to_string(),
    }
}

fn read(counted: Counted, written: &str, points: &[String]) -> Option<usize> {
    match counted {
        Counted::Part | Counted::Chapter => (1..=200).find(|number| roman(*number) == written),
        Counted::Point => points.iter().position(|letter| letter == written).map(|index| index + 1),
        _ => written.parse().ok(),
    }
}

/// `number` as a Roman numeral.
pub(crate) fn roman(mut number: usize) -> String {
    const NUMERALS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut written = String::new();
    for (value, numeral) in NUMERALS {
        while number >= value {
            written.push_str(numeral);
            number -= value;
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_counts_on() {
        let points: Vec<String> = ["a", "b", "c", "d", "đ", "e"].map(str::to_owned).to_vec();
        let mut counters = Counters::default();
        let mut next = |counted| counters.next(counted, &points);
        assert_eq!([next(Counted::Chapter), next(Counted::Article), next(Counted::Clause)], ["I", "1", "1"]);
        for letter in &points {
            assert_eq!(&next(Counted::Point), letter);
        }
        assert_eq!([next(Counted::Clause), next(Counted::Point)], ["2", "a"]);
        assert_eq!([next(Counted::Chapter), next(Counted::Article), next(Counted::Clause)], ["II", "2", "1"]);
        assert_eq!(counters.take(Counted::Article, "5", &points), Some("3".to_owned()));
        assert_eq!(counters.take(Counted::Article, "6", &points), None);
        assert_eq!([roman(4), roman(14), roman(99)], ["IV", "XIV", "XCIX"]);
    }
}
