//! The offices whose documents the service issues, signs and registers: each with its register, its files, its key.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tracing::error;

use super::hooks::{self, Hooks, Schedule};
use super::jobs::{self, JobsError};
use super::shutdown::{Shutdown, Stop};
use super::store::{Store, StoreError};
use crate::explain::{self, Explain, Refusal};
use crate::keys::KeyError;
use crate::keys::KeyFile;
use crate::lang::Message;
use crate::lookup::{Code, LookupAnswer, RegisterLookup, look_up};
use crate::message;
use crate::office::authorization::AuthorizationError;
use crate::office::evidence::EvidenceSources;
use crate::office::seal::{KeptSeal, Seal, SealError};
use crate::office::{Office, OfficeError, is_office};
use crate::online::Networks;
use crate::register::{Database, Register, RegisterError};
use crate::verify::OfficeIdentity;

/// How long a database may take to say that it is there.
const READY: Duration = Duration::from_millis(1500);

/// An office at work.
pub struct OpenOffice {
    office: Office,
    register: Arc<Register>,
    store: Store,
    seal: Mutex<KeptSeal>,
    clock: fn() -> OffsetDateTime,
    hooks: Option<Arc<Hooks>>,
    /// Who issues waits here, not in the database: documents of one office are laid out one after another, each under
    /// the number that it gets.
    turn: tokio::sync::Mutex<()>,
}

/// What an office's folder says of signatures now: whom it pins and believes, what is revoked, who gives times.
pub(super) struct Present {
    /// The office, with its configuration.
    pub office: Office,
    /// What its signatures are proven with.
    pub evidence: EvidenceSources,
}

/// The offices of a service, by their identifiers.
#[derive(Default)]
pub struct OpenOffices(BTreeMap<String, Arc<OpenOffice>>);

