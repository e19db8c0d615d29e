//! Tokens and the trail by their commands.

use std::fs;
use std::process::Command;

use serde_json::Value;

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
fn a_token_is_shown_once() {
    let office = office();
    let first = token(&office, &["token", "add", "--name", "van-thu", "--duty", "clerk", "--days", "30"]);
    let second = token(&office, &["token", "rotate", "van-thu", "--grace", "0"]);
    assert_ne!(first, second);
    assert!(office.code(&["token", "add", "--name", "van-thu", "--duty", "clerk"], 7).contains("rotate"));
    let listed = office.ok(&["token", "list"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert!(lines[0].starts_with("van-thu  clerk  ") && lines[0].ends_with(" [ended]"), "{listed}");
    assert!(lines[1].starts_with("van-thu  clerk  ") && lines[1].ends_with("+07:00"), "{listed}");
    assert_eq!(office.json(&["token", "list", "--json"])[1]["state"], "in_use");
    office.ok(&["token", "revoke", "van-thu"]);
    office.code(&["token", "revoke", "van-thu"], 7);
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

#[test]
fn what_makes_no_token_is_refused() {
    let office = office();
    for wrong in [
        ["--name", "a b", "--duty", "clerk", "--days", "1"],
        ["--name", "a", "--duty", "root", "--days", "1"],
        ["--name", "a", "--duty", "clerk", "--days", "0"],
        ["--name", "a", "--duty", "clerk", "--days", "731"],
    ] {
        office.code(&[&["token", "add"], &wrong[..]].concat(), 2);
    }
    office.code(&["token", "rotate", "a", "--grace", "169"], 2);
    office.code(&["token", "rotate", "a"], 7);
    assert!(office.ok(&["token", "list"]).contains("There is no token"));
    // An identifier that no header can carry.
    let path = office.path("vanthu.toml");
    let config = fs::read_to_string(&path).unwrap().replace("H37.DN.001", "Hòa-An");
    fs::write(path, config).unwrap();
    assert!(office.code(&["token", "add", "--name", "a", "--duty", "clerk"], 3).contains("organ_id"));
}

#[test]
fn the_trail_is_verified_against_a_head_that_was_kept() {
    let office = office();
    for name in ["a", "b", "c"] {
        token(&office, &["token", "add", "--name", name, "--duty", "public"]);
    }
    let head = String::from_utf8(office.run(&["trail", "verify"]).stdout).unwrap();
    let head = head.trim_end();
    assert!(head.starts_with("3:"), "{head}");
    let said = office.ok(&["trail", "list", "--after", "1"]);
    assert!(said.starts_with("2  ") && said.contains("  command line  add-token  c public  ok\n"), "{said}");
    office.ok(&["token", "revoke", "a"]);
    assert!(office.ok(&["trail", "verify", "--head", head]).starts_with("4:"));
    office.code(&["trail", "verify", "--head", "3:00"], 2);
    let other = format!("{}{}", &head[..head.len() - 1], if head.ends_with('0') { '1' } else { '0' });
    assert!(office.code(&["trail", "verify", "--head", &other], 1).contains("does not continue the head"));
    let changed = Command::new("python3")
        .args(["-c", "import sqlite3; c = sqlite3.connect('register.sqlite'); c.execute(\"UPDATE trail SET subject = 'x' WHERE place = 1\"); c.commit()"])
        .current_dir(office.folder.path())
        .status()
        .unwrap();
    assert!(changed.success());
    assert!(office.code(&["trail", "verify"], 1).contains("✖ row 1 of the trail was changed"));
}
