//! Legal profiles: what a decree fixes, as data (`profiles/*.toml`): geometry, sizes, words, kinds of
//! document. A successor of a decree is a new profile and no new code.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize, Serializer};

pub use super::kind::{DocumentKind, IssuerPlace, KindForm, Opening, Presence};

/// Points in a millimetre.
pub const MM: f64 = 72.0 / 25.4;

/// Every profile that the program knows, the default one first.
const SOURCES: [&str; 1] = [include_str!("../../../profiles/nd30-2020.toml")];

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
    /// The decree's full name, such as `Nghị định 30/2020/NĐ-CP`.
    pub title: String,
    /// Where the names of a PDF's metadata come from, in letters of ASCII.
    pub metadata: String,
    /// Where the decree says what findings refer to.
    pub articles: Articles,
    /// Size of the sheet, and its margins.
    pub page: Page,
    /// Widths and places of what stands side by side or outside of the text.
    pub columns: Columns,
    /// What lines lose to marks, dashes and labels.
    pub allowance: Allowance,
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
    /// Marks of secrecy (dấu chỉ độ mật): who uses one is refused.
    pub secrecy: Secrecy,
    /// How authority lines (quyền hạn) begin.
    pub authority: Vec<String>,
    /// The kinds of document.
    pub kinds: Vec<DocumentKind>,
    /// The register as it is printed (sổ đăng ký văn bản đi).
    pub register: RegisterForm,
    /// The least resolution of a scan, in dots an inch.
    pub scan_resolution: f64,
    /// The kinds of copy (bản sao).
    pub copies: Vec<CopyKind>,
}

/// Where the decree says what findings and messages refer to, such as `Phụ lục I, II.3`; citations put
/// the decree's name before it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Articles {
    /// The agency's name and its superior's.
    pub agency: String,
    /// Number and the line that it stands on.
    pub number: String,
    /// Notation (ký hiệu) of each kind of document.
    pub notation: String,
    /// The line of place and date.
    pub place: String,
    /// The subject of a document (trích yếu).
    pub subject: String,
    /// Legal bases (căn cứ).
    pub bases: String,
    /// How other documents are cited (viện dẫn).
    pub citations: String,
    /// Numbers of headings, articles, clauses and points.
    pub numbering: String,
    /// Size, indent and spacing of the text.
    pub style: String,
    /// Authority, position and name of who signs.
    pub signature: String,
    /// Recipients and archive line (nơi nhận).
    pub recipients: String,
    /// How addressees are named (kính gửi).
    pub addressees: String,
    /// Number, title and place of appendices.
    pub appendices: String,
    /// That the text points to its appendices.
    pub appendix_mention: String,
    /// What an appendix says of its document.
    pub appendix_reference: String,
    /// Which marks of secrecy there are.
    pub secrecy: String,
    /// Which words have capital letters (viết hoa).
    pub capitals: String,
    /// The layouts (mẫu trình bày).
    pub layouts: String,
    /// Who may copy what, and how.
    pub copies: String,
    /// How a document on paper is scanned.
    pub scans: String,
    /// The number of the article on recalling a document (thu hồi).
    pub recall: String,
}

/// Paper and margins, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Of the upright sheet (A4: 210).
    pub width: f64,
    /// Of the upright sheet (A4: 297).
    pub height: f64,
    /// From the upper edge to the text.
    pub top: f64,
    /// From the text to the lower edge.
    pub bottom: f64,
    /// From the left edge to the text: the side for binding.
    pub left: f64,
    /// From the text to the right edge.
    pub right: f64,
}

impl Page {
    /// Width of the text, in millimetres.
    pub fn line(&self, landscape: bool) -> f64 {
        (if landscape { self.height } else { self.width }) - self.left - self.right
    }
}

/// Widths and places of what stands side by side or outside of the text, in millimetres.
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
    /// From the sheet's upper edge to that field of an appendix.
    pub appendix_corner: f64,
    /// From the sheet's right and upper edges to that field of a copy.
    pub copy_corner: [f64; 2],
    /// From the sheet's upper edge to the mark of circulation.
    pub circulation: f64,
    /// Space on each side of the text in a table's cell.
    pub cell: f64,
    /// Length of the rule under a line, as a part of the line's.
    pub rule: f64,
}

/// What a line loses to marks, dashes and labels beside the author's words, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// Of several addressees, from [`Columns::addressees`] on.
    pub addressees: f64,
    /// Of a recipient, in the foot's first column.
    pub recipients: f64,
    /// Of the archive line, in the same column.
    pub archive: f64,
    /// Of the signature block, in the foot's second column.
    pub signature: f64,
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
    /// The least and the most space between paragraphs, in points.
    pub spacing_bounds: [f64; 2],
    /// The usual line spacing; 1 is single.
    pub leading: f64,
    /// The least and the widest line spacing.
    pub leading_bounds: [f64; 2],
}

/// Sizes of text, in points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// Of the content; it selects the set.
    pub body: f64,
    /// Of the country's name (Quốc hiệu).
    pub country: f64,
    /// Of the motto under it (Tiêu ngữ).
    pub motto: f64,
    /// Of the superior's name in the letterhead.
    pub superior: f64,
    /// Of the agency's name in the letterhead.
    pub agency: f64,
    /// Of the line of number and notation.
    pub number: f64,
    /// Of place and date, where their line has room.
    pub date: f64,
    /// Of place and date where their line is short of room.
    pub date_least: f64,
    /// Of the kind's name and the subject under it.
    pub title: f64,
    /// Of the subject of a letter, under the number.
    pub letter_subject: f64,
    /// Of framed marks, such as those of urgency.
    pub mark: f64,
    /// Of authority, position and name of who signs.
    pub authority: f64,
    /// Of the words over the recipients.
    pub recipients_label: f64,
    /// Of the recipients and the archive line.
    pub recipients: f64,
    /// Of address and telephone in the foot of page 1.
    pub contact: f64,
    /// Of an appendix's number and title.
    pub appendix: f64,
    /// Of the number at the head of a page.
    pub page_number: f64,
    /// Of the text in tables.
    pub table: f64,
    /// Of the text of footnotes.
    pub footnote: f64,
}

