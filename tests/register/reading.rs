//! Who only reads: finds what he asks for in pieces, waits for nobody, changes nothing, and is told at once where there
//! is nothing to read.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use sqlx::AnyPool;
use vanthu_base::explain::Explain;
use vanthu_register::{
    Database, EntryKey, Filter, NewEvent, RecordState, Register, RegisterError, RegisterPlace, Series,
};

use crate::desk::{at, audit, file, issue, key, letter, number, on_both, open, place, run, series};

const READER: &str = "VANTHU_TEST_READER";

fn filter(kind: Option<&str>, text: Option<&str>) -> Filter {
    Filter { kind: kind.map(str::to_owned), text: text.map(str::to_owned), ..Filter::default() }
}

/// Every page of what `filter` lets through, `most` lines at a time.
async fn turned(register: &Register, filter: &Filter, most: usize) -> (Vec<EntryKey>, usize) {
    let (mut keys, mut after) = (Vec::new(), None);
    loop {
        let page = register.page(filter, after.as_ref(), most).await.unwrap();
        assert!(page.records.len() <= most);
        keys.extend(page.records.into_iter().map(|record| record.entry.key));
        match page.next {
            Some(next) => after = Some(next),
            None => return (keys, page.total),
        }
    }
}

#[test]
fn pages_have_every_line_once_in_its_order() {
    on_both(async |database| {
        let register = open(database).await;
        for (n, (name, year)) in (0..).zip([
            ("*", 2026),
            ("BS", 2026),
            ("*", 2027),
            ("*", 2026),
            ("BS", 2026),
            ("*", 2026),
            ("a", 2025),
        ]) {
            let run = Series { name: name.to_owned(), year, first: 1 };
            issue(&register, run, letter(&format!("Việc {n}")), n).await;
        }
        let sent = NewEvent::Dispatch { to: "Sở Nội vụ".to_owned(), way: String::new() };
        register.record_event(&number("*", 2), &sent, at(8)).await.unwrap();
        let all: Vec<EntryKey> = register
            .records(&Filter::default())
            .await
            .unwrap()
            .into_iter()
            .map(|one| one.entry.key)
            .collect();
        assert_eq!(all.len(), 7);
        let only = |keep: &dyn Fn(&EntryKey) -> bool| {
            all.iter().filter(|key| keep(key)).cloned().collect::<Vec<_>>()
        };
        for most in 1..=8 {
            assert_eq!(turned(&register, &Filter::default(), most).await, (all.clone(), 7));
            let year = Filter { year: Some(2026), ..Filter::default() };
            assert_eq!(turned(&register, &year, most).await, (only(&|key| key.year == 2026), 5));
            let name = Filter { series: Some("*".to_owned()), ..Filter::default() };
            assert_eq!(turned(&register, &name, most).await, (only(&|key| key.series == "*"), 4));
            let both = Filter { series: Some("BS".to_owned()), ..year };
            assert_eq!(turned(&register, &both, most).await, (only(&|key| key.series == "BS"), 2));
            assert_eq!(turned(&register, &filter(Some("bao cao"), None), most).await, (all.clone(), 7));
            assert_eq!(
                turned(&register, &filter(Some("BC"), Some("viec 3")), most).await.0,
                [number("*", 2)]
            );
        }
        let page = register.page(&filter(None, Some("viec 3")), None, 10).await.unwrap();
        assert_eq!(page.records[0].events.len(), 2, "the report and the act");
        assert_eq!(page.records[0].entry.document.source, "", "what is long is left where it is");
    });
}

