//! Numbers that authors write themselves: which one would have followed.

/// The last numbers of headings by level, Arabic and Roman ones each for themselves.
#[derive(Debug, Default)]
pub(super) struct Counts([[usize; 2]; 3]);

impl Counts {
    pub(super) fn last(&self, level: usize, roman: bool) -> usize {
        self.0.get(level).and_then(|last| last.get(usize::from(roman))).copied().unwrap_or_default()
    }

    /// Takes a number; what is inside of it begins anew.
    pub(super) fn set(&mut self, level: usize, roman: bool, number: usize) {
        if let Some(last) = self.0.get_mut(level) {
            if roman {
                last[0] = 0;
            }
            last.get_mut(usize::from(roman)).into_iter().for_each(|last| *last = number);
        }
        self.below(level + 1);
    }

    /// What is at `level` and inside of it begins anew.
    pub(super) fn below(&mut self, level: usize) {
        self.0.iter_mut().skip(level).for_each(|last| *last = [0; 2]);
    }
}

/// An Arabic or Roman number, and whether it is Roman.
pub(super) fn counted(bare: &str) -> Option<(bool, usize)> {
    if !bare.is_empty() && bare.len() <= 3 && bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return bare.parse().ok().map(|number| (false, number));
    }
    let found = (1..=60).find(|number| crate::numbering::roman(*number) == bare);
    found.map(|number| (true, number))
}

/// What is counted by numbers typed into paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TypedNumber {
    /// «I.»
    Roman,
    /// «Điều 1.»
    Article,
    /// «1.»
    Number,
    /// «a)»
    Letter,
}

/// The last number of each, from the outermost to the innermost.
#[derive(Debug, Default)]
pub(super) struct Typed([usize; 4]);

impl Typed {
    /// The number that `text` begins with: as it is written, what it counts, and its value.
    pub(super) fn read<'a>(
        &self,
        text: &'a str,
        article: &str,
        points: &[String],
    ) -> Option<(&'a str, TypedNumber, usize)> {
        if let Some(rest) = text.strip_prefix(article).and_then(|rest| rest.strip_prefix(' ')) {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number = rest.get(..digits)?.parse().ok()?;
            rest.get(digits..)?.strip_prefix(['.', ':'])?;
            return Some((text.get(..text.len() - rest.len() + digits)?, TypedNumber::Article, number));
        }
        let word = text.split([' ', '\u{A0}']).next().filter(|word| word.len() < text.len())?;
        if let Some(letter) = word.strip_suffix(')') {
            let at = points.iter().position(|point| point == letter)?;
            return Some((word, TypedNumber::Letter, at + 1));
        }
        let (roman, number) = counted(word.strip_suffix('.')?)?;
        Some((word, if roman { TypedNumber::Roman } else { TypedNumber::Number }, number))
    }

    /// Takes a number and gives the one before it; what is inside of it begins anew.
    pub(super) fn take(&mut self, what: TypedNumber, number: usize) -> usize {
        let at = match what {
            TypedNumber::Roman => 0,
            TypedNumber::Article => 1,
            TypedNumber::Number => 2,
            TypedNumber::Letter => 3,
        };
        let before = self.0.get(at).copied().unwrap_or_default();
        // Articles count through their divisions.
        let kept = if what == TypedNumber::Roman { self.0[1] } else { 0 };
        self.0.iter_mut().skip(at).for_each(|last| *last = 0);
        if what == TypedNumber::Roman {
            self.0[1] = kept;
        }
        if let Some(last) = self.0.get_mut(at) {
            *last = number;
        }
        before
    }
}
