//! Delivering: a cursor in the register's log, read from, sent, and moved.

use std::sync::Arc;
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::message::compose;
use super::schedule::Schedule;
use super::sender::{Reply, WebhookSender};
use crate::keys::{KeyError, PrivateKey};
use crate::lang::Message;
use crate::message;
use crate::office::webhook::{EventType, Webhook};
use crate::online::Networks;
use crate::register::{Cursor, Register, RegisterError};
use crate::service::jobs::{Handler, Job, Jobs, JobsError};
use crate::service::shutdown::{Shutdown, Stop};

/// How often each process looks for webhooks that lag.
const SWEEP: Duration = Duration::from_secs(60);
/// How long a webhook belongs to who sends to it, in seconds: longer than a message takes, so that two replicas
/// never send to one at once. When a process dies, others wait for so long.
const LEASE: i64 = 60;
/// How long one job goes on before others get their turn.
const TURN: Duration = Duration::from_secs(60);
/// Acts that are read at once.
const PAGE: u32 = 100;

/// What webhooks of an office work with.
pub struct DeliverySettings {
    /// The office's register, whose log is the queue of what is told.
    pub register: Arc<Register>,
    /// The webhooks of the office's configuration.
    pub webhooks: Vec<Webhook>,
    /// The key that signs messages (Ed25519).
    pub key: PrivateKey,
    /// Networks that messages may go to beside the open one.
    pub networks: Networks,
    /// When a message that was not taken is sent again.
    pub schedule: Schedule,
    /// What time it is.
    pub clock: fn() -> OffsetDateTime,
}

/// The webhooks of an office.
#[derive(Debug)]
pub struct Hooks {
    register: Arc<Register>,
    webhooks: Vec<Webhook>,
    sender: Arc<WebhookSender>,
    jobs: Arc<dyn Jobs>,
    schedule: Schedule,
    clock: fn() -> OffsetDateTime,
}

/// What came of one look at a webhook.
enum Step {
    /// The cursor moved to a later act: there may be more to tell.
    Moved,
    /// There is nothing to tell, or somebody else is telling it.
    Nothing,
    /// It was not taken; it is sent again after so long.
    Later(Duration),
}

impl Hooks {
    /// Webhooks whose work is queued in `jobs`.
    ///
    /// # Errors
    /// The key is not Ed25519, and receivers could not check what it signs.
    pub fn new(settings: DeliverySettings, jobs: Arc<dyn Jobs>) -> Result<Hooks, KeyError> {
        let DeliverySettings { register, webhooks, key, networks, schedule, clock } = settings;
        let sender = Arc::new(WebhookSender::new(key, networks)?);
        Ok(Hooks { register, webhooks, sender, jobs, schedule, clock })
    }

    /// Delivers until `stop` is there; a message under way is finished.
    ///
    /// # Errors
    /// Jobs can't be done at all. What fails in between is logged and tried again.
    pub async fn run(self: Arc<Self>, stop: Stop) -> Result<(), JobsError> {
        let shutdown = Shutdown::at(stop);
        let sweeping = tokio::spawn(Arc::clone(&self).sweep_again_and_again(shutdown.clone()));
        let handler: Handler = {
            let (hooks, shutdown) = (Arc::clone(&self), shutdown.clone());
            Arc::new(move |job| {
                let (hooks, shutdown) = (Arc::clone(&hooks), shutdown.clone());
                Box::pin(async move { hooks.work(job, &shutdown).await })
            })
        };
        let done = self.jobs.run(handler, shutdown).await;
        sweeping.abort();
        done
    }

