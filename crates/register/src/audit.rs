//! Whether a register still says what it once said: every leaf, every hash and every line is computed again
//! from what is stored, and compared with what the office's key has signed.

use std::collections::{BTreeMap, HashMap, HashSet};

use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use tlog_tiles::{stored_hashes, tree_hash};

use super::continuity::Found;
use super::details::details_sha256;
use super::discontinuity::Discontinuity;
use super::document_code::spelled;
use super::entry::{self, Entry};
use super::events::Particulars;
use super::identity::Adoption;
use super::lookup::head;
use super::recorded_identity;
use super::recovery::Recovery;
use super::tree::{self, Hashes, Tree, signed, unsigned};
use super::{EntryKey, Register, RegisterError};
use crate::hex;
use crate::lang::Message;
use crate::log::receipt::Receipt;
use crate::log::{Checkpoint, CheckpointError, Event, Leaf, NoteError, VerifierKey, follows};
use crate::message;

/// How many events are read at once.
const PAGE: i64 = 1_000;
/// The most faults that are listed.
const MAX_FAULTS: usize = 1_000;

/// The outcome of [`Register::audit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// How many events the log has.
    pub size: u64,
    /// How many lines the register has.
    pub entries: usize,
    /// The newest checkpoint; empty where nothing was written yet.
    pub checkpoint: String,
    /// Who the office said it is, with the places of the leaves, in the order of the log.
    pub adoptions: Vec<(u64, Adoption)>,
    /// What is wrong, in the order of the log.
    pub faults: Vec<AuditFault>,
}

/// What is wrong with a register.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditFault {
    /// The log lacks the event at this place, or has one too many.
    Missing(u64),
    /// The event at this place is not what was logged.
    Changed(u64),
    /// What the register says beside the log of the event at this place is not what it said then.
    Details(u64),
    /// The hash at this place of the tree is not what the events come to.
    Node(u64),
    /// The newest checkpoint is not one of this log as it is.
    Checkpoint(CheckpointError),
    /// The newest checkpoint is of another log: events were added, changed or taken away.
    Root,
    /// The log does not begin with what the earlier checkpoint vouches for.
    Earlier,
    /// The register does not continue what the office remembers of it.
    Memory(Discontinuity),
    /// The register went on, by a person's order, although it did not continue what it was.
    Recovered {
        /// The place of the leaf that says so.
        place: u64,
        /// When it was, RFC 3339.
        at: String,
        /// What was remembered and found, and why it went on.
        recovery: Box<Recovery>,
    },
    /// The receipt of this document is not one of this log.
    Receipt(EntryKey),
    /// The line of this number is not the one that was logged.
    Line(EntryKey),
    /// The line of this number is gone.
    LineMissing(EntryKey),
    /// The line of this number was never logged.
    LineInserted(EntryKey),
    /// The number was taken twice.
    Twice(EntryKey),
    /// The number and notation were given to two documents of one year; this is the later one.
    CodeTwice {
        /// The number and notation.
        code: String,
        /// The number that the later document has.
        key: EntryKey,
    },
    /// The event at this place does not point to the one before it in its series.
    Previous(u64),
    /// The event at this place names a time before that of the event before it.
    Time(u64),
    /// Nobody took the numbers before this one.
    Gap(EntryKey),
    /// The document has an earlier date than the one with the number before it.
    BackDated(EntryKey),
}

impl AuditFault {
    /// Whether it proves that what was written was changed later; otherwise only that a clerk did what he
    /// should not.
    pub fn is_tampering(&self) -> bool {
        !matches!(
            self,
            AuditFault::Gap(_)
                | AuditFault::BackDated(_)
                | AuditFault::Time(_)
                | AuditFault::CodeTwice { .. }
                | AuditFault::Recovered { .. }
        )
    }

