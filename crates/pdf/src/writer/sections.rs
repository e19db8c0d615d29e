//! The cross-references of an update, and nothing but its own (ISO 32000-2 7.5.4, 7.5.8).

use std::collections::BTreeMap;

use super::object::ObjectId;

/// The rows of a cross-reference table (ISO 32000-2 7.5.4).
pub(super) fn write_table(bytes: &mut Vec<u8>, offsets: &BTreeMap<ObjectId, usize>) {
    for run in runs(offsets) {
        let Some(((first, _), _)) = run.first() else {
            continue;
        };
        bytes.extend_from_slice(format!("{first} {}\n", run.len()).as_bytes());
        for ((_, generation), offset) in run {
            bytes.extend_from_slice(format!("{offset:010} {generation:05} n\r\n").as_bytes());
        }
    }
}

/// A cross-reference stream (ISO 32000-2 7.5.8), the object `own`.
pub(super) fn write_stream(
    bytes: &mut Vec<u8>,
    own: ObjectId,
    offsets: &BTreeMap<ObjectId, usize>,
    trailer: &[u8],
) {
    let mut rows = Vec::with_capacity(offsets.len() * 11);
    let mut index = String::new();
    for run in runs(offsets) {
        let Some(((first, _), _)) = run.first() else {
            continue;
        };
        index.push_str(&format!("{first} {} ", run.len()));
        for ((_, generation), offset) in run {
            rows.push(1);
            rows.extend_from_slice(&(offset as u64).to_be_bytes());
            rows.extend_from_slice(&generation.to_be_bytes());
        }
    }
    bytes.extend_from_slice(format!("{} {} obj\n", own.0, own.1).as_bytes());
    bytes.extend_from_slice(trailer);
    let own = format!("/Type/XRef/W[1 8 2]/Index[{}]/Length {}>>\nstream\n", index.trim_end(), rows.len());
    bytes.extend_from_slice(own.as_bytes());
    bytes.extend_from_slice(&rows);
    bytes.extend_from_slice(b"\nendstream\nendobj\n");
}

/// Consecutive object numbers, as the subsections of cross-references have them.
fn runs(offsets: &BTreeMap<ObjectId, usize>) -> Vec<Vec<(ObjectId, usize)>> {
    let mut runs: Vec<Vec<(ObjectId, usize)>> = Vec::new();
    for (id, offset) in offsets {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|(last, _)| last.0 + 1 == id.0) => run.push((*id, *offset)),
            _ => runs.push(vec![(*id, *offset)]),
        }
    }
    runs
}
