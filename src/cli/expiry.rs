//! Says what ends soon of what an office works with, and what to type then.

use time::OffsetDateTime;

use super::console::Console;
use crate::cli::failure::Failure;
use crate::clock;
use crate::explain::Explain;
use crate::keys::Certificate;
use crate::lang::Message;
use crate::message;
use crate::office::Office;
use crate::office::expiry::{self, Expiring, Expiry};
use crate::sign::Signer;
use crate::time_stamping::TimeStampAuthority;

/// Warns of what ends soon in `office`; or that it can't be told, which who signs is refused for.
pub fn warn_of_office(office: &Office, now: OffsetDateTime, console: &Console) {
    match expiry::of_office(office, now) {
        Ok(soon) => warn(&soon, console),
        Err(cause) => console.warn(&cause.words()),
    }
}

/// Warns of what ends soon of what signs: that of `office`, where it is one's, and the signer's `certificate`.
pub fn warn_of_signing(
    office: Option<&Office>,
    certificate: &Certificate,
    now: OffsetDateTime,
    console: &Console,
) -> Result<(), Failure> {
    let mut soon = office.map(|office| expiry::of_office(office, now)).transpose()?.unwrap_or_default();
    let own = expiry::of_certificate(certificate, now);
    soon.extend(own.filter(|own| !soon.contains(own)));
    warn(&soon, console);
    Ok(())
}

/// Says until when a signature by `signer` can be proven that no time-stamping authority gives a time.
pub fn tell_proof(signer: &dyn Signer, authorities: &[&dyn TimeStampAuthority], console: &Console) {
    if authorities.is_empty() {
        let until = clock::display(expiry::end(signer.certificate()));
        console.step(&message!(
            "Không có dấu thời gian: chữ ký chỉ chứng minh được đến {until}, khi chứng thư hết hạn; `vanthu extend` giữ được lâu hơn",
            "No time-stamp: the signature can be proven until {until}, when the certificate ends; `vanthu extend` makes it last"
        ));
    }
}

/// Warns of what ends soon.
pub fn warn(soon: &[Expiry], console: &Console) {
    for expiry in soon {
        let Message { vi, en } = expiry.words();
        let Message { vi: then_vi, en: then_en } = advice(expiry.what);
        console.warn(&message!("{vi}{then_vi}", "{en}{then_en}"));
    }
}

fn advice(what: Expiring) -> Message {
    match what {
        Expiring::Certificate => message!(
            "; gia hạn bằng `vanthu keys renew`, hoặc xin chứng thư mới",
            "; `vanthu keys renew` renews it, or ask for a new one"
        ),
        Expiring::OwnList => {
            message!("; lập lại bằng `vanthu keys crl`", "; `vanthu keys crl` writes a new one")
        }
        Expiring::List => message!("; tải danh sách mới", "; get a new one"),
        Expiring::Anchor => message!(
            "; thêm chứng thư mới bằng `vanthu trust add`",
            "; `vanthu trust add` takes the one that follows it"
        ),
        Expiring::TimeStamping => message!(" (vanthu extend --level lta)", " (vanthu extend --level lta)"),
    }
}
