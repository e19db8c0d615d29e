//! The register's answer, where one is joined: on the result, and for a code on paper.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use sha2::{Digest, Sha256};
use vanthu::lookup::{Code, LookupAnswer, NoAnswer, PublicEntry, PublicStanding, RegisterLookup};
use vanthu::verify::OfficeIdentity;

use crate::app::{App, config, file};

/// The office of the files here.
const OFFICE: &str = "ỦY BAN NHÂN DÂN XÃ HÒA AN";

/// A register with one answer for one number.
struct Book(Mutex<Result<Option<PublicEntry>, NoAnswer>>);

impl RegisterLookup for Book {
    fn has_office(&self, office: &OfficeIdentity) -> bool {
        office.name == OFFICE
    }

    fn find<'a>(&'a self, code: &'a Code, _: Option<&'a OfficeIdentity>) -> LookupAnswer<'a> {
        let is_ours = (code.year, code.number, code.notation.as_str()) == (2020, 201, "BC-UBND");
        let answer = self.0.lock().unwrap().clone();
        let answer = if is_ours { answer } else { answer.map(|_| None) };
        Box::pin(async move { Ok(answer?.into_iter().collect()) })
    }
}

fn entry(standing: PublicStanding, digests: &[&str]) -> PublicEntry {
    PublicEntry {
        office: OfficeIdentity { name: OFFICE.into(), organ_id: None },
        date: "2020-06-18".into(),
        content: None,
        digests: digests.iter().map(|one| (*one).to_owned()).collect(),
        standing,
    }
}

fn app(answer: Result<Option<PublicEntry>, NoAnswer>) -> App {
    App::with(config(), Some(Arc::new(Book(Mutex::new(answer)))))
}

/// The headline of a file that both roles have signed.
const VALID: &str = "Valid, both signatures present";
const DIGEST: &str = "5ec2e704aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

