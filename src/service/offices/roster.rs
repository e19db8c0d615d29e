//! Which offices there are: those at work, and those that can't be used, with the reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;
use tracing::{info, warn};

use super::error::OpenOfficeError;
use super::folders::{Print, offices_in};
use super::office::{OpenOffice, OpenOptions};
use crate::explain::Explain;
use crate::lang::Message;
use crate::lookup::{Code, LookupAnswer, NoAnswer, RegisterLookup, look_up};
use crate::office::Office;
use crate::office_name::is_same_name;
use crate::online::Networks;
use crate::register::Database;
use crate::service::hooks::{Hooks, Rounds};
use crate::service::shutdown::Shutdown;
use crate::service::store::Store;
use crate::verify::OfficeIdentity;

/// How often folders are looked at.
const AGAIN: Duration = Duration::from_secs(5);
/// How long a database or a storage may take to say that it is there.
const READY: Duration = Duration::from_millis(1500);

/// The offices of a service.
#[derive(Clone)]
pub struct OpenOffices(Arc<Inner>);

struct Inner {
    folders: Vec<PathBuf>,
    store: Option<Store>,
    networks: Networks,
    clock: fn() -> OffsetDateTime,
    rounds: Rounds,
    roster: RwLock<Arc<Roster>>,
    /// One look at the folders at a time.
    looking: tokio::sync::Mutex<()>,
}

/// Who is there at one moment.
#[derive(Default)]
struct Roster {
    folders: BTreeMap<PathBuf, Known>,
    open: BTreeMap<String, Arc<OpenOffice>>,
}

#[derive(Clone)]
struct Known {
    print: Print,
    state: Result<Arc<OpenOffice>, Arc<BrokenOffice>>,
}

/// An office that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenOffice {
    /// Its folder.
    pub folder: PathBuf,
    /// Its identifier, where it is known.
    pub id: Option<String>,
    /// Its name, where it is known.
    name: Option<String>,
    /// Why, for the operator.
    pub cause: Message,
    /// What of it can't be used, for everybody.
    pub part: Message,
    may_pass: bool,
}

/// What there is under an identifier.
pub(in crate::service) enum Found {
    Open(Arc<OpenOffice>),
    Broken(Arc<BrokenOffice>),
    Nobody,
}

impl BrokenOffice {
    fn of(folder: &Path, cause: &OpenOfficeError, before: Option<&Known>) -> BrokenOffice {
        let (id, name) = match before.map(|known| &known.state) {
            Some(Ok(office)) => (Some(office.id()), Some(office.name())),
            Some(Err(broken)) => (broken.id.clone(), broken.name.clone()),
            None => (None, None),
        };
        let id = Office::id_in(folder).or(id);
        let folder = folder.to_owned();
        BrokenOffice {
            folder,
            id,
            name,
            cause: cause.words(),
            part: cause.part(),
            may_pass: cause.may_pass(),
        }
    }

    /// What it is called where its identifier is not known.
    pub(in crate::service) fn called(&self) -> String {
        let folder = || self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.id.clone().unwrap_or_else(folder)
    }
}

impl OpenOffices {
    /// Opens the offices in `folders`: each is an office's, or holds some.
    ///
    /// # Errors
    /// One of the folders has no office at all. An office that can't be used is among [`OpenOffices::broken`].
    pub async fn open(
        folders: &[PathBuf],
        store: Option<&Store>,
        networks: &Networks,
        clock: fn() -> OffsetDateTime,
    ) -> Result<OpenOffices, OpenOfficeError> {
        let offices = OpenOffices(Arc::new(Inner {
            folders: folders.to_vec(),
            store: store.cloned(),
            networks: networks.clone(),
            clock,
            rounds: Rounds::default(),
            roster: RwLock::default(),
            looking: tokio::sync::Mutex::default(),
        }));
        offices.refresh().await?;
        Ok(offices)
    }

    fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.0.roster.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the folders again: opens who came or changed, tries again who could not be opened for a reason that may
    /// have passed, and forgets who went.
    ///
    /// # Errors
    /// A folder has no office at all; who is there stays.
    pub async fn refresh(&self) -> Result<(), OpenOfficeError> {
        let _alone = self.0.looking.lock().await;
        let (offices, runtime) = (self.clone(), Handle::current());
        // Keys and disks take their time.
        let looked = spawn_blocking(move || runtime.block_on(offices.look())).await;
        let roster = looked.unwrap_or_else(|cause| {
            let path = self.0.folders.first().cloned().unwrap_or_default();
            Err(OpenOfficeError::Disk { path, cause: std::io::Error::other(cause) })
        })?;
        *self.0.roster.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(roster);
        Ok(())
    }

