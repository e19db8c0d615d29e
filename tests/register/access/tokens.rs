//! Tokens: what opens, where and until when, and what the database knows of them.

use secrecy::ExposeSecret;
use sqlx::Row;
use time::{Duration, OffsetDateTime};
use vanthu_register::access::{
    AccessError, Duty, Grace, Lifetime, TokenName, TokenState, Tokens, Trail, office_of,
};
use vanthu_register::{Database, Register};

use super::{by_hand, office, sql};
use crate::desk::{at, file, run};
use crate::postgres::Server;

fn name(text: &str) -> TokenName {
    text.parse().unwrap()
}

async fn add(register: &Register, text: &str, duty: Duty) -> String {
    let token = Tokens::of(register).add(&name(text), duty, Lifetime::default(), at(0)).await.unwrap();
    token.expose_secret().to_owned()
}

/// The duty of who holds `token`.
async fn duty(register: &Register, token: &str, now: OffsetDateTime) -> Option<Duty> {
    let bearer = Tokens::of(register).bearer(token, now).await.unwrap()?;
    assert_eq!(bearer.office, register.place().office);
    Some(bearer.duty)
}

fn on_both(test: impl AsyncFn(Database)) {
    let folder = tempfile::tempdir().unwrap();
    run(test(file(folder.path())));
    let server = Server::start();
    run(test(server.database()));
}

#[test]
fn a_token_opens_its_own_office_alone() {
    on_both(async |database| {
        let mut offices = Vec::new();
        // One that begins as another does, and one that has the sign in it which parts a token.
        for id in ["H37", "H37.DN", "H37_DN"] {
            let register = office(database.clone(), id).await;
            let token = add(&register, "van-thu", Duty::Clerk).await;
            assert_eq!(office_of(&token), Some(id));
            offices.push((register, token));
        }
        for (at_home, (register, _)) in offices.iter().enumerate() {
            for (whose, (_, token)) in offices.iter().enumerate() {
                let expected = (whose == at_home).then_some(Duty::Clerk);
                assert_eq!(duty(register, token, at(1)).await, expected, "{token}");
            }
            assert_eq!(Tokens::of(register).list(at(1)).await.unwrap().len(), 1);
        }
        // Not even where somebody copies the row to another office, or writes another office into the token.
        let (register, token) = &offices[0];
        let pool = by_hand(&database).await;
        sql(
            &pool,
            "INSERT INTO token SELECT 'H37.DN', 'x', 0, sha256, duty, made, ends FROM token WHERE office = 'H37'",
        )
        .await;
        let renamed = token.replace("_H37_", "_H37.DN_");
        assert_eq!(office_of(&renamed), Some("H37.DN"));
        for text in [token.as_str(), &renamed] {
            assert_eq!(duty(&offices[1].0, text, at(1)).await, None);
        }
        // What one office revokes is revoked there.
        Tokens::of(register).revoke(&name("van-thu"), at(2)).await.unwrap();
        assert_eq!(duty(register, token, at(2)).await, None);
        assert_eq!(duty(&offices[2].0, &offices[2].1, at(2)).await, Some(Duty::Clerk));
    });
}

#[test]
fn only_the_whole_token_opens() {
    on_both(async |database| {
        let register = office(database, "H37").await;
        let token = add(&register, "van-thu", Duty::Clerk).await;
        let (head, last) = token.split_at(token.len() - 1);
        let other = if last == "0" { "1" } else { "0" };
        let wrong = [
            format!("{head}{other}"),
            head.to_owned(),
            format!("{token} "),
            token.to_uppercase(),
            "' OR 1 = 1 --".to_owned(),
            String::new(),
            "vanthu_H37_".to_owned(),
            "x".repeat(1 << 20),
        ];
        for text in wrong {
            assert_eq!(duty(&register, &text, at(1)).await, None, "{:.80}", text);
        }
        assert_eq!(duty(&register, &token, at(1)).await, Some(Duty::Clerk));
    });
}

#[test]
fn a_token_ends_when_it_was_told_to() {
    on_both(async |database| {
        let register = office(database, "H37").await;
        let tokens = Tokens::of(&register);
        let one_day = Lifetime::of_days(1).unwrap();
        let token = tokens.add(&name("a"), Duty::Public, one_day, at(0)).await.unwrap();
        let ends = at(0) + Duration::days(1);
        assert_eq!(
            duty(&register, token.expose_secret(), ends - Duration::seconds(1)).await,
            Some(Duty::Public)
        );
        assert_eq!(duty(&register, token.expose_secret(), ends).await, None);
        // A name that is in use is not given again; one that is free may have another duty.
        let taken = tokens.add(&name("a"), Duty::Clerk, one_day, at(1)).await.unwrap_err();
        assert!(matches!(taken, AccessError::NameTaken(_)), "{taken}");
        let again = tokens.add(&name("a"), Duty::Clerk, one_day, ends).await.unwrap();
        assert_eq!(duty(&register, again.expose_secret(), ends).await, Some(Duty::Clerk));
        assert_eq!(duty(&register, token.expose_secret(), ends).await, None);
        let states: Vec<_> =
            tokens.list(ends).await.unwrap().into_iter().map(|one| (one.duty, one.state)).collect();
        assert_eq!(states, [(Duty::Public, TokenState::Ended), (Duty::Clerk, TokenState::InUse)]);
        assert_eq!(Lifetime::of_days(0), None);
        assert_eq!(Lifetime::of_days(731), None);
    });
}

