//! Where passphrases come from: a file, a file descriptor, the environment, or the person.

use std::env::VarError;
use std::io::{self, IsTerminal};
use std::path::Path;

use secrecy::SecretString;

use super::console::Console;
use super::flags::PassphraseArgs;
use crate::cli::failure::Failure;
use crate::explain::Refusal;
use crate::keys::KeyFile;
use crate::keys::{PrivateKey, passphrase};
use crate::lang::Message;
use crate::message;

/// The environment variable that holds a passphrase for scripts.
const VARIABLE: &str = "VANTHU_PASSPHRASE";

/// Opens the key file at `path`.
pub fn open(path: &Path, args: &PassphraseArgs, console: &Console) -> Result<PrivateKey, Failure> {
    let file = KeyFile::read(path)?;
    if !file.is_encrypted() {
        return Ok(file.open(None)?);
    }
    let given = given(args)?;
    let shown = path.display();
    let passphrase = match given {
        Some(passphrase) => Some(passphrase),
        None => ask(&message!("Mật khẩu của {shown}: ", "Passphrase for {shown}: "), console)?,
    };
    Ok(file.open(passphrase.as_ref())?)
}

/// The PIN of a token.
pub fn pin(args: &PassphraseArgs, console: &Console) -> Result<SecretString, Failure> {
    let asked = match given(args)? {
        Some(given) => Some(given),
        None => ask(&message!("Mã PIN của thiết bị: ", "The token's PIN: "), console)?,
    };
    asked.ok_or_else(|| {
        Failure::new(
            Refusal::Key,
            message!(
                "cần mã PIN của thiết bị: dùng --passphrase-file, --passphrase-fd hoặc biến {VARIABLE}",
                "the token's PIN is needed: use --passphrase-file, --passphrase-fd or the variable {VARIABLE}"
            ),
        )
    })
}

/// A new passphrase, asked for twice where a person types it.
pub fn choose(name: &str, args: &PassphraseArgs, console: &Console) -> Result<SecretString, Failure> {
    if let Some(given) = given(args)? {
        return checked(given);
    }
    let first = ask(&message!("Đặt mật khẩu cho {name}.key: ", "New passphrase for {name}.key: "), console)?;
    let again = ask(&message!("Nhập lại: ", "Again: "), console)?;
    match (first, again) {
        (Some(first), Some(again)) if same(&first, &again) => checked(first),
        (Some(_), Some(_)) => Err(Failure::new(
            Refusal::Key,
            message!("hai lần nhập không giống nhau", "the two passphrases differ"),
        )),
        _ => Err(Failure::new(
            Refusal::Key,
            message!(
                "cần mật khẩu cho {name}.key: dùng --passphrase-file, --passphrase-fd, biến {VARIABLE}, hoặc --no-passphrase",
                "{name}.key needs a passphrase: use --passphrase-file, --passphrase-fd, the variable {VARIABLE}, or --no-passphrase"
            ),
        )),
    }
}

fn checked(passphrase: SecretString) -> Result<SecretString, Failure> {
    use secrecy::ExposeSecret;
    if passphrase.expose_secret().is_empty() {
        return Err(Failure::new(Refusal::Key, message!("mật khẩu trống", "the passphrase is empty")));
    }
    Ok(passphrase)
}

fn same(a: &SecretString, b: &SecretString) -> bool {
    use secrecy::ExposeSecret;
    a.expose_secret() == b.expose_secret()
}

/// The passphrase that the flags or the environment give.
fn given(args: &PassphraseArgs) -> Result<Option<SecretString>, Failure> {
    if let Some(path) = &args.passphrase_file {
        return Ok(Some(passphrase::read(path)?));
    }
    if let Some(descriptor) = args.passphrase_fd {
        return Ok(Some(passphrase::read(Path::new(&format!("/dev/fd/{descriptor}")))?));
    }
    match std::env::var(VARIABLE) {
        Ok(given) => Ok(Some(SecretString::from(given))),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::new(
            Refusal::Key,
            message!("biến {VARIABLE} không phải UTF-8", "the variable {VARIABLE} is not UTF-8"),
        )),
    }
}

/// Asks the person, where there is one at the terminal.
fn ask(prompt: &Message, console: &Console) -> Result<Option<SecretString>, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let typed = rpassword::prompt_password(prompt.in_lang(console.lang()))
        .map_err(|cause| Failure::disk(Path::new("/dev/tty"), &cause))?;
    Ok(Some(SecretString::from(typed)))
}
