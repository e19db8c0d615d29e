//! Each level, for both roles: at once when it is signed, and one by one afterwards.

use super::world::{World, authorities_of};

const CERTOMANCER: &str = "Certomancer Short-lived stamps";
const STAMPS: &str = "Long-lived stamps";

#[test]
fn both_sign_at_every_level_of_the_configuration() {
    let world = World::new();
    for (level, name) in [("b", "B-B"), ("t", "B-T"), ("lt", "B-LT"), ("lta", "B-LTA")] {
        world.configure(level, &["certomancer"]);
        let (signed, sealed) = (format!("{level}-signed.pdf"), format!("{level}-sealed.pdf"));
        world.sign("01-BC-UBND.pdf", &signed, &[]);
        world.assert_follows("01-BC-UBND.pdf", &signed);
        world.assert_good(&signed, &[name]);
        world.seal(&signed, &sealed, &[]);
        world.assert_follows(&signed, &sealed);
        world.assert_good(&sealed, &[name, name]);
        let stamps = match level {
            "b" => 0,
            "lta" => 4,
            _ => 2,
        };
        let verdict = world.verdict(&sealed, &[]);
        assert_eq!(authorities_of(&verdict), vec![CERTOMANCER; stamps], "{verdict:#}");
    }
}

#[test]
fn a_file_is_extended_step_by_step() {
    let world = World::new();
    world.sign("01-BC-UBND.pdf", "signed.pdf", &[]);
    world.seal("signed.pdf", "b.pdf", &[]);
    let steps = [
        ("b", "t", "B-T", "certomancer"),
        ("t", "lt", "B-LT", "certomancer"),
        ("lt", "lta", "B-LTA", "stamps"),
    ];
    for (before, level, name, authority) in steps {
        let (old, new) = (format!("{before}.pdf"), format!("{level}.pdf"));
        world.configure("b", &[authority]);
        world.extend(&old, &new, &["--level", level]);
        world.assert_follows(&old, &new);
        world.assert_good(&new, &[name, name]);
    }
    world.assert_good_later("lta.pdf", &["B-LTA", "B-LTA"]);
    // One stamp for the time, one over the archive.
    assert_eq!(authorities_of(&world.verdict("lta.pdf", &[])), [CERTOMANCER, STAMPS]);
    // Without the last step it does not last.
    world.assert_not_good_later("lt.pdf");
}

#[test]
fn a_file_is_extended_at_once_where_it_lies() {
    let world = World::new();
    world.configure("b", &["stamps"]);
    world.sign("01-BC-UBND.pdf", "b.pdf", &[]);
    std::fs::copy(world.path("b.pdf"), world.path("here.pdf")).unwrap();
    // To the level of archives, where nothing is said.
    let said = world.office.ok(&["extend", "here.pdf", "--private-hosts"]);
    assert!(said.contains("here.pdf: reaches B-LTA"), "{said}");
    world.assert_follows("b.pdf", "here.pdf");
    world.assert_good("here.pdf", &["B-LTA"]);
    world.assert_good_later("here.pdf", &["B-LTA"]);
}

#[test]
fn what_has_the_level_stays_as_it_is() {
    let world = World::new();
    world.configure("lt", &["certomancer"]);
    world.sign("01-BC-UBND.pdf", "lt.pdf", &[]);
    let before = world.read("lt.pdf");
    for level in ["t", "lt"] {
        // Nobody is asked: nobody listens there.
        let tsa = ["--tsa", "http://127.0.0.1:9"];
        let arguments = ["extend", "lt.pdf", "--level", level, "--offline"];
        let said = world.office.ok(&[&arguments[..], &tsa].concat());
        assert!(said.contains("already"), "{said}");
        assert_eq!(world.read("lt.pdf"), before);
    }
    world.office.code(&["extend", "lt.pdf", "--level", "b"], 2);
}

#[test]
fn a_folder_is_extended_and_what_fails_is_said() {
    let world = World::new();
    world.configure("t", &["stamps"]);
    world.sign("01-BC-UBND.pdf", "t.pdf", &[]);
    std::fs::create_dir(world.path("many")).unwrap();
    std::fs::copy(world.path("t.pdf"), world.path("many/good.pdf")).unwrap();
    std::fs::copy(world.path("01-BC-UBND.pdf"), world.path("many/unsigned.pdf")).unwrap();
    let arguments = ["extend", "many", "--level", "lt", "--private-hosts", "-o", "extended"];
    let said = world.office.code(&arguments, 10);
    assert!(said.contains("many/unsigned.pdf: the file's signatures are not found valid"), "{said}");
    world.assert_good("extended/good.pdf", &["B-LT"]);
    assert!(!world.path("extended/unsigned.pdf").exists());
}
