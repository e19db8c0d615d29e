//! The flags that several commands of `vanthu register` share: one document, or some of them.

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::flags::OfficeArg;
use crate::explain::Refusal;
use crate::message;
use crate::register::{Entry, Register};

/// Which lines of the register.
#[derive(Debug, Args)]
pub struct RegisterFilterArgs {
    /// Only those of this year.
    #[arg(long)]
    pub year: Option<i32>,
    /// Only those of this kind: its name (with or without diacritics), or its abbreviation in the notation.
    #[arg(long)]
    pub kind: Option<String>,
    /// Only those of this series.
    #[arg(long)]
    pub series: Option<String>,
}

/// One document of the register.
#[derive(Debug, Args)]
pub struct RegisterCodeArgs {
    /// Its number and notation, such as 201/BC-UBND.
    pub code: String,
    /// Its year, where several have that number and notation.
    #[arg(long)]
    pub year: Option<i32>,
    /// Its series, where an older register gave two documents of a year that number and notation.
    #[arg(long)]
    pub series: Option<String>,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// The one entry that `asked` names.
pub async fn entry(register: &Register, asked: &RegisterCodeArgs) -> Result<Entry, Failure> {
    let code = &asked.code;
    let found = register.find_code(code).await?;
    let is_asked = |entry: &Entry| {
        asked.year.is_none_or(|year| year == entry.key.year)
            && asked.series.as_ref().is_none_or(|series| *series == entry.key.series)
    };
    let mut found: Vec<Entry> = found.into_iter().filter(is_asked).collect();
    match (found.pop(), found.as_slice()) {
        (Some(entry), []) => Ok(entry),
        (None, _) => Err(Failure::new(
            Refusal::Conflict,
            message!("sổ không có văn bản số {code}", "the register has no document {code}"),
        )),
        (Some(_), _) => Err(Failure::new(
            Refusal::Usage,
            message!(
                "nhiều văn bản có số {code}: hãy chỉ ra năm với --year, dãy số với --series",
                "several documents are {code}: name the year with --year, the series with --series"
            ),
        )),
    }
}
