//! `vanthu verify`: what to believe of PDFs.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use time::OffsetDateTime;

use super::advice;
use super::console::Console;
use super::flags::{FontArgs, WriteArgs, moment};
use super::inputs::{faces, here, issued, read_bounded, trust};
use super::level::at_hand;
use super::look::WitnessProcess;
use super::lookup::{consult, own_office};
use crate::augment::chains;
use crate::cli::failure::{Exit, Failure};
use crate::cli::replace::existing_at;
use crate::clock;
use crate::explain::{Explain, Refusal};
use crate::file;
use crate::issue::reproduce::reproduce;
use crate::lang::{Lang, Message};
use crate::layout::Engine;
use crate::message;
use crate::online::{Hosts, Network};
use crate::pdf::reader::ReadError;
use crate::presentation::{About, Judged, ReportView, etsi_xml, html, pictures};
use crate::printable::printable;
use crate::role::Role;
use crate::verify::{Options, Report, Require, Revocations, Verdict, render, verify};

/// The longest file that is judged, in bytes.
pub const MAX_FILE: u64 = 1 << 30;

#[derive(Debug, Args)]
pub struct VerifyArgs {
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
    /// Roles that must have signed, separated by commas; those for which the document has fields otherwise.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "ROLE")]
    pub require: Vec<RequireArg>,
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

/// Who must have signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RequireArg {
    /// The authorised person.
    Signer,
    /// The agency.
    Agency,
    /// Whoever signed.
    Any,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportArg {
    /// A page for people.
    Html,
    /// ETSI TS 119 102-2.
    EtsiXml,
}

pub fn run(args: &VerifyArgs, console: &Console) -> Result<Exit, Failure> {
    let trust = trust(&args.trust)?;
    let roles = roles(&args.require)?;
    let require = if args.require.is_empty() { Require::OwnFields } else { Require::Roles(&roles) };
    let at = args.at.unwrap_or_else(clock::now);
    let revocations = at_hand(&args.crl, here()?.as_ref())?;
    let options = Options { require, revocations: &revocations, ..Options::new(&trust, at) };
    let layout = match args.reproduce {
        true => Some((Engine::new(faces(&args.fonts)?)?, faces(&args.fonts)?)),
        false => None,
    };
    let hosts = if args.private_hosts { Hosts::All } else { Hosts::Public };
    let network = args.online.then(|| Network::new(hosts));
    let files = files(&args.files)?;
    if args.report.is_some() && args.output.is_none() && files.len() > 1 {
        return Err(Failure::new(
            Refusal::Usage,
            message!("nhiều tệp: hãy chỉ ra thư mục với -o", "several files: name a folder with -o"),
        ));
    }
    let own = own_office()?;
    let mut told = Vec::new();
    for path in &files {
        let bytes = read_bounded(path, MAX_FILE)?;
        let witness = WitnessProcess::begin();
        let options = Options { witness: Some(&witness), ..options };
        let mut report = verify(&bytes, &options);
        if let Some(network) = &network {
            report = ask(network, report, &bytes, &options, console);
        }
        if let Some((engine, faces)) = &layout {
            report.add_reproduction(reproduce(engine, faces, &bytes));
        }
        let file = path.display().to_string();
        if let Some(office) = &own {
            consult(office, &mut report, &bytes)?;
        }
        if let Some(form) = args.report {
            let about = About { file: &file, bytes: &bytes, at };
            let target = args.output.as_deref().map(|output| target(output, path, form, files.len()));
            present(form, &report, &about, target.transpose()?.as_deref(), args, console)?;
        } else if !args.json {
            if files.len() > 1 {
                console.result(&format!("── {}\n", printable(&file)))?;
            }
            console.result(&text(&report, console.lang()))?;
        }
        told.push(Judged { file, report });
    }
    if let (true, [only]) = (args.json, told.as_slice()) {
        console.json(only)?;
    } else if args.json {
        console.json(&told)?;
    } else if told.len() > 1 {
        console.result(&printable(&table(&told, console)))?;
    }
    let worst = told.iter().map(|told| told.report.verdict).max_by_key(|verdict| rank(*verdict));
    let withdrawn = told.iter().any(|told| told.report.is_withdrawn());
    Ok(match worst {
        Some(verdict) if withdrawn && verdict != Verdict::Invalid => Exit::Refused(Refusal::Conflict),
        Some(verdict) => Exit::Verdict(verdict),
        None => Exit::Done,
    })
}

/// The roles that are named.
fn roles(named: &[RequireArg]) -> Result<Vec<Role>, Failure> {
    if named.len() > 1 && named.contains(&RequireArg::Any) {
        return Err(Failure::new(
            Refusal::Usage,
            message!("--require any không đi cùng vai trò nào", "--require any stands alone"),
        ));
    }
    let roles = named.iter().filter_map(|one| match one {
        RequireArg::Signer => Some(Role::Signer),
        RequireArg::Agency => Some(Role::Agency),
        RequireArg::Any => None,
    });
    Ok(roles.collect())
}

/// A report as people read it, and what to type next.
fn text(report: &Report, lang: Lang) -> String {
    let mut text = render(report, lang);
    for words in advice::on_report(report) {
        text += &printable(&format!("{}\n", words.in_lang(lang)));
    }
    text
}

/// Whether a folder is named.
pub fn has_folder(named: &[PathBuf]) -> Result<bool, Failure> {
    for path in named {
        if file::is_folder(path).map_err(|cause| Failure::disk(path, &cause))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The files that are named, and the PDFs in the folders that are named; links are not followed.
pub fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in named {
        if !file::is_folder(path).map_err(|cause| Failure::disk(path, &cause))? {
            files.push(issued(path)?);
            continue;
        }
        let mut folders = vec![path.clone()];
        let mut inside = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).map_err(|cause| Failure::disk(&folder, &cause))? {
                let entry = entry.map_err(|cause| Failure::disk(&folder, &cause))?;
                let kind = entry.file_type().map_err(|cause| Failure::disk(&entry.path(), &cause))?;
                let is_pdf =
                    entry.path().extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf"));
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() && is_pdf {
                    inside.push(entry.path());
                }
            }
        }
        if inside.is_empty() {
            let path = path.display();
            return Err(Failure::new(
                Refusal::Usage,
                message!("trong {path} không có tệp PDF nào", "there is no PDF in {path}"),
            ));
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// One line a file, and how many came to which verdict.
fn table(told: &[Judged], console: &Console) -> String {
    let lang = console.lang();
    let mut text = String::from("\n");
    let mut counts: Vec<(Verdict, usize)> = Vec::new();
    for Judged { file, report } in told {
        let approvals = report.signatures.iter().filter_map(|signature| signature.signer.as_ref());
        let names =
            approvals.map(|signer| signer.subject.common_name.as_str()).collect::<Vec<_>>().join("; ");
        let level = report.signatures.iter().filter_map(|signature| signature.level).min();
        let level = level.map_or("", |level| level.name());
        let verdict = report.verdict;
        let words = report.cause.headline.in_lang(lang);
        let sign = report.cause.code.sign();
        text += &format!("{sign} {}  {words}  {level}  {names}\n", printable(file).replace('\n', "\u{FFFD}"));
        match counts.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, count)) => *count += 1,
            None => counts.push((verdict, 1)),
        }
    }
    counts.sort_by_key(|(verdict, _)| rank(*verdict));
    let total = told.len();
    let counts = counts.into_iter();
    let counts = counts.map(|(verdict, count)| format!("{count} × {}", verdict.words().in_lang(lang)));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let words = message!("{total} tệp: {counts}", "{total} files: {counts}");
    text + words.in_lang(lang) + "\n"
}

