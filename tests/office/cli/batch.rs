//! Many documents in one call: numbers without a gap, and a failure that takes none.

use std::fs;

use serde_json::{Value, json};

use super::{Office, TIME, example};

/// The lines that `--json` prints.
fn outcomes(text: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(text).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of(outcomes: &[Value], key: &str) -> Vec<String> {
    outcomes.iter().filter_map(|outcome| outcome[key].as_str()).map(str::to_owned).collect()
}

#[test]
fn a_folder_of_documents_is_numbered_without_a_gap() {
    let office = Office::new();
    fs::create_dir(office.path("drafts")).unwrap();
    fs::create_dir(office.path("out")).unwrap();
    for index in 0..30 {
        office.draft(&format!("drafts/{index:02}.json"), &format!("Việc thứ {index}"));
    }
    // A broken one, one that is not filled in, one with a number that is not the next, and the same twice.
    fs::write(office.path("drafts/05.json"), "{").unwrap();
    office.ok(&["new", "thong-bao", "-o", "drafts/11.json", "--force"]);
    fs::copy(office.path("drafts/16.json"), office.path("drafts/17.json")).unwrap();
    let mut wrong: Value = serde_json::from_slice(&fs::read(office.path("drafts/21.json")).unwrap()).unwrap();
    wrong["header"]["number"] = 900.into();
    fs::write(office.path("drafts/21.json"), wrong.to_string()).unwrap();
    fs::write(office.path("drafts/notes.txt"), "not a document").unwrap();

    let output = office.run(&["issue", "drafts", "missing.json", "-o", "out", "--time", TIME, "--json"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(10), "{said}");
    let outcomes = outcomes(&output.stdout);
    assert_eq!(outcomes.len(), 31);
    // In the order of the folder, whatever was laid out first.
    let inputs = of(&outcomes, "input");
    assert!(inputs[..30].is_sorted() && inputs[30] == "missing.json", "{inputs:?}");
    let failed: Vec<&Value> = outcomes.iter().filter(|outcome| outcome["status"] == "failed").collect();
    let names: Vec<&str> = failed.iter().map(|outcome| outcome["input"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["drafts/05.json", "drafts/11.json", "drafts/17.json", "drafts/21.json", "missing.json"]
    );
    let wanted: Vec<String> = (1..=26).map(|number| format!("{number:02}/BC-UBND")).collect();
    assert_eq!(of(&outcomes, "code"), wanted);
    assert_eq!(fs::read_dir(office.path("out")).unwrap().count(), 26);
    let list = office.json(&["register", "list", "--year", "2026", "--json"]);
    assert_eq!(list.as_array().unwrap().len(), 26);

    // Laid out on several cores ahead of its number, a document has the bytes that it has alone.
    let again = office.json(&["verify", "out/02-BC-UBND.pdf", "--reproduce", "--json"]);
    assert_eq!(again["reproduction"]["outcome"], "pass", "{again}");
}

#[test]
fn json_lines_are_issued_as_they_come() {
    let office = Office::new();
    let mut draft: Value = serde_json::from_slice(&fs::read(example()).unwrap()).unwrap();
    draft["header"]["number"] = Value::Null;
    draft["header"]["date"] = Value::Null;
    let line = |subject: &str| {
        let mut draft = draft.clone();
        draft["subject"] = subject.into();
        draft.to_string()
    };
    let input = [line("Việc một"), "{\"version\": 1}".to_owned(), String::new(), line("Việc hai")].join("\n");
    let output = office.fed(&["issue", "--lines", "-", "--time", TIME, "--json"], input.as_bytes());
    assert_eq!(output.status.code(), Some(10));
    let outcomes = outcomes(&output.stdout);
    assert_eq!(of(&outcomes, "input"), ["stdin:1", "stdin:2", "stdin:4"]);
    assert_eq!(of(&outcomes, "status"), ["issued", "failed", "issued"]);
    assert_eq!(of(&outcomes, "file"), ["van-ban/2026/01-BC-UBND.pdf", "van-ban/2026/02-BC-UBND.pdf"]);
    assert!(office.path("02-BC-UBND.pdf").exists());
    // What was issued already takes no second number, and all of them well is success.
    let again = office.fed(&["issue", "--lines", "-", "--time", TIME], line("Việc hai").as_bytes());
    assert_eq!(again.status.code(), Some(10));
    let third = office.fed(&["issue", "--lines", "-", "--time", TIME], line("Việc ba").as_bytes());
    assert_eq!(third.status.code(), Some(0));
    office.code(&["issue", "--lines", "file.jsonl"], 2);
    // Several documents don't go into one file.
    office.draft("a.json", "a");
    office.draft("b.json", "b");
    office.code(&["issue", "a.json", "b.json", "-o", "one.pdf"], 2);
    assert!(!office.path("one.pdf").exists());
    // A folder that is not there yet is made.
    office.ok(&["issue", "a.json", "b.json", "-o", "2026/issued", "--time", TIME]);
    assert!(office.path("2026/issued/04-BC-UBND.pdf").exists());
}

#[test]
fn a_batch_is_signed_and_its_appendices_are_written_beside() {
    let office = Office::new();
    for (name, subject) in [("a.json", "Việc một"), ("b.json", "Việc hai")] {
        office.draft(name, subject);
        let mut draft: Value = serde_json::from_slice(&fs::read(office.path(name)).unwrap()).unwrap();
        draft["issuer"] = "Ủy ban nhân dân huyện Hòa An".into();
        draft["appendices"] = json!([
            { "title": "Danh mục", "separate": true, "body": [{ "block": "paragraph", "text": "Một." }] }
        ]);
        fs::write(office.path(name), draft.to_string()).unwrap();
    }
    let output =
        office.run(&["issue", "a.json", "b.json", "--key", "keys/chairman.key", "--time", TIME, "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let outcomes = outcomes(&output.stdout);
    assert_eq!(outcomes[1]["appendices"], json!(["van-ban/2026/02-BC-UBND-PL1.pdf"]));
    let signed = outcomes[1]["signed"].as_str().unwrap();
    let trust = ["--trust", "keys/root.crt", "--json"];
    let verdict = office.json(&[&["verify", signed, "--require", "any"], &trust[..]].concat());
    assert_eq!(verdict["verdict"], "valid");
    // The agency signs the appendix in its corner, and that verifies too.
    office.ok(&[
        "sign",
        "02-BC-UBND-PL1.pdf",
        "--as",
        "agency",
        "--key",
        "keys/agency.key",
        "--time",
        TIME,
        "-o",
        "pl.pdf",
    ]);
    let verdict = office.json(&[&["verify", "pl.pdf"], &trust[..]].concat());
    assert_eq!(verdict["verdict"], "valid", "{verdict}");
}
