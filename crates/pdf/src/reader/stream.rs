//! Decoding of the streams that hold structure: cross-references and objects (ISO 32000-2 7.4.4).

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::budget::Budget;
use super::error::ReadError;
use super::object::{Dictionary, Object, Span};

/// The decoded bytes of a stream that is plain or has the one filter FlateDecode.
pub(super) fn decode(
    bytes: &[u8],
    dictionary: &Dictionary,
    data: Span,
    budget: &Budget,
) -> Result<Vec<u8>, ReadError> {
    let raw = bytes.get(data.start..data.end).ok_or(ReadError::Stream(data.start))?;
    let (filters, parameters) = (list(dictionary, "Filter"), list(dictionary, "DecodeParms"));
    match filters.as_slice() {
        [] => {
            budget.inflate(raw.len() as u64)?;
            Ok(raw.to_vec())
        }
        [Object::Name(name)] if name == b"FlateDecode" => {
            let inflated = inflate(raw, data, budget)?;
            let parameters = parameters.first().and_then(|object| object.as_dictionary());
            predict(inflated, parameters, data)
        }
        _ => Err(ReadError::Unsupported("a filter other than FlateDecode on a stream of structure")),
    }
}

fn list<'a>(dictionary: &'a Dictionary, key: &str) -> Vec<&'a Object> {
    match dictionary.get(key).map(|value| &value.object) {
        None | Some(Object::Null) => Vec::new(),
        Some(Object::Array(values)) => values.iter().map(|value| &value.object).collect(),
        Some(object) => vec![object],
    }
}

fn inflate(raw: &[u8], data: Span, budget: &Budget) -> Result<Vec<u8>, ReadError> {
    let mut inflated = Vec::new();
    // One byte more than allowed tells a stream that is too long from one that just fits.
    let limit = budget.inflated_left().saturating_add(1);
    ZlibDecoder::new(raw)
        .take(limit)
        .read_to_end(&mut inflated)
        .map_err(|_| ReadError::Stream(data.start))?;
    budget.inflate(inflated.len() as u64)?;
    Ok(inflated)
}

/// Undoes a PNG predictor (ISO 32000-2 7.4.4.4).
fn predict(bytes: Vec<u8>, parameters: Option<&Dictionary>, data: Span) -> Result<Vec<u8>, ReadError> {
    let number = |key, default| parameters.and_then(|known| known.integer(key)).unwrap_or(default);
    let predictor = number("Predictor", 1);
    if predictor == 1 {
        return Ok(bytes);
    }
    let columns = usize::try_from(number("Columns", 1)).unwrap_or(0);
    let whole_bytes = number("Colors", 1) == 1 && number("BitsPerComponent", 8) == 8;
    if !(10..=15).contains(&predictor) || !(1..=64).contains(&columns) || !whole_bytes {
        return Err(ReadError::Unsupported("this predictor on a stream of structure"));
    }
    let mut previous = vec![0_u8; columns];
    let mut output = Vec::with_capacity(bytes.len());
    for row in bytes.chunks(columns + 1) {
        let Some((tag, row)) = row.split_first().filter(|(_, row)| row.len() == columns) else {
            return Err(ReadError::Stream(data.start));
        };
        let mut current = Vec::with_capacity(columns);
        for (index, byte) in row.iter().enumerate() {
            let left = index.checked_sub(1).and_then(|left| current.get(left)).copied().unwrap_or(0);
            let up = previous.get(index).copied().unwrap_or(0);
            let upper_left = index.checked_sub(1).and_then(|left| previous.get(left)).copied().unwrap_or(0);
            let predicted = match tag {
                0 => 0,
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, upper_left),
                _ => return Err(ReadError::Stream(data.start)),
            };
            current.push(byte.wrapping_add(predicted));
        }
        output.extend_from_slice(&current);
        previous = current;
    }
    Ok(output)
}

fn paeth(left: u8, up: u8, upper_left: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(upper_left);
    let distance = |byte: u8| (estimate - i16::from(byte)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(upper_left) {
        left
    } else if distance(up) <= distance(upper_left) {
        up
    } else {
        upper_left
    }
}
