//! The same where a whole document is issued.

use std::fs;

use serde_json::Value;
use vanthu::document::{self, model::Document};
use vanthu::fonts::Faces;
use vanthu::issue::{Begun, Foreseen, Held, Repeat};
use vanthu::layout::Engine;
use vanthu::office::Office;
use vanthu::register::{
    DocumentRevision, Entry, Filter, IdempotentRequest, Register, RegisterError, RevisionKind,
};

use crate::desk::{at, key, run};

fn draft() -> Document {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/201-bc-ubnd.json");
    let mut json: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    json["header"]["number"] = Value::Null;
    json["header"]["date"] = Value::Null;
    document::parse(json.to_string().as_bytes(), &Faces::embedded()).unwrap().document
}

async fn issue(
    engine: &Engine,
    office: &Office,
    register: &Register,
    request: IdempotentRequest,
) -> (bool, Entry) {
    let begun = Held::begin(office, register, draft(), at(1), Repeat::Allow, Some(request)).await.unwrap();
    let held = match begun {
        Begun::Held(held) => held,
        Begun::Answered(entry) => return (true, *entry),
        Begun::Registered(_) => panic!("repeats are allowed"),
    };
    let laid_out = Foreseen::lay_out(engine, office, &draft(), held.number(), at(1)).unwrap();
    let ready = held.log(laid_out).await.unwrap();
    let report = DocumentRevision::of(RevisionKind::Report, &ready.files().unwrap().0, "a.pdf", None);
    (false, ready.record(report, Vec::new()).await.unwrap().0)
}

#[test]
fn a_document_that_is_asked_for_twice_is_issued_once() {
    let folder = tempfile::tempdir().unwrap();
    let config = "[agency]\nname = [\"ỦY BAN NHÂN DÂN\"]\nabbreviation = \"UBND\"\nplace = \"Hòa An\"\n";
    fs::write(folder.path().join("vanthu.toml"), config).unwrap();
    let office = Office::open(folder.path()).unwrap();
    let engine = Engine::new(Faces::embedded()).unwrap();
    let asked = |key: &str, content: &[u8]| IdempotentRequest::new(key.parse().unwrap(), content);
    run(async {
        let register = Register::create(office.register()).await.unwrap().signing_with(key(7));
        let first = issue(&engine, &office, &register, asked("k", b"a")).await;
        let again = issue(&engine, &office, &register, asked("k", b"a")).await;
        assert!(!first.0);
        assert_eq!(again, (true, first.1));
        let other =
            Held::begin(&office, &register, draft(), at(1), Repeat::Allow, Some(asked("k", b"b"))).await;
        assert!(matches!(other, Err(RegisterError::OtherRequest(_))));
        // Another key is another request: the number that it takes is the next one.
        assert_eq!(issue(&engine, &office, &register, asked("l", b"a")).await.1.key.number, 2);
        assert_eq!(register.records(&Filter::default()).await.unwrap().len(), 2);
    });
}
