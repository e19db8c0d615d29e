//! Whether the pages of a document still say what its attached data say: the JSON is laid out again, and the
//! bytes are compared.

use std::collections::BTreeSet;

use memchr::memmem;

use crate::document;
use crate::fonts::Faces;
use crate::issue::compose::LaidOut;
use crate::layout::{DraftMark, Engine};
use crate::message;
use crate::pdf::attachments::attachments;
use crate::pdf::reader::{File, Object};
use crate::pdf::{date, reader, verification};
use crate::qr::Address;
use crate::receipt;
use crate::sign::{Numbering, numbering};
use crate::verify::{Check, CheckId};

/// What `Creator` says of a report that this version laid out.
const CREATOR: &str = concat!("vanthu ", env!("CARGO_PKG_VERSION"));

/// Lays out again the data that the first revision of `bytes` carries, at the time that it names, and compares.
pub fn reproduce(engine: &Engine, faces: &Faces, bytes: &[u8]) -> Check {
    let unknown = |vi: &str, en: &str| Check::not_checked(CheckId::Reproduction, message!("{vi}", "{en}"));
    let Some(source) = source(bytes) else {
        return unknown(
            "tệp không mang theo dữ liệu gốc do vanthu tạo",
            "the file carries no source data that vanthu laid out",
        );
    };
    if source.creator != CREATOR {
        let creator = &source.creator;
        return unknown(
            &format!("tệp do \"{creator}\" tạo, phiên bản này không dựng lại được"),
            &format!("the file was made by \"{creator}\", which this version can't repeat"),
        );
    }
    let repeated = document::parse(&source.json, faces)
        .ok()
        .and_then(|draft| {
            LaidOut::new(engine, &draft.document, source.created, source.mark, source.page.as_ref()).ok()
        })
        .and_then(|laid_out| laid_out.complete(source.receipt.as_deref()).ok());
    if repeated.as_deref().is_some_and(|repeated| fonts(repeated) != fonts(source.report)) {
        return unknown(
            "tệp dùng phông chữ khác, hãy chỉ ra phông đó (--font-dir)",
            "the file was laid out in another font: name it with --font-dir",
        );
    }
    if repeated.as_deref() == Some(source.report) {
        return Check::pass(
            CheckId::Reproduction,
            message!(
                "trang in đúng với dữ liệu gốc kèm theo (trình bày lại giống từng byte)",
                "the pages match the attached data (laid out again, every byte is the same)"
            ),
        );
    }
    Check::fail(
        CheckId::Reproduction,
        message!("trang in khác dữ liệu gốc kèm theo", "the pages differ from the attached data"),
    )
}

/// The names of the fonts in a report, without the mark of their subset (ISO 32000-2 9.9.2).
fn fonts(report: &[u8]) -> BTreeSet<&[u8]> {
    const KEY: &[u8] = b"/BaseFont";
    let names = memmem::find_iter(report, KEY).filter_map(|at| {
        let name = report.get(at + KEY.len()..)?.trim_ascii_start().strip_prefix(b"/")?;
        let length =
            name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-".contains(byte)).count();
        let name = name.get(..length)?;
        let subset = name.iter().position(|byte| *byte == b'+').map_or(0, |plus| plus + 1);
        name.get(subset..)
    });
    names.collect()
}

/// What is needed to repeat a report.
struct Source<'a> {
    /// The bytes of the first revision.
    report: &'a [u8],
    json: Vec<u8>,
    /// The register's receipt: what it says is not judged here.
    receipt: Option<String>,
    created: time::OffsetDateTime,
    creator: String,
    /// Whether its number was to come later.
    mark: DraftMark,
    /// Where its metadata say that the code on its first page leads; the comparison shows whether it does.
    page: Option<Address>,
}

fn source(bytes: &[u8]) -> Option<Source<'_>> {
    let file = reader::read(bytes).ok()?;
    let first = file.revisions().first()?;
    let information = file.resolve(first.trailer.get("Info")?, 0).ok()?;
    let information = information.object.as_dictionary()?;
    let attached = attachments(&file, 0).ok()?;
    let is_source = |name: &str, relation: Option<&str>| name == "/source.json" || relation == Some("Source");
    let receipt = attached.iter().find(|one| one.name == receipt::FILE_NAME);
    let receipt = receipt.map(|one| String::from_utf8(one.bytes.clone()));
    let receipt = receipt.transpose().ok()?;
    let attached = attached.into_iter().find(|one| is_source(&one.name, one.relationship.as_deref()))?;
    Some(Source {
        report: bytes.get(..first.span.end)?,
        mark: match numbering(&file).ok()? {
            Numbering::Printed => DraftMark::Issued,
            Numbering::Open | Numbering::Filled => DraftMark::NumberLater,
        },
        page: page(&file),
        json: attached.bytes,
        receipt,
        created: information.string("CreationDate").and_then(date::parse)?,
        creator: reader::lossy_text(information.string("Creator")?),
    })
}

/// The office's page, as the metadata of the first revision have it.
fn page(file: &File<'_>) -> Option<Address> {
    let catalog = file.catalog(0).ok()??;
    let metadata = catalog.value.object.as_dictionary()?.get("Metadata")?;
    let Object::Stream(keys, data) = file.resolve(metadata, 0).ok()?.object else { return None };
    let packet = String::from_utf8(file.stream(&keys, data).ok()?).ok()?;
    Address::parse(&verification(&packet)?).ok()
}