    /// The fault as a sentence in both languages.
    pub fn words(&self) -> Message {
        let key = |key: &EntryKey| format!("{}/{} ({})", key.number, key.year, key.series);
        match self {
            AuditFault::Missing(place) => {
                message!("việc số {place} của nhật ký không còn", "act {place} of the log is gone")
            }
            AuditFault::Changed(place) => {
                message!("việc số {place} của nhật ký đã bị sửa", "act {place} of the log was changed")
            }
            AuditFault::Details(place) => {
                message!("chi tiết của việc số {place} đã bị sửa", "the details of act {place} were changed")
            }
            AuditFault::Node(place) => {
                message!("mã băm {place} của cây đã bị sửa", "hash {place} of the tree was changed")
            }
            AuditFault::Checkpoint(cause) => message!(
                "điểm kiểm mới nhất không đúng: {cause}",
                "the newest checkpoint is not believed: {cause}"
            ),
            AuditFault::Root => message!(
                "nhật ký không khớp với điểm kiểm mới nhất đã ký: có việc bị thêm, sửa hoặc xóa",
                "the log is not the one of the newest signed checkpoint: acts were added, changed or taken away"
            ),
            AuditFault::Earlier => message!(
                "nhật ký không tiếp nối điểm kiểm trước: có việc bị sửa hoặc xóa từ đó",
                "the log does not continue the earlier checkpoint: acts were changed or taken away since"
            ),
            AuditFault::Memory(what) => what.words(),
            AuditFault::Recovered { place, at, recovery } => {
                let (Message { vi, en }, reason, by) = (&recovery.what, &recovery.reason, &recovery.by);
                message!(
                    "việc số {place}, {at}: sổ được khôi phục dù không tiếp nối: {vi}. Lý do: {reason} ({by})",
                    "act {place}, {at}: the register was recovered, although it did not continue: {en}. Reason: {reason} ({by})"
                )
            }
            AuditFault::Receipt(at) => {
                let at = key(at);
                message!(
                    "xác nhận đăng ký của số {at} không khớp nhật ký",
                    "the receipt of number {at} is not of this log"
                )
            }
            AuditFault::Line(at) => {
                let at = key(at);
                message!("dòng của số {at} trong sổ đã bị sửa", "the line of number {at} was changed")
            }
            AuditFault::LineMissing(at) => {
                let at = key(at);
                message!("dòng của số {at} trong sổ đã bị xóa", "the line of number {at} was deleted")
            }
            AuditFault::LineInserted(at) => {
                let at = key(at);
                message!(
                    "dòng của số {at} được thêm vào sổ mà không qua nhật ký",
                    "the line of number {at} was inserted past the log"
                )
            }
            AuditFault::Twice(at) => {
                let at = key(at);
                message!("số {at} được cấp hai lần", "number {at} was taken twice")
            }
            AuditFault::CodeTwice { code, key: EntryKey { series, year, .. } } => message!(
                "số, ký hiệu {code} năm {year} được cấp hai lần, lần sau trong dãy {series}",
                "{code} of {year} was given twice, the second time in the series {series}"
            ),
            AuditFault::Previous(place) => message!(
                "việc số {place} không chỉ đúng số liền trước trong dãy",
                "act {place} does not point to the number before it in its series"
            ),
            AuditFault::Time(place) => message!(
                "việc số {place} ghi thời gian trước việc liền trước",
                "act {place} names a time before that of the act before it"
            ),
            AuditFault::Gap(at) => {
                let at = key(at);
                message!("dãy số bị hụt trước số {at}", "the series has a gap before number {at}")
            }
            AuditFault::BackDated(at) => {
                let at = key(at);
                message!(
                    "số {at} có ngày trước ngày của số liền trước",
                    "number {at} has an earlier date than the number before it"
                )
            }
        }
    }
}

