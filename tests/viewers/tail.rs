//! An update in the making: objects, and how each byte around them is spelt, so that acts and twists can change
//! everything about it.

use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat};

use crate::base::Base;
use crate::random::Random;

/// Which cross-references an update has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Table,
    Stream,
    /// A table that leads to a stream by /XRefStm.
    Hybrid,
}

/// An object as it is written.
#[derive(Debug, Clone)]
pub struct Written {
    pub number: u32,
    /// In its head.
    pub generation: u16,
    /// In its row.
    pub row_generation: u16,
    pub value: Object,
    /// The bytes between `obj` and `endobj` where they are not those of `value`.
    pub raw: Option<Vec<u8>>,
    /// What stands before it.
    pub before: Vec<u8>,
    /// With `#` for number and generation.
    pub head: &'static str,
    pub end: &'static str,
    /// Whether the cross-references list it.
    pub is_listed: bool,
    /// How far its row is from where it stands.
    pub shift: i64,
}

/// The end of an update, spelt.
#[derive(Debug, Clone)]
pub struct End {
    pub before: Vec<u8>,
    /// With `#` for the offset.
    pub text: Vec<u8>,
    pub shift: i64,
}

/// Bytes that say where other bytes stand.
#[derive(Debug, Clone)]
pub struct Pointer {
    /// A token of eight bytes, replaced wherever it stands.
    pub token: &'static [u8],
    /// What it points to.
    pub target: Vec<u8>,
    pub is_hexadecimal: bool,
}

/// An update of a base.
pub struct Tail<'b> {
    pub base: &'b Base,
    pub objects: Vec<Written>,
    pub section: Section,
    /// Whether objects go into an object stream where cross-references are a stream.
    pub is_packed: bool,
    pub trailer: Dictionary,
    /// The bytes after `trailer`, where they are not those of the dictionary; with `#` for it.
    pub trailer_text: &'static str,
    /// Rows beside those of objects, as they are written.
    pub rows: Vec<(u32, String)>,
    pub row_end: &'static str,
    pub is_unsorted: bool,
    pub is_compressed: bool,
    pub end: End,
    pub pointers: Vec<Pointer>,
    /// The object that is a document time-stamp to be made.
    pub stamp: Option<u32>,
    pub spelling: Spelling,
    next: u32,
}

/// How values are written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spelling {
    pub hexadecimal_strings: bool,
    pub escaped_names: bool,
    pub loose_numbers: bool,
}

