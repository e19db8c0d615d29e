//! Nothing is signed that was not verified first: whoever bends the register is found by the next act, and what was found
//! stands in the log for ever.

use std::fs;
use std::path::Path;

use sqlx::{AnyPool, Row};
use tlog_tiles::{Hash, HashReader, stored_hashes};
use vanthu_register::{
    AuditFault, Database, Discontinuity, Identity, IdentityChange, NewEvent, OfficeSide, Predecessor,
    Register, RegisterError, RegisterPlace,
};

use crate::desk::{
    at, audit, by_hand, file, issue, kept, key, known, letter, number, on_both, open, place, run, series,
};

/// Three documents, and a recall of the second.
async fn history(register: &Register) {
    for (n, subject) in (0..).zip(["Một", "Hai", "Ba"]) {
        issue(register, series("*"), letter(subject), n).await;
    }
    let recall = NewEvent::Recall { reason: "sai".to_owned(), by: "Chủ tịch".to_owned() };
    register.record_event(&number("*", 2), &recall, at(5)).await.unwrap();
}

/// Why no act is possible; each kind of act says the same.
#[track_caller]
fn refused(outcomes: [RegisterError; 3]) -> RegisterError {
    let [first, second, third] = outcomes;
    assert_eq!(first.to_string(), second.to_string());
    assert_eq!(first.to_string(), third.to_string());
    first
}

async fn every_act(register: &Register) -> [RegisterError; 3] {
    let event = NewEvent::Receive { from: "Sở Nội vụ".to_owned() };
    [
        register.begin(series("*")).await.err().unwrap(),
        register.reserve(&series("*"), 1, "", at(9)).await.unwrap_err(),
        register.record_event(&number("*", 1), &event, at(9)).await.unwrap_err(),
    ]
}

/// The newest checkpoint, and how much of each table belongs to it.
struct State {
    size: i64,
    nodes: i64,
    checkpoint: String,
}

async fn state(pool: &AnyPool) -> State {
    let row = sqlx::query("SELECT size, checkpoint, (SELECT COUNT(*) FROM node) AS nodes FROM log");
    let row = row.fetch_one(pool).await.unwrap();
    State { size: row.get("size"), nodes: row.get("nodes"), checkpoint: row.get("checkpoint") }
}

/// Puts an older state back, as restoring a backup does.
async fn put_back(pool: &AnyPool, state: &State) {
    for (statement, value) in [
        ("DELETE FROM entry WHERE leaf >= $1", state.size),
        ("DELETE FROM event WHERE place >= $1", state.size),
        ("DELETE FROM node WHERE place >= $1", state.nodes),
        ("UPDATE log SET size = $1", state.size),
    ] {
        sqlx::query(statement).bind(value).execute(pool).await.unwrap();
    }
    sqlx::query("UPDATE log SET checkpoint = $1").bind(&state.checkpoint).execute(pool).await.unwrap();
}

#[derive(Default)]
struct Tree(Vec<Hash>);

impl HashReader for Tree {
    fn read_hashes(&self, places: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        Ok(places.iter().map(|place| self.0[*place as usize]).collect())
    }
}

/// Takes the recall out of the log and makes the tree anew, for which nobody needs a key.
async fn take_out(pool: &AnyPool) {
    sqlx::query("DELETE FROM event WHERE event = 'recall'").execute(pool).await.unwrap();
    let leaves = sqlx::query("SELECT office, leaf FROM event ORDER BY place").fetch_all(pool).await.unwrap();
    sqlx::query("DELETE FROM node").execute(pool).await.unwrap();
    let mut tree = Tree::default();
    for (place, row) in (0..).zip(&leaves) {
        for hash in stored_hashes(place, row.get::<String, _>("leaf").as_bytes(), &tree).unwrap() {
            use base64::prelude::{BASE64_STANDARD, Engine as _};
            sqlx::query("INSERT INTO node (office, place, hash) VALUES ($1, $2, $3)")
                .bind(row.get::<String, _>("office"))
                .bind(i64::try_from(tree.0.len()).unwrap())
                .bind(BASE64_STANDARD.encode(hash.0))
                .execute(pool)
                .await
                .unwrap();
            tree.0.push(hash);
        }
    }
    sqlx::query("UPDATE log SET size = $1")
        .bind(i64::try_from(leaves.len()).unwrap())
        .execute(pool)
        .await
        .unwrap();
}

