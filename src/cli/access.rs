//! The arguments of `vanthu token` and `vanthu trail`.

use clap::{Args, Subcommand, ValueEnum};

use crate::access::{Duty, Grace, Head, Lifetime, TokenName};
use crate::cli::args::OfficeArg;

/// `vanthu token`
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token and print it, this once: the database keeps a digest.
    Add(TokenAdd),
    /// List the tokens that were made.
    List(TokenList),
    /// Make a new secret for a token, and let the old one end.
    Rotate(TokenRotate),
    /// End a token now.
    Revoke(TokenRevoke),
}

/// `vanthu token add`
#[derive(Debug, Args)]
pub struct TokenAdd {
    /// Whose it is, or which program's: letters, digits and -._@.
    #[arg(long)]
    pub name: TokenName,
    /// What it is for.
    #[arg(long, value_enum)]
    pub duty: DutyArg,
    /// After how many days it ends; two years (730) at the most.
    #[arg(long, default_value = "365", value_parser = lifetime, value_name = "N")]
    pub days: Lifetime,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu token list`
#[derive(Debug, Args)]
pub struct TokenList {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu token rotate`
#[derive(Debug, Args)]
pub struct TokenRotate {
    /// The token.
    pub name: TokenName,
    /// For how many hours the old secret still opens: 0 to 168.
    #[arg(long, default_value = "24", value_parser = grace, value_name = "HOURS")]
    pub grace: Grace,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu token revoke`
#[derive(Debug, Args)]
pub struct TokenRevoke {
    /// The token.
    pub name: TokenName,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// A duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DutyArg {
    /// Drafting (soạn thảo): check, preview, read.
    Drafter,
    /// Signing under the position (người có thẩm quyền).
    Signer,
    /// Numbering, sealing, the register (văn thư).
    Clerk,
    /// Reading everything, the trail too (kiểm tra).
    Auditor,
    /// Verifying only (công dân, phần mềm bên ngoài).
    Public,
}

impl From<DutyArg> for Duty {
    fn from(arg: DutyArg) -> Duty {
        match arg {
            DutyArg::Drafter => Duty::Drafter,
            DutyArg::Signer => Duty::Signer,
            DutyArg::Clerk => Duty::Clerk,
            DutyArg::Auditor => Duty::Auditor,
            DutyArg::Public => Duty::Public,
        }
    }
}

/// `vanthu trail`
#[derive(Debug, Subcommand)]
pub enum Trail {
    /// List what was done, in its order.
    List(TrailList),
    /// Prove that nothing in the trail was changed or taken away, and print how far it goes.
    Verify(TrailVerify),
}

/// `vanthu trail list`
#[derive(Debug, Args)]
pub struct TrailList {
    /// Only what is behind this row.
    #[arg(long, value_name = "ROW")]
    pub after: Option<u64>,
    /// As JSON Lines: one object a row.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu trail verify`
#[derive(Debug, Args)]
pub struct TrailVerify {
    /// What an earlier `trail verify` printed, kept elsewhere: without it rows that were taken from the end, or a
    /// trail written anew, can't be told.
    #[arg(long, value_name = "SIZE:SHA256")]
    pub head: Option<Head>,
    #[command(flatten)]
    pub office: OfficeArg,
}

fn lifetime(text: &str) -> Result<Lifetime, String> {
    let days = text.parse().ok().and_then(Lifetime::of_days);
    days.ok_or_else(|| format!("1 to {} days", Lifetime::MAX_DAYS))
}

fn grace(text: &str) -> Result<Grace, String> {
    let hours = text.parse().ok().and_then(Grace::of_hours);
    hours.ok_or_else(|| format!("0 to {} hours", Grace::MAX_HOURS))
}
