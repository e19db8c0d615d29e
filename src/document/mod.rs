//! What an official document says: its JSON form, read and checked, independent of how it looks.

pub mod model;