    async fn look(&self) -> Result<Roster, OpenOfficeError> {
        let before = self.roster();
        let mut roster = Roster::default();
        // Databases that did not answer: the other offices in them need not wait for that as well.
        let mut away: Vec<(Database, Arc<BrokenOffice>)> = Vec::new();
        for folder in &self.0.folders {
            for folder in offices_in(folder)? {
                let print = Print::of(&folder);
                let known = before.folders.get(&folder);
                let state = match known.filter(|known| known.print == print && !known.is_worth_a_try()) {
                    Some(known) => known.state.clone(),
                    None => self.try_to_open(&folder, known, &before, &roster, &mut away).await,
                };
                let state = state.and_then(|office| match roster.open.contains_key(&office.id()) {
                    false => Ok(office),
                    true => {
                        let cause = OpenOfficeError::SameId(office.id());
                        Err(Arc::new(BrokenOffice { id: None, ..BrokenOffice::of(&folder, &cause, None) }))
                    }
                });
                tell(known.map(|known| &known.state), &state);
                if let Ok(office) = &state {
                    roster.open.insert(office.id(), Arc::clone(office));
                }
                roster.folders.insert(folder, Known { print, state });
            }
        }
        for (folder, known) in &before.folders {
            if let (Ok(office), false) = (&known.state, roster.folders.contains_key(folder)) {
                info!(office = office.id(), "an office went");
            }
        }
        Ok(roster)
    }

    async fn try_to_open(
        &self,
        folder: &Path,
        known: Option<&Known>,
        before: &Roster,
        roster: &Roster,
        away: &mut Vec<(Database, Arc<BrokenOffice>)>,
    ) -> Result<Arc<OpenOffice>, Arc<BrokenOffice>> {
        let broken = |cause: OpenOfficeError| Arc::new(BrokenOffice::of(folder, &cause, known));
        let office = Office::open(folder).map_err(|cause| broken(cause.into()))?;
        let database = office.register().database;
        if let Some((_, other)) = away.iter().find(|(silent, _)| *silent == database) {
            let (id, name) = (Some(office.id()), Some(office.config().agency.name.join(" ")));
            let folder = folder.to_owned();
            return Err(Arc::new(BrokenOffice { folder, id, name, ..BrokenOffice::clone(other) }));
        }
        let others: Vec<Arc<OpenOffice>> =
            roster.open.values().chain(before.open.values()).cloned().collect();
        let options = OpenOptions {
            store: self.0.store.as_ref(),
            networks: &self.0.networks,
            others: &others,
            rounds: &self.0.rounds,
            clock: self.0.clock,
        };
        match OpenOffice::open(office, &options).await {
            Ok(office) => Ok(Arc::new(office)),
            Err(cause) => {
                let is_away = matches!(cause, OpenOfficeError::Register(_)) && cause.may_pass();
                let broken = broken(cause);
                if is_away && matches!(database, Database::Server(_)) {
                    away.push((database, Arc::clone(&broken)));
                }
                Err(broken)
            }
        }
    }

    /// Looks at the folders again and again, and tells webhooks what happens, until `shutdown`.
    pub(in crate::service) async fn work(&self, mut shutdown: Shutdown) {
        let offices = self.clone();
        let hooks =
            move || offices.all().iter().filter_map(|office| office.hooks()).collect::<Vec<Arc<Hooks>>>();
        let telling = tokio::spawn(self.0.rounds.clone().run(hooks, shutdown.clone()));
        let sweeping = tokio::spawn(self.clone().sweep());
        let mut failed = None;
        while !shutdown.is_here() {
            tokio::select! {
                () = shutdown.wait() => {}
                () = tokio::time::sleep(AGAIN) => {
                    let cause = self.refresh().await.err().map(|cause| cause.to_string());
                    if cause != failed && let Some(cause) = &cause {
                        warn!(cause, "the folders of offices can't be looked at");
                    }
                    failed = cause;
                }
            }
        }
        sweeping.abort();
        // It ends by itself, with what is under way.
        let _ = telling.await;
    }

    /// Takes away, once, what earlier processes left in the storage of files when they were killed.
    async fn sweep(self) {
        let mut swept: Vec<Arc<OpenOffice>> = Vec::new();
        for office in self.all() {
            if !swept.iter().any(|other| other.store().is_same(office.store())) {
                if let Err(cause) = office.store().sweep().await {
                    warn!(office = office.id(), %cause, "files that were left can't be taken away");
                }
                swept.push(office);
            }
        }
    }

    /// What there is under the identifier `id`. An office whose identifier can't be read may be any.
    pub(in crate::service) fn find(&self, id: &str) -> Found {
        let roster = self.roster();
        if let Some(office) = roster.open.get(id) {
            return Found::Open(Arc::clone(office));
        }
        let broken = || roster.folders.values().filter_map(|known| known.state.as_ref().err());
        let named = broken().find(|broken| broken.id.as_deref() == Some(id));
        match named.or_else(|| broken().find(|broken| broken.id.is_none())) {
            Some(broken) => Found::Broken(Arc::clone(broken)),
            None => Found::Nobody,
        }
    }

