//! What the clerk records: numbers for paper, sending, receiving, recalling, replacing.

use clap::Args;
use time::Date;
use time::macros::format_description;

use super::flags::{RegisterCodeArgs, entry};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::flags::{OfficeArg, TimeArg, kind};
use crate::cli::inputs::{block_on, office, writing_register};
use crate::clock;
use crate::document::profile::{DocumentKind, Profile};
use crate::explain::Refusal;
use crate::lang::Message;
use crate::message;
use crate::register::{
    EntryKey, Metadata, NewEvent, Registration, Series, SignerInfo, number_and_notation, spelled,
};

#[derive(Debug, Args)]
pub struct RegisterReserveArgs {
    /// How many numbers.
    pub count: u32,
    /// The series: *, the abbreviation of a kind, BS for copies, or that of a consultative body.
    #[arg(long, default_value = "*")]
    pub series: String,
    /// What for.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub reason: String,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct RegisterFillArgs {
    /// Number and notation of the paper document, such as 05/BC-UBND.
    pub code: String,
    /// The series that the number was set aside in.
    #[arg(long, default_value = "*")]
    pub series: String,
    /// Its date, as 2026-06-18.
    #[arg(long, value_parser = date, value_name = "DATE")]
    pub date: Date,
    /// Its kind, such as bao-cao.
    #[arg(long, value_parser = kind)]
    pub kind: &'static DocumentKind,
    /// Its subject.
    #[arg(long)]
    pub subject: String,
    /// Who signed it.
    #[arg(long)]
    pub signer: String,
    /// A recipient; repeat for more.
    #[arg(long, value_name = "NAME")]
    pub recipient: Vec<String>,
    /// Who keeps the archive copy.
    #[arg(long, default_value = "VT")]
    pub archive: String,
    /// How many copies were made.
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub copies: u32,
    /// A note.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub note: String,
    #[command(flatten)]
    pub time: TimeArg,
    #[command(flatten)]
    pub office: OfficeArg,
}

#[derive(Debug, Args)]
pub struct RegisterDispatchArgs {
    #[command(flatten)]
    pub document: RegisterCodeArgs,
    /// To whom.
    #[arg(long)]
    pub to: String,
    /// By which way.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub way: String,
    #[command(flatten)]
    pub time: TimeArg,
}

#[derive(Debug, Args)]
pub struct RegisterReceiveArgs {
    #[command(flatten)]
    pub document: RegisterCodeArgs,
    /// Who has it.
    #[arg(long)]
    pub from: String,
    #[command(flatten)]
    pub time: TimeArg,
}

#[derive(Debug, Args)]
pub struct RegisterRecallArgs {
    #[command(flatten)]
    pub document: RegisterCodeArgs,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// By whose order.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub by: String,
    #[command(flatten)]
    pub time: TimeArg,
}

#[derive(Debug, Args)]
pub struct RegisterReplaceArgs {
    #[command(flatten)]
    pub document: RegisterCodeArgs,
    /// Number and notation of the document that takes its place.
    #[arg(long, value_name = "CODE")]
    pub with: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub time: TimeArg,
}

pub fn reserve(args: &RegisterReserveArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let at = args.time.moment();
    let year = at.to_offset(clock::ZONE).year();
    let series = Series { name: args.series.clone(), year, first: office.first_of(&args.series, year) };
    let numbers = block_on(async {
        let register = writing_register(&office).await?;
        let numbers = register.reserve(&series, args.count, &args.reason, at).await?;
        register.close().await?;
        Ok::<_, Failure>(numbers)
    })??;
    let (first, last) = (numbers.start(), numbers.end());
    console.result(&format!("{first}-{last}\n"))?;
    console.step(&message!(
        "Đã giữ số {first} đến {last} năm {year}; vào sổ sau với `vanthu register fill`",
        "Set the numbers {first} to {last} of {year} aside; record the documents with `vanthu register fill`"
    ));
    Ok(Exit::Done)
}

