//! Legal profiles: what a decree fixes, as data (`profiles/*.toml`): geometry, sizes, words, kinds of
//! document. A successor of a decree is a new profile and no new code.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize, Serializer};

use super::kind::{DocumentKind, KindForm, Presence};

/// Points in a millimetre.
pub const MM: f64 = 72.0 / 25.4;

/// Every profile that the program knows, the default one first.
const SOURCES: [&str; 1] = [include_str!("../../profiles/nd30-2020.toml")];

static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let read = |source: &&str| toml::from_str::<ProfileFile>(source).map(Profile::from);
    // The files are part of the program, and a test reads them all.
    SOURCES.iter().map(read).collect::<Result<_, _>>().unwrap_or_else(|cause| unreachable!("{cause}"))
});

/// One decree's rules. Lengths are in millimetres, sizes of text in points.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name in files, such as `nd30-2020`.
    pub name: String,
    /// The decree as citations begin, such as `NĐ 30/2020`.
    pub decree: String,
    /// Paper and margins.
    pub page: Page,
    /// Widths of what stands side by side.
    pub columns: Columns,
    /// What offices may choose.
    pub style: StyleRules,
    /// Sizes of text, one set for each size of body text.
    pub sizes: Vec<Sizes>,
    /// The words that layouts print.
    pub labels: Labels,
    /// Letters of points (điểm), in order.
    pub points: Vec<String>,
    /// Marks of urgency (dấu chỉ mức độ khẩn).
    pub urgency: BTreeMap<String, FramedMark>,
    /// Marks of circulation (chỉ dẫn về phạm vi lưu hành).
    pub circulation: BTreeMap<String, FramedMark>,
    /// How authority lines (quyền hạn) begin.
    pub authority: Vec<String>,
    /// The kinds of document.
    pub kinds: Vec<DocumentKind>,
    /// The kinds of copy (bản sao).
    pub copies: Vec<CopyKind>,
}

/// Paper and margins, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Page {
    pub width: f64,
    pub height: f64,
    pub top: f64,
    pub bottom: f64,
    pub left: f64,
    pub right: f64,
}

impl Page {
    /// Width of the text, in millimetres.
    pub fn line(&self, landscape: bool) -> f64 {
        (if landscape { self.height } else { self.width }) - self.left - self.right
    }
}

/// Widths of what stands side by side, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The letterhead's columns: agency, state.
    pub letterhead: [f64; 2],
    /// The foot's columns: recipients, signature.
    pub foot: [f64; 2],
    /// Side of the agency's field.
    pub seal: f64,
    /// Width and height of the authorised person's field.
    pub signature: [f64; 2],
    /// Indent of the words before several addressees.
    pub addressees: f64,
    /// Width and height of a field in the top right corner.
    pub corner: [f64; 2],
}

/// What offices may choose, and the bounds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StyleRules {
    /// The usual size of body text.
    pub size: u8,
    /// The sizes there are.
    pub sizes: Vec<u8>,
    /// The usual indent of first lines, in millimetres.
    pub indent: f64,
    /// The indents there are.
    pub indents: Vec<f64>,
    /// The usual space between paragraphs, in points.
    pub spacing: f64,
    /// Its bounds.
    pub spacing_bounds: [f64; 2],
    /// The usual line spacing; 1 is single.
    pub leading: f64,
    /// Its bounds.
    pub leading_bounds: [f64; 2],
}

/// Sizes of text, in points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Sizes {
    pub body: f64,
    pub country: f64,
    pub motto: f64,
    pub superior: f64,
    pub agency: f64,
    pub number: f64,
    pub date: f64,
    pub title: f64,
    pub letter_subject: f64,
    pub mark: f64,
    pub authority: f64,
    pub recipients_label: f64,
    pub recipients: f64,
    pub contact: f64,
    pub appendix: f64,
    pub page_number: f64,
    pub table: f64,
    pub footnote: f64,
}

/// The words that layouts print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Labels {
    pub country: String,
    pub motto: String,
    pub number: String,
    /// Before the subject of a letter (V/v).
    pub subject: String,
    pub addressees: String,
    /// The first recipient where there are addressees (Như trên).
    pub above: String,
    pub recipients: String,
    pub archive: String,
    pub draft: String,
    /// What ends the content (./.).
    pub terminator: String,
    pub appendix: String,
    pub article: String,
    /// What leads from an appendix to its document (Kèm theo).
    pub attached: String,
    /// The words for divisions, by their names in files.
    pub divisions: BTreeMap<String, String>,
}

