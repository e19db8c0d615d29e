//! What updates do, lawful and not. Each act takes what it needs from the base, or does nothing.

use lopdf::{Dictionary, Object, ObjectId, StringFormat, dictionary};

use crate::random::Random;
use crate::stamped;
use crate::tail::Tail;

/// Something that an update does.
pub type Act = (&'static str, fn(&mut Tail, &mut Random));

/// What honest programs append.
pub const LAWFUL: [Act; 13] = [
    ("objects again", again),
    ("date of change", changed),
    ("metadata", metadata),
    ("validation data", validation_data),
    ("extensions", extensions),
    ("a text field filled in", filled),
    ("a text field filled in", filled),
    ("a box ticked", ticked),
    ("a choice made", chosen),
    ("an empty signature field", empty_field),
    ("a time-stamp", stamp),
    ("a dangling object", dangling),
    ("nothing", |_, _| {}),
];

/// What changes what is seen, or might.
pub const UNLAWFUL: [Act; 32] = [
    ("content replaced", content),
    ("content added", more_content),
    ("a resource replaced", resource),
    ("a page's entry", page_entry),
    ("the page tree", page_tree),
    ("an annotation", annotation),
    ("a form's entry", form_entry),
    ("a field's entry", field_entry),
    ("a field's entry", field_entry),
    ("an appearance of before", old_appearance),
    ("an appearance changed", appearance_changed),
    ("a catalog's entry", catalog_entry),
    ("an information entry", information),
    ("any entry", any_entry),
    ("any stream", any_stream),
    ("an object freed", freed),
    ("an array changed", array),
    ("a field that shows", shown_field),
    ("a field that shows", shown_field),
    ("a field with a look", looking_field),
    ("a field with a look", looking_field),
    ("a widget elsewhere", elsewhere),
    ("a widget below a field", kid),
    ("a time-stamp that shows", shown_stamp),
    ("fonts for the form", form_fonts),
    ("filled in with odd geometry", odd_filling),
    ("filled in with odd geometry", odd_filling),
    ("filled in with a shared look", shared_filling),
    ("filled in with other keys", keyed_filling),
    ("a field with odd geometry", odd_field),
    ("a field with odd geometry", odd_field),
    ("an object where nothing was", dangling),
];

fn name(text: &str) -> Object {
    Object::Name(text.into())
}

fn numbers(values: [f64; 4]) -> Object {
    values.iter().map(|value| Object::Real(*value as f32)).collect::<Vec<Object>>().into()
}

fn text(text: &str) -> Object {
    Object::string_literal(text)
}

/// Black where nobody signed anything.
const FORGERY: &[u8] = b"q 0 g 0 0 400 400 re f Q";

fn again(tail: &mut Tail, random: &mut Random) {
    let known: Vec<ObjectId> = tail.base.parts.objects.keys().copied().collect();
    for _ in 0..=random.below(3) {
        let id = *random.pick(&known);
        // A stream as lopdf has it may be unpacked; only what is the same is the same.
        if let Some(value @ (Object::Dictionary(_) | Object::Array(_))) = tail.value(id).cloned() {
            tail.put(id, value);
        }
    }
}

fn information_object(tail: &Tail) -> Option<ObjectId> {
    tail.base.parts.trailer.get(b"Info").and_then(Object::as_reference).ok()
}

fn changed(tail: &mut Tail, random: &mut Random) {
    let day = random.below(28) + 1;
    if let Some(id) = information_object(tail) {
        tail.edit(id, |info| info.set("ModDate", text(&format!("D:202006{day:02}101530Z"))));
    }
}

fn metadata(tail: &mut Tail, random: &mut Random) {
    let catalog = tail.base.catalog();
    let keys = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    let packet = format!("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">{}</x:xmpmeta>", random.next());
    let known = tail
        .base
        .dictionary(catalog)
        .and_then(|catalog| catalog.get(b"Metadata").and_then(Object::as_reference).ok());
    match known {
        Some(id) => tail.put(id, lopdf::Stream::new(keys, packet.into_bytes()).into()),
        None => {
            let id = tail.stream(keys, packet.as_bytes());
            tail.edit(catalog, |catalog| catalog.set("Metadata", id));
        }
    }
}

fn validation_data(tail: &mut Tail, random: &mut Random) {
    let catalog = tail.base.catalog();
    let value = tail.stream(Dictionary::new(), format!("a certificate {}", random.next()).as_bytes());
    let kind = *random.pick(&["Certs", "CRLs", "OCSPs"]);
    let known = tail
        .value(catalog)
        .and_then(|catalog| catalog.as_dict().ok()?.get(b"DSS").and_then(Object::as_reference).ok());
    match known {
        Some(store) => tail.append(store, kind, value),
        None => {
            let mut store = dictionary! { "Type" => "DSS", kind => vec![value.into()] };
            if random.percent(30) {
                let key = kind.trim_end_matches('s');
                store.set("VRI", dictionary! { "0123456789ABCDEF0123456789ABCDEF01234567" => dictionary! { key => vec![value.into()] } });
            }
            let store: Object = if random.percent(70) { tail.add(store).into() } else { store.into() };
            tail.edit(catalog, |catalog| catalog.set("DSS", store));
        }
    }
}

fn extensions(tail: &mut Tail, random: &mut Random) {
    let level = random.below(9) as i64;
    tail.edit(tail.base.catalog(), |catalog| {
        catalog.set(
            "Extensions",
            dictionary! { "ADBE" => dictionary! { "BaseVersion" => name("1.7"), "ExtensionLevel" => level } },
        );
    });
}

/// A form XObject.
fn look(tail: &mut Tail, area: [f64; 4], content: &[u8]) -> ObjectId {
    let fonts = dictionary! { "Helv" => dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name("Helvetica") } };
    let keys = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers(area),
        "Resources" => dictionary! { "Font" => fonts },
    };
    tail.stream(keys, content)
}