impl Register {
    /// Reads the whole register again, and compares it with what `key` has signed: the newest checkpoint,
    /// and an `earlier` one (a signed note) that somebody kept elsewhere.
    ///
    /// # Errors
    /// The database refuses, or `earlier` is not a checkpoint of `key`'s log.
    pub async fn audit(&self, key: &VerifierKey, earlier: Option<&str>) -> Result<Audit, RegisterError> {
        let earlier = earlier.map(|note| Checkpoint::verified(note, key)).transpose()?;
        let remembered = self.side.remembered()?;
        let mut transaction = self.place.database.read(&self.pool).await?;
        let connection: &mut AnyConnection = &mut transaction;
        let office = self.place.office.as_str();
        let (size, checkpoint) = head(connection, office).await?.unwrap_or_default();
        let lines = entry::all(connection, office).await?;
        let entries = lines.len();
        let mut replay = Replay::new(office, lines);
        while let Some(rows) = page(connection, office, replay.size).await? {
            for row in &rows {
                replay.event(row)?;
            }
        }
        replay.nodes(connection).await?;
        replay.end(key);
        if size > 0 || replay.size > 0 {
            replay.head(size, &checkpoint, key);
        }
        let found = Found {
            office,
            origin: &self.place.origin,
            side: &self.side,
            size,
            checkpoint: &checkpoint,
            remembered: remembered.as_deref(),
        };
        replay.faults.extend(memory_fault(connection, key, &found).await?);
        if let Some(old) = earlier {
            let continues = replay.root(old.size) == Some(old.root);
            let tree = Tree { connection, office };
            // The proof that others would be given, judged by another implementation, must say the same.
            if !continues || !is_proven(tree, &old, &checkpoint, key).await? {
                replay.faults.push(AuditFault::Earlier);
            }
        }
        replay.faults.truncate(MAX_FAULTS);
        Ok(Audit { size, entries, checkpoint, adoptions: replay.adoptions, faults: replay.faults })
    }
}

