//! `vanthu sign`: signs reports, one or many, with a key file or a token, or in two steps elsewhere.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::console::Console;
use super::expiry;
use super::flags::{FontArgs, OfficeArg, RoleArg, SignerArgs, TimeArg, WriteArgs};
use super::inputs::{block_on, certificates, faces, issued, read_bounded, register, signer, the_office};
use super::level::{LevelArgs, evidence};
use super::revision::{FileChange, WrittenFile};
use super::verify::{files, has_folder};
use crate::augment::{self, Chains};
use crate::cli::failure::{Exit, Failure};
use crate::cli::replace::existing_at;
use crate::clock;
use crate::document::clean_png;
use crate::explain::Refusal;
use crate::file::{Existing, Staged};
use crate::keys::Subject;
use crate::lang::Message;
use crate::layout::Engine;
use crate::message;
use crate::office::authorization;
use crate::office::evidence::EvidenceSources;
use crate::office::{Office, SignatureLevel};
use crate::pdf::form::Region;
use crate::pdf::reader;
use crate::register::DocumentAct;
use crate::role::Role;
use crate::sign::{
    self, Absent, BaseDigest, Detached, NewField, Numbering, Request, Room, SignError, Signer,
};
use crate::signing::{self, Look, Person, SignOptions, SignatureUpdate, SigningError};

/// The longest file that is signed, in bytes.
const MAX_REPORT: u64 = 4 << 30;
/// The longest image, JSON file or CMS, in bytes.
const MAX_SMALL: u64 = 64 << 20;
/// Points in a millimetre.
const MM: f64 = 72.0 / 25.4;

#[derive(Debug, Args)]
pub struct SignArgs {
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

pub fn run(args: &SignArgs, console: &Console) -> Result<Exit, Failure> {
    if let Some(step) = &args.complete {
        return complete(args, step, console);
    }
    let time = args.time.moment();
    let office = the_office(&args.office)?;
    let evidence = evidence(&args.level, office.as_ref())?;
    let engine = Engine::new(faces(&args.fonts)?)?;
    let image = args.image.as_deref().map(image).transpose()?;
    let fields: Vec<NewField> = args.place.iter().map(field).collect();
    let trust = authorization::trust_of(office.as_ref(), &[], &evidence.trust)?;
    let pinned = |fingerprint: &str| {
        office.as_ref().and_then(|office| office.config().signing.allows(Role::Signer, fingerprint))
    };
    let ask = |chains: &Chains| evidence.ask(chains);
    let person =
        Person { trust: &trust, revocations: &evidence.revocations, source: Some(&ask), pinned: &pinned };
    // Whose file it is outside of an office, nobody can say.
    let person = office.is_some().then_some(person);
    let settings =
        Settings { args, office: office.as_ref(), evidence: &evidence, engine: &engine, time, person };
    let look = look(args.show, image.as_deref())?;
    if let Some(step) = &args.prepare {
        let [file] = args.files.as_slice() else {
            return Err(one_file());
        };
        let (certificate, chain) = certificates(args.signer.cert.as_deref().ok_or_else(one_file)?)?;
        let signer = Absent::new(certificate, chain, time)?;
        settings.check_signer(&signer)?;
        let options = settings.options(&signer, look, &fields, &[]);
        return prepare(&settings, file, &options, step, console);
    }
    let signer = signer(&args.signer, time, console)?;
    settings.check_signer(signer.as_ref())?;
    expiry::warn_of_signing(office.as_ref(), signer.certificate(), time, console)?;
    let found = files(&args.files)?;
    let many = found.len() > 1 || has_folder(&args.files)?;
    let authorities = evidence.authorities();
    let authorities = if evidence.level >= SignatureLevel::T { authorities.as_slice() } else { &[] };
    check_servers(&evidence)?;
    let options = settings.options(signer.as_ref(), look, &fields, authorities);
    if !many {
        let [file] = found.as_slice() else { return Err(one_file()) };
        let target = args.output.clone().unwrap_or_else(|| signing::signed_path(file));
        settings.sign(file, &target, &options, console)?;
        let (path, name) = (target.display(), Subject::of(signer.certificate()).common_name);
        console.step(&message!(
            "Ký số thành công: {path} (người ký: {name})",
            "Signed: {path} (signer: {name})"
        ));
        expiry::tell_proof(signer.as_ref(), authorities, console);
        return Ok(Exit::Done);
    }
    let done = sign_many(&settings, &found, &options, console)?;
    expiry::tell_proof(signer.as_ref(), authorities, console);
    Ok(done)
}

/// A level with a time-stamp needs somebody who gives one.
fn check_servers(evidence: &EvidenceSources) -> Result<(), Failure> {
    if evidence.lacks_servers() {
        return Err(Failure::new(
            Refusal::Usage,
            message!(
                "chưa có máy chủ cấp dấu thời gian: --tsa URL, hoặc signing.time_stamping trong vanthu.toml",
                "a time-stamping server is needed: --tsa URL, or signing.time_stamping in vanthu.toml"
            ),
        ));
    }
    Ok(())
}

/// Signs one file after another; what fails is said, and does not keep the others.
fn sign_many(
    settings: &Settings<'_>,
    found: &[PathBuf],
    options: &SignOptions<'_>,
    console: &Console,
) -> Result<Exit, Failure> {
    if let Some(folder) = &settings.args.output {
        std::fs::create_dir_all(folder).map_err(|cause| Failure::disk(folder, &cause))?;
    }
    let bar = ProgressBar::new(found.len() as u64);
    let mut failed = 0;
    // Of two files with one name the second must not take the first one's place.
    let mut taken = HashSet::new();
    for file in found {
        let beside = signing::signed_path(file);
        let target = match (&settings.args.output, file.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => beside,
        };
        let outcome = match taken.insert(target.clone()) {
            true => settings.sign(file, &target, options, console),
            false => Err(same_name(&target)),
        };
        bar.inc(1);
        if let Err(Failure { message, .. }) = outcome {
            failed += 1;
            let path = file.display();
            let Message { vi, en } = message.unwrap_or(message!("ký số không thành công", "not signed"));
            bar.suspend(|| console.warn(&message!("{path}: {vi}", "{path}: {en}")));
        }
    }
    bar.finish_and_clear();
    let signed = found.len() - failed;
    console.step(&message!(
        "Ký số thành công {signed} tệp; {failed} tệp không thành công",
        "Signed {signed} files; {failed} failed"
    ));
    Ok(if failed == 0 { Exit::Done } else { Exit::SomeFailed })
}

fn same_name(target: &Path) -> Failure {
    let target = target.display();
    Failure::new(
        Refusal::Usage,
        message!(
            "một tệp khác trong lần ký này đã được ghi vào {target}",
            "another file of this call was written to {target}"
        ),
    )
}

/// What all files of one call share.
struct Settings<'a> {
    args: &'a SignArgs,
    office: Option<&'a Office>,
    evidence: &'a EvidenceSources,
    engine: &'a Engine,
    time: OffsetDateTime,
    person: Option<Person<'a>>,
}

