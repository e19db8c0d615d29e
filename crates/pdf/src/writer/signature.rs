//! A signature in its field: what it says beside who made it, and what it shows (ISO 32000-2 12.8.1).

use super::appearance::NewAppearance;
use super::error::UpdateError;
use super::gap::{Unfilled, make_room};
use super::object::{NewDictionary, NewObject, ObjectId, Stream};
use super::update::Update;
use crate::names::REPORT_DIGEST_KEY;

/// A signature that a field gets.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSignature {
    /// The object of its field.
    pub field: u32,
    /// When it is made (/M), as a date string (ISO 32000-2 7.9.4).
    pub time: String,
    /// Who makes it (/Name), as the certificate has it.
    pub name: String,
    /// Where (/Location).
    pub location: Option<String>,
    /// The document that it is of.
    pub document: Option<DocumentDigest>,
    /// What it permits to follow it.
    pub rule: Rule,
    /// What its field shows from then on; `None` where that does not change.
    pub shown: Option<Shown>,
    /// How many bytes its value may have.
    pub room: usize,
}

/// The machine-readable stamp: SHA-256 of the first revision, and how long that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentDigest {
    /// In bytes.
    pub length: usize,
    /// The digest.
    pub value: [u8; 32],
}

/// What a signature permits to follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// It says nothing.
    None,
    /// It certifies the document (DocMDP, ISO 32000-2 12.8.2.2): forms may be filled in and signed (P 2), or
    /// nothing may follow but validation data and time-stamps (P 1).
    Certify(i64),
    /// It locks every field (FieldMDP, ISO 32000-2 12.8.2.4), and nothing may follow but validation data.
    Lock,
}

/// What a field shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// An appearance with what it refers to.
    Appearance(NewAppearance),
    /// A form XObject that refers to nothing.
    Form(Stream),
}

impl NewSignature {
    /// Puts it into `update`.
    ///
    /// # Errors
    /// The file has no catalog or no such field, or what is shown lacks something.
    pub fn write(&self, mut update: Update<'_>) -> Result<Unfilled, UpdateError> {
        let catalog = update.catalog()?;
        let signature = update.add(self.dictionary(catalog));
        let shown = match &self.shown {
            Some(Shown::Appearance(appearance)) => Some(appearance.add_to(&mut update)?),
            Some(Shown::Form(form)) => Some(update.add(form.clone())),
            None => None,
        };
        let widget = update.edit(self.field)?;
        widget.set("V", signature);
        if let Some(shown) = shown {
            widget.set("AP", NewDictionary::new().with("N", shown));
        }
        if let Rule::Certify(_) = self.rule {
            // The catalog names the certification signature (ISO 32000-2 12.8.6).
            update.edit(catalog.0)?.set("Perms", NewDictionary::new().with("DocMDP", signature));
        }
        Unfilled::of(update, signature, self.room)
    }

    /// The signature dictionary; `catalog` is the object that a lock refers to.
    fn dictionary(&self, catalog: ObjectId) -> NewDictionary {
        let mut signature = NewDictionary::new()
            .with("Type", "Sig")
            .with("Filter", "Adobe.PPKLite")
            .with("SubFilter", "ETSI.CAdES.detached")
            .with("M", NewObject::literal(&self.time))
            .with("Name", NewObject::text(&self.name));
        if let Some(DocumentDigest { length, value }) = &self.document {
            let stamp = NewDictionary::new()
                .with("Type", REPORT_DIGEST_KEY)
                .with("Algorithm", "SHA256")
                .with("Length", i64::try_from(*length).unwrap_or(i64::MAX))
                .with("Value", NewObject::Hexadecimal(value.to_vec()));
            signature.set(REPORT_DIGEST_KEY, stamp);
        }
        if let Some(location) = &self.location {
            signature.set("Location", NewObject::text(location));
        }
        if let Some(reference) = self.rule.reference(catalog) {
            signature.set("Reference", vec![NewObject::Dictionary(reference)]);
        }
        make_room(&mut signature, self.room);
        signature
    }
}

impl Rule {
    /// The signature reference dictionary (ISO 32000-2 table 256) that states it.
    fn reference(self, catalog: ObjectId) -> Option<NewDictionary> {
        let (method, parameters) = match self {
            Rule::None => return None,
            Rule::Certify(permission) => ("DocMDP", NewDictionary::new().with("P", permission)),
            // /P beside the action: what the field's own lock says (ISO 32000-2 table 236).
            Rule::Lock => ("FieldMDP", NewDictionary::new().with("Action", "All").with("P", 1)),
        };
        let parameters = parameters.with("Type", "TransformParams").with("V", "1.2");
        let mut reference = NewDictionary::new()
            .with("Type", "SigRef")
            .with("TransformMethod", method)
            .with("TransformParams", parameters);
        if self == Rule::Lock {
            reference.set("Data", catalog);
        }
        Some(reference)
    }
}