    async fn sweep_again_and_again(self: Arc<Self>, mut shutdown: Shutdown) {
        let mut often = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                () = shutdown.wait() => return,
                _ = often.tick() => self.nudge().await,
            }
        }
    }

    /// Looks for webhooks that lag, as after an act on the register. What fails is logged: the next sweep looks
    /// again.
    pub async fn nudge(&self) {
        if let Err(cause) = self.sweep().await {
            tracing::warn!(%cause, "webhooks could not be looked at");
        }
    }

    /// Lets new webhooks begin at the log's end, and queues a job for each that lags.
    ///
    /// # Errors
    /// The database or the queue refuses.
    pub async fn sweep(&self) -> Result<(), JobsError> {
        let now = (self.clock)();
        for webhook in &self.webhooks {
            let cursor = self.cursor(webhook);
            cursor.begin().await?;
            if cursor.lags(now).await? {
                self.jobs.enqueue(&self.job(webhook), Duration::ZERO).await?;
            }
        }
        Ok(())
    }

    fn cursor<'a>(&'a self, webhook: &'a Webhook) -> Cursor<'a> {
        Cursor::of(&self.register, webhook.address.as_str())
    }

    fn job(&self, webhook: &Webhook) -> Job {
        Job::Deliver { office: self.register.place().office.clone(), webhook: webhook.address.name() }
    }

    async fn work(&self, job: Job, shutdown: &Shutdown) -> Result<(), JobsError> {
        let Job::Deliver { office, webhook: name } = &job;
        let own = *office == self.register.place().office;
        // One that was taken out of the configuration since is told nothing more.
        let Some(webhook) = self.webhooks.iter().find(|webhook| own && webhook.address.name() == *name)
        else {
            return Ok(());
        };
        match self.deliver(webhook, shutdown).await? {
            Some(again) => self.jobs.enqueue(&job, again).await,
            None => Ok(()),
        }
    }

    /// Tells `webhook` what it does not know yet, in order; gives after how long to come again.
    async fn deliver(
        &self,
        webhook: &Webhook,
        shutdown: &Shutdown,
    ) -> Result<Option<Duration>, RegisterError> {
        let began = Instant::now();
        while !shutdown.is_here() {
            match self.step(webhook).await? {
                Step::Moved if began.elapsed() > TURN => break,
                Step::Moved => {}
                Step::Nothing => return Ok(None),
                Step::Later(wait) => return Ok(Some(wait)),
            }
        }
        Ok(Some(Duration::ZERO))
    }

    /// Tells `webhook` of one act; those that it does not want are passed over.
    async fn step(&self, webhook: &Webhook) -> Result<Step, RegisterError> {
        let cursor = self.cursor(webhook);
        let Some(claim) = cursor.claim((self.clock)(), LEASE).await? else { return Ok(Step::Nothing) };
        let told = self.register.events_from(claim.next, PAGE).await?;
        let last = told.last().ok_or(RegisterError::Damaged("event"))?.place;
        let wanted = told.into_iter().find_map(|told| {
            let kind = EventType::of(told.leaf.event, told.particulars.revision);
            Some((kind.filter(|kind| webhook.wants(*kind))?, told))
        });
        let Some((kind, told)) = wanted else {
            cursor.advance(&claim, last + 1).await?;
            return Ok(Step::Moved);
        };
        let subject = self.register.subject(&told).await?;
        let message = compose(kind, &told, subject.as_ref());
        let jitter = format!("{}\n{}\n{}", webhook.address, message.id, claim.tries);
        let (sender, address, at) = (Arc::clone(&self.sender), webhook.address.clone(), (self.clock)());
        let sent = tokio::task::spawn_blocking(move || sender.send(&address, &message, at)).await;
        let reply = sent.unwrap_or_else(|cause| {
            Reply::Refused(message!("lỗi khi gửi: {cause}", "sending failed: {cause}"))
        });
        let (name, place, tries) = (webhook.address.name(), told.place, claim.tries);
        match reply {
            Reply::Taken => {
                cursor.advance(&claim, told.place + 1).await?;
                Ok(Step::Moved)
            }
            Reply::Refused(failure) if tries < self.schedule.tries => {
                let wait = self.schedule.wait(tries, &jitter);
                cursor.postpone(&claim, (self.clock)() + wait, &failure).await?;
                log(&name, place, tries, &failure, "a webhook did not take a message");
                Ok(Step::Later(wait))
            }
            Reply::Refused(failure) | Reply::Gone(failure) => {
                cursor.pause(&claim, &failure).await?;
                log(&name, place, tries, &failure, "a webhook is paused");
                Ok(Step::Nothing)
            }
        }
    }
}

/// Says what happened, and of the address no more than its name.
fn log(webhook: &str, place: u64, tries: u32, failure: &Message, what: &str) {
    tracing::warn!(webhook, place, tries, failure = failure.en, "{what}");
}