impl<'a> Settings<'a> {
    fn options(
        &self,
        signer: &'a dyn Signer,
        look: Look<'a>,
        fields: &'a [NewField],
        authorities: &'a [&'a dyn crate::time_stamping::TimeStampAuthority],
    ) -> SignOptions<'a> {
        let request = Request { role: self.args.role.into(), fields };
        SignOptions { request, signer, time: self.time, look, authorities, person: self.person }
    }

    fn check_signer(&self, signer: &dyn Signer) -> Result<(), Failure> {
        Ok(self.evidence.check_signer(signer, self.args.role.into(), self.office, self.time)?)
    }

    /// Signs `file` into `target`, whole or not at all.
    fn sign(
        &self,
        file: &Path,
        target: &Path,
        options: &SignOptions<'_>,
        console: &Console,
    ) -> Result<(), Failure> {
        let keep = existing_at(&self.args.write, target)?;
        let is_there = target.try_exists().map_err(|cause| Failure::disk(target, &cause))?;
        if keep == Existing::Keep && is_there {
            return Err(Failure::disk(target, &std::io::ErrorKind::AlreadyExists.into()));
        }
        let disk = |cause: std::io::Error| Failure::disk(target, &cause);
        let source = File::open(file).map_err(|cause| Failure::disk(file, &cause))?;
        let mut digest = BaseDigest::new(options.signer.algorithm().digest());
        let mut staged = Staged::copy(source, target, MAX_REPORT, |piece| digest.update(piece))
            .map_err(|cause| Failure::disk(file, &cause))?;
        let mapped = staged.map().map_err(disk)?;
        let revision = mapped.look(|base| self.revise(base, &digest, options, console)).map_err(disk)??;
        drop(mapped);
        revision.append_to(&mut staged).map_err(disk)??;
        if self.evidence.level >= SignatureLevel::Lt {
            self.evidence.extend(&mut staged, clock::now())?;
        }
        let written = match self.office {
            Some(_) => staged.map().map_err(disk)?.look(WrittenFile::of).map_err(disk)?,
            None => None,
        };
        staged.place(keep).map_err(disk)?;
        if let (Some(office), Some(written)) = (self.office, written) {
            let name = Subject::of(options.signer.certificate()).common_name;
            written.tell(office, target, FileChange::Signed(options.request.role, name), self.time, console);
        }
        Ok(())
    }

    /// The revision that follows `base`.
    fn revise(
        &self,
        base: &[u8],
        digest: &BaseDigest,
        options: &SignOptions<'_>,
        console: &Console,
    ) -> Result<SignatureUpdate, Failure> {
        check_register(self.args, self.office, options.request.role, base)?;
        match signing::revise(self.engine, base, digest, options) {
            Err(SigningError::NoTimeStamp(problems)) if self.args.without_time_stamp => {
                problems.iter().for_each(|problem| console.warn(problem));
                console.warn(&message!(
                    "ký không có dấu thời gian (mức B-B)",
                    "signed without a time-stamp (level B-B)"
                ));
                Ok(signing::revise(self.engine, base, digest, &SignOptions { authorities: &[], ..*options })?)
            }
            revision => Ok(revision?),
        }
    }
}

