//! Every command and flag, as the manual says them.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use time::OffsetDateTime;

use crate::clock;
use crate::document::model::{DocumentKind, Profile};
use crate::document::profile::CopyKind;
use crate::file::Existing;
use crate::keys::KeyAlgorithm;
use crate::keys::revocation_list::Reason;
use crate::lang::Lang;
use crate::office::SignatureLevel;
use crate::role::Role;
use crate::service::{ClientAddress, Mebibytes};

/// Văn thư: dàn trang, cấp số, ký và kiểm tra văn bản hành chính (Nghị định 30/2020/NĐ-CP).
/// Lays out, numbers, signs and verifies official documents.
#[derive(Debug, Parser)]
#[command(name = "vanthu", version, propagate_version = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// Language of messages; otherwise the system's if it is English, otherwise Vietnamese.
    #[arg(long, global = true, env = "VANTHU_LANG", value_enum)]
    pub lang: Option<LangArg>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done, valid | 1 proven invalid | 2 usage | 3 input rejected | 4 can't decide |
5 not signed, or not by all required roles | 6 not a readable PDF | 7 register conflict |
8 key or passphrase refused | 9 environment (disk, database) | 10 some of many failed |
70 internal error";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The whole way once, on the example report, with an identity made for demonstration.
    Demo(Demo),
    /// Set up an office: vanthu.toml, keys/, the register.
    Init(Init),
    /// Write a starting document.
    New(New),
    /// Turn a Markdown or Word draft into a document.
    Import(Import),
    /// Print the JSON Schema of documents, for editors.
    Schema,
    /// Check documents and write nothing.
    Check(Check),
    /// Lay a document out without numbering it: PDF, or PNG or SVG pages.
    Render(Render),
    /// Check, take number and date, register, lay out; and sign where a key is given.
    Issue(Issue),
    /// Sign an issued report, or a PDF that others made: with a key file, a token, or in two steps elsewhere.
    Sign(Box<Sign>),
    /// Give a report its number that was signed without one: fills in number and date, and registers it.
    Number(Number),
    /// Make the proof of signatures last: time-stamps, validation data, and time-stamps over them, again and again.
    Extend(Extend),
    /// Say who has signed a report and who has still to.
    Status(Status),
    /// Make a copy (sao y, sao lục, trích sao) of a signed file or a scan, with a number of its own.
    Copy(Copy),
    /// Say who signed a PDF, whether it is whole, and whether the key is trusted.
    Verify(Verify),
    /// List the revisions of a PDF: what each save did, and who signed it.
    Revisions(Revisions),
    /// Take out what a PDF carries: its source data, attachments, metadata, CMS, certificates.
    Extract(Extract),
    /// Run the service: the recipient's page, and verification for programs, over HTTP.
    Serve(Serve),
    /// Look at pages for `verify`, which calls this itself.
    #[command(hide = true)]
    Look,
    /// Lay documents out for `serve`, which calls this itself.
    #[command(hide = true)]
    Press(Press),
    /// Private keys and certificates.
    #[command(subcommand)]
    Keys(Keys),
    /// Whom the office believes.
    #[command(subcommand)]
    Trust(Trust),
    /// The register of outgoing documents.
    #[command(subcommand)]
    Register(super::register::args::Register),
    /// Tokens: who may use the office's service, each for one duty.
    #[command(subcommand)]
    Token(super::access::Token),
    /// The trail: what was done with tokens.
    #[command(subcommand)]
    Trail(super::access::Trail),
    /// Webhooks: other systems that are told what happens to documents.
    #[command(subcommand)]
    Hooks(super::hooks::args::Hooks),
}

/// `vanthu demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// The folder to work in; it must not be an office yet.
    #[arg(long, default_value = "vanthu-demo", value_name = "DIR")]
    pub out: PathBuf,
}

/// `vanthu init`
#[derive(Debug, Args)]
pub struct Init {
    /// The office's folder.
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// A line of the agency's name as printed, upper case; repeat for more lines.
    #[arg(long, required = true, value_name = "LINE")]
    pub name: Vec<String>,
    /// A line of the direct superior's name; repeat for more lines.
    #[arg(long, value_name = "LINE")]
    pub superior: Vec<String>,
    /// The agency's abbreviation in notations, such as UBND.
    #[arg(long)]
    pub abbreviation: String,
    /// The place printed before the date.
    #[arg(long)]
    pub place: String,
    /// The agency's identifier (mã định danh), such as H37.DN.001.
    #[arg(long, value_name = "ID")]
    pub organ_id: Option<String>,
    /// Where the register is: a SQLite file in the folder, or the postgres:// address of a shared database
    /// (the password comes from PGPASSWORD or a password file).
    #[arg(long, default_value = "register.sqlite", value_name = "FILE|URL")]
    pub database: String,
    /// Which documents count together.
    #[arg(long, value_enum, default_value = "all")]
    pub series: SeriesArg,
    /// The first number of this register in a year, where lower ones stand in an older book.
    #[arg(long, value_name = "YEAR=NUMBER", value_parser = year_and_number)]
    pub first: Vec<(i32, u32)>,
}

