//! Schemas that no type of Rust has: bytes, JSON that is described elsewhere, and the document's own.

use std::borrow::Cow;

use serde_json::{Map, Value};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// The name of the document's schema.
const DOCUMENT: &str = "Document";

/// Bytes, such as a PDF's.
pub(super) struct Binary;

/// A document: what `vanthu schema` describes.
pub(super) struct DocumentJson;

/// A document with whatever is wrong in it, to be told what that is.
pub(super) struct DraftJson;

/// An object of JSON that describes itself.
pub(super) struct JsonObject;

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::Custom("binary".to_owned());
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl PartialSchema for DocumentJson {
    fn schema() -> RefOr<Schema> {
        // In its place comes the document's own, in `description`.
        ObjectBuilder::new().schema_type(Type::Object).into()
    }
}

impl PartialSchema for DraftJson {
    fn schema() -> RefOr<Schema> {
        let about = "A document (the schema Document), or what is to become one: any mistake is told.";
        ObjectBuilder::new().schema_type(SchemaType::AnyValue).description(Some(about)).into()
    }
}

impl PartialSchema for JsonObject {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Object).into()
    }
}

impl ToSchema for Binary {
    fn name() -> Cow<'static, str> {
        "Binary".into()
    }
}

impl ToSchema for DocumentJson {
    fn name() -> Cow<'static, str> {
        DOCUMENT.into()
    }
}

impl ToSchema for DraftJson {
    fn name() -> Cow<'static, str> {
        "Draft".into()
    }
}

impl ToSchema for JsonObject {
    fn name() -> Cow<'static, str> {
        "JsonObject".into()
    }
}

/// `description` as JSON, with the schema of documents among its own.
pub(super) fn description(description: &OpenApi) -> Result<String, serde_json::Error> {
    let mut description = serde_json::to_value(description)?;
    let mut document = crate::document::schema();
    rename(&mut document);
    if let (Some(schemas), Value::Object(mut document)) =
        (description.pointer_mut("/components/schemas").and_then(Value::as_object_mut), document)
    {
        document.remove("$schema");
        if let Some(Value::Object(parts)) = document.remove("$defs") {
            schemas.extend(
                parts.into_iter().map(|(name, part)| (of_document(&name), part)).collect::<Map<_, _>>(),
            );
        }
        schemas.insert(DOCUMENT.to_owned(), Value::Object(document));
    }
    serde_json::to_string(&description)
}

/// The name of a part of the document's schema, apart from all others.
fn of_document(part: &str) -> String {
    format!("{DOCUMENT}{part}")
}

/// Leads references to parts of the schema to where they are in the description.
fn rename(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some(part) = reference.strip_prefix("#/$defs/")
            {
                *reference = format!("#/components/schemas/{}", of_document(part));
            }
            object.values_mut().for_each(rename);
        }
        Value::Array(list) => list.iter_mut().for_each(rename),
        _ => {}
    }
}
