//! Elements of BER (X.690 §8) as they stand in bytes. What wraps a CMS may be BER (RFC 5652 §2), as BouncyCastle writes
//! it by default: lengths that are told by an end, strings in pieces. What is signed or has a digest in it is DER, and
//! is taken as it was written.

use std::borrow::Cow;

/// How deep elements may lie in each other. An element whose length is told by its end is looked through once for each
/// element that it lies in, so this bounds the time as well.
const MAX_DEPTH: usize = 24;

/// An OCTET STRING, and one in pieces.
const OCTET_STRING: u8 = 0x04;
const OCTET_STRINGS: u8 = 0x24;
/// In a tag: more elements are inside.
const CONSTRUCTED: u8 = 0x20;

/// Identifier, length and content of one element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// The identifier octet (X.690 §8.1.2): class, whether more elements are inside, number.
    pub tag: u8,
    /// The content, without the end that tells a length.
    pub content: &'a [u8],
    /// All of it.
    pub whole: &'a [u8],
    /// How many elements it lies in.
    depth: usize,
}

/// The elements that stand one after another.
#[derive(Debug, Clone)]
pub(super) struct Elements<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Element<'a> {
    /// The element that `bytes` begin with, and what follows it; `None` where it is cut short, lies too deep or has a
    /// tag of several octets, which no CMS has.
    pub(super) fn first(bytes: &'a [u8]) -> Option<(Element<'a>, &'a [u8])> {
        let mut elements = Elements { rest: bytes, depth: 0 };
        Some((elements.next()?, elements.rest))
    }

    /// Those inside of it, where its tag says that there are any.
    pub(super) fn inside(&self) -> Option<Elements<'a>> {
        (self.tag & CONSTRUCTED != 0).then_some(Elements { rest: self.content, depth: self.depth + 1 })
    }

    /// All inside of it, where it has the tag `tag` and at most `most` are.
    pub(super) fn all(&self, tag: u8, most: usize) -> Option<Vec<Element<'a>>> {
        let mut elements = self.inside().filter(|_| self.tag == tag)?;
        let mut found = Vec::new();
        while !elements.is_over() {
            if found.len() == most {
                return None;
            }
            found.push(elements.next()?);
        }
        Some(found)
    }

    /// The content of a string of octets, whole or in pieces (X.690 §8.7).
    pub(super) fn octets(&self) -> Option<Cow<'a, [u8]>> {
        if self.tag & CONSTRUCTED == 0 {
            return Some(Cow::Borrowed(self.content));
        }
        let mut joined = Vec::new();
        let mut pieces = self.inside()?;
        while !pieces.is_over() {
            let piece = pieces.next().filter(|piece| piece.tag & !CONSTRUCTED == OCTET_STRING)?;
            joined.extend_from_slice(&piece.octets()?);
        }
        Some(Cow::Owned(joined))
    }

    /// The same in DER as far as lengths and strings in pieces go. What differs from DER in other ways stays as it is.
    pub(super) fn der(&self) -> Option<Cow<'a, [u8]>> {
        let (tag, content) = match self.inside() {
            None => (self.tag, Cow::Borrowed(self.content)),
            Some(_) if self.tag == OCTET_STRINGS => (OCTET_STRING, self.octets()?),
            Some(mut elements) => {
                let mut content = Vec::new();
                while !elements.is_over() {
                    content.extend_from_slice(&elements.next()?.der()?);
                }
                (self.tag, Cow::Owned(content))
            }
        };
        let written = encode(tag, &content)?;
        Some(if written == self.whole { Cow::Borrowed(self.whole) } else { Cow::Owned(written) })
    }

    /// Whether its lengths and strings, and those of all inside of it, are those of DER.
    pub(super) fn is_der(&self) -> bool {
        self.der().is_some_and(|der| der == self.whole)
    }
}

impl<'a> Elements<'a> {
    /// Whether there are no more.
    pub(super) fn is_over(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next one; `None` where there is none, or bytes that are none.
    pub(super) fn next(&mut self) -> Option<Element<'a>> {
        let bytes = self.rest;
        let (tag, start, length) = header(bytes)?;
        let (content, whole) = match length {
            Some(length) => {
                let end = start.checked_add(length)?;
                (bytes.get(start..end)?, bytes.get(..end)?)
            }
            None => {
                let length = up_to_end(bytes.get(start..)?, self.depth + 1)?;
                (bytes.get(start..start + length)?, bytes.get(..start + length + 2)?)
            }
        };
        let element = Element { tag, content, whole, depth: self.depth };
        (self.depth < MAX_DEPTH).then_some(())?;
        self.rest = bytes.get(whole.len()..)?;
        Some(element)
    }

    /// The next one, where it has the tag `tag`.
    pub(super) fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.rest.first() == Some(&tag) { self.next() } else { None }
    }
}

/// Tag, length of the header, and length of the content; `None` for the latter where its end tells.
fn header(bytes: &[u8]) -> Option<(u8, usize, Option<usize>)> {
    const SEVERAL_OCTETS: u8 = 0x1F;
    let (tag, first) = (*bytes.first()?, *bytes.get(1)?);
    (tag & SEVERAL_OCTETS != SEVERAL_OCTETS && tag != 0).then_some(())?;
    match first {
        0..0x80 => Some((tag, 2, Some(usize::from(first)))),
        0x80 => (tag & CONSTRUCTED != 0).then_some((tag, 2, None)),
        // Zeros before a length mean nothing; four octets are more than any file has.
        0x81..=0x88 => {
            let count = usize::from(first & 0x7F);
            let octets = bytes.get(2..2 + count)?;
            let length = octets
                .iter()
                .try_fold(0_u32, |length, octet| Some(length.checked_mul(0x100)? + u32::from(*octet)));
            Some((tag, 2 + count, Some(usize::try_from(length?).ok()?)))
        }
        _ => None,
    }
}

