//! Which time-stamping authority is taken, and what becomes of a signature that gets no time.

use super::world::{World, authorities_of};

const BAD: [&str; 6] = ["bad/nonce", "bad/imprint", "bad/refusal", "bad/garbage", "bad/huge", "bad/error"];

#[test]
fn after_one_that_fails_the_next_is_asked() {
    let world = World::new();
    for bad in BAD {
        world.configure("t", &[bad, "certomancer"]);
        world.office.clear("signed.pdf");
        world.sign("01-BC-UBND.pdf", "signed.pdf", &[]);
        let verdict = world.verdict("signed.pdf", &[]);
        assert_eq!(authorities_of(&verdict), ["Certomancer Short-lived stamps"], "{bad}: {verdict:#}");
    }
    // Nobody listens there.
    let tsa = world.authority("stamps");
    let arguments = ["--tsa", "http://127.0.0.1:9", "--tsa", &tsa];
    world.office.clear("signed.pdf");
    world.sign("01-BC-UBND.pdf", "signed.pdf", &arguments);
    let verdict = world.verdict("signed.pdf", &[]);
    assert_eq!(authorities_of(&verdict), ["Long-lived stamps"]);
    // The same for files that are extended.
    world.configure("b", &["bad/imprint", "stamps"]);
    world.sign("01-BC-UBND.pdf", "b.pdf", &[]);
    world.extend("b.pdf", "lta.pdf", &["--level", "lta"]);
    world.assert_good("lta.pdf", &["B-LTA"]);
}

#[test]
fn without_a_time_nothing_is_signed_unless_that_is_wanted() {
    let world = World::new();
    world.configure("t", &BAD);
    let arguments = ["sign", "01-BC-UBND.pdf", "--key", "keys/chair.key", "-o", "signed.pdf"];
    let said = world.office.code(&arguments, 9);
    for words in [
        "bad/nonce: the time-stamp does not answer this request",
        "bad/imprint: the time-stamp does not answer this request",
        "bad/refusal: status 2 Message digest algorithm is not supported",
        "bad/garbage: no TimeStampResp",
        "bad/huge could not be reached",
        "bad/error",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!world.path("signed.pdf").exists());
    let said = world.office.ok(&[&arguments[..], &["--without-time-stamp"]].concat());
    assert!(said.contains("signed without a time-stamp (level B-B)"), "{said}");
    world.assert_good("signed.pdf", &["B-B"]);
    // Nor is a file extended.
    let before = world.read("signed.pdf");
    let said = world.office.code(&["extend", "signed.pdf", "--private-hosts", "--level", "lta"], 9);
    assert!(said.contains("nothing was added: no time-stamp could be obtained"), "{said}");
    assert_eq!(world.read("signed.pdf"), before);
}

#[test]
fn an_authority_that_nobody_believes_proves_nothing() {
    let world = World::new();
    world.configure("b", &["stamps"]);
    world.sign("01-BC-UBND.pdf", "b.pdf", &[]);
    let before = world.read("b.pdf");
    let only = ["--trust", "servers/certomancer/root.pem"];
    let arguments = ["extend", "b.pdf", "--private-hosts", "--level", "t"];
    let said = world.office.code(&[&arguments[..], &only].concat(), 3);
    assert!(said.contains("the level B-T is not reached"), "{said}");
    assert!(said.contains("the certificate leads to no trusted root"), "{said}");
    assert_eq!(world.read("b.pdf"), before);
}