fn words(random: &mut Random) -> String {
    format!("{}", random.below(10_000_000))
}

fn open_text(tail: &Tail, random: &mut Random) -> Option<ObjectId> {
    random.any(&tail.base.fields(b"Tx", false)).copied()
}

/// Fills a field in, and gives the field and its look.
fn fill(tail: &mut Tail, random: &mut Random) -> Option<(ObjectId, ObjectId)> {
    let field = open_text(tail, random)?;
    let words = words(random);
    let content = format!("/Tx BMC q BT /Helv 12 Tf 2 5 Td ({words}) Tj ET Q EMC");
    let look = look(tail, [0.0, 0.0, 150.0, 20.0], content.as_bytes());
    tail.edit(field, |field| {
        field.set("V", text(&words));
        field.set("AP", dictionary! { "N" => look });
    });
    Some((field, look))
}

fn filled(tail: &mut Tail, random: &mut Random) {
    let Some((field, _)) = fill(tail, random) else { return };
    if random.percent(20) {
        let quadding = random.below(3) as i64;
        tail.edit(field, |field| field.set("Q", quadding));
    }
}

fn ticked(tail: &mut Tail, random: &mut Random) {
    let Some(field) = random.any(&tail.base.fields(b"Btn", true)).copied() else { return };
    tail.edit(field, |field| {
        field.set("V", name("Yes"));
        field.set("AS", name("Yes"));
    });
}

fn chosen(tail: &mut Tail, random: &mut Random) {
    let Some(field) = random.any(&tail.base.fields(b"Ch", false)).copied() else { return };
    let look = look(tail, [0.0, 0.0, 150.0, 20.0], b"BT /Helv 12 Tf 2 5 Td (red) Tj ET");
    tail.edit(field, |field| {
        field.set("V", text("red"));
        field.set("AP", dictionary! { "N" => look });
    });
}

/// Adds a field, on the page that it names, and in the form.
fn field(tail: &mut Tail, random: &mut Random, change: impl FnOnce(&mut Dictionary)) -> ObjectId {
    let page = *random.pick(&tail.base.pages.clone());
    let mut keys = dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "F" => 132, "P" => page,
        "T" => text(&format!("third{}", random.below(1000))), "Rect" => numbers([0.0; 4]),
    };
    change(&mut keys);
    let field = tail.add(keys);
    tail.append(page, "Annots", field);
    join(tail, field);
    field
}

