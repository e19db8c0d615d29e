//! Who looks for webhooks that lag, and tells them: one for all offices of a process, with the connections that their
//! registers have anyway. There is no queue of jobs beside the log: a webhook lags or does not, its cursor is claimed by
//! one process at a time, and what a process forgets when it ends the next look finds again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::delivery::{Hooks, News};
use crate::register::{Cursor, Database, RegisterError};
use crate::service::shutdown::Shutdown;

/// How often each database is asked which webhooks lag: after acts of the command line and of other replicas.
const AGAIN: Duration = Duration::from_secs(5);
/// How long such a question may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Webhooks that are told at once.
const AT_ONCE: usize = 16;
/// How long messages under way may go on when the process ends: longer than one takes.
const GRACE: Duration = Duration::from_secs(15);
/// Offices of which it is known that something happened; of more than these the next look knows.
const NEWS: usize = 1024;

/// The rounds of a process; clones are the same.
#[derive(Debug, Clone)]
pub struct Rounds {
    news: News,
    inbox: Arc<Mutex<mpsc::Receiver<Arc<Hooks>>>>,
}

impl Default for Rounds {
    fn default() -> Rounds {
        let (news, inbox) = mpsc::channel(NEWS);
        Rounds { news: News(news), inbox: Arc::new(Mutex::new(inbox)) }
    }
}

/// A webhook: of which office, and its name.
type Key = (String, String);

/// What came of a task.
enum Done {
    /// These webhooks lag.
    Looked(Option<Database>, Vec<(Arc<Hooks>, String)>),
    /// This one was told; perhaps there is more at once.
    Told(Key, Arc<Hooks>, bool),
}

/// What is to do and under way.
#[derive(Default)]
struct Desk {
    waiting: VecDeque<(Arc<Hooks>, String)>,
    busy: BTreeSet<Key>,
    /// Those of which something was said while they were told.
    again: BTreeSet<Key>,
    /// Databases that are being asked.
    asked: BTreeSet<Database>,
    tasks: JoinSet<Done>,
}

impl Rounds {
    /// What offices are opened with, to say that something happened.
    pub fn news(&self) -> News {
        self.news.clone()
    }

    /// Tells the webhooks of `offices`, as they are each time, until `shutdown`; messages under way are finished.
    pub async fn run(self, offices: impl Fn() -> Vec<Arc<Hooks>>, mut shutdown: Shutdown) {
        let mut inbox = self.inbox.lock().await;
        let mut desk = Desk::default();
        let mut looks = interval(AGAIN);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !shutdown.is_here() {
            tokio::select! {
                () = shutdown.wait() => {}
                _ = looks.tick() => desk.look(offices()),
                Some(hooks) = inbox.recv() => {
                    desk.tasks.spawn(async move { Done::Looked(None, lagging(vec![hooks]).await) });
                }
                Some(done) = desk.tasks.join_next(), if !desk.tasks.is_empty() => match done {
                    Ok(done) => desk.done(done),
                    Err(cause) => tracing::error!(%cause, "a look for webhooks ended in the middle"),
                },
            }
            desk.start(&shutdown);
        }
        let rest = async { while desk.tasks.join_next().await.is_some() {} };
        // What takes longer is ended, and sent again by the next process.
        let _ = timeout(GRACE, rest).await;
    }
}

impl Desk {
    /// Asks each database once, unless it has not answered yet.
    fn look(&mut self, offices: Vec<Arc<Hooks>>) {
        let mut databases: BTreeMap<Database, Vec<Arc<Hooks>>> = BTreeMap::new();
        for hooks in offices {
            databases.entry(hooks.register().place().database.clone()).or_default().push(hooks);
        }
        for (database, offices) in databases {
            if self.asked.insert(database.clone()) {
                self.tasks.spawn(async move { Done::Looked(Some(database), lagging(offices).await) });
            }
        }
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Looked(database, found) => {
                if let Some(database) = database {
                    self.asked.remove(&database);
                }
                for (hooks, webhook) in found {
                    let key = (hooks.office().to_owned(), webhook.clone());
                    if self.busy.contains(&key) {
                        self.again.insert(key);
                    } else if !self
                        .waiting
                        .iter()
                        .any(|(other, name)| other.office() == key.0 && *name == key.1)
                    {
                        self.waiting.push_back((hooks, webhook));
                    }
                }
            }
            Done::Told(key, hooks, is_more) => {
                self.busy.remove(&key);
                if self.again.remove(&key) || is_more {
                    self.waiting.push_back((hooks, key.1));
                }
            }
        }
    }

    /// Tells those that have waited longest, as many as may be told at once.
    fn start(&mut self, shutdown: &Shutdown) {
        while self.busy.len() < AT_ONCE
            && let Some((hooks, webhook)) = self.waiting.pop_front()
        {
            let key = (hooks.office().to_owned(), webhook);
            self.busy.insert(key.clone());
            let shutdown = shutdown.clone();
            self.tasks.spawn(async move {
                let telling = tokio::spawn({
                    let (hooks, webhook) = (Arc::clone(&hooks), key.1.clone());
                    async move { hooks.tell(&webhook, &shutdown).await }
                });
                let is_more = match telling.await {
                    Ok(Ok(is_more)) => is_more,
                    Ok(Err(cause)) => {
                        tracing::warn!(%cause, webhook = key.1, "a webhook could not be told");
                        false
                    }
                    Err(cause) => {
                        tracing::error!(%cause, webhook = key.1, "telling a webhook ended in the middle");
                        false
                    }
                };
                Done::Told(key, hooks, is_more)
            });
        }
    }
}

/// The webhooks of `offices`, whose registers are in one database, that lag.
async fn lagging(offices: Vec<Arc<Hooks>>) -> Vec<(Arc<Hooks>, String)> {
    let Some(one) = offices.first() else { return Vec::new() };
    let asked = timeout(PATIENCE, ask(one)).await;
    let lagging =
        match asked.map_err(|late| late.to_string()).and_then(|said| said.map_err(|cause| cause.to_string()))
        {
            Ok(lagging) => lagging,
            Err(cause) => {
                tracing::warn!(cause, "webhooks could not be looked at");
                return Vec::new();
            }
        };
    let mut found = Vec::new();
    for (office, address) in lagging {
        // A webhook that was taken out of the configuration is told nothing more.
        let hooks = offices.iter().find(|hooks| hooks.office() == office);
        if let Some(hooks) = hooks
            && let Some(name) = hooks.named(&address)
        {
            found.push((Arc::clone(hooks), name));
        }
    }
    found
}

async fn ask(one: &Hooks) -> Result<Vec<(String, String)>, RegisterError> {
    Cursor::lagging(one.register(), one.now()).await
}
