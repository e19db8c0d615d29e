//! Documents of an office, for its own programs: checked, drawn, issued, fetched, signed, sealed, recalled. The same
//! library calls as the command line's, with the key of who signs staying where it is.

mod change;
mod exchange;
mod fetch;
mod id;
mod issue;
mod paper;
mod register;
mod render;
mod seal;
mod sealing;
mod sign;
mod view;

use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Service;

/// The routes of an office's programs: all but the schema ask for a token.
pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(render::check))
        .routes(routes!(render::render))
        .routes(routes!(render::schema))
        .routes(routes!(issue::issue))
        .routes(routes!(fetch::document))
        .routes(routes!(fetch::file))
        .routes(routes!(fetch::receipt))
        .routes(routes!(sign::prepare))
        .routes(routes!(sign::complete))
        .routes(routes!(seal::seal))
        .routes(routes!(change::change))
        .routes(routes!(register::register))
        .routes(routes!(register::checkpoint))
        .routes(routes!(register::trail))
}

/// Says in the description how tokens come.
pub(super) struct TokenSecurity;

impl Modify for TokenSecurity {
    fn modify(&self, description: &mut OpenApi) {
        let words = "A token of the office, made by `vanthu token add`.";
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(words)).build();
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}