fn join(tail: &mut Tail, field: ObjectId) {
    match tail.base.form() {
        Some(form) => tail.append(form, "Fields", field),
        None => {
            let catalog = tail.base.catalog();
            let known = tail.value(catalog).and_then(|catalog| {
                catalog.as_dict().ok()?.get(b"AcroForm").and_then(Object::as_dict).ok().cloned()
            });
            let mut form = known.unwrap_or_default();
            let mut fields = form.get(b"Fields").and_then(Object::as_array).cloned().unwrap_or_default();
            fields.push(field.into());
            form.set("Fields", fields);
            tail.edit(catalog, |catalog| catalog.set("AcroForm", form));
        }
    }
}

fn empty_field(tail: &mut Tail, random: &mut Random) {
    let odd = random.below(6);
    field(tail, random, |keys| match odd {
        0 => drop(keys.remove(b"P")),
        1 => keys.set("H", name("N")),
        2 => keys.set("DA", text("/Helv 0 Tf 0 g")),
        3 => keys.set("F", 6),
        _ => {}
    });
}

/// A field with a document time-stamp.
fn stamped(tail: &mut Tail, random: &mut Random, change: impl FnOnce(&mut Dictionary)) {
    let zeros = Object::String(vec![0; stamped::ROOM], StringFormat::Hexadecimal);
    let range: Vec<Object> = stamped::RANGE.iter().map(|number| (*number).into()).collect();
    let stamp = tail.add(dictionary! {
        "Type" => "DocTimeStamp", "Filter" => name("Adobe.PPKLite"), "SubFilter" => name("ETSI.RFC3161"),
        "ByteRange" => range, "Contents" => zeros,
    });
    tail.stamp = Some(stamp.0);
    field(tail, random, |keys| {
        keys.set("V", stamp);
        change(keys);
    });
}

fn stamp(tail: &mut Tail, random: &mut Random) {
    // One process each: not as often as the rest.
    if random.percent(40) {
        stamped(tail, random, |_| {});
    }
}

fn shown_stamp(tail: &mut Tail, random: &mut Random) {
    let look = look(tail, [0.0, 0.0, 200.0, 50.0], FORGERY);
    let rect = anywhere(random);
    stamped(tail, random, |keys| {
        keys.set("Rect", numbers(rect));
        keys.set("AP", dictionary! { "N" => look });
    });
}

/// An object takes a number that something refers to, though nothing was there.
fn dangling(tail: &mut Tail, _: &mut Random) {
    let mut missing = None;
    for object in tail.base.parts.objects.values() {
        let mut queue = vec![object];
        while let Some(value) = queue.pop() {
            match value {
                Object::Reference(id) if !tail.base.parts.objects.contains_key(id) => missing = Some(*id),
                Object::Array(values) => queue.extend(values),
                Object::Dictionary(keys) => queue.extend(keys.iter().map(|(_, value)| value)),
                Object::Stream(stream) => queue.extend(stream.dict.iter().map(|(_, value)| value)),
                _ => {}
            }
        }
    }
    let keys =
        dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers([0.0, 0.0, 1.0, 1.0]) };
    if let Some(id) = missing {
        tail.put(id, lopdf::Stream::new(keys, FORGERY.to_vec()).into());
    }
}

fn content(tail: &mut Tail, random: &mut Random) {
    if let Some(id) = random.any(&tail.base.contents()).copied() {
        tail.put(id, lopdf::Stream::new(Dictionary::new(), FORGERY.to_vec()).into());
    }
}

fn more_content(tail: &mut Tail, random: &mut Random) {
    let page = *random.pick(&tail.base.pages.clone());
    let more = tail.stream(Dictionary::new(), FORGERY);
    let known = tail.base.parts.get_page_contents(page);
    let all: Vec<Object> = known.into_iter().chain([more]).map(Object::from).collect();
    tail.edit(page, |page| page.set("Contents", all));
}

