//! Signed documents that tails are appended to.

use lopdf::{Dictionary, Document, Object, ObjectId};
use serde_json::Value;
use time::{Duration, OffsetDateTime};
use vanthu::clock;
use vanthu::document::model::Document as Letter;
use vanthu::issue::compose;
use vanthu::layout::{DraftMark, LateLine};
use vanthu::pdf::reader;
use vanthu::role::Role;
use vanthu::sign::{self, Appearance, FileSigner, Filling};
use vanthu::signing;
use vanthu::verify::{Region, TrustStore};

use crate::authority::Authority;
use crate::form;
use crate::judges::project;
use crate::law::regions;
use crate::picture::Sheet;
use crate::poppler::{ENGINE, parse};
use crate::signature::{Identity, Office, signing_time};
use crate::{foreign, pdf, stamped};

/// A signed file, and what of it a tail can touch.
pub struct Base {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// What it consists of in its last revision.
    pub parts: Document,
    /// The first number that no object has and no trailer counts.
    pub free: u32,
    /// Where its last cross-reference section begins.
    pub start: usize,
    /// Whether that is a stream.
    pub has_stream: bool,
    pub sheets: Vec<Sheet>,
    pub pages: Vec<ObjectId>,
    pub widgets: Vec<ObjectId>,
    /// Where its own changes since its first signature show.
    pub regions: Vec<Region>,
}

/// Who signs and stamps, whom the recipient trusts, and when they look.
pub struct World {
    pub office: Office,
    pub authority: Authority,
    pub trust: TrustStore,
    pub at: OffsetDateTime,
}

impl World {
    pub fn new() -> World {
        let (office, authority) = (Office::new(), Authority::new());
        let mut trust = TrustStore::new();
        trust.add_der(&der::Encode::to_der(&office.root.certificate).unwrap()).unwrap();
        trust.add_pem(&authority.root()).unwrap();
        // Other programs sign by the clock.
        World { office, authority, trust, at: OffsetDateTime::now_utc() + Duration::hours(1) }
    }

    /// The bases, each of another make.
    pub fn bases(&self) -> Vec<Base> {
        let (chairman, agency) = (signer(&self.office, "Chairman"), signer(&self.office, "Agency"));
        let sign = |file: Vec<u8>, role, signer: &FileSigner| {
            signing::sign(&ENGINE, file, role, signer, signing_time()).unwrap()
        };
        let issued = compose::compose(&ENGINE, &letter(true), signing_time(), DraftMark::Issued).unwrap();
        let signed = sign(issued.clone(), Role::Signer, &chairman);
        let sealed = sign(signed.clone(), Role::Agency, &agency);
        let open = compose::compose(&ENGINE, &letter(false), signing_time(), DraftMark::NumberLater).unwrap();
        let open = sign(open, Role::Signer, &chairman);
        let numbered = numbered(&open);
        let late = sign(numbered.clone(), Role::Agency, &agency);
        let stamped = stamped::invisibly(&sealed, &self.authority);
        let filled = form::file("", &self.office, form::By::Certified(2));
        let streams = foreign::rewritten_by_qpdf(&form::plain(), &["--object-streams=generate"]);
        let linear = foreign::rewritten_by_qpdf(&form::plain(), &["--linearize", "--object-streams=disable"]);
        let bases = [
            ("chairman", signed),
            ("chairman and agency", sealed),
            ("waiting for its number", open),
            ("numbered", numbered.clone()),
            ("numbered and sealed", late),
            ("sealed and time-stamped", stamped),
            ("form, P 2", filled),
            ("form, P 1", form::file("", &self.office, form::By::Certified(1))),
            ("form, not certified", form::file("", &self.office, form::By::Nobody)),
            ("form, one field locked", form::file("", &self.office, form::By::Locking)),
            (
                "form in object streams, by pyHanko",
                foreign::signed_by_pyhanko(&self.office, &streams, "signer"),
            ),
            ("form, linearized, by pyHanko", foreign::signed_by_pyhanko(&self.office, &linear, "signer")),
            ("ours, signed by pyHanko", foreign::signed_by_pyhanko(&self.office, &issued, "signer")),
        ];
        bases.map(|(name, bytes)| Base::new(name, bytes, self)).into()
    }
}

