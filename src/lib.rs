//! vanthu lays out, numbers, signs and verifies official documents of Vietnamese state offices
//! (Nghị định 30/2020/NĐ-CP).
//!
//! This package is the program, and a facade of the crates that it is made of. The tree is the pipeline, and arrows
//! run one way: a crate compiles with those that its manifest names, and with no other.
//!
//! ```text
//! base      words that all share: messages in two languages, errors that explain themselves, roles, time
//! pdf       the strict reader of PDF revisions                                            → base
//! verify    what the recipient may believe: bytes, trust anchors and a time in, a report out;
//!           certificates, CMS, time-stamps and the register's log, as they are read       → base, pdf
//! keys      private keys, the certificates that they sign, the folder of trust            → base, verify
//! sign      PAdES signatures, what proves them later, and every PDF that is written       → base, pdf, verify, keys
//! document  what is said: JSON → a checked `Document`; drafts in Markdown and Word        → base
//! layout    how it looks: Typst pages as PDF/A-3a and PDF/UA-1, previews, the stamp       → base, document, pdf
//! register  the office's numbered book, its log, who may use it, the database             → base, verify, keys
//! ```
//!
//! On top of them, here:
//!
//! ```text
//! extract        what a file carries beside its pages
//! witness        the pages of a file, looked at: a second opinion for `verify`
//! online         what the network knows of certificates
//! presentation   a report as a page (HTML) and for archives (ETSI TS 119 102-2); findings for editors
//! book           the register as it is printed and exchanged
//! signing        a signature with what it shows
//! office         the folder of one office: its configuration, keys, register                → online, signing
//! issue          a number, a document, its signature and its line in the register: all or none;
//!                copies, numbers that come later, laying out again                          → office, signing, witness
//! service        the recipient's page, verification and issuing over HTTP                   → issue, office, online,
//!                                                                                            presentation, signing
//! cli            the program                                                                → all
//! ```
//!
//! `verify` needs neither Typst nor a database nor a network. Whoever only judges PDFs that somebody sent depends on
//! the crate `vanthu-verify` alone.
//!
//! ```
//! use vanthu::verify::{Options, TrustStore, Verdict, verify};
//!
//! // In real use, the root certificate of the office that you trust: `trust.add_pem(&pem)?`.
//! let trust = TrustStore::new();
//! let report = verify(b"not a PDF", &Options::new(&trust, vanthu::clock::now()));
//! assert_eq!(report.verdict, Verdict::Unreadable);
//! ```

pub use vanthu_base::{
    clock, diacritics, diagnostic, explain, hex, lang, message, number, office_name, printable, role,
};
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
pub mod lookup;
pub mod office;
pub mod online;
pub mod presentation;
pub mod service;
pub mod signing;
pub mod witness;
