//! Tokens and the trail by their commands.

use serde_json::Value;
use std::fs;

use super::Office;

/// An office without keys: tokens need none.
fn office() -> Office {
    let office = Office { folder: tempfile::tempdir().unwrap() };
    #[rustfmt::skip]
    office.ok(&[
        "init", ".", "--name", "ỦY BAN NHÂN DÂN XÃ HÒA AN", "--abbreviation", "UBND", "--place", "Hòa An",
        "--organ-id", "H37.DN.001",
    ]);
    office
}

/// What a command wrote to standard output, which holds the token alone.
fn token(office: &Office, arguments: &[&str]) -> String {
    let output = office.run(arguments);
    assert!(output.status.success(), "{output:?}");
    let token = String::from_utf8(output.stdout).unwrap();
    let secret = token.strip_prefix("vanthu_H37.DN.001_").unwrap().strip_suffix('\n').unwrap();
    assert!(secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert!(!String::from_utf8_lossy(&output.stderr).contains(secret));
    token.trim_end().to_owned()
}

#[test]
fn a_token_is_nowhere_but_where_it_was_shown() {
    let office = office();
    let first = token(&office, &["token", "add", "--name", "van-thu", "--duty", "clerk", "--days", "30"]);
    let second = token(&office, &["token", "rotate", "van-thu", "--grace", "0"]);
    assert_ne!(first, second);
    let listed = office.ok(&["token", "list"]);
    assert_eq!(office.json(&["token", "list", "--json"])[1]["state"], "in_use");
    office.ok(&["token", "revoke", "van-thu"]);
    let trail = office.run(&["trail", "list", "--json"]).stdout;
    let everything = [
        listed.into_bytes(),
        office.run(&["token", "list", "--json"]).stdout,
        trail.clone(),
        fs::read(office.path("register.sqlite")).unwrap(),
    ]
    .concat();
    for token in [first, second] {
        let secret = token.rsplit('_').next().unwrap().as_bytes();
        assert!(memchr::memmem::find(&everything, secret).is_none());
    }
    let rows: Vec<Value> = trail
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let told: Vec<_> = rows.iter().map(|row| (row["name"].as_str().unwrap(), &row["act"])).collect();
    let acts = ["add-token", "rotate-token", "revoke-token"].map(Value::from);
    assert_eq!(told, acts.iter().map(|act| ("command line", act)).collect::<Vec<_>>());
}
