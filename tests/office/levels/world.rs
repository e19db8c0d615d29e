//! An office whose people have certificates of two authorities on loopback (servers.py).

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::judges;
use crate::office::Office;

/// How far the clock is moved: past the end of all but the roots and one time-stamping authority.
const LATER: Duration = Duration::days(30);

/// An office with the keys `chair` (Ed25519, certified by Certomancer) and `seal` (P-256, certified by OpenSSL),
/// which believes both authorities, and has issued `01-BC-UBND.pdf`.
pub struct World {
    pub office: Office,
    server: Child,
    /// The servers' address.
    pub base: String,
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop();
    }
}

impl World {
    pub fn new() -> World {
        let office = Office::new();
        let folder = office.path("servers");
        fs::create_dir(&folder).unwrap();
        for (name, common_name, algorithm) in
            [("chair", "Nguyễn Văn A", "ed25519"), ("seal", "UBND huyện Hòa An", "p256")]
        {
            office.ok(&["keys", "csr", name, "--common-name", common_name, "--algorithm", algorithm]);
            let request = format!("{name}.csr");
            fs::copy(office.path("keys").join(&request), folder.join(request)).unwrap();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office/levels/servers.py");
        let mut server = judges::python().arg(script).arg(&folder).stdout(Stdio::piped()).spawn().unwrap();
        let mut base = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut base).unwrap();
        let world = World { office, server, base: base.trim().to_owned() };
        let roots = ["certomancer", "openssl", "stamps"].map(|name| format!("servers/{name}/root.pem"));
        for root in &roots {
            world.office.ok(&["trust", "add", root, "--yes", "--for-all"]);
        }
        let roots = roots.map(|root| fs::read(world.office.path(&root)).unwrap()).concat();
        fs::write(world.office.path("roots.pem"), roots).unwrap();
        world.certify("chair", "certomancer/chair");
        world.certify("seal", "openssl/seal");
        world.office.draft("draft.json", "Kết quả phong trào thi đua");
        world.office.ok(&["issue", "draft.json"]);
        world
    }

    /// Ends the servers.
    pub fn stop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    /// Gives the key `name` another certificate of the authorities.
    pub fn certify(&self, name: &str, certificate: &str) {
        let file = format!("servers/{certificate}.pem");
        self.office.ok(&["keys", "import-cert", name, &file, "--force"]);
    }

    /// The address of a time-stamping authority.
    pub fn authority(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }

    /// Has the office sign at `level`, and ask these authorities for the time.
    pub fn configure(&self, level: &str, authorities: &[&str]) {
        let addresses: Vec<String> = authorities.iter().map(|name| self.authority(name)).collect();
        let path = self.office.path("vanthu.toml");
        let text = fs::read_to_string(&path).unwrap();
        let begins = text.find("\n[signing]").unwrap_or(text.len());
        let (text, addresses) = (&text[..begins], serde_json::to_string(&addresses).unwrap());
        let section = format!("\n[signing]\nlevel = \"{level}\"\ntime_stamping = {addresses}\n");
        fs::write(path, format!("{text}{section}")).unwrap();
    }

    /// Signs as the chairman.
    #[track_caller]
    pub fn sign(&self, file: &str, to: &str, more: &[&str]) {
        let arguments = ["sign", file, "--key", "keys/chair.key", "--private-hosts", "-o", to];
        self.office.ok(&[&arguments, more].concat());
    }

    /// Signs as the agency.
    #[track_caller]
    pub fn seal(&self, file: &str, to: &str, more: &[&str]) {
        let arguments =
            ["sign", file, "--as", "agency", "--key", "keys/seal.key", "--private-hosts", "-o", to];
        self.office.ok(&[&arguments, more].concat());
    }

    /// Extends `file`.
    #[track_caller]
    pub fn extend(&self, file: &str, to: &str, more: &[&str]) {
        self.office.ok(&[&["extend", file, "--private-hosts", "-o", to], more].concat());
    }

    /// The verdict of `vanthu verify`, by the file alone and the office's trust.
    pub fn verdict(&self, file: &str, more: &[&str]) -> Value {
        self.office.json(&[&["verify", file, "--require", "any", "--json"], more].concat())
    }

