//! `vanthu hooks`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use vanthu::office::Office;

use super::receiver::Receiver;
use super::world::{Service, at_once, hook, issue_some, public_key, register, several, wait_for};
use crate::desk::ORIGIN;

#[track_caller]
fn vanthu(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .args(arguments)
        .current_dir(folder)
        .env("VANTHU_LANG", "en")
        .env_remove("VANTHU_OFFICE")
        .output()
        .unwrap();
    let said =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

/// An office whose vanthu.toml has `more`.
fn office(more: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let init = ["init", ".", "--name", "UBND", "--abbreviation", "UBND", "--place", "Hòa An"];
    vanthu(folder.path(), &init, 0);
    let path = folder.path().join("vanthu.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}\n{more}\n")).unwrap();
    folder
}

#[test]
fn the_key_is_made_once_and_its_public_half_is_told() {
    let office = office("");
    let folder = office.path();
    let public = vanthu(folder, &["hooks", "key"], 0);
    assert!(public.starts_with("whpk_"), "{public}");
    assert_eq!(public.trim().len(), public_key().len());
    assert_eq!(vanthu(folder, &["hooks", "key"], 0), public);
    assert_eq!(fs::read_to_string(folder.join("webhook.vkey")).unwrap(), public);
    let mode = fs::metadata(folder.join("keys/webhook.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(vanthu(folder, &["hooks", "list"], 0).contains("no [[webhooks]]"));
}

#[test]
fn a_configuration_that_names_nonsense_is_refused() {
    for (wrong, why) in [
        ("[[webhooks]]\naddress = 'ftp://a.example/'", "no address of a webhook"),
        ("[[webhooks]]\naddress = 'https://u:p@a.example/'", "no address of a webhook"),
        ("[[webhooks]]\naddress = 'https://a.example/'\nevents = ['document.sold']", "document.sold"),
        ("[[webhooks]]\naddress = 'https://a.example/'\nevent = []", "event"),
        (
            "[[webhooks]]\naddress = 'https://a.example/'\n[[webhooks]]\naddress = 'https://a.example/'",
            "twice",
        ),
    ] {
        let office = office(wrong);
        let said = vanthu(office.path(), &["hooks", "list"], 3);
        assert!(said.contains(why), "{wrong}: {said}");
    }
}

#[test]
fn a_webhook_is_listed_resumed_and_told_again() {
    let receiver = Receiver::start();
    let address = receiver.address();
    let folder = office(&format!("[[webhooks]]\naddress = '{address}'"));
    let folder = folder.path();
    assert!(vanthu(folder, &["hooks", "list"], 0).contains("not begun"));
    vanthu(folder, &["hooks", "resume", "https://other.example/"], 2);
    // The acts that are told of are those of a register with a key of its own.
    for file in ["register.sqlite", "keys/register.memory"] {
        fs::remove_file(folder.join(file)).unwrap();
    }
    let config = fs::read_to_string(folder.join("vanthu.toml")).unwrap();
    let named = config.replacen("[register]\n", &format!("[register]\norigin = \"{ORIGIN}\"\n"), 1);
    assert_ne!(named, config);
    fs::write(folder.join("vanthu.toml"), named).unwrap();
    let office = Office::open(folder).unwrap();
    let (database, id) = (office.register().database, office.id());
    receiver.answers("500");
    let came = several(async {
        let register = register(database, &id).await;
        let service = Service::of(&register, &address, at_once(1)).await;
        issue_some(&register, 2).await;
        service.hooks.nudge();
        wait_for(&register, &address, |one| one.state == vanthu::register::CursorState::Paused).await;
        let listed = vanthu(folder, &["hooks", "list"], 0);
        assert!(listed.contains("paused at place 0, lag 4") && listed.contains("answered 500"), "{listed}");
        let json: Value = serde_json::from_str(&vanthu(folder, &["hooks", "list", "--json"], 0)).unwrap();
        assert_eq!(json[0]["position"]["state"], "paused");
        assert_eq!(json[0]["position"]["lag"], 4);
        assert_eq!(json[0]["name"], hook(&address, &[]).address.name());
        vanthu(folder, &["hooks", "resume", &address], 0);
        service.hooks.nudge();
        receiver.wait(5);
        wait_for(&register, &address, |one| one.lag == 0).await;
        assert!(vanthu(folder, &["hooks", "list"], 0).contains("active; next place 4, lag 0"));
        vanthu(folder, &["hooks", "replay", &address, "--from", "5"], 2);
        vanthu(folder, &["hooks", "replay", &address, "--from", "2"], 0);
        service.hooks.nudge();
        let came = receiver.wait(7);
        service.end().await;
        came
    });
    assert_eq!(came.iter().map(|one| one.place()).collect::<Vec<_>>(), [0, 0, 1, 2, 3, 2, 3]);
    assert_eq!((&came[5].id, &came[5].body), (&came[3].id, &came[3].body));
}