impl<'b> Tail<'b> {
    pub fn new(base: &'b Base) -> Tail<'b> {
        let mut trailer = Dictionary::new();
        for key in [b"Root".as_slice(), b"Info", b"ID"] {
            if let Ok(value) = base.parts.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        trailer.set("Prev", base.start as i64);
        let section = if base.has_stream { Section::Stream } else { Section::Table };
        Tail {
            base,
            objects: Vec::new(),
            section,
            is_packed: false,
            trailer,
            trailer_text: "trailer\n#\n",
            rows: Vec::new(),
            row_end: "\r\n",
            is_unsorted: false,
            is_compressed: false,
            end: End { before: Vec::new(), text: b"startxref\n#\n%%EOF\n".to_vec(), shift: 0 },
            pointers: Vec::new(),
            stamp: None,
            spelling: Spelling::default(),
            next: base.free,
        }
    }

    /// The object as this update leaves it.
    pub fn value(&self, id: ObjectId) -> Option<&Object> {
        let own = self.objects.iter().rfind(|object| object.number == id.0);
        own.map(|object| &object.value).or_else(|| self.base.parts.objects.get(&id))
    }

    /// Writes `value` for the object `id`.
    pub fn put(&mut self, id: ObjectId, value: Object) {
        if let Some(own) = self.objects.iter_mut().rfind(|object| object.number == id.0) {
            own.value = value;
            return;
        }
        self.objects.push(Written {
            number: id.0,
            generation: id.1,
            row_generation: id.1,
            value,
            raw: None,
            before: Vec::new(),
            head: "# obj\n",
            end: "\nendobj\n",
            is_listed: true,
            shift: 0,
        });
    }

    /// Adds a new object.
    pub fn add(&mut self, value: impl Into<Object>) -> ObjectId {
        let id = (self.next, 0);
        self.next += 1;
        self.put(id, value.into());
        id
    }

    /// Changes a dictionary, or that of a stream.
    pub fn edit(&mut self, id: ObjectId, change: impl FnOnce(&mut Dictionary)) {
        let mut value = self.value(id).cloned().unwrap_or_else(|| Dictionary::new().into());
        match &mut value {
            Object::Dictionary(dictionary) => change(dictionary),
            Object::Stream(stream) => change(&mut stream.dict),
            _ => {}
        }
        self.put(id, value);
    }

    /// Adds `item` to the array `key` of the dictionary `id`, wherever it stands.
    pub fn append(&mut self, id: ObjectId, key: &str, item: impl Into<Object>) {
        let item = item.into();
        let known = self.value(id).and_then(|value| value.as_dict().ok()?.get(key.as_bytes()).ok().cloned());
        if let Some(Object::Reference(array)) = known {
            let mut values =
                self.value(array).and_then(|array| array.as_array().ok().cloned()).unwrap_or_default();
            values.push(item);
            self.put(array, values.into());
            return;
        }
        let mut values = known.and_then(|known| known.as_array().ok().cloned()).unwrap_or_default();
        values.push(item);
        self.edit(id, |dictionary| dictionary.set(key, values));
    }

    /// A content stream.
    pub fn stream(&mut self, keys: Dictionary, content: &[u8]) -> ObjectId {
        self.add(Stream::new(keys, content.to_vec()))
    }

    /// One of its own objects.
    pub fn any_own(&mut self, random: &mut Random) -> Option<&mut Written> {
        let count = self.objects.len();
        (count > 0).then(|| &mut self.objects[random.below(count)])
    }

    /// The base with the update, and where in it a document time-stamp leaves its gap.
    pub fn write(mut self) -> Vec<u8> {
        let own = self.next;
        let mut file = self.base.bytes.clone();
        let packed = self.pack();
        let mut rows: Vec<Row> = packed;
        for object in &self.objects {
            if rows.iter().any(|row| row.number == object.number && row.kind == 2) {
                continue;
            }
            file.extend_from_slice(&object.before);
            let offset = file.len() as i64 + object.shift;
            let id = format!("{} {}", object.number, object.generation);
            file.extend_from_slice(object.head.replace('#', &id).as_bytes());
            match &object.raw {
                Some(raw) => file.extend_from_slice(raw),
                None => write(&mut file, &object.value, self.spelling),
            }
            file.extend_from_slice(object.end.as_bytes());
            if object.is_listed {
                let generation = u32::from(object.row_generation);
                rows.push(Row { number: object.number, kind: 1, place: offset, generation });
            }
        }
        let own = self.next.max(own);
        let has_stream = self.section != Section::Table;
        if !self.trailer.has(b"Size") {
            self.trailer.set("Size", i64::from(own + u32::from(has_stream)));
        }
        let mut start = file.len();
        if has_stream {
            rows.push(Row { number: own, kind: 1, place: start as i64, generation: 0 });
        }
        // A later object of the same number wins in neither table nor stream: one row each.
        let mut seen = std::collections::BTreeSet::new();
        rows = rows.into_iter().rev().filter(|row| seen.insert(row.number)).collect();
        rows.sort_by_key(|row| row.number);
        if self.is_unsorted {
            rows.reverse();
        }
        if has_stream {
            let mut keys = self.trailer.clone();
            if self.section == Section::Hybrid {
                keys.remove(b"Prev");
            }
            file.extend_from_slice(&section_stream(own, &rows, keys, self.is_compressed, self.spelling));
            self.trailer.set("XRefStm", start as i64);
        }
        if self.section != Section::Stream {
            start = file.len();
            if self.section == Section::Hybrid {
                rows.retain(|row| row.kind == 1);
            }
            file.extend_from_slice(&self.table(&rows));
        }
        file.extend_from_slice(&self.end.before);
        let text = String::from_utf8_lossy(&self.end.text).into_owned();
        let text = text.replace('#', &(start as i64 + self.end.shift).to_string());
        file.extend_from_slice(text.as_bytes());
        for pointer in &self.pointers {
            point(&mut file, self.base.bytes.len(), pointer);
        }
        file
    }

    /// Puts what can stand in an object stream there, and gives the rows of it.
    fn pack(&mut self) -> Vec<Row> {
        if !self.is_packed || self.section == Section::Table {
            return Vec::new();
        }
        let stamp = self.stamp;
        let fits = |object: &&Written| {
            object.raw.is_none()
                && object.generation == 0
                && Some(object.number) != stamp
                && object.value.as_stream().is_err()
        };
        let inside: Vec<Written> = self.objects.iter().filter(fits).cloned().collect();
        if inside.is_empty() {
            return Vec::new();
        }
        let (mut head, mut values) = (Vec::new(), Vec::new());
        for object in &inside {
            head.extend_from_slice(format!("{} {} ", object.number, values.len()).as_bytes());
            write(&mut values, &object.value, self.spelling);
            values.push(b' ');
        }
        let mut keys = Dictionary::new();
        keys.set("Type", "ObjStm");
        keys.set("N", inside.len() as i64);
        keys.set("First", head.len() as i64);
        let holder = self.add(Stream::new(keys, [head, values].concat()));
        let row = |(index, object): (usize, &Written)| Row {
            number: object.number,
            kind: 2,
            place: i64::from(holder.0),
            generation: index as u32,
        };
        inside.iter().enumerate().map(row).collect()
    }

    /// A table with its trailer (ISO 32000-2 7.5.4, 7.5.5).
    fn table(&self, rows: &[Row]) -> Vec<u8> {
        let plain = |row: &Row| (row.number, format!("{:010} {:05} n", row.place, row.generation));
        let mut lines: Vec<(u32, String)> = rows.iter().map(plain).collect();
        for (number, line) in &self.rows {
            lines.retain(|(known, _)| known != number);
            lines.push((*number, line.clone()));
        }
        if !self.is_unsorted {
            lines.sort_by_key(|(number, _)| *number);
        }
        let mut table = "xref\n".to_owned();
        let mut at = 0;
        while at < lines.len() {
            let run = (at..lines.len())
                .take_while(|next| lines[*next].0 == lines[at].0 + (next - at) as u32)
                .count();
            table += &format!("{} {run}\n", lines[at].0);
            for (_, line) in &lines[at..at + run] {
                table += &format!("{line}{}", self.row_end);
            }
            at += run;
        }
        let mut trailer = Vec::new();
        write(&mut trailer, &Object::Dictionary(self.trailer.clone()), self.spelling);
        let trailer = self.trailer_text.replace('#', &String::from_utf8_lossy(&trailer));
        (table + &trailer).into_bytes()
    }
}

/// A row of cross-references (ISO 32000-2 table 18).
#[derive(Debug, Clone)]
struct Row {
    number: u32,
    kind: u8,
    place: i64,
    generation: u32,
}

/// A cross-reference stream (ISO 32000-2 7.5.8).
fn section_stream(
    own: u32,
    rows: &[Row],
    mut keys: Dictionary,
    compressed: bool,
    spelling: Spelling,
) -> Vec<u8> {
    keys.set("Type", "XRef");
    keys.set("W", vec![1.into(), 8.into(), 2.into()]);
    let index: Vec<Object> = rows.iter().flat_map(|row| [i64::from(row.number).into(), 1.into()]).collect();
    keys.set("Index", index);
    let bytes = |row: &Row| {
        let generation = u16::try_from(row.generation).unwrap_or(0).to_be_bytes();
        [[row.kind].as_slice(), &row.place.to_be_bytes(), &generation].concat()
    };
    let mut stream = Stream::new(keys, rows.iter().flat_map(bytes).collect());
    if compressed {
        let _ = stream.compress();
    }
    let mut written = format!("{own} 0 obj\n").into_bytes();
    write(&mut written, &stream.into(), spelling);
    written.extend_from_slice(b"\nendobj\n");
    written
}

/// Writes the offset of the target for the token, after `from`.
fn point(file: &mut [u8], from: usize, pointer: &Pointer) {
    let find = |file: &[u8], from: usize, part: &[u8]| {
        file[from..].windows(part.len()).position(|window| window == part).map(|at| at + from)
    };
    let Some(target) = find(file, from, &pointer.target) else { return };
    let digits = if pointer.is_hexadecimal { format!("{target:08x}") } else { format!("{target:08}") };
    let mut at = from;
    while let Some(place) = find(file, at, pointer.token) {
        file[place..place + 8].copy_from_slice(&digits.as_bytes()[..8]);
        at = place + 8;
    }
}

/// Writes a value.
pub fn write(out: &mut Vec<u8>, value: &Object, spelling: Spelling) {
    match value {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Integer(number) if spelling.loose_numbers && *number >= 0 => {
            out.extend_from_slice(format!("+{number}").as_bytes());
        }
        Object::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Object::Real(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Object::Name(name) => {
            out.push(b'/');
            for (index, byte) in name.iter().enumerate() {
                let is_regular = byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(byte);
                if is_regular && !(spelling.escaped_names && index == 1) {
                    out.push(*byte);
                } else {
                    out.extend_from_slice(format!("#{byte:02X}").as_bytes());
                }
            }
        }
        Object::String(bytes, format) => {
            if spelling.hexadecimal_strings || *format == StringFormat::Hexadecimal {
                let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                out.extend_from_slice(format!("<{digits}>").as_bytes());
            } else {
                out.push(b'(');
                for byte in bytes {
                    if b"()\\\r".contains(byte) {
                        out.extend_from_slice(if *byte == b'\r' { b"\\r" } else { b"\\" });
                    }
                    if *byte != b'\r' {
                        out.push(*byte);
                    }
                }
                out.push(b')');
            }
        }
        Object::Array(values) => {
            out.push(b'[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write(out, value, spelling);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => {
            out.extend_from_slice(b"<<");
            for (key, value) in dictionary {
                write(out, &Object::Name(key.clone()), spelling);
                out.push(b' ');
                write(out, value, spelling);
            }
            out.extend_from_slice(b">>");
        }
        Object::Stream(stream) => {
            let mut keys = stream.dict.clone();
            if !keys.has(b"Length")
                || keys.get(b"Length").is_ok_and(|length| length.as_i64().is_ok()) && !keys.has(b"Wrong")
            {
                keys.set("Length", stream.content.len() as i64);
            }
            keys.remove(b"Wrong");
            write(out, &Object::Dictionary(keys), spelling);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&stream.content);
            out.extend_from_slice(b"\nendstream");
        }
        Object::Reference(id) => out.extend_from_slice(format!("{} {} R", id.0, id.1).as_bytes()),
    }
}
