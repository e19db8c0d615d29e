//! The problems that routes answer with, for the description of the service: what several have in common is said once.

use std::collections::BTreeMap;

use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use super::problem::PROBLEM_JSON;

/// Declares sets of problems, each with its status and when it comes, that a route names among its `responses`.
macro_rules! problems {
    ($($(#[$about:meta])* $name:ident { $($status:literal $when:literal),+ $(,)? })+) => {$(
        $(#[$about])*
        pub(in crate::service) struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<
                String,
                utoipa::openapi::RefOr<utoipa::openapi::Response>,
            > {
                $crate::service::responses::described(&[$(($status, $when)),+])
            }
        }
    )+};
}
pub(super) use problems;

problems! {
    /// Of routes that count how often a client asks.
    Limited { 429 "Too many requests" }
    /// Of routes that ask for a token and its duty.
    Guarded { 401 "No token that opens", 403 "Not within the duty" }
    /// Of routes that take a PDF to judge.
    TakesFile {
        408 "The file came too slowly",
        413 "The file is too large",
        500 "A fault of the service",
    }
    /// Of those of them that take it in a form alone.
    TakesForm { 415 "Not a form" }
    /// Of routes for programs that take a body.
    TakesBody { 408 "It came too slowly", 413 "It is too long" }
    /// Of those of them that take JSON alone.
    TakesJson { 400 "The request is wrong", 415 "Not JSON" }
    /// Of those of them that take a document with its files.
    TakesDocument { 415 "Neither JSON nor a form" }
    /// Of routes with parameters.
    TakesParameters { 400 "A parameter is wrong" }
    /// Of routes whose address names a document.
    NamesDocument { 400 "The request is wrong", 404 "No such document" }
    /// Of those of them that read its newest file.
    ReadsFile { 400 "The request is wrong", 404 "No such document, or its file is not here" }
    /// Of routes that write into the register.
    WritesRegister { 409 "The register refuses" }
    /// Of routes that mean the newest file of a document.
    FollowsFile { 412 "There is a newer file" }
    /// Of routes that need a worker.
    NeedsWorker { 503 "Too busy" }
    /// Of routes that need the office's database or storage.
    NeedsStorage { 503 "Something does not answer" }
    /// Of routes that need both.
    NeedsWorkerAndStorage { 503 "Too busy, or something does not answer" }
}

/// The description of problems: all have the same body ([`Problem`](super::Problem)).
pub(super) fn described(problems: &[(u16, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let described = |(status, when): &(u16, &str)| {
        let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new().description(*when).content(PROBLEM_JSON, body);
        (status.to_string(), response.into())
    };
    problems.iter().map(described).collect()
}
