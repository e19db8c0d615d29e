//! Where messages do not go.

use vanthu::clock;
use vanthu::online::Networks;
use vanthu::register::CursorState;

use super::receiver::Receiver;
use super::world::{Service, at_once, hook, issue_some, loopback, register, several, wait_for};
use crate::desk::file;

/// What became of a message to `address`, which may go to `networks` as well: whether it was taken, and why not.
fn told(address: &str, networks: Networks) -> (bool, String) {
    several(async {
        let folder = tempfile::tempdir().unwrap();
        let register = register(file(folder.path()), "H37.DN.001").await;
        let webhooks = vec![hook(address, &[])];
        let service = Service::start(&register, webhooks, networks, at_once(1), clock::now).await;
        issue_some(&register, 1).await;
        service.hooks.nudge();
        let end = |one: &vanthu::register::CursorPosition| one.lag == 0 || one.state == CursorState::Paused;
        let position = wait_for(&register, address, end).await;
        service.end().await;
        (position.lag == 0, position.failure.map(|failure| failure.en).unwrap_or_default())
    })
}

#[test]
fn addresses_of_the_own_network_are_refused_unless_they_are_named() {
    let receiver = Receiver::start();
    let port = receiver.port();
    let narrow = || Networks::try_from(vec!["127.0.0.2/32".to_owned()]).unwrap();
    // A name that leads to loopback is refused as its address is.
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "0.0.0.0"] {
        for scheme in ["http", "https"] {
            for networks in [Networks::default(), narrow()] {
                let (taken, why) = told(&format!("{scheme}://{host}:{port}/"), networks);
                assert!(!taken && why.contains("webhook-networks"), "{scheme} {host}: {why}");
            }
        }
    }
    assert_eq!(receiver.came(), []);
    for host in ["127.0.0.1", "localhost"] {
        let (taken, why) = told(&format!("http://{host}:{port}/"), loopback());
        assert!(taken, "{host}: {why}");
    }
    assert_eq!(receiver.came().len(), 4);
}

#[test]
fn a_redirect_is_no_answer() {
    let (receiver, other) = (Receiver::start(), Receiver::start());
    receiver.answers(&format!("to:{}", other.address()));
    let (taken, why) = told(&receiver.address(), loopback());
    assert!(!taken && why.contains("307"), "{why}");
    assert_eq!((receiver.came().len(), other.came().len()), (1, 0));
}

#[test]
fn a_server_that_can_not_prove_who_it_is_gets_nothing() {
    let receiver = Receiver::start();
    // It speaks no TLS at all.
    let (taken, why) = told(&format!("https://127.0.0.1:{}/", receiver.port()), loopback());
    assert!(!taken && why.contains("could not be sent"), "{why}");
    assert_eq!(receiver.came(), []);
}
