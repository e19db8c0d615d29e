//! Several services on one PostgreSQL.

use std::collections::BTreeMap;

use vanthu::register::Database;

use super::receiver::{Came, Receiver};
use super::world::{Replica, issue_some, register, several, wait_for};
use crate::postgres::Server;

/// Each act was told, and no message came before one of an earlier act had.
fn assert_in_order(came: &[Came], count: u64) {
    let mut first = BTreeMap::new();
    for (when, one) in came.iter().enumerate() {
        first.entry(one.place()).or_insert(when);
    }
    assert_eq!(first.keys().copied().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
    assert!(first.values().is_sorted(), "{first:?}");
}

#[test]
fn replicas_tell_each_act_once_and_in_order() {
    let server = Server::start();
    let Database::Server(database) = server.database() else { unreachable!() };
    let (own, other) = (Receiver::start(), Receiver::start());
    several(async {
        let register_of = |office: &'static str| register(server.database(), office);
        let (first, second) = (register_of("H37.DN.001").await, register_of("H37.DN.002").await);
        // The services of another office share the queue, and leave the jobs of this one alone.
        let mut replicas: Vec<Replica> = [("H37.DN.001", &own), ("H37.DN.001", &own), ("H37.DN.002", &other)]
            .into_iter()
            .map(|(office, receiver)| Replica::start(&database, office, &receiver.address(), "now"))
            .collect();
        for _ in 0..15 {
            issue_some(&first, 1).await;
            issue_some(&second, 1).await;
            replicas.iter_mut().for_each(Replica::nudge);
        }
        wait_for(&first, &own.address(), |position| position.lag == 0).await;
        wait_for(&second, &other.address(), |position| position.lag == 0).await;
        replicas.into_iter().for_each(Replica::end);
    });
    for receiver in [own, other] {
        let came = receiver.came();
        assert_eq!(came.len(), 30);
        assert_in_order(&came, 30);
    }
}

#[test]
fn when_one_dies_another_goes_on() {
    let server = Server::start();
    let Database::Server(database) = server.database() else { unreachable!() };
    let receiver = Receiver::start();
    let address = receiver.address();
    several(async {
        let register = register(server.database(), "H37.DN.001").await;
        let mut first = Replica::start(&database, "H37.DN.001", &address, "now");
        receiver.answers("200 200 hold");
        issue_some(&register, 4).await;
        first.nudge();
        receiver.wait(3);
        first.kill();
        receiver.release();
        let mut second = Replica::start(&database, "H37.DN.001", &address, "ahead");
        second.nudge();
        wait_for(&register, &address, |position| position.lag == 0).await;
        second.end();
    });
    let came = receiver.came();
    assert_eq!(came.len(), 9);
    assert_in_order(&came, 8);
}
