//! `vanthu serve` as people start it, for as long as a test needs it.

#![allow(dead_code, reason = "every test file uses some of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

pub struct Running {
    child: Child,
    pub address: String,
    errors: BufReader<ChildStderr>,
}

impl Running {
    pub fn start(folder: &Path, arguments: &[&str]) -> Running {
        Running::start_in(folder, arguments, &[])
    }

    /// The same, with what the environment says besides.
    pub fn start_in(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .args(["--lang", "en", "serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .current_dir(folder)
            .envs(environment.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("The page is at") {
            line.clear();
            assert!(errors.read_line(&mut line).unwrap() > 0, "it ended");
        }
        let address = line.split_once("://").unwrap().1.split('/').next().unwrap().to_owned();
        Running { child, address, errors }
    }

    pub fn pid(&self) -> String {
        self.child.id().to_string()
    }

    pub fn ask(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Ends it as a system does, and gives what it logged.
    pub fn end(mut self) -> String {
        let done = Command::new("kill").args(["-TERM", &self.pid()]).status().unwrap();
        assert!(done.success());
        assert!(self.child.wait().unwrap().success());
        let mut log = String::new();
        self.errors.read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended as it should.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