/// How many bytes stand before the end (two zeros) of an element that lies in `depth` others.
fn up_to_end(bytes: &[u8], depth: usize) -> Option<usize> {
    (depth < MAX_DEPTH).then_some(())?;
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        if rest.starts_with(&[0, 0]) {
            return Some(at);
        }
        let (_, start, length) = header(rest)?;
        let length = match length {
            Some(length) => length,
            None => up_to_end(rest.get(start..)?, depth + 1)? + 2,
        };
        at = at.checked_add(start)?.checked_add(length)?;
    }
}

/// An element with the shortest length, as DER has it (X.690 §10.1).
fn encode(tag: u8, content: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(content.len()).ok()?.to_be_bytes();
    let zeros = length.iter().take_while(|octet| **octet == 0).count();
    let octets = length.get(zeros..)?;
    let mut written = Vec::with_capacity(content.len() + 6);
    written.push(tag);
    match octets {
        [] => written.push(0),
        [short] if *short < 0x80 => written.push(*short),
        long => {
            written.push(0x80 | u8::try_from(long.len()).ok()?);
            written.extend_from_slice(long);
        }
    }
    written.extend_from_slice(content);
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An element of DER, and the same in BER.
    fn element() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
        let octets = prop::collection::vec(any::<u8>(), 0..300);
        let leaf = (octets, prop::sample::select(vec![0x02, OCTET_STRING, 0x06, 0x80]), 0_u8..3, 1_usize..90);
        let leaf = leaf.prop_map(|(content, tag, form, piece)| {
            let der = encode(tag, &content).unwrap();
            let ber = match form {
                0 => der.clone(),
                1 if tag == OCTET_STRING => {
                    let pieces: Vec<u8> =
                        content.chunks(piece).flat_map(|part| encode(OCTET_STRING, part).unwrap()).collect();
                    [&[OCTET_STRINGS, 0x80][..], &pieces, &[0, 0]].concat()
                }
                _ => long(tag, &content),
            };
            (der, ber)
        });
        leaf.prop_recursive(6, 60, 5, |inner| {
            let tags = prop::sample::select(vec![0x30, 0x31, 0xA0, 0xA1]);
            (prop::collection::vec(inner, 0..5), tags, 0_u8..3).prop_map(|(parts, tag, form)| {
                let (der, ber): (Vec<Vec<u8>>, Vec<Vec<u8>>) = parts.into_iter().unzip();
                let (der, ber) = (der.concat(), ber.concat());
                let ber = match form {
                    0 => encode(tag, &ber).unwrap(),
                    1 => long(tag, &ber),
                    _ => [&[tag, 0x80][..], &ber, &[0, 0]].concat(),
                };
                (encode(tag, &der).unwrap(), ber)
            })
        })
    }

    /// With a length that is longer than it need be.
    fn long(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x85, 0][..], &length, content].concat()
    }

    proptest! {
        #[test]
        fn ber_becomes_the_same_der((der, ber) in element(), rest in prop::collection::vec(any::<u8>(), 0..9)) {
            let bytes = [ber.as_slice(), &rest].concat();
            let (element, left) = Element::first(&bytes).unwrap();
            prop_assert_eq!(element.whole, ber.as_slice());
            prop_assert_eq!(left, rest.as_slice());
            prop_assert_eq!(element.is_der(), ber == der);
            let rewritten = element.der().unwrap();
            prop_assert_eq!(rewritten.as_ref(), der.as_slice());
        }

        #[test]
        fn whatever_is_read_is_read_from_the_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            if let Some((element, rest)) = Element::first(&bytes) {
                prop_assert_eq!([element.whole, rest].concat(), bytes.clone());
                if let Some(der) = element.der() {
                    let again = Element::first(&der).unwrap().0;
                    prop_assert!(again.is_der() && again.whole.len() == der.len());
                }
            }
        }
    }

    #[test]
    fn what_is_cut_short_or_too_deep_is_not_read() {
        let nested = |depth: usize| [[0x30, 0x80].repeat(depth), [0, 0].repeat(depth)].concat();
        assert!(
            Element::first(&nested(MAX_DEPTH - 1))
                .is_some_and(|(one, rest)| rest.is_empty() && one.der().is_some())
        );
        for bytes in [
            nested(MAX_DEPTH + 1),
            [0x30, 0x80].repeat(1 << 20),
            vec![0x30, 0x80, 0, 0][..3].to_vec(),
            vec![0x30, 0x85, 1, 0, 0, 0, 0, 0],
            vec![0x04, 0x80, 0, 0],
            vec![0x1F, 0x81, 0x01, 0],
            vec![0, 0],
            Vec::new(),
        ] {
            assert_eq!(Element::first(&bytes).map(|_| ()), None, "{:02x?}", &bytes[..bytes.len().min(8)]);
        }
        // A piece that is no string.
        let (strange, _) = Element::first(&[OCTET_STRINGS, 3, 0x02, 1, 0]).unwrap();
        assert_eq!(strange.octets(), None);
    }
}