/// `vanthu new`
#[derive(Debug, Args)]
pub struct New {
    /// The kind of document, such as bao-cao.
    #[arg(value_parser = kind)]
    pub kind: &'static DocumentKind,
    /// Where to write it; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu import`
#[derive(Debug, Args)]
pub struct Import {
    /// The draft: Markdown (.md, .txt; `-` is standard input) or Word (.docx).
    pub file: PathBuf,
    /// Where to write the document; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// `vanthu check`
#[derive(Debug, Args)]
pub struct Check {
    /// The documents; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Findings as JSON.
    #[arg(long, conflicts_with = "sarif")]
    pub json: bool,
    /// Findings as SARIF 2.1.0, for editors and CI.
    #[arg(long)]
    pub sarif: bool,
    /// Mend what can be mended safely: dashes and marks that the layout prints, spaces, capitals.
    #[arg(long)]
    pub fix: bool,
    /// Refuse documents with warnings too.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// `vanthu render`
#[derive(Debug, Args)]
pub struct Render {
    /// The document; `-` is standard input.
    pub file: PathBuf,
    /// Where to write it (`-` is standard output); beside the working folder's files otherwise.
    /// Pages of PNG and SVG get `-1`, `-2` … before the ending.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What to write.
    #[arg(long, value_enum, default_value = "pdf")]
    pub to: Format,
    /// Do it again whenever the document, or a file beside it, is saved.
    #[arg(long)]
    pub watch: bool,
    /// Resolution of PNG pages.
    #[arg(long, default_value_t = 144.0, value_parser = resolution, value_name = "PPI")]
    pub ppi: f32,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// `vanthu issue`
#[derive(Debug, Args)]
pub struct Issue {
    /// The documents, or folders of them; `-` is standard input.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    /// Standard input holds a document on each line (JSON Lines).
    #[arg(long)]
    pub lines: bool,
    /// Where to write the report; NUMBER-NOTATION.pdf in the working folder otherwise. A signed one
    /// is written beside it, with `.signed` before the ending. For several documents a folder.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// What became of each document as JSON, one line each.
    #[arg(long)]
    pub json: bool,
    /// Sign with this private key as the authorised person.
    #[arg(long, value_name = "KEY")]
    pub key: Option<PathBuf>,
    /// The key's certificate, with its chain; the key's path ending in .crt otherwise.
    #[arg(long, value_name = "CRT", requires = "key")]
    pub cert: Option<PathBuf>,
    /// Give a document with the same content another number.
    #[arg(long)]
    pub again: bool,
    /// Take no number yet: lay the document out with fields for number and date, for the authorised person to sign
    /// first. `vanthu number` fills them in.
    #[arg(long, conflicts_with_all = ["lines", "json", "again"])]
    pub number_later: bool,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// `vanthu number`
#[derive(Debug, Args)]
pub struct Number {
    /// The signed reports that `issue --number-later` laid out, or folders of them; they get numbers in this order.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    /// Where to write it; NUMBER-NOTATION.pdf in the working folder otherwise. For several files a folder.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Where the PDFs lie that are appendices of the document; the file's own folder otherwise.
    #[arg(long, value_name = "DIR")]
    pub files_from: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// `vanthu sign`
#[derive(Debug, Args)]
pub struct Sign {
    /// The reports, as `issue` wrote them; other PDFs; or folders of them.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub signer: SignerArgs,
    /// In which capacity to sign.
    #[arg(long = "as", value_enum, default_value = "signer")]
    pub role: RoleArg,
    /// Where to write it; FILE with `.signed` before the ending otherwise. For several files a folder.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// The image of the handwritten signature or of the seal: a PNG with a transparent ground.
    #[arg(long, value_name = "PNG")]
    pub image: Option<PathBuf>,
    /// What the field shows; text and, where one is given, the image otherwise.
    #[arg(long, value_enum)]
    pub show: Option<ShowArg>,
    /// In a PDF that others made: where the role signs, as ROLE=PAGE,LEFT,BOTTOM,WIDTH,HEIGHT in millimetres from
    /// the page's lower left corner. Name both roles at once: later no field that shows may be added.
    #[arg(long, value_name = "PLACE", value_parser = place)]
    pub place: Vec<(RoleArg, usize, [f64; 4])>,
    #[command(flatten)]
    pub level: LevelArgs,
    /// Where no time-stamp can be had, sign without one, and say so.
    #[arg(long)]
    pub without_time_stamp: bool,
    /// Sign a report that the office's register does not know.
    #[arg(long)]
    pub unregistered: bool,
    /// First of two steps: write what is to be signed elsewhere to this JSON file, and sign nothing.
    #[arg(long, value_name = "JSON", conflicts_with_all = ["complete", "output"], requires = "cert")]
    pub prepare: Option<PathBuf>,
    /// With --prepare, leave this much room, in bytes, for a CMS that a service makes.
    #[arg(long, value_name = "BYTES", requires = "prepare", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub room: Option<u32>,
    /// Second of two steps: the JSON file of the first one.
    #[arg(long, value_name = "JSON", conflicts_with_all = ["key", "token"])]
    pub complete: Option<PathBuf>,
    /// With --complete, the signature value that came back.
    #[arg(long, value_name = "FILE", requires = "complete", conflicts_with = "cms")]
    pub value: Option<PathBuf>,
    /// With --complete, the CMS that came back (DER).
    #[arg(long, value_name = "FILE", requires = "complete")]
    pub cms: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// What signs: a key file, or a token.
#[derive(Debug, Args)]
pub struct SignerArgs {
    /// The private key's file.
    #[arg(long, value_name = "KEY", conflicts_with = "token")]
    pub key: Option<PathBuf>,
    /// The key is in a token or HSM: its PKCS#11 module, a shared library. The PIN is asked for as a passphrase is.
    #[arg(long, value_name = "MODULE")]
    pub token: Option<PathBuf>,
    /// The token's label, where there are several.
    #[arg(long, value_name = "LABEL", requires = "token")]
    pub token_label: Option<String>,
    /// The label of the key in the token, where it has several.
    #[arg(long, value_name = "LABEL", requires = "token")]
    pub key_label: Option<String>,
    /// The certificate, with its chain; the key's path ending in .crt, or the token's own, otherwise.
    #[arg(long, value_name = "CRT")]
    pub cert: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

/// How lasting a signature is, and with whose help.
#[derive(Debug, Args)]
pub struct LevelArgs {
    /// The level (ETSI EN 319 142-1): b, t with a time-stamp, lt with all that validates it, lta with a time-stamp
    /// over that. What vanthu.toml says, or b, otherwise.
    #[arg(long, value_enum)]
    pub level: Option<LevelArg>,
    /// A time-stamping server (RFC 3161); repeat for others that are asked where it fails.
    #[arg(long, value_name = "URL")]
    pub tsa: Vec<String>,
    /// A revocation list (CRL) or OCSP answer at hand; those in the office's keys/ count as well.
    #[arg(long, value_name = "FILE")]
    pub crl: Vec<PathBuf>,
    /// Whom to trust, for lt and lta; the office's trust folder otherwise.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// Ask no server about revocation.
    #[arg(long)]
    pub offline: bool,
    /// Ask servers of this machine's own network about revocation as well.
    #[arg(long, conflicts_with = "offline")]
    pub private_hosts: bool,
}

/// A level, as a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LevelArg {
    /// A signature.
    B,
    /// With a time-stamp.
    T,
    /// With validation data.
    Lt,
    /// With an archive time-stamp.
    Lta,
}

impl From<LevelArg> for SignatureLevel {
    fn from(arg: LevelArg) -> SignatureLevel {
        match arg {
            LevelArg::B => SignatureLevel::B,
            LevelArg::T => SignatureLevel::T,
            LevelArg::Lt => SignatureLevel::Lt,
            LevelArg::Lta => SignatureLevel::Lta,
        }
    }
}

/// What a signature field shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowArg {
    /// Name, time and digest.
    Text,
    /// The image alone.
    Image,
    /// Both.
    Both,
    /// Nothing.
    Nothing,
}

/// `vanthu extend`
#[derive(Debug, Args)]
pub struct Extend {
    /// The signed PDFs, or folders of them.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    /// Where to write it; over FILE otherwise, which stays as it is up to its end. For several files a folder.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub level: LevelArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu status`
#[derive(Debug, Args)]
pub struct Status {
    /// The PDF; `-` is standard input.
    pub file: PathBuf,
    /// Whom to trust; the office's trust folder otherwise.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// `vanthu copy`
#[derive(Debug, Args)]
pub struct Copy {
    /// The original: a signed PDF that verifies, or with --scan a scanned paper.
    pub file: PathBuf,
    /// The kind of copy: sao-y, sao-luc, trich-sao.
    #[arg(long = "as", value_parser = copy_kind, value_name = "KIND")]
    pub kind: &'static CopyKind,
    /// Whether the copy is printed or is a file.
    #[arg(long, value_enum, default_value = "paper")]
    pub medium: MediumArg,
    /// The original is the scan of a paper, and need not be signed.
    #[arg(long)]
    pub scan: bool,
    /// The pages that are copied, such as 2 or 2-5; all of them otherwise.
    #[arg(long, value_parser = pages, value_name = "N[-M]")]
    pub pages: Option<(usize, usize)>,
    /// The copying agency's name in sentence case, such as «Ủy ban nhân dân xã Hòa An»; it stands in the
    /// corner of a file.
    #[arg(long, value_name = "NAME", required_if_eq("medium", "electronic"))]
    pub issuer: Option<String>,
    /// An authority line of who signs the copy, such as «TL. CHỦ TỊCH»; repeat for more lines.
    #[arg(long, value_name = "LINE")]
    pub authority: Vec<String>,
    /// The position of who signs the copy on paper.
    #[arg(long)]
    pub position: Option<String>,
    /// The name of who signs the copy on paper.
    #[arg(long)]
    pub name: Option<String>,
    /// Who gets the copy; repeat for more.
    #[arg(long, value_name = "WHO")]
    pub recipient: Vec<String>,
    /// Who keeps the archive copy.
    #[arg(long, default_value = "VT")]
    pub archive: String,
    /// Whom to trust, to judge the original; the office's trust folder otherwise.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// Where to write it; NUMBER-NOTATION.pdf in the working folder otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// Paper or file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MediumArg {
    /// Printed.
    Paper,
    /// A file.
    Electronic,
}

/// `vanthu serve`; what is not given comes from the configuration file.
#[derive(Debug, Args)]
pub struct Serve {
    /// A file with the configuration (TOML); flags count for more.
    #[arg(long, env = "VANTHU_SERVE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The offices whose documents are issued, signed and registered over HTTP: folders with vanthu.toml, or folders
    /// of such folders.
    #[arg(long, value_name = "DIR")]
    pub offices: Vec<PathBuf>,
    #[command(flatten)]
    pub fonts: FontArgs,
    /// Where to listen; otherwise 127.0.0.1:8080.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The certificate for TLS, PEM, with those that lead to its root; without it plain HTTP for a proxy.
    #[arg(long, requires = "tls_key", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long, requires = "tls_cert", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Whom to trust: files of certificates (PEM, DER) or trusted lists (XML), or folders of them. Inside an
    /// office, its trust folder otherwise.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// Whose word counts for where a request comes from; otherwise the connection's.
    #[arg(long, value_enum)]
    pub client_address: Option<ClientAddressArg>,
    /// The longest file that is taken, in MiB, up to 1024; otherwise 100.
    #[arg(long, value_name = "MIB")]
    pub max_upload: Option<Mebibytes>,
    /// Requests of one client in a minute; otherwise 120.
    #[arg(long, value_name = "COUNT")]
    pub rate: Option<NonZeroU32>,
    /// Files that are looked at at once; otherwise as many as there are processors.
    #[arg(long, value_name = "COUNT")]
    pub workers: Option<NonZeroUsize>,
    /// Requests with a file that may wait besides; otherwise 32.
    #[arg(long, value_name = "COUNT")]
    pub queue: Option<usize>,
}

/// `vanthu press`
#[derive(Debug, Args)]
pub struct Press {
    /// The most memory that it may take, in MiB.
    #[arg(long, value_name = "MIB")]
    pub memory: u32,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// Where the address of a client comes from.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ClientAddressArg {
    /// The connection: nobody stands between.
    Connection,
    /// The last address of X-Forwarded-For, which the own proxy has put there.
    XForwardedFor,
}

impl From<ClientAddressArg> for ClientAddress {
    fn from(arg: ClientAddressArg) -> ClientAddress {
        match arg {
            ClientAddressArg::Connection => ClientAddress::Connection,
            ClientAddressArg::XForwardedFor => ClientAddress::XForwardedFor,
        }
    }
}

/// `vanthu verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// The PDFs, or folders of them; `-` is standard input.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
    /// Whom to trust: files of certificates (PEM, DER) or trusted lists (XML), or folders of them. Inside an
    /// office, its trust folder otherwise.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// A revocation list (CRL) or OCSP answer at hand; repeat for several. Inside an office, those in its keys/ count
    /// as well.
    #[arg(long, value_name = "FILE")]
    pub crl: Vec<PathBuf>,
    /// Ask the network for revocation lists and answers that the file lacks.
    #[arg(long)]
    pub online: bool,
    /// With --online, ask servers of this machine's own network as well.
    #[arg(long, requires = "online")]
    pub private_hosts: bool,
    /// Judge as of this time (RFC 3339); now otherwise.
    #[arg(long, value_parser = moment, value_name = "TIME")]
    pub at: Option<OffsetDateTime>,
    /// Roles that must have signed, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "ROLE")]
    pub require: Vec<RoleArg>,
    /// Lay the data in each file out again, and compare the bytes with the report.
    #[arg(long)]
    pub reproduce: bool,
    /// The report as JSON: an object for one file, an array for more.
    #[arg(long, conflicts_with = "report")]
    pub json: bool,
    /// The report as a page (HTML), or for archives (XML of ETSI TS 119 102-2).
    #[arg(long, value_enum, value_name = "FORM")]
    pub report: Option<ReportArg>,
    /// Where to write the report; for several files a folder. Standard output otherwise.
    #[arg(short, long, value_name = "OUT", requires = "report")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub fonts: FontArgs,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportArg {
    /// A page for people.
    Html,
    /// ETSI TS 119 102-2.
    EtsiXml,
}

/// `vanthu trust`
#[derive(Debug, Subcommand)]
pub enum Trust {
    /// Trust a certificate: its fingerprint is shown, and has to be confirmed.
    Add(TrustAdd),
    /// List the trusted certificates.
    List(TrustList),
    /// Trust a certificate no longer.
    Remove(TrustRemove),
}

/// `vanthu trust add`
#[derive(Debug, Args)]
pub struct TrustAdd {
    /// A file (PEM, DER, or a trusted list in XML), or the https address of one.
    #[arg(value_name = "FILE|URL")]
    pub source: String,
    /// The SHA-256 fingerprint that the office made known; repeat for several certificates.
    #[arg(long, value_name = "HEX")]
    pub fingerprint: Vec<String>,
    /// Don't ask.
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu trust list`
#[derive(Debug, Args)]
pub struct TrustList {
    /// The list as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu trust remove`
#[derive(Debug, Args)]
pub struct TrustRemove {
    /// The SHA-256 fingerprint.
    #[arg(value_name = "HEX")]
    pub fingerprint: String,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu revisions`
#[derive(Debug, Args)]
pub struct Revisions {
    /// The PDF; `-` is standard input.
    pub file: PathBuf,
    /// Write the file as it was at this revision, from 1.
    #[arg(long, value_name = "N")]
    pub extract: Option<usize>,
    /// Where to write it; FILE-N.pdf beside the file otherwise.
    #[arg(short, long, value_name = "OUT", requires = "extract")]
    pub output: Option<PathBuf>,
    /// Whom to trust, to judge who signed.
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// The list as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub write: WriteArgs,
}

/// `vanthu extract`
#[derive(Debug, Args)]
pub struct Extract {
    /// The PDF; `-` is standard input.
    pub file: PathBuf,
    /// What to take out, separated by commas; everything otherwise.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub what: Vec<WhatArg>,
    /// The folder to write to.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// List what was written, with digests, as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub write: WriteArgs,
}

/// What can be taken out of a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhatArg {
    /// The data that the document was laid out from.
    Source,
    /// Other attached files.
    Attachments,
    /// XMP.
    Metadata,
    /// The CMS of signatures and time-stamps (.p7s).
    Cms,
    /// The certificates in them (.crt).
    Certificates,
}

/// `vanthu keys`
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a key and its certificate: NAME.key and NAME.crt.
    New(Box<KeysNew>),
    /// List the certificates, and which have their key here.
    List(KeysList),
    /// Make a key and a request for a certificate (PKCS#10), which another authority answers.
    Csr(Box<KeysCsr>),
    /// Answer such a request by the office's own root.
    Certify(Box<KeysCertify>),
    /// Take the certificate that an authority issued for a key that is here.
    ImportCert(KeysImportCert),
    /// Take a key with its certificate from a PKCS#12 file (.p12, .pfx).
    Import(KeysImport),
    /// Make a new certificate for the same key and person, by the office's root.
    Renew(KeysRenew),
    /// Revoke a certificate of the office's root, and write the root's revocation list.
    Revoke(KeysRevoke),
    /// Write the root's revocation list anew, before the old one is out of date.
    Crl(KeysCrl),
}

/// `vanthu keys new`
#[derive(Debug, Args)]
pub struct KeysNew {
    /// The name of the files, such as root, chairman, agency.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// A root certificate, which vouches for others.
    #[arg(long, conflicts_with = "issuer", required_unless_present = "issuer")]
    pub root: bool,
    /// The name of the root that vouches for this one.
    #[arg(long, value_name = "NAME", value_parser = file_name)]
    pub issuer: Option<String>,
    /// Whose certificate it is, as shown to recipients.
    #[arg(long, value_name = "TEXT")]
    pub common_name: String,
    /// Position, such as «Chủ tịch».
    #[arg(long)]
    pub title: Option<String>,
    /// The organisation; the office's agency otherwise.
    #[arg(long)]
    pub organization: Option<String>,
    /// Its unit.
    #[arg(long)]
    pub unit: Option<String>,
    /// The kind of key.
    #[arg(long, value_enum, default_value = "ed25519")]
    pub algorithm: KeyAlgorithmArg,
    /// Where the root's revocation list is published; recipients' programs look there.
    #[arg(long, value_name = "URL", requires = "issuer")]
    pub crl_url: Option<String>,
    /// How long it is valid, in years of 365 days; 10 for a root, 2 for others otherwise.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=50))]
    pub years: Option<u16>,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Leave the key file without a passphrase: whoever copies it can sign.
    #[arg(long, conflicts_with_all = ["passphrase_file", "passphrase_fd"])]
    pub no_passphrase: bool,
    /// Read the issuer's passphrase from the first line of this file.
    #[arg(long, value_name = "FILE")]
    pub issuer_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu keys csr`
#[derive(Debug, Args)]
pub struct KeysCsr {
    /// The name of the files: NAME.key, which is made where it is missing and no token is named, and NAME.csr.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// Whose certificate it is to be.
    #[arg(long, value_name = "TEXT")]
    pub common_name: String,
    /// Position, such as «Chủ tịch».
    #[arg(long)]
    pub title: Option<String>,
    /// The organisation; the office's agency otherwise.
    #[arg(long)]
    pub organization: Option<String>,
    /// Its unit.
    #[arg(long)]
    pub unit: Option<String>,
    /// The kind of key.
    #[arg(long, value_enum, default_value = "ed25519")]
    pub algorithm: KeyAlgorithmArg,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// The key is in a token: its PKCS#11 module. The PIN is asked for as a passphrase is.
    #[arg(long, value_name = "MODULE")]
    pub token: Option<PathBuf>,
    /// The token's label, where there are several.
    #[arg(long, value_name = "LABEL", requires = "token")]
    pub token_label: Option<String>,
    /// The label of the key in the token, where it has several.
    #[arg(long, value_name = "LABEL", requires = "token")]
    pub key_label: Option<String>,
    /// Leave the key file without a passphrase: whoever copies it can sign.
    #[arg(long, conflicts_with_all = ["passphrase_file", "passphrase_fd"])]
    pub no_passphrase: bool,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu keys certify`
#[derive(Debug, Args)]
pub struct KeysCertify {
    /// The name of the certificate's file: NAME.crt.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// The request (PKCS#10, PEM); what it says of the person is taken over, so read it first.
    pub request: PathBuf,
    /// The name of the root that vouches for it.
    #[arg(long, value_name = "NAME", value_parser = file_name)]
    pub issuer: String,
    /// How long it is valid, in years of 365 days; 2 otherwise.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=50))]
    pub years: Option<u16>,
    /// Where the root's revocation list is published.
    #[arg(long, value_name = "URL")]
    pub crl_url: Option<String>,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu keys import-cert`
#[derive(Debug, Args)]
pub struct KeysImportCert {
    /// The name of the key: NAME.key.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// The certificate, with those that lead to its root (PEM).
    pub file: PathBuf,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu keys import`
#[derive(Debug, Args)]
pub struct KeysImport {
    /// The name of the files to write: NAME.key and NAME.crt.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// The PKCS#12 file.
    pub file: PathBuf,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Read the passphrase of the PKCS#12 file from the first line of this file; the same as the new one's
    /// otherwise.
    #[arg(long, value_name = "FILE")]
    pub p12_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu keys renew`
#[derive(Debug, Args)]
pub struct KeysRenew {
    /// The name of the certificate: NAME.crt; the old one is kept beside it.
    #[arg(value_parser = file_name)]
    pub name: String,
    /// The name of the root that vouches for it.
    #[arg(long, value_name = "NAME", value_parser = file_name)]
    pub issuer: String,
    /// How long it is valid, in years of 365 days; 2 otherwise.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=50))]
    pub years: Option<u16>,
    /// Where the root's revocation list is published.
    #[arg(long, value_name = "URL")]
    pub crl_url: Option<String>,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu keys revoke`
#[derive(Debug, Args)]
pub struct KeysRevoke {
    /// The name of the certificate: NAME.crt, or the path of a certificate's file.
    #[arg(value_name = "NAME|FILE")]
    pub certificate: PathBuf,
    /// Why.
    #[arg(long, value_enum, default_value = "unspecified")]
    pub reason: ReasonArg,
    #[command(flatten)]
    pub list: CrlArgs,
}

/// `vanthu keys crl`
#[derive(Debug, Args)]
pub struct KeysCrl {
    #[command(flatten)]
    pub list: CrlArgs,
}

/// The root's revocation list.
#[derive(Debug, Args)]
pub struct CrlArgs {
    /// The name of the root; its list is NAME.crl.
    #[arg(long, value_name = "NAME", value_parser = file_name)]
    pub issuer: String,
    /// For how many days the list is current.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub days: u16,
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// Why a certificate is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReasonArg {
    /// Not said.
    Unspecified,
    /// Others may have the key.
    KeyCompromise,
    /// The person has another position, or left.
    AffiliationChanged,
    /// There is a new certificate.
    Superseded,
    /// It is not needed any more.
    CessationOfOperation,
}

impl From<ReasonArg> for Reason {
    fn from(arg: ReasonArg) -> Reason {
        match arg {
            ReasonArg::Unspecified => Reason::Unspecified,
            ReasonArg::KeyCompromise => Reason::KeyCompromise,
            ReasonArg::AffiliationChanged => Reason::AffiliationChanged,
            ReasonArg::Superseded => Reason::Superseded,
            ReasonArg::CessationOfOperation => Reason::CessationOfOperation,
        }
    }
}

/// A kind of key, as a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeyAlgorithmArg {
    /// Ed25519.
    Ed25519,
    /// ECDSA on NIST P-256.
    P256,
    /// ECDSA on NIST P-384.
    P384,
}

impl From<KeyAlgorithmArg> for KeyAlgorithm {
    fn from(arg: KeyAlgorithmArg) -> KeyAlgorithm {
        match arg {
            KeyAlgorithmArg::Ed25519 => KeyAlgorithm::Ed25519,
            KeyAlgorithmArg::P256 => KeyAlgorithm::P256,
            KeyAlgorithmArg::P384 => KeyAlgorithm::P384,
        }
    }
}

/// `vanthu keys list`
#[derive(Debug, Args)]
pub struct KeysList {
    /// The folder; the office's keys/ otherwise.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// Which office.
#[derive(Debug, Args)]
pub struct OfficeArg {
    /// The office's folder; otherwise the working folder or the nearest above it with a vanthu.toml.
    #[arg(long, env = "VANTHU_OFFICE", value_name = "DIR")]
    pub office: Option<PathBuf>,
}

/// Which fonts.
#[derive(Debug, Args)]
pub struct FontArgs {
    /// A folder with the four faces of a font to use instead of Liberation Serif, such as Times New
    /// Roman.
    #[arg(long, env = "VANTHU_FONT_DIR", value_name = "DIR")]
    pub font_dir: Option<PathBuf>,
}

/// What counts as now.
#[derive(Debug, Args)]
pub struct TimeArg {
    /// The time to write down (RFC 3339) instead of now: same input, same time, same bytes.
    #[arg(long, value_parser = moment, value_name = "TIME")]
    pub time: Option<OffsetDateTime>,
}

impl TimeArg {
    /// The time given, or now.
    pub fn moment(&self) -> OffsetDateTime {
        self.time.unwrap_or_else(clock::now)
    }
}

/// What to do with files that are there.
#[derive(Debug, Args)]
pub struct WriteArgs {
    /// Replace output files that exist.
    #[arg(long)]
    pub force: bool,
}

impl WriteArgs {
    /// What `--force` means.
    pub fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Keep }
    }
}

/// Where a passphrase comes from. There is no flag for the passphrase itself: other users of the
/// machine could read it.
#[derive(Debug, Args)]
pub struct PassphraseArgs {
    /// Read the passphrase from the first line of this file; otherwise from the environment variable
    /// VANTHU_PASSPHRASE, otherwise ask.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd")]
    pub passphrase_file: Option<PathBuf>,
    /// Read the passphrase from the first line of this open file descriptor.
    #[arg(long, value_name = "N")]
    pub passphrase_fd: Option<u32>,
}

/// A language, as a flag.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LangArg {
    /// Tiếng Việt.
    Vi,
    /// English.
    En,
}

impl From<LangArg> for Lang {
    fn from(arg: LangArg) -> Lang {
        match arg {
            LangArg::Vi => Lang::Vi,
            LangArg::En => Lang::En,
        }
    }
}

/// A number series, as a flag.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SeriesArg {
    /// One run of numbers for all kinds.
    All,
    /// One run for each kind.
    Kind,
}

/// A role, as a flag.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleArg {
    /// The authorised person.
    Signer,
    /// The agency.
    Agency,
}

impl From<RoleArg> for Role {
    fn from(arg: RoleArg) -> Role {
        match arg {
            RoleArg::Signer => Role::Signer,
            RoleArg::Agency => Role::Agency,
        }
    }
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One PDF.
    Pdf,
    /// A PNG for each page.
    Png,
    /// An SVG for each page.
    Svg,
}

fn moment(text: &str) -> Result<OffsetDateTime, String> {
    clock::parse(text).map_err(|_| "not an RFC 3339 time such as 2020-06-18T10:15:30+07:00".to_owned())
}

fn year_and_number(text: &str) -> Result<(i32, u32), String> {
    let parts = text.split_once('=').and_then(|(year, number)| {
        Some((year.parse().ok()?, number.parse().ok().filter(|number| *number > 0)?))
    });
    parts.ok_or_else(|| "not YEAR=NUMBER such as 2020=201".to_owned())
}

fn resolution(text: &str) -> Result<f32, String> {
    text.parse()
        .ok()
        .filter(|ppi| (10.0..=600.0).contains(ppi))
        .ok_or_else(|| "not a number from 10 to 600".to_owned())
}

fn file_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !text.is_empty() && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("only the letters a-z, digits, `-` and `_`".to_owned())
    }
}

pub(super) fn kind(text: &str) -> Result<&'static DocumentKind, String> {
    let profile = Profile::default_profile();
    profile.kind(text).ok_or_else(|| format!("not a known kind; there is: {}", profile.slugs().join(", ")))
}

fn copy_kind(text: &str) -> Result<&'static CopyKind, String> {
    let copies = &Profile::default_profile().copies;
    copies.iter().find(|copy| copy.slug == text).ok_or_else(|| {
        let known: Vec<&str> = copies.iter().map(|copy| copy.slug.as_str()).collect();
        format!("not a known kind of copy; there is: {}", known.join(", "))
    })
}

/// ROLE=PAGE,LEFT,BOTTOM,WIDTH,HEIGHT
fn place(text: &str) -> Result<(RoleArg, usize, [f64; 4]), String> {
    let read = || {
        let (role, place) = text.split_once('=')?;
        let role = RoleArg::from_str(role, true).ok()?;
        let (page, sides) = place.split_once(',')?;
        let page = page.parse().ok().filter(|page| *page > 0)?;
        let sides: Vec<f64> = sides.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
        let [left, bottom, width, height] = *sides.as_slice() else { return None };
        let sound = |side: f64| (0.0..=2000.0).contains(&side);
        let whole = sound(left) && sound(bottom) && sound(width) && sound(height);
        (whole && width >= 5.0 && height >= 5.0).then_some((role, page, [left, bottom, width, height]))
    };
    read().ok_or_else(|| "not ROLE=PAGE,LEFT,BOTTOM,WIDTH,HEIGHT such as signer=1,110,40,70,30".to_owned())
}

fn pages(text: &str) -> Result<(usize, usize), String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let pages = first.parse().ok().zip(last.parse().ok());
    pages
        .filter(|(first, last): &(usize, usize)| (1..=*last).contains(first))
        .ok_or_else(|| "not a page or pages such as 2 or 2-5".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_flags_make_sense_together() {
        super::Cli::command().debug_assert();
    }
}
