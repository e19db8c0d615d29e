//! Asking time-stamping authorities (RFC 3161): request, answer, and whether the one fits the other.

use crate::lang::Message;
use crate::message;
use crate::tsp;
use crate::verify::check_token;

/// How often one authority is asked.
const TRIES: usize = 2;

/// Somebody who gives time-stamps.
pub trait TimeStampAuthority {
    /// Sends a request (the DER of a TimeStampReq), and gives what came back.
    ///
    /// # Errors
    /// There is no answer; in words.
    fn ask(&self, request: &[u8]) -> Result<Vec<u8>, Message>;

    /// Its name, for messages.
    fn name(&self) -> &str;
}

/// The DER of a token of the SHA-256 digest `digest`, from the first of `authorities` that gives a good one.
///
/// # Errors
/// None does; in words, why not.
pub fn time_stamp(authorities: &[&dyn TimeStampAuthority], digest: &[u8]) -> Result<Vec<u8>, Vec<Message>> {
    let mut problems = Vec::new();
    for authority in authorities {
        for _ in 0..TRIES {
            match one(*authority, digest) {
                Ok(token) => return Ok(token),
                Err(problem) if problems.contains(&problem) => {}
                Err(problem) => problems.push(problem),
            }
        }
    }
    if problems.is_empty() {
        problems.push(message!("chưa nêu máy chủ dấu thời gian nào", "no time-stamping server is named"));
    }
    Err(problems)
}

fn one(authority: &dyn TimeStampAuthority, digest: &[u8]) -> Result<Vec<u8>, Message> {
    let name = authority.name();
    let failed = |cause: String| message!("{name}: {cause}", "{name}: {cause}");
    let mut nonce = [0; 8];
    getrandom::fill(&mut nonce).map_err(|cause| failed(cause.to_string()))?;
    // Not zero, so that it has one way of being written.
    nonce[0] |= 1;
    let request = tsp::request(digest, &nonce).map_err(|cause| failed(cause.to_string()))?;
    let token = tsp::token(&authority.ask(&request)?).map_err(failed)?;
    check_token(&token, digest, &nonce)
        .map_err(|Message { vi, en }| message!("{name}: {vi}", "{name}: {en}"))?;
    Ok(token)
}
