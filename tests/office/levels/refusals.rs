//! What is not extended: nothing is added to a file that would be no better for it, and nobody is asked for a
//! time-stamp in vain.

use std::fs;

use super::world::World;

/// Extends `file`, which must fail with `code` and leave it as it is. Nobody listens where time-stamps are asked
/// for: had one been tried, the code would be 9.
#[track_caller]
fn refused(world: &World, file: &str, more: &[&str], code: i32) -> String {
    let before = world.read(file);
    let arguments = ["extend", file, "--level", "lta", "--tsa", "http://127.0.0.1:9"];
    let said = world.office.code(&[&arguments[..], more].concat(), code);
    assert_eq!(world.read(file), before);
    said
}

#[test]
fn signatures_that_do_not_hold_are_not_preserved() {
    let world = World::new();
    let said = refused(&world, "01-BC-UBND.pdf", &[], 3);
    assert!(said.contains("the file's signatures are not found valid"), "{said}");
    world.sign("01-BC-UBND.pdf", "signed.pdf", &[]);
    let mut forged = world.read("signed.pdf");
    // In the title, which the metadata tell in the clear.
    let at = forged.windows(5).position(|part| part == b"phong").unwrap();
    forged[at] = b'P';
    fs::write(world.path("forged.pdf"), forged).unwrap();
    let said = refused(&world, "forged.pdf", &["--private-hosts"], 3);
    assert!(said.contains("the file's signatures are not found valid"), "{said}");
    fs::write(world.path("no.pdf"), "no PDF").unwrap();
    refused(&world, "no.pdf", &[], 3);
}

#[test]
fn a_signer_of_an_unknown_root_is_not_preserved() {
    let world = World::new();
    world.sign("01-BC-UBND.pdf", "signed.pdf", &[]);
    let other = ["--private-hosts", "--trust", "servers/openssl/root.pem"];
    let said = refused(&world, "signed.pdf", &other, 3);
    assert!(said.contains("the certificate leads to no trusted root"), "{said}");
    assert!(said.contains("(--trust)"), "{said}");
}

#[test]
fn a_revoked_signer_is_not_preserved() {
    let world = World::new();
    for authority in ["certomancer", "openssl"] {
        world.certify("chair", &format!("{authority}/chair-revoked"));
        let file = format!("{authority}.pdf");
        world.sign("01-BC-UBND.pdf", &file, &[]);
        let said = refused(&world, &file, &["--private-hosts"], 3);
        assert!(said.contains("the certificate of “Nguyễn Văn A” was revoked at "), "{said}");
    }
}

#[test]
fn what_can_not_be_asked_is_said() {
    let mut world = World::new();
    world.configure("t", &["stamps"]);
    world.sign("01-BC-UBND.pdf", "signed.pdf", &[]);
    let unknown = "revocation of the certificate of “Nguyễn Văn A” was not checked";
    let said = refused(&world, "signed.pdf", &["--offline"], 3);
    assert!(said.contains("the level B-LTA is not reached") && said.contains(unknown), "{said}");
    // Strangers' certificates don't name hosts of our own network.
    let said = refused(&world, "signed.pdf", &[], 3);
    assert!(
        said.contains(unknown) && said.contains("own network, so it was not asked (--private-hosts)"),
        "{said}"
    );
    world.stop();
    let said = refused(&world, "signed.pdf", &["--private-hosts"], 3);
    let list = world.authority("pki/crls/ca/latest.crl");
    assert!(said.contains(unknown) && said.contains(&format!("{list} could not be reached")), "{said}");
    // Nor does it sign at such a level, and no half of it is left.
    let arguments = ["sign", "01-BC-UBND.pdf", "--key", "keys/chair.key", "-o", "lt.pdf", "--level", "lt"];
    world.office.code(&arguments, 9);
    assert!(!world.path("lt.pdf").exists());
}

#[test]
fn a_file_that_is_no_revocation_data_is_named() {
    let world = World::new();
    world.sign("01-BC-UBND.pdf", "signed.pdf", &[]);
    fs::write(world.path("nonsense.crl"), "nonsense").unwrap();
    let said = refused(&world, "signed.pdf", &["--crl", "nonsense.crl"], 3);
    assert!(said.contains("nonsense.crl: neither a revocation list (CRL) nor an OCSP answer"), "{said}");
}

#[test]
fn the_agency_does_not_seal_what_a_revoked_chairman_signed() {
    let world = World::new();
    let seal = ["sign", "signed.pdf", "--as", "agency", "--key", "keys/seal.key", "-o", "sealed.pdf"];
    world.sign("01-BC-UBND.pdf", "signed.pdf", &[]);
    // Whether he was revoked has to be known, from where his certificate says or from lists at hand.
    let unknown = "revocation of the certificate of “Nguyễn Văn A” was not checked";
    let said = world.office.code(&[&seal[..], &["--offline"]].concat(), 3);
    assert!(said.contains(unknown), "{said}");
    let lists = ["--crl", "servers/certomancer/ca.crl", "--crl", "servers/certomancer/root.crl"];
    world.office.ok(&[&seal[..], &["--offline"], &lists].concat());
    world.certify("chair", "certomancer/chair-revoked");
    world.office.clear("signed.pdf");
    world.office.clear("sealed.pdf");
    world.sign("01-BC-UBND.pdf", "signed.pdf", &[]);
    let said = world.office.code(&[&seal[..], &["--private-hosts"]].concat(), 3);
    assert!(said.contains("the certificate of “Nguyễn Văn A” was revoked at "), "{said}");
}