/// The register goes on after a person says why, and tells it for ever.
async fn goes_on(register: &Register, office: &Path) {
    assert!(audit(register).await.faults.iter().any(AuditFault::is_tampering));
    register.recover("ổ đĩa hỏng", "Chủ tịch", at(10)).await.unwrap();
    let again = register.recover("lần nữa", "", at(10)).await.unwrap_err();
    assert!(matches!(again, RegisterError::NothingToRecover), "{again}");
    for n in 0..3 {
        issue(register, series("*"), letter(&format!("Sau {n}")), 11 + n).await;
    }
    let faults = audit(register).await.faults;
    let [AuditFault::Recovered { recovery, .. }] = faults.as_slice() else { panic!("{faults:?}") };
    assert_eq!((recovery.reason.as_str(), recovery.by.as_str()), ("ổ đĩa hỏng", "Chủ tịch"));
    let remembered = fs::read_to_string(office.join("register.memory")).unwrap();
    assert_eq!(register.checkpoint().await.unwrap().unwrap(), remembered);
}

#[test]
fn an_act_that_was_taken_out_is_not_signed_away() {
    on_both(async |database| {
        // Without a memory as well: what the key signed is in the database itself.
        for remembers in [true, false] {
            let office = tempfile::tempdir().unwrap();
            let side = known(office.path());
            let side = if remembers { side } else { OfficeSide { memory: None, ..side } };
            let register = open(database.clone()).await.of_office(side);
            history(&register).await;
            let pool = by_hand(&database).await;
            let before = state(&pool).await;
            take_out(&pool).await;
            let cause = refused(every_act(&register).await);
            assert!(matches!(cause, RegisterError::Discontinued(Discontinuity::Log)), "{cause}");
            assert_eq!(state(&pool).await.checkpoint, before.checkpoint);
            assert!(matches!(register.check().await, Err(RegisterError::Discontinued(_))));
            if remembers {
                goes_on(&register, office.path()).await;
            }
            sqlx::raw_sql("DELETE FROM entry; DELETE FROM event; DELETE FROM node; DELETE FROM log")
                .execute(&pool)
                .await
                .unwrap();
            pool.close().await;
        }
    });
}

#[test]
fn an_older_state_that_is_put_back_is_refused() {
    on_both(async |database| {
        let office = tempfile::tempdir().unwrap();
        let register = kept(database.clone(), office.path()).await;
        history(&register).await;
        let pool = by_hand(&database).await;
        let older = state(&pool).await;
        issue(&register, series("*"), letter("Bốn"), 6).await;
        put_back(&pool, &older).await;
        // The database alone shows nothing.
        assert_eq!(open(database.clone()).await.check().await.map_err(|cause| cause.to_string()), Ok(()));
        let cause = refused(every_act(&register).await);
        let (remembered, found) = (older.size.cast_unsigned() + 2, older.size.cast_unsigned());
        assert!(
            matches!(cause, RegisterError::Discontinued(Discontinuity::Behind { remembered: r, found: f })
                if (r, f) == (remembered, found)),
            "{cause}"
        );
        goes_on(&register, office.path()).await;
    });
}

#[test]
fn an_emptied_register_is_no_new_one() {
    on_both(async |database| {
        let office = tempfile::tempdir().unwrap();
        let register = kept(database.clone(), office.path()).await;
        history(&register).await;
        let pool = by_hand(&database).await;
        let empty = "DELETE FROM entry; DELETE FROM event; DELETE FROM node; DELETE FROM log";
        sqlx::raw_sql(empty).execute(&pool).await.unwrap();
        let cause = refused(every_act(&register).await);
        let what = Discontinuity::Behind { remembered: 8, found: 0 };
        assert!(matches!(&cause, RegisterError::Discontinued(found) if *found == what), "{cause}");
        assert_eq!(audit(&register).await.faults, [AuditFault::Memory(what)]);
        goes_on(&register, office.path()).await;
    });
}

