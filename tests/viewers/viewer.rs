//! Four viewers as processes that draw one file after the other, in grey at a low resolution.
//!
//! In goes the length of a file as a line, then the file. Out comes `pages N` and for each page a line with width and
//! height and one byte a pixel; or `error LENGTH` and why the viewer refuses the file.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::judges;
use crate::picture::Picture;

/// Pixels to an inch.
const DOTS: &str = "48";
/// How long a viewer may take for one file.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that people look at PDFs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Of Evince and Okular.
    Poppler,
    /// Of SumatraPDF.
    MuPdf,
    /// Of Chrome and Edge.
    Pdfium,
    /// Of Firefox.
    PdfJs,
}

impl Program {
    pub const ALL: [Program; 4] = [Program::Poppler, Program::MuPdf, Program::Pdfium, Program::PdfJs];

    fn command(self) -> Command {
        let here = judges::project().join("tests/viewers");
        let python = |script: &str| {
            let mut command = judges::python();
            command.arg(here.join(script)).arg(DOTS);
            command
        };
        match self {
            Program::Poppler => python("poppler_viewer.py"),
            Program::MuPdf => python("mupdf_viewer.py"),
            Program::Pdfium => python("pdfium_viewer.py"),
            Program::PdfJs => {
                let mut command = Command::new("node");
                command.arg(here.join("pdfjs_viewer.mjs"));
                command.arg(judges::project().join("target/judges/viewers")).arg(DOTS);
                command
            }
        }
    }
}

/// What a viewer makes of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Drawn {
    Pages(Vec<Picture>),
    /// In its own words.
    Refused(String),
    /// It neither drew nor refused in the time that it had, or it fell over.
    Lost,
}

/// A viewer that waits for files.
pub struct Viewer {
    pub program: Program,
    running: Option<Running>,
}

struct Running {
    child: Child,
    files: ChildStdin,
    drawn: Receiver<Drawn>,
}

impl Viewer {
    pub fn new(program: Program) -> Viewer {
        Viewer { program, running: None }
    }

    /// Draws the PDF `file`.
    ///
    /// A viewer that can't be started ends the test: a look that was not taken is no look.
    pub fn draw(&mut self, file: &[u8]) -> Drawn {
        let running = self.running.get_or_insert_with(|| Running::start(self.program));
        let sent = writeln!(running.files, "{}", file.len()).and_then(|()| running.files.write_all(file));
        let drawn = match sent.and_then(|()| running.files.flush()) {
            Ok(()) => running.drawn.recv_timeout(PATIENCE),
            Err(_) => Err(RecvTimeoutError::Disconnected),
        };
        drawn.unwrap_or_else(|_| {
            self.running = None;
            Drawn::Lost
        })
    }
}

impl Running {
    fn start(program: Program) -> Running {
        let mut command = program.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let missing = |cause| panic!("{program:?} can't be started: {cause}; run tests/judges/setup.sh");
        let mut child = command.spawn().unwrap_or_else(missing);
        let (files, pages) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, drawn) = channel();
        thread::spawn(move || {
            let mut pages = BufReader::new(pages);
            while let Some(answer) = answer(&mut pages) {
                if sender.send(answer).is_err() {
                    return;
                }
            }
        });
        Running { child, files, drawn }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The next answer of a viewer; `None` when it has ended.
fn answer(pages: &mut impl BufRead) -> Option<Drawn> {
    match numbered(pages, "pages")? {
        Ok(count) => (0..count).map(|_| picture(pages)).collect::<Option<_>>().map(Drawn::Pages),
        Err(length) => Some(Drawn::Refused(String::from_utf8_lossy(&bytes(pages, length)?).into_owned())),
    }
}

/// The number in a line that begins with `word`, or with another word.
fn numbered(pages: &mut impl BufRead, word: &str) -> Option<Result<usize, usize>> {
    let mut line = String::new();
    pages.read_line(&mut line).ok()?;
    let (kind, number) = line.trim_end().split_once(' ')?;
    let number = number.parse().ok()?;
    Some(if kind == word { Ok(number) } else { Err(number) })
}

fn picture(pages: &mut impl BufRead) -> Option<Picture> {
    let mut line = String::new();
    pages.read_line(&mut line).ok()?;
    let (width, height) = line.trim_end().split_once(' ')?;
    let (width, height) = (width.parse().ok()?, height.parse().ok()?);
    Some(Picture { width, height, grey: bytes(pages, width * height)? })
}

fn bytes(pages: &mut impl Read, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    pages.read_exact(&mut bytes).ok()?;
    Some(bytes)
}