/// The words that layouts print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// The country's name (Quốc hiệu), in capitals.
    pub country: String,
    /// The motto under it (Tiêu ngữ).
    pub motto: String,
    /// What stands before the number (Số:).
    pub number: String,
    /// Before the subject of a letter (V/v).
    pub subject: String,
    /// Before the addressees of a letter (Kính gửi:).
    pub addressees: String,
    /// The first recipient where there are addressees (Như trên).
    pub above: String,
    /// Over the recipients (Nơi nhận:).
    pub recipients: String,
    /// Before who keeps a copy (Lưu:).
    pub archive: String,
    /// Across the pages of a draft (DỰ THẢO).
    pub draft: String,
    /// What ends the content (./.).
    pub terminator: String,
    /// Before an appendix's number (Phụ lục).
    pub appendix: String,
    /// Before an article's number (Điều).
    pub article: String,
    /// What leads from an appendix to its document (Kèm theo).
    pub attached: String,
    /// The words for divisions, by their names in files.
    pub divisions: BTreeMap<String, String>,
}

/// A mark in a frame: of urgency, or of circulation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FramedMark {
    /// What it says, in capitals.
    pub text: String,
    /// Width and height of its frame, in millimetres.
    pub frame: [f64; 2],
}

/// Marks of secrecy: documents that have one are not drafted with this program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrecy {
    /// The law that forbids it.
    pub law: String,
    /// What the marks say.
    pub texts: Vec<String>,
}

/// The register of outgoing documents as it is printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterForm {
    /// Its name, such as `Sổ đăng ký văn bản đi`.
    pub name: String,
    /// The word before its year.
    pub year: String,
    /// The words before its first and last date.
    pub dates: [String; 2],
    /// The words before its first and last number.
    pub codes: [String; 2],
    /// The words before the number of the volume.
    pub volume: String,
    /// The margins of its pages, which are A4 lying on their side.
    pub margins: Margins,
    /// Its columns, in their order.
    pub columns: [RegisterColumn; 10],
}

impl RegisterForm {
    /// The headings of the columns.
    pub fn headings(&self) -> [&str; 10] {
        self.columns.each_ref().map(|column| column.title.as_str())
    }
}

/// Margins of a page, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Margins {
    /// From the upper edge to the text.
    pub top: f64,
    /// From the text to the lower edge.
    pub bottom: f64,
    /// From the left edge to the text.
    pub left: f64,
    /// From the text to the right edge.
    pub right: f64,
}

/// A column of the printed register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterColumn {
    /// Its heading, which is repeated on every page.
    pub title: String,
    /// Its width, in millimetres; `None` takes what the others leave.
    pub width: Option<f64>,
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
    pub(crate) fn named(name: &str) -> Option<&'static Profile> {
        PROFILES.iter().find(|profile| profile.name == name)
    }

    /// The names of all profiles.
    pub(crate) fn names() -> Vec<&'static str> {
        PROFILES.iter().map(|profile| profile.name.as_str()).collect()
    }

    /// A reference to `article` of this decree, such as `NĐ 30/2020, Phụ lục I, II.3`.
    pub fn cite(&self, article: &str) -> String {
        format!("{}, {article}", self.decree)
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

/// Some of `words` as a sentence names a choice of them: `13 hoặc 14`; `last` stands before the last one.
pub(super) fn either(words: &[String], last: &str) -> String {
    match words.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
        None => String::new(),
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
    title: String,
    metadata: String,
    articles: Articles,
    page: Page,
    columns: Columns,
    allowance: Allowance,
    style: StyleRules,
    sizes: Vec<Sizes>,
    labels: Labels,
    numbering: Numbering,
    marks: Marks,
    authority: Authority,
    forms: BTreeMap<String, KindForm>,
    kinds: Vec<KindEntry>,
    register: RegisterForm,
    scan: Scan,
    copies: Vec<CopyKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scan {
    resolution: f64,
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
    secrecy: Secrecy,
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
            title: file.title,
            metadata: file.metadata,
            articles: file.articles,
            page: file.page,
            columns: file.columns,
            allowance: file.allowance,
            style: file.style,
            sizes: file.sizes,
            labels: file.labels,
            points: file.numbering.points,
            urgency: file.marks.urgency,
            circulation: file.marks.circulation,
            secrecy: file.marks.secrecy,
            authority: file.authority.prefixes,
            kinds: file.kinds.into_iter().map(kind).collect(),
            register: file.register,
            scan_resolution: file.scan.resolution,
            copies: file.copies,
        }
    }
}

#[cfg(test)]
impl Profile {
    /// A made-up successor of the default profile: its file with `changes` made in it, each a text and what stands
    /// in its place.
    pub(super) fn successor(changes: &[(&str, &str)]) -> &'static Profile {
        let source = changes.iter().fold(SOURCES[0].to_owned(), |source, (old, new)| {
            assert!(source.contains(old), "{old}");
            source.replace(old, new)
        });
        Box::leak(Box::new(toml::from_str::<ProfileFile>(&source).unwrap().into()))
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