    /// What works of each office, and what does not, by what it is called. Most share a database and a storage: each of
    /// these is asked once.
    pub(in crate::service) async fn health(&self) -> Vec<(String, Result<(), String>)> {
        let roster = self.roster();
        let mut asked: Vec<Arc<OpenOffice>> = Vec::new();
        let mut answers = JoinSet::new();
        let mut states = Vec::new();
        for known in roster.folders.values() {
            let office = match &known.state {
                Ok(office) => office,
                Err(broken) => {
                    states.push((broken.called(), Err(broken.part.en.clone())));
                    continue;
                }
            };
            if !asked.iter().any(|other| other.shares_all_with(office)) {
                let (at, office) = (asked.len(), Arc::clone(office));
                asked.push(Arc::clone(&office));
                answers.spawn(async move {
                    let answer = timeout(READY, office.answers()).await;
                    (at, answer.unwrap_or_else(|late| Err(late.to_string())))
                });
            }
            states.push((office.id(), Ok(())));
        }
        let mut silent: Vec<(Arc<OpenOffice>, String)> = Vec::new();
        while let Some(answer) = answers.join_next().await {
            if let Ok((at, Err(cause))) = answer
                && let Some(office) = asked.get(at)
            {
                warn!(office = office.id(), cause, "an office's database or storage does not answer");
                silent.push((Arc::clone(office), cause));
            }
        }
        for (id, state) in &mut states {
            let office = roster.open.get(id).filter(|_| state.is_ok());
            let is_silent =
                office.is_some_and(|office| silent.iter().any(|(other, _)| other.shares_all_with(office)));
            if is_silent {
                *state = Err("its database or its storage of files does not answer".to_owned());
            }
        }
        states
    }

    /// The one office, where there is no other.
    pub fn only(&self) -> Option<Arc<OpenOffice>> {
        let roster = self.roster();
        roster.open.values().next().filter(|_| roster.folders.len() == 1).cloned()
    }

    /// All that are at work, by their identifiers.
    pub fn all(&self) -> Vec<Arc<OpenOffice>> {
        self.roster().open.values().cloned().collect()
    }

    /// Those that can't be used.
    pub fn broken(&self) -> Vec<Arc<BrokenOffice>> {
        self.roster().folders.values().filter_map(|known| known.state.clone().err()).collect()
    }
}

impl Known {
    fn is_worth_a_try(&self) -> bool {
        self.state.as_ref().is_err_and(|broken| broken.may_pass)
    }
}

type State = Result<Arc<OpenOffice>, Arc<BrokenOffice>>;

/// Logs what changed.
fn tell(before: Option<&State>, now: &State) {
    match (before, now) {
        (Some(Ok(before)), Ok(now)) if Arc::ptr_eq(before, now) => {}
        (Some(Err(before)), Err(now)) if before == now => {}
        (_, Ok(now)) => info!(office = now.id(), "an office is at work"),
        (_, Err(now)) => {
            let (office, folder) = (now.called(), now.folder.display());
            warn!(office, %folder, cause = now.cause.en, "an office can't be used");
        }
    }
}

impl RegisterLookup for OpenOffices {
    fn has_office(&self, named: &OfficeIdentity) -> bool {
        let is_broken = |broken: &Arc<BrokenOffice>| {
            broken.name.as_ref().is_some_and(|known| is_same_name(&named.name, known))
        };
        self.all().iter().any(|office| office.is_same(named)) || self.broken().iter().any(is_broken)
    }

    fn find<'a>(&'a self, code: &'a Code, named: Option<&'a OfficeIdentity>) -> LookupAnswer<'a> {
        Box::pin(async move {
            let offices = self.all();
            let is_meant = |office: &&Arc<OpenOffice>| named.is_none_or(|named| office.is_same(named));
            let mut databases: BTreeMap<Database, Vec<&OpenOffice>> = BTreeMap::new();
            for office in offices.iter().filter(is_meant) {
                databases.entry(office.register().place().database.clone()).or_default().push(office);
            }
            // The one that is meant is there, and can't be asked.
            if databases.is_empty() && named.is_some() {
                return Err(NoAnswer::Unreachable);
            }
            let mut found = Vec::new();
            for offices in databases.values() {
                let Some(one) = offices.first() else { continue };
                let asked = offices.iter().map(|office| office.office());
                found.extend(look_up(asked, one.register(), code).await?);
            }
            // What nobody has here, one that can't be asked may have.
            if found.is_empty() && named.is_none() && !self.broken().is_empty() {
                return Err(NoAnswer::Unreachable);
            }
            Ok(found)
        })
    }
}
