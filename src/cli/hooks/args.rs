//! The arguments of `vanthu hooks`.

use clap::{Args, Subcommand};

use crate::cli::args::OfficeArg;

/// `vanthu hooks`
#[derive(Debug, Subcommand)]
pub enum Hooks {
    /// List the webhooks: how far each was told, and why it was not told more.
    List(HooksList),
    /// Tell a webhook again that is paused.
    Resume(HooksResume),
    /// Tell a webhook again from a place of the log on.
    Replay(HooksReplay),
    /// Make the key that signs what webhooks are told, where there is none, and print its public half.
    Key(HooksKey),
}

/// `vanthu hooks list`
#[derive(Debug, Args)]
pub struct HooksList {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu hooks resume`
#[derive(Debug, Args)]
pub struct HooksResume {
    /// The webhook's address, as it stands in vanthu.toml.
    pub address: String,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu hooks replay`
#[derive(Debug, Args)]
pub struct HooksReplay {
    /// The webhook's address, as it stands in vanthu.toml.
    pub address: String,
    /// The place of the first act to tell; the log begins with 0.
    #[arg(long, value_name = "PLACE")]
    pub from: u64,
    #[command(flatten)]
    pub office: OfficeArg,
}

/// `vanthu hooks key`
#[derive(Debug, Args)]
pub struct HooksKey {
    #[command(flatten)]
    pub office: OfficeArg,
}
