//! `vanthu keys revoke` and `crl`: the revocation list of the office's root.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use time::{Duration, OffsetDateTime};

use super::files::{file_name, folder, issuer};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{OfficeArg, PassphraseArgs, TimeArg, moment};
use crate::cli::inputs::{block_on, certificates, register, the_office};
use crate::clock;
use crate::keys::revocation_list::{Reason, Revocation};
use crate::keys::{Certificate, KeyError, OwnList, Published, Subject, issued};
use crate::lang::Message;
use crate::message;
use crate::office::Office;
use crate::office::key_use::{KeyUse, UsedFile, key_use};
use crate::printable::printable;
use crate::register::Filter;

/// So many documents are named at the most.
const MOST_SHOWN: usize = 50;

#[derive(Debug, Args)]
pub struct KeysRevokeArgs {
    /// The name of the certificate: NAME.crt, or the path of a certificate's file.
    #[arg(value_name = "NAME|FILE")]
    pub certificate: PathBuf,
    /// Why.
    #[arg(long, value_enum, default_value = "unspecified")]
    pub reason: ReasonArg,
    /// Since when, not later than now: the day of a theft, such as 2026-06-18, or a time (RFC 3339).
    #[arg(long, value_name = "DATE", value_parser = day_or_moment)]
    pub since: Option<OffsetDateTime>,
    /// Say which documents would lose their proof, and revoke nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub list: CrlArgs,
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

#[derive(Debug, Args)]
pub struct KeysCrlArgs {
    /// Where the list is lost or damaged: go on behind the one that was published last, with what the root signed of
    /// the file that is there, or with nobody. Revoke again whom it lacks.
    #[arg(long)]
    pub recover: bool,
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

impl CrlArgs {
    fn lifetime(&self) -> Duration {
        Duration::days(i64::from(self.days))
    }
}

pub fn revoke(args: &KeysRevokeArgs, console: &Console) -> Result<Exit, Failure> {
    let CrlArgs { issuer: issuer_name, dir, .. } = &args.list;
    let (folder, _) = folder(dir.as_deref(), &args.list.office)?;
    let named = folder.join(&args.certificate).with_extension("crt");
    let is_named = named.try_exists().map_err(|cause| Failure::disk(&named, &cause))?;
    let (certificate, _) = certificates(if is_named { &named } else { &args.certificate })?;
    let now = args.list.time.moment();
    let since = args.since.unwrap_or(now);
    if since > now {
        return Err(KeyError::LaterRevocation.into());
    }
    let (root, root_key) = issuer(&folder, issuer_name, &args.list.passphrase, console)?;
    let key = certificate.tbs_certificate().subject_public_key_info();
    let mut known = issued::of_key(&folder, key)?;
    if !known.contains(&certificate) {
        known.push(certificate.clone());
    }
    let used = the_office(&args.list.office).and_then(|office| match office {
        Some(office) => used(&office, &known, since, now),
        None => Ok(KeyUse::default()),
    });
    match used {
        Ok(used) => {
            warn(&used, since, now, console);
            known.extend(used.certificates);
        }
        // A register that does not answer keeps no thief's key alive.
        Err(Failure { message, .. }) => {
            let Message { vi, en } = message.unwrap_or_else(|| message!("", ""));
            console.warn(&message!(
                "không hỏi được sổ đăng ký về các văn bản đã ký bằng khóa này: {vi}",
                "the register can't be asked what was signed with this key: {en}"
            ));
        }
    }
    let (own, others): (Vec<_>, Vec<_>) = known.into_iter().partition(|one| issued::is_by(one, &root));
    for other in others.iter().filter(|_| !own.is_empty()) {
        let issuer = Subject::of_name(other.tbs_certificate().issuer()).common_name;
        console.warn(&message!(
            "khóa này còn chứng thư do {issuer} cấp: phải thu hồi ở đó",
            "{issuer} has issued a certificate of this key as well: have it revoked there"
        ));
    }
    if args.dry_run {
        let (name, count) = (Subject::of(&certificate).common_name, own.len());
        console.step(&message!(
            "Chưa thu hồi gì: khóa của “{name}” có {count} chứng thư",
            "Nothing was revoked: the key of “{name}” has {count} certificates"
        ));
        return Ok(Exit::Done);
    }
    let own = if own.is_empty() { vec![certificate] } else { own };
    let revocation = Revocation { certificates: &own, reason: args.reason.into(), since };
    let list = OwnList::of(&folder, issuer_name);
    let published = list.publish((&root, &root_key), Some(&revocation), now, args.list.lifetime())?;
    tell(&list, &published, console);
    let (name, count, since) = (
        own.first().map(Subject::of).unwrap_or_default().common_name,
        published.revoked,
        clock::display(since),
    );
    console.step(&message!(
        "Đã thu hồi khóa của “{name}” từ {since}: {count} chứng thư",
        "Revoked the key of “{name}” at {since}: {count} certificates"
    ));
    Ok(Exit::Done)
}

/// What the office's register has that was signed with the key of the certificates `known`.
fn used(
    office: &Office,
    known: &[Certificate],
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<KeyUse, Failure> {
    let records = block_on(async {
        let register = register(office).await?;
        let records = register.records(&Filter::default()).await?;
        register.close().await?;
        Ok::<_, Failure>(records)
    })??;
    Ok(key_use(office, &records, known, since, now)?)
}

/// Says which documents lose their proof, and what can be done about it.
fn warn(used: &KeyUse, since: OffsetDateTime, now: OffsetDateTime, console: &Console) {
    let list = |files: &[UsedFile]| -> String {
        let lines = files.iter().take(MOST_SHOWN).map(|used| format!("\n  {}  {}", used.code, used.file));
        let lines: String = lines.collect();
        let rest = if files.len() > MOST_SHOWN { "\n  …" } else { "" };
        printable(&(lines + rest))
    };
    let at = clock::display(since);
    if !used.unproven.is_empty() {
        let (count, list) = (used.unproven.len(), list(&used.unproven));
        console.warn(&message!(
            "{count} văn bản ký bằng khóa này không có dấu thời gian trước {at}, nên mất bằng chứng:{list}",
            "{count} documents signed with this key have no time-stamp from before {at} and lose their proof:{list}"
        ));
        console.step(&if since < now {
            message!(
                "Dấu thời gian của hôm nay muộn hơn ngày thu hồi, không cứu được các văn bản này.",
                "A time-stamp of today is later than the date of revocation and does not save these documents."
            )
        } else {
            message!(
                "Nếu khóa chưa bị lộ, trước khi thu hồi hãy chạy `vanthu extend TỆP --level t`: dấu thời gian giữ bằng chứng (--dry-run chỉ xem, chưa thu hồi).",
                "Where nobody else has the key yet, run `vanthu extend FILE --level t` before you revoke it: time-stamps keep the proof (--dry-run shows this and revokes nothing)."
            )
        });
    }
    if !used.unseen.is_empty() {
        let (count, list) = (used.unseen.len(), list(&used.unseen));
        console.warn(&message!(
            "không xem được {count} tệp mà sổ ghi là do người này ký:{list}",
            "{count} files that this person has signed, by the register, could not be looked at:{list}"
        ));
    }
}

pub fn crl(args: &KeysCrlArgs, console: &Console) -> Result<Exit, Failure> {
    let CrlArgs { issuer: name, dir, passphrase, time, office, .. } = &args.list;
    let (folder, _) = folder(dir.as_deref(), office)?;
    let (root, root_key) = issuer(&folder, name, passphrase, console)?;
    let (list, by, lifetime) = (OwnList::of(&folder, name), (&root, &root_key), args.list.lifetime());
    let published = match args.recover {
        true => list.recover(by, time.moment(), lifetime)?,
        false => list.publish(by, None, time.moment(), lifetime)?,
    };
    tell(&list, &published, console);
    Ok(Exit::Done)
}

fn tell(list: &OwnList, published: &Published, console: &Console) {
    let entries = published.list.tbs_cert_list.revoked_certificates.as_ref().map_or(0, Vec::len);
    let path = list.path().display();
    console.step(&message!(
        "Danh sách thu hồi: {path} ({entries} chứng thư)",
        "Revocation list: {path} ({entries} certificates)"
    ));
}

/// Parses a day or a time: a day begins at midnight in Vietnam.
fn day_or_moment(text: &str) -> Result<OffsetDateTime, String> {
    let midnight = format!("{text}T00:00:00+07:00");
    moment(if text.contains('T') { text } else { &midnight })
        .map_err(|_| "not a day such as 2026-06-18 or an RFC 3339 time".to_owned())
}