fn resource(tail: &mut Tail, random: &mut Random) {
    let of = |kind: &[u8]| -> Vec<ObjectId> {
        let fits = |value: &Object| {
            let keys = match value {
                Object::Dictionary(keys) => keys,
                Object::Stream(stream) => &stream.dict,
                _ => return false,
            };
            let is = |key: &[u8]| keys.get(key).and_then(Object::as_name).ok() == Some(kind);
            is(b"Type") || is(b"Subtype")
        };
        tail.base.parts.objects.iter().filter(|(_, value)| fits(value)).map(|(id, _)| *id).collect()
    };
    if random.percent(50) {
        if let Some(id) = random.any(&of(b"Font")).copied() {
            tail.put(
                id,
                dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name("Courier") }.into(),
            );
        }
    } else if let Some(id) = random.any(&of(b"Form")).copied() {
        let keys = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers([0.0, 0.0, 200.0, 60.0]) };
        tail.put(id, lopdf::Stream::new(keys, FORGERY.to_vec()).into());
    }
}

fn page_entry(tail: &mut Tail, random: &mut Random) {
    let page = *random.pick(&tail.base.pages.clone());
    let (key, value): (&str, Object) = match random.below(12) {
        0 => ("MediaBox", numbers([0.0, 0.0, 300.0, 300.0])),
        1 => ("CropBox", numbers([50.0, 50.0, 300.0, 300.0])),
        2 => ("Rotate", 180.into()),
        3 => ("UserUnit", 2.into()),
        4 => ("Resources", Dictionary::new().into()),
        5 => ("Contents", Object::Null),
        6 => ("Annots", Vec::new().into()),
        7 => ("Group", dictionary! { "S" => "Transparency", "I" => true }.into()),
        8 => ("AA", dictionary! { "O" => dictionary! { "S" => "JavaScript", "JS" => text("1") } }.into()),
        9 => ("TrimBox", numbers([50.0, 50.0, 300.0, 300.0])),
        10 => ("Tabs", name("S")),
        _ => ("Type", name("Pages")),
    };
    tail.edit(page, |page| page.set(key, value));
}

fn page_tree(tail: &mut Tail, random: &mut Random) {
    let pages = tail.base.pages.clone();
    let root =
        tail.base.parts.catalog().and_then(|catalog| catalog.get(b"Pages")).and_then(Object::as_reference);
    let Ok(root) = root else { return };
    let content = tail.stream(Dictionary::new(), FORGERY);
    let new = tail.add(dictionary! { "Type" => "Page", "Parent" => root, "MediaBox" => numbers([0.0, 0.0, 595.0, 842.0]), "Contents" => content });
    let mut kids: Vec<Object> = pages.iter().map(|page| (*page).into()).collect();
    match random.below(4) {
        0 => kids.push(new.into()),
        1 => kids[0] = new.into(),
        2 => kids.reverse(),
        _ => kids.insert(0, new.into()),
    }
    let count = if random.percent(70) { kids.len() as i64 } else { 1 };
    tail.edit(root, |root| {
        root.set("Kids", kids);
        root.set("Count", count);
    });
}

/// Where a widget is.
fn rectangle(tail: &Tail, widget: ObjectId) -> Option<[f64; 4]> {
    let sides = tail.base.dictionary(widget)?.get(b"Rect").and_then(Object::as_array).ok()?;
    let sides: Vec<f64> = sides.iter().filter_map(|side| side.as_float().ok()).map(f64::from).collect();
    sides.try_into().ok()
}

fn anywhere(random: &mut Random) -> [f64; 4] {
    let (x, y) = (random.below(350) as f64, random.below(700) as f64);
    [x, y, x + 40.0 + random.below(150) as f64, y + 20.0 + random.below(60) as f64]
}

fn annotation(tail: &mut Tail, random: &mut Random) {
    let page = *random.pick(&tail.base.pages.clone());
    let look = look(tail, [0.0, 0.0, 100.0, 50.0], FORGERY);
    let kind = *random.pick(&[
        "Stamp",
        "FreeText",
        "Square",
        "Ink",
        "Highlight",
        "Link",
        "Popup",
        "Redact",
        "Text",
        "Watermark",
    ]);
    let mut keys = dictionary! {
        "Type" => "Annot", "Subtype" => name(kind), "Rect" => numbers(anywhere(random)), "F" => 4,
        "C" => numbers([1.0, 0.0, 0.0, 0.0]), "Contents" => text("forged"), "DA" => text("/Helv 12 Tf 0 g"),
    };
    if random.percent(70) {
        keys.set("AP", dictionary! { "N" => look });
    }
    let annotation = tail.add(keys);
    tail.append(page, "Annots", annotation);
}

