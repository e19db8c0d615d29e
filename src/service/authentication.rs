//! Who asks: the bearer of a token (RFC 6750), and what his duty lets him do. Whatever he does, and whatever he was
//! refused, stands in the office's trail before he is answered.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;
use tokio::time::timeout;

use super::Service;
use super::offices::{Found, OpenOffice};
use super::party::Party;
use super::problem::Problem;
use super::request_id::RequestId;
use crate::access::{Act, Bearer, NewTrailRow, Tokens, Trail, Who, office_of};
use crate::register::Register;

/// How long the database may take to say whose a token is.
const PATIENCE: Duration = Duration::from_secs(2);

/// Somebody with a token that opens.
pub(super) struct Caller {
    office: Arc<OpenOffice>,
    bearer: Bearer,
    party: Party,
    request_id: String,
    clock: fn() -> OffsetDateTime,
}

/// What came of an act.
pub(super) struct Done<T> {
    /// What the trail calls it.
    pub name: &'static str,
    /// To what it was done.
    pub subject: String,
    /// What the client is answered.
    pub answer: Result<T, Problem>,
}

impl FromRequestParts<Service> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Caller, Problem> {
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let found = match bearer_text(&parts.headers) {
            Some(text) => open(service, text).await?,
            None => None,
        };
        let Some((office, bearer)) = found else {
            // Whoever guesses is slowed down like any other stranger.
            service.rate().stranger(&parts.headers, &parts.extensions)?;
            return Err(Problem::unauthorized());
        };
        service.token_rate().count(&bearer)?;
        let party = Party::Office(bearer.office.clone());
        Ok(Caller { office, bearer, party, request_id, clock: service.clock() })
    }
}

/// On whose account a request to a public route is done, which is counted: who has a token that opens is no stranger
/// there either.
///
/// # Errors
/// The client or the token asked too often, or the database does not answer.
pub(super) async fn party(
    service: &Service,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Party, Problem> {
    let found = match bearer_text(headers) {
        Some(text) => open(service, text).await?,
        None => None,
    };
    match found {
        Some((_, bearer)) => {
            service.token_rate().count(&bearer)?;
            Ok(Party::Office(bearer.office))
        }
        None => service.rate().stranger(headers, extensions),
    }
}

/// The office whose token `text` is, and who holds it; nothing where it opens nothing.
async fn open(service: &Service, text: &str) -> Result<Option<(Arc<OpenOffice>, Bearer)>, Problem> {
    let Some(issuing) = service.issuing() else { return Ok(None) };
    let office = match office_of(text).map(|office| issuing.offices.find(office)) {
        Some(Found::Open(office)) => office,
        Some(Found::Broken(broken)) => return Err(Problem::broken_office(&broken.part)),
        Some(Found::Nobody) | None => return Ok(None),
    };
    let tokens = Tokens::of(office.register());
    let asked = timeout(PATIENCE, tokens.bearer(text, service.now())).await;
    let bearer =
        asked.map_err(|late| Problem::unavailable(&format!("the tokens of {}: {late}", office.id())))??;
    Ok(bearer.map(|bearer| (office, bearer)))
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
    /// The office that his token names.
    pub(super) fn office(&self) -> &Arc<OpenOffice> {
        &self.office
    }

    /// On whose account it is done: his office's.
    pub(super) fn party(&self) -> &Party {
        &self.party
    }

    /// The register of his office, in which its trail stands as well.
    pub(super) fn register(&self) -> &Register {
        self.office.register()
    }

    /// What time it is.
    pub(super) fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    /// Does `work` where his duty allows `act`, and answers once the trail has a row: of what was done to `subject`
    /// under the name `name`, of what failed, or of what was refused. Nothing that a route does stands outside of
    /// `work`, so that nothing goes without its row.
    pub(super) async fn act<T: IntoResponse>(
        &self,
        act: Act,
        (name, subject): (&'static str, &str),
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<Response, Problem> {
        let done = async { Done { name, subject: subject.to_owned(), answer: work.await } };
        self.act_as(act, subject, done).await
    }

    /// The same, where it is known afterwards only what the trail is told of it.
    pub(super) async fn act_as<T: IntoResponse>(
        &self,
        act: Act,
        subject: &str,
        work: impl Future<Output = Done<T>>,
    ) -> Result<Response, Problem> {
        if !self.bearer.may(act) {
            self.tell(act.name(), subject, NewTrailRow::FORBIDDEN).await?;
            return Err(Problem::forbidden());
        }
        let Done { name, subject, answer } = work.await;
        match answer {
            Ok(answer) => {
                self.tell(name, &subject, NewTrailRow::OK).await?;
                Ok(answer.into_response())
            }
            Err(problem) => Err(self.refuse(name, &subject, problem).await),
        }
    }

    /// What is answered in place of an act `name` on `subject` that came to nothing: `problem`, once the trail has it.
    pub(super) async fn refuse(&self, name: &str, subject: &str, problem: Problem) -> Problem {
        match self.tell(name, subject, problem.name()).await {
            Ok(()) => problem,
            Err(unwritten) => unwritten,
        }
    }

    async fn tell(&self, act: &str, subject: &str, outcome: &str) -> Result<(), Problem> {
        let who = Who::Bearer(&self.bearer);
        let told = NewTrailRow { who, act, subject, outcome, request: &self.request_id };
        Trail::of(self.register()).append(&told, self.now()).await?;
        Ok(())
    }
}
