//! What several commands read in the same way: documents, fonts, offices, signers.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::console::Console;
use super::flags::{FontArgs, OfficeArg, PassphraseArgs, SignerArgs};
use super::passphrase;
use crate::cli::failure::Failure;
use crate::clock;
use crate::diagnostic::Diagnostic;
use crate::document::{self, Draft, Folder, MAX_SOURCE, ParseContext, StyleChoice};
use crate::explain::{Explain, Refusal};
use crate::file::is_folder;
use crate::fonts::Faces;
use crate::keys::KeyFile;
use crate::keys::{self, Certificate, KeyError};
use crate::lang::Message;
use crate::message;
use crate::office::authorization::trust_of;
use crate::office::{Office, OfficeError};
use crate::register::Register;
use crate::sign::token::{TokenChoice, TokenKey, TokenSigner};
use crate::sign::{FileSigner, Signer};
use crate::trust_folder::{TrustFolder, TrustFolderError};
use crate::verify::TrustStore;

/// The longest file of trust anchors, in bytes.
const MAX_TRUST: u64 = 64 << 20;

/// A source file: its name for messages, and its bytes.
pub struct SourceFile {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Where it is; `None` for standard input.
    pub path: Option<PathBuf>,
}

impl SourceFile {
    /// Reads the file at `path`, or standard input for `-`, up to a little over what can be accepted.
    pub fn read(path: &Path) -> Result<SourceFile, Failure> {
        let bytes = read_beginning(path, MAX_SOURCE as u64 + 1)?;
        let own = (path != Path::new("-")).then(|| path.to_owned());
        Ok(SourceFile { name: path.display().to_string(), bytes, path: own })
    }

    /// What lies around the document: its folder's files, and the choices of `office`, or of the office
    /// that the folder belongs to.
    pub fn context(&self, office: Option<&Office>) -> Result<ParseContext, Failure> {
        let today = Some(clock::now().to_offset(clock::ZONE).date());
        let folder = match self.path.as_deref() {
            Some(path) => path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new(".")),
            None => {
                return Ok(ParseContext {
                    folder: Folder::none(),
                    style: office.map(|office| office.config().style).unwrap_or_default(),
                    today,
                });
            }
        };
        let style = match office {
            Some(office) => office.config().style,
            None => match Office::find(&std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())) {
                Ok(office) => office.config().style,
                Err(OfficeError::NotAnOffice(_)) => StyleChoice::default(),
                Err(other) => return Err(other.into()),
            },
        };
        Ok(ParseContext { folder: Folder::at(folder), style, today })
    }

    /// Checks the document and shows every finding.
    pub fn parse(&self, faces: &Faces, office: Option<&Office>, console: &Console) -> Result<Draft, Failure> {
        match document::parse_in(&self.bytes, faces, &self.context(office)?) {
            Ok(draft) => {
                self.show(&draft.warnings, console);
                Ok(draft)
            }
            Err(findings) => {
                self.show(&findings, console);
                Err(Failure::rejected())
            }
        }
    }

    /// Shows findings about this file.
    pub fn show(&self, findings: &[Diagnostic], console: &Console) {
        // Positions count without the mark that some editors put before a text.
        let text = String::from_utf8_lossy(&self.bytes);
        console.findings(&self.name, text.strip_prefix('\u{FEFF}').unwrap_or(&text), findings);
    }
}

/// Where the PDF that `path` names is: a name alone that is not in the working folder is that of an issued document of
/// the office here, the newest one.
pub fn issued(path: &Path) -> Result<PathBuf, Failure> {
    let is_name = path.file_name().is_some_and(|name| Path::new(name) == path);
    let is_pdf = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf"));
    if !is_name || !is_pdf || path.try_exists().map_err(|cause| Failure::disk(path, &cause))? {
        return Ok(path.to_owned());
    }
    let found = here()?.map(|office| office.find_document_file(path)).transpose()?;
    Ok(found.flatten().unwrap_or_else(|| path.to_owned()))
}

/// Reads the file at `path`, or standard input for `-`, which may be `limit` bytes long.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let bytes = read_beginning(path, limit.saturating_add(1))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::disk(path, &std::io::ErrorKind::FileTooLarge.into()));
    }
    Ok(bytes)
}

/// Reads the file at `path`, or standard input for `-`, no further than `length` bytes.
pub fn read_beginning(path: &Path, length: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(length).read_to_end(&mut bytes)
    } else {
        File::open(issued(path)?).and_then(|file| file.take(length).read_to_end(&mut bytes))
    };
    read.map_err(|cause| Failure::disk(path, &cause))?;
    Ok(bytes)
}

/// The fonts to set documents in.
pub fn faces(args: &FontArgs) -> Result<Faces, Failure> {
    match &args.font_dir {
        Some(folder) => Ok(Faces::from_dir(folder)?),
        None => Ok(Faces::embedded()),
    }
}

/// The office that is meant.
pub fn office(args: &OfficeArg) -> Result<Office, Failure> {
    match &args.office {
        Some(folder) => Ok(Office::open(folder)?),
        None => {
            let here = std::env::current_dir().map_err(|cause| Failure::disk(Path::new("."), &cause))?;
            Ok(Office::find(&here)?)
        }
    }
}

/// The office that is meant, or the one that this folder belongs to; `None` where it belongs to none.
pub fn the_office(args: &OfficeArg) -> Result<Option<Office>, Failure> {
    if let Some(folder) = &args.office {
        return Ok(Some(Office::open(folder)?));
    }
    let here = std::env::current_dir().map_err(|cause| Failure::disk(Path::new("."), &cause))?;
    match Office::find(&here) {
        Ok(office) => Ok(Some(office)),
        Err(OfficeError::NotAnOffice(_)) => Ok(None),
        Err(cause) => Err(cause.into()),
    }
}

