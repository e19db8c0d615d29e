//! How the service and a worker talk: a header in JSON, of a length that stands before it, and bytes as they are.
//! Every length is bounded, and nothing is reserved for bytes that did not come.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The longest header, in bytes: some hundred findings.
const MAX_HEADER: u64 = 64 << 20;
/// A worker of another version could lay out otherwise.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A message: what is said, and the bytes that it speaks of.
#[derive(Debug)]
pub(crate) struct Frame<T> {
    /// What is said about the parts, as JSON on the wire.
    pub said: T,
    /// Documents and files, each in one piece.
    pub parts: Vec<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
struct Header<T> {
    version: Cow<'static, str>,
    /// How many bytes each part has.
    parts: Vec<u64>,
    said: T,
}

/// Writes a message.
///
/// # Errors
/// Nobody reads, or the header is too long.
pub(crate) fn write<T: Serialize>(
    to: &mut impl Write,
    said: &T,
    parts: &[impl AsRef<[u8]>],
) -> io::Result<()> {
    let lengths = parts.iter().map(|part| part.as_ref().len() as u64).collect();
    let header = serde_json::to_vec(&Header { version: Cow::Borrowed(VERSION), parts: lengths, said })?;
    if header.len() as u64 > MAX_HEADER {
        return Err(ErrorKind::InvalidInput.into());
    }
    let length = u32::try_from(header.len()).map_err(|_| ErrorKind::InvalidInput)?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(&header)?;
    for part in parts {
        to.write_all(part.as_ref())?;
    }
    to.flush()
}

/// Reads a message with at most `limit` bytes of parts; `None` where nothing comes any more.
///
/// # Errors
/// It breaks off, is too long, or not a message of this version.
pub(crate) fn read<T: DeserializeOwned>(from: &mut impl Read, limit: u64) -> io::Result<Option<Frame<T>>> {
    let mut length = Vec::new();
    from.take(4).read_to_end(&mut length)?;
    if length.is_empty() {
        return Ok(None);
    }
    let length = <[u8; 4]>::try_from(length).map_err(|_| ErrorKind::UnexpectedEof)?;
    let length = u64::from(u32::from_be_bytes(length));
    if length > MAX_HEADER {
        return Err(ErrorKind::InvalidData.into());
    }
    let header: Header<T> = serde_json::from_slice(&piece(from, length)?)?;
    let whole = header.parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(*part));
    if header.version != VERSION || whole.is_none_or(|whole| whole > limit) {
        return Err(ErrorKind::InvalidData.into());
    }
    let parts = header.parts.into_iter().map(|length| piece(from, length)).collect::<io::Result<_>>()?;
    Ok(Some(Frame { said: header.said, parts }))
}

/// Exactly so many bytes.
fn piece(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, &"said", &[b"one".as_slice(), b"", b"three"]).unwrap();
        bytes
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = [frame(), frame()].concat();
        let mut rest = bytes.as_slice();
        for _ in 0..2 {
            let read: Frame<String> = read(&mut rest, 8).unwrap().unwrap();
            assert_eq!((read.said.as_str(), read.parts.concat()), ("said", b"onethree".to_vec()));
        }
        assert!(read::<String>(&mut rest, 8).unwrap().is_none());
    }

    #[test]
    fn nothing_else_is_read() {
        let whole = frame();
        for length in 1..whole.len() {
            assert!(read::<String>(&mut &whole[..length], 8).is_err(), "{length}");
        }
        assert!(read::<String>(&mut whole.as_slice(), 7).is_err(), "longer than the limit");
        assert!(read::<u32>(&mut whole.as_slice(), 8).is_err());
        let header = br#"{"version":"0.0.0-other","parts":[],"said":"said"}"#;
        let other = [&u32::try_from(header.len()).unwrap().to_be_bytes()[..], header].concat();
        assert!(read::<String>(&mut other.as_slice(), 8).is_err(), "another version");
        assert!(read::<String>(&mut b"hello, world".as_slice(), 8).is_err());
        let endless = format!(r#"{{"version":"{VERSION}","parts":[{0},{0}],"said":"said"}}"#, u64::MAX);
        let endless = [&u32::try_from(endless.len()).unwrap().to_be_bytes()[..], endless.as_bytes()].concat();
        assert!(read::<String>(&mut endless.as_slice(), u64::MAX).is_err());
    }
}
