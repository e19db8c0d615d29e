//! What was done to a file after it was signed.
//!
//! One rule, from a whitelist: an update may sign an empty signature field of the form. It redefines
//! that field, which gains /V and /AP and keeps everything else, and adds new objects. What the rule
//! does not explain is a violation.

use std::collections::{BTreeSet, HashSet};

use super::candidates::{Candidate, FormField, fields};
use super::report::Check;
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

/// Judges what leads from the report to the signature in revision `signed`: the stamped digest is the
/// report's, so the page that is seen must be as well.
pub(super) fn since_report(file: &File<'_>, signed: usize, all: &[Candidate]) -> Result<Check, ReadError> {
    for revision in 1..=signed {
        if let Err(reason) = explain(file, revision, all)? {
            let (vi, en) = (&reason.vi, &reason.en);
            return Ok(Check::fail(
                "report",
                message!(
                    "bản được ký không phải báo cáo đã đóng dấu: {vi}",
                    "what was signed is not the report that was stamped: {en}"
                ),
            ));
        }
    }
    Ok(Check::pass(
        "report",
        message!(
            "bản được ký chính là báo cáo, chỉ thêm chữ ký",
            "what was signed is the report, with nothing but signatures added"
        ),
    ))
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
    let mut added_objects = HashSet::new();
    for number in file.defined(revision) {
        let Some(old) = file.object(number, before)? else {
            // An object that something already pointed to would appear out of nowhere.
            if i64::from(number) < size || promised.contains(&number) {
                return Ok(Err(message!(
                    "đối tượng {number} xuất hiện sau khi ký",
                    "object {number} appeared"
                )));
            }
            added_objects.insert(number);
            continue;
        };
        let Some(new) = file.object(number, revision)? else {
            continue;
        };
        let field = form.iter().find(|field| field.number == number);
        match field.and_then(|field| filled_in(field, &old.value, &new.value)) {
            Some(value) if signed.is_none() && is_new_signature(all, value, revision) => {
                signed = field.map(|field| (field, new.value));
            }
            _ => {
                return Ok(Err(message!("đối tượng {number} bị sửa", "object {number} was changed")));
            }
        }
    }
    let Some((field, value)) = signed else {
        return Ok(Err(message!(
            "có dữ liệu được thêm mà không phải chữ ký",
            "something was added that is no signature"
        )));
    };
    if let Some(number) = unexplained(file, revision, &value, added_objects)? {
        return Ok(Err(message!(
            "đối tượng {number} không thuộc chữ ký được thêm",
            "object {number} is no part of the signature that was added"
        )));
    }
    Ok(Ok(added(field)))
}

/// An object that is no part of the signature in `field`: one of `added` that neither its value nor its
/// appearance leads to, or an older one that it takes for its appearance.
fn unexplained(
    file: &File<'_>,
    revision: usize,
    field: &Value,
    mut added: HashSet<u32>,
) -> Result<Option<u32>, ReadError> {
    let mut queue = HashSet::new();
    for key in ["V", "AP"] {
        let value = field.object.as_dictionary().and_then(|field| field.get(key));
        value.into_iter().for_each(|value| references(value, &mut queue));
    }
    let mut queue: Vec<u32> = queue.into_iter().collect();
    if let Some(old) = queue.iter().find(|number| !added.contains(number)) {
        return Ok(Some(*old));
    }
    while let Some(number) = queue.pop() {
        if added.remove(&number)
            && let Some(located) = file.object(number, revision)?
        {
            let mut referred = HashSet::new();
            references(&located.value, &mut referred);
            queue.extend(referred);
        }
    }
    // What holds cross-references or other objects is not drawn.
    for number in added.into_iter().collect::<BTreeSet<u32>>() {
        let located = file.object(number, revision)?;
        let kind = located.as_ref().and_then(|located| located.value.object.as_dictionary()?.name("Type"));
        if !matches!(kind, Some(b"XRef" | b"ObjStm")) {
            return Ok(Some(number));
        }
    }
    Ok(None)
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
