//! Hand-made PDFs: a report of one page with its two empty fields, and updates of it piece by piece,
//! so that every piece can be left out or forged.

#![allow(dead_code, reason = "every test program uses some of it")]

use std::ops::Range;

/// Object numbers of the report.
pub const CATALOG: u32 = 1;
pub const PAGE: u32 = 3;
pub const CONTENT: u32 = 4;
pub const FONT: u32 = 5;
pub const FORM: u32 = 6;
pub const SIGNER_FIELD: u32 = 7;
pub const AGENCY_FIELD: u32 = 8;
/// The first number that the report leaves free.
pub const FREE: u32 = 10;

/// An object: its number and what stands between `obj` and `endobj`.
pub type Numbered = (u32, String);

/// What the report revision consists of.
pub fn report_objects() -> Vec<Numbered> {
    vec![
        (CATALOG, catalog("")),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into()),
        (PAGE, page("")),
        (CONTENT, stream("", "BT /F1 14 Tf 72 720 Td (1 of 23 households) Tj ET")),
        (FONT, "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".into()),
        (FORM, form("7 0 R 8 0 R")),
        (SIGNER_FIELD, field(SIGNER_FIELD, "")),
        (AGENCY_FIELD, field(AGENCY_FIELD, "")),
        (9, stream("/Type /XObject /Subtype /Form /BBox [0 0 200 60] /Resources << >> ", "")),
    ]
}

pub fn catalog(more: &str) -> String {
    format!("<< /Type /Catalog /Pages 2 0 R /AcroForm {FORM} 0 R {more}>>")
}

pub fn page(more_annotations: &str) -> String {
    format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {CONTENT} 0 R \
         /Resources << /Font << /F1 {FONT} 0 R >> >> /Annots [7 0 R 8 0 R{more_annotations}] >>"
    )
}

pub fn form(fields: &str) -> String {
    format!("<< /Fields [{fields}] /SigFlags 3 >>")
}

/// A signature field with its widget; `state` is /V and /AP where it is signed.
pub fn field(number: u32, state: &str) -> String {
    let (name, rect) = match number {
        SIGNER_FIELD => ("signer", "[300 100 500 160]"),
        _ => ("agency", "[250 100 360 160]"),
    };
    let state = if state.is_empty() { "/AP << /N 9 0 R >>" } else { state };
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({name}) /TU (Ch\\176 k\\375) /F 4 /P {PAGE} 0 R \
         /Rect {rect} {state} >>"
    )
}

pub fn stream(keys: &str, content: &str) -> String {
    format!("<< {keys}/Length {} >>\nstream\n{content}\nendstream", content.len())
}

/// The first revision of a file.
pub fn write(objects: &[Numbered]) -> Vec<u8> {
    let mut file = b"%PDF-2.0\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f\r\n", objects.len() + 1);
    for (number, body) in objects {
        table += &format!("{:010} 00000 n\r\n", file.len());
        file.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
    }
    let start = file.len();
    let size = objects.len() + 1;
    let id = "<00112233445566778899aabbccddeeff>";
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R /ID [{id} {id}] >>\n");
    file.extend(format!("{table}{trailer}startxref\n{start}\n%%EOF\n").bytes());
    file
}

/// How the objects of an update are written.
pub enum Packing {
    Plain,
    Stream,
}

/// An incremental update that can be taken apart.
#[derive(Clone)]
pub struct Update {
    file: Vec<u8>,
    objects: Vec<Numbered>,
    /// Rows of the table; by default where the objects stand.
    pub rows: Vec<(u32, String)>,
    /// Bytes between the objects and the table.
    pub between: String,
    /// Entries of the trailer.
    pub trailer: String,
}

impl Update {
    pub fn of(file: &[u8], objects: &[Numbered]) -> Update {
        let mut at = file.len();
        let mut rows = Vec::new();
        for object in objects {
            rows.push((object.0, format!("{at:010} 00000 n")));
            at += body(object).len();
        }
        let largest = objects.iter().map(|(number, _)| *number as usize + 1).max().unwrap_or(0);
        let size = last_number(file, "/Size ").max(largest);
        let prev = last_number(file, "startxref\n");
        let id = "<00112233445566778899aabbccddeeff>";
        let trailer = format!("/Size {size} /Root 1 0 R /ID [{id} {id}] /Prev {prev}");
        Update { file: file.to_vec(), objects: objects.to_vec(), rows, between: String::new(), trailer }
    }

    /// Objects, table, trailer, startxref, end.
    pub fn pieces(&self) -> [String; 5] {
        let bodies: String = self.objects.iter().map(body).collect();
        let objects = bodies + &self.between;
        let start = self.file.len() + objects.len();
        let mut rows = self.rows.clone();
        rows.sort_by_key(|(number, _)| *number);
        let rows: String = rows.iter().map(|(number, row)| format!("{number} 1\n{row}\r\n")).collect();
        [
            objects,
            format!("xref\n{rows}"),
            format!("trailer\n<< {} >>\n", self.trailer),
            format!("startxref\n{start}\n"),
            "%%EOF\n".into(),
        ]
    }