/// An office signs what its register knows (TT 15/2025/TT-BKHCN Điều 5: what is signed is what it seems), and nothing
/// that is not in force any more.
fn check_register(args: &SignArgs, office: Option<&Office>, role: Role, base: &[u8]) -> Result<(), Failure> {
    let Some(office) = office else { return Ok(()) };
    let file = reader::read(base).map_err(SignError::from)?;
    // A report that waits for its number is registered when it gets it.
    if !sign::is_numbered_document(&file)? || sign::numbering(&file)? == Numbering::Open {
        return Ok(());
    }
    let report = base.get(..file.first_revision_end()).unwrap_or_default();
    let digest = crate::hex::lower(&Sha256::digest(report));
    let known = block_on(async {
        let register = register(office).await?;
        let known = match register.find_document(&digest).await? {
            Some(entry) => {
                // The signature will be an act of the register.
                register.check_clock(args.time.moment()).await?;
                register.record_at(&entry.key).await?
            }
            None => None,
        };
        register.close().await?;
        Ok::<_, Failure>(known)
    })??;
    match known {
        Some(record) => Ok(record.check(match role {
            Role::Signer => DocumentAct::Sign,
            Role::Agency => DocumentAct::Seal,
        })?),
        None if args.unregistered => Ok(()),
        None => Err(Failure::new(
            Refusal::Conflict,
            message!(
                "văn bản chưa có trong sổ đăng ký (SHA-256 {digest}); nếu vẫn ký, dùng --unregistered",
                "not in the office's register (SHA-256 {digest}); use --unregistered to sign anyway"
            ),
        )),
    }
}

/// The first step: what is to be signed elsewhere.
fn prepare(
    settings: &Settings<'_>,
    file: &Path,
    options: &SignOptions<'_>,
    step: &Path,
    console: &Console,
) -> Result<Exit, Failure> {
    let base = read_bounded(file, MAX_SMALL * 16)?;
    check_register(settings.args, settings.office, options.request.role, &base)?;
    let room = Room {
        time_stamp: if settings.evidence.level >= SignatureLevel::T { augment::ROOM } else { 0 },
        cms: settings.args.room.map_or(0, |room| room as usize),
    };
    let detached = signing::detach(settings.engine, &base, options, room)?;
    let json = serde_json::to_vec_pretty(&detached).map_err(|cause| Failure::disk(step, &cause.into()))?;
    crate::file::write(step, &json, existing_at(&settings.args.write, step)?)
        .map_err(|cause| Failure::disk(step, &cause))?;
    let path = step.display();
    console.step(&message!(
        "Đã ghi {path}; ký phần “to_be_signed” (Base64), sau đó chạy lại với --complete",
        "Wrote {path}; sign “to_be_signed” (Base64), then run again with --complete"
    ));
    Ok(Exit::Done)
}

