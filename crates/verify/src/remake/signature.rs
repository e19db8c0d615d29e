//! A signature in a field that was there.

use super::appearance;
use super::step::Step;
use crate::pdf::form::Field;
use crate::pdf::names::REPORT_DIGEST_KEY;
use crate::pdf::reader::{Dictionary, Object, text};
use crate::pdf::writer::{DocumentDigest, NewSignature, Rule, Shown, Update, UpdateError};

/// The bytes with which `field` gets the signature `value`; `None` where it is none of ours.
pub(super) fn again(
    step: &Step<'_>,
    field: &Field,
    value: &Dictionary,
) -> Result<Option<Vec<u8>>, UpdateError> {
    let Some(known) = step.known(field) else {
        return Ok(None);
    };
    let shown = match (field.dictionary().get("AP"), known.dictionary().get("AP")) {
        (Some(new), Some(old)) if new.object.same(&old.object) => None,
        (None, None) => None,
        _ => match appearance::read(&step.content, field.dictionary())? {
            None => return Ok(None),
            Some((_, appearance)) => Some(Shown::Appearance(appearance)),
        },
    };
    let (Some(signature), Some(contents)) = (read(value, field.number, shown), value.string("Contents"))
    else {
        return Ok(None);
    };
    let unfilled = signature.write(Update::again(step.file, step.revision)?)?;
    Ok(unfilled.fill(contents))
}

/// What the signature says, as far as ours say anything.
fn read(value: &Dictionary, field: u32, shown: Option<Shown>) -> Option<NewSignature> {
    Some(NewSignature {
        field,
        time: String::from_utf8(value.string("M")?.to_vec()).ok()?,
        name: text(value.string("Name")?)?,
        location: match value.get("Location") {
            Some(location) => Some(text(location.object.as_string()?)?),
            None => None,
        },
        document: match value.get(REPORT_DIGEST_KEY) {
            Some(stamp) => Some(document(stamp.object.as_dictionary()?)?),
            None => None,
        },
        rule: match value.get("Reference") {
            Some(reference) => rule(&reference.object)?,
            None => Rule::None,
        },
        shown,
        room: value.string("Contents")?.len(),
    })
}

fn document(stamp: &Dictionary) -> Option<DocumentDigest> {
    Some(DocumentDigest {
        length: usize::try_from(stamp.integer("Length")?).ok()?,
        value: stamp.string("Value")?.try_into().ok()?,
    })
}

fn rule(reference: &Object) -> Option<Rule> {
    let [reference] = reference.as_array()? else { return None };
    let reference = reference.object.as_dictionary()?;
    match reference.name("TransformMethod")? {
        b"DocMDP" => {
            let parameters = reference.get("TransformParams")?.object.as_dictionary()?;
            parameters.integer("P").map(Rule::Certify)
        }
        b"FieldMDP" => Some(Rule::Lock),
        _ => None,
    }
}