/// A framed mark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FramedMark {
    /// What it says.
    pub text: String,
    /// Width and height of its frame, in millimetres.
    pub frame: [f64; 2],
}

/// A kind of copy (hình thức bản sao).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyKind {
    /// The word for it in commands, such as `sao-y`.
    pub slug: String,
    /// Its name in a sentence, such as `Bản sao y`.
    pub name: String,
    /// Its name on the copy, such as `SAO Y`.
    pub title: String,
    /// Its abbreviation in a notation, such as `SY`.
    pub abbreviation: String,
}

impl Profile {
    /// The profile that documents without one follow.
    pub fn default_profile() -> &'static Profile {
        PROFILES.first().unwrap_or_else(|| unreachable!("there is a profile"))
    }

    /// The profile named `name`.
    pub fn named(name: &str) -> Option<&'static Profile> {
        PROFILES.iter().find(|profile| profile.name == name)
    }

    /// The names of all profiles.
    pub fn names() -> Vec<&'static str> {
        PROFILES.iter().map(|profile| profile.name.as_str()).collect()
    }

    /// The kind with the slug `slug`.
    pub fn kind(&self, slug: &str) -> Option<&DocumentKind> {
        self.kinds.iter().find(|kind| kind.slug == slug)
    }

    /// The slugs of all kinds.
    pub fn slugs(&self) -> Vec<&str> {
        self.kinds.iter().map(|kind| kind.slug.as_str()).collect()
    }

    /// The sizes of a document whose body is set at `size`.
    pub fn sizes(&self, size: u8) -> &Sizes {
        let wanted = f64::from(size);
        let found = self.sizes.iter().find(|sizes| (sizes.body - wanted).abs() < 0.1);
        found.or(self.sizes.last()).unwrap_or_else(|| unreachable!("a profile has sizes"))
    }
}

/// Writes a profile as its name.
pub(super) fn as_name<S: Serializer>(profile: &&'static Profile, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&profile.name)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    name: String,
    decree: String,
    page: Page,
    columns: Columns,
    style: StyleRules,
    sizes: Vec<Sizes>,
    labels: Labels,
    numbering: Numbering,
    marks: Marks,
    authority: Authority,
    forms: BTreeMap<String, KindForm>,
    kinds: Vec<KindEntry>,
    copies: Vec<CopyKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbering {
    points: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Marks {
    urgency: BTreeMap<String, FramedMark>,
    circulation: BTreeMap<String, FramedMark>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Authority {
    prefixes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindEntry {
    slug: String,
    name: String,
    abbreviation: Option<String>,
    form: String,
    addressees: Option<Presence>,
}

impl From<ProfileFile> for Profile {
    fn from(file: ProfileFile) -> Profile {
        let forms = file.forms;
        let kind = |entry: KindEntry| {
            let form = forms.get(&entry.form).cloned();
            let mut form = form.unwrap_or_else(|| unreachable!("{}: no form {}", entry.slug, entry.form));
            form.addressees = entry.addressees.unwrap_or(form.addressees);
            DocumentKind {
                title: entry.name.to_uppercase(),
                slug: entry.slug,
                name: entry.name,
                abbreviation: entry.abbreviation,
                form,
            }
        };
        Profile {
            name: file.name,
            decree: file.decree,
            page: file.page,
            columns: file.columns,
            style: file.style,
            sizes: file.sizes,
            labels: file.labels,
            points: file.numbering.points,
            urgency: file.marks.urgency,
            circulation: file.marks.circulation,
            authority: file.authority.prefixes,
            kinds: file.kinds.into_iter().map(kind).collect(),
            copies: file.copies,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_whole() {
        for profile in PROFILES.iter() {
            assert!(!profile.points.is_empty() && profile.sizes.len() == profile.style.sizes.len());
            for size in &profile.style.sizes {
                assert!((profile.sizes(*size).body - f64::from(*size)).abs() < 0.1);
            }
            let [agency, state] = profile.columns.letterhead;
            assert!((agency + state - profile.page.line(false)).abs() < 0.01);
            let mut slugs = profile.slugs();
            slugs.sort_unstable();
            slugs.dedup();
            assert_eq!(slugs.len(), profile.kinds.len());
        }
        assert_eq!(Profile::default_profile().kinds.len(), 29);
    }
}