/// The second step: what came back.
fn complete(args: &SignArgs, step: &Path, console: &Console) -> Result<Exit, Failure> {
    let [file] = args.files.as_slice() else {
        return Err(one_file());
    };
    let file = &issued(file)?;
    let office = the_office(&args.office)?;
    let evidence = evidence(&args.level, office.as_ref())?;
    let json = read_bounded(step, MAX_SMALL)?;
    let detached: Detached = serde_json::from_slice(&json).map_err(|cause| {
        let path = step.display();
        Failure::new(
            Refusal::Rejected,
            message!(
                "{path}: không phải tệp của --prepare: {cause}",
                "{path}: not a file of --prepare: {cause}"
            ),
        )
    })?;
    let mut base = read_bounded(file, MAX_SMALL * 16)?;
    let digest = BaseDigest::of(&base, detached.digest_algorithm()?);
    let pending = detached.pending(digest)?;
    // What held at the first step, on another machine perhaps, has to hold here and now.
    let signer = Absent::from(pending.contents().clone());
    let (role, time) = (detached.role(), args.time.moment());
    check_register(args, office.as_ref(), role, &base)?;
    evidence.check_signer(&signer, role, office.as_ref(), time)?;
    check_servers(&evidence)?;
    let revision = match (&args.value, &args.cms) {
        (Some(value), _) => {
            let authorities = evidence.authorities();
            let stamped = evidence.level >= SignatureLevel::T;
            let value = read_bounded(value, MAX_SMALL)?;
            signing::complete(pending, &value, if stamped { &authorities } else { &[] })?
        }
        (None, Some(cms)) => pending.complete_with(&read_bounded(cms, MAX_SMALL)?)?,
        (None, None) => {
            return Err(Failure::new(
                Refusal::Usage,
                message!(
                    "--complete cần --value (giá trị chữ ký) hoặc --cms",
                    "--complete needs --value (the signature value) or --cms"
                ),
            ));
        }
    };
    base.extend_from_slice(&revision);
    signing::check_signed_by(&base, role, signer.certificate(), time)?;
    // A CMS that another program made has the time-stamp that it has.
    let reached = if args.cms.is_some() { SignatureLevel::B } else { SignatureLevel::T };
    if evidence.level > reached {
        evidence.extend(&mut base, clock::now())?;
    }
    let target = args.output.clone().unwrap_or_else(|| signing::signed_path(file));
    crate::file::write(&target, &base, existing_at(&args.write, &target)?)
        .map_err(|cause| Failure::disk(&target, &cause))?;
    let (path, name) = (target.display(), Subject::of(signer.certificate()).common_name);
    if let (Some(office), Some(written)) = (&office, WrittenFile::of(&base)) {
        let act = FileChange::Signed(role, name.clone());
        written.tell(office, &target, act, time, console);
    }
    console.step(&message!("Ký số thành công: {path} (người ký: {name})", "Signed: {path} (signer: {name})"));
    Ok(Exit::Done)
}

fn image(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = read_bounded(path, MAX_SMALL)?;
    clean_png(&bytes).map_err(|Message { vi, en }| {
        let path = path.display();
        Failure::new(Refusal::Rejected, message!("{path}: {vi}", "{path}: {en}"))
    })
}

fn look(show: Option<ShowArg>, image: Option<&[u8]>) -> Result<Look<'_>, Failure> {
    let look = match show {
        None | Some(ShowArg::Both) => Look { text: true, image },
        Some(ShowArg::Text) => Look { text: true, image: None },
        Some(ShowArg::Image) => Look { text: false, image },
        Some(ShowArg::Nothing) => Look { text: false, image: None },
    };
    if matches!(show, Some(ShowArg::Image | ShowArg::Both)) && image.is_none() {
        return Err(Failure::new(
            Refusal::Usage,
            message!("cần ảnh chữ ký hoặc con dấu: --image PNG", "an image is needed: --image PNG"),
        ));
    }
    Ok(look)
}

fn field((role, page, [left, bottom, width, height]): &(RoleArg, usize, [f64; 4])) -> NewField {
    let rect = [*left, *bottom, left + width, bottom + height].map(|side| side * MM);
    NewField { role: (*role).into(), region: Some(Region { page: *page, rect }) }
}

fn one_file() -> Failure {
    Failure::new(Refusal::Usage, message!("chỉ một tệp mỗi lần", "one file at a time"))
}

/// Parses ROLE=PAGE,LEFT,BOTTOM,WIDTH,HEIGHT: pages count from 1, the sides are millimetres from the page's lower
/// left corner.
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
