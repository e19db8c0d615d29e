//! Archives: a time-stamp grows old as well, and another one takes it over.

use std::fs;

use super::world::{World, authorities_of};

#[test]
fn a_new_time_stamp_takes_over_from_one_that_ends() {
    let world = World::new();
    // The first authority's certificate ends after some days.
    world.configure("lta", &["certomancer"]);
    world.sign("01-BC-UBND.pdf", "signed.pdf", &[]);
    world.seal("signed.pdf", "old.pdf", &[]);
    world.assert_good("old.pdf", &["B-LTA", "B-LTA"]);
    world.assert_not_good_later("old.pdf");
    let tsa = world.authority("stamps");
    world.extend("old.pdf", "renewed.pdf", &["--level", "lta", "--tsa", &tsa]);
    world.assert_follows("old.pdf", "renewed.pdf");
    world.assert_good("renewed.pdf", &["B-LTA", "B-LTA"]);
    world.assert_good_later("renewed.pdf", &["B-LTA", "B-LTA"]);
    let verdict = world.verdict("renewed.pdf", &[]);
    let authorities = authorities_of(&verdict);
    assert_eq!(authorities.last(), Some(&"Long-lived stamps"));
    // New proof of the old time-stamp came with it.
    let (old, new) = (world.store("old.pdf"), world.store("renewed.pdf"));
    assert!(new["ocsps"].as_u64() > old["ocsps"].as_u64(), "{old} {new}");
    // And again.
    world.extend("renewed.pdf", "again.pdf", &["--level", "lta", "--tsa", &tsa]);
    world.assert_follows("renewed.pdf", "again.pdf");
    world.assert_good("again.pdf", &["B-LTA", "B-LTA"]);
    world.assert_good_later("again.pdf", &["B-LTA", "B-LTA"]);
}

#[test]
fn another_authority_archives_than_gave_the_time() {
    let world = World::new();
    world.configure("lt", &["certomancer"]);
    world.sign("01-BC-UBND.pdf", "lt.pdf", &[]);
    world.configure("lta", &["stamps"]);
    world.extend("lt.pdf", "lta.pdf", &[]);
    world.assert_follows("lt.pdf", "lta.pdf");
    // What proves the new authority follows its time-stamp, so that the file needs nobody.
    world.assert_good("lta.pdf", &["B-LTA"]);
    world.assert_good_later("lta.pdf", &["B-LTA"]);
}

/// The judge's own control: the same file with one thing wrong.
#[test]
fn proof_that_was_tampered_with_is_none() {
    let world = World::new();
    world.configure("t", &["certomancer"]);
    world.sign("01-BC-UBND.pdf", "t.pdf", &[]);
    world.extend("t.pdf", "lt.pdf", &["--level", "lt"]);
    world.extend("lt.pdf", "lta.pdf", &["--level", "lta", "--tsa", &world.authority("stamps")]);
    world.assert_good_later("lta.pdf", &["B-LTA"]);
    let good = world.read("lta.pdf");
    // Between the lengths of the two lies the store. Its list of certificates gets another name.
    let (from, to) = (world.read("t.pdf").len(), world.read("lt.pdf").len());
    let entry = good[from..to].windows(6).position(|part| part == b"/Certs").expect("a store") + from;
    let mut forged = good;
    forged[entry + 5] = b'z';
    fs::write(world.path("forged.pdf"), forged).unwrap();
    world.assert_not_good_later("forged.pdf");
    assert_eq!(world.verdict("forged.pdf", &[])["verdict"], "invalid");
    // Without the archive's time-stamp.
    world.assert_not_good_later("lt.pdf");
}