fn form_entry(tail: &mut Tail, random: &mut Random) {
    let Some(form) = tail.base.form() else { return };
    let (key, value): (&str, Object) = match random.below(8) {
        0 => ("NeedAppearances", true.into()),
        1 => ("DA", text("/Helv 30 Tf 1 0 0 rg")),
        2 => ("Q", 2.into()),
        3 => ("XFA", text("<xdp/>")),
        4 => ("CO", Vec::new().into()),
        5 => ("SigFlags", 1.into()),
        6 => ("Fields", Vec::new().into()),
        _ => ("DR", Dictionary::new().into()),
    };
    tail.edit(form, |form| form.set(key, value));
}

/// /DR with a font that draws other glyphs, under a name that fields have.
fn form_fonts(tail: &mut Tail, random: &mut Random) {
    let Some(form) = tail.base.form() else { return };
    let differences: Vec<Object> = vec![48.into(), name("nine"), name("nine"), name("nine")];
    let encoding = dictionary! { "Type" => "Encoding", "Differences" => differences };
    let font = tail.add(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => name("Times-Bold"), "Encoding" => encoding });
    let key = *random.pick(&["Helv", "F1", "ZaDb"]);
    tail.edit(form, |form| {
        form.set("DR", dictionary! { "Font" => dictionary! { key => font } });
    });
}

fn field_entry(tail: &mut Tail, random: &mut Random) {
    let Some(field) = random.any(&tail.base.widgets).copied() else { return };
    let look = look(tail, [0.0, 0.0, 150.0, 20.0], FORGERY);
    let (key, value): (&str, Object) = match random.below(14) {
        0 => ("AP", dictionary! { "N" => look }.into()),
        1 => ("V", text("forged")),
        2 => {
            ("MK", dictionary! { "BG" => vec![1.into(), 0.into(), 0.into()], "BC" => vec![0.into()] }.into())
        }
        3 => ("AS", name("Yes")),
        4 => ("Rect", numbers(anywhere(random))),
        5 => ("F", 6.into()),
        6 => ("DA", text("/Helv 40 Tf 1 0 0 rg")),
        7 => ("Q", 2.into()),
        8 => ("Ff", 4096.into()),
        9 => ("DV", text("forged")),
        10 => ("BS", dictionary! { "W" => 9 }.into()),
        11 => ("Border", vec![0.into(), 0.into(), 9.into()].into()),
        12 => ("OC", dictionary! { "Type" => "OCG", "Name" => text("layer") }.into()),
        _ => ("P", (*random.pick(&tail.base.pages.clone())).into()),
    };
    tail.edit(field, |field| field.set(key, value));
}

/// A field filled in with a look that was there before.
fn old_appearance(tail: &mut Tail, random: &mut Random) {
    let Some(field) = open_text(tail, random) else { return };
    let Some(old) = random.any(&tail.base.contents()).copied() else { return };
    tail.edit(field, |field| {
        field.set("V", text("x"));
        field.set("AP", dictionary! { "N" => old });
    });
}

fn appearance_changed(tail: &mut Tail, random: &mut Random) {
    let streams = |id: &ObjectId| {
        let look = tail.base.dictionary(*id)?.get(b"AP").and_then(Object::as_dict).ok()?;
        look.get(b"N").and_then(Object::as_reference).ok()
    };
    let looks: Vec<ObjectId> = tail.base.widgets.iter().filter_map(streams).collect();
    let Some(id) = random.any(&looks).copied() else { return };
    let keys =
        dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers([0.0, 0.0, 150.0, 60.0]) };
    tail.put(id, lopdf::Stream::new(keys, FORGERY.to_vec()).into());
}