    /// The file with all pieces.
    pub fn whole(&self) -> Vec<u8> {
        self.with(&[0, 1, 2, 3, 4])
    }

    /// The file with those pieces only.
    pub fn with(&self, wanted: &[usize]) -> Vec<u8> {
        let pieces = self.pieces();
        let mut file = self.file.clone();
        file.extend(wanted.iter().flat_map(|piece| pieces[*piece].bytes()));
        file
    }

    /// The file with a cross-reference stream instead of table and trailer, and the objects as they are
    /// or in an object stream (ISO 32000-2 7.5.7, 7.5.8).
    pub fn with_objects(&self, packing: Packing) -> Vec<u8> {
        let size = u32::try_from(last_number(self.trailer.as_bytes(), "/Size ")).unwrap();
        let (holder, section) = (size, size + 1);
        let trailer = self.trailer.replace(&format!("/Size {size}"), &format!("/Size {}", size + 2));
        let mut bodies = String::new();
        let mut rows = Vec::new();
        match packing {
            Packing::Plain => {
                for object in &self.objects {
                    rows.push((object.0, 1, self.file.len() + bodies.len(), 0));
                    bodies += &body(object);
                }
            }
            Packing::Stream => {
                let (mut header, mut values) = (String::new(), String::new());
                for (index, (number, value)) in self.objects.iter().enumerate() {
                    header += &format!("{number} {} ", values.len());
                    values += &format!("{value} ");
                    rows.push((*number, 2, holder as usize, index));
                }
                let keys = format!("/Type /ObjStm /N {} /First {} ", self.objects.len(), header.len());
                bodies += &body(&(holder, stream(&keys, &(header + &values))));
                rows.push((holder, 1, self.file.len(), 0));
            }
        }
        let start = self.file.len() + bodies.len();
        rows.push((section, 1, start, 0));
        let index: String = rows.iter().map(|(number, ..)| format!("{number} 1 ")).collect();
        let keys = format!("/Type /XRef {} /W [1 4 1] /Index [{index}] ", trailer);
        let data: Vec<u8> = rows
            .iter()
            .flat_map(|(_, kind, second, third)| {
                let second = u32::try_from(*second).unwrap().to_be_bytes();
                [&[*kind], second.as_slice(), &[u8::try_from(*third).unwrap()]].concat()
            })
            .collect();
        let head = format!("{section} 0 obj\n<< {keys}/Length {} >>\nstream\n", data.len());
        let tail = format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n");
        [&self.file, bodies.as_bytes(), head.as_bytes(), &data, tail.as_bytes()].concat()
    }

    /// With other entries in the trailer.
    pub fn trailer(mut self, from: &str, to: &str) -> Update {
        assert!(self.trailer.contains(from));
        self.trailer = self.trailer.replace(from, to);
        self
    }

    /// With other rows in the table.
    pub fn rows(mut self, rows: &[(u32, String)]) -> Update {
        self.rows = rows.to_vec();
        self
    }
}

fn body((number, body): &Numbered) -> String {
    format!("{number} 0 obj\n{body}\nendobj\n")
}

/// The number after the last `key`.
pub fn last_number(file: &[u8], key: &str) -> usize {
    let at = find_last(file, key.as_bytes()).end;
    let digits = file[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&file[at..at + digits]).unwrap().parse().unwrap()
}

pub fn find(file: &[u8], part: &[u8]) -> Range<usize> {
    let start = file.windows(part.len()).position(|window| window == part);
    let start = start.unwrap_or_else(|| panic!("no {:?} in the file", String::from_utf8_lossy(part)));
    start..start + part.len()
}

pub fn find_last(file: &[u8], part: &[u8]) -> Range<usize> {
    let start = file.windows(part.len()).rposition(|window| window == part);
    let start = start.unwrap_or_else(|| panic!("no {:?} in the file", String::from_utf8_lossy(part)));
    start..start + part.len()
}

/// The file with other bytes in `place`.
pub fn splice(file: &[u8], place: Range<usize>, with: &[u8]) -> Vec<u8> {
    [&file[..place.start], with, &file[place.end..]].concat()
}

/// The file with the last `from` overwritten by `to`, padded with spaces: no byte moves.
pub fn overwrite(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    overwrite_at(file, find_last(file, from.as_bytes()), to)
}

/// The file with `to` in `place`, padded with spaces: no byte moves.
pub fn overwrite_at(file: &[u8], place: Range<usize>, to: &str) -> Vec<u8> {
    assert!(to.len() <= place.len());
    let padded = format!("{to:<width$}", width = place.len());
    splice(file, place, padded.as_bytes())
}

/// Where the value of the last /Contents stands in a signed file, `<` and `>` included.
pub fn gap(file: &[u8]) -> Range<usize> {
    let start = find_last(file, b"/Contents <").end - 1;
    let length = file[start..].iter().position(|byte| *byte == b'>').unwrap();
    start..start + length + 1
}

/// Where the value of the last /ByteRange stands.
pub fn byte_range(file: &[u8]) -> Range<usize> {
    let start = find_last(file, b"/ByteRange [").end - 1;
    let length = file[start..].iter().position(|byte| *byte == b']').unwrap();
    start..start + length + 1
}
