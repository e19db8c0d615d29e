//! A PostgreSQL of its own for one test: Debian's, on a loopback port, with a password.

#![allow(dead_code, reason = "every test program uses some of it")]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use vanthu_register::Database;

pub const PASSWORD: &str = "mat khau cua so";

/// It starts long before, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often it is started where its port was taken by somebody else.
const ATTEMPTS: usize = 5;

/// A server that ends with the test.
pub struct Server {
    data: TempDir,
    port: u16,
    process: Child,
}

impl Server {
    pub fn start() -> Server {
        let data = tempfile::Builder::new().prefix("vanthu-pg-").tempdir_in("/tmp").unwrap();
        fs::set_permissions(data.path(), fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(data.path().join("password"), PASSWORD).unwrap();
        if let Some((user, group)) = other_user() {
            chown(data.path(), Some(user), Some(group)).unwrap();
            chown(data.path().join("password"), Some(user), Some(group)).unwrap();
        }
        let cluster = data.path().join("cluster");
        let password = data.path().join("password");
        let made = command("initdb")
            .args(["--username=clerk", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"])
            .arg(format!("--pgdata={}", cluster.display()))
            .arg(format!("--pwfile={}", password.display()))
            .current_dir(data.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = free_port();
        let process = run(data.path(), port);
        let mut server = Server { data, port, process };
        // Somebody else may have taken the port meanwhile: another one will do.
        let is_up = (0..ATTEMPTS).any(|_| {
            server.is_up() || {
                server.port = free_port();
                server.process = run(server.data.path(), server.port);
                false
            }
        });
        assert!(is_up, "PostgreSQL ended at once");
        server
    }

    /// Kills the server with all its processes, as a power cut does, and starts it again.
    pub fn crash(&mut self) {
        // The leader's death by SIGQUIT ends its children at once, without a checkpoint.
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-QUIT", &pid]).status().unwrap().success());
        self.process.wait().unwrap();
        let is_up = (0..ATTEMPTS).any(|_| {
            self.process = run(self.data.path(), self.port);
            self.is_up()
        });
        assert!(is_up, "PostgreSQL ended at once");
    }

    /// The address without the password.
    pub fn address(&self) -> String {
        format!("postgres://clerk@127.0.0.1:{}/postgres", self.port)
    }

    pub fn database(&self) -> Database {
        let password = PASSWORD.replace(' ', "%20");
        Database::Server(format!("postgres://clerk:{password}@127.0.0.1:{}/postgres", self.port))
    }

    /// Runs statements as the database's owner.
    pub fn sql(&self, statements: &str) {
        let psql = Command::new(bin("psql"))
            .args(["-v", "ON_ERROR_STOP=1", "-q", "-d", &self.address(), "-c", statements])
            .env("PGPASSWORD", PASSWORD)
            .output()
            .unwrap();
        assert!(psql.status.success(), "{}", String::from_utf8_lossy(&psql.stderr));
    }

    /// What a question is answered with, as text.
    pub fn asked(&self, question: &str) -> String {
        let psql = Command::new(bin("psql"))
            .args(["-v", "ON_ERROR_STOP=1", "-q", "-A", "-t", "-d", &self.address(), "-c", question])
            .env("PGPASSWORD", PASSWORD)
            .output()
            .unwrap();
        assert!(psql.status.success(), "{}", String::from_utf8_lossy(&psql.stderr));
        String::from_utf8(psql.stdout).unwrap().trim().to_owned()
    }

    /// Waits until it takes connections; whether it does, or has ended instead.
    fn is_up(&mut self) -> bool {
        let until = Instant::now() + PATIENCE;
        loop {
            let ready = Command::new(bin("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
                .status()
                .unwrap();
            if self.process.try_wait().unwrap().is_some() {
                return false;
            }
            if ready.success() {
                return true;
            }
            assert!(Instant::now() < until, "PostgreSQL did not start");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn run(data: &Path, port: u16) -> Child {
    command("postgres")
        .arg("-D")
        .arg(data.join("cluster"))
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k", ""])
        .current_dir(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// PostgreSQL refuses to run as root.
fn command(name: &str) -> Command {
    let Some((user, group)) = other_user() else {
        return Command::new(bin(name));
    };
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
    command.arg(bin(name));
    command
}

fn other_user() -> Option<(u32, u32)> {
    let id = |flag: &str, name: &[&str]| -> Option<u32> {
        let output = Command::new("id").arg(flag).args(name).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    (id("-u", &[])? == 0).then_some(())?;
    Some((id("-u", &["postgres"])?, id("-g", &["postgres"])?))
}

fn bin(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.map(|version| version.path().join("bin").join(name)).find(|path| path.exists());
    found.unwrap_or_else(|| panic!("{name} is missing: run tests/judges/setup.sh"))
}