/// The trust anchors in the files and folders at `paths`; where none is named, those that the office believes which this
/// folder belongs to.
pub fn trust(paths: &[PathBuf]) -> Result<TrustStore, Failure> {
    match here()? {
        Some(office) if paths.is_empty() => Ok(trust_of(Some(&office), &[], &TrustStore::new())?),
        _ => named_trust(paths),
    }
}

/// The trust anchors in the files and folders at `paths`, for whom the files beside them say. Where nothing is said, what
/// is in the trust folder of an office is for that office, and everything else, which somebody named himself, for
/// everyone.
pub fn named_trust(paths: &[PathBuf]) -> Result<TrustStore, Failure> {
    let mut trust = TrustStore::new();
    for path in paths {
        if is_folder(path).map_err(|cause| Failure::disk(path, &cause))? {
            trust_folder(path)?.add_to(&mut trust)?;
        } else {
            add_anchors(&mut trust, path)?;
        }
    }
    Ok(trust)
}

/// The folder of trust anchors at `path`: an office's, or nobody's.
fn trust_folder(path: &Path) -> Result<TrustFolder, Failure> {
    let whole = path.canonicalize().map_err(|cause| Failure::disk(path, &cause))?;
    let office = match whole.parent().map(Office::open) {
        None | Some(Err(OfficeError::NotAnOffice(_))) => None,
        Some(office) => Some(office?).filter(|office| office.trust() == whole),
    };
    Ok(match office {
        Some(office) => TrustFolder::of_office(path, office.identity()),
        None => TrustFolder::new(path),
    })
}

/// The office that the working folder belongs to, where it belongs to one.
pub fn here() -> Result<Option<Office>, Failure> {
    the_office(&OfficeArg { office: None })
}

fn add_anchors(trust: &mut TrustStore, path: &Path) -> Result<(), Failure> {
    let bytes = read_bounded(path, MAX_TRUST)?;
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let folder = trust_folder(folder)?;
    folder.add_entry_to(path, &bytes, trust).map_err(|cause| match cause {
        TrustFolderError::Content(cause) => {
            let (path, Message { vi, en }) = (path.display(), cause.words());
            Failure::new(
                cause.kind(),
                message!(
                    "{path} không phải tệp chứng thư hay danh sách tin cậy: {vi}",
                    "{path} is not a file of certificates or a trusted list: {en}"
                ),
            )
        }
        cause => cause.into(),
    })
}

/// The certificate in the file at `path`, and those that lead to its root.
pub fn certificates(path: &Path) -> Result<(Certificate, Vec<Certificate>), Failure> {
    let mut chain = keys::read_certificates(path)?;
    if chain.is_empty() {
        return Err(KeyError::NotACertificate(path.to_owned()).into());
    }
    Ok((chain.remove(0), chain))
}

/// The key file at `key` with its certificate.
pub fn key_file(
    key: &Path,
    certificate_file: Option<&Path>,
    time: OffsetDateTime,
    args: &PassphraseArgs,
    console: &Console,
) -> Result<FileSigner, Failure> {
    let certificate_file = certificate_file.map_or_else(|| key.with_extension("crt"), Path::to_owned);
    let (certificate, chain) = certificates(&certificate_file)?;
    let key = passphrase::open(key, args, console)?;
    Ok(FileSigner::new(key, certificate, chain, time)?)
}

/// The key file or the token that signs.
pub fn signer(
    args: &SignerArgs,
    time: OffsetDateTime,
    console: &Console,
) -> Result<Box<dyn Signer>, Failure> {
    if let Some(key) = &args.key {
        return Ok(Box::new(key_file(key, args.cert.as_deref(), time, &args.passphrase, console)?));
    }
    let Some(module) = &args.token else {
        return Err(Failure::new(
            Refusal::Usage,
            message!(
                "chưa chọn khóa để ký: --key KEY, --token MODULE, hoặc --prepare để ký trên máy khác",
                "sign with what? --key KEY, --token MODULE, or --prepare to sign elsewhere"
            ),
        ));
    };
    let given = match &args.cert {
        Some(path) => keys::read_certificates(path)?,
        None => Vec::new(),
    };
    let key =
        token_key(module, args.token_label.as_deref(), args.key_label.as_deref(), &args.passphrase, console)?;
    Ok(Box::new(TokenSigner::new(key, given, time)?))
}

/// A key in the token of the PKCS#11 module `module`.
pub fn token_key(
    module: &Path,
    token: Option<&str>,
    key: Option<&str>,
    args: &PassphraseArgs,
    console: &Console,
) -> Result<TokenKey, Failure> {
    let choice = TokenChoice {
        module: module.to_owned(),
        token: token.map(str::to_owned),
        key: key.map(str::to_owned),
    };
    Ok(TokenKey::open(&choice, &passphrase::pin(args, console)?)?)
}

/// The register of `office`, to read.
pub async fn register(office: &Office) -> Result<Register, Failure> {
    let register = office.reading(Register::open_to_read(office.register()).await?)?;
    register.check_origin().await?;
    Ok(register)
}

/// The register of `office`, to write: its key signs the log.
pub async fn writing_register(office: &Office) -> Result<Register, Failure> {
    let key = KeyFile::read(&office.register_key())?.open(None)?;
    let register = office.writing(Register::open(office.register()).await?, key)?;
    register.check_origin().await?;
    Ok(register)
}

/// Runs what the register and its database do.
pub fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| Failure::disk(Path::new("tokio"), &cause))?;
    Ok(runtime.block_on(future))
}
