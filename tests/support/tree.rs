//! DER taken apart and put together again, so that a test can change one piece of a structure, or write it as BER.

#![allow(dead_code, reason = "every test program uses some of it")]

/// An element: what its tag is, and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    Leaf(u8, Vec<u8>),
    Node(u8, Vec<Tree>),
}

/// How the length of an element is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    Shortest,
    /// With a zero that means nothing.
    Long,
    /// By an end. A string is then written in two pieces.
    Indefinite,
}

impl Tree {
    /// The element that `der` is.
    pub fn read(der: &[u8]) -> Tree {
        let (tree, rest) = Tree::first(der);
        assert!(rest.is_empty());
        tree
    }

    fn first(der: &[u8]) -> (Tree, &[u8]) {
        let (tag, first) = (der[0], der[1]);
        let more = if first < 0x80 { 0 } else { usize::from(first & 0x7F) };
        let octets = if more == 0 { &der[1..2] } else { &der[2..2 + more] };
        let length = octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
        let (content, rest) = der[2 + more..].split_at(length);
        if tag & 0x20 == 0 {
            return (Tree::Leaf(tag, content.to_vec()), rest);
        }
        let (mut inside, mut left) = (Vec::new(), content);
        while !left.is_empty() {
            let (tree, rest) = Tree::first(left);
            inside.push(tree);
            left = rest;
        }
        (Tree::Node(tag, inside), rest)
    }

    /// What stands at `path`, by places.
    pub fn at(&mut self, path: &[usize]) -> &mut Tree {
        match (path, self) {
            ([], tree) => tree,
            ([first, rest @ ..], Tree::Node(_, inside)) => inside[*first].at(rest),
            (path, Tree::Leaf(..)) => panic!("nothing at {path:?}"),
        }
    }

    /// What stands in it.
    pub fn inside(&mut self) -> &mut Vec<Tree> {
        match self {
            Tree::Node(_, inside) => inside,
            Tree::Leaf(..) => panic!("a leaf"),
        }
    }

    pub fn der(&self) -> Vec<u8> {
        self.write(&|_| Length::Shortest)
    }

    /// In BER, with the length of what stands at a path as `length` says.
    pub fn write(&self, length: &dyn Fn(&[usize]) -> Length) -> Vec<u8> {
        self.write_at(&mut Vec::new(), length)
    }

    fn write_at(&self, path: &mut Vec<usize>, length: &dyn Fn(&[usize]) -> Length) -> Vec<u8> {
        let form = length(path);
        match self {
            Tree::Leaf(0x04, content) if form == Length::Indefinite => {
                let (first, second) = content.split_at(content.len() / 2);
                let pieces = [first, second].map(|piece| encode(0x04, piece, Length::Shortest)).concat();
                encode(0x24, &pieces, form)
            }
            // What is no string has no pieces.
            Tree::Leaf(tag, content) if form == Length::Indefinite => encode(*tag, content, Length::Shortest),
            Tree::Leaf(tag, content) => encode(*tag, content, form),
            Tree::Node(tag, inside) => {
                let mut content = Vec::new();
                for (place, tree) in inside.iter().enumerate() {
                    path.push(place);
                    content.extend(tree.write_at(path, length));
                    path.pop();
                }
                encode(*tag, &content, form)
            }
        }
    }
}

fn encode(tag: u8, content: &[u8], length: Length) -> Vec<u8> {
    let octets = u32::try_from(content.len()).unwrap().to_be_bytes();
    let octets = &octets[octets.iter().take_while(|octet| **octet == 0).count()..];
    match length {
        Length::Indefinite => [&[tag, 0x80], content, &[0, 0]].concat(),
        Length::Long => [&[tag, 0x80 | (octets.len() + 1) as u8, 0], octets, content].concat(),
        Length::Shortest if content.len() < 0x80 => [&[tag, content.len() as u8], content].concat(),
        Length::Shortest => [&[tag, 0x80 | octets.len() as u8], octets, content].concat(),
    }
}