/// Where the report on the file `path` goes.
fn target(output: &Path, path: &Path, form: ReportArg, count: usize) -> Result<PathBuf, Failure> {
    let is_folder = file::is_folder(output).map_err(|cause| Failure::disk(output, &cause))?;
    let names_folder = is_folder || output.to_string_lossy().ends_with(std::path::is_separator);
    if count == 1 && !names_folder {
        return Ok(output.to_owned());
    }
    let ending = if form == ReportArg::Html { "html" } else { "xml" };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(output.join(format!("{stem}.{ending}")))
}

/// Writes a report in another form.
fn present(
    form: ReportArg,
    report: &Report,
    about: &About<'_>,
    target: Option<&Path>,
    args: &VerifyArgs,
    console: &Console,
) -> Result<(), Failure> {
    let text = match form {
        ReportArg::Html => html(&ReportView {
            report,
            about,
            pictures: &pictures(report, about.bytes, &WitnessProcess::begin()),
            lang: console.lang(),
        }),
        ReportArg::EtsiXml => {
            etsi_xml(report, about).map_err(|cause| Failure::disk(Path::new(about.file), &cause))?
        }
    };
    let Some(target) = target else {
        return console.result(&text);
    };
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|cause| Failure::disk(folder, &cause))?;
    }
    file::write(target, text.as_bytes(), existing_at(&args.write, target)?)
        .map_err(|cause| Failure::disk(target, &cause))?;
    let path = target.display();
    console.step(&message!("Đã ghi {path}", "Wrote {path}"));
    Ok(())
}

/// Judges again with what the network says of the certificates in `report`.
fn ask(network: &Network, report: Report, bytes: &[u8], options: &Options<'_>, console: &Console) -> Report {
    let (found, problems) = network.revocations(&chains(&report));
    problems.iter().for_each(|problem| console.step(problem));
    if found.crls.is_empty() && found.ocsps.is_empty() {
        return report;
    }
    let Revocations { mut crls, mut ocsps } = found;
    crls.extend(options.revocations.crls.iter().cloned());
    ocsps.extend(options.revocations.ocsps.iter().cloned());
    let found = Revocations { crls, ocsps };
    verify(bytes, &Options { revocations: &found, ..*options })
}

/// Of several files the worst verdict counts: not valid, not signed, not decided, not read, valid.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Valid | Verdict::ValidExtended => 0,
        Verdict::Unreadable => 1,
        Verdict::Indeterminate => 2,
        Verdict::Incomplete => 3,
        Verdict::Unsigned => 4,
        Verdict::Invalid => 5,
    }
}

/// `path` can't be read strictly.
pub fn unreadable(path: &Path, cause: &ReadError) -> Failure {
    let path = path.display();
    let Message { vi, en } = cause.words();
    Failure::new(Refusal::Unreadable, message!("không đọc được {path}: {vi}", "{path} can't be read: {en}"))
}