fn catalog_entry(tail: &mut Tail, random: &mut Random) {
    let script = dictionary! { "S" => "JavaScript", "JS" => text("app.alert(1)") };
    let (key, value): (&str, Object) = match random.below(14) {
        0 => {
            ("OCProperties", dictionary! { "OCGs" => Vec::<Object>::new(), "D" => Dictionary::new() }.into())
        }
        1 => ("OpenAction", script.into()),
        2 => ("AA", dictionary! { "WC" => script }.into()),
        3 => (
            "Names",
            dictionary! { "JavaScript" => dictionary! { "Names" => vec![text("x"), script.into()] } }.into(),
        ),
        4 => ("ViewerPreferences", dictionary! { "ViewArea" => name("TrimBox") }.into()),
        5 => {
            ("PageLabels", dictionary! { "Nums" => vec![0.into(), dictionary! { "S" => "R" }.into()] }.into())
        }
        6 => ("Lang", text("xx")),
        7 => ("Version", name(random.pick::<&str>(&["1.4", "2.0", "9.9"]))),
        8 => ("Collection", Dictionary::new().into()),
        9 => ("Perms", Dictionary::new().into()),
        10 => ("NeedsRendering", true.into()),
        11 => ("PageMode", name("UseOC")),
        12 => ("StructTreeRoot", Dictionary::new().into()),
        _ => ("Pages", tail.base.pages[0].into()),
    };
    tail.edit(tail.base.catalog(), |catalog| catalog.set(key, value));
}

fn information(tail: &mut Tail, random: &mut Random) {
    let Some(id) = information_object(tail) else { return };
    let key = *random.pick(&["Producer", "Title", "Author", "Trapped", "Custom"]);
    tail.edit(id, |info| info.set(key, text("another")));
}

/// Any object that is a dictionary, with another value somewhere.
fn any_entry(tail: &mut Tail, random: &mut Random) {
    let known: Vec<ObjectId> = tail.base.parts.objects.keys().copied().collect();
    let (id, other) = (*random.pick(&known), *random.pick(&known));
    let Some(keys) = tail.base.dictionary(id) else { return };
    let names: Vec<Vec<u8>> = keys.iter().map(|(key, _)| key.clone()).collect();
    let Some(key) = random.any(&names).cloned() else { return };
    let value = match random.below(5) {
        0 => Object::Null,
        1 => other.into(),
        2 => (random.below(1000) as i64).into(),
        3 => tail
            .base
            .dictionary(other)
            .and_then(|other| other.get(&key).ok().cloned())
            .unwrap_or(Object::Null),
        _ => {
            tail.edit(id, |keys| drop(keys.remove(&key)));
            return;
        }
    };
    tail.edit(id, |keys| keys.set(key, value));
}

fn any_stream(tail: &mut Tail, random: &mut Random) {
    let is_stream = |(id, value): (&ObjectId, &Object)| value.as_stream().is_ok().then_some(*id);
    let streams: Vec<ObjectId> = tail.base.parts.objects.iter().filter_map(is_stream).collect();
    let Some(id) = random.any(&streams).copied() else { return };
    let Some(Object::Stream(mut stream)) = tail.value(id).cloned() else { return };
    stream.dict.remove(b"Filter");
    stream.dict.remove(b"DecodeParms");
    stream.content = FORGERY.to_vec();
    tail.put(id, stream.into());
}

fn freed(tail: &mut Tail, random: &mut Random) {
    let known: Vec<ObjectId> = tail.base.parts.objects.keys().copied().collect();
    let id = *random.pick(&known);
    let generation = random.below(2);
    tail.rows.push((id.0, format!("0000000000 {generation:05} f")));
}

fn array(tail: &mut Tail, random: &mut Random) {
    let is_array = |(id, value): (&ObjectId, &Object)| value.as_array().is_ok().then_some(*id);
    let arrays: Vec<ObjectId> = tail.base.parts.objects.iter().filter_map(is_array).collect();
    let Some(id) = random.any(&arrays).copied() else { return };
    let Some(Object::Array(mut values)) = tail.value(id).cloned() else { return };
    match random.below(3) {
        0 => values.reverse(),
        1 => drop(values.pop()),
        _ => values.push(Object::Null),
    }
    tail.put(id, values.into());
}

/// A field without a signature that takes room on the page.
fn shown_field(tail: &mut Tail, random: &mut Random) {
    let rect = anywhere(random);
    let odd = random.below(5);
    field(tail, random, |keys| {
        keys.set("Rect", numbers(rect));
        match odd {
            0 => keys.set(
                "MK",
                dictionary! { "BG" => vec![1.into(), 0.into(), 0.into()], "BC" => vec![0.into()] },
            ),
            1 => keys.set("BS", dictionary! { "W" => 5, "S" => "S" }),
            2 => keys.set("C", vec![1.into(), 0.into(), 0.into()]),
            3 => keys.set("Border", vec![0.into(), 0.into(), 5.into()]),
            _ => {}
        }
    });
}

