//! What `vanthu check` finds, mends, and hands to editors.

use std::fs;

use serde_json::Value;

use super::{Office, TIME, example};

/// The example with mistakes that can be mended safely, and one that can't.
fn careless() -> String {
    fs::read_to_string(example())
        .unwrap()
        .replace("\"Trang TTĐT huyện\"", "\"- Trang TTĐT huyện;\"")
        .replace("\"HUYỆN HÒA AN\"", "\"Huyện Hòa An\"")
}

#[test]
fn what_is_safe_is_mended_and_nothing_else_is_touched() {
    let office = Office::new();
    let before = careless();
    fs::write(office.path("d.json"), &before).unwrap();
    office.ok(&["check", "d.json", "--fix"]);
    let after = fs::read_to_string(office.path("d.json")).unwrap();
    let original = fs::read_to_string(example()).unwrap();
    assert_eq!(after, original, "only the two strings changed back");
    // Nothing to mend: the file is not written again.
    let written = fs::metadata(office.path("d.json")).unwrap().modified().unwrap();
    office.ok(&["check", "d.json", "--fix"]);
    assert_eq!(fs::metadata(office.path("d.json")).unwrap().modified().unwrap(), written);
    // From standard input to standard output.
    let output = office.fed(&["check", "-", "--fix"], before.as_bytes());
    assert_eq!(String::from_utf8_lossy(&output.stdout), original);
}

#[test]
fn the_seeds_oddities_are_warnings_that_strict_refuses() {
    let office = Office::new();
    let example = example();
    let example = example.to_str().unwrap();
    let checked = office.json(&["check", example, "--json"]);
    assert_eq!(checked[0]["accepted"], true);
    let findings = checked[0]["findings"].as_array().unwrap();
    let count = |code: &str| findings.iter().filter(|finding| finding["code"] == code).count();
    assert_eq!(count("W-TABLE-ARITHMETIC"), 3, "{findings:#?}");
    assert!(findings.iter().all(|finding| finding["severity"] != "error"));
    office.code(&["check", example, "--strict"], 3);
    // Warnings never stop an office from issuing.
    office.ok(&["issue", example, "--time", TIME]);
}

#[test]
fn findings_are_sarif_for_editors() {
    let office = Office::new();
    fs::write(office.path("văn bản.json"), careless()).unwrap();
    let output = office.run(&["check", "văn bản.json", "--sarif"]);
    assert_eq!(output.status.code(), Some(3));
    // The types are generated from the schema of OASIS.
    let log: serde_sarif::sarif::Sarif = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(serde_json::to_value(log.version).unwrap(), "2.1.0");
    let results = log.runs[0].results.as_ref().unwrap();
    let rules = log.runs[0].tool.driver.rules.as_ref().unwrap();
    let wrong =
        results.iter().find(|result| result.rule_id.as_deref() == Some("E-RECIPIENTS-PUNCTUATION")).unwrap();
    let index = usize::try_from(wrong.rule_index.unwrap()).unwrap();
    assert_eq!(rules[index].id, "E-RECIPIENTS-PUNCTUATION");
    let place = wrong.locations.as_ref().unwrap()[0].physical_location.as_ref().unwrap();
    let uri = place.artifact_location.as_ref().unwrap().uri.as_deref();
    assert_eq!(uri, Some("v%C4%83n%20b%E1%BA%A3n.json"));
    let line = usize::try_from(place.region.as_ref().unwrap().start_line.unwrap()).unwrap();
    assert!(careless().lines().nth(line - 1).unwrap().contains("- Trang TTĐT huyện;"), "{line}");
    let levels: Value = serde_json::to_value(results).unwrap();
    assert!(levels.as_array().unwrap().iter().any(|result| result["level"] == "warning"));
}
