//! Files that others wrote: what is lawful must not be called forged.

use std::path::PathBuf;
use std::process::Command;

use vanthu_verify::certificate;

use crate::judges;
use crate::signature::Office;

/// The file as pyHanko signs it for the chairman, in the field `field`.
pub fn signed_by_pyhanko(office: &Office, file: &[u8], field: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("in.pdf"), file).unwrap();
    office.chairman.key.write(&path("chairman.key"), None).unwrap();
    for (name, identity) in [("chairman.crt", &office.chairman), ("root.crt", &office.root)] {
        let pem = certificate::to_pem(std::slice::from_ref(&identity.certificate)).unwrap();
        std::fs::write(path(name), pem).unwrap();
    }
    let root = judges::project();
    let python = root.join("target/judges/venv/bin/python");
    let mut command = Command::new(python);
    command.arg(root.join("tests/verify/sign_with_pyhanko.py"));
    command.args([path("in.pdf"), path("out.pdf"), field.into(), path("chairman.key")]);
    command.args([path("chairman.crt"), path("root.crt")]);
    run(command);
    std::fs::read(path("out.pdf")).unwrap()
}

/// The file as qpdf writes it anew.
pub fn rewritten_by_qpdf(file: &[u8], arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (source, target): (PathBuf, PathBuf) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&source, file).unwrap();
    let mut command = Command::new("qpdf");
    command.args(arguments).args([&source, &target]);
    run(command);
    std::fs::read(&target).unwrap()
}

fn run(mut command: Command) {
    match command.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)),
        Err(cause) => panic!("{command:?}: {cause}; run tests/judges/setup.sh"),
    }
}
