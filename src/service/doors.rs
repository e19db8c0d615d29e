//! Who may have a connection, and for how long it may have nothing under way. Connections are fewer than the files that
//! the process may open; where all are taken, the one goes that would have been closed soonest, and who comes finds a
//! place. So silence costs nobody else anything.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::party::network;

/// How long a client may take to say what it wants: from the first byte, or from none, to the end of a request's head.
const HEAD: Duration = Duration::from_secs(15);
/// How long a connection may have nothing under way afterwards.
const IDLE: Duration = Duration::from_secs(30);
/// The least rate at which an answer is taken, in bytes a second, and how long what was sent may take: the system's
/// buffers are as large as that.
const LEAST_RATE: u32 = 16 << 10;
const MOST: Duration = Duration::from_secs(300);
/// Connections of one client.
const EACH: usize = 256;

/// The connections that there are.
#[derive(Debug)]
pub(super) struct Doors {
    all: usize,
    each: usize,
    open: Mutex<HashMap<SocketAddr, Arc<Connection>>>,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Connection {
    client: IpAddr,
    life: Mutex<Life>,
    /// Tells it to end.
    end: Mutex<Option<oneshot::Sender<()>>>,
}

#[derive(Debug)]
struct Life {
    /// Requests that were read and not answered yet.
    under_way: usize,
    /// When it ends, as long as there are none.
    until: Instant,
}

/// A place for a connection; dropped, it is free.
#[derive(Debug)]
pub(super) struct Seat {
    doors: Arc<Doors>,
    peer: SocketAddr,
    connection: Arc<Connection>,
}

/// A request under way; dropped, it was answered or given up.
#[derive(Debug)]
pub(super) struct UnderWay(Arc<Connection>);

impl Doors {
    /// `all` connections at the most; those of one client are bounded where clients connect themselves, and no proxy
    /// does for them.
    pub(super) fn new(all: usize, is_proxied: bool) -> Arc<Doors> {
        let all = all.min(room());
        let each = if is_proxied { all } else { EACH.min(all) };
        Arc::new(Doors { all, each, open: Mutex::default() })
    }

    /// A place for the connection of `peer`, and what tells it to end early; nothing where all are at work.
    pub(super) fn enter(self: &Arc<Self>, peer: SocketAddr) -> Option<(Seat, oneshot::Receiver<()>)> {
        let client = network(peer.ip());
        let (end, told) = oneshot::channel();
        let life = Mutex::new(Life { under_way: 0, until: Instant::now() + HEAD });
        let connection = Arc::new(Connection { client, life, end: Mutex::new(Some(end)) });
        let mut open = lock(&self.open);
        let own = open.values().filter(|other| other.client == client).count();
        if own >= self.each {
            make_room(&mut open, |other| other.client == client)?;
        } else if open.len() >= self.all {
            make_room(&mut open, |_| true)?;
        }
        open.insert(peer, Arc::clone(&connection));
        Some((Seat { doors: Arc::clone(self), peer, connection }, told))
    }

    /// A request of `peer` was read.
    pub(super) fn request(&self, peer: SocketAddr) -> Option<UnderWay> {
        let connection = Arc::clone(lock(&self.open).get(&peer)?);
        lock(&connection.life).under_way += 1;
        Some(UnderWay(connection))
    }
}

/// Ends the one of the connections that `may` end that has nothing under way and would end soonest.
fn make_room(
    open: &mut HashMap<SocketAddr, Arc<Connection>>,
    may: impl Fn(&Connection) -> bool,
) -> Option<()> {
    let idle = open.iter().filter(|(_, connection)| may(connection));
    let soonest = idle.filter_map(|(peer, connection)| Some((connection.until()?, *peer))).min()?;
    let connection = open.remove(&soonest.1)?;
    if let Some(end) = lock(&connection.end).take() {
        // It may end by itself at this moment.
        let _ = end.send(());
    }
    Some(())
}

impl Connection {
    /// When it ends; nothing while a request is under way.
    pub(super) fn until(&self) -> Option<Instant> {
        let life = lock(&self.life);
        (life.under_way == 0).then_some(life.until)
    }

    /// So many bytes of an answer went out.
    pub(super) fn sent(&self, bytes: usize) {
        let mut life = lock(&self.life);
        if life.under_way == 0 {
            let taken = Duration::from_secs(bytes as u64) / LEAST_RATE;
            life.until = (life.until + taken).min(Instant::now() + MOST);
        }
    }
}

impl Seat {
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = lock(&self.doors.open);
        // Who was shown out may have come back by the same port.
        if open.get(&self.peer).is_some_and(|other| Arc::ptr_eq(other, &self.connection)) {
            open.remove(&self.peer);
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut life = lock(&self.0.life);
        life.under_way = life.under_way.saturating_sub(1);
        life.until = Instant::now() + IDLE;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many connections there is room for: half of the files that the process may open, once it may open as many as the
/// system lets it.
#[cfg(unix)]
fn room() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// What no service here needs more than.
    const MOST: u64 = 65_536;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(MOST).min(MOST).max(current.unwrap_or(MOST));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    let files = if raised.is_ok() { wanted } else { current.unwrap_or(MOST) };
    usize::try_from(files / 2).unwrap_or(usize::MAX)
}

#[cfg(not(unix))]
fn room() -> usize {
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(last: u8, port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, last], port))
    }

    #[test]
    fn who_comes_finds_a_place_before_who_is_silent_and_after_who_is_at_work() {
        let doors = Arc::new(Doors { all: 3, each: 2, open: Mutex::default() });
        let (first, mut told_first) = doors.enter(peer(1, 1)).unwrap();
        let (second, mut told_second) = doors.enter(peer(1, 2)).unwrap();
        let working = doors.request(peer(1, 1)).unwrap();
        assert!(first.connection().until().is_none());
        // The client has its share: of its own connections, the silent one goes.
        let _third = doors.enter(peer(1, 3)).unwrap();
        assert!(told_second.try_recv().is_ok() && told_first.try_recv().is_err());
        drop(second);
        let others = [doors.enter(peer(2, 1)).unwrap(), doors.enter(peer(3, 1)).unwrap()];
        assert_eq!(lock(&doors.open).len(), 3, "the third made room for the last");
        let at_work = [doors.request(peer(2, 1)), doors.request(peer(3, 1))];
        assert!(at_work.iter().all(Option::is_some));
        assert!(doors.enter(peer(4, 1)).is_none(), "all are at work");
        drop(working);
        assert!(first.connection().until().is_some());
        assert!(doors.enter(peer(4, 1)).is_some());
        drop((first, others, at_work));
        assert!(lock(&doors.open).is_empty());
    }
}
