//! How deep each heading stands. Authors may skip levels; a tagged PDF may not (ISO 14289-1 7.4.2).

/// Ranks of the headings that are open, outermost first.
#[derive(Debug, Default)]
pub(super) struct Outline {
    open: Vec<u8>,
}

/// Rank of an article; divisions stand above it, clauses and plain headings below.
const ARTICLE: u8 = 10;

impl Outline {
    /// The level of a heading of the author's level `level`: the document's title has level 1.
    pub(super) fn heading(&mut self, level: u8) -> usize {
        self.enter(ARTICLE + 1 + level)
    }

    /// The level of a division.
    pub(super) fn division(&mut self, name: &str) -> usize {
        let rank = match name {
            "phan" => 1,
            "chuong" => 2,
            "muc" => 3,
            _ => 4,
        };
        self.enter(rank)
    }

    /// The level of an article's title. Without one its number is no heading, but ends what is open.
    pub(super) fn article(&mut self, untitled: bool) -> usize {
        self.leave_or_enter(ARTICLE, untitled)
    }

    /// The level of a clause's title.
    pub(super) fn clause(&mut self, untitled: bool) -> usize {
        self.leave_or_enter(ARTICLE + 1, untitled)
    }

    fn leave_or_enter(&mut self, rank: u8, untitled: bool) -> usize {
        if untitled {
            self.open.retain(|open| *open < rank);
            return 0;
        }
        self.enter(rank)
    }

    fn enter(&mut self, rank: u8) -> usize {
        self.open.retain(|open| *open < rank);
        self.open.push(rank);
        self.open.len() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_level_is_skipped() {
        let mut outline = Outline::default();
        assert_eq!(
            [outline.heading(1), outline.heading(3), outline.heading(2), outline.heading(1)],
            [2, 3, 3, 2]
        );
        let mut outline = Outline::default();
        assert_eq!([outline.article(false), outline.clause(false)], [2, 3]);
        assert_eq!([outline.division("chuong"), outline.article(false), outline.article(true)], [2, 3, 0]);
        assert_eq!([outline.division("muc"), outline.article(false), outline.division("phan")], [3, 4, 2]);
    }
}
