//! Every route, and what surrounds them.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::documents::TokenSecurity;
use super::problem::Problem;
use super::{Service, api, documents, health, middleware, page};

/// Room of a form beside its file, in bytes.
const FORM: usize = 64 << 10;
/// The longest body of a request that brings no file, in bytes.
const MAX_BODY: usize = 8 << 20;

/// The description of the service (OpenAPI 3.1); the routes add themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "vanthu",
        description = "Kiểm tra văn bản đã ký số. Checks signed documents: who signed, whether they are whole, \
                       what was added since. Nothing that is sent is kept.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
    ),
    tags(
        (name = "verify", description = "Verification for programs"),
        (name = "documents", description = "The documents of an office: checked, drawn, issued, fetched, recalled"),
        (name = "signatures", description = "Signing in two steps, and the agency's seal"),
        (name = "register", description = "The office's register and trail"),
        (name = "page", description = "The recipient's page"),
        (name = "operation", description = "For those who run the service"),
    ),
    // The routes name their problems without a type.
    components(schemas(Problem)),
    modifiers(&TokenSecurity)
)]
struct Description;

/// Does what was asked for to its end, though the client goes away: an act never lacks its row in the trail.
async fn to_its_end(request: Request, next: Next) -> Response {
    tokio::spawn(next.run(request)).await.unwrap_or_else(|_| Problem::internal().into_response())
}

impl Service {
    /// The application: every route with all that surrounds it.
    pub fn router(&self) -> Router {
        router(self.clone())
    }
}

fn router(service: Service) -> Router {
    let uploads = OpenApiRouter::new()
        .routes(routes!(api::verify))
        .routes(routes!(page::start, page::check))
        .routes(routes!(page::signed_revision))
        .layer(DefaultBodyLimit::max(service.max_upload().saturating_add(FORM)));
    let public = OpenApiRouter::new()
        .merge(uploads)
        .routes(routes!(page::problems))
        .routes(routes!(page::record))
        .routes(routes!(health::metrics))
        .layer(from_fn_with_state(service.clone(), middleware::limit));
    let office = documents::routes()
        .layer(DefaultBodyLimit::max(service.max_upload().saturating_add(FORM)))
        .layer(from_fn(to_its_end));
    let (router, description) = OpenApiRouter::with_openapi(Description::openapi())
        .merge(public)
        .merge(office)
        .routes(routes!(page::assets::asset))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(api::description))
        .split_for_parts();
    router
        .layer(axum::Extension(api::Described::new(&description)))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(|_| Problem::internal().into_response()))
        .layer(from_fn_with_state(service.clone(), middleware::surround))
        .with_state(service)
}
