//! The description of all routes: of the API from its handlers, of the pages from their list.

use crate::web::app::{Needs, RouteInfo};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, PathItem, Required, ResponseBuilder, SecurityRequirement};

/// Adds the pages, and how one comes in.
pub fn whole(mut api: OpenApi, pages: &[RouteInfo]) -> OpenApi {
    api.info = InfoBuilder::new()
        .title("doisoat")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Asks whether a case can be processed, before it is taken in."))
        .build();
    let components = api.components.get_or_insert_with(Components::new);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("dsk_…")).build();
    components.add_security_scheme("key", SecurityScheme::Http(bearer));
    let cookie = ApiKey::Cookie(ApiKeyValue::new("__Host-session"));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    for page in pages {
        let method = if page.method == "get" { HttpMethod::Get } else { HttpMethod::Post };
        api.paths.merge(utoipa::openapi::path::PathsBuilder::new().path(page.path, item(page, method)).build());
    }
    api
}

fn item(page: &RouteInfo, method: HttpMethod) -> PathItem {
    let needs = match page.needs {
        Needs::Nothing => "nothing".to_owned(),
        Needs::SignedIn => "signed_in".to_owned(),
        Needs::May(permission) => format!("{permission:?}"),
    };
    let mut operation = OperationBuilder::new()
        .tag("pages")
        .operation_id(Some(format!("{} {}", page.method, page.path)))
        .extensions(Some(ExtensionsBuilder::new().add("x-needs", needs).build()))
        .response("default", ResponseBuilder::new().description("A page").build());
    if page.needs != Needs::Nothing {
        operation = operation.security(SecurityRequirement::new("session", Vec::<String>::new()));
    }
    for name in page.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        let text = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::String).build();
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
        operation = operation.parameter(parameter.schema(Some(text)).build());
    }
    PathItem::new(method, operation.build())
}
