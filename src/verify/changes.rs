//! What was done to a file after it was signed.
//!
//! One rule, from a whitelist: an update may sign an empty signature field of the form. It redefines
//! that field, which gains /V and /AP and keeps everything else, and adds new objects. What the rule
//! does not explain is a violation.

use std::collections::HashSet;

use super::report::Check;
use super::signature::{Candidate, FormField, fields};
use crate::lang::Message;
use crate::message;
use crate::pdf::reader::{Dictionary, File, Object, ReadError, Value};
use crate::role::Role;

/// What followed a signed revision.
pub(super) struct Later {
    /// Whether all of it is permitted.
    pub check: Check,
    /// What it was, in words.
    pub messages: Vec<Message>,
}

/// Judges the revisions after `signed`; `all` are the signatures of the file.
pub(super) fn after(file: &File<'_>, signed: usize, all: &[Candidate]) -> Result<Later, ReadError> {
    let last = file.revisions().len().saturating_sub(1);
    let mut messages = Vec::new();
    for revision in signed + 1..=last {
        match explain(file, revision, all)? {
            Ok(message) => messages.push(message),
            Err(reason) => {
                let (vi, en) = (&reason.vi, &reason.en);
                let check = Check::fail(
                    "changes",
                    message!(
                        "sau khi ký, tệp bị thay đổi trái phép: {vi}",
                        "after it was signed, the file was changed: {en}"
                    ),
                );
                messages.push(reason);
                return Ok(Later { check, messages });
            }
        }
    }
    let check = if messages.is_empty() {
        message!("không có gì được thêm sau chữ ký này", "nothing was added after this signature")
    } else {
        message!(
            "sau chữ ký này chỉ thêm chữ ký trong trường có sẵn",
            "after this signature only signatures were added, in fields that were there"
        )
    };
    Ok(Later { check: Check::pass("changes", check), messages })
}

/// Says in words what `revision` did, or what of it can't be permitted.
fn explain(
    file: &File<'_>,
    revision: usize,
    all: &[Candidate],
) -> Result<Result<Message, Message>, ReadError> {
    let before = revision.saturating_sub(1);
    if let Some(reason) = trailer_changed(file, before, revision) {
        return Ok(Err(reason));
    }
    if let Some(number) = file.freed(revision).find(|number| *number != 0) {
        return Ok(Err(message!("đối tượng {number} bị xóa", "object {number} was deleted")));
    }
    let size =
        file.revisions().get(before).and_then(|revision| revision.trailer.integer("Size")).unwrap_or(0);
    let promised = promised(file, before)?;
    let form = fields(file, before)?;
    let mut signed = None;
    for number in file.defined(revision) {
        let Some(old) = file.object(number, before)? else {
            // An object that something already pointed to would appear out of nowhere.
            if i64::from(number) < size || promised.contains(&number) {
                return Ok(Err(message!(
                    "đối tượng {number} xuất hiện sau khi ký",
                    "object {number} appeared"
                )));
            }
            continue;
        };
        let Some(new) = file.object(number, revision)? else {
            continue;
        };
        let field = form.iter().find(|field| field.number == number);
        match field.and_then(|field| filled_in(field, &old.value, &new.value)) {
            Some(value) if signed.is_none() && is_new_signature(all, value, revision) => signed = field,
            _ => {
                return Ok(Err(message!("đối tượng {number} bị sửa", "object {number} was changed")));
            }
        }
    }
    Ok(match signed {
        Some(field) => Ok(added(field)),
        None => Err(message!(
            "có dữ liệu được thêm mà không phải chữ ký",
            "something was added that is no signature"
        )),
    })
}

/// The trailers of two revisions must name the same document.
fn trailer_changed(file: &File<'_>, before: usize, revision: usize) -> Option<Message> {
    let (old, new) = (&file.revisions().get(before)?.trailer, &file.revisions().get(revision)?.trailer);
    let same = |key: &str| match (old.get(key), new.get(key)) {
        (None, None) => true,
        (Some(old), Some(new)) => old.object.same(&new.object),
        _ => false,
    };
    let changed = ["Root", "Info", "Encrypt"].into_iter().find(|key| !same(key))?;
    Some(message!("/{changed} bị thay", "/{changed} was replaced"))
}

/// Numbers that some object of the revisions up to `last` refers to, though no such object is there.
fn promised(file: &File<'_>, last: usize) -> Result<HashSet<u32>, ReadError> {
    let mut referred = HashSet::new();
    for revision in 0..=last {
        for number in file.defined(revision) {
            if let Some(located) = file.object(number, revision)? {
                references(&located.value, &mut referred);
            }
        }
    }
    Ok(referred)
}

fn references(value: &Value, found: &mut HashSet<u32>) {
    match &value.object {
        Object::Reference(number, _) => {
            found.insert(*number);
        }
        Object::Array(values) => values.iter().for_each(|value| references(value, found)),
        Object::Dictionary(dictionary) | Object::Stream(dictionary, _) => {
            dictionary.0.iter().for_each(|(_, value)| references(value, found));
        }
        _ => {}
    }
}

/// The object that an empty signature field got as its value, where nothing else of it changed but
/// its appearance.
fn filled_in(field: &FormField, old: &Value, new: &Value) -> Option<u32> {
    let (Object::Dictionary(old), Object::Dictionary(new)) = (&old.object, &new.object) else {
        return None;
    };
    if !field.is_signature || old.get("V").is_some() {
        return None;
    }
    let rest = |dictionary: &Dictionary| {
        let mut entries: Vec<(Vec<u8>, Value)> =
            dictionary.0.iter().filter(|(key, _)| key != b"V" && key != b"AP").cloned().collect();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        entries
    };
    let (old, rest) = (rest(old), rest(new));
    let same = old.len() == rest.len()
        && old.iter().zip(&rest).all(|((a, x), (b, y))| a == b && x.object.same(&y.object));
    new.get("V").filter(|_| same)?.object.as_reference()
}

/// Whether `number` is a signature that `revision` adds; it is judged for itself.
fn is_new_signature(all: &[Candidate], number: u32, revision: usize) -> bool {
    all.iter().any(|candidate| {
        candidate.number == number && candidate.revision == revision && candidate.dictionary.is_some()
    })
}

fn added(field: &FormField) -> Message {
    match Role::from_field_name(&field.name) {
        Some(role) => {
            let Message { vi, en } = super::text::role_name(role);
            message!("thêm chữ ký của {vi}", "the signature of {en} was added")
        }
        None => {
            let name = &field.name;
            message!("thêm chữ ký trong trường \"{name}\"", "a signature was added in the field \"{name}\"")
        }
    }
}
