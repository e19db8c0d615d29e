//! Where the proof that nobody was revoked comes from: lists, answers, or the office's own root.

use std::fs;

use time::Duration;

use super::world::{World, moment};

#[test]
fn a_list_or_an_answer_suffices() {
    let world = World::new();
    // The authority that gives the time is told of by a list.
    world.configure("lt", &["stamps"]);
    for (certificate, crls, ocsps) in [("chair-crl", 2, 0), ("chair-ocsp", 1, 1), ("chair", 1, 1)] {
        world.certify("chair", &format!("openssl/{certificate}"));
        let file = format!("{certificate}.pdf");
        world.sign("01-BC-UBND.pdf", &file, &[]);
        world.assert_good(&file, &["B-LT"]);
        let store = world.store(&file);
        assert_eq!((&store["crls"], &store["ocsps"]), (&crls.into(), &ocsps.into()), "{certificate}");
    }
}

#[test]
fn of_lists_only_those_that_the_proof_needs_are_kept() {
    let world = World::new();
    world.configure("lt", &["certomancer"]);
    // The chairman and the stamps have lists and answers, their authority a list of the root.
    let other = ["--crl", "servers/stamps/list.crl"];
    world.sign("01-BC-UBND.pdf", "lt.pdf", &other);
    let store = world.store("lt.pdf");
    assert_eq!((&store["crls"], &store["ocsps"]), (&1.into(), &2.into()), "{store}");
}

/// Certificates of the office's own root, whose list it publishes.
fn own_root() -> World {
    let world = World::new();
    let list = format!("{}/file/root.crl", world.base);
    let name = ["keys", "new", "own", "--issuer", "root", "--common-name", "Trần Thị B"];
    world.office.ok(&[&name[..], &["--crl-url", &list]].concat());
    world.office.ok(&["trust", "add", "keys/root.crt", "--yes"]);
    let roots = [world.read("roots.pem"), world.read("keys/root.crt")].concat();
    fs::write(world.path("roots.pem"), roots).unwrap();
    world.configure("t", &["stamps"]);
    world
}

#[track_caller]
fn sign(world: &World, to: &str, more: &[&str]) {
    let arguments = ["sign", "01-BC-UBND.pdf", "--key", "keys/own.key", "--private-hosts", "-o", to];
    world.office.ok(&[&arguments[..], more].concat());
}

#[test]
fn the_list_of_an_own_root_is_published() {
    let world = own_root();
    world.office.ok(&["keys", "crl", "--issuer", "root"]);
    fs::copy(world.path("keys/root.crl"), world.path("servers/root.crl")).unwrap();
    sign(&world, "t.pdf", &[]);
    // Somebody else, who has the list from where the certificate says.
    let recipient = ["--private-hosts", "--online", "--json", "--trust", "roots.pem"];
    let copied = tempfile::tempdir().unwrap();
    for file in ["t.pdf", "roots.pem"] {
        fs::copy(world.path(file), copied.path().join(file)).unwrap();
    }
    let arguments = [&["verify", "t.pdf", "--require", "any"], &recipient[..]].concat();
    let output = world.office.command(&arguments).current_dir(copied.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    // Again without the office's own copy.
    for file in ["keys/root.crl", "keys/root.crl.memory"] {
        fs::remove_file(world.path(file)).unwrap();
    }
    world.extend("t.pdf", "lt.pdf", &["--level", "lt"]);
    world.assert_good("lt.pdf", &["B-LT"]);
}

#[test]
fn lists_at_hand_need_no_network() {
    let world = own_root();
    sign(&world, "t.pdf", &[]);
    let offline = ["extend", "t.pdf", "--offline", "--level", "lt", "-o", "lt.pdf"];
    let authority = ["--crl", "servers/stamps/list.crl"];
    let said = world.office.code(&[&offline[..], &authority].concat(), 3);
    assert!(said.contains("revocation of the certificate of “Trần Thị B” was not checked"), "{said}");
    // That of the office's root lies beside its key.
    world.office.ok(&["keys", "crl", "--issuer", "root"]);
    let said = world.office.code(&offline, 3);
    assert!(said.contains("revocation of the certificate of “Long-lived stamps”"), "{said}");
    assert!(!world.path("lt.pdf").exists());
    world.office.ok(&[&offline[..], &authority].concat());
    world.assert_good("lt.pdf", &["B-LT"]);
}

#[test]
fn what_was_signed_before_a_revocation_lasts() {
    let world = own_root();
    sign(&world, "b.pdf", &["--level", "b"]);
    sign(&world, "t.pdf", &[]);
    // After both: the list may be some minutes ahead of the clock.
    let later = moment(Duration::minutes(2));
    world.office.ok(&["keys", "revoke", "own", "--issuer", "root", "--time", &later]);
    let extend = |file, code| {
        let arguments = ["extend", file, "--level", "lt", "--private-hosts", "-o", "lt.pdf", "--force"];
        world.office.code(&arguments, code)
    };
    extend("t.pdf", 0);
    let at = moment(Duration::minutes(3));
    let verdict = world.verdict("lt.pdf", &["--at", &at]);
    assert_eq!(verdict["signatures"][0]["level"], "B-LT", "{verdict:#}");
    // Nothing proves that this was.
    let verdict = world.verdict("b.pdf", &["--at", &at, "--online", "--private-hosts"]);
    assert_eq!(verdict["verdict"], "indeterminate", "{verdict:#}");
    let arguments = ["sign", "01-BC-UBND.pdf", "--key", "keys/own.key", "-o", "no.pdf", "--time", &at];
    let said = world.office.code(&arguments, 8);
    assert!(said.contains("was revoked"), "{said}");
}