/// The same with an appearance of its own.
fn looking_field(tail: &mut Tail, random: &mut Random) {
    let taken = random.any(&tail.base.widgets).and_then(|widget| rectangle(tail, *widget));
    let rect = taken.filter(|_| random.percent(30)).unwrap_or_else(|| anywhere(random));
    let drawings: [&[u8]; 3] =
        [b"BT /Helv 12 Tf 2 5 Td (paid in full) Tj ET", b"1 g -999 -999 1998 1998 re f", FORGERY];
    let look = look(tail, [0.0, 0.0, 200.0, 60.0], random.pick::<&[u8]>(&drawings));
    let (state, flags) = (random.below(4), *random.pick(&[0_i64, 4, 132, 36, 2, 1, 64]));
    field(tail, random, |keys| {
        keys.set("Rect", numbers(rect));
        keys.set("F", flags);
        let look: Object = look.into();
        match state {
            0 => {
                keys.set("AP", dictionary! { "N" => dictionary! { "On" => look, "Off" => Object::Null } });
                keys.set("AS", name("On"));
            }
            1 => keys.set("AP", dictionary! { "D" => look.clone(), "N" => look }),
            _ => keys.set("AP", dictionary! { "N" => look }),
        }
    });
}

/// A new field whose place can be told in more than one way.
fn odd_field(tail: &mut Tail, random: &mut Random) {
    let [left, bottom, right, top] = anywhere(random);
    let content: &[u8] = if random.percent(50) { FORGERY } else { b"BT /Helv 12 Tf 2 5 Td (paid) Tj ET" };
    let area = match random.below(5) {
        0 => [0.0, 0.0, 0.0, 0.0],
        1 => [100.0, 50.0, 0.0, 0.0],
        2 => [-300.0, -300.0, 300.0, 300.0],
        _ => [0.0, 0.0, 100.0, 50.0],
    };
    let look = look(tail, area, content);
    if random.percent(40) {
        let matrix: Vec<Object> = match random.below(3) {
            0 => [0, 1, -1, 0, 0, 0].map(Object::Integer).into(),
            1 => [10, 0, 0, 10, 0, 0].map(Object::Integer).into(),
            _ => [3, 0, 0, -1, 0, 0].map(Object::Integer).into(),
        };
        tail.edit(look, |look| look.set("Matrix", matrix));
    }
    let rect: Object = match random.below(9) {
        0 => {
            let number = tail.add(Object::Real(right as f32));
            vec![(left as i64).into(), (bottom as i64).into(), number.into(), (top as i64).into()].into()
        }
        1 => {
            let whole = tail.add(numbers([left, bottom, right, top]));
            whole.into()
        }
        2 => numbers([right, top, left, bottom]),
        3 => numbers([left, bottom, left, top]),
        4 => numbers([-100.0, -100.0, 0.0, 0.0]),
        5 => vec![0.into(), 0.into(), 0.into()].into(),
        6 => vec![0.into(), 0.into(), 0.into(), 0.into(), (right as i64).into()].into(),
        7 => numbers([0.0, 0.0, 0.0, 0.0]),
        _ => numbers([left, bottom, right, top]),
    };
    let flags: Object = match random.below(6) {
        0 => 28.into(),
        1 => {
            let hidden = tail.add(Object::Integer(2));
            hidden.into()
        }
        2 => Object::Real(2.5),
        3 => 2.into(),
        4 => 32.into(),
        _ => 4.into(),
    };
    let pages = tail.base.pages.clone();
    let named = *random.pick(&pages);
    let has_look = random.percent(80);
    field(tail, random, |keys| {
        keys.set("Rect", rect);
        keys.set("F", flags);
        keys.set("P", named);
        if has_look {
            keys.set("AP", dictionary! { "N" => look });
        }
    });
}

