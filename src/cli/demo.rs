//! `vanthu demo`: the whole way once, by the same commands that a person would give.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use secrecy::ExposeSecret;

use super::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::explain::Refusal;
use crate::file::{Existing, Staged};
use crate::message;
use crate::office::CONFIG_FILE;

/// The report that the demonstration issues: 201/BC-UBND of Hòa An district.
const EXAMPLE: &str = include_str!("../../examples/201-bc-ubnd.json");
/// What every certificate of the demonstration says of itself.
const MARK: &str = "DEMO - danh tính trình diễn, không có giá trị pháp lý";

type RunLine<'a> = dyn Fn(&[&str]) -> Result<Exit, Failure> + 'a;

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The folder to work in; it must not be an office yet.
    #[arg(long, default_value = "vanthu-demo", value_name = "DIR")]
    pub out: PathBuf,
}

/// `run_line` runs one command line of the program, without the program's name.
pub fn run(args: &DemoArgs, console: &Console, run_line: &RunLine<'_>) -> Result<Exit, Failure> {
    let out = &args.out;
    let config = out.join(CONFIG_FILE);
    if config.try_exists().map_err(|cause| Failure::disk(&config, &cause))? {
        let folder = out.display();
        return Err(Failure::new(
            Refusal::Environment,
            message!(
                "{folder} đã có một cơ quan; chọn thư mục khác bằng --out, hoặc xóa thư mục này",
                "there is an office in {folder} already; choose another folder with --out, or delete this one"
            ),
        ));
    }
    fs::create_dir_all(out).map_err(|cause| Failure::disk(out, &cause))?;
    let at = |name: &str| out.join(name).display().to_string();
    let office = out.display().to_string();
    let document = at("201-bc-ubnd.json");
    write(Path::new(&document), EXAMPLE.as_bytes())?;

    console.step(&message!("1. Lập cơ quan", "1. Set up an office"));
    #[rustfmt::skip]
    vanthu(console, run_line, &[
        "init", &office, "--name", "ỦY BAN NHÂN DÂN", "--name", "HUYỆN HÒA AN",
        "--abbreviation", "UBND", "--place", "Hòa An", "--first", "2020=201",
    ])?;

    console.step(&message!(
        "2. Tạo khóa và chứng thư thử nghiệm",
        "2. Make keys and certificates to try it with"
    ));
    let passphrase = at("keys/passphrase.txt");
    write_secret(Path::new(&passphrase))?;
    #[rustfmt::skip]
    vanthu(console, run_line, &[
        "keys", "new", "root", "--root", "--common-name", "DEMO - Chứng thư gốc UBND huyện Hòa An",
        "--unit", MARK, "--office", &office, "--passphrase-file", &passphrase,
    ])?;
    #[rustfmt::skip]
    vanthu(console, run_line, &[
        "keys", "new", "chairman", "--issuer", "root", "--common-name", "DEMO - Người ký trình diễn",
        "--title", "Chủ tịch (trình diễn)", "--unit", MARK, "--office", &office, "--passphrase-file", &passphrase,
    ])?;

    #[rustfmt::skip]
    vanthu(console, run_line, &[
        "keys", "new", "agency", "--issuer", "root", "--common-name", "DEMO - Cơ quan trình diễn",
        "--unit", MARK, "--office", &office, "--passphrase-file", &passphrase,
    ])?;

    console.step(&message!(
        "3. Kiểm tra văn bản, cấp số, vào sổ, dàn trang",
        "3. Check the document, number, register, lay out"
    ));
    let report = at("201-BC-UBND.pdf");
    vanthu(console, run_line, &["issue", &document, "--office", &office, "-o", &report])?;

    console.step(&message!(
        "4. Hai chữ ký: người có thẩm quyền, cơ quan",
        "4. Two signatures: the authorised person, the agency"
    ));
    let [signed, done] = ["201-BC-UBND.signed.pdf", "201-BC-UBND.final.pdf"].map(at);
    for (role, key, from, to) in
        [("signer", "chairman", &report, &signed), ("agency", "agency", &signed, &done)]
    {
        let key = at(&format!("keys/{key}.key"));
        #[rustfmt::skip]
        vanthu(console, run_line, &[
            "sign", from, "--as", role, "--key", &key, "--passphrase-file", &passphrase, "--office", &office,
            "-o", to,
        ])?;
    }

    console.step(&message!("5. Kiểm tra như người nhận", "5. Verify as the recipient does"));
    let trust = ["keys/root.crt", "register.vkey"].map(at);
    let [root, register] = &trust;
    let verdict = vanthu(console, run_line, &["verify", &done, "--trust", root, "--trust", register])?;
    console.step(&message!("Mở tệp {done}.", "Open {done}."));
    Ok(verdict)
}

/// Runs one command as if it had been typed, and shows it.
fn vanthu(console: &Console, run_line: &RunLine<'_>, arguments: &[&str]) -> Result<Exit, Failure> {
    let shown: Vec<String> = arguments.iter().map(|argument| quoted(argument)).collect();
    let shown = shown.join(" ");
    console.step(&message!("   $ vanthu {shown}", "   $ vanthu {shown}"));
    run_line(arguments)
}

fn quoted(argument: &str) -> String {
    if argument.contains(' ') { format!("'{argument}'") } else { argument.to_owned() }
}

/// A random passphrase for the demonstration's keys, in a file that only its owner may read.
fn write_secret(path: &Path) -> Result<(), Failure> {
    let passphrase = crate::keys::passphrase::random()?;
    let line = zeroize::Zeroizing::new(format!("{}\n", passphrase.expose_secret()));
    Staged::write(path, line.as_bytes())
        .and_then(|staged| staged.place_private(Existing::Keep))
        .map_err(|cause| Failure::disk(path, &cause))?;
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    crate::file::write(path, bytes, Existing::Replace).map_err(|cause| Failure::disk(path, &cause))?;
    Ok(())
}
