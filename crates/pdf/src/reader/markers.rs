//! What a program that repairs files looks for in their bytes, wherever these stand: in streams and strings as well.

use memchr::memmem;

use super::parser::{is_regular, is_space};

/// Where `bytes` first hold something that a program which repairs files would take for the beginning or the end of an
/// object, of cross-references or of the file.
pub(super) fn marker(bytes: &[u8]) -> Option<usize> {
    let any = |word: &'static [u8], counts: &dyn Fn(usize) -> bool| {
        memmem::find_iter(bytes, word).find(|at| counts(*at))
    };
    let starts = |at: usize| {
        at.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(|byte| !is_regular(*byte))
    };
    let follows = |at: usize| bytes.get(at..).unwrap_or_default().iter().find(|byte| !is_space(**byte));
    let found = [
        any(b"obj", &|at| is_object(bytes, at)),
        any(b"endstream", &|_| true),
        any(b"startxref", &|_| true),
        any(b"xref", &|at| starts(at) && bytes.get(at + 4).is_none_or(|byte| !is_regular(*byte))),
        any(b"trailer", &|at| starts(at) && follows(at + 7) == Some(&b'<')),
        any(b"%%EOF", &|_| true),
    ];
    found.into_iter().flatten().min()
}

/// Whether the `obj` at `at` begins an object, or ends one: after a number, after `end`, or as a word of its own.
fn is_object(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    let last = before.iter().rev().find(|byte| !is_space(**byte));
    let alone = before.last().is_none_or(|byte| !is_regular(*byte))
        && bytes.get(at + 3).is_none_or(|byte| !is_regular(*byte));
    before.ends_with(b"end") || alone || last.is_some_and(u8::is_ascii_digit)
}

/// Every `obj` in `bytes` from `from` on; and of those that stand in `N G obj`, as a program which repairs files takes
/// it wherever it is, the number of the object and where it begins.
pub(super) fn objects(bytes: &[u8], from: usize) -> impl Iterator<Item = Option<(u32, usize)>> + '_ {
    let rest = bytes.get(from..).unwrap_or_default();
    memmem::find_iter(rest, b"obj").map(move |at| {
        let (_, at) = number_before(bytes, from + at)?;
        number_before(bytes, at)
    })
}

/// The number that ends before `end`, white space apart, and where it begins.
fn number_before(bytes: &[u8], end: usize) -> Option<(u32, usize)> {
    const LONGEST: usize = 32;
    let window = bytes.get(end.saturating_sub(LONGEST)..end)?;
    let white = window.iter().rev().take_while(|byte| is_space(**byte)).count();
    let before = window.get(..window.len() - white)?;
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let text = before.get(before.len() - digits..)?;
    let number = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some((number, end - white - digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_looks_like_structure_is_found() {
        for text in [
            "5 0 obj",
            "x 5 0 obj<<",
            "5\n0\0obj",
            "5 0obj",
            "a obj b",
            "endobj",
            "xendobjx",
            "endstream",
            "xref\n0 1",
            "x startxref",
            "startxref",
            "trailer<<",
            "trailer \n <<",
            "%%EOF",
            "(%%EOF)",
            "5 0 objx",
        ] {
            assert!(marker(text.as_bytes()).is_some(), "{text}");
        }
        for text in [
            "object",
            "objects 5",
            "an object",
            "the trailer is",
            "xrefs",
            "a stream",
            "5 0 R",
            "%EOF",
            "trailer",
        ] {
            assert_eq!(marker(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn objects_are_found_wherever_they_stand() {
        let bytes = b"1 0 obj\nstream\n(12 0 obj) 3  1\nobj 4 obj x obj 99999999999 0 obj\n";
        assert_eq!(objects(bytes, 0).flatten().collect::<Vec<_>>(), [(1, 0), (12, 16), (3, 26)]);
        assert_eq!(objects(bytes, 6).flatten().collect::<Vec<_>>(), [(12, 16), (3, 26)]);
    }
}