/// A new widget that names one page and is listed by another, or by none, or twice.
fn elsewhere(tail: &mut Tail, random: &mut Random) {
    let pages = tail.base.pages.clone();
    let look = look(tail, [0.0, 0.0, 200.0, 60.0], FORGERY);
    let rect = if random.percent(50) { anywhere(random) } else { [0.0; 4] };
    let (named, listing) = (*random.pick(&pages), *random.pick(&pages));
    let field = tail.add(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "F" => 4, "P" => named,
        "T" => text("elsewhere"), "Rect" => numbers(rect), "AP" => dictionary! { "N" => look },
    });
    for _ in 0..random.below(3) {
        tail.append(listing, "Annots", field);
    }
    if random.percent(80) {
        join(tail, field);
    }
    if random.percent(30) {
        tail.edit(field, |keys| drop(keys.remove(b"P")));
    }
}

/// A new widget of a field that is there.
fn kid(tail: &mut Tail, random: &mut Random) {
    let Some(parent) = random.any(&tail.base.widgets).copied() else { return };
    let page = *random.pick(&tail.base.pages.clone());
    let look = look(tail, [0.0, 0.0, 200.0, 60.0], FORGERY);
    let kid = tail.add(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "F" => 4, "P" => page, "Parent" => parent,
        "Rect" => numbers(anywhere(random)), "AP" => dictionary! { "N" => look },
    });
    tail.append(page, "Annots", kid);
    tail.append(parent, "Kids", kid);
}

fn odd_filling(tail: &mut Tail, random: &mut Random) {
    let Some((_, look)) = fill(tail, random) else { return };
    let matrix: Vec<Object> = match random.below(4) {
        0 => [0, 1, -1, 0, 0, 0].map(Object::Integer).into(),
        1 => [10, 0, 0, 10, 200, 200].map(Object::Integer).into(),
        2 => [3, 0, 0, -1, 0, 0].map(Object::Integer).into(),
        _ => [1, 0, 0, 1, 0, 0].map(Object::Integer).into(),
    };
    let area = match random.below(6) {
        0 => [0.0, 0.0, 0.0, 0.0],
        1 => [150.0, 20.0, 0.0, 0.0],
        2 => [-500.0, -500.0, 500.0, 500.0],
        3 => [0.0, 0.0, 150.0, 0.001],
        _ => [0.0, 0.0, 150.0, 20.0],
    };
    let keeps_area = random.percent(80);
    tail.edit(look, |look| {
        look.set("Matrix", matrix);
        look.set("BBox", numbers(area));
        if !keeps_area {
            look.remove(b"BBox");
        }
    });
    if let Some(Object::Stream(mut stream)) = tail.value(look).cloned() {
        stream.content.extend_from_slice(b" q 0.8 g -999 -999 1998 1998 re f Q");
        tail.put(look, stream.into());
    }
}

/// The look of a field is the look of other fields, and the content of a page.
fn shared_filling(tail: &mut Tail, random: &mut Random) {
    let Some((_, look)) = fill(tail, random) else { return };
    match random.below(3) {
        0 => {
            if let Some(other) = random.any(&tail.base.widgets).copied() {
                tail.edit(other, |other| other.set("AP", dictionary! { "N" => look }));
            }
        }
        1 => {
            let page = *random.pick(&tail.base.pages.clone());
            tail.edit(page, |page| page.set("Contents", look));
        }
        _ => {
            let holder = tail.add(dictionary! { "N" => look });
            for other in tail.base.fields(b"Tx", false) {
                tail.edit(other, |other| other.set("AP", holder));
            }
        }
    }
}

fn keyed_filling(tail: &mut Tail, random: &mut Random) {
    let Some((field, look)) = fill(tail, random) else { return };
    let (key, value): (&str, Object) = match random.below(10) {
        0 => ("DA", text("/Helv 40 Tf 1 0 0 rg")),
        1 => ("Ff", 4096.into()),
        2 => ("MK", dictionary! { "BG" => vec![1.into(), 0.into(), 0.into()] }.into()),
        3 => ("RV", text("<body>rich</body>")),
        4 => ("Rect", numbers(anywhere(random))),
        5 => ("F", 0.into()),
        6 => ("AS", name("N")),
        7 => ("AP", dictionary! { "N" => dictionary! { "On" => look, "Off" => look } }.into()),
        8 => ("AP", dictionary! { "N" => look, "D" => tail.base.contents()[0] }.into()),
        _ => ("DS", text("font: 40pt")),
    };
    tail.edit(field, |field| field.set(key, value));
}
