//! Delivering: a cursor in the register's log, read from, sent, and moved.

use std::sync::Arc;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use tokio::sync::mpsc;

use super::message::compose;
use super::schedule::Schedule;
use super::sender::{Reply, WebhookSender};
use crate::keys::{KeyError, PrivateKey};
use crate::lang::Message;
use crate::message;
use crate::office::webhook::{EventType, Webhook};
use crate::online::Networks;
use crate::register::{Cursor, Register, RegisterError};
use crate::service::shutdown::Shutdown;

/// How long a webhook belongs to who sends to it, in seconds: longer than a message takes, so that two replicas
/// never send to one at once. When a process dies, others wait for so long.
const LEASE: i64 = 60;
/// How long one webhook is told before others get their turn.
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

/// Says whose webhooks are to be looked at, because something happened.
#[derive(Debug, Clone)]
pub struct News(pub(super) mpsc::Sender<Arc<Hooks>>);

/// The webhooks of an office.
#[derive(Debug)]
pub struct Hooks {
    register: Arc<Register>,
    webhooks: Vec<Webhook>,
    sender: Arc<WebhookSender>,
    news: News,
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
    /// Webhooks that are told by whom `news` reaches.
    ///
    /// # Errors
    /// The key is not Ed25519, and receivers could not check what it signs.
    pub fn new(settings: DeliverySettings, news: News) -> Result<Hooks, KeyError> {
        let DeliverySettings { register, webhooks, key, networks, schedule, clock } = settings;
        let sender = Arc::new(WebhookSender::new(key, networks)?);
        Ok(Hooks { register, webhooks, sender, news, schedule, clock })
    }

    /// Lets new webhooks begin at the log's end.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn begin(&self) -> Result<(), RegisterError> {
        for webhook in &self.webhooks {
            self.cursor(webhook).begin().await?;
        }
        Ok(())
    }

    /// Says that something happened in the office: its webhooks are looked at soon.
    pub fn nudge(self: &Arc<Self>) {
        // Where there is no room, or nobody listens, the next look finds it.
        let _ = self.news.0.try_send(Arc::clone(self));
    }

    pub(super) fn register(&self) -> &Register {
        &self.register
    }

    pub(super) fn office(&self) -> &str {
        &self.register.place().office
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    /// The name of the webhook at `address`, where there is one.
    pub(super) fn named(&self, address: &str) -> Option<String> {
        let webhook = self.webhooks.iter().find(|webhook| webhook.address.as_str() == address)?;
        Some(webhook.address.name())
    }

    fn cursor<'a>(&'a self, webhook: &'a Webhook) -> Cursor<'a> {
        Cursor::of(&self.register, webhook.address.as_str())
    }

    /// Tells the webhook with this `name` what it does not know yet, in order; whether there is more to tell at once.
    pub(super) async fn tell(&self, name: &str, shutdown: &Shutdown) -> Result<bool, RegisterError> {
        let Some(webhook) = self.webhooks.iter().find(|webhook| webhook.address.name() == name) else {
            return Ok(false);
        };
        let began = Instant::now();
        while !shutdown.is_here() {
            match self.step(webhook).await? {
                Step::Moved if began.elapsed() > TURN => return Ok(true),
                Step::Moved => {}
                Step::Nothing => return Ok(false),
                Step::Later(wait) => return Ok(wait.is_zero()),
            }
        }
        Ok(false)
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