#[tokio::test]
async fn a_code_on_paper_leads_to_what_the_register_says() {
    let recalled = PublicStanding::Recalled { date: "2020-07-01".into(), reason: "sai số liệu".into() };
    let replaced = PublicStanding::Replaced { date: "2020-07-01".into(), by: "230/BC-UBND".into() };
    let cases = [
        (Ok(None), "Number not in the register"),
        (Err(NoAnswer::Unreachable), "can’t be consulted now"),
        (Ok(Some(entry(PublicStanding::Issued, &[DIGEST]))), "to a document of 18 June 2020"),
        (Ok(Some(entry(recalled, &[DIGEST]))), "Recalled"),
        (Ok(Some(entry(replaced, &[DIGEST]))), "Replaced by 230/BC-UBND on 1 July 2020"),
    ];
    for (answer, words) in cases {
        let answer = app(answer).get("/v/2020/201/BC-UBND?lang=en&d=5EC2E704").await;
        assert_eq!(answer.status, StatusCode::OK, "{words}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
        assert!(answer.text().contains("What a paper copy proves"));
    }
    let issued = app(Ok(Some(entry(PublicStanding::Issued, &[DIGEST]))));
    assert!(issued.get("/v/2020/201/BC-UBND?lang=en&d=5ec2e704").await.text().contains("✔ The digest"));
    assert!(
        issued.get("/v/2020/201/BC-UBND?lang=en&d=00000000").await.text().contains("is NOT in the register")
    );
    let file = issued.get("/v/2020/201/BC-UBND?lang=en&d=5ec2e704").await.text();
    assert!(
        file.contains("that of a file registered") && file.contains(">Recorded in the register<"),
        "{file}"
    );
    let forged = issued.get("/v/2020/201/BC-UBND?lang=en&d=00000000").await.text();
    assert!(
        forged.contains(">The code does not match<") && !forged.contains(">Recorded in the register<"),
        "{forged}"
    );
    let content = Some("ab".repeat(32));
    let known = app(Ok(Some(PublicEntry { content, ..entry(PublicStanding::Issued, &[DIGEST]) })));
    let page = known.get(&format!("/v/2020/201/BC-UBND?lang=en&d={}", "AB".repeat(32))).await.text();
    assert!(
        page.contains("that of the content registered") && page.contains(">Recorded in the register<"),
        "{page}"
    );
    let paper = app(Ok(Some(entry(PublicStanding::Issued, &[]))));
    let page = paper.get("/v/2020/201/BC-UBND?lang=en&d=00000000").await.text();
    assert!(page.contains("without a digest") && page.contains(">Recorded in the register<"), "{page}");
    let without = issued.get("/v/2020/201/BC-UBND?lang=en").await.text();
    assert!(
        !without.contains("The digest on the paper") && without.contains(">Recorded in the register<"),
        "{without}"
    );
    let none = App::new().get("/v/2020/201/BC-UBND?lang=en").await;
    assert!(none.text().contains("No register to consult"));
}

#[tokio::test]
async fn the_third_check_is_the_registers() {
    let recalled = || PublicStanding::Recalled { date: "2020-07-01".into(), reason: "sai".into() };
    let replaced = || PublicStanding::Replaced { date: "2020-07-01".into(), by: "230/BC-UBND".into() };
    let book = Arc::new(Book(Mutex::new(Ok(None))));
    let app = App::with(config(), Some(book.clone()));
    let bytes = file(&app.office, "valid");
    let stamped = app.post("/v1/verify", "a.pdf", &bytes).await.json()["digest"]["value"].clone();
    let (stamped, whole) = (stamped.as_str().unwrap(), vanthu::hex::lower(&Sha256::digest(&bytes)));
    let paper = || Ok(Some(entry(PublicStanding::Issued, &[])));
    let cancelled = PublicStanding::Cancelled { date: "2020-07-01".into(), reason: "nhầm".into() };
    const NOT_THERE: &str = "Not valid: the office's register does not have this document";
    let cases = [
        (Err(NoAnswer::Unreachable), "could not be consulted", VALID, "unreachable", "valid"),
        (Ok(None), "has no document 201/BC-UBND", NOT_THERE, "missing", "invalid"),
        (
            Ok(Some(entry(PublicStanding::Issued, &[DIGEST]))),
            "has other content under number 201/BC-UBND",
            "Not valid: the office's register has other content",
            "other_content",
            "invalid",
        ),
        (paper(), "no digest of a file to compare", VALID, "not_compared", "valid"),
        (
            Ok(Some(entry(PublicStanding::Issued, &[stamped]))),
            "has number 201/BC-UBND of 18 June 2020, for this content",
            VALID,
            "in_force",
            "valid",
        ),
        (
            Ok(Some(entry(PublicStanding::Issued, &[DIGEST, &whole]))),
            "has number 201/BC-UBND of 18 June 2020, for this content",
            VALID,
            "in_force",
            "valid",
        ),
        (
            Ok(Some(entry(recalled(), &[stamped]))),
            "ecalled by the office on 1 July 2020: sai",
            "Recalled",
            "recalled",
            "valid_extended",
        ),
        (
            Ok(Some(entry(replaced(), &[stamped]))),
            "eplaced by 230/BC-UBND on 1 July 2020",
            "Replaced",
            "replaced",
            "valid_extended",
        ),
        (
            Ok(Some(entry(cancelled, &[DIGEST]))),
            "the office cancelled the number 201/BC-UBND: nhầm",
            "Number cancelled",
            "cancelled",
            "valid_extended",
        ),
    ];
    for (answer, words, headline, state, verdict) in cases {
        *book.0.lock().unwrap() = answer;
        let page = app.post("/?lang=en", "report.pdf", &bytes).await.text();
        assert!(page.contains(words), "{words}: {page}");
        assert!(page.contains(&format!("<span class=\"words\">{headline}</span>")), "{words}: {page}");
        // Programs are told the same.
        let json = app.post("/v1/verify", "report.pdf", &bytes).await.json();
        assert_eq!(
            (&json["register"]["state"], &json["verdict"]),
            (&state.into(), &verdict.into()),
            "{json:#}"
        );
    }
    // Nobody signed that an unsigned file is the document that it names.
    let unsigned = app.post("/v1/verify", "report.pdf", &file(&app.office, "unsigned")).await.json();
    assert!(unsigned["register"].is_null(), "{unsigned:#}");
    let alone = App::new();
    let bytes = file(&alone.office, "valid");
    assert!(alone.post("/?lang=en", "a.pdf", &bytes).await.text().contains("the register was not consulted"));
}