/// What the office remembers, and the register does not continue.
async fn memory_fault(
    connection: &mut AnyConnection,
    key: &VerifierKey,
    found: &Found<'_>,
) -> Result<Option<AuditFault>, RegisterError> {
    match found.is_remembered(connection, key).await {
        Ok(()) => Ok(None),
        Err(RegisterError::Discontinued(what)) => Ok(Some(AuditFault::Memory(what))),
        Err(RegisterError::OtherKey { .. }) => {
            let unknown = CheckpointError::Note(NoteError::Unknown);
            Ok(Some(AuditFault::Memory(Discontinuity::Memory(unknown))))
        }
        // Hashes that are gone are told of by themselves.
        Err(RegisterError::Damaged(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

async fn is_proven(
    mut tree: Tree<'_>,
    old: &Checkpoint,
    newest: &str,
    key: &VerifierKey,
) -> Result<bool, RegisterError> {
    let Ok(new) = Checkpoint::verified(newest, key) else { return Ok(false) };
    if old.size == 0 || old.size == new.size {
        return Ok(old.size == 0 || old.root == new.root);
    }
    let proof = tree.consistency(new.size, old.size).await?;
    Ok(follows((old.root, old.size), (new.root, new.size), &proof))
}

/// The events from the place `from`, some of them; `None` at the end.
async fn page(
    connection: &mut AnyConnection,
    office: &str,
    from: u64,
) -> Result<Option<Vec<AnyRow>>, RegisterError> {
    let query = format!(
        "SELECT place, event, series, year, number, until, file_sha256, leaf, details, salt FROM event \
         WHERE office = $1 AND place >= $2 ORDER BY place LIMIT {PAGE}"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(office).bind(signed(from)?);
    let rows = query.fetch_all(connection).await?;
    Ok((!rows.is_empty()).then_some(rows))
}

/// The log, computed again event by event.
struct Replay<'a> {
    office: &'a str,
    /// What leaves call the office.
    leaf_office: String,
    /// Who the office said it is, with the places of the leaves.
    adoptions: Vec<(u64, Adoption)>,
    /// The place of the next event.
    size: u64,
    /// All hashes of the tree, in the order of their places.
    hashes: Hashes,
    /// How many leaves they come from.
    leaves: u64,
    series: BTreeMap<(String, i32), Run>,
    lines: HashMap<EntryKey, Entry>,
    /// The lines that were logged.
    logged: HashSet<EntryKey>,
    /// Those of them that have a report.
    reported: HashSet<EntryKey>,
    /// The years and codes that documents have.
    codes: HashSet<(i32, String)>,
    time: String,
    faults: Vec<AuditFault>,
}

/// One series: who took its numbers.
#[derive(Default)]
struct Run {
    /// By the last number of each block.
    blocks: BTreeMap<u32, Block>,
    /// The leaf and the date of each document.
    documents: BTreeMap<u32, (u64, String)>,
}

/// Numbers that were taken at once.
struct Block {
    first: u32,
    /// The last leaf about it.
    leaf: u64,
    is_reserved: bool,
}

impl<'a> Replay<'a> {
    fn new(office: &'a str, lines: Vec<Entry>) -> Replay<'a> {
        Replay {
            office,
            leaf_office: office.to_owned(),
            adoptions: Vec::new(),
            size: 0,
            hashes: Hashes::default(),
            leaves: 0,
            series: BTreeMap::new(),
            lines: lines.into_iter().map(|line| (line.key.clone(), line)).collect(),
            logged: HashSet::new(),
            codes: HashSet::new(),
            reported: HashSet::new(),
            time: String::new(),
            faults: Vec::new(),
        }
    }

    /// The root of the tree of the first `size` events.
    fn root(&self, size: u64) -> Option<crate::log::Hash> {
        (size <= self.leaves).then(|| tree_hash(size, &self.hashes).ok()).flatten().map(|root| root.0)
    }

    fn event(&mut self, row: &AnyRow) -> Result<(), RegisterError> {
        let place = unsigned(row.try_get("place")?)?;
        if place > self.size {
            self.faults.push(AuditFault::Missing(self.size));
        }
        self.size = place + 1;
        let text: String = row.try_get("leaf")?;
        let hashes = stored_hashes(self.leaves, text.as_bytes(), &self.hashes);
        self.hashes.0.extend(hashes.map_err(|_| RegisterError::Damaged("node"))?);
        self.leaves += 1;
        self.adopt(row);
        let Some(leaf) = Leaf::parse(&text).ok().filter(|leaf| self.says_the_same(row, leaf)) else {
            self.faults.push(AuditFault::Changed(place));
            return Ok(());
        };
        let (details, salt): (String, String) = (row.try_get("details")?, row.try_get("salt")?);
        if details_sha256(&salt, &details) != leaf.details_sha256 {
            self.faults.push(AuditFault::Details(place));
        }
        if leaf.at < self.time {
            self.faults.push(AuditFault::Time(place));
        }
        if !recorded_identity::is_founding(place, &leaf) {
            self.time.clone_from(&leaf.at);
        }
        self.own_act(place, &leaf, &details);
        self.number(place, &leaf);
        self.line(place, &leaf, &details);
        Ok(())
    }

    /// From here on leaves are of the office that the event says, where it says that.
    fn adopt(&mut self, row: &AnyRow) {
        let text = |column: &str| row.try_get::<String, _>(column).unwrap_or_default();
        if text("event") == Event::Adopt.name()
            && let Ok(adoption) = serde_json::from_str::<Adoption>(&text("details"))
        {
            self.leaf_office = adoption.identity.id;
        }
    }

    /// Tells of an act about the register itself.
    fn own_act(&mut self, place: u64, leaf: &Leaf, details: &str) {
        match leaf.event {
            Event::Adopt => match serde_json::from_str(details) {
                Ok(adoption) => self.adoptions.push((place, adoption)),
                Err(_) => self.faults.push(AuditFault::Details(place)),
            },
            Event::Recover => match serde_json::from_str(details) {
                Ok(recovery) => {
                    let (at, recovery) = (leaf.at.clone(), Box::new(recovery));
                    self.faults.push(AuditFault::Recovered { place, at, recovery });
                }
                Err(_) => self.faults.push(AuditFault::Details(place)),
            },
            _ => {}
        }
    }

    /// Whether the columns that are searched in are those of the leaf.
    fn says_the_same(&self, row: &AnyRow, leaf: &Leaf) -> bool {
        let text = |column: &str| row.try_get::<String, _>(column).unwrap_or_default();
        let number = |column: &str| row.try_get::<i64, _>(column).unwrap_or_default();
        leaf.office == self.leaf_office
            && text("event") == leaf.event.name()
            && text("series") == leaf.series
            && number("year") == i64::from(leaf.year)
            && number("number") == i64::from(leaf.number)
            && number("until") == i64::from(leaf.until.unwrap_or(leaf.number))
            && text("file_sha256") == leaf.file_sha256.as_deref().unwrap_or_default()
    }

    /// Follows the numbers of the series.
    fn number(&mut self, place: u64, leaf: &Leaf) {
        let run = self.series.entry((leaf.series.clone(), leaf.year)).or_default();
        let (first, until) = (leaf.number, leaf.until.unwrap_or(leaf.number));
        let document = run.documents.get(&first).map(|(leaf, _)| *leaf);
        let key = || EntryKey { series: leaf.series.clone(), year: leaf.year, number: first };
        let before = run.blocks.range(..first).next_back();
        let before = before.map(|(until, block)| (block.leaf, *until));
        let block = run.blocks.range_mut(first..).next().filter(|(_, block)| block.first <= until);
        let expected = match (leaf.event, document, block) {
            (Event::Cancel, Some(document), Some((_, block))) => {
                block.leaf = place;
                (Some(document), None)
            }
            (Event::Fill, None, Some((_, block))) if block.is_reserved => (Some(block.leaf), None),
            (event, _, None) if event.takes_number() => {
                let is_reserved = event == Event::Reserve;
                run.blocks.insert(until, Block { first, leaf: place, is_reserved });
                (before.map(|(leaf, _)| leaf), before.map(|(_, number)| number))
            }
            (event, _, _) if event.takes_number() || event == Event::Fill => {
                self.faults.push(AuditFault::Twice(key()));
                return;
            }
            _ => (document, None),
        };
        if expected != (leaf.previous, leaf.previous_number)
            || (!leaf.event.takes_number() && expected.0.is_none())
        {
            self.faults.push(AuditFault::Previous(place));
        }
        if let Some(code) = &leaf.code {
            if !self.codes.insert((leaf.year, spelled(code))) {
                self.faults.push(AuditFault::CodeTwice { code: code.clone(), key: key() });
            }
            run.documents.insert(first, (place, leaf.date.clone().unwrap_or_default()));
        }
    }

    /// Compares the line that the event is about.
    fn line(&mut self, place: u64, leaf: &Leaf, details: &str) {
        let key = EntryKey { series: leaf.series.clone(), year: leaf.year, number: leaf.number };
        let Some(line) = self.lines.get(&key) else {
            if leaf.code.is_some() {
                self.logged.insert(key.clone());
                self.faults.push(AuditFault::LineMissing(key));
            }
            return;
        };
        let is_same = if leaf.code.is_some() {
            self.logged.insert(key.clone());
            is_line_of(line, place, leaf, details)
        } else if leaf.event == Event::Revision && !self.reported.contains(&key) {
            self.reported.insert(key.clone());
            let told: Particulars = serde_json::from_str(details).unwrap_or_default();
            Some(&line.report_sha256) == leaf.file_sha256.as_ref()
                && Some(line.report_length) == told.length
                && line.file == told.file
        } else {
            true
        };
        if !is_same {
            self.faults.push(AuditFault::Line(key));
        }
    }

    /// Compares the stored hashes with those computed from the leaves.
    async fn nodes(&mut self, connection: &mut AnyConnection) -> Result<(), RegisterError> {
        let query = format!(
            "SELECT place, hash FROM node WHERE office = $1 AND place >= $2 ORDER BY place LIMIT {PAGE}"
        );
        let mut expected = self.hashes.0.iter().enumerate();
        let mut next = 0;
        loop {
            let rows = sqlx::query(sqlx::AssertSqlSafe(query.as_str()))
                .bind(self.office)
                .bind(signed(next)?)
                .fetch_all(&mut *connection)
                .await?;
            for row in &rows {
                let place = unsigned(row.try_get("place")?)?;
                let hash: String = row.try_get("hash")?;
                let own = expected.next().filter(|(own, _)| *own as u64 == place);
                if own.is_none_or(|(_, own)| tree::node(&hash) != Some(*own)) {
                    // Behind the first wrong one, all may be wrong.
                    self.faults.push(AuditFault::Node(place));
                    return Ok(());
                }
                next = place + 1;
            }
            if rows.is_empty() {
                break;
            }
        }
        if let Some((place, _)) = expected.next() {
            self.faults.push(AuditFault::Node(place as u64));
        }
        Ok(())
    }

    /// Looks at what only shows when all events are known.
    fn end(&mut self, key: &VerifierKey) {
        let mut lines: Vec<&Entry> = self.lines.values().collect();
        lines.sort_by_key(|line| line.leaf);
        for line in lines {
            let at = || line.key.clone();
            if !self.logged.contains(&line.key) {
                self.faults.push(AuditFault::LineInserted(at()));
            } else if !self.reported.contains(&line.key) && !line.report_sha256.is_empty() {
                self.faults.push(AuditFault::Line(at()));
            } else if self.reported.contains(&line.key) && !self.is_receipt_of(line, key) {
                self.faults.push(AuditFault::Receipt(at()));
            }
        }
        for ((series, year), run) in &self.series {
            let at = |number: u32| EntryKey { series: series.clone(), year: *year, number };
            let blocks = || run.blocks.iter();
            for ((before, _), (_, block)) in blocks().zip(blocks().skip(1)) {
                if block.first > before.saturating_add(1) {
                    self.faults.push(AuditFault::Gap(at(block.first)));
                }
            }
            let mut latest = "";
            for (number, (_, date)) in &run.documents {
                if date.as_str() < latest {
                    self.faults.push(AuditFault::BackDated(at(*number)));
                }
                latest = latest.max(date);
            }
        }
    }

    /// Whether the receipt that the document carries is one of this log.
    fn is_receipt_of(&self, line: &Entry, key: &VerifierKey) -> bool {
        let Ok(receipt) = Receipt::parse(&line.receipt) else { return false };
        let Ok(checkpoint) = Checkpoint::verified(receipt.checkpoint(), key) else { return false };
        receipt.verify(key).is_ok()
            && receipt.index() == line.leaf
            && self.root(checkpoint.size) == Some(checkpoint.root)
    }

    /// Checks that the newest checkpoint is signed by `key` and names the computed root.
    fn head(&mut self, size: u64, checkpoint: &str, key: &VerifierKey) {
        match Checkpoint::verified(checkpoint, key) {
            Err(cause) => self.faults.push(AuditFault::Checkpoint(cause)),
            Ok(checkpoint) => {
                let is_whole = checkpoint.size == size && self.leaves == size;
                if !is_whole || self.root(size) != Some(checkpoint.root) {
                    self.faults.push(AuditFault::Root);
                }
            }
        }
    }
}

/// Whether `line` is what `leaf`, with the details beside it, says was registered.
fn is_line_of(line: &Entry, place: u64, leaf: &Leaf, details: &str) -> bool {
    let source = line.document.source.as_bytes();
    let content = (!source.is_empty()).then(|| hex::lower(&Sha256::digest(source)));
    line.event == leaf.event
        && line.leaf == place
        && line.registered == leaf.at
        && Some(&line.document.code) == leaf.code.as_ref()
        && line.document.date == leaf.date.as_deref().unwrap_or_default()
        && content == leaf.content_sha256
        && line.document.details() == details
}
