//! What documents say and how that is read: the form in JSON, and the drafts of others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod check;
mod form;
mod import;
#[path = "../judges/mod.rs"]
mod judges;
mod letterheads;
#[path = "../support/seed.rs"]
mod seed;
mod word;

/// Adds what the strings of `value` say to `into`. Emphasis within a word parts no word.
fn strings(value: &serde_json::Value, into: &mut String) {
    use serde_json::Value;
    match value {
        Value::String(text) => {
            into.push_str(&text.replace('*', ""));
            into.push(' ');
        }
        Value::Array(values) => values.iter().for_each(|value| strings(value, into)),
        Value::Object(entries) => entries.values().for_each(|value| strings(value, into)),
        _ => {}
    }
}
