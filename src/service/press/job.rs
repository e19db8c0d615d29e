//! One job: what a worker is asked, and its answer.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::diagnostic::{Diagnostic, Position};
use crate::document::{MAX_FILES, MAX_SOURCE, StyleChoice};
use crate::issue::compose::LaidOutParts;
use crate::qr::Address;

/// The most bytes of a document and its files together.
pub(crate) const MAX_QUESTION: u64 = (MAX_SOURCE + MAX_FILES + 1) as u64;
/// The most bytes of what is made of them.
pub(crate) const MAX_ANSWER: u64 = 512 << 20;

/// What a worker is asked. The document follows, and the files that came along.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PressQuestion {
    pub task: Task,
    /// What the office chooses where the document says nothing.
    pub style: StyleChoice,
    /// The day on which the document is read.
    pub today: Option<Date>,
    /// The names of the files.
    pub files: Vec<String>,
}

/// What is to be done with a document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Task {
    /// Say what is wrong with it.
    Check,
    /// Give its canonical JSON, if it can be issued.
    Accept,
    /// Draw it as a draft, as `vanthu render` does.
    Render {
        form: PressFormat,
        #[serde(with = "time::serde::rfc3339")]
        time: OffsetDateTime,
    },
    /// Lay it out under a number.
    LayOut {
        number: u32,
        /// Where the code on it leads, where it has one.
        page: Option<Address>,
        #[serde(with = "time::serde::rfc3339")]
        time: OffsetDateTime,
    },
}

/// In which form a document is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PressFormat {
    /// PDF, with the appendices that are files of their own.
    Pdf,
    /// One page as PNG.
    Png {
        /// The number of the page, from 0.
        page: usize,
        /// In how many pixels an inch it is drawn.
        resolution: Resolution,
    },
}

/// Pixels an inch, from 10 to 600; 144 otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Resolution(u16);

impl Resolution {
    /// The number of pixels an inch.
    pub fn pixels_per_inch(self) -> f32 {
        self.0.into()
    }
}

impl Default for Resolution {
    fn default() -> Resolution {
        Resolution(144)
    }
}

/// A resolution that no page is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} pixels an inch: from 10 to 600 is possible")]
pub struct NotAResolution(u16);

impl TryFrom<u16> for Resolution {
    type Error = NotAResolution;

    fn try_from(number: u16) -> Result<Resolution, NotAResolution> {
        if (10..=600).contains(&number) { Ok(Resolution(number)) } else { Err(NotAResolution(number)) }
    }
}

impl From<Resolution> for u16 {
    fn from(resolution: Resolution) -> u16 {
        resolution.0
    }
}

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum PressAnswer {
    /// The document is refused.
    Rejected(Vec<PressFinding>),
    /// It can be read; what a person has still to fill in or to look at.
    Checked { fills: Vec<PressFinding>, warnings: Vec<PressFinding> },
    /// It can be issued; its canonical JSON follows.
    Accepted { warnings: Vec<PressFinding> },
    /// It is drawn; the file follows, and the appendices with these places (from 0).
    Rendered { fills: Vec<PressFinding>, warnings: Vec<PressFinding>, pages: usize, appendices: Vec<usize> },
    /// It has fewer pages than that.
    NoPage { page: usize, count: usize },
    /// It is laid out; Typst's PDF follows, and the appendices with these places (from 0).
    LaidOut { report: LaidOutParts, appendices: Vec<usize> },
    /// The program is at fault.
    Fault(String),
}

/// A finding with what its JSON leaves out: the bytes of its place.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PressFinding {
    told: Diagnostic,
    bytes: Option<(usize, usize)>,
}

impl From<Diagnostic> for PressFinding {
    fn from(told: Diagnostic) -> PressFinding {
        PressFinding { bytes: told.position.map(|at| (at.start, at.end)), told }
    }
}

impl From<PressFinding> for Diagnostic {
    fn from(PressFinding { told, bytes }: PressFinding) -> Diagnostic {
        let place = told.position.zip(bytes);
        Diagnostic { position: place.map(|(at, (start, end))| Position { start, end, ..at }), ..told }
    }
}

/// Findings as they travel, or as they are read.
pub(crate) fn all<A, B: From<A>>(findings: Vec<A>) -> Vec<B> {
    findings.into_iter().map(B::from).collect()
}