#[test]
fn a_rotated_token_has_its_grace_and_no_more() {
    on_both(async |database| {
        let register = office(database, "H37").await;
        let tokens = Tokens::of(&register);
        let first = add(&register, "a", Duty::Auditor).await;
        let second = tokens.rotate(&name("a"), Grace::default(), at(10)).await.unwrap();
        let second = second.expose_secret();
        assert_ne!(first, second);
        let end = at(10) + Duration::hours(24);
        assert_eq!(duty(&register, &first, end - Duration::seconds(1)).await, Some(Duty::Auditor));
        assert_eq!(duty(&register, &first, end).await, None);
        assert_eq!(duty(&register, second, end).await, Some(Duty::Auditor));
        let listed = tokens.list(at(11)).await.unwrap();
        let states: Vec<_> = listed.iter().map(|one| one.state).collect();
        assert_eq!(states, [TokenState::Rotated, TokenState::InUse]);
        // It lives as long as the first one did.
        assert_eq!(duty(&register, second, at(9) + Duration::days(365)).await, Some(Duty::Auditor));
        assert_eq!(duty(&register, second, at(10) + Duration::days(365)).await, None);
        // Without grace, whatever still opened ends at once.
        let third = tokens.rotate(&name("a"), Grace::of_hours(0).unwrap(), at(20)).await.unwrap();
        assert_eq!(duty(&register, &first, at(20)).await, None);
        assert_eq!(duty(&register, second, at(20)).await, None);
        assert_eq!(duty(&register, third.expose_secret(), at(20)).await, Some(Duty::Auditor));
        // To revoke one ends what it was rotated from as well.
        let fourth = tokens.rotate(&name("a"), Grace::default(), at(30)).await.unwrap();
        tokens.revoke(&name("a"), at(31)).await.unwrap();
        for token in [&third, &fourth] {
            assert_eq!(duty(&register, token.expose_secret(), at(31)).await, None);
        }
        for refused in [
            tokens.rotate(&name("a"), Grace::default(), at(32)).await.map(|_| ()),
            tokens.revoke(&name("a"), at(32)).await,
            tokens.revoke(&name("b"), at(32)).await,
        ] {
            assert!(matches!(refused, Err(AccessError::NoToken(_))), "{refused:?}");
        }
        // A grace is no longer life.
        let short = tokens.add(&name("c"), Duty::Public, Lifetime::of_days(1).unwrap(), at(0)).await.unwrap();
        tokens.rotate(&name("c"), Grace::of_hours(168).unwrap(), at(5)).await.unwrap();
        assert_eq!(duty(&register, short.expose_secret(), at(0) + Duration::days(1)).await, None);
        assert_eq!(Grace::of_hours(169), None);
        // All of it stands in the trail, and nothing that was refused.
        let rows = Trail::of(&register).list(None, 100).await.unwrap();
        let told: Vec<String> = rows
            .iter()
            .map(|row| format!("{} {} {} {}", row.name, row.act, row.subject, row.outcome))
            .collect();
        assert_eq!(
            told,
            [
                "command line add-token a auditor ok",
                "command line rotate-token a auditor ok",
                "command line rotate-token a auditor ok",
                "command line rotate-token a auditor ok",
                "command line revoke-token a auditor ok",
                "command line add-token c public ok",
                "command line rotate-token c public ok",
            ]
        );
    });
}

#[test]
fn the_database_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = run(async {
        let register = office(file(folder.path()), "H37").await;
        let first = add(&register, "van-thu", Duty::Clerk).await;
        let second = Tokens::of(&register).rotate(&name("van-thu"), Grace::default(), at(1)).await.unwrap();
        // Before the register is closed, so that what is not yet in the file is searched as well.
        [first, second.expose_secret().to_owned()]
    });
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        all.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let has = |what: &[u8]| memchr::memmem::find(&all, what).is_some();
    for token in secrets {
        let secret = token.rsplit('_').next().unwrap();
        let bits: Vec<u8> =
            (0..32).map(|at| u8::from_str_radix(&secret[2 * at..2 * at + 2], 16).unwrap()).collect();
        // Its digest is there: the search finds what there is.
        assert!(has(sha256(&token).as_bytes()));
        for part in [secret.as_bytes(), &secret.as_bytes()[..16], &bits, &bits[..8]] {
            assert!(!has(part));
        }
    }
    let server = Server::start();
    run(async {
        let register = office(server.database(), "H37").await;
        let token = add(&register, "van-thu", Duty::Clerk).await;
        let dump = "SELECT CAST(schema_to_xml('public', true, false, '') AS TEXT) AS dump";
        let row = sqlx::query(dump).fetch_one(&by_hand(&server.database()).await).await.unwrap();
        let dump: String = row.try_get("dump").unwrap();
        assert!(dump.contains(&sha256(&token)));
        assert!(!dump.contains(&token.rsplit('_').next().unwrap()[..16]));
    });
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    vanthu_base::hex::lower(&Sha256::digest(text))
}

#[test]
fn a_row_that_nobody_wrote_lets_nobody_in() {
    on_both(async |database| {
        let register = office(database.clone(), "H37").await;
        let token = add(&register, "a", Duty::Public).await;
        let pool = by_hand(&database).await;
        for change in ["UPDATE token SET duty = 'root'", "UPDATE token SET ends = 'never'"] {
            sql(&pool, change).await;
            let refused = Tokens::of(&register).bearer(&token, at(1)).await.unwrap_err();
            assert!(matches!(refused, AccessError::Damaged("token")), "{refused}");
        }
    });
}

#[test]
fn an_office_whose_name_fits_no_token_gets_none() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let register = office(file(folder.path()), "Hòa-An").await;
        let refused = Tokens::of(&register).add(&name("a"), Duty::Public, Lifetime::default(), at(0)).await;
        assert!(matches!(refused, Err(AccessError::Office(_))));
        assert_eq!(Trail::of(&register).list(None, 1).await.unwrap(), []);
    });
}