#[test]
fn every_office_of_a_database_is_asked_at_once() {
    on_both(async |database| {
        let mut offices = Vec::new();
        for n in 0..3 {
            let (office, origin) = (format!("H37.{n}"), format!("vanthu.example/{n}"));
            let register = Register::create(RegisterPlace { database: database.clone(), office, origin });
            let register = register.await.unwrap().signing_with(key(7));
            issue(&register, series("*"), letter(&format!("Của {n}")), 0).await;
            issue(&register, series("*"), letter("Khác"), 1).await;
            offices.push(register);
        }
        let recall = NewEvent::Recall { reason: "sai".to_owned(), by: "Chủ tịch".to_owned() };
        offices[1].record_event(&number("*", 1), &recall, at(2)).await.unwrap();
        let mut found = offices[2].published("01/BC-UBND", 2026, None).await.unwrap();
        found.sort_by(|one, other| one.office.cmp(&other.office));
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.office.as_str(), one.record.entry.document.subject.as_str(), one.record.state))
            .collect();
        let (good, bad) = (RecordState::InForce, RecordState::Recalled);
        assert_eq!(told, [("H37.0", "Của 0", good), ("H37.1", "Của 1", bad), ("H37.2", "Của 2", good)]);
        let whole = offices[0].entry(&number("*", 1)).await.unwrap().unwrap();
        assert_eq!(found[0].content_sha256, whole.document.content_sha256());
        let one = offices[0].published("01/BC-UBND", 2026, Some("H37.1")).await.unwrap();
        assert_eq!(one, [found[1].clone()]);
        assert_eq!(offices[0].published("01/BC-UBND", 2025, None).await.unwrap(), []);
        assert_eq!(offices[0].published("1/BC-UBND", 2026, None).await.unwrap().len(), 3);
    });
}

#[test]
fn a_reader_does_not_wait_for_who_writes() {
    on_both(async |database| {
        let writer = open(database.clone()).await;
        issue(&writer, series("*"), letter("Một"), 0).await;
        let held = writer.begin(series("*")).await.unwrap();
        let begun = Instant::now();
        let reader = Register::open_to_read(place(database, "H37.DN.001")).await.unwrap();
        assert_eq!(reader.records(&Filter::default()).await.unwrap().len(), 1);
        assert_eq!(audit(&reader).await.faults, []);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let reader = reader.signing_with(key(7));
        drop(held);
        assert!(reader.reserve(&series("*"), 1, "", at(1)).await.is_err(), "a reader wrote");
        assert_eq!(writer.records(&Filter::default()).await.unwrap().len(), 1);
    });
}

/// Reads the register that it is told of. Run by the test below, as a user who may only read.
#[test]
#[ignore = "only run by the test beside it"]
fn reader() {
    let Ok(path) = std::env::var(READER) else { return };
    run(async {
        let database = Database::named(&path, Path::new("/"));
        match Register::open_to_read(place(database, "H37.DN.001")).await {
            Ok(register) => {
                println!("lines {}", register.records(&Filter::default()).await.unwrap().len());
                assert_eq!(audit(&register).await.faults, []);
            }
            Err(cause) => println!("refused: {cause}"),
        }
    });
}

/// What the user `nobody` says who reads the register at `path`.
fn read_by_nobody(path: &Path) -> String {
    const NOBODY: u32 = 65_534;
    let program = path.with_file_name("reader");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new(program)
        .args(["reading::reader", "--exact", "--ignored", "--nocapture"])
        .env(READER, path)
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .unwrap();
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn rights_to_read_are_enough_and_nobody_else_has_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().join("sổ.sqlite");
    run(async {
        let register = open(file(folder.path())).await;
        issue(&register, series("*"), letter("Một"), 0).await;
        for name in ["sổ.sqlite", "sổ.sqlite-wal", "sổ.sqlite-shm"] {
            let mode = folder.path().join(name).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        register.close().await.unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        open(file(folder.path())).await.close().await.unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "it was left open");
    });
    if chown(&path, Some(0), Some(0)).is_err() {
        // Without root nobody else can be asked.
        return;
    }
    let refused = read_by_nobody(&path);
    assert!(refused.contains("no permission"), "{refused}");
    // A copy on a medium that is only read: neither the file nor its folder can be written to.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let read = read_by_nobody(&path);
    assert!(read.contains("lines 1"), "{read}");
}

