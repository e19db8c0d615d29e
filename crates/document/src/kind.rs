//! The kinds of document (tên loại văn bản, NĐ 30/2020 Điều 7) and how each is laid out (Phụ lục III).

use serde::{Deserialize, Serialize, Serializer};

/// Kind of document (tên loại văn bản).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentKind {
    /// The word for it in files and commands, such as `bao-cao`.
    pub slug: String,
    /// Its name in a sentence, such as `Báo cáo`.
    pub name: String,
    /// Its name as the document's title, such as `BÁO CÁO`.
    pub title: String,
    /// Its abbreviation in a notation, such as `BC`; a công văn has none.
    pub abbreviation: Option<String>,
    /// How it is laid out.
    pub form: KindForm,
}

impl DocumentKind {
    /// The name of its own run of numbers: the abbreviation, or the slug where it has none.
    pub fn series(&self) -> &str {
        self.abbreviation.as_deref().unwrap_or(&self.slug)
    }
}

/// A layout of Phụ lục III (mẫu trình bày).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindForm {
    /// Its number in Phụ lục III.
    pub mau: String,
    /// Whether the kind's name stands over the subject.
    pub title: bool,
    /// Whether place and date stand in the letterhead.
    pub place: bool,
    /// Whether it has a subject (trích yếu).
    #[serde(default = "required")]
    pub subject: Presence,
    /// Where the issuing authority (thẩm quyền ban hành) stands.
    #[serde(default)]
    pub issuer: IssuerPlace,
    /// The words between legal bases and content, such as `QUYẾT ĐỊNH:`.
    #[serde(default)]
    pub enacts: Option<String>,
    /// The words before the addressees, such as `Kính gửi:`.
    #[serde(default)]
    pub lead: String,
    /// Whether it has addressees.
    pub addressees: Presence,
    /// Whether even one addressee stands on a line of its own.
    #[serde(default)]
    pub listed: bool,
    /// Whether dashes stand before addressees on lines of their own.
    #[serde(default = "yes")]
    pub dashes: bool,
    /// Whether a second signature may stand on the left.
    #[serde(default)]
    pub cosignature: bool,
    /// Whether the first recipient is «Như trên» where there are addressees.
    #[serde(default)]
    pub mentions: bool,
    /// What the content of a starting document begins with.
    #[serde(default)]
    pub opening: Opening,
}

/// What the content of a starting document begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Opening {
    /// A heading, an item and a table, as a báo cáo has them.
    #[default]
    Headings,
    /// Articles (điều), as decisions and resolutions have them.
    Articles,
    /// Plain paragraphs, as letters have them.
    Text,
    /// Occasion, chair, time and place of a meeting.
    Invitation,
    /// Who is sent where, on what, and until when.
    Introduction,
    /// Time, place, participants and course of a meeting.
    Minutes,
    /// Days and place of a leave.
    Leave,
    /// Two parties, and what they agree on.
    Agreement,
    /// Who authorises whom, to do what, and until when.
    Mandate,
}

/// Where the issuing authority stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IssuerPlace {
    /// The kind names none.
    #[default]
    None,
    /// In capitals under the subject.
    Title,
    /// Before the words that lead to the addressees.
    Lead,
}

/// Whether something must, may or must not stand in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// A document without it is refused.
    Required,
    /// A document may have it.
    Optional,
    /// A document that has it is refused.
    None,
}

fn required() -> Presence {
    Presence::Required
}

fn yes() -> bool {
    true
}

/// Writes a kind as its slug.
pub(super) fn as_slug<S: Serializer>(kind: &&'static DocumentKind, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&kind.slug)
}
