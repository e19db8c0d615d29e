//! vanthu lays out, numbers, signs and verifies official documents of Vietnamese state offices
//! (Nghị định 30/2020/NĐ-CP).
//!
//! The tree is the pipeline, and arrows run one way:
//!
//! ```text
//! document  what is said: JSON → a checked `Document`
//! import    drafts of others as JSON: Markdown, Word
//! layout    how it looks: Typst pages, PDF/A-3a and PDF/UA-1, previews, the stamp
//! pdf       bytes and revisions: the report revision, incremental updates, the strict reader
//! certificate   what X.509 certificates say
//! keys      private key files; the certificates, notes and checkpoints that keys sign
//! sign      what the chairman vouches for: CMS SignedData in a PAdES signature
//! extract   what a file carries beside its pages
//! verify    what the recipient may believe: bytes, trust anchors and a time in, a report out
//! presentation   a report as a page (HTML) and for archives (ETSI TS 119 102-2)
//! online    what the network knows of certificates
//! witness   the pages of a file, looked at: a second opinion for `verify`
//! log       the transparency log of a register, as text: notes, checkpoints, leaves; `receipt`: its proofs
//! register  the office's numbered book of outgoing documents; `book`: as it is printed and exchanged
//! access    who may do what in an office over a network, and the trail of it
//! office    the folder of one office: its configuration, keys, register; `trust_folder`: whom it believes;
//!           `webhook`: whom it tells what happens
//! time_stamping, augment   trusted times and what proves a signature later
//! report, signing, issue, number_later, copy, reproduce   where layout, signing, the register and
//!           verification meet
//! service   the recipient's page and verification over HTTP
//! cli       the program
//! ```
//!
//! `verify` needs neither Typst nor a database nor a network: without features, the library judges a
//! PDF that somebody sent.
//!
//! ```
//! use vanthu::verify::{Options, TrustStore, Verdict, verify};
//!
//! // In real use, the root certificate of the office that you trust: `trust.add_pem(&pem)?`.
//! let trust = TrustStore::new();
//! let report = verify(b"not a PDF", &Options::new(&trust, vanthu::clock::now()));
//! assert_eq!(report.verdict, Verdict::Unreadable);
//! ```

pub use vanthu_base::{clock, diacritics, diagnostic, explain, hex, lang, message, printable, role};
pub use vanthu_document::{self as document, fonts, import};
pub use vanthu_keys::{self as keys, file, trust_folder};
pub use vanthu_layout::{self as layout, qr};
pub use vanthu_register::{self as register, access, database};
pub use vanthu_sign::{self as sign, augment, pdf, time_stamping};
pub use vanthu_verify::{self as verify, certificate, cms, log, log::receipt, tsp};

pub mod book;
pub mod cli;
pub mod extract;
pub mod issue;
pub mod office;
pub mod online;
pub mod presentation;
pub mod service;
pub mod signing;
pub mod witness;
