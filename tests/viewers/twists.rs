//! How the structure of an update is bent: what readers forgive, each in its own way.

use lopdf::{Dictionary, Object, Stream, dictionary};

use crate::random::Random;
use crate::tail::{Pointer, Section, Tail, Written};

/// A change of structure.
pub type Twist = (&'static str, fn(&mut Tail, &mut Random));

/// What honest programs do one way or another.
pub const HARMLESS: [Twist; 8] = [
    ("a table", |tail, _| tail.section = Section::Table),
    ("a stream", |tail, _| tail.section = Section::Stream),
    ("an object stream", |tail, _| {
        tail.section = Section::Stream;
        tail.is_packed = true;
    }),
    ("a compressed section", |tail, _| tail.is_compressed = true),
    ("rows that end in a space", |tail, _| tail.row_end = " \n"),
    ("strings in hexadecimal", |tail, _| tail.spelling.hexadecimal_strings = true),
    ("a first line end", |tail, _| {
        if let Some(first) = tail.objects.first_mut() {
            first.before = b"\n".to_vec();
        }
    }),
    ("objects by number", |tail, _| tail.objects.sort_by_key(|object| object.number)),
];

/// What no honest program does, or few do.
pub const ODD: [Twist; 30] = [
    ("hybrid", |tail, _| tail.section = Section::Hybrid),
    ("hybrid and packed", |tail, _| {
        tail.section = Section::Hybrid;
        tail.is_packed = true;
    }),
    ("names escaped", |tail, _| tail.spelling.escaped_names = true),
    ("numbers with a sign", |tail, _| tail.spelling.loose_numbers = true),
    ("a row shifted", row_shifted),
    ("another generation", generation),
    ("another generation", generation),
    ("rows of nineteen bytes", |tail, random| {
        tail.row_end = *random.pick(&["\n", "\r", " \r", "  \n", "\r\n\n"]);
    }),
    ("rows unsorted", |tail, _| tail.is_unsorted = true),
    ("a row of zero", zero_row),
    ("previous", previous),
    ("size", size),
    ("a trailer's entry", trailer_entry),
    ("a trailer's text", trailer_text),
    ("white space at startxref", start_space),
    ("white space at startxref", start_space),
    ("startxref", start),
    ("after the end", after_end),
    ("an object twice", twice),
    ("objects in another order", |tail, _| tail.objects.reverse()),
    ("bytes between", between),
    ("bytes between", between),
    ("objects inside of a stream", inside),
    ("objects inside of a stream", inside),
    ("objects inside of a string", inside_string),
    ("objects inside of a string", inside_string),
    ("a hidden section", hidden_section),
    ("a stream's keys", stream_keys),
    ("an object's head", head),
    ("an object's end", end),
];

/// A page's content as a forger wants it.
const FORGED: &str = "q 0 g 0 0 500 700 re f Q";

/// Objects as a reader that repairs would take them: the content of every page.
fn payload(tail: &Tail, random: &mut Random, generation: u16) -> String {
    let object = |id: (u32, u16)| {
        format!(
            "\n{} {generation} obj\n<</Length {}>>\nstream\n{FORGED}\nendstream\nendobj\n",
            id.0,
            FORGED.len()
        )
    };
    let mut text: String = tail.base.contents().into_iter().map(object).collect();
    if random.percent(30) {
        text += "trailer\n<</Root ";
        text += &format!("{} 0 R>>\n", tail.base.catalog().0);
    }
    if random.percent(20) {
        text += "startxref\n0\n%%EOF\n";
    }
    text
}

fn row_shifted(tail: &mut Tail, random: &mut Random) {
    let shift = *random.pick(&[-1, 1, 2, -2, 5]);
    if let Some(object) = tail.any_own(random) {
        object.shift = shift;
    }
}

fn generation(tail: &mut Tail, random: &mut Random) {
    let how = random.below(3);
    if let Some(object) = tail.any_own(random) {
        if how != 0 {
            object.generation += 1;
        }
        if how != 1 {
            object.row_generation += 1;
        }
    }
}

fn zero_row(tail: &mut Tail, random: &mut Random) {
    let row = *random.pick(&[
        "0000000000 65535 f",
        "0000000001 65535 f",
        "0000000000 00000 f",
        "0000000000 00000 n",
    ]);
    tail.rows.push((0, row.to_owned()));
}

fn previous(tail: &mut Tail, random: &mut Random) {
    match random.below(4) {
        0 => drop(tail.trailer.remove(b"Prev")),
        1 => tail.trailer.set("Prev", tail.base.start as i64 - 1),
        2 => tail.trailer.set("Prev", 0),
        _ => {
            let first = tail.base.bytes.windows(10).position(|window| window == b"startxref\n");
            let digits =
                first.map(|at| String::from_utf8_lossy(&tail.base.bytes[at + 10..at + 22]).into_owned());
            let offset = digits.and_then(|digits| digits.split('\n').next()?.parse::<i64>().ok());
            tail.trailer.set("Prev", offset.unwrap_or(0));
        }
    }
}

fn size(tail: &mut Tail, random: &mut Random) {
    let size = *random.pick(&[0, 1, 5, 9, i64::from(tail.base.free) - 1, 1000, i64::from(i32::MAX)]);
    tail.trailer.set("Size", size);
}

fn trailer_entry(tail: &mut Tail, random: &mut Random) {
    let other = *random.pick(&tail.base.pages.clone());
    let (key, value): (&str, Object) = match random.below(9) {
        0 => ("Type", Object::Name(b"XRef".to_vec())),
        1 => ("Encrypt", Object::Null),
        2 => ("Root", other.into()),
        3 => ("Info", other.into()),
        4 => ("ID", vec![Object::string_literal("a"), Object::string_literal("b")].into()),
        5 => ("XRefStm", (tail.base.start as i64).into()),
        6 => ("W", vec![1.into(), 2.into(), 1.into()].into()),
        7 => ("Extra", true.into()),
        _ => ("Length", 0.into()),
    };
    tail.trailer.set(key, value);
}

fn trailer_text(tail: &mut Tail, random: &mut Random) {
    tail.trailer_text = *random.pick(&[
        "trailer#\n",
        "trailer %c\n#\n",
        "trailer\0#\n",
        "trailer\n#\ntrailer\n<<>>\n",
        "\ntrailer\n#\n",
        "trailer\n# 1 0 obj\n",
        "trailer\r#\r",
        "trailer\n#\n%comment\n",
    ]);
}

fn start_space(tail: &mut Tail, random: &mut Random) {
    let many = format!("startxref{}#\n%%EOF\n", " ".repeat(3000));
    let lines = format!("startxref{}#\n%%EOF\n", "\n".repeat(1100));
    let texts: [&[u8]; 11] = [
        b"startxref\0#\n%%EOF\n",
        b"startxref\n\0#\n%%EOF\n",
        b"startxref\x0c#\n%%EOF\n",
        b"startxref\t#\n%%EOF\n",
        b"startxref %c\n#\n%%EOF\n",
        b"startxref\r#\r%%EOF\r",
        b"startxref\n#%%EOF\n",
        b"startxref #\n%%EOF\n",
        b"startxref\n#\0\n%%EOF\n",
        many.as_bytes(),
        lines.as_bytes(),
    ];
    tail.end.text = random.pick(&texts).to_vec();
    // What it is for: a reader that loses its way looks for objects, wherever they are.
    if random.percent(70) {
        inside(tail, random);
    }
}

fn start(tail: &mut Tail, random: &mut Random) {
    match random.below(6) {
        0 => tail.end.shift = *random.pick(&[-1, 1, 2, 4]),
        1 => tail.end.text = b"startxref\n00#\n%%EOF\n".to_vec(),
        2 => tail.end.text = b"startxref\n+#\n%%EOF\n".to_vec(),
        3 => {
            tail.end.text =
                format!("startxref\n{}\n%%EOF\nstartxref\n#\n%%EOF\n", tail.base.start).into_bytes();
        }
        4 => tail.end.text = b"startxref\n#.0\n%%EOF\n".to_vec(),
        _ => tail.end.before = b"%comment\n".to_vec(),
    }
    if random.percent(40) {
        inside(tail, random);
    }
}

fn after_end(tail: &mut Tail, random: &mut Random) {
    let text: &[u8] = match random.below(6) {
        0 => b"\n",
        1 => b" \r\n",
        2 => b"%%EOF\n",
        3 => b"\0",
        4 => b"% more\n",
        _ => b"trailer\n<</Root 1 0 R>>\n",
    };
    if random.percent(20) {
        tail.end.text = b"startxref\n#\n%%EOF".to_vec();
    }
    tail.end.text.extend_from_slice(text);
}

fn twice(tail: &mut Tail, random: &mut Random) {
    let index = random.below(tail.objects.len().max(1));
    let Some(mut copy) = tail.objects.get(index).cloned() else { return };
    copy.is_listed = false;
    if copy.value.as_stream().is_ok() {
        copy.value = Stream::new(Dictionary::new(), FORGED.into()).into();
    }
    match random.below(2) {
        0 => tail.objects.insert(0, copy),
        _ => tail.objects.push(copy),
    }
}

/// Bytes that no cross-reference leads to.
fn between(tail: &mut Tail, random: &mut Random) {
    let payload = payload(tail, random, 0);
    let bytes: Vec<u8> = match random.below(8) {
        0 => b"% a comment\n".to_vec(),
        1 => b"\n\n\n".to_vec(),
        2 => b"\0\0".to_vec(),
        3 => payload.into_bytes(),
        4 => payload.replace('\n', "\r").replacen('\r', "%", 1).into_bytes(),
        5 => b"endobj\n".to_vec(),
        6 => b"xref\n0 0\ntrailer\n<<>>\n".to_vec(),
        _ => b"junk".to_vec(),
    };
    if random.percent(30) {
        tail.end.before = bytes;
    } else if let Some(object) = tail.any_own(random) {
        object.before = bytes;
    }
}

/// Puts `text` into a stream that may be there: metadata, validation data, or a look.
fn hide(tail: &mut Tail, random: &mut Random, text: &str) {
    let is_stream = |object: &Written| object.value.as_stream().is_ok();
    let streams: Vec<usize> = (0..tail.objects.len()).filter(|at| is_stream(&tail.objects[*at])).collect();
    let Some(at) = random.any(&streams).copied() else {
        metadata(tail, text);
        return;
    };
    if let Object::Stream(stream) = &mut tail.objects[at].value {
        stream.content.extend_from_slice(text.as_bytes());
        stream.dict.set("Length", stream.content.len() as i64);
    }
}

fn metadata(tail: &mut Tail, text: &str) {
    let catalog = tail.base.catalog();
    let keys = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    let stream = Stream::new(keys, format!("<x>{text}</x>").into_bytes());
    let known = tail
        .base
        .dictionary(catalog)
        .and_then(|catalog| catalog.get(b"Metadata").and_then(Object::as_reference).ok());
    match known {
        Some(id) => tail.put(id, stream.into()),
        None => {
            let id = tail.add(stream);
            tail.edit(catalog, |catalog| catalog.set("Metadata", id));
        }
    }
}

fn inside(tail: &mut Tail, random: &mut Random) {
    let generation = random.below(2) as u16;
    let text = match random.below(6) {
        0 => "endstream\nendobj\n".to_owned() + &payload(tail, random, generation),
        1 => "\nstartxref\n0\n%%EOF\n".to_owned(),
        2 => payload(tail, random, generation).replace('\n', "\r"),
        _ => payload(tail, random, generation),
    };
    hide(tail, random, &text);
    // Readers that look at generations take one that counts more.
    if random.percent(30) {
        let id = *random.pick(&tail.base.contents());
        if let Some(value) = tail.base.parts.objects.get(&id).cloned() {
            tail.put(id, value);
            if let Some(own) = tail.objects.iter_mut().find(|own| own.number == id.0) {
                own.generation = 1;
                own.row_generation = 1;
            }
        }
    }
}

fn inside_string(tail: &mut Tail, random: &mut Random) {
    let text = Object::string_literal(payload(tail, random, 0));
    let information = tail.base.parts.trailer.get(b"Info").and_then(Object::as_reference).ok();
    match (information, random.below(3)) {
        (Some(id), 0 | 1) => tail.edit(id, |info| info.set("Producer", text)),
        (_, 0) => tail.trailer.set("ID", vec![text.clone(), text]),
        _ => {
            if let Some(field) = random.any(&tail.base.fields(b"Tx", false)).copied() {
                tail.edit(field, |field| field.set("V", text));
            }
        }
    }
}

/// A table whose trailer leads to a stream that lies inside of another stream, as does what it lists.
fn hidden_section(tail: &mut Tail, random: &mut Random) {
    let Some(content) = random.any(&tail.base.contents()).copied() else { return };
    let mark = "%forged%\n";
    let forged = format!(
        "{mark}{} 0 obj\n<</Length {}>>\nstream\n{FORGED}\nendstream\nendobj\n",
        content.0,
        FORGED.len()
    );
    let section = format!(
        "9999 0 obj\n<</Type/XRef/Size 10000/W[1 4 1]/Index[{} 1]/Filter/ASCIIHexDecode/Length 13/Root {} 0 R>>\n\
         stream\n01@OFFSET1@00>\nendstream\nendobj\n",
        content.0,
        tail.base.catalog().0
    );
    // The token has eight bytes, as the offset in hexadecimal has.
    let section = section.replace("@OFFSET1@", "@OFFSET1");
    metadata(tail, &format!("{forged}{section}"));
    tail.section = Section::Table;
    let head = format!("{} 0 obj\n<</Length {}>>\nstream\n{FORGED}", content.0, FORGED.len());
    tail.pointers.push(Pointer { token: b"@OFFSET1", target: head.into_bytes(), is_hexadecimal: true });
    tail.pointers.push(Pointer {
        token: b"10000002",
        target: b"9999 0 obj\n".to_vec(),
        is_hexadecimal: false,
    });
    tail.trailer.set("XRefStm", 10_000_002);
    if random.percent(70) {
        tail.trailer.set("Type", Object::Name(b"XRef".to_vec()));
    }
}

fn stream_keys(tail: &mut Tail, random: &mut Random) {
    let how = random.below(8);
    let length = tail.add(Object::Integer(5));
    let is_stream = |object: &Written| object.value.as_stream().is_ok();
    let streams: Vec<usize> = (0..tail.objects.len()).filter(|at| is_stream(&tail.objects[*at])).collect();
    let Some(at) = random.any(&streams).copied() else { return };
    let Object::Stream(stream) = &mut tail.objects[at].value else { return };
    match how {
        0 => {
            stream.dict.set("Filter", "ASCIIHexDecode");
            let digits: String = stream.content.iter().map(|byte| format!("{byte:02x}")).collect();
            stream.content = format!("{digits}>").into_bytes();
        }
        1 => {
            let _ = stream.compress();
        }
        2 | 3 => {
            let wrong =
                if how == 2 { stream.content.len() as i64 - 3 } else { stream.content.len() as i64 + 9 };
            stream.dict.set("Length", wrong);
            stream.dict.set("Wrong", true);
        }
        4 => stream.dict.set("Length", length),
        5 => stream.dict.set("F", Object::string_literal("elsewhere.txt")),
        6 => stream.dict.set("Filter", vec![Object::Name(b"Crypt".to_vec())]),
        _ => stream.dict.set("DecodeParms", dictionary! { "Predictor" => 12 }),
    }
}

fn head(tail: &mut Tail, random: &mut Random) {
    let head = *random.pick(&[
        "# obj",
        "# obj ",
        "# obj\r",
        "# obj\r\n",
        "0# obj\n",
        "# obj%c\n",
        "#\tobj\n",
        "#  obj\n\n",
        "#\nobj\n",
    ]);
    if let Some(object) = tail.any_own(random) {
        object.head = head;
    }
}

fn end(tail: &mut Tail, random: &mut Random) {
    let end = *random.pick(&[
        "endobj\n",
        " endobj\n",
        "\nendobj",
        "\n",
        "\nendobj %c\n",
        "\r\nendobj\r\n",
        "\nendobj\nendobj\n",
        "\n1 0 R\nendobj\n",
    ]);
    if let Some(object) = tail.any_own(random) {
        object.end = end;
    }
}