impl Base {
    fn new(name: &'static str, bytes: Vec<u8>, world: &World) -> Base {
        let parts = Document::load_mem(&bytes).unwrap();
        let pages: Vec<ObjectId> = parts.get_pages().into_values().collect();
        let widget = |(id, object): (&ObjectId, &Object)| {
            let subtype = object.as_dict().ok()?.get(b"Subtype").and_then(Object::as_name).ok()?;
            (subtype == b"Widget").then_some(*id)
        };
        let start = pdf::last_number(&bytes, "startxref\n");
        let file = reader::read(&bytes).unwrap();
        let sizes = file.revisions().iter().filter_map(|one| one.trailer.integer("Size"));
        let size = sizes.max().and_then(|size| u32::try_from(size).ok()).unwrap();
        let mut base = Base {
            name,
            free: size.max(parts.objects.keys().map(|id| id.0 + 1).max().unwrap()),
            start,
            has_stream: !bytes[start..].starts_with(b"xref"),
            sheets: pages.iter().map(|page| sheet(&parts, *page)).collect(),
            widgets: parts.objects.iter().filter_map(widget).collect(),
            pages,
            parts,
            regions: Vec::new(),
            bytes,
        };
        base.regions = regions(&base.bytes, world).unwrap_or_else(|verdict| panic!("{name} is {verdict:?}"));
        base
    }

    pub fn catalog(&self) -> ObjectId {
        self.parts.trailer.get(b"Root").and_then(Object::as_reference).unwrap()
    }

    /// The object that the form is.
    pub fn form(&self) -> Option<ObjectId> {
        self.parts.catalog().ok()?.get(b"AcroForm").and_then(Object::as_reference).ok()
    }

    pub fn dictionary(&self, id: ObjectId) -> Option<&Dictionary> {
        match self.parts.objects.get(&id)? {
            Object::Dictionary(dictionary) => Some(dictionary),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    /// The streams that are pages' content.
    pub fn contents(&self) -> Vec<ObjectId> {
        let of = |page: &ObjectId| self.parts.get_page_contents(*page);
        self.pages.iter().flat_map(of).collect()
    }

    /// The widgets of fields of the type `kind`, signed or filled in already where `has_value` says so.
    pub fn fields(&self, kind: &[u8], has_value: bool) -> Vec<ObjectId> {
        let wanted = |id: &ObjectId| {
            let Some(own) = self.dictionary(*id) else { return false };
            let parent = own.get(b"Parent").and_then(Object::as_reference).ok();
            let parent = parent.and_then(|parent| self.dictionary(parent));
            let type_of = |field: &Dictionary| field.get(b"FT").and_then(Object::as_name).ok() == Some(kind);
            (type_of(own) || parent.is_some_and(type_of)) && own.has(b"V") == has_value
        };
        self.widgets.iter().copied().filter(wanted).collect()
    }
}

/// What of `page` is shown.
fn sheet(parts: &Document, page: ObjectId) -> Sheet {
    let inherited = |key: &[u8]| {
        let mut node = parts.get_dictionary(page).ok()?;
        loop {
            if let Ok(value) = node.get(key) {
                return Some(value.clone());
            }
            node = parts.get_dictionary(node.get(b"Parent").ok()?.as_reference().ok()?).ok()?;
        }
    };
    let shown = inherited(b"CropBox").or_else(|| inherited(b"MediaBox")).unwrap();
    let sides = shown.as_array().unwrap().iter().map(|side| f64::from(side.as_float().unwrap()));
    let shown: Vec<f64> = sides.collect();
    let turned = inherited(b"Rotate").and_then(|turned| turned.as_i64().ok()).unwrap_or(0);
    Sheet { shown: shown.try_into().unwrap(), turned }
}

/// A short letter, with its number or without.
fn letter(is_numbered: bool) -> Letter {
    let text = std::fs::read_to_string(project().join("examples/giay-nghi-phep.json")).unwrap();
    let mut letter: Value = serde_json::from_str(&text).unwrap();
    if !is_numbered {
        letter["header"]["number"] = Value::Null;
        letter["header"]["date"] = Value::Null;
    }
    parse(&letter)
}

/// Somebody for whom the root of `office` vouches.
fn signer(office: &Office, name: &str) -> FileSigner {
    let Identity { key, certificate } =
        office.root.vouch(name, signing_time() - Duration::days(1), Duration::days(3000));
    FileSigner::new(key, certificate, Vec::new(), signing_time()).unwrap()
}

/// `file`, which waits for its number, with number and date filled in.
fn numbered(file: &[u8]) -> Vec<u8> {
    let letter = letter(false).issued(7, clock::parse("2020-06-18T11:00:00+07:00").unwrap().date());
    let read = reader::read(file).unwrap();
    let fillings = LateLine::ALL.map(|line| {
        let size = sign::number_field(&read, line.field_name()).unwrap().unwrap();
        let shown = ENGINE.late_line(&letter, line, size, signing_time()).unwrap();
        Filling {
            field: line.field_name(),
            value: line.words(&letter),
            appearance: Appearance::of(&shown).unwrap(),
        }
    });
    let update = sign::fill(&read, &fillings).unwrap();
    [file, &update].concat()
}