/// What is there in place of a register, and words that say so.
type Damage = (&'static str, fn(&Path), &'static str);

#[test]
fn what_is_no_register_is_told_at_once() {
    const DAMAGES: [Damage; 6] = [
        ("nothing", |path| fs::remove_file(path).unwrap(), "no register at"),
        (
            "a folder",
            |path| {
                fs::remove_file(path).unwrap();
                fs::create_dir(path).unwrap();
            },
            "no register at",
        ),
        ("an empty file", |path| fs::write(path, b"").unwrap(), "no register in"),
        ("another file", |path| fs::write(path, [7; 9_000]).unwrap(), "no SQLite database"),
        (
            "a damaged file",
            |path| {
                let mut bytes = fs::read(path).unwrap();
                bytes[100..4_096].fill(0x5a);
                fs::write(path, bytes).unwrap();
            },
            "damaged",
        ),
        (
            "a truncated file",
            |path| {
                let bytes = fs::read(path).unwrap();
                fs::write(path, &bytes[..8_192]).unwrap();
            },
            "damaged",
        ),
    ];
    for (what, damage, words) in DAMAGES {
        let folder = tempfile::tempdir().unwrap();
        run(async {
            let register = open(file(folder.path())).await;
            issue(&register, series("*"), letter("Một"), 0).await;
            register.close().await.unwrap();
            damage(&folder.path().join("sổ.sqlite"));
            let begun = Instant::now();
            let place = || place(file(folder.path()), "H37.DN.001");
            let ends: [Result<(), RegisterError>; 2] = [
                async {
                    Register::open_to_read(place()).await?.records(&Filter::default()).await.map(|_| ())
                }
                .await,
                async {
                    let register = Register::open(place()).await?.signing_with(key(7));
                    register.begin(series("*")).await.map(|_| ())
                }
                .await,
            ];
            for end in ends {
                let said = end.expect_err(what).words().en;
                assert!(said.contains(words), "{what}: {said}");
            }
            assert!(begun.elapsed() < Duration::from_secs(5), "{what}: {:?}", begun.elapsed());
        });
    }
}

#[test]
fn a_reader_leaves_an_older_schema_as_it_is() {
    const OLDER: &str = "DROP INDEX entry_by_code; DROP INDEX entry_by_report; \
        DELETE FROM _sqlx_migrations WHERE version >= 4";
    const NEWER: &str = "UPDATE _sqlx_migrations SET version = 1000 WHERE version = 3";
    on_both(async |database| {
        let register = open(database.clone()).await;
        issue(&register, series("*"), letter("Một"), 0).await;
        let url = match &database {
            Database::File(path) => format!("sqlite://{}", path.display()),
            Database::Server(address) => address.clone(),
        };
        let pool = AnyPool::connect(&url).await.unwrap();
        sqlx::raw_sql(OLDER).execute(&pool).await.unwrap();
        let versions = async || {
            let row = sqlx::query("SELECT COUNT(*) FROM _sqlx_migrations").fetch_one(&pool).await.unwrap();
            sqlx::Row::get::<i64, _>(&row, 0)
        };
        let place = || place(database.clone(), "H37.DN.001");
        let reader = Register::open_to_read(place()).await.unwrap();
        assert_eq!(reader.records(&Filter::default()).await.unwrap().len(), 1);
        assert_eq!(reader.find_code("01/BC-UBND").await.unwrap().len(), 1);
        assert_eq!(versions().await, 3);
        Register::open(place()).await.unwrap();
        assert!(versions().await > 3);
        sqlx::raw_sql(NEWER).execute(&pool).await.unwrap();
        let refused = Register::open_to_read(place()).await.unwrap_err();
        assert!(refused.to_string().contains("newer version"), "{refused}");
        let refused = Register::open(place()).await.unwrap_err();
        assert!(refused.to_string().contains("newer version"), "{refused}");
    });
}