/// Why an office can't be opened.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
#[non_exhaustive]
pub enum OpenOfficeError {
    /// There is no office in the folder, or its configuration is wrong.
    Office(#[from] OfficeError),
    /// The key of its register or webhooks can't be used.
    Key(#[from] KeyError),
    /// Its register can't be used.
    Register(#[from] RegisterError),
    /// Its files can't be kept.
    Store(#[from] StoreError),
    /// Whom it believes can't be told.
    Authorization(#[from] AuthorizationError),
    /// It has a key to seal with that can't be used.
    Seal(#[from] SealError),
    /// Its webhooks can't be told later.
    Jobs(#[from] JobsError),
    /// Another office has the same identifier.
    SameId(String),
    /// The folder can't be read.
    Disk {
        /// The path of the folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

impl Explain for OpenOfficeError {
    fn words(&self) -> Message {
        match self {
            OpenOfficeError::Office(cause) => cause.words(),
            OpenOfficeError::Key(cause) => cause.words(),
            OpenOfficeError::Register(cause) => cause.words(),
            OpenOfficeError::Store(cause) => cause.words(),
            OpenOfficeError::Authorization(cause) => cause.words(),
            OpenOfficeError::Seal(cause) => cause.words(),
            OpenOfficeError::Jobs(cause) => cause.words(),
            OpenOfficeError::SameId(id) => message!(
                "hai cơ quan có cùng mã \"{id}\": đặt agency.organ_id khác nhau",
                "two offices have the identifier \"{id}\": give them different agency.organ_id"
            ),
            OpenOfficeError::Disk { path, cause } => explain::disk(path, cause),
        }
    }

    fn kind(&self) -> Refusal {
        match self {
            OpenOfficeError::Office(cause) => cause.kind(),
            OpenOfficeError::Key(cause) => cause.kind(),
            OpenOfficeError::Register(cause) => cause.kind(),
            OpenOfficeError::Store(cause) => cause.kind(),
            OpenOfficeError::Authorization(cause) => cause.kind(),
            OpenOfficeError::Seal(cause) => cause.kind(),
            OpenOfficeError::Jobs(cause) => cause.kind(),
            OpenOfficeError::SameId(_) => Refusal::Rejected,
            OpenOfficeError::Disk { .. } => Refusal::Environment,
        }
    }
}

/// What an office is opened with.
struct OpenOptions<'a> {
    /// Where files are kept, if not in each office's own folder.
    pub store: Option<&'a Store>,
    /// Networks that webhooks may be in, beside the open one.
    pub networks: &'a Networks,
    /// Those that are open already: offices of one database share its connections.
    pub others: &'a [Arc<OpenOffice>],
    /// What time it is.
    pub clock: fn() -> OffsetDateTime,
}

/// The webhooks of `office`, where it has any.
async fn hooks(
    office: &Office,
    register: &Arc<Register>,
    networks: &Networks,
    clock: fn() -> OffsetDateTime,
) -> Result<Option<Arc<Hooks>>, OpenOfficeError> {
    let webhooks = office.config().webhooks.clone();
    if webhooks.is_empty() {
        return Ok(None);
    }
    let settings = hooks::DeliverySettings {
        register: Arc::clone(register),
        webhooks,
        key: KeyFile::read(&office.webhook_key())?.open(None)?,
        networks: networks.clone(),
        schedule: Schedule::default(),
        clock,
    };
    Ok(Some(Arc::new(Hooks::new(settings, jobs::open(register).await?)?)))
}

impl OpenOffice {
    /// Opens the office in `folder`.
    ///
    /// # Errors
    /// Its configuration, register, keys or anchors can't be used.
    async fn open(folder: &Path, options: &OpenOptions<'_>) -> Result<OpenOffice, OpenOfficeError> {
        let OpenOptions { store, networks, others, clock } = options;
        let office = Office::open(folder)?;
        let key = KeyFile::read(&office.register_key())?.open(None)?;
        let place = office.register();
        let shared = others.iter().map(|other| &other.register).find_map(|other| other.beside(&place));
        let register = match shared {
            Some(register) => register,
            None => Register::open(place).await?,
        };
        let register = Arc::new(office.writing(register, key)?);
        let store = match store {
            Some(store) => (*store).clone(),
            None => Store::folder(&office.folder().join("files"))?,
        };
        EvidenceSources::of(&office)?;
        let mut seal = KeptSeal::default();
        if let Some(choice) = &office.config().seal {
            seal.current(choice, office.folder(), clock())?;
        }
        let hooks = hooks(&office, &register, networks, *clock).await?;
        let turn = tokio::sync::Mutex::default();
        let (seal, clock) = (Mutex::new(seal), *clock);
        Ok(OpenOffice { office, register, store, seal, clock, hooks, turn })
    }

    /// Its folder: configuration, keys and trust anchors, as they were when it was opened.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// Its identifier: no other office has it.
    pub(super) fn id(&self) -> String {
        self.office.id()
    }

    /// Whether it is the office that a document names.
    fn is_same(&self, named: &OfficeIdentity) -> bool {
        self.office.identity().is_same(named)
    }

    /// Its register, which signs the log with the key in its folder.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// Where its files are.
    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Its folder as it is now. Before each signature it is looked at again: who was revoked, or is no longer pinned,
    /// signs no more, though the service runs on.
    ///
    /// # Errors
    /// Configuration, anchors or lists can't be used: nobody signs then.
    pub(super) fn present(&self) -> Result<Present, OpenOfficeError> {
        let office = Office::open(self.office.folder())?;
        let evidence = EvidenceSources::of(&office)?;
        Ok(Present { office, evidence })
    }

    /// Lets `work` sign with the agency's key as `present` says where it is; `None` where the service does not have it.
    ///
    /// # Errors
    /// The key can't be used.
    pub(super) fn with_seal<T>(
        &self,
        present: &Present,
        work: impl FnOnce(&Seal) -> T,
    ) -> Result<Option<T>, SealError> {
        let Some(choice) = &present.office.config().seal else { return Ok(None) };
        // A panic in the middle of a signature leaves the key as it was.
        let mut seal = self.seal.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(work(seal.current(choice, self.office.folder(), (self.clock)())?)))
    }

    /// Has webhooks looked at soon, after an act on the register.
    pub(super) fn nudge(&self) {
        if let Some(hooks) = self.hooks.clone() {
            tokio::spawn(async move { hooks.nudge().await });
        }
    }

    /// Whose turn it is to issue.
    pub(super) fn turn(&self) -> &tokio::sync::Mutex<()> {
        &self.turn
    }
}

impl OpenOffices {
    /// Opens the offices in `folders`: each is an office's, or holds some.
    ///
    /// # Errors
    /// One of them can't be used, or two have the same identifier.
    pub async fn open(
        folders: &[PathBuf],
        store: Option<&Store>,
        networks: &Networks,
        clock: fn() -> OffsetDateTime,
    ) -> Result<OpenOffices, OpenOfficeError> {
        let mut offices: BTreeMap<String, Arc<OpenOffice>> = BTreeMap::new();
        for folder in folders {
            for folder in offices_in(folder)? {
                let others: Vec<Arc<OpenOffice>> = offices.values().cloned().collect();
                let options = OpenOptions { store, networks, others: &others, clock };
                let office = OpenOffice::open(&folder, &options).await?;
                let id = office.office.id();
                if offices.insert(id.clone(), Arc::new(office)).is_some() {
                    return Err(OpenOfficeError::SameId(id));
                }
            }
        }
        Ok(OpenOffices(offices))
    }

    /// The office with this identifier.
    pub(super) fn find(&self, id: &str) -> Option<&Arc<OpenOffice>> {
        self.0.get(id)
    }

    /// Tells webhooks what happens, until `stop` is there.
    pub fn deliver(&self, stop: Stop) {
        let shutdown = Shutdown::at(stop);
        for hooks in self.0.values().filter_map(|office| office.hooks.clone()) {
            let mut shutdown = shutdown.clone();
            let stop: Stop = Box::pin(async move { shutdown.wait().await });
            tokio::spawn(async move {
                if let Err(cause) = hooks.run(stop).await {
                    error!(%cause, "webhooks are not told any more");
                }
            });
        }
    }

    /// Whether what the offices need answers. Most share a database and a storage: each of these is asked once.
    ///
    /// # Errors
    /// What does not, in words for the operator.
    pub(super) async fn ready(&self) -> Result<(), String> {
        let mut asked: Vec<&Arc<OpenOffice>> = Vec::new();
        let mut answers = JoinSet::new();
        for office in self.0.values() {
            let is_same = |other: &&Arc<OpenOffice>| {
                other.register.place().database == office.register.place().database
                    && other.store.is_same(&office.store)
            };
            if asked.iter().any(is_same) {
                continue;
            }
            asked.push(office);
            let (database, storage) = (Arc::clone(office), office.store.clone());
            answers.spawn(async move {
                let answer = timeout(READY, database.register.checkpoint()).await;
                answer.map_err(|late| late.to_string())?.map_err(|cause| cause.to_string())?;
                Ok(())
            });
            answers.spawn(async move { storage.ready().await.map_err(|cause| cause.to_string()) });
        }
        // The first that is not there is told without waiting for the others.
        while let Some(answer) = answers.join_next().await {
            answer.unwrap_or_else(|cause| Err(cause.to_string()))?;
        }
        Ok(())
    }

    /// The one office, where there is no other.
    pub fn only(&self) -> Option<&Arc<OpenOffice>> {
        self.0.values().next().filter(|_| self.0.len() == 1)
    }

    /// All of them, by their identifiers.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<OpenOffice>> {
        self.0.values()
    }
}

/// The folders of offices that `folder` stands for.
fn offices_in(folder: &Path) -> Result<Vec<PathBuf>, OpenOfficeError> {
    if is_office(folder)? {
        return Ok(vec![folder.to_owned()]);
    }
    let disk = |cause| OpenOfficeError::Disk { path: folder.to_owned(), cause };
    let mut offices: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(disk)? {
        let path = entry.map_err(disk)?.path();
        if is_office(&path)? {
            offices.push(path);
        }
    }
    offices.sort();
    if offices.is_empty() {
        return Err(OfficeError::NotAnOffice(folder.to_owned()).into());
    }
    Ok(offices)
}

impl RegisterLookup for OpenOffices {
    fn has_office(&self, named: &OfficeIdentity) -> bool {
        self.iter().any(|office| office.is_same(named))
    }

    fn find<'a>(&'a self, code: &'a Code, named: Option<&'a OfficeIdentity>) -> LookupAnswer<'a> {
        Box::pin(async move {
            let mut databases: BTreeMap<&Database, Vec<&OpenOffice>> = BTreeMap::new();
            for office in self.iter().filter(|office| named.is_none_or(|named| office.is_same(named))) {
                databases.entry(&office.register.place().database).or_default().push(office);
            }
            let mut found = Vec::new();
            for offices in databases.values() {
                let Some(one) = offices.first() else { continue };
                let asked = offices.iter().map(|office| &office.office);
                found.extend(look_up(asked, &one.register, code).await?);
            }
            Ok(found)
        })
    }
}
