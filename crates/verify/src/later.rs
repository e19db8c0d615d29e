//! What followed a signature, and whether it permits that.

use super::candidates::Candidate;
use super::changes::Change;
use super::check::Check;
use super::check_id::CheckId;
use super::context::Context;
use super::permissions::{self, Permissions};
use super::report::SignatureReport;
use super::witness::Witness;
use crate::lang::Message;
use crate::message;
use crate::pdf::form::Region;
use crate::pdf::reader::{File, ReadError};

/// The most changes of one file that the witness is asked about.
const MAX_LOOKS: usize = 8;

/// Says what followed the signature, and whether it permits that.
pub(super) fn changes_after(
    context: &Context<'_, '_, '_>,
    candidate: &Candidate,
    signed: usize,
    report: &mut SignatureReport,
) -> Result<(), ReadError> {
    let mut permissions = Permissions::of(context.file, candidate)?;
    report.certification = permissions.certification;
    if let Some((number, certification)) = context.certification
        && context.file.defining(number, signed)?.is_some()
    {
        permissions.restrict(certification);
    }
    let mut checks = Vec::new();
    for (revision, transition) in context.history.after(signed) {
        for (index, change) in transition.changes.iter().enumerate() {
            let words = match change {
                Change::Filled { .. } => vouched_for(change.words(), revision, context),
                _ => change.words(),
            };
            if report.changes_after.last() != Some(&words) {
                report.changes_after.push(words);
            }
            checks.extend(permissions.judge(change, blank(context, (revision, index), change)));
        }
        if let Some(reason) = &transition.violation {
            let (vi, en) = (&reason.vi, &reason.en);
            checks.push(Check::fail(
                CheckId::Changes,
                message!(
                    "sau khi ký, tệp bị thay đổi ngoài phạm vi cho phép: {vi}",
                    "a change that is not permitted after signing: {en}"
                ),
            ));
            report.changes_after.push(reason.clone());
        }
    }
    let check = permissions::worst(checks).unwrap_or_else(|| {
        Check::pass(
            CheckId::Changes,
            if report.changes_after.is_empty() {
                message!("không có gì được thêm sau chữ ký này", "nothing was added after this signature")
            } else {
                message!(
                    "những gì được thêm sau chữ ký này đều được phép",
                    "what was added after this signature is permitted"
                )
            },
        )
    });
    report.checks.push(check);
    Ok(())
}

/// Who signed what was filled in: without a signature over it, whoever had the file may have done it.
fn vouched_for(what: Message, revision: usize, context: &Context<'_, '_, '_>) -> Message {
    let Message { vi, en } = what;
    let later = context.later.iter().filter(|(signed, _)| *signed >= revision);
    match later.min_by_key(|(signed, _)| *signed) {
        Some((_, name)) => message!("{vi}, được {name} ký xác nhận", "{en}, which {name} signed"),
        None => message!("{vi}, chưa ai ký xác nhận", "{en}, which nobody signed"),
    }
}

/// Whether the pages were empty where a change shows, in the revision before it.
fn blank(context: &Context<'_, '_, '_>, place: (usize, usize), change: &Change) -> Option<bool> {
    // Only of a new field that shows it matters.
    let (Change::Signature(field) | Change::EmptyField { field, .. }) = change else {
        return None;
    };
    if !field.is_new || field.regions.is_empty() {
        return None;
    }
    if let Some(known) = context.looks.borrow().get(&place) {
        return *known;
    }
    if context.looks.borrow().len() >= MAX_LOOKS {
        return None;
    }
    let seen = look(context.file, context.options.witness, place.0, &field.regions);
    context.looks.borrow_mut().insert(place, seen);
    seen
}

fn look(file: &File<'_>, witness: Option<&dyn Witness>, revision: usize, regions: &[Region]) -> Option<bool> {
    let end = file.revisions().get(revision.checked_sub(1)?)?.span.end;
    let before = file.bytes().get(..end)?;
    let witness = witness?;
    let mut all = true;
    for region in regions {
        all &= witness.is_blank(before, region)?;
    }
    Some(all)
}
