//! An office at work: its register, its files, its key.

use std::sync::{Arc, Mutex, PoisonError};

use time::OffsetDateTime;

use super::error::OpenOfficeError;
use crate::keys::KeyFile;
use crate::office::Office;
use crate::office::evidence::EvidenceSources;
use crate::office::seal::{KeptSeal, Seal, SealError};
use crate::online::Networks;
use crate::register::Register;
use crate::service::hooks::{self, Hooks, Rounds, Schedule};
use crate::service::store::Store;
use crate::verify::OfficeIdentity;

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
pub(in crate::service) struct Present {
    /// The office, with its configuration.
    pub office: Office,
    /// What its signatures are proven with.
    pub evidence: EvidenceSources,
}

/// What an office is opened with.
pub(super) struct OpenOptions<'a> {
    /// Where files are kept, if not in each office's own folder.
    pub store: Option<&'a Store>,
    /// Networks that webhooks may be in, beside the open one.
    pub networks: &'a Networks,
    /// Those that are open already: offices of one database share its connections.
    pub others: &'a [Arc<OpenOffice>],
    /// Who tells webhooks.
    pub rounds: &'a Rounds,
    /// What time it is.
    pub clock: fn() -> OffsetDateTime,
}

/// The webhooks of `office`, where it has any.
async fn hooks(
    office: &Office,
    register: &Arc<Register>,
    options: &OpenOptions<'_>,
) -> Result<Option<Arc<Hooks>>, OpenOfficeError> {
    let webhooks = office.config().webhooks.clone();
    if webhooks.is_empty() {
        return Ok(None);
    }
    let settings = hooks::DeliverySettings {
        register: Arc::clone(register),
        webhooks,
        key: KeyFile::read(&office.webhook_key())?.open(None)?,
        networks: options.networks.clone(),
        schedule: Schedule::default(),
        clock: options.clock,
    };
    let hooks = Hooks::new(settings, options.rounds.news())?;
    hooks.begin().await?;
    Ok(Some(Arc::new(hooks)))
}

impl OpenOffice {
    /// Opens `office`.
    ///
    /// # Errors
    /// Its register, keys or anchors can't be used.
    pub(super) async fn open(
        office: Office,
        options: &OpenOptions<'_>,
    ) -> Result<OpenOffice, OpenOfficeError> {
        let OpenOptions { store, others, clock, .. } = options;
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
        let hooks = hooks(&office, &register, options).await?;
        let turn = tokio::sync::Mutex::default();
        let (seal, clock) = (Mutex::new(seal), *clock);
        Ok(OpenOffice { office, register, store, seal, clock, hooks, turn })
    }

    /// Its folder: configuration, keys and trust anchors, as they were when it was opened.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// Its identifier: no other office has it.
    pub(in crate::service) fn id(&self) -> String {
        self.office.id()
    }

    /// What it calls itself.
    pub(super) fn name(&self) -> String {
        self.office.config().agency.name.join(" ")
    }

    /// Whether it is the office that a document names.
    pub(super) fn is_same(&self, named: &OfficeIdentity) -> bool {
        self.office.identity().is_same(named)
    }

    /// Its register, which signs the log with the key in its folder.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// Whether it has database and storage in common with `other`.
    pub(super) fn shares_all_with(&self, other: &OpenOffice) -> bool {
        self.register.place().database == other.register.place().database && self.store.is_same(&other.store)
    }

    /// Whether its database and its storage answer.
    pub(super) async fn answers(&self) -> Result<(), String> {
        let database = async { self.register.checkpoint().await.map_err(|cause| cause.to_string()) };
        let storage = async { self.store.ready().await.map_err(|cause| cause.to_string()) };
        tokio::try_join!(database, storage).map(|_| ())
    }

    /// Its webhooks, where it has any.
    pub(super) fn hooks(&self) -> Option<Arc<Hooks>> {
        self.hooks.clone()
    }

    /// Where its files are.
    pub(in crate::service) fn store(&self) -> &Store {
        &self.store
    }

    /// Its folder as it is now. Before each signature it is looked at again: who was revoked, or is no longer pinned,
    /// signs no more, though the service runs on.
    ///
    /// # Errors
    /// Configuration, anchors or lists can't be used: nobody signs then.
    pub(in crate::service) fn present(&self) -> Result<Present, OpenOfficeError> {
        let office = Office::open(self.office.folder())?;
        let evidence = EvidenceSources::of(&office)?;
        Ok(Present { office, evidence })
    }

    /// Lets `work` sign with the agency's key as `present` says where it is; `None` where the service does not have it.
    ///
    /// # Errors
    /// The key can't be used.
    pub(in crate::service) fn with_seal<T>(
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
    pub(in crate::service) fn nudge(&self) {
        if let Some(hooks) = &self.hooks {
            hooks.nudge();
        }
    }

    /// Whose turn it is to issue.
    pub(in crate::service) fn turn(&self) -> &tokio::sync::Mutex<()> {
        &self.turn
    }
}
