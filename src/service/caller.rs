//! Who asks: the bearer of a token (RFC 6750), and what his duty lets him do. Whatever he does, and whatever he was
//! refused, stands in the office's trail before he is answered.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;

use super::Service;
use super::bureau::Bureau;
use super::frame::RequestId;
use super::problem::Problem;
use crate::access::{Act, Bearer, NewTrailRow, Tokens, Trail, Who, office_of};
use crate::office::Office;
use crate::register::Register;

/// Somebody with a token that opens.
pub(super) struct Caller {
    bureau: Arc<Bureau>,
    bearer: Bearer,
    request_id: String,
    clock: fn() -> OffsetDateTime,
}

impl FromRequestParts<Service> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Caller, Problem> {
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let found = match bearer_text(&parts.headers) {
            Some(text) => open(service, text).await?,
            None => None,
        };
        let Some((bureau, bearer)) = found else {
            // Whoever guesses is slowed down like any other stranger.
            service.rate().stranger(&parts.headers, &parts.extensions)?;
            return Err(Problem::unauthorized());
        };
        service.token_rate().count(&bearer)?;
        Ok(Caller { bureau, bearer, request_id, clock: service.0.means.clock })
    }
}

/// Whether a request has a token that opens, which is counted: who has one is no stranger on public routes either.
///
/// # Errors
/// The token was used too often, or the database does not answer.
pub(super) async fn is_known(service: &Service, headers: &HeaderMap) -> Result<bool, Problem> {
    let Some(text) = bearer_text(headers) else { return Ok(false) };
    match open(service, text).await? {
        Some((_, bearer)) => service.token_rate().count(&bearer).map(|()| true),
        None => Ok(false),
    }
}

/// The office whose token `text` is, and who holds it; nothing where it opens nothing.
async fn open(service: &Service, text: &str) -> Result<Option<(Arc<Bureau>, Bearer)>, Problem> {
    let Some(desk) = service.desk() else { return Ok(None) };
    let Some(bureau) = office_of(text).and_then(|office| desk.bureaus.find(office)) else { return Ok(None) };
    let bearer = Tokens::of(bureau.register()).bearer(text, service.now()).await?;
    Ok(bearer.map(|bearer| (Arc::clone(bureau), bearer)))
}

/// The token of a request.
fn bearer_text(headers: &HeaderMap) -> Option<&str> {
    let (scheme, text) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| text.trim_matches(' '))
}

/// Asks for a token where none opened (RFC 6750 §3).
pub(super) fn challenge(headers: &mut HeaderMap) {
    headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
}

impl Caller {
    /// His office, at work.
    pub(super) fn bureau(&self) -> &Arc<Bureau> {
        &self.bureau
    }

    /// His office.
    pub(super) fn office(&self) -> &Office {
        self.bureau.office()
    }

    /// His office's register.
    pub(super) fn register(&self) -> &Register {
        self.bureau.register()
    }

    /// What time it is.
    pub(super) fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    /// Whether his duty lets him do `act` to `subject`. Where it does not, the trail is told.
    pub(super) async fn may(&self, act: Act, subject: &str) -> Result<(), Problem> {
        if self.bearer.may(act) {
            return Ok(());
        }
        self.tell(act.name(), subject, NewTrailRow::FORBIDDEN).await?;
        Err(Problem::forbidden())
    }

    /// Answers with what came of `act` on `subject`, once the trail has it.
    pub(super) async fn answer(
        &self,
        act: &str,
        subject: &str,
        done: Result<impl IntoResponse, Problem>,
    ) -> Result<Response, Problem> {
        let outcome =
            done.as_ref().map_or_else(|problem| problem.name().to_owned(), |_| NewTrailRow::OK.to_owned());
        self.tell(act, subject, &outcome).await?;
        done.map(IntoResponse::into_response)
    }

    async fn tell(&self, act: &str, subject: &str, outcome: &str) -> Result<(), Problem> {
        let who = Who::Bearer(&self.bearer);
        let told = NewTrailRow { who, act, subject, outcome, request: &self.request_id };
        Trail::of(self.register()).append(&told, self.now()).await?;
        Ok(())
    }
}