pub fn fill(args: &RegisterFillArgs, console: &Console) -> Result<Exit, Failure> {
    let office = office(&args.office)?;
    let code = &spelled(&args.code);
    let Some((number, notation)) = number_and_notation(code) else {
        return Err(Failure::new(
            Refusal::Usage,
            message!("{code} không phải số, ký hiệu như 05/BC-UBND", "{code} is no code such as 05/BC-UBND"),
        ));
    };
    let date = args.date.to_string();
    let key = EntryKey { series: args.series.clone(), year: args.date.year(), number };
    let document = Registration {
        code: code.clone(),
        date: date.clone(),
        kind: args.kind.name.clone(),
        subject: args.subject.clone(),
        signer: args.signer.clone(),
        recipients: args.recipient.join("; "),
        archive: args.archive.clone(),
        copies: args.copies,
        note: args.note.clone(),
        metadata: Metadata {
            type_name: args.kind.name.clone(),
            code_number: number.to_string(),
            code_notation: notation.to_owned(),
            issued_date: date,
            organ_name: office.config().agency.name.join(" "),
            subject: args.subject.clone(),
            signer_info: SignerInfo { position: String::new(), full_name: args.signer.clone() },
            issued_amount: args.copies,
            ..Metadata::default()
        },
        ..Registration::default()
    };
    block_on(async {
        let register = writing_register(&office).await?;
        register.fill(&key, document, args.time.moment()).await?;
        register.close().await?;
        Ok::<_, Failure>(())
    })??;
    console.step(&message!("Đã vào sổ {code}", "Recorded {code}"));
    Ok(Exit::Done)
}

pub fn dispatch(args: &RegisterDispatchArgs, console: &Console) -> Result<Exit, Failure> {
    let (to, code) = (&args.to, &args.document.code);
    let event = NewEvent::Dispatch { to: to.clone(), way: args.way.clone() };
    let words = message!("Đã ghi: chuyển {code} đến {to}", "Recorded: {code} was sent to {to}");
    act(&args.document, &event, &args.time, &words, console)
}

pub fn receive(args: &RegisterReceiveArgs, console: &Console) -> Result<Exit, Failure> {
    let (from, code) = (&args.from, &args.document.code);
    let event = NewEvent::Receive { from: from.clone() };
    let words = message!("Đã ghi: {from} ký nhận {code}", "Recorded: {from} has {code}");
    act(&args.document, &event, &args.time, &words, console)
}

pub fn recall(args: &RegisterRecallArgs, console: &Console) -> Result<Exit, Failure> {
    let code = &args.document.code;
    let event = NewEvent::Recall { reason: args.reason.clone(), by: args.by.clone() };
    let profile = Profile::default_profile();
    let (decree, article) = (&profile.decree, &profile.articles.recall);
    let words = message!(
        "Đã ghi: thu hồi {code}. Báo cho nơi nhận ({decree}, Điều {article}).",
        "Recorded: {code} is recalled. Tell the recipients ({decree}, article {article})."
    );
    act(&args.document, &event, &args.time, &words, console)
}

pub fn replace(args: &RegisterReplaceArgs, console: &Console) -> Result<Exit, Failure> {
    let (with, code) = (&args.with, &args.document.code);
    let event = NewEvent::Replace { reason: args.reason.clone(), replacement: with.clone() };
    let words = message!("Đã ghi: {with} thay thế {code}", "Recorded: {with} replaces {code}");
    act(&args.document, &event, &args.time, &words, console)
}

fn act(
    document: &RegisterCodeArgs,
    event: &NewEvent,
    time: &TimeArg,
    words: &Message,
    console: &Console,
) -> Result<Exit, Failure> {
    let office = office(&document.office)?;
    block_on(async {
        let register = writing_register(&office).await?;
        let entry = entry(&register, document).await?;
        register.record_event(&entry.key, event, time.moment()).await?;
        register.close().await?;
        Ok::<_, Failure>(())
    })??;
    console.step(words);
    Ok(Exit::Done)
}

pub fn date(text: &str) -> Result<Date, String> {
    let iso = format_description!("[year]-[month]-[day]");
    Date::parse(text, iso).map_err(|_| "not a date such as 2026-06-18".to_owned())
}