#[test]
fn another_register_of_the_same_key_is_refused() {
    run(async {
        let (office, one, two) =
            (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let register = kept(file(one.path()), office.path()).await;
        history(&register).await;
        // Somebody with the key has begun another one, which is longer, in its place.
        let forged = open(file(two.path())).await;
        for n in 0..9 {
            issue(&forged, series("*"), letter("Khác"), n).await;
        }
        forged.close().await.unwrap();
        let register = kept(file(two.path()), office.path()).await;
        let cause = refused(every_act(&register).await);
        let what = Discontinuity::Forked { remembered: 8 };
        assert!(matches!(&cause, RegisterError::Discontinued(found) if *found == what), "{cause}");
        assert_eq!(audit(&register).await.faults, [AuditFault::Memory(what)]);
        goes_on(&register, office.path()).await;
    });
}

#[test]
fn another_key_signs_nothing() {
    on_both(async |database| {
        let office = tempfile::tempdir().unwrap();
        history(&kept(database.clone(), office.path()).await).await;
        for side in [known(office.path()), OfficeSide::default()] {
            let register = open(database.clone()).await.of_office(side).signing_with(key(8));
            let cause = refused(every_act(&register).await);
            assert!(matches!(cause, RegisterError::OtherKey { .. }), "{cause}");
            let cause = register.recover("mất khóa", "", at(9)).await.unwrap_err();
            assert!(matches!(cause, RegisterError::OtherKey { .. }), "{cause}");
        }
        let register = kept(database, office.path()).await;
        issue(&register, series("*"), letter("Bốn"), 6).await;
        assert_eq!(audit(&register).await.faults, []);
    });
}

#[test]
fn a_memory_that_lags_is_continued_and_one_that_is_unreadable_is_not_absent() {
    on_both(async |database| {
        let office = tempfile::tempdir().unwrap();
        let register = kept(database.clone(), office.path()).await;
        let memory = office.path().join("register.memory");
        issue(&register, series("*"), letter("Một"), 0).await;
        let older = fs::read(&memory).unwrap();
        // The program died before it remembered, or another machine has gone on: for any number of acts.
        for n in 1..6 {
            issue(&register, series("*"), letter(&format!("Việc {n}")), n).await;
            fs::write(&memory, &older).unwrap();
            register.check().await.unwrap();
        }
        issue(&register, series("*"), letter("Bảy"), 7).await;
        assert_ne!(fs::read(&memory).unwrap(), older);
        for nonsense in [b"".as_slice(), b"\xFF\xFE", b"vanthu.example/hoa-an\n3\n"] {
            fs::write(&memory, nonsense).unwrap();
            let cause = refused(every_act(&register).await);
            assert!(matches!(cause, RegisterError::Discontinued(Discontinuity::Memory(_))), "{cause}");
        }
        fs::remove_file(&memory).unwrap();
        fs::create_dir(&memory).unwrap();
        let cause = refused(every_act(&register).await);
        assert!(matches!(cause, RegisterError::Memory { .. }), "{cause}");
        fs::remove_dir(&memory).unwrap();
        // Where there is none, what the key signed is enough: the folder is a new one.
        issue(&register, series("*"), letter("Tám"), 8).await;
        assert!(memory.is_file());
        assert_eq!(audit(&register).await.faults, []);
    });
}

#[test]
fn machines_that_share_a_register_remember_each_for_itself() {
    on_both(async |database| {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (one, other) =
            (kept(database.clone(), here.path()).await, kept(database.clone(), there.path()).await);
        for n in 0..3 {
            issue(&one, series("*"), letter(&format!("Một {n}")), n).await;
            issue(&other, series("*"), letter(&format!("Hai {n}")), n).await;
        }
        let pool = by_hand(&database).await;
        let older = state(&pool).await;
        issue(&one, series("*"), letter("Mất"), 4).await;
        put_back(&pool, &older).await;
        // The other one has not seen what is lost; it is told of it when the first has recovered the register.
        assert!(matches!(one.check().await, Err(RegisterError::Discontinued(_))));
        other.check().await.unwrap();
        issue(&other, series("*"), letter("Khác"), 5).await;
        issue(&other, series("*"), letter("Khác nữa"), 6).await;
        let cause = one.check().await.unwrap_err();
        assert!(matches!(cause, RegisterError::Discontinued(Discontinuity::Forked { .. })), "{cause}");
        one.recover("bản sao lưu", "", at(7)).await.unwrap();
        issue(&other, series("*"), letter("Sau"), 8).await;
        issue(&one, series("*"), letter("Cuối"), 9).await;
        assert!(matches!(audit(&other).await.faults.as_slice(), [AuditFault::Recovered { .. }]));
    });
}

fn renamed(folder: &Path, id: &str, name: &str) -> OfficeSide {
    let organ_id = Some(id.to_owned());
    OfficeSide {
        identity: Some(Identity { id: id.to_owned(), name: name.to_owned(), organ_id }),
        ..known(folder)
    }
}

#[test]
fn who_the_office_is_changes_by_an_act_only_and_numbers_go_on() {
    on_both(async |database| {
        let office = tempfile::tempdir().unwrap();
        let register = kept(database.clone(), office.path()).await;
        register.found(at(9)).await.unwrap();
        register.found(at(9)).await.unwrap();
        assert_eq!(register.log_size().await.unwrap(), 1);
        // It has the time of the machine; documents of an earlier day are entered after it.
        history(&register).await;
        let side = || renamed(office.path(), "H37.HA", "ỦY BAN NHÂN DÂN PHƯỜNG HÒA AN");
        let changed = open(database.clone()).await.of_office(side());
        let cause = refused(every_act(&changed).await);
        assert!(matches!(cause, RegisterError::OtherIdentity { .. }), "{cause}");
        let change = IdentityChange {
            since: at(10).date(),
            merged: vec![Predecessor {
                name: "XÃ HÒA BÌNH".to_owned(), organ_id: Some("H37.HB".to_owned())
            }],
            reason: "sáp nhập".to_owned(),
            by: "Nghị quyết".to_owned(),
        };
        assert!(changed.adopt(&change, at(10)).await.unwrap());
        assert!(!changed.adopt(&IdentityChange { merged: Vec::new(), ..change }, at(10)).await.unwrap());
        assert_eq!(issue(&changed, series("*"), letter("Bốn"), 11).await.key.number, 4);
        let told = audit(&changed).await;
        assert_eq!(told.faults, []);
        let names: Vec<&str> = told.adoptions.iter().map(|(_, one)| one.identity.name.as_str()).collect();
        assert_eq!(names, ["ỦY BAN NHÂN DÂN XÃ HÒA AN", "ỦY BAN NHÂN DÂN PHƯỜNG HÒA AN"]);
        let merged: Vec<&str> =
            told.adoptions[1].1.predecessors.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(merged, ["ỦY BAN NHÂN DÂN XÃ HÒA AN", "XÃ HÒA BÌNH"]);
        // Receipts name who the office was when they were made.
        let offices: Vec<String> =
            changed.events_from(0, 100).await.unwrap().into_iter().map(|event| event.leaf.office).collect();
        assert!(offices.iter().take(8).all(|office| office == "H37.DN.001"), "{offices:?}");
        assert!(offices.iter().skip(9).all(|office| office == "H37.HA"), "{offices:?}");
        let cause = refused(every_act(&register).await);
        assert!(matches!(cause, RegisterError::OtherIdentity { .. }), "{cause}");
    });
}

#[test]
fn a_register_of_an_older_version_is_taken_over_by_its_next_act() {
    on_both(async |database| {
        let office = tempfile::tempdir().unwrap();
        let old = open(database.clone()).await;
        history(&old).await;
        old.close().await.unwrap();
        let register = kept(database.clone(), office.path()).await;
        register.check().await.unwrap();
        assert_eq!(issue(&register, series("*"), letter("Bốn"), 6).await.key.number, 4);
        let told = audit(&register).await;
        assert_eq!(told.faults, []);
        assert_eq!(told.adoptions.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [7]);
    });
}

#[test]
fn a_changed_name_leads_to_no_new_register() {
    on_both(async |database| {
        let office = tempfile::tempdir().unwrap();
        history(&kept(database.clone(), office.path()).await).await;
        // Another identifier, and with it another log; another identifier and the log's name as it was; the same after
        // what was remembered and made known is gone.
        for (origin, forgets) in
            [("vanthu/H37.HA", false), ("vanthu.example/hoa-an", false), ("vanthu.example/hoa-an", true)]
        {
            let side = renamed(office.path(), "H37.HA", "ỦY BAN NHÂN DÂN XÃ HÒA AN");
            let side = if forgets { OfficeSide { memory: None, published: None, ..side } } else { side };
            let moved = RegisterPlace { origin: origin.to_owned(), ..place(database.clone(), "H37.HA") };
            let register = Register::create(moved).await.unwrap().signing_with(key(7)).of_office(side);
            let cause = refused(every_act(&register).await);
            let is_known =
                matches!(cause, RegisterError::OtherOrigin { .. } | RegisterError::OtherIdentity { .. });
            assert!(is_known, "{origin}: {cause}");
            assert!(register.check_origin().await.is_err(), "{origin}");
            if !forgets {
                let known = register.known_as().await.unwrap();
                assert_eq!(known, Some(("H37.DN.001".to_owned(), "vanthu.example/hoa-an".to_owned())));
            }
        }
    });
}

#[test]
fn a_changed_identity_in_the_database_is_found() {
    on_both(async |database: Database| {
        let office = tempfile::tempdir().unwrap();
        let register = kept(database.clone(), office.path()).await;
        history(&register).await;
        let pool = by_hand(&database).await;
        let change =
            "UPDATE event SET details = REPLACE(details, 'HÒA AN', 'HÒA BÌNH') WHERE event = 'adopt'";
        sqlx::query(change).execute(&pool).await.unwrap();
        let cause = refused(every_act(&register).await);
        assert!(matches!(cause, RegisterError::OtherIdentity { .. }), "{cause}");
        assert!(audit(&register).await.faults.contains(&AuditFault::Details(0)));
    });
}