    /// All judges are content with `file`, and its signatures have the `levels`; what it lacks is asked for where
    /// that is what the level leaves open.
    #[track_caller]
    pub fn assert_good(&self, file: &str, levels: &[&str]) {
        let lasting = levels.iter().all(|level| matches!(*level, "B-LT" | "B-LTA"));
        let asked: &[&str] = if lasting { &[] } else { &["--online", "--private-hosts"] };
        let verdict = self.verdict(file, asked);
        assert_eq!(levels_of(&verdict), levels, "{verdict:#}");
        let (path, roots) = (self.office.path(file), self.office.path("roots.pem"));
        if lasting {
            self.assert_proven(file, &moment(Duration::ZERO), levels.len());
        } else {
            for one in judges::pyhanko_at(&path, &roots, &moment(Duration::ZERO)) {
                let is_good = one["bottom_line"] == true && one["docmdp_ok"] == true;
                assert!(is_good, "{one:#}");
            }
        }
        judges::assert_sound_for_qpdf(&path);
        judges::assert_pdfa_3a_and_ua_1(&path);
    }

    /// pyHanko and this program are content with `file` when all but the roots and one time-stamping authority
    /// have ended, without asking anybody.
    #[track_caller]
    pub fn assert_good_later(&self, file: &str, levels: &[&str]) {
        let at = moment(LATER);
        let verdict = self.verdict(file, &["--at", &at]);
        assert_eq!(levels_of(&verdict), levels, "{verdict:#}");
        let signatures = self.assert_proven(file, &at, levels.len());
        assert!(signatures.iter().all(|one| one["archived"].is_string()), "{signatures:#?}");
    }

    /// Neither is content with it then.
    #[track_caller]
    pub fn assert_not_good_later(&self, file: &str) {
        let at = moment(LATER);
        let verdict = self.verdict(file, &["--at", &at]);
        assert!(!is_valid(&verdict), "{verdict:#}");
        let answer = judges::pyhanko_ltv(&self.office.path(file), &self.office.path("roots.pem"), &at);
        let signatures = answer["signatures"].as_array().unwrap();
        assert!(signatures.iter().all(|one| one["indication"] != "PASSED"), "{answer:#}");
    }

    #[track_caller]
    fn assert_proven(&self, file: &str, at: &str, count: usize) -> Vec<Value> {
        let answer = judges::pyhanko_ltv(&self.office.path(file), &self.office.path("roots.pem"), at);
        let signatures = answer["signatures"].as_array().unwrap();
        let passed =
            |one: &Value| one["indication"] == "PASSED" && one["intact"] == true && one["docmdp_ok"] == true;
        assert!(signatures.len() == count && signatures.iter().all(passed), "{answer:#}");
        signatures.clone()
    }

    /// How much the store of `file` holds, of `certs`, `crls` and `ocsps`.
    pub fn store(&self, file: &str) -> Value {
        let (path, roots) = (self.office.path(file), self.office.path("roots.pem"));
        judges::pyhanko_ltv(&path, &roots, &moment(Duration::ZERO))["store"].clone()
    }

    pub fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.office.path(file)).unwrap()
    }

    /// The bytes of `old` are the beginning of `new`, and something follows.
    #[track_caller]
    pub fn assert_follows(&self, old: &str, new: &str) {
        let (old, new) = (self.read(old), self.read(new));
        assert!(new.len() > old.len() && new.starts_with(&old));
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.office.path(file)
    }
}

/// The levels of the signatures of a file that is valid; nothing where it is not.
pub fn levels_of(verdict: &Value) -> Vec<&str> {
    if !is_valid(verdict) {
        return Vec::new();
    }
    let signatures = verdict["signatures"].as_array().unwrap().iter();
    let signatures = signatures.filter(|one| one["kind"] == "signature");
    signatures.map(|one| one["level"].as_str().unwrap()).collect()
}

pub fn is_valid(verdict: &Value) -> bool {
    matches!(verdict["verdict"].as_str(), Some("valid" | "valid_extended"))
}

/// The names of the authorities whose time-stamps the file has, signatures' and its own, in their order.
pub fn authorities_of(verdict: &Value) -> Vec<&str> {
    let signatures = verdict["signatures"].as_array().unwrap().iter();
    let stamps = signatures.flat_map(|one| one["time_stamps"].as_array().unwrap());
    stamps.map(|stamp| stamp["authority"]["subject"]["common_name"].as_str().unwrap()).collect()
}

/// The time `ahead` from now, RFC 3339.
pub fn moment(ahead: Duration) -> String {
    (OffsetDateTime::now_utc() + ahead).format(&Rfc3339).unwrap()
}
